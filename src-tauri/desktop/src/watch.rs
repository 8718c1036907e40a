//! Tells the page when another process has changed the vault.

use std::sync::atomic::{AtomicBool, Ordering};

use notify::{RecursiveMode, Watcher};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::shell::Shell;

/// Another process has changed the vault; it says nothing of what changed.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct VaultChanged;

static STARTED: AtomicBool = AtomicBool::new(false);

/// Starts watching once there is a vault. Further calls do nothing.
pub fn start(app: &AppHandle) {
    if !STARTED.swap(true, Ordering::SeqCst) {
        tauri::async_runtime::spawn(watch(app.clone()));
    }
}

/// The folder's files tell that something was written, and the database tells whether it was a commit of somebody else.
async fn watch(app: AppHandle) {
    let shell = app.state::<Shell>();
    let (wake, mut woken) = tokio::sync::mpsc::channel::<()>(1);
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| !e.kind.is_access()) {
            // A full channel means that a look is due anyway.
            let _ = wake.try_send(());
        }
    });
    let Ok(mut watcher) = watcher else { return };
    if watcher.watch(shell.app.home(), RecursiveMode::NonRecursive).is_err() {
        return;
    }
    let mut seen = shell.app.data_version().await.ok();
    while woken.recv().await.is_some() {
        let now = shell.app.data_version().await.ok();
        if now != seen {
            seen = now;
            // Nobody listens before the page is there; it reads afresh when it comes.
            let _ = VaultChanged.emit(&app);
        }
    }
}
