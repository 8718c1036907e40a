//! The stage itself: what it promises to the tests that stand on it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::Stdio;

use strongroom_stage::{Keychain, Stage};

/// Whether a process is there and has not ended (a zombie has).
fn runs(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

fn store(stage: &Stage, text: &str) -> bool {
    let mut command = stage.command("sh");
    command.args(["-c", "printf %s \"$0\" | secret-tool store --label=stage app stage", text]);
    stage.output(&mut command).unwrap().status.success()
}

#[test]
fn the_keychain_keeps_what_is_stored() {
    let stage = Stage::open(Keychain::Unlocked).unwrap();
    assert!(store(&stage, "fake-value"), "an unlocked keychain takes an item");
    assert!(stage.keychain_items("app", "stage").unwrap().contains("secret = fake-value"));
    stage.clear_keychain("app", "stage").unwrap();
    assert!(!stage.keychain_items("app", "stage").unwrap().contains("fake-value"), "a cleared item is gone");
}

#[test]
fn a_locked_keychain_hands_nothing_out() {
    let stage = Stage::open(Keychain::Unlocked).unwrap();
    assert!(store(&stage, "fake-value"));
    stage.lock_keychain().unwrap();
    let looked = stage.output(stage.command("secret-tool").args(["lookup", "app", "stage"])).unwrap();
    assert!(!looked.status.success() && looked.stdout.is_empty(), "nobody can answer the prompt of a locked keychain");
}

#[test]
fn an_absent_keychain_stays_absent_until_it_is_started() {
    let stage = Stage::open(Keychain::Absent).unwrap();
    assert!(!store(&stage, "fake-value"), "nothing may start a keychain on demand here");
    stage.start_keychain().unwrap();
    assert!(store(&stage, "fake-value"));
    stage.stop_keychain();
    assert!(!store(&stage, "fake-value"));
}

#[test]
fn the_clipboard_is_the_stages_own() {
    let (one, other) = (Stage::open(Keychain::Absent).unwrap(), Stage::open(Keychain::Absent).unwrap());
    one.copy("first").unwrap();
    other.copy("second").unwrap();
    assert_eq!(one.clipboard().unwrap(), "first");
    assert_eq!(other.clipboard().unwrap(), "second");
}

#[test]
fn nothing_outlives_the_stage() {
    let stage = Stage::open(Keychain::Unlocked).unwrap();
    let (processes, folder) = (stage.processes(), stage.folder().to_owned());
    assert_eq!(processes.len(), 3);
    assert!(processes.iter().all(|id| runs(*id)));
    drop(stage);
    assert!(!processes.iter().any(|id| runs(*id)), "every process of the stage has ended");
    assert!(!Path::new(&folder).exists(), "its files are gone");
}

#[test]
fn nothing_of_the_callers_environment_gets_in() {
    let stage = Stage::open(Keychain::Absent).unwrap();
    let output = stage.output(stage.command("env").stdout(Stdio::piped())).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for line in text.lines().filter(|l| l.starts_with("HOME=") || l.starts_with("XDG_") || l.starts_with("STRONGROOM_"))
    {
        assert!(line.contains(&stage.folder().display().to_string()), "{line} points outside the stage");
    }
    assert!(!text.contains("CARGO"), "the test runner's variables stay outside");
}
