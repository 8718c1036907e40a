//! What the front ends are told and what they may ask: one request struct per use case, and views without secrets.
//!
//! The command line prints these as JSON (the contract in `docs/command-line.md`); the page gets its TypeScript types
//! from them. No view has a place for a secret value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_providers::{Category, ProviderType, VerdictKind};

use crate::secret_input::SecretInput;

macro_rules! view {
    ($(#[$m:meta])* pub struct $n:ident { $($body:tt)* }) => {
        $(#[$m])*
        #[derive(Clone, Debug, Serialize)]
        #[cfg_attr(feature = "types", derive(specta::Type))]
        pub struct $n { $($body)* }
    };
    ($(#[$m:meta])* pub enum $n:ident { $($body:tt)* }) => {
        $(#[$m])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "types", derive(specta::Type))]
        #[serde(rename_all = "snake_case")]
        pub enum $n { $($body)* }
    };
}

macro_rules! request {
    ($(#[$m:meta])* pub struct $n:ident { $($body:tt)* }) => {
        $(#[$m])*
        #[derive(Debug, Deserialize)]
        #[cfg_attr(feature = "types", derive(specta::Type))]
        #[serde(deny_unknown_fields)]
        pub struct $n { $($body)* }
    };
}

// ---------------------------------------------------------------- start and keys

view! {
    /// How far this computer's vault has come.
    pub enum Stage {
        /// There is no vault yet: ask for name, organisation and the place of the recovery kit.
        FirstStart,
        /// There is a vault; its inventory can be read. Whether its key is at hand says [`KeyStatusView`].
        Ready,
        /// There is something in the vault's place that cannot be opened; [`StartupView::fault`] says what.
        Unusable,
    }
}

view! {
    /// Colours of the window.
    pub enum Theme {
        /// As the desktop says.
        System,
        /// Dark text on light ground.
        Light,
        /// Light text on dark ground.
        Dark,
    }
}

view! {
    /// Who keeps the master key.
    pub enum Custody {
        /// The operating system's keychain.
        Keychain,
        /// A passphrase that a person types.
        Passphrase,
        /// `STRONGROOM_MASTER_KEY`.
        Environment,
    }
}

view! {
    /// All that the first picture of the window needs, read without the master key.
    pub struct StartupView {
        /// What to show.
        pub stage: Stage,
        /// Why the vault cannot be used, with [`Stage::Unusable`].
        pub fault: Option<ErrorView>,
        /// The folder of the vault.
        pub home: String,
        /// Whether this is the demonstration vault with fake keys.
        pub demonstration: bool,
        /// Who keeps the master key, once there is a vault.
        pub custody: Option<Custody>,
        /// The person at this computer, once there is a vault.
        pub person: Option<PersonView>,
        /// Organisations by name.
        pub organisations: Vec<OrganisationView>,
        /// Id of the organisation shown, or null for all that the person may see.
        pub organisation: Option<String>,
        /// Chosen colours.
        pub theme: Theme,
        /// How the list is arranged.
        pub list: ListSettings,
        /// Where the recovery kit is offered to go on first start.
        pub recovery_kit_path: String,
        /// A name to offer on first start, from the operating system's account.
        pub person_suggestion: String,
        /// When the current recovery kit was made, once there is a vault.
        pub recovery_kit_made_at: Option<String>,
    }
}

view! {
    /// Whether the master key is at hand, and if not, which of the reasons it is.
    pub enum KeyState {
        /// At hand: everything works.
        Unlocked,
        /// There is no keychain service on this computer or in this session.
        KeychainAbsent,
        /// The keychain is locked and was not unlocked.
        KeychainLocked,
        /// The keychain works but holds no key for this vault.
        KeyMissing,
        /// The key found belongs to another vault or is damaged.
        WrongKey,
        /// A passphrase must be typed.
        PassphraseNeeded,
        /// There is no vault.
        NoVault,
    }
}

view! {
    /// The answer to "is the master key at hand".
    pub struct KeyStatusView {
        /// Which of the cases.
        pub state: KeyState,
        /// What happened, as a sentence.
        pub message: String,
        /// What to do next, as a sentence.
        pub hint: Option<String>,
        /// Whether a new vault could be kept by the keychain (asked on first start).
        pub keychain_usable: bool,
    }
}

request! {
    /// First start.
    pub struct VaultCreateRequest {
        /// The person's name; becomes the super admin.
        pub person: String,
        /// The first organisation.
        pub organisation: String,
        /// File for the recovery kit; never overwritten.
        pub recovery_kit_path: String,
        /// With a passphrase instead of the keychain.
        pub passphrase: Option<SecretInput>,
    }
}

view! {
    /// A recovery kit that was written.
    pub struct RecoveryKitView {
        /// The file.
        pub path: String,
        /// When it was made.
        pub made_at: String,
    }
}

request! {
    /// Unlock a vault kept by a passphrase.
    pub struct VaultUnlockRequest {
        /// The passphrase.
        pub passphrase: SecretInput,
    }
}

request! {
    /// Recover the master key; exactly one of file and code.
    pub struct VaultRecoverRequest {
        /// Path of the recovery kit file.
        pub kit_path: Option<String>,
        /// The code from the kit, typed or pasted.
        pub code: Option<SecretInput>,
        /// Keep the vault by this passphrase from now on instead of by the keychain.
        pub passphrase: Option<SecretInput>,
    }
}

request! {
    /// Make a new recovery kit; the old one stops working.
    pub struct RecoveryKitRequest {
        /// File for the kit; never overwritten.
        pub path: String,
    }
}

// ---------------------------------------------------------------- credentials

view! {
    /// Our own states, before the verdict is asked.
    pub enum CredentialState {
        /// Saved without checking.
        NotChecked,
        /// Has a client and no tokens: connect to finish.
        Unconnected,
        /// Switched off.
        Disabled,
        /// The organisation uses bundled keys.
        Dormant,
        /// Its own date has passed.
        Expired,
        /// Has a verdict.
        Checked,
    }
}

view! {
    /// What the last check showed.
    pub struct VerdictView {
        /// The verdict.
        pub kind: VerdictKind,
        /// What was seen, redacted.
        pub evidence: String,
        /// What to do next.
        pub next_step: Option<String>,
        /// When, RFC 3339 UTC.
        pub checked_at: String,
        /// How long it took.
        pub duration_ms: u32,
        /// What it cost.
        pub cost: String,
        /// The last verdict that said something of the credential, where this one says nothing.
        pub last_known: Option<KnownVerdictView>,
    }
}

view! {
    /// A verdict with its date.
    pub struct KnownVerdictView {
        /// The verdict.
        pub kind: VerdictKind,
        /// When, RFC 3339 UTC.
        pub checked_at: String,
    }
}

view! {
    /// What may be known of a sealed field.
    pub struct SecretView {
        /// The last four characters, where the secret has at least sixteen.
        pub tail: Option<String>,
        /// When it was set, RFC 3339 UTC.
        pub set_at: String,
    }
}

view! {
    /// A use of the credential.
    pub struct UsedByView {
        /// Kind of consumer.
        pub kind: String,
        /// Its name.
        pub name: String,
        /// What it is used as.
        pub r#as: String,
        /// Nothing is assigned: the consumer comes to it by the rule, as things stand.
        pub by_rule: bool,
        /// Of a program, the name of the consumer that it was last started for; told with a single credential.
        pub consumer: Option<String>,
    }
}

view! {
    /// One credential, without its secrets.
    pub struct CredentialView {
        /// Id.
        pub id: String,
        /// Name.
        pub name: String,
        /// Lookup key.
        pub key: String,
        /// Category.
        pub category: Category,
        /// `system` or the organisation's name.
        pub scope: String,
        /// The organisation's id, or null for system-wide.
        pub organisation: Option<String>,
        /// Main type.
        pub r#type: ProviderType,
        /// All types it serves.
        pub types: Vec<ProviderType>,
        /// Provider id.
        pub provider: String,
        /// Provider name.
        pub provider_name: String,
        /// Two letters for the small mark.
        pub mark: String,
        /// Sign-in method.
        pub auth: String,
        /// Switched on.
        pub enabled: bool,
        /// Default of its provider in its scope.
        pub default: bool,
        /// Our own state.
        pub state: CredentialState,
        /// The last check.
        pub verdict: Option<VerdictView>,
        /// Plain fields.
        pub fields: BTreeMap<String, String>,
        /// Sealed fields.
        pub secrets: BTreeMap<String, SecretView>,
        /// Uses.
        pub used_by: Vec<UsedByView>,
        /// Its connection over OAuth, where its sign-in method has one.
        pub connection: Option<ConnectionView>,
        /// Its own end, RFC 3339 UTC.
        pub expires_at: Option<String>,
        /// How many days before that to remind.
        pub reminder_days: u32,
        /// Values beside those in force, while a key is being replaced.
        pub replacement: Option<ReplacementView>,
        /// RFC 3339 UTC.
        pub created_at: String,
        /// Name of the person.
        pub created_by: String,
        /// RFC 3339 UTC.
        pub updated_at: String,
        /// Last delivery, RFC 3339 UTC.
        pub last_used_at: Option<String>,
        /// The stored secret could not be opened; the row is kept.
        pub unreadable: bool,
        /// Counts changes; an edit names the revision that it started from.
        pub revision: u32,
    }
}

request! {
    /// A page of the list.
    #[derive(Clone, Default)]
    pub struct ListRequest {
        /// `system`, an organisation's id, or null for all that the actor may see.
        #[serde(default)]
        pub scope: Option<String>,
        /// Only this type.
        #[serde(default)]
        pub r#type: Option<ProviderType>,
        /// Only this provider.
        #[serde(default)]
        pub provider: Option<String>,
        /// Only this verdict or state (`works`, `rejected`, `disabled`, `not_checked` …).
        #[serde(default)]
        pub status: Option<String>,
        /// Words in name, provider, lookup key or plain fields, and operators such as `provider:twilio`.
        #[serde(default)]
        pub search: Option<String>,
        /// By what they are ordered; by name where null.
        #[serde(default)]
        pub sort: Option<ListSort>,
        /// The other way round.
        #[serde(default)]
        pub descending: bool,
        /// At most this many (default 100, at most 1000).
        #[serde(default)]
        pub limit: Option<u32>,
        /// Go on after this cursor.
        #[serde(default)]
        pub after: Option<String>,
        /// Pass over so many rows before the page: what somebody sees who goes to a place in a long list.
        #[serde(default)]
        pub skip: u32,
    }
}

view! {
    /// What a list is ordered by.
    pub enum ListSort {
        /// Name.
        Name,
        /// Provider, then name.
        Provider,
        /// From what does most harm to what does none.
        Status,
        /// The last check; those that were never checked come first.
        Checked,
        /// The last use; those that were never used come first.
        Used,
        /// The end; those without come first.
        Expires,
        /// When it was added.
        Created,
    }
}

view! {
    /// A page of the list.
    pub struct ListView {
        /// Credentials in the order asked for.
        pub items: Vec<CredentialView>,
        /// Where to go on.
        pub next: Option<String>,
        /// How many match in all.
        pub total: u32,
    }
}

view! {
    /// How many credentials stand under each type, in one scope.
    pub struct CountsView {
        /// All.
        pub all: u32,
        /// By type id; a credential that serves two types counts under both.
        pub by_type: BTreeMap<String, u32>,
        /// By type id, then by `unreadable`, `disabled`, `not_checked` or the id of the verdict. What has expired, is
        /// dormant or waits for a connection stands under its verdict here; `attention` counts these, too.
        pub by_type_and_status: BTreeMap<String, BTreeMap<String, u32>>,
        /// Rejected, unreadable, ended or about to end: each credential once.
        pub urgent: u32,
    }
}

request! {
    /// Names one credential.
    pub struct CredentialRequest {
        /// Id.
        pub id: String,
    }
}

mod attention;
mod audit;
mod catalogue;
mod change;
mod check_all;
mod consumers;
mod inventory;
mod list_settings;
mod oauth;
mod onboarding;
mod overview;
mod pasted;
mod people;
mod replacement;

pub use attention::*;
pub use audit::*;
pub use catalogue::*;
pub use change::*;
pub use check_all::*;
pub use consumers::*;
pub use inventory::*;
pub use list_settings::*;
pub use oauth::*;
pub use onboarding::*;
pub use overview::*;
pub use pasted::*;
pub use people::*;
pub use replacement::*;
