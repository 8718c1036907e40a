//! Finding credentials.

use strongroom_providers::VerdictKind;
use strongroom_vault::{CredentialRow, ListQuery, Scope, StatusFilter};

use crate::actor::{Actor, Operation};
use crate::credentials::unknown;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CountsView, CredentialRequest, CredentialView, ListRequest, ListView};

/// Rows of a page where none is asked for.
const PAGE: u32 = 100;
/// Most rows of a page.
const PAGE_LIMIT: u32 = 1000;

impl Strongroom {
    /// A page of the inventory. Needs no master key.
    ///
    /// # Errors
    /// An unknown organisation or status.
    pub async fn list(&self, actor: &Actor, request: ListRequest) -> Result<ListView, AppError> {
        let page = self.vault().await?.list(&self.list_query(actor, &request).await?).await?;
        Ok(ListView {
            items: page.items.into_iter().map(|row| self.view(row)).collect(),
            next: page.next,
            total: page.total,
        })
    }

    /// A request as the vault takes it.
    pub(crate) async fn list_query(&self, actor: &Actor, request: &ListRequest) -> Result<ListQuery, AppError> {
        Ok(ListQuery {
            scopes: self.scopes(actor, request.scope.as_deref()).await?,
            r#type: request.r#type.map(|t| t.id().to_owned()),
            provider: request.provider.clone(),
            status: request.status.as_deref().map(status).transpose()?,
            search: request.search.clone().filter(|s| !s.trim().is_empty()),
            limit: request.limit.unwrap_or(PAGE).clamp(1, PAGE_LIMIT),
            after: request.after.clone(),
        })
    }

    /// How many credentials stand under each type. Needs no master key.
    ///
    /// # Errors
    /// An unknown organisation.
    pub async fn counts(&self, actor: &Actor, scope: Option<&str>) -> Result<CountsView, AppError> {
        let scopes = self.scopes(actor, scope).await?;
        let counts = self.vault().await?.counts(scopes.as_deref()).await?;
        Ok(CountsView { all: counts.all, by_type: counts.by_type })
    }

    /// One credential, without its secrets. Needs no master key.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn show(&self, actor: &Actor, request: CredentialRequest) -> Result<CredentialView, AppError> {
        Ok(self.view(self.row(actor, &request.id, Operation::Read).await?))
    }

    /// The credential that goes by an id, a name or a lookup key, as a person types it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or [`AppError::Ambiguous`] with the ones that it could be.
    pub async fn find(&self, actor: &Actor, text: &str, scope: Option<&str>) -> Result<CredentialView, AppError> {
        let scopes = self.scopes(actor, scope).await?;
        let mut rows = self.vault().await?.find_credentials(text, scopes.as_deref()).await?;
        let named = |r: &CredentialRow| r.name.to_lowercase() == text.to_lowercase();
        // A name goes before a lookup key.
        if rows.iter().filter(|r| named(r)).count() == 1 {
            rows.retain(named);
        }
        if rows.len() > 1 {
            let names: Vec<String> =
                rows.iter().map(|r| format!("“{}” in {} ({})", r.name, r.scope_name, r.id)).collect();
            return Err(AppError::Ambiguous {
                what: format!("“{text}” could be {}. Give its id, or the organisation with --org.", names.join(" or ")),
            });
        }
        rows.pop().map(|row| self.view(row)).ok_or_else(|| unknown(text))
    }

    /// The scopes to read: the one that is asked for, or all that the actor may see.
    pub(crate) async fn scopes(&self, actor: &Actor, scope: Option<&str>) -> Result<Option<Vec<Scope>>, AppError> {
        match scope {
            None => Ok(actor.visible_scopes()),
            Some(text) => {
                let scope = self.scope(text).await?;
                actor.may(Operation::Read(scope))?;
                Ok(Some(vec![scope]))
            }
        }
    }
}

fn status(text: &str) -> Result<StatusFilter, AppError> {
    Ok(match text {
        "not_checked" => StatusFilter::NotChecked,
        "disabled" => StatusFilter::Disabled,
        "expired" => StatusFilter::Expired,
        "unreadable" => StatusFilter::Unreadable,
        other => match VerdictKind::from_id(other) {
            Some(kind) => StatusFilter::Verdict(kind.id().to_owned()),
            None => {
                let known: Vec<&str> = VerdictKind::ALL.iter().map(|k| k.id()).collect();
                return Err(AppError::field(
                    "status",
                    format!(
                        "There is no status “{other}”. There are: {}, not_checked, disabled, expired, unreadable.",
                        known.join(", ")
                    ),
                ));
            }
        },
    })
}
