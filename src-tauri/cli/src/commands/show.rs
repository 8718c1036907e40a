//! `strongroom show`: one credential.

use clap::Args;

use super::credential::sheet;
use crate::exit::Failure;
use crate::session::Session;

/// Show one credential: plain fields, masked tails, verdict; never a secret
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Name, lookup key or id
    credential: String,
}

/// Prints the credential. Needs no master key.
pub async fn show(args: ShowArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let credential = session.credential(&actor, &args.credential).await?;
    session.output.result(&credential, || sheet(session.output, &credential))
}
