//! Adding, editing, switching and deleting a credential.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_providers::Category;

use super::{CredentialView, VerdictView};
use crate::secret_input::SecretInput;

request! {
    /// A new credential.
    pub struct CredentialAddRequest {
        /// Provider id.
        pub provider: String,
        /// Sign-in method; the recommended one where null.
        #[serde(default)]
        pub auth: Option<String>,
        /// Name.
        pub name: String,
        /// Lookup key; the provider's usual one where null.
        #[serde(default)]
        pub key: Option<String>,
        /// Category; the provider's usual one where null.
        #[serde(default)]
        pub category: Option<Category>,
        /// `system` or an organisation's id.
        pub scope: String,
        /// Default of its provider in its scope.
        #[serde(default)]
        pub default: bool,
        /// Its own end: a day, which it lasts to the end of, or a time in RFC 3339.
        #[serde(default)]
        pub expires_at: Option<String>,
        /// How many days before that to remind (30 where null).
        #[serde(default)]
        pub reminder_days: Option<u32>,
        /// Field values, plain and secret.
        pub fields: BTreeMap<String, SecretInput>,
        /// Check with the provider before storing.
        pub check: bool,
    }
}

/// What an edit does to one field. Blank keeps: a mask can never be stored, because there is no way to say it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "edit", content = "value")]
pub enum FieldEdit {
    /// Leave what is stored.
    Keep,
    /// Store this instead.
    Replace(SecretInput),
    /// Remove an optional value.
    Clear,
}

request! {
    /// Changes to a credential. Type and provider are fixed.
    pub struct CredentialEditRequest {
        /// Id.
        pub id: String,
        /// The revision that the form was filled from; a newer one in the vault is a conflict. Null skips the test.
        #[serde(default)]
        pub revision: Option<u32>,
        /// New name.
        #[serde(default)]
        pub name: Option<String>,
        /// New lookup key.
        #[serde(default)]
        pub key: Option<String>,
        /// New category.
        #[serde(default)]
        pub category: Option<Category>,
        /// Default of its provider in its scope.
        #[serde(default)]
        pub default: Option<bool>,
        /// New end and reminder; kept where null.
        #[serde(default)]
        pub expiry: Option<ExpiryEdit>,
        /// Edits by field; a field that is not named is kept.
        #[serde(default)]
        pub fields: BTreeMap<String, FieldEdit>,
        /// Check with the provider before storing.
        pub check: bool,
    }
}

request! {
    /// When a credential ends, and when to remind of it.
    pub struct ExpiryEdit {
        /// A day, which it lasts to the end of, or a time in RFC 3339; null for no end.
        #[serde(default)]
        pub expires_at: Option<String>,
        /// How many days before that to remind; kept where null.
        #[serde(default)]
        pub reminder_days: Option<u32>,
    }
}

/// What became of an add or edit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum SaveOutcome {
    /// Stored.
    Stored {
        /// The credential as it now is.
        credential: Box<CredentialView>,
    },
    /// Not stored, because the check said `rejected` or `misconfigured`.
    Refused {
        /// What the check showed.
        verdict: VerdictView,
        /// The field to look at.
        field: Option<String>,
    },
}

request! {
    /// Switch on or off.
    pub struct CredentialEnableRequest {
        /// Id.
        pub id: String,
        /// On or off.
        pub enabled: bool,
    }
}

request! {
    /// Delete a credential.
    pub struct CredentialDeleteRequest {
        /// Id.
        pub id: String,
        /// Its exact name, needed where something uses it.
        #[serde(default)]
        pub confirm: Option<String>,
    }
}

view! {
    /// Something that a deletion stops or changes.
    pub struct ImpactView {
        /// Kind of consumer.
        pub kind: String,
        /// Its name.
        pub name: String,
        /// What happens to it.
        pub effect: String,
        /// It does not go on as before: it is left with nothing. Otherwise something else takes the place, or nobody
        /// depends on it.
        pub stops: bool,
    }
}

view! {
    /// What a deletion would do, or did.
    pub struct DeleteView {
        /// The credential's id.
        pub deleted: String,
        /// Something uses it, so its exact name is asked for.
        pub in_use: bool,
        /// What stops working, counted by kind, such as “2 LLM configurations unlinked, 1 skill updated”; null where
        /// no consumer uses it.
        pub summary: Option<String>,
        /// What stops working or changes, one by one.
        pub impact: Vec<ImpactView>,
    }
}
