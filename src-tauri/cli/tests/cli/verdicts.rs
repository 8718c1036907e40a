//! Checks against a provider on loopback.

use crate::place::{Place, Ran};
use crate::provider::{Providers, key};

fn add(place: &Place, providers: &Providers, name: &str, answer: &str, more: &[&str]) -> Ran {
    let base = providers.base_url();
    let mut arguments =
        vec!["add", "--provider", "anthropic", "--name", name, "--json", "--field", &base, "--field", "api_key=-"];
    arguments.extend(more);
    place.run_with(&arguments, key(answer).as_bytes())
}

#[test]
fn a_good_key_is_stored_with_its_verdict() {
    let (place, providers) = (Place::new(), Providers::start());
    let json = add(&place, &providers, "Claude", "works", &[]).ends(0).json();
    assert_eq!((&json["state"], &json["verdict"]["kind"]), (&"checked".into(), &"works".into()));
    for name in ["evidence", "next_step", "checked_at", "duration_ms"] {
        assert!(json["verdict"].get(name).is_some(), "{name} is part of the contract");
    }
    assert_eq!(providers.requests()[0].header("x-api-key"), Some(key("works").as_str()));
    assert!(place.run(&["list"]).out.contains("Works"));
    assert!(place.run(&["show", "Claude"]).ends(0).out.contains("Evidence"));
}

#[test]
fn a_rejected_key_is_not_stored_and_says_why() {
    let (place, providers) = (Place::new(), Providers::start());
    let ran = add(&place, &providers, "Claude", "rejected", &[]).ends(5);
    assert_eq!(ran.error_kind(), "rejected");
    assert_eq!((&ran.json()["verdict"]["kind"], &ran.json()["field"]), (&"rejected".into(), &"api_key".into()));
    assert!(ran.err.contains("Nothing was stored") && !ran.says(&key("rejected")), "{ran:?}");
    assert_eq!(place.run(&["list", "--json"]).json()["total"], 0);
}

#[test]
fn wrong_settings_are_not_stored_either() {
    let (place, providers) = (Place::new(), Providers::start());
    assert_eq!(add(&place, &providers, "Claude", "elsewhere", &[]).ends(5).error_kind(), "misconfigured");
    assert_eq!(place.run(&["list", "--json"]).json()["total"], 0);
}

#[test]
fn no_answer_is_stored_as_not_known() {
    let (place, providers) = (Place::new(), Providers::start());
    let json = add(&place, &providers, "Claude", "down", &[]).ends(0).json();
    assert_eq!(json["verdict"]["kind"], "unknown", "the key may be good");
    let checked = place.run(&["check", "Claude", "--json"]).ends(6).json();
    assert_eq!((&checked[0]["name"], &checked[0]["verdict"]["kind"]), (&"Claude".into(), &"unknown".into()));
}

#[test]
fn without_a_check_nobody_is_asked() {
    let (place, providers) = (Place::new(), Providers::start());
    assert_eq!(add(&place, &providers, "Claude", "works", &["--no-check"]).ends(0).json()["state"], "not_checked");
    place.run(&["edit", "Claude", "--name", "Other"]).ends(0);
    assert!(providers.requests().is_empty());
}

#[test]
fn check_ends_with_the_worst_status() {
    let (place, providers) = (Place::new(), Providers::start());
    for (name, answer) in [("Good", "works"), ("Poor", "no_credit")] {
        add(&place, &providers, name, answer, &["--no-check"]).ends(0);
    }
    place.add_token("Token", "TOKEN", "FAKE-token-nobody-knows");
    let ran = place.run(&["check", "--all", "--json"]).ends(0);
    let kinds: Vec<String> =
        ran.json().as_array().unwrap().iter().map(|c| format!("{}={}", c["name"], c["verdict"]["kind"])).collect();
    assert_eq!(kinds, ["\"Good\"=\"works\"", "\"Poor\"=\"no_credit\"", "\"Token\"=\"uncheckable\""]);
    assert!(ran.err.contains("[3/3]"), "progress stands on standard error: {}", ran.err);
    add(&place, &providers, "Down", "down", &["--no-check"]).ends(0);
    place.run(&["check", "--all", "--concurrency", "1"]).ends(6);
    add(&place, &providers, "Bad", "rejected", &["--no-check"]).ends(0);
    place.run(&["check", "--all", "--json"]).ends(5);
    place.run(&["disable", "Bad"]).ends(0);
    place.run(&["disable", "Down"]).ends(0);
    assert!(place.run(&["check", "--all"]).ends(0).err.contains("2 disabled credentials left out"));
    place.run(&["check", "Good", "Nobody"]).ends(7);
    let twice = place.run(&["check", "Good", "Good", "--json"]).ends(0).json();
    assert_eq!(twice.as_array().map(Vec::len), Some(1), "each is asked once");
}

#[test]
fn an_edit_that_is_refused_keeps_the_old_key() {
    let (place, providers) = (Place::new(), Providers::start());
    let before = add(&place, &providers, "Claude", "works", &[]).ends(0).json();
    let edit =
        |answer: &str| place.run_with(&["edit", "Claude", "--field", "api_key=-", "--json"], key(answer).as_bytes());
    assert_eq!(edit("rejected").ends(5).error_kind(), "rejected");
    assert_eq!(place.run(&["show", "Claude", "--json"]).json()["secrets"], before["secrets"]);
    assert_eq!(edit("works-second").ends(0).json()["verdict"]["kind"], "works");
}

#[test]
fn a_new_host_asks_for_the_secret_again() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "Claude", "works", &[]).ends(0);
    let moved = ["edit", "Claude", "--field", "base_url=https://gateway.example.com", "--no-check", "--json"];
    let ran = place.run(&moved).ends(2);
    assert_eq!(ran.error_kind(), "invalid_input");
    assert_eq!(ran.json()["error"]["fields"][0]["field"], "api_key", "a stored key follows no new address");
}

#[test]
fn a_key_that_is_stored_already_is_said() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "Claude", "works", &[]).ends(0);
    let ran = add(&place, &providers, "Claude again", "works", &[]).ends(0);
    assert!(ran.err.contains("stored already, as “Claude”"), "{}", ran.err);
}

#[test]
fn what_was_known_stays_in_sight_when_nobody_answers() {
    let (place, providers) = (Place::new(), Providers::start());
    let base_url = providers.base_url();
    let add = ["add", "--provider", "anthropic", "--name", "Claude", "--field", "api_key=-", "--field", &base_url];
    place.run_with(&add, key("works").as_bytes()).ends(0);
    drop(providers);
    let ran = place.run(&["check", "Claude"]).ends(6);
    assert!(ran.out.contains("Could not check (Works, just now)"), "{}", ran.out);
    for command in [["list", "--search", "status:unknown"], ["show", "Claude", "--org=Acme"]] {
        let ran = place.run(&command).ends(0);
        assert!(ran.out.contains("Could not check (Works, just now)"), "{}", ran.out);
    }
    let made = place.run(&["inventory", "--format", "json"]).ends(0).json();
    let row = &made["items"][0];
    assert_eq!((&row["status"], &row["last_known"]), (&"unknown".into(), &"works".into()));
    assert!(row["last_known_at"].as_str().is_some_and(|at| at.starts_with("20")));
}
