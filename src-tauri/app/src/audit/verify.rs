//! Verifying the whole log, with what the keychain remembers of it.

use strongroom_vault::{AuditReport, AuditWitness, CustodyError, CustodyKind, KeychainStatus, Vault, WitnessState};

use super::small;
use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::keys::probe;
use crate::overview::{bad, good};
use crate::strongroom::Strongroom;
use crate::times;
use crate::views::{AuditBadView, AuditVerifyRequest, AuditVerifyView, AuditWitnessView, FindingView, WitnessWord};

impl Strongroom {
    /// Verifies every entry, and that the log is a continuation of what the keychain remembers, which then remembers
    /// it as it is now. A log that is not as it was written is an answer, not an error.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`], and a master key that is not at hand.
    pub async fn verify_audit(&self, actor: &Actor, request: AuditVerifyRequest) -> Result<AuditVerifyView, AppError> {
        self.permit(actor, Operation::Vault).await?;
        let vault = self.unlocked().await?;
        let report = vault.verify_audit().await?;
        // What is wrong in itself is not to be remembered as right.
        let may_remember = report.first_bad.is_none();
        let witness = match (self.is_witnessed(vault), may_remember) {
            (false, _) => not_kept(),
            (true, false) => told(&vault.compare_witness().await?),
            (true, true) => {
                let state = vault.advance_witness().await?;
                if request.accept && !state.is_good() {
                    vault.accept_audit(&actor.author()).await?;
                    AuditWitnessView { state: WitnessWord::Accepted, message: ACCEPTED.to_owned(), ..told(&state) }
                } else {
                    told(&state)
                }
            }
        };
        Ok(verified(report, witness))
    }

    /// The same for the head of an export, which writes nothing and lets the keychain ask nobody for its password;
    /// nothing where the key is not at hand.
    pub(super) async fn verified_quietly(&self) -> Result<Option<AuditVerifyView>, AppError> {
        let Some(vault) = self.unlocked_quietly().await else { return Ok(None) };
        let report = vault.verify_audit().await?;
        let asks = self.is_witnessed(vault) && probe().await != KeychainStatus::Usable;
        let witness = if asks {
            told(&WitnessState::Unreachable(CustodyError::KeychainLocked))
        } else {
            self.looked_at(vault).await?
        };
        Ok(Some(verified(report, witness)))
    }

    /// What the examination of the vault says of it.
    pub(crate) async fn witness_finding(&self, vault: &Vault) -> Result<Option<FindingView>, AppError> {
        if !vault.is_unlocked() || !self.is_witnessed(vault) {
            return Ok(None);
        }
        let witness = self.looked_at(vault).await?;
        Ok(Some(if is_good(witness.state) {
            good("audit", witness.message)
        } else {
            bad("audit", witness.message, HINT)
        }))
    }

    async fn looked_at(&self, vault: &Vault) -> Result<AuditWitnessView, AppError> {
        Ok(if self.is_witnessed(vault) { told(&vault.compare_witness().await?) } else { not_kept() })
    }

    /// Whether the keychain remembers the log: where it keeps the master key, and the key came from there.
    pub(super) fn is_witnessed(&self, vault: &Vault) -> bool {
        self.master_key.is_none() && vault.info().custody == CustodyKind::Keychain
    }
}

const ACCEPTED: &str = "The log is taken for the right one from now on; an entry says so.";
const HINT: &str = "Somebody put an earlier copy of the vault's file back. If that was on purpose, accept it (strongroom \
                    audit verify --accept); otherwise compare the file with a backup.";

fn is_good(state: WitnessWord) -> bool {
    !matches!(state, WitnessWord::Shorter | WitnessWord::Differs | WitnessWord::Illegible)
}

fn not_kept() -> AuditWitnessView {
    AuditWitnessView {
        state: WitnessWord::NotKept,
        sequence: None,
        at: None,
        message: "No keychain remembers this log: a file put back as a whole as it was earlier does not show.".into(),
    }
}

fn told(state: &WitnessState) -> AuditWitnessView {
    let view = |state, witness: Option<&AuditWitness>, message: String| AuditWitnessView {
        state,
        sequence: witness.map(|one| small(one.sequence)),
        at: witness.map(|one| one.at.clone()),
        message,
    };
    match state {
        WitnessState::Agrees(one) => view(
            WitnessWord::Agrees,
            Some(one),
            format!("The log goes on from the {} that the keychain remembers of {}.", entries(one.sequence), one.at),
        ),
        WitnessState::Nothing => view(
            WitnessWord::Nothing,
            None,
            "The keychain remembered nothing of this log yet; it remembers what a verification has found good.".into(),
        ),
        WitnessState::Removed(one) => view(
            WitnessWord::Removed,
            Some(one),
            format!(
                "The entry that the keychain remembers, number {}, was removed since because of its age.",
                one.sequence
            ),
        ),
        WitnessState::Shorter(one) => view(
            WitnessWord::Shorter,
            Some(one),
            format!("The log is shorter than the {} that the keychain remembers of {}.", entries(one.sequence), one.at),
        ),
        WitnessState::Differs(one) => view(
            WitnessWord::Differs,
            Some(one),
            format!("Entry {} is another one than the keychain remembers of {}.", one.sequence, one.at),
        ),
        WitnessState::Illegible => view(
            WitnessWord::Illegible,
            None,
            "What the keychain holds about this log was not written by this program.".into(),
        ),
        WitnessState::Unreachable(error) => view(
            WitnessWord::Unreachable,
            None,
            format!("What the keychain remembers of the log could not be read: {error}."),
        ),
    }
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".into() } else { format!("{count} entries") }
}

fn verified(report: AuditReport, witness: AuditWitnessView) -> AuditVerifyView {
    let intact = report.first_bad.is_none() && is_good(witness.state);
    let (message, hint) = match &report.first_bad {
        Some(entry) => (
            format!("Entry {} is the first that is not right: {}.", entry.sequence, entry.reason),
            Some("Somebody changed the vault's file. Entries before it are as they were written.".to_owned()),
        ),
        None if !intact => (witness.message.clone(), Some(HINT.to_owned())),
        None => {
            let removed = match report.removed {
                0 => String::new(),
                count => format!(" {} before them were removed because of their age.", entries(count)),
            };
            (format!("{}, every one as it was written.{removed}", entries(report.entries)), None)
        }
    };
    AuditVerifyView {
        intact,
        entries: small(report.entries),
        removed: small(report.removed),
        first_at: report.first_at,
        last_at: report.last_at,
        first_bad: report
            .first_bad
            .map(|entry| AuditBadView { sequence: small(entry.sequence), reason: entry.reason.to_owned() }),
        witness,
        message,
        hint,
        verified_at: times::now(),
    }
}
