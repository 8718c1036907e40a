//! `cargo xtask pictures`: the README's pictures, from the demonstration vault in the real window.

use crate::build::{self, Profile};
use crate::demo::Demonstration;
use crate::packages;
use crate::shell::{Outcome, command, root, run, say};

/// Take them all into `docs/pictures`.
pub fn pictures() -> Outcome<()> {
    build::programs(Profile::Debug, &[packages::STAGE])?;
    let demonstration = Demonstration::prepare()?;
    let folder = root().join("docs/pictures");
    let mut pictures = command(Profile::Debug.program("pictures"));
    pictures.arg("--app").arg(Profile::Debug.program("strongroom-desktop")).arg("--out").arg(&folder);
    run(demonstration.environment(&mut pictures))?;
    say(&format!("Pictures: {}", folder.display()));
    Ok(())
}
