//! The list: operators and chips, order, columns, cards, several at once, and all of it after a restart; and what needs
//! attention.

use serde_json::json;
use strongroom_stage::{Key, Keychain, Name, Result, Stage, Window};

use crate::screens;
use crate::support::{Anthropic, add_anthropic, add_token, fake_key, listed, make_vault, row_says};

/// Wait until the settings of the list in the vault contain a text.
async fn kept(window: &Window<'_>, part: &str) -> Result<()> {
    let expression = "(async () => {
        const view = await window.__TAURI_INTERNALS__.invoke('startup');
        return JSON.stringify(view.list);
    })()";
    // Written a moment after the last change; the answer is asked for until it is there.
    loop {
        let script = format!("const done = arguments[0]; {expression}.then(done);");
        let list = window.client().execute_async(&script, vec![]).await.unwrap();
        if list.as_str().is_some_and(|list| list.contains(part)) {
            return Ok(());
        }
        window.settle().await?;
    }
}

async fn look(window: &Window<'_>, name: &str) -> Result<()> {
    screens::look(window, &format!("list-{name}")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_arranged_and_stays_so() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    for (name, key) in [("Alpha", "ALPHA_TOKEN"), ("Beta", "BETA_TOKEN"), ("Gamma", "GAMMA_TOKEN")] {
        add_token(&stage, name, key, "FAKE-token-for-the-list-a1b2")?;
    }
    stage.strongroom(&["disable", "Beta"])?.expect_status(0)?;
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Beta")).await?;

    // A chip writes what could be typed, and what is typed presses the chip.
    window.click("button", "Disabled").await?;
    window.wait_gone("row", Name::containing("Alpha")).await?;
    assert_eq!(window.find("searchbox", "Search credentials").await?.value().await?, "status:disabled");
    look(&window, "chip").await?;
    window.fill("Search credentials", "colour:red").await?;
    window.wait_for_text("There is no operator “colour:”").await?;
    window.find("row", Name::containing("Beta")).await?;
    look(&window, "not-understood").await?;
    window.fill("Search credentials", "enabled:yes").await?;
    window.wait_gone("row", Name::containing("Beta")).await?;

    // Order, columns and look.
    window.click("columnheader", Name::containing("Name")).await?;
    let first = "find('row', { part: 'Gamma' }, null)[0]?.getAttribute('aria-rowindex') === '2' ? true : undefined";
    window.wait_for(first, vec![]).await?;
    window.click("button", "View").await?;
    window.find("menuitemcheckbox", "Last used").await?.click().await?;
    window.press(&char::from(Key::Escape).to_string()).await?;
    window.find("columnheader", Name::containing("Last used")).await?;
    look(&window, "arranged").await?;
    kept(&window, "enabled:yes").await?;
    kept(&window, "\"used\"").await?;
    window.close().await?;

    let window = Window::open(&stage).await?;
    window.find("columnheader", Name::containing("Last used")).await?;
    assert_eq!(window.find("searchbox", "Search credentials").await?.value().await?, "enabled:yes");
    window.wait_for(first, vec![json!(null)]).await?;
    window.click("button", "View").await?;
    window.find("menuitemradio", "Cards").await?.click().await?;
    window.press(&char::from(Key::Escape).to_string()).await?;
    window.wait_gone("columnheader", Name::containing("Name")).await?;
    window.wait_for_text("GAMMA_TOKEN").await?;
    look(&window, "cards").await?;
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_are_reviewed_and_each_has_its_result() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    for (name, key) in [("Alpha", "ALPHA_TOKEN"), ("Beta", "BETA_TOKEN"), ("Gamma", "GAMMA_TOKEN")] {
        add_token(&stage, name, key, "FAKE-token-for-the-list-a1b2")?;
    }
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;
    window.click("button", "Choose several").await?;
    window.click("row", Name::containing("Alpha")).await?;
    window.click("row", Name::containing("Gamma")).await?;
    window.wait_for_text("2 chosen").await?;
    look(&window, "several").await?;
    window.click("button", "Disable…").await?;
    window.find("alertdialog", "Disable 2 credentials?").await?;
    assert!(listed(&stage)?.iter().all(|row| row["enabled"] == true), "nothing is done before it was seen");
    look(&window, "review").await?;
    window.find("alertdialog", Name::Any).await?.click_in("button", "Disable").await?;
    window.wait_for_text("2 done, 0 failed.").await?;
    look(&window, "results").await?;
    window.find("alertdialog", Name::Any).await?.click_in("button", "Close").await?;
    window.click("button", "Delete…").await?;
    window.wait_for_text("Nothing uses them.").await?;
    look(&window, "review-delete").await?;
    window.find("alertdialog", Name::Any).await?.click_in("button", "Cancel").await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    let off: Vec<_> = listed(&stage)?.into_iter().filter(|row| row["enabled"] == false).collect();
    assert_eq!(off.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Alpha", "Gamma"]);
    window.close().await
}

/// A list as it is in an office: names of every length, several owners and states.
fn furnish(stage: &Stage, provider: &Anthropic) -> Result<()> {
    add_anthropic(stage, provider, "Anthropic production", &fake_key("good-a1b2"))?;
    let long = "A name that somebody made as long as they could, so that nobody could ever mistake it for another one";
    add_token(stage, long, "THE_LOOKUP_KEY_OF_THE_ONE_WITH_THE_VERY_LONG_NAME_INDEED", "FAKE-token-with-tail-c3d4")?;
    add_token(stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-e5f6")?;
    stage.strongroom(&["edit", "Weather", "--expires", "2035-01-31", "--remind", "3650"])?.expect_status(0)?;
    add_token(stage, "Retired", "RETIRED_TOKEN", "FAKE-retired-token-g7h8")?;
    stage.strongroom(&["edit", "Retired", "--expires", "2026-01-31"])?.expect_status(0)?;
    add_token(stage, "Off", "OFF_TOKEN", "FAKE-switched-off-i9j0")?;
    stage.strongroom(&["disable", "Off"])?.expect_status(0)?;
    let client =
        json!({ "client_id": "1234-FAKE.apps.googleusercontent.com", "client_secret": "FAKE-client-secret-of-a-test" });
    let add = ["add", "--provider", "google-calendar", "--name", "Calendar", "--no-check", "--fields-json", "-"];
    stage.strongroom_fed(&add, &client.to_string())?.expect_status(0)?;
    let rejected = json!({ "api_key": fake_key("rejected-k1l2"), "base_url": provider.url() }).to_string();
    let add = ["add", "--provider", "anthropic", "--name", "Evaluation", "--no-check", "--fields-json", "-"];
    stage.strongroom_fed(&add, &rejected)?.expect_status(0)?;
    stage.strongroom(&["check", "Evaluation"])?.expect_status(5).map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_attention_is_told_and_mended_in_place() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    furnish(&stage, &provider)?;
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Evaluation")).await?;
    look(&window, "office").await?;
    // Rejected, ended, and about to end.
    window.click("button", "Needs attention 3 urgent").await?;
    window.wait_for_text("In order of harm").await?;
    let told = "[...document.querySelectorAll('main li b')].map((name) => name.innerText).join('|')";
    let told = window.wait_for(&format!("{told} || undefined"), vec![]).await?;
    let told = told.as_str().unwrap_or_default();
    assert!(told.starts_with("Evaluation|Retired|Weather|Calendar|"), "the worst first: {told}");
    look(&window, "attention").await?;
    window.click("button", "Replace key: Evaluation").await?;
    let dialog = window.find("dialog", "Replace key").await?;
    dialog.find("field", "API key").await?.replace_text(&fake_key("new-m3n4")).await?;
    dialog.click_in("button", "Check the new key").await?;
    window.click("button", "Go on replacing: Evaluation").await?;
    window.click("button", "Switch to the new key").await?;
    row_says(&window, "Evaluation", "m3n4").await?;

    // A counter leads to what it counts, by an operator that could be typed.
    window.click("button", "Needs attention 2 urgent").await?;
    window.click("button", Name::containing("Expired or expiring")).await?;
    window.find("row", Name::containing("Retired")).await?;
    window.find("row", Name::containing("Weather")).await?;
    assert_eq!(window.find("searchbox", "Search credentials").await?.value().await?, "expires:soon enabled:yes");
    window.fill("Search credentials", "status:unconnected").await?;
    window.wait_gone("row", Name::containing("Retired")).await?;
    window.find("row", Name::containing("Calendar")).await?;
    window.fill("Search credentials", "nothing is called like this").await?;
    window.wait_for_text("No credential matches.").await?;
    look(&window, "nothing").await?;
    window.click("button", "Show all credentials").await?;
    window.find("row", Name::containing("A name that somebody made")).await?;
    window.click("button", "View").await?;
    look(&window, "view").await?;
    window.find("menuitemradio", "Compact table").await?.click().await?;
    window.press(&char::from(Key::Escape).to_string()).await?;
    look(&window, "compact").await?;
    window.click("button", "View").await?;
    window.find("menuitemradio", "Cards").await?.click().await?;
    window.press(&char::from(Key::Escape).to_string()).await?;
    window.wait_gone("columnheader", Name::containing("Name")).await?;
    row_says(&window, "A name that somebody made", "THE_LOOKUP_KEY").await?;
    look(&window, "office-cards").await?;
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_is_as_wide_as_it_was_dragged_and_stays_so() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Alpha", "ALPHA_TOKEN", "FAKE-token-for-the-list-a1b2")?;
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;
    let before = column_width(&window, "Provider").await?;
    // The slider behind it is for keys and screen readers.
    let edge =
        "find('columnheader', { part: a[0] }, null)[0]?.querySelector('[data-resizable-direction]') ?? undefined";
    window.drag_right(edge, vec![json!("Provider")], 80).await?;
    let grown = "find('columnheader', { part: 'Provider' }, null)[0]?.getBoundingClientRect().width > a[0] + 40 ? true : undefined";
    window.wait_for(grown, vec![json!(before)]).await?;
    kept(&window, "\"id\":\"provider\"").await?;
    let wider = column_width(&window, "Provider").await?;
    assert!((wider - before - 80.0).abs() < 6.0, "{before} and then {wider}");
    look(&window, "resized").await?;
    window.close().await?;

    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;
    assert!((column_width(&window, "Provider").await? - wider).abs() < 2.0);
    window.close().await
}

/// How wide a column is drawn.
async fn column_width(window: &Window<'_>, name: &str) -> Result<f64> {
    let width = "find('columnheader', { part: a[0] }, null)[0]?.getBoundingClientRect().width";
    Ok(window.wait_for(width, vec![json!(name)]).await?.as_f64().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inventory_is_written_where_the_dialog_of_the_desktop_says() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let secret = "FAKE-token-for-the-list-a1b2";
    add_token(&stage, "Alpha", "ALPHA_TOKEN", secret)?;
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;
    window.click("button", "Export").await?;
    window.find("menuitem", "Spreadsheet (CSV)").await?.click().await?;
    let keyboard = stage.keyboard()?;
    keyboard.turn_to("Export the inventory without values").await?;
    let file = stage.home().join("inventory.csv");
    keyboard.answer(&file.display().to_string())?;
    window.wait_for_text("1 credential written to").await?;
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("Alpha") && written.contains("ALPHA_TOKEN"), "{written}");
    assert!(!written.contains(secret), "no value leaves by an export");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_type_shows_what_can_be_added_and_all_organisations_whose_each_is() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Alpha", "ALPHA_TOKEN", "FAKE-token-for-the-list-a1b2")?;
    stage.strongroom(&["org", "add", "Globex"])?.expect_status(0)?;
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;
    window.click("radio", Name::containing("SMS")).await?;
    window.find("heading", "No credential for SMS yet").await?;
    look(&window, "empty-type").await?;
    window.click("button", Name::containing("Add credential")).await?;
    window.find("button", "Show all providers").await?;
    assert!(!window.has("button", Name::containing("Deepgram")).await?);
    look(&window, "gallery-of-a-type").await?;
    window.click("button", "Show all providers").await?;
    window.find("button", Name::containing("Deepgram")).await?;
    window.click("button", "Cancel").await?;

    window.click("radio", Name::containing("All")).await?;
    window.find("row", Name::containing("Alpha")).await?;
    assert!(!window.has("columnheader", Name::containing("Organisation")).await?);
    window.click("button", Name::containing("Organisation: Acme Voice")).await?;
    window.find("menuitemradio", Name::containing("All organisations")).await?.click().await?;
    window.find("columnheader", Name::containing("Organisation")).await?;
    look(&window, "all-organisations").await?;
    window.click("button", "View").await?;
    let ticked = window.find("menuitemcheckbox", "Organisation").await?;
    assert_eq!(ticked.attribute("aria-checked").await?.as_deref(), Some("true"), "what is shown is ticked");
    window.close().await
}
