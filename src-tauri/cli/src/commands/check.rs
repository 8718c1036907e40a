//! `strongroom check`: asks the providers and stores their verdicts.

use clap::Args;
use jiff::Timestamp;
use strongroom_app::VerdictKind;
use strongroom_app::views::{CheckAllRequest, CheckAllView, CheckEvent, CheckedView};
use strongroom_app::{Actor, CHECK_CONCURRENCY, CHECK_CONCURRENCY_LIMIT};

use crate::exit::{Failure, Status, status_of};
use crate::interrupt::interrupted;
use crate::output::{Progress, Tone};
use crate::session::Session;
use crate::table::{Cell, table};
use crate::words;

/// Check credentials with their providers and store the verdicts
///
/// Each verdict is stored as it comes. Ctrl+C stops at once and keeps what there is.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["credentials", "all"]))]
pub struct CheckArgs {
    /// Names, lookup keys or ids
    #[arg(value_name = "CREDENTIAL")]
    credentials: Vec<String>,
    /// Every credential that is switched on
    #[arg(long)]
    all: bool,
    /// How many at once; at most four of them ask the same host
    #[arg(long, value_name = "N", default_value_t = CHECK_CONCURRENCY, value_parser = concurrency())]
    concurrency: u16,
}

fn concurrency() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=i64::from(CHECK_CONCURRENCY_LIMIT))
}

/// Checks, with progress on standard error, and gives the worst status.
pub async fn check(args: CheckArgs, session: &Session<'_>) -> Result<Status, Failure> {
    let actor = session.actor_with_key().await?;
    let mut line = session.output.progress();
    let told = |event: CheckEvent| tell(&mut line, &event);
    let (app, concurrency) = (&session.app, Some(args.concurrency));
    let came = if args.all {
        let request = CheckAllRequest { scope: session.org.clone(), concurrency, ..CheckAllRequest::default() };
        app.check_all(&actor, request, interrupted(), told).await
    } else {
        let ids = named(session, &actor, &args.credentials).await?;
        app.check_many(&actor, &ids, concurrency, interrupted(), told).await
    };
    line.clear();
    let came = came?;
    session.output.result(&came.results, || {
        let rows: Vec<Vec<Cell>> = came.results.iter().map(row).collect();
        table(session.output, &["Name", "Result", "Evidence", "Next step"], &rows)
    })?;
    if came.stopped {
        let done = came.results.len();
        session.output.note(&format!("Stopped after {done} of {}. Their verdicts are stored.", came.total));
    }
    Ok(worst(&came))
}

/// One line for each event that people wait for.
fn tell(line: &mut Progress, event: &CheckEvent) {
    match event {
        CheckEvent::Started { disabled, not_permitted, .. } => {
            if *disabled > 0 {
                line.note(&format!("{} left out.", words::count(*disabled as usize, "disabled credential")));
            }
            if *not_permitted > 0 {
                let which = words::count(*not_permitted as usize, "credential");
                line.note(&format!("{which} left out, which your role may see and not check."));
            }
        }
        CheckEvent::Asking { name, .. } => line.passing(&format!("asking about {name}")),
        CheckEvent::Checked { done, total, result } => {
            let count = if *total > 1 { format!("[{done}/{total}] ") } else { String::new() };
            line.step(&format!("{count}{}: {}", result.name, outcome(result)));
        }
    }
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

/// The verdict, with the last known one where this one says nothing.
fn outcome(checked: &CheckedView) -> String {
    checked.verdict.as_ref().map_or_else(|| "Not checked".into(), |v| words::aged(v, Timestamp::now()))
}

/// What became of the old key of a replacement.
fn old_key(kind: VerdictKind) -> String {
    match kind {
        VerdictKind::Rejected => "The old key is refused: it is dead, and destroyed.".into(),
        VerdictKind::Works | VerdictKind::Limited => "The old key still works: revoke it with the provider.".into(),
        other => format!("The old key is kept: {}.", words::verdict(other)),
    }
}

fn row(checked: &CheckedView) -> Vec<Cell> {
    let (evidence, next) = match (&checked.verdict, &checked.error) {
        (Some(verdict), _) => (verdict.evidence.as_str(), verdict.next_step.as_deref()),
        (None, Some(error)) => (error.message.as_str(), error.hint.as_deref()),
        (None, None) => ("", None),
    };
    let result = match &checked.verdict {
        Some(verdict) => Cell::toned(outcome(checked), words::tone(verdict.kind)),
        None => Cell::toned(outcome(checked), Tone::Bad),
    };
    let next = next.map(str::to_owned).into_iter().chain(checked.old_key.map(old_key)).collect::<Vec<_>>();
    vec![checked.name.as_str().into(), result, evidence.into(), next.join(" ").into()]
}

/// A rejection goes before a provider that was not reached, and that before a record that did not open or a check
/// that was stopped.
fn worst(came: &CheckAllView) -> Status {
    let status = |c: &CheckedView| c.verdict.as_ref().map_or(Status::Failed, |v| status_of(v.kind));
    [Status::Rejected, Status::Unreachable, Status::Failed]
        .into_iter()
        .find(|bad| came.results.iter().any(|c| status(c) == *bad))
        .unwrap_or(if came.stopped { Status::Failed } else { Status::Done })
}
