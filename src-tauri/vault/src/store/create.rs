//! Making a vault: either all of it exists afterwards, or nothing does.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};

use super::audit::{self, Entry};
use super::{NewVault, Vault, VaultInfo, clean_name, now, people, schema, sealed};
use crate::custody::environment::EnvironmentKey;
use crate::custody::keychain::Keychain;
use crate::custody::passphrase::Passphrase;
use crate::custody::{Envelope, Facts, KeyCustody, NewCustody};
use crate::error::{CustodyError, KitError, VaultError};
use crate::files;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, KeyId, PersonId, VaultId};
use crate::recovery::{RecoveryCode, RecoveryKit};
use crate::seal::{Key, Place, Purpose, SealError, open_key, random_bytes, seal_key};

/// Keeps the master key the way the person chose.
pub(super) async fn keep(custody: &NewCustody, facts: &Facts, key: &Key) -> Result<Option<Envelope>, CustodyError> {
    match custody {
        NewCustody::Keychain => Keychain.keep(facts, key).await,
        NewCustody::Passphrase(text) => Passphrase(text).keep(facts, key).await,
        NewCustody::Environment(text) => EnvironmentKey(text).keep(facts, key).await,
    }
}

async fn forget(custody: &NewCustody, facts: &Facts) -> Result<(), CustodyError> {
    match custody {
        NewCustody::Keychain => Keychain.forget(facts).await,
        NewCustody::Passphrase(text) => Passphrase(text).forget(facts).await,
        NewCustody::Environment(text) => EnvironmentKey(text).forget(facts).await,
    }
}

fn recovery_place<'a>(facts: &Facts, field: &'a str, envelope: &Envelope, parameters: &'a [u8]) -> Place<'a> {
    Place {
        purpose: Purpose::MasterByRecovery,
        vault: facts.vault,
        scope: "",
        credential: "",
        field,
        sealed_by: envelope.id,
        generation: envelope.generation,
        parameters,
    }
}

/// Wraps the master key under a recovery code.
pub(super) fn wrap_by_code(
    code: &RecoveryCode,
    facts: &Facts,
    generation: u32,
    master: &Key,
) -> Result<Envelope, SealError> {
    let mut envelope = Envelope {
        id: KeyId::make(),
        salt: random_bytes::<32>()?.to_vec(),
        memory_kib: 0,
        passes: 0,
        lanes: 0,
        generation,
        wrapped: Vec::new(),
    };
    let field = facts.master_key_id.to_string();
    let key = code.key(&envelope.salt);
    envelope.wrapped = seal_key(&key, &recovery_place(facts, &field, &envelope, &envelope.parameters()), master)?;
    Ok(envelope)
}

/// The reverse.
pub(super) fn unwrap_by_code(code: &RecoveryCode, facts: &Facts, envelope: &Envelope) -> Result<Key, SealError> {
    let field = facts.master_key_id.to_string();
    let key = code.key(&envelope.salt);
    open_key(&key, &recovery_place(facts, &field, envelope, &envelope.parameters()), &envelope.wrapped)
}

/// An unfinished vault; removes its files unless it is finished.
struct Unfinished {
    path: PathBuf,
    finished: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            // The next attempt removes what could not be removed now.
            let _ = files::remove_database(&self.path);
        }
    }
}

impl Vault {
    /// Makes a vault and leaves it unlocked. `deliver_kit` gets the recovery kit once, after everything else
    /// succeeded; when it refuses, nothing remains: no database and no keychain entry.
    ///
    /// Of two programs that start at once, one makes the vault and the other gets
    /// [`VaultError::AlreadyExists`].
    ///
    /// # Errors
    /// As above, and [`VaultError::Custody`], [`VaultError::Kit`], [`VaultError::File`], [`VaultError::DiskFull`],
    /// [`VaultError::Invalid`] for an empty name.
    pub async fn create<K>(home: &Path, new: NewVault, deliver_kit: K) -> Result<Self, VaultError>
    where
        K: FnOnce(&RecoveryKit) -> Result<(), KitError>,
    {
        let person = clean_name(&new.person)?;
        let organisation = new.organisation.as_deref().map(clean_name).transpose()?;
        if Self::exists(home) {
            return Err(VaultError::AlreadyExists(home.to_owned()));
        }
        let folder = home.to_owned();
        let _lock = tokio::task::spawn_blocking(move || {
            files::prepare_home(&folder)?;
            files::lock_home(&folder)
        })
        .await
        .map_err(|_| VaultError::Closed)??;
        // Looked at again under the lock: another program may have been faster.
        if Self::exists(home) {
            return Err(VaultError::AlreadyExists(home.to_owned()));
        }

        let master = match &new.custody {
            NewCustody::Environment(text) => EnvironmentKey(text).key()?,
            _ => Key::random()?,
        };
        let facts = Facts { vault: VaultId::make(), master_key_id: KeyId::make(), passphrase: None };
        let keys = OpenKeys::new(facts.vault, facts.master_key_id, master, Key::random()?);
        let code = RecoveryCode::random()?;
        let made_at = now();

        let mut unfinished = Unfinished { path: files::unfinished_path(home), finished: false };
        files::remove_database(&unfinished.path)?;
        files::create_private(&unfinished.path).map_err(VaultError::file("the vault's file cannot be made"))?;
        let mut connection = schema::connect(&unfinished.path).await?;
        let draft = Draft {
            facts: &facts,
            keys: &keys,
            code: &code,
            made_at: &made_at,
            person: &person,
            organisation: organisation.as_deref(),
        };
        let filled = match draft.fill(&mut connection, &new).await {
            Ok(()) => connection.close().await.map_err(VaultError::from),
            Err(error) => {
                // The first error is the one to report.
                let _ = connection.close().await;
                Err(error)
            }
        };
        filled?;

        // From here on a failure has to take back the keychain's entry, too.
        let kit = RecoveryKit::new(facts.vault, organisation, made_at.clone(), code);
        let finished = match new.custody.kind() {
            crate::CustodyKind::Keychain => {
                keep(&new.custody, &facts, &keys.master).await.map(|_| ()).map_err(VaultError::from)
            }
            // Its envelope is in the database already.
            _ => Ok(()),
        };
        let finished = finished.and_then(|()| Ok(deliver_kit(&kit)?)).and_then(|()| {
            std::fs::rename(&unfinished.path, files::database_path(home))
                .map_err(VaultError::file("the vault cannot be put in its place"))
        });
        if let Err(error) = finished {
            // The first error is the one to report; an entry without a vault opens nothing. One that says nothing
            // would only be waited for once more.
            if !matches!(error, VaultError::Custody(CustodyError::KeychainSilent(_))) {
                let _ = forget(&new.custody, &facts).await;
            }
            return Err(error);
        }
        unfinished.finished = true;
        files::sync_folder(home).map_err(VaultError::file("the vault's folder cannot be written to the disk"))?;

        let connection = schema::connect(&files::database_path(home)).await?;
        let info = VaultInfo {
            id: facts.vault,
            created_at: made_at.clone(),
            custody: new.custody.kind(),
            demonstration: new.demonstration,
            recovery_kit_made_at: Some(made_at),
            read_only: false,
        };
        let vault = Self::new(home, connection, info);
        vault.set_keys(keys);
        Ok(vault)
    }
}

/// What the first transaction writes.
struct Draft<'a> {
    facts: &'a Facts,
    keys: &'a OpenKeys,
    code: &'a RecoveryCode,
    made_at: &'a str,
    person: &'a str,
    organisation: Option<&'a str>,
}

impl Draft<'_> {
    async fn fill(&self, connection: &mut SqliteConnection, new: &NewVault) -> Result<(), VaultError> {
        schema::migrate(connection).await?;
        let mut tx = super::begin(connection).await?;
        let (id, master_key_id) = (self.facts.vault.to_string(), self.facts.master_key_id.to_string());
        let custody = new.custody.kind().id();
        let check = self.keys.master.check_value(self.facts.vault);
        let audit_key_id = KeyId::make();
        let audit_key = self.keys.wrap_audit_key(audit_key_id)?;
        let audit_key_id = audit_key_id.to_string();
        let (check, head) = (check.as_slice(), audit::head(self.keys, 0, &audit::genesis(self.keys)));
        let head = head.as_slice();
        sqlx::query!(
            "INSERT INTO vault (one, id, created_at, custody, demonstration, recovery_kit_made_at, master_key_id, key_check,
                audit_key_id, audit_key, audit_length, audit_head, revision, updated_at)
             VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 1, ?)",
            id, self.made_at, custody, new.demonstration, self.made_at, master_key_id, check, audit_key_id, audit_key, head, self.made_at
        )
        .execute(&mut *tx)
        .await?;

        schema::write_envelope(
            &mut tx,
            "recovery",
            &wrap_by_code(self.code, self.facts, 1, &self.keys.master)?,
            self.made_at,
        )
        .await?;
        if let NewCustody::Passphrase(_) = &new.custody
            && let Some(envelope) = keep(&new.custody, self.facts, &self.keys.master).await?
        {
            schema::write_envelope(&mut tx, "passphrase", &envelope, self.made_at).await?;
        }

        let author = Author { person: PersonId::make(), name: self.person.to_owned() };
        let person_id = author.person.to_string();
        sqlx::query!(
            "INSERT INTO person (id, name, super_admin, owner, created_at, revision, updated_at) VALUES (?, ?, 1, 1, ?, 1, ?)",
            person_id, self.person, self.made_at, self.made_at
        )
        .execute(&mut *tx)
        .await?;

        sealed::create_scope(&mut tx, self.keys, "system", self.made_at).await?;
        let entry = Entry {
            action: "vault.create",
            kind: "vault",
            id: &id,
            name: "",
            scope: "",
            detail: serde_json::json!({"custody": custody}),
        };
        audit::append(&mut tx, self.keys, &author, entry).await?;
        if let Some(name) = self.organisation {
            people::insert_organisation(&mut tx, self.keys, name, &author).await?;
        }
        tx.commit().await?;
        schema::empty_log(connection).await;
        Ok(())
    }
}
