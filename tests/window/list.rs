//! The list: operators and chips, order, columns, cards, several at once; and all of it after a restart.

use serde_json::json;
use strongroom_stage::{Keychain, Name, Result, Stage, Window};

use crate::support::{add_token, listed, make_vault};

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
    window.check_accessibility().await?;
    window.pictures(&format!("list-{name}")).await
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
    window.press("Escape").await?;
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
    window.press("Escape").await?;
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
    let off: Vec<_> = listed(&stage)?.into_iter().filter(|row| row["enabled"] == false).collect();
    assert_eq!(off.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Alpha", "Gamma"]);
    window.close().await
}
