//! Organisations, people, and who may do what.

use crate::place::Place;

#[test]
fn an_organisation_is_renamed_archived_and_restored() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-of-acme-a1b2");
    place.run(&["org", "add", "Globex"]).ends(0);
    assert_eq!(place.run(&["org", "rename", "globex", "Initech", "--json"]).ends(0).json()["name"], "Initech");
    assert_eq!(place.run(&["org", "rename", "Initech", "ACME", "--json"]).ends(2).error_kind(), "duplicate_name");
    let away = place.run(&["org", "archive", "Acme", "--json"]).ends(0).json();
    assert!(away["archived_at"].is_string());
    assert_eq!(place.run(&["org", "--json"]).ends(0).json().as_array().unwrap().len(), 1);
    assert_eq!(place.run(&["org", "list", "--all", "--json"]).ends(0).json().as_array().unwrap().len(), 2);
    assert_eq!(place.run(&["list", "--json"]).ends(0).json()["total"], 0);
    place.run(&["run", "--key", "TOKEN", "--", "true"]).ends(8);
    let refused = place.run(&["disable", "Token", "--org", "Acme", "--json"]).ends(1);
    assert_eq!(refused.error_kind(), "archived");
    assert!(refused.says("strongroom org restore"));
    place.run(&["org", "restore", "Acme"]).ends(0);
    place.run(&["run", "--key", "TOKEN", "--", "true"]).ends(0);
}

#[test]
fn a_member_uses_and_changes_nothing() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-of-acme-a1b2");
    place.run(&["org", "add", "Globex"]).ends(0);
    let mia = place.run(&["person", "add", "Mia Member", "--member", "Acme", "--json"]).ends(0).json();
    assert_eq!((&mia["role"], &mia["here"]), (&"member".into(), &false.into()));
    let shown = place.run(&["--as", "mia member", "show", "Token", "--json"]).ends(0).json();
    assert_eq!(shown["secrets"]["token"]["tail"], "a1b2", "the inventory is masked for everybody");
    place.run(&["--as", "Mia Member", "run", "--key", "TOKEN", "--", "true"]).ends(0);
    let refused: [&[&str]; 8] = [
        &["edit", "Token", "--name", "Mine"],
        &["replace", "Token", "--discard"],
        &["disable", "Token"],
        &["delete", "Token", "--yes"],
        &["check", "Token"],
        &["org", "add", "Mine"],
        &["person", "list"],
        &["doctor"],
    ];
    for arguments in refused {
        let ran = place.run(&[&["--as", "Mia Member", "--json"], arguments].concat()).ends(3);
        assert_eq!(ran.error_kind(), "not_permitted", "{arguments:?}");
    }
    let orgs = place.run(&["--as", "Mia Member", "org", "--json"]).ends(0).json();
    assert_eq!(orgs.as_array().unwrap().len(), 1, "the other organisation is none of hers");
    let admin = ["person", "roles", "Mia Member", "--admin", "Acme", "--json"];
    assert_eq!(place.run(&admin).ends(0).json()["role"], "org_admin");
    place.run(&["--as", "Mia Member", "disable", "Token"]).ends(0);
    place.run(&["person", "rename", "Mia Member", "Mia Admin"]).ends(0);
    assert!(place.run(&["person"]).ends(0).says("Acme (admin)"));
    place.run(&["person", "remove", "Mia Admin"]).ends(0);
    assert_eq!(place.run(&["--as", "Mia Admin", "list", "--json"]).ends(7).error_kind(), "not_found");
}

#[test]
fn a_computer_in_other_hands_comes_back_with_the_kit() {
    let place = Place::new();
    place.run(&["person", "add", "Mia Member", "--member", "Acme"]).ends(0);
    place.run(&["person", "use", "Mia Member"]).ends(0);
    assert_eq!(place.run(&["status", "--json"]).ends(0).json()["person"], "Mia Member");
    assert_eq!(place.run(&["person", "use", "Test Person", "--json"]).ends(3).error_kind(), "not_permitted");
    assert_eq!(place.run(&["--as", "Test Person", "list", "--json"]).ends(3).error_kind(), "not_permitted");
    let other = Place::new();
    let kit = other.vault().join("recovery-kit.txt");
    place.run(&["person", "return", "--kit", kit.to_str().unwrap()]).ends(1);
    let kit = place.vault().join("recovery-kit.txt");
    place.run(&["person", "return", "--kit", kit.to_str().unwrap()]).ends(0);
    assert_eq!(place.run(&["status", "--json"]).ends(0).json()["person"], "Test Person");
}
