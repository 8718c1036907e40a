//! Modes, what sleeps, and readiness.

use serde_json::Value;

use crate::place::Place;

/// What the voice kit asks for.
fn everything(place: &Place) -> [Value; 4] {
    let all = [("anthropic", "Claude"), ("cartesia", "Voice"), ("deepgram", "Ears"), ("twilio", "Phone")];
    all.map(|(provider, name)| {
        let made = place.add(provider, name, &[]);
        place.judge(&made, "works");
        made
    })
}

#[test]
fn an_organisation_is_ready_when_every_line_is_validated() {
    let place = Place::new();
    let ready = |status: i32, more: &[&str]| place.run(&[&["ready", "--json"], more].concat()).ends(status);
    let json = ready(1, &["--kit", "voice"]).json();
    assert_eq!((&json["kit"], &json["ready"], &json["scope"]), (&"voice".into(), &false.into(), &"Acme".into()));
    let phone = json["requirements"][3]["any_of"].as_array().unwrap();
    assert_eq!((&phone[0]["provider"], &phone[1]["provider"]), (&"twilio".into(), &"exotel".into()));
    assert!(phone[0]["satisfied_by"].is_null());
    assert_eq!(phone[0]["why"], "Acme has no Twilio credential.");
    let early = ready(1, &["--complete"]);
    assert_eq!(early.error_kind(), "not_ready");
    assert!(early.says("language model, text to speech, speech to text, phone leg"), "{early:?}");
    let text = place.run(&["ready"]).ends(1);
    assert!(text.says("○ missing") && text.says("4 requirements missing"), "{}", text.out);
    assert_eq!(ready(7, &["--kit", "nothing"]).error_kind(), "not_found");

    let [claude, ..] = everything(&place);
    let json = ready(0, &[]).json();
    assert_eq!((&json["ready"], &json["completed"]), (&true.into(), &Value::Null));
    let first = &json["requirements"][0]["any_of"][0];
    assert_eq!((&first["satisfied_by"], &first["why"]), (&"Claude".into(), &"“Claude” is validated.".into()));
    let text = place.run(&["ready"]).ends(0);
    assert!(text.says("● VALIDATED") && text.says("strongroom ready --complete") && !text.says("○"), "{}", text.out);

    assert_eq!(ready(0, &["--complete"]).json()["completed"]["by"], "Test Person");
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert_eq!(
        (&status["organisations"][0]["ready"], &status["organisations"][0]["mode"]),
        (&true.into(), &"byok".into())
    );
    assert!(place.run(&["status"]).ends(0).says("Acme (4, ready)"));
    place.judge(&claude, "rejected");
    let json = ready(1, &[]).json();
    assert_eq!(json["completed"]["kit"], "voice", "later changes ask for no new onboarding");
    assert!(json["requirements"][0]["any_of"][0]["why"].as_str().unwrap().contains("was rejected"));
    ready(0, &["--complete"]);
}

#[test]
fn the_mode_says_what_sleeps_and_what_wakes() {
    let place = Place::new();
    place.add("anthropic", "Claude", &[]);
    place.add("deepgram", "Ears", &[]);
    place.add("twilio", "Phone", &[]);
    let mode = |more: &[&str]| place.run(&[&["mode", "--json"], more].concat()).ends(0).json();
    assert_eq!((&mode(&[])["mode"], &mode(&[])["dormant"]), (&"byok".into(), &0.into()));
    let text = place.run(&["mode", "bundled"]).ends(0);
    assert!(text.says("Acme uses bundled keys now. 2 credentials of its own"), "{}", text.out);
    let json = mode(&["byok"]);
    assert_eq!((&json["awoke"], &json["became_dormant"], &json["dormant"]), (&2.into(), &0.into(), &0.into()));
    assert_eq!(mode(&["bundled"])["became_dormant"], 2);

    let names = |json: Value| {
        let items = json["items"].as_array().unwrap().clone();
        items.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let dormant = place.run(&["list", "--status", "dormant", "--json"]).ends(0).json();
    assert!(dormant["items"].as_array().unwrap().iter().all(|one| one["state"] == "dormant"));
    assert_eq!(names(dormant), ["Claude", "Ears"]);
    assert!(place.run(&["list"]).ends(0).says("Dormant"));
    assert!(place.run(&["show", "Claude"]).ends(0).says("Dormant"));
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert_eq!((&status["by_status"]["dormant"], &status["organisations"][0]["mode"]), (&2.into(), &"bundled".into()));
    assert!(place.run(&["status"]).ends(0).says("Acme (3, bundled keys)"));
    let back = place.run(&["mode", "byok"]).ends(0);
    assert!(back.says("brings its own keys now. 2 credentials that slept can be used again."), "{}", back.out);
    place.run(&["mode", "mine"]).ends(2);

    place.run(&["org", "add", "Globex"]).ends(0);
    let which = place.run(&["mode", "--json"]).ends(2);
    assert!(which.says("Say with --org NAME") && which.says("Acme, Globex"), "{which:?}");
    assert_eq!(place.run(&["mode", "--org", "globex", "--json"]).ends(0).json()["scope"], "Globex");
    assert_eq!(place.run(&["ready", "--org", "system", "--json"]).ends(2).error_kind(), "invalid_input");
}

#[test]
#[cfg(unix)]
fn where_no_organisation_is_named_the_only_one_is_meant() {
    let place = Place::new();
    place.add("anthropic", "Shared", &["--org", "system"]);
    let run =
        |more: &[&str], code: i32| place.run(&[&["run", "--key", "SHARED"], more, &["--", "true"]].concat()).ends(code);
    let refused = run(&[], 8);
    assert!(refused.says("brings its own keys"), "{refused:?}");
    // Who may do everything may say that it is on behalf of nobody in particular.
    run(&["--org", "system"], 0);
    place.run(&["mode", "bundled"]).ends(0);
    run(&[], 0);

    // Members of two: what is shared is for them where one of the two uses it.
    place.run(&["org", "add", "Globex"]).ends(0);
    place.run(&["person", "add", "Mia"]).ends(0);
    place.run(&["person", "roles", "Mia", "--member", "Acme", "--member", "Globex"]).ends(0);
    run(&["--as", "Mia"], 0);
    place.run(&["mode", "byok", "--org", "Acme"]).ends(0);
    run(&["--as", "Mia"], 8);
    run(&["--as", "Mia", "--org", "system"], 8);
    run(&[], 0);
}

#[test]
#[cfg(unix)]
fn a_program_gets_the_keys_that_the_mode_says() {
    let place = Place::new();
    place.add("anthropic", "Own", &[]);
    place.add("anthropic", "Shared", &["--org", "system"]);
    place.run(&["consumer", "add", "--kind", "runtime", "--name", "Server"]).ends(0);
    place.run(&["assign", "server", "--credential", "Own"]).ends(0);
    let key = || place.run(&["run", "--for", "server", "--", "printenv", "ANTHROPIC_API_KEY"]).ends(0);
    assert_eq!(key().out, "FAKE-Own-0123456789-abcdef\n");
    place.run(&["mode", "bundled"]).ends(0);
    let shared = key();
    assert_eq!(shared.out, "FAKE-Shared-0123456789-abcdef\n");
    assert!(shared.err.contains("“Own” is assigned and is dormant"), "{}", shared.err);
    place.run(&["run", "--key", "OWN", "--", "true"]).ends(8);
    place.run(&["mode", "byok"]).ends(0);
    assert_eq!(key().out, "FAKE-Own-0123456789-abcdef\n", "nothing was lost");
}

#[test]
fn an_outsider_is_refused_the_change_of_the_mode_and_not_a_look_at_it() {
    let place = Place::new();
    place.run(&["person", "add", "Oscar Outsider"]).ends(0);
    let refused = place.run(&["--as", "Oscar Outsider", "mode", "--org", "Acme", "bundled", "--json"]).ends(3);
    assert!(refused.says("This needs an admin of that organisation."), "{refused:?}");
    let log = place.run(&["audit", "list", "--kind", "refused", "--json"]).ends(0).json();
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
    assert_eq!(log["items"][0]["said"], "Was refused: mode and onboarding");
}

#[test]
fn what_is_off_is_not_said_to_be_missing() {
    let place = Place::new();
    place.add("anthropic", "Claude", &[]);
    place.run(&["disable", "Claude"]).ends(0);
    let bundled = place.run(&["mode", "bundled"]).ends(0);
    assert!(bundled.says("None of its own for AI services is in use, so none is dormant."), "{bundled:?}");
    assert_eq!(place.run(&["mode", "--json"]).ends(0).json()["dormant"], 0);
}
