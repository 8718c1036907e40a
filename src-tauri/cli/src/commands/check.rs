//! `strongroom check`: asks the providers and stores their verdicts.

use clap::Args;
use strongroom_app::views::{CheckedView, CredentialState, ListRequest};
use strongroom_app::{Actor, CheckProgress};

use crate::exit::{Failure, Status, status_of};
use crate::output::Tone;
use crate::session::Session;
use crate::table::{Cell, table};
use crate::words;

/// Check credentials with their providers and store the verdicts
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["credentials", "all"]))]
pub struct CheckArgs {
    /// Names, lookup keys or ids
    #[arg(value_name = "CREDENTIAL")]
    credentials: Vec<String>,
    /// Every credential that is switched on
    #[arg(long)]
    all: bool,
    /// How many at once
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=64))]
    concurrency: u16,
}

/// Checks, with progress on standard error, and gives the worst status.
pub async fn check(args: CheckArgs, session: &Session<'_>) -> Result<Status, Failure> {
    let actor = session.actor_with_key().await?;
    let ids = if args.all { all(session, &actor).await? } else { named(session, &actor, &args.credentials).await? };
    let progress = |step: &CheckProgress| {
        let count = if step.of > 1 { format!("[{}/{}] ", step.done, step.of) } else { String::new() };
        session.output.note(&format!("{count}{}: {}", step.last.name, result(&step.last)));
    };
    let checked = session.app.check_many(&actor, &ids, args.concurrency.into(), progress).await?;
    session.output.result(&checked, || {
        let rows: Vec<Vec<Cell>> = checked.iter().map(row).collect();
        table(session.output, &["Name", "Result", "Evidence", "Next step"], &rows)
    })?;
    Ok(worst(&checked))
}

/// Every credential that is switched on, and a word about those that are not.
async fn all(session: &Session<'_>, actor: &Actor) -> Result<Vec<String>, Failure> {
    let (mut ids, mut disabled, mut after) = (Vec::new(), 0, None);
    loop {
        let request = ListRequest {
            scope: session.org.clone(),
            limit: Some(1000),
            after: after.take(),
            ..ListRequest::default()
        };
        let page = session.app.list(actor, request).await?;
        for credential in page.items {
            if credential.state == CredentialState::Disabled {
                disabled += 1;
            } else {
                ids.push(credential.id);
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if disabled > 0 {
        let s = if disabled == 1 { "" } else { "s" };
        session.output.note(&format!("{disabled} disabled credential{s} left out."));
    }
    Ok(ids)
}

/// Those that were named, each once.
async fn named(session: &Session<'_>, actor: &Actor, names: &[String]) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        let id = session.credential(actor, name).await?.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn result(checked: &CheckedView) -> &'static str {
    checked.verdict.as_ref().map_or("Could not be opened", |v| words::verdict(v.kind))
}

fn row(checked: &CheckedView) -> Vec<Cell> {
    let (evidence, next) = match (&checked.verdict, &checked.error) {
        (Some(verdict), _) => (verdict.evidence.as_str(), verdict.next_step.as_deref()),
        (None, Some(error)) => (error.message.as_str(), error.hint.as_deref()),
        (None, None) => ("", None),
    };
    let result = match &checked.verdict {
        Some(verdict) => Cell::toned(words::verdict(verdict.kind), words::tone(verdict.kind)),
        None => Cell::toned(result(checked), Tone::Bad),
    };
    vec![checked.name.as_str().into(), result, evidence.into(), next.unwrap_or_default().into()]
}

/// A rejection goes before a provider that was not reached, and that before a record that did not open.
fn worst(checked: &[CheckedView]) -> Status {
    let status = |c: &CheckedView| c.verdict.as_ref().map_or(Status::Failed, |v| status_of(v.kind));
    [Status::Rejected, Status::Unreachable, Status::Failed]
        .into_iter()
        .find(|bad| checked.iter().any(|c| status(c) == *bad))
        .unwrap_or(Status::Done)
}
