//! Lists of credentials: filtered, searched, ordered, paged by key, and counted.
//!
//! A page is found in one of two ways. Where few rows match, all of them are found first and then put in order. Where
//! many do, rows are read in order until the page is full, which then is soon.

mod filter;
mod order;

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use self::filter::{Filter, Statement, tally_scopes};
use self::order::Order;
use super::{Vault, rows, small};
use crate::error::VaultError;
use crate::lists::{Counts, ListQuery, Page};
use crate::model::Scope;

/// Largest page.
const LARGEST_PAGE: u32 = 1000;
/// So many rows are put in order rather than read in order.
const FEW: u32 = 10_000;

/// Rows that match.
enum Matches {
    /// All of them, by number, as a JSON array.
    Few { docids: String, total: u32 },
    /// How many there are; which they are is seen when they are read in order.
    Many(u32),
}

impl Vault {
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
        let (total, found) = match matches(&filter, &mut tx).await? {
            Matches::Few { docids, total } => (total, ordered(&docids, &order, after, limit, &mut tx).await?),
            Matches::Many(0) => (0, Vec::new()),
            Matches::Many(total) => (total, walked(&filter, &order, after, limit, &mut tx).await?),
        };
        let more = found.len() > limit as usize;
        let found: Vec<(String, Vec<Value>)> = found.into_iter().take(limit as usize).collect();
        let next = found.last().filter(|_| more).map(|(_, key)| order.cursor(key));
        let ids: Vec<String> = found.into_iter().map(|(id, _)| id).collect();
        let items = rows::read(&mut tx, &ids).await?.into_iter().map(|(row, _)| row).collect();
        tx.commit().await?;
        Ok(Page { items, next, total })
    }

    /// How many credentials there are in these scopes; `None` for every scope.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn counts(&self, scopes: Option<&[Scope]>) -> Result<Counts, VaultError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let scopes = tally_scopes(scopes, &mut tx).await?;
        let types = sqlx::query!("SELECT bit, type AS name FROM list_type").fetch_all(&mut *tx).await?;
        let alike = sqlx::query!(
            "SELECT t.types, t.marks, (SELECT word FROM list_word WHERE code = t.provider) AS \"provider!\",
                (SELECT word FROM list_word WHERE code = t.verdict) AS verdict, SUM(t.total) AS \"total!: i64\"
             FROM list_tally t WHERE t.scope IN (SELECT value FROM json_each(?))
             GROUP BY t.types, t.marks, t.provider, t.verdict",
            scopes
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let mut counts = Counts::default();
        for row in alike {
            let total = small(row.total);
            let status = match row.verdict {
                _ if row.marks & filter::ENABLED == 0 => "disabled".to_owned(),
                None => "not_checked".to_owned(),
                Some(kind) => kind,
            };
            counts.all += total;
            *counts.by_provider.entry(row.provider).or_default() += total;
            if row.marks & filter::UNREADABLE != 0 {
                counts.unreadable += total;
            }
            for kind in types.iter().filter(|kind| row.types & (1 << kind.bit) != 0) {
                *counts.by_type.entry(kind.name.clone()).or_default() += total;
                let statuses = counts.by_type_and_status.entry(kind.name.clone()).or_default();
                *statuses.entry(status.clone()).or_default() += total;
            }
            *counts.by_status.entry(status).or_default() += total;
        }
        Ok(counts)
    }
}

/// Finds out how many match, and which where these are few.
async fn matches(filter: &Filter, tx: &mut SqliteConnection) -> Result<Matches, VaultError> {
    let tallied = filter.tallied(tx).await?;
    if let Some(total) = tallied.filter(|total| *total > FEW || *total == 0 || filter.is_everything()) {
        return Ok(Matches::Many(total));
    }
    // One look for both: to count many of them again would take as long as to find them.
    let source = filter.source();
    let mut sql = Statement::new("SELECT json_group_array(");
    sql.push(source.docid()).push("), COUNT(*) FROM ");
    source.push(&mut sql);
    filter.push_conditions(&source, &mut sql);
    let (docids, total): (String, i64) = sql.build_query_as().fetch_one(tx).await?;
    let total = small(total);
    Ok(if total <= FEW { Matches::Few { docids, total } } else { Matches::Many(total) })
}

/// The page of these rows.
async fn ordered(
    docids: &str,
    order: &Order,
    after: Option<Vec<Value>>,
    limit: u32,
    tx: &mut SqliteConnection,
) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    let columns = order.joined_columns();
    let mut sql = Statement::new("SELECT json_array((SELECT id FROM credential WHERE docid = j.value), ");
    columns.push_key(&mut sql);
    sql.push(") FROM json_each(").push_bind(docids.to_owned()).push(") j");
    sql.push(if columns.reads_names() {
        " CROSS JOIN list_name n ON n.docid = j.value WHERE 1"
    } else {
        " CROSS JOIN list_entry e ON e.docid = j.value WHERE 1"
    });
    if let Some(key) = after {
        columns.push_after(&mut sql, &key);
    }
    columns.push_order(&mut sql, i64::from(limit) + 1);
    read(sql, tx).await
}

/// The page of rows that are read in their order.
async fn walked(
    filter: &Filter,
    order: &Order,
    after: Option<Vec<Value>>,
    limit: u32,
    tx: &mut SqliteConnection,
) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    let columns = order.walked_columns();
    let mut sql = Statement::new("SELECT json_array((SELECT id FROM credential WHERE docid = c.docid), ");
    columns.push_key(&mut sql);
    sql.push(") FROM ").push(order.walked);
    filter.push_joins(&mut sql);
    sql.push(" WHERE 1");
    filter.push_joined_conditions(&mut sql);
    if let Some(key) = after {
        columns.push_after(&mut sql, &key);
    }
    columns.push_order(&mut sql, i64::from(limit) + 1);
    read(sql, tx).await
}

async fn read(mut sql: Statement, tx: &mut SqliteConnection) -> Result<Vec<(String, Vec<Value>)>, VaultError> {
    let found: Vec<String> = sql.build_query_scalar().fetch_all(tx).await?;
    let rows = found.iter().map(|row| serde_json::from_str(row)).collect::<Result<_, _>>();
    rows.map_err(|_| VaultError::Database("SQLite gave no list".to_owned()))
}
