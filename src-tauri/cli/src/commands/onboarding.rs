//! `strongroom mode` and `strongroom ready`: whose keys an organisation uses, and whether it has what it needs.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use strongroom_app::Actor;
use strongroom_app::views::{
    AlternativeView, CompletedView, ModeSetRequest, OnboardingCompleteRequest, OnboardingMode, OnboardingRequest,
    OnboardingView, ReadinessView, RequirementView,
};

use crate::age::ago;
use crate::exit::{Failure, Status};
use crate::output::{Output, Tone};
use crate::session::Session;
use crate::table::{Cell, table};
use crate::words;

/// Show whose keys an organisation uses for AI services, or say it
#[derive(Debug, Args)]
pub struct ModeArgs {
    /// byok (its own; system-wide ones are not used) or bundled (system-wide ones; its own sleep and are kept)
    #[arg(value_parser = mode_named)]
    mode: Option<OnboardingMode>,
}

/// Show whether an organisation has what a readiness kit asks for; ends with 0 where it has, otherwise with 1
#[derive(Debug, Args)]
pub struct ReadyArgs {
    /// The readiness kit; needed only where there are several
    #[arg(long, value_name = "ID")]
    kit: Option<String>,
    /// Complete the onboarding, where nothing is missing; later changes ask for no new one
    #[arg(long)]
    complete: bool,
}

fn mode_named(text: &str) -> Result<OnboardingMode, String> {
    match text {
        "byok" => Ok(OnboardingMode::Byok),
        "bundled" => Ok(OnboardingMode::Bundled),
        _ => Err("there are byok, bundled".to_owned()),
    }
}

/// The document of `mode`.
#[derive(Serialize)]
struct Mode<'a> {
    organisation: &'a str,
    scope: &'a str,
    mode: OnboardingMode,
    /// Credentials of the organisation that are dormant now.
    dormant: u32,
    /// How many of them became it by this command.
    became_dormant: u32,
    /// How many were, and are no longer.
    awoke: u32,
}

/// Shows or sets.
pub async fn mode(args: ModeArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = if args.mode.is_some() { session.actor_with_key().await? } else { session.actor().await? };
    let organisation = session.organisation(&actor).await?;
    let (before, now) = match args.mode {
        None => {
            let now = onboarding(session, &actor, &organisation).await?;
            (now.clone(), now)
        }
        Some(mode) => session.app.change_mode(&actor, ModeSetRequest { organisation, mode }).await?,
    };
    let document = Mode {
        organisation: &now.organisation,
        scope: &now.scope,
        mode: now.mode,
        dormant: now.dormant,
        became_dormant: now.dormant.saturating_sub(before.dormant),
        awoke: before.dormant.saturating_sub(now.dormant),
    };
    session.output.result(&document, || said(&before, &now))
}

fn said(before: &OnboardingView, now: &OnboardingView) -> String {
    let changed = if before.mode == now.mode { "" } else { " now" };
    let count = |n: u32| match n {
        1 => "1 credential".to_owned(),
        n => format!("{n} credentials"),
    };
    match now.mode {
        OnboardingMode::Bundled => {
            let sleep = match now.dormant {
                0 => "None of its own for AI services is in use, so none is dormant.".to_owned(),
                n => format!("{} of its own for AI services: dormant, and kept as they are.", count(n)),
            };
            format!("{} uses bundled keys{changed}. {sleep}", now.scope)
        }
        OnboardingMode::Byok => {
            let awake = match before.dormant {
                0 => String::new(),
                n => format!(" {} that slept can be used again.", count(n)),
            };
            format!("{} brings its own keys{changed}.{awake}", now.scope)
        }
    }
}

/// The document of `ready`: one kit.
#[derive(Serialize)]
struct Ready<'a> {
    kit: &'a str,
    name: &'a str,
    purpose: &'a str,
    organisation: &'a str,
    scope: &'a str,
    ready: bool,
    requirements: Vec<Requirement<'a>>,
    completed: Option<&'a CompletedView>,
}

#[derive(Serialize)]
struct Requirement<'a> {
    label: &'a str,
    satisfied: bool,
    any_of: Vec<Alternative<'a>>,
}

#[derive(Serialize)]
struct Alternative<'a> {
    provider: &'a str,
    provider_name: &'a str,
    satisfied_by: Option<&'a str>,
    /// Why it is, or is not: always a sentence.
    why: String,
    credential: Option<&'a str>,
}

impl<'a> From<&'a RequirementView> for Requirement<'a> {
    fn from(one: &'a RequirementView) -> Self {
        let alternative = |one: &'a AlternativeView| Alternative {
            provider: &one.provider,
            provider_name: &one.provider_name,
            satisfied_by: one.satisfied_by.as_deref(),
            why: why(one),
            credential: one.credential.as_deref(),
        };
        Self { label: &one.label, satisfied: one.satisfied, any_of: one.any_of.iter().map(alternative).collect() }
    }
}

fn why(one: &AlternativeView) -> String {
    match (&one.satisfied_by, &one.why) {
        (Some(name), _) => format!("“{name}” is validated."),
        (None, why) => why.clone().unwrap_or_default(),
    }
}

/// Shows or completes.
pub async fn ready(args: ReadyArgs, session: &Session<'_>) -> Result<Status, Failure> {
    let actor = if args.complete { session.actor_with_key().await? } else { session.actor().await? };
    let organisation = session.organisation(&actor).await?;
    let mut view = onboarding(session, &actor, &organisation).await?;
    let kit = chosen(&view.kits, args.kit)?;
    if args.complete {
        let request = OnboardingCompleteRequest { organisation, kit: kit.clone() };
        view = session.app.complete_onboarding(&actor, request).await?;
    }
    let Some(found) = view.kits.iter().find(|one| one.kit == kit) else { return Err(unknown(&view.kits, &kit)) };
    let document = Ready {
        kit: &found.kit,
        name: &found.name,
        purpose: &found.purpose,
        organisation: &view.organisation,
        scope: &view.scope,
        ready: found.ready,
        requirements: found.requirements.iter().map(Requirement::from).collect(),
        completed: view.completed.as_ref(),
    };
    session.output.result(&document, || sheet(session.output, &view, found))?;
    // What was asked for with --complete is done, whatever else has become of it since.
    Ok(if found.ready || args.complete { Status::Done } else { Status::Failed })
}

async fn onboarding(session: &Session<'_>, actor: &Actor, organisation: &str) -> Result<OnboardingView, Failure> {
    let request = OnboardingRequest { organisation: organisation.to_owned() };
    Ok(session.app.onboarding(actor, request).await?)
}

/// The kit that is meant: as named, or the only one.
fn chosen(kits: &[ReadinessView], named: Option<String>) -> Result<String, Failure> {
    match (named, kits) {
        (Some(id), kits) if kits.iter().any(|kit| kit.kit == id) => Ok(id),
        (Some(id), kits) => Err(unknown(kits, &id)),
        (None, [only]) => Ok(only.kit.clone()),
        (None, kits) => Err(Failure::usage("There are several readiness kits. Say with --kit ID which one is meant.")
            .hint(format!("There are: {}.", ids(kits)))),
    }
}

fn unknown(kits: &[ReadinessView], id: &str) -> Failure {
    Failure::new(Status::NotFound, "not_found", format!("There is no readiness kit “{id}”."))
        .hint(format!("There are: {}.", ids(kits)))
}

fn ids(kits: &[ReadinessView]) -> String {
    kits.iter().map(|kit| kit.kit.as_str()).collect::<Vec<_>>().join(", ")
}

fn sheet(output: &Output, view: &OnboardingView, kit: &ReadinessView) -> String {
    let (word, tone) = if kit.ready { ("ready", Tone::Good) } else { ("not ready", Tone::Bad) };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for requirement in &kit.requirements {
        let validated = requirement.any_of.iter().filter(|one| one.satisfied_by.is_some());
        let missing = requirement.any_of.iter().filter(|_| !requirement.satisfied);
        let mut state = if requirement.satisfied {
            Cell::toned("● VALIDATED", Tone::Good)
        } else {
            Cell::toned("○ missing", Tone::Bad)
        };
        let mut label = requirement.label.as_str();
        for one in validated.chain(missing) {
            let by = match &one.satisfied_by {
                Some(name) => format!("“{name}”"),
                None => why(one),
            };
            rows.push(vec![state, label.into(), one.provider_name.as_str().into(), by.into()]);
            // One of the others is as good: each on its own line, under the same requirement.
            (state, label) = (Cell::from("  or"), "");
        }
    }
    let mut lines = vec![
        format!("{} for {}: {}", kit.name, view.scope, output.tint(tone, word)),
        table(output, &["State", "For", "Provider", "By"], &rows),
    ];
    match &view.completed {
        Some(done) => lines.push(format!(
            "Onboarding completed with {} by {}, {} ({}).",
            done.kit_name,
            done.by,
            done.at,
            ago(&done.at, Timestamp::now())
        )),
        None if kit.ready && view.may_change => lines.push("Next: strongroom ready --complete".to_owned()),
        None if kit.ready => {}
        None => {
            let missing: Vec<String> =
                kit.requirements.iter().filter(|one| !one.satisfied).map(|one| one.label.to_lowercase()).collect();
            lines.push(format!("{} missing: {}.", words::count(missing.len(), "requirement"), missing.join(", ")));
        }
    }
    lines.join("\n")
}
