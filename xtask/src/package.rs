//! `cargo xtask package`: the `.deb`, with the window, the command line, a desktop entry and AppStream metadata.

use serde_json::json;

use crate::build::{self, Profile};
use crate::shell::{Outcome, command, root, run, say, target, words};

const METADATA: &str = "app.strongroom.desktop.metainfo.xml";

/// Build the package and say where it is.
pub fn package() -> Outcome<()> {
    build::programs(Profile::Release, &[])?;
    let folder = root().join("xtask/package");
    run(words(command("npm"), "ci --no-audit --no-fund --loglevel=error").current_dir(&folder))?;

    // On top of tauri.conf.json, which knows nothing of the command line.
    let metadata = format!("/usr/share/metainfo/{METADATA}");
    let overlay = json!({ "bundle": { "linux": { "deb": {
        "section": "utils",
        "recommends": ["gnome-keyring | kwalletmanager | keepassxc"],
        "files": {
            "/usr/bin/strongroom": Profile::Release.program("strongroom"),
            metadata: folder.join(METADATA),
        },
    } } } });
    let mut tauri = command(folder.join("node_modules/.bin/tauri"));
    run(tauri.args(["bundle", "--bundles", "deb", "--config", &overlay.to_string()]))?;

    let bundles = target().join("release/bundle/deb");
    let entries = std::fs::read_dir(&bundles).map_err(|e| format!("{}: {e}", bundles.display()))?;
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "deb"))
    {
        say(&format!("Package: {}", path.display()));
    }
    Ok(())
}
