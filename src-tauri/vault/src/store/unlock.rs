//! Fetching the master key and proving that it is this vault's.

use super::audit::RefusedAttempt;
use super::{Vault, schema};
use crate::custody::environment::EnvironmentKey;
use crate::custody::keychain::{self, Keychain};
use crate::custody::passphrase::Passphrase;
use crate::custody::{KeyCustody, KeySource};
use crate::error::{CustodyError, VaultError};
use crate::hierarchy::{OpenKeys, open_audit_key};
use crate::model::Author;
use crate::seal::Key;
use crate::seal::keys::same_bytes;

/// Opens what hangs on the master key, once the key check value says that it is the right one.
pub(super) fn open_keys(master: Key, known: &schema::KeyFacts) -> Result<OpenKeys, CustodyError> {
    let facts = &known.facts;
    if !same_bytes(&master.check_value(facts.vault), &known.check) {
        return Err(CustodyError::WrongKey);
    }
    let audit = open_audit_key(facts.vault, facts.master_key_id, &master, known.audit_key_id, &known.audit_key)
        .map_err(|error| CustodyError::Vault(Box::new(error.into())))?;
    Ok(OpenKeys::new(facts.vault, facts.master_key_id, master, audit))
}

impl Vault {
    /// Lets the keychain look for the master key, for a caller that reads something else before it unlocks.
    /// Says nothing; [`Vault::unlock`] does.
    pub fn look_for_key(&self) {
        keychain::look_early(self.info().id);
    }

    /// Fetches the master key, compares its key check value, and keeps it in memory until [`Vault::lock`].
    /// A missing entry never makes a new key.
    ///
    /// # Errors
    /// One variant of [`CustodyError`] per cause.
    pub async fn unlock(&self, source: KeySource) -> Result<(), CustodyError> {
        // What the opening has read need not be read again, unless the key was changed in between.
        if let (Some(known), KeySource::Keychain) = (self.kept_facts(), &source) {
            match Keychain.fetch(&known.facts).await.map(|master| open_keys(master, &known)) {
                Ok(Ok(keys)) => {
                    self.set_keys(keys);
                    return Ok(());
                }
                // The only key that the keychain has may be another vault's.
                Ok(Err(_)) | Err(CustodyError::NotAKey) => {}
                Err(other) => return Err(other),
            }
        }
        if matches!(source, KeySource::Keychain) {
            keychain::forget_early();
        }
        let known = {
            let mut connection = self.connection().await?;
            match &source {
                KeySource::Passphrase(_) => schema::read_key_facts_and_envelopes(&mut connection).await?,
                KeySource::Keychain | KeySource::Environment(_) => schema::read_key_facts(&mut connection).await?,
            }
        };
        let mut wrong = 0;
        let master = match &source {
            KeySource::Keychain => Keychain.fetch(&known.facts).await?,
            KeySource::Passphrase(text) => {
                let tries = self.wrong_tries().await?;
                tries.permit(jiff::Timestamp::now())?;
                let fetched = Passphrase(text).fetch(&known.facts).await;
                match &fetched {
                    Ok(_) => {
                        wrong = tries.wrong();
                        self.count_try(tries.forgotten()).await?;
                    }
                    Err(CustodyError::WrongPassphrase) => self.count_try(tries.one_more()).await?,
                    Err(_) => {}
                }
                fetched?
            }
            KeySource::Environment(text) => EnvironmentKey(text).fetch(&known.facts).await?,
        };
        self.set_keys(open_keys(master, &known).map_err(|error| match error {
            CustodyError::Vault(inner) => CustodyError::from(VaultError::from(CustodyError::Vault(inner))),
            other => other,
        })?);
        if wrong > 0 {
            self.tell_wrong_passphrases(wrong).await;
        }
        Ok(())
    }

    /// Writes down how many wrong passphrases came before the right one, now that the log can be written. Where it
    /// cannot, the vault is open all the same.
    async fn tell_wrong_passphrases(&self, times: u32) {
        let Ok(here) = self.acting(None).await else { return };
        let by = Author { person: here.person.id, name: here.person.name };
        let attempt = RefusedAttempt {
            operation: "unlock",
            why: CustodyError::WrongPassphrase.kind().to_owned(),
            kind: "vault",
            id: String::new(),
            name: String::new(),
            about: String::new(),
            consumer: None,
            scope: None,
            times,
        };
        let _ = self.record_refusal(&attempt, &by).await;
    }
}
