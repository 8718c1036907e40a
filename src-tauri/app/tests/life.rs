//! Replacing, defaults, expiry and deletion, against a stand-in provider.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use strongroom_app::views::{
    CredentialAddRequest, CredentialDeleteRequest, CredentialEditRequest, CredentialReplaceRequest, CredentialRequest,
    CredentialState, CredentialSwitchRequest, CredentialView, ExpiryEdit, FieldEdit, ReplacementStageView, SaveOutcome,
};
use strongroom_app::{
    Actor, AppError, DeliveryRequest, NewVaultRequest, SecretInput, SecretText, Strongroom, StrongroomSettings,
    VerdictKind,
};
use strongroom_standin::{Reply, Seen, Standin};
use tempfile::TempDir;

/// A vault, and a provider that refuses the keys that were revoked.
struct Room {
    folder: TempDir,
    app: Strongroom,
    actor: Actor,
    organisation: String,
    provider: Standin,
    revoked: Arc<Mutex<BTreeSet<String>>>,
}

fn open(folder: &TempDir) -> Strongroom {
    Strongroom::new(StrongroomSettings {
        home: Some(folder.path().join("vault")),
        master_key: Some(SecretText::new("RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=".to_owned())),
        passphrase: None,
    })
}

const OLD: &str = "sk-ant-api03-FAKE-FAKE-FAKE-old-Qz7x";
const NEW: &str = "sk-ant-api03-FAKE-FAKE-FAKE-new-Wk4v";

impl Room {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = open(&folder);
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
        let revoked: Arc<Mutex<BTreeSet<String>>> = Arc::default();
        let known = Arc::clone(&revoked);
        let answer = move |seen: &Seen| {
            let key = seen.header("x-api-key").unwrap_or_default();
            if known.lock().unwrap().contains(key) {
                let error =
                    r#"{"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}"#;
                return Reply::new(401, error);
            }
            Reply::new(200, r#"{"data": [{"type": "model", "id": "claude-fake"}], "has_more": false}"#)
        };
        let provider = Standin::with(0, answer).await.unwrap();
        Self { folder, app, actor, organisation, provider, revoked }
    }

    fn new_request(&self, provider: &str, name: &str, fields: &[(&str, &str)]) -> CredentialAddRequest {
        CredentialAddRequest {
            provider: provider.into(),
            auth: None,
            name: name.into(),
            key: None,
            category: None,
            scope: self.organisation.clone(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields: fields.iter().map(|(id, v)| ((*id).to_owned(), SecretInput::new((*v).to_owned()))).collect(),
            check: false,
        }
    }

    async fn add(&self, request: CredentialAddRequest) -> CredentialView {
        stored(self.app.add(&self.actor, request).await.unwrap())
    }

    async fn claude(&self) -> CredentialView {
        let url = self.provider.url();
        self.add(self.new_request("anthropic", "Claude", &[("api_key", OLD), ("base_url", &url)])).await
    }

    async fn replace(&self, id: &str, key: &str) -> Result<SaveOutcome, AppError> {
        let edit = FieldEdit::Replace(SecretInput::new(key.into()));
        let request = CredentialReplaceRequest {
            id: id.into(),
            revision: None,
            fields: BTreeMap::from([("api_key".to_owned(), edit)]),
            check: true,
            again: false,
        };
        self.app.replace(&self.actor, request).await
    }

    /// The key that a program would get.
    async fn in_force(&self) -> String {
        use secrecy::ExposeSecret;
        let request = DeliveryRequest {
            keys: vec!["ANTHROPIC_API_KEY".into()],
            program: "agent".into(),
            ..DeliveryRequest::default()
        };
        let delivery = self.app.deliver(&self.actor, request).await.unwrap();
        let found = delivery.variables.iter().find(|one| one.name == "ANTHROPIC_API_KEY").unwrap();
        // Exposed to be compared.
        found.value.expose_secret().to_owned()
    }

    fn revoke(&self, key: &str) {
        self.revoked.lock().unwrap().insert(key.to_owned());
    }
}

fn stored(outcome: SaveOutcome) -> CredentialView {
    match outcome {
        SaveOutcome::Stored { credential } => *credential,
        SaveOutcome::Refused { verdict, .. } => panic!("{verdict:?}"),
    }
}

fn switched(id: &str, expiry: Option<ExpiryEdit>) -> CredentialSwitchRequest {
    CredentialSwitchRequest { id: id.into(), expiry }
}

fn one(id: &str) -> CredentialRequest {
    CredentialRequest { id: id.into() }
}

#[tokio::test]
async fn a_key_is_replaced_without_a_moment_in_which_none_is_there() {
    let mut room = Room::new().await;
    let id = room.claude().await.id;
    let waiting = stored(room.replace(&id, NEW).await.unwrap());
    let there = waiting.replacement.as_ref().unwrap();
    assert_eq!(there.stage, ReplacementStageView::New);
    assert_eq!(there.secrets["api_key"].as_deref(), Some("Wk4v"));
    assert_eq!(there.verdict.as_ref().map(|v| v.kind), Some(VerdictKind::Works), "checked beside the old one");
    assert_eq!(waiting.secrets["api_key"].tail.as_deref(), Some("Qz7x"));
    assert_eq!(room.in_force().await, OLD, "nothing in force has changed");

    // The window is closed and opened again in between.
    let again = open(&room.folder);
    std::mem::replace(&mut room.app, again).close().await.unwrap();
    let kept = room.app.show(&room.actor, one(&id)).await.unwrap();
    assert_eq!(kept.replacement.as_ref().unwrap().secrets["api_key"].as_deref(), Some("Wk4v"), "neither is lost");

    let new = room.app.replace_switch(&room.actor, switched(&id, None)).await.unwrap();
    assert_eq!(new.secrets["api_key"].tail.as_deref(), Some("Wk4v"));
    assert_eq!(new.verdict.as_ref().map(|v| v.kind), Some(VerdictKind::Works), "its verdict comes with it");
    let old = new.replacement.as_ref().unwrap();
    assert_eq!((old.stage, old.secrets["api_key"].as_deref()), (ReplacementStageView::Old, Some("Qz7x")));
    assert_eq!(room.in_force().await, NEW);
    assert!(room.replace(&id, OLD).await.is_err(), "one replacement after the other");

    let alive = room.app.replace_check(&room.actor, one(&id)).await.unwrap();
    let old = alive.replacement.as_ref().unwrap();
    assert_eq!(old.verdict.as_ref().map(|v| v.kind), Some(VerdictKind::Works), "the old one is not revoked yet");
    room.revoke(OLD);
    let done = room.app.replace_check(&room.actor, one(&id)).await.unwrap();
    assert!(done.replacement.is_none(), "refused by the provider, it is dead and destroyed");
    assert_eq!(done.verdict.as_ref().map(|v| v.kind), Some(VerdictKind::Works), "the one in force is untouched");
    assert_eq!(room.in_force().await, NEW);
    assert!(matches!(room.app.replace_check(&room.actor, one(&id)).await, Err(AppError::NotFound { .. })));
    assert!(room.app.doctor(&room.actor).await.unwrap().healthy, "nothing looks put back");
}

#[tokio::test]
async fn a_new_key_that_is_refused_never_takes_the_place() {
    let room = Room::new().await;
    let id = room.claude().await.id;
    room.revoke(NEW);
    let refused = room.replace(&id, NEW).await.unwrap();
    assert!(matches!(refused, SaveOutcome::Refused { verdict, .. } if verdict.kind == VerdictKind::Rejected));
    assert!(room.app.show(&room.actor, one(&id)).await.unwrap().replacement.is_none(), "nothing is kept");

    room.revoked.lock().unwrap().clear();
    stored(room.replace(&id, NEW).await.unwrap());
    room.revoke(NEW);
    let waiting = room.app.replace_check(&room.actor, one(&id)).await.unwrap();
    assert!(waiting.replacement.is_some(), "a new key is not destroyed by a verdict");
    assert!(matches!(room.app.replace_switch(&room.actor, switched(&id, None)).await, Err(AppError::NewKeyRefused)));
    assert_eq!(room.in_force().await, OLD);
    assert!(room.app.replace_discard(&room.actor, one(&id)).await.unwrap().replacement.is_none());
    let blank = room.replace(&id, "  ").await.unwrap_err();
    assert_eq!(blank.view().fields[0].field, "api_key");
}

#[tokio::test]
async fn a_key_that_waits_is_not_lost_to_the_next_one() {
    let room = Room::new().await;
    let id = room.claude().await.id;
    stored(room.replace(&id, NEW).await.unwrap());
    let other = "sk-ant-api03-FAKE-other-key-that-somebody-enters-next-Zz9z";
    let refused = room.replace(&id, other).await.unwrap_err();
    assert_eq!(refused.view().kind, "new_key_waits");
    let kept = room.app.show(&room.actor, one(&id)).await.unwrap().replacement.unwrap();
    assert_eq!(kept.secrets["api_key"].as_deref(), Some("Wk4v"));
    let edit = FieldEdit::Replace(SecretInput::new(other.into()));
    let fields = BTreeMap::from([("api_key".to_owned(), edit)]);
    let request = CredentialReplaceRequest { id: id.clone(), revision: None, fields, check: true, again: true };
    let after = stored(room.app.replace(&room.actor, request).await.unwrap());
    assert_eq!(after.replacement.unwrap().secrets["api_key"].as_deref(), Some("Zz9z"));
}

#[tokio::test]
async fn a_switch_is_taken_back_while_the_old_key_is_kept() {
    let room = Room::new().await;
    let id = room.claude().await.id;
    room.app.check(&room.actor, one(&id)).await.unwrap();
    stored(room.replace(&id, NEW).await.unwrap());
    assert!(room.app.replace_back(&room.actor, one(&id)).await.is_err(), "there is nothing to go back to yet");
    room.app.replace_switch(&room.actor, switched(&id, None)).await.unwrap();
    let back = room.app.replace_back(&room.actor, one(&id)).await.unwrap();
    assert_eq!(room.in_force().await, OLD);
    assert_eq!(back.verdict.as_ref().map(|v| v.kind), Some(VerdictKind::Works), "what was known of it comes back");
    let new = back.replacement.unwrap();
    assert_eq!((new.stage, new.secrets["api_key"].as_deref()), (ReplacementStageView::New, Some("Wk4v")));
    assert!(new.fields.is_empty(), "no plain field differs");
    // And forth again: the verdict of the new key still speaks of the values that it was found beside.
    let forth = room.app.replace_switch(&room.actor, switched(&id, None)).await.unwrap();
    assert_eq!(forth.verdict.as_ref().map(|v| v.kind), Some(VerdictKind::Works));
    assert_eq!(room.in_force().await, NEW);
    assert!(room.app.doctor(&room.actor).await.unwrap().healthy, "nothing looks put back");
    room.app.replace_discard(&room.actor, one(&id)).await.unwrap();
    assert!(room.app.replace_back(&room.actor, one(&id)).await.is_err(), "what is destroyed does not come back");
}

#[tokio::test]
async fn a_new_key_brings_its_own_end() {
    let room = Room::new().await;
    let id = room.claude().await.id;
    stored(room.replace(&id, NEW).await.unwrap());
    let end = |at: Option<&str>| Some(ExpiryEdit { expires_at: at.map(str::to_owned), reminder_days: Some(7) });
    let nonsense = room.app.replace_switch(&room.actor, switched(&id, end(Some("soon")))).await.unwrap_err();
    assert_eq!(nonsense.view().fields[0].field, "expires_at");
    assert_eq!(room.in_force().await, OLD, "nothing is switched where the end makes no sense");
    let past = room.app.replace_switch(&room.actor, switched(&id, end(Some("2020-01-01")))).await.unwrap();
    assert_eq!((past.state, past.reminder_days), (CredentialState::Expired, 7));
    room.app.replace_back(&room.actor, one(&id)).await.unwrap();
    let never = room.app.replace_switch(&room.actor, switched(&id, end(None))).await.unwrap();
    assert_eq!((never.state, never.expires_at), (CredentialState::Checked, None));
}

#[tokio::test]
async fn there_is_one_default_and_the_first_of_azure_embeddings_becomes_it() {
    let room = Room::new().await;
    let fields = [
        ("api_key", "FAKE0000FAKE1111FAKE2222FAKE3333"),
        ("endpoint", "https://fake-resource.openai.azure.com"),
        ("deployment", "fake-embeddings"),
    ];
    let provider = "azure-openai-embeddings";
    let first = room.add(room.new_request(provider, "First", &fields)).await;
    assert!(first.default, "the first one becomes the default");
    let second = room.add(room.new_request(provider, "Second", &fields)).await;
    assert!(!second.default, "the second one does not");
    let mut third = room.new_request(provider, "Third", &fields);
    third.default = true;
    assert!(room.add(third).await.default);
    assert!(!room.app.show(&room.actor, one(&first.id)).await.unwrap().default, "there is one at a time");
    assert!(!room.claude().await.default, "other providers have none until one is chosen");
}

#[tokio::test]
async fn an_expired_credential_is_never_used() {
    let room = Room::new().await;
    let id = room.claude().await.id;
    let edit = |expires_at: Option<&str>, reminder_days| CredentialEditRequest {
        id: id.clone(),
        revision: None,
        name: None,
        key: None,
        category: None,
        default: None,
        expiry: Some(ExpiryEdit { expires_at: expires_at.map(str::to_owned), reminder_days }),
        fields: BTreeMap::new(),
        check: false,
    };
    let later = stored(room.app.edit(&room.actor, edit(Some("2099-12-31"), Some(14))).await.unwrap());
    assert!(later.expires_at.as_deref().is_some_and(|at| at.starts_with("2099-12-31") || at.starts_with("2100-01-01")));
    assert_eq!(later.reminder_days, 14);
    assert_eq!(room.in_force().await, OLD);
    let past = stored(room.app.edit(&room.actor, edit(Some("2020-01-01"), None)).await.unwrap());
    assert_eq!((past.state, past.reminder_days), (CredentialState::Expired, 14), "a reminder that is not named stays");
    let request = DeliveryRequest {
        keys: vec!["ANTHROPIC_API_KEY".into()],
        program: "agent".into(),
        ..DeliveryRequest::default()
    };
    let refused = room.app.deliver(&room.actor, request).await.unwrap_err();
    assert!(matches!(&refused, AppError::NothingResolves { reason, .. } if reason.contains("expired")), "{refused}");
    let nonsense = room.app.edit(&room.actor, edit(Some("next week"), None)).await.unwrap_err();
    assert_eq!(nonsense.view().fields[0].field, "expires_at");
    let never = stored(room.app.edit(&room.actor, edit(None, None)).await.unwrap());
    assert!(never.expires_at.is_none());
}

#[tokio::test]
async fn what_is_in_use_is_deleted_under_its_exact_name_alone() {
    let room = Room::new().await;
    let id = room.claude().await.id;
    assert!(!room.app.delete_impact(&room.actor, one(&id)).await.unwrap().in_use);
    room.in_force().await;
    let impact = room.app.delete_impact(&room.actor, one(&id)).await.unwrap();
    assert!(impact.in_use && impact.impact.iter().any(|one| one.kind == "program"));
    for confirm in [None, Some("claude".to_owned()), Some("Claude ".to_owned())] {
        let refused = room.app.delete(&room.actor, CredentialDeleteRequest { id: id.clone(), confirm }).await;
        assert_eq!(refused.unwrap_err().view().fields[0].field, "confirm");
    }
    let confirm = Some("Claude".to_owned());
    let gone = room.app.delete(&room.actor, CredentialDeleteRequest { id: id.clone(), confirm }).await.unwrap();
    assert_eq!(gone.deleted, id);
}
