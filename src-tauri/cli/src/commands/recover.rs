//! `strongroom recover`: the master key from the recovery kit.

use std::path::PathBuf;

use clap::Args;
use strongroom_app::SecretInput;
use strongroom_app::views::VaultRecoverRequest;

use crate::exit::Failure;
use crate::secrets_in::Source;
use crate::session::Session;

/// Recover the master key with the recovery kit; with --passphrase-file it is kept under that passphrase afterwards
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("from").required(true).args(["kit", "code"]))]
pub struct RecoverArgs {
    /// The file of the recovery kit
    #[arg(long, value_name = "FILE")]
    kit: Option<PathBuf>,
    /// Read the kit's code from standard input (the only value is -)
    #[arg(long, value_name = "-", allow_hyphen_values = true)]
    code: Option<String>,
}

/// Recovers the key and puts it where it is kept from now on.
pub async fn recover(args: RecoverArgs, session: &Session<'_>) -> Result<(), Failure> {
    let code = match args.code.as_deref() {
        None => None,
        Some("-") => Some(SecretInput::new(session.input.read(&Source::Stdin, "the recovery code")?.take())),
        Some(_) => {
            return Err(Failure::usage("The recovery code does not stand on the command line.")
                .hint("Give --code - and type it, or --kit FILE."));
        }
    };
    let kit_path = match args.kit {
        None => None,
        Some(path) => Some(path.into_os_string().into_string().map_err(|_| {
            Failure::usage("The path of the recovery kit is not text.").hint("Give --code - and the code in it.")
        })?),
    };
    // A passphrase stands in the settings that the application was started with.
    let status = session.app.recover(VaultRecoverRequest { kit_path, code, passphrase: None }).await?;
    session.output.result(&status, || format!("Recovered. {}", status.message))
}
