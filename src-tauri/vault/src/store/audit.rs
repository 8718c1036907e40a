//! Who did what, when: a chain of entries under a key of the vault, written with the change itself.

use sqlx::SqliteConnection;

use super::{Vault, now};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::Author;
use crate::seal::keys::same_bytes;

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
    /// `system`, an organisation's id, or empty for the vault as a whole.
    pub scope: String,
    /// More about it as a JSON object, never a value.
    pub detail: String,
}

/// What the verification of the whole chain showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// How many entries there are.
    pub entries: u64,
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

/// An entry to write.
pub(super) struct Entry<'a> {
    pub action: &'a str,
    pub kind: &'a str,
    pub id: &'a str,
    pub name: &'a str,
    pub scope: &'a str,
    pub detail: serde_json::Value,
}

/// What the first entry is chained to.
pub(super) fn genesis(keys: &OpenKeys) -> [u8; 32] {
    keys.audit.mac(&[b"audit genesis", keys.vault.0.as_bytes()])
}

/// The keyed code over the number of entries and the last of them.
pub(super) fn head(keys: &OpenKeys, length: i64, last: &[u8]) -> [u8; 32] {
    keys.audit.mac(&[b"audit head", &length.to_be_bytes(), last])
}

fn link(keys: &OpenKeys, before: &[u8], sequence: i64, texts: [&str; 9]) -> [u8; 32] {
    let sequence = sequence.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![b"audit entry", before, &sequence];
    parts.extend(texts.iter().map(|text| text.as_bytes()));
    keys.audit.mac(&parts)
}

/// The end of the chain, as it was read.
pub(super) struct End {
    pub length: i64,
    pub head: Vec<u8>,
    last: Option<Vec<u8>>,
}

impl End {
    pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Self, VaultError> {
        let stored = sqlx::query!(
            "SELECT audit_length, audit_head,
                (SELECT chain FROM audit_entry ORDER BY sequence DESC LIMIT 1) AS \"last: Vec<u8>\"
             FROM vault WHERE one = 1"
        )
        .fetch_one(connection)
        .await?;
        Ok(Self { length: stored.audit_length, head: stored.audit_head, last: stored.last })
    }

    /// The entry that comes next.
    pub(super) fn next<'a>(&self, keys: &OpenKeys, by: &'a Author, entry: Entry<'a>) -> Next<'a> {
        let genesis = genesis(keys);
        let before = self.last.as_deref().unwrap_or(&genesis);
        // Counted in the vault's row and not from the last entry, so that a cut tail leaves a gap for ever.
        let sequence = self.length.saturating_add(1);
        let (at, author_id, detail) = (now(), by.person.to_string(), entry.detail.to_string());
        let texts =
            [&at, &author_id, by.name.as_str(), entry.action, entry.kind, entry.id, entry.name, entry.scope, &detail];
        let chain = link(keys, before, sequence, texts);
        // An end that was not as it was written stays so: a new entry must not make a cut log whole again.
        let intact = same_bytes(&head(keys, self.length, before), &self.head);
        let head = if intact { head(keys, sequence, &chain).to_vec() } else { self.head.clone() };
        Next { sequence, at, author_id, author: &by.name, entry, detail, chain, head }
    }
}

/// An entry in its place in the chain.
pub(super) struct Next<'a> {
    pub sequence: i64,
    pub at: String,
    pub author_id: String,
    pub author: &'a str,
    pub entry: Entry<'a>,
    pub detail: String,
    pub chain: [u8; 32],
    /// The code of the log that ends with it.
    pub head: Vec<u8>,
}

/// Writes an entry in the caller's transaction: without it, the change does not happen either.
pub(super) async fn append(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    by: &Author,
    entry: Entry<'_>,
) -> Result<(), VaultError> {
    let Next { sequence, at, author_id, author, entry, detail, chain, head } =
        End::read(tx).await?.next(keys, by, entry);
    let chain = chain.as_slice();
    sqlx::query!(
        "INSERT INTO audit_entry (sequence, at, author_id, author, action, object_kind, object_id, object_name, scope, detail, chain)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        sequence, at, author_id, author, entry.action, entry.kind, entry.id, entry.name, entry.scope, detail, chain
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("UPDATE vault SET audit_length = ?, audit_head = ? WHERE one = 1", sequence, head).execute(tx).await?;
    Ok(())
}

impl Vault {
    /// The last `n` entries, the newest first.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn audit_tail(&self, n: u32) -> Result<Vec<AuditRow>, VaultError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query!(
            "SELECT sequence, at, author_id, author, action, object_kind, object_id, object_name, scope, detail
             FROM audit_entry ORDER BY sequence DESC LIMIT ?",
            n
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| AuditRow {
                sequence: row.sequence.unsigned_abs(),
                at: row.at,
                author_id: row.author_id,
                author: row.author,
                action: row.action,
                object_kind: row.object_kind,
                object_id: row.object_id,
                object_name: row.object_name,
                scope: row.scope,
                detail: row.detail,
            })
            .collect())
    }

    /// Computes the whole chain again and names the first entry that is not as it was written.
    ///
    /// An entry that was changed, removed, inserted or moved shows, and so does a cut tail. A file put back as a
    /// whole as it was earlier does not show: nothing outside the file is compared.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn verify_audit(&self) -> Result<AuditReport, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        verify(&mut connection, &keys).await
    }
}

/// How many entries are read at a time.
const BATCH: i64 = 1000;

pub(super) async fn verify(connection: &mut SqliteConnection, keys: &OpenKeys) -> Result<AuditReport, VaultError> {
    // One view of the table, whatever others append meanwhile.
    let mut tx = sqlx::Connection::begin(connection).await?;
    let stored = sqlx::query!("SELECT audit_length, audit_head FROM vault WHERE one = 1").fetch_one(&mut *tx).await?;
    let (mut before, mut expected) = (genesis(keys).to_vec(), 1i64);
    let bad = |sequence: i64, reason| BadEntry { sequence: sequence.unsigned_abs(), reason };
    let (mut entries, mut first_bad, mut from) = (0u64, None, i64::MIN);
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
            entries += 1;
            if first_bad.is_some() {
                continue;
            }
            if row.sequence != expected {
                let (at, reason) = if row.sequence < expected {
                    (row.sequence, "this entry was not written by the vault")
                } else {
                    (expected, "this entry is missing")
                };
                first_bad = Some(bad(at, reason));
                continue;
            }
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
            if !same_bytes(&link(keys, &before, row.sequence, texts), &row.chain) {
                first_bad = Some(bad(row.sequence, "this entry is not as it was written"));
            }
            before = row.chain;
            expected += 1;
        }
    }
    tx.rollback().await?;
    if first_bad.is_none() {
        if expected <= stored.audit_length {
            first_bad = Some(bad(expected, "the entries from here on are missing"));
        } else if !same_bytes(&head(keys, stored.audit_length, &before), &stored.audit_head) {
            first_bad = Some(bad(expected.saturating_sub(1).max(1), "the end of the log is not as it was written"));
        }
    }
    Ok(AuditReport { entries, first_bad })
}
