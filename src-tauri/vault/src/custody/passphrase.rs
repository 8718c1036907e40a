//! The master key wrapped by a passphrase, where no keychain is (Argon2id, RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{Envelope, Facts, KeyCustody};
use crate::error::CustodyError;
use crate::model::{KeyId, SecretText};
use crate::seal::{Key, Place, Purpose, SealError, open_key, random_bytes, seal_key};

/// RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
pub(crate) const CHOSEN: Work = Work { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
/// OWASP's least: 19 MiB, 2 passes, 1 lane. Less was not written by us.
const FLOOR: Work = Work { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
/// More would only be there to exhaust this computer.
const CEILING: Work = Work { memory_kib: 1024 * 1024, passes: 16, lanes: 16 };
/// Longest passphrase in bytes.
const LONGEST: usize = 1 << 20;
const SALT_LEN: usize = 16;

/// How much work a guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    /// KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Work {
    /// Refuses what is out of bounds, before any memory is taken.
    fn check(self) -> Result<(), CustodyError> {
        let within = (FLOOR.memory_kib..=CEILING.memory_kib).contains(&self.memory_kib)
            && (FLOOR.passes..=CEILING.passes).contains(&self.passes)
            && (FLOOR.lanes..=CEILING.lanes).contains(&self.lanes);
        if within {
            return Ok(());
        }
        let Self { memory_kib, passes, lanes } = self;
        Err(CustodyError::PassphraseParameters { memory_kib, passes, lanes })
    }

    /// Argon2id, version 1.3.
    fn derive(self, passphrase: &str, salt: &[u8]) -> Result<Key, CustodyError> {
        self.check()?;
        let failed = |error: argon2::Error| CustodyError::Derivation(error.to_string());
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Key::fill_with(|out| argon2.hash_password_into(passphrase.as_bytes(), salt, out)).map_err(failed)
    }
}

/// A passphrase as typed.
pub(crate) struct Passphrase<'a>(pub &'a SecretText);

impl Passphrase<'_> {
    /// Composed form (NFC), so that keyboards that differ in it unlock alike. Spaces count.
    fn normalised(&self) -> Result<Zeroizing<String>, CustodyError> {
        // Needed in plain to be normalised; the copy is wiped.
        self.0.with(|typed| {
            if typed.is_empty() {
                return Err(CustodyError::EmptyPassphrase);
            }
            if typed.len() > LONGEST {
                return Err(CustodyError::PassphraseTooLong);
            }
            // Composition makes no text longer than three times its bytes (UAX 15), so nothing is reallocated.
            let mut text = Zeroizing::new(String::with_capacity(typed.len() * 3));
            text.extend(typed.nfc());
            Ok(text)
        })
    }

    async fn key(&self, work: Work, salt: Vec<u8>) -> Result<Key, CustodyError> {
        work.check()?;
        let text = self.normalised()?;
        // Takes a good tenth of a second and 64 MiB: not on the async thread.
        tokio::task::spawn_blocking(move || work.derive(&text, &salt))
            .await
            .map_err(|_| CustodyError::Derivation("it was interrupted".to_owned()))?
    }
}

fn place<'a>(facts: &Facts, field: &'a str, envelope: &Envelope, parameters: &'a [u8]) -> Place<'a> {
    Place {
        purpose: Purpose::MasterByPassphrase,
        vault: facts.vault,
        scope: "",
        credential: "",
        field,
        sealed_by: envelope.id,
        generation: envelope.generation,
        parameters,
    }
}

#[async_trait::async_trait]
impl KeyCustody for Passphrase<'_> {
    async fn fetch(&self, facts: &Facts) -> Result<Key, CustodyError> {
        let envelope = facts.passphrase.as_ref().ok_or(CustodyError::NoPassphrase)?;
        let work = Work { memory_kib: envelope.memory_kib, passes: envelope.passes, lanes: envelope.lanes };
        let key = self.key(work, envelope.salt.clone()).await?;
        let field = facts.master_key_id.to_string();
        open_key(&key, &place(facts, &field, envelope, &envelope.parameters()), &envelope.wrapped).map_err(|error| {
            match error {
                SealError::Damaged => CustodyError::WrongPassphrase,
                other => CustodyError::Vault(Box::new(other.into())),
            }
        })
    }

    async fn keep(&self, facts: &Facts, key: &Key) -> Result<Option<Envelope>, CustodyError> {
        let sealed = |error: SealError| CustodyError::Vault(Box::new(error.into()));
        let salt = random_bytes::<SALT_LEN>().map_err(sealed)?.to_vec();
        let wrapping = self.key(CHOSEN, salt.clone()).await?;
        let mut envelope = Envelope {
            id: KeyId::make(),
            salt,
            memory_kib: CHOSEN.memory_kib,
            passes: CHOSEN.passes,
            lanes: CHOSEN.lanes,
            generation: facts.passphrase.as_ref().map_or(1, |earlier| earlier.generation.saturating_add(1)),
            wrapped: Vec::new(),
        };
        let field = facts.master_key_id.to_string();
        envelope.wrapped =
            seal_key(&wrapping, &place(facts, &field, &envelope, &envelope.parameters()), key).map_err(sealed)?;
        Ok(Some(envelope))
    }

    async fn forget(&self, _: &Facts) -> Result<(), CustodyError> {
        Ok(())
    }
}

#[cfg(test)]
#[path = "passphrase_tests.rs"]
mod tests;
