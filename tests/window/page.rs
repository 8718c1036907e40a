//! The page is treated as hostile: what it cannot do, whatever gets into it.

use serde_json::{Value, json};
use strongroom_stage::{Keychain, Name, Result, Stage, Window};
use strongroom_standin::{Reply, Standin};

use crate::support::{add_token, command_names, invoke, listed, make_vault, open_details};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_content_security_policy_stops_what_it_names() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let outside =
        Standin::with(0, |_| Reply::new(200, "window.intruder = true").header("access-control-allow-origin", "*"))
            .await
            .unwrap();
    let window = Window::open(&stage).await?;
    window.find("heading", Name::Any).await?;
    assert_eq!(window.policy_violations().await?, Vec::<String>::new(), "nothing is refused before it is provoked");
    let url = outside.url();
    let put = |markup: &str| {
        format!(
            "const t = document.createElement('template'); t.innerHTML = `{markup}`; document.body.append(t.content.cloneNode(true));"
        )
    };
    let inline = "const s = document.createElement('script'); s.textContent = 'window.intruder = true'; document.body.append(s);";
    let remote = format!("const s = document.createElement('script'); s.src = '{url}/x.js'; document.body.append(s);");
    let provocations = [
        ("script-src", inline.to_owned()),
        ("script-src", remote),
        (
            "script-src",
            put("<button id='handler' onclick='window.intruder = true'></button>")
                + "document.getElementById('handler').click();",
        ),
        ("script-src", "setTimeout('window.intruder = true', 0);".to_owned()),
        ("img-src", put(&format!("<img src='{url}/x.png'>"))),
        ("style-src", put("<style>body { display: none }</style>")),
        ("frame-src", put(&format!("<iframe src='{url}/frame'></iframe>"))),
        ("connect-src", format!("fetch('{url}/fetch').catch(() => undefined);")),
        ("connect-src", format!("try {{ new EventSource('{url}/events'); }} catch {{ /* refused at once */ }}")),
        ("object-src", put(&format!("<object data='{url}/object'></object>"))),
        (
            "form-action",
            put(&format!("<form id='form' action='{url}/form' method='post'></form>"))
                + "document.getElementById('form').submit();",
        ),
    ];
    for (directive, script) in &provocations {
        let before = window.run("return window.stageRefusals.length;", vec![]).await?;
        window.run(script, vec![]).await?;
        let heard = format!("window.stageRefusals.length > {before} ? window.stageRefusals.at(-1) : undefined");
        let refusal = window.wait_for(&heard, vec![]).await?;
        let refusal = refusal.as_str().unwrap_or_default();
        assert!(refusal.starts_with(directive), "{directive} should refuse {script}, but: {refusal}");
    }
    let evaluated =
        window.run("try { return String((0, eval)('1 + 1')); } catch (e) { return e.name; }", vec![]).await?;
    assert_eq!(evaluated, "EvalError", "text is never run as a program");
    assert_eq!(window.run("return window.intruder === undefined;", vec![]).await?, true, "nothing of it ran");
    assert!(outside.requests().is_empty(), "nothing left the computer's own page: {:?}", outside.requests());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_has_no_more_than_its_commands() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let window = Window::open(&stage).await?;
    window.find("heading", Name::Any).await?;
    assert_eq!(window.run("return typeof window.__TAURI__;", vec![]).await?, "undefined");
    for command in [
        "plugin:dialog|open",
        "plugin:dialog|save",
        "plugin:dialog|message",
        "plugin:fs|read_text_file",
        "plugin:shell|execute",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:app|version",
        "plugin:path|resolve_directory",
        "plugin:event|emit",
        "no_such_command",
    ] {
        let answer = invoke(&window, command, json!({})).await?;
        assert!(answer.get("err").is_some(), "{command} must be refused, but: {answer}");
    }
    let added = "try { 'use strict'; Object.defineProperty(Object.prototype, 'intruder', { value: 1 }); } catch (e) { return e.name; }
        return String({}.intruder);";
    assert_eq!(window.run(added, vec![]).await?, "TypeError", "the prototype of all objects is frozen");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_goes_nowhere_else() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let outside = Standin::with(0, |_| Reply::html(200, "<title>Elsewhere</title>")).await.unwrap();
    let window = Window::open(&stage).await?;
    window.find("heading", Name::Any).await?;
    let here = window.run("window.stayed = true; return location.href;", vec![]).await?;
    for target in
        [outside.url(), "https://example.invalid/".into(), "file:///etc/passwd".into(), "data:text/html,x".into()]
    {
        let go = "try { location.href = arguments[0]; } catch (e) { }
            const a = document.createElement('a'); a.href = arguments[0]; a.target = '_blank'; document.body.append(a); a.click(); a.remove();
            try { window.open(arguments[0]); } catch (e) { }";
        window.run(go, vec![json!(target)]).await?;
        // An answer of the program comes after the navigation was decided.
        invoke(&window, "startup", json!({})).await?;
        assert_eq!(window.run("return window.stayed && location.href;", vec![]).await?, here, "not to {target}");
    }
    assert!(outside.requests().is_empty());
    assert_eq!(window.client().windows().await.unwrap().len(), 1, "no further window");
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_shown_as_text() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let long = "W".repeat(120);
    let names = ["<img src=x onerror=\"window.intruder=1\">", "gro.live\u{202e}key", "🔑👩🏽‍💻 مفتاح", &long];
    for (number, name) in names.iter().enumerate() {
        add_token(&stage, name, &format!("TOKEN_{number}"), "FAKE-token-of-a-name-a1b2")?;
    }
    // What would turn the direction of what follows is not stored; what comes from an older vault stands in a `bdi`.
    let names = names.map(|name| name.replace('\u{202e}', ""));
    let window = Window::open(&stage).await?;
    for name in &names {
        let pane = open_details(&window, name).await?;
        let heading = pane.find("heading", Name::containing(name)).await?;
        assert_eq!(heading.text().await?.trim(), name, "shown as it is stored");
        let inside = "find('heading', { part: a[0] }, null)[0]?.querySelector('bdi') ? true : undefined";
        window.wait_for(inside, vec![json!(name)]).await?;
        pane.click_in("button", "Delete…").await?;
        let dialog = window.find("alertdialog", Name::containing(name)).await?;
        assert!(dialog.text().await?.contains(name.as_str()));
        dialog.click_in("button", "Cancel").await?;
        window.wait_gone("alertdialog", Name::Any).await?;
    }
    assert_eq!(
        window.run("return window.intruder === undefined && !document.querySelector('img[src=x]');", vec![]).await?,
        true
    );
    assert_eq!(window.policy_violations().await?, Vec::<String>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_to_any_command_is_an_error_and_nothing_else() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    let before = listed(&stage)?;
    let window = Window::open(&stage).await?;
    window.find("row", Name::containing("Weather")).await?;
    let deep = (0..200).fold(json!(0), |inner, _| json!([inner]));
    let nonsense = [
        json!({}),
        json!({ "request": null }),
        json!({ "request": 7 }),
        json!({ "request": [] }),
        json!({ "request": "x".repeat(100_000) }),
        json!({ "request": { "id": 1, "path": {}, "fields": [], "name": null, "theme": "blue", "passphrase": 5 } }),
        json!({ "request": { "id": "../../etc/passwd", "enabled": "yes" } }),
        json!({ "request": { "id": "\u{0}", "limit": -1, "revision": 1e99 } }),
        json!({ "request": deep }),
        json!({ "text": 5, "scope": 5, "id": { "a": 1 } }),
    ];
    // These take no arguments; what comes along is ignored.
    let without = [
        "startup",
        "key_status",
        "provider_list",
        "provider_files",
        "people_list",
        "consumer_kinds",
        "launch",
        "launch_resume",
        "audit_overview",
        "credential_check_all_stop",
        "credential_connect_stop",
        "page_ready",
        "choose_recovery_kit_target",
        "choose_recovery_kit",
        "choose_import_file",
        "import_forget",
    ];
    for command in command_names() {
        if without.contains(&command) {
            continue;
        }
        for arguments in &nonsense {
            let answer = invoke(&window, command, arguments.clone()).await?;
            // A scope or a list that was not narrowed is a question that makes sense.
            let harmless = [
                "attention",
                "audit_list",
                "audit_verify",
                "consumer_list",
                "credential_counts",
                "credential_list",
                "organisation_select",
            ]
            .contains(&command);
            assert!(harmless || answer.get("err").is_some(), "{command} took {arguments}: {answer}");
            if let Some(Value::Object(error)) = answer.get("err") {
                assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{command}: {answer}");
            }
        }
    }
    assert_eq!(listed(&stage)?, before, "nothing was changed");
    assert!(invoke(&window, "startup", json!({})).await?.get("ok").is_some(), "the program lives");
    let log = stage.log_text()?;
    assert!(!log.contains("panicked"), "{log}");
    window.close().await
}
