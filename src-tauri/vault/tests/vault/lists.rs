//! Lists: order, pages, filters, search, counts.

use strongroom_vault::{CredentialChange, ListQuery, NewCredential, Scope, StatusFilter, VaultError};

use crate::hand::{Room, new, room, verdict};

fn query() -> ListQuery {
    ListQuery { limit: 100, ..Default::default() }
}

async fn names(room: &Room, query: &ListQuery) -> Vec<String> {
    let page = room.vault.list(query).await.unwrap();
    let names: Vec<String> = page.items.into_iter().map(|row| row.name).collect();
    assert_eq!(page.total as usize, names.len());
    names
}

#[tokio::test]
async fn a_thousand_credentials_are_paged_without_gap_or_repetition() {
    let room = room().await;
    for number in 0..1000 {
        // In another order than that of the names.
        let number = (number * 387) % 1000;
        let case = if number % 2 == 0 { "Credential" } else { "credential" };
        let fields = [("api_secret", "FAKE-secret")];
        let credential = new(room.organisation, &format!("{case} {number:04}"), &fields);
        room.vault.add_credential(credential, &room.by).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut after = None;
    let mut pages = 0;
    loop {
        let page = room.vault.list(&ListQuery { limit: 64, after, ..Default::default() }).await.unwrap();
        assert!(page.items.len() <= 64);
        seen.extend(page.items.into_iter().map(|row| row.name.to_lowercase()));
        pages += 1;
        if pages == 3 {
            // What comes before the cursor moves nothing behind it.
            let fields = [("api_secret", "FAKE-secret")];
            room.vault.add_credential(new(room.organisation, "A new one", &fields), &room.by).await.unwrap();
        }
        assert_eq!(page.total, if pages <= 3 { 1000 } else { 1001 });
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pages, 16);
    assert_eq!(seen.len(), 1000);
    assert!(seen.is_sorted());
    seen.dedup();
    assert_eq!(seen.len(), 1000);
    let counts = room.vault.counts(Some(&[room.organisation])).await.unwrap();
    assert_eq!((counts.all, counts.by_type["sms"], counts.by_type["voice"]), (1001, 1001, 1001));
    assert_eq!(room.vault.counts(Some(&[Scope::System])).await.unwrap().all, 0);

    for cursor in ["!", "W10", "WzEsMl0", "x"] {
        let asked = ListQuery { limit: 10, after: Some(cursor.to_owned()), ..Default::default() };
        assert!(matches!(room.vault.list(&asked).await, Err(VaultError::BadCursor)), "{cursor}");
    }
}

#[tokio::test]
async fn filters_and_search() {
    let room = room().await;
    let fields = [("api_secret", "FAKE-in-secret")];
    let twilio = room.vault.add_credential(new(room.organisation, "Twilio EU", &fields), &room.by).await.unwrap();
    let other = NewCredential {
        provider: "anthropic".to_owned(),
        types: vec!["llm".to_owned()],
        lookup_key: "ANTHROPIC_API_KEY".to_owned(),
        verdict: Some(verdict("works", true)),
        plain: Default::default(),
        ..new(Scope::System, "Größe 100%_a", &fields)
    };
    let other = room.vault.add_credential(other, &room.by).await.unwrap();
    room.vault.add_credential(new(room.organisation, "Quebec", &fields), &room.by).await.unwrap();

    let all = ["Größe 100%_a", "Quebec", "Twilio EU"];
    assert_eq!(names(&room, &query()).await, all);

    // By scope, type, provider and state.
    let scoped = |scope| ListQuery { scopes: Some(vec![scope]), ..query() };
    assert_eq!(names(&room, &scoped(Scope::System)).await, ["Größe 100%_a"]);
    assert_eq!(names(&room, &scoped(room.organisation)).await, ["Quebec", "Twilio EU"]);
    assert!(names(&room, &ListQuery { scopes: Some(vec![]), ..query() }).await.is_empty());
    assert_eq!(names(&room, &ListQuery { r#type: Some("voice".into()), ..query() }).await, ["Quebec", "Twilio EU"]);
    assert_eq!(names(&room, &ListQuery { provider: Some("anthropic".into()), ..query() }).await, ["Größe 100%_a"]);

    let status = |status| ListQuery { status: Some(status), ..query() };
    assert_eq!(names(&room, &status(StatusFilter::NotChecked)).await, ["Quebec", "Twilio EU"]);
    assert_eq!(names(&room, &status(StatusFilter::Verdict("works".into()))).await, ["Größe 100%_a"]);
    assert!(names(&room, &status(StatusFilter::Unreadable)).await.is_empty());
    assert!(names(&room, &status(StatusFilter::Disabled)).await.is_empty());
    room.vault.set_enabled(other.id, false, &room.by).await.unwrap();
    assert_eq!(names(&room, &status(StatusFilter::Disabled)).await, ["Größe 100%_a"]);
    assert!(names(&room, &status(StatusFilter::Verdict("works".into()))).await.is_empty());
    for (at, expired) in [("2020-01-01T00:00:00Z", 1), ("2999-01-01T00:00:00Z", 0)] {
        let change = CredentialChange { expires_at: Some(Some(at.to_owned())), ..Default::default() };
        room.vault.change_credential(twilio.id, change, &room.by).await.unwrap();
        assert_eq!(names(&room, &status(StatusFilter::Expired)).await.len(), expired, "{at}");
    }

    // By words: all must occur, in any case, in any plain text; no character has a meaning of its own.
    let found = [
        ("twilio", vec!["Quebec", "Twilio EU"]),
        ("TWILIO eu", vec!["Twilio EU"]),
        ("eu", vec!["Twilio EU"]),
        ("u", vec!["Quebec", "Twilio EU"]),
        ("0%", vec!["Größe 100%_a"]),
        ("_a", vec!["Größe 100%_a"]),
        ("%u", vec![]),
        ("acfake0001", vec!["Quebec", "Twilio EU"]),
        ("twilio_key", vec!["Quebec", "Twilio EU"]),
        ("GRÖSSE", vec![]),
        ("GRÖßE", vec!["Größe 100%_a"]),
        ("anthropic_api", vec!["Größe 100%_a"]),
        ("twilio größe", vec![]),
        ("ex_1", vec![]),
        ("%' OR 1=1 --", vec![]),
        ("NOT x*", vec![]),
        ("\"", vec![]),
        ("in-secret", vec![]),
        (" ", all.to_vec()),
    ];
    for (words, expected) in found {
        let asked = ListQuery { search: Some(words.to_owned()), ..query() };
        assert_eq!(names(&room, &asked).await, expected, "{words:?}");
    }
    let both = ListQuery { search: Some("voice".into()), ..query() };
    assert!(names(&room, &both).await.is_empty(), "types are no words");

    // What a change or a deletion took away is found no more.
    let renamed = CredentialChange { name: Some("Voicemail".into()), ..Default::default() };
    room.vault.change_credential(twilio.id, renamed, &room.by).await.unwrap();
    assert!(names(&room, &ListQuery { search: Some("twilio eu".into()), ..query() }).await.is_empty());
    assert_eq!(names(&room, &ListQuery { search: Some("voicemail".into()), ..query() }).await, ["Voicemail"]);
    room.vault.delete_credential(twilio.id, &room.by).await.unwrap();
    assert!(names(&room, &ListQuery { search: Some("voicemail".into()), ..query() }).await.is_empty());
    assert_eq!(room.vault.counts(None).await.unwrap().all, 2);
}
