//! `strongroom status`: the vault in figures.

use std::collections::BTreeMap;

use clap::Args;
use jiff::Timestamp;
use strongroom_app::ProviderType;
use strongroom_app::views::{OnboardingMode, OrganisationView, StatusView, StoppedView};

use crate::age::ago;
use crate::exit::Failure;
use crate::output::{Output, Tone};
use crate::session::Session;
use crate::table::{Cell, pairs};
use crate::words;

/// Show the vault, who keeps its key, counts and the last checks
#[derive(Debug, Args)]
pub struct StatusArgs {}

/// Prints the figures. Needs no master key.
pub async fn status(session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let status = session.app.status(&actor).await?;
    session.output.result(&status, || sheet(session.output, &status))
}

fn sheet(output: &Output, s: &StatusView) -> String {
    let now = Timestamp::now();
    let dated = |time: &str| format!("{time} ({})", ago(time, now));
    let text = |text: &str| Some(Cell::from(text));
    let listed = |all: Vec<String>| (!all.is_empty()).then(|| Cell::from(all.join(", ")));
    let organisations = s.organisations.iter().map(organisation).collect();
    let stop = |stop: &StoppedView| format!("stopped by {}, {}: {}", stop.by, dated(&stop.at), stop.reason);
    let by_status = s.by_status.iter().map(|(id, n)| format!("{} {n}", words::status_id(id))).collect();
    pairs(
        output,
        vec![
            ("Vault", text(&s.home)),
            ("Demonstration", s.demonstration.then(|| "yes: all keys in it are fake".into())),
            ("Id", text(&s.vault)),
            ("Created", Some(dated(&s.created_at).into())),
            ("Master key", Some(format!("kept by {}", words::custody(s.custody)).into())),
            ("Recovery kit", s.recovery_kit_made_at.as_deref().map(|time| dated(time).into())),
            ("Person", text(&s.person)),
            ("Organisations", listed(organisations)),
            ("Credentials", Some(s.credentials.to_string().into())),
            ("By type", listed(by_type(&s.by_type))),
            ("By status", listed(by_status)),
            ("Telephony", s.launch_stop.as_ref().map(|found| Cell::toned(stop(found), Tone::Bad))),
            ("Last check", Some(s.last_check_at.as_deref().map_or_else(|| "never".into(), dated).into())),
        ],
    )
}

/// An organisation: how many credentials, whose keys where that is not the usual, and whether its onboarding is done.
fn organisation(o: &OrganisationView) -> String {
    let mode = if o.mode == OnboardingMode::Bundled { ", bundled keys" } else { "" };
    let ready = if o.ready { ", ready" } else { "" };
    format!("{} ({}{mode}{ready})", o.name, o.credentials)
}

/// Counts in the order of the window's tabs.
fn by_type(counts: &BTreeMap<String, u32>) -> Vec<String> {
    let count = |t: &ProviderType| counts.get(t.id()).map(|n| format!("{} {n}", words::provider_type(*t)));
    ProviderType::ALL.iter().filter_map(count).collect()
}
