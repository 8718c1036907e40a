//! `strongroom org`: organisations.

use clap::{Args, Subcommand};
use strongroom_app::views::OrganisationCreateRequest;

use crate::exit::Failure;
use crate::session::Session;
use crate::table::{Cell, table};

/// List organisations, or add one
#[derive(Debug, Args)]
pub struct OrgArgs {
    #[command(subcommand)]
    action: Option<OrgAction>,
}

/// What to do with organisations.
#[derive(Debug, Subcommand)]
enum OrgAction {
    /// List organisations
    List,
    /// Add an organisation
    Add {
        /// Its name
        name: String,
    },
}

/// Lists or adds.
pub async fn org(args: OrgArgs, session: &Session<'_>) -> Result<(), Failure> {
    match args.action.unwrap_or(OrgAction::List) {
        OrgAction::List => {
            let actor = session.actor().await?;
            let all = session.app.organisations(&actor).await?;
            session.output.result(&all, || {
                let rows: Vec<Vec<Cell>> = all
                    .iter()
                    .map(|o| vec![o.name.as_str().into(), o.credentials.to_string().into(), o.id.as_str().into()])
                    .collect();
                table(session.output, &["Name", "Credentials", "Id"], &rows)
            })
        }
        OrgAction::Add { name } => {
            let actor = session.actor_with_key().await?;
            let made = session.app.create_organisation(&actor, OrganisationCreateRequest { name }).await?;
            session.output.result(&made, || format!("Added the organisation “{}”.", made.name))
        }
    }
}
