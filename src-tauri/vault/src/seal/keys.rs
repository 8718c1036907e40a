//! Keys of 256 bits, how one is derived from another, and what is computed with them besides sealing.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::SealError;
use crate::model::{SecretText, VaultId};

/// Length of every key in bytes.
pub(crate) const KEY_LEN: usize = 32;

/// Wraps keys that lie below it.
pub(crate) const LABEL_WRAP: &[u8] = b"strongroom/v1/wrap";
/// Computes the key check value of the master key.
pub(crate) const LABEL_CHECK: &[u8] = b"strongroom/v1/key-check";
/// Wraps the key of the audit chain.
pub(crate) const LABEL_AUDIT: &[u8] = b"strongroom/v1/audit-wrap";
/// Computes fingerprints of equal secrets within a scope.
pub(crate) const LABEL_FINGERPRINT: &[u8] = b"strongroom/v1/fingerprint";
/// Turns the code of a recovery kit into a key.
pub(crate) const LABEL_RECOVERY: &[u8] = b"strongroom/v1/recovery";

/// Random bytes from the operating system.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], SealError> {
    let mut out = [0u8; N];
    getrandom::fill(&mut out).map_err(|_| SealError::NoRandom)?;
    Ok(out)
}

/// A key of 256 bits on the heap: moving it leaves no copy behind, dropping it wipes it, and it does not print.
pub(crate) struct Key(Box<Zeroizing<[u8; KEY_LEN]>>);

impl Key {
    /// A key of zeros, to be written into.
    fn empty() -> Self {
        Self(Box::new(Zeroizing::new([0; KEY_LEN])))
    }

    /// A fresh random key.
    pub(crate) fn random() -> Result<Self, SealError> {
        let mut key = Self::empty();
        getrandom::fill(key.0.as_mut_slice()).map_err(|_| SealError::NoRandom)?;
        Ok(key)
    }

    /// Copies 32 bytes; `None` for any other number.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != KEY_LEN {
            return None;
        }
        let mut key = Self::empty();
        key.0.copy_from_slice(bytes);
        Some(key)
    }

    /// The key's bytes, for the cipher, for wrapping and for the keychain's text.
    pub(crate) fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// Lets `fill` write the key.
    pub(crate) fn fill_with<E>(fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut key = Self::empty();
        fill(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// A sub-key for one purpose (HKDF-SHA-256, RFC 5869, no salt).
    pub(crate) fn derive(&self, label: &[u8]) -> Self {
        hkdf_key(None, self.bytes(), label)
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length so that no two lists read alike.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = hmac(self.bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What a vault stores to recognise its master key before it touches a row.
    pub(crate) fn check_value(&self, vault: VaultId) -> [u8; 32] {
        self.derive(LABEL_CHECK).mac(&[b"key check", vault.0.as_bytes()])
    }

    /// Equal for equal secrets under the same fingerprint key, and meaningless without it.
    pub(crate) fn fingerprint(&self, secret: &SecretText) -> [u8; 32] {
        // The plain text goes into the keyed hash and nowhere else.
        secret.with(|text| self.mac(&[b"secret", text.as_bytes()]))
    }

    /// Whether two keys are the same, in constant time.
    pub(crate) fn same(&self, other: &Key) -> bool {
        same_bytes(self.bytes(), other.bytes())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(redacted)")
    }
}

/// HKDF-SHA-256 to one key. Up to 8,160 bytes are permitted (RFC 5869), so 32 never fail.
pub(crate) fn hkdf_key(salt: Option<&[u8]>, input: &[u8], label: &[u8]) -> Key {
    let mut key = Key::empty();
    let hkdf = Hkdf::<Sha256>::new(salt, input);
    if hkdf.expand(label, key.0.as_mut_slice()).is_err() {
        unreachable!("HKDF-SHA-256 gives 32 bytes");
    }
    key
}

/// HMAC-SHA-256 takes keys of any length, so this does not fail.
fn hmac(key: &[u8; KEY_LEN]) -> Hmac<Sha256> {
    match <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

/// Compares without telling by time where the first difference is.
pub(crate) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    bool::from(subtle::ConstantTimeEq::ct_eq(a, b))
}
