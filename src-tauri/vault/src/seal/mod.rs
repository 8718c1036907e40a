//! Sealing: how a value becomes a blob that opens only in its own place, under its own key.
//!
//! The primitives come from the RustCrypto crates; what is ours is the order of the bytes, and
//! `docs/encryption.md` describes it for somebody who wants to write another reader.

pub(crate) mod blob;
pub(crate) mod keys;
pub(crate) mod place;
#[cfg(test)]
mod speed;

pub(crate) use blob::{open_key, open_text, seal_key, seal_text};
pub(crate) use keys::{Key, random_bytes};
pub(crate) use place::{Place, Purpose};

/// Why a blob did not open, or could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    /// Changed, cut, moved from another place, or sealed under another key: the cipher cannot tell these apart.
    #[error("the sealed value is damaged or not in its place")]
    Damaged,
    /// The first byte names a format that this program does not know yet.
    #[error("the sealed value has format {0}, which a newer version of Strongroom made")]
    Newer(u8),
    /// Longer than a sealed value may be ([`blob::MAX_PLAIN`]).
    #[error("a secret may have at most {} bytes", blob::MAX_PLAIN)]
    TooLong,
    /// The system gave no random bytes.
    #[error("the system's random source failed")]
    NoRandom,
}
