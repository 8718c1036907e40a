//! Global launch: nothing of telephony is handed out once it is stopped.

use strongroom_app::views::{ConsumerKind, CredentialDeleteRequest, LaunchStopRequest};
use strongroom_app::{Actor, AppError, DeliveryRequest, Rights, process_mark};
use strongroom_vault::{Contents, CredentialId, OrganisationId, VaultError};

use crate::room::{Room, assigned};

#[tokio::test]
async fn a_stop_between_choosing_and_delivering_is_heeded() {
    let room = Room::new().await;
    let phone = room.add("twilio", "Phone").await;
    let claude = room.add("anthropic", "Claude").await;
    let (vault, author) = (room.vault().await, room.owner.author());
    let parcel = async |id: &str| {
        let row = vault.credential(CredentialId::parse(id).unwrap()).await.unwrap();
        vault.prepare_parcel(vec![row]).await.unwrap()
    };
    let by = &author;
    let hand_over = async |parcel| {
        let mut handed = 0;
        let mut packing = |opened: Vec<Contents<'_>>| {
            handed = opened.len();
            true
        };
        vault.deliver_parcel(parcel, "agent", by, &mut packing).await.map(|()| handed)
    };
    let (telephony, model) = (parcel(&phone.id).await, parcel(&claude.id).await);
    room.stop().await;
    let refused = hand_over(telephony).await;
    assert!(matches!(refused, Err(VaultError::LaunchStopped)), "{refused:?}");
    assert!(room.show(&phone.id).await.last_used_at.is_none());
    assert_eq!(hand_over(model).await.unwrap(), 1, "what is no telephony goes on");
    room.app.resume_launch(&room.owner).await.unwrap();
    let again = parcel(&phone.id).await;
    assert_eq!(hand_over(again).await.unwrap(), 1);
}

#[tokio::test]
async fn a_consumer_gets_all_that_it_uses_or_nothing() {
    let room = Room::new().await;
    let (phone, claude) = (room.add("twilio", "Phone").await, room.add("anthropic", "Claude").await);
    let uses = vec![assigned("llm", &claude), assigned("sms", &phone)];
    let agent = room.consumer(ConsumerKind::Agent, "Agent", uses).await;
    let got = room.deliver(&agent).await.unwrap();
    assert!(got.contains_key("ANTHROPIC_API_KEY") && got.contains_key("TWILIO_API_SECRET"));
    let known: Vec<&String> = got.keys().collect();
    assert_eq!(known, agent.variables.iter().collect::<Vec<_>>(), "its view names what it gets");
    room.stop().await;
    let last_used = room.show(&claude.id).await.last_used_at;
    let Err(AppError::NothingResolves { reason, hint }) = room.deliver(&agent).await else { panic!("delivered") };
    assert!(reason.contains("“Agent” cannot have all that it uses") && reason.contains("A wave of fraud"), "{reason}");
    assert!(hint.contains("strongroom launch resume"), "{hint}");
    assert_eq!(room.show(&claude.id).await.last_used_at, last_used, "not even the half that could be had");

    room.enable(&claude.id, false).await;
    let Err(AppError::NothingResolves { reason, .. }) = room.deliver(&agent).await else { panic!("delivered") };
    assert!(reason.contains("“Claude” is disabled") && reason.contains("“Phone” is for telephony"), "{reason}");
}

#[tokio::test]
async fn who_stopped_it_when_and_why_is_told_and_a_second_stop_takes_nothing_over() {
    let room = Room::new().await;
    assert!(room.app.launch(&room.owner).await.unwrap().stopped.is_none());
    let stop =
        async |reason: &str| room.app.stop_launch(&room.owner, LaunchStopRequest { reason: reason.into() }).await;
    assert_eq!(stop(" ").await.unwrap_err().view().fields[0].field, "reason");
    let first = stop("Fraud").await.unwrap().stopped.unwrap();
    assert_eq!((first.by.as_str(), first.reason.as_str()), ("Olga Owner", "Fraud"));
    let second = stop("Something else").await.unwrap().stopped.unwrap();
    assert_eq!((second.at, second.reason), (first.at, first.reason));
    assert_eq!(room.app.status(&room.owner).await.unwrap().launch_stop.unwrap().reason, "Fraud");
    assert!(room.app.resume_launch(&room.owner).await.unwrap().stopped.is_none());
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn programs_with_telephony_are_listed_while_they_run() {
    let room = Room::new().await;
    let phone = room.add("twilio", "Phone").await;
    let claude = room.add("anthropic", "Claude").await;
    let start = async |key: &str| {
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let request = DeliveryRequest {
            keys: vec![key.into()],
            program: format!("gets {key}"),
            process: process_mark(child.id()),
            ..DeliveryRequest::default()
        };
        room.app.deliver(&room.owner, request).await.unwrap();
        let input = child.stdin.take().unwrap();
        (child, input)
    };
    let (mut caller, input) = start("PHONE").await;
    let (mut other, other_input) = start("CLAUDE").await;
    room.stop().await;
    let running = room.app.launch(&room.owner).await.unwrap().running;
    assert_eq!(running.len(), 1, "what has no telephony is no matter of it");
    assert_eq!((running[0].process, running[0].program.as_str()), (caller.id(), "gets PHONE"));
    assert_eq!(running[0].credentials, ["Phone"]);
    // The program has it still, whatever becomes of the credential.
    for one in [&phone, &claude] {
        let request = CredentialDeleteRequest { id: one.id.clone(), confirm: Some(one.name.clone()) };
        room.app.delete(&room.owner, request).await.unwrap();
    }
    let running = room.app.launch(&room.owner).await.unwrap().running;
    assert_eq!(running.len(), 1, "a deleted one for something else is no matter of it either");
    assert_eq!((running[0].process, &running[0].credentials[..]), (caller.id(), &["Phone (deleted)".to_owned()][..]));
    let outsider = Actor { rights: Rights::member_of(vec![OrganisationId::make()]), ..room.owner.clone() };
    assert!(room.app.launch(&outsider).await.unwrap().running.is_empty(), "and it is Acme's still");
    drop((input, other_input));
    caller.wait().unwrap();
    other.wait().unwrap();
    assert!(room.app.launch(&room.owner).await.unwrap().running.is_empty());
}
