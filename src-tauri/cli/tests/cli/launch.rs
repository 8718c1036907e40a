//! Global launch: telephony is stopped for everybody, and nothing else.

use crate::place::Place;
#[cfg(target_os = "linux")]
use std::io::{BufRead, BufReader};
#[cfg(target_os = "linux")]
use std::process::Stdio;

#[test]
fn telephony_is_stopped_and_resumed_and_nothing_else() {
    let place = Place::new();
    place.add("anthropic", "Claude", &[]);
    place.add("twilio", "Phone", &[]);
    let before = place.run(&["launch", "--json"]).ends(0).json();
    assert!(before["stopped"].is_null());
    assert!(place.run(&["launch"]).ends(0).says("● delivered"));
    place.run(&["launch", "stop"]).ends(2);
    assert_eq!(place.run(&["launch", "stop", "--reason", " ", "--json"]).ends(2).error_kind(), "invalid_input");

    let stopped = place.run(&["launch", "stop", "--reason", "A wave of fraud", "--json"]).ends(0).json();
    let stop = &stopped["stopped"];
    assert_eq!((&stop["by"], &stop["reason"]), (&"Test Person".into(), &"A wave of fraud".into()));
    let text = place.run(&["launch"]).ends(0);
    assert!(text.says("■ stopped") && text.says("Test Person") && text.says("A wave of fraud"), "{}", text.out);
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert_eq!(status["launch_stop"]["reason"], "A wave of fraud");
    assert!(place.run(&["status"]).ends(0).says("stopped by Test Person"));
    let again = place.run(&["launch", "stop", "--reason", "Another"]).ends(0);
    assert!(again.says("was stopped already") && again.says("A wave of fraud"), "{}", again.out);

    let refused = place.run(&["run", "--key", "PHONE", "--json", "--", "touch", "started"]).ends(8);
    assert_eq!(refused.error_kind(), "nothing_resolves");
    assert!(refused.says("Test Person stopped on") && refused.says("A wave of fraud"), "{refused:?}");
    assert!(refused.says("strongroom launch resume"));
    let both = ["run", "--key", "CLAUDE", "--key", "PHONE", "--", "touch", "started"];
    place.run(&both).ends(8);
    assert!(!place.path("started").exists());
    place.run(&["run", "--key", "CLAUDE", "--", "true"]).ends(0);

    assert!(place.run(&["launch", "resume", "--json"]).ends(0).json()["stopped"].is_null());
    assert!(place.run(&["launch", "resume"]).ends(0).says("was not stopped"));
    place.run(&["run", "--key", "PHONE", "--", "true"]).ends(0);
    assert!(place.run(&["status", "--json"]).ends(0).json()["launch_stop"].is_null());
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_runs_is_listed_as_not_stopped_and_gone_when_it_ended() {
    let place = Place::new();
    place.add("twilio", "Phone", &[]);
    place.run(&["consumer", "add", "--kind", "survey-phone-provider", "--name", "Survey"]).ends(0);
    place.run(&["assign", "survey", "--credential", "Phone"]).ends(0);
    let mut command = place.command();
    command.args(["run", "--for", "survey", "--", "sh", "-c", "echo started; cat"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "started\n");

    place.run(&["launch", "stop", "--reason", "A wave of fraud"]).ends(0);
    let running = place.run(&["launch", "--json"]).ends(0).json()["running"].clone();
    assert_eq!(running.as_array().unwrap().len(), 1);
    assert_eq!((&running[0]["process"], &running[0]["program"]), (&child.id().into(), &"sh".into()));
    assert_eq!((&running[0]["consumer"], &running[0]["person"]), (&"Survey".into(), &"Test Person".into()));
    assert_eq!(running[0]["credentials"], serde_json::json!(["Phone"]));
    let text = place.run(&["launch"]).ends(0);
    assert!(text.says("not stopped by it") && text.says("Survey"), "{}", text.out);

    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(place.run(&["launch", "--json"]).ends(0).json()["running"], serde_json::json!([]));
}
