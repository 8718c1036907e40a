//! The main job from end to end, as an admin does it.

use serde_json::json;
use strongroom_stage::{Keychain, Name, Result, Stage, Window};
use strongroom_standin::{Reply, Standin};

use crate::support::{
    Anthropic, add_anthropic, add_token, choose_provider, fake_key, field_says, is_invalid, listed, make_vault, mode,
    open_details, row_says,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_start_makes_a_vault_with_its_kit_and_one_keychain_entry() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let window = Window::open(&stage).await?;
    let kit = stage.home().join("my kit.txt");
    window.fill("Your name", "Priya Nair").await?;
    window.fill("Organisation", "Acme Voice").await?;
    window.fill("Recovery kit", &kit.display().to_string()).await?;
    window.click("button", "Create vault").await?;
    window.find("heading", "Your vault is ready").await?;
    window.wait_for_text(&kit.display().to_string()).await?;
    window.click("button", "Continue").await?;
    window.find("heading", "Add your first credential").await?;
    window.wait_for_text("Keychain unlocked").await?;
    assert_eq!(mode(&kit), 0o600, "the kit is for its owner alone");
    assert_eq!(mode(&stage.vault_home()), 0o700, "so is the vault's folder");
    for file in std::fs::read_dir(stage.vault_home()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{} is for its owner alone", path.display());
    }
    let items = stage.keychain_items("service", "Strongroom")?;
    assert_eq!(items.matches("secret = ").count(), 1, "one vault, one entry");
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_key_keeps_the_form_and_a_good_one_is_stored() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    let window = Window::open(&stage).await?;
    let bad = fake_key("rejected-bad1");
    choose_provider(&window, "Anthropic").await?;
    window.fill("Name", "Anthropic production").await?;
    window.fill("API key", &bad).await?;
    window.fill(Name::containing("Base URL"), &provider.url()).await?;

    assert_eq!(window.find("field", "API key").await?.attribute("type").await?.as_deref(), Some("password"));
    window.click("button", "Show API key").await?;
    assert_eq!(window.find("field", "API key").await?.attribute("type").await?.as_deref(), Some("text"));
    window.click("button", "Hide API key").await?;

    window.click("button", "Check and save").await?;
    window.wait_for_text("Key rejected").await?;
    window.wait_for_text("Nothing was stored").await?;
    field_says(&window, "API key", "Anthropic does not know this key").await?;
    assert!(is_invalid(&window, "API key").await?, "the refused field is marked");
    assert_eq!(window.find("field", "Name").await?.value().await?, "Anthropic production");
    assert_eq!(window.find("field", "API key").await?.value().await?, bad, "a failed check clears nothing");
    assert_eq!(window.find("field", Name::containing("Base URL")).await?.value().await?, provider.url());
    assert_eq!(listed(&stage)?, Vec::<serde_json::Value>::new(), "nothing is stored");

    window.fill("API key", &fake_key("good-a1b2")).await?;
    window.click("button", "Check and save").await?;
    let pane = window.find("complementary", "Credential details").await?;
    for part in ["Works", "••••a1b2"] {
        row_says(&window, "Anthropic production", part).await?;
    }
    let details = pane.text().await?;
    assert!(details.contains("••••••••a1b2"), "the pane shows the masked tail");
    assert!(details.contains("ANTHROPIC_API_KEY"), "and the lookup key, for which the table has no room beside it");
    assert_eq!(provider.keys(), [bad, fake_key("good-a1b2")]);
    assert!(!window.everything().await?.contains("FAKE-FAKE"), "no secret stays in the page");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_says_nothing_leaves_the_last_verdict_standing() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    add_anthropic(&stage, &provider, "Anthropic production", &fake_key("good-a1b2"))?;
    let window = Window::open(&stage).await?;
    let pane = open_details(&window, "Anthropic production").await?;
    provider.says_busy();
    pane.click_in("button", "Check").await?;
    row_says(&window, "Anthropic production", "Works · ").await?;
    window.wait_for_text("Last known: Works, ").await?;
    provider.says(None);
    pane.click_in("button", "Check").await?;
    row_says(&window, "Anthropic production", "Works").await?;
    window.wait_for_no_text("Last known").await?;
    provider.says(Some(Reply::html(502, "<h1>Bad gateway</h1>")));
    pane.click_in("button", "Check").await?;
    row_says(&window, "Anthropic production", "Works · ").await?;
    assert_eq!(provider.keys().len(), 4, "each check is one call");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_keeps_what_is_blank_and_a_new_host_asks_for_the_secret() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let (provider, other) = (Anthropic::start().await, Anthropic::start().await);
    add_anthropic(&stage, &provider, "Anthropic production", &fake_key("good-a1b2"))?;
    let window = Window::open(&stage).await?;

    open_details(&window, "Anthropic production").await?.click_in("button", "Edit").await?;
    window.find("heading", "Edit credential").await?;
    let field = window.find("field", "API key").await?;
    assert_eq!(field.value().await?, "", "a stored secret never comes back into the form");
    assert_eq!(field.attribute("placeholder").await?.as_deref(), Some("Leave blank to keep ••••a1b2"));
    window.fill("Name", "Anthropic renamed").await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Anthropic renamed", "a1b2").await?;
    assert_eq!(provider.keys(), vec![fake_key("good-a1b2"); 2], "blank keeps: the provider saw the same key again");

    window.click("button", "Edit").await?;
    window.fill("API key", &fake_key("good-c3d4")).await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Anthropic renamed", "c3d4").await?;
    assert_eq!(provider.keys().last(), Some(&fake_key("good-c3d4")));

    window.click("button", "Edit").await?;
    window.fill(Name::containing("Base URL"), &other.url().replace("127.0.0.1", "localhost")).await?;
    window.click("button", "Check and save").await?;
    field_says(&window, "API key", "The host changes from").await?;
    assert!(other.requests().is_empty(), "the stored key does not go to the new host");
    window.fill("API key", &fake_key("good-e5f6")).await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Anthropic renamed", "e5f6").await?;
    assert_eq!(other.keys(), [fake_key("good-e5f6")]);

    window.click("switch", "On: Anthropic renamed").await?;
    row_says(&window, "Anthropic renamed", "Disabled").await?;
    assert_eq!(listed(&stage)?[0]["enabled"], false);
    window.click("switch", "On: Anthropic renamed").await?;
    row_says(&window, "Anthropic renamed", "Works").await?;
    assert_eq!(listed(&stage)?[0]["enabled"], true);
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twilio_takes_both_sign_in_methods_and_tells_an_account_from_a_key() -> Result<()> {
    const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let account = json!({ "sid": ACCOUNT, "status": "active", "type": "Full", "friendly_name": "Acme" }).to_string();
    let twilio = Standin::with(0, move |seen| {
        if seen.path.contains("Calls.json") { Reply::new(200, r#"{"calls": []}"#) } else { Reply::new(200, &account) }
    })
    .await
    .unwrap();
    let window = Window::open(&stage).await?;
    choose_provider(&window, "Twilio").await?;
    window.fill("Name", "Twilio by key").await?;
    window.fill("Account SID", ACCOUNT).await?;
    window.fill("API key SID", ACCOUNT).await?;
    window.fill("API key secret", "FAKEsecret0123456789FAKEsecret01").await?;
    window.fill(Name::containing("Base URL"), &twilio.url()).await?;
    let sentence = "An API key SID starts with SK. This one starts with AC: it is an account SID.";
    field_says(&window, "API key SID", sentence).await?;
    window.click("button", "Save without checking").await?;
    window.find("alert", Name::Any).await?;
    field_says(&window, "API key SID", sentence).await?;
    assert!(listed(&stage)?.is_empty() && twilio.requests().is_empty(), "nothing is stored, nothing is sent");
    window.fill("API key SID", "SK0123456789abcdef0123456789abcdef").await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Twilio by key", "Works").await?;

    choose_provider(&window, "Twilio").await?;
    window.click("radio", "Auth token").await?;
    window.fill("Name", "Twilio by token").await?;
    window.fill("Account SID", ACCOUNT).await?;
    window.fill("Auth token", "fake0123456789fake0123456789fa9e").await?;
    window.fill("Lookup key", "TWILIO_AUTH_TOKEN").await?;
    window.fill(Name::containing("Base URL"), &twilio.url()).await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Twilio by token", "Works").await?;
    let methods: Vec<String> = listed(&stage)?.iter().map(|c| c["auth"].as_str().unwrap().to_owned()).collect();
    assert_eq!(methods, ["api-key", "auth-token"]);
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_use_is_deleted_by_its_name_and_the_rest_by_a_word() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    add_token(&stage, "Tides", "TIDES_TOKEN", "FAKE-tides-token-c3d4")?;
    stage.strongroom(&["run", "--key", "WEATHER_TOKEN", "--", "true"])?.expect_status(0)?;
    let window = Window::open(&stage).await?;

    open_details(&window, "Tides").await?.click_in("button", "Delete…").await?;
    let dialog = window.find("alertdialog", Name::containing("Tides")).await?;
    window.wait_for_text("Nothing uses it.").await?;
    dialog.click_in("button", "Cancel").await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    window.find("row", Name::containing("Tides")).await?;
    window.click("button", "Delete…").await?;
    window.wait_for_text("Nothing uses it.").await?;
    window.find("alertdialog", Name::Any).await?.click_in("button", "Delete").await?;
    window.wait_gone("row", Name::containing("Tides")).await?;

    open_details(&window, "Weather").await?.click_in("button", "Delete…").await?;
    let dialog = window.find("alertdialog", Name::containing("Weather")).await?;
    let confirm = dialog.find("field", "Type the name to delete it").await?;
    let delete = dialog.find("button", "Delete").await?;
    assert!(delete.attribute("disabled").await?.is_some(), "not before the name is typed");
    confirm.replace_text("weather").await?;
    assert!(delete.attribute("disabled").await?.is_some(), "the exact name");
    confirm.replace_text("Weather").await?;
    delete.click().await?;
    window.find("heading", "Add your first credential").await?;
    assert!(listed(&stage)?.is_empty());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_finds_all_again_and_the_command_line_is_seen_at_once() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    let window = Window::open(&stage).await?;
    choose_provider(&window, "Anthropic").await?;
    window.fill("Name", "Anthropic production").await?;
    window.fill("API key", &fake_key("good-a1b2")).await?;
    window.fill(Name::containing("Base URL"), &provider.url()).await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Anthropic production", "Works").await?;
    window.close().await?;

    let window = Window::open(&stage).await?;
    for part in ["Works", "Anthropic", "ANTHROPIC_API_KEY", "••••a1b2"] {
        row_says(&window, "Anthropic production", part).await?;
    }
    let listed = listed(&stage)?;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["name"], "Anthropic production");
    assert_eq!(listed[0]["verdict"]["kind"], "works");
    assert_eq!(listed[0]["secrets"]["api_key"]["tail"], "a1b2");
    let delivered = stage
        .strongroom(&["run", "--key", "ANTHROPIC_API_KEY", "--", "printenv", "ANTHROPIC_API_KEY"])?
        .expect_status(0)?;
    assert_eq!(delivered.stdout.trim(), fake_key("good-a1b2"), "what was typed is what a program gets");

    // Nobody touches the window from here on.
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    window.find("row", Name::containing("Weather")).await?;
    stage.strongroom(&["edit", "Weather", "--name", "Climate"])?.expect_status(0)?;
    window.find("row", Name::containing("Climate")).await?;
    stage.strongroom(&["disable", "Climate"])?.expect_status(0)?;
    row_says(&window, "Climate", "Disabled").await?;
    stage.strongroom(&["delete", "Climate", "--yes"])?.expect_status(0)?;
    window.wait_gone("row", Name::containing("Climate")).await?;
    window.close().await
}
