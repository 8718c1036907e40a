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

use std::pin::Pin;

use crate::args::Command;
use crate::exit::{Failure, Outcome, Status};
use crate::session::Session;

/// What a command does, in a place of its own: together they would take as much of the stack as the largest, and be
/// moved about on it.
type Work<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + 'a>>;

/// Carries a command out.
pub fn carry_out<'a>(command: Command, session: &'a Session<'_>) -> Work<'a> {
    match command {
        Command::Init(args) => Box::pin(async move { done(init::init(args, session).await) }),
        Command::Status(_) => Box::pin(async move { done(status::status(session).await) }),
        Command::Providers(args) => Box::pin(async move { done(providers::providers(args, session)) }),
        Command::Add(args) => Box::pin(async move { done(add::add(args, session).await) }),
        Command::List(args) => Box::pin(async move { done(list::list(args, session).await) }),
        Command::Inventory(args) => Box::pin(async move { done(inventory::inventory(args, session).await) }),
        Command::Show(args) => Box::pin(async move { done(show::show(args, session).await) }),
        Command::Edit(args) => Box::pin(async move { done(edit::edit(args, session).await) }),
        Command::Replace(args) => Box::pin(async move { replace::replace(args, session).await.map(Outcome::Done) }),
        Command::Enable(args) => Box::pin(async move { done(switch::enable(args, session).await) }),
        Command::Disable(args) => Box::pin(async move { done(switch::disable(args, session).await) }),
        Command::Delete(args) => Box::pin(async move { done(delete::delete(args, session).await) }),
        Command::Check(args) => Box::pin(async move { check::check(args, session).await.map(Outcome::Done) }),
        Command::Detect(_) => Box::pin(async move { done(detect::detect(session)) }),
        Command::Import(args) => Box::pin(async move { import::import(args, session).await.map(Outcome::Done) }),
        Command::Consumer(args) => Box::pin(async move { done(consumer::consumer(args, session).await) }),
        Command::Assign(args) => Box::pin(async move { done(assign::assign(args, session).await) }),
        Command::Mode(args) => Box::pin(async move { done(onboarding::mode(args, session).await) }),
        Command::Ready(args) => Box::pin(async move { onboarding::ready(args, session).await.map(Outcome::Done) }),
        Command::Launch(args) => Box::pin(async move { done(launch::launch(args, session).await) }),
        Command::Run(args) => {
            Box::pin(async move { run::run(args, session).await.map(|launch| Outcome::Launch(Box::new(launch))) })
        }
        Command::Recover(args) => Box::pin(async move { done(recover::recover(args, session).await) }),
        Command::Audit(args) => Box::pin(async move { audit::audit(args, session).await.map(Outcome::Done) }),
        Command::Doctor(_) => Box::pin(async move { doctor::doctor(session).await.map(Outcome::Done) }),
        Command::Org(args) => Box::pin(async move { done(org::org(args, session).await) }),
        Command::Person(args) => Box::pin(async move { done(person::person(args, session).await) }),
    }
}

fn done(result: Result<(), Failure>) -> Result<Outcome, Failure> {
    result.map(|()| Outcome::Done(Status::Done))
}
