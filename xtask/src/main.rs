//! `cargo xtask …`: everything that is done to this repository by command.
//!
//! Starts from a fresh clone on Debian 12 with Rust and Node alone, and says what it installs before it does so.

mod bench;
mod build;
mod demo;
mod docs;
mod icons;
mod order;
mod package;
mod packages;
mod pictures;
mod run;
mod shell;
mod statements;
mod test;

use std::process::ExitCode;

use shell::{Outcome, say};

const USAGE: &str = "\
cargo xtask run [--keep]          install what is missing, build, and open the window
cargo xtask test [PART…]          set up for and run every test; parts: fmt page clippy types sql rust window
cargo xtask demo [--keep]         open a demonstration vault with fake keys and stand-in providers
cargo xtask pictures              take the README's pictures from the demonstration vault
cargo xtask bench [PART…]         run the benchmarks (release build); parts: seal checks masking list exec window
cargo xtask docs                  write docs/providers.md from the catalogue
cargo xtask package               build the .deb
cargo xtask sql                   renew .sqlx after a change of the vault's SQL
cargo xtask icons                 render icons/ from its drawings
cargo xtask order                 renew src-tauri/cli/run.ld, which has the functions of `run` side by side

Where there is no display, run and demo use a virtual one and write a picture of the window; --keep leaves the
application running there until Ctrl+C.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    let done = match (arguments.first().map(String::as_str), rest.as_slice()) {
        (Some("run"), [] | ["--keep"]) => run::run(!rest.is_empty()),
        (Some("demo"), [] | ["--keep"]) => demo::demo(!rest.is_empty()),
        (Some("test"), parts) => test::test(parts),
        (Some("pictures"), []) => pictures::pictures(),
        (Some("bench"), parts) => bench::bench(parts),
        (Some("docs"), []) => docs::docs(),
        (Some("package"), []) => package::package(),
        (Some("sql"), []) => statements::renew(),
        (Some("icons"), []) => icons::icons(),
        (Some("order"), []) => order::order(),
        (None | Some("help" | "--help" | "-h"), _) => {
            say(USAGE);
            return ExitCode::SUCCESS;
        }
        _ => {
            say(USAGE);
            return ExitCode::from(2);
        }
    };
    finish(done)
}

fn finish(done: Outcome<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("\n{error}"));
            ExitCode::FAILURE
        }
    }
}
