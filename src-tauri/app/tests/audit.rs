//! The audit as people read it: what leaves an entry, who sees it, in which words, and as which file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use strongroom_app::views::{
    AuditExportRequest, AuditFormat, AuditGroup, AuditRequest, AuditRetentionRequest, AuditVerifyRequest,
    CredentialAddRequest, CredentialEnableRequest, CredentialRequest, OrganisationArchiveRequest,
    OrganisationCreateRequest, PersonReturnRequest, SaveOutcome, VaultUnlockRequest, WitnessWord,
};
use strongroom_app::{
    Actor, AppError, DeliveryRequest, NewVaultRequest, Rights, SecretInput, SecretText, Strongroom, StrongroomSettings,
};
use strongroom_standin::{Reply, Standin};
use strongroom_vault::{OrganisationId, PersonId};
use tempfile::TempDir;

const PASSPHRASE: &str = "FAKE correct horse";

struct Room {
    _folder: TempDir,
    app: Strongroom,
    owner: Actor,
    acme: String,
}

impl Room {
    async fn open(passphrase: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SecretText::new("RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=".to_owned());
        let app = Strongroom::new(StrongroomSettings {
            home: Some(folder.path().join("vault")),
            master_key: passphrase.is_none().then_some(key),
            passphrase: None,
        });
        let new = NewVaultRequest {
            person: Some("Olga Owner".into()),
            organisation: Some("Acme".into()),
            recovery_kit: None,
            passphrase: passphrase.map(|text| SecretText::new(text.to_owned())),
            demonstration: false,
        };
        app.create(new).await.unwrap();
        let owner = app.actor().await.unwrap();
        let acme = app.organisations(&owner).await.unwrap()[0].id.clone();
        Self { _folder: folder, app, owner, acme }
    }

    async fn add(&self, name: &str, key: &str, scope: &str) -> String {
        let token = format!("FAKE-token-of-{key}-0123456789");
        match self.add_with(name, key, scope, "api-token", &[("token", &token)], false).await {
            SaveOutcome::Stored { credential } => credential.id,
            SaveOutcome::Refused { .. } => panic!("{name}"),
        }
    }

    async fn add_with(
        &self,
        name: &str,
        key: &str,
        scope: &str,
        provider: &str,
        fields: &[(&str, &str)],
        check: bool,
    ) -> SaveOutcome {
        let fields = fields.iter().map(|(id, value)| ((*id).to_owned(), SecretInput::new((*value).to_owned())));
        let request = CredentialAddRequest {
            provider: provider.into(),
            auth: None,
            name: name.into(),
            key: Some(key.into()),
            category: None,
            scope: scope.into(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields: fields.collect(),
            check,
        };
        self.app.add(&self.owner, request).await.unwrap()
    }

    /// Somebody else with these rights.
    fn somebody(&self, rights: Rights) -> Actor {
        Actor { person: PersonId::make(), name: "Sam Somebody".into(), rights, ..self.owner.clone() }
    }

    /// What is told of the entries that match, the newest first.
    async fn told(&self, actor: &Actor, request: AuditRequest) -> Vec<String> {
        let list = self.app.audit(actor, request).await.unwrap();
        list.items.into_iter().map(|entry| format!("{} – {}", entry.said, entry.object)).collect()
    }

    async fn refused(&self) -> Vec<String> {
        self.told(&self.owner, AuditRequest { group: Some(AuditGroup::Refused), ..AuditRequest::default() }).await
    }
}

fn delivery(keys: &[&str]) -> DeliveryRequest {
    DeliveryRequest {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        program: "agent".into(),
        ..DeliveryRequest::default()
    }
}

#[tokio::test]
async fn what_is_refused_leaves_an_entry() {
    let room = Room::open(None).await;
    let (app, owner) = (&room.app, &room.owner);
    let id = room.add("Main", "MAIN_TOKEN", &room.acme).await;
    let acme = OrganisationId::parse(&room.acme).unwrap();
    let member = room.somebody(Rights::member_of(vec![acme]));

    let off = CredentialEnableRequest { id: id.clone(), enabled: false };
    let refused = app.set_enabled(&member, off).await;
    assert!(matches!(refused, Err(AppError::NotPermitted { .. })));
    let made = app.create_organisation(&member, OrganisationCreateRequest { name: "Third".into() }).await;
    assert!(matches!(made, Err(AppError::NotPermitted { .. })));
    let stranger = room.somebody(Rights::none());
    assert!(app.show(&stranger, CredentialRequest { id: id.clone() }).await.is_err());
    assert!(app.audit(&stranger, AuditRequest::default()).await.is_err());
    let nothing = app.deliver(owner, delivery(&["MAIN_TOKEN", "FAKE_SECRET_BY_MISTAKE"])).await;
    assert!(matches!(nothing, Err(AppError::NothingResolves { .. })));
    let archive = |archived| OrganisationArchiveRequest { id: room.acme.clone(), archived };
    app.archive_organisation(owner, archive(true)).await.unwrap();
    let archived = app.actor().await.unwrap();
    assert!(matches!(app.check(&archived, CredentialRequest { id }).await, Err(AppError::Archived)));
    app.archive_organisation(owner, archive(false)).await.unwrap();
    let code = SecretInput::new("00000-00000-00000-00000-00000-00000-00000-00000".into());
    let wrong = app.return_to_owner(PersonReturnRequest { kit_path: None, code: Some(code) }).await;
    assert!(wrong.is_err());

    let refused = room.refused().await;
    assert_eq!(
        refused[refused.len() - 6..],
        [
            "Was refused: checking credentials – Main",
            "Was refused: handing credentials to a program – agent",
            "Was refused: reading the audit – ",
            "Was refused: seeing credentials – Main",
            "Was refused: changing organisations – ",
            "Was refused: changing credentials – Main",
        ]
    );
    let all = app.audit(owner, AuditRequest::default()).await.unwrap();
    let about = all.items.iter().find(|entry| entry.object == "agent").unwrap();
    let asked = about.details.iter().find(|fact| fact.key == "about").unwrap();
    assert_eq!(asked.value, "MAIN_TOKEN", "what no credential has as its key may be anything");
    assert!(app.verify_audit(owner, AuditVerifyRequest::default()).await.unwrap().intact);
}

#[tokio::test]
async fn values_that_were_checked_and_not_stored_leave_an_entry() {
    let room = Room::open(None).await;
    let provider = Standin::with(0, |_| {
        let error = serde_json::json!({"type": "authentication_error", "message": "invalid x-api-key"});
        Reply::new(401, &serde_json::json!({"type": "error", "error": error}).to_string())
    });
    let provider = provider.await.unwrap();
    let fields = [("api_key", "sk-ant-api03-FAKE-FAKE-FAKE-bad-e5f6"), ("base_url", &provider.url())];
    let outcome = room.add_with("Draft", "DRAFT_KEY", "system", "anthropic", &fields, true).await;
    assert!(matches!(outcome, SaveOutcome::Refused { .. }));
    let checks = AuditRequest { group: Some(AuditGroup::Checks), ..AuditRequest::default() };
    assert_eq!(room.told(&room.owner, checks).await, ["Checked values that were not stored: rejected – Draft"]);
}

#[tokio::test]
async fn wrong_passphrases_are_told_once_the_right_one_has_come() {
    let room = Room::open(Some(PASSPHRASE)).await;
    let home = room.app.home().to_owned();
    room.app.close().await.unwrap();
    let app = Strongroom::new(StrongroomSettings { home: Some(home), ..StrongroomSettings::default() });
    let unlock = |text: &str| VaultUnlockRequest { passphrase: SecretInput::new(text.into()) };
    for _ in 0..2 {
        assert!(app.unlock(unlock("FAKE wrong")).await.is_err());
    }
    app.unlock(unlock(PASSPHRASE)).await.unwrap();
    let actor = app.actor().await.unwrap();
    let list = app.audit(&actor, AuditRequest { limit: Some(1), ..AuditRequest::default() }).await.unwrap();
    assert_eq!(list.items[0].said, "Was refused: a passphrase");
    let times = list.items[0].details.iter().find(|fact| fact.key == "times").unwrap();
    assert_eq!(times.value, "2");
}

#[tokio::test]
async fn people_see_their_organisations_and_what_they_did() {
    let room = Room::open(None).await;
    let other = room.app.create_organisation(&room.owner, OrganisationCreateRequest { name: "Other".into() }).await;
    let other = other.unwrap().id;
    room.add("Main", "MAIN_TOKEN", &room.acme).await;
    room.add("Theirs", "OTHER_TOKEN", &other).await;
    room.app.deliver(&room.owner, delivery(&["MAIN_TOKEN", "OTHER_TOKEN"])).await.unwrap();
    let acme = OrganisationId::parse(&room.acme).unwrap();

    let admin = room.somebody(Rights::admin_of(vec![acme]));
    let seen = room.told(&admin, AuditRequest::default()).await;
    assert_eq!(
        seen,
        ["Handed credentials to a program – agent", "Added a credential – Main", "Added an organisation – Acme"]
    );
    let delivered = &room.app.audit(&admin, AuditRequest::default()).await.unwrap().items[0];
    let value = |key: &str| delivered.details.iter().find(|fact| fact.key == key).map(|fact| fact.value.clone());
    assert_eq!(value("credentials").as_deref(), Some("Main"), "the names of others are not told");
    assert_eq!(value("hidden").as_deref(), Some("1"));
    let overview = room.app.audit_overview(&admin).await.unwrap();
    assert!(!overview.may_manage && overview.people.iter().all(|one| one.name == "Olga Owner"));

    let member = room.somebody(Rights::member_of(vec![acme]));
    assert_eq!(room.told(&member, AuditRequest::default()).await, Vec::<String>::new());
    room.app.deliver(&member, delivery(&["MAIN_TOKEN"])).await.unwrap();
    assert_eq!(room.told(&member, AuditRequest::default()).await, ["Handed credentials to a program – agent"]);
    let asked = AuditRequest { person: Some("olga owner".into()), ..AuditRequest::default() };
    assert!(matches!(room.app.audit(&member, asked).await, Err(AppError::NotFound { .. })), "others are not named");
}

#[tokio::test]
async fn what_is_asked_for_is_found_and_paged() {
    let room = Room::open(None).await;
    for number in 0..5 {
        room.add(&format!("Token {number}"), &format!("TOKEN_{number}"), &room.acme).await;
    }
    let ask = |request: AuditRequest| room.told(&room.owner, request);
    assert_eq!(
        ask(AuditRequest { object: Some("token 3".into()), ..AuditRequest::default() }).await,
        ["Added a credential – Token 3"]
    );
    assert_eq!(ask(AuditRequest { search: Some("oken 4".into()), ..AuditRequest::default() }).await.len(), 1);
    assert_eq!(ask(AuditRequest { person: Some("OLGA OWNER".into()), ..AuditRequest::default() }).await.len(), 7);
    assert_eq!(ask(AuditRequest { until: Some("2020-01-31".into()), ..AuditRequest::default() }).await.len(), 0);
    let today = jiff::Zoned::now().date().to_string();
    let both = AuditRequest { from: Some("2020-01-31".into()), until: Some(today), ..AuditRequest::default() };
    assert_eq!(ask(both).await.len(), 7, "the last day is in the span");
    for bad in [
        AuditRequest { from: Some("yesterday".into()), ..AuditRequest::default() },
        AuditRequest { after: Some("x".into()), ..AuditRequest::default() },
        AuditRequest { object: Some("nobody's".into()), ..AuditRequest::default() },
        AuditRequest { scope: Some("nobody's".into()), ..AuditRequest::default() },
    ] {
        assert!(room.app.audit(&room.owner, bad).await.is_err());
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let request = AuditRequest { limit: Some(3), after, ..AuditRequest::default() };
        let page = room.app.audit(&room.owner, request).await.unwrap();
        seen.extend(page.items.iter().map(|entry| entry.sequence));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn an_export_is_safe_and_says_whether_the_log_is_whole() {
    let room = Room::open(None).await;
    room.add("=cmd|' /C calc'!A0", "FORMULA_TOKEN", &room.acme).await;
    let export = |format| AuditExportRequest { list: AuditRequest::default(), format };
    let text = async |format| {
        let mut out = Vec::new();
        let count = room.app.export_audit(&room.owner, export(format), &mut out).await.unwrap();
        assert_eq!(count, 3);
        String::from_utf8(out).unwrap()
    };
    let csv = text(AuditFormat::Csv).await;
    assert!(csv.contains("\"'=cmd|"), "{csv}");
    assert_eq!(csv.lines().count(), 4);
    let json: serde_json::Value = serde_json::from_str(&text(AuditFormat::Json).await).unwrap();
    assert_eq!(json["verification"]["intact"], true);
    assert_eq!((&json["verification"]["entries"], json["entries"].as_array().unwrap().len()), (&3.into(), 3));
    assert_eq!(json["entries"][0]["said"], "Added a credential");
    let lines: Vec<serde_json::Value> =
        text(AuditFormat::Jsonl).await.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);

    let path = room.app.home().join("audit.json");
    let written = room.app.write_audit(&room.owner, export(AuditFormat::Json), &path, false).await.unwrap();
    assert_eq!((written.entries, written.path), (3, path.display().to_string()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let again = room.app.write_audit(&room.owner, export(AuditFormat::Json), &path, false).await;
    assert!(matches!(again, Err(AppError::InvalidInput(_))), "never over a file that is there");
    let files = std::fs::read_dir(room.app.home()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(files.into_iter().all(|name| !name.to_string_lossy().ends_with(".part")));
}

#[tokio::test]
async fn how_long_entries_are_kept_is_chosen_and_told() {
    let room = Room::open(None).await;
    let chosen = room.app.set_audit_retention(&room.owner, AuditRetentionRequest { days: Some(365) }).await.unwrap();
    assert_eq!((chosen.days, chosen.removed), (Some(365), 0));
    assert_eq!(room.app.audit_overview(&room.owner).await.unwrap().retention_days, Some(365));
    assert_eq!(room.told(&room.owner, AuditRequest::default()).await[0], "Changed how long entries are kept – ");
    let bad = room.app.set_audit_retention(&room.owner, AuditRetentionRequest { days: Some(0) }).await;
    assert!(matches!(bad, Err(AppError::InvalidInput(fields)) if fields[0].field == "days"));
    room.app.tend_audit().await.unwrap();
    let verified = room.app.verify_audit(&room.owner, AuditVerifyRequest { accept: true }).await.unwrap();
    assert!(verified.intact && verified.witness.state == WitnessWord::NotKept);
    assert_eq!(verified.message, "3 entries, every one as it was written.");
}
