//! Lists of credentials: filtered, searched, ordered, paged by key, and counted.
//!
//! How many match is known from the tally, or by gathering the numbers of all that do. Few of them are put in order.
//! Where there are many, rows are read in order until the page is full, which then is soon.

mod filter;
mod order;
mod standing;
mod texts;

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use self::filter::{Filter, Statement, tally_scopes};
use self::order::Order;
use self::standing::Standing;
pub(super) use self::texts::{Texts, put as put_text};
use super::{Vault, rows, small};
use crate::error::VaultError;
use crate::lists::{Counts, ListQuery, Page, States};
use crate::model::Scope;

/// Largest page.
const LARGEST_PAGE: u32 = 1000;
/// So many rows are gathered and put in order rather than read in order.
const FEW: u32 = 1_500;
/// So many where rows that match may stand together in an order, as those of a provider do by name: all others may go
/// before them.
const FEW_TOGETHER: u32 = 10_000;
/// So many rows with the words are looked up one by one for the other conditions; of more of them, or where the
/// conditions leave few, all that fulfil these are read.
const LOOKED_UP: usize = 15_000;
/// So many rows are looked at in their order in the time that one is put in order.
const LOOKS: usize = 5;

/// How a statement begins that gives a page of ids and keys as one text: fifty rows, each of which crosses from the
/// database's thread to ours by itself, take a millisecond.
const PAGE_OF: &str = "SELECT json_group_array(json(found)) FROM (SELECT json_array(";

/// Which rows of an order a page takes.
struct Place {
    /// Those after this key.
    after: Option<Vec<Value>>,
    /// Without the first so many of these.
    skip: usize,
    /// At most so many. One more is read, which tells whether another page follows.
    limit: usize,
}

/// Rows that match.
enum Matches {
    /// Those with these numbers.
    Found(Vec<i64>),
    /// So many by the tally; which they are is seen when they are read in order.
    Tallied(u32),
}

impl Vault {
    /// A page of credentials in the order asked for.
    ///
    /// # Errors
    /// [`VaultError::BadCursor`], and whatever SQLite answers.
    pub async fn list(&self, query: &ListQuery) -> Result<Page, VaultError> {
        let order = Order::of(query.sort);
        let place = Place {
            after: query.after.as_deref().map(|cursor| order.read(cursor)).transpose()?,
            skip: query.skip as usize,
            limit: query.limit.clamp(1, LARGEST_PAGE) as usize,
        };
        let mut connection = self.connection().await?;
        // One transaction, so that the page and the total speak of the same moment.
        let mut tx = connection.begin().await?;
        let filter = Filter::of(query, jiff::Timestamp::now().as_second(), &mut tx).await?;
        let (total, found) = match self.matches(&filter, &mut tx).await? {
            Matches::Tallied(0) => (0, Vec::new()),
            Matches::Tallied(total) => (total, walked(&filter, &order, &place, &mut tx).await?),
            Matches::Found(numbers) => {
                let total = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                // Rows tell by themselves of all but words.
                if total > FEW && filter.words().is_none() && !filter.names_providers() {
                    (total, walked(&filter, &order, &place, &mut tx).await?)
                } else {
                    match next(&numbers, &order, &place, &mut tx).await? {
                        Some(next) => (total, ordered(&next, &order, &Place { skip: 0, ..place }, &mut tx).await?),
                        None => (total, ordered(&numbers, &order, &place, &mut tx).await?),
                    }
                }
            }
        };
        let more = found.len() > place.limit;
        let found: Vec<(String, Vec<Value>)> = found.into_iter().take(place.limit).collect();
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

impl Vault {
    /// Finds out how many match, and which where no tally tells.
    async fn matches(&self, filter: &Filter, tx: &mut SqliteConnection) -> Result<Matches, VaultError> {
        let Some(words) = filter.words() else {
            let few = if filter.names_providers() { FEW_TOGETHER } else { FEW };
            let tallied = filter.tallied(few, tx).await?;
            return Ok(match tallied {
                Some(total) => Matches::Tallied(total),
                None => Matches::Found(gather(filter, None, tx).await?),
            });
        };
        let found = self.inner.texts.lock().await.search(words, tx).await?;
        Ok(Matches::Found(if !filter.has_conditions() || found.is_empty() {
            found
        } else if found.len() <= LOOKED_UP && !filter.names_a_scope() {
            gather(filter, Some(&found), tx).await?
        } else {
            let mut others = gather(filter, None, tx).await?;
            let found = Members::of(&found);
            others.retain(|number| found.has(*number));
            others
        }))
    }
}

/// Which numbers are in a list.
struct Members(Vec<bool>);

impl Members {
    fn of(numbers: &[i64]) -> Self {
        let mut members = Vec::new();
        for at in numbers.iter().filter_map(|number| usize::try_from(*number).ok()) {
            if members.len() <= at {
                members.resize(at + 1, false);
            }
            if let Some(member) = members.get_mut(at) {
                *member = true;
            }
        }
        Self(members)
    }

    fn has(&self, number: i64) -> bool {
        usize::try_from(number).ok().and_then(|at| self.0.get(at)).is_some_and(|member| *member)
    }
}

/// The numbers of the rows that fulfil the conditions other than words; of these rows alone, if any are given.
async fn gather(filter: &Filter, among: Option<&[i64]>, tx: &mut SqliteConnection) -> Result<Vec<i64>, VaultError> {
    let mut sql = Statement::new("SELECT json_group_array(f.docid) FROM ");
    if let Some(numbers) = among {
        sql.push("json_each(").push_bind(serde_json::json!(numbers).to_string());
        sql.push(") j CROSS JOIN list_entry f ON f.docid = j.value WHERE 1");
    } else {
        sql.push("list_entry f WHERE 1");
    }
    filter.push_entry(&mut sql);
    listed(sql, tx).await
}

/// Of these rows those that the page takes, and one more; none where they are sooner put in order.
async fn next(
    numbers: &[i64],
    order: &Order,
    place: &Place,
    tx: &mut SqliteConnection,
) -> Result<Option<Vec<i64>>, VaultError> {
    if numbers.is_empty() {
        return Ok(None);
    }
    let wanted = place.skip.saturating_add(place.limit + 1);
    let rows: i64 = sqlx::query_scalar!("SELECT coalesce(max(docid), 0) FROM credential").fetch_one(&mut *tx).await?;
    let rows = usize::try_from(rows).unwrap_or_default();
    // One more than there are tells that these were all.
    let most = (rows + 1).min(LOOKS * numbers.len());
    // Where they are spread evenly the page is full after half of these. Where they stand together, as those of a
    // provider do by name, it takes more.
    let mut looked_at = wanted.saturating_mul(2).saturating_mul(rows) / numbers.len();
    if most > rows {
        looked_at = looked_at.min(most);
    }
    let members = Members::of(numbers);
    while looked_at <= most {
        let mut sql = Statement::new("SELECT json_group_array(docid) FROM (SELECT ");
        let columns = order.walked_columns();
        sql.push(order.walked_docid()).push(" AS docid FROM ").push(order.walked).push(" WHERE 1");
        if let Some(key) = &place.after {
            columns.push_after(&mut sql, key);
        }
        columns.push_order(&mut sql, looked_at, 0);
        sql.push(")");
        let mut next = listed(sql, tx).await?;
        let all = next.len() < looked_at;
        next.retain(|number| members.has(*number));
        if all || next.len() >= wanted {
            return Ok(Some(next.into_iter().skip(place.skip).take(place.limit + 1).collect()));
        }
        looked_at *= 4;
    }
    Ok(None)
}

/// Numbers that a statement gives as one text.
async fn listed(mut sql: Statement, tx: &mut SqliteConnection) -> Result<Vec<i64>, VaultError> {
    let numbers: String = sql.build_query_scalar().fetch_one(tx).await?;
    serde_json::from_str(&numbers).map_err(|_| no_list())
}

fn no_list() -> VaultError {
    VaultError::Database("SQLite gave no list".to_owned())
}

/// The page of the rows with these numbers, which are put in order.
async fn ordered(
    numbers: &[i64],
    order: &Order,
    place: &Place,
    tx: &mut SqliteConnection,
) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let columns = order.joined_columns();
    let mut sql = Statement::new(PAGE_OF);
    sql.push("(SELECT id FROM credential WHERE docid = j.value), ");
    columns.push_key(&mut sql);
    sql.push(") AS found FROM json_each(").push_bind(serde_json::json!(numbers).to_string());
    sql.push(if columns.reads_names() {
        ") j CROSS JOIN list_name n ON n.docid = j.value WHERE 1"
    } else {
        ") j CROSS JOIN list_entry e ON e.docid = j.value WHERE 1"
    });
    if let Some(key) = &place.after {
        columns.push_after(&mut sql, key);
    }
    columns.push_order(&mut sql, place.limit + 1, place.skip);
    read(sql, tx).await
}

/// The page of rows that are read in their order, of a filter without words.
async fn walked(
    filter: &Filter,
    order: &Order,
    place: &Place,
    tx: &mut SqliteConnection,
) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    let columns = order.walked_columns();
    let docid = order.walked_docid();
    let mut sql = Statement::new(PAGE_OF);
    sql.push("(SELECT id FROM credential WHERE docid = ").push(docid).push("), ");
    columns.push_key(&mut sql);
    sql.push(") AS found FROM ").push(order.walked);
    if filter.is_everything() {
        sql.push(" WHERE 1");
    } else {
        if !order.walks_entries() {
            sql.push(" CROSS JOIN list_entry f ON f.docid = c.docid");
        }
        sql.push(" WHERE 1");
        filter.push_entry(&mut sql);
    }
    if let Some(key) = &place.after {
        columns.push_after(&mut sql, key);
    }
    columns.push_order(&mut sql, place.limit + 1, place.skip);
    read(sql, tx).await
}

/// Reads a page that was begun with [`PAGE_OF`].
async fn read(mut sql: Statement, tx: &mut SqliteConnection) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    sql.push(")");
    let found: String = sql.build_query_scalar().fetch_one(tx).await?;
    serde_json::from_str(&found).map_err(|_| no_list())
}
