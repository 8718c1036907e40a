//! What a list of credentials is asked for, and what it gives.

use std::collections::BTreeMap;

use crate::model::{CredentialRow, ReplacementStage, Scope};

/// Which credentials to list. What is empty or `None` narrows nothing; of several values one must be true.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Only these scopes; `None` for every scope.
    pub scopes: Option<Vec<Scope>>,
    /// Only these type ids.
    pub types: Vec<String>,
    /// Only these provider ids.
    pub providers: Vec<String>,
    /// Only these states.
    pub statuses: Vec<StatusFilter>,
    /// Only these category ids.
    pub categories: Vec<String>,
    /// Only the default ones, or only the others.
    pub default: Option<bool>,
    /// Only the enabled ones, or only the others.
    pub enabled: Option<bool>,
    /// When it was last checked.
    pub checked: Option<When>,
    /// When it was last used.
    pub used: Option<When>,
    /// When it ends.
    pub expires: Option<When>,
    /// From when on its end is worth a word, by its own reminder.
    pub remind: Option<When>,
    /// What its lookup key begins with.
    pub lookup_key: Option<String>,
    /// The last characters of one of its secrets.
    pub tail: Option<String>,
    /// When it was added.
    pub created: Option<When>,
    /// Only those that have a secret in common with another, or only the others.
    pub duplicate: Option<bool>,
    /// Only those whose key is being replaced, and has come so far.
    pub replacement: Option<ReplacementStage>,
    /// What uses it.
    pub used_by: Option<UsedBy>,
    /// What decides between the states, for a filter by state.
    pub states: States,
    /// Words in name, provider, lookup key or plain values; all must occur, without regard to case.
    pub search: Option<String>,
    /// Order.
    pub sort: Sort,
    /// Page size.
    pub limit: u32,
    /// Go on after this cursor of an earlier page of the same order.
    pub after: Option<String>,
    /// Pass over so many rows, from the first one or from the cursor.
    pub skip: u32,
}

/// A state to filter by, as a row reads it: a credential has one, the first of these that is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    /// A sealed field did not open.
    Unreadable,
    /// Switched off.
    Disabled,
    /// Its date has passed.
    Expired,
    /// Of an organisation that uses bundled keys, and of none but AI types.
    Dormant,
    /// Of a sign-in method that connects an account, and without the tokens of a connection.
    Unconnected,
    /// Never checked.
    NotChecked,
    /// With this verdict id.
    Verdict(String),
}

/// What decides between states beside the credentials themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct States {
    /// Ids of the types that a mode is about.
    pub ai_types: Vec<String>,
    /// The sign-in methods that connect an account.
    pub connectables: Vec<Connectable>,
}

/// What uses a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsedBy {
    /// No consumer and no program.
    Nobody,
    /// A consumer that it is assigned to, or a program that it was delivered to, with this in its name.
    Named(String),
}

/// A sign-in method that connects an account, and what makes a credential wait for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connectable {
    /// Provider id.
    pub provider: String,
    /// Sign-in method.
    pub auth: String,
    /// Plain fields that connecting needs.
    pub filled: Vec<String>,
    /// Plain fields with which it is of use without a connection.
    pub empty: Vec<String>,
}

/// A moment to filter by, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// There is none.
    Never,
    /// There is one.
    Ever,
    /// Before this one.
    Before(i64),
    /// At this one or later.
    Since(i64),
    /// From the first on, before the second.
    Between(i64, i64),
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// Name.
    #[default]
    Name,
    /// Provider, then name.
    Provider,
    /// From what does most harm to what does none.
    Status,
    /// The last check.
    Checked,
    /// The last use.
    Used,
    /// Its end.
    Expires,
    /// When it was added.
    Created,
}

/// The order of a list; among equals those added first come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The other way round.
    pub descending: bool,
}

/// A page of credentials.
#[derive(Clone, Debug)]
pub struct Page {
    /// The rows.
    pub items: Vec<CredentialRow>,
    /// Where to go on.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

/// How many credentials there are, as the lists count them.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// All.
    pub all: u32,
    /// By type id; one that serves two types counts under both.
    pub by_type: BTreeMap<String, u32>,
    /// By provider id.
    pub by_provider: BTreeMap<String, u32>,
    /// By type id and then by `unreadable`, `disabled`, `not_checked` or the id of the verdict, and where these were
    /// asked for by `expired`, `dormant` and `unconnected`: one of them for each credential.
    pub by_type_and_status: BTreeMap<String, BTreeMap<String, u32>>,
    /// The same without regard to the type.
    pub by_status: BTreeMap<String, u32>,
    /// Those with a sealed field that did not open.
    pub unreadable: u32,
    /// Those that fail now or soon, each once: unreadable, or switched on and rejected, ended or within the days of
    /// their reminder.
    pub urgent: u32,
}
