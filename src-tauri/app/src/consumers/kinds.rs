//! Kinds of consumers, and the places that credentials take in each.

use strongroom_providers::ProviderType;

use crate::views::{ConsumerKind, ConsumerKindView, SlotView};

/// The place that takes credentials of every type.
pub(crate) const ANY: &str = "any";

impl ConsumerKind {
    /// Every kind, in the order of lists.
    pub const ALL: [Self; 8] = [
        Self::Agent,
        Self::LlmConfiguration,
        Self::Skill,
        Self::ToolDefinition,
        Self::Runtime,
        Self::AlertSink,
        Self::SurveyPhoneProvider,
        Self::CrmIntegration,
    ];

    /// The name in the database and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::LlmConfiguration => "llm_configuration",
            Self::Skill => "skill",
            Self::ToolDefinition => "tool_definition",
            Self::Runtime => "runtime",
            Self::AlertSink => "alert_sink",
            Self::SurveyPhoneProvider => "survey_phone_provider",
            Self::CrmIntegration => "crm_integration",
        }
    }

    /// The kind with that [`id`](Self::id); hyphens are as good as underscores.
    pub fn from_id(id: &str) -> Option<Self> {
        let id = id.replace('-', "_");
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// One and several of them, for people.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Agent => ("agent", "agents"),
            Self::LlmConfiguration => ("LLM configuration", "LLM configurations"),
            Self::Skill => ("skill", "skills"),
            Self::ToolDefinition => ("tool definition", "tool definitions"),
            Self::Runtime => ("runtime", "runtimes"),
            Self::AlertSink => ("alert sink", "alert sinks"),
            Self::SurveyPhoneProvider => ("survey phone provider", "survey phone providers"),
            Self::CrmIntegration => ("CRM integration", "CRM integrations"),
        }
    }

    /// What becomes of it when a credential that is assigned to it is deleted: in the singular, and in counts.
    pub(crate) fn loses(self) -> &'static str {
        match self {
            Self::Agent | Self::LlmConfiguration => "unlinked",
            Self::Skill | Self::ToolDefinition | Self::Runtime => "updated",
            Self::AlertSink => "silenced",
            Self::SurveyPhoneProvider | Self::CrmIntegration => "disconnected",
        }
    }

    /// After the deletion of an assigned credential it goes on using the provider, by the rule.
    pub(crate) fn falls_back(self) -> bool {
        matches!(self, Self::Agent | Self::LlmConfiguration)
    }

    /// Its places, in the order of its form.
    pub(crate) fn slots(self) -> Vec<SlotView> {
        use ProviderType::{
            Calendar, Crm, Email, Embeddings, Identity, Llm, Payment, Sms, Stt, Ticketing, Tts, Webhook,
        };
        let (one, several): (&[ProviderType], &[ProviderType]) = match self {
            Self::Agent => (&[Llm, Stt, Tts], &[Sms, Crm, Calendar, Ticketing, Payment, Identity]),
            Self::LlmConfiguration => (&[Llm, Embeddings], &[]),
            Self::AlertSink => (&[Webhook, Email], &[]),
            Self::SurveyPhoneProvider => (&[Sms], &[]),
            Self::CrmIntegration => (&[Crm], &[]),
            Self::Skill | Self::ToolDefinition | Self::Runtime => {
                return vec![SlotView { id: ANY.into(), r#type: None, several: true }];
            }
        };
        let slot = |several| move |kind: &ProviderType| SlotView { id: kind.id().into(), r#type: Some(*kind), several };
        one.iter().map(slot(false)).chain(several.iter().map(slot(true))).collect()
    }
}

/// Every kind with its places.
pub(crate) fn kinds() -> Vec<ConsumerKindView> {
    ConsumerKind::ALL.into_iter().map(|kind| ConsumerKindView { kind, slots: kind.slots() }).collect()
}

/// The type that fits a place; `None` inside for every type.
pub(crate) fn slot_type(slot: &str) -> Option<Option<ProviderType>> {
    if slot == ANY { Some(None) } else { ProviderType::from_id(slot).map(Some) }
}
