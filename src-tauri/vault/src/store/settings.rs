//! Settings: plain keys and values. Nothing secret belongs here.

use super::audit::{self, Entry};
use super::{Vault, now};
use crate::error::VaultError;
use crate::model::Author;

impl Vault {
    /// A setting's value.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, VaultError> {
        let mut connection = self.connection().await?;
        Ok(sqlx::query_scalar!("SELECT value FROM setting WHERE key = ?", key).fetch_optional(&mut *connection).await?)
    }

    /// Sets a setting. Setting the value that it has changes nothing and writes no audit entry.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn set_setting(&self, key: &str, value: &str, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let stored =
            sqlx::query_scalar!("SELECT value FROM setting WHERE key = ?", key).fetch_optional(&mut *tx).await?;
        if stored.as_deref() == Some(value) {
            tx.rollback().await?;
            return Ok(());
        }
        put(&mut tx, key, value).await?;
        let entry = Entry {
            action: "setting.set",
            kind: "setting",
            id: key,
            name: key,
            scope: "",
            detail: serde_json::json!({}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sets how the window looks on this computer. Needs no key and writes no audit entry: it is nobody's affair.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn set_preference(&self, key: &str, value: &str) -> Result<(), VaultError> {
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        put(&mut tx, key, value).await?;
        tx.commit().await?;
        Ok(())
    }

    /// When a credential was last checked, RFC 3339 UTC.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn last_check_at(&self) -> Result<Option<String>, VaultError> {
        let mut connection = self.connection().await?;
        let newest = sqlx::query_scalar!("SELECT MAX(verdict_checked_at) AS \"at: String\" FROM credential");
        Ok(newest.fetch_one(&mut *connection).await?)
    }
}

/// Writes a setting in the caller's transaction.
pub(super) async fn put(connection: &mut sqlx::SqliteConnection, key: &str, value: &str) -> Result<(), VaultError> {
    let at = now();
    sqlx::query!(
        "INSERT INTO setting (key, value, revision, updated_at) VALUES (?, ?, 1, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = setting.revision + 1, updated_at = excluded.updated_at",
        key, value, at
    )
    .execute(connection)
    .await?;
    Ok(())
}
