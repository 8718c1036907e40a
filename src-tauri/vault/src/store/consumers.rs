//! Consumers and their assignments.

use serde::Deserialize;
use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::credentials::scopes_json;
use super::{Vault, clean_name, fold, now, rows, small};
use crate::consumers::{
    AssignmentRow, ConsumerChange, ConsumerName, ConsumerPage, ConsumerQuery, ConsumerRow, DeliveredRow, NewConsumer,
};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, ConsumerId, CredentialId, CredentialRow, OrganisationId, Scope};

/// Longest note, in characters.
const LONGEST_NOTE: usize = 2000;

impl Vault {
    /// A page of consumers by name.
    ///
    /// # Errors
    /// [`VaultError::BadCursor`], and whatever SQLite answers.
    pub async fn consumers(&self, query: &ConsumerQuery) -> Result<ConsumerPage, VaultError> {
        let scopes = scopes_json(query.scopes.as_deref());
        let words: Vec<String> =
            query.search.as_deref().map(fold).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let words = serde_json::json!(words).to_string();
        let (name, id) = match &query.after {
            None => (String::new(), String::new()),
            Some(cursor) => serde_json::from_str::<(String, String)>(cursor).map_err(|_| VaultError::BadCursor)?,
        };
        let mut connection = self.connection().await?;
        let found = sqlx::query!(
            "SELECT n.id, n.name_folded FROM consumer n JOIN organisation o ON o.id = n.organisation_id
             WHERE (?1 IS NULL AND o.archived_at IS NULL OR n.organisation_id IN (SELECT value FROM json_each(?1)))
               AND (?2 IS NULL OR n.kind = ?2)
               AND NOT EXISTS (SELECT 1 FROM json_each(?3) w
                    WHERE instr(n.words, w.value) = 0)
             ORDER BY n.name_folded, n.id",
            scopes,
            query.kind,
            words
        )
        .fetch_all(&mut *connection)
        .await?;
        let total = small(i64::try_from(found.len()).unwrap_or(i64::MAX));
        let from = found.partition_point(|row| (&row.name_folded, &row.id) <= (&name, &id));
        let page: Vec<_> = found.get(from..).unwrap_or_default().iter().take(query.limit as usize).collect();
        let more = from + page.len() < found.len();
        let next = page.last().filter(|_| more).map(|last| serde_json::json!([last.name_folded, last.id]).to_string());
        let ids: Vec<String> = page.iter().map(|row| row.id.clone()).collect();
        Ok(ConsumerPage { items: read(&mut connection, &ids).await?, next, total })
    }

    /// A consumer by id.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and whatever SQLite answers.
    pub async fn consumer(&self, id: ConsumerId) -> Result<ConsumerRow, VaultError> {
        let mut connection = self.connection().await?;
        read_one(&mut connection, id).await
    }

    /// Consumers by id, or by exact name in any case; `scopes` is `None` for every organisation.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn find_consumers(&self, text: &str, scopes: Option<&[Scope]>) -> Result<Vec<ConsumerRow>, VaultError> {
        let (exact, folded, scopes) = (text.trim(), fold(text.trim()), scopes_json(scopes));
        let mut connection = self.connection().await?;
        let ids = sqlx::query_scalar!(
            "SELECT id FROM consumer WHERE (id = ?1 OR name_folded = ?2)
               AND (?3 IS NULL OR organisation_id IN (SELECT value FROM json_each(?3)))
             ORDER BY name_folded, id",
            exact,
            folded,
            scopes
        )
        .fetch_all(&mut *connection)
        .await?;
        read(&mut connection, &ids).await
    }

    /// What every consumer in these scopes is called by, in the order of their names; `None` for every organisation.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn consumer_names(&self, scopes: Option<&[Scope]>) -> Result<Vec<ConsumerName>, VaultError> {
        let scopes = scopes_json(scopes);
        let mut connection = self.connection().await?;
        let found = sqlx::query!(
            "SELECT id, organisation_id, kind, name FROM consumer
             WHERE ?1 IS NULL OR organisation_id IN (SELECT value FROM json_each(?1)) ORDER BY name_folded, id",
            scopes
        )
        .fetch_all(&mut *connection)
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(ConsumerName {
                    id: ConsumerId::parse(&row.id).ok_or_else(damaged)?,
                    organisation: OrganisationId::parse(&row.organisation_id).ok_or_else(damaged)?,
                    kind: row.kind,
                    name: row.name,
                })
            })
            .collect()
    }

    /// Consumers that this credential is assigned to, and those that use its provider by the rule and could come to
    /// it: all of its organisation, or of every organisation where it is system-wide.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn consumers_of_provider(&self, provider: &str, scope: Scope) -> Result<Vec<ConsumerRow>, VaultError> {
        let organisation = match scope {
            Scope::System => None,
            Scope::Organisation(id) => Some(id.to_string()),
        };
        let mut connection = self.connection().await?;
        let ids = sqlx::query_scalar!(
            "SELECT DISTINCT n.id FROM assignment a JOIN consumer n ON n.id = a.consumer_id
             WHERE a.provider = ?1 AND (?2 IS NULL OR n.organisation_id = ?2) ORDER BY n.kind, n.name_folded, n.id",
            provider,
            organisation
        )
        .fetch_all(&mut *connection)
        .await?;
        read(&mut connection, &ids).await
    }

    /// Consumers in these scopes that use one of these providers by the rule; `None` for every organisation that is
    /// not archived.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn consumers_by_rule(
        &self,
        providers: &[String],
        scopes: Option<&[Scope]>,
    ) -> Result<Vec<ConsumerRow>, VaultError> {
        let (providers, scopes) = (serde_json::json!(providers).to_string(), scopes_json(scopes));
        let mut connection = self.connection().await?;
        let ids = sqlx::query_scalar!(
            "SELECT DISTINCT n.id FROM assignment a JOIN consumer n ON n.id = a.consumer_id
             JOIN organisation o ON o.id = n.organisation_id
             WHERE a.provider IN (SELECT value FROM json_each(?1)) AND a.credential_id IS NULL AND o.archived_at IS NULL
               AND (?2 IS NULL OR n.organisation_id IN (SELECT value FROM json_each(?2)))
             ORDER BY n.kind, n.name_folded, n.id",
            providers,
            scopes
        )
        .fetch_all(&mut *connection)
        .await?;
        if ids.is_empty() { Ok(Vec::new()) } else { read(&mut connection, &ids).await }
    }

    /// The programs that a credential was delivered to, the last ones first, at most ten.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn deliveries_of(&self, credential: CredentialId) -> Result<Vec<DeliveredRow>, VaultError> {
        let id = credential.to_string();
        let mut connection = self.connection().await?;
        // An entry and the note of a delivery have the same time. Who looks at one credential does not wait for a
        // search through years of entries.
        let rows = sqlx::query!(
            "WITH late AS MATERIALIZED (SELECT at, action, object_name, detail FROM audit_entry
                ORDER BY sequence DESC LIMIT 5000)
             SELECT d.program, d.last_at, (SELECT json_extract(l.detail, '$.consumer.id') FROM late l
                WHERE l.action = 'credential.deliver' AND l.at = d.last_at AND l.object_name = d.program
                    AND instr(l.detail, d.credential_id) > 0 LIMIT 1) AS \"consumer: String\"
             FROM delivered d WHERE d.credential_id = ? ORDER BY d.last_at DESC, d.program LIMIT 10",
            id
        )
        .fetch_all(&mut *connection)
        .await?;
        let told = rows.into_iter().map(|row| DeliveredRow {
            program: row.program,
            last_at: row.last_at,
            consumer: row.consumer.as_deref().and_then(ConsumerId::parse),
        });
        Ok(told.collect())
    }

    /// The credentials of these providers, or of all where none is named, in these scopes, in the order of their names.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn credentials_of_providers(
        &self,
        providers: &[String],
        scopes: &[Scope],
    ) -> Result<Vec<CredentialRow>, VaultError> {
        let wanted = (!providers.is_empty()).then(|| serde_json::json!(providers).to_string());
        let scopes = scopes_json(Some(scopes));
        let mut connection = self.connection().await?;
        let ids = sqlx::query_scalar!(
            "SELECT c.id FROM credential c
             WHERE c.scope IN (SELECT value FROM json_each(?1))
               AND (?2 IS NULL OR c.provider IN (SELECT value FROM json_each(?2)))
             ORDER BY c.name_folded, c.id",
            scopes,
            wanted
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(rows::read(&mut connection, &ids).await?.into_iter().map(|(row, _)| row).collect())
    }

    /// Stores a consumer.
    ///
    /// # Errors
    /// [`VaultError::DuplicateName`], [`VaultError::Invalid`], [`VaultError::NotFound`] (organisation, credential),
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn create_consumer(&self, new: NewConsumer, by: &Author) -> Result<ConsumerRow, VaultError> {
        let keys = self.keys()?;
        let (name, note) = (clean_name(&new.name)?, clean_note(&new.note)?);
        let (id, at, folded, organisation) = (ConsumerId::make(), now(), fold(&name), new.organisation.to_string());
        let (id_text, words) = (id.to_string(), words(&name, &note));
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let known = sqlx::query_scalar!("SELECT COUNT(*) FROM organisation WHERE id = ?", organisation);
        if known.fetch_one(&mut *tx).await? == 0 {
            return Err(VaultError::NotFound("organisation"));
        }
        refuse_taken_name(&mut tx, &organisation, &new.kind, &name, "").await?;
        sqlx::query!(
            "INSERT INTO consumer (id, organisation_id, kind, name, name_folded, note, words, created_at, created_by, revision, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
            id_text, organisation, new.kind, name, folded, note, words, at, by.name, at
        )
        .execute(&mut *tx)
        .await?;
        write_assignments(&mut tx, &id_text, new.organisation, &new.assignments, &at).await?;
        let row = read_one(&mut tx, id).await?;
        note_down(&mut tx, &keys, by, "consumer.add", &row).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Changes a consumer.
    ///
    /// # Errors
    /// [`VaultError::Conflict`], [`VaultError::DuplicateName`], [`VaultError::Invalid`], [`VaultError::NotFound`],
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn change_consumer(
        &self,
        id: ConsumerId,
        change: ConsumerChange,
        by: &Author,
    ) -> Result<ConsumerRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let before = read_one(&mut tx, id).await?;
        if change.expected_revision.is_some_and(|expected| expected != before.revision) {
            return Err(VaultError::Conflict { stored: before.revision });
        }
        let (id_text, at, organisation) = (id.to_string(), now(), before.organisation.to_string());
        let name = change.name.as_deref().map(clean_name).transpose()?.unwrap_or_else(|| before.name.clone());
        let note = change.note.as_deref().map(clean_note).transpose()?.unwrap_or_else(|| before.note.clone());
        refuse_taken_name(&mut tx, &organisation, &before.kind, &name, &id_text).await?;
        let (folded, words) = (fold(&name), words(&name, &note));
        sqlx::query!(
            "UPDATE consumer SET name = ?, name_folded = ?, note = ?, words = ?, revision = revision + 1, updated_at = ?
             WHERE id = ?",
            name,
            folded,
            note,
            words,
            at,
            id_text
        )
        .execute(&mut *tx)
        .await?;
        if let Some(assignments) = &change.assignments {
            sqlx::query!("DELETE FROM assignment WHERE consumer_id = ?", id_text).execute(&mut *tx).await?;
            write_assignments(&mut tx, &id_text, before.organisation, assignments, &at).await?;
        }
        let row = read_one(&mut tx, id).await?;
        let action = if change.assignments.is_some() { "consumer.assign" } else { "consumer.edit" };
        note_down(&mut tx, &keys, by, action, &row).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Deletes a consumer and returns it as it was. The credentials that it used stay.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn delete_consumer(&self, id: ConsumerId, by: &Author) -> Result<ConsumerRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let row = read_one(&mut tx, id).await?;
        let (id_text, scope, at) = (id.to_string(), row.organisation.to_string(), now());
        sqlx::query!("DELETE FROM consumer WHERE id = ?", id_text).execute(&mut *tx).await?;
        let revision = i64::from(row.revision) + 1;
        sqlx::query!(
            "INSERT INTO tombstone (id, kind, scope, revision, deleted_at) VALUES (?, 'consumer', ?, ?, ?)",
            id_text,
            scope,
            revision,
            at
        )
        .execute(&mut *tx)
        .await?;
        note_down(&mut tx, &keys, by, "consumer.delete", &row).await?;
        tx.commit().await?;
        Ok(row)
    }
}

/// Takes a credential away from its consumers, in the transaction that deletes it. Consumers of these kinds go on using
/// the provider by the rule; the others no longer use it.
pub(super) async fn unlink(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    by: &Author,
    credential: &str,
    to_the_rule: &[&str],
) -> Result<(), VaultError> {
    let ids = sqlx::query_scalar!("SELECT DISTINCT consumer_id FROM assignment WHERE credential_id = ?", credential)
        .fetch_all(&mut *tx)
        .await?;
    let at = now();
    for row in read(&mut *tx, &ids).await? {
        let id = row.id.to_string();
        if to_the_rule.contains(&row.kind.as_str()) {
            sqlx::query!(
                "UPDATE assignment SET credential_id = NULL, revision = revision + 1, updated_at = ?
                 WHERE consumer_id = ? AND credential_id = ?",
                at,
                id,
                credential
            )
            .execute(&mut *tx)
            .await?;
        } else {
            sqlx::query!("DELETE FROM assignment WHERE consumer_id = ? AND credential_id = ?", id, credential)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query!("UPDATE consumer SET revision = revision + 1, updated_at = ? WHERE id = ?", at, id)
            .execute(&mut *tx)
            .await?;
        let row = read_one(&mut *tx, row.id).await?;
        note_down(&mut *tx, keys, by, "consumer.unlink", &row).await?;
    }
    Ok(())
}

async fn note_down(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    by: &Author,
    action: &str,
    row: &ConsumerRow,
) -> Result<(), VaultError> {
    let uses = |one: &AssignmentRow| {
        let credential = one.credential.map(|id| id.to_string());
        serde_json::json!({"as": one.slot, "provider": one.provider, "credential": credential})
    };
    let detail = serde_json::json!({"kind": row.kind, "uses": row.assignments.iter().map(uses).collect::<Vec<_>>()});
    let (id, scope) = (row.id.to_string(), row.organisation.to_string());
    audit::append(tx, keys, by, Entry { action, kind: "consumer", id: &id, name: &row.name, scope: &scope, detail })
        .await
}

/// The text that a search looks through.
fn words(name: &str, note: &str) -> String {
    fold(&format!("{name}\n{note}"))
}

fn clean_note(text: &str) -> Result<String, VaultError> {
    let note = text.trim();
    if note.chars().count() > LONGEST_NOTE {
        return Err(VaultError::Invalid("a note may have at most 2000 characters"));
    }
    if note.chars().any(|one| one.is_control() && one != '\n') {
        return Err(VaultError::Invalid("a note cannot contain control characters other than line breaks"));
    }
    Ok(note.to_owned())
}

async fn refuse_taken_name(
    tx: &mut SqliteConnection,
    organisation: &str,
    kind: &str,
    name: &str,
    own: &str,
) -> Result<(), VaultError> {
    let folded = fold(name);
    let taken = sqlx::query_scalar!(
        "SELECT COUNT(*) FROM consumer WHERE organisation_id = ? AND kind = ? AND name_folded = ? AND id <> ?",
        organisation,
        kind,
        folded,
        own
    );
    if taken.fetch_one(tx).await? > 0 { Err(VaultError::DuplicateName(name.to_owned())) } else { Ok(()) }
}

/// Writes what a consumer uses. A credential must be of its organisation or system-wide, and of the provider.
async fn write_assignments(
    tx: &mut SqliteConnection,
    consumer: &str,
    organisation: OrganisationId,
    assignments: &[AssignmentRow],
    at: &str,
) -> Result<(), VaultError> {
    let organisation = organisation.to_string();
    for (position, one) in (0i64..).zip(assignments) {
        let credential = one.credential.map(|id| id.to_string());
        if credential.is_some() {
            let fits = sqlx::query_scalar!(
                "SELECT COUNT(*) FROM credential WHERE id = ? AND provider = ? AND scope IN (?, 'system')",
                credential,
                one.provider,
                organisation
            );
            if fits.fetch_one(&mut *tx).await? == 0 {
                return Err(VaultError::NotFound("credential"));
            }
        }
        let id = uuid::Uuid::now_v7().to_string();
        sqlx::query!(
            "INSERT INTO assignment (id, consumer_id, position, slot, provider, credential_id, model, created_at, revision, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
            id, consumer, position, one.slot, one.provider, credential, one.model, at, at
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

fn damaged() -> VaultError {
    VaultError::Damaged("a consumer's row cannot be read".to_owned())
}

/// An assignment as it comes out of the database.
#[derive(Deserialize)]
struct Stored(String, String, Option<String>, Option<String>);

impl Stored {
    fn row(self) -> Result<AssignmentRow, VaultError> {
        let credential = self.2.map(|id| CredentialId::parse(&id).ok_or_else(damaged)).transpose()?;
        Ok(AssignmentRow { slot: self.0, provider: self.1, credential, model: self.3 })
    }
}

/// Reads consumers by id, in the order of the ids; ids that do not exist are left out.
async fn read(connection: &mut SqliteConnection, ids: &[String]) -> Result<Vec<ConsumerRow>, VaultError> {
    let wanted = serde_json::json!(ids).to_string();
    let found = sqlx::query!(
        "SELECT n.id, n.organisation_id, o.name AS organisation, n.kind, n.name, n.note, n.created_at, n.created_by,
            n.updated_at, n.last_used_at, n.revision,
            (SELECT json_group_array(json_array(a.slot, a.provider, a.credential_id, a.model)) FROM (
                SELECT * FROM assignment WHERE consumer_id = n.id ORDER BY position) a) AS \"assignments!: String\"
         FROM json_each(?) w JOIN consumer n ON n.id = w.value JOIN organisation o ON o.id = n.organisation_id
         ORDER BY w.key",
        wanted
    )
    .fetch_all(connection)
    .await?;
    found
        .into_iter()
        .map(|row| {
            let stored: Vec<Stored> = serde_json::from_str(&row.assignments).map_err(|_| damaged())?;
            Ok(ConsumerRow {
                id: ConsumerId::parse(&row.id).ok_or_else(damaged)?,
                organisation: OrganisationId::parse(&row.organisation_id).ok_or_else(damaged)?,
                organisation_name: row.organisation,
                kind: row.kind,
                name: row.name,
                note: row.note,
                assignments: stored.into_iter().map(Stored::row).collect::<Result<_, VaultError>>()?,
                created_at: row.created_at,
                created_by: row.created_by,
                updated_at: row.updated_at,
                last_used_at: row.last_used_at,
                revision: small(row.revision),
            })
        })
        .collect()
}

async fn read_one(connection: &mut SqliteConnection, id: ConsumerId) -> Result<ConsumerRow, VaultError> {
    read(connection, &[id.to_string()]).await?.pop().ok_or(VaultError::NotFound("consumer"))
}
