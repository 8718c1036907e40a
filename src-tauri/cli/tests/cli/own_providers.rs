//! The organisation's own provider files: there at once, and a faulty one is named.

use std::path::PathBuf;

use crate::place::Place;

/// A provider file as an organisation writes it.
const GATEWAY: &str = r#"id = "our-gateway"
name = "Our gateway"
types = ["llm", "tts"]
category = "llm_provider"
mark = "Og"
lookup_key = "OUR_GATEWAY_TOKEN"
name_example = "Gateway production"
reference = "our own"

[find]
text = "Ask the platform team."

[[auth]]
id = "token"
label = "Token"
recommended = true

[[auth.fields]]
id = "token"
label = "Token"
secret = true
required = true

[check]
does = "Nothing."
cost = "free"
proves = "Nothing."
uncheckable = "The gateway has no call that changes nothing."
"#;

fn put(place: &Place, name: &str, text: &str) -> PathBuf {
    let folder = place.vault().join("providers");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn an_own_file_is_there_at_once() {
    let place = Place::new();
    let folder = place.vault().join("providers");
    assert!(place.run(&["providers"]).ends(0).err.contains(folder.to_str().unwrap()), "the folder is named");
    assert!(place.run(&["providers", "--help"]).ends(0).out.contains("strongroom/providers"));
    put(&place, "our-gateway.toml", GATEWAY);
    let all = place.run(&["providers", "--json"]).ends(0).json();
    let own = all.as_array().unwrap().iter().find(|p| p["id"] == "our-gateway").expect("it is listed");
    assert_eq!((&own["own"], &own["name"]), (&true.into(), &"Our gateway".into()));
    let row = place.run(&["providers"]).ends(0).out.lines().find(|l| l.contains("our-gateway")).unwrap().to_owned();
    assert!(row.ends_with("own"), "{row}");
    let add = ["add", "--provider", "our-gateway", "--name", "Gateway", "--field", "token=-", "--json"];
    let added = place.run_with(&add, b"FAKE-token-of-the-gateway").ends(0).json();
    assert_eq!((&added["provider"], &added["key"]), (&"our-gateway".into(), &"OUR_GATEWAY_TOKEN".into()));
    assert_eq!(place.run(&["list", "--type", "tts", "--json"]).ends(0).json()["total"], 1);
    assert!(place.run(&["doctor"]).ends(0).out.contains("catalogue"));
}

#[test]
fn a_faulty_file_is_named_with_its_line_and_keeps_no_other_away() {
    let place = Place::new();
    put(&place, "our-gateway.toml", GATEWAY);
    let bad = put(&place, "broken.toml", &GATEWAY.replace("our-gateway", "broken").replace("mark =", "marc ="));
    let ran = place.run(&["providers", "--json"]).ends(0);
    assert!(ran.json().as_array().unwrap().iter().any(|p| p["id"] == "our-gateway"), "the good one is there");
    let named = format!("{}, line 5: unknown field `marc`", bad.display());
    assert!(ran.err.contains("A provider file is left out") && ran.err.contains(&named), "{}", ran.err);
    let doctor = place.run(&["doctor"]).ends(1);
    assert!(doctor.out.contains(&named) && doctor.out.contains("Mend the file"), "{}", doctor.out);
    let refused = place.run(&["add", "--provider", "broken", "--name", "X", "--no-check", "--json"]).ends(7);
    assert!(refused.err.contains(&named), "whoever asks for it is told why it is not there: {}", refused.err);
}

#[test]
fn a_built_in_provider_cannot_be_taken_over() {
    let place = Place::new();
    put(&place, "groq.toml", &GATEWAY.replace("our-gateway", "groq"));
    let ran = place.run(&["providers", "groq", "--json"]).ends(0);
    assert_eq!((&ran.json()["name"], &ran.json()["own"]), (&"Groq".into(), &false.into()));
    assert!(
        ran.err.contains("groq.toml, line 1: ") && ran.err.contains("`groq` is a built-in provider"),
        "{}",
        ran.err
    );
}
