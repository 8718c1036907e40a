//! Follows the folder of the organisation's own provider files, so that a file is in the gallery as soon as it is there.

use std::path::{Path, PathBuf};

use notify::{RecursiveMode, Watcher};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::shell::Shell;

/// The catalogue was read again and is another one, or another file is at fault.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct CatalogueChanged;

/// Starts following. Where the system cannot watch folders, a restart reads them.
pub fn start(app: &AppHandle) {
    tauri::async_runtime::spawn(follow(app.clone()));
}

async fn follow(app: AppHandle) {
    let shell = app.state::<Shell>();
    let folder = shell.app.own_providers();
    let (wake, mut woken) = tokio::sync::mpsc::channel::<()>(1);
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| !e.kind.is_access()) {
            // A full channel means that a look is due anyway.
            let _ = wake.try_send(());
        }
    });
    let Ok(mut watcher) = watcher else { return };
    let mut watched = None;
    loop {
        watched = watch(&mut watcher, watched, &folder);
        // Read after the watch is in place, so that nothing falls between the two.
        if shell.app.refresh_catalogue() {
            // Nobody listens before the page is there; it reads afresh when it comes.
            let _ = CatalogueChanged.emit(&app);
        }
        if watched.is_none() || woken.recv().await.is_none() {
            return;
        }
    }
}

/// Watches the folder, or what there is of the way to it. Set up anew each time: a folder that was deleted and made
/// again is another one, and the old watch says nothing of it. `None` where nothing can be watched.
fn watch(watcher: &mut impl Watcher, earlier: Option<PathBuf>, folder: &Path) -> Option<PathBuf> {
    if let Some(earlier) = earlier {
        // It may be gone, and its watch with it.
        let _ = watcher.unwatch(&earlier);
    }
    loop {
        let place = nearest(folder)?;
        let watching = watcher.watch(place, RecursiveMode::NonRecursive).is_ok();
        // What was made or deleted meanwhile is watched instead.
        if nearest(folder) == Some(place) {
            return watching.then(|| place.to_owned());
        }
        let _ = watcher.unwatch(place);
    }
}

/// The folder, or the nearest folder above it that is there.
fn nearest(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|place| place.is_dir())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_folder_is_seen_when_it_is_made_deleted_and_made_again() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("strongroom").join("providers");
        let (tell, told) = std::sync::mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|e| !e.kind.is_access()) {
                let _ = tell.send(());
            }
        })
        .unwrap();
        let mut watched = watch(&mut watcher, None, &folder);
        assert_eq!(watched.as_deref(), Some(place.path()));
        for _ in 0..2 {
            std::fs::create_dir_all(&folder).unwrap();
            told.recv().unwrap();
            watched = watch(&mut watcher, watched, &folder);
            assert_eq!(watched.as_deref(), Some(folder.as_path()));
            while told.try_recv().is_ok() {}
            std::fs::write(folder.join("a.toml"), "text").unwrap();
            told.recv().unwrap();
            std::fs::remove_dir_all(&folder).unwrap();
            told.recv().unwrap();
            watched = watch(&mut watcher, watched, &folder);
            assert_eq!(watched.as_deref(), folder.parent());
            while told.try_recv().is_ok() {}
        }
    }
}
