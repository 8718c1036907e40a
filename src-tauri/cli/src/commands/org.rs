//! `strongroom org`: organisations.

use clap::{Args, Subcommand};
use strongroom_app::views::{
    OrganisationArchiveRequest, OrganisationCreateRequest, OrganisationRenameRequest, OrganisationView,
};

use crate::exit::Failure;
use crate::session::Session;
use crate::table::{Cell, table};

/// List organisations, add, rename, archive or restore one
#[derive(Debug, Args)]
pub struct OrgArgs {
    #[command(subcommand)]
    action: Option<OrgAction>,
}

/// What to do with organisations.
#[derive(Debug, Subcommand)]
enum OrgAction {
    /// List organisations
    List {
        /// Archived ones too
        #[arg(long)]
        all: bool,
    },
    /// Add an organisation
    Add {
        /// Its name
        name: String,
    },
    /// Give an organisation another name
    Rename {
        /// Its name or id
        organisation: String,
        /// The new name
        name: String,
    },
    /// Put an organisation away: nothing of it is listed, used or changed, and nothing is lost
    Archive {
        /// Its name or id
        organisation: String,
    },
    /// Take an archived organisation back
    Restore {
        /// Its name or id
        organisation: String,
    },
}

/// Lists or changes.
pub async fn org(args: OrgArgs, session: &Session<'_>) -> Result<(), Failure> {
    match args.action.unwrap_or(OrgAction::List { all: false }) {
        OrgAction::List { all } => list(all, session).await,
        OrgAction::Add { name } => {
            let actor = session.actor_with_key().await?;
            let made = session.app.create_organisation(&actor, OrganisationCreateRequest { name }).await?;
            session.output.result(&made, || format!("Added the organisation “{}”.", made.name))
        }
        OrgAction::Rename { organisation, name } => {
            let actor = session.actor_with_key().await?;
            let request = OrganisationRenameRequest { id: organisation.clone(), name };
            let renamed = session.app.rename_organisation(&actor, request).await?;
            session.output.result(&renamed, || format!("“{organisation}” is “{}” now.", renamed.name))
        }
        OrgAction::Archive { organisation } => archive(organisation, true, session).await,
        OrgAction::Restore { organisation } => archive(organisation, false, session).await,
    }
}

async fn list(all: bool, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let found: Vec<OrganisationView> =
        if all { session.app.people(&actor).await?.organisations } else { session.app.organisations(&actor).await? };
    session.output.result(&found, || {
        let rows: Vec<Vec<Cell>> = found
            .iter()
            .map(|o| {
                let state = if o.archived_at.is_some() { "archived" } else { "" };
                vec![o.name.as_str().into(), o.credentials.to_string().into(), state.into(), o.id.as_str().into()]
            })
            .collect();
        table(session.output, &["Name", "Credentials", "State", "Id"], &rows)
    })
}

async fn archive(id: String, archived: bool, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let done = session.app.archive_organisation(&actor, OrganisationArchiveRequest { id, archived }).await?;
    session.output.result(&done, || {
        if archived {
            format!("Archived “{}”. Its credentials stay sealed and are used no more until it is restored.", done.name)
        } else {
            format!("Restored “{}”.", done.name)
        }
    })
}
