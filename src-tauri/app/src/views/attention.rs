//! What needs attention.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CredentialView;

view! {
    /// Why a credential needs attention, in order of harm.
    pub enum AttentionReason {
        /// A sealed field did not open.
        Unreadable,
        /// The provider refuses it.
        Rejected,
        /// The account is closed.
        Suspended,
        /// Its date has passed.
        Expired,
        /// Balance or quota is used up.
        NoCredit,
        /// Its settings are wrong.
        Misconfigured,
        /// A firewall or address list refuses it.
        Blocked,
        /// Its date is near.
        Expiring,
        /// It lacks a permission.
        Limited,
        /// Its account is not connected yet.
        Unconnected,
        /// A new key waits for its place.
        ReplacementWaiting,
        /// The old key of a replacement is kept, because the provider does not refuse it yet.
        ReplacementOld,
        /// It was never checked.
        NotChecked,
        /// It was not used for long, or never since it was added long ago.
        Unused,
    }
}

view! {
    /// A credential that needs attention.
    pub struct AttentionItemView {
        /// Why.
        pub reason: AttentionReason,
        /// Which.
        pub credential: CredentialView,
    }
}

view! {
    /// What needs attention, and how the inventory stands.
    pub struct AttentionView {
        /// How many credentials there are.
        pub total: u32,
        /// How many the provider refuses.
        pub rejected: u32,
        /// How many have ended, or end so soon that their own reminder has come.
        pub expiring: u32,
        /// How many are used by nobody: assigned to no consumer, and never delivered.
        pub unused: u32,
        /// How many have a sealed field that did not open.
        pub unreadable: u32,
        /// The newest check, RFC 3339 UTC.
        pub last_check_at: Option<String>,
        /// In order of harm, each credential once.
        pub items: Vec<AttentionItemView>,
        /// How many more there are, which the list has.
        pub left_out: u32,
        /// By type id, then by the id of the verdict or state that the row reads.
        pub by_type_and_status: BTreeMap<String, BTreeMap<String, u32>>,
        /// The same without regard to the type, where each credential counts once.
        pub by_status: BTreeMap<String, u32>,
    }
}
