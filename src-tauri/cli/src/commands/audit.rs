//! `strongroom audit`: who did what, when; whether the log is whole; and how long it is kept.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use strongroom_app::views::{
    AuditEntryView, AuditExportRequest, AuditFormat, AuditGroup, AuditRequest, AuditRetentionRequest,
    AuditRetentionView, AuditVerifyRequest, AuditVerifyView,
};

use crate::exit::{Failure, Status};
use crate::output::{Output, Tone};
use crate::session::Session;
use crate::table::{Cell, pairs, table};
use crate::words;

/// List, verify or export the audit, or choose how long it is kept
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    action: Option<AuditAction>,
}

/// Which entries. `--org` narrows them to one organisation.
#[derive(Debug, Default, Args)]
struct FilterArgs {
    /// changes, checks, deliveries or refused
    #[arg(long, value_name = "KIND", value_parser = group)]
    kind: Option<AuditGroup>,
    /// One action, such as credential.add
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// What this person did
    #[arg(long, value_name = "PERSON")]
    person: Option<String>,
    /// What was done to this credential (by name, lookup key or id), or to whatever has this id
    #[arg(long, value_name = "OBJECT")]
    object: Option<String>,
    /// From this day (2027-01-31) or moment (2027-01-31T12:00:00Z) on
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Until the end of this day, or before this moment
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// A part of the names, the action or the details
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl FilterArgs {
    fn request(self, session: &Session<'_>) -> AuditRequest {
        AuditRequest {
            scope: session.org.clone(),
            group: self.kind,
            action: self.action,
            person: self.person,
            object: self.object,
            from: self.from,
            until: self.until,
            search: self.search,
            limit: None,
            after: None,
        }
    }
}

/// What to do with the audit.
#[derive(Debug, Subcommand)]
enum AuditAction {
    /// List entries, the newest first
    List {
        #[command(flatten)]
        filter: FilterArgs,
        /// How many
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: Option<u32>,
        /// Entries after this page, by the `next` of its JSON
        #[arg(long, value_name = "CURSOR")]
        after: Option<String>,
    },
    /// Verify every entry, and the log against what the keychain remembers of it
    Verify {
        /// Take the log for the right one after a backup was put back on purpose
        #[arg(long)]
        accept: bool,
    },
    /// Export entries to a file or to standard output
    Export {
        /// json (with the result of a verification), jsonl or csv
        #[arg(long, value_name = "FORMAT", value_parser = format)]
        format: AuditFormat,
        /// Write it to this file, which must not exist yet; otherwise it is printed
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        filter: FilterArgs,
    },
    /// Say how long entries are kept, or choose it
    Retention {
        /// A number of days, or `all`
        #[arg(value_name = "DAYS", value_parser = days)]
        days: Option<Days>,
    },
    /// Remove the entries that are older than they are kept
    Prune,
}

/// How long entries are kept.
#[derive(Clone, Copy, Debug)]
struct Days(Option<u32>);

fn days(text: &str) -> Result<Days, String> {
    match text {
        "all" => Ok(Days(None)),
        text => text.parse().map(|days| Days(Some(days))).map_err(|_| "a number of days, or all".to_owned()),
    }
}

fn group(text: &str) -> Result<AuditGroup, String> {
    let named = AuditGroup::ALL.into_iter().find(|group| group.id() == text);
    named.ok_or_else(|| "there are changes, checks, deliveries, refused".to_owned())
}

fn format(text: &str) -> Result<AuditFormat, String> {
    let named = AuditFormat::ALL.into_iter().find(|format| format.id() == text);
    named.ok_or_else(|| "there are json, jsonl, csv".to_owned())
}

/// Reads or verifies; a log that is not as it was written is a failure.
pub async fn audit(args: AuditArgs, session: &Session<'_>) -> Result<Status, Failure> {
    let none = AuditAction::List { filter: FilterArgs::default(), limit: None, after: None };
    match args.action.unwrap_or(none) {
        AuditAction::List { filter, limit, after } => {
            list(AuditRequest { limit, after, ..filter.request(session) }, session).await?;
        }
        AuditAction::Verify { accept } => return verify(accept, session).await,
        AuditAction::Export { format, output, filter } => {
            export(AuditExportRequest { list: filter.request(session), format }, output, session).await?;
        }
        AuditAction::Retention { days: None } => {
            let actor = session.actor().await?;
            let days = session.app.audit_overview(&actor).await?.retention_days;
            let view = AuditRetentionView { days, removed: 0 };
            session.output.result(&view, || kept(days))?;
        }
        AuditAction::Retention { days: Some(Days(days)) } => {
            let actor = session.actor_with_key().await?;
            let view = session.app.set_audit_retention(&actor, AuditRetentionRequest { days }).await?;
            session.output.result(&view, || pruned(&view))?;
        }
        AuditAction::Prune => {
            let actor = session.actor_with_key().await?;
            let view = session.app.prune_audit(&actor).await?;
            session.output.result(&view, || pruned(&view))?;
        }
    }
    Ok(Status::Done)
}

fn kept(days: Option<u32>) -> String {
    match days {
        None => "All entries are kept.".into(),
        Some(days) => format!("Entries are kept for {}.", words::count(days as usize, "day")),
    }
}

fn pruned(view: &AuditRetentionView) -> String {
    let removed = match view.removed {
        0 => "None was removed.".into(),
        1 => "1 older one was removed.".into(),
        count => format!("{count} older ones were removed."),
    };
    format!("{} {removed}", kept(view.days))
}

async fn list(request: AuditRequest, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let page = session.app.audit(&actor, request).await?;
    session.output.result(&page, || {
        let rows: Vec<Vec<Cell>> = page.items.iter().map(row).collect();
        table(session.output, &["No.", "Time", "Person", "What", "Object", "Organisation"], &rows)
    })?;
    if let Some(next) = page.next.filter(|_| !session.output.is_json()) {
        session.output.note(&format!("There are earlier ones: --after {next}"));
    }
    Ok(())
}

fn row(entry: &AuditEntryView) -> Vec<Cell> {
    let tone = if entry.group == AuditGroup::Refused { Tone::Warn } else { Tone::Plain };
    vec![
        entry.sequence.to_string().into(),
        Cell::toned(entry.at.as_str(), Tone::Quiet),
        entry.person.as_str().into(),
        Cell::toned(entry.said.as_str(), tone),
        entry.object.as_str().into(),
        entry.scopes.join(", ").into(),
    ]
}

async fn verify(accept: bool, session: &Session<'_>) -> Result<Status, Failure> {
    let actor = session.actor_with_key().await?;
    let found = session.app.verify_audit(&actor, AuditVerifyRequest { accept }).await?;
    session.output.result(&found, || sheet(session.output, &found))?;
    Ok(if found.intact { Status::Done } else { Status::Failed })
}

fn sheet(output: &Output, found: &AuditVerifyView) -> String {
    let tone = if found.intact { Tone::Good } else { Tone::Bad };
    let span = match (&found.first_at, &found.last_at) {
        (Some(first), Some(last)) => Some(format!("{first} to {last}").into()),
        _ => None,
    };
    let removed = (found.removed > 0).then(|| found.removed.to_string().into());
    let hint = found.hint.as_deref().map(Into::into);
    pairs(
        output,
        vec![
            ("Audit", Some(Cell::toned(if found.intact { "intact" } else { "not intact" }, tone))),
            ("Found", Some(found.message.as_str().into())),
            ("Entries", Some(found.entries.to_string().into())),
            ("Removed", removed),
            ("From", span),
            ("Keychain", Some(found.witness.message.as_str().into())),
            ("To do", hint),
        ],
    )
}

async fn export(request: AuditExportRequest, output: Option<PathBuf>, session: &Session<'_>) -> Result<(), Failure> {
    let actor =
        if request.format == AuditFormat::Json { session.actor_with_key().await? } else { session.actor().await? };
    match output {
        None => {
            let mut text = Vec::new();
            session.app.export_audit(&actor, request, &mut text).await?;
            session.output.raw(&String::from_utf8_lossy(&text))
        }
        Some(file) => {
            let written = session.app.write_audit(&actor, request, &file, false).await?;
            session.output.result(&written, || {
                let entries = if written.entries == 1 { "entry" } else { "entries" };
                format!("{} {entries} written to {}.", written.entries, written.path)
            })
        }
    }
}
