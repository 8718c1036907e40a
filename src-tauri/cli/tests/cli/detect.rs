//! `detect`: what a key looks like, without a vault and without the key in the answer.

use crate::place::{Place, Ran};

/// A made-up provider, so that the test does not depend on what is known of real ones.
fn place() -> Place {
    let place = Place::bare();
    let folder = place.vault().join("providers");
    std::fs::create_dir_all(&folder).unwrap();
    let text = r#"
id = "fixture"
name = "Fixture"
types = ["general"]
category = "custom"
mark = "Fx"
lookup_key = "FIXTURE_API_KEY"
name_example = "Fixture"
reference = "made up"
find = { text = "Nowhere." }
check = { does = "Nothing.", cost = "free", proves = "Nothing.", uncheckable = "It is made up." }
[[auth]]
id = "key"
label = "Key"
recommended = true
[[auth.fields]]
id = "api_key"
label = "API key"
secret = true
required = true
env = ["FIXTURE_API_KEY"]
[[detect]]
pattern = "fx_live_[A-Za-z0-9]{8}"
field = "api_key"
certainty = "certain"
mode = "live"
because = "starts with fx_live_"
[[detect]]
pattern = "fx_[A-Za-z0-9_]+"
field = "api_key"
certainty = "possible"
because = "starts with fx_"
"#;
    std::fs::write(folder.join("fixture.toml"), text).unwrap();
    place
}

fn detect(place: &Place, text: &str) -> Ran {
    place.run_with(&["detect", "--json"], text.as_bytes())
}

#[test]
fn the_document_is_that_of_the_contract() {
    let ran = detect(&place(), "export FIXTURE_API_KEY=\"fx_live_FAKE0123\"\n").ends(0);
    let best = ran.json()[0].clone();
    assert_eq!(best["provider"], "fixture");
    assert_eq!(best["auth"], "key");
    assert_eq!(best["field"], "api_key");
    assert_eq!(best["confidence"], "certain");
    assert_eq!(best["mode"], "live");
    assert_eq!(best["reason"], "starts with fx_live_; it stands behind FIXTURE_API_KEY");
    assert!(ran.err.contains("`export NAME=` and the quotes"), "{}", ran.err);
    assert!(!ran.says("FAKE0123"), "the value is never printed");
}

#[test]
fn a_near_miss_is_possible_and_a_stranger_nobody() {
    let place = place();
    assert_eq!(detect(&place, "fx_live_FAKE012").ends(0).json()[0]["confidence"], "possible");
    assert_eq!(detect(&place, "FIXTURE_API_KEY=fx_FAKE").ends(0).json()[0]["confidence"], "likely");
    let stranger = detect(&place, "no provider has such a form: FAKE").ends(0);
    assert_eq!(stranger.json(), serde_json::json!([]));
}

#[test]
fn people_are_told_what_to_do_next() {
    let place = place();
    let known = place.run_with(&["detect"], b"fx_live_FAKE0123").ends(0);
    assert!(known.out.contains("certain  Fixture (fixture)  key      api_key  live"), "{}", known.out);
    assert!(known.out.contains("strongroom add --provider fixture --auth key --name NAME --field api_key=-"));
    let stranger = place.run_with(&["detect"], b"no provider has such a form: FAKE").ends(0);
    assert!(stranger.out.contains("No provider is recognised") && stranger.out.contains("api-token"));
    assert!(!known.says("FAKE0123") && !stranger.says("FAKE"));
}

#[test]
fn odd_input_is_explained() {
    let place = place();
    for (input, kind) in [
        (&b""[..], "invalid_input"),
        (b" \n", "invalid_input"),
        (b"\xff\xfef\0x\0", "unreadable_input"),
        (b"\x89PNG\xff", "unreadable_input"),
        (&[b'a'; 70_000], "invalid_input"),
        (&[b'a'; 2_000_000], "unreadable_input"),
    ] {
        let ran = place.run_with(&["detect", "--json"], input).ends(2);
        assert_eq!(ran.error_kind(), kind);
    }
    detect(&place, "\u{202e}مفتاح 🔑").ends(0);
}
