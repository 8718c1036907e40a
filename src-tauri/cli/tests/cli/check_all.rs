//! `check --all`: progress, interruption, and what is kept.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::place::Place;
use crate::provider::{Providers, key};

fn add(place: &Place, providers: &Providers, name: &str, answer: &str) {
    let base = providers.base_url();
    let arguments =
        ["add", "--provider", "anthropic", "--name", name, "--no-check", "--field", &base, "--field", "api_key=-"];
    place.run_with(&arguments, key(answer).as_bytes()).ends(0);
}

#[test]
fn an_interruption_keeps_and_prints_what_was_done() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "First", "works");
    add(&place, &providers, "Second", "works");
    add(&place, &providers, "Third", "stall");
    let mut child = place
        .command()
        .args(["check", "--all", "--json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.starts_with("[2/3] ")), "both that are answered are told");
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "not all was done");
    let results: serde_json::Value = serde_json::from_str(&out).unwrap();
    let told: Vec<(&str, &str)> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["name"].as_str().unwrap(), r["verdict"]["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("First", "works"), ("Second", "works")]);
    assert!(said.any(|line| line.contains("Stopped after 2 of 3")), "the rest says how far it came");
    let states = |name| place.run(&["show", name, "--json"]).json()["state"].clone();
    assert_eq!((states("Second"), states("Third")), ("checked".into(), "not_checked".into()));
}

#[test]
fn what_was_before_is_told_with_the_result() {
    let (place, providers) = (Place::new(), Providers::start());
    add(&place, &providers, "Only", "works");
    assert!(place.run(&["check", "--all", "--json"]).ends(0).json()[0]["before"].is_null());
    let again = place.run(&["check", "--all", "--json", "--concurrency", "1"]).ends(0).json();
    assert_eq!(again[0]["before"], "works");
    assert_eq!(place.run(&["check", "--all", "--concurrency", "65"]).status.code(), Some(2));
}

#[test]
fn one_key_of_several_types_is_found_under_each() {
    let place = Place::new();
    let groq = ["add", "--provider", "groq", "--name", "Groq", "--no-check", "--field", "api_key=-"];
    place.run_with(&groq, b"gsk_FAKE0123456789FAKE0123456789").ends(0);
    for kind in ["llm", "stt", "tts"] {
        let found = place.run(&["list", "--type", kind, "--json"]).ends(0).json();
        assert_eq!((&found["total"], &found["items"][0]["name"]), (&1.into(), &"Groq".into()), "--type {kind}");
    }
    assert_eq!(place.run(&["list", "--type", "sms", "--json"]).ends(0).json()["total"], 0);
    let counts = place.run(&["status", "--json"]).ends(0).json();
    assert_eq!(counts["by_type"], serde_json::json!({ "llm": 1, "stt": 1, "tts": 1 }));
    assert_eq!(counts["credentials"], 1, "and counted once in all");
}
