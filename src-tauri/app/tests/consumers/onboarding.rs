//! The gate of the onboarding, and modes.

use strongroom_app::AppError;
use strongroom_app::views::{
    ConsumerKind, CredentialDeleteRequest, CredentialState, CredentialView, OnboardingCompleteRequest, OnboardingMode,
    OnboardingView,
};

use crate::room::{Room, assigned};

async fn complete(room: &Room) -> Result<OnboardingView, AppError> {
    let request = OnboardingCompleteRequest { organisation: "Acme".into(), kit: "voice".into() };
    room.app.complete_onboarding(&room.owner, request).await
}

/// Label and reason of what is missing.
async fn missing(room: &Room) -> Vec<(String, String)> {
    let kit = room.onboarding().await.kits.remove(0);
    assert_eq!(kit.kit, "voice");
    let open: Vec<_> = kit.requirements.into_iter().filter(|one| !one.satisfied).collect();
    assert_eq!(kit.ready, open.is_empty());
    let told = open.into_iter().map(|one| (one.label, one.any_of[0].why.clone().unwrap()));
    told.collect()
}

async fn everything(room: &Room) -> [CredentialView; 4] {
    let all = [
        room.add("anthropic", "Claude").await,
        room.add("cartesia", "Voice").await,
        room.add("deepgram", "Ears").await,
        room.add("twilio", "Phone").await,
    ];
    for one in &all {
        room.judge(&one.id, "works").await;
    }
    all
}

#[tokio::test]
async fn it_opens_when_every_line_is_validated_and_stays_completed() {
    let room = Room::new().await;
    let missing_at_first: Vec<String> = missing(&room).await.into_iter().map(|(label, _)| label).collect();
    assert_eq!(missing_at_first, ["Language model", "Text to speech", "Speech to text", "Phone leg"]);
    let refused = complete(&room).await.unwrap_err().view();
    assert_eq!(refused.kind, "not_ready");
    assert!(refused.message.contains("language model, text to speech, speech to text, phone leg"), "{refused:?}");

    let [claude, ..] = everything(&room).await;
    assert!(missing(&room).await.is_empty());
    let done = complete(&room).await.unwrap().completed.unwrap();
    assert_eq!((done.kit.as_str(), done.by.as_str()), ("voice", "Olga Owner"));
    assert!(room.app.organisations(&room.owner).await.unwrap()[0].ready);

    let request = CredentialDeleteRequest { id: claude.id, confirm: None };
    room.app.delete(&room.owner, request).await.unwrap();
    assert_eq!(missing(&room).await.len(), 1);
    assert_eq!(room.onboarding().await.completed.unwrap().at, done.at, "later changes ask for no new onboarding");
    assert_eq!(complete(&room).await.unwrap().completed.unwrap().at, done.at, "and completing again changes nothing");
}

#[tokio::test]
async fn exotel_is_as_good_as_twilio() {
    let room = Room::new().await;
    let [.., twilio] = everything(&room).await;
    room.enable(&twilio.id, false).await;
    assert_eq!(missing(&room).await, [("Phone leg".to_owned(), "“Phone” is disabled.".to_owned())]);
    let exotel = room.add("exotel", "Exophone").await;
    room.judge(&exotel.id, "limited").await;
    assert!(missing(&room).await.is_empty());
    let kit = room.onboarding().await.kits.remove(0);
    let phone = &kit.requirements[3].any_of;
    assert_eq!((phone[0].satisfied_by.as_deref(), phone[1].satisfied_by.as_deref()), (None, Some("Exophone")));
}

#[tokio::test]
async fn only_works_and_limited_count_and_unknown_keeps_what_was_known() {
    let room = Room::new().await;
    let [claude, ..] = everything(&room).await;
    let table = [
        ("no_credit", Some("“Claude” has no credit.")),
        ("suspended", Some("“Claude” belongs to a suspended account.")),
        ("misconfigured", Some("“Claude” has wrong settings.")),
        ("uncheckable", Some("“Claude” was not shown to work.")),
        ("rejected", Some("“Claude” was rejected by its provider on 2026-01-02.")),
        // Not reached is no news: the rejection stands.
        ("unknown", Some("“Claude” was rejected by its provider on 2026-01-02.")),
        ("limited", None),
        ("unknown", None),
        ("blocked", None),
        ("works", None),
        ("unknown", None),
    ];
    for (verdict, reason) in table {
        room.judge(&claude.id, verdict).await;
        let told = missing(&room).await.pop().map(|(_, why)| why);
        assert_eq!(told.as_deref(), reason, "{verdict}");
    }
    let second = room.add("anthropic", "Second").await;
    room.enable(&claude.id, false).await;
    assert_eq!(missing(&room).await[0].1, "“Second” was not checked yet.");
    room.judge(&second.id, "unknown").await;
    assert_eq!(missing(&room).await[0].1, "“Second” could not be checked yet.");
    assert!(complete(&room).await.is_err());
}

#[tokio::test]
async fn a_line_holds_only_where_the_rule_chooses_one() {
    let room = Room::new().await;
    let [claude, ..] = everything(&room).await;
    let second = room.add("anthropic", "Second").await;
    assert_eq!(
        missing(&room).await,
        [("Language model".to_owned(), "“Claude” and “Second” could be used, and none is the default.".to_owned())]
    );
    let line = room.onboarding().await.kits.remove(0).requirements.remove(0).any_of.remove(0);
    assert_eq!(line.credential, Some(claude.id.clone()), "there it can be made the default");
    room.judge(&second.id, "works").await;
    assert_eq!(missing(&room).await.len(), 1, "working ones are no choice either");
    let explained = room.app.readiness(&room.owner, "Acme", "voice").await.unwrap();
    assert!(!explained.ready);

    room.enable(&second.id, false).await;
    assert!(missing(&room).await.is_empty());
    room.enable(&second.id, true).await;
    let third = room.add_default("anthropic", "Third").await;
    assert_eq!(missing(&room).await[0].1, "“Third” was not checked yet.", "the chosen one decides, not the others");
    room.judge(&third.id, "works").await;
    assert!(missing(&room).await.is_empty());
}

#[tokio::test]
async fn what_is_never_used_does_not_count() {
    let room = Room::new().await;
    let [claude, ..] = everything(&room).await;
    room.enable(&claude.id, false).await;
    assert_eq!(missing(&room).await[0].1, "“Claude” is disabled.");
    room.enable(&claude.id, true).await;
    room.expire(&claude.id, Some("2020-01-01")).await;
    assert!(missing(&room).await[0].1.starts_with("“Claude” has expired on"));
    room.expire(&claude.id, None).await;
    assert!(missing(&room).await.is_empty());
    room.mode(OnboardingMode::Bundled).await;
    let dormant = missing(&room).await;
    assert_eq!(dormant.len(), 3, "telephony is the organisation's own in both modes");
    assert_eq!(dormant[0].1, "“Claude” is dormant, because Acme uses bundled keys.");
    let shared = room.share("anthropic", "Shared").await;
    room.judge(&shared.id, "works").await;
    assert_eq!(missing(&room).await.len(), 2, "a system-wide one counts where it is used");
    room.mode(OnboardingMode::Byok).await;
    assert!(missing(&room).await.is_empty());
    room.stop().await;
    assert!(missing(&room).await.is_empty(), "a stop passes, and says nothing of what an organisation has");
}

#[tokio::test]
async fn switching_the_mode_back_and_forth_loses_nothing() {
    let room = Room::new().await;
    let own = room.add_default("anthropic", "Own").await;
    room.share("anthropic", "Shared").await;
    let phone = room.add("twilio", "Phone").await;
    room.judge(&own.id, "works").await;
    let uses = vec![assigned("llm", &own), assigned("sms", &phone)];
    let agent = room.consumer(ConsumerKind::Agent, "Agent", uses).await;
    let before = room.show(&own.id).await;
    let key = async || room.deliver(&agent).await.unwrap()["ANTHROPIC_API_KEY"].clone();
    assert_eq!(key().await, "FAKE-Own-0123456789-abcdef");
    for _ in 0..2 {
        let bundled = room.mode(OnboardingMode::Bundled).await;
        assert_eq!((bundled.mode, bundled.dormant), (OnboardingMode::Bundled, 1), "telephony does not sleep");
        assert_eq!(room.show(&own.id).await.state, CredentialState::Dormant);
        assert_eq!(room.show(&phone.id).await.state, CredentialState::NotChecked);
        assert_eq!(key().await, "FAKE-Shared-0123456789-abcdef");
        assert_eq!(room.again(&agent).await.uses[0].credential.as_ref(), Some(&own.id), "the assignment is kept");
        let byok = room.mode(OnboardingMode::Byok).await;
        assert_eq!((byok.mode, byok.dormant), (OnboardingMode::Byok, 0));
        assert_eq!(key().await, "FAKE-Own-0123456789-abcdef");
    }
    let after = room.show(&own.id).await;
    assert_eq!((after.state, after.default, after.enabled), (before.state, before.default, before.enabled));
    assert_eq!(after.verdict.map(|verdict| verdict.kind), before.verdict.map(|verdict| verdict.kind));
    assert_eq!(after.secrets["api_key"].set_at, before.secrets["api_key"].set_at);
}
