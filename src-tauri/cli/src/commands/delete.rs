//! `strongroom delete`: shows what stops working, asks, and leaves no copy.

use clap::Args;
use strongroom_app::views::{CredentialDeleteRequest, CredentialRequest, ImpactView};

use crate::exit::{Failure, Status};
use crate::session::Session;
use crate::words;

/// Delete a credential for good, after showing what stops working
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Name, lookup key or id
    credential: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Shows the impact, asks for the name on a terminal, and deletes.
pub async fn delete(args: DeleteArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let credential = session.credential(&actor, &args.credential).await?;
    let impact = session.app.delete_impact(&actor, CredentialRequest { id: credential.id.clone() }).await?;
    session.output.note(&format!("“{}” ({}) of {}:", credential.name, credential.key, credential.scope));
    if impact.impact.is_empty() {
        session.output.note("  nothing is known to use it");
    }
    for one in &impact.impact {
        session.output.note(&format!("  {}", line(one)));
    }
    if let Some(summary) = &impact.summary {
        session.output.note(&format!("In short: {summary}."));
    }
    if !args.yes {
        let hint = "Nothing was deleted. Say --yes to delete it, or `strongroom disable` to keep it without using it.";
        confirm(session, &credential.name, hint)?;
    }
    // Typed above, or taken as typed by --yes.
    let request = CredentialDeleteRequest { id: credential.id.clone(), confirm: Some(credential.name.clone()) };
    let done = session.app.delete(&actor, request).await?;
    session.output.result(&done, || format!("Deleted “{}”.", credential.name))
}

/// Asks for the exact name at a terminal.
pub fn confirm(session: &Session<'_>, name: &str, hint: &str) -> Result<(), Failure> {
    if !session.input.can_ask() {
        let message = "There is no terminal to confirm the deletion at.";
        return Err(Failure::new(Status::Usage, "confirmation_needed", message).hint(hint));
    }
    if session.input.ask_line("Type the name to delete it for good: ")? != name {
        return Err(Failure::new(Status::Failed, "not_confirmed", "That is not the name. Nothing was deleted."));
    }
    Ok(())
}

fn line(impact: &ImpactView) -> String {
    let kind = words::consumer_kind(&impact.kind);
    format!("{kind}: {} {}", impact.name, impact.effect)
}
