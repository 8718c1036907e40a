//! Whose keys an organisation uses, and whether its onboarding is completed.

use super::audit::{self, Entry};
use super::{Vault, now};
use crate::consumers::KeyOwner;
use crate::error::VaultError;
use crate::model::{Author, OrganisationId};

impl Vault {
    /// Says whose keys an organisation uses from now on. Nothing else changes: what becomes dormant is kept.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn set_key_owner(&self, id: OrganisationId, owner: KeyOwner, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (id_text, at, mode) = (id.to_string(), now(), owner.id());
        let stored = sqlx::query!("SELECT name, mode FROM organisation WHERE id = ?", id_text)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(VaultError::NotFound("organisation"))?;
        if stored.mode == mode {
            tx.rollback().await?;
            return Ok(());
        }
        sqlx::query!(
            "UPDATE organisation SET mode = ?, revision = revision + 1, updated_at = ? WHERE id = ?",
            mode,
            at,
            id_text
        )
        .execute(&mut *tx)
        .await?;
        let entry = Entry {
            action: "organisation.mode",
            kind: "organisation",
            id: &id_text,
            name: &stored.name,
            scope: &id_text,
            detail: serde_json::json!({"mode": mode}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Marks an organisation as ready. One that is ready already stays as it is.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn complete_onboarding(&self, id: OrganisationId, kit: &str, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (id_text, at) = (id.to_string(), now());
        let stored = sqlx::query!("SELECT name, ready_at FROM organisation WHERE id = ?", id_text)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(VaultError::NotFound("organisation"))?;
        if stored.ready_at.is_some() {
            tx.rollback().await?;
            return Ok(());
        }
        sqlx::query!(
            "UPDATE organisation SET ready_kit = ?, ready_at = ?, ready_by = ?, revision = revision + 1, updated_at = ?
             WHERE id = ?",
            kit,
            at,
            by.name,
            at,
            id_text
        )
        .execute(&mut *tx)
        .await?;
        let entry = Entry {
            action: "organisation.ready",
            kind: "organisation",
            id: &id_text,
            name: &stored.name,
            scope: &id_text,
            detail: serde_json::json!({"kit": kit}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}
