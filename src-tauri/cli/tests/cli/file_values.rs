//! `run --file`: a value in a file that exists in memory alone.

use std::process::Stdio;

use crate::place::{Place, finish};
use crate::screen::Screen;

const VALUE: &str = "FAKE-value-in-a-file-0123";

fn with_token() -> Place {
    let place = Place::new();
    place.add_token("Weather", "TOKEN", VALUE);
    place
}

const RUN: [&str; 6] = ["run", "--key", "TOKEN", "--file", "TOKEN", "--"];

fn script(text: &str) -> Vec<&str> {
    [&RUN[..], &["sh", "-c", text]].concat()
}

#[test]
fn it_is_read_by_everybody_below_as_often_as_they_like() {
    let place = with_token();
    // A process that closes everything it inherited, as many do before they start others, and its child.
    let text = "echo \"[$TOKEN]\"; cat \"$TOKEN_FILE\"; echo; sh -c 'cat \"$TOKEN_FILE\" \"$TOKEN_FILE\"; echo; true'; \
                bash -c 'for f in /proc/$$/fd/*; do n=${f##*/}; [ $n -lt 3 ] || eval \"exec $n<&-\"; done; cat $TOKEN_FILE; true'";
    let mut command = place.command();
    command.env("TOKEN", "old").args(script(text));
    let ran = finish(&mut command, b"").ends(0);
    assert_eq!(ran.out, format!("[]\n{VALUE}\n{VALUE}{VALUE}\n{VALUE}"));
    // The same with masked output: the value is hidden there as well.
    let mask = "••••••••";
    let seen = Screen::run(&place, &script("cat $TOKEN_FILE; echo; cat $TOKEN_FILE")).end().0;
    assert_eq!(seen, format!("{mask}\r\n{mask}"));
}

#[test]
fn nobody_can_change_it() {
    let place = with_token();
    let ran = place.run(&script("echo other >\"$TOKEN_FILE\" || echo refused; cat \"$TOKEN_FILE\""));
    assert!(ran.out.ends_with(VALUE), "{ran:?}");
}

#[test]
fn it_is_gone_when_the_command_has_ended_and_was_never_on_a_disk() {
    let place = with_token();
    let mut child = place
        .command()
        .args(script("echo $TOKEN_FILE; read -r x"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    let path = std::path::Path::new(line.trim());
    assert_eq!(std::fs::read_to_string(path).unwrap(), VALUE);
    let names = std::fs::read_link(path).unwrap();
    assert!(names.to_string_lossy().starts_with("/memfd:"), "{names:?}");
    drop(child.stdin.take());
    child.wait().unwrap();
    assert!(!path.exists());
    let stored = place.stored();
    assert!(!stored.windows(VALUE.len()).any(|window| window == VALUE.as_bytes()));
}

#[test]
fn a_name_that_is_not_delivered_is_refused_with_those_that_are() {
    let place = with_token();
    let unknown = ["run", "--json", "--key", "TOKEN", "--file", "OTHER", "--", "touch", "started"];
    let ran = place.run(&unknown).ends(2);
    assert!(ran.says("OTHER") && ran.says("--file takes one of TOKEN."), "{ran:?}");
    place.add_token("File", "TOKEN_FILE", "FAKE-other-value");
    let both = ["run", "--json", "--key", "TOKEN", "--key", "TOKEN_FILE", "--file", "TOKEN", "--", "touch", "started"];
    assert_eq!(place.run(&both).ends(1).error_kind(), "environment_conflict");
    assert!(!place.path("started").exists());
}

#[test]
fn the_value_stands_in_no_other_variable() {
    let place = Place::new();
    place.add("anthropic", "Claude", &[]);
    let ran = place.run(&["run", "--key", "CLAUDE", "--file", "CLAUDE", "--", "env"]).ends(0);
    assert!(!ran.out.contains("FAKE-") && ran.out.contains("CLAUDE_FILE="), "{}", ran.out);
    assert!(ran.err.contains("ANTHROPIC_API_KEY is not set: its value is in a file."), "{}", ran.err);
    let both = ["run", "--key", "CLAUDE", "--file", "CLAUDE", "--file", "ANTHROPIC_API_KEY", "--", "sh", "-c"];
    let ran = place.run(&[&both[..], &["cat $CLAUDE_FILE $ANTHROPIC_API_KEY_FILE"]].concat()).ends(0);
    assert_eq!(ran.out, "FAKE-Claude-0123456789-abcdef".repeat(2));
}

#[test]
fn no_file_is_made_but_the_vaults_own() {
    if std::process::Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    let place = with_token();
    for mask in ["--mask", "--no-mask"] {
        let mut command = place.prepared(std::process::Command::new("strace"));
        let trace = place.path("trace.txt");
        command.args(["-f", "-qq", "-e", "trace=openat,open,creat,rename,renameat,renameat2,mkdir,link", "-o"]);
        command
            .arg(&trace)
            .arg(crate::place::PROGRAM)
            .args(["run", mask])
            .args(&RUN[1..])
            .args(["cat", "/proc/self/status"]);
        finish(&mut command, b"").ends(0);
        let traced = std::fs::read_to_string(&trace).unwrap();
        let made = traced
            .lines()
            .filter(|line| ["O_CREAT", "creat(", "rename", "mkdir", "link("].iter().any(|word| line.contains(word)));
        let vault = place.vault();
        let foreign: Vec<&str> = made.filter(|line| !line.contains(vault.to_str().unwrap())).collect();
        assert!(traced.contains("vault.db") && foreign.is_empty(), "{foreign:?}");
    }
}
