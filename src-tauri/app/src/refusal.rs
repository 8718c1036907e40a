//! Errors as people and programs read them: what happened, what to do next, and a stable word for it.

use strongroom_vault::{CustodyError, KitError, RecoveryError, VaultError};

use crate::error::AppError;
use crate::views::{ErrorView, FieldProblemView};

/// What kind of refusal it is, as far as a script cares (the exit status of the command line).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The operation failed.
    Failed,
    /// What was asked makes no sense as it is.
    Usage,
    /// The role does not allow it.
    NotPermitted,
    /// The vault is locked or its key is missing.
    Locked,
    /// There is nothing of that name.
    NotFound,
    /// No credential can be used.
    NothingResolves,
}

impl From<AppError> for ErrorView {
    fn from(error: AppError) -> Self {
        error.view()
    }
}

impl AppError {
    /// Which kind of refusal it is.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::InvalidInput(_) | Self::Ambiguous { .. } | Self::NothingOfThatName { .. } => Refusal::Usage,
            Self::NotPermitted { .. } => Refusal::NotPermitted,
            Self::Custody(_) | Self::PassphraseNeeded | Self::VariableMissing | Self::Vault(VaultError::Locked) => {
                Refusal::Locked
            }
            Self::Vault(VaultError::DuplicateName(_) | VaultError::BadCursor) => Refusal::Usage,
            Self::NoVault { .. } | Self::NotFound { .. } => Refusal::NotFound,
            Self::Vault(VaultError::NoVault(_) | VaultError::NotFound(_)) => Refusal::NotFound,
            Self::NothingResolves { .. } => Refusal::NothingResolves,
            _ => Refusal::Failed,
        }
    }

    /// The refusal as a view: stable word, sentence, next step, fields.
    pub fn view(&self) -> ErrorView {
        let (message, hint) = self.sentences();
        ErrorView { kind: self.kind().to_owned(), message, hint, fields: self.fields() }
    }

    fn fields(&self) -> Vec<FieldProblemView> {
        let at = |field: &str, message: String| vec![FieldProblemView { field: field.into(), message }];
        match self {
            Self::InvalidInput(fields) => fields.clone(),
            Self::Vault(VaultError::DuplicateName(name)) => {
                at("name", format!("The name “{name}” is in use already. Choose another one."))
            }
            Self::Vault(VaultError::Kit(e)) => at("path", sentence(e)),
            Self::Vault(VaultError::Recovery(e)) => at("code", sentence(e)),
            Self::Custody(
                e @ (CustodyError::WrongPassphrase
                | CustodyError::TooManyTries { .. }
                | CustodyError::EmptyPassphrase
                | CustodyError::PassphraseTooLong),
            ) => at("passphrase", sentence(e)),
            _ => Vec::new(),
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::NoVault { .. } => "no_vault",
            Self::InvalidInput(_) => "invalid_input",
            Self::NotPermitted { .. } => "not_permitted",
            Self::Archived => "archived",
            Self::NewKeyRefused => "new_key_refused",
            Self::NewKeyWaits => "new_key_waits",
            Self::NotFound { .. } => "not_found",
            Self::Ambiguous { .. } => "ambiguous",
            Self::NothingResolves { .. } => "nothing_resolves",
            Self::NotReady { .. } => "not_ready",
            Self::EnvironmentConflict { .. } => "environment_conflict",
            Self::NothingOfThatName { .. } => "no_such_variable",
            Self::Connect(problem) => problem.kind(),
            Self::Checker(_) => "checker",
            Self::PassphraseNeeded => "passphrase_needed",
            Self::VariableMissing => "master_key_variable_missing",
            Self::Custody(e) => e.kind(),
            Self::Vault(e) => e.kind(),
        }
    }

    /// What happened, and what to do next.
    fn sentences(&self) -> (String, Option<String>) {
        match self {
            Self::Custody(e) => custody_sentences(e),
            Self::Vault(e) => vault_sentences(e),
            other => (sentence(other), other.own_hint()),
        }
    }

    fn own_hint(&self) -> Option<String> {
        match self {
            Self::NoVault { .. } => Some("Make one with `strongroom init`, or open the window.".into()),
            Self::NotPermitted { .. } => Some("Ask somebody with that role.".into()),
            Self::Archived => Some(
                "A super admin restores it under Organisations and people, or with `strongroom org restore NAME`."
                    .into(),
            ),
            Self::NewKeyRefused => Some("Discard it and enter another one.".into()),
            Self::NewKeyWaits => Some(
                "Put it in force or discard it first (strongroom replace NAME --switch, --discard), or enter another \
                 one in its place (--again)."
                    .into(),
            ),
            Self::NotFound { hint, .. } => hint.clone(),
            Self::NothingResolves { hint, .. } => Some(hint.clone()),
            Self::NotReady { .. } => Some("Each of them needs a credential whose check said that it works.".into()),
            Self::Connect(problem) => problem.hint(),
            Self::EnvironmentConflict { .. } => {
                Some("Run the program with one of the two, or make their values the same.".into())
            }
            Self::NothingOfThatName { known, .. } => Some(format!("--file takes one of {}.", known.join(", "))),
            Self::PassphraseNeeded => {
                Some("Type it in the window, or give --passphrase-file FILE (- reads standard input).".into())
            }
            Self::VariableMissing => {
                Some("Set STRONGROOM_MASTER_KEY to the 32 bytes in base64 that the vault was made with.".into())
            }
            _ => None,
        }
    }
}

fn custody_sentences(error: &CustodyError) -> (String, Option<String>) {
    let hint = match error {
        CustodyError::KeychainAbsent | CustodyError::KeychainFailed(_) => {
            "Start the keychain of your desktop (for instance gnome-keyring or KWallet) and try again. Without one, \
             use a passphrase (--passphrase-file) or STRONGROOM_MASTER_KEY. If the entry is lost for good, recover \
             with the recovery kit."
        }
        CustodyError::KeychainLocked => "Unlock the keychain of your desktop and try again.",
        CustodyError::KeychainSilent(_) => {
            "A question to unlock it may stand behind another window. Answer it and try again."
        }
        CustodyError::NoEntry => {
            "The vault is not lost: recover the key with the recovery kit (Vault & recovery, or `strongroom recover \
             --kit FILE`)."
        }
        CustodyError::SeveralEntries => "Remove the wrong one in the keychain, or recover with the recovery kit.",
        CustodyError::NotAKey | CustodyError::WrongKey => {
            "Nothing was changed. Give the right key, or recover it with the recovery kit."
        }
        CustodyError::NoPassphrase => "It is kept in another way; `strongroom status` says how.",
        CustodyError::WrongPassphrase => "Try again, or recover with the recovery kit.",
        CustodyError::TooManyTries { .. } => {
            "This slows guessing in this program. Whoever has a copy of the vault's file is not slowed by it: only a \
             long passphrase is safe from them. With the recovery kit you need not wait."
        }
        CustodyError::PassphraseParameters { .. } => "Recover with the recovery kit; the file may have been changed.",
        CustodyError::BadEnvironmentKey(_) => "Make one with `head -c 32 /dev/urandom | base64`, and keep it safe.",
        CustodyError::Vault(inner) => return vault_sentences(inner),
        _ => return (sentence(error), None),
    };
    (sentence(error), Some(hint.into()))
}

fn vault_sentences(error: &VaultError) -> (String, Option<String>) {
    let hint = match error {
        VaultError::NewerVersion { .. } => "Install the newest version of Strongroom. Nothing was written.",
        VaultError::NotADatabase(_) | VaultError::OtherApplication(_) => {
            "Nothing was written. Move that file away, restore the vault from a backup, or choose another folder \
             with --home or STRONGROOM_HOME."
        }
        VaultError::UnsafePath { .. } => "Choose a folder of your own with --home or STRONGROOM_HOME.",
        VaultError::Damaged(_) => "Restore the vault from a backup. `strongroom doctor` says what can still be read.",
        VaultError::Unreadable { .. } => {
            "The record is kept. Enter its secret again with Edit; the other credentials are not affected."
        }
        VaultError::Locked => "Unlock it first.",
        VaultError::ReadOnly => "The inventory can be read. To change it, make the folder writable.",
        VaultError::DiskFull => "Nothing was changed. Free some space and try again.",
        VaultError::Busy => "Nothing was changed. Try again in a moment.",
        VaultError::Conflict { .. } => "Nothing was changed. Open it again to see the newer values.",
        VaultError::LaunchStopped => {
            "A super admin resumes it under Global launch, or with `strongroom launch resume`."
        }
        VaultError::DuplicateName(_) => "Choose another name.",
        VaultError::AlreadyExists(_) => "Use it as it is, or choose another folder with --home.",
        VaultError::BadCursor => "Start again from the first page.",
        VaultError::Recovery(RecoveryError::Typo { .. } | RecoveryError::Symbol { .. } | RecoveryError::Length(_)) => {
            "Compare it with the kit and type it again."
        }
        VaultError::Recovery(_) => "Nothing was changed. Use the newest recovery kit of this vault.",
        VaultError::Kit(KitError::Exists(_)) => "Choose another name: a file that exists is never overwritten.",
        VaultError::Kit(_) => "Choose another place for the recovery kit.",
        VaultError::Custody(inner) => return custody_sentences(inner),
        _ => return (sentence(error), None),
    };
    (sentence(error), Some(hint.into()))
}

/// Longest word of the person's that an error repeats whole.
const ECHO: usize = 64;

/// What somebody typed where a short name belongs, for an error: on one line, and cut where it is no name. It may be a
/// secret that was pasted by accident.
pub(crate) fn echo(text: &str) -> String {
    let is_name = text.chars().count() <= ECHO && !text.chars().any(char::is_control);
    if is_name { text.to_owned() } else { text.chars().filter(|c| !c.is_control()).take(8).chain(['…']).collect() }
}

/// An error's text as a sentence.
pub(crate) fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_happened_and_what_to_do() {
        let view = AppError::from(VaultError::Locked).view();
        assert_eq!((view.kind.as_str(), view.message.as_str()), ("locked", "The vault is locked."));
        assert!(view.hint.is_some());
        let view = AppError::from(CustodyError::NoEntry).view();
        assert!(view.hint.is_some_and(|h| h.contains("recovery kit")), "a lost entry leads to the kit");
        assert_eq!(AppError::from(CustodyError::NoEntry).refusal(), Refusal::Locked);
    }
}
