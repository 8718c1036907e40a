//! Consumers, onboarding and global launch as the rest of the program sees them.

use crate::model::{ConsumerId, CredentialId, OrganisationId, Scope};

/// Type id of what global launch stops.
pub const TELEPHONY: &str = "sms";

/// Whose keys an organisation uses for AI services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyOwner {
    /// Its own.
    #[default]
    Organisation,
    /// The system-wide ones; its own are kept and dormant.
    System,
}

impl KeyOwner {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Organisation => "byok",
            Self::System => "bundled",
        }
    }

    pub(crate) fn from_id(id: &str) -> Self {
        if id == "bundled" { Self::System } else { Self::Organisation }
    }
}

/// A completed onboarding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyRow {
    /// Id of the readiness kit.
    pub kit: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Name of the person.
    pub by: String,
}

/// A use of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedByRow {
    /// Kind of the consumer, or `program`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The place that the credential takes; for a program, its lookup key.
    pub slot: String,
}

/// A credential that was deleted, as far as it is still known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedRow {
    /// Id.
    pub id: CredentialId,
    /// Owner.
    pub scope: Scope,
    /// Name and provider id, where the audit still has its deletion.
    pub last: Option<(String, String)>,
}

/// A program that a credential was delivered to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredRow {
    /// The program's name.
    pub program: String,
    /// When it last was, RFC 3339 UTC.
    pub last_at: String,
    /// The consumer that it was for then, as far as the newest entries of the audit tell.
    pub consumer: Option<ConsumerId>,
}

/// Whatever uses credentials.
#[derive(Clone, Debug)]
pub struct ConsumerRow {
    /// Id.
    pub id: ConsumerId,
    /// Owner.
    pub organisation: OrganisationId,
    /// Name of the owner.
    pub organisation_name: String,
    /// Kind id.
    pub kind: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub note: String,
    /// What it uses, in order.
    pub assignments: Vec<AssignmentRow>,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// Name of the person.
    pub created_by: String,
    /// RFC 3339 UTC.
    pub updated_at: String,
    /// Last delivery, RFC 3339 UTC.
    pub last_used_at: Option<String>,
    /// Counts changes.
    pub revision: u32,
}

/// What a consumer is called by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerName {
    /// Id.
    pub id: ConsumerId,
    /// Owner.
    pub organisation: OrganisationId,
    /// Kind id.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// What a consumer uses of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRow {
    /// The place that it takes.
    pub slot: String,
    /// Provider id.
    pub provider: String,
    /// The credential; what the rule comes to where `None`.
    pub credential: Option<CredentialId>,
    /// The model, where one is chosen.
    pub model: Option<String>,
}

/// A consumer to store.
#[derive(Debug)]
pub struct NewConsumer {
    /// Owner.
    pub organisation: OrganisationId,
    /// Kind id.
    pub kind: String,
    /// Name; unique among its kind in its organisation without regard to case.
    pub name: String,
    /// What it is for.
    pub note: String,
    /// What it uses, in order.
    pub assignments: Vec<AssignmentRow>,
}

/// Changes to a consumer; what is `None` stays.
#[derive(Debug, Default)]
pub struct ConsumerChange {
    /// Refuse with [`crate::VaultError::Conflict`] when somebody changed it after this revision.
    pub expected_revision: Option<u32>,
    /// New name.
    pub name: Option<String>,
    /// New note.
    pub note: Option<String>,
    /// All that it uses from now on, in order.
    pub assignments: Option<Vec<AssignmentRow>>,
}

/// Which consumers to list. What is `None` narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct ConsumerQuery {
    /// Only of these organisations; `system` has none. `None` for every one that is not archived.
    pub scopes: Option<Vec<Scope>>,
    /// Only this kind id.
    pub kind: Option<String>,
    /// Words in name or note; all must occur, without regard to case.
    pub search: Option<String>,
    /// Page size.
    pub limit: u32,
    /// Go on after this cursor of an earlier page.
    pub after: Option<String>,
}

/// A page of consumers.
#[derive(Clone, Debug)]
pub struct ConsumerPage {
    /// The rows by name.
    pub items: Vec<ConsumerRow>,
    /// Where to go on.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

/// A stop of all telephony deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopRow {
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Name of the person.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A process, told from later ones of the same number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessMark {
    /// Process id.
    pub id: u32,
    /// When it was started, in a form that is only compared.
    pub started: String,
}

/// A process that got credentials and may still run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningRow {
    /// The process.
    pub process: ProcessMark,
    /// When it got them, RFC 3339 UTC.
    pub at: String,
    /// Name of the person who started it.
    pub person: String,
    /// The program's name.
    pub program: String,
    /// Name of the consumer that it was started for.
    pub consumer: Option<String>,
    /// The credentials.
    pub credentials: Vec<CredentialId>,
}
