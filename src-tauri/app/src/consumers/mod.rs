//! Consumers: whatever uses credentials, and what each uses.

mod impact;
pub(crate) mod kinds;
mod names;
mod options;
mod uses;
mod view;

use std::collections::BTreeSet;

use strongroom_vault::{
    ConsumerChange, ConsumerId, ConsumerQuery, ConsumerRow, KeyOwner, NewConsumer, OrganisationId, Scope,
};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::organisations::checked_name;
use crate::resolution::Resolver;
use crate::strongroom::Strongroom;
use crate::views::{
    ConsumerAddRequest, ConsumerEditRequest, ConsumerKind, ConsumerKindView, ConsumerListRequest, ConsumerListView,
    ConsumerRequest, ConsumerView, OnboardingMode,
};

pub(crate) use impact::ConsumerImpact;
pub(crate) use view::resolve;

/// Rows of a page where none is asked for.
const PAGE: u32 = 100;
/// Most rows of a page.
const PAGE_LIMIT: u32 = 1000;

impl From<KeyOwner> for OnboardingMode {
    fn from(owner: KeyOwner) -> Self {
        match owner {
            KeyOwner::Organisation => Self::Byok,
            KeyOwner::System => Self::Bundled,
        }
    }
}

impl Strongroom {
    /// Every kind of consumer with the places that credentials take in it.
    pub fn consumer_kinds(&self) -> Vec<ConsumerKindView> {
        kinds::kinds()
    }

    /// A page of consumers by name. Needs no master key.
    ///
    /// # Errors
    /// An unknown organisation, or one that the actor may not see.
    pub async fn consumers(&self, actor: &Actor, request: ConsumerListRequest) -> Result<ConsumerListView, AppError> {
        let query = ConsumerQuery {
            scopes: self.scopes(actor, request.scope.as_deref()).await?,
            kind: request.kind.map(|kind| kind.id().to_owned()),
            search: request.search,
            limit: request.limit.unwrap_or(PAGE).clamp(1, PAGE_LIMIT),
            after: request.after,
        };
        let page = self.vault().await?.consumers(&query).await?;
        let (resolver, registers) = (self.resolver_for(&page.items).await?, self.registers(&page.items).await?);
        let items = page.items.iter().map(|row| self.consumer_view(row, &resolver, &registers)).collect();
        Ok(ConsumerListView { items, next: page.next, total: page.total })
    }

    /// One consumer with what its uses come to. Needs no master key.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn consumer(&self, actor: &Actor, request: ConsumerRequest) -> Result<ConsumerView, AppError> {
        let row = self.consumer_row(actor, &request.id, Operation::Read).await?;
        self.shown(row).await
    }

    /// The consumer that goes by an id, otherwise by a name, otherwise by one of these with its kind before it
    /// (`agent:support line`), otherwise by its name as one word (`support-line`). Letters' case does not count.
    ///
    /// # Errors
    /// An empty text, [`AppError::NotFound`], or [`AppError::Ambiguous`] with the ones that it could be.
    pub async fn find_consumer(
        &self,
        actor: &Actor,
        text: &str,
        scope: Option<&str>,
    ) -> Result<ConsumerView, AppError> {
        let row = self.named_consumer(actor, text, scope).await?;
        self.shown(row).await
    }

    /// Stores a new consumer.
    ///
    /// # Errors
    /// A name that is empty, overlong or taken; a use that does not fit its place; a role that does not allow it.
    pub async fn add_consumer(&self, actor: &Actor, request: ConsumerAddRequest) -> Result<ConsumerView, AppError> {
        let organisation = self.organisation(&request.organisation).await?;
        self.permit(actor, Operation::Consumers(Scope::Organisation(organisation))).await?;
        let new = NewConsumer {
            organisation,
            kind: request.kind.id().to_owned(),
            name: checked_name("name", "The name", request.name)?,
            note: request.note,
            assignments: self.checked_uses(request.kind, organisation, request.uses).await?,
        };
        let row = self.unlocked().await?.create_consumer(new, &actor.author()).await?;
        self.shown(row).await
    }

    /// Changes a consumer. Members may say what it uses; its name and note are for admins.
    ///
    /// # Errors
    /// As for adding; somebody changed it after the revision that the request names.
    pub async fn edit_consumer(&self, actor: &Actor, request: ConsumerEditRequest) -> Result<ConsumerView, AppError> {
        let of_admins = request.name.is_some() || request.note.is_some();
        let operation = if of_admins { Operation::Consumers } else { Operation::Assign };
        let row = self.consumer_row(actor, &request.id, operation).await?;
        let kind = ConsumerKind::from_id(&row.kind).ok_or_else(|| unknown(&request.id))?;
        let change = ConsumerChange {
            expected_revision: request.revision,
            name: request.name.map(|name| checked_name("name", "The name", name)).transpose()?,
            note: request.note,
            assignments: match request.uses {
                Some(uses) => Some(self.checked_uses(kind, row.organisation, uses).await?),
                None => None,
            },
        };
        let row = self.unlocked().await?.change_consumer(row.id, change, &actor.author()).await?;
        self.shown(row).await
    }

    /// Deletes a consumer. The credentials that it used stay.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn delete_consumer(&self, actor: &Actor, request: ConsumerRequest) -> Result<ConsumerView, AppError> {
        let row = self.consumer_row(actor, &request.id, Operation::Consumers).await?;
        let gone = self.unlocked().await?.delete_consumer(row.id, &actor.author()).await?;
        self.shown(gone).await
    }

    async fn consumer_row(
        &self,
        actor: &Actor,
        id: &str,
        operation: fn(Scope) -> Operation,
    ) -> Result<ConsumerRow, AppError> {
        let id = ConsumerId::parse(id).ok_or_else(|| unknown(id))?;
        let row = self.vault().await?.consumer(id).await?;
        self.permit(actor, operation(Scope::Organisation(row.organisation))).await?;
        Ok(row)
    }

    async fn shown(&self, row: ConsumerRow) -> Result<ConsumerView, AppError> {
        let rows = std::slice::from_ref(&row);
        let (resolver, registers) = (self.resolver_for(rows).await?, self.registers(rows).await?);
        Ok(self.consumer_view(&row, &resolver, &registers))
    }

    /// What the resolutions of these consumers need.
    pub(crate) async fn resolver_for(&self, rows: &[ConsumerRow]) -> Result<Resolver, AppError> {
        let organisations: BTreeSet<OrganisationId> = rows.iter().map(|row| row.organisation).collect();
        let providers: BTreeSet<String> =
            rows.iter().flat_map(|row| &row.assignments).map(|one| one.provider.clone()).collect();
        if providers.is_empty() {
            // Nothing is used, and no provider named would mean all of them.
            return self.resolver(&organisations, &[String::new()].into()).await;
        }
        self.resolver(&organisations, &providers).await
    }
}

fn unknown(text: &str) -> AppError {
    AppError::NotFound {
        what: format!("There is no consumer “{text}”."),
        hint: Some("`strongroom consumer list` shows them; a name or an id is understood.".into()),
    }
}
