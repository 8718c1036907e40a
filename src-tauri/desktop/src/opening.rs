//! What the page shows first. It is read while the toolkit starts and handed over with the page itself, so that the
//! first rows need not be asked for.

use serde::Serialize;
use strongroom_app::Strongroom;
use strongroom_app::views::{CountsView, ListRequest, ListView, Stage, StartupView};

/// Rows that come with the page: as many as it asks for itself (`ui/src/backend/queries.ts`).
const FIRST_PAGE: u32 = 50;

/// The answers to the first questions of the page, the same that their commands give.
#[derive(Clone, Debug, Serialize, specta::Type)]
pub struct Opening {
    /// How far the vault has come.
    pub startup: StartupView,
    /// The first page of the list, narrowed and ordered as it was left.
    pub list: Option<ListView>,
    /// Counts by type in the same scope.
    pub counts: Option<CountsView>,
}

impl Opening {
    /// Reads the vault. What cannot be read is left out: the page asks again and shows why.
    pub async fn read(app: &Strongroom) -> Self {
        let startup = app.startup().await;
        let mut opening = Self { startup, list: None, counts: None };
        if opening.startup.stage != Stage::Ready {
            return opening;
        }
        let Ok(actor) = app.actor().await else { return opening };
        let scope = opening.startup.organisation.clone();
        opening.counts = app.counts(&actor, scope.as_deref()).await.ok();
        let kept = &opening.startup.list;
        let search = Some(kept.search.clone()).filter(|search| !search.trim().is_empty());
        let (r#type, sort, descending) = (kept.r#type, kept.sort, kept.descending);
        let limit = Some(FIRST_PAGE);
        let request = ListRequest { scope, r#type, search, sort, descending, limit, ..ListRequest::default() };
        opening.list = app.list(&actor, request).await.ok();
        opening
    }

    /// A script that leaves the answers where the page looks for them; empty where they cannot be written down.
    pub fn script(&self) -> String {
        // Text within text: parsed as JSON, no name in it can mean anything to the page's language.
        let text = serde_json::to_string(self).and_then(|json| serde_json::to_string(&json));
        text.map_or_else(
            |_| String::new(),
            |text| {
                format!(
                    "Object.defineProperty(window, '__STRONGROOM_OPENING__', {{ value: {text}, configurable: true }});"
                )
            },
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use strongroom_app::StrongroomSettings;

    #[tokio::test]
    async fn text_of_the_vault_stays_text_in_the_script() {
        let home = tempfile::tempdir().unwrap();
        let settings = StrongroomSettings { home: Some(home.path().join("vault")), master_key: None, passphrase: None };
        let mut opening = Opening::read(&Strongroom::new(settings)).await;
        assert_eq!(opening.startup.stage, Stage::FirstStart);
        opening.startup.person_suggestion = "'); alert(\"1\\\"); </script>".into();
        let script = opening.script();
        let text = script.split_once("value: ").unwrap().1.rsplit_once(", configurable").unwrap().0;
        let json: String = serde_json::from_str(text).unwrap();
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["startup"]["person_suggestion"], opening.startup.person_suggestion);
    }
}
