//! What can be chosen in a place, and why not.

use strongroom_app::views::{ConsumerOptionsRequest, Fix, OnboardingMode};
use strongroom_app::{Actor, AppError, Rights};
use strongroom_vault::OrganisationId;

use crate::room::Room;

async fn empty(room: &Room, slot: &str) -> (String, Fix) {
    let options = room.options(slot).await;
    assert!(options.providers.is_empty());
    let empty = options.empty.unwrap();
    assert!(!empty.hint.is_empty());
    (empty.reason, empty.fix)
}

#[tokio::test]
async fn only_providers_with_a_usable_credential_are_offered() {
    let room = Room::new().await;
    room.add("anthropic", "Claude").await;
    let off = room.add("openai", "Off").await;
    room.enable(&off.id, false).await;
    room.add("deepgram", "Ears").await;
    let options = room.options("llm").await;
    let names = |all: &[strongroom_app::views::ProviderOptionView]| {
        all.iter().map(|one| one.provider.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&options.providers), ["anthropic"], "deepgram is for another place, openai is off");
    assert_eq!(names(&options.unusable), ["openai"]);
    assert!(options.unusable[0].by_rule.reason.as_deref().unwrap().contains("“Off” is disabled"));
    assert!(options.empty.is_none());
    assert_eq!(names(&room.options("stt").await.providers), ["deepgram"]);
    let any = room.options("any").await;
    assert_eq!(names(&any.providers), ["anthropic", "deepgram"]);
    let request = ConsumerOptionsRequest { organisation: "Acme".into(), slot: "nowhere".into() };
    let refused = room.app.consumer_options(&room.owner, request).await.unwrap_err();
    assert_eq!(refused.view().fields[0].field, "slot");
}

#[tokio::test]
async fn azure_models_come_from_the_enabled_deployments_one_credential_one_model() {
    let room = Room::new().await;
    let big = room.add_azure("Azure big", "gpt-large").await;
    let small = room.add_azure("Azure small", "gpt-small").await;
    let off = room.add_azure("Azure off", "gpt-off").await;
    room.enable(&off.id, false).await;
    let options = room.options("llm").await;
    let models: Vec<(&str, &str)> =
        options.providers[0].models.iter().map(|one| (one.model.as_str(), one.credential.as_str())).collect();
    assert_eq!(models, [("gpt-large", big.id.as_str()), ("gpt-small", small.id.as_str())]);

    let request = || ConsumerOptionsRequest { organisation: "Acme".into(), slot: "llm".into() };
    let of =
        async |provider: &str, model: &str| room.app.credential_of_model(&room.owner, request(), provider, model).await;
    assert_eq!(of("azure-openai", "GPT-small").await.unwrap(), Some(small.id.clone()));
    assert_eq!(of("anthropic", "claude-fake").await.unwrap(), None, "there a model is only a name");
    let unknown = of("azure-openai", "gpt-off").await.unwrap_err().view();
    assert_eq!(unknown.kind, "not_found");
    assert_eq!(unknown.hint.as_deref(), Some("There are: gpt-large, gpt-small."));
    room.add_azure("Azure twin", "gpt-small").await;
    assert!(matches!(of("azure-openai", "gpt-small").await, Err(AppError::Ambiguous { .. })));
    for one in [&big, &small] {
        room.enable(&one.id, false).await;
    }
    let twin = room.options("llm").await.providers[0].models[0].credential.clone();
    room.enable(&twin, false).await;
    let none = of("azure-openai", "gpt-small").await.unwrap_err().view();
    assert!(none.hint.unwrap().contains("“Azure big” is disabled"), "why there is none");
}

#[tokio::test]
async fn an_empty_list_says_why_and_what_helps() {
    let room = Room::new().await;
    assert_eq!(
        empty(&room, "llm").await,
        ("Acme has no credential for a language model.".into(), Fix::AddCredential),
        "there is none at all"
    );
    room.share("anthropic", "Shared").await;
    assert_eq!(
        empty(&room, "llm").await,
        ("Acme brings its own keys and has no credential for a language model of its own.".into(), Fix::AddCredential)
    );
    room.mode(OnboardingMode::Bundled).await;
    assert_eq!(
        empty(&room, "stt").await,
        (
            "Acme uses bundled keys, and there is no system-wide credential for speech to text.".into(),
            Fix::AddSystemWide
        )
    );
    room.add("deepgram", "Ears").await;
    assert_eq!(
        empty(&room, "stt").await,
        (
            "Acme uses bundled keys: its own are dormant, and there is no system-wide credential for speech to text."
                .into(),
            Fix::AddSystemWide
        )
    );
    room.mode(OnboardingMode::Byok).await;
    assert!(room.options("stt").await.empty.is_none(), "it was kept, and wakes up");

    let phone = room.add("twilio", "Phone").await;
    room.stop().await;
    assert_eq!(empty(&room, "sms").await, ("Telephony is stopped by global launch.".into(), Fix::ResumeLaunch));
    room.enable(&phone.id, false).await;
    assert_eq!(empty(&room, "sms").await.1, Fix::LookAtCredentials, "what is off stays off when telephony is resumed");
}

#[tokio::test]
async fn what_helps_is_something_that_the_person_can_do() {
    let room = Room::new().await;
    room.mode(OnboardingMode::Bundled).await;
    let acme = vec![OrganisationId::parse(&room.acme).unwrap()];
    let told = async |rights: Rights| {
        let actor = Actor { rights, ..room.owner.clone() };
        let request = ConsumerOptionsRequest { organisation: "Acme".into(), slot: "llm".into() };
        let empty = room.app.consumer_options(&actor, request).await.unwrap().empty.unwrap();
        (empty.fix, empty.hint)
    };
    assert_eq!(told(Rights::SuperAdmin).await.0, Fix::AddSystemWide);
    let (fix, hint) = told(Rights::admin_of(acme.clone())).await;
    assert_eq!(fix, Fix::OpenOnboarding);
    assert!(hint.starts_with("Switch Acme to its own keys under Onboarding"), "{hint}");
    let (fix, hint) = told(Rights::member_of(acme)).await;
    assert_eq!(fix, Fix::OpenOnboarding);
    assert!(hint.starts_with("Ask an admin of Acme"), "{hint}");
}

#[tokio::test]
async fn what_is_there_and_cannot_be_used_is_counted_by_cause() {
    let room = Room::new().await;
    let (off, old, bad) =
        (room.add("anthropic", "Off").await, room.add("openai", "Old").await, room.add("groq", "Bad").await);
    room.enable(&off.id, false).await;
    room.expire(&old.id, Some("2020-01-01")).await;
    room.judge(&bad.id, "rejected").await;
    assert_eq!(
        empty(&room, "llm").await,
        (
            "Acme has no credential for a language model that can be used: 1 disabled, 1 expired, 1 rejected.".into(),
            Fix::LookAtCredentials
        )
    );
    room.add("google-calendar", "Diary").await;
    assert_eq!(
        empty(&room, "calendar").await,
        ("Acme has no credential for calendars that can be used: 1 not connected.".into(), Fix::LookAtCredentials)
    );
}
