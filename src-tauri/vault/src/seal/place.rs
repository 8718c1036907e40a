//! The place of a blob, as the associated data of its seal.

use crate::model::{KeyId, VaultId};

/// Version of the sealed format; the first byte of each blob and part of its associated data.
pub(crate) const FORMAT: u8 = 1;

/// What a blob is for. No two purposes share a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The master key under the key of a passphrase.
    MasterByPassphrase,
    /// The master key under the key of a recovery code.
    MasterByRecovery,
    /// The key of the audit chain under the master key.
    AuditKey,
    /// A scope key under the master key.
    ScopeKey,
    /// A credential's data key under its scope key.
    DataKey,
    /// A secret field under its credential's data key.
    Field,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::MasterByPassphrase => b"master-by-passphrase",
            Self::MasterByRecovery => b"master-by-recovery",
            Self::AuditKey => b"audit-key",
            Self::ScopeKey => b"scope-key",
            Self::DataKey => b"data-key",
            Self::Field => b"field",
        }
    }
}

/// Where a blob belongs. A blob opens only where all of this is the same as when it was sealed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// The vault.
    pub vault: VaultId,
    /// The scope's id in the database; empty above the scopes.
    pub scope: &'a str,
    /// The credential's id; empty above the credentials.
    pub credential: &'a str,
    /// The field's name; for a wrapped key, the id of that key.
    pub field: &'a str,
    /// The key that seals.
    pub sealed_by: KeyId,
    /// Which generation of the sealed thing this is, from 1.
    pub generation: u32,
    /// Parameters that must not be exchanged, such as those of a passphrase's derivation.
    pub parameters: &'a [u8],
}

impl Place<'_> {
    /// The associated data: the fields in order, each preceded by its length as 32 bits, most significant first.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let generation = self.generation.to_be_bytes();
        let fields: [&[u8]; 10] = [
            b"strongroom",
            &[FORMAT],
            self.purpose.label(),
            self.vault.0.as_bytes(),
            self.scope.as_bytes(),
            self.credential.as_bytes(),
            self.field.as_bytes(),
            self.sealed_by.0.as_bytes(),
            &generation,
            self.parameters,
        ];
        let mut out = Vec::with_capacity(256);
        for field in fields {
            // No field comes near 4 GiB: names and parameters are bounded where they enter.
            out.extend_from_slice(&(field.len() as u32).to_be_bytes());
            out.extend_from_slice(field);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn encode(scope: &str, credential: &str, field: &str, generation: u32, parameters: &[u8]) -> Vec<u8> {
        let nil = uuid::Uuid::nil();
        Place {
            purpose: Purpose::Field,
            vault: VaultId(nil),
            scope,
            credential,
            field,
            sealed_by: KeyId(nil),
            generation,
            parameters,
        }
        .encode()
    }

    #[test]
    fn moving_a_letter_between_fields_changes_the_encoding() {
        assert_ne!(encode("a", "bc", "", 1, b""), encode("ab", "c", "", 1, b""));
        assert_ne!(encode("", "a", "", 1, b""), encode("a", "", "", 1, b""));
    }

    proptest! {
        #[test]
        fn two_places_encode_alike_only_when_they_are_the_same(
            a in any::<(String, String, String, u32, Vec<u8>)>(),
            b in any::<(String, String, String, u32, Vec<u8>)>(),
        ) {
            let same = a == b;
            prop_assert_eq!(encode(&a.0, &a.1, &a.2, a.3, &a.4) == encode(&b.0, &b.1, &b.2, b.3, &b.4), same);
        }
    }
}
