//! The life of a credential: added, shown, edited, switched, checked, deleted.

pub(crate) mod add;
pub(crate) mod check;
pub(crate) mod check_all;
mod delete;
mod edit;
mod list;
mod replace;
mod uses;
pub(crate) mod view;

use strongroom_vault::{CredentialId, CredentialRow, Scope};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CredentialEnableRequest, CredentialView};

impl Strongroom {
    /// The row with that id, if the actor may do `operation` to its scope.
    pub(crate) async fn row(
        &self,
        actor: &Actor,
        id: &str,
        operation: fn(Scope) -> Operation,
    ) -> Result<CredentialRow, AppError> {
        let id = CredentialId::parse(id).ok_or_else(|| unknown(id))?;
        let row = self.vault().await?.credential(id).await?;
        self.permit_on(actor, operation(row.scope), &row).await?;
        Ok(row)
    }

    /// Switches a credential on or off. A credential that is off stays stored and is never used.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn set_enabled(
        &self,
        actor: &Actor,
        request: CredentialEnableRequest,
    ) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let row = self.unlocked().await?.set_enabled(row.id, request.enabled, &actor.author()).await?;
        Ok(self.view(row))
    }
}

pub(crate) fn unknown(text: &str) -> AppError {
    AppError::NotFound {
        what: format!("There is no credential “{text}”."),
        hint: Some("`strongroom list` shows them; a name, a lookup key or an id is understood.".into()),
    }
}
