//! The tokens of a connection over OAuth: stored, renewed and removed.
//!
//! Tokens are sealed fields. Beside them stands when the access token ends, and who is renewing it right now: a refresh
//! token may be good for one use, so that two processes must never spend the same one.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::rows;
use super::sealed::{self, Draft, scope_text};
use super::{Vault, now, schema};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{ACCESS_TOKEN, Author, CredentialId, CredentialRow, NewTokens, REFRESH_TOKEN, Renewal, SecretText};

/// How long a renewal may take; after that its process is taken for gone, and another one may try.
const LONGEST_RENEWAL: SignedDuration = SignedDuration::from_secs(60);
/// An access token that ends within this time is renewed before it is used.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

impl Vault {
    /// Stores the tokens of a new connection in the place of earlier ones, and forgets the verdict on those.
    ///
    /// # Errors
    /// [`VaultError::Conflict`] when a value was changed after `expected_revision`: the tokens belong to the client as
    /// it was then. [`VaultError::NotFound`], [`VaultError::Unreadable`], [`VaultError::Locked`], and whatever SQLite
    /// answers.
    pub async fn connect(
        &self,
        id: CredentialId,
        tokens: NewTokens,
        expected_revision: u32,
        by: &Author,
    ) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, revisions) = rows::read_one(&mut tx, id).await?;
        if revisions.values > expected_revision {
            return Err(VaultError::Conflict { stored: row.revision });
        }
        let change = Reseal {
            action: "credential.connect",
            access: Some(&tokens.access),
            refresh: tokens.refresh.as_ref(),
            keep_refresh: false,
            new_values: true,
        };
        reseal(&mut tx, &keys, &row, change, by).await?;
        write_grant(&mut tx, id, tokens.expires_at.as_deref()).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(row)
    }

    /// Removes the tokens of a connection.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Unreadable`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn disconnect(&self, id: CredentialId, by: &Author) -> Result<CredentialRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        let change = Reseal {
            action: "credential.disconnect",
            access: None,
            refresh: None,
            keep_refresh: false,
            new_values: true,
        };
        reseal(&mut tx, &keys, &row, change, by).await?;
        let id_text = id.to_string();
        sqlx::query!("DELETE FROM oauth_grant WHERE credential_id = ?", id_text).execute(&mut *tx).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(row)
    }

    /// Asks whether the access token has to be renewed, and takes the right to do so. Whoever gets
    /// [`Renewal::Granted`] ends it with [`finish_renewal`](Self::finish_renewal) or
    /// [`give_up_renewal`](Self::give_up_renewal) within a minute.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Unreadable`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn begin_renewal(&self, id: CredentialId, holder: &str) -> Result<Renewal, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let (row, _) = rows::read_one(&mut connection, id).await?;
        if !is_due(&mut connection, &row).await? {
            return Ok(Renewal::NotDue(Box::new(row)));
        }
        let mut tx = super::begin(&mut connection).await?;
        // Another process may have renewed it while this one waited for its turn to write.
        let (row, _) = rows::read_one(&mut tx, id).await?;
        if !is_due(&mut tx, &row).await? {
            tx.rollback().await?;
            return Ok(Renewal::NotDue(Box::new(row)));
        }
        let (id_text, at) = (id.to_string(), now());
        let until = format!("{:.3}", Timestamp::now().saturating_add(LONGEST_RENEWAL).unwrap_or(Timestamp::MAX));
        let taken = sqlx::query!(
            "UPDATE oauth_grant SET renewing_by = ?, renewing_until = ?, revision = revision + 1, updated_at = ?
             WHERE credential_id = ? AND (renewing_until IS NULL OR renewing_until < ?)",
            holder,
            until,
            at,
            id_text,
            at
        )
        .execute(&mut *tx)
        .await?;
        if taken.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(Renewal::Busy);
        }
        let secrets = sealed::open_all(&mut tx, &keys, id).await?;
        tx.commit().await?;
        Ok(Renewal::Granted { row: Box::new(row), secrets })
    }

    /// Stores what a renewal brought: the access token, a refresh token where a new one came, and the end of both the
    /// old ones, in one transaction. Says `None`, and stores nothing, where the connection that was renewed is no
    /// longer the stored one: a person disconnected it or put in another token meanwhile.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Unreadable`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn finish_renewal(
        &self,
        id: CredentialId,
        spent: &SecretText,
        tokens: NewTokens,
        by: &Author,
    ) -> Result<Option<CredentialRow>, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        let (id_text, scope) = (id.to_string(), scope_text(row.scope));
        let scope_keys = sealed::scope_keys(&mut tx, &keys, &scope).await?;
        let fingerprint = scope_keys.fingerprint.fingerprint(spent);
        let fingerprint = fingerprint.as_slice();
        let same = sqlx::query_scalar!(
            "SELECT COUNT(*) FROM sealed_field WHERE credential_id = ? AND field = ? AND fingerprint = ?",
            id_text,
            REFRESH_TOKEN,
            fingerprint
        )
        .fetch_one(&mut *tx)
        .await?;
        if same == 0 {
            tx.rollback().await?;
            return Ok(None);
        }
        let change = Reseal {
            action: "credential.renew",
            access: Some(&tokens.access),
            refresh: tokens.refresh.as_ref(),
            keep_refresh: true,
            new_values: false,
        };
        reseal(&mut tx, &keys, &row, change, by).await?;
        write_grant(&mut tx, id, tokens.expires_at.as_deref()).await?;
        let (row, _) = rows::read_one(&mut tx, id).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        Ok(Some(row))
    }

    /// Lets others renew after a renewal that brought nothing.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn give_up_renewal(&self, id: CredentialId, holder: &str) -> Result<(), VaultError> {
        let (id_text, at) = (id.to_string(), now());
        let mut connection = self.connection().await?;
        sqlx::query!(
            "UPDATE oauth_grant SET renewing_by = NULL, renewing_until = NULL, revision = revision + 1, updated_at = ?
             WHERE credential_id = ? AND renewing_by = ?",
            at,
            id_text,
            holder
        )
        .execute(&mut *connection)
        .await?;
        Ok(())
    }
}

/// Whether a connection has no access token that lasts a little longer. One whose end nobody said is renewed before each
/// use.
async fn is_due(connection: &mut SqliteConnection, row: &CredentialRow) -> Result<bool, VaultError> {
    let Some(refresh) = row.sealed.get(REFRESH_TOKEN) else { return Ok(false) };
    let id = row.id.to_string();
    let grant = sqlx::query_scalar!("SELECT access_expires_at FROM oauth_grant WHERE credential_id = ?", id)
        .fetch_optional(connection)
        .await?;
    // Tokens that a person put in are renewed by whoever uses them: two would spend the same refresh token.
    let Some(ends) = grant else { return Ok(false) };
    // A refresh token that was put in later has nothing to do with the access token.
    let Some(_) = row.sealed.get(ACCESS_TOKEN).filter(|access| access.set_at >= refresh.set_at) else {
        return Ok(true);
    };
    let ends = ends.and_then(|text| text.parse::<Timestamp>().ok());
    Ok(ends.is_none_or(|ends| ends.duration_since(Timestamp::now()) < MARGIN))
}

async fn write_grant(
    tx: &mut SqliteConnection,
    id: CredentialId,
    access_expires_at: Option<&str>,
) -> Result<(), VaultError> {
    let (id_text, at) = (id.to_string(), now());
    sqlx::query!(
        "INSERT INTO oauth_grant (credential_id, access_expires_at, revision, updated_at) VALUES (?, ?, 1, ?)
         ON CONFLICT (credential_id) DO UPDATE SET access_expires_at = excluded.access_expires_at, renewing_by = NULL,
            renewing_until = NULL, revision = oauth_grant.revision + 1, updated_at = excluded.updated_at",
        id_text,
        access_expires_at,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What becomes of the tokens; every other field keeps its value and date.
struct Reseal<'a> {
    action: &'static str,
    access: Option<&'a SecretText>,
    refresh: Option<&'a SecretText>,
    /// Without a new refresh token the old one stays.
    keep_refresh: bool,
    /// The verdict is about a connection that is gone, and an edit of a person who saw the old one conflicts.
    new_values: bool,
}

/// Seals all fields under a new data key, so that the old tokens die with the old key.
async fn reseal(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    row: &CredentialRow,
    change: Reseal<'_>,
    by: &Author,
) -> Result<(), VaultError> {
    let (id_text, scope, at) = (row.id.to_string(), scope_text(row.scope), now());
    let stored = sealed::read(tx, row.id).await?;
    let scope_keys = sealed::scope_keys(tx, keys, &scope).await?;
    let keeps_refresh = change.keep_refresh && change.refresh.is_none();
    let kept =
        stored.open(keys, &scope_keys, |field| field != ACCESS_TOKEN && (field != REFRESH_TOKEN || keeps_refresh))?;
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for (field, text) in &kept {
        let set_at = row.sealed.get(field).map_or(at.as_str(), |sealed| &sealed.set_at);
        drafts.push(Draft { field, text, set_at });
    }
    for (field, text) in [(ACCESS_TOKEN, change.access), (REFRESH_TOKEN, change.refresh)] {
        if let Some(text) = text {
            drafts.push(Draft { field, text, set_at: &at });
        }
    }
    let generation = stored.generation.saturating_add(1);
    let key_id = sealed::write(tx, keys, (&scope, &scope_keys), &id_text, generation, &drafts, &at).await?;
    sqlx::query!(
        "UPDATE credential SET unreadable = 0, revision = revision + 1,
            content_revision = CASE WHEN ? THEN revision + 1 ELSE content_revision END,
            values_revision = CASE WHEN ? THEN revision + 1 ELSE values_revision END, updated_at = ?
         WHERE id = ?",
        change.new_values,
        change.new_values,
        at,
        id_text
    )
    .execute(&mut *tx)
    .await?;
    if change.new_values {
        sqlx::query!(
            "UPDATE credential SET verdict_kind = NULL, verdict_evidence = NULL, verdict_next_step = NULL,
                verdict_checked_at = NULL, verdict_duration_ms = NULL, verdict_cost = NULL, verdict_conclusive = NULL,
                known_kind = NULL, known_checked_at = NULL WHERE id = ?",
            id_text
        )
        .execute(&mut *tx)
        .await?;
    }
    let detail = serde_json::json!({"data_key": key_id.to_string(), "new_refresh_token": change.refresh.is_some()});
    let entry =
        Entry { action: change.action, kind: "credential", id: &id_text, name: &row.name, scope: &scope, detail };
    audit::append(tx, keys, by, entry).await?;
    Ok(())
}
