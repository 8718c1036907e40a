//! What was deleted or replaced leaves no bytes in the files.

use sqlx::Connection;
use strongroom_vault::{
    CredentialChange, CredentialId, KitError, NewCustody, NewReplacement, RecoveryCode, RecoveryError, SecretChange,
    VaultError, VerdictRow,
};

use crate::hand::{KEY, Room, bytes, contains, hand, new, plain, room, secret};

/// A room with one credential, and all bytes that only it has: keys, blobs, fingerprints, tails.
async fn filled() -> (Room, CredentialId, Vec<Vec<u8>>) {
    let room = room().await;
    let fields = [("api_secret", "FAKE-secret-0123456789-Qz7x"), ("signing", "FAKE-signing-0123456789-Wk4v")];
    let row = room.vault.add_credential(new(room.organisation, "Main", &fields), &room.by).await.unwrap();
    let traces = traces(&room).await;
    // One key; of each of two fields a blob, a fingerprint and a tail.
    assert_eq!(traces.len(), 1 + 2 * 3);
    (room, row.id, traces)
}

async fn traces(room: &Room) -> Vec<Vec<u8>> {
    let mut hand = hand(&room.home()).await;
    let traces = sqlx::query_scalar(
        "SELECT wrapped FROM data_key UNION ALL SELECT blob FROM sealed_field UNION ALL SELECT fingerprint FROM sealed_field
         UNION ALL SELECT CAST(tail AS BLOB) FROM sealed_field WHERE tail IS NOT NULL
         UNION ALL SELECT wrapped FROM replacement UNION ALL SELECT blob FROM replacement_field
         UNION ALL SELECT CAST(tail AS BLOB) FROM replacement_field WHERE tail IS NOT NULL",
    )
    .fetch_all(&mut hand)
    .await
    .unwrap();
    hand.close().await.unwrap();
    traces
}

/// How many of the traces the files hold.
fn found(room: &Room, traces: &[Vec<u8>]) -> usize {
    let files = bytes(&room.home());
    traces.iter().filter(|trace| contains(&files, trace)).count()
}

#[tokio::test]
async fn a_deleted_credential_leaves_nothing() {
    let (room, id, traces) = filled().await;
    assert_eq!(found(&room, &traces), traces.len(), "the scan finds what is there");
    let row = room.vault.delete_credential(id, &[], &room.by).await.unwrap();
    assert_eq!(row.name, "Main");
    assert_eq!(found(&room, &traces), 0);
    assert!(matches!(room.vault.credential(row.id).await, Err(VaultError::NotFound(_))));

    let mut hand = hand(&room.home()).await;
    let left: Vec<(String, String)> =
        sqlx::query_as("SELECT id, kind FROM tombstone").fetch_all(&mut hand).await.unwrap();
    assert_eq!(left, [(id.to_string(), "credential".to_owned())]);
    hand.close().await.unwrap();
}

#[tokio::test]
async fn a_replaced_secret_leaves_nothing() {
    let (room, id, traces) = filled().await;
    assert_eq!(found(&room, &traces), traces.len(), "the scan finds what is there");
    let replace = |field: &str| (field.to_owned(), SecretChange::Replace(secret("FAKE-new-0123456789-Jh2n")));
    let change = CredentialChange { secrets: [replace("api_secret"), replace("signing")].into(), ..Default::default() };
    room.vault.change_credential(id, change, &room.by).await.unwrap();
    assert_eq!(found(&room, &traces), 0);

    let clear = |field: &str| (field.to_owned(), SecretChange::Clear);
    let traces = self::traces(&room).await;
    let change = CredentialChange { secrets: [clear("api_secret"), clear("signing")].into(), ..Default::default() };
    let row = room.vault.change_credential(id, change, &room.by).await.unwrap();
    assert!(row.sealed.is_empty());
    assert_eq!(found(&room, &traces), 0);
}

/// New values for one of the two fields.
fn new_key() -> NewReplacement {
    let secrets = [("api_secret".to_owned(), secret("FAKE-replaced-0123456789-Jh2n"))].into();
    NewReplacement { expected_revision: None, plain: Default::default(), secrets, verdict: None, again: false }
}

fn rejected() -> VerdictRow {
    VerdictRow {
        kind: "rejected".to_owned(),
        evidence: "The provider does not know this key.".to_owned(),
        next_step: None,
        checked_at: "2026-01-01T00:00:00Z".to_owned(),
        duration_ms: 1,
        cost: "free".to_owned(),
        conclusive: true,
    }
}

#[tokio::test]
async fn a_finished_replacement_leaves_nothing_of_the_old_key() {
    for ended_by_proof in [true, false] {
        let (room, id, traces) = filled().await;
        room.vault.prepare_replacement(id, new_key(), &room.by).await.unwrap();
        let waiting = self::traces(&room).await;
        assert_eq!(waiting.len(), traces.len() + 3, "a key, a blob and a tail more");
        room.vault.switch_replacement(id, None, &room.by).await.unwrap();
        // Of what stood in force and of what waited, no sealed byte stays: both are sealed anew. Tails stay until
        // the old key is gone, and so does the other field's, which is in force.
        let sealed =
            |traces: &[Vec<u8>]| -> Vec<Vec<u8>> { traces.iter().filter(|trace| trace.len() > 32).cloned().collect() };
        assert_eq!(found(&room, &sealed(&waiting)), 0);
        let beside = self::traces(&room).await;
        assert_eq!(found(&room, &beside), beside.len(), "the scan finds what is there");

        let (_, old, secrets) = room.vault.open_replacement(id).await.unwrap();
        assert_eq!(plain(&secrets["api_secret"]), "FAKE-secret-0123456789-Qz7x");
        if ended_by_proof {
            room.vault.record_replacement_verdict(id, &old, &rejected(), true, &room.by).await.unwrap();
        } else {
            room.vault.discard_replacement(id, &room.by).await.unwrap();
        }
        let in_force = self::traces(&room).await;
        let gone: Vec<Vec<u8>> = beside.into_iter().filter(|trace| !in_force.contains(trace)).collect();
        assert_eq!(gone.len(), 1 + 2 + 1, "a key, two blobs, and the tail of the old key");
        assert_eq!(found(&room, &gone), 0);
        assert!(!contains(&bytes(&room.home()), b"Qz7x"), "not even its tail");
        assert!(room.vault.credential(id).await.unwrap().replacement.is_none());
    }
}

#[tokio::test]
async fn a_key_deleted_in_the_middle_of_its_replacement_leaves_nothing() {
    for switched in [false, true] {
        let (room, id, _) = filled().await;
        room.vault.prepare_replacement(id, new_key(), &room.by).await.unwrap();
        if switched {
            room.vault.switch_replacement(id, None, &room.by).await.unwrap();
        }
        let traces = self::traces(&room).await;
        assert_eq!(found(&room, &traces), traces.len(), "the scan finds what is there");
        room.vault.delete_credential(id, &[], &room.by).await.unwrap();
        assert_eq!(found(&room, &traces), 0);
    }
}

#[tokio::test]
async fn what_stands_beside_a_key_opens_nowhere_else() {
    let (room, id, _) = filled().await;
    room.vault.prepare_replacement(id, new_key(), &room.by).await.unwrap();
    let mut hand = hand(&room.home()).await;
    // The waiting value is put in force by hand, with its own key.
    for change in [
        "UPDATE data_key SET id = (SELECT key_id FROM replacement), wrapped = (SELECT wrapped FROM replacement),
            generation = (SELECT generation FROM replacement)",
        "UPDATE sealed_field SET blob = (SELECT blob FROM replacement_field), generation = (SELECT generation FROM replacement),
            data_key_id = (SELECT key_id FROM replacement)",
        "DELETE FROM sealed_field WHERE field <> 'api_secret'",
    ] {
        sqlx::query(change).execute(&mut hand).await.unwrap();
    }
    hand.close().await.unwrap();
    assert!(matches!(room.vault.open_secrets(id).await, Err(VaultError::Unreadable { .. })));
}

#[tokio::test]
async fn a_reader_of_another_process_delays_it_until_the_vault_is_closed() {
    let (room, id, traces) = filled().await;
    let mut reader = hand(&room.home()).await;
    sqlx::query("BEGIN").execute(&mut reader).await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM credential").fetch_one(&mut reader).await.unwrap();
    assert_eq!(seen, 1);

    room.vault.delete_credential(id, &[], &room.by).await.unwrap();
    assert!(found(&room, &traces) > 0, "the reader's view of the file is still there");
    let seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM credential").fetch_one(&mut reader).await.unwrap();
    assert_eq!(seen, 1);
    sqlx::query("COMMIT").execute(&mut reader).await.unwrap();

    room.vault.clone().close().await.unwrap();
    assert_eq!(found(&room, &traces), 0);
    reader.close().await.unwrap();
}

#[tokio::test]
async fn a_renewed_kit_replaces_the_old_one() {
    let room = room().await;
    let envelope = async || -> Vec<u8> {
        let mut hand = hand(&room.home()).await;
        let wrapped = sqlx::query_scalar("SELECT wrapped FROM envelope WHERE kind = 'recovery'");
        let wrapped = wrapped.fetch_one(&mut hand).await.unwrap();
        hand.close().await.unwrap();
        wrapped
    };
    let mut first = None;
    let take = |kit: &strongroom_vault::RecoveryKit| {
        first = Some(kit.code());
        Ok(())
    };
    room.vault.renew_recovery_kit(&room.by, take).await.unwrap();
    let first = first.unwrap().with(RecoveryCode::parse).unwrap();
    let old = envelope().await;
    assert!(contains(&bytes(&room.home()), &old));

    let refused = room.vault.renew_recovery_kit(&room.by, |_| Err(KitError::Refused("no printer".to_owned()))).await;
    assert!(matches!(refused, Err(VaultError::Kit(_))));
    assert_eq!(envelope().await, old, "a kit that nobody took replaces none");

    let before = room.vault.info().recovery_kit_made_at;
    let mut second = None;
    let take = |kit: &strongroom_vault::RecoveryKit| {
        second = Some(kit.code());
        Ok(())
    };
    room.vault.renew_recovery_kit(&room.by, take).await.unwrap();
    assert!(!contains(&bytes(&room.home()), &old));
    assert!(room.vault.info().recovery_kit_made_at >= before);

    let keep = || NewCustody::Environment(secret(KEY));
    let wrong = room.vault.recover(&first, keep(), &room.by).await;
    assert!(matches!(wrong, Err(VaultError::Recovery(RecoveryError::WrongCode))));
    let second = second.unwrap().with(RecoveryCode::parse).unwrap();
    room.vault.recover(&second, keep(), &room.by).await.unwrap();
}
