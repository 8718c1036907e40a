//! Who keeps the master key while the program does not run.

pub(crate) mod environment;
pub(crate) mod keychain;
pub(crate) mod passphrase;
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
mod secret_item;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::error::CustodyError;
use crate::model::{KeyId, SecretText, VaultId};
use crate::seal::Key;
use crate::seal::keys::KEY_LEN;

/// How a vault's master key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustodyKind {
    /// In the keychain of this computer's user.
    Keychain,
    /// In the vault's file, wrapped by a passphrase.
    Passphrase,
    /// In an environment variable, for servers and continuous integration.
    Environment,
}

impl CustodyKind {
    /// Its constant name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::Environment => "environment",
        }
    }

    /// The kind of that name.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Keychain, Self::Passphrase, Self::Environment].into_iter().find(|kind| kind.id() == id)
    }
}

/// How a new or recovered vault's master key is to be kept.
#[derive(Debug)]
pub enum NewCustody {
    /// In the keychain.
    Keychain,
    /// Wrapped by this passphrase.
    Passphrase(SecretText),
    /// The caller keeps it: 32 bytes in base64, standard or URL-safe, with or without padding.
    Environment(SecretText),
}

impl NewCustody {
    /// Its kind.
    pub fn kind(&self) -> CustodyKind {
        match self {
            Self::Keychain => CustodyKind::Keychain,
            Self::Passphrase(_) => CustodyKind::Passphrase,
            Self::Environment(_) => CustodyKind::Environment,
        }
    }
}

/// Where the master key comes from when a vault is unlocked.
#[derive(Debug)]
pub enum KeySource {
    /// The keychain.
    Keychain,
    /// This passphrase.
    Passphrase(SecretText),
    /// This text: 32 bytes in base64.
    Environment(SecretText),
}

/// The master key as a vault's file holds it under another key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// Id of the key that wraps.
    pub id: KeyId,
    /// Salt of its derivation.
    pub salt: Vec<u8>,
    /// Argon2id memory in KiB; zero for a recovery code.
    pub memory_kib: u32,
    /// Argon2id passes; zero for a recovery code.
    pub passes: u32,
    /// Argon2id lanes; zero for a recovery code.
    pub lanes: u32,
    /// Counts the envelopes of its kind in this vault, from 1.
    pub generation: u32,
    /// The blob.
    pub wrapped: Vec<u8>,
}

impl Envelope {
    /// What must not be exchanged, for the associated data.
    pub(crate) fn parameters(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.salt.len() + 12);
        for number in [self.memory_kib, self.passes, self.lanes] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(&self.salt);
        out
    }
}

/// What a custody needs to know of its vault.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// The vault.
    pub vault: VaultId,
    /// Id of its master key.
    pub master_key_id: KeyId,
    /// The envelope of its passphrase, where it has one.
    pub passphrase: Option<Envelope>,
}

/// One way to keep a master key.
#[async_trait::async_trait]
pub(crate) trait KeyCustody {
    /// Brings the key. Whether it is this vault's, the caller checks by the key check value.
    async fn fetch(&self, facts: &Facts) -> Result<Key, CustodyError>;

    /// Keeps the key. The envelope, where one comes back, is to be stored with the vault.
    async fn keep(&self, facts: &Facts, key: &Key) -> Result<Option<Envelope>, CustodyError>;

    /// Undoes `keep` for a vault that was not finished.
    async fn forget(&self, facts: &Facts) -> Result<(), CustodyError>;
}

/// Reads 32 bytes of base64 in either alphabet, with or without padding.
pub(crate) fn key_from_base64(text: &str) -> Result<Key, &'static str> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text = text.trim();
    let alphabet = if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let bytes = Zeroizing::new(GeneralPurpose::new(alphabet, lenient).decode(text).map_err(|_| "it is not base64")?);
    Key::from_slice(&bytes).ok_or("it has another length")
}

/// The key as text, for keychains that keep text only.
pub(crate) fn key_to_base64(key: &Key) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(KEY_LEN.div_ceil(3) * 4));
    base64::engine::general_purpose::STANDARD.encode_string(key.bytes(), &mut text);
    text
}
