//! The recovery kit: using it, and making a new one.

use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::create::{keep, unwrap_by_code, wrap_by_code};
use super::unlock::open_keys;
use super::{Vault, now, schema, small};
use crate::custody::environment::EnvironmentKey;
use crate::custody::{Facts, NewCustody};
use crate::error::{KitError, RecoveryError, VaultError};
use crate::hierarchy::OpenKeys;
use crate::model::{Author, KeyId};
use crate::recovery::{RecoveryCode, RecoveryKit};
use crate::seal::{Key, SealError};

impl Vault {
    /// Opens the vault by the code of its recovery kit, keeps the master key the way `keep_by` says, and leaves the
    /// vault unlocked. The kit stays valid. A wrong code writes nothing.
    ///
    /// # Errors
    /// [`VaultError::Recovery`] for a code that does not fit, [`VaultError::Custody`] when the key cannot be kept,
    /// [`VaultError::ReadOnly`], and whatever SQLite answers.
    pub async fn recover(&self, code: &RecoveryCode, keep_by: NewCustody, by: &Author) -> Result<(), VaultError> {
        let mut connection = self.connection().await?;
        let known = schema::read_key_facts_and_envelopes(&mut connection).await?;
        if code.vault().is_some_and(|vault| vault != known.facts.vault) {
            return Err(RecoveryError::OtherVault.into());
        }
        let envelope = known.recovery.as_ref().ok_or(RecoveryError::NoKit)?;
        let master = unwrap_by_code(code, &known.facts, envelope).map_err(|error| match error {
            SealError::Damaged => VaultError::Recovery(RecoveryError::WrongCode),
            other => other.into(),
        })?;
        let mut keys = open_keys(master, &known)?;
        if self.info().read_only {
            return Err(VaultError::ReadOnly);
        }
        let mut facts = known.facts.clone();
        let mut tx = super::begin(&mut connection).await?;
        let at = now();
        // A key that the caller keeps cannot be chosen by us: where it is another one, it becomes the master key.
        if let NewCustody::Environment(text) = &keep_by {
            let given = EnvironmentKey(text).key()?;
            if !given.same(&keys.master) {
                (keys, facts) = change_master_key(&mut tx, keys, facts, given, &at).await?;
                let renewed = wrap_by_code(code, &facts, envelope.generation.saturating_add(1), &keys.master)?;
                schema::write_envelope(&mut tx, "recovery", &renewed, &at).await?;
            }
        }
        match keep(&keep_by, &facts, &keys.master).await? {
            Some(envelope) => schema::write_envelope(&mut tx, "passphrase", &envelope, &at).await?,
            // An old passphrase must not open the vault any longer.
            None => {
                sqlx::query!("DELETE FROM envelope WHERE kind = 'passphrase'").execute(&mut *tx).await?;
            }
        }
        let custody = keep_by.kind().id();
        sqlx::query!(
            "UPDATE vault SET custody = ?, revision = revision + 1, updated_at = ? WHERE one = 1",
            custody,
            at
        )
        .execute(&mut *tx)
        .await?;
        let vault = facts.vault.to_string();
        let entry = Entry {
            action: "vault.recover",
            kind: "vault",
            id: &vault,
            name: "",
            scope: "",
            detail: serde_json::json!({"custody": custody}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        self.set_info(schema::read_info(&mut connection, false).await?);
        self.set_keys(keys);
        Ok(())
    }

    /// Whether a code is the one of this vault's recovery kit. Whoever has it speaks for the vault's owner.
    ///
    /// # Errors
    /// [`VaultError::Recovery`] for a code that does not fit, and whatever SQLite answers.
    pub async fn verify_kit(&self, code: &RecoveryCode) -> Result<(), VaultError> {
        let mut connection = self.connection().await?;
        let known = schema::read_key_facts_and_envelopes(&mut connection).await?;
        if code.vault().is_some_and(|vault| vault != known.facts.vault) {
            return Err(RecoveryError::OtherVault.into());
        }
        let envelope = known.recovery.as_ref().ok_or(RecoveryError::NoKit)?;
        match unwrap_by_code(code, &known.facts, envelope) {
            Ok(_) => Ok(()),
            Err(SealError::Damaged) => Err(VaultError::Recovery(RecoveryError::WrongCode)),
            Err(other) => Err(other.into()),
        }
    }

    /// Makes a new recovery kit. The old one dies: its envelope is overwritten and the database's log emptied.
    /// When `deliver` refuses, the old kit stays as it is.
    ///
    /// # Errors
    /// [`VaultError::Kit`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn renew_recovery_kit<K>(&self, by: &Author, deliver: K) -> Result<(), VaultError>
    where
        K: FnOnce(&RecoveryKit) -> Result<(), KitError>,
    {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let known = schema::read_key_facts_and_envelopes(&mut tx).await?;
        if known.facts.master_key_id != keys.master_id {
            return Err(VaultError::Locked);
        }
        let (code, at) = (RecoveryCode::random()?, now());
        let generation = known.recovery.map_or(1, |earlier| earlier.generation.saturating_add(1));
        schema::write_envelope(&mut tx, "recovery", &wrap_by_code(&code, &known.facts, generation, &keys.master)?, &at)
            .await?;
        sqlx::query!(
            "UPDATE vault SET recovery_kit_made_at = ?, revision = revision + 1, updated_at = ? WHERE one = 1",
            at,
            at
        )
        .execute(&mut *tx)
        .await?;
        let vault = known.facts.vault.to_string();
        let entry = Entry {
            action: "kit.renew",
            kind: "vault",
            id: &vault,
            name: "",
            scope: "",
            detail: serde_json::json!({}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        let organisation = sqlx::query_scalar!("SELECT name FROM organisation ORDER BY created_at, id LIMIT 1")
            .fetch_optional(&mut *tx)
            .await?;
        // Handed over before the commit: a kit that nobody has must not replace one that somebody has.
        deliver(&RecoveryKit::new(known.facts.vault, organisation, at, code))?;
        tx.commit().await?;
        schema::empty_log(&mut connection).await;
        self.set_info(schema::read_info(&mut connection, false).await?);
        Ok(())
    }
}

/// Wraps everything that hangs on the master key under another one. No credential is touched.
async fn change_master_key(
    tx: &mut SqliteConnection,
    old: OpenKeys,
    mut facts: Facts,
    master: Key,
    at: &str,
) -> Result<(OpenKeys, Facts), VaultError> {
    facts.master_key_id = KeyId::make();
    let scopes = sqlx::query!("SELECT id, key_id, generation, wrapped FROM scope").fetch_all(&mut *tx).await?;
    let mut opened = Vec::with_capacity(scopes.len());
    for scope in scopes {
        let (id, generation) = (schema::key_id(&scope.key_id)?, small(scope.generation));
        let key = old.unwrap_scope_key(&scope.id, id, generation, &scope.wrapped)?;
        opened.push((scope.id, id, generation, key));
    }
    let new = OpenKeys::new(facts.vault, facts.master_key_id, master, old.audit);
    let master_key_id = facts.master_key_id.to_string();
    for (scope, id, generation, key) in opened {
        let wrapped = new.wrap_scope_key(&scope, id, generation, &key)?;
        sqlx::query!(
            "UPDATE scope SET wrapped = ?, master_key_id = ?, revision = revision + 1, updated_at = ? WHERE id = ?",
            wrapped,
            master_key_id,
            at,
            scope
        )
        .execute(&mut *tx)
        .await?;
    }
    let audit_key_id = KeyId::make();
    let audit_key = new.wrap_audit_key(audit_key_id)?;
    let (audit_key_id, check) = (audit_key_id.to_string(), new.master.check_value(facts.vault));
    let check = check.as_slice();
    sqlx::query!(
        "UPDATE vault SET master_key_id = ?, key_check = ?, audit_key_id = ?, audit_key = ?, revision = revision + 1, updated_at = ?
         WHERE one = 1",
        master_key_id, check, audit_key_id, audit_key, at
    )
    .execute(tx)
    .await?;
    Ok((new, facts))
}
