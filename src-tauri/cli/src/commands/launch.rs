//! `strongroom launch`: telephony for everybody, or for nobody.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use strongroom_app::views::{LaunchStopRequest, LaunchView};

use crate::age::ago;
use crate::exit::Failure;
use crate::output::{Output, Tone};
use crate::session::Session;
use crate::table::{Cell, pairs, table};

/// Show whether telephony credentials are handed out; stop that for all organisations, or resume it
#[derive(Debug, Args)]
pub struct LaunchArgs {
    #[command(subcommand)]
    action: Option<LaunchAction>,
}

/// What to do with global launch.
#[derive(Debug, Subcommand)]
enum LaunchAction {
    /// Hand out no telephony credential any more; programs that run already go on
    Stop {
        /// Why; told to everybody whose program is refused
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Hand them out again
    Resume,
}

/// Shows, stops or resumes.
pub async fn launch(args: LaunchArgs, session: &Session<'_>) -> Result<(), Failure> {
    let (done, said) = match args.action {
        None => {
            let actor = session.actor().await?;
            (session.app.launch(&actor).await?, None)
        }
        Some(LaunchAction::Stop { reason }) => {
            let actor = session.actor_with_key().await?;
            let already = session.app.launch(&actor).await?.stopped.is_some();
            let said = if already {
                "Telephony was stopped already; that stop stays as it is."
            } else {
                "Stopped: no telephony credential is handed out until it is resumed."
            };
            (session.app.stop_launch(&actor, LaunchStopRequest { reason }).await?, Some(said))
        }
        Some(LaunchAction::Resume) => {
            let actor = session.actor_with_key().await?;
            let running = session.app.launch(&actor).await?.stopped.is_none();
            let said = if running { "Telephony was not stopped." } else { "Resumed." };
            (session.app.resume_launch(&actor).await?, Some(said))
        }
    };
    session.output.result(&done, || sheet(session.output, &done, said))
}

fn sheet(output: &Output, launch: &LaunchView, said: Option<&str>) -> String {
    let now = Timestamp::now();
    let mut parts: Vec<String> = said.into_iter().map(str::to_owned).collect();
    parts.push(match &launch.stopped {
        None => pairs(output, vec![("Telephony", Some(Cell::toned("● delivered", Tone::Good)))]),
        Some(stop) => pairs(
            output,
            vec![
                ("Telephony", Some(Cell::toned("■ stopped", Tone::Bad))),
                ("Since", Some(format!("{} ({})", stop.at, ago(&stop.at, now)).into())),
                ("By", Some(stop.by.as_str().into())),
                ("Reason", Some(stop.reason.as_str().into())),
            ],
        ),
    });
    if !launch.running.is_empty() {
        let stopped = if launch.stopped.is_some() { ", not stopped by it" } else { "" };
        parts.push(format!("Programs that run with telephony credentials{stopped}:"));
        let rows: Vec<Vec<Cell>> = launch
            .running
            .iter()
            .map(|one| {
                vec![
                    one.process.to_string().into(),
                    one.program.as_str().into(),
                    one.consumer.as_deref().unwrap_or_default().into(),
                    one.person.as_str().into(),
                    ago(&one.since, now).into(),
                    one.credentials.join(", ").into(),
                ]
            })
            .collect();
        parts.push(table(output, &["Process", "Program", "Consumer", "Person", "Since", "Credentials"], &rows));
    }
    parts.join("\n")
}
