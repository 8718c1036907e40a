//! What happens at a terminal: questions without echo, confirmation, colours. `script` lends the terminal.

use crate::place::{Place, Ran, finish};

/// Runs the program at a terminal where that is typed.
fn typed(place: &Place, arguments: &[&str], keys: &str) -> Ran {
    let quoted: Vec<String> = std::iter::once(env!("CARGO_BIN_EXE_strongroom"))
        .chain(arguments.iter().copied())
        .map(|word| format!("'{word}'"))
        .collect();
    let mut command = std::process::Command::new("script");
    for (name, value) in place.command().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("TERM", "xterm").env("SHELL", "/bin/sh").env_remove("NO_COLOR");
    finish(command.args(["-q", "-e", "-c", &quoted.join(" "), "/dev/null"]), keys.as_bytes())
}

#[test]
fn a_missing_secret_is_asked_for_without_echo() {
    let place = Place::new();
    let add = ["add", "--provider", "api-token", "--name", "Typed", "--key", "TYPED", "--no-check"];
    let ran = typed(&place, &add, "FAKE-typed-by-hand\n").ends(0);
    assert!(ran.out.contains("Token: ") && ran.out.contains("Added “Typed”"), "{}", ran.out);
    let print = ["run", "--key", "TYPED", "--", "sh", "-c", "printf %s \"$TYPED\""];
    assert_eq!(place.run(&print).ends(0).out, "FAKE-typed-by-hand");
}

#[test]
fn a_deletion_is_confirmed_by_the_name() {
    let place = Place::new();
    place.add_token("Exact Name", "EXACT", "FAKE-token-to-delete");
    let refused = typed(&place, &["delete", "EXACT"], "exact\n").ends(1);
    assert!(
        refused.out.contains("nothing is known to use it") && refused.out.contains("Nothing was deleted"),
        "{refused:?}"
    );
    typed(&place, &["delete", "EXACT"], "Exact Name\n").ends(0);
    assert_eq!(place.run(&["list", "--json"]).ends(0).json()["total"], 0);
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let place = Place::new();
    assert!(typed(&place, &["doctor"], "").ends(0).out.contains("\u{1b}["));
    assert!(!place.run(&["doctor"]).ends(0).out.contains('\u{1b}'));
    assert!(!typed(&place, &["doctor", "--json"], "").ends(0).out.contains('\u{1b}'));
}

#[test]
fn progress_is_one_line_that_changes_and_leaves_nothing_behind() {
    let place = Place::new();
    place.add_token("Alpha", "ALPHA", "FAKE-token-alpha-0123");
    place.add_token("Beta", "BETA", "FAKE-token-beta-0123");
    let ran = typed(&place, &["check", "--all"], "").ends(0);
    let shown = |text: &str| format!("\r\u{1b}[?7l{text}\u{1b}[K\u{1b}[?7h");
    assert!(ran.out.contains(&shown("[1/2] Alpha: Cannot be checked")), "{:?}", ran.out);
    let after = ran.out.split(&shown("[2/2] Beta: Cannot be checked")).nth(1).expect("the last step is shown");
    assert!(after.starts_with("\r\u{1b}[K"), "the line is taken away before the result: {after:?}");
    assert!(after.contains("EVIDENCE"), "and the result is there");
    assert!(!place.run(&["check", "--all"]).ends(0).err.contains('\u{1b}'), "elsewhere there are plain lines");
}
