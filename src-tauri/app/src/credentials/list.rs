//! Finding credentials.

use strongroom_vault::{CredentialRow, ListQuery, Scope, Sort, SortKey, States};

use crate::actor::{Actor, Operation};
use crate::credentials::unknown;
use crate::error::AppError;
use crate::oauth::connectables;
use crate::search::{Search, ai_types, status};
use crate::strongroom::Strongroom;
use crate::views::{CountsView, CredentialRequest, CredentialView, ListRequest, ListSort, ListView};

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
        Ok(ListView { items: self.views(actor, page.items).await?, next: page.next, total: page.total })
    }

    /// A request as the vault takes it. What stands in the search narrows what is asked for beside it.
    pub(crate) async fn list_query(&self, actor: &Actor, request: &ListRequest) -> Result<ListQuery, AppError> {
        let now = jiff::Timestamp::now().as_second();
        let catalogue = self.catalogue();
        let search = Search::read(request.search.as_deref().unwrap_or_default(), &catalogue, now)?;
        let mut scopes = self.scopes(actor, request.scope.as_deref()).await?;
        if !search.organisations.is_empty() {
            let mut named = Vec::new();
            for text in &search.organisations {
                let scope = self.scope(text).await?;
                self.permit(actor, Operation::Read(scope)).await?;
                named.push(scope);
            }
            scopes = Some(match scopes {
                None => named,
                Some(asked) => named.into_iter().filter(|scope| asked.contains(scope)).collect(),
            });
        }
        let status = request.status.as_deref().map(|text| status("status", text)).transpose()?;
        let statuses = match (status, search.statuses) {
            (None, searched) => searched,
            (Some(asked), searched) if searched.is_empty() || searched.contains(&asked) => vec![asked],
            // Two different states at once have no credential.
            (Some(_), _) => vec![strongroom_vault::StatusFilter::Verdict(String::new())],
        };
        Ok(ListQuery {
            scopes,
            types: both(request.r#type.map(|t| t.id().to_owned()), search.types),
            providers: both(request.provider.clone(), search.providers),
            statuses,
            categories: search.categories,
            default: search.default,
            enabled: search.enabled,
            checked: search.checked,
            used: search.used,
            expires: search.expires,
            remind: search.remind,
            lookup_key: search.lookup_key,
            tail: search.tail,
            created: search.created,
            duplicate: search.duplicate,
            replacement: search.replacement,
            used_by: search.used_by,
            states: self.states(),
            search: Some(search.words.join(" ")).filter(|words| !words.is_empty()),
            sort: Sort { key: sort_key(request.sort), descending: request.descending },
            limit: request.limit.unwrap_or(PAGE).clamp(1, PAGE_LIMIT),
            after: request.after.clone(),
            skip: request.skip,
        })
    }

    /// What decides between states, for the vault.
    pub(crate) fn states(&self) -> States {
        States { ai_types: ai_types(), connectables: connectables(&self.catalogue()) }
    }

    /// How many credentials stand under each type. Needs no master key.
    ///
    /// # Errors
    /// An unknown organisation.
    pub async fn counts(&self, actor: &Actor, scope: Option<&str>) -> Result<CountsView, AppError> {
        let scopes = self.scopes(actor, scope).await?;
        let counts = self.vault().await?.counts(scopes.as_deref()).await?;
        Ok(CountsView {
            all: counts.all,
            by_type: counts.by_type,
            by_type_and_status: counts.by_type_and_status,
            urgent: counts.urgent,
        })
    }

    /// One credential, without its secrets. Needs no master key.
    ///
    /// # Errors
    /// An unknown id, or a role that does not allow it.
    pub async fn show(&self, actor: &Actor, request: CredentialRequest) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Read).await?;
        self.whole_view(actor, row).await
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
        self.whole_view(actor, rows.pop().ok_or_else(|| unknown(text))?).await
    }

    /// The scopes to read: the one that is asked for, or all that the actor may see.
    pub(crate) async fn scopes(&self, actor: &Actor, scope: Option<&str>) -> Result<Option<Vec<Scope>>, AppError> {
        match scope {
            None => Ok(actor.visible_scopes()),
            Some(text) => {
                let scope = self.scope(text).await?;
                self.permit(actor, Operation::Read(scope)).await?;
                Ok(Some(vec![scope]))
            }
        }
    }
}

/// What was asked for, if the search does not rule it out. The empty text stands in no credential.
fn both(asked: Option<String>, searched: Vec<String>) -> Vec<String> {
    match asked {
        None => searched,
        Some(asked) if searched.is_empty() || searched.contains(&asked) => vec![asked],
        Some(_) => vec![String::new()],
    }
}

fn sort_key(sort: Option<ListSort>) -> SortKey {
    match sort {
        None | Some(ListSort::Name) => SortKey::Name,
        Some(ListSort::Provider) => SortKey::Provider,
        Some(ListSort::Status) => SortKey::Status,
        Some(ListSort::Checked) => SortKey::Checked,
        Some(ListSort::Used) => SortKey::Used,
        Some(ListSort::Expires) => SortKey::Expires,
        Some(ListSort::Created) => SortKey::Created,
    }
}

#[cfg(test)]
mod tests {
    use super::both;

    #[test]
    fn what_is_asked_for_twice_must_be_true_twice() {
        let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(both(None, texts(&["a", "b"])), ["a", "b"]);
        assert_eq!(both(Some("a".into()), texts(&[])), ["a"]);
        assert_eq!(both(Some("a".into()), texts(&["a", "b"])), ["a"]);
        assert_eq!(both(Some("c".into()), texts(&["a", "b"])), [""], "nothing has the empty id");
    }
}
