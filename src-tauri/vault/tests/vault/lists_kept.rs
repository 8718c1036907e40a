//! What is kept for the lists as credentials change, and lists of more rows than are put in order.

use sqlx::SqliteConnection;
use strongroom_vault::{
    Connectable, CredentialChange, CredentialId, CredentialRow, KeyOwner, ListQuery, NewCredential, NewTokens, Scope,
    SecretChange, Sort, SortKey, States, StatusFilter, When,
};

use crate::hand::{Room, hand, new, room, secret, unlocked};

async fn names(room: &Room, query: ListQuery) -> Vec<String> {
    let page = room.vault.list(&ListQuery { limit: 100, ..query }).await.unwrap();
    assert_eq!(page.total as usize, page.items.len());
    page.items.into_iter().map(|row| row.name).collect()
}

async fn found(room: &Room, words: &str) -> Vec<String> {
    names(room, ListQuery { search: Some(words.to_owned()), ..Default::default() }).await
}

/// Entries that are not what the credentials say, and credentials without one.
async fn wrong_entries(room: &Room) -> i64 {
    let mut hand = hand(&room.home()).await;
    let wrong = "SELECT (SELECT count(*) FROM (SELECT * FROM list_entry EXCEPT SELECT * FROM list_entry_of))
        + (SELECT count(*) FROM (SELECT * FROM list_entry_of EXCEPT SELECT * FROM list_entry))
        + (SELECT count(*) <> (SELECT sum(total) FROM list_tally WHERE scope = 0) FROM credential)";
    sqlx::query_scalar(wrong).fetch_one(&mut hand).await.unwrap()
}

#[tokio::test]
async fn what_waits_for_a_connection_follows_each_change() {
    let room = room().await;
    let method = |filled: &[&str], empty: &[&str]| Connectable {
        provider: "twilio".to_owned(),
        auth: "api-key".to_owned(),
        filled: filled.iter().map(|field| (*field).to_owned()).collect(),
        empty: empty.iter().map(|field| (*field).to_owned()).collect(),
    };
    let waiting = |methods: Vec<Connectable>| ListQuery {
        statuses: vec![StatusFilter::Unconnected],
        states: States { connectables: methods, ..States::default() },
        ..Default::default()
    };
    let asked = || waiting(vec![method(&["account_sid"], &["own_token"])]);
    let row = room.add("One", "FAKE-one").await;
    let other =
        NewCredential { auth: "basic".to_owned(), ..new(room.organisation, "Other", &[("password", "FAKE-o")]) };
    room.vault.add_credential(other, &room.by).await.unwrap();
    assert_eq!(names(&room, asked()).await, ["One"]);
    let others = [
        Connectable { provider: "nobody".to_owned(), ..method(&[], &[]) },
        Connectable { auth: "oauth".to_owned(), ..method(&[], &[]) },
        method(&["account_sid", "client_id"], &[]),
        method(&[], &["account_sid"]),
    ];
    assert!(names(&room, waiting(others.to_vec())).await.is_empty());
    assert!(names(&room, waiting(Vec::new())).await.is_empty());
    assert_eq!(
        names(&room, waiting([others.as_slice(), &[method(&[], &[])]].concat())).await,
        ["One"],
        "any is enough"
    );

    let set = |field: &str, text: Option<&str>| CredentialChange {
        plain: [(field.to_owned(), text.map(str::to_owned))].into(),
        ..Default::default()
    };
    for (field, text, expected) in [
        ("own_token", Some("is-there"), 0),
        ("own_token", None, 1),
        ("account_sid", None, 0),
        ("account_sid", Some("ACFAKE0002"), 1),
    ] {
        room.vault.change_credential(row.id, set(field, text), &room.by).await.unwrap();
        assert_eq!(names(&room, asked()).await.len(), expected, "{field}: {text:?}");
    }

    room.vault.set_enabled(row.id, false, &room.by).await.unwrap();
    assert!(names(&room, asked()).await.is_empty(), "switched off");
    let row = room.vault.set_enabled(row.id, true, &room.by).await.unwrap();
    let tokens = NewTokens { access: secret("FAKE-access"), refresh: Some(secret("FAKE-refresh")), expires_at: None };
    room.vault.connect(row.id, tokens, row.revision, &room.by).await.unwrap();
    assert!(names(&room, asked()).await.is_empty(), "connected");
    assert_eq!(wrong_entries(&room).await, 0);
    let row = room.vault.disconnect(row.id, &room.by).await.unwrap();
    assert_eq!(names(&room, asked()).await, ["One"]);
    for (at, expected) in [("2020-01-01T00:00:00Z", 0), ("2999-01-01T00:00:00Z", 1)] {
        let change = CredentialChange { expires_at: Some(Some(at.to_owned())), ..Default::default() };
        room.vault.change_credential(row.id, change, &room.by).await.unwrap();
        assert_eq!(names(&room, asked()).await.len(), expected, "{at}");
    }
    let tokens = NewTokens { access: secret("FAKE-access"), refresh: None, expires_at: None };
    let row = room.vault.list(&ListQuery { limit: 1, ..Default::default() }).await.unwrap().items.remove(0);
    room.vault.connect(row.id, tokens, row.revision, &room.by).await.unwrap();
    room.vault.delete_credential(row.id, &[], &room.by).await.unwrap();
    assert_eq!(wrong_entries(&room).await, 0, "a connected one leaves nothing behind");
}

#[tokio::test]
async fn what_is_shared_is_so_until_one_of_two_is_gone() {
    let room = room().await;
    let shared = || ListQuery { duplicate: Some(true), ..Default::default() };
    let twice = [("api_secret", "FAKE-within"), ("other_secret", "FAKE-within")];
    room.vault.add_credential(new(room.organisation, "Within", &twice), &room.by).await.unwrap();
    assert!(names(&room, shared()).await.is_empty(), "in common with another, not with itself");
    let one = room.add("One", "FAKE-shared").await;
    let two = room.add("Two", "FAKE-shared").await;
    room.add("Three", "FAKE-shared").await;
    assert_eq!(names(&room, shared()).await, ["One", "Three", "Two"]);
    let change = CredentialChange {
        secrets: [("api_secret".to_owned(), SecretChange::Replace(secret("FAKE-of-its-own")))].into(),
        ..Default::default()
    };
    room.vault.change_credential(one.id, change, &room.by).await.unwrap();
    assert_eq!(names(&room, shared()).await, ["Three", "Two"]);
    room.vault.delete_credential(two.id, &[], &room.by).await.unwrap();
    assert!(names(&room, shared()).await.is_empty());
    let mut hand = hand(&room.home()).await;
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM list_shared").fetch_one(&mut hand).await.unwrap();
    assert_eq!(kept, 0, "no fingerprint stays");
}

#[tokio::test]
async fn words_of_two_letters_are_found_wherever_they_stand() {
    let room = room().await;
    let with = |name: &str, account: &str| NewCredential {
        plain: [("account_sid".to_owned(), account.to_owned())].into(),
        ..new(room.organisation, name, &[("api_secret", "FAKE")])
    };
    // Every kind of character after it.
    let many: String =
        ('a'..='z').chain('0'..='9').chain("!#$&()+,-./:;=?@".chars()).map(|c| format!("q%{c} ")).collect();
    let first = room.vault.add_credential(with("First zj", "ends with vv"), &room.by).await.unwrap();
    room.vault.add_credential(with("Second", "\"v 5_"), &room.by).await.unwrap();
    room.vault.add_credential(with("Third", &many), &room.by).await.unwrap();
    let table: [(&str, &[&str]); 13] = [
        ("zj", &["First zj"]),
        ("ZJ vv", &["First zj"]),
        ("zj ends", &["First zj"]),
        ("zj second", &[]),
        ("vv 5_", &[]),
        ("\"v", &["Second"]),
        ("5_", &["Second"]),
        ("q%", &["Third"]),
        ("qx", &[]),
        ("qx x", &[]),
        ("io", &["First zj", "Second", "Third"]),
        ("io q% !", &["Third"]),
        ("o' OR", &[]),
    ];
    for (words, expected) in table {
        // The provider is in the text of all: twilio.
        assert_eq!(found(&room, words).await, expected, "{words}");
    }
    let renamed = CredentialChange { name: Some("First".to_owned()), ..Default::default() };
    room.vault.change_credential(first.id, renamed, &room.by).await.unwrap();
    assert!(found(&room, "zj").await.is_empty());
    assert_eq!(found(&room, "vv").await, ["First"]);
    room.vault.delete_credential(first.id, &[], &room.by).await.unwrap();
    assert!(found(&room, "vv").await.is_empty());
}

#[tokio::test]
async fn what_another_program_changes_is_found_as_it_is_now() {
    let room = room().await;
    room.add("First", "FAKE-1").await;
    assert_eq!(found(&room, "first").await, ["First"]);
    let other = unlocked(&room.home()).await;
    let second = other.add_credential(new(room.organisation, "Second", &[("api_secret", "FAKE-2")]), &room.by).await;
    let second = second.unwrap();
    assert_eq!(found(&room, "s").await, ["First", "Second"]);
    let renamed = CredentialChange { name: Some("Other".to_owned()), ..Default::default() };
    other.change_credential(second.id, renamed, &room.by).await.unwrap();
    assert!(found(&room, "second").await.is_empty());
    assert_eq!(found(&room, "other").await, ["Other"]);
    // A name that was refused changes nothing.
    let taken = CredentialChange { name: Some("First".to_owned()), ..Default::default() };
    other.change_credential(second.id, taken, &room.by).await.unwrap_err();
    assert_eq!(found(&room, "first").await, ["First"]);
    other.delete_credential(second.id, &[], &room.by).await.unwrap();
    assert!(found(&room, "other").await.is_empty());
    other.close().await.unwrap();
}

#[tokio::test]
async fn where_nothing_is_nothing_is_found() {
    let room = room().await;
    for search in ["first", "x", ""] {
        for key in [SortKey::Name, SortKey::Used] {
            let asked = ListQuery {
                search: Some(search.to_owned()),
                used: Some(When::Never),
                sort: Sort { key, descending: false },
                ..Default::default()
            };
            assert!(names(&room, asked).await.is_empty());
        }
        assert!(found(&room, search).await.is_empty());
    }
    room.add("First", "FAKE-1").await;
    assert!(found(&room, "second").await.is_empty());
}

/// A search text holds a value with any character, and none of it counts as another's.
#[tokio::test]
async fn values_with_the_separator_of_texts_are_found_and_stay_apart() {
    let room = room().await;
    let with = |name: &str, account: &str| NewCredential {
        plain: [("account_sid".to_owned(), account.to_owned())].into(),
        ..new(room.organisation, name, &[("api_secret", "FAKE")])
    };
    for (name, account) in [("First", "one\u{1e}two\u{0}three"), ("Second", "four"), ("Third", "\u{1e}")] {
        room.vault.add_credential(with(name, account), &room.by).await.unwrap();
    }
    for (words, expected) in [
        ("two three first", vec!["First"]),
        ("one\u{1e}two", vec!["First"]),
        ("two second", vec![]),
        ("two\u{0}three", vec!["First"]),
        ("four", vec!["Second"]),
        ("d four", vec!["Second"]),
        ("third", vec!["Third"]),
    ] {
        assert_eq!(found(&room, words).await, expected, "{words:?}");
    }
}

/// The texts of an earlier schema come to stand where later ones are put.
#[tokio::test]
async fn an_earlier_vault_is_searched_as_before() {
    let room = room().await;
    for name in ["First", "Second", "Third"] {
        room.add(name, "FAKE").await;
    }
    let mut hand = hand(&room.home()).await;
    for (docid, name) in [(511, "Second"), (513, "Third")] {
        let moved =
            "UPDATE list_name SET docid = ?1 WHERE name = lower(?2); UPDATE credential SET docid = ?1 WHERE name = ?2";
        for one in moved.split(';') {
            sqlx::query(one).bind(docid).bind(name).execute(&mut hand).await.unwrap();
        }
    }
    let before = "DROP TABLE search_block;
        CREATE VIRTUAL TABLE credential_text USING fts5 (words, tokenize = 'trigram');
        CREATE VIRTUAL TABLE list_trigram USING fts5vocab (credential_text, row);
        INSERT INTO credential_text (rowid, words) VALUES (1, 'first' || char(30) || 'one'), (511, 'second'), (513, 'third')";
    sqlx::raw_sql(before).execute(&mut hand).await.unwrap();
    sqlx::raw_sql(include_str!("../../migrations/0008_search.sql")).execute(&mut hand).await.unwrap();
    let blocks: Vec<(i64, String)> =
        sqlx::query_as("SELECT block, texts FROM search_block ORDER BY block").fetch_all(&mut hand).await.unwrap();
    let at = |places: &[(usize, &str)]| {
        let mut texts = vec![""; 512];
        places.iter().for_each(|(place, text)| texts[*place] = text);
        texts.join("\u{1e}")
    };
    assert_eq!(blocks, [(0, at(&[(1, "first one"), (511, "second")])), (1, "\u{1e}third".to_owned())]);
    assert_eq!(found(&room, "first one").await, ["First"]);
    assert_eq!(found(&room, "d").await, ["Second", "Third"]);
    room.add("Fifth", "FAKE").await;
    assert_eq!(found(&room, "f").await, ["Fifth", "First"]);
}

/// Copies a credential past the vault, as often as that. `value` says in SQL what a column of the copy `i` holds, where
/// it is not the original's.
async fn copies(
    hand: &mut SqliteConnection,
    original: &CredentialRow,
    count: i64,
    value: impl Fn(&str) -> Option<&'static str>,
) {
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('credential')").fetch_all(&mut *hand).await.unwrap();
    let value = |column: &String| match column.as_str() {
        "docid" => "1000 + i".to_owned(),
        "id" => "printf('01900000-0000-7000-8000-%012x', i)".to_owned(),
        other => value(other).map_or_else(|| format!("c.{other}"), str::to_owned),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let copy = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO credential ({}) SELECT {} FROM n JOIN credential c ON c.id = ?",
        columns.join(", "),
        values.join(", ")
    );
    sqlx::query(sqlx::AssertSqlSafe(copy)).bind(original.id.to_string()).execute(hand).await.unwrap();
}

/// More rows than are put in order are read in order, whatever says which they are.
#[tokio::test]
async fn of_very_many_the_page_is_read_in_order() {
    const COPIES: i64 = 12_900;
    // One of five is put aside, and goes before all others: more than are looked at before all that match are gathered.
    const NAMED: i64 = COPIES - COPIES / 5;
    let room = room().await;
    let row = room.add("Original", "FAKE").await;
    let mut hand = hand(&room.home()).await;
    let value = |column: &str| {
        Some(match column {
            "name" | "name_folded" => "printf('%s %05d', iif(i % 5, 'copy', 'aside'), (i * 7919) % 12900)",
            "enabled" => "i % 2",
            "created_at" => "strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + (i * 104729) % 12900, 'unixepoch')",
            _ => return None,
        })
    };
    copies(&mut hand, &row, COPIES, value).await;
    // The copies have the numbers from 1001 on: block 2 begins with 1024.
    let text = "INSERT OR REPLACE INTO search_block (block, version, texts)
        SELECT docid / 512, docid, iif(docid < 1024, printf('%.*c', 1001 % 512, char(30)), '')
            || group_concat(name_folded, char(30) ORDER BY docid)
        FROM credential WHERE docid > 1000 GROUP BY docid / 512";
    sqlx::query(text).execute(&mut hand).await.unwrap();

    let filters = [
        // By the tally, by a look at each row, and by words alone and with a condition.
        (ListQuery { providers: vec!["twilio".to_owned()], ..Default::default() }, COPIES + 1),
        (ListQuery { used: Some(When::Never), ..Default::default() }, COPIES + 1),
        (ListQuery { search: Some("copy".to_owned()), ..Default::default() }, NAMED),
        (ListQuery { search: Some("p".to_owned()), ..Default::default() }, NAMED),
        (
            ListQuery { search: Some("py".to_owned()), enabled: Some(true), ..Default::default() },
            COPIES / 2 - COPIES / 10,
        ),
    ];
    for (filter, total) in filters {
        // So large a page has all that match gathered at once.
        let page = room.vault.list(&ListQuery { limit: 1000, ..filter.clone() }).await.unwrap();
        assert_eq!((i64::from(page.total), page.items.len()), (total, 1000), "{filter:?}");
        for key in [SortKey::Name, SortKey::Provider, SortKey::Status, SortKey::Created] {
            let (mut seen, mut after): (Vec<CredentialId>, _) = (Vec::new(), None);
            let mut keys: Vec<(String, CredentialId)> = Vec::new();
            for _ in 0..3 {
                let asked = ListQuery { limit: 500, sort: Sort { key, descending: false }, after, ..filter.clone() };
                let page = room.vault.list(&asked).await.unwrap();
                assert_eq!((i64::from(page.total), page.items.len()), (total, 500), "{filter:?}");
                let fits = |name: &str| filter.search.is_none() || name.starts_with("copy");
                assert!(
                    page.items.iter().all(|row| fits(&row.name) && filter.enabled.is_none_or(|on| on == row.enabled))
                );
                seen.extend(page.items.iter().map(|row| row.id));
                let sorted = |row: &CredentialRow| match key {
                    SortKey::Created => row.created_at.clone(),
                    SortKey::Status => i32::from(!row.enabled).to_string(),
                    _ => row.name.to_lowercase(),
                };
                keys.extend(page.items.iter().map(|row| (sorted(row), row.id)));
                after = page.next;
            }
            assert!(keys.iter().map(|(key, _)| key).is_sorted(), "{key:?} {filter:?}");
            // Whoever goes to a place finds the rows that stand there, counted from the other end too.
            let total = u32::try_from(total).unwrap();
            let at = async |skip, descending| {
                let asked = ListQuery { limit: 100, skip, sort: Sort { key, descending }, ..filter.clone() };
                let page = room.vault.list(&asked).await.unwrap();
                assert_eq!((page.total, page.next.is_some()), (total, skip + 100 < total), "{key:?} {filter:?}");
                page.items.iter().map(|row| row.id).collect::<Vec<_>>()
            };
            for skip in [0, 1, 450, 1_400] {
                assert_eq!(at(skip, false).await, seen[skip as usize..][..100], "{skip} {key:?} {filter:?}");
            }
            for skip in [total / 2, total - 100] {
                let mut back = at(total - 100 - skip, true).await;
                back.reverse();
                assert_eq!(at(skip, false).await, back, "{skip} {key:?} {filter:?}");
            }
            assert_eq!(at(total - 7, false).await.len(), 7);
            assert!(at(total, false).await.is_empty() && at(u32::MAX - 100, false).await.is_empty());
            seen.sort_by_key(ToString::to_string);
            seen.dedup();
            assert_eq!(seen.len(), 1500, "no row twice: {key:?} {filter:?}");
        }
    }
}

/// What comes with time, with a mode or with a plain field is counted beside the tally, and each row under one status.
#[tokio::test]
async fn many_rows_stand_under_one_status_each() {
    const COPIES: i64 = 12_000;
    let room = room().await;
    let row = room.add("Original", "FAKE").await;
    let Scope::Organisation(organisation) = room.organisation else { panic!("a room has an organisation") };
    room.vault.set_key_owner(organisation, KeyOwner::System, &room.by).await.unwrap();
    let mut hand = hand(&room.home()).await;
    let value = |column: &str| {
        Some(match column {
            "name" | "name_folded" => "printf('copy %05d', i)",
            "scope" => "iif(i % 60, 'system', c.scope)",
            "expires_at" => "iif(i % 40, NULL, iif(i % 80, '2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z'))",
            "plain" => "iif(i % 50, c.plain, '{}')",
            "unreadable" => "i % 70 = 0",
            "enabled" => "i % 35 <> 0",
            _ => return None,
        })
    };
    copies(&mut hand, &row, COPIES, value).await;

    let stands = |i: i64| match i {
        i if i % 70 == 0 => "unreadable",
        i if i % 35 == 0 => "disabled",
        i if i % 40 == 0 && i % 80 != 0 => "expired",
        i if i % 60 == 0 => "dormant",
        i if i % 50 == 0 => "unconnected",
        _ => "not_checked",
    };
    let mut expected = std::collections::BTreeMap::from([("dormant".to_owned(), 1)]);
    for i in 1..=COPIES {
        *expected.entry(stands(i).to_owned()).or_insert(0) += 1;
    }
    let states = States {
        ai_types: vec!["sms".into(), "voice".into()],
        connectables: vec![Connectable {
            provider: "twilio".into(),
            auth: "api-key".into(),
            filled: Vec::new(),
            empty: vec!["account_sid".into()],
        }],
    };
    let counts = room.vault.standing(None, &states).await.unwrap();
    assert_eq!((counts.all, &counts.by_status), (12_001, &expected));
    assert_eq!(counts.by_type_and_status["sms"], expected);
    let own = room.vault.standing(Some(&[room.organisation]), &states).await.unwrap();
    assert_eq!(own.by_status.values().sum::<u32>(), own.all);
    assert!(!own.by_status.contains_key("not_checked"), "all are dormant, or worse");

    let statuses = [
        ("unreadable", StatusFilter::Unreadable),
        ("disabled", StatusFilter::Disabled),
        ("expired", StatusFilter::Expired),
        ("dormant", StatusFilter::Dormant),
        ("unconnected", StatusFilter::Unconnected),
        ("not_checked", StatusFilter::NotChecked),
    ];
    for (id, status) in statuses {
        for key in [SortKey::Name, SortKey::Status] {
            let sort = Sort { key, descending: false };
            let asked = ListQuery {
                statuses: vec![status.clone()],
                states: states.clone(),
                limit: 1000,
                sort,
                ..Default::default()
            };
            let page = room.vault.list(&asked).await.unwrap();
            assert_eq!(page.total, expected[id], "{id}");
            let right = |name: &str| name.strip_prefix("copy ").map_or("dormant", |i| stands(i.parse().unwrap())) == id;
            assert!(page.items.iter().all(|row| right(&row.name)), "{id} by {key:?}");
        }
    }
    let several = vec![StatusFilter::NotChecked, StatusFilter::Disabled];
    let asked = ListQuery { statuses: several, states, limit: 1, ..Default::default() };
    assert_eq!(room.vault.list(&asked).await.unwrap().total, expected["not_checked"] + expected["disabled"]);
}
