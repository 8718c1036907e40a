//! `cargo xtask test`: set-up for and a run of every test, with one line for each part at the end.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::build;
use crate::packages;
use crate::shell::{Outcome, cargo, command, read, root, run, say, words};
use crate::statements;

type Part = (&'static str, &'static str, fn() -> Outcome<()>);

/// The parts in the order of a run: what is quick to fail comes first.
const PARTS: &[Part] = &[
    ("fmt", "formatting", formatting),
    ("page", "page: types, lint, unit tests, build", page),
    ("clippy", "lint of all crates", lint),
    ("types", "generated files are fresh", generated),
    ("sql", "descriptions of the SQL are fresh", statements::check),
    ("rust", "tests of all crates", crates),
    ("window", "the real window and keychain", window),
];

/// Run the named parts, or all.
pub fn test(wanted: &[&str]) -> Outcome<()> {
    if let Some(unknown) = wanted.iter().find(|w| !PARTS.iter().any(|(name, ..)| name == *w)) {
        let names: Vec<&str> = PARTS.iter().map(|(name, ..)| *name).collect();
        return Err(format!("There is no part \"{unknown}\"; the parts are {}.", names.join(", ")));
    }
    packages::install(&[packages::BUILD, packages::STAGE, packages::SERVERS])?;
    // The application carries the page inside itself, so nothing of it compiles before the page is built.
    build::page()?;

    let mut results = Vec::new();
    for (name, what, part) in PARTS.iter().filter(|(name, ..)| wanted.is_empty() || wanted.contains(name)) {
        say(&format!("\n== {name}: {what}"));
        let start = Instant::now();
        let result = part();
        if let Err(error) = &result {
            say(&format!("FAILED {name}: {error}"));
        }
        results.push((*name, *what, result, start.elapsed()));
    }
    summary(&results)
}

fn summary(results: &[(&str, &str, Outcome<()>, Duration)]) -> Outcome<()> {
    say("");
    for (name, what, result, time) in results {
        let word = if result.is_ok() { "passed" } else { "FAILED" };
        say(&format!("{word}  {name:<8} {:>6.1} s  {what}", time.as_secs_f64()));
    }
    let failed = results.iter().filter(|(_, _, result, _)| result.is_err()).count();
    say(&format!("\n{} passed, {failed} failed", results.len() - failed));
    if failed == 0 { Ok(()) } else { Err("Not everything passed; the messages are above.".to_owned()) }
}

fn formatting() -> Outcome<()> {
    run(&mut words(cargo(), "fmt --all --check")).map_err(|e| format!("{e}; `cargo fmt --all` repairs it"))
}

fn lint() -> Outcome<()> {
    run(&mut words(cargo(), "clippy --workspace --all-targets --quiet -- -D warnings"))
}

/// The TypeScript types that the page gets from Rust.
fn generated() -> Outcome<()> {
    run(&mut words(cargo(), "test --workspace --bin strongroom-desktop bindings"))
}

/// Unit and integration tests of all crates, and the examples in their documentation.
///
/// Always with `--workspace`: a choice of packages would choose other features of shared crates and build them twice.
fn crates() -> Outcome<()> {
    let mut unit = words(cargo(), "test --workspace --no-fail-fast --lib --bins");
    for name in integration_tests(false)? {
        unit.args(["--test", &name]);
    }
    run(&mut unit)?;
    run(&mut words(cargo(), "test --workspace --no-fail-fast --doc"))
}

/// Names of integration tests: those of the desktop package, which open the window, or all others.
fn integration_tests(of_desktop: bool) -> Outcome<Vec<String>> {
    let text = read(&mut words(cargo(), "metadata --format-version 1 --no-deps --offline"))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let packages = list(&metadata, "packages");
    let targets = packages
        .iter()
        .filter(|package| (package["name"] == "strongroom-desktop") == of_desktop)
        .flat_map(|package| list(package, "targets"))
        .filter(|target| list(target, "kind").contains(&Value::from("test")));
    Ok(targets.filter_map(|target| target["name"].as_str().map(str::to_owned)).collect())
}

fn page() -> Outcome<()> {
    let npm = |script: &str| {
        let mut npm = words(command("npm"), script);
        npm.current_dir(root().join("ui"));
        npm
    };
    run(&mut npm("run check --silent"))?;
    run(&mut npm("test --silent"))
}

fn window() -> Outcome<()> {
    // The command line is a program of another package, which cargo does not build for these tests. With all targets,
    // shared crates have the features that the tests ask for, and are not built a second time.
    run(&mut words(cargo(), "build --workspace --all-targets"))?;
    let names = integration_tests(true)?;
    if names.is_empty() {
        return Err("there are no window tests".to_owned());
    }
    let mut tests = words(cargo(), "test --workspace --no-fail-fast");
    for name in &names {
        tests.args(["--test", name]);
    }
    // Displays that start in the same moment can take each other's number; one after another is also kinder to a
    // machine of two processors.
    run(tests.args(["--", "--test-threads=1"]))
}
