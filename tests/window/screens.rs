//! Every screen and state: accessible, within its content security policy, and on a picture to look at
//! (`target/window-pictures/`).

use std::fs;

use serde_json::json;
use strongroom_stage::{Keychain, Name, Result, Stage, Window};

use crate::support::{
    Anthropic, add_anthropic, add_token, choose_provider, fake_key, field_says, make_vault, open_details, row_says,
};

/// Look at what is shown now.
pub(crate) async fn look(window: &Window<'_>, name: &str) -> Result<()> {
    window.settle().await?;
    window.pictures(name).await?;
    for theme in ["light", "dark"] {
        let before = window.set_theme(Some(theme)).await?;
        let checked = window.check_accessibility().await;
        window.set_theme(before.as_deref()).await?;
        if let Err(e) = checked {
            panic!("{name}, {theme}: {e}");
        }
    }
    assert_eq!(window.policy_violations().await?, Vec::<String>::new(), "{name}");
    // A button that a notice lies over cannot be pressed until it is gone.
    let covered = "return [...document.querySelectorAll('button, a[href], input')].filter((control) => {
        const box = control.getBoundingClientRect();
        const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const notices = over?.closest('[aria-label=Notices]');
        if (!notices || notices.contains(control)) return false;
        // What is scrolled out of sight lies under nothing.
        for (let frame = control.parentElement; frame; frame = frame.parentElement) {
            const sees = frame.getBoundingClientRect();
            if (getComputedStyle(frame).overflowY !== 'visible' && box.bottom > sees.bottom + 1) return false;
        }
        return true;
    }).map((control) => control.outerHTML);";
    assert_eq!(window.run(covered, vec![]).await?, json!([]), "{name}: a notice lies over what can be pressed");
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;";
    assert_eq!(window.run(wide, vec![]).await?, 0, "{name}: the page is wider than its window");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_start() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let window = Window::open(&stage).await?;
    window.wait_for_text("The master key stays in this computer's keychain.").await?;
    look(&window, "first-start").await?;
    window.fill("Recovery kit", "").await?;
    window.click("button", "Create vault").await?;
    field_says(&window, "Organisation", "Name the organisation").await?;
    look(&window, "first-start-errors").await?;
    window.fill("Organisation", "Acme Voice").await?;
    window.fill("Recovery kit", &stage.home().join("Strongroom recovery kit.txt").display().to_string()).await?;
    window.click("button", "Create vault").await?;
    window.find("heading", "Your vault is ready").await?;
    look(&window, "first-start-made").await?;
    window.click("button", "Continue").await?;
    window.find("heading", "Add your first credential").await?;
    look(&window, "gallery-first").await?;
    window.fill("Search providers", "nobody sells this").await?;
    window.wait_for_text("No provider matches").await?;
    look(&window, "gallery-no-match").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_start_without_a_keychain() -> Result<()> {
    let stage = Stage::open(Keychain::Absent)?;
    let window = Window::open(&stage).await?;
    window.wait_for_text("There is no keychain service in this session.").await?;
    look(&window, "first-start-passphrase").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    let window = Window::open(&stage).await?;
    for name in ["Twilio", "Azure OpenAI", "OpenAI-compatible", "Slack Webhook", "Google Gemini", "Exotel"] {
        choose_provider(&window, name).await?;
        look(&window, &format!("form-{}", name.to_lowercase().replace(' ', "-"))).await?;
        window.click("button", "Cancel").await?;
        window.find("searchbox", "Search providers").await?;
    }
    choose_provider(&window, "Anthropic").await?;
    window.click("button", "Check and save").await?;
    field_says(&window, "API key", "API key is needed.").await?;
    look(&window, "form-errors").await?;
    window.fill("Name", "Anthropic production").await?;
    window.fill("API key", &fake_key("rejected-bad1")).await?;
    window.fill(Name::containing("Base URL"), &provider.url()).await?;
    window.click("button", "Check and save").await?;
    window.wait_for_text("Key rejected").await?;
    look(&window, "form-rejected").await?;
    provider.says(Some(strongroom_standin::Reply::stall()));
    window.click("button", "Check and save").await?;
    window.find("button", "Stop waiting").await?;
    look(&window, "form-waiting").await?;
    window.click("button", "Stop waiting").await?;
    window.click("button", "Cancel").await?;
    window.find("alertdialog", "Discard what you typed?").await?;
    look(&window, "form-discard").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inventory() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    add_anthropic(&stage, &provider, "Anthropic production (Sonnet)", &fake_key("good-a1b2"))?;
    stage.strongroom(&["edit", "Anthropic production (Sonnet)", "--default"])?.expect_status(0)?;
    for (number, name) in [
        "A name of the greatest length that is allowed here, with region, purpose, team and a date behind it: 20261121",
        "مفتاح الطقس",
        "gro.live\u{202e}key",
        "🔑👩🏽‍💻 Emoji",
        "Short",
        "Disabled one",
    ]
    .iter()
    .enumerate()
    {
        let value = if *name == "Short" { "FAKE-short" } else { "FAKE-token-of-a-name-c3d4" };
        add_token(&stage, name, &format!("TOKEN_WITH_A_RATHER_LONG_LOOKUP_KEY_{number}"), value)?;
    }
    stage.strongroom(&["disable", "Disabled one"])?.expect_status(0)?;
    for number in 0..25 {
        add_token(&stage, &format!("Service {number:02}"), &format!("SERVICE_{number}"), "FAKE-service-token-e5f6")?;
    }
    let window = Window::open(&stage).await?;
    row_says(&window, "Anthropic production", "Works").await?;
    look(&window, "list").await?;
    open_details(&window, "Anthropic production").await?;
    look(&window, "details").await?;
    window.find("complementary", "Credential details").await?.click_in("button", "Edit").await?;
    window.find("heading", "Edit credential").await?;
    look(&window, "edit").await?;
    window.click("button", "Cancel").await?;
    window.find("complementary", "Credential details").await?.click_in("button", "Delete…").await?;
    window.find("alertdialog", Name::Any).await?;
    window.find("button", "Disable instead").await?;
    look(&window, "delete").await?;
    window.find("alertdialog", Name::Any).await?.click_in("button", "Cancel").await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    provider.says_busy();
    window.find("complementary", "Credential details").await?.click_in("button", "Check").await?;
    window.wait_for_text("Last known: Works").await?;
    look(&window, "details-could-not-check").await?;
    for (width, height, name) in [(960, 600, "narrow"), (1440, 900, "wide")] {
        window.client().set_window_size(width, height).await.unwrap();
        window.wait_for("window.innerWidth === a[0] ? true : undefined", vec![json!(width)]).await?;
        look(&window, &format!("details-{name}")).await?;
    }
    window.find("complementary", "Credential details").await?.click_in("button", "Close details").await?;
    look(&window, "list-wide").await?;
    window.fill("Search credentials", "nothing has this name").await?;
    window.wait_for_text("No credential matches.").await?;
    look(&window, "list-no-match").await?;
    window.click("button", "Appearance").await?;
    window.find("heading", "Appearance").await?;
    look(&window, "appearance").await?;
    window.click("button", "Vault & recovery").await?;
    window.find("heading", "Make a new recovery kit").await?;
    look(&window, "vault").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    stage.clear_keychain("service", "Strongroom")?;
    let window = Window::open(&stage).await?;
    window.wait_for_text("Key missing").await?;
    look(&window, "key-missing-list").await?;
    window.click("button", "What helps").await?;
    window.find("heading", "Recover with the recovery kit").await?;
    look(&window, "key-missing").await?;
    window.close().await?;

    for entry in fs::read_dir(stage.vault_home()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && fs::read(&path).unwrap().starts_with(b"SQLite format 3\0") {
            fs::write(&path, b"These are my notes, and no database.\n".repeat(40)).unwrap();
        }
    }
    let window = Window::open(&stage).await?;
    window.find("heading", "The vault cannot be used").await?;
    look(&window, "unusable").await?;
    window.close().await
}
