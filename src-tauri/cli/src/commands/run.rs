//! `strongroom run`: a program with the credentials that it asks for in its environment.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;
use strongroom_app::DeliveryRequest;

use crate::exit::Failure;
use crate::run::{Launch, Wishes};
use crate::session::Session;

/// Run a command with credentials in its environment
#[derive(Debug, Args)]
pub struct RunArgs {
    /// What a consumer uses, by its name or id
    #[arg(long = "for", value_name = "CONSUMER", required_unless_present = "keys")]
    consumer: Option<String>,
    /// A credential by its lookup key; may be given several times
    #[arg(long = "key", value_name = "LOOKUP")]
    keys: Vec<String>,
    /// Keep only PATH, HOME, the locale and the like of this environment
    #[arg(long)]
    clean_env: bool,
    /// Hide the values of secret fields in the command's output; the default where that is a terminal
    #[arg(long, conflicts_with = "no_mask")]
    mask: bool,
    /// Leave the command's output as it is; the default where that is no terminal
    #[arg(long)]
    no_mask: bool,
    /// Deliver this variable as a file in memory, and its path in NAME_FILE; may be given several times
    #[arg(long = "file", value_name = "NAME")]
    files: Vec<String>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Resolves and opens what was asked for; the program is started by the caller.
pub async fn run(args: RunArgs, session: &Session<'_>) -> Result<Launch, Failure> {
    // Looked for first: what cannot be started gets nothing, and no delivery is written down.
    Launch::foresee(&args.command, args.mask, !args.files.is_empty())?;
    // The system is asked while the database's thread opens the vault.
    let mark = async { strongroom_app::process_mark(std::process::id()) };
    let (actor, process) = tokio::join!(biased; session.actor_with_key(), mark);
    let actor = actor?;
    let program = args.command.first().map(Path::new).and_then(Path::file_name).unwrap_or_default();
    let request = DeliveryRequest {
        keys: args.keys,
        consumer: args.consumer,
        scope: session.org.clone(),
        program: program.to_string_lossy().into_owned(),
        process,
        files: args.files,
    };
    let delivery = session.app.deliver(&actor, request).await?;
    delivery.warnings.iter().for_each(|warning| session.output.note(warning));
    let mask = (args.mask || args.no_mask).then_some(args.mask);
    let wishes = Wishes { clean: args.clean_env, mask, json: session.output.is_json() };
    let (launch, notes) = Launch::new(args.command, delivery, &wishes);
    notes.iter().for_each(|note| session.output.note(note));
    Ok(launch)
}
