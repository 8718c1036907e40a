//! Checking a stored credential with its provider.

use std::collections::BTreeMap;

use secrecy::SecretString;
use strongroom_providers::{FieldValue, FieldValues};
use strongroom_vault::{CredentialRow, FoundVerdict, SecretText};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::add::verdict_row;
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
        let found = self.found_of(actor, &row).await?;
        let vault = self.unlocked().await?;
        let row = vault.record_verdict(found.id, &found.verdict, found.at_revision, &actor.author()).await?;
        Ok(self.view(row))
    }

    /// What the provider says of a credential. Its secrets are opened for this alone and forgotten afterwards.
    pub(crate) async fn found_of(&self, actor: &Actor, row: &CredentialRow) -> Result<FoundVerdict, AppError> {
        let provider = self.provider(&row.provider)?;
        let auth = variant(&provider, Some(&row.auth))?;
        let mut renewed = None;
        if provider.check_uses_access_token(auth) {
            let fresh = self.fresh(actor, row.clone()).await?;
            if let Some(outcome) = fresh.problem {
                return Ok(FoundVerdict { id: row.id, verdict: verdict_row(outcome), at_revision: Some(row.revision) });
            }
            renewed = Some(fresh.row);
        }
        let row = renewed.as_ref().unwrap_or(row);
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
