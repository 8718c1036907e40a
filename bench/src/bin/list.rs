//! The list of a vault with 100,000 credentials in 200 organisations:
//! `measure-list [--cli PROGRAM] [--app PROGRAM] [--credentials N] [--organisations N] [--rounds N] [--slowest N]`.
//!
//! Measured from the core, as the window calls it: the first page with the counts, and searches, filters and orders of
//! many kinds, also rare and bad ones; then opening, beside an empty vault; with `--cli` whole runs of the command line;
//! with `--app` the window: from a change of the search box to the painted rows, and the rows that are in the page while
//! all of the list is scrolled through.

#[path = "list/window.rs"]
mod window;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use strongroom_app::views::{ListRequest, ListSort};
use strongroom_app::{Actor, Strongroom};
use strongroom_bench::large::{found, furnish};
use strongroom_bench::vault::{MASTER_KEY, open};
use strongroom_bench::{Measured, finish, median, option, percentile, say};

/// What is asked for, each in its turn: frequent words, rare ones, short ones, none, operators alone and together.
const SEARCHES: [&str; 33] = [
    "production",
    "support europe",
    "anthropic",
    "twilio production",
    "042137",
    "ACFAKE000",
    "api_key",
    "xylophone",
    "x",
    "eu",
    "eu ma",
    "provider:twilio",
    "provider:twilio status:limited",
    "type:llm",
    "type:webhook",
    "type:llm status:rejected",
    "status:rejected",
    "status:works",
    "status:not_checked,unknown",
    "enabled:no",
    "org:\"Organisation 117\"",
    "org:\"Organisation 117\" billing",
    "expires:<30d",
    "expires:<365d type:llm",
    "used:0",
    "expires:soon",
    "status:unconnected",
    "duplicate:yes europe",
    "used:>90d status:works",
    "checked:>7d provider:twilio",
    "category:communication main",
    "tail:00ff",
    "key:TWILIO production",
];
const SORTS: [Option<ListSort>; 4] = [None, Some(ListSort::Provider), Some(ListSort::Status), Some(ListSort::Checked)];

fn number(name: &str, usual: usize) -> Measured<usize> {
    Ok(option(name).map_or(Ok(usual), |text| text.parse())?)
}

async fn first_page(app: &Strongroom, actor: &Actor) -> Measured<f64> {
    let started = Instant::now();
    let page = app.list(actor, ListRequest::default()).await?;
    let counts = app.counts(actor, None).await?;
    let took = started.elapsed().as_secs_f64();
    if page.items.is_empty() || counts.all != page.total {
        return Err("the counts and the list differ".into());
    }
    Ok(took)
}

async fn core(home: &Path, rounds: usize, shown: usize) -> Measured<()> {
    let app = open(home);
    let actor = app.actor().await?;
    let cold = first_page(&app, &actor).await?;
    let mut first = Vec::new();
    for _ in 0..rounds * 10 {
        first.push(first_page(&app, &actor).await?);
    }
    say(&format!(
        "  first page and counts            {:>6.2} ms, 95th percentile {:.2} ms, the very first {:.2} ms",
        median(&first) * 1e3,
        percentile(&mut first, 0.95) * 1e3,
        cold * 1e3
    ));
    let (mut all, mut slowest) = (Vec::new(), Vec::new());
    for search in SEARCHES {
        for sort in SORTS {
            let mut times = Vec::new();
            for _ in 0..rounds {
                let request = ListRequest { search: Some(search.to_owned()), sort, ..ListRequest::default() };
                let started = Instant::now();
                app.list(&actor, request).await?;
                times.push(started.elapsed().as_secs_f64());
            }
            slowest.push((median(&times), search, sort));
            all.extend(times);
        }
    }
    say(&format!(
        "  {} searches, filters and orders  {:>6.2} ms, 95th percentile {:.2} ms",
        slowest.len(),
        median(&all) * 1e3,
        percentile(&mut all, 0.95) * 1e3
    ));
    slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (took, search, sort) in slowest.iter().take(shown) {
        say(&format!("    {:>6.2} ms  {search}  by {:?}", took * 1e3, sort.unwrap_or(ListSort::Name)));
    }
    Ok(app.close().await?)
}

async fn opening(home: &Path, rounds: usize) -> Measured<f64> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let app = open(home);
        let started = Instant::now();
        app.startup().await;
        times.push(started.elapsed().as_secs_f64());
        app.close().await?;
    }
    Ok(median(&times))
}

/// One whole run of the command line, in seconds.
fn command_line(cli: &str, home: &Path, rounds: usize, search: &str) -> Measured<f64> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let mut command = Command::new(cli);
        command.args(["list", "--json", "--search", search]).env("STRONGROOM_HOME", home);
        command.env("STRONGROOM_MASTER_KEY", MASTER_KEY).env_remove("STRONGROOM_ORG");
        let started = Instant::now();
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
        times.push(started.elapsed().as_secs_f64());
        if !status.success() {
            return Err(format!("the list ended with {status}").into());
        }
    }
    Ok(median(&times))
}

async fn measure() -> Measured<()> {
    let (credentials, organisations) = (number("credentials", 100_000)?, number("organisations", 200)?);
    let rounds = number("rounds", 9)?;
    let folder = tempfile::tempdir()?;
    let (empty, full) = (folder.path().join("empty"), folder.path().join("full"));
    found(&empty, 1).await?;
    found(&full, organisations).await?;
    furnish(&full, credentials).await?;
    say(&format!("The list of {credentials} credentials in {organisations} organisations, medians"));
    core(&full, rounds, number("slowest", 8)?).await?;
    let (bare, filled) = (opening(&empty, rounds).await?, opening(&full, rounds).await?);
    say(&format!("  opening                          {:>6.2} ms, an empty vault {:.2} ms", filled * 1e3, bare * 1e3));
    if let Some(cli) = option("cli") {
        for search in ["x", "production", "042137"] {
            let took = command_line(&cli, &full, rounds, search)?;
            say(&format!("  strongroom list --json --search {search:<11} {:>6.1} ms", took * 1e3));
        }
    }
    if let Some(app) = option("app") {
        window::measure(Path::new(&app), &full, rounds).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    finish(measure().await)
}
