//! Replacing a key: new values wait beside those in force, are switched in one transaction, and the old ones are kept
//! for nothing but showing that they are dead.
//!
//! What stands beside is sealed under a data key of its own and bound to that place, so that it opens nowhere else.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::credentials::{check_field_name, index, reminder, write_verdict};
use super::sealed::{self, Draft, scope_text, tail};
use super::{Vault, normal_time, now, rows, schema, small};
use crate::error::{RecordFault, VaultError};
use crate::hierarchy::{CredentialSeal, OpenKeys, ScopeKeys};
use crate::model::{
    Author, CredentialId, CredentialRow, KeyId, NewEnd, NewReplacement, ReplacementRow, ReplacementStage, SecretText,
    VerdictRow,
};
use crate::seal::{Key, SealError};

/// The secrets beside those in force, opened, with the row that they belong to.
pub(super) type Beside = (CredentialRow, ReplacementRow, BTreeMap<String, SecretText>);

impl Vault {
    /// Keeps new values beside those in force; in the place of others that wait only where that is asked for. Nothing
    /// in force changes.
    ///
    /// # Errors
    /// [`VaultError::Conflict`], [`VaultError::Invalid`] while old values are still kept or other new ones wait,
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn prepare_replacement(
        &self,
        id: CredentialId,
        new: NewReplacement,
        by: &Author,
    ) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, revisions) = rows::read_one(&mut tx, id).await?;
        if let Some(expected) = new.expected_revision
            && (expected < revisions.content || expected > row.revision)
        {
            return Err(VaultError::Conflict { stored: row.revision });
        }
        if row.replacement.as_ref().is_some_and(|there| there.stage == ReplacementStage::Old) {
            return Err(VaultError::Invalid("the old key of the last replacement is still kept"));
        }
        if row.replacement.is_some() && !new.again {
            return Err(VaultError::Invalid("another new key waits already"));
        }
        for field in new.secrets.keys().chain(new.plain.keys()) {
            check_field_name(field)?;
        }
        let (scope, at) = (scope_text(row.scope), now());
        let scope_keys = sealed::scope_keys(&mut tx, &keys, &scope).await?;
        let beside = Slot {
            stage: "new",
            plain: serde_json::json!(new.plain).to_string(),
            verdict: new.verdict.as_ref().map(verdict_text),
            values_revision: revisions.values,
        };
        write(&mut tx, &keys, (&row, &scope, &scope_keys), beside, &new.secrets, by, &at).await?;
        let detail = serde_json::json!({
            "fields": new.secrets.keys().chain(new.plain.keys()).collect::<Vec<_>>(),
            "verdict": new.verdict.as_ref().map(|verdict| &verdict.kind),
        });
        note(&mut tx, &keys, by, "credential.replace", &row, detail).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        tx.commit().await?;
        // What waited before lies in the log until it is emptied.
        schema::empty_log(&mut connection).await;
        Ok(row)
    }

    /// Opens the values beside those in force. New ones come completed by what they leave as it is: all values as
    /// they would be after the switch. Old ones are all values as they were.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Unreadable`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn open_replacement(&self, id: CredentialId) -> Result<Beside, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let (row, replacement, mut secrets) = open(&mut connection, &keys, id).await?;
        if replacement.stage == ReplacementStage::New {
            let mut stored = sealed::open_all(&mut connection, &keys, id).await?;
            stored.append(&mut secrets);
            secrets = stored;
        }
        Ok((row, replacement, secrets))
    }

    /// Stores what a check of the values beside those in force showed, if they are still the ones that were opened.
    /// With `dead`, which only old values can be, they are destroyed in the same transaction.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn record_replacement_verdict(
        &self,
        id: CredentialId,
        checked: &ReplacementRow,
        verdict: &VerdictRow,
        dead: bool,
        by: &Author,
    ) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        let there = row.replacement.as_ref().ok_or(VaultError::NotFound("replacement"))?;
        if there.stage != checked.stage || there.started_at != checked.started_at {
            tx.rollback().await?;
            return Ok(row);
        }
        let (id_text, at, text) = (id.to_string(), now(), verdict_text(verdict));
        let gone = dead && there.stage == ReplacementStage::Old;
        if gone {
            remove(&mut tx, &id_text).await?;
        } else {
            sqlx::query!(
                "UPDATE replacement SET verdict = ?, revision = revision + 1, updated_at = ? WHERE credential_id = ?",
                text,
                at,
                id_text
            )
            .execute(&mut *tx)
            .await?;
        }
        touch(&mut tx, &id_text, &at).await?;
        let action = match (there.stage, gone) {
            (ReplacementStage::New, _) => "credential.replace.check",
            (ReplacementStage::Old, false) => "credential.old.check",
            (ReplacementStage::Old, true) => "credential.old.dead",
        };
        note(&mut tx, &keys, by, action, &row, serde_json::json!({"verdict": verdict.kind})).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        tx.commit().await?;
        if gone {
            schema::empty_log(&mut connection).await;
        }
        Ok(row)
    }

    /// Puts the new values in force and keeps the old ones beside them, in one transaction: whatever happens, one of
    /// the two is in force and neither is lost. A new end begins with the new values.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Invalid`] when nothing waits for the switch, [`VaultError::Unreadable`],
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn switch_replacement(
        &self,
        id: CredentialId,
        end: Option<NewEnd>,
        by: &Author,
    ) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let end = end.map(NewEnd::normal).transpose()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (_, revisions) = rows::read_one(&mut tx, id).await?;
        let (mut row, new, secrets) = open(&mut tx, &keys, id).await?;
        if new.stage != ReplacementStage::New {
            return Err(VaultError::Invalid("the new key is in force already"));
        }
        let (id_text, scope, at) = (id.to_string(), scope_text(row.scope), now());
        let stored = sealed::read(&mut tx, id).await?;
        let scope_keys = sealed::scope_keys(&mut tx, &keys, &scope).await?;
        let old = stored.open(&keys, &scope_keys, |_| true)?;

        let mut drafts: Vec<Draft<'_>> = Vec::new();
        for (field, text) in &old {
            if !secrets.contains_key(field) {
                let set_at = row.sealed.get(field).map_or(at.as_str(), |sealed| &sealed.set_at);
                drafts.push(Draft { field, text, set_at });
            }
        }
        drafts.extend(secrets.iter().map(|(field, text)| Draft { field, text, set_at: &at }));
        let generation = stored.generation.saturating_add(1);
        let data_key = sealed::write(&mut tx, &keys, (&scope, &scope_keys), &id_text, generation, &drafts, &at).await?;

        // Read before the new values take their place.
        let before: BTreeMap<&String, Option<&String>> =
            row.plain.iter().map(|(field, value)| (field, Some(value))).collect();
        let beside = Slot {
            stage: "old",
            plain: serde_json::json!(before).to_string(),
            verdict: row.verdict.as_ref().map(verdict_text),
            values_revision: revisions.values,
        };
        write(&mut tx, &keys, (&row, &scope, &scope_keys), beside, &old, by, &at).await?;

        for (field, value) in &new.plain {
            match value {
                Some(value) => row.plain.insert(field.clone(), value.clone()),
                None => row.plain.remove(field),
            };
        }
        let plain = serde_json::json!(row.plain).to_string();
        put_in_force(&mut tx, &id_text, &plain, &at).await?;
        // A verdict that was found beside other values than are in force now says nothing of these.
        let verdict = new.verdict.as_ref().filter(|_| new.values_revision == revisions.values);
        if let Some(verdict) = verdict {
            write_verdict(&mut tx, &id_text, verdict).await?;
        }
        let mut changed: Vec<&str> = secrets.keys().chain(new.plain.keys()).map(String::as_str).collect();
        if let Some(end) = &end {
            write_end(&mut tx, &id_text, end).await?;
            changed.push("expires_at");
        }
        let detail = serde_json::json!({
            "changed": changed,
            "verdict": verdict.map(|verdict| &verdict.kind),
            "data_key": data_key.to_string(),
        });
        note(&mut tx, &keys, by, "credential.switch", &row, detail).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        index(&mut tx, &row).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(row)
    }

    /// Puts the old values in force again, in one transaction. Those that were in force until then wait beside them,
    /// as before the switch.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Invalid`] when no old values are kept, [`VaultError::Unreadable`],
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn switch_back(&self, id: CredentialId, by: &Author) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, old, secrets) = open(&mut tx, &keys, id).await?;
        if old.stage != ReplacementStage::Old {
            return Err(VaultError::Invalid("the new key is not in force yet"));
        }
        let (id_text, scope, at) = (id.to_string(), scope_text(row.scope), now());
        let stored = sealed::read(&mut tx, id).await?;
        let scope_keys = sealed::scope_keys(&mut tx, &keys, &scope).await?;
        let new = stored.open(&keys, &scope_keys, |_| true)?;
        let drafts: Vec<Draft<'_>> = secrets.iter().map(|(field, text)| Draft { field, text, set_at: &at }).collect();
        let generation = stored.generation.saturating_add(1);
        let data_key = sealed::write(&mut tx, &keys, (&scope, &scope_keys), &id_text, generation, &drafts, &at).await?;

        let before: BTreeMap<&String, &String> =
            old.plain.iter().filter_map(|(field, value)| Some((field, value.as_ref()?))).collect();
        let plain = serde_json::json!(before).to_string();
        put_in_force(&mut tx, &id_text, &plain, &at).await?;
        if let Some(verdict) = &old.verdict {
            write_verdict(&mut tx, &id_text, verdict).await?;
        }
        let (after, revisions) = rows::read_one(&mut tx, id).await?;
        // What the new values change of the old ones, which are in force now.
        let fields = row.plain.keys().chain(after.plain.keys());
        let changes: BTreeMap<&String, Option<&String>> = fields
            .map(|field| (field, row.plain.get(field)))
            .filter(|(field, value)| after.plain.get(*field) != *value)
            .collect();
        let beside = Slot {
            stage: "new",
            plain: serde_json::json!(changes).to_string(),
            verdict: row.verdict.as_ref().map(verdict_text),
            values_revision: revisions.values,
        };
        write(&mut tx, &keys, (&after, &scope, &scope_keys), beside, &new, by, &at).await?;
        let detail = serde_json::json!({
            "changed": secrets.keys().chain(changes.keys().copied()).collect::<Vec<_>>(),
            "verdict": old.verdict.as_ref().map(|verdict| &verdict.kind),
            "data_key": data_key.to_string(),
        });
        note(&mut tx, &keys, by, "credential.switch.back", &row, detail).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        index(&mut tx, &row).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(row)
    }

    /// Destroys the values beside those in force: new ones that are not wanted, or old ones that need no proof.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn discard_replacement(&self, id: CredentialId, by: &Author) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        let there = row.replacement.as_ref().ok_or(VaultError::NotFound("replacement"))?;
        let action = match there.stage {
            ReplacementStage::New => "credential.replace.discard",
            ReplacementStage::Old => "credential.old.discard",
        };
        let (id_text, at) = (id.to_string(), now());
        remove(&mut tx, &id_text).await?;
        touch(&mut tx, &id_text, &at).await?;
        note(&mut tx, &keys, by, action, &row, serde_json::json!({})).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(row)
    }
}

impl NewEnd {
    fn normal(self) -> Result<Self, VaultError> {
        let expires_at = self.expires_at.as_deref().map(normal_time).transpose()?;
        Ok(Self { expires_at, reminder_days: self.reminder_days.map(reminder).transpose()? })
    }
}

/// The place of what stands beside a credential's values, as the associated data names it.
fn place(credential: &str) -> String {
    format!("{credential}/replacement")
}

/// A row of `replacement` without what belongs to its key.
struct Slot {
    stage: &'static str,
    plain: String,
    verdict: Option<String>,
    values_revision: u32,
}

/// Seals values beside those in force, in the place of whatever stands there.
async fn write(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    owner: (&CredentialRow, &str, &ScopeKeys),
    slot: Slot,
    secrets: &BTreeMap<String, SecretText>,
    by: &Author,
    at: &str,
) -> Result<(), VaultError> {
    let (row, scope, scope_keys) = owner;
    let (id, generation) = (row.id.to_string(), row.replacement.as_ref().map_or(1, |there| there.revision + 1));
    let credential = place(&id);
    let seal = CredentialSeal { vault: keys.vault, scope, credential: &credential, generation };
    let (key_id, key) = (KeyId::make(), Key::random()?);
    let wrapped = seal.wrap(scope_keys, key_id, &key)?;
    let (key_text, scope_key, number) = (key_id.to_string(), scope_keys.id.to_string(), i64::from(generation));
    let values_revision = i64::from(slot.values_revision);
    remove(tx, &id).await?;
    sqlx::query!(
        "INSERT INTO replacement (credential_id, stage, key_id, scope_key_id, generation, wrapped, plain, verdict,
            values_revision, started_at, started_by, revision, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        slot.stage,
        key_text,
        scope_key,
        number,
        wrapped,
        slot.plain,
        slot.verdict,
        values_revision,
        at,
        by.name,
        number,
        at
    )
    .execute(&mut *tx)
    .await?;
    for (field, text) in secrets {
        let (blob, tail) = (seal.seal(key_id, &key, field, text)?, tail(text));
        sqlx::query!(
            "INSERT INTO replacement_field (credential_id, field, blob, tail) VALUES (?, ?, ?, ?)",
            id,
            field,
            blob,
            tail
        )
        .execute(&mut *tx)
        .await?;
    }
    touch(tx, &id, at).await
}

/// Opens what stands beside a credential's values.
pub(super) async fn open(
    connection: &mut SqliteConnection,
    keys: &OpenKeys,
    id: CredentialId,
) -> Result<Beside, VaultError> {
    let (row, _) = rows::read_one(connection, id).await?;
    let replacement = row.replacement.clone().ok_or(VaultError::NotFound("replacement"))?;
    let (id_text, scope) = (id.to_string(), scope_text(row.scope));
    let stored = sqlx::query!(
        "SELECT key_id, scope_key_id, generation, wrapped FROM replacement WHERE credential_id = ?",
        id_text
    )
    .fetch_one(&mut *connection)
    .await?;
    let scope_keys = sealed::scope_keys(connection, keys, &scope).await?;
    let fault = |error: SealError| {
        let cause = match error {
            SealError::Newer(version) => RecordFault::Newer(version),
            _ => RecordFault::Damaged,
        };
        VaultError::Unreadable { id, name: row.name.clone(), cause }
    };
    let key_id = KeyId::parse(&stored.key_id).ok_or_else(|| fault(SealError::Damaged))?;
    if stored.scope_key_id != scope_keys.id.to_string() {
        return Err(fault(SealError::Damaged));
    }
    let credential = place(&id_text);
    let seal = CredentialSeal {
        vault: keys.vault,
        scope: &scope,
        credential: &credential,
        generation: small(stored.generation),
    };
    let key = seal.unwrap(&scope_keys, key_id, &stored.wrapped).map_err(&fault)?;
    let fields = sqlx::query!("SELECT field, blob FROM replacement_field WHERE credential_id = ?", id_text)
        .fetch_all(connection)
        .await?;
    let mut secrets = BTreeMap::new();
    for one in fields {
        secrets.insert(one.field.clone(), seal.open(key_id, &key, &one.field, &one.blob).map_err(&fault)?);
    }
    Ok((row, replacement, secrets))
}

/// Puts plain fields in force beside sealed ones that were written just before. What was known of the former values
/// says nothing of these.
async fn put_in_force(tx: &mut SqliteConnection, id: &str, plain: &str, at: &str) -> Result<(), VaultError> {
    sqlx::query!(
        "UPDATE credential SET plain = ?, unreadable = 0, verdict_kind = NULL, verdict_evidence = NULL,
            verdict_next_step = NULL, verdict_checked_at = NULL, verdict_duration_ms = NULL, verdict_cost = NULL,
            verdict_conclusive = NULL, known_kind = NULL, known_checked_at = NULL, revision = revision + 1,
            content_revision = revision + 1, values_revision = revision + 1, updated_at = ? WHERE id = ?",
        plain,
        at,
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_end(tx: &mut SqliteConnection, id: &str, end: &NewEnd) -> Result<(), VaultError> {
    let days = end.reminder_days;
    sqlx::query!(
        "UPDATE credential SET expires_at = ?, reminder_days = coalesce(?, reminder_days) WHERE id = ?",
        end.expires_at,
        days,
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn remove(tx: &mut SqliteConnection, credential: &str) -> Result<(), VaultError> {
    // Its fields go with it.
    sqlx::query!("DELETE FROM replacement WHERE credential_id = ?", credential).execute(tx).await?;
    Ok(())
}

/// Counts a change that no edit conflicts with.
async fn touch(tx: &mut SqliteConnection, credential: &str, at: &str) -> Result<(), VaultError> {
    sqlx::query!("UPDATE credential SET revision = revision + 1, updated_at = ? WHERE id = ?", at, credential)
        .execute(tx)
        .await?;
    Ok(())
}

async fn note(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    by: &Author,
    action: &str,
    row: &CredentialRow,
    detail: serde_json::Value,
) -> Result<(), VaultError> {
    let (id, scope) = (row.id.to_string(), scope_text(row.scope));
    let entry = Entry { action, kind: "credential", id: &id, name: &row.name, scope: &scope, detail };
    audit::append(tx, keys, by, entry).await
}

fn verdict_text(v: &VerdictRow) -> String {
    serde_json::json!([v.kind, v.evidence, v.next_step, v.checked_at, v.duration_ms, v.cost, v.conclusive]).to_string()
}
