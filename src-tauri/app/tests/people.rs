//! Who is at this computer, and what an archived organisation is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use strongroom_app::views::{
    CredentialAddRequest, CredentialEnableRequest, ListRequest, OrganisationArchiveRequest, OrganisationCreateRequest,
    OrganisationRenameRequest, PersonAddRequest, PersonChangeRequest, PersonRequest, PersonReturnRequest, Role,
    SaveOutcome,
};
use strongroom_app::{
    Actor, AppError, DeliveryRequest, NewVaultRequest, Rights, SecretInput, SecretText, Strongroom, StrongroomSettings,
};
use tempfile::TempDir;

struct Room {
    folder: TempDir,
    app: Strongroom,
    owner: Actor,
    acme: String,
}

async fn room() -> Room {
    let folder = tempfile::tempdir().unwrap();
    let app = Strongroom::new(StrongroomSettings {
        home: Some(folder.path().join("vault")),
        master_key: Some(SecretText::new("RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=".to_owned())),
        passphrase: None,
    });
    let new = NewVaultRequest {
        person: Some("Olga Owner".into()),
        organisation: Some("Acme".into()),
        recovery_kit: Some(folder.path().join("kit.txt")),
        passphrase: None,
        demonstration: false,
    };
    app.create(new).await.unwrap();
    let owner = app.actor().await.unwrap();
    let acme = app.organisations(&owner).await.unwrap()[0].id.clone();
    Room { folder, app, owner, acme }
}

impl Room {
    async fn person(&self, name: &str, admin_of: &[&str], member_of: &[&str]) -> String {
        let texts = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let (admin_of, member_of) = (texts(admin_of), texts(member_of));
        let request = PersonAddRequest { name: name.into(), super_admin: false, admin_of, member_of };
        self.app.add_person(&self.owner, request).await.unwrap().id
    }

    async fn add(&self, actor: &Actor, name: &str, scope: &str) -> Result<String, AppError> {
        let token = SecretInput::new(format!("FAKE-token-of-{name}-0123456789"));
        let request = CredentialAddRequest {
            provider: "api-token".into(),
            auth: None,
            name: name.into(),
            key: Some("TOKEN".into()),
            category: None,
            scope: scope.into(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields: BTreeMap::from([("token".to_owned(), token)]),
            check: false,
        };
        match self.app.add(actor, request).await? {
            SaveOutcome::Stored { credential } => Ok(credential.id),
            SaveOutcome::Refused { .. } => panic!("nothing was checked"),
        }
    }

    async fn use_token(&self, actor: &Actor) -> Result<(), AppError> {
        let request =
            DeliveryRequest { keys: vec!["TOKEN".into()], program: "agent".into(), ..DeliveryRequest::default() };
        self.app.deliver(actor, request).await.map(drop)
    }
}

#[tokio::test]
async fn a_person_is_admin_here_and_member_there() {
    let room = room().await;
    let globex = OrganisationCreateRequest { name: "Globex".into() };
    let globex = room.app.create_organisation(&room.owner, globex).await.unwrap().id;
    room.person("Mia Mixed", &["Acme"], &["globex"]).await;
    let mia = room.app.actor_as("mia mixed").await.unwrap();
    assert_eq!(mia.name, "Mia Mixed, through Olga Owner", "the audit names both");
    room.add(&mia, "Ours", &room.acme).await.unwrap();
    assert!(matches!(room.add(&mia, "Theirs", &globex).await, Err(AppError::NotPermitted { .. })));
    room.add(&room.owner, "Theirs", &globex).await.unwrap();
    let names: Vec<String> =
        room.app.list(&mia, ListRequest::default()).await.unwrap().items.into_iter().map(|c| c.name).collect();
    assert_eq!(names, ["Ours", "Theirs"], "a member sees, and does not change");

    let change = |super_admin, admin_of: Option<Vec<String>>, member_of| PersonChangeRequest {
        id: "Mia Mixed".into(),
        name: None,
        super_admin,
        admin_of,
        member_of,
    };
    let none = room.app.change_person(&room.owner, change(None, Some(vec![]), Some(vec![]))).await.unwrap();
    assert_eq!(none.role, Role::Nobody);
    let mia = room.app.actor_as("Mia Mixed").await.unwrap();
    assert_eq!(mia.rights, Rights::none());
    assert_eq!(room.app.list(&mia, ListRequest::default()).await.unwrap().total, 0);
    let up = room.app.change_person(&room.owner, change(Some(true), None, None)).await.unwrap();
    assert_eq!(up.role, Role::SuperAdmin);
}

#[tokio::test]
async fn names_are_told_apart_and_the_owner_stays() {
    let room = room().await;
    room.person("Mia Member", &[], &["Acme"]).await;
    let again =
        PersonAddRequest { name: "MIA member".into(), super_admin: false, admin_of: Vec::new(), member_of: Vec::new() };
    let taken = room.app.add_person(&room.owner, again).await.unwrap_err();
    assert_eq!(taken.view().fields[0].field, "name");
    let demoted = PersonChangeRequest {
        id: "Olga Owner".into(),
        name: None,
        super_admin: Some(false),
        admin_of: None,
        member_of: None,
    };
    assert!(room.app.change_person(&room.owner, demoted).await.is_err(), "there is always a super admin");
    let owner = PersonRequest { id: "Olga Owner".into() };
    assert!(room.app.remove_person(&room.owner, owner).await.is_err());
    let mia = || PersonRequest { id: "Mia Member".into() };
    room.app.remove_person(&room.owner, mia()).await.unwrap();
    assert!(matches!(room.app.remove_person(&room.owner, mia()).await, Err(AppError::NotFound { .. })));
}

#[tokio::test]
async fn a_computer_in_other_hands_comes_back_with_the_kit_alone() {
    let room = room().await;
    let globex = OrganisationCreateRequest { name: "Globex".into() };
    room.app.create_organisation(&room.owner, globex).await.unwrap();
    let id = room.person("Mia Member", &[], &["Acme"]).await;
    room.app.use_person(&room.owner, PersonRequest { id: id.clone() }).await.unwrap();

    let mia = room.app.actor().await.unwrap();
    assert_eq!((mia.name.as_str(), mia.person.to_string()), ("Mia Member", id.clone()));
    let startup = room.app.startup().await;
    assert_eq!(startup.person.as_ref().map(|p| p.role), Some(Role::Member));
    let names: Vec<&str> = startup.organisations.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(names, ["Acme"], "what the person may not see is not in the window's first answer either");
    assert!(matches!(room.app.actor_as("Olga Owner").await, Err(AppError::NotPermitted { .. })));
    let back = PersonRequest { id: room.owner.person.to_string() };
    assert!(matches!(room.app.use_person(&mia, back).await, Err(AppError::NotPermitted { .. })));
    let removed = room.app.remove_person(&room.owner, PersonRequest { id }).await;
    assert!(removed.is_err(), "the person at this computer is not removed");

    let kit = room.folder.path().join("kit.txt").display().to_string();
    let wrong = PersonReturnRequest {
        kit_path: None,
        code: Some(SecretInput::new("0000-0000-0000-0000-0000-0000-0000-0000".into())),
    };
    assert!(room.app.return_to_owner(wrong).await.is_err());
    assert_eq!(room.app.actor().await.unwrap().name, "Mia Member");
    let right = PersonReturnRequest { kit_path: Some(kit), code: None };
    assert_eq!(room.app.return_to_owner(right).await.unwrap().name, "Olga Owner");
    assert_eq!(room.app.actor().await.unwrap().rights, Rights::SuperAdmin);
}

#[tokio::test]
async fn an_archived_organisation_is_out_of_use_and_nothing_of_it_is_lost() {
    let room = room().await;
    let id = room.add(&room.owner, "Ours", &room.acme).await.unwrap();
    room.person("Ada Admin", &["Acme"], &[]).await;
    let archive = |archived| OrganisationArchiveRequest { id: "Acme".into(), archived };
    let away = room.app.archive_organisation(&room.owner, archive(true)).await.unwrap();
    assert!(away.archived_at.is_some());

    let owner = room.app.actor().await.unwrap();
    assert!(room.app.organisations(&owner).await.unwrap().is_empty());
    assert_eq!(room.app.list(&owner, ListRequest::default()).await.unwrap().total, 0);
    let asked = ListRequest { scope: Some(room.acme.clone()), ..ListRequest::default() };
    assert_eq!(room.app.list(&owner, asked).await.unwrap().total, 1, "a super admin still reads it by name");
    assert!(matches!(room.use_token(&owner).await, Err(AppError::NothingResolves { .. })));
    assert!(matches!(room.add(&owner, "More", &room.acme).await, Err(AppError::Archived)));
    let off = CredentialEnableRequest { id, enabled: false };
    assert!(matches!(room.app.set_enabled(&owner, off).await, Err(AppError::Archived)));
    let ada = room.app.actor_as("Ada Admin").await.unwrap();
    assert_eq!(ada.rights, Rights::none(), "roles in it rest");
    assert!(matches!(room.add(&ada, "More", &room.acme).await, Err(AppError::Archived)), "and she is told why");
    let asked = ListRequest { scope: Some(room.acme.clone()), ..ListRequest::default() };
    assert!(matches!(room.app.list(&ada, asked).await, Err(AppError::Archived)));
    room.person("Oscar Outsider", &[], &[]).await;
    let oscar = room.app.actor_as("Oscar Outsider").await.unwrap();
    let refused = room.add(&oscar, "More", &room.acme).await;
    assert!(matches!(refused, Err(AppError::NotPermitted { .. })), "which concerns those who belong to it");

    let rename = OrganisationRenameRequest { id: "Acme".into(), name: "Acme (old)".into() };
    assert_eq!(room.app.rename_organisation(&owner, rename).await.unwrap().name, "Acme (old)");
    let back = OrganisationArchiveRequest { id: room.acme.clone(), archived: false };
    assert!(room.app.archive_organisation(&owner, back).await.unwrap().archived_at.is_none());
    let owner = room.app.actor().await.unwrap();
    assert_eq!(room.app.list(&owner, ListRequest::default()).await.unwrap().total, 1);
    room.use_token(&owner).await.unwrap();
    assert!(room.app.actor_as("Ada Admin").await.unwrap().rights != Rights::none());
}
