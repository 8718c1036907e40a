//! Keys that come from elsewhere: pasted into the gallery.

use strongroom_stage::{Key, Keychain, Name, Result, Stage, Window};

use crate::support::{add_token, field_says, listed, make_vault};

/// Paste a text into the search box of the gallery.
async fn paste(stage: &Stage, window: &Window<'_>, text: &str) -> Result<()> {
    stage.copy(text)?;
    window.fill("Search providers", "").await?;
    window.press(&format!("{}v{}", char::from(Key::Control), char::from(Key::Null))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_key_finds_its_provider_and_its_field() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let stored = "fa4e0000fa4e1111fa4e2222fa4e3333";
    add_token(&stage, "Stored before", "STORED_TOKEN", stored)?;
    let window = Window::open(&stage).await?;
    window.click("button", Name::containing("Add credential")).await?;

    paste(&stage, &window, &format!("export TWILIO_AUTH_TOKEN=\"{stored}\"\n")).await?;
    let list = window.find("list", "Recognised providers").await?;
    window
        .wait_for_text("Left out of the pasted text: one trailing line break, `export NAME=` and the quotes.")
        .await?;
    window.wait_for_text("This key is stored already, as “Stored before”.").await?;
    window.wait_for_text("It stands behind TWILIO_AUTH_TOKEN.").await?;
    assert!(!window.everything().await?.contains(stored), "the key is nowhere on the page");
    window.check_accessibility().await?;
    window.pictures("pasted-key").await?;
    list.click_in("button", Name::containing("Twilio")).await?;

    let field = window.find("field", Name::containing("Auth token")).await?;
    field_says(&window, "Auth token", "Removed").await?;
    field_says(&window, "Auth token", "This value is stored already, as “Stored before”.").await?;
    assert_eq!(field.value().await?, stored, "trimmed, in the field that it belongs to");
    // A value in the wrong field is caught there as ever.
    window.fill("Account SID", "SKFAKE00000000000000000000000000").await?;
    field_says(&window, "Account SID", "SK").await?;
    window.pictures("pasted-key-in-its-field").await?;
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    assert!(!stage.log_text()?.contains(stored), "nor is it in what the application printed");
    assert_eq!(listed(&stage)?.len(), 1, "nothing was stored by looking");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_nobody_knows_and_what_is_no_key() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let window = Window::open(&stage).await?;
    window.find("heading", "Add your first credential").await?;

    paste(&stage, &window, "FAKE no provider has such a form").await?;
    window.wait_for_text("No provider is recognised by the form of this key").await?;
    window.pictures("pasted-key-of-nobody").await?;
    window.click("button", "Forget it").await?;
    window.wait_gone("button", "Forget it").await?;
    assert_eq!(window.focused().await?, "Search providers", "the focus is where it was");

    paste(&stage, &window, &"x".repeat(70_000)).await?;
    window.wait_for_text("a key has at most 65536").await?;
    paste(&stage, &window, "twilio").await?;
    let search = window.find("searchbox", "Search providers").await?;
    assert_eq!(search.value().await?, "twilio", "the name of a provider is searched for");
    window.close().await
}
