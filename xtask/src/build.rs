//! Building the page and the programs.

use std::fs;
use std::path::PathBuf;

use crate::packages;
use crate::shell::{Outcome, cargo, command, exists, root, run, say, target, words};

/// What `cargo build` makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Fast to build.
    Debug,
    /// As shipped.
    Release,
}

impl Profile {
    /// The path of a program in this profile.
    pub fn program(self, name: &str) -> PathBuf {
        target().join(if self == Self::Debug { "debug" } else { "release" }).join(name)
    }
}

/// The page's npm packages, from the lock file, when it has changed since they were installed.
pub fn page_packages() -> Outcome<()> {
    if !exists("npm") {
        return Err("npm is missing: install Node 20 or newer.".to_owned());
    }
    let lock = root().join("ui/package-lock.json");
    let stamp = root().join("ui/node_modules/.strongroom-lock.json");
    let wanted = fs::read(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(words(command("npm"), "ci --no-audit --no-fund --loglevel=error").current_dir(root().join("ui")))?;
    fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// The page, into `ui/dist`, which the application carries inside itself.
pub fn page() -> Outcome<()> {
    page_packages()?;
    run(words(command("npm"), "run build --silent").current_dir(root().join("ui")))
}

/// Everything needed to run the application: packages, page, both programs.
pub fn programs(profile: Profile, packages: &[&[packages::Package]]) -> Outcome<()> {
    packages::install(&[&[packages::BUILD], packages].concat())?;
    page()?;
    say("Building the programs (the first time takes several minutes).");
    let mut build = match profile {
        Profile::Debug => words(cargo(), "build --workspace --bins"),
        Profile::Release => words(cargo(), "build --release -p strongroom-desktop -p strongroom-cli"),
    };
    run(&mut build)
}
