//! Reading the log: filtered, newest first, page by page. Needs no key.

use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::{DELIVER, REFUSED};
use crate::error::VaultError;
use crate::model::{PersonId, Scope};
use crate::store::Vault;
use crate::store::sealed::scope_text;

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// RFC 3339 UTC.
    pub at: String,
    /// Id of the person.
    pub author_id: String,
    /// The person's name at that time.
    pub author: String,
    /// What was done, such as `credential.add`.
    pub action: String,
    /// What it was done to: `vault`, `organisation`, `credential`, `setting` or `program`.
    pub object_kind: String,
    /// Its id; empty where it has none.
    pub object_id: String,
    /// Its name at that time.
    pub object_name: String,
    /// `system`, an organisation's id, several of them with spaces between, or empty for the vault as a whole.
    pub scope: String,
    /// More about it as a JSON object, never a value.
    pub detail: String,
}

/// What kind of thing an entry tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditGroup {
    /// Something is another than before.
    Changes,
    /// A provider was asked.
    Checks,
    /// Secrets were handed to a program.
    Deliveries,
    /// Somebody was refused.
    Refused,
}

/// Actions that only ask a provider.
const CHECKS: [&str; 5] =
    ["credential.check", "credential.old.check", "credential.old.dead", "credential.replace.check", "credential.try"];

impl AuditGroup {
    /// That of an action.
    pub fn of(action: &str) -> Self {
        match action {
            DELIVER => Self::Deliveries,
            REFUSED => Self::Refused,
            action if CHECKS.contains(&action) => Self::Checks,
            _ => Self::Changes,
        }
    }
}

/// The entries that somebody may see who may not see all: those of these scopes, and their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whose entries.
    pub scopes: Vec<Scope>,
    /// Who reads.
    pub person: PersonId,
}

/// What to look for. Nothing narrows where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// What may be seen; `None` for all.
    pub reach: Option<Reach>,
    /// Entries of this person.
    pub author: Option<PersonId>,
    /// Entries of this kind.
    pub group: Option<AuditGroup>,
    /// This action, such as `credential.add`.
    pub action: Option<String>,
    /// What this id stands in, as the object or in the details.
    pub object: Option<String>,
    /// Entries of this scope.
    pub scope: Option<Scope>,
    /// From this moment on, as the vault writes times.
    pub from: Option<String>,
    /// Before this moment.
    pub until: Option<String>,
    /// A part of the person's or object's name, of the action or of the details. ASCII letters match in either case.
    pub text: Option<String>,
    /// Entries before this one.
    pub before: Option<u64>,
    /// How many, at most [`AUDIT_PAGE_LIMIT`].
    pub limit: u32,
}

/// Largest page.
pub const AUDIT_PAGE_LIMIT: u32 = 1000;

/// A page of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The newest first.
    pub rows: Vec<AuditRow>,
    /// There are more; ask for those before the last one.
    pub more: bool,
}

/// Somebody who stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPerson {
    /// Id.
    pub id: String,
    /// The name in their last entry.
    pub name: String,
}

const COLUMNS: &str = "SELECT sequence, at, author_id, author, action, object_kind, object_id, object_name, scope, detail FROM audit_entry";

type Statement = QueryBuilder<Sqlite>;

impl Vault {
    /// The last `n` entries, the newest first.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn audit_tail(&self, n: u32) -> Result<Vec<AuditRow>, VaultError> {
        Ok(self.audit_page(&AuditQuery { limit: n, ..AuditQuery::default() }).await?.rows)
    }

    /// A page of entries, the newest first.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn audit_page(&self, query: &AuditQuery) -> Result<AuditPage, VaultError> {
        let limit = query.limit.clamp(1, AUDIT_PAGE_LIMIT) as usize;
        let mut statement = Statement::new(COLUMNS);
        statement.push(" WHERE 1");
        narrow(&mut statement, query);
        statement.push(" ORDER BY sequence DESC LIMIT ").push_bind(limit as i64 + 1);
        let mut connection = self.connection().await?;
        let mut rows = read(&mut statement, &mut connection).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(AuditPage { rows, more })
    }

    /// Everybody who stands in the entries that may be seen, by name.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn audit_people(&self, reach: Option<&Reach>) -> Result<Vec<AuditPerson>, VaultError> {
        let mut statement = match reach {
            // From one person to the next by the index, and not through every entry.
            None => Statement::new(
                "WITH RECURSIVE one (id) AS (SELECT MIN(author_id) FROM audit_entry UNION ALL
                    SELECT (SELECT MIN(author_id) FROM audit_entry WHERE author_id > one.id) FROM one WHERE one.id IS NOT NULL)
                 SELECT id, (SELECT author FROM audit_entry WHERE author_id = id ORDER BY sequence DESC LIMIT 1) AS name
                 FROM one WHERE id IS NOT NULL",
            ),
            Some(reach) => {
                let mut statement = Statement::new("SELECT author_id AS id, author AS name, MAX(sequence) FROM audit_entry WHERE 1");
                within(&mut statement, reach);
                statement.push(" GROUP BY author_id");
                statement
            }
        };
        let mut connection = self.connection().await?;
        let rows = statement.build().fetch_all(&mut *connection).await?;
        let person = |row: &sqlx::sqlite::SqliteRow| {
            Ok::<_, sqlx::Error>(AuditPerson { id: row.try_get("id")?, name: row.try_get("name")? })
        };
        let mut people: Vec<AuditPerson> = rows.iter().map(person).collect::<Result<_, _>>()?;
        people.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(people)
    }
}

async fn read(statement: &mut Statement, connection: &mut SqliteConnection) -> Result<Vec<AuditRow>, VaultError> {
    let rows = statement.build().fetch_all(connection).await?;
    let entry = |row: &sqlx::sqlite::SqliteRow| {
        Ok::<_, sqlx::Error>(AuditRow {
            sequence: row.try_get::<i64, _>("sequence")?.unsigned_abs(),
            at: row.try_get("at")?,
            author_id: row.try_get("author_id")?,
            author: row.try_get("author")?,
            action: row.try_get("action")?,
            object_kind: row.try_get("object_kind")?,
            object_id: row.try_get("object_id")?,
            object_name: row.try_get("object_name")?,
            scope: row.try_get("scope")?,
            detail: row.try_get("detail")?,
        })
    };
    Ok(rows.iter().map(entry).collect::<Result<_, _>>()?)
}

/// Only what is asked for stands in the statement, of literal parts and bound values alone.
fn narrow(sql: &mut Statement, query: &AuditQuery) {
    if let Some(reach) = &query.reach {
        within(sql, reach);
    }
    if let Some(author) = query.author {
        sql.push(" AND author_id = ").push_bind(author.to_string());
    }
    // The index of rare actions leaves deliveries out, and is used where the statement says so.
    match query.group {
        None => {}
        Some(AuditGroup::Deliveries) => {
            sql.push(" AND action = 'credential.deliver'");
        }
        Some(AuditGroup::Refused) => {
            sql.push(" AND action <> 'credential.deliver' AND action = ").push_bind(REFUSED);
        }
        Some(AuditGroup::Checks) => {
            sql.push(" AND action <> 'credential.deliver' AND action IN (");
            checks(sql);
            sql.push(")");
        }
        Some(AuditGroup::Changes) => {
            sql.push(" AND action <> 'credential.deliver' AND action <> ")
                .push_bind(REFUSED)
                .push(" AND action NOT IN (");
            checks(sql);
            sql.push(")");
        }
    }
    if let Some(action) = &query.action {
        if action != DELIVER {
            sql.push(" AND action <> 'credential.deliver'");
        }
        sql.push(" AND action = ").push_bind(action.clone());
    }
    if let Some(object) = &query.object {
        sql.push(" AND (object_id = ").push_bind(object.clone());
        sql.push(" OR instr(detail, ").push_bind(object.clone()).push("))");
    }
    if let Some(scope) = query.scope {
        sql.push(" AND instr(scope, ").push_bind(scope_text(scope)).push(")");
    }
    for (sign, time) in [(" AND at >= ", &query.from), (" AND at < ", &query.until)] {
        if let Some(time) = time {
            sql.push(sign).push_bind(time.clone());
        }
    }
    if let Some(text) = query.text.as_deref().filter(|text| !text.is_empty()) {
        let pattern = format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let mut or = " AND (";
        for column in ["author", "object_name", "action", "detail"] {
            sql.push(or).push(column).push(" LIKE ").push_bind(pattern.clone()).push(" ESCAPE '\\'");
            or = " OR ";
        }
        sql.push(")");
    }
    if let Some(before) = query.before {
        sql.push(" AND sequence < ").push_bind(i64::try_from(before).unwrap_or(i64::MAX));
    }
}

fn checks(sql: &mut Statement) {
    for (at, action) in CHECKS.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).push_bind(*action);
    }
}

/// Ids stand in the scope as they are, and no id is a part of another one.
fn within(sql: &mut Statement, reach: &Reach) {
    sql.push(" AND (author_id = ").push_bind(reach.person.to_string());
    for scope in &reach.scopes {
        sql.push(" OR instr(scope, ").push_bind(scope_text(*scope)).push(")");
    }
    sql.push(")");
}
