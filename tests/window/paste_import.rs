//! Keys that come from elsewhere: pasted into the gallery, imported from a file.

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
    window.wait_for_text("Left out of the pasted text: one trailing line break, export NAME= and the quotes.").await?;
    window.wait_for_text("This key is stored already, as “Stored before”.").await?;
    window.wait_for_text("it stands behind TWILIO_AUTH_TOKEN.").await?;
    assert!(!window.everything().await?.contains(stored), "the key is nowhere on the page");
    window.check_accessibility().await?;
    window.pictures("pasted-key").await?;
    list.click_in("button", Name::containing("Twilio")).await?;

    let field = window.find("field", Name::containing("Auth token")).await?;
    field_says(&window, "Auth token", "Removed").await?;
    field_says(&window, "Auth token", "This value is stored already, as “Stored before”.").await?;
    assert_eq!(field.value().await?, stored, "trimmed, in the field that it belongs to");
    // A value in the wrong field is caught there as ever.
    window.fill("Account SID", "SKfa4e0000fa4e1111fa4e2222fa4e3333").await?;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_shown_before_it_is_stored() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let (token, weather) = ("fa4e0000fa4e1111fa4e2222fa4e3333", "FAKE-weather-0123456789");
    add_token(&stage, "Weather before", "OLD_WEATHER_TOKEN", weather)?;
    let file = stage.home().join("old keys.env");
    let text = format!(
        "# old\nexport TWILIO_ACCOUNT_SID=ACfa4e00000000000000000000000000e1\nTWILIO_AUTH_TOKEN=\"{token}\"\n\
         WEATHER_TOKEN={weather}\nHALF_URL=$HOST/x\nPORT=3000\nANTHROPIC_API_KEY=gsk_FAKE0000FAKE0000FAKE0000\n"
    );
    std::fs::write(&file, text).unwrap();

    let window = Window::open(&stage).await?;
    window.click("button", Name::containing("Add credential")).await?;
    window.click("button", "Import a .env file…").await?;
    window.fill("File", "/nowhere/at all.env").await?;
    window.click("button", "Show what it becomes").await?;
    field_says(&window, "File", "cannot be read").await?;

    window.fill("File", &file.display().to_string()).await?;
    window.click("button", "Show what it becomes").await?;
    window.wait_for_text("Auth token from TWILIO_AUTH_TOKEN (line 3) ••••3333").await?;
    window.wait_for_text("Stored already, as “Weather before”.").await?;
    window.wait_for_text("Cannot be stored: This is a Groq key").await?;
    window.wait_for_text("It takes in another variable").await?;
    window.check_accessibility().await?;
    window.pictures("import-plan").await?;
    let page = window.everything().await?;
    assert!(!page.contains(token) && !page.contains(weather), "values are never shown");
    assert_eq!(listed(&stage)?.len(), 1, "nothing is stored before somebody agrees");

    window.click("button", "Store 1 credential").await?;
    window.wait_for_text("1 credential is stored").await?;
    window.check_accessibility().await?;
    window.pictures("import-results").await?;
    let stored = listed(&stage)?;
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().any(|c| c["provider"] == "twilio" && c["auth"] == "auth-token"), "two lines, one credential");
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    assert!(!stage.log_text()?.contains(token), "nor is a value in what the application printed");
    window.click("button", "Show credentials").await?;
    window.find("row", Name::containing("Twilio")).await?;
    window.close().await
}
