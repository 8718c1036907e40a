//! Everything can be reached by keyboard, and the focus returns to where it was.

use serde_json::json;
use strongroom_stage::{Key, Keychain, Name, Result, Stage, Window};

use crate::support::{add_token, listed, make_vault};

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
