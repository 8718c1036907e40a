//! How long a log of a million entries takes to be verified, and pages of a hundred thousand to be read. Measured on
//! a release build by `cargo xtask bench audit`; asserts no time.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use super::list::{AuditGroup, AuditQuery};
use super::{DELIVER, Entry, append};
use crate::custody::NewCustody;
use crate::model::{Author, PersonId, SecretText};
use crate::store::{NewVault, Vault, begin};

/// A vault whose log has so many entries of four people, most of them deliveries.
async fn long(home: &std::path::Path, entries: usize) -> (Vault, Vec<Author>) {
    let key = SecretText::new("RkFLRS1GQUtFLUZBS0UtRkFLRS1GQUtFLUZBS0UtISE=".to_owned());
    let new = NewVault {
        person: "Ada Admin".to_owned(),
        organisation: None,
        custody: NewCustody::Environment(key),
        demonstration: false,
    };
    let vault = Vault::create(home, new, |_| Ok(())).await.unwrap();
    let people: Vec<Author> =
        (0..4).map(|number| Author { person: PersonId::make(), name: format!("Person {number}") }).collect();
    let keys = vault.keys().unwrap();
    let mut connection = vault.connection().await.unwrap();
    let mut tx = begin(&mut connection).await.unwrap();
    for number in 0..entries {
        let id = format!("01a1fcb2-52ed-7553-9150-{:012x}", number % 1000);
        let (action, kind) = if number % 4 == 0 { ("credential.check", "credential") } else { (DELIVER, "program") };
        let credential =
            serde_json::json!({"id": id, "name": format!("Credential {}", number % 1000), "scope": "system"});
        let entry = Entry {
            action,
            kind,
            id: if kind == "credential" { &id } else { "" },
            name: "forecast",
            scope: "system",
            detail: serde_json::json!({"credentials": [credential]}),
        };
        append(&mut tx, &keys, &people[number % 3], entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    drop(connection);
    (vault, people)
}

#[tokio::test]
#[ignore = "a measurement, run by `cargo xtask bench audit`"]
async fn a_million_entries_are_verified() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = long(&folder.path().join("vault"), 1_000_000).await;
    let begin = Instant::now();
    let report = vault.verify_audit().await.unwrap();
    println!("{} entries verified in {:.2} s", report.entries, begin.elapsed().as_secs_f64());
    assert_eq!(report.first_bad, None);
}

#[tokio::test]
#[ignore = "a measurement, run by `cargo xtask bench audit`"]
async fn pages_of_a_hundred_thousand() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, people) = long(&folder.path().join("vault"), 100_000).await;
    let all = AuditQuery { limit: 100, ..AuditQuery::default() };
    let queries = [
        ("the newest", all.clone()),
        ("a person", AuditQuery { author: Some(people[0].person), ..all.clone() }),
        ("a person who did nothing", AuditQuery { author: Some(people[3].person), ..all.clone() }),
        ("checks", AuditQuery { group: Some(AuditGroup::Checks), ..all.clone() }),
        ("refusals, of which there are none", AuditQuery { group: Some(AuditGroup::Refused), ..all.clone() }),
        ("a credential", AuditQuery { object: Some("01a1fcb2-52ed-7553-9150-0000000001f4".into()), ..all.clone() }),
        ("a text that is nowhere", AuditQuery { text: Some("nowhere".into()), ..all.clone() }),
        ("a span that is over", AuditQuery { until: Some("2020".into()), ..all }),
    ];
    for (what, query) in queries {
        vault.audit_page(&query).await.unwrap();
        let begin = Instant::now();
        let rows = vault.audit_page(&query).await.unwrap().rows.len();
        println!("{what}: {rows} rows in {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    }
    let begin = Instant::now();
    assert_eq!(vault.audit_people(None).await.unwrap().len(), 4);
    println!("people in {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
}
