//! `strongroom doctor`: an examination.

use clap::Args;
use strongroom_app::views::{FindingView, Weight};

use crate::exit::{Failure, Status};
use crate::output::Tone;
use crate::session::Session;
use crate::table::{Cell, table};

/// Examine the vault's file, its key, every sealed value and the provider files
#[derive(Debug, Args)]
pub struct DoctorArgs {}

/// Examines; something to mend is a failure.
pub async fn doctor(session: &Session<'_>) -> Result<Status, Failure> {
    let actor = session.actor_with_key().await?;
    let found = session.app.doctor(&actor).await?;
    session.output.result(&found, || {
        let rows: Vec<Vec<Cell>> = found.findings.iter().map(row).collect();
        table(session.output, &["Examined", "Is", "Found", "To do"], &rows)
    })?;
    Ok(if found.healthy { Status::Done } else { Status::Failed })
}

fn row(finding: &FindingView) -> Vec<Cell> {
    let (word, tone) = match finding.weight {
        Weight::Good => ("good", Tone::Good),
        Weight::Bad => ("bad", Tone::Bad),
    };
    vec![
        finding.what.as_str().into(),
        Cell::toned(word, tone),
        finding.message.as_str().into(),
        finding.hint.as_deref().unwrap_or_default().into(),
    ]
}
