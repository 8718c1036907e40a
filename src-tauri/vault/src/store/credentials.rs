//! Storing, finding and deleting credentials.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::list::put_text;
use super::sealed::{self, Draft, scope_text};
use super::{Vault, clean_name, consumers, fold, normal_time, now, rows, schema};
use crate::error::VaultError;
use crate::model::{Author, CredentialId, CredentialRow, NewCredential, Scope, SecretText, VerdictRow};

/// Longest name of a field; provider files have far shorter ones.
const LONGEST_FIELD: usize = 200;

/// The text that a search looks through: all plain anyway, in folded form.
fn words(name: &str, provider: &str, lookup_key: &str, plain: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for part in [name, provider, lookup_key].into_iter().chain(plain.values().map(String::as_str)) {
        text.push_str(&fold(part));
        text.push('\n');
    }
    text
}

/// Writes the search text of a credential in the place of what it had.
pub(super) async fn index(tx: &mut SqliteConnection, row: &CredentialRow) -> Result<(), VaultError> {
    let (id, words) = (row.id.to_string(), words(&row.name, &row.provider, &row.lookup_key, &row.plain));
    let docid = sqlx::query_scalar!("SELECT docid FROM credential WHERE id = ?", id).fetch_one(&mut *tx).await?;
    put_text(tx, docid, &words).await
}

/// Refuses a name that another credential of the scope has.
pub(super) async fn refuse_taken_name(
    tx: &mut SqliteConnection,
    scope: &str,
    name: &str,
    own: &str,
) -> Result<(), VaultError> {
    let folded = fold(name);
    let taken = sqlx::query_scalar!(
        "SELECT COUNT(*) FROM credential WHERE scope = ? AND name_folded = ? AND id <> ?",
        scope,
        folded,
        own
    )
    .fetch_one(tx)
    .await?;
    if taken > 0 { Err(VaultError::DuplicateName(name.to_owned())) } else { Ok(()) }
}

/// Takes the default away from whoever has it; the caller gives it to another.
pub(super) async fn clear_default(
    tx: &mut SqliteConnection,
    scope: &str,
    provider: &str,
    main_type: &str,
    at: &str,
) -> Result<(), VaultError> {
    sqlx::query!(
        "UPDATE credential SET is_default = 0, revision = revision + 1, content_revision = revision + 1, updated_at = ?
         WHERE scope = ? AND provider = ? AND main_type = ? AND is_default = 1",
        at,
        scope,
        provider,
        main_type
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes a verdict. One that says nothing of the credential leaves the last known one standing.
pub(super) async fn write_verdict(tx: &mut SqliteConnection, id: &str, verdict: &VerdictRow) -> Result<(), VaultError> {
    let duration = i64::from(verdict.duration_ms);
    sqlx::query!(
        "UPDATE credential SET verdict_kind = ?, verdict_evidence = ?, verdict_next_step = ?, verdict_checked_at = ?,
            verdict_duration_ms = ?, verdict_cost = ?, verdict_conclusive = ? WHERE id = ?",
        verdict.kind,
        verdict.evidence,
        verdict.next_step,
        verdict.checked_at,
        duration,
        verdict.cost,
        verdict.conclusive,
        id
    )
    .execute(&mut *tx)
    .await?;
    if verdict.conclusive {
        sqlx::query!(
            "UPDATE credential SET known_kind = ?, known_checked_at = ? WHERE id = ?",
            verdict.kind,
            verdict.checked_at,
            id
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// Days of a reminder: at most ten years.
pub(super) fn reminder(days: u32) -> Result<u32, VaultError> {
    if days > 3650 { Err(VaultError::Invalid("a reminder comes at most 3650 days before")) } else { Ok(days) }
}

pub(super) fn check_field_name(field: &str) -> Result<(), VaultError> {
    if field.is_empty() || field.len() > LONGEST_FIELD {
        return Err(VaultError::Invalid("a field's name has between 1 and 200 bytes"));
    }
    Ok(())
}

impl Vault {
    /// Seals and stores a credential.
    ///
    /// # Errors
    /// [`VaultError::DuplicateName`], [`VaultError::NotFound`] (organisation), [`VaultError::Invalid`],
    /// [`VaultError::Locked`], [`VaultError::ReadOnly`], [`VaultError::DiskFull`], and whatever SQLite answers.
    pub async fn add_credential(&self, new: NewCredential, by: &Author) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let name = clean_name(&new.name)?;
        let main_type = new.types.first().ok_or(VaultError::Invalid("a credential has at least one type"))?;
        for field in new.secrets.keys().chain(new.plain.keys()) {
            check_field_name(field)?;
        }
        let (scope, at, id) = (scope_text(new.scope), now(), CredentialId::make());
        let id_text = id.to_string();
        let folded = fold(&name);
        let expires_at = new.expires_at.as_deref().map(normal_time).transpose()?;
        let reminder_days = reminder(new.reminder_days)?;
        let (plain, types) = (serde_json::json!(new.plain).to_string(), serde_json::json!(new.types).to_string());

        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let scope_keys = sealed::scope_keys(&mut tx, &keys, &scope).await?;
        refuse_taken_name(&mut tx, &scope, &name, "").await?;
        if new.default {
            clear_default(&mut tx, &scope, &new.provider, main_type, &at).await?;
        }
        sqlx::query!(
            "INSERT INTO credential (id, scope, provider, auth, main_type, name, name_folded, lookup_key, category, enabled,
                is_default, plain, types, expires_at, reminder_days, created_at, created_by, unreadable, content_revision,
                values_revision, revision, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 0, 1, 1, 1, ?)",
            id_text, scope, new.provider, new.auth, main_type, name, folded, new.lookup_key, new.category, new.default, plain,
            types, expires_at, reminder_days, at, by.name, at
        )
        .execute(&mut *tx)
        .await?;
        for kind in &new.types {
            sqlx::query!("INSERT OR IGNORE INTO credential_type (type, credential_id) VALUES (?, ?)", kind, id_text)
                .execute(&mut *tx)
                .await?;
        }
        let drafts: Vec<_> = new.secrets.iter().map(|(field, text)| Draft { field, text, set_at: &at }).collect();
        let key_id = sealed::write(&mut tx, &keys, (&scope, &scope_keys), &id_text, 1, &drafts, &at).await?;
        if let Some(verdict) = &new.verdict {
            write_verdict(&mut tx, &id_text, verdict).await?;
        }
        let (row, _) = rows::read_one(&mut tx, id).await?;
        index(&mut tx, &row).await?;
        let detail = serde_json::json!({
            "provider": row.provider,
            "fields": row.sealed.keys().chain(row.plain.keys()).collect::<Vec<_>>(),
            "verdict": new.verdict.as_ref().map(|verdict| &verdict.kind),
            "data_key": key_id.to_string(),
        });
        let entry = Entry {
            action: "credential.add",
            kind: "credential",
            id: &id_text,
            name: &row.name,
            scope: &scope,
            detail,
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// A credential by id.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and whatever SQLite answers.
    pub async fn credential(&self, id: CredentialId) -> Result<CredentialRow, VaultError> {
        let mut connection = self.connection().await?;
        Ok(rows::read_one(&mut connection, id).await?.0)
    }

    /// Credentials by id, by exact name in any case, or by lookup key; `scopes` is `None` for every scope.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn find_credentials(
        &self,
        text: &str,
        scopes: Option<&[Scope]>,
    ) -> Result<Vec<CredentialRow>, VaultError> {
        let (exact, folded, scopes) = (text.trim(), fold(text.trim()), scopes_json(scopes));
        let mut connection = self.connection().await?;
        let ids = sqlx::query_scalar!(
            "SELECT c.id FROM credential c
             WHERE (c.id = ? OR c.name_folded = ? OR c.lookup_key = ?)
               AND (? IS NULL OR c.scope IN (SELECT value FROM json_each(?)))
             ORDER BY c.name_folded, c.id",
            exact,
            folded,
            exact,
            scopes,
            scopes
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(rows::read(&mut connection, &ids).await?.into_iter().map(|(row, _)| row).collect())
    }

    /// The credentials that have one of these lookup keys, in the order of their names, to choose of them: without who
    /// uses them (`used_by`) and what may be replacing them (`replacement`). `scopes` limits it; `None` looks everywhere.
    ///
    /// # Errors
    /// [`VaultError::Closed`] and whatever SQLite answers.
    pub async fn credentials_with_lookup_keys(
        &self,
        lookup_keys: &[String],
        scopes: Option<&[Scope]>,
    ) -> Result<Vec<CredentialRow>, VaultError> {
        let mut connection = self.connection().await?;
        let mut found = rows::read_named(&mut connection, lookup_keys).await?;
        found.retain(|row| scopes.is_none_or(|scopes| scopes.contains(&row.scope)));
        Ok(found)
    }

    /// Deletes a credential and returns it as it was. Its data key is destroyed, and the database's log emptied, so
    /// that no ciphertext of it stays in the files. Of the consumers that it is assigned to, those of the kinds in
    /// `to_the_rule` go on using its provider by the rule, and the others no longer use it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn delete_credential(
        &self,
        id: CredentialId,
        to_the_rule: &[&str],
        by: &Author,
    ) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        let (id_text, scope, at) = (id.to_string(), scope_text(row.scope), now());
        let docid =
            sqlx::query_scalar!("SELECT docid FROM credential WHERE id = ?", id_text).fetch_one(&mut *tx).await?;
        put_text(&mut tx, docid, "").await?;
        consumers::unlink(&mut tx, &keys, by, &id_text, to_the_rule).await?;
        // Its types, data key and sealed fields go with it.
        sqlx::query!("DELETE FROM credential WHERE id = ?", id_text).execute(&mut *tx).await?;
        let revision = i64::from(row.revision) + 1;
        sqlx::query!(
            "INSERT INTO tombstone (id, kind, scope, revision, deleted_at) VALUES (?, 'credential', ?, ?, ?)",
            id_text,
            scope,
            revision,
            at
        )
        .execute(&mut *tx)
        .await?;
        let detail = serde_json::json!({"provider": row.provider});
        let entry = Entry {
            action: "credential.delete",
            kind: "credential",
            id: &id_text,
            name: &row.name,
            scope: &scope,
            detail,
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(row)
    }

    /// Credentials of a scope that hold this secret in some field, found by keyed fingerprint.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::NotFound`] (organisation), and whatever SQLite answers.
    pub async fn same_secret(
        &self,
        scope: Scope,
        secret: &SecretText,
    ) -> Result<Vec<(CredentialId, String)>, VaultError> {
        let keys = self.keys()?;
        let scope = scope_text(scope);
        let mut connection = self.connection().await?;
        let scope_keys = sealed::scope_keys(&mut connection, &keys, &scope).await?;
        let fingerprint = scope_keys.fingerprint.fingerprint(secret);
        let fingerprint = fingerprint.as_slice();
        let rows = sqlx::query!(
            "SELECT DISTINCT c.id, c.name FROM sealed_field f JOIN credential c ON c.id = f.credential_id
             WHERE f.fingerprint = ? AND c.scope = ? ORDER BY c.name_folded, c.id",
            fingerprint,
            scope
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(rows.into_iter().filter_map(|row| Some((CredentialId::parse(&row.id)?, row.name))).collect())
    }

    /// Opens all secrets of a credential. One that does not open marks the record as unreadable.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] with the record's name, [`VaultError::Locked`], [`VaultError::NotFound`], and
    /// whatever SQLite answers.
    pub async fn open_secrets(&self, id: CredentialId) -> Result<BTreeMap<String, SecretText>, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let opened = sealed::open_all(&mut connection, &keys, id).await;
        if !self.info().read_only {
            match &opened {
                Ok(_) => sealed::mark_unreadable(&mut connection, id, false).await?,
                Err(VaultError::Unreadable { .. }) => sealed::mark_unreadable(&mut connection, id, true).await?,
                Err(_) => {}
            }
        }
        opened
    }
}

/// Scopes as a JSON array for `json_each`.
pub(super) fn scopes_json(scopes: Option<&[Scope]>) -> Option<String> {
    scopes
        .map(|scopes| serde_json::json!(scopes.iter().map(|scope| scope_text(*scope)).collect::<Vec<_>>()).to_string())
}
