//! `strongroom consumer explain`: the decision, with every credential that was looked at.

use clap::Args;
use serde::Serialize;
use strongroom_app::views::{ConsideredView, ExplainRequest, ResolutionView, UseView};

use super::named;
use super::uses::rule;
use crate::exit::Failure;
use crate::output::{Output, Tone};
use crate::session::Session;
use crate::table::{Cell, table};

/// What is to be explained.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Id, name, or kind:name; without one, the rule for an organisation without an assignment
    #[arg(required_unless_present = "provider")]
    consumer: Option<String>,
    /// Only this provider; one that the consumer does not use is explained as if it did
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// Only this place
    #[arg(long)]
    slot: Option<String>,
}

/// One decision.
#[derive(Serialize)]
struct Explained {
    /// The place in the consumer, where it has one.
    slot: Option<String>,
    provider: String,
    /// Name of the credential that is assigned.
    assigned: Option<String>,
    resolution: ResolutionView,
}

impl From<UseView> for Explained {
    fn from(one: UseView) -> Self {
        Self { slot: Some(one.slot), provider: one.provider, assigned: one.credential_name, resolution: one.resolution }
    }
}

/// Explains. Needs no master key.
pub async fn explain(args: ExplainArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let consumer = match &args.consumer {
        Some(text) => Some(named(session, &actor, text).await?),
        None => None,
    };
    let id = consumer.as_ref().map(|one| one.id.clone());
    let mut explained: Vec<Explained> = Vec::new();
    if let Some(consumer) = consumer {
        let asked = |one: &UseView| {
            args.provider.as_ref().is_none_or(|provider| *provider == one.provider)
                && args.slot.as_ref().is_none_or(|slot| *slot == one.slot)
        };
        let name = consumer.name;
        explained.extend(consumer.uses.into_iter().filter(asked).map(Explained::from));
        if explained.is_empty() && args.provider.is_none() {
            let place = args.slot.as_ref().map(|slot| format!(" for {slot}")).unwrap_or_default();
            session
                .output
                .note(&format!("“{name}” uses no credential{place} yet. Name a --provider to ask about one."));
        }
    }
    if let (true, Some(provider)) = (explained.is_empty(), args.provider) {
        let organisation = match id {
            Some(_) => None,
            None => Some(session.organisation(&actor).await?),
        };
        let request =
            ExplainRequest { consumer: id, organisation, provider: provider.clone(), slot: args.slot.clone() };
        let resolution = session.app.explain(&actor, request).await?;
        explained.push(Explained { slot: args.slot, provider, assigned: None, resolution });
    }
    session
        .output
        .result(&explained, || explained.iter().map(|one| said(session.output, one)).collect::<Vec<_>>().join("\n\n"))
}

fn said(output: &Output, one: &Explained) -> String {
    let resolution = &one.resolution;
    let place = one.slot.as_ref().map(|slot| format!(" as {slot}")).unwrap_or_default();
    let mut lines = vec![match (&resolution.name, resolution.rule) {
        (Some(name), Some(by)) => format!("{}{place}: “{name}” is used, which is {}.", one.provider, rule(by)),
        _ => {
            format!("{}{place}: nothing is used. {}", one.provider, resolution.reason.as_deref().unwrap_or_default())
        }
    }];
    lines.extend(resolution.instead.clone());
    lines.extend(resolution.hint.as_ref().map(|hint| format!("  {hint}")));
    if !resolution.candidates.is_empty() {
        let rows: Vec<Vec<Cell>> = resolution.candidates.iter().map(row).collect();
        lines.push(table(output, &["Credential", "Used", "Why", "Key", "Tail", "Organisation"], &rows));
    }
    lines.join("\n")
}

fn row(one: &ConsideredView) -> Vec<Cell> {
    let (used, tone) = if one.used { ("● yes", Tone::Good) } else { ("○ no", Tone::Quiet) };
    let tail = one.tail.as_ref().map(|tail| format!("••••{tail}")).unwrap_or_default();
    vec![
        one.name.as_str().into(),
        Cell::toned(used, tone),
        one.why.as_str().into(),
        one.key.as_str().into(),
        tail.into(),
        one.scope.as_str().into(),
    ]
}
