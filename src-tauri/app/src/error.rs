//! Why a use case did not succeed: types inside, sentences at the edge.

use strongroom_vault::{CustodyError, VaultError};

use crate::views::FieldProblemView;

/// Why a use case did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// There is no vault in the folder.
    #[error("there is no vault in {home}")]
    NoVault {
        /// The folder.
        home: String,
    },
    /// What was typed cannot be stored as it is.
    #[error("{}", summary(.0))]
    InvalidInput(Vec<FieldProblemView>),
    /// The person's role does not allow it.
    #[error("this needs {needed}")]
    NotPermitted {
        /// The role that would be needed.
        needed: &'static str,
    },
    /// The organisation is archived.
    #[error("this organisation is archived: nothing of it is used or changed")]
    Archived,
    /// The provider refused the new key, so it does not take the place of the old one.
    #[error("the provider refused the new key, so the old one stays")]
    NewKeyRefused,
    /// Another new key waits already, and whoever entered it may still want it.
    #[error("another new key waits already; entering this one would destroy it")]
    NewKeyWaits,
    /// Nothing has that id or name.
    #[error("{what}")]
    NotFound {
        /// What was looked for, as a sentence.
        what: String,
        /// What to do next.
        hint: Option<String>,
    },
    /// Several credentials go by that name.
    #[error("{what}")]
    Ambiguous {
        /// Which ones.
        what: String,
    },
    /// No credential can be used for a lookup key, and why.
    #[error("{reason}")]
    NothingResolves {
        /// Why not.
        reason: String,
        /// What to do next.
        hint: String,
    },
    /// An organisation lacks what its onboarding needs.
    #[error("{kit} needs more: {missing}")]
    NotReady {
        /// Name of the readiness kit.
        kit: String,
        /// What is missing.
        missing: String,
    },
    /// Two credentials would set one environment variable to different values.
    #[error("“{first}” and “{second}” both set {variable}, to different values")]
    EnvironmentConflict {
        /// The variable.
        variable: String,
        /// One credential.
        first: String,
        /// The other.
        second: String,
    },
    /// A variable was asked for as a file, and nothing that is delivered has that name.
    #[error("nothing that is delivered has the name {name}")]
    NothingOfThatName {
        /// What was asked for, cut where it is no name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// An account was not connected.
    #[error(transparent)]
    Connect(crate::oauth::ConnectProblem),
    /// The checker could not be set up.
    #[error("the connection to providers could not be set up: {0}")]
    Checker(String),
    /// The vault is kept by a passphrase, and none was given.
    #[error("the vault is kept by a passphrase, and none was given")]
    PassphraseNeeded,
    /// The vault is kept by the environment variable, and it is not set.
    #[error("the vault is kept by STRONGROOM_MASTER_KEY, which is not set")]
    VariableMissing,
    /// The master key could not be kept or fetched.
    #[error(transparent)]
    Custody(CustodyError),
    /// From the vault.
    #[error(transparent)]
    Vault(VaultError),
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Custody(inner) => Self::Custody(inner),
            other => Self::Vault(other),
        }
    }
}

impl From<CustodyError> for AppError {
    fn from(error: CustodyError) -> Self {
        VaultError::from(error).into()
    }
}

fn summary(fields: &[FieldProblemView]) -> String {
    match fields {
        [] => "The form is not complete.".into(),
        [one] => one.message.clone(),
        [one, rest @ ..] => {
            let message = one.message.trim_end().trim_end_matches('.');
            format!("{message} ({} more to mend).", rest.len())
        }
    }
}

impl AppError {
    /// A refusal of one field.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::InvalidInput(vec![FieldProblemView { field: field.into(), message: message.into() }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_problems_are_one_sentence() {
        let problem = |message: &str| FieldProblemView { field: "x".into(), message: message.into() };
        let two = AppError::InvalidInput(vec![problem("The name is empty."), problem("The key is empty.")]);
        assert_eq!(two.view().message, "The name is empty (1 more to mend).");
        let one = AppError::InvalidInput(vec![problem("The name is empty.")]);
        assert_eq!(one.view().message, "The name is empty.");
    }
}
