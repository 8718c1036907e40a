//! The commands of the list: how it is arranged, and its export.

use std::path::Path;

use strongroom_app::views::{AttentionView, ErrorView, InventoryRequest, InventoryView, ListSettings};
use tauri::{State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;

use crate::commands::chosen;
use crate::shell::Shell;

/// What needs attention, in one scope or in all.
#[tauri::command]
#[specta::specta]
pub async fn attention(shell: State<'_, Shell>, scope: Option<String>) -> Result<AttentionView, ErrorView> {
    Ok(shell.app.attention(&shell.actor().await?, scope.as_deref()).await?)
}

/// Keeps how the list is arranged.
#[tauri::command]
#[specta::specta]
pub async fn list_settings_set(shell: State<'_, Shell>, request: ListSettings) -> Result<ListSettings, ErrorView> {
    Ok(shell.app.set_list_settings(request).await?)
}

/// Asks for a file and writes the inventory to it, without values; null when the dialog is cancelled. The page names
/// no file, so that it cannot write where the person did not say.
#[tauri::command]
#[specta::specta]
pub async fn inventory_export(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    request: InventoryRequest,
) -> Result<Option<InventoryView>, ErrorView> {
    let dialog = window.dialog().file().set_parent(&window).set_title("Export the inventory without values");
    let dialog = dialog.set_file_name(format!("Credentials.{}", request.format.id()));
    let Some(path) = chosen(move |then| dialog.save_file(then)).await? else { return Ok(None) };
    // The dialog has asked before it names a file that is there.
    let actor = shell.actor().await?;
    Ok(Some(shell.app.write_inventory(&actor, request, Path::new(&path), true).await?))
}
