//! Credentials: stored, changed, checked, delivered, damaged, repaired.

use std::collections::BTreeMap;

use strongroom_vault::{
    Contents, CredentialChange, FoundVerdict, Opened, RecordFault, Scope, SecretChange, SecretText, VaultError,
};

use crate::hand::{by_hand, bytes, contains, hand, new, plain, room, secret, unlocked, verdict};

fn change(secrets: impl IntoIterator<Item = (&'static str, SecretChange)>) -> CredentialChange {
    let secrets = secrets.into_iter().map(|(field, change)| (field.to_owned(), change)).collect();
    CredentialChange { secrets, ..Default::default() }
}

fn replace(text: &str) -> SecretChange {
    SecretChange::Replace(secret(text))
}

fn shown(opened: &BTreeMap<String, SecretText>) -> Vec<(&str, String)> {
    opened.iter().map(|(field, text)| (field.as_str(), plain(text))).collect()
}

#[tokio::test]
async fn a_credential_is_stored_sealed_and_opens() {
    let room = room().await;
    let fields = [("api_secret", "FAKE-secret-0123456789"), ("signing", "FAKE-secret-0123456789-second")];
    let row = room.vault.add_credential(new(room.organisation, " Main ", &fields), &room.by).await.unwrap();
    assert_eq!((row.name.as_str(), row.revision, row.main_type.as_str()), ("Main", 1, "sms"));
    assert_eq!((row.scope, row.scope_name.as_str()), (room.organisation, "Acme"));
    assert_eq!(row.types, ["sms", "voice"]);
    assert_eq!(row.created_by, "Ada Admin");
    assert_eq!(row.plain["account_sid"], "ACFAKE0001");
    assert!(row.enabled && !row.default && !row.unreadable && row.verdict.is_none());
    assert_eq!(row.sealed.keys().collect::<Vec<_>>(), ["api_secret", "signing"]);
    let opened = room.vault.open_secrets(row.id).await.unwrap();
    let expected = fields.map(|(field, text)| (field, text.to_owned()));
    assert_eq!(shown(&opened), expected);

    let files = bytes(&room.home());
    assert!(!contains(&files, b"FAKE-secret"), "nothing in the files in plain");
    assert!(contains(&files, b"ACFAKE0001"), "the scan finds what is there");

    // A locked one still shows the row.
    room.vault.lock();
    assert_eq!(room.vault.credential(row.id).await.unwrap().sealed, row.sealed);
}

#[tokio::test]
async fn keep_replace_and_clear() {
    let room = room().await;
    let fields = [("api_secret", "FAKE-old-first"), ("signing", "FAKE-old-second")];
    let row = room.vault.add_credential(new(room.organisation, "Main", &fields), &room.by).await.unwrap();
    let key = async || -> (String, i64) {
        let mut hand = hand(&room.home()).await;
        sqlx::query_as("SELECT id, generation FROM data_key").fetch_one(&mut hand).await.unwrap()
    };
    let first_key = key().await;

    let mut renamed = change([("api_secret", SecretChange::Keep)]);
    renamed.name = Some("Renamed".to_owned());
    renamed.category = Some("messaging".to_owned());
    renamed.plain = [("account_sid".to_owned(), None), ("region".to_owned(), Some("ie1".to_owned()))].into();
    let changed = room.vault.change_credential(row.id, renamed, &room.by).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.category.as_str(), changed.revision), ("Renamed", "messaging", 2));
    assert_eq!(changed.plain, [("region".to_owned(), "ie1".to_owned())].into());
    assert_eq!(changed.sealed, row.sealed);
    assert_eq!(key().await, first_key, "keeping makes no new key");

    let changed =
        room.vault.change_credential(row.id, change([("signing", replace("FAKE-new-0123456789"))]), &room.by).await;
    let changed = changed.unwrap();
    let second_key = key().await;
    assert_ne!(second_key.0, first_key.0, "replacing makes a new key");
    assert_eq!(second_key.1, first_key.1 + 1);
    assert_eq!(changed.sealed["signing"].tail.as_deref(), Some("6789"));
    assert_eq!(changed.sealed["api_secret"], row.sealed["api_secret"], "a kept field keeps its date");
    let opened = room.vault.open_secrets(row.id).await.unwrap();
    let expected = [("api_secret", "FAKE-old-first".to_owned()), ("signing", "FAKE-new-0123456789".to_owned())];
    assert_eq!(shown(&opened), expected);

    let cleared = room.vault.change_credential(row.id, change([("signing", SecretChange::Clear)]), &room.by).await;
    assert_eq!(cleared.unwrap().sealed.keys().collect::<Vec<_>>(), ["api_secret"]);
    assert_ne!(key().await.0, second_key.0, "and so does clearing");
    let opened = room.vault.open_secrets(row.id).await.unwrap();
    assert_eq!(shown(&opened), [("api_secret", "FAKE-old-first".to_owned())]);
}

#[tokio::test]
async fn a_tail_is_the_last_four_characters_of_sixteen_or_more() {
    let room = room().await;
    let tails = [
        ("FAKEFAKEFAKE1234", Some("1234")),
        ("FAKEFAKEFAKE123", None),
        ("FAKEFAKEFAKEFAKEäöüß", Some("äöüß")),
        ("äöüßäöüßäöüß123", None),
        ("", None),
    ];
    for (number, (text, tail)) in tails.into_iter().enumerate() {
        let row = room.add(&number.to_string(), text).await;
        assert_eq!(row.sealed["api_secret"].tail.as_deref(), tail, "{text}");
    }
}

#[tokio::test]
async fn names_are_unique_in_a_scope_whatever_their_case() {
    let room = room().await;
    let first = room.add("Straße", "FAKE").await;
    let second = room.add("Other", "FAKE").await;
    let taken = room.vault.add_credential(new(room.organisation, "sTRAßE", &[]), &room.by).await;
    assert!(matches!(taken, Err(VaultError::DuplicateName(_))));
    // Composed and decomposed are one name.
    room.add("Café", "FAKE").await;
    let taken = room.vault.add_credential(new(room.organisation, "cafe\u{301}", &[]), &room.by).await;
    assert!(matches!(taken, Err(VaultError::DuplicateName(_))));
    // Another scope has names of its own.
    room.vault.add_credential(new(Scope::System, "Straße", &[]), &room.by).await.unwrap();

    let rename = || CredentialChange { name: Some("STRAßE".to_owned()), ..Default::default() };
    assert!(matches!(
        room.vault.change_credential(second.id, rename(), &room.by).await,
        Err(VaultError::DuplicateName(_))
    ));
    let renamed = room.vault.change_credential(first.id, rename(), &room.by).await.unwrap();
    assert_eq!(renamed.name, "STRAßE", "its own name in another case");

    for name in ["acme", "System"] {
        let made = room.vault.create_organisation(name, &room.by).await;
        assert!(matches!(made, Err(VaultError::DuplicateName(_))), "{name}");
    }
    for name in ["", " \t", "a\nb", &"x".repeat(201)] {
        let added = room.vault.add_credential(new(room.organisation, name, &[]), &room.by).await;
        assert!(matches!(added, Err(VaultError::Invalid(_))), "{name:?}");
    }

    // Found by id, by name in any case, by lookup key; in the scopes that are asked for.
    let found = async |text: &str, scopes: Option<&[Scope]>| -> Vec<String> {
        let rows = room.vault.find_credentials(text, scopes).await.unwrap();
        rows.into_iter().map(|row| row.name).collect()
    };
    assert_eq!(found(&first.id.to_string(), None).await, ["STRAßE"]);
    assert_eq!(found("straße", None).await.len(), 2);
    assert_eq!(found("straße", Some(&[Scope::System])).await, ["Straße"]);
    assert_eq!(found("TWILIO_KEY", Some(&[room.organisation])).await.len(), 3);
    assert!(found("twilio_key", None).await.is_empty(), "a lookup key is exact");
    assert!(room.vault.find_credentials("nobody", None).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_default_per_scope_provider_and_type() {
    let room = room().await;
    let default = |scope, name| {
        let mut new = new(scope, name, &[]);
        new.default = true;
        new
    };
    let first = room.vault.add_credential(default(room.organisation, "First"), &room.by).await.unwrap();
    let second = room.vault.add_credential(default(room.organisation, "Second"), &room.by).await.unwrap();
    let third = room.vault.add_credential(default(Scope::System, "Third"), &room.by).await.unwrap();
    let mut other = default(room.organisation, "Other type");
    other.types = vec!["voice".to_owned()];
    let other = room.vault.add_credential(other, &room.by).await.unwrap();
    let is_default = async |id| room.vault.credential(id).await.unwrap().default;
    assert!(!is_default(first.id).await);
    assert!(is_default(second.id).await && is_default(third.id).await && is_default(other.id).await);

    let set = |default| CredentialChange { default: Some(default), ..Default::default() };
    room.vault.change_credential(first.id, set(true), &room.by).await.unwrap();
    assert!(is_default(first.id).await && !is_default(second.id).await);
    room.vault.change_credential(first.id, set(false), &room.by).await.unwrap();
    assert!(!is_default(first.id).await && !is_default(second.id).await);
}

#[tokio::test]
async fn an_edit_conflicts_with_an_edit_and_not_with_a_check() {
    let room = room().await;
    let row = room.add("Main", "FAKE-secret").await;
    let edit = |expected, name: &str| CredentialChange {
        expected_revision: Some(expected),
        name: Some(name.to_owned()),
        ..Default::default()
    };
    room.vault.record_verdict(row.id, &verdict("works", true), Some(row.revision), &room.by).await.unwrap();
    room.vault.deliver(&[row.id], "sh", &room.by).await.unwrap();
    let edited = room.vault.change_credential(row.id, edit(row.revision, "Edited"), &room.by).await.unwrap();
    assert_eq!(edited.revision, 3, "a use is no change");

    let late = room.vault.change_credential(row.id, edit(row.revision, "Late"), &room.by).await;
    assert!(matches!(late, Err(VaultError::Conflict { stored: 3 })));
    let invented = room.vault.change_credential(row.id, edit(99, "Invented"), &room.by).await;
    assert!(matches!(invented, Err(VaultError::Conflict { stored: 3 })));
    let switched = room.vault.set_enabled(row.id, false, &room.by).await.unwrap();
    let late = room.vault.change_credential(row.id, edit(edited.revision, "Late"), &room.by).await;
    assert!(matches!(late, Err(VaultError::Conflict { stored: 4 })));
    assert_eq!(room.vault.credential(row.id).await.unwrap().name, "Edited");
    // Switched off already: nothing is written.
    assert_eq!(room.vault.set_enabled(row.id, false, &room.by).await.unwrap().revision, switched.revision);
}

#[tokio::test]
async fn verdicts_of_several_are_stored_together() {
    let room = room().await;
    let (first, second, gone) =
        (room.add("First", "FAKE-1").await, room.add("Second", "FAKE-2").await, room.add("Gone", "FAKE-3").await);
    let late = room.vault.change_credential(second.id, change([("api_secret", replace("FAKE-new"))]), &room.by).await;
    room.vault.delete_credential(gone.id, &[], &room.by).await.unwrap();
    let found = |row: &strongroom_vault::CredentialRow| FoundVerdict {
        id: row.id,
        verdict: verdict("works", true),
        at_revision: Some(row.revision),
    };
    let before = room.vault.audit_tail(100).await.unwrap().len();
    let rows = room.vault.record_verdicts(&[found(&gone), found(&first), found(&second)], &room.by).await.unwrap();
    assert!(rows[0].is_none(), "one that is gone keeps no other from being stored");
    assert_eq!(rows[1].as_ref().unwrap().verdict, Some(verdict("works", true)));
    assert_eq!(
        (rows[2].as_ref().unwrap().verdict.as_ref(), rows[2].as_ref().unwrap().revision),
        (None, late.unwrap().revision)
    );
    assert_eq!(room.vault.credential(first.id).await.unwrap().verdict, Some(verdict("works", true)));
    let audit = room.vault.audit_tail(100).await.unwrap();
    assert_eq!(audit.len(), before + 1, "what was not stored is not in the audit either");
    assert_eq!((audit[0].action.as_str(), audit[0].object_name.as_str()), ("credential.check", "First"));
    assert_eq!(room.vault.verify_audit().await.unwrap().first_bad, None);
    assert!(room.vault.record_verdicts(&[], &room.by).await.unwrap().is_empty());
}

#[tokio::test]
async fn verdicts_stand_until_something_is_known() {
    let room = room().await;
    let row = room.add("Main", "FAKE-old").await;
    assert!(row.verdict.is_none() && row.last_known.is_none());
    let record = async |kind: &str, conclusive, at| {
        room.vault.record_verdict(row.id, &verdict(kind, conclusive), at, &room.by).await.unwrap()
    };
    let kinds = |row: &strongroom_vault::CredentialRow| {
        (row.verdict.clone().map(|verdict| verdict.kind), row.last_known.clone().map(|known| known.kind))
    };
    let both = |a: &str, b: &str| (Some(a.to_owned()), Some(b.to_owned()));

    assert_eq!(room.vault.last_check_at().await.unwrap(), None);
    let seen = record("works", true, Some(row.revision)).await;
    assert_eq!(kinds(&seen), both("works", "works"));
    assert_eq!(seen.verdict.unwrap(), verdict("works", true));
    assert_eq!(room.vault.last_check_at().await.unwrap().as_deref(), Some("2026-01-02T03:04:05.000Z"));
    assert_eq!(kinds(&record("unknown", false, None).await), both("unknown", "works"));

    // A verdict on values that were replaced meanwhile says nothing of the new ones.
    let asked_at = room.vault.credential(row.id).await.unwrap().revision;
    let changed =
        room.vault.change_credential(row.id, change([("api_secret", replace("FAKE-new"))]), &room.by).await.unwrap();
    let late = record("rejected", true, Some(asked_at)).await;
    assert_eq!((kinds(&late), late.revision), (both("unknown", "works"), changed.revision), "not stored");
    // A new name does not change what was checked.
    let renamed = CredentialChange { name: Some("Renamed".to_owned()), ..Default::default() };
    room.vault.change_credential(row.id, renamed, &room.by).await.unwrap();
    assert_eq!(kinds(&record("rejected", true, Some(changed.revision)).await), both("rejected", "rejected"));

    let forget = CredentialChange { forget_verdict: true, ..Default::default() };
    let row = room.vault.change_credential(row.id, forget, &room.by).await.unwrap();
    assert!(row.verdict.is_none() && row.last_known.is_none());
}

#[tokio::test]
async fn equal_secrets_are_found_in_their_scope_only() {
    let room = room().await;
    room.add("First", "FAKE-shared").await;
    room.add("Second", "FAKE-shared").await;
    room.vault.add_credential(new(Scope::System, "Third", &[("api_secret", "FAKE-shared")]), &room.by).await.unwrap();
    let found = room.vault.same_secret(room.organisation, &secret("FAKE-shared")).await.unwrap();
    assert_eq!(found.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["First", "Second"]);
    let found = room.vault.same_secret(Scope::System, &secret("FAKE-shared")).await.unwrap();
    assert_eq!(found.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["Third"]);
    assert!(room.vault.same_secret(room.organisation, &secret("FAKE-other")).await.unwrap().is_empty());

    let mut hand = hand(&room.home()).await;
    let different: i64 =
        sqlx::query_scalar("SELECT COUNT(DISTINCT fingerprint) FROM sealed_field WHERE field = 'api_secret'")
            .fetch_one(&mut hand)
            .await
            .unwrap();
    assert_eq!(different, 2, "the same secret in two scopes has two fingerprints");
}

#[tokio::test]
async fn delivery_writes_one_entry_before_it_hands_out() {
    let room = room().await;
    let (a, b) = (room.add("A", "FAKE-a").await, room.add("B", "FAKE-b").await);
    let delivered = room.vault.deliver(&[b.id, a.id], "sh", &room.by).await.unwrap();
    let handed: Vec<(&str, String)> =
        delivered.iter().map(|(row, secrets)| (row.name.as_str(), plain(&secrets["api_secret"]))).collect();
    assert_eq!(handed, [("B", "FAKE-b".to_owned()), ("A", "FAKE-a".to_owned())]);
    assert!(room.vault.credential(b.id).await.unwrap().last_used_at.is_some());
    let entry = room.vault.audit_tail(1).await.unwrap().remove(0);
    assert_eq!((entry.action.as_str(), entry.object_name.as_str()), ("credential.deliver", "sh"));
    assert!(
        entry.detail.contains("\"A\"") && entry.detail.contains("\"B\"") && !entry.detail.contains("FAKE"),
        "{}",
        entry.detail
    );
    assert_eq!(entry.sequence, 5, "one entry for both");
    // Asked for twice, handed out twice.
    let delivered = room.vault.deliver(&[a.id, a.id], "sh", &room.by).await.unwrap();
    assert_eq!(delivered.iter().map(|(row, secrets)| (row.id, secrets.len())).collect::<Vec<_>>(), [(a.id, 1); 2]);
    assert!(room.vault.deliver(&[], "sh", &room.by).await.unwrap().is_empty());

    // One that is not there: neither is handed out nor written down.
    room.vault.delete_credential(b.id, &[], &room.by).await.unwrap();
    assert!(matches!(room.vault.deliver(&[a.id, b.id], "sh", &room.by).await, Err(VaultError::NotFound(_))));
    assert_eq!(room.vault.audit_tail(1).await.unwrap()[0].action, "credential.delete");

    // No entry, no delivery and no change.
    by_hand(&room.home(), "UPDATE credential SET last_used_at = NULL").await;
    by_hand(&room.home(), "CREATE TRIGGER refuse BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no'); END")
        .await;
    assert!(room.vault.deliver(&[a.id], "sh", &room.by).await.is_err());
    assert!(room.vault.set_enabled(a.id, false, &room.by).await.is_err());
    let row = room.vault.credential(a.id).await.unwrap();
    assert!(row.last_used_at.is_none() && row.enabled);
}

#[tokio::test]
async fn what_cannot_be_handed_out_is_not_written_down() {
    let room = room().await;
    let a = room.add("A", "FAKE-a").await;
    let parcel = room.vault.prepare_parcel(vec![room.vault.credential(a.id).await.unwrap()]).await.unwrap();
    let mut seen = Vec::new();
    let mut packing = |opened: Vec<Contents<'_>>| {
        seen.extend(opened.iter().map(|(_, secrets)| plain(&secrets["api_secret"])));
        false
    };
    let declined = room.vault.deliver_parcel(parcel, "sh", &room.by, &mut packing).await;
    assert!(matches!(declined, Err(VaultError::Declined)));
    assert_eq!(seen, ["FAKE-a"]);
    assert_eq!(room.vault.audit_tail(1).await.unwrap()[0].action, "credential.add");
    assert!(room.vault.credential(a.id).await.unwrap().last_used_at.is_none());
}

#[tokio::test]
async fn what_changes_after_a_parcel_was_prepared_is_delivered_as_it_is_then() {
    let room = room().await;
    let (a, b) = (room.add("A", "FAKE-a").await, room.add("B", "FAKE-b").await);
    let other = unlocked(&room.home()).await;
    let now = |id| {
        let vault = &room.vault;
        async move { vault.credential(id).await.unwrap() }
    };
    let secrets =
        |delivered: Vec<Opened>| delivered.iter().map(|(_, secrets)| plain(&secrets["api_secret"])).collect::<Vec<_>>();

    // Nothing changed: it is as it was read, and its use is no change of it.
    let parcel = room.vault.prepare_parcel(vec![now(a.id).await, now(b.id).await]).await.unwrap();
    let delivered = room.hand_over(parcel).await.unwrap();
    let (row, stored) = (&delivered[0].0, now(a.id).await);
    assert_eq!((row.revision, &row.updated_at), (stored.revision, &stored.updated_at));
    assert!(stored.last_used_at.is_some());
    assert_eq!(secrets(delivered), ["FAKE-a", "FAKE-b"]);

    // Another secret; and, between the rows and the rest, another name.
    let row = now(a.id).await;
    let renamed = CredentialChange { name: Some("Renamed".to_owned()), ..Default::default() };
    other.change_credential(a.id, renamed, &room.by).await.unwrap();
    let parcel = room.vault.prepare_parcel(vec![row, now(b.id).await]).await.unwrap();
    other.change_credential(b.id, change([("api_secret", replace("FAKE-new"))]), &room.by).await.unwrap();
    let delivered = room.hand_over(parcel).await.unwrap();
    assert_eq!(delivered[0].0.name, "Renamed");
    assert_eq!(secrets(delivered), ["FAKE-a", "FAKE-new"]);

    // Another entry in the log: the chain goes on from it.
    let parcel = room.vault.prepare_parcel(vec![now(a.id).await]).await.unwrap();
    other.create_organisation("Meanwhile", &room.by).await.unwrap();
    assert_eq!(secrets(room.hand_over(parcel).await.unwrap()), ["FAKE-a"]);
    let audit = room.vault.verify_audit().await.unwrap();
    // Two of the creation and two additions; three deliveries, two changes, one organisation.
    assert_eq!((audit.entries, audit.first_bad), (10, None));

    // Gone: nothing is handed out and nothing written down.
    let parcel = room.vault.prepare_parcel(vec![now(a.id).await, now(b.id).await]).await.unwrap();
    other.delete_credential(b.id, &[], &room.by).await.unwrap();
    let gone = room.hand_over(parcel).await;
    assert!(matches!(gone, Err(VaultError::NotFound(_))));
    assert_eq!(room.vault.audit_tail(1).await.unwrap()[0].action, "credential.delete");

    // Damaged: named and marked.
    by_hand(&room.home(), "UPDATE sealed_field SET blob = zeroblob(93)").await;
    let parcel = room.vault.prepare_parcel(vec![now(a.id).await]).await.unwrap();
    let refused = room.hand_over(parcel).await;
    assert!(matches!(refused, Err(VaultError::Unreadable { id, .. }) if id == a.id));
    assert!(now(a.id).await.unreadable);
}

#[tokio::test]
async fn a_damaged_record_is_named_marked_and_repaired_by_new_values() {
    let room = room().await;
    let fields = [("api_secret", "FAKE-1"), ("signing", "FAKE-2")];
    let row = room.vault.add_credential(new(room.organisation, "Main", &fields), &room.by).await.unwrap();
    let other = room.add("Other", "FAKE-other").await;
    by_hand(
        &room.home(),
        "UPDATE sealed_field SET blob = zeroblob(93) WHERE field = 'signing' AND credential_id = \
         (SELECT id FROM credential WHERE name = 'Main')",
    )
    .await;
    let named = |error: &VaultError| match error {
        VaultError::Unreadable { id, name, .. } => *id == row.id && name == "Main",
        _ => false,
    };
    assert!(named(&room.vault.deliver(&[other.id, row.id], "sh", &room.by).await.unwrap_err()));
    assert!(room.vault.credential(row.id).await.unwrap().unreadable);
    assert!(room.vault.credential(other.id).await.unwrap().last_used_at.is_none(), "all or nothing");
    assert!(named(&room.vault.open_secrets(row.id).await.unwrap_err()));
    assert!(room.vault.credential(row.id).await.unwrap().unreadable);
    assert!(room.vault.open_secrets(other.id).await.is_ok(), "the others are not affected");

    let report = room.vault.examine().await.unwrap();
    assert_eq!(report.opened, 1);
    assert_eq!(report.unreadable.iter().map(|bad| bad.id).collect::<Vec<_>>(), [row.id]);

    // The damaged field is among those to be kept: refused, and nothing is changed.
    let kept = change([("api_secret", replace("FAKE-3"))]);
    let error = room.vault.change_credential(row.id, kept, &room.by).await.unwrap_err();
    assert!(named(&error), "a kept field that does not open is not dropped");
    assert_eq!(room.vault.credential(row.id).await.unwrap().sealed, row.sealed);

    let new = change([("signing", replace("FAKE-4"))]);
    let repaired = room.vault.change_credential(row.id, new, &room.by).await.unwrap();
    assert!(!repaired.unreadable);
    let opened = room.vault.open_secrets(row.id).await.unwrap();
    assert_eq!(shown(&opened), [("api_secret", "FAKE-1".to_owned()), ("signing", "FAKE-4".to_owned())]);

    // Even the key is gone: new values for all fields repair that, too.
    by_hand(&room.home(), "DELETE FROM data_key").await;
    assert!(named(&room.vault.open_secrets(row.id).await.unwrap_err()));
    let all = change([("api_secret", replace("FAKE-5")), ("signing", replace("FAKE-6"))]);
    room.vault.change_credential(row.id, all, &room.by).await.unwrap();
    assert_eq!(shown(&room.vault.open_secrets(row.id).await.unwrap())[1].1, "FAKE-6");
}

#[tokio::test]
async fn a_blob_of_a_newer_format_is_named_as_such() {
    let room = room().await;
    let row = room.add("Main", "FAKE-1").await;
    by_hand(&room.home(), "UPDATE sealed_field SET blob = CAST(x'FF' || substr(blob, 2) AS BLOB)").await;
    let error = room.vault.open_secrets(row.id).await.unwrap_err();
    assert!(matches!(error, VaultError::Unreadable { cause: RecordFault::Newer(255), .. }), "{error:?}");
}

#[tokio::test]
async fn a_blob_beside_which_another_key_stands_is_refused_before_it_is_opened() {
    let room = room().await;
    let row = room.add("Main", "FAKE-1").await;
    by_hand(&room.home(), "UPDATE sealed_field SET data_key_id = '01980000-0000-7000-8000-000000000000'").await;
    let error = room.vault.open_secrets(row.id).await.unwrap_err();
    assert!(matches!(error, VaultError::Unreadable { cause: RecordFault::Damaged, .. }), "{error:?}");
}

#[tokio::test]
async fn yesterdays_blob_of_the_same_field_does_not_open_and_a_whole_record_put_back_is_noticed() {
    let room = room().await;
    let row = room.add("Main", "FAKE-yesterday").await;
    by_hand(&room.home(), "CREATE TABLE kept_fields AS SELECT * FROM sealed_field").await;
    by_hand(&room.home(), "CREATE TABLE kept_key AS SELECT * FROM data_key").await;
    room.vault.change_credential(row.id, change([("api_secret", replace("FAKE-today"))]), &room.by).await.unwrap();
    assert!(room.vault.examine().await.unwrap().put_back.is_empty());
    let refused = async |what| {
        let opened = room.vault.open_secrets(row.id).await;
        assert!(matches!(opened, Err(VaultError::Unreadable { .. })), "{what}");
    };

    by_hand(
        &room.home(),
        "UPDATE sealed_field SET blob = (SELECT k.blob FROM kept_fields k WHERE k.field = sealed_field.field)",
    )
    .await;
    refused("the blob alone").await;
    by_hand(&room.home(), "DELETE FROM sealed_field").await;
    by_hand(&room.home(), "INSERT INTO sealed_field SELECT * FROM kept_fields").await;
    refused("all fields without the key").await;
    by_hand(&room.home(), "DELETE FROM data_key").await;
    by_hand(&room.home(), "INSERT INTO data_key SELECT * FROM kept_key").await;
    // All of it belongs together and opens; that it is not the last one, the log tells.
    let opened = room.vault.open_secrets(row.id).await.unwrap();
    assert_eq!(plain(&opened["api_secret"]), "FAKE-yesterday");
    let put_back = room.vault.examine().await.unwrap().put_back;
    assert_eq!(put_back.iter().map(|bad| (bad.id, bad.name.as_str())).collect::<Vec<_>>(), [(row.id, "Main")]);
}

#[tokio::test]
async fn a_locked_vault_reads_and_changes_nothing() {
    let room = room().await;
    let row = room.add("Main", "FAKE-1").await;
    room.vault.lock();
    assert!(!room.vault.is_unlocked());
    let before = bytes(&room.home());
    let (id, by, vault) = (row.id, &room.by, &room.vault);
    let refused = [
        vault.add_credential(new(room.organisation, "New", &[]), by).await.map(drop),
        vault.change_credential(id, CredentialChange::default(), by).await.map(drop),
        vault.set_enabled(id, false, by).await.map(drop),
        vault.record_verdict(id, &verdict("works", true), None, by).await.map(drop),
        vault.delete_credential(id, &[], by).await.map(drop),
        vault.open_secrets(id).await.map(drop),
        vault.deliver(&[id], "sh", by).await.map(drop),
        vault.same_secret(room.organisation, &secret("FAKE-1")).await.map(drop),
        vault.create_organisation("New", by).await.map(drop),
        vault.set_setting("theme", "dark", by).await,
        vault.renew_recovery_kit(by, |_| Ok(())).await,
        vault.verify_audit().await.map(drop),
    ];
    for (number, answer) in refused.into_iter().enumerate() {
        assert!(matches!(answer, Err(VaultError::Locked)), "{number}: {answer:?}");
    }
    assert!(before == bytes(&room.home()));
    // What needs no key still works.
    assert_eq!(vault.credential(id).await.unwrap().name, "Main");
    assert_eq!(vault.counts(None).await.unwrap().all, 1);
    assert_eq!(vault.organisations().await.unwrap()[0].credentials, 1);
    assert_eq!(vault.audit_tail(1).await.unwrap()[0].action, "credential.add");
    let report = vault.examine().await.unwrap();
    assert_eq!((report.key_matches, report.audit, report.opened), (None, None, 0));

    // A closed one does nothing at all, whichever handle is asked.
    room.vault.clone().close().await.unwrap();
    assert!(matches!(room.vault.credential(id).await, Err(VaultError::Closed)));
}

#[tokio::test]
async fn settings_and_dates() {
    let room = room().await;
    assert_eq!(room.vault.setting("theme").await.unwrap(), None);
    room.vault.set_setting("theme", "dark", &room.by).await.unwrap();
    room.vault.set_setting("theme", "light", &room.by).await.unwrap();
    assert_eq!(room.vault.setting("theme").await.unwrap().as_deref(), Some("light"));
    room.vault.lock();
    room.vault.set_preference("theme", "dark").await.unwrap();
    assert_eq!(room.vault.setting("theme").await.unwrap().as_deref(), Some("dark"));
    let room = crate::hand::room().await;

    let row = room.add("Main", "FAKE-1").await;
    let expire = |at: &str| CredentialChange { expires_at: Some(Some(at.to_owned())), ..Default::default() };
    assert!(matches!(
        room.vault.change_credential(row.id, expire("tomorrow"), &room.by).await,
        Err(VaultError::Invalid(_))
    ));
    let dated = room.vault.change_credential(row.id, expire("2020-01-01T02:00:00+02:00"), &room.by).await.unwrap();
    assert_eq!(dated.expires_at.as_deref(), Some("2020-01-01T00:00:00.000Z"));
    let never = CredentialChange { expires_at: Some(None), ..Default::default() };
    assert_eq!(room.vault.change_credential(row.id, never, &room.by).await.unwrap().expires_at, None);
    let unnamed = new(room.organisation, "Unnamed field", &[("", "FAKE")]);
    assert!(matches!(room.vault.add_credential(unnamed, &room.by).await, Err(VaultError::Invalid(_))));
}
