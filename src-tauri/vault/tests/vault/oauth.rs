//! Tokens of a connection: stored, renewed by one process at a time, removed.

use strongroom_vault::{CredentialChange, NewTokens, Renewal, SecretChange, Vault, VaultError};

use crate::hand::{by_hand, bytes, contains, new, plain, room, secret, verdict};

fn tokens(access: &str, refresh: Option<&str>, minutes: i64) -> NewTokens {
    let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    NewTokens { access: secret(access), refresh: refresh.map(secret), expires_at: Some(format!("{ends:.3}")) }
}

const FIELDS: [(&str, &str); 1] = [("client_secret", "FAKE-client-0123456789")];

async fn opened(vault: &Vault, id: strongroom_vault::CredentialId) -> Vec<(String, String)> {
    vault.open_secrets(id).await.unwrap().iter().map(|(field, text)| (field.clone(), plain(text))).collect()
}

#[tokio::test]
async fn tokens_are_stored_sealed_beside_the_client_and_removed_again() {
    let room = room().await;
    let row = room.vault.add_credential(new(room.organisation, "Calendar", &FIELDS), &room.by).await.unwrap();
    let row = room.vault.record_verdict(row.id, &verdict("works", true), None, &room.by).await.unwrap();
    let first = tokens("FAKE-access-0123456789", Some("FAKE-refresh-0123456789"), 60);
    let connected = room.vault.connect(row.id, first, row.revision, &room.by).await.unwrap();
    assert_eq!(connected.sealed.keys().collect::<Vec<_>>(), ["access_token", "client_secret", "refresh_token"]);
    assert_eq!(connected.sealed["client_secret"], row.sealed["client_secret"], "the client keeps its date");
    assert!(connected.verdict.is_none() && connected.last_known.is_none(), "it was about no connection");
    assert!(!contains(&bytes(&room.home()), b"FAKE-access") && !contains(&bytes(&room.home()), b"FAKE-refresh"));
    assert!(matches!(room.vault.begin_renewal(row.id, "a").await.unwrap(), Renewal::NotDue(_)));

    // Tokens for a client that was changed meanwhile belong to nobody.
    let change = CredentialChange {
        secrets: [("client_secret".to_owned(), SecretChange::Replace(secret("FAKE-other-0123456789")))].into(),
        ..Default::default()
    };
    room.vault.change_credential(row.id, change, &room.by).await.unwrap();
    let late = tokens("FAKE-late-0123456789", None, 60);
    let refused = room.vault.connect(row.id, late, connected.revision, &room.by).await;
    assert!(matches!(refused, Err(VaultError::Conflict { .. })), "{refused:?}");

    let gone = room.vault.disconnect(row.id, &room.by).await.unwrap();
    assert_eq!(gone.sealed.keys().collect::<Vec<_>>(), ["client_secret"]);
    assert!(matches!(room.vault.begin_renewal(row.id, "a").await.unwrap(), Renewal::NotDue(_)));
    assert!(room.vault.verify_audit().await.unwrap().first_bad.is_none());
}

#[tokio::test]
async fn one_process_renews_and_the_other_takes_what_it_brought() {
    let room = room().await;
    let row = room.vault.add_credential(new(room.organisation, "Calendar", &FIELDS), &room.by).await.unwrap();
    let ending = tokens("FAKE-access-1", Some("FAKE-refresh-1"), 0);
    let row = room.vault.connect(row.id, ending, row.revision, &room.by).await.unwrap();

    let Renewal::Granted { secrets, .. } = room.vault.begin_renewal(row.id, "one").await.unwrap() else {
        panic!("the access token has ended")
    };
    assert!(matches!(room.vault.begin_renewal(row.id, "two").await.unwrap(), Renewal::Busy));
    room.vault.give_up_renewal(row.id, "two").await.unwrap();
    assert!(matches!(room.vault.begin_renewal(row.id, "two").await.unwrap(), Renewal::Busy), "only its own");
    let spent = &secrets["refresh_token"];
    let brought = tokens("FAKE-access-2", Some("FAKE-refresh-2"), 60);
    let renewed = room.vault.finish_renewal(row.id, spent, brought, &room.by).await.unwrap().unwrap();
    assert!(matches!(room.vault.begin_renewal(row.id, "two").await.unwrap(), Renewal::NotDue(_)));
    let expected = [
        ("access_token", "FAKE-access-2"),
        ("client_secret", "FAKE-client-0123456789"),
        ("refresh_token", "FAKE-refresh-2"),
    ];
    assert_eq!(opened(&room.vault, row.id).await, expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
    // A person who was editing meanwhile, and a verdict that was on its way, are not disturbed.
    let edit = CredentialChange {
        expected_revision: Some(row.revision),
        name: Some("Renamed".to_owned()),
        ..Default::default()
    };
    room.vault.change_credential(row.id, edit, &room.by).await.unwrap();
    let checked =
        room.vault.record_verdict(row.id, &verdict("works", true), Some(row.revision), &room.by).await.unwrap();
    assert!(checked.verdict.is_some() && renewed.revision < checked.revision);
}

#[tokio::test]
async fn a_renewal_of_what_is_gone_stores_nothing() {
    let room = room().await;
    let row = room.vault.add_credential(new(room.organisation, "Calendar", &FIELDS), &room.by).await.unwrap();
    let row = room.vault.connect(row.id, tokens("FAKE-a", Some("FAKE-r"), 0), row.revision, &room.by).await.unwrap();
    let Renewal::Granted { secrets, .. } = room.vault.begin_renewal(row.id, "one").await.unwrap() else {
        panic!("the access token has ended")
    };
    room.vault.disconnect(row.id, &room.by).await.unwrap();
    let stored = room.vault.finish_renewal(row.id, &secrets["refresh_token"], tokens("FAKE-b", None, 60), &room.by);
    assert!(stored.await.unwrap().is_none());
    assert_eq!(room.vault.credential(row.id).await.unwrap().sealed.len(), 1);
}

#[tokio::test]
async fn a_process_that_died_while_renewing_is_not_waited_for_for_ever() {
    let room = room().await;
    let row = room.vault.add_credential(new(room.organisation, "Calendar", &FIELDS), &room.by).await.unwrap();
    let row = room.vault.connect(row.id, tokens("FAKE-a", Some("FAKE-r"), 0), row.revision, &room.by).await.unwrap();
    assert!(matches!(room.vault.begin_renewal(row.id, "dead").await.unwrap(), Renewal::Granted { .. }));
    by_hand(&room.home(), "UPDATE oauth_grant SET renewing_until = '2020-01-01T00:00:00.000Z'").await;
    assert!(matches!(room.vault.begin_renewal(row.id, "next").await.unwrap(), Renewal::Granted { .. }));
    room.vault.delete_credential(row.id, &[], &room.by).await.unwrap();
}

#[tokio::test]
async fn a_refresh_token_that_a_person_put_in_is_renewed_first() {
    let room = room().await;
    let row = room.vault.add_credential(new(room.organisation, "Calendar", &FIELDS), &room.by).await.unwrap();
    let row = room.vault.connect(row.id, tokens("FAKE-a", Some("FAKE-r"), 60), row.revision, &room.by).await.unwrap();
    let change = CredentialChange {
        secrets: [("refresh_token".to_owned(), SecretChange::Replace(secret("FAKE-pasted-0123456789")))].into(),
        ..Default::default()
    };
    by_hand(&room.home(), "UPDATE sealed_field SET set_at = '2026-01-01T00:00:00.000Z'").await;
    room.vault.change_credential(row.id, change, &room.by).await.unwrap();
    assert!(matches!(room.vault.begin_renewal(row.id, "one").await.unwrap(), Renewal::Granted { .. }));
}
