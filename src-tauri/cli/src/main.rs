//! `strongroom`: the vault from a terminal, a script or a server.
//!
//! A front end over the use cases of `strongroom_app`, which the window calls too. Here stands only what is
//! particular to a terminal: arguments, where secrets are read from, tables and JSON, exit states, and starting the
//! program of `run` in place of this one. The contract is `docs/command-line.md`.

mod args;
mod commands;
mod exit;
mod harden;
mod interrupt;
mod output;
mod run;
mod secrets_in;
mod session;
mod table;
mod usage;
mod words;

use std::process::ExitCode;

use args::Cli;
use exit::{Failure, Outcome, Status};
use output::Output;
use session::Session;
use strongroom_app::age;

fn main() -> ExitCode {
    harden::harden();
    if let Some(ended) = run::enter() {
        return ended;
    }
    session::foresee();
    let cli = match Cli::read(std::env::args_os().collect()) {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error).into(),
    };
    let output = Output::new(cli.global.json);
    match answer(cli, &output) {
        Ok(status) => status.into(),
        Err(failure) => output.failure(&failure).into(),
    }
}

/// Carries the command out; only `run` does not come back where all goes well.
fn answer(cli: Cli, output: &Output) -> Result<Status, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| {
        Failure::new(Status::Failed, "no_runtime", format!("The system refused what this program needs to work: {e}."))
    })?;
    let session = Session::new(cli.global, output)?;
    let outcome = runtime.block_on(commands::carry_out(cli.command, &session));
    let ended = end(outcome, &runtime, session);
    // A look-up of a host that was given up may still be waiting in the system; nobody waits for it.
    runtime.shutdown_background();
    ended
}

fn end(
    outcome: Result<Outcome, Failure>,
    runtime: &tokio::runtime::Runtime,
    session: Session<'_>,
) -> Result<Status, Failure> {
    match outcome {
        // The vault's connection ends with this process image: its descriptors close on exec, and what was
        // committed stays committed. Emptying the log first would cost the caller milliseconds.
        Ok(Outcome::Launch(launch)) => Err(launch.replace_this_process()),
        Ok(Outcome::Done(status)) => {
            runtime.block_on(session.close())?;
            Ok(status)
        }
        Err(failure) => {
            // What went wrong first is the news; a database that then does not close well adds nothing to it.
            let _ = runtime.block_on(session.close());
            Err(failure)
        }
    }
}
