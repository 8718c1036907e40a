//! The window of Strongroom: a thin shell around the use cases of `strongroom_app`.
#![cfg_attr(all(not(debug_assertions), windows), windows_subsystem = "windows")]

mod audit_commands;
mod bindings;
mod browser;
mod checks;
mod clipboard;
mod commands;
mod consumer_commands;
mod engine;
mod list_commands;
mod opening;
mod own_providers;
mod shell;
mod tend;
mod watch;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    without_core_dumps();
    engine::prepare();
    match window::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            // The window is gone or never came: standard error is the only place left to say why.
            #[allow(clippy::print_stderr)]
            {
                eprintln!("Strongroom could not open its window: {e}. Is there a display?");
            }
            ExitCode::FAILURE
        }
    }
}

/// A crash must not write keys to disk. `PR_SET_DUMPABLE` would do more, but with it the desktop portals refuse the
/// clipboard and the file dialogs.
fn without_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        // Where the limit cannot be lowered there is nothing else to do; the vault works all the same.
        let _ = setrlimit(Resource::Core, none);
    }
}
