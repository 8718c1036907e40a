//! Checking a stored credential with its provider.

use std::collections::BTreeMap;

use secrecy::SecretString;
use strongroom_providers::{FieldValue, FieldValues};
use strongroom_vault::{CredentialRow, FoundVerdict, SecretText};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CredentialRequest, CredentialView};

impl Strongroom {
    /// Checks one credential and stores the verdict.
    ///
    /// # Errors
    /// Where it cannot be opened. What the provider says is a verdict, never an error.
    pub async fn check(&self, actor: &Actor, request: CredentialRequest) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Check).await?;
        let found = self.found_of(&row).await?;
        let vault = self.unlocked().await?;
        let row = vault.record_verdict(found.id, &found.verdict, found.at_revision, &actor.author()).await?;
        Ok(self.view(row))
    }

    /// What the provider says of a credential. Its secrets are opened for this alone and forgotten afterwards.
    pub(crate) async fn found_of(&self, row: &CredentialRow) -> Result<FoundVerdict, AppError> {
        let provider = self.provider(&row.provider)?;
        let auth = variant(&provider, Some(&row.auth))?;
        let values = values(row, self.unlocked().await?.open_secrets(row.id).await?);
        let (verdict, _) = self.ask(&provider, auth, &values).await?;
        Ok(FoundVerdict { id: row.id, verdict, at_revision: Some(row.revision) })
    }
}

/// All values of a credential as the check and the environment of a program take them.
pub(crate) fn values(row: &CredentialRow, secrets: BTreeMap<String, SecretText>) -> FieldValues {
    let mut values: FieldValues = row.plain.iter().map(|(id, v)| (id.clone(), FieldValue::Plain(v.clone()))).collect();
    for (id, secret) in secrets {
        // Opened to be sent to its provider, or into the environment of the program that asked for it.
        values.insert(id, secret.with(|s| FieldValue::Secret(SecretString::from(s))));
    }
    values
}
