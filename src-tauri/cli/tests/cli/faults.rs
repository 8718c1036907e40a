//! Every single write and sync of a command fails once, and the program dies once at each of them. What is found
//! afterwards is the vault as it was before the command or as it is after it, whole, and the command can be repeated.
//!
//! `strace` makes the calls fail; the program is the usual one.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::place::{PROGRAM, Place, Ran, finish};

/// What brings bytes to the disk, SQLite's calls and those of our own files, and what happens in its place: the disk
/// is full, it is broken, the program is killed.
const FAULTS: [(&str, &str); 11] = [
    ("pwrite64", "error=ENOSPC"),
    ("pwrite64", "signal=SIGKILL"),
    ("fsync", "error=EIO"),
    ("fsync", "signal=SIGKILL"),
    ("fdatasync", "error=EIO"),
    ("fdatasync", "signal=SIGKILL"),
    ("ftruncate", "error=EIO"),
    ("ftruncate", "signal=SIGKILL"),
    ("rename", "signal=SIGKILL"),
    ("unlink", "error=EIO"),
    ("unlink", "signal=SIGKILL"),
];
/// No command here comes near so many calls of one kind; the first start, which writes every table, comes nearest.
const MOST: usize = 500;

/// A run with one fault. Says as well whether the call that should fail was made at all.
fn with_fault(place: &Place, arguments: &[&str], input: &[u8], fault: &str) -> (Ran, bool) {
    let log = place.path("strace.log");
    let mut strace = Command::new("strace");
    let call = fault.split(':').next().unwrap();
    strace.args(["-f", "-qq", "-e", "signal=none", "-e", &format!("trace={call}"), "-e", &format!("inject={fault}")]);
    strace.arg("-o").arg(&log).arg(PROGRAM).args(arguments);
    let ran = finish(&mut place.prepared(strace), input);
    let log = std::fs::read_to_string(log).unwrap_or_default();
    // strace ends as the program does, so also by its signal.
    let happened = log.contains("(INJECTED)") || ran.status.signal().is_some();
    (ran, happened)
}

fn can_make_faults() -> bool {
    let place = Place::bare();
    let (_, made) = with_fault(&place, &["init", "--org", "Acme"], b"", "pwrite64:error=EIO:when=1");
    if !made {
        // Said past the test's own capture, so that nobody takes it for tested.
        let _ = writeln!(std::io::stderr(), "not tested: strace is missing or may not trace here");
    }
    made
}

fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir(to).unwrap();
    // A folder that is open to others is something to mend.
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Names, revisions and secrets' ends of all credentials.
fn inventory(place: &Place) -> Vec<Value> {
    let listed = place.run(&["list", "--json"]).ends(0).json();
    let known = |item: &Value| serde_json::json!([item["name"], item["secrets"]["token"]["tail"]]);
    listed["items"].as_array().unwrap().iter().map(known).collect()
}

fn whole(place: &Place, when: &str) {
    let examined = place.run(&["doctor", "--json"]);
    assert_eq!(examined.status.code(), Some(0), "{when}: {examined:?}");
}

/// Repeats a command from one and the same state with a fault at the first call, the second and so on, until a run
/// goes through without one.
fn every_call(arguments: &[&str], input: &[u8], acknowledged: i32, repeated: &[i32]) {
    if !can_make_faults() {
        return;
    }
    let place = Place::new();
    place.add_token("First", "FIRST", "FAKE-first-token-aaaa");
    let start = place.path("start");
    copy(&place.vault(), &start);
    let before = inventory(&place);
    place.run_with(arguments, input).ends(acknowledged);
    let after = inventory(&place);

    let mut made = 0;
    for (call, fault) in FAULTS {
        for number in 1.. {
            assert!(number < MOST, "{call} fails for ever");
            copy(&start, &place.vault());
            let at = format!("{call}:{fault}:when={number}");
            let (ran, happened) = with_fault(&place, arguments, input, &at);
            if !happened {
                assert_eq!(ran.status.code(), Some(acknowledged), "{at}: {ran:?}");
                break;
            }
            made += 1;
            let found = inventory(&place);
            let done = ran.status.code() == Some(acknowledged);
            assert!(found == after || found == before && !done, "{at}: {found:?} {ran:?}");
            if !done && !fault.starts_with("signal") {
                assert!(!ran.error_kind().is_empty() && ran.status.code().is_some_and(|code| code > 0), "{at}");
            }
            whole(&place, &at);
            let again = place.run_with(arguments, input);
            assert!(again.status.code().is_some_and(|code| repeated.contains(&code)), "{at}: {again:?}");
            assert_eq!(inventory(&place), after, "{at}");
        }
    }
    assert!(made > 10, "only {made} calls of the command were found");
}

#[test]
fn at_every_write_of_an_addition() {
    let add = ["add", "--provider", "api-token", "--name", "Second", "--key", "SECOND", "--no-check", "--json"];
    // Repeated after it was stored, the name is taken.
    every_call(&[&add[..], &["--field", "token=-"]].concat(), b"FAKE-second-token-bbbb", 0, &[0, 2]);
}

#[test]
fn at_every_write_of_a_change_of_the_secret() {
    let edit = ["edit", "First", "--field", "token=-", "--no-check", "--json"];
    every_call(&edit, b"FAKE-other-token-cccc", 0, &[0]);
}

#[test]
fn at_every_write_of_a_deletion() {
    every_call(&["delete", "First", "--yes", "--json"], b"", 0, &[0, 7]);
}

#[test]
fn at_every_write_of_a_delivery() {
    every_call(&["run", "--json", "--key", "FIRST", "--", "true"], b"", 0, &[0]);
}

/// The first start leaves a whole vault whose kit is there, or none.
#[test]
fn at_every_write_of_the_first_start() {
    if !can_make_faults() {
        return;
    }
    let init = ["init", "--org", "Acme", "--recovery-kit", "kit.txt", "--json"];
    for (call, fault) in FAULTS {
        for number in 1.. {
            assert!(number < MOST, "{call} fails for ever");
            let place = Place::bare();
            let at = format!("{call}:{fault}:when={number}");
            let (ran, happened) = with_fault(&place, &init, b"", &at);
            if !happened {
                ran.ends(0);
                break;
            }
            let kit = place.path("kit.txt");
            if place.vault().join("vault.db").exists() {
                assert!(kit.is_file(), "{at}: a vault without its kit; {ran:?}");
            } else {
                assert_ne!(ran.status.code(), Some(0), "{at}");
                // A kit of a vault that never was may be left behind by a killed program; it opens nothing.
                let _ = std::fs::remove_file(kit);
                place.run(&init).ends(0);
            }
            whole(&place, &at);
            place.add_token("First", "FIRST", "FAKE-first-token-aaaa");
        }
    }
}
