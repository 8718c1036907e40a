//! What the front ends are told and what they may ask: one request struct per use case, and views without secrets.
//!
//! The command line prints these as JSON (the contract in `docs/command-line.md`); the page gets its TypeScript types
//! from them. No view has a place for a secret value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_providers::{Category, FieldKind, ProviderType, Shelf, VerdictKind};

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

// ---------------------------------------------------------------- catalogue

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
        /// By type id, then by `disabled`, `not_checked` or the id of the verdict.
        pub by_type_and_status: BTreeMap<String, BTreeMap<String, u32>>,
    }
}

request! {
    /// Names one credential.
    pub struct CredentialRequest {
        /// Id.
        pub id: String,
    }
}

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
    /// Something that stops working with a deletion.
    pub struct ImpactView {
        /// Kind of consumer.
        pub kind: String,
        /// Its name.
        pub name: String,
        /// What happens to it.
        pub effect: String,
    }
}

view! {
    /// What a deletion would do, or did.
    pub struct DeleteView {
        /// The credential's id.
        pub deleted: String,
        /// Something uses it, so its exact name is asked for.
        pub in_use: bool,
        /// What stops working.
        pub impact: Vec<ImpactView>,
    }
}

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

// ---------------------------------------------------------------- the rest

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
        /// By verdict or state; those with none are left out.
        pub by_status: BTreeMap<String, u32>,
        /// The newest check, RFC 3339 UTC.
        pub last_check_at: Option<String>,
        /// When the recovery kit was made, RFC 3339 UTC.
        pub recovery_kit_made_at: Option<String>,
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

mod attention;
mod inventory;
mod list_settings;
mod oauth;
mod pasted;
mod people;
mod replacement;

pub use attention::*;
pub use inventory::*;
pub use list_settings::*;
pub use oauth::*;
pub use pasted::*;
pub use people::*;
pub use replacement::*;
