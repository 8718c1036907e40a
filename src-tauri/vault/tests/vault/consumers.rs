//! Consumers, modes, global launch, and what a delivery leaves behind.

use strongroom_vault::{
    AssignmentRow, ConsumerChange, ConsumerQuery, ConsumerRow, CredentialRow, KeyOwner, ListQuery, NewConsumer,
    OrganisationId, ProcessMark, Recipient, Scope, States, StatusFilter, UsedByRow, VaultError,
};

use crate::hand::{Room, new, room, unlocked};

fn organisation(room: &Room) -> OrganisationId {
    match room.organisation {
        Scope::Organisation(id) => id,
        Scope::System => unreachable!("a room has an organisation"),
    }
}

fn uses(credential: Option<&CredentialRow>) -> AssignmentRow {
    AssignmentRow {
        slot: "sms".into(),
        provider: "twilio".into(),
        credential: credential.map(|row| row.id),
        model: None,
    }
}

async fn consumer(room: &Room, kind: &str, name: &str, assignments: Vec<AssignmentRow>) -> ConsumerRow {
    let new = NewConsumer {
        organisation: organisation(room),
        kind: kind.into(),
        name: name.into(),
        note: "Ünterstützung am Telefon".into(),
        assignments,
    };
    room.vault.create_consumer(new, &room.by).await.unwrap()
}

fn used(kind: &str, name: &str, slot: &str) -> UsedByRow {
    UsedByRow { kind: kind.into(), name: name.into(), slot: slot.into() }
}

#[tokio::test]
async fn consumers_are_stored_found_and_paged() {
    let room = room().await;
    let credential = room.add("Main", "FAKE-main").await;
    let first = consumer(&room, "agent", "Support line", vec![uses(Some(&credential)), uses(None)]).await;
    assert_eq!(first.assignments, [uses(Some(&credential)), uses(None)], "in order");
    consumer(&room, "skill", "Support line", Vec::new()).await;
    let taken = NewConsumer {
        organisation: organisation(&room),
        kind: "agent".into(),
        name: "SUPPORT LINE".into(),
        note: String::new(),
        assignments: Vec::new(),
    };
    let refused = room.vault.create_consumer(taken, &room.by).await;
    assert!(matches!(refused, Err(VaultError::DuplicateName(_))), "one name of one kind in one organisation");

    for number in 0..5 {
        consumer(&room, "runtime", &format!("Runtime {number}"), Vec::new()).await;
    }
    let mut query = ConsumerQuery { limit: 3, ..ConsumerQuery::default() };
    let mut names = Vec::new();
    loop {
        let page = room.vault.consumers(&query).await.unwrap();
        assert_eq!(page.total, 7);
        names.extend(page.items.iter().map(|row| row.name.clone()));
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    assert_eq!(names.len(), 7);
    assert!(names.is_sorted(), "{names:?}");
    let found = |search: &str| ConsumerQuery { search: Some(search.into()), limit: 9, ..ConsumerQuery::default() };
    assert_eq!(room.vault.consumers(&found("ÜNTER line")).await.unwrap().total, 2, "words in name and note");
    assert_eq!(room.vault.consumers(&found("nothing")).await.unwrap().total, 0);
    let kind = ConsumerQuery { kind: Some("skill".into()), limit: 9, ..ConsumerQuery::default() };
    assert_eq!(room.vault.consumers(&kind).await.unwrap().total, 1);
    assert_eq!(room.vault.find_consumers("support LINE", None).await.unwrap().len(), 2);
    assert_eq!(room.vault.find_consumers(&first.id.to_string(), None).await.unwrap()[0].id, first.id);
    let bad = ConsumerQuery { after: Some("x".into()), limit: 1, ..ConsumerQuery::default() };
    assert!(matches!(room.vault.consumers(&bad).await, Err(VaultError::BadCursor)));
}

#[tokio::test]
async fn what_does_not_fit_is_not_assigned_and_a_parallel_change_is_not_lost() {
    let room = room().await;
    let other = room.vault.create_organisation("Other", &room.by).await.unwrap();
    let foreign = new(Scope::Organisation(other.id), "Theirs", &[("api_secret", "FAKE-theirs")]);
    let foreign = room.vault.add_credential(foreign, &room.by).await.unwrap();
    let agent = consumer(&room, "agent", "Support line", Vec::new()).await;
    let assign = |one: AssignmentRow, revision| ConsumerChange {
        expected_revision: Some(revision),
        assignments: Some(vec![one]),
        ..ConsumerChange::default()
    };
    let refused = room.vault.change_consumer(agent.id, assign(uses(Some(&foreign)), 1), &room.by).await;
    assert!(matches!(refused, Err(VaultError::NotFound("credential"))), "another organisation's");
    let mut wrong = uses(Some(&room.add("Main", "FAKE-main").await));
    wrong.provider = "anthropic".into();
    let refused = room.vault.change_consumer(agent.id, assign(wrong, 1), &room.by).await;
    assert!(matches!(refused, Err(VaultError::NotFound("credential"))), "of another provider");
    assert!(room.vault.consumer(agent.id).await.unwrap().assignments.is_empty(), "nothing was changed");
    room.vault.change_consumer(agent.id, assign(uses(None), 1), &room.by).await.unwrap();
    let late = room.vault.change_consumer(agent.id, assign(uses(None), 1), &room.by).await;
    assert!(matches!(late, Err(VaultError::Conflict { stored: 2 })));
    room.vault.delete_consumer(agent.id, &room.by).await.unwrap();
    assert!(matches!(room.vault.consumer(agent.id).await, Err(VaultError::NotFound("consumer"))));
    assert_eq!(room.vault.audit_tail(1).await.unwrap()[0].action, "consumer.delete");
}

#[tokio::test]
async fn a_deleted_credential_is_taken_away_from_its_consumers_by_kind() {
    let room = room().await;
    let credential = room.add("Main", "FAKE-main").await;
    let agent = consumer(&room, "agent", "Support line", vec![uses(Some(&credential))]).await;
    let skill = consumer(&room, "skill", "Looks up orders", vec![uses(Some(&credential))]).await;
    let row = room.vault.credential(credential.id).await.unwrap();
    assert_eq!(row.used_by, [used("agent", "Support line", "sms"), used("skill", "Looks up orders", "sms")]);
    room.vault.delete_credential(credential.id, &["agent"], &room.by).await.unwrap();
    let agent = room.vault.consumer(agent.id).await.unwrap();
    assert_eq!((agent.assignments, agent.revision), (vec![uses(None)], 2), "by the rule from now on");
    assert!(room.vault.consumer(skill.id).await.unwrap().assignments.is_empty());
    let told: Vec<String> = room.vault.audit_tail(3).await.unwrap().into_iter().map(|row| row.action).collect();
    assert_eq!(told, ["credential.delete", "consumer.unlink", "consumer.unlink"]);
    assert!(room.vault.examine().await.unwrap().foreign_keys.is_empty());
}

#[tokio::test]
async fn a_delivery_says_who_got_what() {
    let room = room().await;
    let credential = room.add("Main", "FAKE-main").await;
    let agent = consumer(&room, "agent", "Support line", vec![uses(Some(&credential))]).await;
    let process = ProcessMark { id: 4242, started: "boot 1".into() };
    let to = Recipient {
        program: "agent.py",
        process: Some(&process),
        consumer: Some((agent.id, &agent.name)),
        organisation: None,
    };
    for _ in 0..2 {
        room.vault.deliver(&[credential.id], to, &room.by).await.unwrap();
    }
    let row = room.vault.credential(credential.id).await.unwrap();
    assert_eq!(row.used_by, [used("agent", "Support line", "sms"), used("program", "agent.py", "TWILIO_KEY")]);
    assert_eq!(room.vault.consumer(agent.id).await.unwrap().last_used_at, row.last_used_at);
    let entry = room.vault.audit_tail(1).await.unwrap().remove(0);
    assert_eq!(entry.scope, organisation(&room).to_string());
    assert!(entry.detail.contains("Support line"), "{}", entry.detail);

    let running = room.vault.running().await.unwrap();
    assert_eq!(running.len(), 1, "one process, however often it asks");
    assert_eq!((running[0].credentials.as_slice(), running[0].process.clone()), ([credential.id].as_slice(), process));
    assert_eq!(running[0].consumer.as_deref(), Some("Support line"));
    // The number came again: what stood there has ended.
    let later = ProcessMark { id: 4242, started: "boot 2".into() };
    let to = Recipient { process: Some(&later), ..Recipient::from("other") };
    room.vault.deliver(&[credential.id], to, &room.by).await.unwrap();
    let running = room.vault.running().await.unwrap();
    assert_eq!((running.len(), running[0].program.as_str()), (1, "other"));
    room.vault.forget_running(&[ProcessMark { id: 4242, started: "boot 1".into() }]).await.unwrap();
    assert_eq!(room.vault.running().await.unwrap().len(), 1, "another process than the one that ended");
    room.vault.forget_running(&[later]).await.unwrap();
    assert!(room.vault.running().await.unwrap().is_empty());
    assert_eq!(room.vault.verify_audit().await.unwrap().first_bad, None);
}

#[tokio::test]
async fn no_telephony_is_delivered_once_it_is_stopped_not_even_what_was_prepared_before() {
    let room = room().await;
    let phone = room.add("Phone", "FAKE-phone").await;
    let mut model = new(room.organisation, "Model", &[("api_key", "FAKE-model")]);
    (model.types, model.provider) = (vec!["llm".into()], "anthropic".into());
    let model = room.vault.add_credential(model, &room.by).await.unwrap();
    let parcel = room.vault.prepare_parcel(vec![phone.clone(), model.clone()]).await.unwrap();
    let other = unlocked(&room.home()).await;
    assert!(matches!(other.stop_launch(" ", &room.by).await, Err(VaultError::Invalid(_))), "a reason is needed");
    other.stop_launch("Wrong numbers are called", &room.by).await.unwrap();
    let refused = room.hand_over(parcel).await;
    assert!(matches!(refused, Err(VaultError::LaunchStopped)));
    assert!(matches!(room.vault.deliver(&[phone.id], "sh", &room.by).await, Err(VaultError::LaunchStopped)));
    assert_eq!(room.vault.credential(phone.id).await.unwrap().last_used_at, None);
    room.vault.deliver(&[model.id], "sh", &room.by).await.unwrap();

    let stop = room.vault.launch_stop().await.unwrap().unwrap();
    assert_eq!((stop.by.as_str(), stop.reason.as_str()), ("Ada Admin", "Wrong numbers are called"));
    room.vault.stop_launch("Another reason", &room.by).await.unwrap();
    assert_eq!(room.vault.launch_stop().await.unwrap(), Some(stop), "it is stopped already");
    room.vault.resume_launch(&room.by).await.unwrap();
    room.vault.deliver(&[phone.id], "sh", &room.by).await.unwrap();
    let actions: Vec<String> = room.vault.audit_tail(4).await.unwrap().into_iter().map(|row| row.action).collect();
    assert_eq!(actions, ["credential.deliver", "launch.resume", "credential.deliver", "launch.stop"]);
}

#[tokio::test]
async fn what_was_switched_off_after_it_was_chosen_is_chosen_again() {
    let room = room().await;
    let row = room.add("Main", "FAKE-main").await;
    let parcel = room.vault.prepare_parcel(vec![row.clone()]).await.unwrap();
    unlocked(&room.home()).await.set_enabled(row.id, false, &room.by).await.unwrap();
    let refused = room.hand_over(parcel).await;
    assert!(matches!(refused, Err(VaultError::Conflict { .. })));
    assert_eq!(room.vault.audit_tail(1).await.unwrap()[0].action, "credential.disable");
}

#[tokio::test]
async fn a_mode_makes_ai_credentials_dormant_and_loses_nothing() {
    let room = room().await;
    let id = organisation(&room);
    room.add("Phone", "FAKE-phone").await;
    let mut model = new(room.organisation, "Model", &[("api_key", "FAKE-model")]);
    (model.types, model.provider) = (vec!["llm".into()], "anthropic".into());
    let model = room.vault.add_credential(model, &room.by).await.unwrap();
    let dormant = || async {
        let statuses = vec![StatusFilter::Dormant];
        let states = States { ai_types: vec!["llm".into(), "stt".into()], ..States::default() };
        let page = room.vault.list(&ListQuery { statuses, states, limit: 9, ..ListQuery::default() }).await.unwrap();
        assert_eq!(page.total as usize, page.items.len());
        page.items.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert!(dormant().await.is_empty());
    room.vault.set_key_owner(id, KeyOwner::System, &room.by).await.unwrap();
    assert_eq!(dormant().await, ["Model"]);
    assert!(room.vault.credential(model.id).await.unwrap().bundled);
    room.vault.set_key_owner(id, KeyOwner::System, &room.by).await.unwrap();
    assert_eq!(room.vault.audit_tail(9).await.unwrap().iter().filter(|e| e.action == "organisation.mode").count(), 1);
    room.vault.set_key_owner(id, KeyOwner::Organisation, &room.by).await.unwrap();
    assert!(dormant().await.is_empty());
    assert_eq!(room.vault.credential(model.id).await.unwrap().revision, model.revision, "kept untouched");

    room.vault.complete_onboarding(id, "voice", &room.by).await.unwrap();
    let ready = room.vault.organisations().await.unwrap().remove(0).ready.unwrap();
    assert_eq!((ready.kit.as_str(), ready.by.as_str()), ("voice", "Ada Admin"));
    room.vault.complete_onboarding(id, "other", &room.by).await.unwrap();
    assert_eq!(room.vault.organisations().await.unwrap().remove(0).ready, Some(ready), "later changes need no new one");
}
