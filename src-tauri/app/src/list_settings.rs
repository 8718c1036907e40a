//! How the list is arranged, kept across restarts.

use crate::error::AppError;
use crate::organisations::checked_name;
use crate::search::operators_of;
use crate::strongroom::Strongroom;
use crate::views::ListSettings;

const SETTING: &str = "list";
/// Longest search that is kept, in characters.
const SEARCH_LIMIT: usize = 1000;
/// Most searches with a name.
const SAVED_LIMIT: usize = 100;

impl Strongroom {
    /// How the list is arranged. What an older or newer version wrote and this one cannot read is as at first.
    pub(crate) async fn list_settings(&self) -> Result<ListSettings, AppError> {
        let kept = self.vault().await?.setting(SETTING).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Keeps how the list is arranged. Needs no master key. Of the search as it was left only the operators are kept;
    /// whoever gives a search a name has looked at its words.
    ///
    /// # Errors
    /// A saved search without a name, or with one that another has; more than can be kept.
    pub async fn set_list_settings(&self, mut settings: ListSettings) -> Result<ListSettings, AppError> {
        if settings.saved.len() > SAVED_LIMIT {
            return Err(AppError::field("name", format!("At most {SAVED_LIMIT} searches can be kept.")));
        }
        let mut names = std::collections::BTreeSet::new();
        for saved in &mut settings.saved {
            saved.name = checked_name("name", "The name of the search", std::mem::take(&mut saved.name))?;
            if !names.insert(saved.name.to_lowercase()) {
                return Err(AppError::field("name", format!("There is a search “{}” already.", saved.name)));
            }
        }
        let searches = settings.saved.iter().map(|saved| &saved.search).chain([&settings.search]);
        if searches.into_iter().any(|search| search.chars().count() > SEARCH_LIMIT) {
            return Err(AppError::field("search", format!("A search has at most {SEARCH_LIMIT} characters.")));
        }
        settings.search = operators_of(&settings.search);
        settings.columns.sort_by_key(|column| column.id);
        settings.columns.dedup_by_key(|column| column.id);
        self.vault().await?.set_preference(SETTING, &serde_json::json!(settings).to_string()).await?;
        Ok(settings)
    }
}
