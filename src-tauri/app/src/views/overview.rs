//! The vault as a whole, and refusals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Custody, OrganisationView, StoppedView, Theme};

request! {
    /// Choose the organisation to show.
    pub struct OrganisationSelectRequest {
        /// Its id, or null for all.
        pub id: Option<String>,
    }
}

request! {
    /// Choose the colours.
    pub struct ThemeRequest {
        /// Colours.
        pub theme: Theme,
    }
}

view! {
    /// The vault in figures.
    pub struct StatusView {
        /// The vault's id.
        pub vault: String,
        /// Its folder.
        pub home: String,
        /// RFC 3339 UTC.
        pub created_at: String,
        /// Who keeps the master key.
        pub custody: Custody,
        /// Whether it is the demonstration vault.
        pub demonstration: bool,
        /// The person at this computer.
        pub person: String,
        /// Organisations by name.
        pub organisations: Vec<OrganisationView>,
        /// How many credentials there are.
        pub credentials: u32,
        /// By type id.
        pub by_type: BTreeMap<String, u32>,
        /// By verdict or state, each credential once; those with none are left out.
        pub by_status: BTreeMap<String, u32>,
        /// The newest check, RFC 3339 UTC.
        pub last_check_at: Option<String>,
        /// When the recovery kit was made, RFC 3339 UTC.
        pub recovery_kit_made_at: Option<String>,
        /// Since when telephony is stopped by global launch, and why; null while it is delivered.
        pub launch_stop: Option<StoppedView>,
    }
}

view! {
    /// Whether a finding is good or bad.
    pub enum Weight {
        /// As it should be.
        Good,
        /// Something to mend.
        Bad,
    }
}

view! {
    /// One thing that was examined.
    pub struct FindingView {
        /// What was examined.
        pub what: String,
        /// Good or bad.
        pub weight: Weight,
        /// What was found.
        pub message: String,
        /// What to do.
        pub hint: Option<String>,
    }
}

view! {
    /// The result of an examination.
    pub struct DoctorView {
        /// Nothing bad was found.
        pub healthy: bool,
        /// All that was examined.
        pub findings: Vec<FindingView>,
    }
}

view! {
    /// A field that was refused.
    pub struct FieldProblemView {
        /// Field id, or `name`, `key`, `scope`, `person`, `organisation`, `passphrase`, `path`, `code` for what is no
        /// provider field.
        pub field: String,
        /// What is wrong and what to do.
        pub message: String,
    }
}

view! {
    /// A refusal: what happened and what to do next.
    pub struct ErrorView {
        /// Stable code (`invalid_input`, `not_found`, `locked` …).
        pub kind: String,
        /// What happened.
        pub message: String,
        /// What to do next.
        pub hint: Option<String>,
        /// The fields concerned.
        pub fields: Vec<FieldProblemView>,
    }
}
