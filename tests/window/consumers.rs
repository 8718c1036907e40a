//! Consumers, onboarding and global launch, as an admin meets them.

use serde_json::json;
use strongroom_stage::{Found, Keychain, Name, Result, Stage, Window};
use strongroom_standin::{Reply, Seen, Standin};

use crate::screens::look;
use crate::support::{Anthropic, add_anthropic, fake_key, invoke, make_vault};

/// An Azure on loopback that accepts every key and knows every deployment.
async fn azure() -> Standin {
    Standin::with(0, |seen: &Seen| {
        let name = seen.path.split("/deployments/").nth(1).and_then(|rest| rest.split(['?', '/']).next());
        let body = match name {
            None => json!({ "object": "list", "data": [] }),
            Some(name) => json!({ "object": "deployment", "id": name, "status": "succeeded", "model": "gpt-4o" }),
        };
        Reply::new(200, &body.to_string())
    })
    .await
    .unwrap()
}

/// Add a credential by the command line, unchecked.
fn add(stage: &Stage, provider: &str, name: &str, key: &str, fields: &serde_json::Value) -> Result<()> {
    let arguments =
        ["add", "--provider", provider, "--name", name, "--key", key, "--no-check", "--fields-json", "-", "--json"];
    stage.strongroom_fed(&arguments, &fields.to_string())?.expect_status(0).map(drop)
}

/// Add a deployment of an Azure that answers at an address.
fn add_deployment(stage: &Stage, azure: &Standin, name: &str, deployment: &str) -> Result<()> {
    let fields = json!({
        "api_key": format!("FAKEFAKEFAKEFAKE{deployment}"), "base_url": azure.url(), "deployment": deployment,
    });
    add(stage, "azure-openai", name, &format!("AZURE_{}", deployment.replace('-', "_").to_uppercase()), &fields)
}

/// Add a Twilio credential by the command line, unchecked.
fn add_twilio(stage: &Stage) -> Result<()> {
    let fields = json!({
        "account_sid": format!("AC{}", "facade00".repeat(4)), "api_key_sid": format!("SK{}", "facade00".repeat(4)),
        "api_key_secret": "FAKEsecret0123456789FAKEsecret01",
    });
    add(stage, "twilio", "Twilio US1 main", "TWILIO", &fields)
}

async fn the_list(window: &Window<'_>) -> Result<()> {
    window.click("button", Name::containing("Agents & consumers")).await?;
    window.find("heading", "Agents & consumers").await.map(drop)
}

async fn add_agent<'w>(window: &'w Window<'_>, name: &str) -> Result<Found<'w>> {
    the_list(window).await?;
    window.click("button", Name::containing("Add consumer")).await?;
    let dialog = window.find("dialog", "Add consumer").await?;
    dialog.find("field", "Name").await?.replace_text(name).await?;
    dialog.click_in("button", "Add").await?;
    window.find("heading", name).await?;
    window.find("complementary", "What it gets").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_is_built_from_deployments_and_explains_its_choices() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let (azure, anthropic) = (azure().await, Anthropic::start().await);
    add_deployment(&stage, &azure, "Azure GPT-4o (India)", "gpt-4o-india")?;
    add_deployment(&stage, &azure, "Azure GPT-4o (EU)", "gpt-4o-eu")?;
    add_anthropic(&stage, &anthropic, "Anthropic production", &fake_key("good-a1b2"))?;
    stage.strongroom(&["disable", "Anthropic production"])?.expect_status(0)?;
    let window = Window::open(&stage).await?;
    the_list(&window).await?;
    window.find("heading", "Nothing uses credentials yet").await?;
    look(&window, "consumers-empty").await?;

    let gets = add_agent(&window, "Support line").await?;
    window.wait_for_text("2 deployments to choose from").await?;
    // What is disabled cannot be chosen, and says why.
    let anthropic = window.find("radio", Name::containing("Anthropic")).await?;
    assert!(anthropic.attribute("disabled").await?.is_some(), "a provider without a usable credential is no choice");
    window.wait_for_text("“Anthropic production” is disabled.").await?;
    look(&window, "agent-choosing").await?;

    window.click("radio", Name::containing("Azure OpenAI")).await?;
    // Two deployments and no default: nothing is guessed.
    window.wait_for_text("several credentials could be used").await?;
    window.click("button", Name::containing("Model")).await?;
    window.find("searchbox", Name::containing("Search: Model")).await?;
    look(&window, "agent-model").await?;
    window.press("india").await?;
    window.wait_gone("option", Name::containing("gpt-4o-eu")).await?;
    window.click("option", Name::containing("gpt-4o-india")).await?;
    window.wait_for_text("Azure GPT-4o (India), assigned").await?;
    window.click("button", "Save").await?;
    window.wait_for_text("strongroom run --for").await?;
    window.wait_for_text("AZURE_OPENAI_API_KEY").await?;
    assert!(gets.text().await?.contains("AZURE_OPENAI_API_DEPLOYMENT_NAME"), "the variables follow the provider");
    look(&window, "agent").await?;

    window.click("button", "Explain choices").await?;
    let dialog = window.find("dialog", "Why these credentials").await?;
    window.wait_for_text("It is assigned.").await?;
    window.wait_for_text("Could be used; not used: another one is assigned.").await?;
    window.wait_for_text("Not chosen").await?;
    look(&window, "agent-explained").await?;
    dialog.click_in("button", "Close").await?;

    // The credential tells who uses it, and leads there.
    window.click("button", Name::containing("Credentials")).await?;
    window.click("row", Name::containing("Azure GPT-4o (India)")).await?;
    window.wait_for_text("Used by 1").await?;
    look(&window, "credential-used").await?;
    window.click("button", "Delete…").await?;
    window.wait_for_text("1 agent unlinked").await?;
    look(&window, "credential-used-delete").await?;
    window.click("button", "Cancel").await?;
    window.click("button", Name::containing("Support line")).await?;
    window.find("heading", "Support line").await?;
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_is_added_on_the_way_and_nothing_typed_is_lost() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let azure = azure().await;
    let window = Window::open(&stage).await?;
    add_agent(&window, "Support line").await?;
    window.click("tab", "Overview").await?;
    window.fill(Name::containing("Note"), "Answers calls about orders").await?;
    window.click("tab", Name::containing("Voice and audio")).await?;
    window.wait_for_text("Add one.").await?;
    look(&window, "agent-empty").await?;
    window.click("tab", Name::containing("Language model")).await?;
    window.click("button", "Add new").await?;
    window.find("heading", "Add credential").await?;
    window.wait_for_text("For Support line").await?;
    look(&window, "agent-add-gallery").await?;
    window.find("list", "AI services").await?.click_in("button", Name::containing("Azure OpenAI")).await?;
    window.find("field", "API key").await?;
    assert_eq!(window.focused().await?, "API key", "the key comes first here, and the name last");
    look(&window, "agent-add-form").await?;
    window.fill("API key", "FAKEFAKEFAKEFAKEkey1").await?;
    window.fill(Name::containing("Base URL"), &azure.url()).await?;
    window.fill("Deployment name", "gpt-4o-india").await?;
    window.fill("Name", "Azure GPT-4o (India)").await?;
    window.click("button", "Check and save").await?;

    window.wait_for_text("Azure GPT-4o (India), assigned").await?;
    window.wait_for_text("gpt-4o-india").await?;
    window.click("tab", "Overview").await?;
    assert_eq!(window.find("field", Name::containing("Note")).await?.value().await?, "Answers calls about orders");
    look(&window, "agent-overview").await?;
    window.click("button", "Save").await?;
    window.wait_for_text("AZURE_OPENAI_API_DEPLOYMENT_NAME").await?;
    the_list(&window).await?;
    window.find("row", Name::containing("Support line")).await?;
    window.wait_for_text("Azure GPT-4o (India) · gpt-4o-india").await?;
    look(&window, "consumers").await?;

    // Names as long as they may be, and from right to left, in the smallest window.
    for name in ["A name of the greatest length that is allowed here, with region, purpose and team behind it", "مشغل"]
    {
        let request = json!({ "kind": "runtime", "name": name, "note": "Note ".repeat(40), "organisation": "Acme Voice",
            "uses": [{ "slot": "any", "provider": "azure-openai" }] });
        let answer = invoke(&window, "consumer_add", json!({ "request": request })).await?;
        assert!(answer.get("ok").is_some(), "{answer}");
    }
    // The page hears of what others change, and takes this for its own.
    window.reload().await?;
    the_list(&window).await?;
    window.client().set_window_size(960, 600).await.unwrap();
    window.find("row", Name::containing("A name of the greatest")).await?;
    look(&window, "consumers-narrow").await?;
    window.click("row", Name::containing("A name of the greatest")).await?;
    window.click("tab", "Credentials").await?;
    window.click("button", Name::containing("One more credential")).await?;
    window.find("option", "Add new…").await?;
    look(&window, "consumer-narrow").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn onboarding_opens_when_all_is_validated_and_modes_lose_nothing() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let anthropic = Anthropic::start().await;
    add_anthropic(&stage, &anthropic, "Anthropic production", &fake_key("good-a1b2"))?;
    let window = Window::open(&stage).await?;
    window.click("button", Name::containing("Onboarding")).await?;
    window.wait_for_text("Not validated yet:").await?;
    window.wait_for_text("1/4").await?;
    let complete = window.find("button", "Complete onboarding").await?;
    assert!(complete.attribute("disabled").await?.is_some(), "not before all is validated");
    look(&window, "onboarding").await?;

    window.click("radio", Name::containing("Bundled keys")).await?;
    let dialog = window.find("dialog", "Use bundled keys?").await?;
    window.wait_for_text("becomes dormant").await?;
    look(&window, "onboarding-mode").await?;
    dialog.click_in("button", "Use bundled keys").await?;
    window.wait_for_text("1 own credential is dormant").await?;
    window.wait_for_text("0/4").await?;
    look(&window, "onboarding-bundled").await?;
    window.click("button", Name::containing("Credentials")).await?;
    window.wait_for_text("Dormant").await?;
    window.click("button", Name::containing("Onboarding")).await?;
    window.click("radio", Name::containing("Bring your own keys")).await?;
    window.click("button", "Bring own keys").await?;
    window.wait_for_text("1/4").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_refuses_telephony_and_is_seen_on_every_screen() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_twilio(&stage)?;
    let run = ["run", "--key", "TWILIO", "--", "true"];
    stage.strongroom(&run)?.expect_status(0)?;
    let window = Window::open(&stage).await?;
    window.click("button", "Global launch").await?;
    window.find("heading", "Telephony deliveries").await?;
    look(&window, "launch").await?;
    window.click("button", "Stop all telephony…").await?;
    let dialog = window.find("alertdialog", "Stop all telephony?").await?;
    let stop = dialog.find("button", "Stop all telephony").await?;
    assert!(stop.attribute("disabled").await?.is_some(), "not without a reason");
    dialog.find("field", "Reason").await?.replace_text("The dialler calls the wrong list").await?;
    look(&window, "launch-stopping").await?;
    stop.click().await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    window.find("alert", Name::Any).await?;
    look(&window, "launch-stopped").await?;
    window.click("button", "Appearance").await?;
    window.wait_for_text("Telephony is stopped.").await?;
    window.wait_for_text("The dialler calls the wrong list").await?;

    let refused = stage.strongroom(&run)?;
    assert_ne!(refused.status, Some(0), "a stopped credential is not handed out");
    assert!(refused.stderr.contains("wrong list"), "the reason is told: {}", refused.stderr);
    add_agent(&window, "Support line").await?;
    window.click("tab", Name::containing("Functions")).await?;
    window.click("button", "Choose: SMS").await?;
    window.wait_for_text("Telephony is stopped by global launch.").await?;
    look(&window, "agent-stopped").await?;
    window.find("alert", Name::Any).await?.click_in("button", "Global launch").await?;
    window.click("button", "Resume").await?;
    window.wait_for_no_text("Telephony is stopped").await?;
    stage.strongroom(&run)?.expect_status(0)?;
    window.close().await
}
