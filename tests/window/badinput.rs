//! Bad input gets a sentence that helps, at its field, and changes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use strongroom_stage::{Key, Keychain, Name, Result, Stage, Window};

use crate::support::{
    Anthropic, add_anthropic, add_token, choose_provider, fake_key, field_says, is_invalid, listed, make_vault,
    open_details, row_says,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_start_names_what_is_missing_and_makes_nothing() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let window = Window::open(&stage).await?;
    window.find("heading", "Set up your vault").await?;
    for label in ["Your name", "Organisation", "Recovery kit"] {
        window.fill(label, "").await?;
    }
    window.click("button", "Create vault").await?;
    field_says(&window, "Your name", "Say who works with this vault.").await?;
    field_says(&window, "Organisation", "Name the organisation").await?;
    field_says(&window, "Recovery kit", "Choose a file").await?;
    assert_eq!(window.focused().await?, "Your name", "the cursor stands at the first of them");

    let there = stage.home().join("there already.txt");
    fs::write(&there, "mine").unwrap();
    window.fill("Your name", "Priya Nair").await?;
    window.fill("Organisation", &"x".repeat(121)).await?;
    window.fill("Recovery kit", &there.display().to_string()).await?;
    window.click("button", "Create vault").await?;
    field_says(&window, "Organisation", "longer than 120 characters").await?;
    window.fill("Organisation", "Acme Voice").await?;
    window.click("button", "Create vault").await?;
    field_says(&window, "Recovery kit", "exists already").await?;
    assert_eq!(fs::read_to_string(&there).unwrap(), "mine", "a file that exists is never overwritten");
    window.fill("Recovery kit", &stage.home().join("no/such/folder/kit.txt").display().to_string()).await?;
    window.click("button", "Create vault").await?;
    field_says(&window, "Recovery kit", "cannot be written").await?;
    assert!(!stage.vault_home().join("vault.db").exists(), "nothing half-made stays behind");
    assert_eq!(stage.keychain_items("service", "Strongroom")?.matches("secret = ").count(), 0);
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_says_at_each_field_what_is_wrong() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Taken", "TAKEN_TOKEN", "FAKE-taken-token-a1b2")?;
    let window = Window::open(&stage).await?;
    choose_provider(&window, "Anthropic").await?;
    window.click("button", "Check and save").await?;
    field_says(&window, "Name", "Give it a name.").await?;
    field_says(&window, "API key", "API key is needed.").await?;
    assert!(is_invalid(&window, "API key").await?);

    let good = fake_key("good-a1b2");
    window.fill("Name", "Anthropic").await?;
    for (label, value, sentence) in [
        ("API key", "gsk_FAKE0000FAKE0000FAKE0000", "This is a Groq key"),
        ("API key", "sk-proj-FAKE0000FAKE0000FAKE", "This is an OpenAI key"),
        ("Base URL", "api.example.com", "must begin with https://"),
        ("Base URL", "ftp://api.example.com", "Only https addresses"),
        ("Base URL", "http://api.example.com", "Plain http would send the secret unencrypted"),
        ("Base URL", "https://user:word@api.example.com", "must not hold a user name or password"),
        ("Lookup key", "1 KEY", "A lookup key has letters, digits and underscores"),
        ("Lookup key", "LD_PRELOAD", "changes how programs start"),
        ("Name", &"x".repeat(121), "longer than 120 characters"),
    ] {
        window.fill("API key", &good).await?;
        let before = window.find("field", Name::containing(label)).await?.value().await?;
        window.fill(Name::containing(label), value).await?;
        window.click("button", "Save without checking").await?;
        field_says(&window, label, sentence).await?;
        assert!(is_invalid(&window, label).await?, "{label}: {sentence}");
        assert_eq!(window.find("field", Name::containing(label)).await?.value().await?, value, "what was typed stays");
        window.fill(Name::containing(label), &before).await?;
    }
    assert_eq!(listed(&stage)?.len(), 1, "nothing was stored");

    window.fill("Name", "taken").await?;
    window.click("button", "Save without checking").await?;
    field_says(&window, "Name", "already").await?;
    assert_eq!(listed(&stage)?.len(), 1);
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_pasted_by_accident_is_removed_and_said() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let window = Window::open(&stage).await?;
    choose_provider(&window, "Anthropic").await?;
    window.fill("Name", "Anthropic").await?;
    let key = fake_key("good-a1b2");
    let paste = async |text: &str| {
        stage.copy(text)?;
        window.fill("API key", "").await?;
        window.press(&format!("{}v{}", char::from(Key::Control), char::from(Key::Null))).await
    };
    for (pasted, removed) in [
        (format!("{key}\n"), "one trailing line break"),
        (format!("  {key}"), "2 leading spaces"),
        (format!("\"{key}\""), "the quotes"),
        (format!("export ANTHROPIC_API_KEY={key}\n"), "export NAME="),
        (format!("{key}\u{200b}"), "1 zero-width character"),
    ] {
        paste(&pasted).await?;
        field_says(&window, "API key", removed).await?;
        assert_eq!(window.find("field", "API key").await?.value().await?, key, "{removed}");
    }
    paste(&format!("{}\u{7}{}", &key[..20], &key[20..])).await?;
    field_says(&window, "API key", "control character").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_that_cannot_be_opened_is_named_and_left_alone() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let file = database(&stage);
    let original = fs::read(&file).unwrap();

    let mut newer = original.clone();
    // `user_version` stands in the header of every SQLite file (offset 60, four bytes, big-endian).
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    let mut other = original.clone();
    other[68..72].copy_from_slice(b"ELSE");
    for (contents, sentence) in [
        (newer, "The vault has schema 99"),
        (other, "is a database of another application"),
        (b"These are my notes, and no database.\n".repeat(40), "is not a database"),
    ] {
        remove_journal(&stage);
        fs::write(&file, &contents).unwrap();
        let window = Window::open(&stage).await?;
        window.find("heading", "The vault cannot be used").await?;
        window.wait_for_text(sentence).await?;
        window.check_accessibility().await?;
        window.click("button", "Try again").await?;
        window.wait_for_text(sentence).await?;
        window.close().await?;
        assert!(fs::read(&file).unwrap() == contents, "{sentence}: nothing was written");
    }
    remove_journal(&stage);
    fs::write(&file, &original).unwrap();
    let window = Window::open(&stage).await?;
    window.find("heading", "Add your first credential").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_windows_on_one_vault_do_not_overwrite_each_other() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    add_anthropic(&stage, &provider, "Anthropic", &fake_key("good-a1b2"))?;
    let (first, second) = (Window::open(&stage).await?, Window::open(&stage).await?);
    for window in [&first, &second] {
        open_details(window, "Anthropic").await?.click_in("button", "Edit").await?;
        window.find("heading", "Edit credential").await?;
    }
    first.fill("Name", "From the first").await?;
    first.click("button", "Check and save").await?;
    row_says(&first, "From the first", "Works").await?;
    second.fill("Name", "From the second").await?;
    second.fill("API key", &fake_key("good-c3d4")).await?;
    second.click("button", "Check and save").await?;
    second.wait_for_text("The record was changed in the meantime").await?;
    assert_eq!(second.find("field", "Name").await?.value().await?, "From the second", "the form is kept");
    assert_eq!(second.find("field", "API key").await?.value().await?, fake_key("good-c3d4"));
    let rows = listed(&stage)?;
    assert_eq!((&rows[0]["name"], &rows[0]["secrets"]["api_key"]["tail"]), (&json!("From the first"), &json!("a1b2")));
    second.click("button", "Cancel").await?;
    second.click("button", "Discard").await?;
    second.find("row", Name::containing("From the first")).await?;
    first.close().await?;
    second.close().await
}

/// Where the tests run as root no folder is read-only, so the vault's own user writes into a file that is none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_cannot_be_made_is_named_at_first_start() -> Result<()> {
    let mut stage = Stage::open(Keychain::Unlocked)?;
    let blocked = stage.home().join("a file");
    fs::write(&blocked, "in the way").unwrap();
    fs::set_permissions(&blocked, fs::Permissions::from_mode(0o400)).unwrap();
    let vault = blocked.join("vault").display().to_string();
    stage.set_variable("STRONGROOM_HOME", &vault);
    let window = Window::open(&stage).await?;
    window.find("heading", "Set up your vault").await?;
    window.fill("Your name", "Priya Nair").await?;
    window.fill("Organisation", "Acme Voice").await?;
    let kit = stage.home().join("kit.txt");
    window.fill("Recovery kit", &kit.display().to_string()).await?;
    window.click("button", "Create vault").await?;
    window.find("alert", Name::Any).await?;
    assert_eq!(window.find("field", "Organisation").await?.value().await?, "Acme Voice", "the form is kept");
    assert!(!kit.exists(), "no kit for a vault that was not made");
    assert_eq!(stage.keychain_items("service", "Strongroom")?.matches("secret = ").count(), 0, "and no key");
    window.close().await
}

/// The vault's database.
fn database(stage: &Stage) -> std::path::PathBuf {
    let is_database = |path: &std::path::PathBuf| fs::read(path).is_ok_and(|b| b.starts_with(b"SQLite format 3\0"));
    fs::read_dir(stage.vault_home()).unwrap().map(|e| e.unwrap().path()).find(is_database).unwrap()
}

/// Its journal would be played into whatever stands in its place.
fn remove_journal(stage: &Stage) {
    for entry in fs::read_dir(stage.vault_home()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with("-wal") || path.to_string_lossy().ends_with("-shm") {
            fs::remove_file(path).unwrap();
        }
    }
}
