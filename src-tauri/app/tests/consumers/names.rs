//! Which consumer a text names, and the command that is offered for one.

use strongroom_app::views::{ConsumerKind, ConsumerListRequest, ConsumerView};
use strongroom_app::{Actor, AppError};

use crate::room::Room;

/// What a shell takes from an offered command, after `--for`.
fn named_in(command: &str) -> String {
    let (_, rest) = command.split_once("--for ").unwrap();
    let (word, _) = rest.split_once(" -- ").unwrap();
    word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')).unwrap_or(word).replace(r"'\''", "'")
}

async fn find(room: &Room, text: &str) -> Result<ConsumerView, AppError> {
    room.app.find_consumer(&room.owner, text, None).await
}

async fn all(room: &Room, actor: &Actor) -> Vec<ConsumerView> {
    room.app.consumers(actor, ConsumerListRequest::default()).await.unwrap().items
}

#[tokio::test]
async fn every_offered_command_names_its_own_consumer() {
    let room = Room::new().await;
    let first = room.consumer(ConsumerKind::Agent, "Day shift", Vec::new()).await;
    for (kind, name) in [
        (ConsumerKind::Agent, "Night shift"),
        (ConsumerKind::Agent, "night-shift"),
        (ConsumerKind::Skill, "night-shift"),
        (ConsumerKind::Agent, "agent:day-shift"),
        (ConsumerKind::Skill, "Agent day shift"),
        (ConsumerKind::Agent, "--for x"),
        (ConsumerKind::Agent, "a -- b"),
        (ConsumerKind::Skill, "a b"),
        (ConsumerKind::Agent, "O'Neil's"),
        (ConsumerKind::Skill, "😀😀"),
        (ConsumerKind::Agent, "😀"),
        // Named like the id of another one: the id goes first.
        (ConsumerKind::Agent, &first.id),
    ] {
        room.consumer(kind, name, Vec::new()).await;
    }
    let listed = all(&room, &room.owner).await;
    assert_eq!(listed.len(), 13);
    for one in &listed {
        let found = find(&room, &named_in(&one.command)).await.unwrap();
        assert_eq!((&found.id, &found.command), (&one.id, &one.command), "{} of “{}”", one.command, one.name);
    }
    let command = |name: &str| listed.iter().find(|one| one.name == name).unwrap().command.clone();
    assert_eq!(command("Day shift"), "strongroom run --for day-shift -- ./agent");
    assert_eq!(command("Night shift"), "strongroom run --for 'Night shift' -- ./agent", "the short word is another's");
    assert_eq!(find(&room, &first.id).await.unwrap().name, "Day shift");
}

#[tokio::test]
async fn an_own_name_goes_before_a_kind_and_what_is_not_clear_is_refused() {
    let room = Room::new().await;
    room.consumer(ConsumerKind::Agent, "Foo", Vec::new()).await;
    let odd = room.consumer(ConsumerKind::Agent, "agent:foo", Vec::new()).await;
    assert_eq!(find(&room, "agent:foo").await.unwrap().id, odd.id);
    room.consumer(ConsumerKind::Agent, "Night shift", Vec::new()).await;
    room.consumer(ConsumerKind::Agent, "night/shift", Vec::new()).await;
    let unclear = find(&room, "night-shift").await.unwrap_err();
    let AppError::Ambiguous { what } = &unclear else { panic!("{unclear:?}") };
    for one in all(&room, &room.owner).await.iter().filter(|one| one.name.to_lowercase().starts_with("night")) {
        assert!(what.contains(&one.id), "{what}");
        assert_eq!(find(&room, &one.id).await.unwrap().id, one.id);
        assert_eq!(find(&room, &one.name).await.unwrap().id, one.id);
    }
}
