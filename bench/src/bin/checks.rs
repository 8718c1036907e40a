//! `strongroom check --all` over a thousand credentials whose providers answer after 100 ms:
//! `measure-checks --cli PROGRAM [--credentials N] [--concurrency N] [--hosts N] [--rounds N]`.
//!
//! The credentials are spread over several hosts, as an inventory is, because Strongroom lets only four checks at a
//! time talk to one host; that limit is in force here as it always is. The time is that of the whole program, from its
//! start to its end, beside what the answers alone would take. The memory is the greatest resident set that the kernel
//! noted for it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use strongroom_app::SecretInput;
use strongroom_app::views::CredentialAddRequest;
use strongroom_bench::vault::{MASTER_KEY, create};
use strongroom_bench::{Measured, finish, median, option, say};
use strongroom_standin::{Reply, Standin};

/// How long a provider takes to answer.
const ANSWER: Duration = Duration::from_millis(100);
/// How often the kernel's note of the greatest resident set is read.
const LOOK: Duration = Duration::from_millis(5);
/// A list of models, as Anthropic answers to a good key.
const MODELS: &str = r#"{"data": [{"type": "model", "id": "claude-fake"}], "has_more": false}"#;

fn number(name: &str, usual: usize) -> Measured<usize> {
    Ok(option(name).map_or(Ok(usual), |text| text.parse())?)
}

/// A vault with so many credentials, spread over these addresses.
async fn furnish(home: &Path, credentials: usize, addresses: &[String]) -> Measured<()> {
    let app = create(home, "Bench").await?;
    let actor = app.actor().await?;
    for (n, address) in addresses.iter().cycle().take(credentials).enumerate() {
        let fields = BTreeMap::from([
            ("api_key".to_owned(), SecretInput::new(format!("sk-ant-api03-FAKE-{n:06}-0123456789abcdef"))),
            ("base_url".to_owned(), SecretInput::new(address.clone())),
        ]);
        let request = CredentialAddRequest {
            provider: "anthropic".to_owned(),
            auth: None,
            name: format!("Credential {n:04}"),
            key: None,
            category: None,
            scope: "Bench".to_owned(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields,
            check: false,
        };
        app.add(&actor, request).await?;
    }
    Ok(app.close().await?)
}

/// The greatest resident set of a process so far, in MB; `None` once it has ended.
fn greatest(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? / 1024.0)
}

/// Seconds and megabytes of one run.
fn run(cli: &str, home: &Path, concurrency: usize, credentials: usize) -> Measured<(f64, f64)> {
    let mut command = Command::new(cli);
    command.args(["check", "--all", "--json", "--concurrency", &concurrency.to_string()]);
    command.env("STRONGROOM_HOME", home).env("STRONGROOM_MASTER_KEY", MASTER_KEY).env_remove("STRONGROOM_ORG");
    let out = home.with_extension("json");
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out)?)
        .stderr(std::fs::File::create(home.with_extension("log"))?)
        .spawn()?;
    let mut megabytes = 0.0;
    let status = loop {
        megabytes = greatest(child.id()).unwrap_or(megabytes);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK);
    };
    let seconds = started.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("the check ended with {status}: {}", std::fs::read_to_string(&out)?).into());
    }
    let results: serde_json::Value = serde_json::from_slice(&std::fs::read(&out)?)?;
    let works = |result: &&serde_json::Value| result["verdict"]["kind"] == "works";
    let checked = results.as_array().map(|all| all.iter().filter(works).count());
    if checked != Some(credentials) {
        return Err(format!("only {} of {credentials} work", checked.unwrap_or_default()).into());
    }
    Ok((seconds, megabytes))
}

async fn measure() -> Measured<()> {
    let cli = option("cli").ok_or("--cli PROGRAM is needed")?;
    let (credentials, concurrency) = (number("credentials", 1000)?, number("concurrency", 32)?);
    let (hosts, rounds) = (number("hosts", 20)?, number("rounds", 3)?);
    let mut providers = Vec::new();
    for _ in 0..hosts {
        providers.push(Standin::with(0, |_| Reply::new(200, MODELS).after(ANSWER)).await?);
    }
    let addresses: Vec<String> = providers.iter().map(Standin::url).collect();
    let folder = tempfile::tempdir()?;
    let home = folder.path().join("vault");
    furnish(&home, credentials, &addresses).await?;
    let (mut seconds, mut megabytes) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (cli, home) = (cli.clone(), home.clone());
        let ran =
            tokio::task::spawn_blocking(move || run(&cli, &home, concurrency, credentials).map_err(|e| e.to_string()));
        let (took, held) = ran.await??;
        seconds.push(took);
        megabytes.push(held);
    }
    let ideal = credentials.div_ceil(concurrency) as f64 * ANSWER.as_secs_f64();
    let took = median(&seconds);
    say(&format!(
        "Check of {credentials} credentials on {hosts} hosts, answers after {} ms, {concurrency} at once, medians of {rounds} runs",
        ANSWER.as_millis()
    ));
    say(&format!(
        "  whole program                    {took:>6.2} s, {:.2} times the ideal of {ideal:.2} s",
        took / ideal
    ));
    say(&format!("  greatest resident set            {:>6.1} MB", median(&megabytes)));
    Ok(())
}

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finish(Err(error.into())),
    };
    finish(runtime.block_on(measure()))
}
