//! The list and the inventory through the use cases: operators, refusals, exports without values.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use strongroom_app::views::{
    AttentionReason, AuditEntryView, AuditRequest, ConsumerAddRequest, ConsumerKind, CredentialAddRequest,
    CredentialEditRequest, CredentialEnableRequest, CredentialReplaceRequest, CredentialRequest,
    CredentialSwitchRequest, ExpiryEdit, FieldEdit, InventoryFormat, InventoryRequest, ListLayout, ListRequest,
    ListSettings, ListSort, ModeSetRequest, OnboardingMode, OrganisationCreateRequest, SavedFilter, UseRequest,
};
use strongroom_app::{Actor, NewVaultRequest, SecretInput, SecretText, Strongroom, StrongroomSettings};
use tempfile::TempDir;

/// 32 fake bytes in base64.
const MASTER_KEY: &str = "RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=";
const SECRET: &str = "FAKE-secret-that-stays-inside-z9y8";
const PLAIN: &str = "https://FAKE-endpoint.example";

struct Room {
    folder: TempDir,
    app: Strongroom,
    actor: Actor,
}

async fn room() -> Room {
    let folder = tempfile::tempdir().unwrap();
    let home = Some(folder.path().join("vault"));
    let master_key = Some(SecretText::new(MASTER_KEY.to_owned()));
    let app = Strongroom::new(StrongroomSettings { home, master_key, passphrase: None });
    let new = NewVaultRequest {
        person: Some("Ada Admin".into()),
        organisation: Some("Acme Voice".into()),
        recovery_kit: None,
        passphrase: None,
        demonstration: true,
    };
    app.create(new).await.unwrap();
    let actor = app.actor().await.unwrap();
    app.create_organisation(&actor, OrganisationCreateRequest { name: "Other".into() }).await.unwrap();
    let room = Room { folder, app, actor };
    room.add("anthropic", "=HYPERLINK(\"x\")", "Acme Voice").await;
    room.add("anthropic", "<img src=x>", "Other").await;
    let off = room.add("api-token", "Alpha token", "Acme Voice").await;
    room.app.set_enabled(&room.actor, CredentialEnableRequest { id: off, enabled: false }).await.unwrap();
    room
}

impl Room {
    async fn add(&self, provider: &str, name: &str, scope: &str) -> String {
        let mut fields = BTreeMap::new();
        if provider == "anthropic" {
            fields.insert("api_key".to_owned(), SecretInput::new(format!("sk-ant-api03-{SECRET}")));
            fields.insert("base_url".to_owned(), SecretInput::new(PLAIN.to_owned()));
        } else if provider == "google-calendar" {
            fields.insert("client_id".to_owned(), SecretInput::new("1234-FAKE.apps.googleusercontent.com".into()));
            fields.insert("client_secret".to_owned(), SecretInput::new("FAKE-client-secret-of-a-test".into()));
        } else {
            fields.insert("token".to_owned(), SecretInput::new(SECRET.to_owned()));
        }
        let request = CredentialAddRequest {
            provider: provider.to_owned(),
            auth: None,
            name: name.to_owned(),
            key: None,
            category: None,
            scope: scope.to_owned(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields,
            check: false,
        };
        match self.app.add(&self.actor, request).await.unwrap() {
            strongroom_app::views::SaveOutcome::Stored { credential } => credential.id,
            refused => panic!("not stored: {refused:?}"),
        }
    }

    /// Sets the end so many days from now, and the reminder.
    async fn ends(&self, id: &str, days: i64, reminder_days: u32) {
        let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
        let expiry = ExpiryEdit { expires_at: Some(ends.to_string()), reminder_days: Some(reminder_days) };
        let request = CredentialEditRequest {
            id: id.to_owned(),
            revision: None,
            name: None,
            key: None,
            category: None,
            default: None,
            expiry: Some(expiry),
            fields: BTreeMap::new(),
            check: false,
        };
        self.app.edit(&self.actor, request).await.unwrap();
    }

    /// Gives it to a tool of its organisation.
    async fn assign(&self, id: &str, consumer: &str) {
        let one =
            UseRequest { slot: "any".into(), provider: "api-token".into(), credential: Some(id.into()), model: None };
        let request = ConsumerAddRequest {
            kind: ConsumerKind::ToolDefinition,
            name: consumer.into(),
            note: String::new(),
            organisation: "Acme Voice".into(),
            uses: vec![one],
        };
        self.app.add_consumer(&self.actor, request).await.unwrap();
    }

    async fn names(&self, search: &str) -> Result<Vec<String>, String> {
        let request = ListRequest { search: Some(search.to_owned()), ..ListRequest::default() };
        let page = self.app.list(&self.actor, request).await.map_err(|error| error.to_string())?;
        assert_eq!(page.total as usize, page.items.len());
        Ok(page.items.into_iter().map(|row| row.name).collect())
    }
}

#[tokio::test]
async fn operators_find_what_they_say() {
    let room = room().await;
    let table: [(&str, &[&str]); 16] = [
        ("provider:anthropic", &["<img src=x>", "=HYPERLINK(\"x\")"]),
        ("provider:anthropic org:Other", &["<img src=x>"]),
        ("org:\"acme voice\"", &["=HYPERLINK(\"x\")", "Alpha token"]),
        ("org:system", &[]),
        ("type:general", &["Alpha token"]),
        ("status:disabled,rejected", &["Alpha token"]),
        ("enabled:yes hyper", &["=HYPERLINK(\"x\")"]),
        ("tail:z9y8 key:ANTHROPIC", &["<img src=x>", "=HYPERLINK(\"x\")"]),
        ("used:0 expires:never checked:never alpha", &["Alpha token"]),
        ("category:llm_provider img", &["<img src=x>"]),
        ("status:Disabled", &["Alpha token"]),
        ("provider:Anthropic status:NOT_checked", &["<img src=x>", "=HYPERLINK(\"x\")"]),
        ("duplicate:no alpha", &["Alpha token"]),
        ("duplicate:yes", &[]),
        ("used_by:0 alpha", &["Alpha token"]),
        ("replacement:waiting", &[]),
    ];
    for (search, expected) in table {
        assert_eq!(room.names(search).await.unwrap(), expected, "{search}");
    }
    assert!(room.names("color:red").await.unwrap_err().contains("There are: provider"));
    assert!(room.names("org:Nobody").await.unwrap_err().contains("no organisation “Nobody”"));
}

#[tokio::test]
async fn an_inventory_has_every_row_and_no_value() {
    let room = room().await;
    for format in InventoryFormat::ALL {
        let id = format.id();
        let file = room.folder.path().join(format!("inventory.{id}"));
        let all = || InventoryRequest { list: ListRequest::default(), only: None, format };
        let written = room.app.write_inventory(&room.actor, all(), &file, false).await.unwrap();
        assert_eq!(written.credentials, 3);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("Alpha token") && text.contains("z9y8"), "the row and its tail are there");
        assert!(!text.contains("that-stays-inside"), "{id} holds a secret");
        assert!(!text.contains("FAKE-endpoint"), "{id} holds a plain value");
        let again = room.app.write_inventory(&room.actor, all(), &file, false).await;
        assert!(again.unwrap_err().to_string().contains("is there already"));
        room.app.write_inventory(&room.actor, all(), &file, true).await.unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        match format {
            InventoryFormat::Csv => {
                assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\""), "no formula");
                assert_eq!(text.lines().count(), 4);
            }
            InventoryFormat::Json => {
                let read: serde_json::Value = serde_json::from_str(&text).unwrap();
                assert_eq!(read["items"][2]["status"], "disabled");
            }
            InventoryFormat::Html => assert!(!text.contains("<img") && !text.contains("://"), "nothing from outside"),
        }
    }
    let only = room.app.find(&room.actor, "Alpha token", None).await.unwrap().id;
    let list = ListRequest { search: Some("img".into()), ..ListRequest::default() };
    let chosen = InventoryRequest { list, only: Some(vec![only]), format: InventoryFormat::Csv };
    let chosen = room.app.inventory(&room.actor, chosen).await.unwrap();
    assert!(chosen.credentials == 1 && chosen.text.contains("Alpha token"), "what is chosen goes before the search");
    let left =
        std::fs::read_dir(room.folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect::<Vec<_>>();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}

/// The entries of exports, the newest first, with what they tell.
async fn exports(room: &Room) -> Vec<(String, Vec<(String, String)>)> {
    let page = room.app.audit(&room.actor, AuditRequest::default()).await.unwrap();
    let of =
        |entry: AuditEntryView| (entry.action, entry.details.into_iter().map(|fact| (fact.name, fact.value)).collect());
    page.items.into_iter().map(of).filter(|(action, _): &(String, _)| action == "inventory.export").collect()
}

#[tokio::test]
async fn an_export_is_written_down_without_what_was_typed_freely() {
    let room = room().await;
    let list = ListRequest { search: Some(format!("status:disabled {SECRET}")), ..ListRequest::default() };
    let request = InventoryRequest { list, only: None, format: InventoryFormat::Csv };
    room.app.inventory(&room.actor, request).await.unwrap();
    let file = room.folder.path().join("inventory.html");
    let all = InventoryRequest { list: ListRequest::default(), only: None, format: InventoryFormat::Html };
    room.app.write_inventory(&room.actor, all, &file, false).await.unwrap();
    let facts = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let written: Vec<_> = exports(&room)
        .await
        .into_iter()
        .map(|(_, mut details)| {
            details.sort();
            details
        })
        .collect();
    let expected = [
        facts(&[("Format", "html"), ("How many", "3")]),
        facts(&[("Format", "csv"), ("How many", "0"), ("Narrowed to", "status:disabled")]),
    ];
    assert_eq!(written, expected);
}

#[tokio::test]
async fn an_inventory_says_what_was_known_who_uses_it_and_when_it_reminds() {
    let room = room().await;
    let alpha = room.app.find(&room.actor, "Alpha token", None).await.unwrap().id;
    room.ends(&alpha, 100, 12).await;
    room.assign(&alpha, "Front desk").await;
    let request = InventoryRequest { list: ListRequest::default(), only: None, format: InventoryFormat::Json };
    let made = room.app.inventory(&room.actor, request).await.unwrap();
    let read: serde_json::Value = serde_json::from_str(&made.text).unwrap();
    let row = read["items"].as_array().unwrap().iter().find(|row| row["name"] == "Alpha token").unwrap();
    assert_eq!((&row["used_by"], &row["reminder_days"]), (&"Front desk".into(), &12.into()));
    assert_eq!((&row["last_known"], &row["last_known_at"]), (&"".into(), &"".into()));
    assert_eq!(read["items"][0]["reminder_days"], serde_json::Value::Null, "what has no end reminds of nothing");
}

#[tokio::test]
async fn what_a_consumer_has_is_not_unused() {
    let room = room().await;
    let alpha = room.app.find(&room.actor, "Alpha token", None).await.unwrap().id;
    let unused = || async { room.app.attention(&room.actor, None).await.unwrap().unused };
    assert_eq!(room.names("used:0 type:general").await.unwrap(), ["Alpha token"]);
    assert_eq!(unused().await, 3);
    assert_eq!(room.names("used:0 created:<1d type:general").await.unwrap(), ["Alpha token"]);
    assert_eq!(room.names("used:0 created:>1d").await.unwrap(), [""; 0]);
    room.assign(&alpha, "Front desk").await;
    assert_eq!(unused().await, 2);
    assert_eq!(room.names("used:0 type:general").await.unwrap(), [""; 0]);
    assert_eq!(room.names("used_by:0 type:general").await.unwrap(), [""; 0]);
    assert_eq!(room.names("used_by:\"FRONT d\"").await.unwrap(), ["Alpha token"]);
}

#[tokio::test]
async fn each_credential_is_counted_under_the_status_that_its_row_reads() {
    let room = room().await;
    let gone = room.add("api-token", "Gone", "Acme Voice").await;
    room.ends(&gone, -2, 0).await;
    room.add("google-calendar", "Calendar", "Acme Voice").await;
    let bundled = ModeSetRequest { organisation: "Other".into(), mode: OnboardingMode::Bundled };
    room.app.set_mode(&room.actor, bundled).await.unwrap();
    let status = room.app.status(&room.actor).await.unwrap();
    let expected = [("disabled", 1), ("dormant", 1), ("expired", 1), ("not_checked", 1), ("unconnected", 1)];
    assert_eq!(status.by_status, expected.map(|(id, n)| (id.to_owned(), n)).into());
    assert_eq!(status.by_status.values().sum::<u32>(), status.credentials);
    assert_eq!(room.names("status:not_checked").await.unwrap(), ["=HYPERLINK(\"x\")"]);
    assert_eq!(room.names("status:expired").await.unwrap(), ["Gone"]);
    assert_eq!(room.names("status:dormant").await.unwrap(), ["<img src=x>"]);
    let seen = room.app.attention(&room.actor, None).await.unwrap();
    assert_eq!(seen.by_type_and_status["general"], [("disabled".into(), 1), ("expired".into(), 1)].into());
    assert_eq!(seen.by_type_and_status["llm"], [("dormant".into(), 1), ("not_checked".into(), 1)].into());
    let of = |name| seen.items.iter().filter(|item| item.credential.name == name).count();
    assert_eq!((of("Gone"), of("<img src=x>")), (1, 0), "what sleeps asks for nothing");
}

#[tokio::test]
async fn a_replacement_that_was_left_half_done_is_told_and_found() {
    let room = room().await;
    let id = room.app.find(&room.actor, "<img src=x>", None).await.unwrap().id;
    let reason = || async {
        let seen = room.app.attention(&room.actor, Some("Other")).await.unwrap();
        seen.items.iter().map(|item| item.reason).collect::<Vec<_>>()
    };
    let edit = FieldEdit::Replace(SecretInput::new(format!("sk-ant-api03-FAKE-new-{SECRET}")));
    let fields = BTreeMap::from([("api_key".to_owned(), edit)]);
    let request = CredentialReplaceRequest { id: id.clone(), revision: None, fields, check: false, again: false };
    room.app.replace(&room.actor, request).await.unwrap();
    assert_eq!(room.names("replacement:waiting").await.unwrap(), ["<img src=x>"]);
    assert_eq!(reason().await, [AttentionReason::ReplacementWaiting]);
    let switch = CredentialSwitchRequest { id: id.clone(), expiry: None };
    room.app.replace_switch(&room.actor, switch).await.unwrap();
    assert_eq!(room.names("replacement:waiting").await.unwrap(), [""; 0]);
    assert_eq!(room.names("replacement:old").await.unwrap(), ["<img src=x>"]);
    assert_eq!(reason().await, [AttentionReason::ReplacementOld]);
    room.app.replace_discard(&room.actor, CredentialRequest { id }).await.unwrap();
    assert_eq!(reason().await, [AttentionReason::NotChecked]);
}

#[tokio::test]
async fn the_arrangement_of_the_list_is_kept_without_what_was_typed_freely() {
    let room = room().await;
    let saved = |name: &str| SavedFilter { name: name.into(), search: "status:rejected acme".into(), r#type: None };
    let settings = ListSettings {
        layout: ListLayout::Compact,
        sort: Some(ListSort::Checked),
        descending: true,
        search: format!("provider:twilio {SECRET}"),
        saved: vec![saved(" Broken ")],
        ..ListSettings::default()
    };
    room.app.set_list_settings(settings.clone()).await.unwrap();
    let kept = room.app.startup().await.list;
    assert_eq!(kept.search, "provider:twilio", "a key in the wrong box is not written down");
    assert_eq!((kept.layout, kept.sort, kept.descending), (ListLayout::Compact, Some(ListSort::Checked), true));
    assert_eq!((kept.saved[0].name.as_str(), kept.saved[0].search.as_str()), ("Broken", "status:rejected acme"));
    let twice = ListSettings { saved: vec![saved("A"), saved("a")], ..settings.clone() };
    assert!(room.app.set_list_settings(twice).await.unwrap_err().to_string().contains("already"));
    let nameless = ListSettings { saved: vec![saved(" ")], ..settings };
    assert!(room.app.set_list_settings(nameless).await.is_err());
}

#[tokio::test]
async fn what_needs_attention_is_told_once_and_the_worst_first() {
    let room = room().await;
    let seen = room.app.attention(&room.actor, None).await.unwrap();
    assert_eq!((seen.total, seen.rejected, seen.expiring, seen.unused, seen.unreadable), (3, 0, 0, 3, 0));
    let told: Vec<_> = seen.items.iter().map(|item| (item.reason, item.credential.name.as_str())).collect();
    let reason = AttentionReason::NotChecked;
    assert_eq!(told, [(reason, "<img src=x>"), (reason, "=HYPERLINK(\"x\")")], "what is off asks for nothing");
    assert_eq!(seen.by_type_and_status["general"]["disabled"], 1);
    assert_eq!(seen.by_status, [("disabled".into(), 1), ("not_checked".into(), 2)].into());
    let one = room.app.attention(&room.actor, Some("Other")).await.unwrap();
    assert_eq!((one.total, one.items.len()), (1, 1));
    assert!(room.app.attention(&room.actor, Some("Nobody")).await.is_err());
}

#[tokio::test]
async fn an_end_is_told_from_its_own_reminder_on() {
    let room = room().await;
    let near = room.add("api-token", "Near", "Acme Voice").await;
    let far = room.add("api-token", "Far", "Acme Voice").await;
    let late = room.add("api-token", "Late", "Acme Voice").await;
    let gone = room.add("api-token", "Gone", "Acme Voice").await;
    room.ends(&near, 10, 30).await;
    room.ends(&far, 100, 120).await;
    room.ends(&late, 10, 5).await;
    room.ends(&gone, -2, 0).await;
    assert_eq!(room.names("expires:soon").await.unwrap(), ["Far", "Gone", "Near"]);
    assert_eq!(room.names("expires:<30d").await.unwrap(), ["Gone", "Late", "Near"]);
    let seen = room.app.attention(&room.actor, None).await.unwrap();
    let of = |reason| {
        let items = seen.items.iter().filter(move |item| item.reason == reason);
        items.map(|item| item.credential.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(AttentionReason::Expired), ["Gone"]);
    assert_eq!(of(AttentionReason::Expiring), ["Near", "Far"], "the nearest end first");
    assert_eq!(seen.expiring, 3);
    assert_eq!(room.app.counts(&room.actor, None).await.unwrap().urgent, 3);
    // A later reminder is heeded at once.
    room.ends(&late, 10, 11).await;
    assert_eq!(room.app.attention(&room.actor, None).await.unwrap().expiring, 4);
    assert_eq!(room.app.counts(&room.actor, Some("Acme Voice")).await.unwrap().urgent, 4);
    assert_eq!(room.app.counts(&room.actor, Some("Other")).await.unwrap().urgent, 0, "of this organisation alone");
    room.app.set_enabled(&room.actor, CredentialEnableRequest { id: gone, enabled: false }).await.unwrap();
    assert_eq!(room.app.counts(&room.actor, None).await.unwrap().urgent, 3, "what is off harms nobody");
}

#[tokio::test]
async fn a_client_without_an_account_is_found_as_it_is_shown() {
    let room = room().await;
    let calendar = room.add("google-calendar", "Calendar", "Acme Voice").await;
    assert_eq!(room.names("status:unconnected").await.unwrap(), ["Calendar"]);
    let seen = room.app.attention(&room.actor, None).await.unwrap();
    let of = |name| seen.items.iter().find(|item| item.credential.name == name).unwrap().reason;
    assert_eq!(of("Calendar"), AttentionReason::Unconnected);
    assert_eq!(room.app.status(&room.actor).await.unwrap().by_status["unconnected"], 1);
    room.app.set_enabled(&room.actor, CredentialEnableRequest { id: calendar, enabled: false }).await.unwrap();
    assert_eq!(room.names("status:unconnected").await.unwrap(), [""; 0]);
    assert_eq!(room.names("status:unconnected,disabled").await.unwrap(), ["Alpha token", "Calendar"]);
}
