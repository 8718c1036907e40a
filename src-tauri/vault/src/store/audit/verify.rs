//! Computing the whole chain again.

use sqlx::{Connection, SqliteConnection};

use super::chain::{genesis, head, link};
use super::keep::Keep;
use crate::error::VaultError;
use crate::files::database_path;
use crate::hierarchy::OpenKeys;
use crate::seal::keys::same_bytes;
use crate::store::{Vault, schema};

/// What the verification of the whole chain showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// How many entries there are.
    pub entries: u64,
    /// How many stood before them and were removed, because they were older than entries are kept.
    pub removed: u64,
    /// Time of the first entry that is there.
    pub first_at: Option<String>,
    /// Time of the last one.
    pub last_at: Option<String>,
    /// The first entry that is not as it was written; later ones are not judged.
    pub first_bad: Option<BadEntry>,
}

/// An entry that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    /// Where.
    pub sequence: u64,
    /// What is wrong, in words.
    pub reason: &'static str,
}

impl Vault {
    /// Computes the whole chain again and names the first entry that is not as it was written.
    ///
    /// An entry that was changed, removed, inserted or moved shows, and so does a cut tail. A file put back as a
    /// whole as it was earlier shows in [`Vault::compare_witness`] alone.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn verify_audit(&self) -> Result<AuditReport, VaultError> {
        let keys = self.keys()?;
        if self.info().read_only {
            let mut connection = self.connection().await?;
            return verify(&mut connection, &keys).await;
        }
        // A long log takes seconds, in which others may use the vault's connection.
        let mut connection = schema::connect(&database_path(self.home())).await?;
        let report = verify(&mut connection, &keys).await;
        connection.close().await?;
        report
    }
}

/// How many entries are read at a time.
const BATCH: i64 = 1000;

/// Goes through the entries and stops judging at the first bad one.
struct Walk<'k> {
    keys: &'k OpenKeys,
    before: Vec<u8>,
    expected: i64,
    report: AuditReport,
}

impl Walk<'_> {
    fn find(&mut self, sequence: i64, reason: &'static str) {
        if self.report.first_bad.is_none() {
            self.report.first_bad = Some(BadEntry { sequence: sequence.unsigned_abs(), reason });
        }
    }

    fn step(&mut self, sequence: i64, texts: [&str; 9], chain: Vec<u8>) {
        self.report.entries += 1;
        if self.report.first_bad.is_some() {
            return;
        }
        if sequence < self.expected {
            return self.find(sequence, "this entry was not written by the vault");
        }
        if sequence > self.expected {
            return self.find(self.expected, "this entry is missing");
        }
        if !same_bytes(&link(self.keys, &self.before, sequence, texts), &chain) {
            return self.find(sequence, "this entry is not as it was written");
        }
        self.before = chain;
        self.expected += 1;
    }
}

pub(in crate::store) async fn verify(
    connection: &mut SqliteConnection,
    keys: &OpenKeys,
) -> Result<AuditReport, VaultError> {
    // One view of the table, whatever others append meanwhile.
    let mut tx = connection.begin().await?;
    let stored = sqlx::query!(
        "SELECT audit_length, audit_head, (SELECT COUNT(*) FROM audit_entry) AS \"rows!: i64\" FROM vault WHERE one = 1"
    )
    .fetch_one(&mut *tx)
    .await?;
    let keep = Keep::read(&mut tx).await?;
    let (removed, before) = match &keep {
        Some(keep) => (keep.removed, keep.chain.clone()),
        None => (0, genesis(keys).to_vec()),
    };
    let report =
        AuditReport { entries: 0, removed: removed.unsigned_abs(), first_at: None, last_at: None, first_bad: None };
    let mut walk = Walk { keys, before, expected: removed.saturating_add(1), report };
    if keep.is_some_and(|keep| !keep.is_ours(keys)) {
        walk.find(walk.expected, "what says how much of the log was removed is not as it was written");
    }
    let mut from = i64::MIN;
    loop {
        let rows = sqlx::query!(
            "SELECT sequence, at, author_id, author, action, object_kind, object_id, object_name, scope, detail, chain
             FROM audit_entry WHERE sequence >= ? ORDER BY sequence LIMIT ?",
            from,
            BATCH
        )
        .fetch_all(&mut *tx)
        .await?;
        let Some(next) = rows.last().and_then(|row| row.sequence.checked_add(1)) else { break };
        from = next;
        for row in rows {
            let texts = [
                row.at.as_str(),
                &row.author_id,
                &row.author,
                &row.action,
                &row.object_kind,
                &row.object_id,
                &row.object_name,
                &row.scope,
                &row.detail,
            ];
            walk.step(row.sequence, texts, row.chain);
            walk.report.first_at.get_or_insert_with(|| row.at.clone());
            walk.report.last_at = Some(row.at);
        }
    }
    tx.rollback().await?;
    let end = walk.expected;
    if stored.rows.unsigned_abs() != walk.report.entries {
        // Rows that the walk passed over have the number of another one.
        walk.find(end.saturating_sub(1).max(1), "an entry stands there more than once");
    } else if end <= stored.audit_length {
        walk.find(end, "the entries from here on are missing");
    } else if !same_bytes(&head(keys, stored.audit_length, &walk.before), &stored.audit_head) {
        walk.find(end.saturating_sub(1).max(1), "the end of the log is not as it was written");
    }
    Ok(walk.report)
}
