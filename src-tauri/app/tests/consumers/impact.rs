//! What stops working when a credential is deleted.

use strongroom_app::views::{
    ConsumerKind, CredentialDeleteRequest, CredentialRequest, DeleteView, ListRequest, OnboardingMode,
    OrganisationCreateRequest, UsedByView,
};
use strongroom_app::{Actor, DeliveryRequest, Rights};
use strongroom_vault::OrganisationId;

use crate::room::{Room, assigned, by_rule};

async fn impact(room: &Room, id: &str) -> DeleteView {
    room.app.delete_impact(&room.owner, CredentialRequest { id: id.into() }).await.unwrap()
}

async fn delete(room: &Room, id: &str, name: &str) -> DeleteView {
    let request = CredentialDeleteRequest { id: id.into(), confirm: Some(name.into()) };
    room.app.delete(&room.owner, request).await.unwrap()
}

fn effect<'a>(view: &'a DeleteView, name: &str) -> &'a str {
    &view.impact.iter().find(|line| line.name == name).unwrap().effect
}

#[tokio::test]
async fn each_kind_says_what_becomes_of_it_and_becomes_it() {
    let room = Room::new().await;
    let claude = room.add_default("anthropic", "Claude").await;
    let spare = room.add("anthropic", "Spare").await;
    let agent = room.consumer(ConsumerKind::Agent, "Assigned agent", vec![assigned("llm", &claude)]).await;
    let ruled = room.consumer(ConsumerKind::Agent, "Ruled agent", vec![by_rule("llm", "anthropic")]).await;
    let other = room.consumer(ConsumerKind::Agent, "Other agent", vec![assigned("llm", &spare)]).await;
    for name in ["First model", "Second model"] {
        room.consumer(ConsumerKind::LlmConfiguration, name, vec![assigned("llm", &claude)]).await;
    }
    let skill = room.consumer(ConsumerKind::Skill, "Looks up", vec![assigned("any", &claude)]).await;
    room.consumer(ConsumerKind::ToolDefinition, "Tool", vec![assigned("any", &claude)]).await;
    room.consumer(ConsumerKind::Runtime, "Server", vec![assigned("any", &claude)]).await;

    let told = impact(&room, &claude.id).await;
    assert!(told.in_use);
    assert_eq!(
        told.summary.as_deref(),
        Some(
            "1 agent affected, 1 agent unlinked, 2 LLM configurations unlinked, 1 skill updated, 1 tool definition \
             updated, 1 runtime updated"
        )
    );
    assert_eq!(effect(&told, "Assigned agent"), "unlinked; then uses “Spare”");
    assert_eq!(effect(&told, "Ruled agent"), "affected; then uses “Spare”");
    let stops = |name: &str| told.impact.iter().find(|line| line.name == name).unwrap().stops;
    assert!(!stops("Assigned agent") && !stops("Ruled agent"), "another one takes the place");
    assert!(stops("Looks up") && stops("Server"));
    assert_eq!(effect(&told, "Looks up"), "updated", "what is assigned to a skill is not exchanged behind its back");
    assert!(told.impact.iter().all(|line| line.name != "Other agent"), "whoever uses another one is not concerned");
    assert_eq!(told.impact.iter().find(|line| line.name == "Looks up").unwrap().kind, "skill");

    let done = delete(&room, &claude.id, "Claude").await;
    assert_eq!(done.summary, told.summary, "what was said is what was done");
    let agent = room.again(&agent).await;
    assert_eq!(agent.uses[0].credential, None);
    assert_eq!(agent.uses[0].resolution.name.as_deref(), Some("Spare"), "it goes on by the rule");
    assert_eq!(room.again(&ruled).await.uses[0].resolution.name.as_deref(), Some("Spare"));
    assert_eq!(room.again(&other).await.uses[0].credential_name.as_deref(), Some("Spare"));
    assert!(room.again(&skill).await.uses.is_empty());
}

#[tokio::test]
async fn integrations_are_disconnected_and_sinks_silenced() {
    let room = Room::new().await;
    let crm = room.add("hubspot", "Customers").await;
    let phone = room.add("twilio", "Phone").await;
    let hook = room.add("slack-webhook", "Alerts").await;
    room.consumer(ConsumerKind::CrmIntegration, "Contacts", vec![assigned("crm", &crm)]).await;
    room.consumer(ConsumerKind::SurveyPhoneProvider, "Survey", vec![assigned("sms", &phone)]).await;
    room.consumer(ConsumerKind::AlertSink, "On call", vec![assigned("webhook", &hook)]).await;
    for (credential, summary) in [
        (&crm, "1 CRM integration disconnected"),
        (&phone, "1 survey phone provider disconnected"),
        (&hook, "1 alert sink silenced"),
    ] {
        assert_eq!(impact(&room, &credential.id).await.summary.as_deref(), Some(summary));
    }
}

#[tokio::test]
async fn with_nothing_left_it_says_so_and_unused_ones_have_no_impact() {
    let room = Room::new().await;
    let claude = room.add("anthropic", "Claude").await;
    assert!(!impact(&room, &claude.id).await.in_use);
    room.consumer(ConsumerKind::Agent, "Agent", vec![by_rule("llm", "anthropic")]).await;
    let told = impact(&room, &claude.id).await;
    assert_eq!(effect(&told, "Agent"), "affected; then has nothing to use of Anthropic");
    let request = CredentialDeleteRequest { id: claude.id.clone(), confirm: None };
    let refused = room.app.delete(&room.owner, request).await.unwrap_err();
    assert_eq!(refused.view().fields[0].field, "confirm", "its exact name is asked for");
}

#[tokio::test]
async fn used_by_names_assignments_and_the_place() {
    let room = Room::new().await;
    let claude = room.add("anthropic", "Claude").await;
    assert!(room.show(&claude.id).await.used_by.is_empty());
    let agent = room.consumer(ConsumerKind::Agent, "Agent", vec![assigned("llm", &claude)]).await;
    let used = room.show(&claude.id).await.used_by;
    assert_eq!((used[0].kind.as_str(), used[0].name.as_str(), used[0].r#as.as_str()), ("agent", "Agent", "llm"));
    assert!(room.show(&claude.id).await.last_used_at.is_none());
    room.deliver(&agent).await.unwrap();
    assert!(room.show(&claude.id).await.last_used_at.is_some());
    assert!(room.again(&agent).await.last_used_at.is_some());
}

#[tokio::test]
async fn a_use_by_the_rule_stands_beside_the_assigned_ones() {
    let room = Room::new().await;
    let claude = room.add("anthropic", "Claude").await;
    room.consumer(ConsumerKind::Skill, "Assigned", vec![assigned("any", &claude)]).await;
    let agent = room.consumer(ConsumerKind::Agent, "Ruled", vec![by_rule("llm", "anthropic")]).await;
    let told = |uses: &[UsedByView]| -> Vec<(String, bool)> {
        uses.iter().map(|one| (format!("{} {} {}", one.kind, one.name, one.r#as), one.by_rule)).collect()
    };
    let both = [("skill Assigned any".to_owned(), false), ("agent Ruled llm".to_owned(), true)];
    assert_eq!(told(&room.show(&claude.id).await.used_by), both);
    let listed = async || room.app.list(&room.owner, ListRequest::default()).await.unwrap().items;
    assert_eq!(told(&listed().await[0].used_by), both);

    room.deliver(&agent).await.unwrap();
    let program = room.show(&claude.id).await.used_by.pop().unwrap();
    assert_eq!((program.kind.as_str(), program.name.as_str()), ("program", "agent"));
    assert_eq!(program.consumer.as_deref(), Some("Ruled"), "for whom it was started");

    // It uses another one as soon as the rule says so.
    let other = room.add_default("anthropic", "Other").await;
    assert_eq!(told(&room.show(&other.id).await.used_by), both[1..]);
    assert_eq!(told(&room.show(&claude.id).await.used_by)[0], both[0]);
    assert!(room.show(&claude.id).await.used_by.iter().all(|one| !one.by_rule));

    let outsider = Actor { rights: Rights::member_of(vec![OrganisationId::make()]), ..room.owner.clone() };
    room.mode(OnboardingMode::Bundled).await;
    let shared = room.share("anthropic", "Shared").await;
    room.deliver(&agent).await.unwrap();
    let seen = room.app.show(&outsider, CredentialRequest { id: shared.id.clone() }).await.unwrap();
    assert!(seen.used_by.iter().all(|one| !one.by_rule && one.consumer.is_none()), "{:?}", seen.used_by);
    let all = room.show(&shared.id).await.used_by;
    assert_eq!((all.len(), all[0].by_rule, all[1].consumer.as_deref()), (2, true, Some("Ruled")));
}

#[tokio::test]
async fn programs_that_received_it_are_named_with_what_their_key_gives_then() {
    let room = Room::new().await;
    let own = room.add("anthropic", "Orders").await;
    let run = async || {
        let request =
            DeliveryRequest { keys: vec!["ORDERS".into()], program: "outbound-worker".into(), ..Default::default() };
        room.app.deliver(&room.owner, request).await.unwrap();
    };
    run().await;
    let command = "strongroom run --key ORDERS";
    let told = impact(&room, &own.id).await;
    assert!(effect(&told, command).starts_with("receives nothing any more; last delivered 20"), "{told:?}");
    assert_eq!(effect(&told, "outbound-worker"), "received it just now");

    let shared = room.add_with("anthropic", "Shared orders", "system", |new| new.key = Some("ORDERS".into())).await;
    let told = impact(&room, &own.id).await;
    assert!(
        effect(&told, command).starts_with("receives nothing any more"),
        "the only organisation brings its own keys"
    );
    // On behalf of which of two it would be asked, nobody has said: then it is as a super admin may.
    let second = OrganisationCreateRequest { name: "Second".into() };
    room.app.create_organisation(&room.owner, second).await.unwrap();
    let told = impact(&room, &own.id).await;
    assert!(effect(&told, command).starts_with("then gets “Shared orders” of system; last"), "{told:?}");
    room.enable(&shared.id, false).await;
    assert!(effect(&impact(&room, &own.id).await, command).starts_with("receives nothing any more"));

    room.enable(&shared.id, true).await;
    delete(&room, &own.id, "Orders").await;
    run().await;
    assert!(room.show(&shared.id).await.last_used_at.is_some(), "what was said is what came to pass");
}

#[tokio::test]
async fn a_readiness_that_goes_is_told_and_one_that_stays_is_not() {
    let room = Room::new().await;
    let claude = room.add("anthropic", "Claude").await;
    room.judge(&claude.id, "works").await;
    let readiness = async |id: &str| {
        let told = impact(&room, id).await;
        let lines = told.impact.into_iter().filter(|line| line.kind == "readiness");
        (lines.map(|line| format!("{}: {}", line.name, line.effect)).collect::<Vec<_>>(), told.in_use)
    };
    let (lines, in_use) = readiness(&claude.id).await;
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains(" of Acme: the onboarding lacks it then: language model"), "{lines:?}");
    assert!(!in_use, "no program depends on it");
    // Without it the rule is left with another one that works.
    let spare = room.add_default("anthropic", "Spare").await;
    room.judge(&spare.id, "works").await;
    assert!(readiness(&claude.id).await.0.is_empty());
    assert!(readiness(&spare.id).await.0.is_empty());
}
