//! Who may change consumers, and two who do it at once.

use strongroom_app::views::{ConsumerEditRequest, ConsumerKind, ConsumerView, PersonAddRequest, UseRequest};
use strongroom_app::{AppError, Operation};
use strongroom_vault::VaultError;

use crate::room::{Room, assigned, by_rule};

fn uses(consumer: &ConsumerView, uses: Vec<UseRequest>) -> ConsumerEditRequest {
    let revision = Some(consumer.revision);
    ConsumerEditRequest { id: consumer.id.clone(), revision, name: None, note: None, uses: Some(uses) }
}

#[tokio::test]
async fn members_say_what_is_used_and_rename_nothing() {
    let room = Room::new().await;
    let claude = room.add("anthropic", "Claude").await;
    let agent = room.consumer(ConsumerKind::Agent, "Agent", Vec::new()).await;
    let person = PersonAddRequest {
        name: "Mia Member".into(),
        super_admin: false,
        admin_of: Vec::new(),
        member_of: vec!["Acme".into()],
    };
    room.app.add_person(&room.owner, person).await.unwrap();
    let mia = room.app.actor_as("Mia Member").await.unwrap();
    let changed = room.app.edit_consumer(&mia, uses(&agent, vec![assigned("llm", &claude)])).await.unwrap();
    assert_eq!(changed.uses[0].credential_name.as_deref(), Some("Claude"));
    for (name, note) in [(Some("Mine"), None), (None, Some("Mine"))] {
        let mut request = uses(&changed, Vec::new());
        (request.name, request.note) = (name.map(str::to_owned), note.map(str::to_owned));
        let refused = room.app.edit_consumer(&mia, request).await;
        assert!(matches!(refused, Err(AppError::NotPermitted { .. })));
    }
    let after = room.again(&agent).await;
    assert_eq!((after.name.as_str(), after.uses.len()), ("Agent", 1), "not even the half that she may");
    assert!(mia.may(Operation::Launch).is_err());
}

#[tokio::test]
async fn of_two_changes_at_once_the_second_is_refused_and_not_lost() {
    let room = Room::new().await;
    let claude = room.add("anthropic", "Claude").await;
    let agent = room.consumer(ConsumerKind::Agent, "Agent", Vec::new()).await;
    let first = uses(&agent, vec![assigned("llm", &claude)]);
    let second = uses(&agent, vec![by_rule("stt", "deepgram")]);
    room.app.edit_consumer(&room.owner, first).await.unwrap();
    let refused = room.app.edit_consumer(&room.owner, second).await.unwrap_err();
    assert!(matches!(refused, AppError::Vault(VaultError::Conflict { .. })), "{refused}");
    assert_eq!(refused.view().kind, "conflict");
    let after = room.again(&agent).await;
    assert_eq!(after.uses.len(), 1);
    let again = uses(&after, vec![assigned("llm", &claude), by_rule("stt", "deepgram")]);
    assert_eq!(room.app.edit_consumer(&room.owner, again).await.unwrap().uses.len(), 2);
    // A deletion of the credential is a change of the consumer, too.
    let stale = room.again(&agent).await;
    let request =
        strongroom_app::views::CredentialDeleteRequest { id: claude.id.clone(), confirm: Some("Claude".into()) };
    room.app.delete(&room.owner, request).await.unwrap();
    assert!(room.app.edit_consumer(&room.owner, uses(&stale, Vec::new())).await.is_err());
}

#[tokio::test]
async fn what_does_not_fit_its_place_is_refused() {
    let room = Room::new().await;
    let (claude, phone) = (room.add("anthropic", "Claude").await, room.add("twilio", "Phone").await);
    let second = room.add("twilio", "Second phone").await;
    let spare = room.add("anthropic", "Spare").await;
    let agent = room.consumer(ConsumerKind::Agent, "Agent", Vec::new()).await;
    let table = [
        (vec![assigned("llm", &phone)], "Twilio is no provider for “llm”."),
        (vec![by_rule("any", "anthropic")], "The agent has no place “any”."),
        (vec![assigned("llm", &claude), assigned("llm", &spare)], "takes one credential"),
        (vec![by_rule("sms", "twilio"), by_rule("sms", "twilio")], "is given twice"),
        (
            vec![UseRequest { provider: "openai".into(), ..assigned("llm", &claude) }],
            "“Claude” is not a credential of OpenAI.",
        ),
    ];
    for (wanted, expected) in table {
        let refused = room.app.edit_consumer(&room.owner, uses(&agent, wanted)).await.unwrap_err().view();
        assert!(refused.message.contains(expected), "{refused:?}");
        assert_eq!(refused.fields[0].field, "uses");
    }
    let several = uses(&agent, vec![assigned("sms", &phone), assigned("sms", &second)]);
    assert_eq!(room.app.edit_consumer(&room.owner, several).await.unwrap().uses.len(), 2);
}
