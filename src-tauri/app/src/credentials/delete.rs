//! Deleting a credential, and what stops working with it.

use strongroom_vault::{CredentialRow, ReplacementStage};

use crate::actor::{Actor, Operation};
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
        let impact = self.impact(&row);
        Ok(DeleteView { deleted: row.id.to_string(), in_use: in_use(&impact), impact })
    }

    /// Destroys the only key to the credential's secrets and removes the row.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or a name that is not typed exactly where something uses it.
    pub async fn delete(&self, actor: &Actor, request: CredentialDeleteRequest) -> Result<DeleteView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        if in_use(&self.impact(&row)) && request.confirm.as_deref() != Some(row.name.as_str()) {
            return Err(AppError::field(
                "confirm",
                format!("Something uses “{}”. Type its exact name to delete it.", row.name),
            ));
        }
        let gone = self.unlocked().await?.delete_credential(row.id, &actor.author()).await?;
        let impact = self.impact(&gone);
        Ok(DeleteView { deleted: gone.id.to_string(), in_use: in_use(&impact), impact })
    }

    fn impact(&self, row: &CredentialRow) -> Vec<ImpactView> {
        let mut impact = Vec::new();
        if let Some(used) = &row.last_used_at {
            impact.push(ImpactView {
                kind: "program".into(),
                name: format!("strongroom run --key {}", row.lookup_key),
                // The day is enough to judge by, and read at a glance.
                effect: format!("receives nothing any more; last delivered {}", used.get(..10).unwrap_or(used)),
            });
        }
        if row.default {
            let catalogue = self.catalogue();
            let provider = catalogue.provider(&row.provider).map_or(row.provider.as_str(), |p| p.name.as_str());
            impact.push(ImpactView {
                kind: DEFAULT.into(),
                name: format!("{provider} in {}", row.scope_name),
                effect: "has no default any more".into(),
            });
        }
        if let Some(replacement) = &row.replacement {
            let (name, effect) = match replacement.stage {
                ReplacementStage::New => ("the new key that waits for its place", "is destroyed with it"),
                ReplacementStage::Old => ("the old key of the last replacement", "can be checked no more"),
            };
            impact.push(ImpactView { kind: REPLACEMENT.into(), name: name.into(), effect: effect.into() });
        }
        impact
    }
}

const DEFAULT: &str = "default";
const REPLACEMENT: &str = "replacement";

/// A default or a half-done replacement that goes is worth knowing, but nobody has come to depend on the credential
/// by it.
fn in_use(impact: &[ImpactView]) -> bool {
    impact.iter().any(|one| ![DEFAULT, REPLACEMENT].contains(&one.kind.as_str()))
}
