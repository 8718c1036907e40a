//! Lists: order, pages, filters, search, counts.

use strongroom_vault::{
    CredentialChange, ListQuery, NewCredential, ReplacementStage, Scope, Sort, SortKey, StatusFilter, UsedBy,
    VaultError, When,
};

use crate::hand::{Room, hand, new, room, verdict};

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
    assert_eq!(names(&room, &ListQuery { types: vec!["voice".into()], ..query() }).await, ["Quebec", "Twilio EU"]);
    assert_eq!(names(&room, &ListQuery { providers: vec!["anthropic".into()], ..query() }).await, ["Größe 100%_a"]);

    let status = |status| ListQuery { statuses: vec![status], ..query() };
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
    room.vault.delete_credential(twilio.id, &[], &room.by).await.unwrap();
    assert!(names(&room, &ListQuery { search: Some("voicemail".into()), ..query() }).await.is_empty());
    assert_eq!(room.vault.counts(None).await.unwrap().all, 2);
}

/// Every order and its reverse, in small pages, by both ways in which a page is found.
#[tokio::test]
async fn every_order_is_paged_without_gap_or_repetition() {
    let room = room().await;
    let fields = [("api_secret", "FAKE-in-secret")];
    for number in 0..23 {
        let credential = NewCredential {
            provider: if number % 3 == 0 { "anthropic" } else { "twilio" }.to_owned(),
            verdict: (number % 2 == 0).then(|| verdict(["works", "rejected", "limited"][number % 3], true)),
            ..new(room.organisation, &format!("Name {:02}", (number * 7) % 23), &fields)
        };
        let row = room.vault.add_credential(credential, &room.by).await.unwrap();
        if number % 5 == 0 {
            let ends = Some(Some(format!("2031-01-{:02}T00:00:00Z", number + 1)));
            let change = CredentialChange { expires_at: ends, ..Default::default() };
            room.vault.change_credential(row.id, change, &room.by).await.unwrap();
        }
    }
    let keys = [
        SortKey::Name,
        SortKey::Provider,
        SortKey::Status,
        SortKey::Checked,
        SortKey::Used,
        SortKey::Expires,
        SortKey::Created,
    ];
    for key in keys {
        for (descending, narrowed) in [(false, false), (true, false), (false, true), (true, true)] {
            let sort = Sort { key, descending };
            let search = narrowed.then(|| "name".to_owned());
            let all = ListQuery { search: search.clone(), sort, ..query() };
            let whole = names(&room, &all).await;
            assert_eq!(whole.len(), 23, "{sort:?}");
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let asked = ListQuery { limit: 5, after, search: search.clone(), sort, ..Default::default() };
                let page = room.vault.list(&asked).await.unwrap();
                seen.extend(page.items.into_iter().map(|row| row.name));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, whole, "{sort:?}, narrowed: {narrowed}");
            let reverse = ListQuery { sort: Sort { key, descending: !descending }, ..all };
            let mut reversed = names(&room, &reverse).await;
            reversed.reverse();
            assert_eq!(reversed, whole, "{sort:?}");
        }
    }
    let by = |key| ListQuery { sort: Sort { key, descending: false }, limit: 3, ..Default::default() };
    let worst = room.vault.list(&by(SortKey::Status)).await.unwrap();
    assert!(worst.items.iter().all(|row| row.verdict.as_ref().unwrap().kind == "rejected"), "what harms goes first");
    let asked = ListQuery { after: worst.next, ..by(SortKey::Name) };
    assert!(matches!(room.vault.list(&asked).await, Err(VaultError::BadCursor)), "a cursor of another order");
}

#[tokio::test]
async fn every_narrowing_alone_and_together() {
    let room = room().await;
    let first = room.add("First", "FAKE-secret-with-a-tail-a1b2").await;
    let second = room.add("Second", "FAKE-secret-with-a-tail-a1b2").await;
    let third = NewCredential {
        provider: "anthropic".to_owned(),
        types: vec!["llm".to_owned()],
        category: "llm_provider".to_owned(),
        lookup_key: "ANTHROPIC_API_KEY".to_owned(),
        default: true,
        verdict: Some(verdict("limited", true)),
        ..new(Scope::System, "Third", &[("api_secret", "FAKE-other-with-a-tail-c3d4")])
    };
    let third = room.vault.add_credential(third, &room.by).await.unwrap();
    room.vault.set_enabled(second.id, false, &room.by).await.unwrap();
    let ends = Some(Some("2030-06-01T00:00:00Z".to_owned()));
    let change = CredentialChange { expires_at: ends, ..Default::default() };
    room.vault.change_credential(first.id, change, &room.by).await.unwrap();
    let (checked, end) = (1_767_323_045, 1_906_502_400);

    let q = query;
    let table: Vec<(ListQuery, &[&str])> = vec![
        (ListQuery { categories: vec!["llm_provider".into()], ..q() }, &["Third"]),
        (ListQuery { categories: vec!["custom".into()], ..q() }, &[]),
        (ListQuery { providers: vec!["anthropic".into(), "twilio".into()], ..q() }, &["First", "Second", "Third"]),
        (ListQuery { types: vec!["llm".into(), "voice".into()], enabled: Some(true), ..q() }, &["First", "Third"]),
        (ListQuery { default: Some(true), ..q() }, &["Third"]),
        (ListQuery { default: Some(false), enabled: Some(false), ..q() }, &["Second"]),
        (
            ListQuery { statuses: vec![StatusFilter::Disabled, StatusFilter::Verdict("limited".into())], ..q() },
            &["Second", "Third"],
        ),
        (ListQuery { checked: Some(When::Never), ..q() }, &["First", "Second"]),
        (ListQuery { checked: Some(When::Ever), ..q() }, &["Third"]),
        (ListQuery { checked: Some(When::Before(checked)), ..q() }, &[]),
        (ListQuery { checked: Some(When::Before(checked + 1)), ..q() }, &["Third"]),
        (ListQuery { checked: Some(When::Since(checked)), ..q() }, &["Third"]),
        (ListQuery { used: Some(When::Never), ..q() }, &["First", "Second", "Third"]),
        (ListQuery { expires: Some(When::Before(end + 1)), ..q() }, &["First"]),
        (ListQuery { expires: Some(When::Before(end)), ..q() }, &[]),
        (ListQuery { expires: Some(When::Never), ..q() }, &["Second", "Third"]),
        (ListQuery { expires: Some(When::Between(end, end + 1)), ..q() }, &["First"]),
        (ListQuery { expires: Some(When::Between(end + 1, end + 9)), ..q() }, &[]),
        (ListQuery { lookup_key: Some("TWILIO".into()), ..q() }, &["First", "Second"]),
        (ListQuery { lookup_key: Some("WILIO".into()), ..q() }, &[]),
        (ListQuery { tail: Some("a1b2".into()), ..q() }, &["First", "Second"]),
        (ListQuery { duplicate: Some(true), ..q() }, &["First", "Second"]),
        (ListQuery { duplicate: Some(true), search: Some("sec on".into()), ..q() }, &["Second"]),
        (ListQuery { duplicate: Some(false), ..q() }, &["Third"]),
        (ListQuery { used_by: Some(UsedBy::Nobody), ..q() }, &["First", "Second", "Third"]),
        (ListQuery { used_by: Some(UsedBy::Named("desk".into())), ..q() }, &[]),
        (ListQuery { replacement: Some(ReplacementStage::New), ..q() }, &[]),
        (ListQuery { created: Some(When::Before(checked)), ..q() }, &[]),
        (ListQuery { scopes: Some(vec![Scope::System]), search: Some("th".into()), ..q() }, &["Third"]),
    ];
    for (asked, expected) in table {
        assert_eq!(names(&room, &asked).await, expected, "{asked:?}");
    }

    // The figures follow each change.
    let counts = room.vault.counts(None).await.unwrap();
    assert_eq!((counts.all, counts.by_provider["twilio"], counts.by_type["llm"]), (3, 2, 1));
    assert_eq!(counts.by_type_and_status["sms"], [("disabled".into(), 1), ("not_checked".into(), 1)].into());
    assert_eq!(counts.by_status["limited"], 1);
    room.vault.delete_credential(third.id, &[], &room.by).await.unwrap();
    room.vault.set_enabled(second.id, true, &room.by).await.unwrap();
    let counts = room.vault.counts(None).await.unwrap();
    assert_eq!(counts.by_status, [("not_checked".to_owned(), 2)].into());
    assert_eq!(counts.by_provider, [("twilio".to_owned(), 2)].into());
}

#[tokio::test]
async fn what_is_urgent_is_counted_once() {
    let room = room().await;
    let urgent = async |scopes: Option<&[Scope]>| room.vault.counts(scopes).await.unwrap().urgent;
    let row = room.add("One", "FAKE-secret").await;
    room.add("Two", "FAKE-secret").await;
    assert_eq!(urgent(None).await, 0);
    room.vault.record_verdict(row.id, &verdict("rejected", true), None, &room.by).await.unwrap();
    assert_eq!(urgent(None).await, 1);
    let ended = CredentialChange { expires_at: Some(Some("2020-01-01T00:00:00Z".to_owned())), ..Default::default() };
    room.vault.change_credential(row.id, ended, &room.by).await.unwrap();
    assert_eq!(urgent(None).await, 1, "rejected and ended, and still one");
    room.vault.record_verdict(row.id, &verdict("works", true), None, &room.by).await.unwrap();
    assert_eq!((urgent(None).await, urgent(Some(&[room.organisation])).await), (1, 1));
    assert_eq!(urgent(Some(&[Scope::System])).await, 0);
    room.vault.set_enabled(row.id, false, &room.by).await.unwrap();
    assert_eq!(urgent(None).await, 0);
}

/// What the lists look at is what the credentials are, and is made of what was there before there were lists.
#[tokio::test]
async fn entries_of_the_list_are_as_the_view_says() {
    let room = room().await;
    let one = room.add("One", "FAKE-secret").await;
    room.add("Two", "FAKE-secret").await;
    let change =
        CredentialChange { name: Some("Renamed".into()), verdict: Some(verdict("works", true)), ..Default::default() };
    room.vault.change_credential(one.id, change, &room.by).await.unwrap();
    let ends = Some(Some("2030-06-01T00:00:00Z".to_owned()));
    let change = CredentialChange { expires_at: ends, reminder_days: Some(11), ..Default::default() };
    room.vault.change_credential(one.id, change, &room.by).await.unwrap();
    room.vault.deliver(&[one.id], "sh", &room.by).await.unwrap();
    let mut hand = hand(&room.home()).await;
    let differing = "SELECT count(*) FROM (SELECT * FROM list_entry EXCEPT SELECT * FROM list_entry_of)";
    let wrong: i64 = sqlx::query_scalar(differing).fetch_one(&mut hand).await.unwrap();
    let named: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM list_name n JOIN credential c USING (docid) WHERE n.name = c.name_folded",
    )
    .fetch_one(&mut hand)
    .await
    .unwrap();
    assert_eq!((wrong, named), (0, 2));
    let seen: (i64, bool) = sqlx::query_as("SELECT expires - remind, used > 0 FROM list_entry ORDER BY docid")
        .fetch_one(&mut hand)
        .await
        .unwrap();
    assert_eq!(seen, (11 * 86_400, true));
}
