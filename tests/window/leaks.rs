//! A secret is nowhere but where it was meant to go: sealed in the vault, at its provider, in the child of `run`.
//!
//! Every secret here is fresh and random, so that whatever is found is a leak. Beyond the masked tail (four characters)
//! nothing may be known of it, so the search is for parts of it, in the encodings in which programs write text.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use strongroom_stage::{Keychain, Name, Ran, Result, Stage, Window};

use crate::support::{
    Anthropic, add_token, choose_provider, command_names, field_says, invoke, listed, make_vault, open_details,
    random_text, row_says,
};

/// A secret with a name for the report.
struct Sentinel {
    what: &'static str,
    value: String,
}

impl Sentinel {
    /// The random part stands at the end: 32 characters, of which the last four are the tail.
    fn new(what: &'static str, before: &str) -> Self {
        Self { what, value: format!("{before}{}", random_text(32)) }
    }

    /// Parts that may not be found: the beginning and the middle of the random part, and what reaches beyond the tail.
    fn parts(&self) -> [&str; 3] {
        let random = self.value.len() - 32;
        [&self.value[random..random + 14], &self.value[random + 14..random + 28], &self.value[random + 26..]]
    }
}

/// A text as programs write it: plain, in two bytes, in base64 at each alignment, in hexadecimal, in addresses, in JSON.
fn encodings(part: &str) -> Vec<(&'static str, Vec<u8>)> {
    let hex = |upper: bool| -> Vec<u8> {
        part.bytes()
            .map(|b| if upper { format!("{b:02X}") } else { format!("{b:02x}") })
            .collect::<String>()
            .into_bytes()
    };
    let escaped = |prefix: &str, width: usize| -> Vec<u8> {
        part.bytes().map(|b| format!("{prefix}{b:0width$x}")).collect::<String>().into_bytes()
    };
    let mut all = vec![
        ("UTF-8", part.as_bytes().to_vec()),
        ("UTF-16 LE", part.bytes().flat_map(|b| [b, 0]).collect()),
        ("UTF-16 BE", part.bytes().flat_map(|b| [0, b]).collect()),
        ("hexadecimal", hex(false)),
        ("hexadecimal", hex(true)),
        ("an address", escaped("%", 2)),
        ("JSON escapes", escaped("\\u", 4)),
    ];
    for shift in 0..3 {
        all.push(("base64", base64_inside(part.as_bytes(), shift)));
    }
    all
}

/// The letters of base64 that depend on `bytes` alone when `shift` unknown bytes stand before them.
fn base64_inside(bytes: &[u8], shift: usize) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut padded = vec![0; shift];
    padded.extend_from_slice(bytes);
    let letters: Vec<u8> = padded
        .chunks_exact(3)
        .flat_map(|c| {
            let three = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
            [18, 12, 6, 0].map(|bits| LETTERS[(three >> bits & 63) as usize])
        })
        .collect();
    // The first letters mix with what stands before.
    let mixed = [0, 2, 3][shift];
    letters[mixed..].to_vec()
}

/// Texts and files to search, with what was found.
#[derive(Default)]
struct Search {
    needles: Vec<(String, Vec<u8>)>,
    found: Vec<String>,
}

impl Search {
    fn new(sentinels: &[&Sentinel]) -> Self {
        let mut needles = Vec::new();
        for sentinel in sentinels {
            for part in sentinel.parts() {
                for (encoding, bytes) in encodings(part) {
                    needles.push((format!("{} in {encoding}", sentinel.what), bytes));
                }
            }
        }
        Self { needles, found: Vec::new() }
    }

    fn bytes(&mut self, place: &str, bytes: &[u8]) {
        // One character for one byte, because the search in text is far faster than one over slices.
        let text: String = bytes.iter().map(|b| char::from(*b)).collect();
        for (what, needle) in &self.needles {
            let needle: String = needle.iter().map(|b| char::from(*b)).collect();
            if text.contains(&needle) {
                self.found.push(format!("{what}: {place}"));
            }
        }
    }

    /// Every file below a folder, names included, but those for which `except` says so.
    fn folder(&mut self, folder: &Path, except: &dyn Fn(&Path) -> bool) -> usize {
        let mut count = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap().file_type();
            if except(&path) || kind.is_symlink() {
                continue;
            }
            self.bytes("the name of a file", path.display().to_string().as_bytes());
            if kind.is_dir() {
                count += self.folder(&path, except);
            } else if kind.is_file() {
                count += 1;
                self.bytes(&path.display().to_string(), &fs::read(&path).unwrap());
            }
        }
        count
    }
}

#[test]
fn the_search_finds_every_encoding() {
    let sentinel = Sentinel::new("a sentinel", "sk-FAKE-");
    let value = sentinel.value.as_bytes();
    for (encoding, bytes) in encodings(&sentinel.value) {
        let mut search = Search::new(&[&sentinel]);
        search.bytes(encoding, &[b"before".as_slice(), &bytes, b"after"].concat());
        assert!(!search.found.is_empty(), "{encoding}");
    }
    for shift in 0..3 {
        let coded = base64_inside(&[b"unknown".as_slice(), &value[..value.len() - shift], b"!!!"].concat(), 0);
        let mut search = Search::new(&[&sentinel]);
        search.bytes("base64", &coded);
        assert!(!search.found.is_empty(), "base64 with other bytes before");
    }
    let mut search = Search::new(&[&sentinel]);
    search.bytes("tail", format!("••••{}", &sentinel.value[sentinel.value.len() - 4..]).as_bytes());
    assert_eq!(search.found, Vec::<String>::new(), "the tail may be known");
    search.bytes("more", &value[value.len() - 6..]);
    assert!(!search.found.is_empty(), "more than the tail may not");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_nowhere_but_at_its_provider_and_in_the_child() -> Result<()> {
    let first = Sentinel::new("the first key", "sk-ant-api03-FAKE-");
    let second = Sentinel::new("the key after the edit", "sk-ant-api03-FAKE-");
    let refused = Sentinel::new("the refused key", "sk-ant-api03-FAKE-rejected-");
    let dropped = Sentinel::new("the key of a discarded form", "sk-ant-api03-FAKE-");
    let hook = Sentinel::new("the webhook", "https://hooks.slack.com/services/T00000FAKE/B00000FAKE/");
    let twilio = Sentinel::new("the Twilio secret", "");
    let token = Sentinel::new("the token of the command line", "FAKE-");
    let replaced = Sentinel::new("the replaced token", "FAKE-");
    let called = Sentinel::new("a secret handed to a command", "FAKE-");
    let all = [&first, &second, &refused, &dropped, &hook, &twilio, &token, &replaced, &called];
    let mut search = Search::new(&all);

    let mut stage = Stage::open(Keychain::Unlocked)?;
    stage.set_variable("RUST_LOG", "trace");
    stage.set_variable("RUST_BACKTRACE", "full");
    make_vault(&stage)?;
    let provider = Anthropic::start().await;
    let window = Window::open(&stage).await?;

    // The window: typed and refused, corrected, saved, checked, edited, discarded, deleted.
    choose_provider(&window, "Anthropic").await?;
    window.fill("Name", "Anthropic production").await?;
    window.fill("API key", &refused.value).await?;
    window.fill(Name::containing("Base URL"), &provider.url()).await?;
    window.click("button", "Show API key").await?;
    window.click("button", "Check and save").await?;
    field_says(&window, "API key", "Anthropic does not know this key").await?;
    window.fill("API key", &first.value).await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Anthropic production", "Works").await?;
    search.bytes("the page after saving", window.everything().await?.as_bytes());
    let pane = window.find("complementary", "Credential details").await?;
    pane.click_in("button", "Check").await?;
    window.wait_for_text("is checked: Works").await?;
    pane.click_in("button", "Edit").await?;
    window.fill("API key", &second.value).await?;
    window.click("button", "Check and save").await?;
    row_says(&window, "Anthropic production", &second.value[second.value.len() - 4..]).await?;
    search.bytes("the page after an edit", window.everything().await?.as_bytes());

    choose_provider(&window, "Slack Webhook").await?;
    window.fill("Name", "Alerts").await?;
    window.fill("Webhook URL", &hook.value).await?;
    window.click("button", Name::containing("Save")).await?;
    window.find("row", Name::containing("Alerts")).await?;
    choose_provider(&window, "Twilio").await?;
    window.fill("Name", "Twilio").await?;
    window.fill("Account SID", "AC0123456789abcdef0123456789abcdef").await?;
    window.fill("API key SID", "SK0123456789abcdef0123456789abcdef").await?;
    window.fill("API key secret", &twilio.value).await?;
    window.click("button", "Save without checking").await?;
    window.find("row", Name::containing("Twilio")).await?;
    choose_provider(&window, "Anthropic").await?;
    window.fill("API key", &dropped.value).await?;
    window.click("button", "Cancel").await?;
    window.click("button", "Discard").await?;
    window.wait_gone("alertdialog", Name::Any).await?;
    search.bytes("the page after a discarded form", window.everything().await?.as_bytes());

    // The command line: add, edit, check, run, everything that prints.
    let mut said: Vec<Ran> = vec![add_token(&stage, "Weather", "WEATHER_TOKEN", &token.value)?];
    let fields = json!({ "token": replaced.value }).to_string();
    said.push(
        stage
            .strongroom_fed(&["edit", "Weather", "--fields-json", "-", "--no-check", "--json"], &fields)?
            .expect_status(0)?,
    );
    let environment = stage.home().join("environment-of-the-child");
    let print = format!("env > '{}'", environment.display());
    said.push(
        stage
            .strongroom(&["run", "--key", "ANTHROPIC_API_KEY", "--key", "WEATHER_TOKEN", "--", "sh", "-c", &print])?
            .expect_status(0)?,
    );
    for arguments in [
        vec!["check", "Anthropic production", "--json"],
        vec!["check", "--all"],
        vec!["list"],
        vec!["list", "--json"],
        vec!["show", "Anthropic production", "--json"],
        vec!["show", "Weather"],
        vec!["status", "--json"],
        vec!["doctor"],
        // A secret as a plain argument is refused, and the refusal does not repeat it.
        vec!["edit", "Weather", "--field", &format!("token={}", called.value)],
    ] {
        said.push(stage.strongroom(&arguments)?);
    }

    for row in listed(&stage)? {
        for (field, sealed) in row["secrets"].as_object().unwrap() {
            let tail = sealed["tail"].as_str().unwrap_or_default();
            assert!(tail.chars().count() <= 4, "{}: the tail of {field} tells more than four characters", row["name"]);
        }
    }

    // Every command of the page, with what a page could ask.
    for (command, answer) in every_command(&window, &stage, &called.value, &provider).await? {
        search.bytes(&format!("the answer of {command}"), answer.to_string().as_bytes());
    }

    window.reload().await?;
    open_details(&window, "Anthropic production").await?.click_in("button", "Delete…").await?;
    let dialog = window.find("alertdialog", Name::Any).await?;
    dialog.find("field", "Type the name to delete it").await?.replace_text("Anthropic production").await?;
    dialog.click_in("button", "Delete").await?;
    window.wait_gone("row", Name::containing("Anthropic production")).await?;
    search.bytes("the page at the end", window.everything().await?.as_bytes());

    for ran in &said {
        search.bytes("output of the command line", format!("{}{}", ran.stdout, ran.stderr).as_bytes());
    }
    // With the window open, so that the journal of the database is there as well.
    let keyrings: PathBuf = stage.home().join(".local/share/keyrings");
    let except = |path: &Path| path == keyrings || path == environment;
    let searched = search.folder(stage.folder(), &except);
    window.close().await?;
    search.folder(stage.folder(), &except);
    search.bytes("the log", stage.log_text()?.as_bytes());
    assert!(searched > 5, "the folder has the database, its journal, the kit and the logs, not {searched} files");
    assert_eq!(search.found, Vec::<String>::new(), "leaks");

    // The same search does find them where they belong.
    let mut control = Search::new(&[&second, &replaced]);
    control.bytes("the child", &fs::read(&environment).unwrap());
    for sentinel in [&second, &replaced] {
        assert!(control.found.iter().any(|f| f.starts_with(sentinel.what)), "{} reached the child", sentinel.what);
    }
    let mut control = Search::new(&[&first, &second, &refused]);
    for seen in provider.requests() {
        control.bytes("the provider", seen.everything().as_bytes());
    }
    for sentinel in [&first, &second, &refused] {
        assert!(control.found.iter().any(|f| f.starts_with(sentinel.what)), "{} reached the provider", sentinel.what);
    }
    Ok(())
}

/// Call every command with plausible arguments, a secret among them where one can be given.
async fn every_command(
    window: &Window<'_>,
    stage: &Stage,
    secret: &str,
    provider: &Anthropic,
) -> Result<Vec<(&'static str, Value)>> {
    let rows = listed(stage)?;
    let anthropic = rows.iter().find(|row| row["provider"] == "anthropic").unwrap();
    let id = anthropic["id"].clone();
    let doomed = add_token(stage, "Doomed", "DOOMED_TOKEN", secret)?.json()?["id"].clone();
    let one = json!({ "request": { "id": id } });
    let fields = json!({ "api_key": format!("sk-ant-api03-FAKE-rejected-{secret}"), "base_url": provider.url() });
    let edits = json!({ "api_key": { "edit": "replace", "value": format!("sk-ant-api03-FAKE-rejected-{secret}") } });
    let kit = stage.home().join("kit-of-the-test.txt").display().to_string();
    let import = stage.home().join("import.env");
    let mut answers = Vec::new();
    for command in command_names() {
        let arguments = match command {
            "startup" | "key_status" | "provider_list" | "provider_files" | "page_ready" => json!({}),
            // They open a dialog of the desktop, which nobody could close; the answer is a path.
            "choose_recovery_kit_target"
            | "choose_recovery_kit"
            | "choose_import_file"
            | "redirect_compare_file"
            | "inventory_export"
            | "audit_export" => {
                continue;
            }
            // It starts a browser.
            "open_provider_page" => json!({ "id": "no-such-provider" }),
            "vault_create" => json!({ "request": {
                "person": "P", "organisation": "O", "recovery_kit_path": kit, "passphrase": secret } }),
            "vault_unlock" => json!({ "request": { "passphrase": secret } }),
            "vault_recover" => json!({ "request": { "kit_path": null, "code": secret, "passphrase": secret } }),
            "recovery_kit_create" => json!({ "request": { "path": kit } }),
            "form_check" => json!({ "request": {
                "provider": "anthropic", "auth": "api-key", "fields": fields, "editing": null } }),
            "detect" => json!({ "request": { "text": format!("export ANTHROPIC_API_KEY='sk-ant-api03-{secret}'") } }),
            "import_plan" => {
                std::fs::write(&import, format!("ANTHROPIC_API_KEY=sk-ant-api03-{secret}\nHALF=${secret}\n")).unwrap();
                json!({ "request": { "file": import, "scope": "system" } })
            }
            "import_store" => {
                // Read by now; what is searched afterwards is what the program wrote, not what it was given.
                std::fs::remove_file(&import).unwrap();
                json!({ "choices": [{ "row": 0, "name": "Imported" }] })
            }
            "import_forget" => json!({}),
            "credential_list" => json!({ "request": { "search": secret } }),
            "credential_replace" => json!({ "request": { "id": id, "fields": edits, "check": false } }),
            "credential_replace_check"
            | "credential_replace_switch"
            | "credential_replace_back"
            | "credential_replace_discard" => one.clone(),
            "list_settings_set" => json!({ "request": { "columns": [], "layout": "compact", "sort": null,
                "descending": false, "search": secret, "type": null, "saved": [] } }),
            "credential_counts" | "attention" => json!({ "scope": null }),
            "audit_list" => json!({ "request": { "search": secret } }),
            "audit_overview" => json!({}),
            "audit_verify" => json!({ "request": { "accept": true } }),
            "audit_retention_set" => json!({ "request": { "days": 365 } }),
            "credential_show" | "credential_check" | "credential_delete_impact" => one.clone(),
            "credential_check_all" => json!({ "request": {}, "progress": "__CHANNEL__:1" }),
            "credential_check_all_stop" | "credential_connect_stop" => json!({}),
            // An Anthropic key connects no account; no browser is started.
            "credential_connect" => json!({ "request": { "id": id }, "progress": "__CHANNEL__:1" }),
            "credential_disconnect" => one.clone(),
            "redirect_compare" => {
                let file = json!({ "web": { "client_secret": secret, "redirect_uris": ["http://localhost/x"] } });
                json!({ "request": { "provider": "google-calendar", "auth": "oauth-client", "text": file.to_string() } })
            }
            "credential_add" => json!({ "request": {
                "provider": "anthropic", "name": "Another", "scope": "system", "fields": fields, "check": true } }),
            "credential_edit" => json!({ "request": { "id": id, "fields": edits, "check": true } }),
            "credential_set_enabled" => json!({ "request": { "id": id, "enabled": true } }),
            "credential_delete" => json!({ "request": { "id": doomed } }),
            "consumer_kinds" | "launch" | "launch_resume" => json!({}),
            "consumer_list" => json!({ "request": { "search": secret } }),
            "consumer_add" => json!({ "request": {
                "kind": "agent", "name": "Support line", "note": "", "organisation": "Acme Voice",
                "uses": [{ "slot": "llm", "provider": "anthropic", "credential": id }] } }),
            "consumer_show" | "consumer_delete" => json!({ "request": { "id": "no-such-consumer" } }),
            "consumer_edit" => json!({ "request": { "id": "no-such-consumer", "note": "" } }),
            "consumer_options" => json!({ "request": { "organisation": "Acme Voice", "slot": "any" } }),
            "consumer_explain" => json!({ "request": { "organisation": "Acme Voice", "provider": "anthropic" } }),
            "onboarding" => json!({ "request": { "organisation": "Acme Voice" } }),
            "mode_set" => json!({ "request": { "organisation": "Acme Voice", "mode": "bundled" } }),
            "onboarding_complete" => json!({ "request": { "organisation": "Acme Voice", "kit": "voice" } }),
            "launch_stop" => json!({ "request": { "reason": "A test" } }),
            "organisation_create" => json!({ "request": { "name": "Second" } }),
            "organisation_rename" => json!({ "request": { "id": "Second", "name": "Renamed" } }),
            "organisation_archive" => json!({ "request": { "id": "Renamed", "archived": true } }),
            "people_list" => json!({}),
            "person_add" => json!({ "request": { "name": "Mia Member" } }),
            "person_change" => json!({ "request": { "id": "Mia Member", "member_of": ["Acme Voice"] } }),
            "person_remove" => json!({ "request": { "id": "Mia Member" } }),
            "person_use" => json!({ "request": { "id": "Priya Nair" } }),
            "person_return" => json!({ "request": { "code": secret } }),
            "organisation_select" => json!({ "request": { "id": null } }),
            "set_theme" => json!({ "request": { "theme": "system" } }),
            "copy_text" => json!({ "text": "a plain value" }),
            other => panic!("{other} is a new command: say here how it is called, so that its answer is searched"),
        };
        answers.push((command, invoke(window, command, arguments).await?));
    }
    Ok(answers)
}
