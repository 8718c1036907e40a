//! Show the application where there is no display: `onstage --app PROGRAM --picture FILE [--wait TEXT] [--keep]`.
//!
//! Puts up a stage (display, session bus, unlocked throw-away keychain, own home), opens the window on it and writes a
//! picture. Variables of the caller whose names begin with `STRONGROOM_` reach the application. With `--keep` the
//! window stays until Ctrl+C.

use std::path::PathBuf;
use std::process::ExitCode;

use strongroom_stage::{Keychain, Result, Stage, Window};

/// What the command line asked for.
struct Asked {
    app: PathBuf,
    picture: PathBuf,
    wait: Option<String>,
    keep: bool,
}

fn asked() -> Option<Asked> {
    let (mut app, mut picture, mut wait, mut keep) = (None, None, None, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--app" => app = arguments.next(),
            "--picture" => picture = arguments.next(),
            "--wait" => wait = arguments.next(),
            "--keep" => keep = true,
            _ => return None,
        }
    }
    Some(Asked { app: app?.into(), picture: picture?.into(), wait, keep })
}

async fn show(asked: &Asked) -> Result<()> {
    let mut stage = Stage::open(Keychain::Unlocked)?;
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("STRONGROOM_")) {
        stage.set_variable(&name, &value);
    }
    let window = Window::open_program(&stage, &asked.app).await?;
    match &asked.wait {
        Some(text) => window.wait_for_text(text).await?,
        None => {
            let heading = "document.querySelector('h1, h2, [role=heading]') ? true : undefined";
            window.wait_for(heading, vec![]).await.map(drop)?;
        }
    }
    window.picture_to(&asked.picture).await?;
    say(&format!("Picture of the window: {}", asked.picture.display()));
    if asked.keep {
        say("The application keeps running. Ctrl+C ends it.");
        tokio::signal::ctrl_c().await.map_err(strongroom_stage::StageError::io("waiting for Ctrl+C"))?;
    }
    window.close().await
}

#[allow(clippy::print_stderr, reason = "messages of a program for developers")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(asked) = asked() else {
        say("onstage --app PROGRAM --picture FILE [--wait TEXT] [--keep]");
        return ExitCode::from(2);
    };
    match show(&asked).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
