//! Has the linker lay the functions of `strongroom run` side by side.
//!
//! `run` stands before every start of a program and goes through a tenth of the code, from every corner of it. The system
//! brings code into memory in pieces of 64 KB, each when it is first needed, and gives each back when the command takes
//! the place of this program: side by side they need some sixty pieces fewer. `cargo xtask order` makes the script anew; names in it
//! that are no more are passed over, and new ones stand where they stood without it.

use std::path::Path;

const SCRIPT: &str = "run.ld";

fn main() {
    println!("cargo::rerun-if-changed={SCRIPT}");
    println!("cargo::rerun-if-env-changed=STRONGROOM_UNORDERED");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    // Another linker that somebody has chosen may not know such scripts.
    let chosen = variable("CARGO_ENCODED_RUSTFLAGS");
    let usual = !chosen.contains("linker") && !chosen.contains("fuse-ld") && variable("RUSTC_LINKER").is_empty();
    let unordered = std::env::var_os("STRONGROOM_UNORDERED").is_some();
    if variable("CARGO_CFG_TARGET_OS") == "linux" && variable("PROFILE") == "release" && usual && !unordered {
        let script = Path::new(&variable("CARGO_MANIFEST_DIR")).join(SCRIPT);
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", script.display());
    }
}
