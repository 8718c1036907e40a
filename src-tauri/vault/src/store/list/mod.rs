//! Lists of credentials: filtered, searched, ordered, paged by key, and counted.
//!
//! How many match is known from the tally, or by gathering the numbers of all that do. Few of them are put in order.
//! Where there are many, rows are read in order until the page is full, which then is soon.

mod filter;
mod order;
mod standing;

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use self::filter::{Filter, Statement, tally_scopes};
use self::order::Order;
use self::standing::Standing;
use super::{Vault, rows, small};
use crate::error::VaultError;
use crate::lists::{Counts, ListQuery, Page, States};
use crate::model::Scope;

/// Largest page.
const LARGEST_PAGE: u32 = 1000;
/// So many rows are put in order rather than read in order.
const FEW: u32 = 10_000;
/// So many rows of an order are looked at for the words themselves, before all that match are gathered.
const NEAR: i64 = 2_000;

/// Where the numbers of matching rows are gathered, in memory and for this connection alone.
const FOUND: &str = "CREATE TEMP TABLE IF NOT EXISTS list_found (docid INTEGER PRIMARY KEY NOT NULL) STRICT;
    DELETE FROM list_found";

/// How a statement begins that gives a page of ids and keys as one text: fifty rows, each of which crosses from the
/// database's thread to ours by itself, take a millisecond.
const PAGE_OF: &str = "SELECT json_group_array(json(found)) FROM (SELECT json_array(";

/// Rows that match.
enum Matches {
    /// So many, and `list_found` has their numbers.
    Found(u32),
    /// So many, of which `list_found` has the numbers up to this one: each row tells by itself whether it matches.
    Counted(u32, i64),
    /// So many by the tally; which they are is seen when they are read in order.
    Tallied(u32),
}

impl Vault {
    /// For a process that searches once and ends: the file is read where the system has it in memory and not copied page
    /// by page, which costs a search through all texts a third of its time. A process that stays has copied them after
    /// its first search, and should tell of a disk that fails under it: one that maps the file is ended by the system.
    ///
    /// # Errors
    /// [`VaultError::Closed`] and whatever SQLite answers.
    pub async fn search_once(&self) -> Result<(), VaultError> {
        let mut connection = self.connection().await?;
        // Far more than a vault has; what is not there is not mapped.
        sqlx::query("PRAGMA mmap_size = 2147418112").execute(&mut *connection).await?;
        Ok(())
    }

    /// A page of credentials in the order asked for.
    ///
    /// # Errors
    /// [`VaultError::BadCursor`], and whatever SQLite answers.
    pub async fn list(&self, query: &ListQuery) -> Result<Page, VaultError> {
        let limit = query.limit.clamp(1, LARGEST_PAGE);
        let order = Order::of(query.sort);
        let after = query.after.as_deref().map(|cursor| order.read(cursor)).transpose()?;
        let mut connection = self.connection().await?;
        // One transaction, so that the page and the total speak of the same moment.
        let mut tx = connection.begin().await?;
        let filter = Filter::of(query, jiff::Timestamp::now().as_second(), &mut tx).await?;
        let (total, found) = match matches(&filter, limit, &mut tx).await? {
            Matches::Found(0) | Matches::Tallied(0) => (0, Vec::new()),
            Matches::Found(total) if total <= FEW => (total, ordered(&order, after, limit, &mut tx).await?),
            Matches::Found(total) => (total, walked(None, &order, after, limit, &mut tx).await?),
            Matches::Counted(total, last) => {
                let near = near(&filter, &order, after.as_deref(), limit, &mut tx).await?;
                if near.len() > limit as usize {
                    (total, near)
                } else {
                    gather(&filter, Some(last), None, &mut tx).await?;
                    (total, walked(None, &order, after, limit, &mut tx).await?)
                }
            }
            Matches::Tallied(total) => (total, walked(Some(&filter), &order, after, limit, &mut tx).await?),
        };
        let more = found.len() > limit as usize;
        let found: Vec<(String, Vec<Value>)> = found.into_iter().take(limit as usize).collect();
        let next = found.last().filter(|_| more).map(|(_, key)| order.cursor(key));
        let ids: Vec<String> = found.into_iter().map(|(id, _)| id).collect();
        let items = rows::read(&mut tx, &ids).await?.into_iter().map(|(row, _)| row).collect();
        tx.commit().await?;
        Ok(Page { items, next, total })
    }

    /// How many credentials there are in these scopes, `None` for every scope, and how they stand: each under the
    /// status that its row reads.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn standing(&self, scopes: Option<&[Scope]>, states: &States) -> Result<Counts, VaultError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let (types, mut counts) = tallied(scopes, &mut tx).await?;
        let standing = Standing::of(states, jiff::Timestamp::now().as_second(), &mut tx).await?;
        for (wanted, status) in
            [(!standing.bundled.is_empty(), "dormant"), (true, "expired"), (standing.has_waiting(), "unconnected")]
        {
            if wanted {
                for (bits, verdict, total) in otherwise(&standing, status, scopes, &mut tx).await? {
                    counts.moved(&types, bits, verdict.as_deref().unwrap_or("not_checked"), status, small(total));
                }
            }
        }
        tx.commit().await?;
        Ok(counts)
    }

    /// How many credentials there are in these scopes; `None` for every scope. Statuses are told as far as the tally
    /// knows them: what has expired, is dormant or waits for a connection stands under its verdict
    /// ([`Self::standing`]).
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn counts(&self, scopes: Option<&[Scope]>) -> Result<Counts, VaultError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let (_, mut counts) = tallied(scopes, &mut tx).await?;
        counts.urgent += filter::ending(scopes, jiff::Timestamp::now().as_second(), &mut tx).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

/// Bits of types and their ids.
type Types = Vec<(i64, String)>;

async fn tallied(scopes: Option<&[Scope]>, tx: &mut SqliteConnection) -> Result<(Types, Counts), VaultError> {
    let scopes = tally_scopes(scopes, tx).await?;
    let types: Types = sqlx::query!("SELECT bit, type AS name FROM list_type")
        .fetch_all(&mut *tx)
        .await?
        .into_iter()
        .map(|kind| (kind.bit, kind.name))
        .collect();
    let alike = sqlx::query!(
        "SELECT t.types, t.marks, (SELECT word FROM list_word WHERE code = t.provider) AS \"provider!\",
            (SELECT word FROM list_word WHERE code = t.verdict) AS verdict, SUM(t.total) AS \"total!: i64\"
         FROM list_tally t WHERE t.scope IN (SELECT value FROM json_each(?))
         GROUP BY t.types, t.marks, t.provider, t.verdict",
        scopes
    )
    .fetch_all(tx)
    .await?;
    let mut counts = Counts::default();
    for row in alike {
        let total = small(row.total);
        let status = match row.verdict {
            _ if row.marks & filter::UNREADABLE != 0 => "unreadable".to_owned(),
            _ if row.marks & filter::ENABLED == 0 => "disabled".to_owned(),
            None => "not_checked".to_owned(),
            Some(kind) => kind,
        };
        counts.all += total;
        *counts.by_provider.entry(row.provider).or_default() += total;
        if row.marks & filter::UNREADABLE != 0 {
            counts.unreadable += total;
        }
        if ["unreadable", filter::REJECTED].contains(&status.as_str()) {
            counts.urgent += total;
        }
        for (_, kind) in types.iter().filter(|(bit, _)| row.types & (1 << bit) != 0) {
            *counts.by_type.entry(kind.clone()).or_default() += total;
            *counts.by_type_and_status.entry(kind.clone()).or_default().entry(status.clone()).or_default() += total;
        }
        *counts.by_status.entry(status).or_default() += total;
    }
    Ok((types, counts))
}

/// Rows that the tally counts under a verdict and that stand otherwise: bits of their types, the verdict, how many.
async fn otherwise(
    standing: &Standing,
    status: &str,
    scopes: Option<&[Scope]>,
    tx: &mut SqliteConnection,
) -> Result<Vec<(i64, Option<String>, i64)>, VaultError> {
    let codes: Option<Vec<i64>> = match scopes {
        Some(_) => serde_json::from_str(&tally_scopes(scopes, tx).await?).ok(),
        None => None,
    };
    let mut sql = Statement::new(
        "SELECT f.types, (SELECT word FROM list_word WHERE code = f.verdict), count(*) FROM list_entry f WHERE ",
    );
    match status {
        "expired" => standing.push_ended(&mut sql),
        "unconnected" => {
            standing.push_waiting_providers(&mut sql);
            sql.push(" AND ");
            standing.push_unconnected(&mut sql);
        }
        _ => standing.push_sleeping(&mut sql),
    }
    sql.push(" AND ");
    Standing::push_live(&mut sql);
    if let Some(codes) = &codes {
        sql.push(" AND ");
        filter::push_in(&mut sql, "f.scope", codes);
    }
    sql.push(" GROUP BY f.types, f.verdict");
    Ok(sql.build_query_as().fetch_all(tx).await?)
}

impl Counts {
    /// Counts so many under another status than their verdict.
    fn moved(&mut self, types: &Types, bits: i64, from: &str, to: &str, total: u32) {
        let change = |statuses: &mut BTreeMap<String, u32>| {
            if let Some(before) = statuses.get_mut(from) {
                *before = before.saturating_sub(total);
                if *before == 0 {
                    statuses.remove(from);
                }
            }
            *statuses.entry(to.to_owned()).or_default() += total;
        };
        change(&mut self.by_status);
        for (_, kind) in types.iter().filter(|(bit, _)| bits & (1 << bit) != 0) {
            change(self.by_type_and_status.entry(kind.clone()).or_default());
        }
    }
}

/// Finds out how many match, and which where no tally tells, for a page of so many.
async fn matches(filter: &Filter, limit: u32, tx: &mut SqliteConnection) -> Result<Matches, VaultError> {
    if filter.is_nothing() {
        return Ok(Matches::Found(0));
    }
    if let Some(total) = filter.tallied(FEW, tx).await? {
        return Ok(Matches::Tallied(total));
    }
    sqlx::query(FOUND).execute(&mut *tx).await?;
    if !filter.tells_by_row() {
        // One look for both: to count them first would take as long as to find them.
        return Ok(Matches::Found(gather(filter, None, None, tx).await?));
    }
    // A letter stands in most rows, and to gather them takes longer than to look at them.
    let found = gather(filter, None, Some(FEW + 1), tx).await?;
    if found <= FEW {
        return Ok(Matches::Found(found));
    }
    let last: i64 = sqlx::query_scalar("SELECT max(docid) FROM list_found").fetch_one(&mut *tx).await?;
    // By what was gathered so far, a page is full after so many rows; twice as many may be needed.
    let looked_at = i64::from(limit).saturating_mul(last) / i64::from(FEW);
    if looked_at.saturating_mul(2) > NEAR {
        return Ok(Matches::Found(found.saturating_add(gather(filter, Some(last), None, tx).await?)));
    }
    let mut sql = Statement::new("SELECT count(*) FROM ");
    push_matching(filter, Some(last), &mut sql);
    let rest: i64 = sql.build_query_scalar().fetch_one(tx).await?;
    Ok(Matches::Counted(found.saturating_add(small(rest)), last))
}

/// Gathers the numbers of rows that match, in their order: those after this one, and at most so many. Says how many.
async fn gather(
    filter: &Filter,
    after: Option<i64>,
    most: Option<u32>,
    tx: &mut SqliteConnection,
) -> Result<u32, VaultError> {
    let mut sql = Statement::new("INSERT INTO list_found SELECT ");
    sql.push(filter.source().docid()).push(" FROM ");
    push_matching(filter, after, &mut sql);
    if let Some(most) = most {
        sql.push(" ORDER BY ").push(filter.source().docid()).push(" LIMIT ").push_bind(i64::from(most));
    }
    let found = sql.build().execute(tx).await?.rows_affected();
    Ok(u32::try_from(found).unwrap_or(u32::MAX))
}

fn push_matching(filter: &Filter, after: Option<i64>, sql: &mut Statement) {
    let source = filter.source();
    source.push(sql);
    filter.push_conditions(&source, sql);
    if let Some(last) = after {
        sql.push(" AND ").push(source.docid()).push(" > ").push_bind(last);
    }
}

/// Those that match among the next rows in their order.
async fn near(
    filter: &Filter,
    order: &Order,
    after: Option<&[Value]>,
    limit: u32,
    tx: &mut SqliteConnection,
) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    let (columns, source) = (order.walked_columns(), filter.source());
    let mut sql = Statement::new("WITH near AS MATERIALIZED (SELECT ");
    sql.push(order.walked_docid()).push(" AS docid, ");
    columns.push_key(&mut sql);
    sql.push(" AS key, row_number() OVER (");
    columns.push_sorted(&mut sql);
    sql.push(") AS place FROM ").push(order.walked).push(" WHERE 1");
    if let Some(key) = after {
        columns.push_after(&mut sql, key);
    }
    columns.push_order(&mut sql, NEAR);
    sql.push(") ")
        .push(PAGE_OF)
        .push("(SELECT id FROM credential WHERE docid = near.docid), json(near.key)) AS found FROM near");
    source.push_near(&mut sql);
    filter.push_conditions(&source, &mut sql);
    sql.push(" ORDER BY near.place LIMIT ").push_bind(i64::from(limit) + 1);
    read(sql, tx).await
}

/// The page of the rows that were found, which are put in order.
async fn ordered(
    order: &Order,
    after: Option<Vec<Value>>,
    limit: u32,
    tx: &mut SqliteConnection,
) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    let columns = order.joined_columns();
    let mut sql = Statement::new(PAGE_OF);
    sql.push("(SELECT id FROM credential WHERE docid = j.docid), ");
    columns.push_key(&mut sql);
    sql.push(") AS found FROM list_found j");
    sql.push(if columns.reads_names() {
        " CROSS JOIN list_name n ON n.docid = j.docid WHERE 1"
    } else {
        " CROSS JOIN list_entry e ON e.docid = j.docid WHERE 1"
    });
    if let Some(key) = after {
        columns.push_after(&mut sql, &key);
    }
    columns.push_order(&mut sql, i64::from(limit) + 1);
    read(sql, tx).await
}

/// The page of rows that are read in their order: those of a filter without words, or those that were found.
async fn walked(
    filter: Option<&Filter>,
    order: &Order,
    after: Option<Vec<Value>>,
    limit: u32,
    tx: &mut SqliteConnection,
) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    let columns = order.walked_columns();
    let docid = order.walked_docid();
    let mut sql = Statement::new(PAGE_OF);
    sql.push("(SELECT id FROM credential WHERE docid = ").push(docid).push("), ");
    columns.push_key(&mut sql);
    sql.push(") AS found FROM ").push(order.walked);
    match filter {
        None => {
            sql.push(" CROSS JOIN list_found j ON j.docid = ").push(docid).push(" WHERE 1");
        }
        Some(filter) if filter.is_everything() => {
            sql.push(" WHERE 1");
        }
        Some(filter) => {
            if !order.walks_entries() {
                sql.push(" CROSS JOIN list_entry f ON f.docid = c.docid");
            }
            sql.push(" WHERE 1");
            filter.push_entry(&mut sql);
        }
    }
    if let Some(key) = after {
        columns.push_after(&mut sql, &key);
    }
    columns.push_order(&mut sql, i64::from(limit) + 1);
    read(sql, tx).await
}

/// Reads a page that was begun with [`PAGE_OF`].
async fn read(mut sql: Statement, tx: &mut SqliteConnection) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    sql.push(")");
    let found: String = sql.build_query_scalar().fetch_one(tx).await?;
    serde_json::from_str(&found).map_err(|_| VaultError::Database("SQLite gave no list".to_owned()))
}
