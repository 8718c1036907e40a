//! Rows of the vault as the rest of the program sees them. No type here can hold an opened secret except
//! [`SecretText`], which neither prints, serialises nor clones.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::consumers::{KeyOwner, ReadyRow, UsedByRow};

macro_rules! id {
    ($(#[$m:meta])* $n:ident) => {
        $(#[$m])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $n(pub Uuid);

        impl $n {
            /// A fresh id in order of time (UUIDv7, RFC 9562).
            pub fn make() -> Self {
                Self(Uuid::now_v7())
            }

            /// Reads the hyphenated form.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $n {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

id!(/// One database and one master key.
    VaultId);
id!(/// An owner of credentials.
    OrganisationId);
id!(/// A person who works with the vault.
    PersonId);
id!(/// A credential.
    CredentialId);
id!(/// Whatever uses credentials.
    ConsumerId);
id!(/// A key of the hierarchy; stands beside every blob that the key sealed.
    KeyId);

/// Whose a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Shared by all organisations.
    System,
    /// One organisation's own.
    Organisation(OrganisationId),
}

/// Text that must not be shown: redacted in `Debug`, wiped on drop, neither serialisable nor cloneable.
///
/// ```
/// let secret = strongroom_vault::SecretText::new("FAKE".to_owned());
/// assert_eq!(format!("{secret:?}"), "SecretText(redacted)");
/// ```
///
/// ```compile_fail,E0277
/// let secret = strongroom_vault::SecretText::new("FAKE".to_owned());
/// let _ = format!("{secret}");
/// ```
///
/// ```compile_fail,E0277
/// let secret = strongroom_vault::SecretText::new("FAKE".to_owned());
/// let _ = serde_json::to_string(&secret);
/// ```
///
/// ```compile_fail,E0599
/// let secret = strongroom_vault::SecretText::new("FAKE".to_owned());
/// let _ = secret.clone();
/// ```
pub struct SecretText(SecretString);

impl SecretText {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// Gives the text to `f`. Every caller says in a comment why it needs the plain text.
    pub fn with<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self.0.expose_secret())
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(redacted)")
    }
}

/// Who does something, for the audit.
#[derive(Clone, Debug)]
pub struct Author {
    /// The person.
    pub person: PersonId,
    /// The name at that time.
    pub name: String,
}

/// What a person is in one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrganisationRole {
    /// Adds, changes and deletes its credentials.
    Admin,
    /// Sees its masked inventory and uses its credentials.
    Member,
}

/// A person.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Id.
    pub id: PersonId,
    /// Name as typed.
    pub name: String,
    /// May do everything.
    pub super_admin: bool,
    /// Made the vault.
    pub owner: bool,
    /// What the person is in which organisation.
    pub roles: BTreeMap<OrganisationId, OrganisationRole>,
}

/// Somebody who acts, with what has to be known for it.
#[derive(Clone, Debug)]
pub struct ActingRow {
    /// The person, without the roles in archived organisations.
    pub person: PersonRow,
    /// The organisations that are not archived; `None` where none is.
    pub open: Option<Vec<OrganisationId>>,
    /// The archived organisations that the person has a role in.
    pub resting: Vec<OrganisationId>,
}

/// Changes to a person; what is `None` stays.
#[derive(Debug, Default)]
pub struct PersonChange {
    /// New name.
    pub name: Option<String>,
    /// May do everything, or no longer.
    pub super_admin: Option<bool>,
    /// Roles in the place of those that the person has.
    pub roles: Option<BTreeMap<OrganisationId, OrganisationRole>>,
}

/// An organisation.
#[derive(Clone, Debug)]
pub struct OrganisationRow {
    /// Id.
    pub id: OrganisationId,
    /// Name as typed.
    pub name: String,
    /// How many credentials it owns.
    pub credentials: u32,
    /// Since when it is put away, RFC 3339 UTC.
    pub archived_at: Option<String>,
    /// Whose keys it uses for AI services.
    pub mode: KeyOwner,
    /// Its completed onboarding.
    pub ready: Option<ReadyRow>,
}

/// What a check showed, as it is stored. `kind` is `VerdictKind::id()` of the providers crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictRow {
    /// The verdict.
    pub kind: String,
    /// What was seen, redacted before it came here.
    pub evidence: String,
    /// What to do next.
    pub next_step: Option<String>,
    /// When, RFC 3339 UTC.
    pub checked_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// What it cost, in words.
    pub cost: String,
    /// Whether it says something of the credential (then it becomes the last known verdict too).
    pub conclusive: bool,
}

/// A verdict to store, and which values it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundVerdict {
    /// The credential.
    pub id: CredentialId,
    /// What its check showed.
    pub verdict: VerdictRow,
    /// The revision at which its values were read; `None` stores the verdict whatever happened since.
    pub at_revision: Option<u32>,
}

/// The last verdict that said something of the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownVerdictRow {
    /// The verdict.
    pub kind: String,
    /// When, RFC 3339 UTC.
    pub checked_at: String,
}

/// What may be known of a sealed field without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFieldRow {
    /// Last four characters of a secret of sixteen or more.
    pub tail: Option<String>,
    /// When it was set, RFC 3339 UTC.
    pub set_at: String,
}

/// A credential without its secrets.
#[derive(Clone, Debug)]
pub struct CredentialRow {
    /// Id.
    pub id: CredentialId,
    /// Owner.
    pub scope: Scope,
    /// Name of the owner, or `system`.
    pub scope_name: String,
    /// Provider id of the catalogue.
    pub provider: String,
    /// Sign-in method.
    pub auth: String,
    /// Main type id.
    pub main_type: String,
    /// All types it serves, the main one first.
    pub types: Vec<String>,
    /// Name.
    pub name: String,
    /// Lookup key.
    pub lookup_key: String,
    /// Category id.
    pub category: String,
    /// Switched on.
    pub enabled: bool,
    /// Default of its provider in its scope.
    pub default: bool,
    /// Plain fields.
    pub plain: BTreeMap<String, String>,
    /// Sealed fields.
    pub sealed: BTreeMap<String, SealedFieldRow>,
    /// The last check.
    pub verdict: Option<VerdictRow>,
    /// The last check that said something.
    pub last_known: Option<KnownVerdictRow>,
    /// Its own end, RFC 3339 UTC.
    pub expires_at: Option<String>,
    /// How many days before that to remind.
    pub reminder_days: u32,
    /// Values beside those in force, while a key is being replaced.
    pub replacement: Option<ReplacementRow>,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// Name of the person.
    pub created_by: String,
    /// RFC 3339 UTC.
    pub updated_at: String,
    /// Last delivery, RFC 3339 UTC.
    pub last_used_at: Option<String>,
    /// Its organisation uses bundled keys.
    pub bundled: bool,
    /// Consumers that it is assigned to, and the programs that it was delivered to last.
    pub used_by: Vec<UsedByRow>,
    /// A sealed field did not open the last time somebody tried.
    pub unreadable: bool,
    /// Counts changes.
    pub revision: u32,
}

/// A credential to store.
#[derive(Debug)]
pub struct NewCredential {
    /// Owner.
    pub scope: Scope,
    /// Provider id.
    pub provider: String,
    /// Sign-in method.
    pub auth: String,
    /// All types it serves, the main one first.
    pub types: Vec<String>,
    /// Name; unique in its scope without regard to case.
    pub name: String,
    /// Lookup key.
    pub lookup_key: String,
    /// Category id.
    pub category: String,
    /// Make it the default of its provider in its scope.
    pub default: bool,
    /// Plain fields.
    pub plain: BTreeMap<String, String>,
    /// Secret fields; sealed before anything is written.
    pub secrets: BTreeMap<String, SecretText>,
    /// A check made before storing.
    pub verdict: Option<VerdictRow>,
    /// Its own end, RFC 3339.
    pub expires_at: Option<String>,
    /// How many days before that to remind.
    pub reminder_days: u32,
}

/// How many days before its end a credential is called to mind where nobody says otherwise.
pub const REMINDER_DAYS: u32 = 30;

/// How far the replacement of a key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacementStage {
    /// The new values wait for the switch; the old ones are in force.
    New,
    /// The new values are in force; the old ones are kept until they are shown dead.
    Old,
}

impl ReplacementStage {
    /// As it is stored.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Old => "old",
        }
    }
}

/// Values beside those in force, without the secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacementRow {
    /// How far it has come.
    pub stage: ReplacementStage,
    /// Tails of the sealed fields.
    pub tails: BTreeMap<String, Option<String>>,
    /// New: the plain fields that change, `None` for one that goes. Old: all plain fields.
    pub plain: BTreeMap<String, Option<String>>,
    /// What the last check of these values showed.
    pub verdict: Option<VerdictRow>,
    /// When they came to stand beside those in force, RFC 3339 UTC.
    pub started_at: String,
    /// Name of the person.
    pub started_by: String,
    /// The revision of the values in force when these came to stand beside them.
    pub values_revision: u32,
    /// Counts changes.
    pub revision: u32,
}

/// New values to be kept beside those in force.
#[derive(Debug)]
pub struct NewReplacement {
    /// Refuse with [`crate::VaultError::Conflict`] when somebody changed the credential after this revision.
    pub expected_revision: Option<u32>,
    /// Plain fields that change, `None` for one that goes.
    pub plain: BTreeMap<String, Option<String>>,
    /// Secret fields that change.
    pub secrets: BTreeMap<String, SecretText>,
    /// A check of the values as they would be.
    pub verdict: Option<VerdictRow>,
    /// In the place of other new ones that wait, which are destroyed.
    pub again: bool,
}

/// The end that a credential gets with a new key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEnd {
    /// RFC 3339; `None` for no end.
    pub expires_at: Option<String>,
    /// How many days before that to remind; kept where `None`.
    pub reminder_days: Option<u32>,
}

/// What an edit does to a sealed field. There is no way to say "store the mask".
#[derive(Debug)]
pub enum SecretChange {
    /// Leave the stored value.
    Keep,
    /// Seal this instead; the old value is destroyed.
    Replace(SecretText),
    /// Remove it.
    Clear,
}

/// Changes to a credential; what is `None` or not named stays.
#[derive(Debug, Default)]
pub struct CredentialChange {
    /// Refuse with [`crate::VaultError::Conflict`] when somebody changed the credential after this revision. Verdicts
    /// and deliveries count revisions, too, and do not conflict.
    pub expected_revision: Option<u32>,
    /// New name.
    pub name: Option<String>,
    /// New lookup key.
    pub lookup_key: Option<String>,
    /// New category id.
    pub category: Option<String>,
    /// Make it the default, or no longer.
    pub default: Option<bool>,
    /// Its own end, RFC 3339 (`Some(Some)`), or that it has none (`Some(None)`).
    pub expires_at: Option<Option<String>>,
    /// How many days before that to remind.
    pub reminder_days: Option<u32>,
    /// Plain fields to set (`Some`) or remove (`None`).
    pub plain: BTreeMap<String, Option<String>>,
    /// Sealed fields to change.
    pub secrets: BTreeMap<String, SecretChange>,
    /// The verdict of a check made with the new values.
    pub verdict: Option<VerdictRow>,
    /// Forget verdict and last known verdict, because the values they spoke of are gone.
    pub forget_verdict: bool,
}

/// The sealed field of an access token that a connection over OAuth brought.
pub const ACCESS_TOKEN: &str = "access_token";
/// The sealed field of a refresh token.
pub const REFRESH_TOKEN: &str = "refresh_token";

/// Tokens as a provider has just given them.
#[derive(Debug)]
pub struct NewTokens {
    /// The access token.
    pub access: SecretText,
    /// A refresh token, where one came.
    pub refresh: Option<SecretText>,
    /// When the access token ends, RFC 3339 UTC, where the provider said it.
    pub expires_at: Option<String>,
}

/// The answer to "may I renew the access token".
#[derive(Debug)]
pub enum Renewal {
    /// It is good for a while yet, or there is no refresh token.
    NotDue(Box<CredentialRow>),
    /// Another process is renewing it right now.
    Busy,
    /// Go ahead, with the values as they are stored.
    Granted {
        /// The credential.
        row: Box<CredentialRow>,
        /// Its opened secrets.
        secrets: BTreeMap<String, SecretText>,
    },
}
