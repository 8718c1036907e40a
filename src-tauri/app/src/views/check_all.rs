//! Checking many credentials at once.

use serde::{Deserialize, Serialize};
use strongroom_providers::{ProviderType, VerdictKind};

use super::{ErrorView, VerdictView};

request! {
    /// Check every credential that is switched on and matches.
    #[derive(Default)]
    pub struct CheckAllRequest {
        /// `system`, an organisation's id, or null for all that the actor may see.
        #[serde(default)]
        pub scope: Option<String>,
        /// Only this type.
        #[serde(default)]
        pub r#type: Option<ProviderType>,
        /// Only this provider.
        #[serde(default)]
        pub provider: Option<String>,
        /// Only this verdict or state.
        #[serde(default)]
        pub status: Option<String>,
        /// Words in name, provider, lookup key or plain fields.
        #[serde(default)]
        pub search: Option<String>,
        /// How many at once (default 16, at most 64).
        #[serde(default)]
        pub concurrency: Option<u16>,
    }
}

view! {
    /// The verdict on one credential out of several.
    pub struct CheckedView {
        /// Id.
        pub id: String,
        /// Name.
        pub name: String,
        /// What the check showed, or null where there is no answer to show.
        pub verdict: Option<VerdictView>,
        /// The verdict that it had before, or null where it had none.
        pub before: Option<VerdictKind>,
        /// What the old key of a replacement showed, where one is kept. Refused, it is dead and was destroyed.
        pub old_key: Option<VerdictKind>,
        /// Why it could not be checked at all.
        pub error: Option<ErrorView>,
    }
}

/// How far a check of several credentials has come.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum CheckEvent {
    /// It is known what is to be checked.
    Started {
        /// How many are checked.
        total: u32,
        /// How many are left out because they are switched off.
        disabled: u32,
        /// How many are left out because the actor's role does not allow it.
        not_permitted: u32,
    },
    /// The turn of this one has come.
    Asking {
        /// Id.
        id: String,
        /// Name.
        name: String,
    },
    /// This one has its result, and it is stored.
    Checked {
        /// How many have a result.
        done: u32,
        /// How many there are.
        total: u32,
        /// The result.
        result: Box<CheckedView>,
    },
}

view! {
    /// What a check of several credentials came to.
    pub struct CheckAllView {
        /// Results in the order of the list; those that were not reached are not in it.
        pub results: Vec<CheckedView>,
        /// How many were to be checked.
        pub total: u32,
        /// How many were left out because they are switched off.
        pub disabled: u32,
        /// How many were left out because the actor's role does not allow it.
        pub not_permitted: u32,
        /// It was stopped before all had a result.
        pub stopped: bool,
    }
}
