//! The replacement of a key, expiry, and the default.

use crate::place::{Place, Ran};
use crate::provider::{Providers, key};

fn add(place: &Place, providers: &Providers, name: &str) {
    let arguments = [
        "add",
        "--provider",
        "anthropic",
        "--name",
        name,
        "--field",
        "api_key=-",
        "--field",
        &providers.base_url(),
        "--json",
    ];
    place.run_with(&arguments, key("works").as_bytes()).ends(0);
}

fn replace(place: &Place, new: &str, more: &[&str]) -> Ran {
    let arguments = [&["replace", "Claude", "--field", "api_key=-", "--json"], more].concat();
    place.run_with(&arguments, new.as_bytes())
}

#[test]
fn a_new_key_is_checked_switched_and_the_old_one_shown_dead() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "Claude");
    let refused = replace(&place, &key("rejected"), &[]).ends(5);
    assert_eq!(refused.error_kind(), "rejected");
    assert_eq!(place.run(&["show", "Claude", "--json"]).json()["replacement"], serde_json::Value::Null);

    let new = format!("{}-9z8y", key("works"));
    let ran = replace(&place, &new, &[]).ends(0);
    assert!(ran.err.contains("Revoke the old key at https://"), "{}", ran.err);
    let json = ran.json();
    assert_eq!(json["secrets"]["api_key"]["tail"], "9z8y");
    assert_eq!((&json["replacement"]["stage"], &json["state"]), (&"old".into(), &"checked".into()));
    assert_eq!(json["replacement"]["secrets"]["api_key"], "cdef");

    let alive = place.run(&["replace", "Claude", "--check", "--json"]).ends(0).json();
    assert_eq!(alive["replacement"]["verdict"]["kind"], "works", "it is not revoked yet, and kept");
    let discarded = place.run(&["replace", "Claude", "--discard", "--json"]).ends(0).json();
    assert_eq!(discarded["replacement"], serde_json::Value::Null);
    assert_eq!(place.run(&["replace", "Claude", "--check", "--json"]).ends(7).error_kind(), "not_found");
}

#[test]
fn a_new_key_waits_until_it_is_wanted() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "Claude");
    let new = format!("{}-9z8y", key("works"));
    let waiting = replace(&place, &new, &["--wait"]).ends(0).json();
    assert_eq!(
        (&waiting["replacement"]["stage"], &waiting["secrets"]["api_key"]["tail"]),
        (&"new".into(), &"cdef".into())
    );
    assert!(place.run(&["show", "Claude"]).ends(0).says("a new key waits ••••9z8y"));
    assert_eq!(
        place.run(&["replace", "Claude", "--switch", "--json"]).ends(0).json()["secrets"]["api_key"]["tail"],
        "9z8y"
    );
    let both = ["replace", "Claude", "--switch", "--field", "api_key=-", "--json"];
    assert_eq!(place.run_with(&both, b"x").ends(2).error_kind(), "usage");
}

#[test]
fn a_new_key_that_is_not_proven_waits_and_the_old_one_stays() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "Claude");
    for (answer, status, word) in [("down", 6, "Could not check"), ("no_credit", 1, "No credit")] {
        let ran = place.run_with(&["replace", "Claude", "--field", "api_key=-"], key(answer).as_bytes()).ends(status);
        assert!(ran.out.contains("waits and is not in force") && ran.out.contains(word), "{}", ran.out);
        assert!(!ran.out.contains("Replaced") && ran.err.contains("The old key stays in force"), "{}", ran.err);
        let json = place.run(&["show", "Claude", "--json"]).json();
        assert_eq!(
            (&json["secrets"]["api_key"]["tail"], &json["replacement"]["stage"]),
            (&"cdef".into(), &"new".into())
        );
        let second = replace(&place, &key("works"), &[]).ends(1);
        assert_eq!(second.error_kind(), "new_key_waits", "the one that waits is not destroyed in silence");
        assert_eq!(place.run(&["show", "Claude", "--json"]).json()["replacement"], json["replacement"]);
        place.run(&["replace", "Claude", "--discard"]).ends(0);
    }
    replace(&place, &key("down"), &[]).ends(6);
    let new = format!("{}-9z8y", key("works"));
    let json = replace(&place, &new, &["--again"]).ends(0).json();
    assert_eq!(json["secrets"]["api_key"]["tail"], "9z8y", "what was asked for and works takes the place");
    let back = place.run(&["replace", "Claude", "--back", "--json"]).ends(0).json();
    assert_eq!((&back["secrets"]["api_key"]["tail"], &back["replacement"]["stage"]), (&"cdef".into(), &"new".into()));
    place.run(&["replace", "Claude", "--switch"]).ends(0);
    place.run(&["replace", "Claude", "--discard"]).ends(0);
    let unasked = format!("{}-5x6y", key("down"));
    assert_eq!(replace(&place, &unasked, &["--no-check"]).ends(0).json()["secrets"]["api_key"]["tail"], "5x6y");
}

#[test]
fn a_new_key_may_bring_a_new_end() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "Claude");
    place.run(&["edit", "Claude", "--expires", "2020-01-01"]).ends(0);
    let still = replace(&place, &format!("{}-9z8y", key("works")), &[]).ends(0);
    assert!(still.err.contains("has expired (20") && still.err.contains("--no-expiry"), "{}", still.err);
    place.run(&["replace", "Claude", "--discard"]).ends(0);
    let mended = replace(&place, &format!("{}-1a2b", key("works")), &["--expires", "2099-12-31"]).ends(0);
    assert_eq!(mended.json()["state"], "checked");
    assert!(!mended.err.contains("has expired"), "{}", mended.err);
    place.run(&["edit", "Claude", "--expires", "2020-01-01"]).ends(0);
    place.run(&["replace", "Claude", "--discard"]).ends(0);
    let never = replace(&place, &format!("{}-3c4d", key("works")), &["--no-expiry"]).ends(0).json();
    assert_eq!((&never["state"], &never["expires_at"]), (&"checked".into(), &serde_json::Value::Null));
}

#[test]
fn an_expired_credential_is_not_handed_out() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-of-acme-a1b2");
    let later = ["edit", "Token", "--expires", "2099-12-31", "--remind", "14", "--json"];
    let later = place.run(&later).ends(0).json();
    assert_eq!((&later["reminder_days"], &later["state"]), (&14.into(), &"not_checked".into()));
    let same = place.run(&["edit", "Token", "--remind", "7", "--json"]).ends(0).json();
    assert_eq!((&same["expires_at"], &same["reminder_days"]), (&later["expires_at"], &7.into()), "the day stays");
    place.run(&["run", "--key", "TOKEN", "--", "true"]).ends(0);
    let past = place.run(&["edit", "Token", "--expires", "2020-01-01", "--json"]).ends(0).json();
    assert_eq!(past["state"], "expired");
    let refused = place.run(&["run", "--key", "TOKEN", "--", "true"]).ends(8);
    assert!(refused.says("has expired"));
    assert_eq!(place.run(&["edit", "Token", "--expires", "soon", "--json"]).ends(2).error_kind(), "invalid_input");
    let never = place.run(&["edit", "Token", "--no-expiry", "--json"]).ends(0).json();
    assert_eq!(never["expires_at"], serde_json::Value::Null);
}
