//! Everything can be reached by keyboard, and the focus returns to where it was.

use serde_json::json;
use strongroom_stage::{Key, Keychain, Name, Result, Stage, Window};

use crate::screens::look;
use crate::support::{Anthropic, add_token, fake_key, listed, make_vault};

/// Wait until what has the focus is named like this.
async fn focus_on(window: &Window<'_>, part: &str) -> Result<()> {
    let named = "(() => { const e = document.activeElement; if (!e || e === document.body) return undefined;
        return withAxe((commons) => normal(commons.text.accessibleText(e))).includes(a[0]) ? true : undefined; })()";
    match window.wait_for(named, vec![json!(part)]).await {
        Ok(_) => Ok(()),
        Err(e) => panic!("the focus is on “{}”, not on “{part}”: {e}", window.focused().await?),
    }
}

/// Press a special key where the focus is.
async fn press(window: &Window<'_>, key: Key) -> Result<()> {
    window.press(&char::from(key).to_string()).await
}

/// Press Tab until something of that name has the focus; the answer is how often.
async fn tab_to(window: &Window<'_>, part: &str) -> Result<usize> {
    for times in 1..=40 {
        press(window, Key::Tab).await?;
        if window.focused().await?.contains(part) {
            return Ok(times);
        }
    }
    panic!("Tab does not reach “{part}”; the focus is on “{}”", window.focused().await?)
}

/// Hold Ctrl and press a letter.
async fn press_with_control(window: &Window<'_>, letter: char) -> Result<()> {
    window.press(&format!("{}{letter}{}", char::from(Key::Control), char::from(Key::Null))).await
}

/// Open the palette, type, wait until Enter would take what begins like this, and take it.
async fn command(window: &Window<'_>, typed: &str, taken: &str) -> Result<()> {
    press_with_control(window, 'k').await?;
    focus_on(window, "Find a command").await?;
    window.press(typed).await?;
    let chosen = "document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? '')
        ?.textContent.startsWith(a[0]) ? true : undefined";
    window.wait_for(chosen, vec![json!(taken)]).await?;
    press(window, Key::Enter).await?;
    window.wait_gone("combobox", Name::containing("Find a command")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_is_added_found_replaced_and_deleted_by_keys_alone() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    for (name, key) in [("Alpha", "A_KEY"), ("Beta", "B_KEY")] {
        add_token(&stage, name, key, "FAKE-token-of-a-name-a1b2")?;
    }
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;

    // Added: the provider from the palette, the form by Tab.
    command(&window, "add anthropic", "Add Anthropic").await?;
    focus_on(&window, "Name").await?;
    window.press("Production").await?;
    tab_to(&window, "API key").await?;
    window.press(&fake_key("first-a1b2")).await?;
    tab_to(&window, "Base URL").await?;
    press_with_control(&window, 'a').await?;
    window.press(&provider.url()).await?;
    press(&window, Key::Enter).await?;
    window.find("row", Name::containing("Production")).await?;
    focus_on(&window, "Production").await?;
    press(&window, Key::Escape).await?;
    window.wait_gone("complementary", "Credential details").await?;

    // Found: by its name, from wherever the focus is.
    command(&window, "prod", "Production").await?;
    window.find("complementary", "Credential details").await?.find("heading", "Production").await?;
    focus_on(&window, "Production").await?;

    // Replaced: the new key beside the old one, switched, and the old one thrown away.
    tab_to(&window, "Replace key").await?;
    press(&window, Key::Enter).await?;
    window.find("dialog", "Replace key").await?;
    tab_to(&window, "API key").await?;
    window.press(&fake_key("second-c3d4")).await?;
    press(&window, Key::Enter).await?;
    window.wait_for_text("A new key waits.").await?;
    focus_on(&window, "Replace key").await?;
    tab_to(&window, "Switch to the new key").await?;
    press(&window, Key::Enter).await?;
    window.wait_for_text("The new key is in force.").await?;
    // The button is gone; the focus stays in the pane.
    focus_on(&window, "Credential details").await?;
    tab_to(&window, "Discard the old key").await?;
    press(&window, Key::Enter).await?;
    window.wait_gone("button", "Discard the old key").await?;
    focus_on(&window, "Credential details").await?;
    let row = |rows: Vec<serde_json::Value>| rows.into_iter().find(|row| row["name"] == "Production");
    let stored = row(listed(&stage)?).unwrap();
    assert_eq!((&stored["secrets"]["api_key"]["tail"], &stored["replacement"]), (&json!("c3d4"), &json!(null)));

    // Deleted.
    tab_to(&window, "Delete…").await?;
    press(&window, Key::Enter).await?;
    window.wait_for_text("the onboarding lacks it then: language model").await?;
    focus_on(&window, "Disable instead").await?;
    tab_to(&window, "Delete").await?;
    press(&window, Key::Enter).await?;
    window.wait_gone("row", Name::containing("Production")).await?;
    assert!(row(listed(&stage)?).is_none());
    window.find("row", Name::containing("Alpha")).await?;
    assert_ne!(window.focused().await?, "", "the focus is not lost with what was deleted");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_palette_and_the_sheet_of_keys_lead_and_give_the_focus_back() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    for (name, key) in [("Alpha", "A_KEY"), ("Weather forecast", "B_KEY")] {
        add_token(&stage, name, key, "FAKE-token-of-a-name-a1b2")?;
    }
    stage.strongroom(&["org", "add", "Globex"])?.expect_status(0)?;
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;
    press(&window, Key::Tab).await?;
    focus_on(&window, "Skip to content").await?;
    look(&window, "skip-to-content").await?;
    press(&window, Key::Enter).await?;
    focus_on(&window, "Screen").await?;
    press(&window, Key::Tab).await?;
    focus_on(&window, "Search credentials").await?;

    window.press("a?").await?;
    assert!(!window.has("dialog", Name::Any).await?, "a question mark is typed while typing");
    press_with_control(&window, 'k').await?;
    focus_on(&window, "Find a command").await?;
    look(&window, "palette").await?;
    window.press("weat").await?;
    window.find("option", Name::containing("Weather forecast")).await?;
    look(&window, "palette-found").await?;
    window.press(" nobody has this").await?;
    window.wait_for_text("Nothing matches").await?;
    look(&window, "palette-nothing").await?;
    press(&window, Key::Escape).await?;
    window.wait_gone("combobox", Name::containing("Find a command")).await?;
    focus_on(&window, "Search credentials").await?;
    press(&window, Key::Escape).await?;

    command(&window, "all org", "All organisations").await?;
    window.find("button", Name::containing("All organisations")).await?;
    command(&window, "dark", "Use the dark theme").await?;
    window.wait_for("document.documentElement.dataset.theme === 'dark' ? true : undefined", vec![]).await?;
    command(&window, "vault", "Go to Vault & recovery").await?;
    window.find("heading", "Make a new recovery kit").await?;
    focus_on(&window, "Screen").await?;
    window.press("?").await?;
    window.find("dialog", "Keyboard shortcuts").await?;
    focus_on(&window, "Close").await?;
    look(&window, "shortcuts").await?;
    press(&window, Key::Enter).await?;
    window.wait_gone("dialog", "Keyboard shortcuts").await?;
    focus_on(&window, "Screen").await?;
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_is_added_and_deleted_without_a_mouse() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let window = Window::open(&stage).await?;
    window.find("heading", "Add your first credential").await?;
    focus_on(&window, "Search providers").await?;
    window.press("API token").await?;
    window.wait_for("find('button', { part: 'API token' }, null).length === 1 ? true : undefined", vec![]).await?;
    press(&window, Key::Enter).await?;
    focus_on(&window, "Name").await?;
    window.press("Weather").await?;
    tab_to(&window, "Token").await?;
    window.press("FAKE-weather-token-a1b2").await?;
    tab_to(&window, "Lookup key").await?;
    press(&window, Key::Enter).await?;
    window.find("row", Name::containing("Weather")).await?;
    assert_eq!(listed(&stage)?.len(), 1, "Enter saves the form");
    focus_on(&window, "Weather").await?;

    tab_to(&window, "Delete…").await?;
    press(&window, Key::Enter).await?;
    window.find("alertdialog", Name::containing("Weather")).await?;
    focus_on(&window, "Disable instead").await?;
    press(&window, Key::Escape).await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    focus_on(&window, "Delete…").await?;
    press(&window, Key::Enter).await?;
    window.wait_for_text("Nothing uses it.").await?;
    focus_on(&window, "Disable instead").await?;
    tab_to(&window, "Delete").await?;
    press(&window, Key::Enter).await?;
    window.find("heading", "Add your first credential").await?;
    assert!(listed(&stage)?.is_empty());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_lead_through_the_inventory_and_back() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    for (name, key) in [("Alpha", "A_KEY"), ("Beta", "B_KEY"), ("Gamma", "C_KEY")] {
        add_token(&stage, name, key, "FAKE-token-of-a-name-a1b2")?;
    }
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Alpha")).await?;

    window.press("/").await?;
    focus_on(&window, "Search credentials").await?;
    window.press("et").await?;
    window.wait_gone("row", Name::containing("Alpha")).await?;
    window.find("row", Name::containing("Beta")).await?;
    window.press("n").await?;
    assert_eq!(
        window.find("searchbox", "Search credentials").await?.value().await?,
        "etn",
        "letters are typed while typing"
    );
    press(&window, Key::Escape).await?;
    window.find("row", Name::containing("Alpha")).await?;

    tab_to(&window, "Alpha").await?;
    press(&window, Key::Down).await?;
    focus_on(&window, "Beta").await?;
    press(&window, Key::Enter).await?;
    let pane = window.find("complementary", "Credential details").await?;
    pane.find("heading", "Beta").await?;
    press(&window, Key::Escape).await?;
    window.wait_gone("complementary", "Credential details").await?;
    focus_on(&window, "Beta").await?;

    window.press("n").await?;
    window.find("heading", "Add credential").await?;
    focus_on(&window, "Search providers").await?;
    press(&window, Key::Escape).await?;
    // A search box first empties itself, then the gallery closes.
    press(&window, Key::Escape).await?;
    window.find("row", Name::containing("Alpha")).await?;
    focus_on(&window, "Add credential").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tab_goes_through_the_form_in_its_order_and_escape_asks_before_it_discards() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let window = Window::open(&stage).await?;
    window.fill("Search providers", "Anthropic").await?;
    press(&window, Key::Enter).await?;
    focus_on(&window, "Name").await?;
    for part in ["API key", "Show API key", "Base URL", "Lookup key", "Category"] {
        press(&window, Key::Tab).await?;
        focus_on(&window, part).await?;
    }
    for part in ["Cancel", "Save without checking", "Check and save"] {
        tab_to(&window, part).await?;
    }
    window.find("field", "Name").await?.replace_text("Half typed").await?;
    // Out of the field, in which Escape belongs to the field.
    tab_to(&window, "Show API key").await?;
    press(&window, Key::Escape).await?;
    window.find("alertdialog", "Discard what you typed?").await?;
    focus_on(&window, "Keep editing").await?;
    press(&window, Key::Enter).await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    assert_eq!(window.find("field", "Name").await?.value().await?, "Half typed");
    focus_on(&window, "Show API key").await?;
    window.close().await
}
