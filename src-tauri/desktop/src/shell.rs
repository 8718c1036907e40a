//! What the commands share.

use std::sync::Arc;

use strongroom_app::views::ErrorView;
use strongroom_app::{Actor, ImportPlan, SecretText, Strongroom, StrongroomSettings};

use crate::checks::Checks;
use crate::clipboard::Clipboard;

/// The application and the desktop's things, for as long as the process lives.
pub struct Shell {
    /// The use cases.
    pub app: Arc<Strongroom>,
    /// What was copied last.
    pub clipboard: Clipboard,
    /// The import that waits for an answer, with the values that the page never sees.
    pub import: tokio::sync::Mutex<Option<ImportPlan>>,
    /// The check of many credentials that is under way.
    pub checks: Checks,
    /// The account that is being connected.
    pub connecting: Checks,
}

impl Shell {
    /// Reads `STRONGROOM_HOME` and `STRONGROOM_MASTER_KEY`.
    pub fn from_environment() -> Self {
        let settings = StrongroomSettings {
            home: std::env::var_os("STRONGROOM_HOME").filter(|h| !h.is_empty()).map(Into::into),
            // Not text, or empty, is for the vault to refuse: falling back to the keychain would be a surprise.
            master_key: std::env::var_os("STRONGROOM_MASTER_KEY")
                .map(|key| SecretText::new(key.into_string().unwrap_or_else(|_| "not text".into()))),
            passphrase: None,
        };
        Self {
            app: Arc::new(Strongroom::new(settings)),
            clipboard: Clipboard::default(),
            import: tokio::sync::Mutex::default(),
            checks: Checks::default(),
            connecting: Checks::default(),
        }
    }

    /// The person at this computer.
    pub async fn actor(&self) -> Result<Actor, ErrorView> {
        Ok(self.app.actor().await?)
    }
}
