//! Blobs: version byte, nonce (12 bytes), ciphertext, tag (16 bytes). AES-256-GCM.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use zeroize::Zeroizing;

use super::place::{FORMAT, Place};
use super::{Key, SealError, random_bytes};
use crate::model::SecretText;

/// Longest secret in bytes. A service account file has about 2,400; this leaves room and bounds memory.
pub(crate) const MAX_PLAIN: usize = 1 << 20;

const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
/// Secrets are filled up to a multiple of this, so that the length of a blob says little.
const STEP: usize = 64;
const LENGTH_LEN: usize = 4;

/// AES-256-GCM with the caller's nonce: ciphertext followed by the tag. The one place where this crate encrypts.
fn encrypt(key: &Key, nonce: [u8; NONCE_LEN], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    Aes256Gcm::new(key.bytes().into())
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: place })
        .map_err(|_| SealError::TooLong)
}

/// The reverse. The tag is compared in constant time before anything is decrypted.
fn decrypt(key: &Key, nonce: [u8; NONCE_LEN], place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    Aes256Gcm::new(key.bytes().into())
        .decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: place })
        .map(Zeroizing::new)
        .map_err(|_| SealError::Damaged)
}

fn seal(key: &Key, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let nonce = random_bytes::<NONCE_LEN>()?;
    let sealed = encrypt(key, nonce, &place.encode(), plain)?;
    let mut blob = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
    blob.push(FORMAT);
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(&sealed);
    Ok(blob)
}

fn open(key: &Key, place: &Place<'_>, blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    match blob.first() {
        Some(&FORMAT) => {}
        Some(&newer) if newer > FORMAT => return Err(SealError::Newer(newer)),
        _ => return Err(SealError::Damaged),
    }
    let rest = blob.get(1..).ok_or(SealError::Damaged)?;
    if rest.len() < NONCE_LEN + TAG_LEN {
        return Err(SealError::Damaged);
    }
    let (nonce, sealed) = rest.split_at(NONCE_LEN);
    let nonce: [u8; NONCE_LEN] = nonce.try_into().map_err(|_| SealError::Damaged)?;
    decrypt(key, nonce, &place.encode(), sealed)
}

/// Wraps a key.
pub(crate) fn seal_key(key: &Key, place: &Place<'_>, wrapped: &Key) -> Result<Vec<u8>, SealError> {
    seal(key, place, wrapped.bytes())
}

/// Unwraps a key.
pub(crate) fn open_key(key: &Key, place: &Place<'_>, blob: &[u8]) -> Result<Key, SealError> {
    Key::from_slice(&open(key, place, blob)?).ok_or(SealError::Damaged)
}

/// Seals a secret: its length, its bytes, and zeros up to the next step of 64.
pub(crate) fn seal_text(key: &Key, place: &Place<'_>, text: &SecretText) -> Result<Vec<u8>, SealError> {
    // Needed in plain to be encrypted; the padded copy is wiped when it is dropped.
    text.with(|text| {
        if text.len() > MAX_PLAIN {
            return Err(SealError::TooLong);
        }
        let length = (LENGTH_LEN + text.len()).next_multiple_of(STEP);
        let mut padded = Zeroizing::new(Vec::with_capacity(length));
        padded.extend_from_slice(&(text.len() as u32).to_be_bytes());
        padded.extend_from_slice(text.as_bytes());
        padded.resize(length, 0);
        seal(key, place, &padded)
    })
}

/// Opens a secret.
pub(crate) fn open_text(key: &Key, place: &Place<'_>, blob: &[u8]) -> Result<SecretText, SealError> {
    let padded = open(key, place, blob)?;
    let (length, rest) = padded.split_first_chunk::<LENGTH_LEN>().ok_or(SealError::Damaged)?;
    let length = u32::from_be_bytes(*length) as usize;
    if padded.len() % STEP != 0 || length > rest.len() {
        return Err(SealError::Damaged);
    }
    let (text, filling) = rest.split_at(length);
    if filling.len() >= STEP || filling.iter().any(|&byte| byte != 0) {
        return Err(SealError::Damaged);
    }
    let text = std::str::from_utf8(text).map_err(|_| SealError::Damaged)?;
    Ok(SecretText::new(text.to_owned()))
}

#[cfg(test)]
#[path = "blob_tests.rs"]
mod tests;
