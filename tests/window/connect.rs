//! Connecting an account over OAuth: the redirect URI in the form, and the sign-in with a program that plays the
//! browser, against a real OpenID provider on loopback.

#[path = "../../src-tauri/providers/tests/support/identity_provider.rs"]
#[allow(dead_code)]
mod identity_provider;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::json;
use strongroom_stage::{Keychain, Name, Result, Stage, Window};

use crate::screens::look;
use crate::support::{choose_provider, field_says, listed, make_vault, open_details, row_says};
use identity_provider::{IdentityProvider, SECRET, browser};

/// The redirect URI of the built-in providers.
const REDIRECT: &str = "http://127.0.0.1:28417/oauth/callback";

/// Puts a browser on the stage that does what stands in the file that comes back: `agree`, `deny` or `leave`.
fn put_browser(stage: &mut Stage) -> PathBuf {
    let folder = stage.home().join("bin");
    fs::create_dir(&folder).unwrap();
    let (program, wish) = (folder.join("xdg-open"), folder.join("wish"));
    let script = format!(
        "#!/bin/sh\nexec node '{}' \"$1\" \"$(cat '{}')\" >/dev/null 2>&1\n",
        browser().display(),
        wish.display()
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(&wish, "agree").unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    stage.set_variable("PATH", &format!("{}:{path}", folder.display()));
    wish
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_redirect_uri_is_copied_and_compared() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let window = Window::open(&stage).await?;
    choose_provider(&window, "Google Calendar").await?;
    let field = window.find("field", "Authorised redirect URI").await?;
    assert_eq!(field.value().await?, REDIRECT);
    assert!(field.attribute("readonly").await?.is_some(), "it cannot be changed");
    assert!(!window.has("field", Name::containing("Access token")).await?, "what a connection brings is not asked for");
    window.click("button", "Copy Authorised redirect URI").await?;
    window.wait_for_text("Copied “http://127.0.0.1:28417/oauth/callback”.").await?;
    assert_eq!(stage.clipboard()?, REDIRECT);

    window.click("button", "Compare with what is registered").await?;
    window.click("button", "Compare").await?;
    field_says(&window, "The provider’s list", "Paste the provider’s list").await?;
    let file =
        json!({ "web": { "client_secret": "FAKE-GOCSPX-0123456789", "redirect_uris": [format!("{REDIRECT}/")] } });
    window.fill("The provider’s list", &file.to_string()).await?;
    window.click("button", "Compare").await?;
    window.wait_for_text("The redirect URI is not registered.").await?;
    window.wait_for_text("A slash stands at its end.").await?;
    let marked = window.run("return document.querySelector('mark')?.textContent;", vec![]).await?;
    assert_eq!(marked, "/");
    assert!(!window.everything().await?.contains("FAKE-GOCSPX"), "the client's secret does not stay on the page");
    look(&window, "redirect-uri").await?;
    window.fill("The provider’s list", REDIRECT).await?;
    window.click("button", "Compare").await?;
    window.wait_for_text("The redirect URI is registered.").await?;
    // The program's own reading of the file is tested behind the dialog that this opens.
    window.find("button", "Choose file…").await?;
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_connected_in_the_browser() -> Result<()> {
    let mut stage = Stage::open(Keychain::Unlocked)?;
    let wish = put_browser(&mut stage);
    make_vault(&stage)?;
    let provider = IdentityProvider::connecting(REDIRECT);
    let issuer = provider.issuer();
    let fields = json!({
        "client_id": "calendar", "client_secret": SECRET, "scopes": "openid offline_access",
        "auth_url": format!("{issuer}/auth"), "token_url": format!("{issuer}/token"),
        "introspection_url": format!("{issuer}/token/introspection"),
        "revoke_url": format!("{issuer}/token/revocation"),
    });
    let arguments = ["add", "--provider", "oauth2", "--name", "Partner", "--no-check", "--fields-json", "-", "--json"];
    let added = stage.strongroom_fed(&arguments, &fields.to_string())?.expect_status(0)?.json()?;
    assert_eq!(added["state"], "unconnected");

    let window = Window::open(&stage).await?;
    row_says(&window, "Partner", "Connect to finish").await?;
    let pane = open_details(&window, "Partner").await?;
    window.wait_for_text("No account is connected yet.").await?;
    look(&window, "connect-to-finish").await?;

    fs::write(&wish, "deny").unwrap();
    pane.click_in("button", "Connect").await?;
    window.wait_for_text("No access was given").await?;
    window.wait_for_text("Press Connect again and agree").await?;

    // Nobody answers, and the person stops waiting.
    fs::write(&wish, "leave").unwrap();
    pane.click_in("button", "Connect").await?;
    window.find("button", "Stop waiting").await?;
    window.wait_for_text("Your browser shows the provider’s page.").await?;
    look(&window, "connecting").await?;
    window.click("button", "Stop waiting").await?;
    window.wait_for_text("onnecting was stopped").await?;

    fs::write(&wish, "agree").unwrap();
    pane.click_in("button", "Connect").await?;
    window.wait_for_text("“Partner” is connected.").await?;
    row_says(&window, "Partner", "Works").await?;
    window.wait_for_text("An account is connected.").await?;
    look(&window, "connected").await?;
    let stored = listed(&stage)?.remove(0);
    assert!(stored["secrets"]["refresh_token"]["set_at"].is_string(), "{stored}");

    pane.click_in("button", "Disconnect…").await?;
    let dialog = window.find("alertdialog", Name::containing("Disconnect")).await?;
    look(&window, "disconnect").await?;
    dialog.click_in("button", "Disconnect").await?;
    row_says(&window, "Partner", "Connect to finish").await?;
    assert!(listed(&stage)?[0]["secrets"].get("refresh_token").is_none());
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}
