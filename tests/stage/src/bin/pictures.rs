//! Takes the README's pictures: `pictures --app PROGRAM --out FOLDER`, on the demonstration vault that the variables
//! `STRONGROOM_HOME` and `STRONGROOM_MASTER_KEY` name. Each screen in light and in dark.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use strongroom_stage::{Keychain, Name, Result, Stage, Window};

async fn take(app: &Path, out: &Path) -> Result<()> {
    let mut stage = Stage::open(Keychain::Unlocked)?;
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("STRONGROOM_")) {
        stage.set_variable(&name, &value);
    }
    let window = Window::open_program(&stage, app).await?;

    // The inventory with one credential open beside it.
    window.click("rowheader", Name::containing("Twilio US1 main")).await?;
    window.find("heading", Name::containing("Twilio US1 main")).await?;
    window.pictures_in(out, "credentials").await?;

    // What needs attention, with the picture of the inventory.
    window.click("button", Name::containing("Needs attention")).await?;
    window.wait_for_text("In order of harm").await?;
    window.pictures_in(out, "attention").await?;
    window.click("button", Name::containing("Credentials")).await?;

    // An agent's language model, and what it comes to.
    window.click("button", Name::containing("Agents & consumers")).await?;
    window.click("row", Name::containing("Support line")).await?;
    window.click("tab", Name::containing("Language model")).await?;
    window.find("complementary", "What it gets").await?;
    window.pictures_in(out, "agent").await?;
    window.click("button", Name::containing("Credentials")).await?;

    // The gallery of providers.
    window.click("button", Name::containing("Add credential")).await?;
    window.find("list", "AI services").await?;
    window.pictures_in(out, "gallery").await?;

    // A form that caught a value in the wrong field before anything was sent.
    window.click("button", Name::containing("Twilio")).await?;
    window.fill("Name", "Twilio US1 campaigns").await?;
    window.fill(Name::containing("Account SID"), &wrong_sid()).await?;
    window.fill(Name::containing("API key SID"), &wrong_sid()).await?;
    window.fill(Name::containing("API key secret"), "FAKE0secret0not0real0FAKE0secret").await?;
    window.wait_for_text("it is an account SID").await?;
    window.pictures_in(out, "add").await?;
    window.close().await
}

/// An account SID with nothing behind it, put together here so that no file holds one.
fn wrong_sid() -> String {
    format!("AC{}", "facade00".repeat(4))
}

#[allow(clippy::print_stderr, reason = "messages of a program for developers")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [app_option, app, out_option, out] = arguments.as_slice() else {
        say("pictures --app PROGRAM --out FOLDER");
        return ExitCode::from(2);
    };
    if app_option != "--app" || out_option != "--out" {
        say("pictures --app PROGRAM --out FOLDER");
        return ExitCode::from(2);
    }
    match take(&PathBuf::from(app), &PathBuf::from(out)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
