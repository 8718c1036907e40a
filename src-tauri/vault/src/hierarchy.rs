//! The keys in memory while a vault is unlocked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{KeyId, VaultId};
use crate::seal::keys::{LABEL_AUDIT, LABEL_FINGERPRINT, LABEL_WRAP};
use crate::seal::{Key, Place, Purpose, SealError, open_key, seal_key};

/// What a scope key is used for. The scope key itself is needed only to derive these.
pub(crate) struct ScopeKeys {
    /// Id of the scope key.
    pub id: KeyId,
    /// Wraps data keys.
    pub wrap: Key,
    /// Computes fingerprints.
    pub fingerprint: Key,
}

impl ScopeKeys {
    pub(crate) fn of(id: KeyId, scope_key: &Key) -> Self {
        Self { id, wrap: scope_key.derive(LABEL_WRAP), fingerprint: scope_key.derive(LABEL_FINGERPRINT) }
    }
}

/// The open keys of a vault.
pub(crate) struct OpenKeys {
    pub vault: VaultId,
    pub master: Key,
    pub master_id: KeyId,
    /// Computes the audit chain.
    pub audit: Key,
    wrap: Key,
    scopes: Mutex<HashMap<String, Arc<ScopeKeys>>>,
}

impl OpenKeys {
    pub(crate) fn new(vault: VaultId, master_id: KeyId, master: Key, audit: Key) -> Self {
        let wrap = master.derive(LABEL_WRAP);
        Self { vault, master, master_id, audit, wrap, scopes: Mutex::new(HashMap::new()) }
    }

    /// The keys of a scope, when they were unwrapped before.
    pub(crate) fn cached(&self, scope: &str, id: KeyId) -> Option<Arc<ScopeKeys>> {
        let scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        scopes.get(scope).filter(|keys| keys.id == id).cloned()
    }

    /// Unwraps a scope key and remembers what is derived from it.
    pub(crate) fn open_scope(
        &self,
        scope: &str,
        id: KeyId,
        generation: u32,
        wrapped: &[u8],
    ) -> Result<Arc<ScopeKeys>, SealError> {
        let key = self.unwrap_scope_key(scope, id, generation, wrapped)?;
        let keys = Arc::new(ScopeKeys::of(id, &key));
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner).insert(scope.to_owned(), Arc::clone(&keys));
        Ok(keys)
    }

    /// The scope key itself, for wrapping it anew.
    pub(crate) fn unwrap_scope_key(
        &self,
        scope: &str,
        id: KeyId,
        generation: u32,
        wrapped: &[u8],
    ) -> Result<Key, SealError> {
        let field = id.to_string();
        open_key(&self.wrap, &scope_place(self.vault, self.master_id, scope, &field, generation), wrapped)
    }

    /// Wraps a scope key.
    pub(crate) fn wrap_scope_key(
        &self,
        scope: &str,
        id: KeyId,
        generation: u32,
        key: &Key,
    ) -> Result<Vec<u8>, SealError> {
        let field = id.to_string();
        seal_key(&self.wrap, &scope_place(self.vault, self.master_id, scope, &field, generation), key)
    }

    /// Wraps this vault's audit key under its master key.
    pub(crate) fn wrap_audit_key(&self, id: KeyId) -> Result<Vec<u8>, SealError> {
        let field = id.to_string();
        seal_key(&self.master.derive(LABEL_AUDIT), &audit_place(self.vault, self.master_id, &field), &self.audit)
    }
}

/// Unwraps the key of the audit chain.
pub(crate) fn open_audit_key(
    vault: VaultId,
    master_id: KeyId,
    master: &Key,
    id: KeyId,
    wrapped: &[u8],
) -> Result<Key, SealError> {
    let field = id.to_string();
    open_key(&master.derive(LABEL_AUDIT), &audit_place(vault, master_id, &field), wrapped)
}

fn audit_place<'a>(vault: VaultId, master_id: KeyId, field: &'a str) -> Place<'a> {
    Place {
        purpose: Purpose::AuditKey,
        vault,
        scope: "",
        credential: "",
        field,
        sealed_by: master_id,
        generation: 1,
        parameters: &[],
    }
}

fn scope_place<'a>(vault: VaultId, master_id: KeyId, scope: &'a str, field: &'a str, generation: u32) -> Place<'a> {
    Place {
        purpose: Purpose::ScopeKey,
        vault,
        scope,
        credential: "",
        field,
        sealed_by: master_id,
        generation,
        parameters: &[],
    }
}

/// One credential's place in the hierarchy: seals and opens what belongs to it.
pub(crate) struct CredentialSeal<'a> {
    pub vault: VaultId,
    pub scope: &'a str,
    pub credential: &'a str,
    pub generation: u32,
}

impl CredentialSeal<'_> {
    fn place<'a>(&'a self, purpose: Purpose, field: &'a str, sealed_by: KeyId) -> Place<'a> {
        Place {
            purpose,
            vault: self.vault,
            scope: self.scope,
            credential: self.credential,
            field,
            sealed_by,
            generation: self.generation,
            parameters: &[],
        }
    }

    /// Wraps the credential's data key.
    pub(crate) fn wrap(&self, scope: &ScopeKeys, id: KeyId, key: &Key) -> Result<Vec<u8>, SealError> {
        seal_key(&scope.wrap, &self.place(Purpose::DataKey, &id.to_string(), scope.id), key)
    }

    /// Unwraps it.
    pub(crate) fn unwrap(&self, scope: &ScopeKeys, id: KeyId, wrapped: &[u8]) -> Result<Key, SealError> {
        open_key(&scope.wrap, &self.place(Purpose::DataKey, &id.to_string(), scope.id), wrapped)
    }

    /// Seals a field.
    pub(crate) fn seal(
        &self,
        id: KeyId,
        key: &Key,
        field: &str,
        text: &crate::SecretText,
    ) -> Result<Vec<u8>, SealError> {
        crate::seal::seal_text(key, &self.place(Purpose::Field, field, id), text)
    }

    /// Opens a field.
    pub(crate) fn open(&self, id: KeyId, key: &Key, field: &str, blob: &[u8]) -> Result<crate::SecretText, SealError> {
        crate::seal::open_text(key, &self.place(Purpose::Field, field, id), blob)
    }
}
