//! The audit: who did what, when.

use serde::{Deserialize, Serialize};

view! {
    /// What kind of thing an entry tells.
    pub enum AuditGroup {
        /// Something is another than before.
        Changes,
        /// A provider was asked.
        Checks,
        /// Secrets were handed to a program.
        Deliveries,
        /// Somebody was refused.
        Refused,
    }
}

impl AuditGroup {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Changes, Self::Checks, Self::Deliveries, Self::Refused];

    /// Its constant name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Checks => "checks",
            Self::Deliveries => "deliveries",
            Self::Refused => "refused",
        }
    }
}

/// Which entries of the audit. What is left out narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct AuditRequest {
    /// `system`, or an organisation's name or id.
    pub scope: Option<String>,
    /// What kind.
    pub group: Option<AuditGroup>,
    /// An action, such as `credential.add`.
    pub action: Option<String>,
    /// A person's name or id.
    pub person: Option<String>,
    /// The id of what it was done to, or a credential's name.
    pub object: Option<String>,
    /// From this day or moment on.
    pub from: Option<String>,
    /// Until the end of this day, or before this moment.
    pub until: Option<String>,
    /// A part of the names, the action or the details.
    pub search: Option<String>,
    /// How many; 100 where nothing is said.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

view! {
    /// Something more that an entry tells.
    pub struct AuditFactView {
        /// Its constant name.
        pub key: String,
        /// Its name for people.
        pub name: String,
        /// What it is.
        pub value: String,
    }
}

view! {
    /// An entry.
    pub struct AuditEntryView {
        /// Counts from 1 without gaps.
        pub sequence: u32,
        /// RFC 3339 UTC.
        pub at: String,
        /// The person's name at that time.
        pub person: String,
        /// Id of the person.
        pub person_id: String,
        /// What was done, such as `credential.add`.
        pub action: String,
        /// Its kind.
        pub group: AuditGroup,
        /// What was done, in words.
        pub said: String,
        /// What it was done to: `credential`, `organisation`, `person`, `program`, `vault` …
        pub object_kind: String,
        /// Its id; empty where it has none.
        pub object_id: String,
        /// Its name at that time; empty where it has none.
        pub object: String,
        /// Whose it is: organisations by name, or `system`; empty for the vault as a whole.
        pub scopes: Vec<String>,
        /// More about it, never a value.
        pub details: Vec<AuditFactView>,
    }
}

view! {
    /// A page of entries, the newest first.
    pub struct AuditListView {
        /// The entries.
        pub items: Vec<AuditEntryView>,
        /// For the next page, or null where this is the last one.
        pub next: Option<String>,
    }
}

view! {
    /// Somebody who stands in the audit.
    pub struct AuditPersonView {
        /// Id.
        pub id: String,
        /// Name in their last entry.
        pub name: String,
    }
}

view! {
    /// What can be chosen around the entries.
    pub struct AuditOverviewView {
        /// Who stands in the entries that the person may see.
        pub people: Vec<AuditPersonView>,
        /// After how many days entries are removed, or null where all are kept.
        pub retention_days: Option<u32>,
        /// Whether the person may verify the log and choose how long it is kept.
        pub may_manage: bool,
    }
}

request! {
    /// A verification of the whole log.
    #[derive(Default)]
    pub struct AuditVerifyRequest {
        /// Take the log for the right one, whatever the keychain remembers.
        #[serde(default)]
        pub accept: bool,
    }
}

view! {
    /// An entry that is not as it was written.
    pub struct AuditBadView {
        /// Which.
        pub sequence: u32,
        /// What is wrong.
        pub reason: String,
    }
}

view! {
    /// How the log compares with what the keychain remembers of it.
    pub enum WitnessWord {
        /// It is a continuation of it.
        Agrees,
        /// Nothing was remembered yet.
        Nothing,
        /// What it remembers was removed since, because of its age.
        Removed,
        /// The log ends before it.
        Shorter,
        /// Another entry stands in its place.
        Differs,
        /// What stands in the keychain was not written by this program.
        Illegible,
        /// The keychain did not answer.
        Unreachable,
        /// The master key is not kept by the keychain, and neither is this.
        NotKept,
        /// It was another log, and is accepted from now on.
        Accepted,
    }
}

view! {
    /// What the keychain remembers of the log.
    pub struct AuditWitnessView {
        /// How they compare.
        pub state: WitnessWord,
        /// The entry that it remembered.
        pub sequence: Option<u32>,
        /// When it did, RFC 3339 UTC.
        pub at: Option<String>,
        /// The same as a sentence.
        pub message: String,
    }
}

view! {
    /// What a verification showed.
    pub struct AuditVerifyView {
        /// Every entry is as it was written, and none is missing as far as can be known.
        pub intact: bool,
        /// How many entries there are.
        pub entries: u32,
        /// How many older ones were removed because of their age.
        pub removed: u32,
        /// Time of the first entry that is there, RFC 3339 UTC.
        pub first_at: Option<String>,
        /// Time of the last one.
        pub last_at: Option<String>,
        /// The first entry that is not as it was written; later ones are not judged.
        pub first_bad: Option<AuditBadView>,
        /// The keychain's memory of it.
        pub witness: AuditWitnessView,
        /// The result as a sentence.
        pub message: String,
        /// What to do next.
        pub hint: Option<String>,
        /// When it was verified, RFC 3339 UTC.
        pub verified_at: String,
    }
}

request! {
    /// How long entries are kept.
    pub struct AuditRetentionRequest {
        /// Days, or null for ever.
        pub days: Option<u32>,
    }
}

view! {
    /// How long entries are kept from now on.
    pub struct AuditRetentionView {
        /// Days, or null for ever.
        pub days: Option<u32>,
        /// How many entries were removed just now.
        pub removed: u32,
    }
}

view! {
    /// The form of an exported audit.
    pub enum AuditFormat {
        /// One document with the result of a verification.
        Json,
        /// One entry to a line.
        Jsonl,
        /// Comma-separated values (RFC 4180), safe to open in a spreadsheet.
        Csv,
    }
}

impl AuditFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Json, Self::Jsonl, Self::Csv];

    /// Its name, which is also the ending of its files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

request! {
    /// An export of entries.
    pub struct AuditExportRequest {
        /// Which entries; all pages of them.
        pub list: AuditRequest,
        /// As what.
        pub format: AuditFormat,
    }
}

view! {
    /// An export that was written.
    pub struct AuditExportView {
        /// The file.
        pub path: String,
        /// How many entries stand in it.
        pub entries: u32,
    }
}
