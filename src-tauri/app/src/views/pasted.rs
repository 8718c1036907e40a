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
