//! Many credentials checked at once: progress with names and counts, Cancel, and a result for each row.

use fantoccini::key::Key;
use serde_json::json;
use strongroom_stage::{Keychain, Name, Result, Stage, Window};
use strongroom_standin::{Reply, Seen, Standin};

use crate::screens::look;
use crate::support::{add_token, fake_key, listed, make_vault, row_says};

/// An Anthropic that gives keys with `stall` no answer and refuses those with `rejected`.
async fn provider() -> Standin {
    let answer = |seen: &Seen| {
        let key = seen.header("x-api-key").unwrap_or_default();
        if key.contains("stall") {
            return Reply::stall();
        }
        if key.contains("rejected") {
            let error = json!({ "type": "authentication_error", "message": "invalid x-api-key" });
            return Reply::new(401, &json!({ "type": "error", "error": error }).to_string());
        }
        let models = json!({ "data": [{ "type": "model", "id": "claude-fake" }], "has_more": false });
        Reply::new(200, &models.to_string())
    };
    Standin::with(0, answer).await.unwrap()
}

fn add(stage: &Stage, provider: &Standin, name: &str, tail: &str) -> Result<()> {
    let fields = json!({ "api_key": fake_key(tail), "base_url": provider.url() }).to_string();
    let arguments = ["add", "--provider", "anthropic", "--name", name, "--no-check", "--fields-json", "-"];
    stage.strongroom_fed(&arguments, &fields)?.expect_status(0).map(drop)
}

/// How many credentials have a verdict, as the command line sees the vault.
fn with_verdict(stage: &Stage) -> Result<usize> {
    Ok(listed(stage)?.iter().filter(|credential| !credential["verdict"].is_null()).count())
}

async fn resize(window: &Window<'_>, width: u32, height: u32) -> Result<()> {
    window.client().set_window_size(width, height).await.unwrap();
    window.wait_for("window.innerWidth === a[0] ? true : undefined", vec![json!(width)]).await.map(drop)
}

/// What a list says, names that are cut off included.
async fn list_says(window: &Window<'_>, name: &str) -> Result<String> {
    let expression = "find('list', { exact: a[0] }, null)[0]?.innerText";
    Ok(window.wait_for(expression, vec![json!(name)]).await?.as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_gets_its_result_and_what_changed_stands_first() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = provider().await;
    for (name, tail) in [
        ("Anthropic production", "good-a1b2"),
        ("Anthropic staging, region India, owned by the platform team", "good-c3d4"),
        ("Anthropic (revoked)", "rejected-bad1"),
    ] {
        add(&stage, &provider, name, tail)?;
    }
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    add_token(&stage, "Old", "OLD_TOKEN", "FAKE-old-token-a1b2")?;
    stage.strongroom(&["disable", "Old"])?.expect_status(0)?;
    stage.strongroom(&["check", "Anthropic production"])?.expect_status(0)?;

    let window = Window::open(&stage).await?;
    row_says(&window, "Anthropic (revoked)", "Not checked").await?;
    window.click("button", "Check all").await?;
    window.find("heading", "4 credentials checked").await?;
    let panel = window.find("complementary", "Check of several credentials").await?;
    let changed = list_says(&window, "Changed").await?;
    let at = |name: &str| changed.find(name).unwrap_or_else(|| panic!("{name} is not among the changed: {changed}"));
    assert!(at("Anthropic (revoked)") < at("Anthropic staging"), "what must be looked at stands first: {changed}");
    assert!(changed.contains("Key rejected") && changed.contains("not checked before"), "{changed}");
    assert!(list_says(&window, "As before").await?.contains("Anthropic production"));
    assert!(panel.text().await?.contains("1 credential is switched off and left out."));
    row_says(&window, "Anthropic (revoked)", "Key rejected").await?;
    row_says(&window, "Weather", "Cannot be checked").await?;
    row_says(&window, "Old", "Disabled").await?;
    assert_eq!(with_verdict(&stage)?, 4, "each is stored");
    look(&window, "check-all-results").await?;

    // One pane at a time: the details of a result take its place, and the results are there again afterwards.
    panel.click_in("button", Name::containing("Anthropic (revoked)")).await?;
    let details = window.find("complementary", "Credential details").await?;
    assert!(details.text().await?.contains("Key rejected"));
    details.click_in("button", "Close details").await?;
    window.click("button", "Last results").await?;
    window.find("heading", "4 credentials checked").await?;
    window.click("button", "Close results").await?;
    window.wait_gone("complementary", Name::Any).await?;
    look(&window, "check-all-closed").await?;
    resize(&window, 960, 600).await?;
    look(&window, "check-all-closed-narrow").await?;
    window.click("button", "Last results").await?;
    look(&window, "check-all-results-narrow").await?;
    window.press(&char::from(Key::Escape).to_string()).await?;
    window.wait_gone("complementary", Name::Any).await?;
    assert_eq!(window.focused().await?, "Check all", "the focus goes back to where the check was asked for");
    resize(&window, 1280, 832).await?;

    // Only what the list shows: nothing else is asked about again.
    let before = provider.requests().len();
    window.fill("Search credentials", "staging").await?;
    row_says(&window, "Anthropic staging", "Works").await?;
    window.wait_gone("row", Name::containing("Weather")).await?;
    window.click("button", "Check all").await?;
    window.find("heading", "1 credential checked").await?;
    assert_eq!(provider.requests().len(), before + 1);
    assert!(!window.everything().await?.contains("FAKE-FAKE"), "no secret stays in the page");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancel_stops_at_once_and_keeps_what_there_is() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = provider().await;
    for (name, tail) in [
        ("Anthropic production", "good-a1b2"),
        ("Anthropic staging", "good-c3d4"),
        ("Slow gateway in Mumbai", "stall-e5f6"),
        ("Slow gateway in Pune", "stall-a7b8"),
    ] {
        add(&stage, &provider, name, tail)?;
    }
    let window = Window::open(&stage).await?;
    window.click("button", "Check all").await?;
    window.find("heading", "Checking 4 credentials").await?;
    window.wait_for_text("2 of 4").await?;
    let panel = window.find("complementary", "Check of several credentials").await?;
    assert!(panel.text().await?.contains("Slow gateway in Mumbai"), "who is waited for is named");
    look(&window, "check-all-running").await?;

    // Elsewhere and back: it goes on, and nothing is lost.
    window.click("button", "Close results").await?;
    window.click("button", "Appearance").await?;
    window.find("heading", "Appearance").await?;
    window.click("button", Name::containing("Credentials")).await?;
    window.click("button", "Checking 2 of 4").await?;
    window.find("heading", "Checking 4 credentials").await?;
    window.click("button", "Cancel").await?;
    window.find("heading", "Stopped after 2 of 4").await?;
    row_says(&window, "Anthropic staging", "Works").await?;
    row_says(&window, "Slow gateway in Pune", "Not checked").await?;
    assert_eq!(with_verdict(&stage)?, 2, "what has a verdict keeps it, what was given up has none");
    look(&window, "check-all-stopped").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_of_several_types_stands_under_each() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let groq = ["add", "--provider", "groq", "--name", "Groq", "--no-check", "--fields-json", "-"];
    stage.strongroom_fed(&groq, r#"{"api_key": "gsk_FAKE0123456789FAKE0123456789"}"#)?.expect_status(0)?;
    let window = Window::open(&stage).await?;
    row_says(&window, "Groq", "Not checked").await?;
    for tab in ["All 1", "LLM 1", "Speech to text 1", "Text to speech 1", "Embeddings 0"] {
        window.find("radio", tab).await?;
    }
    for tab in ["Speech to text 1", "Text to speech 1", "LLM 1"] {
        window.click("radio", tab).await?;
        row_says(&window, "Groq", "Not checked").await?;
    }
    window.click("radio", "Embeddings 0").await?;
    window.find("heading", "No credential for Embeddings yet").await?;
    window.close().await
}
