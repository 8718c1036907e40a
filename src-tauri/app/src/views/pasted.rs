//! Pasted keys and imported files.

use serde::{Deserialize, Serialize};
use strongroom_providers::{Certainty, KeyMode};

use crate::secret_input::SecretInput;

request! {
    /// Find out which provider a pasted text comes from. Nothing is stored and nothing leaves this computer.
    pub struct DetectRequest {
        /// The text as it was pasted.
        pub text: SecretInput,
    }
}

view! {
    /// A field of a provider that a pasted value may belong to.
    pub struct CandidateView {
        /// Provider id.
        pub provider: String,
        /// Sign-in method.
        pub auth: String,
        /// Field id.
        pub field: String,
        /// How sure that is.
        pub confidence: Certainty,
        /// Live or test, where the value says so.
        pub mode: Option<KeyMode>,
        /// What was recognised, in words.
        pub reason: String,
        /// The provider's name.
        pub provider_name: String,
        /// Two letters for the small mark.
        pub mark: String,
        /// The sign-in method's label.
        pub auth_label: String,
        /// The field's label.
        pub field_label: String,
    }
}

view! {
    /// What was made of a pasted text.
    pub struct DetectionView {
        /// What was pasted by accident around or inside the value, in words.
        pub removed: Option<String>,
        /// What it may be, the best first.
        pub candidates: Vec<CandidateView>,
        /// Names of the credentials that hold this value already.
        pub stored: Vec<String>,
    }
}

request! {
    /// Read a `.env` or JSON file and say what it would become. Nothing is stored.
    pub struct ImportPlanRequest {
        /// The file.
        pub file: String,
        /// `system` or an organisation's id.
        pub scope: String,
    }
}

view! {
    /// A value of a file and the field that it goes into. The value itself is not here.
    pub struct ImportFieldView {
        /// Field id.
        pub field: String,
        /// The field's label.
        pub label: String,
        /// Sealed once stored.
        pub secret: bool,
        /// The name under which it stands in the file.
        pub from: String,
        /// The line on which it begins, where the file has lines.
        pub line: Option<u32>,
        /// The last four characters of a secret that has at least sixteen.
        pub tail: Option<String>,
    }
}

view! {
    /// A credential that an import would make.
    pub struct ImportRowView {
        /// Its number in the plan.
        pub row: u32,
        /// Provider id.
        pub provider: String,
        /// The provider's name.
        pub provider_name: String,
        /// Two letters for the small mark.
        pub mark: String,
        /// Sign-in method.
        pub auth: String,
        /// The sign-in method's label.
        pub auth_label: String,
        /// Name, free in its scope.
        pub name: String,
        /// Lookup key.
        pub key: String,
        /// Where its values come from.
        pub fields: Vec<ImportFieldView>,
        /// How the provider was found, in words.
        pub reason: String,
        /// Why it cannot be stored.
        pub problem: Option<String>,
        /// Credentials that hold one of its secrets already.
        pub stored: Vec<String>,
        /// The name in the file under which one of its secrets stood before.
        pub same_as: Option<String>,
        /// Whether it is imported unless somebody says otherwise: it can be, and it is no duplicate.
        pub chosen: bool,
    }
}

view! {
    /// A part of a file that becomes nothing.
    pub struct ImportSkippedView {
        /// The line, where the file has lines.
        pub line: Option<u32>,
        /// The name, where there is one.
        pub name: Option<String>,
        /// Why.
        pub why: String,
    }
}

view! {
    /// What a file would become.
    pub struct ImportPlanView {
        /// The file's name.
        pub file: String,
        /// Credentials to be.
        pub rows: Vec<ImportRowView>,
        /// The rest.
        pub skipped: Vec<ImportSkippedView>,
    }
}

request! {
    /// One row of a plan that is to be stored.
    pub struct ImportChoice {
        /// Its number in the plan.
        pub row: u32,
        /// A name in place of the proposed one.
        #[serde(default)]
        pub name: Option<String>,
    }
}

view! {
    /// What became of one row.
    pub struct ImportedView {
        /// Its number in the plan.
        pub row: u32,
        /// Name.
        pub name: String,
        /// The credential, where it was stored.
        pub credential: Option<super::CredentialView>,
        /// Why it was not stored.
        pub error: Option<super::ErrorView>,
    }
}
