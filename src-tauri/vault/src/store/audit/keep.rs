//! How long entries are kept, and removing those that are older.
//!
//! What is left stays verifiable: a keyed row says where the log begins and to what its first entry is chained.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::chain::{append, genesis};
use super::{DELIVER, Entry, RETENTION};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::Author;
use crate::seal::keys::same_bytes;
use crate::store::{Vault, begin, schema};

/// Longest time that can be chosen: a century.
const LONGEST_DAYS: u32 = 36_500;

/// The row that says so, with what it covers.
pub(super) struct Keep {
    pub days: Option<i64>,
    pub removed: i64,
    pub chain: Vec<u8>,
    code: Vec<u8>,
    /// Credential and the data key that it got last, as the removed entries said.
    data_keys: Vec<(String, String)>,
}

impl Keep {
    /// The row; none where everything is kept and nothing was removed.
    pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Option<Self>, VaultError> {
        let row = sqlx::query!("SELECT days, removed, chain, code FROM audit_keep WHERE one = 1")
            .fetch_optional(&mut *connection)
            .await?;
        let data_keys = sqlx::query!("SELECT credential_id, data_key FROM audit_key ORDER BY credential_id")
            .fetch_all(connection)
            .await?;
        Ok(row.map(|row| Self {
            days: row.days,
            removed: row.removed,
            chain: row.chain,
            code: row.code,
            data_keys: data_keys.into_iter().map(|key| (key.credential_id, key.data_key)).collect(),
        }))
    }

    fn fresh(keys: &OpenKeys) -> Self {
        Self { days: None, removed: 0, chain: genesis(keys).to_vec(), code: Vec::new(), data_keys: Vec::new() }
    }

    /// The row, or what stands for none.
    async fn current(connection: &mut SqliteConnection, keys: &OpenKeys) -> Result<Self, VaultError> {
        match Self::read(connection).await? {
            Some(keep) if keep.is_ours(keys) => Ok(keep),
            Some(_) => Err(foreign()),
            None => Ok(Self::fresh(keys)),
        }
    }

    fn code(&self, keys: &OpenKeys) -> [u8; 32] {
        let days = self.days.map_or_else(String::new, |days| days.to_string());
        let removed = self.removed.to_be_bytes();
        let mut parts: Vec<&[u8]> = vec![b"audit keep", days.as_bytes(), &removed, &self.chain];
        for (credential, key) in &self.data_keys {
            parts.extend([credential.as_bytes(), key.as_bytes()]);
        }
        keys.audit.mac(&parts)
    }

    /// Whether somebody with the key wrote it.
    pub(super) fn is_ours(&self, keys: &OpenKeys) -> bool {
        same_bytes(&self.code(keys), &self.code)
    }

    async fn write(&self, keys: &OpenKeys, tx: &mut SqliteConnection) -> Result<(), VaultError> {
        let (code, chain) = (self.code(keys).to_vec(), self.chain.as_slice());
        sqlx::query!(
            "INSERT INTO audit_keep (one, days, removed, chain, code) VALUES (1, ?, ?, ?, ?)
             ON CONFLICT (one) DO UPDATE SET days = excluded.days, removed = excluded.removed, chain = excluded.chain,
                code = excluded.code",
            self.days,
            self.removed,
            chain,
            code
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!("DELETE FROM audit_key").execute(&mut *tx).await?;
        for (credential, key) in &self.data_keys {
            sqlx::query!("INSERT INTO audit_key (credential_id, data_key) VALUES (?, ?)", credential, key)
                .execute(&mut *tx)
                .await?;
        }
        Ok(())
    }
}

fn foreign() -> VaultError {
    VaultError::Damaged("what says how long audit entries are kept is not as it was written".to_owned())
}

impl Vault {
    /// After how many days entries of the audit are removed; `None` where all are kept.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn audit_retention(&self) -> Result<Option<u32>, VaultError> {
        let mut connection = self.connection().await?;
        let days = sqlx::query_scalar!("SELECT days FROM audit_keep WHERE one = 1").fetch_optional(&mut *connection);
        Ok(days.await?.flatten().and_then(|days| u32::try_from(days).ok()))
    }

    /// Says after how many days entries are removed. Removes none itself; see [`Vault::prune_audit`].
    ///
    /// # Errors
    /// [`VaultError::Invalid`], [`VaultError::Damaged`] where somebody else wrote the earlier choice,
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn set_audit_retention(&self, days: Option<u32>, by: &Author) -> Result<(), VaultError> {
        if days.is_some_and(|days| days == 0 || days > LONGEST_DAYS) {
            return Err(VaultError::Invalid("audit entries are kept between 1 and 36,500 days, or for ever"));
        }
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = begin(&mut connection).await?;
        let mut keep = Keep::current(&mut tx, &keys).await?;
        let wanted = days.map(i64::from);
        if keep.days == wanted {
            tx.rollback().await?;
            return Ok(());
        }
        keep.days = wanted;
        keep.write(&keys, &mut tx).await?;
        let detail = serde_json::json!({"days": days});
        let entry = Entry { action: RETENTION, kind: "audit", id: "", name: "", scope: "", detail };
        append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes the entries that are older than they are kept, and says how many. An entry says so, and what is left
    /// stays verifiable. A log that is not as it was written is left as it is.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] where the log, or the choice how long it is kept, is not as it was written,
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn prune_audit(&self, now: Timestamp, by: &Author) -> Result<u64, VaultError> {
        let keys = self.keys()?;
        let Some(days) = self.audit_retention().await? else { return Ok(0) };
        let before = now - SignedDuration::from_hours(24 * i64::from(days));
        let before = format!("{before:.3}");
        if self.last_older(&before).await?.is_none() {
            return Ok(0);
        }
        if let Some(bad) = self.verify_audit().await?.first_bad {
            return Err(VaultError::Damaged(format!(
                "entry {} of the audit: {}; nothing of it is removed",
                bad.sequence, bad.reason
            )));
        }
        let mut connection = self.connection().await?;
        let mut tx = begin(&mut connection).await?;
        let mut keep = Keep::current(&mut tx, &keys).await?;
        // An older choice put back has a code of ours; the log knows the last one.
        if keep.days != Some(i64::from(days)) || logged_days(&mut tx).await?.is_some_and(|logged| logged != keep.days) {
            return Err(foreign());
        }
        let Some((last, chain)) = last_older(&mut tx, &before).await? else { return Ok(0) };
        let removed = last.saturating_sub(keep.removed);
        keep.data_keys = data_keys(&mut tx, last).await?;
        (keep.removed, keep.chain) = (last, chain);
        let detail = serde_json::json!({"removed": removed, "last": last, "before": before, "days": days});
        let entry = Entry { action: "audit.prune", kind: "audit", id: "", name: "", scope: "", detail };
        append(&mut tx, &keys, by, entry).await?;
        sqlx::query!("DELETE FROM audit_entry WHERE sequence <= ?", last).execute(&mut *tx).await?;
        keep.write(&keys, &mut tx).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(removed.unsigned_abs())
    }

    async fn last_older(&self, before: &str) -> Result<Option<(i64, Vec<u8>)>, VaultError> {
        let mut connection = self.connection().await?;
        last_older(&mut connection, before).await
    }
}

/// The last of the oldest entries that are all older than this, with its code. One that is newer keeps those after it,
/// whatever a clock that was set back wrote into them.
async fn last_older(connection: &mut SqliteConnection, before: &str) -> Result<Option<(i64, Vec<u8>)>, VaultError> {
    let found = sqlx::query!(
        "SELECT sequence, chain FROM audit_entry
         WHERE sequence < COALESCE((SELECT sequence FROM audit_entry WHERE at >= ?1 ORDER BY sequence LIMIT 1),
            (SELECT MAX(sequence) + 1 FROM audit_entry))
         ORDER BY sequence DESC LIMIT 1",
        before
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.map(|row| (row.sequence, row.chain)))
}

/// What the last entry about it says; the outer `None` where there is none.
async fn logged_days(connection: &mut SqliteConnection) -> Result<Option<Option<i64>>, VaultError> {
    let logged = sqlx::query_scalar!(
        "SELECT json_extract(detail, '$.days') AS \"days: i64\" FROM audit_entry
         WHERE action = ? AND action <> ? ORDER BY sequence DESC LIMIT 1",
        RETENTION,
        DELIVER
    )
    .fetch_optional(connection)
    .await?;
    Ok(logged)
}

/// The data key that each credential got last, as the entries up to this one say, and those removed before them.
async fn data_keys(connection: &mut SqliteConnection, last: i64) -> Result<Vec<(String, String)>, VaultError> {
    let rows = sqlx::query!(
        "SELECT c.id, COALESCE(
            (SELECT json_extract(a.detail, '$.data_key') FROM audit_entry a
             WHERE a.object_kind = 'credential' AND a.object_id = c.id AND a.sequence <= ?
                AND json_extract(a.detail, '$.data_key') IS NOT NULL
             ORDER BY a.sequence DESC LIMIT 1),
            (SELECT k.data_key FROM audit_key k WHERE k.credential_id = c.id)) AS \"data_key: String\"
         FROM credential c ORDER BY c.id",
        last
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.id, row.data_key?))).collect())
}
