//! What the catalogue knows of a provider: the types behind each data file.
//!
//! The same values drive the form, the validation, the command line, the documentation table and the tests.

use serde::{Deserialize, Serialize};

/// What a provider does. Decides the tab a credential stands under and who may own it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ProviderType {
    /// Language model.
    Llm,
    /// Text embeddings.
    Embeddings,
    /// Speech to text.
    Stt,
    /// Text to speech.
    Tts,
    /// Text messages and telephony.
    Sms,
    /// Customer relations.
    Crm,
    /// Calendars.
    Calendar,
    /// Support tickets.
    Ticketing,
    /// Payments.
    Payment,
    /// Sign-in and identity.
    Identity,
    /// Incoming webhooks of chat services.
    Webhook,
    /// Outgoing mail.
    Email,
    /// Anything else.
    General,
}

/// Where a provider stands when providers are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Among the common templates, which stand first.
    Common,
    /// Among the forms for what no provider's own form fits.
    Generic,
    /// With the others of its type.
    #[default]
    Type,
}

impl ProviderType {
    /// Every type, in the order of the tabs.
    pub const ALL: [Self; 13] = [
        Self::Llm,
        Self::Embeddings,
        Self::Stt,
        Self::Tts,
        Self::Sms,
        Self::Crm,
        Self::Calendar,
        Self::Ticketing,
        Self::Payment,
        Self::Identity,
        Self::Webhook,
        Self::Email,
        Self::General,
    ];

    /// AI services may be owned by the whole system; the other types always belong to an organisation.
    pub fn is_ai_service(self) -> bool {
        matches!(self, Self::Llm | Self::Embeddings | Self::Stt | Self::Tts)
    }

    /// The name in data files, in the database and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Embeddings => "embeddings",
            Self::Stt => "stt",
            Self::Tts => "tts",
            Self::Sms => "sms",
            Self::Crm => "crm",
            Self::Calendar => "calendar",
            Self::Ticketing => "ticketing",
            Self::Payment => "payment",
            Self::Identity => "identity",
            Self::Webhook => "webhook",
            Self::Email => "email",
            Self::General => "general",
        }
    }

    /// What it is for, as the end of “a credential for …”; empty for anything else.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Llm => "a language model",
            Self::Embeddings => "embeddings",
            Self::Stt => "speech to text",
            Self::Tts => "text to speech",
            Self::Sms => "text messages and telephony",
            Self::Crm => "customer relations",
            Self::Calendar => "calendars",
            Self::Ticketing => "support tickets",
            Self::Payment => "payments",
            Self::Identity => "sign-in and identity",
            Self::Webhook => "webhooks",
            Self::Email => "mail",
            Self::General => "",
        }
    }

    /// The type with that [`id`](Self::id).
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.id() == id)
    }
}

/// How a credential is filed in the inventory. Seeds: "Add a Credential", step 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// AI services.
    LlmProvider,
    /// Services reached through tools.
    McpService,
    /// What a runtime needs to work.
    Runtime,
    /// Messages, mail, telephony.
    Communication,
    /// The rest.
    Custom,
}

impl Category {
    /// The name in data files, in the database and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::LlmProvider => "llm_provider",
            Self::McpService => "mcp_service",
            Self::Runtime => "runtime",
            Self::Communication => "communication",
            Self::Custom => "custom",
        }
    }

    /// The category with that [`id`](Self::id).
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::LlmProvider, Self::McpService, Self::Runtime, Self::Communication, Self::Custom]
            .into_iter()
            .find(|c| c.id() == id)
    }
}

/// One provider of the catalogue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable kebab-case name (`azure-openai`).
    pub id: String,
    /// The provider's own spelling of its name.
    pub name: String,
    /// What it does; the first is the main one.
    pub types: Vec<ProviderType>,
    /// How its credentials are filed unless the admin says otherwise.
    pub category: Category,
    /// Two letters for the small mark beside the name.
    pub mark: String,
    /// Lookup key offered for a new credential (`OPENAI_API_KEY`).
    pub lookup_key: String,
    /// The first credential of an owner becomes the default without being asked to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_is_default: bool,
    /// The plain field that names the model, where each credential stands for one (a deployment).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_field: Option<String>,
    /// A name that shows how to name such a credential ("Azure GPT-4o (India)").
    pub name_example: String,
    /// Where it stands when providers are offered.
    #[serde(default)]
    pub shelf: Shelf,
    /// Where the key is found at the provider.
    pub find: WhereToFind,
    /// What is good to know before saving: short sentences.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Ways to sign in; exactly one is recommended.
    pub auth: Vec<AuthVariant>,
    /// How a pasted value is recognised as this provider's.
    #[serde(default)]
    pub detect: Vec<Recognition>,
    /// The check, or why there is none.
    pub check: Check,
    /// How its credentials connect over OAuth, where they do.
    #[serde(default)]
    pub oauth: Option<crate::oauth::Oauth>,
    /// The reference section that this file was built from ("llm.md section 1").
    pub reference: String,
}

impl Provider {
    /// The sign-in method with that id, or the recommended one where none is named.
    pub fn variant(&self, id: Option<&str>) -> Option<&AuthVariant> {
        match id {
            Some(id) => self.auth.iter().find(|a| a.id == id),
            None => self.auth.iter().find(|a| a.recommended).or_else(|| self.auth.first()),
        }
    }
}

/// A form of value by which a pasted key is recognised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// Regular expression for the whole value.
    pub pattern: String,
    /// Sign-in method that the value belongs to; the recommended one where absent.
    #[serde(default)]
    pub auth: Option<String>,
    /// Field that the value belongs to.
    pub field: String,
    /// How much the form proves.
    pub certainty: Certainty,
    /// Live or test, where the form says so.
    #[serde(default)]
    pub mode: Option<KeyMode>,
    /// What was recognised, in words: "starts with sk-ant-api03-".
    pub because: String,
}

/// How much the form of a value proves. The order is from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Documented, and nobody else is known to issue values of this form.
    Certain,
    /// The usual form of this provider, which others could issue too.
    Likely,
    /// Only length and alphabet fit.
    Possible,
}

/// Which system of the provider a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum KeyMode {
    /// Acts on real data and money.
    Live,
    /// A test or sandbox key.
    Test,
}

/// Where an admin finds the key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhereToFind {
    /// The way through the provider's pages.
    pub text: String,
    /// The page itself, `https` only.
    #[serde(default)]
    pub url: Option<String>,
}

/// One way to sign in with its own fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthVariant {
    /// Kebab-case name (`api-key`).
    pub id: String,
    /// Label on the form.
    pub label: String,
    /// The one to choose when nothing speaks against it.
    #[serde(default)]
    pub recommended: bool,
    /// Fields in the order of the form.
    pub fields: Vec<FieldSpec>,
    /// Lookup key offered for this method in place of the provider's.
    #[serde(default)]
    pub lookup_key: Option<String>,
    /// At least one field of each of these sets must be filled ("endpoint or instance name").
    #[serde(default)]
    pub any_of: Vec<Vec<String>>,
    /// Checked by signing in to a mail server whatever the others are checked by: the template of the server's host,
    /// used where the `host` field is empty ("email-smtp.{region}.amazonaws.com").
    #[serde(default)]
    pub mail_host: Option<String>,
}

impl AuthVariant {
    /// How credentials of this sign-in method are checked.
    pub fn check_kind(&self, check: &Check) -> crate::check::special::CheckKind {
        if self.mail_host.is_some() { crate::check::special::CheckKind::Smtp } else { check.kind }
    }

    /// The field with that id.
    pub fn field(&self, id: &str) -> Option<&FieldSpec> {
        self.fields.iter().find(|f| f.id == id)
    }
}

/// How a field is edited and validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    #[default]
    Text,
    /// An address with scheme and host.
    Url,
    /// One of the choices.
    Choice,
    /// A telephone number in E.164.
    Phone,
    /// Several lines (keys, certificates).
    Multiline,
    /// A JSON document.
    Json,
}

/// One field of a sign-in method.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Snake-case name (`account_sid`).
    pub id: String,
    /// Label on the form, in the provider's words.
    pub label: String,
    /// Sealed and never shown again.
    #[serde(default)]
    pub secret: bool,
    /// Must be filled.
    #[serde(default)]
    pub required: bool,
    /// Comes from a connection over OAuth; the form does not ask for it.
    #[serde(default)]
    pub obtained: bool,
    /// How it is edited.
    #[serde(default)]
    pub kind: FieldKind,
    /// Used when left empty.
    #[serde(default)]
    pub default: Option<String>,
    /// For [`FieldKind::Choice`].
    #[serde(default)]
    pub choices: Vec<FieldChoice>,
    /// What a value usually looks like.
    #[serde(default)]
    pub format: Option<FieldFormat>,
    /// Names under which `run` hands it to a program; the first is the usual one.
    #[serde(default)]
    pub env: Vec<String>,
    /// One line under the field.
    #[serde(default)]
    pub help: Option<String>,
    /// Only for [`FieldKind::Url`]: the choice field whose value `yes` lets an admin use plain `http` to a server of
    /// their own. Without it only `https` is taken, and `http` to loopback.
    #[serde(default)]
    pub http_allowed_by: Option<String>,
    /// Only for [`FieldKind::Url`]: `wss://` and `ws://` are taken too, and asked as `https` and `http`.
    #[serde(default)]
    pub websocket: bool,
    /// Only for [`FieldKind::Json`]: members at the top that must be there.
    #[serde(default)]
    pub needs_members: Vec<String>,
    /// Only for [`FieldKind::Json`]: members at the top of a secret document that may be shown and stand in addresses.
    #[serde(default)]
    pub public_members: Vec<String>,
}

impl FieldSpec {
    /// Whether a member of this JSON field may be shown although the document is secret.
    pub fn is_public_member(&self, name: &str) -> bool {
        self.public_members.iter().any(|known| known == name)
    }
}

/// One value that a choice field may take.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldChoice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Variables that `run` sets for this choice in place of the field's own names.
    #[serde(default)]
    pub env: Option<std::collections::BTreeMap<String, String>>,
}

/// What a value usually looks like. Providers change formats silently, so a mismatch warns and never refuses,
/// except where it proves that the value belongs to another field ([`FieldFormat::not`]).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldFormat {
    /// Regular expression for the whole value; a mismatch is a warning.
    pub pattern: String,
    /// In words: "starts with sk-ant-".
    pub hint: String,
    /// Values that certainly belong elsewhere; a match is an error.
    #[serde(default)]
    pub not: Vec<FieldConfusion>,
}

/// A value that is known to belong to another field or another provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldConfusion {
    /// Regular expression for the whole value.
    pub pattern: String,
    /// What it is and what belongs here instead.
    pub message: String,
    /// Refuse (true) or only warn (false).
    #[serde(default)]
    pub refuse: bool,
}

/// The check of a provider, as far as people read it. The requests and rules stand in [`crate::check`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// How it is done: by the steps below, or by a check of its own that no request template can say.
    #[serde(default)]
    pub kind: crate::check::special::CheckKind,
    /// What it does, in one or two sentences.
    pub does: String,
    /// What it costs ("free"; "bills about one token").
    pub cost: String,
    /// What a good answer proves, and what it does not.
    pub proves: String,
    /// Why nothing can prove the credential; then there are no steps.
    #[serde(default)]
    pub uncheckable: Option<String>,
    /// Where the requests go: the first whose fields are filled and whose condition holds. A filled `base_url` field
    /// always goes before them.
    #[serde(default)]
    pub base: Vec<crate::check::rules::Base>,
    /// Expression for base URLs that do not serve the check's requests (Deepgram's regional hosts); the check then goes
    /// to `base` as if none were given.
    #[serde(default)]
    pub base_url_not_for_check: Option<String>,
    /// Rules on the values alone, read before anything is sent.
    #[serde(default)]
    pub before: Vec<crate::check::rules::Rule>,
    /// The verdict for an HTML page with 401, 403 or 451 that no rule names: `blocked` where the reference says that an
    /// edge proxy stands before the service, otherwise `unknown`.
    #[serde(default = "unknown")]
    pub refusal_page: VerdictKind,
    /// Requests in order, with the rules that read their answers.
    #[serde(default)]
    pub steps: Vec<crate::check::rules::Step>,
}

fn unknown() -> VerdictKind {
    VerdictKind::Unknown
}

/// What a check showed. See `product.md`, Verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// The provider accepted it and the expected answer came.
    Works,
    /// Accepted, but it lacks a permission that the check asked for.
    Limited,
    /// Accepted; balance or quota is used up.
    NoCredit,
    /// The credential is right; the account is closed, suspended or flagged.
    Suspended,
    /// The provider says it is wrong, revoked or expired.
    Rejected,
    /// URL, region, deployment or account is wrong; the key was not judged.
    Misconfigured,
    /// Firewall, address list or country refused; the key was not judged.
    Blocked,
    /// No network, time-out, 5xx, throttled, or an answer that nobody expected.
    Unknown,
    /// Nothing harmless can prove it.
    Uncheckable,
}

impl VerdictKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Works,
        Self::Limited,
        Self::NoCredit,
        Self::Suspended,
        Self::Rejected,
        Self::Misconfigured,
        Self::Blocked,
        Self::Unknown,
        Self::Uncheckable,
    ];

    /// The name in the database and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Limited => "limited",
            Self::NoCredit => "no_credit",
            Self::Suspended => "suspended",
            Self::Rejected => "rejected",
            Self::Misconfigured => "misconfigured",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
            Self::Uncheckable => "uncheckable",
        }
    }

    /// The kind with that [`id`](Self::id).
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }

    /// Whether it says something of the credential itself. `unknown` and `blocked` leave the last known verdict standing.
    pub fn is_conclusive(self) -> bool {
        !matches!(self, Self::Unknown | Self::Blocked)
    }
}
