//! The life of vaults, organisations and credentials.

use std::process::Stdio;

use crate::place::{MASTER_KEY, Place, finish};

#[test]
fn init_says_where_the_kit_is_and_never_the_key() {
    let place = Place::bare();
    let kit = place.path("kit.txt");
    let arguments = ["init", "--org", "Acme", "--recovery-kit", kit.to_str().unwrap(), "--json"];
    let ran = place.run(&arguments).ends(0);
    let json = ran.json();
    assert_eq!(json["recovery_kit"].as_str(), kit.to_str());
    assert_eq!((&json["organisation"], &json["custody"]), (&"Acme".into(), &"environment".into()));
    assert!(json["vault"].as_str().is_some_and(|id| id.len() == 36));
    assert!(kit.is_file());
    assert!(!ran.says(MASTER_KEY), "the master key is never printed");
    assert_eq!(place.run(&["init", "--json"]).ends(1).error_kind(), "already_exists");
    assert_eq!(place.run(&["org", "--json"]).ends(0).json()[0]["name"], "Acme", "the first vault is untouched");
}

#[test]
fn a_credential_lives_from_add_to_delete() {
    let place = Place::new();
    let added = place.add_token("Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2");
    assert_eq!(added["secrets"]["token"]["tail"], "a1b2");
    let expected = [
        ("state", "not_checked"),
        ("key", "WEATHER_TOKEN"),
        ("scope", "Acme"),
        ("category", "custom"),
        ("type", "general"),
        ("provider", "api-token"),
        ("auth", "token"),
    ];
    for (name, value) in expected {
        assert_eq!(added[name], value, "{name}");
    }
    for name in
        ["enabled", "default", "verdict", "fields", "used_by", "expires_at", "created_at", "updated_at", "last_used_at"]
    {
        assert!(added.get(name).is_some(), "{name} is part of the contract");
    }

    let edit = ["edit", "weather", "--name", "Climate", "--key", "CLIMATE", "--default", "--json"];
    let edited = place.run(&edit).ends(0).json();
    assert_eq!(
        (&edited["name"], &edited["key"], &edited["default"]),
        (&"Climate".into(), &"CLIMATE".into(), &true.into())
    );
    assert_eq!(edited["secrets"], added["secrets"], "what is not named is kept");
    let blank = place.run_with(&["edit", "CLIMATE", "--fields-json", "-", "--no-check", "--json"], br#"{"token": ""}"#);
    assert_eq!(blank.ends(0).json()["secrets"]["token"]["tail"], "a1b2", "blank keeps");
    let replaced = ["edit", "CLIMATE", "--field", "token=-", "--no-check", "--no-default", "--json"];
    let replaced = place.run_with(&replaced, b"FAKE-climate-token-c3d4").ends(0).json();
    assert_eq!((&replaced["secrets"]["token"]["tail"], &replaced["default"]), (&"c3d4".into(), &false.into()));

    assert_eq!(place.run(&["disable", "Climate", "--json"]).ends(0).json()["state"], "disabled");
    assert_eq!(place.run(&["list", "--status", "disabled", "--json"]).ends(0).json()["total"], 1);
    assert_eq!(place.run(&["enable", "Climate", "--json"]).ends(0).json()["enabled"], true);
    let id = added["id"].as_str().unwrap();
    let deleted = place.run(&["delete", id, "--yes", "--json"]).ends(0).json();
    assert_eq!((&deleted["deleted"], deleted["impact"].is_array()), (&added["id"], true));
    assert_eq!(place.run(&["list", "--json"]).ends(0).json()["total"], 0);
}

#[test]
fn lists_are_paged_filtered_and_found() {
    let place = Place::new();
    for name in ["Gamma", "alpha", "Beta"] {
        place.add_token(name, &name.to_uppercase(), &format!("FAKE-token-of-{name}"));
    }
    let names = |arguments: &[&str]| {
        let page = place.run(&[&["list", "--json"], arguments].concat()).ends(0).json();
        let names: Vec<String> =
            page["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().into()).collect();
        (names, page["next"].as_str().map(str::to_owned), page["total"].as_u64().unwrap())
    };
    let (first, next, total) = names(&["--limit", "2"]);
    assert_eq!((first, total), (vec!["alpha".into(), "Beta".into()], 3));
    assert_eq!(names(&["--limit", "2", "--after", &next.unwrap()]), (vec!["Gamma".into()], None, 3));
    assert_eq!(names(&["--search", "bet"]).0, ["Beta"]);
    assert_eq!(names(&["--type", "llm"]).2, 0);
    assert_eq!(names(&["--provider", "api-token"]).2, 3);
    assert_eq!(names(&["--org", "system"]).2, 0);
    let text = place.run(&["list", "--limit", "2"]).ends(0);
    let head = text.out.lines().next().unwrap();
    assert!(
        ["NAME", "STATUS", "KEY", "CHECKED", "ORGANISATION"].iter().all(|heading| head.contains(heading)),
        "{head}"
    );
    assert!(text.out.contains("Not checked") && !text.out.contains('\u{1b}'), "no colours in a pipe");
    assert!(text.err.contains("3 credentials, 2 shown. More: --after "), "{}", text.err);
}

#[test]
fn organisations_own_credentials_and_are_named_where_there_are_several() {
    let place = Place::new();
    place.add_token("Token", "TOKEN_A", "FAKE-token-of-acme-1");
    assert_eq!(place.run(&["org", "add", "Globex", "--json"]).ends(0).json()["name"], "Globex");
    let add = [
        "add",
        "--provider",
        "api-token",
        "--name",
        "Token",
        "--key",
        "TOKEN_B",
        "--no-check",
        "--field",
        "token=-",
        "--json",
    ];
    let unnamed = place.run_with(&add, b"FAKE-x").ends(2);
    assert_eq!(unnamed.error_kind(), "usage", "several organisations, none named");
    assert!(unnamed.says("Acme") && unnamed.says("Globex"));
    let named = finish(place.command().env("STRONGROOM_ORG", "globex").args(add), b"FAKE-token-of-globex").ends(0);
    assert_eq!(named.json()["scope"], "Globex");
    assert_eq!(place.run(&["show", "Token", "--json"]).ends(2).error_kind(), "ambiguous");
    assert_eq!(place.run(&["show", "Token", "--org", "Globex", "--json"]).ends(0).json()["key"], "TOKEN_B");
    assert_eq!(place.run(&["list", "--org", "Acme", "--json"]).ends(0).json()["total"], 1);
    assert_eq!(place.run(&["list", "--org", "Initech", "--json"]).ends(7).error_kind(), "not_found");
    assert_eq!(
        place.run(&["org", "add", "globex", "--json"]).status.code(),
        Some(2),
        "names do not differ in case alone"
    );
    assert!(place.run(&["org"]).ends(0).out.contains("Globex"));
}

#[test]
fn status_and_doctor_report() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-to-count");
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert_eq!((&status["credentials"], &status["by_type"]["general"]), (&1.into(), &1.into()));
    assert_eq!((&status["by_status"]["not_checked"], &status["person"]), (&1.into(), &"Test Person".into()));
    assert!(place.run(&["status"]).ends(0).out.contains("kept by STRONGROOM_MASTER_KEY"));
    let doctor = place.run(&["doctor", "--json"]).ends(0).json();
    assert_eq!(doctor["healthy"], true);
    assert!(doctor["findings"].as_array().unwrap().len() > 3);
    let keyless = finish(place.command().env_remove("STRONGROOM_MASTER_KEY").args(["doctor", "--json"]), b"").ends(1);
    assert_eq!(keyless.json()["healthy"], false, "a key that is missing is something to mend");
}

#[test]
fn the_catalogue_needs_no_vault() {
    let place = Place::bare();
    let all = place.run(&["providers", "--json"]).ends(0).json();
    let all = all.as_array().unwrap();
    assert!(all.iter().any(|p| p["id"] == "anthropic"));
    for provider in all {
        let id = provider["id"].as_str().unwrap();
        for name in ["name", "types", "auth", "check"] {
            assert!(provider.get(name).is_some(), "{id} has {name}");
        }
        assert_eq!(&place.run(&["providers", id, "--json"]).ends(0).json(), provider);
    }
    let sheet = place.run(&["providers", "twilio"]).ends(0);
    assert!(["account_sid", "TWILIO_ACCOUNT_SID", "Good to know"].iter().all(|text| sheet.out.contains(text)));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let place = Place::new();
    for arguments in [&["providers", "--json"][..], &["providers"], &["list"], &["--help"], &["add", "--help"]] {
        let mut child = place
            .command()
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[test]
fn help_and_version_are_results() {
    let place = Place::bare();
    let help = place.run(&["--help"]).ends(0);
    assert!(help.err.is_empty() && help.out.contains("Exit status"));
    let version = place.run(&["--version"]).ends(0);
    assert_eq!(version.out, format!("strongroom {}\n", env!("CARGO_PKG_VERSION")));
    for command in [
        "init",
        "status",
        "providers",
        "add",
        "list",
        "show",
        "edit",
        "enable",
        "disable",
        "delete",
        "check",
        "run",
        "recover",
        "doctor",
        "org",
    ] {
        assert!(help.out.contains(command), "{command} is listed");
        assert!(place.run(&[command, "--help"]).ends(0).out.contains("Usage: strongroom"), "{command}");
    }
}
