//! The commands. Each reads its arguments, calls one use case and prints what came of it.

pub mod add;
pub mod assign;
pub mod audit;
pub mod check;
pub mod consumer;
mod credential;
pub mod delete;
pub mod detect;
pub mod doctor;
pub mod edit;
mod fields;
pub mod import;
pub mod init;
pub mod inventory;
pub mod launch;
pub mod list;
pub mod onboarding;
pub mod org;
pub mod person;
pub mod providers;
pub mod recover;
pub mod replace;
pub mod run;
pub mod show;
pub mod status;
pub mod switch;

use crate::args::Command;
use crate::exit::{Failure, Outcome, Status};
use crate::session::Session;

/// Carries a command out.
pub async fn carry_out(command: Command, session: &Session<'_>) -> Result<Outcome, Failure> {
    match command {
        Command::Init(args) => done(init::init(args, session).await),
        Command::Status(_) => done(status::status(session).await),
        Command::Providers(args) => done(providers::providers(args, session)),
        Command::Add(args) => done(add::add(args, session).await),
        Command::List(args) => done(list::list(args, session).await),
        Command::Inventory(args) => done(inventory::inventory(args, session).await),
        Command::Show(args) => done(show::show(args, session).await),
        Command::Edit(args) => done(edit::edit(args, session).await),
        Command::Replace(args) => replace::replace(args, session).await.map(Outcome::Done),
        Command::Enable(args) => done(switch::enable(args, session).await),
        Command::Disable(args) => done(switch::disable(args, session).await),
        Command::Delete(args) => done(delete::delete(args, session).await),
        Command::Check(args) => check::check(args, session).await.map(Outcome::Done),
        Command::Detect(_) => done(detect::detect(session)),
        Command::Import(args) => import::import(args, session).await.map(Outcome::Done),
        Command::Consumer(args) => done(consumer::consumer(args, session).await),
        Command::Assign(args) => done(assign::assign(args, session).await),
        Command::Mode(args) => done(onboarding::mode(args, session).await),
        Command::Ready(args) => onboarding::ready(args, session).await.map(Outcome::Done),
        Command::Launch(args) => done(launch::launch(args, session).await),
        Command::Run(args) => run::run(args, session).await.map(|launch| Outcome::Launch(Box::new(launch))),
        Command::Recover(args) => done(recover::recover(args, session).await),
        Command::Audit(args) => audit::audit(args, session).await.map(Outcome::Done),
        Command::Doctor(_) => doctor::doctor(session).await.map(Outcome::Done),
        Command::Org(args) => done(org::org(args, session).await),
        Command::Person(args) => done(person::person(args, session).await),
    }
}

fn done(result: Result<(), Failure>) -> Result<Outcome, Failure> {
    result.map(|()| Outcome::Done(Status::Done))
}
