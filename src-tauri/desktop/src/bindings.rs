//! The page's TypeScript, generated from the commands and their types.

use crate::commands;
use crate::opening::Opening;
use crate::own_providers::CatalogueChanged;
use crate::watch::VaultChanged;

include!("command_list.rs");

macro_rules! collected {
    ($($command:ident),* $(,)?) => {
        tauri_specta::collect_commands![$(commands::$command),*]
    };
}

/// Handler and types of every command and event.
pub fn builder() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::new()
        .commands(with_commands!(collected))
        .typ::<Opening>()
        .events(tauri_specta::collect_events![VaultChanged, CatalogueChanged])
        .disable_serde_phases()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    macro_rules! names {
        ($($command:ident),* $(,)?) => {
            [$(stringify!($command)),*]
        };
    }

    /// `STRONGROOM_WRITE_BINDINGS=1` writes the file instead.
    #[test]
    fn bindings_of_the_page_are_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/backend/bindings.ts");
        let fresh = tempfile::NamedTempFile::new().unwrap();
        let typescript = specta_typescript::Typescript::default().header("/* eslint-disable */");
        builder().export(typescript, fresh.path()).unwrap();
        let fresh = std::fs::read_to_string(fresh.path()).unwrap();
        if std::env::var_os("STRONGROOM_WRITE_BINDINGS").is_some() {
            std::fs::write(path, &fresh).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(
            committed == fresh,
            "ui/src/backend/bindings.ts is stale; renew it with STRONGROOM_WRITE_BINDINGS=1 cargo test -p \
             strongroom-desktop bindings"
        );
    }

    #[test]
    fn the_capability_names_every_command_and_no_other() {
        let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/capabilities/main.json")).unwrap();
        let capability: serde_json::Value = serde_json::from_str(&file).unwrap();
        let mut named: Vec<String> = capability["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p.as_str().unwrap().to_owned())
            .filter(|p| !p.starts_with("core:event:allow-"))
            .collect();
        named.sort();
        let mut commands: Vec<String> =
            with_commands!(names).iter().map(|c| format!("allow-{}", c.replace('_', "-"))).collect();
        commands.sort();
        assert_eq!(named, commands, "capabilities/main.json and command_list.rs must name the same commands");
    }
}
