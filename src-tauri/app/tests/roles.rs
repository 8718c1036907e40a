//! Every operation of `Strongroom` against every role. An operation without a row here fails the last test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use strongroom_app::views::{
    AuditExportRequest, AuditFormat, AuditRequest, AuditRetentionRequest, AuditVerifyRequest, CheckAllRequest,
    ConsumerAddRequest, ConsumerEditRequest, ConsumerKind, ConsumerListRequest, ConsumerOptionsRequest,
    ConsumerRequest, CredentialAddRequest, CredentialDeleteRequest, CredentialEditRequest, CredentialEnableRequest,
    CredentialReplaceRequest, CredentialRequest, CredentialSwitchRequest, DetectRequest, ExplainRequest, FieldEdit,
    FormCheckRequest, ImportChoice, InventoryFormat, InventoryRequest, LaunchStopRequest, ListRequest, ModeSetRequest,
    OnboardingCompleteRequest, OnboardingMode, OnboardingRequest, OrganisationArchiveRequest,
    OrganisationCreateRequest, OrganisationRenameRequest, OrganisationSelectRequest, PersonAddRequest,
    PersonChangeRequest, PersonRequest, RecoveryKitRequest, SaveOutcome, UseRequest,
};
use strongroom_app::{
    Actor, AppError, DeliveryRequest, NewVaultRequest, Rights, SecretInput, SecretText, Strongroom, StrongroomSettings,
};
use strongroom_vault::{OrganisationId, PersonId};
use tempfile::TempDir;

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It was done, or what belongs to the organisation was seen.
    Done,
    /// It was refused for want of a role.
    Refused,
    /// It was answered without anything of the organisation.
    Nothing,
}
use Outcome::{Done, Nothing, Refused};

/// Super admin, admin of the organisation, admin of another one, member of the organisation, somebody without a role.
type Row = (&'static str, [Outcome; 5]);

const SUPER: [Outcome; 5] = [Done, Refused, Refused, Refused, Refused];
const ADMIN: [Outcome; 5] = [Done, Done, Refused, Refused, Refused];
const READ: [Outcome; 5] = [Done, Done, Refused, Done, Refused];
const SEEN: [Outcome; 5] = [Done, Done, Nothing, Done, Nothing];
/// Members see what they did themselves, and that is nothing here.
const AUDIT: [Outcome; 5] = [Done, Done, Nothing, Nothing, Refused];
const SHARED: [Outcome; 5] = [Done, Done, Done, Done, Refused];

/// After a stroke stands what else it is done to than the organisation's own credential.
const TABLE: [Row; 76] = [
    ("list", SEEN),
    ("counts", READ),
    ("attention", READ),
    ("inventory", SEEN),
    ("inventory/one", READ),
    ("write_inventory", SEEN),
    ("show", READ),
    ("show/system", SHARED),
    ("find", SEEN),
    ("status", SEEN),
    ("organisations", SEEN),
    ("select_organisation", READ),
    ("form_check", SEEN),
    ("detect", SEEN),
    ("deliver", SEEN),
    // The organisations bring their own keys: what is system-wide is for whoever may say on whose behalf it is.
    ("deliver/system", [Done, Nothing, Nothing, Nothing, Nothing]),
    ("plan_import", ADMIN),
    ("carry_out_import", ADMIN),
    ("add", ADMIN),
    ("add/system", SUPER),
    ("edit", ADMIN),
    ("edit/system", SUPER),
    ("set_enabled", ADMIN),
    ("set_enabled/system", SUPER),
    ("check", ADMIN),
    ("check/system", SUPER),
    ("check_all", [Done, Done, Nothing, Refused, Nothing]),
    ("check_many", ADMIN),
    ("connect", ADMIN),
    ("disconnect", ADMIN),
    ("replace", ADMIN),
    ("replace_check", ADMIN),
    ("replace_switch", ADMIN),
    ("replace_back", ADMIN),
    ("replace_discard", ADMIN),
    ("delete_impact", ADMIN),
    ("delete", ADMIN),
    ("delete/system", SUPER),
    ("consumers", SEEN),
    ("consumer", READ),
    ("find_consumer", SEEN),
    ("add_consumer", ADMIN),
    ("edit_consumer", ADMIN),
    ("edit_consumer/uses", READ),
    ("delete_consumer", ADMIN),
    ("consumer_options", READ),
    ("credential_of_model", READ),
    ("explain", READ),
    ("deliver/consumer", SEEN),
    ("onboarding", READ),
    ("readiness", READ),
    ("set_mode", ADMIN),
    ("change_mode", ADMIN),
    ("complete_onboarding", ADMIN),
    ("launch", [Done; 5]),
    ("stop_launch", SUPER),
    ("resume_launch", SUPER),
    ("create_organisation", SUPER),
    ("rename_organisation", SUPER),
    ("archive_organisation", SUPER),
    ("people", SUPER),
    ("add_person", SUPER),
    ("change_person", SUPER),
    ("change_person/self", SUPER),
    ("remove_person", SUPER),
    ("use_person", SUPER),
    ("renew_recovery_kit", SUPER),
    ("doctor", SUPER),
    ("edit/other", [Done, Refused, Done, Refused, Refused]),
    ("audit", AUDIT),
    ("audit_overview", SHARED),
    ("export_audit", AUDIT),
    ("write_audit", AUDIT),
    ("verify_audit", SUPER),
    ("set_audit_retention", SUPER),
    ("prune_audit", SUPER),
];

/// Operations that know no actor, and why each needs none.
const WITHOUT_ACTOR: [(&str, &str); 29] = [
    ("consumer_kinds", "is a table"),
    ("new", "makes the application and reads nothing"),
    ("home", "is a path"),
    ("own_providers", "is a path"),
    ("prepare_key", "lets the keychain answer"),
    ("close", "ends"),
    ("tend_audit", "carries out what a super admin chose; tested with the audit"),
    ("custody", "says who keeps the key"),
    ("data_version", "is a number"),
    ("actor", "says who acts"),
    ("actor_as", "says who acts, for super admins; tested with people"),
    ("scope", "turns a name into an id"),
    ("startup", "shows what the person at this computer may see; tested with people"),
    ("set_theme", "is the colours of this computer"),
    ("set_list_settings", "is how the list looks on this computer"),
    ("create", "makes a vault where there is none"),
    ("create_from_window", "makes a vault where there is none"),
    ("key_status", "says whether the key is at hand"),
    ("unlock", "asks for the passphrase"),
    ("recover", "asks for the recovery kit"),
    ("return_to_owner", "asks for the recovery kit; tested with people"),
    ("providers", "is the catalogue"),
    ("provider_view", "is the catalogue"),
    ("provider_files", "is the catalogue"),
    ("refresh_catalogue", "is the catalogue"),
    ("recognise", "looks at a text and at no vault"),
    ("compare_redirect", "compares a text with the catalogue"),
    ("compare_redirect_file", "compares a file with the catalogue"),
    ("read_import", "reads a file of the person"),
];

const SECRET: &str = "FAKE-token-of-the-organisation-a1b2";

fn open(home: &Path) -> Strongroom {
    Strongroom::new(StrongroomSettings {
        home: Some(home.to_owned()),
        master_key: Some(SecretText::new("RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=".to_owned())),
        passphrase: None,
    })
}

/// A vault of the organisations Own and Other with a credential each, one that is shared, and a person to change.
struct Template {
    folder: TempDir,
    ids: BTreeMap<&'static str, String>,
}

fn fields(values: &[(&str, &str)]) -> BTreeMap<String, SecretInput> {
    values.iter().map(|(id, text)| ((*id).to_owned(), SecretInput::new((*text).to_owned()))).collect()
}

fn new(provider: &str, scope: &str, name: &str, key: &str, values: &[(&str, &str)]) -> CredentialAddRequest {
    CredentialAddRequest {
        provider: provider.into(),
        auth: None,
        name: name.into(),
        key: Some(key.into()),
        category: None,
        scope: scope.into(),
        default: false,
        expires_at: None,
        reminder_days: None,
        fields: fields(values),
        check: false,
    }
}

fn replacement() -> BTreeMap<String, FieldEdit> {
    let edit = FieldEdit::Replace(SecretInput::new("FAKE-token-that-comes-after-c3d4".into()));
    [("token".to_owned(), edit)].into()
}

impl Template {
    async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = open(&folder.path().join("vault"));
        let new_vault = NewVaultRequest {
            person: Some("Olga Owner".into()),
            organisation: Some("Own".into()),
            recovery_kit: None,
            passphrase: None,
            demonstration: false,
        };
        app.create(new_vault).await.unwrap();
        let actor = app.actor().await.unwrap();
        let other = app.create_organisation(&actor, OrganisationCreateRequest { name: "Other".into() }).await.unwrap();
        let own = app.organisations(&actor).await.unwrap().into_iter().find(|o| o.name == "Own").unwrap().id;
        let mut ids = BTreeMap::from([("own", own.clone()), ("other", other.id.clone())]);
        let system = [("api_key", "sk-ant-api03-FAKE-FAKE-FAKE-shared-e5f6"), ("base_url", "http://127.0.0.1:1")];
        let rows = [
            ("credential", new("api-token", &own, "Mine", "OWN_TOKEN", &[("token", SECRET)])),
            ("shared", new("anthropic", "system", "Shared", "SHARED_KEY", &system)),
            (
                "theirs",
                new("api-token", &other.id, "Theirs", "OTHER_TOKEN", &[("token", "FAKE-token-of-another-9z8y")]),
            ),
        ];
        for (id, request) in rows {
            let SaveOutcome::Stored { credential } = app.add(&actor, request).await.unwrap() else { panic!("{id}") };
            ids.insert(id, credential.id);
        }
        let uses = vec![UseRequest {
            slot: "any".into(),
            provider: "api-token".into(),
            credential: Some(ids["credential"].clone()),
            model: None,
        }];
        let consumer = ConsumerAddRequest {
            kind: ConsumerKind::Skill,
            name: "Support line".into(),
            note: String::new(),
            organisation: own.clone(),
            uses,
        };
        ids.insert("consumer", app.add_consumer(&actor, consumer).await.unwrap().id);
        let person = PersonAddRequest {
            name: "Paul Person".into(),
            super_admin: false,
            admin_of: Vec::new(),
            member_of: vec![own],
        };
        ids.insert("person", app.add_person(&actor, person).await.unwrap().id);
        app.close().await.unwrap();
        Self { folder, ids }
    }

    /// A copy of the vault for one operation and one role.
    fn copy(&self) -> (TempDir, Strongroom) {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("vault");
        std::fs::create_dir(&home).unwrap();
        for file in std::fs::read_dir(self.folder.path().join("vault")).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                std::fs::copy(file.path(), home.join(file.file_name())).unwrap();
            }
        }
        (folder, open(&home))
    }

    fn id(&self, name: &str) -> String {
        self.ids[name].clone()
    }

    fn consumer(&self) -> ConsumerRequest {
        ConsumerRequest { id: self.id("consumer") }
    }

    fn edit(&self, name: Option<String>) -> ConsumerEditRequest {
        let uses = name.is_none().then(Vec::new);
        ConsumerEditRequest { id: self.id("consumer"), revision: None, name, note: None, uses }
    }

    fn one(&self, name: &str) -> CredentialRequest {
        CredentialRequest { id: self.id(name) }
    }
}

fn seen(yes: bool) -> Result<Outcome, AppError> {
    Ok(if yes { Done } else { Nothing })
}

fn edit(id: String) -> CredentialEditRequest {
    CredentialEditRequest {
        id,
        revision: None,
        name: Some("Renamed".into()),
        key: None,
        category: None,
        default: None,
        expiry: None,
        fields: BTreeMap::new(),
        check: false,
    }
}

fn export(only: Option<Vec<String>>) -> InventoryRequest {
    InventoryRequest { list: ListRequest::default(), only, format: InventoryFormat::Csv }
}

/// Does one operation of the table.
async fn perform(operation: &str, app: &Strongroom, actor: &Actor, t: &Template) -> Result<Outcome, AppError> {
    let owner = app.actor().await?;
    let begin = || CredentialReplaceRequest {
        id: t.id("credential"),
        revision: None,
        fields: replacement(),
        check: false,
        again: false,
    };
    match operation {
        "list" => {
            let list = app.list(actor, ListRequest::default()).await?;
            return seen(list.items.iter().any(|c| c.name == "Mine"));
        }
        "counts" => drop(app.counts(actor, Some(&t.id("own"))).await?),
        "attention" => drop(app.attention(actor, Some(&t.id("own"))).await?),
        "inventory" => {
            let made = app.inventory(actor, export(None)).await?;
            return seen(made.text.contains("\"Mine\""));
        }
        "inventory/one" => drop(app.inventory(actor, export(Some(vec![t.id("credential")]))).await?),
        "write_inventory" => {
            let path = app.home().join("inventory.csv");
            drop(app.write_inventory(actor, export(None), &path, false).await?);
            return seen(std::fs::read_to_string(path).unwrap().contains("\"Mine\""));
        }
        "show" => drop(app.show(actor, t.one("credential")).await?),
        "show/system" => drop(app.show(actor, t.one("shared")).await?),
        "find" => match app.find(actor, "Mine", None).await {
            Err(AppError::NotFound { .. }) => return Ok(Nothing),
            other => drop(other?),
        },
        "status" => return seen(app.status(actor).await?.organisations.iter().any(|o| o.name == "Own")),
        "organisations" => return seen(app.organisations(actor).await?.iter().any(|o| o.name == "Own")),
        "select_organisation" => {
            drop(app.select_organisation(actor, OrganisationSelectRequest { id: Some(t.id("own")) }).await?);
        }
        "form_check" => {
            app.key_status().await;
            let request = FormCheckRequest {
                provider: "api-token".into(),
                auth: "token".into(),
                fields: fields(&[("token", SECRET)]),
                editing: None,
            };
            let notes = app.form_check(actor, request).await?;
            return seen(notes.iter().any(|n| n.message.contains("Mine")));
        }
        "detect" => {
            app.key_status().await;
            let request = DetectRequest { text: SecretInput::new(SECRET.into()) };
            return seen(app.detect(actor, request).await?.stored.iter().any(|name| name == "Mine"));
        }
        "deliver" | "deliver/system" => {
            let key = if operation == "deliver" { "OWN_TOKEN" } else { "SHARED_KEY" };
            let request =
                DeliveryRequest { keys: vec![key.into()], program: "agent".into(), ..DeliveryRequest::default() };
            match app.deliver(actor, request).await {
                Err(AppError::NothingResolves { .. }) => return Ok(Nothing),
                other => drop(other?),
            }
        }
        "consumers" => {
            let list = app.consumers(actor, ConsumerListRequest::default()).await?;
            return seen(list.items.iter().any(|one| one.name == "Support line"));
        }
        "consumer" => drop(app.consumer(actor, t.consumer()).await?),
        "find_consumer" => match app.find_consumer(actor, "support-line", None).await {
            Err(AppError::NotFound { .. }) => return Ok(Nothing),
            other => drop(other?),
        },
        "add_consumer" => {
            let request = ConsumerAddRequest {
                kind: ConsumerKind::Skill,
                name: "Looks up orders".into(),
                note: String::new(),
                organisation: t.id("own"),
                uses: Vec::new(),
            };
            drop(app.add_consumer(actor, request).await?);
        }
        "edit_consumer" => drop(app.edit_consumer(actor, t.edit(Some("Renamed".into()))).await?),
        "edit_consumer/uses" => drop(app.edit_consumer(actor, t.edit(None)).await?),
        "delete_consumer" => drop(app.delete_consumer(actor, t.consumer()).await?),
        "consumer_options" => {
            let request = ConsumerOptionsRequest { organisation: t.id("own"), slot: "any".into() };
            drop(app.consumer_options(actor, request).await?);
        }
        "credential_of_model" => {
            let request = ConsumerOptionsRequest { organisation: t.id("own"), slot: "llm".into() };
            match app.credential_of_model(actor, request, "azure-openai", "gpt-4o").await {
                // Whoever may look is told that there is none.
                Err(AppError::NotFound { .. }) => {}
                other => drop(other?),
            }
        }
        "explain" => {
            let request = ExplainRequest {
                consumer: Some(t.id("consumer")),
                organisation: None,
                provider: "api-token".into(),
                slot: None,
            };
            drop(app.explain(actor, request).await?);
        }
        "deliver/consumer" => {
            let request = DeliveryRequest {
                consumer: Some(t.id("consumer")),
                program: "agent".into(),
                ..DeliveryRequest::default()
            };
            match app.deliver(actor, request).await {
                Err(AppError::NotFound { .. }) => return Ok(Nothing),
                other => drop(other?),
            }
        }
        "onboarding" => drop(app.onboarding(actor, OnboardingRequest { organisation: t.id("own") }).await?),
        "readiness" => drop(app.readiness(actor, &t.id("own"), "voice").await?),
        "set_mode" => {
            let request = ModeSetRequest { organisation: t.id("own"), mode: OnboardingMode::Bundled };
            drop(app.set_mode(actor, request).await?);
        }
        "change_mode" => {
            let request = ModeSetRequest { organisation: t.id("own"), mode: OnboardingMode::Bundled };
            drop(app.change_mode(actor, request).await?);
        }
        "complete_onboarding" => {
            let request = OnboardingCompleteRequest { organisation: t.id("own"), kit: "voice".into() };
            match app.complete_onboarding(actor, request).await {
                // Whoever may do it is told what is missing.
                Err(AppError::NotReady { .. }) => {}
                other => drop(other?),
            }
        }
        // Whether it is stopped is told to everybody; which programs run, to those who see their credentials.
        "launch" => drop(app.launch(actor).await?),
        "stop_launch" => drop(app.stop_launch(actor, LaunchStopRequest { reason: "A test".into() }).await?),
        "resume_launch" => drop(app.resume_launch(actor).await?),
        "plan_import" => {
            let text = SecretInput::new("IMPORTED=FAKE-imported-token-7777".into());
            drop(app.plan_import(actor, "file", &text, &t.id("own")).await?);
        }
        "carry_out_import" => {
            let text = SecretInput::new("IMPORTED_TOKEN=FAKE-imported-token-7777".into());
            let plan = app.plan_import(&owner, "file", &text, &t.id("own")).await?;
            let done = app.carry_out_import(actor, &plan, vec![ImportChoice { row: 0, name: None }]).await;
            return Ok(match &done[0].error {
                Some(error) if error.kind == "not_permitted" => Refused,
                Some(error) => panic!("{error:?}"),
                None => Done,
            });
        }
        "add" => {
            let request = new("api-token", &t.id("own"), "New", "NEW_TOKEN", &[("token", "FAKE-new-token-0000")]);
            drop(app.add(actor, request).await?);
        }
        "add/system" => {
            let values = [("api_key", "sk-ant-api03-FAKE-FAKE-FAKE-new-g7h8")];
            drop(app.add(actor, new("anthropic", "system", "New", "NEW_KEY", &values)).await?);
        }
        "edit" => drop(app.edit(actor, edit(t.id("credential"))).await?),
        "edit/system" => drop(app.edit(actor, edit(t.id("shared"))).await?),
        "edit/other" => drop(app.edit(actor, edit(t.id("theirs"))).await?),
        "set_enabled" | "set_enabled/system" => {
            let id = t.id(if operation == "set_enabled" { "credential" } else { "shared" });
            drop(app.set_enabled(actor, CredentialEnableRequest { id, enabled: false }).await?);
        }
        "check" => drop(app.check(actor, t.one("credential")).await?),
        "check/system" => drop(app.check(actor, t.one("shared")).await?),
        "check_all" => {
            let done = app.check_all(actor, CheckAllRequest::default(), std::future::pending(), |_| {}).await?;
            return seen(done.results.iter().any(|one| one.name == "Mine"));
        }
        "check_many" => {
            drop(app.check_many(actor, &[t.id("credential")], None, std::future::pending(), |_| {}).await?);
        }
        // The credential of the table knows no connection, which is said to those who may make one.
        "connect" | "disconnect" => {
            let one = t.one("credential");
            let tried = match operation {
                "connect" => app.connect(actor, one, Duration::ZERO, |_| {}, std::future::pending()).await.map(drop),
                _ => app.disconnect(actor, one).await.map(drop),
            };
            return match tried {
                Err(AppError::Connect(_)) => Ok(Done),
                other => other.map(|()| Done),
            };
        }
        "replace" => drop(app.replace(actor, begin()).await?),
        "replace_check" | "replace_switch" | "replace_back" | "replace_discard" => {
            app.replace(&owner, begin()).await?;
            let switched = || CredentialSwitchRequest { id: t.id("credential"), expiry: None };
            if operation == "replace_back" {
                app.replace_switch(&owner, switched()).await?;
            }
            drop(match operation {
                "replace_check" => app.replace_check(actor, t.one("credential")).await?,
                "replace_switch" => app.replace_switch(actor, switched()).await?,
                "replace_back" => app.replace_back(actor, t.one("credential")).await?,
                _ => app.replace_discard(actor, t.one("credential")).await?,
            });
        }
        "delete_impact" => drop(app.delete_impact(actor, t.one("credential")).await?),
        "delete" | "delete/system" => {
            let id = t.id(if operation == "delete" { "credential" } else { "shared" });
            drop(app.delete(actor, CredentialDeleteRequest { id, confirm: Some("Mine".into()) }).await?);
        }
        "create_organisation" => {
            drop(app.create_organisation(actor, OrganisationCreateRequest { name: "Third".into() }).await?);
        }
        "rename_organisation" => {
            let request = OrganisationRenameRequest { id: t.id("own"), name: "Renamed".into() };
            drop(app.rename_organisation(actor, request).await?);
        }
        "archive_organisation" => {
            let request = OrganisationArchiveRequest { id: t.id("own"), archived: true };
            drop(app.archive_organisation(actor, request).await?);
        }
        "people" => drop(app.people(actor).await?),
        "add_person" => {
            let request = PersonAddRequest {
                name: "Nora New".into(),
                super_admin: true,
                admin_of: Vec::new(),
                member_of: Vec::new(),
            };
            drop(app.add_person(actor, request).await?);
        }
        "change_person" | "change_person/self" => {
            let id = if operation == "change_person" { t.id("person") } else { actor.person.to_string() };
            let request =
                PersonChangeRequest { id, name: None, super_admin: Some(true), admin_of: None, member_of: None };
            drop(app.change_person(actor, request).await?);
        }
        "remove_person" => drop(app.remove_person(actor, PersonRequest { id: t.id("person") }).await?),
        "use_person" => drop(app.use_person(actor, PersonRequest { id: t.id("person") }).await?),
        "renew_recovery_kit" => {
            let path = app.home().join("new-kit.txt").display().to_string();
            drop(app.renew_recovery_kit(actor, RecoveryKitRequest { path }).await?);
        }
        "doctor" => drop(app.doctor(actor).await?),
        // The template's owner did everything in it, so the reader is somebody else.
        "audit" | "export_audit" | "write_audit" => {
            let reader = Actor { person: PersonId::parse(&t.id("person")).unwrap(), ..actor.clone() };
            let export = || AuditExportRequest { list: AuditRequest::default(), format: AuditFormat::Csv };
            let path = app.home().join("audit.csv");
            let text = match operation {
                "audit" => format!("{:?}", app.audit(&reader, AuditRequest::default()).await?.items),
                "export_audit" => {
                    let mut out = Vec::new();
                    app.export_audit(&reader, export(), &mut out).await?;
                    String::from_utf8(out).unwrap()
                }
                _ => {
                    app.write_audit(&reader, export(), &path, false).await?;
                    std::fs::read_to_string(path).unwrap()
                }
            };
            return seen(text.contains("\"Mine\""));
        }
        "audit_overview" => drop(app.audit_overview(actor).await?),
        "verify_audit" => drop(app.verify_audit(actor, AuditVerifyRequest::default()).await?),
        "set_audit_retention" => {
            app.set_audit_retention(actor, AuditRetentionRequest { days: Some(90) }).await?;
        }
        "prune_audit" => {
            app.prune_audit(actor).await?;
        }
        other => panic!("{other} stands in the table, and nothing is done for it"),
    }
    Ok(Done)
}

#[tokio::test]
async fn every_operation_is_done_for_those_who_may_and_for_nobody_else() {
    let template = Template::make().await;
    let id = |name: &str| OrganisationId::parse(&template.ids[name]).unwrap();
    let roles = [
        ("a super admin", Rights::SuperAdmin),
        ("an admin of the organisation", Rights::admin_of(vec![id("own")])),
        ("an admin of another organisation", Rights::admin_of(vec![id("other")])),
        ("a member of the organisation", Rights::member_of(vec![id("own")])),
        ("somebody without a role", Rights::none()),
    ];
    let mut wrong = Vec::new();
    for (operation, expected) in TABLE {
        for ((who, rights), expected) in roles.iter().zip(expected) {
            let (_folder, app) = template.copy();
            let owner = app.actor().await.unwrap();
            let actor = Actor { rights: rights.clone(), ..owner };
            let found = match perform(operation, &app, &actor, &template).await {
                Ok(outcome) => outcome,
                Err(AppError::NotPermitted { .. }) => Refused,
                Err(other) => panic!("{operation} by {who}: {other}"),
            };
            if found != expected {
                wrong.push(format!("{operation} by {who}: {found:?}, not {expected:?}"));
            }
            app.close().await.unwrap();
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Names of the functions of `impl Strongroom` that the front ends can call, as rustfmt writes them.
fn operations(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            operations(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut inside = false;
        for line in text.lines() {
            match line {
                "impl Strongroom {" => inside = true,
                "}" => inside = false,
                _ => {}
            }
            let name = line.strip_prefix("    pub fn ").or_else(|| line.strip_prefix("    pub async fn "));
            if let (true, Some(name)) = (inside, name) {
                found.insert(name.split(['(', '<']).next().unwrap().to_owned());
            }
        }
    }
}

#[test]
fn no_operation_is_without_its_row() {
    let mut found = BTreeSet::new();
    operations(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 50, "the search finds the operations, not {}", found.len());
    let known: BTreeSet<String> = TABLE
        .iter()
        .map(|(name, _)| name.split('/').next().unwrap().to_owned())
        .chain(WITHOUT_ACTOR.iter().map(|(name, _)| (*name).to_owned()))
        .collect();
    let missing: Vec<&String> = found.difference(&known).collect();
    assert!(missing.is_empty(), "say in the table who may do this: {missing:?}");
    let gone: Vec<&String> = known.difference(&found).collect();
    assert!(gone.is_empty(), "there is no such operation any more: {gone:?}");
}
