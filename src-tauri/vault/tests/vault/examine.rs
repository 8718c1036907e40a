//! What the examination finds beside the credentials themselves.

use strongroom_vault::{NewReplacement, RecordFault};

use crate::hand::{by_hand, room, secret};

fn new_key() -> NewReplacement {
    let secrets = [("api_secret".to_owned(), secret("FAKE-new"))].into();
    NewReplacement { expected_revision: None, plain: Default::default(), secrets, verdict: None, again: false }
}

#[tokio::test]
async fn a_damaged_replacement_is_found_and_the_key_in_force_is_not_blamed() {
    let room = room().await;
    let (main, other) = (room.add("Main", "FAKE-1").await, room.add("Other", "FAKE-2").await);
    for id in [main.id, other.id] {
        room.vault.prepare_replacement(id, new_key(), &room.by).await.unwrap();
    }
    let report = room.vault.examine().await.unwrap();
    assert_eq!((report.opened, report.replacements), (2, 2));
    assert!(report.bad_replacements.is_empty());

    by_hand(
        &room.home(),
        "UPDATE replacement_field SET blob = zeroblob(length(blob)) WHERE credential_id =
         (SELECT id FROM credential WHERE name = 'Main')",
    )
    .await;
    let report = room.vault.examine().await.unwrap();
    assert_eq!((report.opened, report.replacements), (2, 1));
    let found: Vec<_> = report.bad_replacements.iter().map(|bad| (bad.id, bad.name.as_str(), &bad.cause)).collect();
    assert!(
        matches!(found[..], [(id, "Main", RecordFault::Damaged | RecordFault::Newer(0))] if id == main.id),
        "{found:?}"
    );
    assert!(report.unreadable.is_empty(), "what is in force opens");
    assert!(!room.vault.credential(main.id).await.unwrap().unreadable);

    // It can be taken away, and all is well again.
    room.vault.discard_replacement(main.id, &room.by).await.unwrap();
    let report = room.vault.examine().await.unwrap();
    assert_eq!((report.replacements, report.bad_replacements.len()), (1, 0));

    // Old values that are kept beside the new ones are opened as well.
    room.vault.switch_replacement(other.id, None, &room.by).await.unwrap();
    assert_eq!(room.vault.examine().await.unwrap().replacements, 1);
    by_hand(&room.home(), "UPDATE replacement SET wrapped = zeroblob(length(wrapped))").await;
    assert_eq!(room.vault.examine().await.unwrap().bad_replacements.len(), 1);
}
