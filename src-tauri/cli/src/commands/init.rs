//! `strongroom init`: a new vault.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use strongroom_app::NewVaultRequest;
use strongroom_app::views::Custody;

use crate::exit::Failure;
use crate::session::Session;
use crate::words;

/// Make a new vault; --org names its first organisation
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Where the recovery kit goes; by default into the vault's folder
    #[arg(long, value_name = "FILE")]
    recovery_kit: Option<PathBuf>,
    /// Your name, for the record of who did what; the account's by default
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// Mark the vault as a demonstration with fake keys
    #[arg(long, hide = true)]
    demonstration: bool,
}

/// What was made.
#[derive(Serialize)]
struct Made {
    vault: String,
    home: String,
    custody: Custody,
    recovery_kit: String,
    organisation: Option<String>,
}

/// Makes the vault and says where its recovery kit is. The master key is never printed.
pub async fn init(args: InitArgs, session: &Session<'_>) -> Result<(), Failure> {
    let kit = session
        .app
        .create(NewVaultRequest {
            person: args.person,
            organisation: session.org.clone(),
            recovery_kit: args.recovery_kit,
            passphrase: None,
            demonstration: args.demonstration,
        })
        .await?;
    let actor = session.actor().await?;
    let status = session.app.status(&actor).await?;
    let made = Made {
        vault: status.vault,
        home: status.home,
        custody: status.custody,
        recovery_kit: kit.display().to_string(),
        organisation: status.organisations.into_iter().next().map(|o| o.name),
    };
    session.output.result(&made, || {
        let next = match &made.organisation {
            Some(_) => "Next: strongroom add --provider ID --name NAME",
            None => "Next: strongroom org add NAME",
        };
        format!(
            "New vault in {}\nIts master key is kept by {}.\nRecovery kit: {}\n  Move it to a safe place off this \
             computer: whoever has it and the vault's file can open the vault, and without it a lost master key is \
             lost for good.\n{next}",
            made.home,
            words::custody(made.custody),
            made.recovery_kit,
        )
    })
}
