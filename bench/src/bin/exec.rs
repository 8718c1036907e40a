//! `strongroom run -- true` with one credential and with twenty, keychain custody, beside a bare C program that asks
//! the same keychain for one item over an encrypted session, reads as many rows from SQLite and starts the same:
//! `measure-exec --cli PROGRAM [--floor PROGRAM --floor-db FILE] [--peers FOLDER] [--rounds N]`. With `--peers` also beside
//! the tools in that folder that somebody would use instead.
//!
//! hyperfine measures; the commands take turns round by round, so that a slow moment of the machine meets all of them.

#[path = "exec/peers.rs"]
mod peers;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;
use strongroom_bench::vault::staged;
use strongroom_bench::{Measured, finish, median, option, say};
use strongroom_stage::{Keychain, Stage};

/// Runs of each command in a round.
const RUNS: &str = "10";
/// The key of the bare program's database, bytes 1 to 32 in hex; `floor-db.py` seals with it.
const FLOOR_KEY: &str = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

/// A command and the times that it took, in seconds.
struct Subject {
    name: String,
    command: String,
    /// The vault it works on.
    home: Option<String>,
    /// The folder it is run in.
    folder: Option<PathBuf>,
    seconds: Vec<f64>,
}

fn store_floor_key(stage: &Stage) -> Measured<()> {
    let mut store = stage.command("sh");
    store.args(["-c", "printf %s \"$0\" | secret-tool store --label=floor app floor", FLOOR_KEY]);
    let stored = stage.output(&mut store)?;
    if stored.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&stored.stderr).into()) }
}

fn round(stage: &mut Stage, subject: &mut Subject) -> Measured<()> {
    if let Some(home) = &subject.home {
        stage.set_variable("STRONGROOM_HOME", home);
    }
    let export = stage.folder().join("hyperfine.json");
    let mut hyperfine = stage.command("hyperfine");
    hyperfine.args(["-N", "--style", "none", "--warmup", "2", "--runs", RUNS, "--export-json"]);
    if let Some(folder) = &subject.folder {
        hyperfine.current_dir(folder);
    }
    let output = stage.output(hyperfine.arg(&export).arg(&subject.command))?;
    if !output.status.success() {
        return Err(format!("{}: {}", subject.command, String::from_utf8_lossy(&output.stderr)).into());
    }
    let measured: Value = serde_json::from_slice(&std::fs::read(&export)?)?;
    let times = measured["results"][0]["times"].as_array().ok_or("hyperfine wrote no times")?;
    subject.seconds.extend(times.iter().filter_map(Value::as_f64));
    Ok(())
}

fn compare() -> Measured<()> {
    let built = option("cli").ok_or("--cli PROGRAM is needed")?;
    let rounds: usize = option("rounds").unwrap_or_else(|| "6".to_owned()).parse()?;
    let mut stage = Stage::open(Keychain::Unlocked)?;
    // Installed, as a package does it: the pages of a file that a linker has just written lie in memory in small pieces,
    // which makes each start of it half a millisecond slower.
    let installed = stage.folder().join("strongroom");
    std::fs::copy(&built, &installed)?;
    let cli = installed.display().to_string();
    let subject = |name: &str, command: String, home| Subject {
        name: name.to_owned(),
        command,
        home,
        folder: None,
        seconds: Vec::new(),
    };
    let mut subjects = vec![subject("env true", "env true".to_owned(), None)];
    // One vault, as nearly everybody has: with the keys of several in the keychain, its search takes longer.
    let home = staged(&mut stage, 20)?;
    for credentials in [1, 20] {
        let keys: String = (0..credentials).map(|n| format!("--key BENCH_{n:02} ")).collect();
        let run = format!("{cli} run {keys}-- true");
        subjects.push(subject(&format!("strongroom run, {credentials} credentials"), run, Some(home.clone())));
        if let (Some(floor), Some(database)) = (option("floor"), option("floor-db")) {
            if !Path::new(&database).is_file() {
                return Err(format!("{database} is missing").into());
            }
            let run = format!("{floor} -S {database} {credentials} -- true");
            subjects.push(subject(&format!("bare program, {credentials} rows"), run, None));
        }
    }
    store_floor_key(&stage)?;
    let mut others = Vec::new();
    if let Some(tools) = option("peers") {
        for credentials in [1, 20] {
            for peer in peers::all(&stage, Path::new(&tools), credentials)? {
                let folder = Some(peer.folder);
                others.push(Subject {
                    name: peer.name,
                    command: peer.command,
                    home: None,
                    folder,
                    seconds: Vec::new(),
                });
            }
        }
    }
    for _ in 0..rounds {
        for subject in subjects.iter_mut().chain(&mut others) {
            round(&mut stage, subject)?;
        }
    }
    let runs = subjects[0].seconds.len();
    say(&format!("Start of a program with its credentials, medians of {runs} runs taken in turn"));
    for subject in subjects.iter().chain(&others) {
        say(&format!("  {:<32} {:>6.1} ms", subject.name, median(&subject.seconds) * 1e3));
    }
    for pair in subjects[1..].chunks(2).filter(|pair| pair.len() == 2 && option("floor").is_some()) {
        let times = median(&pair[0].seconds) / median(&pair[1].seconds);
        say(&format!("  {} takes {times:.2} times as long as {}", pair[0].name, pair[1].name));
    }
    Ok(())
}

fn main() -> ExitCode {
    finish(compare())
}
