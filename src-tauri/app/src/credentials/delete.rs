//! Deleting a credential, and what stops working with it.

use strongroom_vault::{CredentialRow, ReplacementStage};

use crate::actor::{Actor, Operation};
use crate::consumers::ConsumerImpact;
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
        let impact = self.impact(&row).await?;
        Ok(impact.view(&row))
    }

    /// Destroys the only key to the credential's secrets and removes the row.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or a name that is not typed exactly where something uses it.
    pub async fn delete(&self, actor: &Actor, request: CredentialDeleteRequest) -> Result<DeleteView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let impact = self.impact(&row).await?;
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

    async fn impact(&self, row: &CredentialRow) -> Result<ConsumerImpact, AppError> {
        let ConsumerImpact { lines: mut impact, summary } = self.consumer_impact(row).await?;
        if let Some(used) = &row.last_used_at {
            impact.push(ImpactView {
                kind: "program".into(),
                name: format!("strongroom run --key {}", row.lookup_key),
                // The day is enough to judge by, and read at a glance.
                effect: format!("receives nothing any more; last delivered {}", used.get(..10).unwrap_or(used)),
                stops: true,
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

impl ConsumerImpact {
    fn view(self, row: &CredentialRow) -> DeleteView {
        let in_use = in_use(&self.lines);
        DeleteView { deleted: row.id.to_string(), in_use, summary: self.summary, impact: self.lines }
    }
}

const DEFAULT: &str = "default";
const REPLACEMENT: &str = "replacement";

/// A default or a half-done replacement that goes is worth knowing, but nobody has come to depend on the credential
/// by it.
fn in_use(impact: &[ImpactView]) -> bool {
    impact.iter().any(|one| ![DEFAULT, REPLACEMENT].contains(&one.kind.as_str()))
}
