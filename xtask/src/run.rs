//! `cargo xtask run`: from a fresh clone to the open window.

use std::path::Path;
use std::process::Command;

use crate::build::{self, Profile};
use crate::packages;
use crate::shell::{Outcome, command, has_display, run as run_command, say, target};

/// Build and open the window; where there is no display, show it on a virtual one.
pub fn run(keep: bool) -> Outcome<()> {
    if has_display() {
        build::programs(Profile::Debug, &[])?;
        return run_command(&mut command(Profile::Debug.program("strongroom-desktop")));
    }
    say(
        "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): the application is going to run on a virtual \
         one, with a throw-away keychain and an empty home, and a picture of its window is written.",
    );
    build::programs(Profile::Debug, &[packages::STAGE])?;
    run_command(&mut on_stage(&target().join("window-pictures/run.png"), keep))
}

/// The application on a virtual display. Variables `STRONGROOM_…` that are set on the command reach it.
pub fn on_stage(picture: &Path, keep: bool) -> Command {
    let mut onstage = command(Profile::Debug.program("onstage"));
    onstage.arg("--app").arg(Profile::Debug.program("strongroom-desktop")).arg("--picture").arg(picture);
    if keep {
        onstage.arg("--keep");
    }
    onstage
}
