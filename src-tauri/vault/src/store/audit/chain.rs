//! The chain: each entry's code covers the one before it, and the vault's row has a code over the whole.

use sqlx::SqliteConnection;

use super::Entry;
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::Author;
use crate::seal::keys::same_bytes;
use crate::store::now;

/// What the first entry is chained to.
pub(in crate::store) fn genesis(keys: &OpenKeys) -> [u8; 32] {
    keys.audit.mac(&[b"audit genesis", keys.vault.0.as_bytes()])
}

/// The keyed code over the number of entries and the last of them.
pub(in crate::store) fn head(keys: &OpenKeys, length: i64, last: &[u8]) -> [u8; 32] {
    keys.audit.mac(&[b"audit head", &length.to_be_bytes(), last])
}

pub(super) fn link(keys: &OpenKeys, before: &[u8], sequence: i64, texts: [&str; 9]) -> [u8; 32] {
    let sequence = sequence.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![b"audit entry", before, &sequence];
    parts.extend(texts.iter().map(|text| text.as_bytes()));
    keys.audit.mac(&parts)
}

/// The end of the chain, as it was read.
pub(in crate::store) struct End {
    pub length: i64,
    pub head: Vec<u8>,
    pub last: Option<Vec<u8>>,
}

impl End {
    pub(in crate::store) async fn read(connection: &mut SqliteConnection) -> Result<Self, VaultError> {
        let stored = sqlx::query!(
            "SELECT audit_length, audit_head,
                (SELECT chain FROM audit_entry ORDER BY sequence DESC LIMIT 1) AS \"last: Vec<u8>\"
             FROM vault WHERE one = 1"
        )
        .fetch_one(connection)
        .await?;
        Ok(Self { length: stored.audit_length, head: stored.audit_head, last: stored.last })
    }

    /// Whether the vault's row says so many entries and this last one.
    pub(super) fn is_intact(&self, keys: &OpenKeys) -> bool {
        let genesis = genesis(keys);
        same_bytes(&head(keys, self.length, self.last.as_deref().unwrap_or(&genesis)), &self.head)
    }

    /// The entry that comes next.
    pub(in crate::store) fn next<'a>(&self, keys: &OpenKeys, by: &'a Author, entry: Entry<'a>) -> Next<'a> {
        let genesis = genesis(keys);
        let before = self.last.as_deref().unwrap_or(&genesis);
        // Counted in the vault's row and not from the last entry, so that a cut tail leaves a gap for ever.
        let sequence = self.length.saturating_add(1);
        let (at, author_id, detail) = (now(), by.person.to_string(), entry.detail.to_string());
        let texts =
            [&at, &author_id, by.name.as_str(), entry.action, entry.kind, entry.id, entry.name, entry.scope, &detail];
        let chain = link(keys, before, sequence, texts);
        // An end that was not as it was written stays so: a new entry must not make a cut log whole again.
        let head = if self.is_intact(keys) { head(keys, sequence, &chain).to_vec() } else { self.head.clone() };
        Next { sequence, at, author_id, author: &by.name, entry, detail, chain, head }
    }
}

/// An entry in its place in the chain.
pub(in crate::store) struct Next<'a> {
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
pub(in crate::store) async fn append(
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
