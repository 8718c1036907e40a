//! `import`: what a file would become, and what was stored of it.

use serde_json::{Value, json};

use crate::place::{Place, Ran};

/// Values are made up; hexadecimal digits where the form asks for them.
const ENV: &str = "# services\n\
    export TWILIO_ACCOUNT_SID=ACfa4e00000000000000000000000000e1\n\
    TWILIO_AUTH_TOKEN=\"fa4e0000fa4e1111fa4e2222fa4e3333\"\n\
    ANTHROPIC_API_KEY='sk-ant-api03-FAKE-FAKE-FAKE-a1b2' # the main one\n\
    WEATHER_TOKEN=FAKE-weather-0123456789\n\
    WEATHER_AGAIN_TOKEN=FAKE-weather-0123456789\n\
    PORT=3000\n\
    BASE=$HOME/FAKE\n\
    EMPTY_KEY=\n\
    FAKE without a name\n";

fn plan(place: &Place, file: &str) -> Value {
    let ran = place.run(&["import", file, "--dry-run", "--json"]).ends(0);
    assert!(!ran.says("FAKE-") && !ran.says("fa4e0000") && !ran.says("ACfa4e"), "values are never shown: {ran:?}");
    ran.json()
}

fn total(place: &Place) -> Value {
    place.run(&["list", "--json"]).ends(0).json()["total"].clone()
}

#[test]
fn the_plan_says_what_each_line_becomes_and_stores_nothing() {
    let place = Place::new();
    let file = place.file("keys.env", ENV.as_bytes());
    let plan = plan(&place, &file);
    let row = |at: usize| plan["rows"][at].clone();
    assert_eq!(row(0)["provider"], "twilio");
    assert_eq!(row(0)["auth"], "auth-token");
    let from: Vec<&Value> = plan["rows"][0]["fields"].as_array().unwrap().iter().map(|f| &f["from"]).collect();
    assert_eq!(from, ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"], "two lines are one credential");
    assert_eq!(row(0)["fields"][1]["tail"], "3333");
    assert_eq!(row(0)["fields"][0]["tail"], Value::Null, "of a plain value nothing is shown");
    assert_eq!((&row(1)["provider"], &row(1)["key"]), (&json!("anthropic"), &json!("ANTHROPIC_API_KEY")));
    assert_eq!((&row(2)["provider"], &row(2)["key"]), (&json!("api-token"), &json!("WEATHER_TOKEN")));
    assert_eq!((&row(3)["same_as"], &row(3)["chosen"]), (&json!("WEATHER_TOKEN"), &json!(false)), "twice in the file");
    let skipped: Vec<(u64, &str)> = plan["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["line"].as_u64().unwrap(), s["why"].as_str().unwrap()))
        .collect();
    assert_eq!(skipped.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [7, 8, 9, 10]);
    assert!(skipped[1].1.contains("another variable"), "{skipped:?}");
    assert_eq!(total(&place), 0);
}

#[test]
fn what_is_agreed_to_is_stored_with_one_entry_each_and_found_again() {
    let place = Place::new();
    let file = place.file("keys.env", ENV.as_bytes());
    let refused = place.run(&["import", &file, "--json"]).ends(2);
    assert_eq!(refused.error_kind(), "confirmation_needed");
    assert_eq!(total(&place), 0, "nothing is stored before somebody agrees");

    let ran = place.run(&["import", &file, "--yes", "--json"]).ends(0);
    assert!(!ran.says("FAKE-") && !ran.says("fa4e0000fa4e1111"), "{ran:?}");
    let keys: Vec<Value> = ran.json().as_array().unwrap().iter().map(|r| r["credential"]["key"].clone()).collect();
    assert_eq!(keys, ["TWILIO_AUTH_TOKEN", "ANTHROPIC_API_KEY", "WEATHER_TOKEN"]);
    let print = "printf %s \"$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN\"";
    let out = place.run(&["run", "--key", "TWILIO_AUTH_TOKEN", "--", "sh", "-c", print]).ends(0).out;
    assert_eq!(out, "ACfa4e00000000000000000000000000e1:fa4e0000fa4e1111fa4e2222fa4e3333");

    let again = plan(&place, &file);
    for row in again["rows"].as_array().unwrap() {
        assert_eq!(row["chosen"], false, "all of it is stored already: {row}");
    }
    assert_eq!(again["rows"][1]["stored"], json!(["Anthropic"]));
    assert_eq!(again["rows"][1]["name"], "Anthropic 2", "a name that is free");
    place.run(&["import", &file, "--yes"]).ends(0);
    assert_eq!(total(&place), 3, "duplicates are left out");
}

#[test]
fn json_flat_and_by_provider_and_from_standard_input() {
    let place = Place::new();
    let text = json!({
        "ANTHROPIC_API_KEY": "sk-ant-api03-FAKE-FAKE-FAKE-a1b2",
        "twilio": { "account_sid": "ACfa4e00000000000000000000000000e1", "auth_token": "fa4e0000fa4e1111fa4e2222fa4e3333" },
        "PORT": 3000,
    });
    let ran = place.run_with(&["import", "-", "--yes", "--json"], text.to_string().as_bytes()).ends(0);
    let providers: Vec<Value> =
        ran.json().as_array().unwrap().iter().map(|r| r["credential"]["provider"].clone()).collect();
    assert_eq!(providers, ["anthropic", "twilio"]);
    assert!(ran.err.contains("PORT") && ran.err.contains("It is a number"), "{}", ran.err);
}

#[test]
fn half_a_credential_and_a_value_of_another_field_are_shown_and_not_stored() {
    let place = Place::new();
    let text = "TWILIO_AUTH_TOKEN=fa4e0000fa4e1111fa4e2222fa4e3333\nANTHROPIC_API_KEY=gsk_FAKE0000FAKE0000FAKE0000\n";
    let file = place.file("half.env", text.as_bytes());
    let plan = plan(&place, &file);
    assert!(plan["rows"][0]["problem"].as_str().unwrap().contains("Account SID is needed"), "{plan}");
    assert!(plan["rows"][1]["problem"].as_str().unwrap().contains("Groq"), "{plan}");
    let ran = place.run(&["import", &file, "--yes"]).ends(0);
    assert!(ran.out.contains("Nothing was stored"), "{ran:?}");
    assert_eq!(total(&place), 0);
}

fn refused(ran: Ran, part: &str) {
    let ran = ran.ends(2);
    assert!(ran.says(part), "{part}: {ran:?}");
}

#[test]
fn files_that_are_none() {
    let place = Place::new();
    for (content, part) in [
        (&b""[..], "The file is empty."),
        (b"\xef\xbb\xbf \n", "The file is empty."),
        (b"\xff\xfeA\0=\0", "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\xff", "no text in UTF-8"),
        (b"A=1\0", "zero bytes"),
        (b"{\"A\": ", "not valid JSON"),
        (b"[1]", "one JSON object"),
        (&[b'a'; 1024 * 1024 + 1], "larger than 1 MiB"),
    ] {
        let file = place.file("odd", content);
        refused(place.run(&["import", &file, "--yes", "--json"]), part);
    }
    refused(place.run(&["import", "nowhere.env", "--yes", "--json"]), "cannot be read");
    let many: String = (0..1001).map(|n| format!("K{n}_TOKEN=FAKE{n}\n")).collect();
    let file = place.file("many", many.as_bytes());
    refused(place.run(&["import", &file, "--yes", "--json"]), "1000 are the most");
    let file = place.file("scripts", "\u{feff}API_TOKEN=مفتاح-🔑-FAKE\r\nNOTE=\u{202e}evil\r\n".as_bytes());
    let stored = place.run(&["import", &file, "--yes", "--json"]).ends(0).json();
    assert_eq!(stored.as_array().unwrap().len(), 1, "any script is fine: {stored}");
}
