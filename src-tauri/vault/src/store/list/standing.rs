//! How a credential stands, as its row reads: unreadable, disabled, expired, dormant, waiting for a connection, not
//! checked, or its verdict; the first that is true. Some of that no tally can know, because it comes with time, with the
//! mode of an organisation, or with a plain field; these few rows are counted by themselves.

use std::collections::HashMap;

use sqlx::SqliteConnection;

use super::filter::{ENABLED, Statement, UNREADABLE, codes, push_in};
use crate::error::VaultError;
use crate::lists::{Connectable, States, StatusFilter};

const CONNECTED: i64 = 8;
/// Bits that must be so for a verdict, or anything after "disabled", to be told.
const LIVE: (i64, i64) = (ENABLED | UNREADABLE, ENABLED);

/// A status as numbers.
#[derive(Debug)]
pub(super) enum Status {
    Disabled,
    Expired,
    Unreadable,
    Dormant,
    Unconnected,
    /// A verdict, or 0 for one that was never checked.
    Judged(i64),
}

impl Status {
    pub(super) fn of(filter: &StatusFilter, codes: &HashMap<String, i64>) -> Self {
        match filter {
            StatusFilter::NotChecked => Self::Judged(0),
            StatusFilter::Disabled => Self::Disabled,
            StatusFilter::Expired => Self::Expired,
            StatusFilter::Unreadable => Self::Unreadable,
            StatusFilter::Dormant => Self::Dormant,
            StatusFilter::Unconnected => Self::Unconnected,
            // No row has this number.
            StatusFilter::Verdict(kind) => Self::Judged(codes.get(kind).copied().unwrap_or(-1)),
        }
    }

    /// Whether the tally can be asked for it, as far as it knows.
    pub(super) fn is_tallied(&self) -> bool {
        matches!(self, Self::Disabled | Self::Unreadable | Self::Judged(_))
    }
}

/// What decides how rows stand, beside what stands in them; numbers instead of texts.
#[derive(Debug, Default)]
pub(super) struct Standing {
    now: i64,
    /// Scopes that use bundled keys.
    pub(super) bundled: Vec<i64>,
    /// Bits of the types that this is about.
    ai: i64,
    /// Providers, and the shapes with which a credential of theirs waits for a connection.
    waiting: Vec<(i64, Vec<i64>)>,
}

impl Standing {
    pub(super) async fn of(states: &States, now: i64, tx: &mut SqliteConnection) -> Result<Self, VaultError> {
        let mut standing = Self { now, bundled: bundled(tx).await?, ..Self::default() };
        if !standing.bundled.is_empty() {
            standing.ai = bits(&states.ai_types, tx).await?;
        }
        if !states.connectables.is_empty() {
            let providers: Vec<String> = states.connectables.iter().map(|one| one.provider.clone()).collect();
            let (codes, shapes) = (codes(&providers, tx).await?, shapes(tx).await?);
            let waiting = states.connectables.iter().filter_map(|method| {
                let shapes = fitting(method, &shapes);
                Some((*codes.get(&method.provider)?, shapes)).filter(|(_, shapes)| !shapes.is_empty())
            });
            standing.waiting = waiting.collect();
        }
        Ok(standing)
    }

    /// Whether any row could wait for a connection.
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The providers of rows that could wait for a connection.
    pub(super) fn push_waiting_providers(&self, sql: &mut Statement) {
        self.push_providers("f.provider", sql);
    }

    fn push_providers(&self, column: &'static str, sql: &mut Statement) {
        let providers: Vec<i64> = self.waiting.iter().map(|(provider, _)| *provider).collect();
        push_in(sql, column, &providers);
    }

    /// A row that is on and opens. The tally can be asked it.
    pub(super) fn push_live(sql: &mut Statement) {
        sql.push("f.marks & ").push_bind(LIVE.0).push(" = ").push_bind(LIVE.1);
    }

    /// A row of an organisation that uses bundled keys instead. The tally can be asked it.
    pub(super) fn push_dormant(&self, sql: &mut Statement) {
        if self.bundled.is_empty() {
            sql.push("0");
            return;
        }
        sql.push("(f.types & ~").push_bind(self.ai).push(" = 0 AND ");
        push_in(sql, "f.scope", &self.bundled);
        sql.push(")");
    }

    /// A row whose date has passed, found by the index of ends.
    pub(super) fn push_ended(&self, sql: &mut Statement) {
        sql.push("(f.expires > 0 AND f.expires <= ").push_bind(self.now).push(")");
    }

    fn push_current(&self, sql: &mut Statement) {
        // The unary plus keeps SQLite from an index that nearly all rows are read by.
        sql.push("(+f.expires = 0 OR +f.expires > ").push_bind(self.now).push(")");
    }

    /// A row that is dormant, and nothing that goes before it.
    pub(super) fn push_sleeping(&self, sql: &mut Statement) {
        self.push_dormant(sql);
        sql.push(" AND ");
        self.push_current(sql);
    }

    fn push_waiting(&self, sql: &mut Statement) {
        if self.waiting.is_empty() {
            sql.push("0");
            return;
        }
        // Few providers connect accounts, so one look at the provider is enough for most rows. The unary plus keeps
        // SQLite from their index where nearly all rows are meant.
        sql.push("(");
        self.push_providers("+f.provider", sql);
        sql.push(" AND f.marks & ").push_bind(CONNECTED).push(" = 0 AND (0");
        for (provider, shapes) in &self.waiting {
            sql.push(" OR +f.provider = ").push_bind(*provider).push(" AND ");
            push_in(sql, "f.shape", shapes);
        }
        sql.push("))");
    }

    /// A row that waits for a connection, and for nothing that goes before it.
    pub(super) fn push_unconnected(&self, sql: &mut Statement) {
        self.push_current(sql);
        sql.push(" AND ");
        self.push_waiting(sql);
        sql.push(" AND NOT ");
        self.push_dormant(sql);
    }

    /// Rows that stand so.
    pub(super) fn push(&self, status: &Status, sql: &mut Statement) {
        match status {
            Status::Unreadable | Status::Disabled => self.push_tallied(status, sql),
            Status::Expired => {
                Self::push_live(sql);
                sql.push(" AND ");
                self.push_ended(sql);
            }
            Status::Dormant => {
                Self::push_live(sql);
                sql.push(" AND ");
                self.push_sleeping(sql);
            }
            Status::Unconnected => {
                Self::push_live(sql);
                sql.push(" AND ");
                self.push_unconnected(sql);
            }
            Status::Judged(_) => {
                self.push_tallied(status, sql);
                sql.push(" AND NOT ");
                self.push_dormant(sql);
                sql.push(" AND ");
                self.push_current(sql);
                sql.push(" AND NOT ");
                self.push_waiting(sql);
            }
        }
    }

    /// Rows that stand so as far as the tally knows.
    pub(super) fn push_tallied(&self, status: &Status, sql: &mut Statement) {
        match status {
            Status::Unreadable => {
                sql.push("f.marks & ").push_bind(UNREADABLE).push(" <> 0");
            }
            Status::Disabled => {
                sql.push("f.marks & ").push_bind(LIVE.0).push(" = 0");
            }
            Status::Judged(code) => {
                sql.push("f.verdict = ").push_bind(*code).push(" AND ");
                Self::push_live(sql);
            }
            // Not asked of the tally.
            Status::Expired | Status::Dormant | Status::Unconnected => {
                sql.push("0");
            }
        }
    }
}

/// The numbers of the organisations that use bundled keys.
async fn bundled(tx: &mut SqliteConnection) -> Result<Vec<i64>, VaultError> {
    let rows = sqlx::query_scalar!(
        "SELECT w.code FROM organisation o JOIN list_word w ON w.word = o.id WHERE o.mode = 'bundled'"
    );
    Ok(rows.fetch_all(tx).await?)
}

/// Sign-in methods with the plain fields that are filled, and their numbers.
type Shapes = Vec<(i64, String, Vec<String>)>;

async fn shapes(tx: &mut SqliteConnection) -> Result<Shapes, VaultError> {
    let rows = sqlx::query!("SELECT code, auth, filled FROM list_shape").fetch_all(tx).await?;
    let read =
        |text: &str| serde_json::from_str(text).map_err(|_| VaultError::Damaged("a shape of the list".to_owned()));
    rows.into_iter().map(|row| Ok((row.code, row.auth, read(&row.filled)?))).collect()
}

/// The shapes with which a credential could be connected.
fn fitting(method: &Connectable, shapes: &Shapes) -> Vec<i64> {
    let fits = |auth: &String, filled: &[String]| {
        *auth == method.auth
            && method.filled.iter().all(|field| filled.contains(field))
            && !method.empty.iter().any(|field| filled.contains(field))
    };
    shapes.iter().filter(|(_, auth, filled)| fits(auth, filled)).map(|(code, ..)| *code).collect()
}

/// The bits of types, as far as they have one.
pub(super) async fn bits(types: &[String], tx: &mut SqliteConnection) -> Result<i64, VaultError> {
    let types = serde_json::json!(types).to_string();
    let rows = sqlx::query_scalar!("SELECT bit FROM list_type WHERE type IN (SELECT value FROM json_each(?))", types);
    Ok(rows.fetch_all(tx).await?.into_iter().fold(0, |mask, bit| mask | 1 << bit))
}
