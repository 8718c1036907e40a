//! What the keychain remembers of the log, outside the file: the number of an entry and its code. A file put back as
//! it was earlier, or one that was continued from an earlier copy, does not have that entry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::chain::{End, append};
use super::keep::Keep;
use super::{Entry, genesis};
use crate::custody::keychain;
use crate::error::{CustodyError, VaultError};
use crate::model::Author;
use crate::seal::keys::same_bytes;
use crate::store::{Vault, begin, now};

/// An entry that the keychain remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditWitness {
    /// The entry, which was the last one then; 0 for none.
    pub sequence: u64,
    /// When it was remembered, RFC 3339 UTC.
    pub at: String,
    chain: Vec<u8>,
}

/// Whether the log is a continuation of what the keychain remembers.
#[derive(Debug)]
pub enum WitnessState {
    /// It has that entry in its place.
    Agrees(AuditWitness),
    /// Nothing was remembered yet.
    Nothing,
    /// That entry was removed since, because of its age.
    Removed(AuditWitness),
    /// The log ends before that entry.
    Shorter(AuditWitness),
    /// Another entry stands in its place.
    Differs(AuditWitness),
    /// Something else stands there than what this program writes.
    Illegible,
    /// The keychain did not answer.
    Unreachable(CustodyError),
}

impl WitnessState {
    /// Whether nothing speaks against the log.
    pub fn is_good(&self) -> bool {
        !matches!(self, Self::Shorter(_) | Self::Differs(_) | Self::Illegible)
    }
}

/// First word of the text, so that a later form can be told from this one.
const FORM: &str = "strongroom-audit-1";

impl AuditWitness {
    fn text(&self) -> String {
        format!("{FORM} {} {} {}", self.sequence, STANDARD.encode(&self.chain), self.at)
    }

    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [FORM, sequence, chain, at] = words.as_slice() else { return None };
        let chain = STANDARD.decode(chain).ok().filter(|chain| chain.len() == 32)?;
        Some(Self { sequence: sequence.parse().ok()?, at: (*at).to_owned(), chain })
    }
}

impl Vault {
    /// Compares the log with what the keychain remembers of it. Whether the entries themselves are as they were
    /// written, [`Vault::verify_audit`] says.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers. A keychain that refuses is an answer.
    pub async fn compare_witness(&self) -> Result<WitnessState, VaultError> {
        let text = match keychain::witness(self.info().id).await {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(WitnessState::Nothing),
            Err(error) => return Ok(WitnessState::Unreachable(error)),
        };
        let Some(witness) = AuditWitness::read(&text) else { return Ok(WitnessState::Illegible) };
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let sequence = i64::try_from(witness.sequence).unwrap_or(i64::MAX);
        let there = sqlx::query_scalar!("SELECT chain FROM audit_entry WHERE sequence = ?", sequence)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(chain) = there {
            let same = same_bytes(&chain, &witness.chain);
            return Ok(if same { WitnessState::Agrees(witness) } else { WitnessState::Differs(witness) });
        }
        let keep = Keep::read(&mut connection).await?;
        let (removed, last) = match &keep {
            Some(keep) if keep.is_ours(&keys) => (keep.removed, keep.chain.clone()),
            _ => (0, genesis(&keys).to_vec()),
        };
        Ok(if sequence == removed {
            let same = same_bytes(&last, &witness.chain);
            if same { WitnessState::Agrees(witness) } else { WitnessState::Differs(witness) }
        } else if sequence < removed {
            WitnessState::Removed(witness)
        } else {
            WitnessState::Shorter(witness)
        })
    }

    /// Lets the keychain remember the last entry, if the log is a continuation of what it remembers so far. Gives
    /// back what it remembered until then.
    ///
    /// # Errors
    /// As [`Vault::compare_witness`].
    pub async fn advance_witness(&self) -> Result<WitnessState, VaultError> {
        let state = self.compare_witness().await?;
        if matches!(state, WitnessState::Agrees(_) | WitnessState::Nothing | WitnessState::Removed(_)) {
            match self.remember().await {
                Err(VaultError::Custody(error)) => return Ok(WitnessState::Unreachable(error)),
                other => other?,
            }
        }
        Ok(state)
    }

    /// Takes the log as it is for the right one, whatever the keychain remembers: after a backup was put back on
    /// purpose. An entry says so, with what was remembered.
    ///
    /// # Errors
    /// [`VaultError::Custody`] where the keychain refuses, [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn accept_audit(&self, by: &Author) -> Result<(), VaultError> {
        let state = self.compare_witness().await?;
        let (remembered, at) = match state {
            WitnessState::Unreachable(error) => return Err(error.into()),
            WitnessState::Shorter(witness) | WitnessState::Differs(witness) => {
                (Some(witness.sequence), Some(witness.at))
            }
            WitnessState::Illegible => (None, None),
            // There is nothing to accept.
            WitnessState::Agrees(_) | WitnessState::Nothing | WitnessState::Removed(_) => return self.remember().await,
        };
        {
            let keys = self.keys()?;
            let mut connection = self.connection().await?;
            let mut tx = begin(&mut connection).await?;
            let found = End::read(&mut tx).await?.length;
            let detail = serde_json::json!({"remembered": remembered, "remembered_at": at, "found": found});
            let entry = Entry { action: "audit.accept", kind: "audit", id: "", name: "", scope: "", detail };
            append(&mut tx, &keys, by, entry).await?;
            tx.commit().await?;
        }
        self.remember().await
    }

    /// The number of the last entry, by which it is seen whether there are new ones.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn audit_length(&self) -> Result<u64, VaultError> {
        let mut connection = self.connection().await?;
        Ok(End::read(&mut connection).await?.length.unsigned_abs())
    }

    async fn remember(&self) -> Result<(), VaultError> {
        let witness = {
            let keys = self.keys()?;
            let mut connection = self.connection().await?;
            let end = End::read(&mut connection).await?;
            if !end.is_intact(&keys) {
                return Err(VaultError::Damaged("the end of the audit is not as it was written".to_owned()));
            }
            let chain = end.last.unwrap_or_else(|| genesis(&keys).to_vec());
            AuditWitness { sequence: end.length.unsigned_abs(), at: now(), chain }
        };
        Ok(keychain::keep_witness(self.info().id, witness.text()).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_read_again_and_nothing_else_is() {
        let witness = AuditWitness { sequence: 12, at: "2026-11-21T17:00:00.000Z".to_owned(), chain: vec![7; 32] };
        assert_eq!(AuditWitness::read(&witness.text()), Some(witness.clone()));
        let text = witness.text();
        let other = text.replace(FORM, "strongroom-audit-2");
        for bad in
            ["", "hello", text.trim_end_matches('Z').split_once(' ').map_or("", |(_, rest)| rest), other.as_str()]
        {
            assert_eq!(AuditWitness::read(bad), None, "{bad}");
        }
    }
}
