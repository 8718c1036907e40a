//! Everything that people and scripts get wrong: a sentence, a stable word, an exit status, and nothing changed.

use serde_json::Value;

use crate::place::{MASTER_KEY, Place, Ran};

/// The vault's file in its folder.
const DATABASE: &str = "vault.db";

/// Adds a credential of Anthropic from options, without a check.
fn add(place: &Place, more: &[&str], input: &[u8]) -> Ran {
    let mut arguments = vec!["add", "--provider", "anthropic", "--name", "New", "--no-check", "--json"];
    arguments.extend(more);
    place.run_with(&arguments, input)
}

#[track_caller]
fn refused(ran: Ran, code: i32, kind: &str) -> Ran {
    let ran = ran.ends(code);
    assert_eq!(ran.error_kind(), kind, "{ran:?}");
    assert!(
        ran.err.starts_with("strongroom: ") || ran.err.contains("\nstrongroom: "),
        "a sentence for people: {ran:?}"
    );
    ran
}

fn total(place: &Place) -> Value {
    place.run(&["list", "--json"]).ends(0).json()["total"].clone()
}

#[test]
fn no_vault_and_files_that_are_none() {
    let place = Place::bare();
    for arguments in
        [&["list", "--json"][..], &["status", "--json"], &["check", "--all", "--json"], &["doctor", "--json"]]
    {
        refused(place.run(arguments), 7, "no_vault");
    }
    refused(place.run(&["run", "--json", "--key", "K", "--", "true"]), 7, "no_vault");
    assert!(!place.vault().exists(), "looking makes nothing");

    std::fs::create_dir(place.vault()).unwrap();
    let text = b"this is no database, but long enough to be taken for one ".repeat(20);
    std::fs::write(place.vault().join(DATABASE), &text).unwrap();
    refused(place.run(&["list", "--json"]), 1, "not_a_database");
    assert_eq!(std::fs::read(place.vault().join(DATABASE)).unwrap(), text, "nothing was written");
}

#[test]
fn a_database_of_a_newer_version() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token");
    let file = place.vault().join(DATABASE);
    let mut bytes = std::fs::read(&file).unwrap();
    // The four bytes of the file's header that SQLite calls `user_version`.
    bytes[60..64].copy_from_slice(&9999_u32.to_be_bytes());
    std::fs::write(&file, &bytes).unwrap();
    assert!(refused(place.run(&["list", "--json"]), 1, "newer_version").says("newest version"));
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "nothing was written");
}

#[test]
fn a_wrong_master_key() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-of-the-right-key");
    let with_key = |key: &str, arguments: &[&str]| {
        crate::place::finish(place.command().env("STRONGROOM_MASTER_KEY", key).args(arguments), b"")
    };
    let other = MASTER_KEY.replace("RkFL", "QUFB");
    refused(with_key(&other, &["check", "--all", "--json"]), 4, "wrong_key");
    refused(with_key("too-short", &["check", "--all", "--json"]), 4, "bad_environment_key");
    refused(with_key("", &["check", "--all", "--json"]), 4, "bad_environment_key");
    let listed = with_key(&other, &["list", "--json"]).ends(0);
    assert_eq!(listed.json()["total"], 1, "the inventory needs no key");
    let ran = with_key(&other, &["run", "--key", "TOKEN", "--", "touch", "started"]).ends(4);
    assert!(ran.out.is_empty() && !place.path("started").exists());
}

#[test]
fn names_that_are_not_there_or_taken() {
    let place = Place::new();
    place.add_token("Taken", "TAKEN", "FAKE-token-that-is-there");
    for command in ["show", "enable", "disable", "check"] {
        refused(place.run(&[command, "Nobody", "--json"]), 7, "not_found");
    }
    refused(place.run(&["delete", "Nobody", "--yes", "--json"]), 7, "not_found");
    refused(place.run(&["edit", "Nobody", "--name", "N", "--json"]), 7, "not_found");
    refused(place.run(&["list", "--org", "nobody", "--json"]), 7, "not_found");
    refused(place.run(&["providers", "nobody", "--json"]), 7, "not_found");
    refused(place.run(&["list", "--after", "nothing", "--json"]), 2, "bad_cursor");
    refused(place.run(&["list", "--status", "nothing", "--json"]), 2, "invalid_input");
    let again = ["add", "--provider", "api-token", "--name", "TAKEN", "--no-check", "--field", "token=-", "--json"];
    let ran = place.run_with(&again, b"FAKE-other").ends(2);
    assert_eq!(ran.json()["error"]["fields"][0]["field"], "name", "names do not differ in case alone");
    refused(add(&place, &["--auth", "nothing"], b""), 2, "unknown_auth");
    refused(add(&place, &["--field", "nothing=x"], b""), 2, "unknown_field");
    refused(place.run(&["edit", "Taken", "--clear", "nothing", "--json"]), 2, "unknown_field");
    refused(place.run(&["edit", "Taken", "--json"]), 2, "usage");
    for arguments in [
        &["list", "--type", "nothing"][..],
        &["list", "--limit", "0"],
        &["list", "--limit", "x"],
        &["check"],
        &["check", "--all", "Taken"],
        &["run", "--key", "TAKEN"],
        &["recover"],
        &["nothing"],
        &[],
    ] {
        refused(place.run(&[arguments, &["--json"]].concat()), 2, "usage");
    }
    assert_eq!(total(&place), 1);
}

#[test]
fn secrets_never_stand_on_the_command_line() {
    let place = Place::new();
    let secret = "FAKE-8a789ce4bf8161cb894e813c";
    let option = format!("api_key={secret}");
    refused(add(&place, &["--field", &option], b""), 2, "secret_on_command_line");
    for more in [
        &["--field", &option][..],
        &["--field", secret],
        &["--api-key", secret],
        &[&format!("--api-key={secret}")],
        &[secret],
        &["--field", &format!("{secret}=x")],
    ] {
        let ran = add(&place, more, b"").ends(2);
        assert!(!ran.says(secret), "it is not repeated: {ran:?}");
    }
    let ran = place.run(&["recover", "--code", secret, "--json"]).ends(2);
    assert!(!ran.says(secret), "it is not repeated: {ran:?}");
    assert_eq!(total(&place), 0);
}

#[test]
fn what_is_read_is_explained() {
    let place = Place::new();
    refused(add(&place, &["--field", "api_key=@nothing.txt"], b""), 2, "unreadable_input");
    refused(add(&place, &["--field", "api_key=@."], b""), 2, "unreadable_input");
    let utf16 = format!("api_key=@{}", place.file("utf16.txt", b"\xff\xfeF\0A\0"));
    assert!(refused(add(&place, &["--field", &utf16], b""), 2, "unreadable_input").says("UTF-16"));
    let large = vec![b'a'; 1024 * 1024 + 1];
    assert!(refused(add(&place, &["--field", "api_key=-"], &large), 2, "unreadable_input").says("1 MiB"));
    let twice = br#"{"api_key": "FAKE-a", "api_key": "FAKE-b"}"#;
    for bad in [&b"[]"[..], b"{", b"", br#"{"api_key": 5551234}"#, br#"{"api_key": null}"#, twice] {
        let ran = refused(add(&place, &["--fields-json", "-"], bad), 2, "bad_json");
        assert!(!ran.says("5551234") && !ran.says("FAKE-"), "{ran:?}");
    }
    let both = ["--field", "api_key=-", "--fields-json", "-"];
    refused(add(&place, &both, b"{}"), 2, "usage");
    let file = format!("api_key=@{}", place.file("key.txt", b"sk-ant-api03-FAKE-in-a-file\n"));
    refused(add(&place, &["--field", &file, "--field", &file], b""), 2, "usage");
    assert_eq!(total(&place), 0, "nothing was stored");
    let stored = add(&place, &["--field", &file], b"").ends(0);
    assert!(!stored.says("line break"), "the line break at the end belongs to the file: {stored:?}");
}

#[test]
fn empty_overlong_and_control_characters() {
    let place = Place::new();
    for input in [&b""[..], b"   ", b"sk-ant-api03-FAKE-two\nlines", b"sk-ant-api03-FAKE-\x07bell", &[b'x'; 70_000]] {
        let ran = refused(add(&place, &["--field", "api_key=-"], input), 2, "invalid_input");
        assert_eq!(ran.json()["error"]["fields"][0]["field"], "api_key");
        assert!(!ran.says("lines") && !ran.says("FAKE-"), "the value is not repeated");
    }
    let named = |name: &str, key: &str| {
        let arguments = [
            "add",
            "--provider",
            "api-token",
            "--name",
            name,
            "--key",
            key,
            "--no-check",
            "--field",
            "token=-",
            "--json",
        ];
        place.run_with(&arguments, b"FAKE-token")
    };
    for name in ["", "  ", "two\nlines", "\u{1b}[31mred", &"n".repeat(5000)] {
        let ran = refused(named(name, "KEY"), 2, "invalid_input");
        assert!(!ran.says("\u{1b}"), "no terminal acts upon a name");
    }
    for key in ["", "MY-KEY", "1KEY", "LD_PRELOAD", "PATH", "STRONGROOM_HOME"] {
        refused(named("Good", key), 2, "invalid_input");
    }
    assert_eq!(total(&place), 0);
}

#[test]
fn values_that_belong_elsewhere() {
    let place = Place::new();
    let ran = refused(add(&place, &["--field", "api_key=-"], b"sk-proj-FAKE-0123456789"), 2, "invalid_input");
    assert!(ran.says("OpenAI"), "it is said whose key that is: {ran:?}");
    let ran =
        place.run(&["--org", "system", "add", "--provider", "twilio", "--name", "T", "--no-check", "--json"]).ends(2);
    assert!(ran.says("system") || ran.says("organisation"), "only AI services are shared: {ran:?}");
}

#[test]
fn addresses() {
    let place = Place::new();
    for (address, said) in [
        ("not a url", "address"),
        ("ftp://example.com", "https"),
        ("http://gateway.example.com", "https"),
        ("https://user:pass@example.com", "user name or password"),
    ] {
        let option = format!("base_url={address}");
        let ran = add(&place, &["--field", "api_key=-", "--field", &option], b"sk-ant-api03-FAKE-key");
        assert!(refused(ran, 2, "invalid_input").says(said), "{address}");
    }
    assert_eq!(total(&place), 0);
}

#[test]
fn deleting_without_a_terminal_needs_yes() {
    let place = Place::new();
    place.add_token("Kept", "KEPT", "FAKE-token-that-stays");
    refused(place.run_with(&["delete", "Kept", "--json"], b"Kept\n"), 2, "confirmation_needed");
    assert_eq!(total(&place), 1);
}

#[test]
fn texts_for_people_hold_the_next_step() {
    let place = Place::bare();
    let ran = place.run(&["list"]).ends(7);
    assert!(ran.out.is_empty(), "without --json nothing but results stands on standard output");
    assert!(ran.err.contains("\n  Make one with `strongroom init`"), "{ran:?}");
}
