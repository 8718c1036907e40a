//! Keychain, passphrase, environment variable and recovery kit.

use std::process::Command;

use crate::place::{Place, Ran, finish};

/// The program without a master key in its environment.
fn keyless(place: &Place) -> Command {
    let mut command = place.command();
    command.env_remove("STRONGROOM_MASTER_KEY");
    command
}

fn run(place: &Place, arguments: &[&str], input: &str) -> Ran {
    finish(keyless(place).args(arguments), input.as_bytes())
}

#[test]
fn without_a_keychain_init_says_what_else_there_is() {
    let place = Place::bare();
    let ran = run(&place, &["init", "--org", "Acme", "--json"], "").ends(4);
    assert!(ran.says("STRONGROOM_MASTER_KEY") && ran.says("--passphrase-file"), "{ran:?}");
    assert!(place.run(&["status", "--json"]).ends(7).error_kind() == "no_vault", "nothing half-made stays behind");
}

#[test]
fn a_passphrase_from_a_file_or_standard_input() {
    let place = Place::bare();
    let file = place.file("passphrase.txt", "correct horse battery staple\n".as_bytes());
    run(&place, &["init", "--org", "Acme", "--passphrase-file", &file], "").ends(0);
    let add = [
        "add",
        "--provider",
        "api-token",
        "--name",
        "T",
        "--key",
        "T_KEY",
        "--no-check",
        "--json",
        "--field",
        "token=-",
    ];
    run(&place, &[&add[..], &["--passphrase-file", &file]].concat(), "FAKE-under-a-passphrase").ends(0);
    let print = ["run", "--key", "T_KEY", "--passphrase-file", "-", "--", "sh", "-c", "printf %s \"$T_KEY\""];
    let ran = run(&place, &print, "correct horse battery staple\n").ends(0);
    assert_eq!(ran.out, "FAKE-under-a-passphrase", "a line break at the end is not part of it");
    assert_eq!(run(&place, &["check", "--all", "--json"], "").ends(4).error_kind(), "passphrase_needed");
    let wrong = run(&place, &["check", "--all", "--json", "--passphrase-file", "-"], "another one").ends(4);
    assert_eq!(wrong.error_kind(), "wrong_passphrase");
    let both = run(&place, &[&add[..], &["--passphrase-file", "-"]].concat(), "correct horse battery staple").ends(2);
    assert_eq!(both.error_kind(), "usage", "only one thing reads standard input");
    assert_eq!(run(&place, &["status", "--json"], "").ends(0).json()["custody"], "passphrase");
}

#[test]
fn a_lost_key_comes_back_with_the_kit() {
    let place = Place::bare();
    let kit = place.path("kit.txt");
    let kit = kit.to_str().unwrap();
    place.run(&["init", "--org", "Acme", "--recovery-kit", kit]).ends(0);
    place.add_token("Token", "TOKEN", "FAKE-token-worth-keeping");
    let lost = run(&place, &["run", "--json", "--key", "TOKEN", "--", "true"], "").ends(4);
    assert_eq!(lost.error_kind(), "master_key_variable_missing");

    let other = Place::new();
    let other_kit = other.vault().join("recovery-kit.txt");
    let passphrase = place.file("p.txt", b"a new passphrase");
    let recover = |how: &[&str], input: &str| {
        run(&place, &[&["recover", "--json", "--passphrase-file", &passphrase], how].concat(), input)
    };
    let foreign = recover(&["--kit", other_kit.to_str().unwrap()], "");
    assert_ne!(foreign.status.code(), Some(0), "a kit of another vault changes nothing");
    assert_eq!(recover(&["--code", "-"], "no code at all").ends(2).error_kind(), "invalid_input");
    assert_eq!(recover(&["--kit", "nothing.txt"], "").ends(2).error_kind(), "invalid_input");

    let ran = recover(&["--kit", kit], "").ends(0);
    assert_eq!(ran.json()["state"], "unlocked");
    let print = ["run", "--key", "TOKEN", "--passphrase-file", &passphrase, "--", "sh", "-c", "printf %s \"$TOKEN\""];
    assert_eq!(run(&place, &print, "").ends(0).out, "FAKE-token-worth-keeping");
}

#[cfg(unix)]
#[test]
fn a_keychain_that_says_nothing_is_said_and_not_waited_for() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-behind-silence");
    let by_keychain = "UPDATE vault SET custody = 'keychain'";
    assert!(Command::new("sqlite3").arg(place.vault().join("vault.db")).arg(by_keychain).status().unwrap().success());
    // A session bus that takes every call and never answers.
    let bus = place.path("bus");
    let _silent = std::os::unix::net::UnixListener::bind(&bus).unwrap();
    let address = format!("unix:path={}", bus.display());
    for arguments in [
        &["run", "--json", "--key", "TOKEN", "--", "true"][..],
        &["init", "--json", "--home", "other", "--org", "Acme"],
    ] {
        let mut command = keyless(&place);
        let ran = finish(command.env("DBUS_SESSION_BUS_ADDRESS", &address).args(arguments), b"").ends(4);
        assert_eq!(ran.error_kind(), "keychain_silent");
        assert!(ran.says("did not answer within 10 seconds"), "{ran:?}");
    }
    assert!(!place.path("other").join("vault.db").exists());
}
