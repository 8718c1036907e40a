//! `src-tauri/cli/run.ld`: which functions the linker lays side by side, as a run of the release build shows.

use crate::build::Profile;
use crate::packages;
use crate::shell::{Outcome, cargo, command, root, run, words};

/// Write it anew: after larger changes of what `strongroom run` does, or of the compiler.
pub fn order() -> Outcome<()> {
    packages::install(&[packages::BUILD, packages::STAGE, packages::ORDER])?;
    // With its symbols, which a release build loses, and without the script there is.
    let mut program = words(cargo(), "rustc --release -p strongroom-cli --bin strongroom -- -C strip=none");
    run(program.env("STRONGROOM_UNORDERED", "1"))?;
    run(&mut words(cargo(), "build -p strongroom-cli -p strongroom-bench --bins"))?;
    let mut trace = command(Profile::Debug.program("trace-run"));
    trace.arg("--cli").arg(Profile::Release.program("strongroom"));
    run(trace.arg("--into").arg(root().join("src-tauri/cli/run.ld")))
}
