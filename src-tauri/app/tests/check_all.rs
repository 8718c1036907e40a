//! Checking many credentials against a stand-in provider: bounded, in a fair order, stopped without losing results.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use strongroom_app::views::{
    CheckAllRequest, CheckEvent, CheckedView, CredentialAddRequest, CredentialDeleteRequest, CredentialEnableRequest,
    CredentialReplaceRequest, CredentialRequest, CredentialSwitchRequest, CredentialView, FieldEdit, ListRequest,
    OrganisationCreateRequest, SaveOutcome,
};
use strongroom_app::{
    Actor, AppError, NewVaultRequest, ProviderType, Rights, SecretInput, SecretText, Strongroom, StrongroomSettings,
    VerdictKind,
};
use strongroom_standin::{Reply, Seen, Standin};
use strongroom_vault::OrganisationId;
use tempfile::TempDir;

/// A vault of one organisation, and a provider on loopback that answers by what the key says.
struct Room {
    _folder: TempDir,
    app: Strongroom,
    actor: Actor,
    organisation: String,
    provider: Standin,
}

/// Keys with `stall` get no answer, those with `rejected` a refusal, all others the list of models.
fn answer(seen: &Seen) -> Reply {
    let key = seen.header("x-api-key").unwrap_or_default();
    if key.contains("stall") {
        return Reply::stall();
    }
    if key.contains("rejected") {
        let error = r#"{"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}"#;
        return Reply::new(401, error);
    }
    Reply::new(200, r#"{"data": [{"type": "model", "id": "claude-fake"}], "has_more": false}"#)
}

impl Room {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = Strongroom::new(StrongroomSettings {
            home: Some(folder.path().join("vault")),
            master_key: Some(SecretText::new("RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=".to_owned())),
            passphrase: None,
        });
        let new = NewVaultRequest {
            person: Some("Test Person".into()),
            organisation: Some("Acme".into()),
            recovery_kit: None,
            passphrase: None,
            demonstration: false,
        };
        app.create(new).await.unwrap();
        let actor = app.actor().await.unwrap();
        let organisation = app.organisations(&actor).await.unwrap()[0].id.clone();
        Self { _folder: folder, app, actor, organisation, provider: Standin::with(0, answer).await.unwrap() }
    }

    async fn add(&self, name: &str, says: &str) -> CredentialView {
        self.add_to(&self.organisation, name, says).await
    }

    async fn add_to(&self, scope: &str, name: &str, says: &str) -> CredentialView {
        let key = format!("sk-ant-api03-FAKE-{says}-{name}-0123456789");
        self.store("anthropic", scope, name, [("api_key", key), ("base_url", self.provider.url())]).await
    }

    async fn add_of(&self, provider: &str, name: &str) -> CredentialView {
        self.store(provider, &self.organisation, name, [("token", "FAKE-token-of-ours".to_owned())]).await
    }

    async fn store<const N: usize>(
        &self,
        provider: &str,
        scope: &str,
        name: &str,
        fields: [(&str, String); N],
    ) -> CredentialView {
        let fields: BTreeMap<String, SecretInput> =
            fields.into_iter().map(|(id, text)| (id.to_owned(), SecretInput::new(text))).collect();
        let request = CredentialAddRequest {
            provider: provider.into(),
            auth: None,
            name: name.into(),
            key: None,
            category: None,
            scope: scope.into(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields,
            check: false,
        };
        match self.app.add(&self.actor, request).await.unwrap() {
            SaveOutcome::Stored { credential } => *credential,
            SaveOutcome::Refused { .. } => panic!("nothing was checked"),
        }
    }

    /// Verdicts as the vault has them now, by name.
    async fn stored(&self) -> BTreeMap<String, Option<VerdictKind>> {
        let list = self.app.list(&self.actor, ListRequest::default()).await.unwrap();
        list.items.into_iter().map(|c| (c.name, c.verdict.map(|v| v.kind))).collect()
    }
}

/// A provider file as an organisation writes it.
const OWN_PROVIDER: &str = r#"
id = "our-gateway"
name = "Our gateway"
types = ["llm"]
category = "llm_provider"
mark = "Og"
lookup_key = "OUR_GATEWAY_TOKEN"
name_example = "Gateway production"
reference = "our own"

[find]
text = "Ask the platform team."

[[auth]]
id = "token"
label = "Token"
recommended = true

[[auth.fields]]
id = "token"
label = "Token"
secret = true
required = true
env = ["OUR_GATEWAY_TOKEN"]

[check]
does = "Nothing."
cost = "free"
proves = "Nothing."
uncheckable = "The gateway has no call that changes nothing."
"#;

fn never() -> impl Future<Output = ()> {
    std::future::pending()
}

fn kinds(results: &[CheckedView]) -> Vec<(&str, Option<VerdictKind>)> {
    results.iter().map(|r| (r.name.as_str(), r.verdict.as_ref().map(|v| v.kind))).collect()
}

#[tokio::test]
async fn every_credential_that_is_on_has_a_result_in_the_order_of_the_list() {
    let room = Room::new().await;
    for (name, says) in [("d", "rejected"), ("a", "works"), ("c", "works")] {
        room.add(name, says).await;
    }
    let off = room.add("b", "works").await;
    room.app.set_enabled(&room.actor, CredentialEnableRequest { id: off.id, enabled: false }).await.unwrap();
    let mut events = Vec::new();
    let came = room.app.check_all(&room.actor, CheckAllRequest::default(), never(), |e| events.push(e)).await.unwrap();
    let (works, rejected) = (Some(VerdictKind::Works), Some(VerdictKind::Rejected));
    assert_eq!(kinds(&came.results), [("a", works), ("c", works), ("d", rejected)]);
    assert_eq!((came.total, came.disabled, came.stopped), (3, 1, false), "what is off is left out and counted");
    assert!(matches!(events[0], CheckEvent::Started { total: 3, disabled: 1, not_permitted: 0 }));
    let asked: BTreeSet<&str> = events
        .iter()
        .filter_map(|e| if let CheckEvent::Asking { name, .. } = e { Some(name.as_str()) } else { None })
        .collect();
    assert_eq!(asked, BTreeSet::from(["a", "c", "d"]), "progress names each");
    let counts: Vec<(u32, u32)> = events
        .iter()
        .filter_map(|e| if let CheckEvent::Checked { done, total, .. } = e { Some((*done, *total)) } else { None })
        .collect();
    assert_eq!(counts, [(1, 3), (2, 3), (3, 3)]);
    assert!(came.results.iter().all(|r| r.before.is_none()));

    let again = room.app.check_all(&room.actor, CheckAllRequest::default(), never(), |_| {}).await.unwrap();
    assert_eq!(again.results[0].before, works, "a second check knows what there was before");
}

#[tokio::test]
async fn only_what_matches_is_checked() {
    let room = Room::new().await;
    room.add("Anthropic production", "works").await;
    room.add("Other", "works").await;
    let wanted = |request: CheckAllRequest| {
        let room = &room;
        async move {
            let came = room.app.check_all(&room.actor, request, never(), |_| {}).await.unwrap();
            came.results.into_iter().map(|r| r.name).collect::<Vec<_>>()
        }
    };
    let search = Some("production".to_owned());
    assert_eq!(wanted(CheckAllRequest { search, ..Default::default() }).await, ["Anthropic production"]);
    let tts = Some(ProviderType::Tts);
    assert_eq!(wanted(CheckAllRequest { r#type: tts, ..Default::default() }).await, Vec::<String>::new());
    let scope = Some("system".to_owned());
    assert_eq!(wanted(CheckAllRequest { scope, ..Default::default() }).await, Vec::<String>::new());
    let status = Some("works".to_owned());
    assert_eq!(wanted(CheckAllRequest { status, ..Default::default() }).await, ["Anthropic production"]);
}

#[tokio::test]
async fn stopping_comes_back_at_once_and_keeps_what_there_is() {
    let room = Room::new().await;
    for name in ["a", "b", "c"] {
        room.add(name, "works").await;
    }
    for name in ["x", "y"] {
        room.add(name, "stall").await;
    }
    let (press, pressed) = tokio::sync::oneshot::channel();
    let mut press = Some(press);
    let stop = async {
        let _ = pressed.await;
    };
    let request = CheckAllRequest { concurrency: Some(5), ..Default::default() };
    let progress = |event| {
        if let CheckEvent::Checked { done: 3, .. } = event {
            let _ = press.take().unwrap().send(());
        }
    };
    // Without the stop this would wait for the time-out of the two that get no answer, which is a failure below.
    let came = room.app.check_all(&room.actor, request, stop, progress).await.unwrap();
    let works = Some(VerdictKind::Works);
    assert_eq!(kinds(&came.results), [("a", works), ("b", works), ("c", works)]);
    assert!(came.stopped && came.total == 5);
    let stored = room.stored().await;
    assert_eq!(stored.values().filter(|v| **v == works).count(), 3);
    assert_eq!((stored["x"], stored["y"]), (None, None), "what was given up is no verdict");
}

#[tokio::test]
async fn dropping_keeps_what_was_told() {
    let room = Room::new().await;
    room.add("a", "works").await;
    room.add("x", "stall").await;
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    {
        let progress = |event| {
            if let CheckEvent::Checked { .. } = event {
                let _ = tell.take().unwrap().send(());
            }
        };
        let checking = room.app.check_all(&room.actor, CheckAllRequest::default(), never(), progress);
        tokio::select! {
            _ = checking => panic!("one of them gets no answer"),
            _ = told => {}
        }
    }
    let stored = room.stored().await;
    assert_eq!((stored["a"], stored["x"]), (Some(VerdictKind::Works), None));
}

#[tokio::test]
async fn no_more_than_so_many_run_at_once() {
    let room = Room::new().await;
    for n in 0..6 {
        room.add(&format!("key {n}"), "stall").await;
    }
    let asked = Arc::new(Mutex::new(0));
    let stop = async {
        // Until the provider has three requests; a fourth would have been sent before this is looked at again.
        while room.provider.requests().len() < 3 {
            tokio::task::yield_now().await;
        }
    };
    let request = CheckAllRequest { concurrency: Some(3), ..Default::default() };
    let progress = |event| {
        if let CheckEvent::Asking { .. } = event {
            *asked.lock().unwrap() += 1;
        }
    };
    let came = room.app.check_all(&room.actor, request, stop, progress).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), 3, "the fourth waits until one has ended");
    assert!(came.results.is_empty() && came.stopped);
}

#[tokio::test]
async fn roles_check_what_they_may() {
    let room = Room::new().await;
    room.add("own", "works").await;
    room.add_to("system", "shared", "works").await;
    let other = room.app.create_organisation(&room.actor, OrganisationCreateRequest { name: "Other".into() }).await;
    room.add_to(&other.unwrap().id, "foreign", "works").await;
    let own = OrganisationId::parse(&room.organisation).unwrap();
    let mut actor = room.actor.clone();

    actor.rights = Rights::admin_of(vec![own]);
    let came = room.app.check_all(&actor, CheckAllRequest::default(), never(), |_| {}).await.unwrap();
    assert_eq!(kinds(&came.results), [("own", Some(VerdictKind::Works))]);
    assert_eq!(came.not_permitted, 1, "what all share is seen and not checked");
    let system = CheckAllRequest { scope: Some("system".into()), ..Default::default() };
    let refused = room.app.check_all(&actor, system, never(), |_| {}).await;
    assert!(matches!(refused, Err(AppError::NotPermitted { needed: "a super admin" })));

    actor.rights = Rights::member_of(vec![own]);
    let refused = room.app.check_all(&actor, CheckAllRequest::default(), never(), |_| {}).await;
    assert!(matches!(refused, Err(AppError::NotPermitted { .. })));
    assert_eq!(room.provider.requests().len(), 1, "nobody else was asked about");
}

#[tokio::test]
async fn an_id_that_is_not_there_is_refused_before_anybody_is_asked() {
    let room = Room::new().await;
    let gone = room.add("gone", "works").await;
    let ids = [room.add("kept", "works").await.id, gone.id.clone()];
    room.app.delete(&room.actor, CredentialDeleteRequest { id: gone.id, confirm: None }).await.unwrap();
    let refused = room.app.check_many(&room.actor, &ids, None, never(), |_| {}).await;
    assert!(matches!(refused, Err(AppError::NotFound { .. } | AppError::Vault(_))));
    assert!(room.provider.requests().is_empty());
    let came = room.app.check_many(&room.actor, &ids[..1], None, never(), |_| {}).await.unwrap();
    assert_eq!(kinds(&came.results), [("kept", Some(VerdictKind::Works))]);
}

#[tokio::test]
async fn one_that_cannot_be_checked_at_all_says_so_and_keeps_no_other_waiting() {
    let room = Room::new().await;
    room.add("fine", "works").await;
    let folder = room.app.own_providers();
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("our-gateway.toml");
    std::fs::write(&file, OWN_PROVIDER).unwrap();
    room.app.refresh_catalogue();
    room.add_of("our-gateway", "orphan").await;
    std::fs::remove_file(&file).unwrap();
    room.app.refresh_catalogue();
    let came = room.app.check_all(&room.actor, CheckAllRequest::default(), never(), |_| {}).await.unwrap();
    assert_eq!(kinds(&came.results), [("fine", Some(VerdictKind::Works)), ("orphan", None)]);
    assert!(came.results[1].error.as_ref().unwrap().message.contains("our-gateway"));
    assert_eq!(room.stored().await["orphan"], None);
}

#[tokio::test]
async fn old_keys_are_asked_about_until_they_are_refused() {
    let room = Room::new().await;
    let id = room.add("Claude", "works").await.id;
    let other = room.add("Left", "rejected").await.id;
    for id in [&id, &other] {
        let new = SecretInput::new("sk-ant-api03-FAKE-works-new-0123456789".into());
        let fields = BTreeMap::from([("api_key".to_owned(), FieldEdit::Replace(new))]);
        let request = CredentialReplaceRequest { id: id.clone(), revision: None, fields, check: false, again: false };
        room.app.replace(&room.actor, request).await.unwrap();
        let switch = CredentialSwitchRequest { id: id.clone(), expiry: None };
        room.app.replace_switch(&room.actor, switch).await.unwrap();
    }
    let never = std::future::pending();
    let came = room.app.check_all(&room.actor, CheckAllRequest::default(), never, |_| {}).await.unwrap();
    let told: Vec<_> = came.results.iter().map(|one| (one.name.as_str(), one.old_key)).collect();
    assert_eq!(told, [("Claude", Some(VerdictKind::Works)), ("Left", Some(VerdictKind::Rejected))]);
    assert!(came.results.iter().all(|one| one.verdict.as_ref().unwrap().kind == VerdictKind::Works));
    let kept = async |id: &str| {
        let request = CredentialRequest { id: id.to_owned() };
        room.app.show(&room.actor, request).await.unwrap().replacement.is_some()
    };
    assert!(kept(&id).await, "what still works is kept and told");
    assert!(!kept(&other).await, "what is dead is destroyed");
}
