//! How long entries of the audit are kept, and that what is left can still be verified.

use jiff::{SignedDuration, Timestamp};
use strongroom_vault::VaultError;

use crate::hand::{Room, by_hand, bytes, contains, new, room, unlocked};

fn in_days(days: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(24 * days)
}

async fn actions(room: &Room) -> Vec<(u64, String)> {
    let rows = room.vault.audit_tail(100).await.unwrap();
    rows.into_iter().rev().map(|row| (row.sequence, row.action)).collect()
}

/// A room with four entries, of which the third made a credential.
async fn old_room() -> Room {
    let room = room().await;
    let fields = [("api_secret", "FAKE-secret-0123456789")];
    let row = room.vault.add_credential(new(room.organisation, "Main", &fields), &room.by).await.unwrap();
    room.vault.set_enabled(row.id, false, &room.by).await.unwrap();
    room
}

#[tokio::test]
async fn everything_is_kept_unless_somebody_chooses() {
    let room = old_room().await;
    assert_eq!(room.vault.audit_retention().await.unwrap(), None);
    assert_eq!(room.vault.prune_audit(in_days(36_000), &room.by).await.unwrap(), 0);
    for days in [0, 36_501] {
        assert!(matches!(room.vault.set_audit_retention(Some(days), &room.by).await, Err(VaultError::Invalid(_))));
    }
    assert_eq!(actions(&room).await.len(), 4);
}

#[tokio::test]
async fn what_is_left_after_the_old_entries_are_removed_is_verifiable() {
    let room = old_room().await;
    room.vault.set_audit_retention(Some(90), &room.by).await.unwrap();
    // The same again is no change.
    room.vault.set_audit_retention(Some(90), &room.by).await.unwrap();
    assert_eq!(room.vault.prune_audit(in_days(89), &room.by).await.unwrap(), 0, "nothing is that old");
    assert!(contains(&bytes(&room.home()), b"credential.disable"));

    assert_eq!(room.vault.prune_audit(in_days(91), &room.by).await.unwrap(), 5);
    assert_eq!(actions(&room).await, [(6, "audit.prune".to_owned())]);
    let told: serde_json::Value = serde_json::from_str(&room.vault.audit_tail(1).await.unwrap()[0].detail).unwrap();
    assert_eq!((&told["removed"], &told["last"], &told["days"]), (&5.into(), &5.into(), &90.into()));
    assert!(!contains(&bytes(&room.home()), b"credential.disable"), "erased, not only left out");

    room.vault.set_setting("theme", "dark", &room.by).await.unwrap();
    let report = unlocked(&room.home()).await.verify_audit().await.unwrap();
    assert_eq!((report.entries, report.removed, report.first_bad), (2, 5, None));
    // Which value a credential got last is known without the entry that said so.
    let examined = room.vault.examine().await.unwrap();
    assert_eq!((examined.put_back, examined.opened), (Vec::new(), 1));
    // Once more, when the first pruning itself is old.
    assert_eq!(room.vault.prune_audit(in_days(182), &room.by).await.unwrap(), 2);
    assert_eq!(room.vault.verify_audit().await.unwrap().first_bad, None);
    assert_eq!(room.vault.examine().await.unwrap().put_back, Vec::new());
    room.vault.set_audit_retention(None, &room.by).await.unwrap();
    assert_eq!(room.vault.prune_audit(in_days(36_000), &room.by).await.unwrap(), 0);
}

#[tokio::test]
async fn a_shortened_log_and_another_begin_are_noticed() {
    let tampering: [(&'static [&'static str], u64); 7] = [
        (&["UPDATE audit_keep SET removed = 6"], 7),
        (&["UPDATE audit_keep SET days = 1"], 6),
        (&["UPDATE audit_keep SET chain = zeroblob(32)"], 6),
        (&["UPDATE audit_key SET data_key = 'another'"], 6),
        (&["DELETE FROM audit_key"], 6),
        (&["DELETE FROM audit_keep"], 1),
        (&["DELETE FROM audit_entry WHERE sequence = 6"], 6),
    ];
    for (statements, expected) in tampering {
        let room = old_room().await;
        room.vault.set_audit_retention(Some(90), &room.by).await.unwrap();
        room.vault.prune_audit(in_days(91), &room.by).await.unwrap();
        room.vault.set_setting("theme", "dark", &room.by).await.unwrap();
        for sql in statements {
            by_hand(&room.home(), sql).await;
        }
        let bad = unlocked(&room.home()).await.verify_audit().await.unwrap().first_bad;
        assert_eq!(bad.map(|bad| bad.sequence), Some(expected), "{statements:?}");
    }
}

#[tokio::test]
async fn nothing_is_removed_from_a_log_that_somebody_changed() {
    // An entry; the choice itself; and an earlier choice put back with its own code.
    for sql in ["UPDATE audit_entry SET author = 'Mallory' WHERE sequence = 2", "UPDATE audit_keep SET days = 1"] {
        let room = old_room().await;
        room.vault.set_audit_retention(Some(90), &room.by).await.unwrap();
        by_hand(&room.home(), sql).await;
        let before = actions(&room).await;
        assert!(matches!(room.vault.prune_audit(in_days(91), &room.by).await, Err(VaultError::Damaged(_))), "{sql}");
        assert_eq!(actions(&room).await, before);
    }
    let room = old_room().await;
    room.vault.set_audit_retention(Some(1), &room.by).await.unwrap();
    by_hand(&room.home(), "CREATE TABLE earlier AS SELECT * FROM audit_keep").await;
    room.vault.set_audit_retention(Some(3650), &room.by).await.unwrap();
    by_hand(&room.home(), "DELETE FROM audit_keep").await;
    by_hand(&room.home(), "INSERT INTO audit_keep SELECT * FROM earlier").await;
    assert!(matches!(room.vault.prune_audit(in_days(91), &room.by).await, Err(VaultError::Damaged(_))));
    assert_eq!(actions(&room).await.len(), 6);
}
