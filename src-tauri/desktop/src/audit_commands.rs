//! The commands of the activity screen: the audit read, verified, exported, and how long it is kept.

use std::path::Path;

use strongroom_app::views::{
    AuditExportRequest, AuditExportView, AuditListView, AuditOverviewView, AuditRequest, AuditRetentionRequest,
    AuditRetentionView, AuditVerifyRequest, AuditVerifyView, ErrorView,
};
use tauri::{State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;

use crate::commands::chosen;
use crate::shell::Shell;

/// A page of entries, the newest first.
#[tauri::command]
#[specta::specta]
pub async fn audit_list(shell: State<'_, Shell>, request: AuditRequest) -> Result<AuditListView, ErrorView> {
    Ok(shell.app.audit(&shell.actor().await?, request).await?)
}

/// What can be chosen around them.
#[tauri::command]
#[specta::specta]
pub async fn audit_overview(shell: State<'_, Shell>) -> Result<AuditOverviewView, ErrorView> {
    Ok(shell.app.audit_overview(&shell.actor().await?).await?)
}

/// Verifies the whole log.
#[tauri::command]
#[specta::specta]
pub async fn audit_verify(shell: State<'_, Shell>, request: AuditVerifyRequest) -> Result<AuditVerifyView, ErrorView> {
    Ok(shell.app.verify_audit(&shell.actor().await?, request).await?)
}

/// Chooses how long entries are kept, and removes the older ones.
#[tauri::command]
#[specta::specta]
pub async fn audit_retention_set(
    shell: State<'_, Shell>,
    request: AuditRetentionRequest,
) -> Result<AuditRetentionView, ErrorView> {
    Ok(shell.app.set_audit_retention(&shell.actor().await?, request).await?)
}

/// Asks for a file and writes the entries to it; null when the dialog is cancelled. The page names no file, so that it
/// cannot write where the person did not say.
#[tauri::command]
#[specta::specta]
pub async fn audit_export(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    request: AuditExportRequest,
) -> Result<Option<AuditExportView>, ErrorView> {
    let dialog = window.dialog().file().set_parent(&window).set_title("Export the audit");
    let dialog = dialog.set_file_name(format!("Audit.{}", request.format.id()));
    let Some(path) = chosen(move |then| dialog.save_file(then)).await? else { return Ok(None) };
    // The dialog has asked before it names a file that is there.
    let actor = shell.actor().await?;
    Ok(Some(shell.app.write_audit(&actor, request, Path::new(&path), true).await?))
}
