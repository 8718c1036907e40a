//! Providers, their forms, and what is said of a form while it is filled in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_providers::{Category, FieldKind, ProviderType, Shelf};

use super::OauthView;
use crate::secret_input::SecretInput;

view! {
    /// One provider as the gallery, the form and the command line show it.
    pub struct ProviderView {
        /// Stable id.
        pub id: String,
        /// Name.
        pub name: String,
        /// What it does; the first is the main one.
        pub types: Vec<ProviderType>,
        /// How its credentials are filed by default.
        pub category: Category,
        /// Two letters for the small mark.
        pub mark: String,
        /// Lookup key offered for a new credential.
        pub lookup_key: String,
        /// An example of a good name.
        pub name_example: String,
        /// Where it stands when providers are offered.
        pub shelf: Shelf,
        /// Where the key is found, in words.
        pub find: String,
        /// The provider's page for keys.
        pub find_url: Option<String>,
        /// Good to know.
        pub notes: Vec<String>,
        /// Sign-in methods with their fields.
        pub auth: Vec<AuthView>,
        /// The check.
        pub check: CheckInfoView,
        /// Whether it came from the organisation's own provider folder.
        pub own: bool,
    }
}

view! {
    /// A sign-in method.
    pub struct AuthView {
        /// Stable id.
        pub id: String,
        /// Label.
        pub label: String,
        /// The one to choose when nothing speaks against it.
        pub recommended: bool,
        /// Fields in the order of the form.
        pub fields: Vec<FieldView>,
        /// At least one field of each set must be filled.
        pub any_of: Vec<Vec<String>>,
        /// How it connects an account over OAuth, where it does.
        pub oauth: Option<OauthView>,
    }
}

view! {
    /// A field of the form.
    pub struct FieldView {
        /// Stable id.
        pub id: String,
        /// Label.
        pub label: String,
        /// Sealed once saved.
        pub secret: bool,
        /// Must be filled.
        pub required: bool,
        /// Comes from a connection over OAuth; the form does not ask for it.
        pub obtained: bool,
        /// How it is edited.
        pub kind: FieldKind,
        /// Used when left empty.
        pub default: Option<String>,
        /// For choices.
        pub choices: Vec<ChoiceView>,
        /// What a value usually looks like, in words.
        pub hint: Option<String>,
        /// One line under the field.
        pub help: Option<String>,
        /// Environment names, the usual one first.
        pub env: Vec<String>,
    }
}

view! {
    /// A value of a choice field.
    pub struct ChoiceView {
        /// What is stored.
        pub value: String,
        /// What is shown.
        pub label: String,
    }
}

view! {
    /// The check as far as people read it.
    pub struct CheckInfoView {
        /// What it does.
        pub does: String,
        /// What it costs.
        pub cost: String,
        /// What it proves.
        pub proves: String,
        /// Why there is none.
        pub uncheckable: Option<String>,
    }
}

view! {
    /// The organisation's own provider files.
    pub struct ProviderFilesView {
        /// The folder in which they belong, whether it is there or not.
        pub folder: String,
        /// Those that could not be used.
        pub problems: Vec<ProviderFileProblemView>,
    }
}

view! {
    /// Why one of the organisation's own provider files is left out.
    pub struct ProviderFileProblemView {
        /// The file.
        pub file: String,
        /// The line, counted from 1, where one can be named.
        pub line: Option<u32>,
        /// What is wrong and what it should be.
        pub reason: String,
    }
}

request! {
    /// Look over a form while it is filled in. Nothing is stored and nothing leaves this computer.
    pub struct FormCheckRequest {
        /// Provider id.
        pub provider: String,
        /// Sign-in method.
        pub auth: String,
        /// The values typed so far.
        pub fields: BTreeMap<String, SecretInput>,
        /// The credential being edited, so that it is not reported as its own duplicate.
        pub editing: Option<String>,
    }
}

view! {
    /// How much a note on a field matters.
    pub enum NoteLevel {
        /// Saving would be refused.
        Error,
        /// Saving is possible.
        Warning,
        /// For information.
        Info,
    }
}

view! {
    /// Something to say about one field.
    pub struct FieldNoteView {
        /// Field id.
        pub field: String,
        /// How much it matters.
        pub level: NoteLevel,
        /// What it is and what to do.
        pub message: String,
        /// Parts of the typed text to keep, as UTF-16 [start, end) pairs, where something was pasted by accident
        /// (white space, quotes, `export NAME=`, `Bearer`). The text itself never travels back.
        pub keep: Option<Vec<(u32, u32)>>,
    }
}
