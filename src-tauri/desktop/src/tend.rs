//! What is done for the audit while the window is open: the keychain remembers how far it has come, and entries that
//! are older than they are kept are removed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager};

use crate::shell::Shell;

/// How often it is looked whether there is something to do. Without a new entry nothing is asked of the keychain.
const EVERY: Duration = Duration::from_secs(60);

static STARTED: AtomicBool = AtomicBool::new(false);

/// Starts once the key is at hand. Further calls do nothing.
pub fn start(app: &AppHandle) {
    if !STARTED.swap(true, Ordering::SeqCst) {
        tauri::async_runtime::spawn(tend(app.clone()));
    }
}

async fn tend(app: AppHandle) {
    let shell = app.state::<Shell>();
    loop {
        // Whoever verifies the log is told what is wrong with it; here is nobody to tell.
        let _ = shell.app.tend_audit().await;
        tokio::time::sleep(EVERY).await;
    }
}
