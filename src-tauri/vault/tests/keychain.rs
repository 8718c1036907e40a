//! The real keychain service, on a session bus of the test's own.
//!
//! Each test starts the ignored one that it is about inside `dbus-run-session`, with a data folder of its own, so
//! that no keychain of this computer's user is touched.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strongroom_vault::{
    Author, CustodyError, KeySource, KeychainStatus, KitError, NewCustody, NewVault, SecretText, Vault, VaultError,
    WitnessState, keychain_probe, prepare_keychain_first,
};

/// A usable keychain: unlocked, with a collection to store in.
const START: &str =
    "printf fake-password | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1 && ";

fn new_vault() -> NewVault {
    NewVault { person: "Ada".to_owned(), organisation: None, custody: NewCustody::Keychain, demonstration: false }
}

fn home() -> PathBuf {
    std::env::var_os("STRONGROOM_TEST_HOME").expect("run by another test").into()
}

async fn author(vault: &Vault) -> Author {
    let owner = vault.owner().await.unwrap();
    Author { person: owner.id, name: owner.name }
}

/// Opens the vault as a program does that starts now.
async fn unlock(home: &Path) -> Result<Vault, CustodyError> {
    let vault = Vault::open(home).await?;
    vault.unlock(KeySource::Keychain).await?;
    Ok(vault)
}

/// Runs one of the ignored tests on a bus of its own, after `before`.
fn inside(before: &str, test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = folder.path().join("runtime");
    std::fs::create_dir(&runtime).unwrap();
    let script = format!("{before} exec \"$1\" --exact --ignored \"$2\"");
    let done = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("STRONGROOM_TEST_HOME", folder.path().join("vault"))
        // Nothing may ask a question on the screen of whoever runs the tests.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .output()
        .expect("dbus-run-session is installed");
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

fn tool(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new("secret-tool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("secret-tool is installed");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// The secrets of all entries of ours.
fn entries() -> Vec<String> {
    let found = tool(&["search", "--all", "service", "Strongroom"], "");
    found.lines().filter_map(|line| line.strip_prefix("secret = ")).map(str::to_owned).collect()
}

fn clear() {
    tool(&["clear", "service", "Strongroom"], "");
}

/// Puts another text into the entry of this vault.
fn store(vault: &str, text: &str) {
    clear();
    tool(&["store", "--label=test", "service", "Strongroom", "username", vault], text);
    assert_eq!(entries(), [text]);
}

#[test]
fn a_vault_keeps_its_key_in_the_keychain() {
    inside(START, "session_of_a_usual_life");
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_of_a_usual_life() {
    let home = home();
    assert_eq!(keychain_probe(), KeychainStatus::Usable);

    // A kit that nobody takes: neither a vault nor an entry.
    let refused = Vault::create(&home, new_vault(), |_| Err(KitError::Refused("no printer".to_owned()))).await;
    assert!(matches!(refused, Err(VaultError::Kit(_))));
    assert!(!Vault::exists(&home));
    assert!(entries().is_empty());

    let vault = Vault::create(&home, new_vault(), |_| Ok(())).await.unwrap();
    let by = author(&vault).await;
    let id = vault.info().id.to_string();
    let kept = entries();
    assert_eq!(kept.len(), 1);
    assert_eq!(tool(&["lookup", "service", "Strongroom", "username", &id], ""), kept[0]);
    vault.create_organisation("Acme", &by).await.unwrap();
    vault.close().await.unwrap();
    assert!(unlock(&home).await.is_ok());

    // The entry is gone: said, and no new key is made in its place.
    clear();
    assert!(matches!(unlock(&home).await, Err(CustodyError::NoEntry)));
    assert!(entries().is_empty());

    // What stands there is no key, or another vault's.
    for text in ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", "hello"] {
        store(&id, text);
        assert!(matches!(unlock(&home).await, Err(CustodyError::NotAKey)), "{text}");
    }
    store(&id, "RkFLRS1GQUtFLUZBS0UtRkFLRS1GQUtFLUZBS0UtISE=");
    assert!(matches!(unlock(&home).await, Err(CustodyError::WrongKey)));

    store(&id, &kept[0]);
    assert!(unlock(&home).await.is_ok());
    assert_eq!(entries(), kept);
}

#[test]
fn the_only_key_there_is_opens_no_other_vault() {
    inside(START, "session_of_two_vaults");
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_of_two_vaults() {
    let homes = [home().join("one"), home().join("other")];
    let mut ids = Vec::new();
    for home in &homes {
        let vault = Vault::create(home, new_vault(), |_| Ok(())).await.unwrap();
        ids.push(vault.info().id.to_string());
        vault.close().await.unwrap();
    }
    for home in &homes {
        assert!(unlock_as_run_does(home).await.is_ok(), "one of two entries");
    }
    tool(&["clear", "service", "Strongroom", "username", &ids[1]], "");
    assert!(unlock_as_run_does(&homes[0]).await.is_ok(), "the only entry");
    assert!(matches!(unlock_as_run_does(&homes[1]).await, Err(CustodyError::NoEntry)), "the other's entry");
    // What is wrong with the only entry is said of its own vault alone.
    store(&ids[0], "hello");
    assert!(matches!(unlock_as_run_does(&homes[0]).await, Err(CustodyError::NotAKey)));
    assert!(matches!(unlock_as_run_does(&homes[1]).await, Err(CustodyError::NoEntry)));
}

/// Calls the keychain before it is known for which vault.
async fn unlock_as_run_does(home: &Path) -> Result<(), CustodyError> {
    prepare_keychain_first();
    let vault = Vault::open(home).await?;
    vault.look_for_key();
    vault.unlock(KeySource::Keychain).await
}

#[test]
fn without_a_bus_it_is_absent() {
    let folder = tempfile::tempdir().unwrap();
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "session_without_a_bus"])
        .env("STRONGROOM_TEST_HOME", folder.path().join("vault"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
        .env("XDG_RUNTIME_DIR", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_without_a_bus() {
    assert_eq!(keychain_probe(), KeychainStatus::Absent);
    let mut kits = 0;
    let home = home();
    let refused = Vault::create(&home, new_vault(), |_| {
        kits += 1;
        Ok(())
    })
    .await;
    assert!(matches!(refused, Err(VaultError::Custody(CustodyError::KeychainAbsent))));
    assert!(!Vault::exists(&home));
    assert_eq!(kits, 0, "no kit without a key");
}

#[test]
fn a_keychain_that_comes_up_later_is_found_and_one_that_dies_is_noticed() {
    inside("", "session_without_a_keychain");
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_without_a_keychain() {
    let home = home();
    let refused = Vault::create(&home, new_vault(), |_| Ok(())).await;
    assert!(matches!(refused, Err(VaultError::Custody(_))), "{refused:?}");
    assert!(!Vault::exists(&home));

    let script = "printf fake-password | gnome-keyring-daemon --replace --unlock --components=secrets --daemonize >/dev/null 2>&1";
    assert!(Command::new("sh").args(["-c", script]).status().unwrap().success());
    Vault::create(&home, new_vault(), |_| Ok(())).await.unwrap();

    // The service that the connection was made to is gone; another one has its place.
    assert!(Command::new("sh").args(["-c", script]).status().unwrap().success());
    assert!(unlock(&home).await.is_ok());
}

#[test]
fn a_locked_keychain_that_nobody_can_unlock_is_said() {
    inside(START, "session_of_a_locked_keychain");
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_of_a_locked_keychain() {
    let home = home();
    Vault::create(&home, new_vault(), |_| Ok(())).await.unwrap();
    let locked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .args(["org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"])
        .output()
        .unwrap();
    assert!(locked.status.success());
    assert_eq!(keychain_probe(), KeychainStatus::Locked);
    let refused = unlock(&home).await.map(drop).unwrap_err();
    assert!(matches!(refused, CustodyError::KeychainLocked), "{refused:?}");
    // Nor is another vault made whose key nobody keeps.
    let second = home.with_file_name("second");
    assert!(Vault::create(&second, new_vault(), |_| Ok(())).await.is_err());
    assert!(!Vault::exists(&second));
}

#[test]
fn a_keychain_that_says_nothing_is_said() {
    inside("", "session_of_a_silent_keychain");
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_of_a_silent_keychain() {
    let home = home();
    let by_variable = NewCustody::Environment(SecretText::new("RkFLRS1GQUtFLUZBS0UtRkFLRS1GQUtFLUZBS0UtISE=".into()));
    Vault::create(&home, NewVault { custody: by_variable, ..new_vault() }, |_| Ok(())).await.unwrap();
    // Has the name, and never answers: nothing here reads what comes.
    let silent = zbus::blocking::connection::Builder::session().unwrap().name("org.freedesktop.secrets").unwrap();
    let _silent = silent.build().unwrap();

    let refused = unlock(&home).await.map(drop).unwrap_err();
    assert!(matches!(refused, CustodyError::KeychainSilent(_)), "{refused:?}");
    // Nor is a vault made that waits for it.
    let second = home.with_file_name("second");
    let refused = Vault::create(&second, new_vault(), |_| Ok(())).await.map(drop).unwrap_err();
    assert!(matches!(refused, VaultError::Custody(CustodyError::KeychainSilent(_))), "{refused:?}");
    assert!(!Vault::exists(&second));
    assert_eq!(keychain_probe(), KeychainStatus::Absent);
}

#[test]
fn two_programs_at_once_make_one_vault_and_one_entry() {
    inside(START, "session_of_two_at_once");
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_of_two_at_once() {
    let children: Vec<_> = (0..2)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "--ignored", "--nocapture", "session_of_one_of_them"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut made = 0;
    for child in children {
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
        made += usize::from(said.contains("made it"));
    }
    assert_eq!(made, 1);
    assert_eq!(entries().len(), 1);
    assert!(unlock(&home()).await.is_ok());
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_of_one_of_them() {
    match Vault::create(&home(), new_vault(), |_| Ok(())).await {
        Ok(_) => writeln!(std::io::stdout(), "made it").unwrap(),
        Err(VaultError::AlreadyExists(_)) => {
            assert!(unlock(&home()).await.is_ok(), "the other one's key is there already");
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_keychain_remembers_the_audit() {
    inside(START, "session_of_an_audit");
}

/// The secret of the entry that remembers the audit.
fn remembered(vault: &str) -> String {
    tool(&["lookup", "service", "Strongroom audit", "username", vault], "")
}

/// The vault's file as it is now, in a folder of its own.
fn keep(home: &Path, name: &str) {
    let copy = home.join(name);
    std::fs::create_dir(&copy).unwrap();
    for file in std::fs::read_dir(home).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// Puts that copy back in the place of the file.
fn put_back(home: &Path, name: &str) {
    for file in std::fs::read_dir(home).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            std::fs::remove_file(path).unwrap();
        }
    }
    for file in std::fs::read_dir(home.join(name)).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, home.join(path.file_name().unwrap())).unwrap();
    }
}

#[tokio::test]
#[ignore = "run by another test"]
async fn session_of_an_audit() {
    let home = home();
    let vault = Vault::create(&home, new_vault(), |_| Ok(())).await.unwrap();
    let by = author(&vault).await;
    let id = vault.info().id.to_string();
    assert_eq!(remembered(&id), "", "nothing is asked of the keychain before somebody verifies");
    assert!(matches!(vault.advance_witness().await.unwrap(), WitnessState::Nothing));
    assert!(remembered(&id).starts_with("strongroom-audit-1 1 "));
    assert_eq!(entries().len(), 1, "whoever looks for the key finds one entry");
    vault.set_setting("theme", "dark", &by).await.unwrap();
    vault.close().await.unwrap();
    keep(&home, "earlier");

    // Entries that came since are fine; the keychain is not asked when they are written.
    let vault = unlock(&home).await.unwrap();
    vault.set_setting("theme", "light", &by).await.unwrap();
    assert!(remembered(&id).starts_with("strongroom-audit-1 1 "));
    assert!(matches!(vault.advance_witness().await.unwrap(), WitnessState::Agrees(one) if one.sequence == 1));
    assert!(remembered(&id).starts_with("strongroom-audit-1 3 "));
    let at_three = remembered(&id);
    vault.close().await.unwrap();
    keep(&home, "now");

    // The whole file as it was: consistent with itself, and shorter than is remembered.
    put_back(&home, "earlier");
    let vault = unlock(&home).await.unwrap();
    assert_eq!(vault.verify_audit().await.unwrap().first_bad, None);
    assert!(matches!(vault.advance_witness().await.unwrap(), WitnessState::Shorter(one) if one.sequence == 3));
    assert_eq!(remembered(&id), at_three, "what speaks against the log is not forgotten");

    // Continued from there it is as long again, and another one.
    vault.set_setting("theme", "system", &by).await.unwrap();
    vault.set_setting("theme", "light", &by).await.unwrap();
    assert_eq!(vault.verify_audit().await.unwrap().first_bad, None);
    assert!(matches!(vault.advance_witness().await.unwrap(), WitnessState::Differs(one) if one.sequence == 3));

    // Put back on purpose: accepted, with an entry that says so.
    vault.accept_audit(&by).await.unwrap();
    let told = &vault.audit_tail(1).await.unwrap()[0];
    assert_eq!(told.action, "audit.accept");
    assert!(told.detail.contains("\"remembered\":3") && told.detail.contains("\"found\":4"), "{}", told.detail);
    assert!(matches!(vault.compare_witness().await.unwrap(), WitnessState::Agrees(one) if one.sequence == 5));
    vault.accept_audit(&by).await.unwrap();
    assert_eq!(vault.audit_tail(1).await.unwrap()[0].sequence, 5, "there is nothing more to accept");

    // What is remembered may be removed because of its age.
    vault.set_audit_retention(Some(1), &by).await.unwrap();
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48);
    assert_eq!(vault.prune_audit(later, &by).await.unwrap(), 6);
    assert!(matches!(vault.advance_witness().await.unwrap(), WitnessState::Removed(one) if one.sequence == 5));
    assert!(matches!(vault.advance_witness().await.unwrap(), WitnessState::Agrees(one) if one.sequence == 7));

    // Something else in its place is said, and not written over.
    tool(&["store", "--label=test", "service", "Strongroom audit", "username", &id], "hello");
    assert!(matches!(vault.advance_witness().await.unwrap(), WitnessState::Illegible));
    assert_eq!(remembered(&id), "hello");
    vault.accept_audit(&by).await.unwrap();
    assert!(matches!(vault.compare_witness().await.unwrap(), WitnessState::Agrees(_)));
    vault.close().await.unwrap();
}
