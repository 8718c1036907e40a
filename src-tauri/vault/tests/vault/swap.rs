//! Blobs, keys and files in places where they do not belong.

use sqlx::SqliteConnection;
use strongroom_vault::{CredentialId, CustodyError, KeySource, Scope, Vault, VaultError};

use crate::hand::{KEY, OTHER_KEY, Room, by_hand, hand, new, new_vault, plain, room, secret};

/// A column that holds something sealed, as one statement that reads it and one that writes it.
struct Column {
    read: &'static str,
    write: &'static str,
}

const FIELD: Column = Column {
    read: "SELECT blob FROM sealed_field WHERE credential_id || '/' || field = ?",
    write: "UPDATE sealed_field SET blob = ? WHERE credential_id || '/' || field = ?",
};
const DATA_KEY: Column = Column {
    read: "SELECT wrapped FROM data_key WHERE credential_id = ?",
    write: "UPDATE data_key SET wrapped = ? WHERE credential_id = ?",
};
const SCOPE_KEY: Column =
    Column { read: "SELECT wrapped FROM scope WHERE id = ?", write: "UPDATE scope SET wrapped = ? WHERE id = ?" };
const AUDIT_KEY: Column = Column {
    read: "SELECT audit_key FROM vault WHERE 'audit' = ?",
    write: "UPDATE vault SET audit_key = ? WHERE 'audit' = ?",
};

/// A sealed value in one of the vaults, and a credential that cannot be opened without it.
struct Place {
    room: usize,
    column: &'static Column,
    key: String,
    guards: CredentialId,
}

async fn read(hand: &mut SqliteConnection, place: &Place) -> Vec<u8> {
    sqlx::query_scalar(place.column.read).bind(&place.key).fetch_one(hand).await.unwrap()
}

async fn write(hand: &mut SqliteConnection, place: &Place, blob: &[u8]) {
    let done = sqlx::query(place.column.write).bind(blob).bind(&place.key).execute(hand).await.unwrap();
    assert_eq!(done.rows_affected(), 1, "{}", place.column.write);
}

/// Unlocks anew, so that no key is remembered, and opens the credential.
async fn opens(vault: &Vault, id: CredentialId) -> Result<usize, VaultError> {
    vault.lock();
    vault.unlock(KeySource::Environment(secret(KEY))).await?;
    Ok(vault.open_secrets(id).await?.len())
}

/// Two credentials in each scope, and all places of sealed values.
async fn fill(number: usize, room: &Room) -> Vec<Place> {
    let mut places = Vec::new();
    for scope in [Scope::System, room.organisation] {
        let mut last = None;
        for name in ["First", "Second"] {
            // Equal texts everywhere: only its place tells one from another.
            let fields = [("api_secret", "FAKE-secret"), ("signing", "FAKE-secret")];
            let id = room.vault.add_credential(new(scope, name, &fields), &room.by).await.unwrap().id;
            let mut place = |column, key| places.push(Place { room: number, column, key, guards: id });
            place(&FIELD, format!("{id}/api_secret"));
            place(&FIELD, format!("{id}/signing"));
            place(&DATA_KEY, id.to_string());
            last = Some(id);
        }
        let key = match scope {
            Scope::System => "system".to_owned(),
            Scope::Organisation(id) => id.to_string(),
        };
        places.push(Place { room: number, column: &SCOPE_KEY, key, guards: last.unwrap() });
    }
    let guards = places[0].guards;
    places.push(Place { room: number, column: &AUDIT_KEY, key: "audit".to_owned(), guards });
    places
}

#[tokio::test]
async fn no_blob_opens_in_the_place_of_another() {
    // Both vaults have the same master key, so that nothing but the binding to the place can refuse.
    let rooms = [room().await, room().await];
    let mut places = fill(0, &rooms[0]).await;
    places.extend(fill(1, &rooms[1]).await);
    assert_eq!(places.len(), 2 * (4 * 3 + 2 + 1));

    let mut hands = [hand(&rooms[0].home()).await, hand(&rooms[1].home()).await];
    let mut blobs = Vec::new();
    for place in &places {
        // This hand's own writes need not survive a loss of power.
        sqlx::query("PRAGMA synchronous = OFF").execute(&mut hands[place.room]).await.unwrap();
        blobs.push(read(&mut hands[place.room], place).await);
    }
    for (to, place) in places.iter().enumerate() {
        let (vault, hand) = (&rooms[place.room].vault, &mut hands[place.room]);
        for (from, blob) in blobs.iter().enumerate().filter(|(from, _)| *from != to) {
            write(hand, place, blob).await;
            let opened = opens(vault, place.guards).await;
            assert!(
                matches!(opened, Err(VaultError::Unreadable { .. } | VaultError::Damaged(_))),
                "{} {} in the place of {} {}: {opened:?}",
                places[from].column.read,
                places[from].key,
                place.column.read,
                place.key
            );
        }
        write(hand, place, &blobs[to]).await;
    }
    for place in &places {
        assert_eq!(opens(&rooms[place.room].vault, place.guards).await.unwrap(), 2, "everything opens again");
    }
}

#[tokio::test]
async fn whole_rows_exchanged_do_not_open() {
    let room = room().await;
    let (a, b) = (room.add("A", "FAKE-a").await, room.add("B", "FAKE-b").await);
    let unreadable = |opened: Result<_, VaultError>| matches!(opened, Err(VaultError::Unreadable { .. }));

    by_hand(&room.home(), "UPDATE sealed_field SET credential_id = 'x' || credential_id").await;
    by_hand(
        &room.home(),
        "UPDATE sealed_field SET credential_id = (SELECT id FROM credential WHERE id <> substr(credential_id, 2))",
    )
    .await;
    for id in [a.id, b.id] {
        assert!(unreadable(room.vault.open_secrets(id).await), "fields exchanged");
    }
    by_hand(&room.home(), "UPDATE data_key SET credential_id = 'x' || credential_id").await;
    by_hand(
        &room.home(),
        "UPDATE data_key SET credential_id = (SELECT id FROM credential WHERE id <> substr(credential_id, 2))",
    )
    .await;
    for id in [a.id, b.id] {
        assert!(unreadable(room.vault.open_secrets(id).await), "fields and keys exchanged");
    }
}

#[tokio::test]
async fn another_vaults_file_under_this_key_is_a_wrong_key_before_any_row_is_touched() {
    let room = room().await;
    let row = room.add("Main", "FAKE-secret").await;
    let vault = Vault::open(&room.home()).await.unwrap();
    assert!(matches!(vault.unlock(KeySource::Environment(secret(OTHER_KEY))).await, Err(CustodyError::WrongKey)));
    assert!(!vault.is_unlocked());
    assert!(!vault.credential(row.id).await.unwrap().unreadable);

    // The same key, but the file says that it is another vault.
    by_hand(&room.home(), "UPDATE vault SET id = '01980000-0000-7000-8000-000000000000'").await;
    assert!(matches!(vault.unlock(KeySource::Environment(secret(KEY))).await, Err(CustodyError::WrongKey)));
    assert!(!vault.is_unlocked());

    // A vault made with the other key opens by it and by no other.
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("vault");
    let other = Vault::create(&home, new_vault(OTHER_KEY), |_| Ok(())).await.unwrap();
    assert!(matches!(other.unlock(KeySource::Environment(secret(KEY))).await, Err(CustodyError::WrongKey)));
    other.unlock(KeySource::Environment(secret(OTHER_KEY))).await.unwrap();

    // Whatever a hand did: the secret itself is still what it was.
    let opened = room.vault.open_secrets(row.id).await.unwrap();
    assert_eq!(plain(&opened["api_secret"]), "FAKE-secret");
}
