//! `strongroom consumer`: whatever uses credentials.

mod explain;
mod options;
pub mod uses;

use clap::{Args, Subcommand};
use serde::Serialize;
use strongroom_app::Actor;
use strongroom_app::views::{
    ConsumerAddRequest, ConsumerEditRequest, ConsumerKind, ConsumerListRequest, ConsumerRequest, ConsumerView,
};

use super::delete::confirm;
use crate::exit::Failure;
use crate::session::Session;
use crate::words;

/// List, show, add, change, delete or explain what uses credentials
///
/// CONSUMER is an id, a name, the name as one word (`support-line`), or one of these with its kind before it
/// (`agent:support-line`). `strongroom assign` says what a consumer uses.
#[derive(Debug, Args)]
pub struct ConsumerArgs {
    #[command(subcommand)]
    action: Option<ConsumerAction>,
}

/// What to do with consumers.
#[derive(Debug, Subcommand)]
enum ConsumerAction {
    /// List consumers
    List(ListArgs),
    /// Show one: what it uses, the command that runs a program with that, and the variables which it gets
    Show {
        /// Id, name, or kind:name
        consumer: String,
    },
    /// Add one
    Add {
        /// Its kind (`strongroom consumer kinds` lists them); it cannot be changed later
        #[arg(long, value_parser = kind)]
        kind: ConsumerKind,
        /// A name for people
        #[arg(long)]
        name: String,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Change its name or note
    Edit(EditArgs),
    /// Delete one; the credentials which it used stay
    Delete {
        /// Id, name, or kind:name
        consumer: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// List the kinds of consumers, and the places that credentials take in each
    Kinds,
    /// Show which providers can be chosen in a place, and why the others cannot
    Options {
        /// The place, such as llm
        #[arg(long)]
        slot: String,
    },
    /// Say which credential would be used, by which rule, and why each other one is not
    Explain(explain::ExplainArgs),
}

/// Which consumers to list.
#[derive(Debug, Default, Args)]
struct ListArgs {
    /// Only this kind
    #[arg(long, value_parser = kind)]
    kind: Option<ConsumerKind>,
    /// Only those with these words in the name or the note
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: Option<u32>,
    /// Go on after the cursor of an earlier page
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// What to change.
#[derive(Debug, Args)]
struct EditArgs {
    /// Id, name, or kind:name
    consumer: String,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Change {
    /// A new name
    #[arg(long)]
    name: Option<String>,
    /// A new note; an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// The kind of that id.
fn kind(text: &str) -> Result<ConsumerKind, String> {
    ConsumerKind::from_id(text).ok_or_else(|| {
        let known: Vec<&str> = ConsumerKind::ALL.iter().map(|kind| kind.id()).collect();
        format!("there are {}", known.join(", "))
    })
}

/// A consumer that is gone.
#[derive(Serialize)]
struct Deleted<'a> {
    deleted: &'a str,
    kind: ConsumerKind,
    name: &'a str,
}

/// Reads or changes.
pub async fn consumer(args: ConsumerArgs, session: &Session<'_>) -> Result<(), Failure> {
    match args.action.unwrap_or(ConsumerAction::List(ListArgs::default())) {
        ConsumerAction::List(args) => list(args, session).await,
        ConsumerAction::Show { consumer } => {
            let actor = session.actor().await?;
            let found = named(session, &actor, &consumer).await?;
            session.output.result(&found, || uses::sheet(session.output, &found))
        }
        ConsumerAction::Add { kind, name, note } => {
            let actor = session.actor_with_key().await?;
            let organisation = session.organisation(&actor).await?;
            let request = ConsumerAddRequest { kind, name, note, organisation, uses: Vec::new() };
            let made = session.app.add_consumer(&actor, request).await?;
            session.output.result(&made, || {
                let next = format!("strongroom assign {} --credential CREDENTIAL", uses::typed(&made));
                format!("Added the {} “{}” in {}.\nNext: {next}", kind.words().0, made.name, made.scope)
            })
        }
        ConsumerAction::Edit(args) => edit(args, session).await,
        ConsumerAction::Delete { consumer, yes } => delete(&consumer, yes, session).await,
        ConsumerAction::Kinds => options::kinds(session),
        ConsumerAction::Options { slot } => options::options(slot, session).await,
        ConsumerAction::Explain(args) => explain::explain(args, session).await,
    }
}

/// The consumer that the person named.
pub async fn named(session: &Session<'_>, actor: &Actor, text: &str) -> Result<ConsumerView, Failure> {
    Ok(session.app.find_consumer(actor, text, session.org.as_deref()).await?)
}

async fn list(args: ListArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let request = ConsumerListRequest {
        scope: session.org.clone(),
        kind: args.kind,
        search: args.search,
        limit: args.limit,
        after: args.after,
    };
    let page = session.app.consumers(&actor, request).await?;
    session.output.result(&page, || uses::list(session.output, &page.items))?;
    if !session.output.is_json() {
        session.output.note(&words::page(page.items.len(), page.total as usize, "consumer", page.next.as_deref()));
    }
    Ok(())
}

async fn edit(args: EditArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let before = named(session, &actor, &args.consumer).await?;
    let request = ConsumerEditRequest {
        id: before.id,
        revision: Some(before.revision),
        name: args.change.name,
        note: args.change.note,
        uses: None,
    };
    let changed = session.app.edit_consumer(&actor, request).await?;
    session.output.result(&changed, || format!("Changed “{}” in {}.", changed.name, changed.scope))
}

async fn delete(text: &str, yes: bool, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let found = named(session, &actor, text).await?;
    session.output.note(&format!("The {} “{}” of {}:", found.kind.words().0, found.name, found.scope));
    if found.uses.is_empty() {
        session.output.note("  uses no credential");
    }
    for one in &found.uses {
        session.output.note(&format!("  {}: {}", one.slot, uses::told(one)));
    }
    session.output.note("  The credentials that it uses stay.");
    if !yes {
        confirm(session, &found.name, "Nothing was deleted. Say --yes to delete it.")?;
    }
    let gone = session.app.delete_consumer(&actor, ConsumerRequest { id: found.id }).await?;
    let document = Deleted { deleted: &gone.id, kind: gone.kind, name: &gone.name };
    session.output.result(&document, || format!("Deleted “{}”.", gone.name))
}
