//! The audit from the command line.

use crate::place::Place;

fn said(place: &Place, arguments: &[&str]) -> Vec<String> {
    let list = place.run(&[&["audit", "list", "--json"], arguments].concat()).ends(0).json();
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|entry| format!("{} – {}", entry["said"].as_str().unwrap(), entry["object"].as_str().unwrap()))
        .collect()
}

/// The vault's file is changed past the program, as an editor of databases would.
fn by_hand(place: &Place, sql: &str) {
    let done = std::process::Command::new("sqlite3").arg(place.vault().join("vault.db")).arg(sql).status();
    assert!(done.expect("sqlite3 is installed").success(), "{sql}");
}

fn busy() -> Place {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-of-acme-a1b2");
    place.run(&["run", "--key", "TOKEN", "--", "true"]).ends(0);
    place.run(&["run", "--key", "NO_SUCH_KEY", "--", "true"]).ends(8);
    place.run(&["person", "add", "Mia Member", "--member", "Acme"]).ends(0);
    place.run(&["--as", "Mia Member", "disable", "Token"]).ends(3);
    place
}

#[test]
fn what_was_done_and_refused_is_listed_and_filtered() {
    let place = busy();
    assert_eq!(
        said(&place, &[]),
        [
            "Was refused: changing credentials – Token",
            "Added a person – Mia Member",
            "Was refused: handing credentials to a program – true",
            "Handed credentials to a program – true",
            "Added a credential – Token",
            "Added an organisation – Acme",
            "Made the vault – ",
        ]
    );
    assert_eq!(said(&place, &["--kind", "deliveries"]), ["Handed credentials to a program – true"]);
    assert_eq!(said(&place, &["--kind", "refused"]).len(), 2);
    assert_eq!(said(&place, &["--action", "person.create"]), ["Added a person – Mia Member"]);
    assert_eq!(said(&place, &["--object", "Token"]).len(), 3, "deliveries of it, too");
    assert_eq!(said(&place, &["--search", "mia member"]).len(), 2);
    assert_eq!(said(&place, &["--until", "2020-01-01"]), Vec::<String>::new());
    assert_eq!(said(&place, &["--org", "Acme", "--kind", "changes"]).len(), 2);
    let first = place.run(&["audit", "list", "--limit", "2", "--json"]).ends(0).json();
    assert_eq!(first["items"][0]["person"], "Mia Member, through Test Person");
    assert_eq!(said(&place, &["--after", first["next"].as_str().unwrap()]).len(), 5);
    assert!(place.run(&["audit", "--org", "Acme"]).ends(0).says("Handed credentials to a program"));
    assert_eq!(place.run(&["audit", "list", "--person", "Nobody", "--json"]).ends(7).error_kind(), "not_found");
    assert_eq!(place.run(&["audit", "list", "--after", "x", "--json"]).ends(2).error_kind(), "bad_cursor");
    place.run(&["audit", "list", "--kind", "anything"]).ends(2);

    // A member sees what she did, and verifies nothing.
    assert_eq!(said(&place, &["--as", "Mia Member"]), ["Was refused: changing credentials – Token"]);
    for arguments in [&["audit", "verify"][..], &["audit", "prune"], &["audit", "retention", "90"]] {
        place.run(&[&["--as", "Mia Member"], arguments].concat()).ends(3);
    }
}

#[test]
fn a_changed_entry_is_named_and_ends_with_a_failure() {
    let place = busy();
    let good = place.run(&["audit", "verify", "--json"]).ends(0).json();
    assert_eq!((&good["intact"], &good["entries"], &good["removed"]), (&true.into(), &7.into(), &0.into()));
    assert_eq!((&good["first_bad"], &good["witness"]["state"]), (&serde_json::Value::Null, &"not_kept".into()));
    assert!(place.run(&["audit", "verify"]).ends(0).says("7 entries, every one as it was written."));
    by_hand(&place, "UPDATE audit_entry SET author = 'Mallory' WHERE sequence = 4");
    let bad = place.run(&["audit", "verify", "--json"]).ends(1).json();
    assert_eq!((&bad["intact"], &bad["first_bad"]["sequence"]), (&false.into(), &4.into()));
    assert!(place.run(&["audit", "verify", "--accept"]).ends(1).says("Entry 4 is the first that is not right"));
    assert!(place.run(&["doctor"]).ends(1).says("Entry 4 is not as it was written"));
    // Nothing is removed from such a log.
    assert_eq!(place.run(&["audit", "retention", "1", "--json"]).ends(0).json()["removed"], 0);
    by_hand(&place, "UPDATE audit_entry SET at = '2020' WHERE sequence < 4");
    assert_eq!(place.run(&["audit", "prune", "--json"]).ends(1).error_kind(), "damaged");
}

#[test]
fn an_export_is_a_file_of_its_owner_and_never_written_over() {
    use std::os::unix::fs::PermissionsExt;
    let place = busy();
    let file = place.path("audit.json");
    let path = file.to_str().unwrap();
    let written = place.run(&["audit", "export", "--format", "json", "--output", path, "--json"]).ends(0).json();
    assert_eq!(written["entries"], 7);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(document["verification"]["intact"], true);
    assert_eq!(document["entries"].as_array().unwrap().len(), 7);
    place.run(&["audit", "export", "--format", "json", "--output", path]).ends(2);
    let lines = place.run(&["audit", "export", "--format", "jsonl", "--kind", "refused"]).ends(0);
    assert_eq!(lines.out.lines().count(), 2);
    let csv = place.run(&["audit", "export", "--format", "csv"]).ends(0);
    assert_eq!(csv.out.lines().count(), 8);
    // What a member is allowed to see says nothing of the whole.
    let own = place.run(&["--as", "Mia Member", "audit", "export", "--format", "json"]).ends(0).json();
    assert_eq!((&own["verification"], own["entries"].as_array().unwrap().len()), (&serde_json::Value::Null, 1));
}

#[test]
fn how_long_entries_are_kept_is_a_choice() {
    let place = busy();
    assert!(place.run(&["audit", "retention"]).ends(0).says("All entries are kept."));
    let chosen = place.run(&["audit", "retention", "365", "--json"]).ends(0).json();
    assert_eq!((&chosen["days"], &chosen["removed"]), (&365.into(), &0.into()));
    assert!(place.run(&["audit", "prune"]).ends(0).says("Entries are kept for 365 days. None was removed."));
    place.run(&["audit", "retention", "0"]).ends(2);
    place.run(&["audit", "retention", "sometimes"]).ends(2);
    assert_eq!(place.run(&["audit", "retention", "all", "--json"]).ends(0).json()["days"], serde_json::Value::Null);
    assert_eq!(said(&place, &["--action", "audit.retention"]).len(), 2);
    place.run(&["audit", "verify"]).ends(0);
}

#[test]
fn a_page_has_between_one_and_a_thousand_entries() {
    let place = Place::new();
    for limit in ["0", "1001", "4294967295", "-1", "many"] {
        place.run(&["audit", "list", "--limit", limit]).ends(2);
    }
    assert_eq!(said(&place, &["--limit", "1"]).len(), 1);
}
