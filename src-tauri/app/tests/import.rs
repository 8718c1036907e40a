//! Importing: who may, into which scope, and that one refused row keeps no other back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use strongroom_app::views::{DetectRequest, ImportChoice, ListRequest};
use strongroom_app::{
    Actor, AppError, NewVaultRequest, Rights, SecretInput, SecretText, Strongroom, StrongroomSettings,
};
use strongroom_vault::OrganisationId;
use tempfile::TempDir;

const TEXT: &str = "TWILIO_ACCOUNT_SID=ACfa4e00000000000000000000000000e1\n\
    TWILIO_AUTH_TOKEN=fa4e0000fa4e1111fa4e2222fa4e3333\n\
    ANTHROPIC_API_KEY=sk-ant-api03-FAKE-FAKE-FAKE-a1b2\n";

/// A vault of the organisation Acme.
async fn room() -> (TempDir, Strongroom, Actor, String) {
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
    (folder, app, actor, organisation)
}

fn text() -> SecretInput {
    SecretInput::new(TEXT.to_owned())
}

fn choice(row: u32, name: Option<&str>) -> ImportChoice {
    ImportChoice { row, name: name.map(str::to_owned) }
}

#[tokio::test]
async fn only_who_may_add_may_import() {
    let (_folder, app, actor, organisation) = room().await;
    let own = OrganisationId::parse(&organisation).unwrap();
    for (rights, scope, allowed) in [
        (Rights::member_of(vec![own]), organisation.as_str(), false),
        (Rights::admin_of(vec![OrganisationId::make()]), organisation.as_str(), false),
        (Rights::admin_of(vec![own]), "system", false),
        (Rights::admin_of(vec![own]), organisation.as_str(), true),
        (Rights::SuperAdmin, "system", true),
    ] {
        let somebody = Actor { rights: rights.clone(), ..actor.clone() };
        match app.plan_import(&somebody, "file", &text(), scope).await {
            Ok(_) => assert!(allowed, "{rights:?} in {scope}"),
            Err(error) => assert!(!allowed && matches!(error, AppError::NotPermitted { .. }), "{rights:?}: {error}"),
        }
    }
    // A plan that somebody else made is no way around it.
    let plan = app.plan_import(&actor, "file", &text(), &organisation).await.unwrap();
    let member = Actor { rights: Rights::member_of(vec![own]), ..actor.clone() };
    let done = app.carry_out_import(&member, &plan, vec![choice(0, None)]).await;
    assert!(done[0].credential.is_none() && done[0].error.as_ref().unwrap().kind == "not_permitted");
    assert_eq!(app.list(&actor, ListRequest::default()).await.unwrap().total, 0);
}

#[tokio::test]
async fn system_wide_takes_services_of_ai_alone() {
    let (_folder, app, actor, _) = room().await;
    let plan = app.plan_import(&actor, "file", &text(), "system").await.unwrap();
    let rows = &plan.view().rows;
    assert!(rows[0].problem.as_deref().unwrap().contains("belongs to an organisation") && !rows[0].chosen);
    assert!(rows[1].problem.is_none() && rows[1].chosen);
}

#[tokio::test]
async fn a_refused_row_keeps_no_other_back() {
    let (_folder, app, actor, organisation) = room().await;
    let plan = app.plan_import(&actor, "file", &text(), &organisation).await.unwrap();
    let choices = vec![choice(0, Some("One")), choice(1, Some("one")), choice(1, Some("Two")), choice(7, None)];
    let done = app.carry_out_import(&actor, &plan, choices).await;
    let stored: Vec<bool> = done.iter().map(|one| one.credential.is_some()).collect();
    assert_eq!(stored, [true, false, true], "a taken name is refused; a row that is not there is nothing");
    assert_eq!(done[1].error.as_ref().unwrap().fields[0].field, "name");
}

#[tokio::test]
async fn a_pasted_key_that_is_stored_is_said_to_those_who_may_see_it() {
    let (_folder, app, actor, organisation) = room().await;
    let plan = app.plan_import(&actor, "file", &text(), &organisation).await.unwrap();
    app.carry_out_import(&actor, &plan, vec![choice(1, None)]).await;
    let pasted = || DetectRequest { text: SecretInput::new("Bearer sk-ant-api03-FAKE-FAKE-FAKE-a1b2\n".into()) };
    assert_eq!(app.detect(&actor, pasted()).await.unwrap().stored, ["Anthropic"]);
    let stranger = Actor { rights: Rights::member_of(vec![OrganisationId::make()]), ..actor };
    assert!(app.detect(&stranger, pasted()).await.unwrap().stored.is_empty());
}
