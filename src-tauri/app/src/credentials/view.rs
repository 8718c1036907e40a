//! Rows of the vault as views.

use strongroom_providers::{Category, ProviderType, VerdictKind};
use strongroom_vault::{CredentialRow, KnownVerdictRow, ReplacementRow, ReplacementStage, Scope, VerdictRow};

use crate::resolution::is_dormant;
use crate::strongroom::Strongroom;
use crate::times;
use crate::views::{
    CredentialState, CredentialView, KnownVerdictView, ReplacementStageView, ReplacementView, SecretView, UsedByView,
    VerdictView,
};

impl Strongroom {
    pub(crate) fn view(&self, row: CredentialRow) -> CredentialView {
        let catalogue = self.catalogue();
        let provider = catalogue.provider(&row.provider);
        let (connection, unconnected) = self.connection(&row).unzip();
        let types: Vec<ProviderType> = row.types.iter().filter_map(|t| ProviderType::from_id(t)).collect();
        let state = if !row.enabled {
            CredentialState::Disabled
        } else if row.expires_at.as_deref().is_some_and(times::is_past) {
            CredentialState::Expired
        } else if is_dormant(&row) {
            CredentialState::Dormant
        } else if unconnected == Some(true) {
            CredentialState::Unconnected
        } else if row.verdict.is_none() {
            CredentialState::NotChecked
        } else {
            CredentialState::Checked
        };
        CredentialView {
            id: row.id.to_string(),
            name: row.name,
            key: row.lookup_key,
            category: Category::from_id(&row.category).unwrap_or(Category::Custom),
            scope: row.scope_name,
            organisation: match row.scope {
                Scope::System => None,
                Scope::Organisation(id) => Some(id.to_string()),
            },
            r#type: ProviderType::from_id(&row.main_type).unwrap_or(ProviderType::General),
            types,
            provider_name: provider.map_or_else(|| row.provider.clone(), |p| p.name.clone()),
            mark: provider.map_or_else(|| "?".into(), |p| p.mark.clone()),
            provider: row.provider,
            auth: row.auth,
            enabled: row.enabled,
            default: row.default,
            state,
            verdict: row.verdict.map(|v| verdict_view(v, row.last_known)),
            fields: row.plain,
            secrets: row
                .sealed
                .into_iter()
                .map(|(id, f)| (id, SecretView { tail: f.tail, set_at: f.set_at }))
                .collect(),
            used_by: row
                .used_by
                .into_iter()
                .map(|used| UsedByView {
                    kind: used.kind,
                    name: used.name,
                    r#as: used.slot,
                    by_rule: false,
                    consumer: None,
                })
                .collect(),
            connection,
            expires_at: row.expires_at,
            reminder_days: row.reminder_days,
            replacement: row.replacement.map(replacement_view),
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            last_used_at: row.last_used_at,
            unreadable: row.unreadable,
            revision: row.revision,
        }
    }
}

fn replacement_view(row: ReplacementRow) -> ReplacementView {
    ReplacementView {
        stage: match row.stage {
            ReplacementStage::New => ReplacementStageView::New,
            ReplacementStage::Old => ReplacementStageView::Old,
        },
        secrets: row.tails,
        fields: row.plain,
        verdict: row.verdict.map(|verdict| verdict_view(verdict, None)),
        started_at: row.started_at,
        started_by: row.started_by,
    }
}

/// A stored verdict; a kind that this version does not know reads as "could not check".
pub(crate) fn verdict_view(row: VerdictRow, last_known: Option<KnownVerdictRow>) -> VerdictView {
    let kind = VerdictKind::from_id(&row.kind).unwrap_or(VerdictKind::Unknown);
    VerdictView {
        kind,
        evidence: row.evidence,
        next_step: row.next_step,
        checked_at: row.checked_at,
        duration_ms: row.duration_ms,
        cost: row.cost,
        last_known: last_known.filter(|_| !kind.is_conclusive()).and_then(|known| {
            VerdictKind::from_id(&known.kind).map(|kind| KnownVerdictView { kind, checked_at: known.checked_at })
        }),
    }
}
