//! Which credential would be used, and why each other one is not.

use strongroom_app::views::{
    ConsumerKind, ExplainRequest, OnboardingMode, OrganisationArchiveRequest, ResolutionRule, ResolutionView, WhyNot,
};

use crate::room::{Room, assigned, by_rule};

async fn explain(room: &Room, provider: &str) -> ResolutionView {
    let request =
        ExplainRequest { consumer: None, organisation: Some("Acme".into()), provider: provider.into(), slot: None };
    room.app.explain(&room.owner, request).await.unwrap()
}

fn why(view: &ResolutionView, name: &str) -> (Option<WhyNot>, String) {
    let one = view.candidates.iter().find(|one| one.name == name).unwrap();
    assert_eq!(one.used, one.why_not.is_none());
    (one.why_not, one.why.clone())
}

#[tokio::test]
async fn every_reason_is_told_of_the_credential_that_it_is_about() {
    let room = Room::new().await;
    let good = room.add("anthropic", "Good").await;
    let (off, old, bad) =
        (room.add("anthropic", "Off").await, room.add("anthropic", "Old").await, room.add("anthropic", "Bad").await);
    room.share("anthropic", "Shared").await;
    room.enable(&off.id, false).await;
    room.expire(&old.id, Some("2020-01-01")).await;
    room.judge(&bad.id, "rejected").await;
    let told = explain(&room, "anthropic").await;
    assert_eq!((told.name.as_deref(), told.rule), (Some("Good"), Some(ResolutionRule::Only)));
    assert_eq!(told.candidates[0].name, "Good", "the one that is used stands first");
    assert_eq!(why(&told, "Good"), (None, "the only one".into()));
    assert_eq!(why(&told, "Off"), (Some(WhyNot::Disabled), "is disabled".into()));
    assert_eq!(why(&told, "Old").0, Some(WhyNot::Expired));
    assert!(why(&told, "Old").1.starts_with("has expired on 20"));
    assert_eq!(why(&told, "Bad"), (Some(WhyNot::Rejected), "was rejected by its provider on 2026-01-02".into()));
    assert_eq!(
        why(&told, "Shared"),
        (Some(WhyNot::NotOwn), "is system-wide, and the organisation brings its own keys".into())
    );

    room.mode(OnboardingMode::Bundled).await;
    let told = explain(&room, "anthropic").await;
    assert_eq!(told.name.as_deref(), Some("Shared"));
    assert_eq!(why(&told, "Good"), (Some(WhyNot::Dormant), "is dormant, because Acme uses bundled keys".into()));
    room.mode(OnboardingMode::Byok).await;

    let second = room.add("anthropic", "Second").await;
    let told = explain(&room, "anthropic").await;
    assert_eq!((told.name.as_deref(), told.rule), (None, None));
    assert!(told.reason.as_deref().unwrap().contains("none is the only default: “Good” in Acme, “Second” in Acme"));
    assert!(told.hint.is_some());
    assert_eq!(why(&told, "Second").0, Some(WhyNot::NotChosen));
    for one in [&good, &second] {
        room.enable(&one.id, false).await;
    }
    assert!(explain(&room, "anthropic").await.reason.unwrap().contains("“Good” is disabled"));

    room.add("google-calendar", "Diary").await;
    assert_eq!(why(&explain(&room, "google-calendar").await, "Diary").0, Some(WhyNot::Unconnected));
    room.add("twilio", "Phone").await;
    room.stop().await;
    let told = explain(&room, "twilio").await;
    assert_eq!(why(&told, "Phone").0, Some(WhyNot::Stopped));
    assert!(why(&told, "Phone").1.contains("Olga Owner stopped on") && why(&told, "Phone").1.contains("A wave of"));
    assert_eq!(explain(&room, "deepgram").await.reason.as_deref(), Some("Acme has no Deepgram credential."));
}

#[tokio::test]
async fn an_assigned_one_goes_first_and_what_takes_its_place_is_said() {
    let room = Room::new().await;
    let own = room.add("anthropic", "Own").await;
    room.add_default("anthropic", "Default").await;
    let agent = room.consumer(ConsumerKind::Agent, "Agent", vec![assigned("llm", &own)]).await;
    let request = |slot: Option<&str>| ExplainRequest {
        consumer: Some(agent.id.clone()),
        organisation: None,
        provider: "anthropic".into(),
        slot: slot.map(str::to_owned),
    };
    let told = room.app.explain(&room.owner, request(None)).await.unwrap();
    assert_eq!((told.name.as_deref(), told.rule), (Some("Own"), Some(ResolutionRule::Assigned)));
    assert_eq!(why(&told, "Default"), (Some(WhyNot::NotChosen), "not used: another one is assigned".into()));
    assert!(told.instead.is_none());

    room.enable(&own.id, false).await;
    let told = room.app.explain(&room.owner, request(Some("llm"))).await.unwrap();
    assert_eq!((told.name.as_deref(), told.rule), (Some("Default"), Some(ResolutionRule::Default)));
    let instead = told.instead.unwrap();
    assert_eq!(instead, "“Own” is assigned and is disabled; “Default” is used instead, which is the default.");
    assert!(told.hint.is_some());
    let refused = room.app.explain(&room.owner, request(Some("nowhere"))).await.unwrap_err();
    assert_eq!(refused.view().fields[0].field, "slot", "a mistyped place does not read as every place");
    // The same in the consumer's own view, and in what its program gets.
    assert_eq!(room.again(&agent).await.uses[0].resolution.instead.as_deref(), Some(instead.as_str()));
    assert_eq!(room.deliver(&agent).await.unwrap()["ANTHROPIC_API_KEY"], "FAKE-Default-0123456789-abcdef");
}

#[tokio::test]
async fn nothing_is_used_on_behalf_of_an_archived_organisation() {
    let room = Room::new().await;
    room.add("anthropic", "Good").await;
    let agent = room.consumer(ConsumerKind::Agent, "Agent", vec![by_rule("llm", "anthropic")]).await;
    let request = OrganisationArchiveRequest { id: "Acme".into(), archived: true };
    room.app.archive_organisation(&room.owner, request).await.unwrap();
    let told = explain(&room, "anthropic").await;
    assert_eq!((&told.name, told.rule), (&None, None));
    assert!(told.reason.as_deref().unwrap().contains("the organisation is archived"), "{told:?}");
    assert!(told.hint.unwrap().contains("restores it"));
    assert_eq!(why(&explain(&room, "anthropic").await, "Good").0, Some(WhyNot::Archived));
    assert_eq!(room.again(&agent).await.uses[0].resolution.name, None, "nor by its consumers");
}
