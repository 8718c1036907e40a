//! `strongroom person`: people, their roles, and who is at this computer.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use strongroom_app::views::{
    OrganisationView, PersonAddRequest, PersonChangeRequest, PersonRequest, PersonReturnRequest, PersonView, Role,
};

use crate::exit::Failure;
use crate::session::Session;
use crate::table::{Cell, table};

/// List people, add, change or remove one, or say who is at this computer
#[derive(Debug, Args)]
pub struct PersonArgs {
    #[command(subcommand)]
    action: Option<PersonAction>,
}

/// Roles of a person.
#[derive(Debug, Args)]
struct RoleArgs {
    /// May do everything
    #[arg(long)]
    super_admin: bool,
    /// Adds, changes and deletes the credentials of this organisation (may be given several times)
    #[arg(long, value_name = "ORG")]
    admin: Vec<String>,
    /// Sees the masked inventory of this organisation and uses its credentials (may be given several times)
    #[arg(long, value_name = "ORG")]
    member: Vec<String>,
}

/// What to do with people.
#[derive(Debug, Subcommand)]
enum PersonAction {
    /// List people with their roles
    List,
    /// Add a person
    Add {
        /// The name
        name: String,
        #[command(flatten)]
        roles: RoleArgs,
    },
    /// Give a person these roles in the place of those that they have
    Roles {
        /// Name or id
        person: String,
        #[command(flatten)]
        roles: RoleArgs,
    },
    /// Give a person another name
    Rename {
        /// Name or id
        person: String,
        /// The new name
        name: String,
    },
    /// Remove a person; what they did stays in the audit
    Remove {
        /// Name or id
        person: String,
    },
    /// Hand this computer to a person: from then on it may do what that person may
    Use {
        /// Name or id
        person: String,
    },
    /// Bring the vault's owner back to this computer, with the recovery kit
    Return {
        /// The recovery kit's file
        #[arg(long, value_name = "FILE")]
        kit: PathBuf,
    },
}

/// Lists or changes.
pub async fn person(args: PersonArgs, session: &Session<'_>) -> Result<(), Failure> {
    let app = &session.app;
    let (view, said) = match args.action.unwrap_or(PersonAction::List) {
        PersonAction::List => return list(session).await,
        PersonAction::Add { name, roles } => {
            let actor = session.actor_with_key().await?;
            let request = PersonAddRequest {
                name,
                super_admin: roles.super_admin,
                admin_of: roles.admin,
                member_of: roles.member,
            };
            (app.add_person(&actor, request).await?, "Added")
        }
        PersonAction::Roles { person, roles } => {
            let actor = session.actor_with_key().await?;
            let request = PersonChangeRequest {
                id: person,
                name: None,
                super_admin: Some(roles.super_admin),
                admin_of: Some(roles.admin),
                member_of: Some(roles.member),
            };
            (app.change_person(&actor, request).await?, "Changed the roles of")
        }
        PersonAction::Rename { person, name } => {
            let actor = session.actor_with_key().await?;
            let request = PersonChangeRequest {
                id: person,
                name: Some(name),
                super_admin: None,
                admin_of: None,
                member_of: None,
            };
            (app.change_person(&actor, request).await?, "Renamed to")
        }
        PersonAction::Remove { person } => {
            let actor = session.actor_with_key().await?;
            (app.remove_person(&actor, PersonRequest { id: person }).await?, "Removed")
        }
        PersonAction::Use { person } => {
            let actor = session.actor_with_key().await?;
            (app.use_person(&actor, PersonRequest { id: person }).await?, "At this computer is now")
        }
        PersonAction::Return { kit } => {
            session.key_alone().await?;
            let request = PersonReturnRequest { kit_path: Some(kit.display().to_string()), code: None };
            (app.return_to_owner(request).await?, "At this computer is again")
        }
    };
    session.output.result(&view, || format!("{said} “{}” ({}).", view.name, role(view.role)))
}

async fn list(session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let all = session.app.people(&actor).await?;
    session.output.result(&all.people, || {
        let rows: Vec<Vec<Cell>> = all
            .people
            .iter()
            .map(|p| {
                let here = if p.here { "here" } else { "" };
                let where_ = places(p, &all.organisations);
                vec![p.name.as_str().into(), role(p.role).into(), where_.into(), here.into(), p.id.as_str().into()]
            })
            .collect();
        table(session.output, &["Name", "Role", "Organisations", "Computer", "Id"], &rows)
    })
}

/// The organisations of a person's roles, in words.
fn places(person: &PersonView, organisations: &[OrganisationView]) -> String {
    let name = |id: &str| {
        let found = organisations.iter().find(|o| o.id == id);
        found.map_or_else(|| id.to_owned(), |o| o.name.clone())
    };
    let admin = person.admin_of.iter().map(|id| format!("{} (admin)", name(id)));
    let member = person.member_of.iter().map(|id| format!("{} (member)", name(id)));
    admin.chain(member).collect::<Vec<_>>().join(", ")
}

fn role(role: Role) -> &'static str {
    match role {
        Role::SuperAdmin => "super admin",
        Role::OrgAdmin => "org admin",
        Role::Member => "member",
        Role::Nobody => "no role",
    }
}
