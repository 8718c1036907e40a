//! The key under which a secret crosses the session bus: `dh-ietf1024-sha256-aes128-cbc-pkcs7` of the Secret Service
//! specification, put together from RustCrypto's parts.
//!
//! It keeps a secret out of what others may record of the bus. It is no part of how credentials are sealed.

use aes::Aes128;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use cbc::Decryptor;
use crypto_bigint::modular::{ConstMontyForm, ConstMontyParams};
use crypto_bigint::{U256, U1024, const_monty_params};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

pub(super) const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

const_monty_params!(
    Group,
    U1024,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff",
    "The second Oakley group, RFC 2409 section 6.2."
);

type Element = ConstMontyForm<Group, { U1024::LIMBS }>;

/// The generator of the group.
const GENERATOR: U1024 = U1024::from_u64(2);
/// Bytes of an element.
const LENGTH: usize = 128;

/// Our half of the agreement, used once.
pub(super) struct Ephemeral {
    // 256 bits are ample for this group (RFC 3526 section 8 asks for 160 to 240 for the next larger one).
    secret: Zeroizing<U256>,
}

impl Ephemeral {
    pub fn make() -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).ok()?;
        Some(Self { secret: Zeroizing::new(U256::from_be_slice(bytes.as_ref())) })
    }

    /// What the other side may know.
    pub fn public(&self) -> Vec<u8> {
        let public = Element::new(&GENERATOR).pow(&self.secret).retrieve();
        public.to_be_bytes().as_ref().to_vec()
    }

    /// The key that both sides arrive at; nothing for a public value that would make it known to anybody.
    pub fn agree(&self, theirs: &[u8]) -> Option<TransferKey> {
        let mut padded = [0; LENGTH];
        padded.get_mut(LENGTH.checked_sub(theirs.len())?..)?.copy_from_slice(theirs);
        let theirs = U1024::from_be_slice(&padded);
        let last = Group::PARAMS.modulus().as_ref().wrapping_sub(&U1024::ONE);
        if theirs <= U1024::ONE || theirs >= last {
            return None;
        }
        let shared = Zeroizing::new(Element::new(&theirs).pow(&self.secret).retrieve());
        let shared = Zeroizing::new(<[u8; LENGTH]>::try_from(shared.to_be_bytes().as_ref()).ok()?);
        let mut key = Zeroizing::new([0; 16]);
        Hkdf::<Sha256>::new(None, shared.as_ref()).expand(&[], key.as_mut()).ok()?;
        Some(TransferKey(key))
    }
}

/// The agreed key.
pub(super) struct TransferKey(Zeroizing<[u8; 16]>);

impl TransferKey {
    /// Opens what was sent.
    pub fn open(&self, vector: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let cipher = Decryptor::<Aes128>::new_from_slices(self.0.as_ref(), vector).ok()?;
        cipher.decrypt_padded_vec::<Pkcs7>(sealed).ok().map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn both_sides_arrive_at_one_key() {
        let (ours, theirs) = (Ephemeral::make().unwrap(), Ephemeral::make().unwrap());
        let key = ours.agree(&theirs.public()).unwrap();
        assert_eq!(*key.0, *theirs.agree(&ours.public()).unwrap().0);
        assert_ne!(*key.0, *ours.agree(&ours.public()).unwrap().0);
    }

    #[test]
    fn public_values_that_give_the_key_away_are_refused() {
        let ours = Ephemeral::make().unwrap();
        let modulus = Group::PARAMS.modulus().as_ref();
        let last = modulus.wrapping_sub(&U1024::ONE);
        for bad in [U1024::ZERO, U1024::ONE, last, *modulus, U1024::MAX] {
            assert!(ours.agree(bad.to_be_bytes().as_ref()).is_none());
        }
        assert!(ours.agree(&[]).is_none());
        assert!(ours.agree(&[7; LENGTH + 1]).is_none());
        assert!(ours.agree(&[7]).is_some());
    }

    #[test]
    fn a_damaged_secret_does_not_open() {
        let ours = Ephemeral::make().unwrap();
        let key = ours.agree(&[7]).unwrap();
        assert!(key.open(&[0; 15], &[0; 16]).is_none());
        assert!(key.open(&[0; 16], &[0; 15]).is_none());
        assert!(key.open(&[0; 16], &[]).is_none());
    }
}
