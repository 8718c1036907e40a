//! Deleting a credential, and what stops working with it.

use strongroom_vault::CredentialRow;

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CredentialRequest, DeleteView, ImpactView};

impl Strongroom {
    /// What would stop working. Changes nothing.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn delete_impact(&self, actor: &Actor, request: CredentialRequest) -> Result<DeleteView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        Ok(DeleteView { deleted: row.id.to_string(), impact: self.impact(&row) })
    }

    /// Destroys the only key to the credential's secrets and removes the row.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn delete(&self, actor: &Actor, request: CredentialRequest) -> Result<DeleteView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let gone = self.unlocked().await?.delete_credential(row.id, &actor.author()).await?;
        Ok(DeleteView { deleted: gone.id.to_string(), impact: self.impact(&gone) })
    }

    fn impact(&self, row: &CredentialRow) -> Vec<ImpactView> {
        let mut impact = Vec::new();
        if let Some(used) = &row.last_used_at {
            impact.push(ImpactView {
                kind: "program".into(),
                name: format!("strongroom run --key {}", row.lookup_key),
                effect: format!("receives nothing any more; last delivered {used}"),
            });
        }
        if row.default {
            let catalogue = self.catalogue();
            let provider = catalogue.provider(&row.provider).map_or(row.provider.as_str(), |p| p.name.as_str());
            impact.push(ImpactView {
                kind: "default".into(),
                name: format!("{provider} in {}", row.scope_name),
                effect: "has no default any more".into(),
            });
        }
        impact
    }
}
