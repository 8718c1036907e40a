//! Changing credentials.

use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::credentials::{check_field_name, clear_default, index, refuse_taken_name, reminder, write_verdict};
use super::sealed::{self, Draft, scope_text};
use super::{Vault, clean_name, fold, normal_time, now, rows, schema};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, CredentialChange, CredentialId, CredentialRow, FoundVerdict, SecretChange, VerdictRow};

impl Vault {
    /// Changes a credential. A replaced or removed secret makes a new data key and seals the kept fields again, so
    /// that the old value dies with the old key.
    ///
    /// # Errors
    /// [`VaultError::Conflict`] when somebody changed it since `expected_revision` (verdicts and deliveries do not
    /// count), [`VaultError::DuplicateName`], [`VaultError::Unreadable`] when a field to be kept does not open
    /// (nothing is changed then), [`VaultError::NotFound`], [`VaultError::Invalid`], [`VaultError::Locked`], and
    /// whatever SQLite answers.
    pub async fn change_credential(
        &self,
        id: CredentialId,
        change: CredentialChange,
        by: &Author,
    ) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (mut row, revisions) = rows::read_one(&mut tx, id).await?;
        if let Some(expected) = change.expected_revision
            && (expected < revisions.content || expected > row.revision)
        {
            return Err(VaultError::Conflict { stored: row.revision });
        }
        let (id_text, scope, at) = (id.to_string(), scope_text(row.scope), now());
        let mut changed: Vec<&str> = Vec::new();

        if let Some(name) = &change.name {
            let name = clean_name(name)?;
            refuse_taken_name(&mut tx, &scope, &name, &id_text).await?;
            if name != row.name {
                changed.push("name");
            }
            row.name = name;
        }
        if let Some(key) = change.lookup_key {
            if key != row.lookup_key {
                changed.push("lookup_key");
            }
            row.lookup_key = key;
        }
        if let Some(category) = change.category {
            if category != row.category {
                changed.push("category");
            }
            row.category = category;
        }
        if let Some(default) = change.default
            && default != row.default
        {
            changed.push("default");
            if default {
                clear_default(&mut tx, &scope, &row.provider, &row.main_type, &at).await?;
            }
            row.default = default;
        }
        if let Some(expires_at) = &change.expires_at {
            let expires_at = expires_at.as_deref().map(normal_time).transpose()?;
            if expires_at != row.expires_at {
                changed.push("expires_at");
            }
            row.expires_at = expires_at;
        }
        if let Some(days) = change.reminder_days {
            let days = reminder(days)?;
            if days != row.reminder_days {
                changed.push("reminder_days");
            }
            row.reminder_days = days;
        }
        let mut values_changed = false;
        for (field, value) in &change.plain {
            check_field_name(field)?;
            let before = match value {
                Some(value) => row.plain.insert(field.clone(), value.clone()),
                None => row.plain.remove(field),
            };
            if before != *value {
                changed.push(field);
                values_changed = true;
            }
        }

        let mut data_key = None;
        if change.secrets.values().any(|secret| !matches!(secret, SecretChange::Keep)) {
            let stored = sealed::read(&mut tx, id).await;
            let scope_keys = sealed::scope_keys(&mut tx, &keys, &scope).await?;
            let keeps = |field: &str| matches!(change.secrets.get(field), None | Some(SecretChange::Keep));
            // A record whose key is gone can still be given new values for all of its fields.
            let (kept, generation) = match stored {
                Ok(stored) => (stored.open(&keys, &scope_keys, keeps)?, stored.generation.saturating_add(1)),
                Err(VaultError::Unreadable { .. }) if !row.sealed.keys().any(|field| keeps(field)) => {
                    (Default::default(), row.revision.saturating_add(1))
                }
                Err(error) => return Err(error),
            };
            let mut drafts: Vec<Draft<'_>> = Vec::new();
            for (field, text) in &kept {
                let set_at = row.sealed.get(field).map_or(at.as_str(), |sealed| &sealed.set_at);
                drafts.push(Draft { field, text, set_at });
            }
            for (field, secret) in &change.secrets {
                check_field_name(field)?;
                match secret {
                    SecretChange::Keep => continue,
                    SecretChange::Replace(text) => drafts.push(Draft { field, text, set_at: &at }),
                    SecretChange::Clear => {}
                }
                changed.push(field);
            }
            data_key =
                Some(sealed::write(&mut tx, &keys, (&scope, &scope_keys), &id_text, generation, &drafts, &at).await?);
            row.unreadable = false;
            values_changed = true;
        }

        let (plain, folded) = (serde_json::json!(row.plain).to_string(), fold(&row.name));
        sqlx::query!(
            "UPDATE credential SET name = ?, name_folded = ?, lookup_key = ?, category = ?, is_default = ?, plain = ?,
                expires_at = ?, reminder_days = ?, unreadable = ?, revision = revision + 1, content_revision = revision + 1,
                values_revision = CASE WHEN ? THEN revision + 1 ELSE values_revision END, updated_at = ?
             WHERE id = ?",
            row.name,
            folded,
            row.lookup_key,
            row.category,
            row.default,
            plain,
            row.expires_at,
            row.reminder_days,
            row.unreadable,
            values_changed,
            at,
            id_text
        )
        .execute(&mut *tx)
        .await?;
        if change.forget_verdict {
            sqlx::query!(
                "UPDATE credential SET verdict_kind = NULL, verdict_evidence = NULL, verdict_next_step = NULL,
                    verdict_checked_at = NULL, verdict_duration_ms = NULL, verdict_cost = NULL, verdict_conclusive = NULL,
                    known_kind = NULL, known_checked_at = NULL WHERE id = ?",
                id_text
            )
            .execute(&mut *tx)
            .await?;
        }
        if let Some(verdict) = &change.verdict {
            write_verdict(&mut tx, &id_text, verdict).await?;
        }
        let mut detail =
            serde_json::json!({"changed": changed, "verdict": change.verdict.as_ref().map(|verdict| &verdict.kind)});
        if let (Some(key), Some(object)) = (data_key, detail.as_object_mut()) {
            object.insert("data_key".to_owned(), key.to_string().into());
        }
        let entry = Entry {
            action: "credential.change",
            kind: "credential",
            id: &id_text,
            name: &row.name,
            scope: &scope,
            detail,
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        index(&mut tx, &row).await?;
        tx.commit().await?;
        if data_key.is_some() {
            // The old key and the old blobs lie in the log until it is emptied.
            schema::empty_log(&mut connection).await;
        }
        Ok(row)
    }

    /// Switches a credential on or off.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn set_enabled(&self, id: CredentialId, enabled: bool, by: &Author) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        if row.enabled == enabled {
            tx.rollback().await?;
            return Ok(row);
        }
        let (id_text, scope, at) = (id.to_string(), scope_text(row.scope), now());
        sqlx::query!(
            "UPDATE credential SET enabled = ?, revision = revision + 1, content_revision = revision + 1, updated_at = ? WHERE id = ?",
            enabled, at, id_text
        )
        .execute(&mut *tx)
        .await?;
        let action = if enabled { "credential.enable" } else { "credential.disable" };
        let entry = Entry {
            action,
            kind: "credential",
            id: &id_text,
            name: &row.name,
            scope: &scope,
            detail: serde_json::json!({}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Stores what a check showed. A verdict that says nothing of the credential leaves the last known one
    /// standing. A verdict about values that were replaced since `at_revision` is not stored; the row comes back as
    /// it is.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn record_verdict(
        &self,
        id: CredentialId,
        verdict: &VerdictRow,
        at_revision: Option<u32>,
        by: &Author,
    ) -> Result<CredentialRow, VaultError> {
        let found = FoundVerdict { id, verdict: verdict.clone(), at_revision };
        let rows = self.record_verdicts(&[found], by).await?;
        rows.into_iter().next().flatten().ok_or(VaultError::NotFound("credential"))
    }

    /// Stores what several checks showed, in one transaction: the wait for the disk is the same for one as for many.
    /// Each is treated as by [`record_verdict`](Self::record_verdict) and has its own audit entry. The rows come
    /// back in the same order; `None` stands for a credential that is gone.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers; then nothing of them is stored.
    pub async fn record_verdicts(
        &self,
        found: &[FoundVerdict],
        by: &Author,
    ) -> Result<Vec<Option<CredentialRow>>, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let mut rows = Vec::with_capacity(found.len());
        for one in found {
            rows.push(match record(&mut tx, &keys, one, by).await {
                Ok(row) => Some(row),
                Err(VaultError::NotFound(_)) => None,
                Err(error) => return Err(error),
            });
        }
        tx.commit().await?;
        Ok(rows)
    }
}

async fn record(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    found: &FoundVerdict,
    by: &Author,
) -> Result<CredentialRow, VaultError> {
    let (row, revisions) = rows::read_one(tx, found.id).await?;
    if found.at_revision.is_some_and(|revision| revision < revisions.values) {
        return Ok(row);
    }
    let (id_text, scope) = (found.id.to_string(), scope_text(row.scope));
    write_verdict(tx, &id_text, &found.verdict).await?;
    // What a check says has a time of its own: nobody has changed the credential.
    sqlx::query!("UPDATE credential SET revision = revision + 1 WHERE id = ?", id_text).execute(&mut *tx).await?;
    let entry = Entry {
        action: "credential.check",
        kind: "credential",
        id: &id_text,
        name: &row.name,
        scope: &scope,
        detail: serde_json::json!({"verdict": found.verdict.kind}),
    };
    audit::append(tx, keys, by, entry).await?;
    Ok(rows::read_one(tx, found.id).await?.0)
}
