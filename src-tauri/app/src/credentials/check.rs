//! Checking stored credentials with their providers.

use std::collections::BTreeMap;

use futures_util::{FutureExt, StreamExt};
use secrecy::SecretString;
use strongroom_providers::{FieldValue, FieldValues};
use strongroom_vault::{CredentialRow, SecretText};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::view::verdict_view;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CheckedView, CredentialRequest, CredentialView};

/// How far a check of several credentials has come.
#[derive(Clone, Debug)]
pub struct CheckProgress {
    /// How many have a result.
    pub done: usize,
    /// How many there are.
    pub of: usize,
    /// The one that was just finished.
    pub last: CheckedView,
}

impl Strongroom {
    /// Checks one credential and stores the verdict.
    ///
    /// # Errors
    /// Where it cannot be opened. What the provider says is a verdict, never an error.
    pub async fn check(&self, actor: &Actor, request: CredentialRequest) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Check).await?;
        Ok(self.view(self.check_row(actor, row).await?))
    }

    /// Checks several credentials at once and stores each verdict as it comes. Dropping the future stops at once
    /// and keeps the results so far.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it. What goes wrong with one credential stands in its result.
    pub async fn check_many(
        &self,
        actor: &Actor,
        ids: &[String],
        concurrency: usize,
        mut progress: impl FnMut(&CheckProgress),
    ) -> Result<Vec<CheckedView>, AppError> {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.push(self.row(actor, id, Operation::Check).await?);
        }
        self.unlocked().await?;
        let of = rows.len();
        let mut results: Vec<Option<CheckedView>> = vec![None; of];
        let mut running = futures_util::stream::iter(rows.into_iter().enumerate())
            .map(|(at, row)| self.checked(actor, at, row).boxed())
            .buffer_unordered(concurrency.max(1));
        let mut done = 0;
        while let Some((at, last)) = running.next().await {
            done += 1;
            let step = CheckProgress { done, of, last };
            progress(&step);
            if let Some(slot) = results.get_mut(at) {
                *slot = Some(step.last);
            }
        }
        Ok(results.into_iter().flatten().collect())
    }

    async fn checked(&self, actor: &Actor, at: usize, row: CredentialRow) -> (usize, CheckedView) {
        let (id, name) = (row.id.to_string(), row.name.clone());
        let view = match self.check_row(actor, row).await {
            Ok(row) => {
                CheckedView { id, name, verdict: row.verdict.map(|v| verdict_view(v, row.last_known)), error: None }
            }
            Err(e) => CheckedView { id, name, verdict: None, error: Some(e.view()) },
        };
        (at, view)
    }

    async fn check_row(&self, actor: &Actor, row: CredentialRow) -> Result<CredentialRow, AppError> {
        let provider = self.provider(&row.provider)?;
        let auth = variant(provider, Some(&row.auth))?;
        let vault = self.unlocked().await?;
        let values = values(&row, vault.open_secrets(row.id).await?);
        let (verdict, _) = self.ask(provider, auth, &values).await?;
        Ok(vault.record_verdict(row.id, &verdict, Some(row.revision), &actor.author()).await?)
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
