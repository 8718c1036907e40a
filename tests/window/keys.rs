//! When the master key is not at hand: the page says why, stays readable, makes no new key, and offers what helps.

use std::path::Path;

use serde_json::json;
use strongroom_stage::{Keychain, Name, Result, Stage, Window};

use crate::support::{add_token, field_says, make_vault, mode, open_details, row_says};

/// A vault with one credential in it, and the kit's path.
fn furnished(stage: &Stage) -> Result<String> {
    let kit = make_vault(stage)?;
    add_token(stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    Ok(kit.display().to_string())
}

fn entries(stage: &Stage) -> Result<usize> {
    Ok(stage.keychain_items("service", "Strongroom")?.matches("secret = ").count())
}

/// The recovery code as it stands in the kit.
fn code_of(kit: &str) -> String {
    let text = std::fs::read_to_string(kit).unwrap();
    let code = text.lines().find_map(|line| line.strip_prefix("Recovery code:"));
    code.unwrap_or_else(|| panic!("no line of the kit is a code")).trim().to_owned()
}

/// The banner names the trouble, and names, tails and dates can still be read.
async fn trouble(window: &Window<'_>, word: &str, sentence: &str) -> Result<()> {
    window.wait_for_text(word).await?;
    window.wait_for_text(sentence).await?;
    row_says(window, "Weather", "••••a1b2").await?;
    let pane = open_details(window, "Weather").await?;
    let details = pane.text().await?;
    assert!(details.contains("WEATHER_TOKEN") && details.contains("Created"), "the inventory stays readable");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_keychain_is_named_and_trying_again_helps_once_it_is_open() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    furnished(&stage)?;
    stage.lock_keychain()?;
    let window = Window::open(&stage).await?;
    trouble(&window, "Keychain locked", "The keychain is locked.").await?;
    window.check_accessibility().await?;
    // The service comes back as after logging in: open.
    stage.stop_keychain();
    stage.start_keychain()?;
    window.find("alert", Name::Any).await?.click_in("button", "Try again").await?;
    window.wait_for_text("Keychain unlocked").await?;
    window.wait_gone("alert", Name::Any).await?;
    assert_eq!(entries(&stage)?, 1, "no further key was written");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_keychain_is_named_and_trying_again_helps_once_it_runs() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    furnished(&stage)?;
    stage.stop_keychain();
    let window = Window::open(&stage).await?;
    trouble(&window, "No keychain", "No keychain service answers on this computer.").await?;
    stage.start_keychain()?;
    window.find("alert", Name::Any).await?.click_in("button", "Try again").await?;
    window.wait_for_text("Keychain unlocked").await?;
    assert_eq!(entries(&stage)?, 1, "no further key was written");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_entry_is_named_and_the_code_of_the_kit_brings_it_back() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let kit = furnished(&stage)?;
    stage.clear_keychain("service", "Strongroom")?;
    assert_eq!(entries(&stage)?, 0);
    let window = Window::open(&stage).await?;
    trouble(&window, "Key missing", "The keychain holds no key for this vault.").await?;
    assert_eq!(entries(&stage)?, 0, "no new key is made when a vault exists");
    let database = database_of(&stage);

    window.click("button", "What helps").await?;
    window.find("heading", "Recover with the recovery kit").await?;
    window.check_accessibility().await?;
    window.click("radio", "Code from the kit").await?;
    let code = code_of(&kit);
    window.fill("Recovery code", &mistyped(&code)).await?;
    window.click("button", "Recover").await?;
    field_says(&window, "Recovery code", "Group 3 is mistyped").await?;
    window.fill("Recovery code", &code[..12]).await?;
    window.click("button", "Recover").await?;
    field_says(&window, "Recovery code", "A recovery code has 40 letters and digits").await?;
    window.fill("Recovery code", &code_of_another_vault()?).await?;
    window.click("button", "Recover").await?;
    field_says(&window, "Recovery code", "does not open this vault").await?;
    assert_eq!(entries(&stage)?, 0);
    assert!(database == database_of(&stage), "wrong codes change nothing in the vault");

    window.fill("Recovery code", &code).await?;
    window.click("button", "Recover").await?;
    window.wait_for_text("Keychain unlocked").await?;
    assert_eq!(entries(&stage)?, 1, "the key is in the keychain again");
    assert!(!window.everything().await?.contains(&code), "the code does not stay in the page");
    delivers(&stage)?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_key_is_named_and_the_file_of_the_kit_brings_the_right_one_back() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let kit = furnished(&stage)?;
    replace_entry(&stage, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")?;
    let window = Window::open(&stage).await?;
    trouble(&window, "Wrong key", "The key belongs to another vault.").await?;

    window.click("button", "What helps").await?;
    let missing = stage.home().join("nothing here.txt").display().to_string();
    window.fill("Recovery kit file", &missing).await?;
    window.click("button", "Recover").await?;
    field_says(&window, "Recovery kit file", "cannot be read as a recovery kit").await?;
    window.fill("Recovery kit file", &kit).await?;
    window.click("button", "Recover").await?;
    window.wait_for_text("Keychain unlocked").await?;
    assert_eq!(entries(&stage)?, 1, "the right key replaces the wrong one");
    delivers(&stage)?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_keychain_a_passphrase_keeps_the_vault() -> Result<()> {
    const PASSPHRASE: &str = "correct horse battery staple of the test";
    let stage = Stage::open(Keychain::Absent)?;
    let window = Window::open(&stage).await?;
    window.wait_for_text("There is no keychain service in this session.").await?;
    let kit = stage.home().join("kit.txt");
    window.fill("Your name", "Priya Nair").await?;
    window.fill("Organisation", "Acme Voice").await?;
    window.fill("Recovery kit", &kit.display().to_string()).await?;
    window.fill("Passphrase", PASSPHRASE).await?;
    window.fill("Passphrase again", "something else").await?;
    window.click("button", "Create vault").await?;
    field_says(&window, "Passphrase", "The two differ").await?;
    assert!(!kit.exists(), "nothing is made");
    window.fill("Passphrase again", PASSPHRASE).await?;
    window.click("button", "Create vault").await?;
    window.find("heading", "Your vault is ready").await?;
    assert_eq!(mode(&kit), 0o600);
    window.click("button", "Continue").await?;
    window.wait_for_text("Vault unlocked").await?;
    window.close().await?;

    let window = Window::open(&stage).await?;
    window.wait_for_text("Passphrase needed").await?;
    window.click("button", "What helps").await?;
    let unlock = window.find("region", "Unlock with the passphrase").await?;
    unlock.find("field", "Passphrase").await?.replace_text("a wrong one").await?;
    unlock.click_in("button", "Unlock").await?;
    unlock.find("field", "Passphrase").await?;
    field_says(&window, "Passphrase", "The passphrase does not open this vault.").await?;
    unlock.find("field", "Passphrase").await?.replace_text(PASSPHRASE).await?;
    unlock.click_in("button", "Unlock").await?;
    window.wait_for_text("Vault unlocked").await?;
    assert!(!window.everything().await?.contains(PASSPHRASE), "the passphrase does not stay in the page");
    window.close().await
}

/// What is stored can be opened again.
fn delivers(stage: &Stage) -> Result<()> {
    let ran =
        stage.strongroom(&["run", "--key", "WEATHER_TOKEN", "--", "printenv", "WEATHER_TOKEN"])?.expect_status(0)?;
    assert_eq!(ran.stdout.trim(), "FAKE-weather-token-a1b2");
    Ok(())
}

/// The code with one character of its third group changed.
fn mistyped(code: &str) -> String {
    let third = code.split(['-', ' ']).nth(2).unwrap();
    let other = if third.starts_with('2') { '3' } else { '2' };
    code.replacen(third, &format!("{other}{}", &third[1..]), 1)
}

fn code_of_another_vault() -> Result<String> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let kit = make_vault(&stage)?;
    Ok(code_of(&kit.display().to_string()))
}

/// All that the vault's database holds, its journal included.
fn database_of(stage: &Stage) -> Vec<(String, Vec<u8>)> {
    let read = |path: &Path| (path.display().to_string(), std::fs::read(path).unwrap());
    let mut files: Vec<_> = std::fs::read_dir(stage.vault_home())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.to_string_lossy().ends_with("-shm"))
        .map(|path| read(&path))
        .collect();
    files.sort();
    files
}

/// Put another secret into the keychain's entry, under the attributes that it has.
fn replace_entry(stage: &Stage, secret: &str) -> Result<()> {
    let items = stage.keychain_items("service", "Strongroom")?;
    let attributes: Vec<&str> = items
        .lines()
        .filter_map(|line| line.strip_prefix("attribute."))
        .flat_map(|pair| pair.splitn(2, " = "))
        .collect();
    assert!(attributes.contains(&"service"), "{}", json!(attributes));
    stage.clear_keychain("service", "Strongroom")?;
    let mut command = stage.command("sh");
    command.args([
        "-c",
        "secret=$1; shift; printf %s \"$secret\" | secret-tool store --label=Strongroom \"$@\"",
        "sh",
        secret,
    ]);
    command.args(attributes);
    let output = stage.output(&mut command)?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
