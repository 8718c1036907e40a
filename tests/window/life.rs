//! The life of a credential and of those who look after it: a key replaced across a closed window, and organisations
//! and people with their roles.

use serde_json::json;
use strongroom_stage::{Key, Keychain, Name, Result, Stage, Window};
use strongroom_standin::Reply;

use crate::screens::look;
use crate::support::{
    Anthropic, add_anthropic, add_token, choose_provider, fake_key, field_says, invoke, is_invalid, listed, make_vault,
    open_details, row_says,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_replaced_and_closing_the_window_in_between_loses_neither() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    add_anthropic(&stage, &provider, "Anthropic production", &fake_key("old-a1b2"))?;
    let window = Window::open(&stage).await?;
    open_details(&window, "Anthropic production").await?.click_in("button", "Replace key").await?;
    let dialog = window.find("dialog", "Replace key").await?;
    look(&window, "replace").await?;
    dialog.find("field", "API key").await?.replace_text(&fake_key("rejected-c3d4")).await?;
    dialog.click_in("button", "Check the new key").await?;
    window.wait_for_text("Anthropic does not know this key").await?;
    let kept = dialog.find("field", "API key").await?.value().await?;
    assert_eq!(kept, fake_key("rejected-c3d4"), "a failed check clears nothing");
    look(&window, "replace-rejected").await?;
    dialog.find("field", "API key").await?.replace_text(&fake_key("new-e5f6")).await?;
    dialog.click_in("button", "Check the new key").await?;
    window.wait_for_text("A new key waits.").await?;
    assert!(!window.everything().await?.contains("FAKE-FAKE"), "no secret stays in the page");
    row_says(&window, "Anthropic production", "a1b2").await?;
    window.close().await?;

    let window = Window::open(&stage).await?;
    open_details(&window, "Anthropic production").await?;
    window.wait_for_text("A new key waits.").await?;
    look(&window, "replacement-waits").await?;
    window.click("button", "Switch to the new key").await?;
    row_says(&window, "Anthropic production", "e5f6").await?;
    window.find("button", "Revoke the old one").await?;
    look(&window, "replacement-switched").await?;
    window.click("button", "Check the old key").await?;
    window.wait_for_text("Checked: Works.").await?;
    let error = json!({ "type": "authentication_error", "message": "invalid x-api-key" });
    provider.says(Some(Reply::new(401, &json!({ "type": "error", "error": error }).to_string())));
    window.click("button", "Check the old key").await?;
    window.wait_for_text("The provider refuses the old key").await?;
    window.wait_gone("button", "Check the old key").await?;
    let keys = provider.keys();
    assert_eq!(keys.last(), Some(&fake_key("old-a1b2")), "it was the old one that was asked about");
    let row = &listed(&stage)?[0];
    assert_eq!((&row["replacement"], &row["secrets"]["api_key"]["tail"]), (&json!(null), &json!("e5f6")));
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn organisations_and_people_are_kept_and_a_member_changes_nothing() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let kit = make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    let window = Window::open(&stage).await?;
    window.click("button", "Organisations and people").await?;
    window.click("button", "Add organisation").await?;
    window.fill("Organisation name", "Globex").await?;
    window.click("button", "Create organisation").await?;
    let globex = window.find("listitem", "Globex").await?;
    look(&window, "organisations").await?;
    globex.click_in("button", "Archive").await?;
    window.wait_for_text("archived").await?;
    window.find("listitem", "Globex").await?.click_in("button", "Restore").await?;
    window.wait_for_text("“Globex” is restored.").await?;
    window.click("button", "Add person").await?;
    window.fill("Name of the person", "Mia Member").await?;
    look(&window, "person").await?;
    window.click("button", "Save").await?;
    window.find("listitem", "Mia Member").await?;
    stage.strongroom(&["person", "roles", "Mia Member", "--member", "Acme Voice"])?.expect_status(0)?;
    window.wait_for_text("Member of Acme Voice").await?;
    look(&window, "people").await?;

    window.find("listitem", "Mia Member").await?.click_in("button", "Hand over…").await?;
    let dialog = window.find("alertdialog", Name::containing("Mia Member")).await?;
    dialog.click_in("button", "Hand over").await?;
    window.wait_for_text("At this computer is “Mia Member” now.").await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    assert!(!window.text().await?.contains("This needs a super admin"), "nothing was asked for that a member may not");
    window.wait_gone("button", "Add organisation").await?;
    let refused = stage.strongroom(&["audit", "list", "--kind", "refused", "--json"])?.expect_status(0)?.json()?;
    assert_eq!(refused["items"], json!([]), "what nobody tried does not stand in the audit as refused");
    look(&window, "people-as-member").await?;
    window.click("button", Name::containing("Credentials")).await?;
    let pane = open_details(&window, "Weather").await?;
    assert!(pane.text().await?.contains("••••a1b2"), "a member sees the masked inventory");
    for button in ["Edit", "Replace key", "Delete…", "Check"] {
        assert!(!window.has("button", button).await?, "{button} is not for members");
    }
    assert!(!window.has("button", Name::containing("Add credential")).await?);

    window.click("button", "Organisations and people").await?;
    window.fill("Recovery kit file", &kit.display().to_string()).await?;
    window.click("button", "Bring the owner back").await?;
    window.find("button", "Add organisation").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_of_one_organisation_changes_that_one_alone() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    stage.strongroom(&["org", "add", "Globex"])?.expect_status(0)?;
    let shared = json!({ "api_key": "sk-ant-api03-FAKE-FAKE-shared-c3d4" }).to_string();
    let add = ["add", "--provider", "anthropic", "--name", "Shared", "--org", "system", "--no-check"];
    let shared = stage.strongroom_fed(&[&add[..], &["--fields-json", "-", "--json"]].concat(), &shared)?;
    let shared = shared.expect_status(0)?.json()?["id"].clone();
    stage.strongroom(&["person", "add", "Olga Admin", "--admin", "Acme Voice"])?.expect_status(0)?;
    stage.strongroom(&["person", "use", "Olga Admin"])?.expect_status(0)?;

    let window = Window::open(&stage).await?;
    window.wait_for_text("Org admin").await?;
    // What is theirs is changed, and added to.
    let pane = open_details(&window, "Weather").await?;
    pane.find("button", "Replace key").await?;
    pane.find("button", "Delete…").await?;
    look(&window, "org-admin").await?;
    pane.click_in("button", "Edit").await?;
    window.fill("Name", "Weather of Acme").await?;
    window.click("button", Name::containing("Save")).await?;
    window.find("row", Name::containing("Weather of Acme")).await?;
    choose_provider(&window, "API token").await?;
    assert!(!window.has("field", "Owner").await?, "there is one organisation to add to, and nothing system-wide");
    window.click("button", "Cancel").await?;
    window.find("row", Name::containing("Weather of Acme")).await?;

    // What belongs to all is not theirs to change, and the program says so whatever the page offers.
    let off = json!({ "request": { "id": shared, "enabled": false } });
    let refused = invoke(&window, "credential_set_enabled", off).await?;
    assert!(refused.get("err").is_some(), "{refused}");
    window.click("button", "Organisations and people").await?;
    window.find("heading", Name::containing("people")).await?;
    for button in ["Add organisation", "Add person"] {
        assert!(!window.has("button", button).await?, "{button} is for a super admin");
    }
    look(&window, "people-as-org-admin").await?;
    let refused = invoke(&window, "organisation_create", json!({ "request": { "name": "Third" } })).await?;
    assert!(refused.get("err").is_some(), "the program refuses what the page does not offer: {refused}");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_says_what_it_stops_and_asks_for_the_name() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    // A program that was handed the token is a use of it.
    stage.strongroom(&["run", "--key", "WEATHER_TOKEN", "--", "true"])?.expect_status(0)?;
    let window = Window::open(&stage).await?;
    open_details(&window, "Weather").await?.click_in("button", "Delete…").await?;
    let dialog = window.find("alertdialog", Name::containing("Weather")).await?;
    window.find("list", "These stop working:").await?;
    look(&window, "delete-impact").await?;
    let confirm = dialog.find("button", "Delete").await?;
    assert!(confirm.attribute("disabled").await?.is_some(), "not before its name is typed");
    dialog.find("field", "Type the name to delete it").await?.replace_text("weather").await?;
    assert!(confirm.attribute("disabled").await?.is_some(), "its exact name");
    dialog.find("field", "Type the name to delete it").await?.replace_text("Weather").await?;
    dialog.click_in("button", "Delete").await?;
    window.find("heading", "Add your first credential").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expiry_is_typed_or_chosen_from_a_calendar() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    let window = Window::open(&stage).await?;
    open_details(&window, "Weather").await?.click_in("button", "Edit").await?;
    window.find("heading", "Edit credential").await?;
    let label = Name::containing("Expires on");
    for (typed, sentence) in
        [("31.1.2027", "Give a day as year, month and day"), ("2027-02-30", "The calendar has no 2027-02-30")]
    {
        window.fill(label.clone(), typed).await?;
        window.fill("Name", "Weather").await?;
        field_says(&window, "Expires on", sentence).await?;
        assert!(is_invalid(&window, "Expires on").await?);
    }
    look(&window, "expiry-error").await?;
    window.fill(label.clone(), "2020-01-01").await?;
    field_says(&window, "Expires on", "That day has passed").await?;
    window.fill(label.clone(), "2099-12-30").await?;

    // From the calendar, by keys: the day that is typed has the focus.
    let choose = window.find("button", Name::containing("Choose a day")).await?;
    choose.click().await?;
    window.find("dialog", "Expires on").await?;
    window.wait_for("document.activeElement?.innerText === '30' ? true : undefined", vec![]).await?;
    look(&window, "expiry-calendar").await?;
    window.press(&char::from(Key::Right).to_string()).await?;
    window.press(&char::from(Key::Enter).to_string()).await?;
    window.wait_gone("dialog", "Expires on").await?;
    assert_eq!(window.find("field", label.clone()).await?.value().await?, "2099-12-31");
    window
        .wait_for(
            "document.activeElement?.getAttribute('aria-label')?.includes('Choose a day') ? true : undefined",
            vec![],
        )
        .await?;
    window.click("button", Name::containing("Save")).await?;
    window.find("complementary", "Credential details").await?;
    window.wait_for_text("31 Dec 2099").await?;
    look(&window, "expiry").await?;
    window.close().await
}
