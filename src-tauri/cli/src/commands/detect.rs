//! `strongroom detect`: which provider a key comes from.

use clap::Args;
use strongroom_app::views::CandidateView;
use strongroom_app::{Certainty, KeyMode};

use crate::exit::Failure;
use crate::output::{Output, Tone};
use crate::secrets_in::Source;
use crate::session::Session;
use crate::table::{Cell, table};

/// Read a key from standard input and say which providers it looks like
///
/// The key is not stored, not sent anywhere and never printed. Ends with 0 also where no provider is recognised.
#[derive(Debug, Args)]
pub struct DetectArgs {}

/// Reads, recognises, prints. Needs no vault.
pub fn detect(session: &Session<'_>) -> Result<(), Failure> {
    let text = session.input.read(&Source::Stdin, "the key")?;
    let found = session.app.recognise(&text.input())?;
    if let Some(removed) = &found.removed {
        session.output.note(&format!("Left out of the pasted text: {removed}."));
    }
    session.output.result(&found.candidates, || sheet(session.output, &found.candidates))
}

fn sheet(output: &Output, candidates: &[CandidateView]) -> String {
    let Some(best) = candidates.first() else {
        return "No provider is recognised by the form of this value.\n\
                `strongroom providers` lists them; for anything else use --provider api-token."
            .to_owned();
    };
    let rows: Vec<Vec<Cell>> = candidates.iter().map(row).collect();
    let table = table(output, &["Sure", "Provider", "Sign-in", "Field", "Mode", "Why"], &rows);
    let auth = format!("--provider {} --auth {}", best.provider, best.auth);
    format!("{table}\nNext: strongroom add {auth} --name NAME --field {}=-", best.field)
}

fn row(c: &CandidateView) -> Vec<Cell> {
    let (sure, tone) = match c.confidence {
        Certainty::Certain => ("certain", Tone::Good),
        Certainty::Likely => ("likely", Tone::Plain),
        Certainty::Possible => ("possible", Tone::Quiet),
    };
    let mode = match c.mode {
        Some(KeyMode::Live) => Cell::toned("live", Tone::Warn),
        Some(KeyMode::Test) => "test".into(),
        None => "".into(),
    };
    vec![
        Cell::toned(sure, tone),
        format!("{} ({})", c.provider_name, c.provider).into(),
        c.auth.as_str().into(),
        c.field.as_str().into(),
        mode,
        c.reason.as_str().into(),
    ]
}
