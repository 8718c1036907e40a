//! The audit chain: what is written, and that nobody changes it unseen.

use sqlx::SqliteConnection;
use strongroom_vault::{BadEntry, CredentialChange, SecretChange};

use crate::hand::{Room, by_hand, hand, new, room, secret, unlocked, verdict};

/// A room in which seven things have happened.
async fn busy_room() -> Room {
    let room = room().await;
    let fields = [("api_secret", "FAKE-secret-0123456789")];
    let row = room.vault.add_credential(new(room.organisation, "Main", &fields), &room.by).await.unwrap();
    let change = CredentialChange {
        secrets: [("api_secret".to_owned(), SecretChange::Replace(secret("FAKE-other-0123456789")))].into(),
        verdict: Some(verdict("works", true)),
        ..Default::default()
    };
    room.vault.change_credential(row.id, change, &room.by).await.unwrap();
    room.vault.set_enabled(row.id, false, &room.by).await.unwrap();
    room.vault.set_setting("theme", "dark", &room.by).await.unwrap();
    // The same value again is no change, and how the window looks is nobody's affair.
    room.vault.set_setting("theme", "dark", &room.by).await.unwrap();
    room.vault.set_preference("width", "800").await.unwrap();
    room.vault.delete_credential(row.id, &[], &room.by).await.unwrap();
    let mut hand = hand(&room.home()).await;
    let kept = room.folder.path().join("kept.db").display().to_string();
    sqlx::query("VACUUM INTO ?").bind(kept).execute(&mut hand).await.unwrap();
    room
}

async fn first_bad(room: &Room) -> Option<BadEntry> {
    room.vault.verify_audit().await.unwrap().first_bad
}

#[tokio::test]
async fn every_change_has_its_entry_without_values() {
    let room = busy_room().await;
    let entries = room.vault.audit_tail(100).await.unwrap();
    let actions: Vec<&str> = entries.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "vault.create",
            "organisation.create",
            "credential.add",
            "credential.change",
            "credential.disable",
            "setting.set",
            "credential.delete"
        ]
    );
    let sequences: Vec<u64> = entries.iter().rev().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5, 6, 7]);
    assert!(entries.iter().all(|entry| {
        entry.author == "Ada Admin" && !entry.detail.contains("FAKE") && !entry.detail.contains("6789")
    }));
    assert_eq!(room.vault.audit_tail(2).await.unwrap(), entries[..2]);
    let report = room.vault.verify_audit().await.unwrap();
    assert_eq!((report.entries, report.first_bad), (7, None));
}

#[tokio::test]
async fn each_kind_of_tampering_names_the_first_bad_entry() {
    let tampering: [(&[&'static str], u64); 9] = [
        (&["UPDATE audit_entry SET author = 'Mallory' WHERE sequence = 4"], 4),
        (&["UPDATE audit_entry SET detail = '{}' WHERE sequence = 3"], 3),
        (&["UPDATE audit_entry SET at = '2020-01-01T00:00:00.000Z' WHERE sequence = 1"], 1),
        (&["DELETE FROM audit_entry WHERE sequence = 4"], 4),
        (&["DELETE FROM audit_entry WHERE sequence = 1"], 1),
        (
            &[
                "UPDATE audit_entry SET sequence = 99 WHERE sequence = 4",
                "UPDATE audit_entry SET sequence = 4 WHERE sequence = 5",
                "UPDATE audit_entry SET sequence = 5 WHERE sequence = 99",
            ],
            4,
        ),
        (
            &["INSERT INTO audit_entry SELECT 8, at, author_id, author, action, object_kind, object_id, object_name, \
               scope, detail, chain FROM audit_entry WHERE sequence = 7"],
            8,
        ),
        (&["DELETE FROM audit_entry WHERE sequence >= 6"], 6),
        (&["DELETE FROM audit_entry WHERE sequence >= 6", "UPDATE vault SET audit_length = 5"], 5),
    ];
    for (statements, expected) in tampering {
        let room = busy_room().await;
        assert_eq!(first_bad(&room).await, None);
        for sql in statements {
            by_hand(&room.home(), sql).await;
        }
        assert_eq!(first_bad(&room).await.map(|bad| bad.sequence), Some(expected), "{statements:?}");
        // What is appended afterwards does not heal it, and whoever opens the vault later sees it.
        room.vault.set_setting("theme", "light", &room.by).await.ok();
        let later = unlocked(&room.home()).await;
        let seen = later.verify_audit().await.unwrap().first_bad.map(|bad| bad.sequence);
        assert!(seen >= Some(expected), "{statements:?} and an entry after it: {seen:?}");
    }
}

#[tokio::test]
async fn every_byte_of_every_entry_counts() {
    let columns = [
        "UPDATE audit_entry SET at = substr(at, 1, 22) || '~' WHERE sequence = ?",
        "UPDATE audit_entry SET author_id = author_id || '0' WHERE sequence = ?",
        "UPDATE audit_entry SET author = author || ' ' WHERE sequence = ?",
        "UPDATE audit_entry SET action = upper(action) WHERE sequence = ?",
        "UPDATE audit_entry SET object_kind = object_kind || '.' WHERE sequence = ?",
        "UPDATE audit_entry SET object_id = object_id || '0' WHERE sequence = ?",
        "UPDATE audit_entry SET object_name = object_name || '\u{0301}' WHERE sequence = ?",
        "UPDATE audit_entry SET scope = scope || ' ' WHERE sequence = ?",
        "UPDATE audit_entry SET detail = detail || ' ' WHERE sequence = ?",
        // Moving the border between two texts changes neither of them together.
        "UPDATE audit_entry SET author = author || substr(action, 1, 1), action = substr(action, 2) WHERE sequence = ?",
        // Whoever has no key cannot compute another code.
        "UPDATE audit_entry SET author = 'Mallory', chain = randomblob(32) WHERE sequence = ?",
        "UPDATE audit_entry SET chain = randomblob(32) WHERE sequence = ?",
        "DELETE FROM audit_entry WHERE sequence = ?",
    ];
    let room = busy_room().await;
    let mut other = hand(&room.home()).await;
    for sql in columns {
        for sequence in 1..=7i64 {
            sqlx::query(sql).bind(sequence).execute(&mut other).await.unwrap();
            let bad = first_bad(&room).await.map(|bad| bad.sequence);
            assert_eq!(bad, Some(sequence.unsigned_abs()), "{sql}");
            put_back(&room, &mut other).await;
        }
    }
    assert_eq!(first_bad(&room).await, None);
}

/// The entries as they were before the first call.
async fn put_back(room: &Room, hand: &mut SqliteConnection) {
    let kept = room.folder.path().join("kept.db");
    assert!(kept.exists(), "kept by busy_room");
    sqlx::query("ATTACH ? AS kept").bind(kept.display().to_string()).execute(&mut *hand).await.unwrap();
    sqlx::query("DELETE FROM main.audit_entry").execute(&mut *hand).await.unwrap();
    sqlx::query("INSERT INTO main.audit_entry SELECT * FROM kept.audit_entry").execute(&mut *hand).await.unwrap();
    sqlx::query("DETACH kept").execute(&mut *hand).await.unwrap();
}

#[tokio::test]
async fn an_entry_that_stands_there_twice_is_noticed() {
    // Only in a table without its key can there be two of one number.
    let room = busy_room().await;
    by_hand(&room.home(), "CREATE TABLE twice AS SELECT * FROM audit_entry").await;
    by_hand(&room.home(), "INSERT INTO twice SELECT * FROM audit_entry WHERE sequence = 7").await;
    by_hand(&room.home(), "DROP TABLE audit_entry").await;
    by_hand(&room.home(), "ALTER TABLE twice RENAME TO audit_entry").await;
    assert_eq!(first_bad(&room).await.map(|bad| bad.sequence), Some(7));
}

#[tokio::test]
async fn an_older_table_put_back_is_noticed() {
    let room = room().await;
    room.vault.set_setting("theme", "dark", &room.by).await.unwrap();
    by_hand(&room.home(), "CREATE TABLE kept AS SELECT * FROM audit_entry").await;
    room.vault.set_setting("theme", "light", &room.by).await.unwrap();
    room.vault.set_setting("theme", "dark", &room.by).await.unwrap();
    by_hand(&room.home(), "DELETE FROM audit_entry").await;
    by_hand(&room.home(), "INSERT INTO audit_entry SELECT * FROM kept").await;
    assert_eq!(first_bad(&room).await.map(|bad| bad.sequence), Some(4));
}
