//! Consumers, what they use, and which credential that comes to.

use serde::{Deserialize, Serialize};
use strongroom_providers::ProviderType;

use super::{CredentialState, VerdictView};

view! {
    /// What uses credentials.
    #[derive(Hash, PartialOrd, Ord)]
    pub enum ConsumerKind {
        /// An agent: language model, voice and audio, functions.
        Agent,
        /// A language model as others refer to it.
        LlmConfiguration,
        /// A skill.
        Skill,
        /// The definition of a tool.
        ToolDefinition,
        /// Where programs of the organisation run.
        Runtime,
        /// Where alerts go.
        AlertSink,
        /// Who carries the calls of surveys.
        SurveyPhoneProvider,
        /// The connection with a system for customer relations.
        CrmIntegration,
    }
}

view! {
    /// A kind of consumer with the places that credentials take in it.
    pub struct ConsumerKindView {
        /// Kind.
        pub kind: ConsumerKind,
        /// Its places, in the order of the form.
        pub slots: Vec<SlotView>,
    }
}

view! {
    /// A place that credentials take in a consumer.
    pub struct SlotView {
        /// The id of its type, or `any`; what stands as `as` in a credential's uses.
        pub id: String,
        /// The only type that fits; every type where null.
        pub r#type: Option<ProviderType>,
        /// Whether it takes several.
        pub several: bool,
    }
}

view! {
    /// A consumer.
    pub struct ConsumerView {
        /// Id.
        pub id: String,
        /// Kind.
        pub kind: ConsumerKind,
        /// Name, unique among its kind in its organisation.
        pub name: String,
        /// What it is for, in free words.
        pub note: String,
        /// Id of its organisation.
        pub organisation: String,
        /// Name of its organisation.
        pub scope: String,
        /// What it uses, in the order of its places.
        pub uses: Vec<UseView>,
        /// The command that runs a program with its credentials.
        pub command: String,
        /// Names of the environment variables that the program gets, as things stand.
        pub variables: Vec<String>,
        /// RFC 3339 UTC.
        pub created_at: String,
        /// Name of the person.
        pub created_by: String,
        /// RFC 3339 UTC.
        pub updated_at: String,
        /// The last delivery to it, RFC 3339 UTC.
        pub last_used_at: Option<String>,
        /// Counts changes; an edit names the revision that it started from.
        pub revision: u32,
    }
}

view! {
    /// Something that a consumer uses.
    pub struct UseView {
        /// The place that it takes.
        pub slot: String,
        /// Provider id.
        pub provider: String,
        /// Provider name.
        pub provider_name: String,
        /// Two letters for the small mark.
        pub mark: String,
        /// Id of the credential that is assigned; by the rule where null.
        pub credential: Option<String>,
        /// Name of the credential that is assigned.
        pub credential_name: Option<String>,
        /// The model, where one is chosen.
        pub model: Option<String>,
        /// Which credential it comes to, now.
        pub resolution: ResolutionView,
    }
}

view! {
    /// Which credential a consumer gets of a provider, by which rule, and why not each of the others.
    pub struct ResolutionView {
        /// Id of the credential that would be used; null where none would.
        pub credential: Option<String>,
        /// Its name.
        pub name: Option<String>,
        /// The rule that chose it.
        pub rule: Option<ResolutionRule>,
        /// Why nothing is used, as a sentence; null where something is.
        pub reason: Option<String>,
        /// What to do about that, or about the assigned one that is not used.
        pub hint: Option<String>,
        /// Something is used, and it is not the credential that is assigned: why, as a sentence.
        pub instead: Option<String>,
        /// Every credential of the provider that the organisation could use, the chosen one first.
        pub candidates: Vec<ConsideredView>,
    }
}

view! {
    /// The rules, in the order in which they are asked.
    pub enum ResolutionRule {
        /// It is assigned to the consumer.
        Assigned,
        /// It is the default of the provider.
        Default,
        /// It is the only one that can be used.
        Only,
    }
}

view! {
    /// A credential that is looked at, and what became of it.
    pub struct ConsideredView {
        /// Id.
        pub id: String,
        /// Name.
        pub name: String,
        /// `system` or the organisation's name.
        pub scope: String,
        /// Lookup key.
        pub key: String,
        /// The last characters of its first secret.
        pub tail: Option<String>,
        /// Default of its provider in its scope.
        pub default: bool,
        /// Our own state.
        pub state: CredentialState,
        /// What its last check showed.
        pub verdict: Option<VerdictView>,
        /// It is the one that is used.
        pub used: bool,
        /// Why it cannot be used, or is not.
        pub why_not: Option<WhyNot>,
        /// The same as a sentence; for the chosen one, why it is.
        pub why: String,
    }
}

view! {
    /// Why a credential is not used.
    pub enum WhyNot {
        /// It is switched off.
        Disabled,
        /// The organisation uses bundled keys, and this one is its own.
        Dormant,
        /// The organisation brings its own keys, and this one is system-wide.
        NotOwn,
        /// Its own date has passed.
        Expired,
        /// The provider refused it.
        Rejected,
        /// Global launch is stopped, and this one is for telephony.
        Stopped,
        /// Its sealed value does not open.
        Unreadable,
        /// Its account was never connected.
        Unconnected,
        /// The organisation is archived, so nothing is used on its behalf.
        Archived,
        /// It could be used; another goes before it, or several could be meant.
        NotChosen,
    }
}

request! {
    /// A page of consumers.
    #[derive(Clone, Default)]
    pub struct ConsumerListRequest {
        /// An organisation's id or name, or null for all that the actor may see.
        #[serde(default)]
        pub scope: Option<String>,
        /// Only this kind.
        #[serde(default)]
        pub kind: Option<ConsumerKind>,
        /// Words in the name or the note.
        #[serde(default)]
        pub search: Option<String>,
        /// At most this many (default 100, at most 1000).
        #[serde(default)]
        pub limit: Option<u32>,
        /// Go on after this cursor.
        #[serde(default)]
        pub after: Option<String>,
    }
}

view! {
    /// A page of consumers, by name.
    pub struct ConsumerListView {
        /// Consumers.
        pub items: Vec<ConsumerView>,
        /// Where to go on.
        pub next: Option<String>,
        /// How many match in all.
        pub total: u32,
    }
}

request! {
    /// Names one consumer.
    pub struct ConsumerRequest {
        /// Id.
        pub id: String,
    }
}

request! {
    /// Something that a consumer is to use.
    #[derive(Clone, PartialEq, Eq)]
    pub struct UseRequest {
        /// The place that it takes.
        pub slot: String,
        /// Provider id.
        pub provider: String,
        /// Id of a credential to assign, or null for the rule.
        #[serde(default)]
        pub credential: Option<String>,
        /// A model, or null.
        #[serde(default)]
        pub model: Option<String>,
    }
}

request! {
    /// A new consumer.
    pub struct ConsumerAddRequest {
        /// Kind; cannot be changed later.
        pub kind: ConsumerKind,
        /// Name.
        pub name: String,
        /// What it is for.
        #[serde(default)]
        pub note: String,
        /// Id or name of the organisation.
        pub organisation: String,
        /// What it uses.
        #[serde(default)]
        pub uses: Vec<UseRequest>,
    }
}

request! {
    /// Changes to a consumer; what is null stays.
    pub struct ConsumerEditRequest {
        /// Id.
        pub id: String,
        /// Refuse when somebody changed it after this revision.
        #[serde(default)]
        pub revision: Option<u32>,
        /// New name.
        #[serde(default)]
        pub name: Option<String>,
        /// New note.
        #[serde(default)]
        pub note: Option<String>,
        /// All that it uses from now on.
        #[serde(default)]
        pub uses: Option<Vec<UseRequest>>,
    }
}

request! {
    /// What can be chosen in a place.
    pub struct ConsumerOptionsRequest {
        /// Id or name of the organisation.
        pub organisation: String,
        /// The place.
        pub slot: String,
    }
}

view! {
    /// What can be chosen in a place.
    pub struct ConsumerOptionsView {
        /// Providers with a credential that can be used, by name.
        pub providers: Vec<ProviderOptionView>,
        /// Providers whose credentials all cannot be used, by name; `by_rule` says why.
        pub unusable: Vec<ProviderOptionView>,
        /// Why there are none, where there are none.
        pub empty: Option<NothingToChooseView>,
    }
}

view! {
    /// A provider that can be chosen.
    pub struct ProviderOptionView {
        /// Provider id.
        pub provider: String,
        /// Provider name.
        pub provider_name: String,
        /// Two letters for the small mark.
        pub mark: String,
        /// The models, where its credentials name one each (a deployment): choosing one is choosing the credential.
        pub models: Vec<ModelOptionView>,
        /// What the rule comes to without an assignment, with every credential and why not.
        pub by_rule: ResolutionView,
    }
}

view! {
    /// A model that stands for a credential.
    pub struct ModelOptionView {
        /// The model, as the credential names it.
        pub model: String,
        /// Id of the credential.
        pub credential: String,
        /// Its name.
        pub name: String,
    }
}

view! {
    /// Why there is nothing to choose, and what helps.
    pub struct NothingToChooseView {
        /// As a sentence.
        pub reason: String,
        /// What helps.
        pub fix: Fix,
        /// What helps, as a sentence.
        pub hint: String,
    }
}

view! {
    /// What makes a credential usable.
    pub enum Fix {
        /// Add one to the organisation.
        AddCredential,
        /// Add a system-wide one; only a super admin can.
        AddSystemWide,
        /// Look at whose keys the organisation uses: the keys are system-wide, and this person adds none of those.
        OpenOnboarding,
        /// Look at those that there are: enable, replace, check or connect one.
        LookAtCredentials,
        /// Resume global launch.
        ResumeLaunch,
    }
}

request! {
    /// Which credential is used, and why not each of the others.
    pub struct ExplainRequest {
        /// Id of the consumer; the rule without an assignment where null.
        #[serde(default)]
        pub consumer: Option<String>,
        /// Id or name of the organisation, where no consumer is named.
        #[serde(default)]
        pub organisation: Option<String>,
        /// Provider id.
        pub provider: String,
        /// The place, where the consumer uses the provider in several.
        #[serde(default)]
        pub slot: Option<String>,
    }
}
