//! `strongroom import`: credentials out of a `.env` or JSON file.

use std::path::{Path, PathBuf};

use clap::Args;
use strongroom_app::views::{ImportChoice, ImportPlanView, ImportRowView, ImportedView};

use crate::exit::{Failure, Status};
use crate::output::{Output, Tone};
use crate::secrets_in::Source;
use crate::session::Session;
use crate::table::{Cell, table};

/// Import credentials from a .env or JSON file
///
/// Shows what each line would become and asks before anything is stored. No value is ever printed. Duplicates and what
/// cannot be stored are left out. Nothing is sent to any provider; `strongroom check` does that afterwards.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only show what would be stored
    #[arg(long)]
    dry_run: bool,
    /// Store without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
}

/// Reads, shows, asks, stores.
pub async fn import(args: ImportArgs, session: &Session<'_>) -> Result<Status, Failure> {
    let actor = session.actor_with_key().await?;
    let scope = session.scope_for_new(&actor).await?;
    let (text, name) = if args.file == Path::new("-") {
        (session.input.read(&Source::Stdin, "the import")?.input(), "standard input".to_owned())
    } else {
        (session.app.read_import(&args.file)?, args.file.display().to_string())
    };
    let plan = session.app.plan_import(&actor, &name, &text, &scope).await?;
    let view = plan.view();
    if args.dry_run {
        session.output.result(view, || sheet(session.output, view))?;
        return Ok(Status::Done);
    }
    let chosen: Vec<&ImportRowView> = view.rows.iter().filter(|row| row.chosen).collect();
    session.output.note(&sheet(session.output, view));
    if !args.yes && !chosen.is_empty() {
        confirm(session, chosen.len())?;
    }
    let choices = chosen.iter().map(|row| ImportChoice { row: row.row, name: None }).collect();
    let done = session.app.carry_out_import(&actor, &plan, choices).await;
    let failed = done.iter().any(|one| one.credential.is_none());
    session.output.result(&done, || results(&done))?;
    Ok(if failed { Status::Failed } else { Status::Done })
}

fn confirm(session: &Session<'_>, count: usize) -> Result<(), Failure> {
    if !session.input.can_ask() {
        let message = "There is no terminal to confirm the import at.";
        return Err(Failure::new(Status::Usage, "confirmation_needed", message)
            .hint("Nothing was stored. Say --yes to store what is shown, or --dry-run to see it only."));
    }
    let answer = session.input.ask_line(&format!("Store {}? [y/N] ", credentials(count)))?;
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        return Ok(());
    }
    Err(Failure::new(Status::Failed, "not_confirmed", "Nothing was stored."))
}

fn credentials(count: usize) -> String {
    if count == 1 { "1 credential".to_owned() } else { format!("{count} credentials") }
}

fn sheet(output: &Output, plan: &ImportPlanView) -> String {
    let mut parts = Vec::new();
    if !plan.rows.is_empty() {
        let rows: Vec<Vec<Cell>> = plan.rows.iter().map(row).collect();
        parts.push(table(output, &["", "Name", "Provider", "Key", "From", "Tail", "Note"], &rows));
    }
    if !plan.skipped.is_empty() {
        let rows: Vec<Vec<Cell>> = plan
            .skipped
            .iter()
            .map(|s| vec![line(s.line).into(), s.name.clone().unwrap_or_default().into(), s.why.as_str().into()])
            .collect();
        parts.push(format!("Becomes nothing\n{}", table(output, &["Line", "Name", "Why"], &rows)));
    }
    parts.push(format!("{} to store.", credentials(plan.rows.iter().filter(|row| row.chosen).count())));
    parts.join("\n\n")
}

fn row(row: &ImportRowView) -> Vec<Cell> {
    let (sign, tone) = match (row.chosen, &row.problem) {
        (true, _) => ("+", Tone::Good),
        (false, Some(_)) => ("!", Tone::Bad),
        (false, None) => ("=", Tone::Warn),
    };
    let from: Vec<String> = row
        .fields
        .iter()
        .map(|f| f.line.map_or_else(|| f.from.clone(), |line| format!("{} (line {line})", f.from)))
        .collect();
    let tail = row.fields.iter().find_map(|f| f.tail.as_deref());
    vec![
        Cell::toned(sign, tone),
        row.name.as_str().into(),
        format!("{} ({})", row.provider, row.auth).into(),
        row.key.as_str().into(),
        from.join(", ").into(),
        tail.map_or_else(|| "••••".to_owned(), |tail| format!("••••{tail}")).into(),
        note(row).into(),
    ]
}

fn note(row: &ImportRowView) -> String {
    if let Some(problem) = &row.problem {
        return problem.clone();
    }
    if !row.stored.is_empty() {
        let names: Vec<String> = row.stored.iter().map(|name| format!("“{name}”")).collect();
        return format!("stored already, as {}", names.join(", "));
    }
    match &row.same_as {
        Some(other) => format!("the same value as {other}"),
        None => row.reason.clone(),
    }
}

fn line(line: Option<u32>) -> String {
    line.map(|line| line.to_string()).unwrap_or_default()
}

fn results(done: &[ImportedView]) -> String {
    if done.is_empty() {
        return "Nothing was stored.".to_owned();
    }
    let lines: Vec<String> = done
        .iter()
        .map(|one| match (&one.credential, &one.error) {
            (Some(credential), _) => format!("Stored “{}” ({}).", one.name, credential.key),
            (None, Some(error)) => format!(
                "Not stored: “{}”. {} {}",
                one.name,
                error.message,
                error.fields.iter().map(|f| f.message.as_str()).collect::<Vec<_>>().join(" ")
            ),
            (None, None) => format!("Not stored: “{}”.", one.name),
        })
        .collect();
    format!("{}\nNext: strongroom check --all", lines.join("\n"))
}
