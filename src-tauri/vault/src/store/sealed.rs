//! Scope keys, data keys and sealed fields in the database.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use sqlx::SqliteConnection;

use super::{schema, small};
use crate::error::{RecordFault, VaultError};
use crate::hierarchy::{CredentialSeal, OpenKeys, ScopeKeys};
use crate::model::{CredentialId, KeyId, Scope, SecretText};
use crate::seal::{Key, SealError};

/// A scope as the database names it.
pub(super) fn scope_text(scope: Scope) -> String {
    match scope {
        Scope::System => "system".to_owned(),
        Scope::Organisation(id) => id.to_string(),
    }
}

/// Makes a scope with a fresh key.
pub(super) async fn create_scope(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    scope: &str,
    at: &str,
) -> Result<(), VaultError> {
    // Another process may have changed the master key since this one unlocked.
    let stored = sqlx::query_scalar!("SELECT master_key_id FROM vault WHERE one = 1").fetch_one(&mut *tx).await?;
    if schema::key_id(&stored)? != keys.master_id {
        return Err(VaultError::Locked);
    }
    let id = KeyId::make();
    let wrapped = keys.wrap_scope_key(scope, id, 1, &Key::random()?)?;
    let id = id.to_string();
    sqlx::query!(
        "INSERT INTO scope (id, key_id, generation, wrapped, master_key_id, created_at, revision, updated_at)
         VALUES (?, ?, 1, ?, ?, ?, 1, ?)",
        scope,
        id,
        wrapped,
        stored,
        at,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The key of a scope as it lies in the database.
#[derive(Clone)]
struct StoredScope {
    key_id: String,
    generation: i64,
    wrapped: Vec<u8>,
    master_key_id: String,
}

impl StoredScope {
    /// The keys, from memory or unwrapped now.
    fn open(&self, keys: &OpenKeys, scope: &str) -> Result<Arc<ScopeKeys>, VaultError> {
        let id = schema::key_id(&self.key_id)?;
        match keys.cached(scope, id) {
            Some(cached) => Ok(cached),
            // Another process changed the master key since this one unlocked: nothing is damaged, the key is old.
            None if schema::key_id(&self.master_key_id)? != keys.master_id => Err(VaultError::Locked),
            None => Ok(keys.open_scope(scope, id, small(self.generation), &self.wrapped)?),
        }
    }
}

/// The keys of a scope.
pub(super) async fn scope_keys(
    connection: &mut SqliteConnection,
    keys: &OpenKeys,
    scope: &str,
) -> Result<Arc<ScopeKeys>, VaultError> {
    sqlx::query_as!(StoredScope, "SELECT key_id, generation, wrapped, master_key_id FROM scope WHERE id = ?", scope)
        .fetch_optional(connection)
        .await?
        .ok_or(VaultError::NotFound("organisation"))?
        .open(keys, scope)
}

/// A credential's sealed part as it lies in the database.
#[derive(Clone)]
pub(super) struct StoredSecrets {
    pub scope: String,
    scope_key: StoredScope,
    pub name: String,
    pub id: CredentialId,
    key_id: KeyId,
    scope_key_id: KeyId,
    pub generation: u32,
    wrapped: Vec<u8>,
    fields: Vec<StoredField>,
}

#[derive(Clone)]
struct StoredField {
    field: String,
    data_key_id: KeyId,
    generation: u32,
    blob: Vec<u8>,
}

/// Reads the sealed part of a credential.
pub(super) async fn read(connection: &mut SqliteConnection, id: CredentialId) -> Result<StoredSecrets, VaultError> {
    read_all(connection, &[id]).await?.pop().ok_or(VaultError::NotFound("credential"))
}

/// What the database says of the sealed part of credentials: the keys of their scopes, and what is under them.
#[derive(Deserialize)]
struct SealedParts {
    /// Scope, its key's id, generation, wrapped key, and the master key that wraps it.
    scopes: Vec<(String, String, i64, Hex, String)>,
    credentials: Vec<CredentialParts>,
}

/// Id, scope, name, data key and fields.
type CredentialParts = (String, String, String, Option<KeyParts>, Vec<FieldParts>);

/// Id, the scope key that wraps it, generation and wrapped key.
type KeyParts = (String, String, i64, Hex);
/// Name, data key, generation and ciphertext.
type FieldParts = (String, String, i64, Hex);

/// Bytes as SQLite writes them into a text.
#[derive(Deserialize)]
struct Hex(#[serde(with = "hex::serde")] Vec<u8>);

/// Reads the sealed parts of several credentials and the keys of their scopes, in the order of the ids. One
/// statement and one row, because `run` waits for it: each row wakes our thread by itself.
pub(super) async fn read_all(
    connection: &mut SqliteConnection,
    ids: &[CredentialId],
) -> Result<Vec<StoredSecrets>, VaultError> {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let wanted = serde_json::json!(texts).to_string();
    let parts = sqlx::query_scalar!(
        "WITH wanted AS MATERIALIZED (
            SELECT c.id, c.scope, c.name FROM credential c WHERE c.id IN (SELECT value FROM json_each(?)))
         SELECT json_object(
            'scopes', json((SELECT json_group_array(
                    json_array(p.id, p.key_id, p.generation, hex(p.wrapped), p.master_key_id))
                FROM scope p WHERE p.id IN (SELECT scope FROM wanted))),
            'credentials', json((SELECT json_group_array(json_array(w.id, w.scope, w.name,
                json((SELECT json_array(k.id, k.scope_key_id, k.generation, hex(k.wrapped)) FROM data_key k
                    WHERE k.credential_id = w.id)),
                json((SELECT json_group_array(json_array(s.field, s.data_key_id, s.generation, hex(s.blob)))
                    FROM sealed_field s WHERE s.credential_id = w.id))))
                FROM wanted w))) AS \"parts!: String\"",
        wanted
    )
    .fetch_one(connection)
    .await?;
    let unreadable = || VaultError::Damaged("the sealed part of a credential cannot be read".to_owned());
    let parts: SealedParts = serde_json::from_str(&parts).map_err(|_| unreadable())?;
    let scopes: BTreeMap<String, StoredScope> = parts
        .scopes
        .into_iter()
        .map(|(id, key_id, generation, Hex(wrapped), master_key_id)| {
            (id, StoredScope { key_id, generation, wrapped, master_key_id })
        })
        .collect();
    let mut found = BTreeMap::new();
    for (text, scope, name, key, fields) in parts.credentials {
        let id = CredentialId::parse(&text).ok_or_else(unreadable)?;
        let gone = || VaultError::Unreadable { id, name: name.clone(), cause: RecordFault::Damaged };
        let scope_key = scopes.get(&scope).ok_or(VaultError::NotFound("organisation"))?.clone();
        let (key_id, scope_key_id, generation, Hex(wrapped)) = key.ok_or_else(gone)?;
        let fields: Option<Vec<StoredField>> = fields
            .into_iter()
            .map(|(field, data_key_id, generation, Hex(blob))| {
                Some(StoredField {
                    field,
                    data_key_id: KeyId::parse(&data_key_id)?,
                    generation: small(generation),
                    blob,
                })
            })
            .collect();
        let stored = StoredSecrets {
            key_id: KeyId::parse(&key_id).ok_or_else(gone)?,
            scope_key_id: KeyId::parse(&scope_key_id).ok_or_else(gone)?,
            generation: small(generation),
            wrapped,
            fields: fields.ok_or_else(gone)?,
            scope,
            scope_key,
            name,
            id,
        };
        found.insert(id, stored);
    }
    let mut stored = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        // Who asks for one twice gets it twice.
        let again = ids.iter().skip(at + 1).any(|later| later == id);
        let one = if again { found.get(id).cloned() } else { found.remove(id) };
        stored.push(one.ok_or(VaultError::NotFound("credential"))?);
    }
    Ok(stored)
}

impl StoredSecrets {
    fn fault(&self, error: SealError) -> VaultError {
        let cause = match error {
            SealError::Newer(version) => RecordFault::Newer(version),
            _ => RecordFault::Damaged,
        };
        VaultError::Unreadable { id: self.id, name: self.name.clone(), cause }
    }

    /// Opens those fields that `wanted` names. One that does not open fails the whole, and says of which record.
    pub(super) fn open(
        &self,
        keys: &OpenKeys,
        scope: &ScopeKeys,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, SecretText>, VaultError> {
        let mut out = BTreeMap::new();
        if !self.fields.iter().any(|field| wanted(&field.field)) {
            return Ok(out);
        }
        if self.scope_key_id != scope.id {
            return Err(self.fault(SealError::Damaged));
        }
        let credential = self.id.to_string();
        let seal = CredentialSeal {
            vault: keys.vault,
            scope: &self.scope,
            credential: &credential,
            generation: self.generation,
        };
        let key = seal.unwrap(scope, self.key_id, &self.wrapped).map_err(|error| self.fault(error))?;
        for field in self.fields.iter().filter(|field| wanted(&field.field)) {
            // The key's id stands beside each blob, so a blob made to open under two keys is refused here.
            if field.data_key_id != self.key_id || field.generation != self.generation {
                return Err(self.fault(SealError::Damaged));
            }
            let text = seal.open(self.key_id, &key, &field.field, &field.blob).map_err(|error| self.fault(error))?;
            out.insert(field.field.clone(), text);
        }
        Ok(out)
    }
}

/// Reads and opens all secrets of a credential.
pub(super) async fn open_all(
    connection: &mut SqliteConnection,
    keys: &OpenKeys,
    id: CredentialId,
) -> Result<BTreeMap<String, SecretText>, VaultError> {
    open_stored(keys, &read_all(connection, &[id]).await?)?.pop().ok_or(VaultError::NotFound("credential"))
}

/// Opens all secrets of several credentials that were read.
pub(super) fn open_stored(
    keys: &OpenKeys,
    several: &[StoredSecrets],
) -> Result<Vec<BTreeMap<String, SecretText>>, VaultError> {
    let mut opened = Vec::with_capacity(several.len());
    for stored in several {
        // A scope key that does not open makes each of its records unreadable, one by one.
        let scope = match stored.scope_key.open(keys, &stored.scope) {
            Ok(scope) => scope,
            Err(VaultError::Damaged(_)) => return Err(stored.fault(SealError::Damaged)),
            Err(other) => return Err(other),
        };
        opened.push(stored.open(keys, &scope, |_| true)?);
    }
    Ok(opened)
}

/// Sets the mark of a credential that did not open, or takes it away.
pub(super) async fn mark_unreadable(
    connection: &mut SqliteConnection,
    id: CredentialId,
    unreadable: bool,
) -> Result<(), VaultError> {
    let (id, at) = (id.to_string(), super::now());
    sqlx::query!(
        "UPDATE credential SET unreadable = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND unreadable <> ?",
        unreadable, at, id, unreadable
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Last four characters of a secret of sixteen or more; shorter ones show nothing.
pub(super) fn tail(secret: &SecretText) -> Option<String> {
    // The tail is shown on purpose: it tells keys apart.
    secret.with(|text| {
        let count = text.chars().count();
        (count >= 16).then(|| text.chars().skip(count - 4).collect())
    })
}

/// A field to be sealed; `set_at` of an earlier sealing stays.
pub(super) struct Draft<'a> {
    pub field: &'a str,
    pub text: &'a SecretText,
    pub set_at: &'a str,
}

/// Seals all fields of a credential under a fresh data key, in the place of whatever it had. The old data key is
/// overwritten, and with it dies everything that it sealed. Returns the id of the new key.
pub(super) async fn write(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    scope: (&str, &ScopeKeys),
    credential: &str,
    generation: u32,
    drafts: &[Draft<'_>],
    at: &str,
) -> Result<KeyId, VaultError> {
    let (scope, scope_keys) = scope;
    let seal = CredentialSeal { vault: keys.vault, scope, credential, generation };
    let (key_id, key) = (KeyId::make(), Key::random()?);
    let wrapped = seal.wrap(scope_keys, key_id, &key)?;
    let (key_text, scope_key, number) = (key_id.to_string(), scope_keys.id.to_string(), i64::from(generation));
    sqlx::query!(
        "INSERT INTO data_key (credential_id, id, scope_key_id, generation, wrapped, created_at, revision, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, 1, ?)
         ON CONFLICT (credential_id) DO UPDATE SET id = excluded.id, scope_key_id = excluded.scope_key_id,
            generation = excluded.generation, wrapped = excluded.wrapped, created_at = excluded.created_at,
            revision = data_key.revision + 1, updated_at = excluded.updated_at",
        credential,
        key_text,
        scope_key,
        number,
        wrapped,
        at,
        at
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("DELETE FROM sealed_field WHERE credential_id = ?", credential).execute(&mut *tx).await?;
    for draft in drafts {
        let blob = seal.seal(key_id, &key, draft.field, draft.text)?;
        let (tail, fingerprint) = (tail(draft.text), scope_keys.fingerprint.fingerprint(draft.text));
        let fingerprint = fingerprint.as_slice();
        sqlx::query!(
            "INSERT INTO sealed_field (credential_id, field, data_key_id, generation, blob, tail, fingerprint, set_at, revision, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            credential, draft.field, key_text, number, blob, tail, fingerprint, draft.set_at, number, at
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(key_id)
}
