//! Where things are kept on this computer.

use std::path::{Path, PathBuf};

/// The platform's data folder for Strongroom; the current folder's `strongroom` where the platform names none.
pub fn default_home() -> PathBuf {
    dirs::data_dir().unwrap_or_default().join("strongroom")
}

/// The folder with the organisation's own provider files: beside the vault for a vault in an unusual place, so
/// that two vaults do not share them, otherwise in the platform's configuration folder.
pub(crate) fn own_providers(home: &Path) -> PathBuf {
    if home == default_home() {
        dirs::config_dir().unwrap_or_default().join("strongroom").join("providers")
    } else {
        home.join("providers")
    }
}

/// Where the recovery kit is offered to go: documents, or the home folder.
pub(crate) fn recovery_kit_suggestion() -> PathBuf {
    dirs::document_dir()
        .filter(|d| d.is_dir())
        .or_else(dirs::home_dir)
        .unwrap_or_default()
        .join("Strongroom recovery kit.txt")
}

/// The name of the account at this computer, to offer on first start.
pub(crate) fn person_suggestion() -> String {
    let name = whoami::realname();
    if name.trim().is_empty() || name == "Unknown" { whoami::username() } else { name }
}
