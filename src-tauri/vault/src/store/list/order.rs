//! Orders and cursors. A page goes on after a key and not after a number of rows, so that what comes or goes before it
//! moves nothing; a number is for somebody who goes to a place in the list.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::filter::Statement;
use crate::error::VaultError;
use crate::lists::{Sort, SortKey};

/// How an order is read from the database.
pub(super) struct Order {
    sort: Sort,
    /// The table whose index has this order: `credential c`, or `list_entry f`, whose index holds what filters ask for.
    pub(super) walked: &'static str,
    /// Its columns, the row's number last.
    walked_columns: &'static [&'static str],
    /// The same columns where a row's name is called `n` and its entry `e`.
    joined_columns: &'static [&'static str],
    /// Short name for cursors.
    id: &'static str,
}

impl Order {
    pub(super) fn of(sort: Sort) -> Self {
        let (id, walked, walked_columns, joined_columns): (_, _, &[&str], &[&str]) = match sort.key {
            SortKey::Name => {
                ("n", "credential c INDEXED BY credential_order", &["c.name_folded", "c.docid"], &["n.name", "n.docid"])
            }
            SortKey::Provider => (
                "p",
                "credential c INDEXED BY credential_provider_name",
                &["c.provider", "c.name_folded", "c.docid"],
                &["n.provider", "n.name", "n.docid"],
            ),
            SortKey::Status => {
                ("s", "list_entry f INDEXED BY list_entry_harm", &["f.harm", "f.docid"], &["e.harm", "e.docid"])
            }
            SortKey::Checked => (
                "k",
                "list_entry f INDEXED BY list_entry_checked",
                &["f.checked", "f.docid"],
                &["e.checked", "e.docid"],
            ),
            SortKey::Used => {
                ("u", "list_entry f INDEXED BY list_entry_used", &["f.used", "f.docid"], &["e.used", "e.docid"])
            }
            SortKey::Expires => (
                "e",
                "list_entry f INDEXED BY list_entry_expires",
                &["f.expires", "f.docid"],
                &["e.expires", "e.docid"],
            ),
            SortKey::Created => (
                "c",
                "list_entry f INDEXED BY list_entry_created",
                &["f.created", "f.docid"],
                &["e.created", "e.docid"],
            ),
        };
        Self { sort, walked, walked_columns, joined_columns, id }
    }

    /// Whether the rows that come in this order are those of `list_entry`.
    pub(super) fn walks_entries(&self) -> bool {
        self.walked.starts_with("list_entry")
    }

    /// The number of the row that comes in this order.
    pub(super) fn walked_docid(&self) -> &'static str {
        if self.walks_entries() { "f.docid" } else { "c.docid" }
    }

    /// The columns of rows that come in this order.
    pub(super) fn walked_columns(&self) -> Columns<'_> {
        Columns { order: self, columns: self.walked_columns }
    }

    /// The columns of rows that come from elsewhere.
    pub(super) fn joined_columns(&self) -> Columns<'_> {
        Columns { order: self, columns: self.joined_columns }
    }

    /// Reads a cursor: the key after which the page begins.
    pub(super) fn read(&self, cursor: &str) -> Result<Vec<Value>, VaultError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| VaultError::BadCursor)?;
        let (id, descending, key): (String, bool, Vec<Value>) =
            serde_json::from_slice(&bytes).map_err(|_| VaultError::BadCursor)?;
        let texts =
            self.walked_columns.iter().filter(|column| column.ends_with("name_folded") || **column == "c.provider");
        let (texts, numbers) = (texts.count(), self.walked_columns.len());
        let fits = key.len() == numbers
            && key.iter().take(texts).all(Value::is_string)
            && key.iter().skip(texts).all(Value::is_i64);
        if id == self.id && descending == self.sort.descending && fits { Ok(key) } else { Err(VaultError::BadCursor) }
    }

    /// A cursor after the row with this key.
    pub(super) fn cursor(&self, key: &[Value]) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::json!([self.id, self.sort.descending, key]).to_string())
    }
}

/// The columns of an order in one statement.
pub(super) struct Columns<'o> {
    order: &'o Order,
    columns: &'static [&'static str],
}

impl Columns<'_> {
    fn push_list(&self, sql: &mut Statement, end: &'static str) {
        for (at, column) in self.columns.iter().enumerate() {
            sql.push(if at > 0 { ", " } else { "" }).push(*column).push(end);
        }
    }

    /// Whether rows that come from elsewhere need their name and not their entry.
    pub(super) fn reads_names(&self) -> bool {
        self.columns.first().is_some_and(|column| column.starts_with("n."))
    }

    /// The key as a JSON array.
    pub(super) fn push_key(&self, sql: &mut Statement) {
        sql.push("json_array(");
        self.push_list(sql, "");
        sql.push(")");
    }

    /// Only rows after this key.
    pub(super) fn push_after(&self, sql: &mut Statement, key: &[Value]) {
        sql.push(" AND (");
        self.push_list(sql, "");
        sql.push(if self.order.sort.descending { ") < (" } else { ") > (" });
        for (at, value) in key.iter().enumerate() {
            sql.push(if at > 0 { ", " } else { "" });
            match value {
                Value::String(text) => sql.push_bind(text.clone()),
                other => sql.push_bind(other.as_i64()),
            };
        }
        sql.push(")");
    }

    /// The order, the number of rows, and how many are passed over before them.
    pub(super) fn push_order(&self, sql: &mut Statement, limit: usize, skip: usize) {
        let bound = |number| i64::try_from(number).unwrap_or(i64::MAX);
        self.push_sorted(sql);
        sql.push(" LIMIT ").push_bind(bound(limit)).push(" OFFSET ").push_bind(bound(skip));
    }

    /// The order alone.
    pub(super) fn push_sorted(&self, sql: &mut Statement) {
        sql.push(" ORDER BY ");
        self.push_list(sql, if self.order.sort.descending { " DESC" } else { "" });
    }
}
