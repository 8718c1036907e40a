//! What uses a credential beside the assignments that stand in its row: consumers that come to it by the rule, and the
//! consumers that programs got it for.

use std::collections::{BTreeSet, HashMap};

use strongroom_vault::{ConsumerId, CredentialId, CredentialRow, OrganisationId, Scope};

use crate::actor::{Actor, Operation};
use crate::consumers::resolve;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CredentialView, UsedByView};

/// The kind of a use by a program.
pub(super) const PROGRAM: &str = "program";

/// A program that a credential was delivered to.
pub(super) struct Receiver {
    pub program: String,
    /// RFC 3339 UTC.
    pub last_at: String,
    /// The consumer that it was last delivered for, in words, where it is known and may be seen.
    pub consumer: Option<String>,
}

impl Strongroom {
    /// Rows as views, with the consumers of those scopes that come to them by the rule.
    pub(crate) async fn views(&self, actor: &Actor, rows: Vec<CredentialRow>) -> Result<Vec<CredentialView>, AppError> {
        let mut by_rule = self.uses_by_rule(actor, &rows).await?;
        let view = |row: CredentialRow| {
            let uses = by_rule.remove(&row.id).unwrap_or_default();
            let mut view = self.view(row);
            let programs = view.used_by.iter().position(|one| one.kind == PROGRAM).unwrap_or(view.used_by.len());
            view.used_by.splice(programs..programs, uses);
            view
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// One row with all that is known of its uses.
    pub(crate) async fn whole_view(&self, actor: &Actor, row: CredentialRow) -> Result<CredentialView, AppError> {
        let receivers = self.receivers(actor, row.id).await?;
        let mut view = self.views(actor, vec![row.clone()]).await?.pop().unwrap_or_else(|| self.view(row));
        for one in view.used_by.iter_mut().filter(|one| one.kind == PROGRAM) {
            let known = receivers.iter().find(|receiver| receiver.program == one.name);
            one.consumer = known.and_then(|receiver| receiver.consumer.clone());
        }
        Ok(view)
    }

    /// The programs that a credential was delivered to, the last one first.
    pub(super) async fn receivers(&self, actor: &Actor, id: CredentialId) -> Result<Vec<Receiver>, AppError> {
        let vault = self.vault().await?;
        let mut receivers = Vec::new();
        for one in vault.deliveries_of(id).await? {
            let consumer = match one.consumer {
                Some(id) => self.consumer_in_words(actor, id).await,
                None => None,
            };
            receivers.push(Receiver { program: one.program, last_at: one.last_at, consumer });
        }
        Ok(receivers)
    }

    async fn consumer_in_words(&self, actor: &Actor, id: ConsumerId) -> Option<String> {
        let row = self.vault().await.ok()?.consumer(id).await.ok()?;
        // What is system-wide is delivered for consumers of every organisation.
        actor.may(Operation::Read(Scope::Organisation(row.organisation))).is_ok().then_some(row.name)
    }

    async fn uses_by_rule(
        &self,
        actor: &Actor,
        rows: &[CredentialRow],
    ) -> Result<HashMap<CredentialId, Vec<UsedByView>>, AppError> {
        let providers: BTreeSet<String> = rows.iter().map(|row| row.provider.clone()).collect();
        let providers: Vec<String> = providers.into_iter().collect();
        let consumers = self.vault().await?.consumers_by_rule(&providers, actor.visible_scopes().as_deref()).await?;
        let mut uses = HashMap::<CredentialId, Vec<UsedByView>>::new();
        if consumers.is_empty() {
            return Ok(uses);
        }
        let organisations: BTreeSet<OrganisationId> = consumers.iter().map(|one| one.organisation).collect();
        let ruled = |one: &&strongroom_vault::AssignmentRow| {
            one.credential.is_none() && providers.binary_search(&one.provider).is_ok()
        };
        let wanted: BTreeSet<String> = consumers
            .iter()
            .flat_map(|consumer| consumer.assignments.iter().filter(ruled))
            .map(|one| one.provider.clone())
            .collect();
        let resolver = self.resolver(&organisations, &wanted).await?;
        for consumer in &consumers {
            for one in consumer.assignments.iter().filter(ruled) {
                let Some(chosen) = resolve(&resolver, consumer, one).chosen() else { continue };
                uses.entry(chosen.id).or_default().push(UsedByView {
                    kind: consumer.kind.clone(),
                    name: consumer.name.clone(),
                    r#as: one.slot.clone(),
                    by_rule: true,
                    consumer: None,
                });
            }
        }
        Ok(uses)
    }
}
