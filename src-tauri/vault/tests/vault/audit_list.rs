//! Reading the audit: filters, pages, and what is written of refusals and deliveries.

use strongroom_vault::{AuditGroup, AuditQuery, AuditReach, Author, PersonId, RefusedAttempt, Scope, Trial, Vault};

use crate::hand::{Room, by_hand, new, room, verdict};

async fn found(vault: &Vault, query: AuditQuery) -> Vec<u64> {
    let page = vault.audit_page(&AuditQuery { limit: 100, ..query }).await.unwrap();
    page.rows.iter().map(|row| row.sequence).collect()
}

fn query() -> AuditQuery {
    AuditQuery::default()
}

fn refusal(id: &str, why: &str) -> RefusedAttempt {
    RefusedAttempt {
        operation: "change",
        why: why.to_owned(),
        kind: "credential",
        id: id.to_owned(),
        name: "Main".to_owned(),
        about: String::new(),
        consumer: None,
        scope: None,
        times: 1,
    }
}

/// A second organisation, and a credential in each and in the shared scope; then entries of every kind by two people.
async fn busy() -> (Room, Scope, Author) {
    let room = room().await; // 1, 2
    let other = Scope::Organisation(room.vault.create_organisation("Other", &room.by).await.unwrap().id); // 3
    let mia = Author { person: PersonId::make(), name: "Mia Member".to_owned() };
    let mut ids = Vec::new();
    for (scope, name) in [(room.organisation, "Main"), (other, "Theirs"), (Scope::System, "Shared")] {
        let fields = [("api_secret", "FAKE-secret-0123456789")];
        ids.push(room.vault.add_credential(new(scope, name, &fields), &room.by).await.unwrap().id); // 4, 5, 6
    }
    room.vault.record_verdict(ids[0], &verdict("works", true), None, &mia).await.unwrap(); // 7
    room.vault.deliver(&[ids[0], ids[2]], "agent", &mia).await.unwrap(); // 8: one organisation and what is shared
    room.vault.deliver(&ids, "50%_off", &room.by).await.unwrap(); // 9: two organisations
    room.vault.deliver(&[ids[2]], "agent", &room.by).await.unwrap(); // 10: shared alone
    assert!(room.vault.record_refusal(&refusal(&ids[0].to_string(), "not_permitted"), &mia).await.unwrap()); // 11
    let trial = Trial {
        id: String::new(),
        name: "Draft".to_owned(),
        scope: other,
        provider: "anthropic".to_owned(),
        verdict: "rejected".to_owned(),
    };
    room.vault.record_trial(&trial, &mia).await.unwrap(); // 12
    assert_eq!(room.vault.verify_audit().await.unwrap().first_bad, None);
    (room, other, mia)
}

#[tokio::test]
async fn each_filter_finds_its_entries() {
    let (room, other, mia) = busy().await;
    let vault = &room.vault;
    let main = vault.find_credentials("Main", None).await.unwrap()[0].id.to_string();
    let all = vault.audit_tail(100).await.unwrap();
    let at = |sequence: u64| all.iter().find(|row| row.sequence == sequence).unwrap().at.clone();
    let group = |group| AuditQuery { group: Some(group), ..query() };
    let text = |text: &str| AuditQuery { text: Some(text.to_owned()), ..query() };
    let scope = |scope| AuditQuery { scope: Some(scope), ..query() };
    let table = [
        (query(), vec![12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (group(AuditGroup::Deliveries), vec![10, 9, 8]),
        (group(AuditGroup::Checks), vec![12, 7]),
        (group(AuditGroup::Refused), vec![11]),
        (group(AuditGroup::Changes), vec![6, 5, 4, 3, 2, 1]),
        (AuditQuery { action: Some("credential.add".to_owned()), ..query() }, vec![6, 5, 4]),
        (AuditQuery { action: Some("credential.deliver".to_owned()), ..query() }, vec![10, 9, 8]),
        (AuditQuery { author: Some(mia.person), ..query() }, vec![12, 11, 8, 7]),
        (AuditQuery { object: Some(main), ..query() }, vec![11, 9, 8, 7, 4]),
        (scope(room.organisation), vec![9, 8, 7, 4, 2]),
        (scope(other), vec![12, 9, 5, 3]),
        (scope(Scope::System), vec![10, 6]),
        (text("AGENT"), vec![10, 8]),
        (text("Theirs"), vec![9, 5]),
        (text("50%_"), vec![9]),
        (text("50_"), vec![]),
        (text("mia"), vec![12, 11, 8, 7]),
        (AuditQuery { from: Some("9999".to_owned()), ..query() }, vec![]),
        (AuditQuery { until: Some(at(1)), ..query() }, vec![]),
        (AuditQuery { before: Some(3), ..query() }, vec![2, 1]),
        (AuditQuery { author: Some(mia.person), group: Some(AuditGroup::Deliveries), ..query() }, vec![8]),
    ];
    for (query, expected) in table {
        assert_eq!(found(vault, query.clone()).await, expected, "{query:?}");
    }
    let from_here = found(vault, AuditQuery { from: Some(at(7)), ..query() }).await;
    assert!(from_here.contains(&7) && from_here.contains(&12), "{from_here:?}");
    let people: Vec<String> = vault.audit_people(None).await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(people, ["Ada Admin", "Mia Member"]);
}

#[tokio::test]
async fn who_may_not_see_all_sees_the_entries_of_their_scopes_and_their_own() {
    let (room, other, mia) = busy().await;
    let reach = |scopes, person| Some(AuditReach { scopes, person });
    let nobody = PersonId::make();
    let table = [
        (reach(vec![other], nobody), vec![12, 9, 5, 3]),
        (reach(vec![other], mia.person), vec![12, 11, 9, 8, 7, 5, 3]),
        (reach(Vec::new(), mia.person), vec![12, 11, 8, 7]),
        (reach(Vec::new(), nobody), vec![]),
    ];
    for (reach, expected) in table {
        assert_eq!(found(&room.vault, AuditQuery { reach: reach.clone(), ..query() }).await, expected, "{reach:?}");
    }
    let seen = room.vault.audit_people(reach(vec![], mia.person).as_ref()).await.unwrap();
    assert_eq!(seen.len(), 1, "others are not named");
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended() {
    let (room, _, _) = busy().await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = room.vault.audit_page(&AuditQuery { before, limit: 5, ..query() }).await.unwrap();
        seen.extend(page.rows.iter().map(|row| row.sequence));
        before = page.rows.last().map(|row| row.sequence);
        // What is written meanwhile moves nothing.
        room.vault.set_setting("theme", &format!("{before:?}"), &room.by).await.unwrap();
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn a_flood_of_refusals_does_not_fill_the_log() {
    let room = room().await;
    let before = room.vault.audit_tail(1).await.unwrap()[0].sequence;
    assert!(room.vault.record_refusal(&refusal("a", "not_permitted"), &room.by).await.unwrap());
    assert!(!room.vault.record_refusal(&refusal("a", "not_permitted"), &room.by).await.unwrap(), "an equal one");
    assert!(room.vault.record_refusal(&refusal("a", "archived"), &room.by).await.unwrap(), "for another reason");
    for number in 0..200 {
        let attempt =
            RefusedAttempt { scope: Some(room.organisation), ..refusal(&number.to_string(), "not_permitted") };
        room.vault.record_refusal(&attempt, &room.by).await.unwrap();
    }
    let last = &room.vault.audit_tail(1).await.unwrap()[0];
    assert_eq!(last.sequence - before, 20, "so many of one kind and one person in an hour");
    assert!(last.detail.contains("\"last\":true"), "the reader is told: {}", last.detail);
    let other = RefusedAttempt { operation: "recover", ..refusal("a", "not_permitted") };
    assert!(room.vault.record_refusal(&other, &room.by).await.unwrap(), "whatever is tried beside it is written");
    let mia = Author { person: PersonId::make(), name: "Mia Member".to_owned() };
    assert!(room.vault.record_refusal(&refusal("a", "not_permitted"), &mia).await.unwrap(), "another person");

    let now = jiff::Timestamp::now();
    let length = room.vault.audit_length().await.unwrap();
    room.vault.tell_left_out(now).await.unwrap();
    assert_eq!(room.vault.audit_length().await.unwrap(), length, "the hour has not ended");
    let later = now + jiff::SignedDuration::from_mins(61);
    room.vault.tell_left_out(later).await.unwrap();
    let told = &room.vault.audit_tail(1).await.unwrap()[0];
    assert_eq!((&told.author, told.action.as_str()), (&room.by.name, "attempt.refused"));
    // Two and two hundred were tried, of which twenty are written; the first number is one that was there.
    assert!(told.detail.contains("\"more\":182"), "{}", told.detail);
    let Scope::Organisation(id) = room.organisation else { panic!("a scope of its own") };
    assert_eq!(told.scope, id.to_string(), "its admins see it");
    room.vault.tell_left_out(later).await.unwrap();
    assert_eq!(room.vault.audit_length().await.unwrap(), length + 1, "once");
    assert_eq!(room.vault.verify_audit().await.unwrap().first_bad, None);
}

#[tokio::test]
async fn a_change_whose_entry_cannot_be_written_does_not_happen() {
    let room = room().await;
    let row = room.add("Main", "FAKE-secret-0123456789").await;
    by_hand(
        &room.home(),
        "CREATE TRIGGER stop BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no entry'); END",
    )
    .await;
    let fields = [("api_secret", "FAKE-other-0123456789")];
    assert!(room.vault.add_credential(new(room.organisation, "Second", &fields), &room.by).await.is_err());
    assert!(room.vault.set_enabled(row.id, false, &room.by).await.is_err());
    assert!(room.vault.record_verdict(row.id, &verdict("works", true), None, &room.by).await.is_err());
    assert!(room.vault.deliver(&[row.id], "agent", &room.by).await.is_err(), "nothing is handed out");
    assert!(room.vault.delete_credential(row.id, &[], &room.by).await.is_err());
    assert!(room.vault.set_audit_retention(Some(90), &room.by).await.is_err());
    let after = room.vault.credential(row.id).await.unwrap();
    assert!(after.enabled && after.verdict.is_none() && after.last_used_at.is_none());
    assert!(room.vault.find_credentials("Second", None).await.unwrap().is_empty());
    assert_eq!(room.vault.audit_retention().await.unwrap(), None);
    by_hand(&room.home(), "DROP TRIGGER stop").await;
    assert_eq!(room.vault.verify_audit().await.unwrap().first_bad, None);
}
