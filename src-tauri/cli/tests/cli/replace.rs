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
