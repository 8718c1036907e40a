//! The replacement of a key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ExpiryEdit, FieldEdit, VerdictView};

view! {
    /// How far the replacement of a key has come.
    pub enum ReplacementStageView {
        /// The new values wait for the switch; the old ones are in force.
        New,
        /// The new values are in force; the old ones are kept until the provider refuses them.
        Old,
    }
}

view! {
    /// Values beside those in force, without the secrets.
    pub struct ReplacementView {
        /// How far it has come.
        pub stage: ReplacementStageView,
        /// Tails of the sealed fields, where they have one.
        pub secrets: BTreeMap<String, Option<String>>,
        /// New: plain fields that change, null for one that goes. Old: all plain fields as they were.
        pub fields: BTreeMap<String, Option<String>>,
        /// What the last check of these values showed.
        pub verdict: Option<VerdictView>,
        /// When they came to stand beside those in force, RFC 3339 UTC.
        pub started_at: String,
        /// Name of the person.
        pub started_by: String,
    }
}

request! {
    /// New values to be kept beside those in force.
    pub struct CredentialReplaceRequest {
        /// Id.
        pub id: String,
        /// The revision that the form was filled from; a newer one in the vault is a conflict. Null skips the test.
        #[serde(default)]
        pub revision: Option<u32>,
        /// Edits by field; a field that is not named is kept.
        pub fields: BTreeMap<String, FieldEdit>,
        /// Check with the provider before keeping them.
        pub check: bool,
        /// In the place of other new values that wait already, which are destroyed; refused otherwise.
        #[serde(default)]
        pub again: bool,
    }
}

request! {
    /// The new values that wait are to be put in force.
    pub struct CredentialSwitchRequest {
        /// Id.
        pub id: String,
        /// The end that the new key brings with it; kept where null.
        #[serde(default)]
        pub expiry: Option<ExpiryEdit>,
    }
}
