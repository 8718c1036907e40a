//! Deleting a credential, and what stops working with it.

use strongroom_vault::{CredentialRow, ReplacementStage};

use super::uses::PROGRAM;
use crate::actor::{Actor, Operation};
use crate::age::ago;
use crate::consumers::ConsumerImpact;
use crate::delivery::by_key;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CredentialDeleteRequest, CredentialRequest, DeleteView, ImpactView};

impl Strongroom {
    /// What would stop working. Changes nothing.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn delete_impact(&self, actor: &Actor, request: CredentialRequest) -> Result<DeleteView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let impact = self.impact(actor, &row).await?;
        Ok(impact.view(&row))
    }

    /// Destroys the only key to the credential's secrets and removes the row.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or a name that is not typed exactly where something uses it.
    pub async fn delete(&self, actor: &Actor, request: CredentialDeleteRequest) -> Result<DeleteView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let impact = self.impact(actor, &row).await?;
        if in_use(&impact.lines) && request.confirm.as_deref() != Some(row.name.as_str()) {
            return Err(AppError::field(
                "confirm",
                format!("Something uses “{}”. Type its exact name to delete it.", row.name),
            ));
        }
        let vault = self.unlocked().await?;
        let gone = vault.delete_credential(row.id, &Self::falling_back(), &actor.author()).await?;
        Ok(impact.view(&gone))
    }

    async fn impact(&self, actor: &Actor, row: &CredentialRow) -> Result<ConsumerImpact, AppError> {
        let ConsumerImpact { lines: mut impact, summary } = self.consumer_impact(row).await?;
        // Those that were handed it get nothing any more, where nobody else has its lookup key.
        let mut stops = false;
        if let Some(used) = &row.last_used_at {
            let next = self.by_key_without(actor, row).await?;
            stops = next.is_none();
            let then = match next {
                Some(next) => format!("then gets “{}” of {}", next.name, next.scope_name),
                None => "receives nothing any more".to_owned(),
            };
            impact.push(ImpactView {
                kind: PROGRAM.into(),
                name: format!("strongroom run --key {}", row.lookup_key),
                // The day is enough to judge by, and read at a glance.
                effect: format!("{then}; last delivered {}", used.get(..10).unwrap_or(used)),
                stops,
            });
        }
        let now = jiff::Timestamp::now();
        for one in self.receivers(actor, row.id).await? {
            let of = one.consumer.map(|name| format!(" for “{name}”")).unwrap_or_default();
            let effect = format!("received it {}{of}", ago(&one.last_at, now));
            impact.push(ImpactView { kind: PROGRAM.into(), name: one.program, effect, stops });
        }
        for one in self.readiness_lost(row).await? {
            let then = if one.completed {
                "no longer has all; the onboarding stays completed"
            } else {
                "the onboarding lacks it then"
            };
            impact.push(ImpactView {
                kind: READINESS.into(),
                name: format!("{} of {}", one.kit, one.organisation),
                effect: format!("{then}: {}", one.labels.join(", ")),
                stops: false,
            });
        }
        if row.default {
            let catalogue = self.catalogue();
            let provider = catalogue.provider(&row.provider).map_or(row.provider.as_str(), |p| p.name.as_str());
            impact.push(ImpactView {
                kind: DEFAULT.into(),
                name: format!("{provider} in {}", row.scope_name),
                effect: "has no default any more".into(),
                stops: false,
            });
        }
        if let Some(replacement) = &row.replacement {
            let (name, effect) = match replacement.stage {
                ReplacementStage::New => ("the new key that waits for its place", "is destroyed with it"),
                ReplacementStage::Old => ("the old key of the last replacement", "can be checked no more"),
            };
            impact.push(ImpactView {
                kind: REPLACEMENT.into(),
                name: name.into(),
                effect: effect.into(),
                stops: false,
            });
        }
        Ok(ConsumerImpact { lines: impact, summary })
    }
}

/// Who asks for a lookup key, and names no organisation, is answered by the rule.
impl Strongroom {
    /// The credential that its lookup key would give if it were gone.
    async fn by_key_without(&self, actor: &Actor, row: &CredentialRow) -> Result<Option<CredentialRow>, AppError> {
        let vault = self.vault().await?;
        let scopes = actor.visible_scopes();
        let mut left =
            vault.credentials_with_lookup_keys(std::slice::from_ref(&row.lookup_key), scopes.as_deref()).await?;
        left.retain(|one| one.id != row.id && actor.may(Operation::Use(one.scope)).is_ok());
        let now = self.circumstances_of(actor, None, &left).await?;
        Ok(by_key(&row.lookup_key, left.iter().collect(), &now).ok().map(|(next, _)| next.clone()))
    }
}

impl ConsumerImpact {
    fn view(self, row: &CredentialRow) -> DeleteView {
        let in_use = in_use(&self.lines);
        DeleteView { deleted: row.id.to_string(), in_use, summary: self.summary, impact: self.lines }
    }
}

const DEFAULT: &str = "default";
const REPLACEMENT: &str = "replacement";
const READINESS: &str = "readiness";

/// A default, a half-done replacement or a readiness that goes is worth knowing, but no program has come to depend on
/// the credential by it.
fn in_use(impact: &[ImpactView]) -> bool {
    impact.iter().any(|one| ![DEFAULT, REPLACEMENT, READINESS].contains(&one.kind.as_str()))
}
