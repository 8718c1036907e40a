//! `strongroom enable` and `strongroom disable`.

use clap::Args;
use strongroom_app::views::CredentialEnableRequest;

use crate::exit::Failure;
use crate::session::Session;

/// Switch a credential on
#[derive(Debug, Args)]
pub struct EnableArgs {
    /// Name, lookup key or id
    credential: String,
}

/// Switch a credential off: it stays stored and is never used
#[derive(Debug, Args)]
pub struct DisableArgs {
    /// Name, lookup key or id
    credential: String,
}

/// Switches on.
pub async fn enable(args: EnableArgs, session: &Session<'_>) -> Result<(), Failure> {
    switch(session, &args.credential, true).await
}

/// Switches off.
pub async fn disable(args: DisableArgs, session: &Session<'_>) -> Result<(), Failure> {
    switch(session, &args.credential, false).await
}

async fn switch(session: &Session<'_>, credential: &str, enabled: bool) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let id = session.credential(&actor, credential).await?.id;
    let after = session.app.set_enabled(&actor, CredentialEnableRequest { id, enabled }).await?;
    let done = if enabled { "Enabled" } else { "Disabled" };
    session.output.result(&after, || format!("{done} “{}”.", after.name))
}
