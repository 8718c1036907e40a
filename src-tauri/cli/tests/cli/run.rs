//! `run`: the command gets what was asked for, and is its caller's own.

use std::os::unix::process::ExitStatusExt;

use crate::place::{Place, finish};

fn with_token() -> Place {
    let place = Place::new();
    place.add_token("Weather", "WEATHER_TOKEN", "FAKE-weather-value");
    place
}

const ENV: [&str; 5] = ["run", "--key", "WEATHER_TOKEN", "--", "env"];

/// The lines of an environment that are no matter of how tests are run.
fn environment(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with("LD_LIBRARY_PATH=")).collect()
}

#[test]
fn the_command_gets_what_was_asked_for_and_none_of_ours() {
    let place = with_token();
    place.add_token("Other", "OTHER_TOKEN", "FAKE-other-value");
    let mut command = place.command();
    command.env("MINE", "kept").env("STRONGROOM_ANYTHING", "x").env("STRONGROOM_ORG", "Acme").args(ENV);
    let ran = finish(&mut command, b"").ends(0);
    let has = |line: &str| ran.out.lines().any(|known| known == line);
    assert!(has("WEATHER_TOKEN=FAKE-weather-value") && has("MINE=kept"), "{}", ran.out);
    assert!(!ran.out.contains("STRONGROOM_") && !ran.out.contains("OTHER_TOKEN"), "{}", ran.out);
    assert!(place.run(&["show", "Weather", "--json"]).json()["last_used_at"].is_string());
}

/// Nobody closes the database before the program takes the process over, and the next start cannot know what of the log
/// was moved already: left to SQLite it would only grow.
#[test]
fn the_log_stays_short_however_many_programs_were_started() {
    let place = with_token();
    let log = place.vault().join("vault.db-wal");
    let (mut longest, mut emptied) = (0, 0);
    for _ in 0..70 {
        let before = std::fs::metadata(&log).map_or(0, |file| file.len());
        place.run(&["run", "--key", "WEATHER_TOKEN", "--", "true"]).ends(0);
        let after = std::fs::metadata(&log).unwrap().len();
        longest = longest.max(after);
        emptied += usize::from(after < before);
    }
    assert!(longest < 110 * 4096, "the log had {longest} bytes");
    // A delivery writes six or seven pages: the credential, the lists that know when it was used, the audit, who got it.
    assert!((1..=7).contains(&emptied), "the log was emptied {emptied} times: each time is waiting for the disk");
    let examined = place.run(&["doctor", "--json"]).ends(0);
    assert!(examined.json().to_string().contains("audit"), "{}", examined.out);
}

#[test]
fn a_clean_environment_has_the_usual_names_alone() {
    let place = with_token();
    let mut command = place.command();
    command.env("MINE", "kept").env("LANG", "C.UTF-8").args(["run", "--clean-env"]).args(&ENV[1..]);
    let ran = finish(&mut command, b"").ends(0);
    let mut names: Vec<&str> = environment(&ran.out).iter().filter_map(|line| line.split('=').next()).collect();
    names.sort_unstable();
    assert_eq!(names, ["HOME", "LANG", "PATH", "WEATHER_TOKEN"]);
}

#[test]
fn a_provider_sets_its_usual_names() {
    let place = Place::new();
    let add = ["add", "--provider", "twilio", "--name", "Phone", "--no-check", "--fields-json", "-", "--json"];
    let fields = format!(
        r#"{{"region": "IE1", "account_sid": "AC{0}", "api_key_sid": "SK{0}", "api_key_secret": "{0}"}}"#,
        "F".repeat(32).to_lowercase()
    );
    place.run_with(&add, fields.as_bytes()).ends(0);
    let ran = place.run(&["run", "--key", "TWILIO_API_SECRET", "--clean-env", "--", "env"]).ends(0);
    for name in [
        "TWILIO_ACCOUNT_SID=AC",
        "TWILIO_API_KEY=SK",
        "TWILIO_API_SECRET=ff",
        "TWILIO_REGION=ie1",
        "TWILIO_EDGE=dublin",
    ] {
        assert!(ran.out.lines().any(|line| line.starts_with(name)), "{name} in {}", ran.out);
    }
}

#[test]
fn status_signals_and_streams_are_the_commands_own() {
    let place = with_token();
    let shell = |script: &str, input: &[u8]| {
        place.run_with(&["run", "--key", "WEATHER_TOKEN", "--", "sh", "-c", script], input)
    };
    shell("exit 7", b"").ends(7);
    let ran = shell("cat; echo told >&2", b"input").ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("input", "told\n"));
    assert_eq!(shell("kill -TERM $$", b"").status.signal(), Some(15), "a shell says 143");
}

#[test]
fn the_command_takes_the_place_of_this_program() {
    let place = with_token();
    let mut command = place.command();
    command.args(["run", "--key", "WEATHER_TOKEN", "--", "sh", "-c", "echo $$"]).stdout(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    let own = child.id().to_string();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(said.trim(), own);
}

#[test]
fn no_core_is_left_and_no_descriptor_is_inherited() {
    let place = with_token();
    let count = "ls /proc/self/fd | wc -l";
    let ran = place.run(&["run", "--key", "WEATHER_TOKEN", "--", "sh", "-c", &format!("ulimit -c; {count}")]).ends(0);
    let alone = finish(std::process::Command::new("sh").args(["-c", count]), b"");
    assert_eq!(ran.out, format!("0\n{}", alone.out));
}

/// This program works on one processor until it hands over.
#[test]
fn the_command_may_use_every_processor_that_its_caller_may() {
    let place = with_token();
    let where_it_may = ["grep", "Cpus_allowed:", "/proc/self/status"];
    let caller = std::fs::read_to_string("/proc/self/status").unwrap();
    let expected = caller.lines().find(|line| line.starts_with(where_it_may[1])).unwrap();
    for mask in [None, Some("--mask")] {
        let arguments = ["run", "--key", "WEATHER_TOKEN"].into_iter().chain(mask).chain(["--"]).chain(where_it_may);
        let ran = place.run(&arguments.collect::<Vec<_>>()).ends(0);
        assert_eq!(ran.out.trim_end(), expected, "{mask:?}");
    }
}

#[test]
fn commands_that_cannot_be_started_are_told_as_shells_do() {
    let place = with_token();
    let start = |command: &str| place.run(&["run", "--json", "--key", "WEATHER_TOKEN", "--", command]);
    assert_eq!(start("no-such-command-here").ends(127).error_kind(), "command_not_found");
    let plain = place.file("plain.txt", b"no program");
    assert_eq!(start(&plain).ends(126).error_kind(), "command_not_executable");
}

#[test]
fn what_does_not_resolve_starts_nothing() {
    let place = with_token();
    let touch = |key: &str| place.run(&["run", "--json", "--key", key, "--", "touch", "started"]);
    assert_eq!(touch("NOBODY").ends(8).error_kind(), "nothing_resolves");
    place.run(&["disable", "Weather"]).ends(0);
    assert!(touch("WEATHER_TOKEN").ends(8).says("“Weather” is disabled"));
    place.run(&["run", "--", "touch", "started"]).ends(2);
    assert!(!place.path("started").exists());
}

#[test]
fn two_credentials_for_one_variable_are_an_error_that_names_both() {
    let place = Place::new();
    for (name, key) in [("One", "ONE_KEY"), ("Two", "TWO_KEY")] {
        let add =
            ["add", "--provider", "anthropic", "--name", name, "--key", key, "--no-check", "--field", "api_key=-"];
        place.run_with(&add, format!("sk-ant-api03-FAKE-{name}").as_bytes()).ends(0);
    }
    let both = ["run", "--json", "--key", "ONE_KEY", "--key", "TWO_KEY", "--", "touch", "started"];
    let ran = place.run(&both).ends(1);
    assert_eq!(ran.error_kind(), "environment_conflict");
    assert!(
        ran.err.contains("“One”") && ran.err.contains("“Two”") && ran.err.contains("ANTHROPIC_API_KEY"),
        "{}",
        ran.err
    );
    assert!(!ran.says("FAKE-"), "names, never values");
    assert!(!place.path("started").exists());
}

#[test]
fn what_is_not_handed_out_is_no_delivery() {
    let place = with_token();
    place.add("anthropic", "One", &[]);
    place.add("anthropic", "Two", &[]);
    let plain = place.file("plain.txt", b"no program");
    for (status, arguments) in [
        (1, vec!["--key", "ONE", "--key", "TWO", "--", "true"]),
        (2, vec!["--key", "ONE", "--file", "NOPE", "--", "true"]),
        (127, vec!["--key", "ONE", "--", "no-such-command-here"]),
        (127, vec!["--key", "ONE", "--", ""]),
        (126, vec!["--key", "ONE", "--", &plain]),
        (126, vec!["--key", "ONE", "--", "/"]),
    ] {
        place.run(&[&["run"], arguments.as_slice()].concat()).ends(status);
    }
    assert!(place.run(&["show", "One", "--json"]).json()["last_used_at"].is_null());
    let deliveries = place.run(&["audit", "list", "--kind", "deliveries", "--json"]).ends(0).json();
    assert_eq!(deliveries["items"], serde_json::json!([]));
}

#[test]
fn what_stands_in_place_of_a_lookup_key_is_not_repeated() {
    let place = with_token();
    let pasted = format!("sk-FAKE\n{}", "x".repeat(90));
    for arguments in [["--key", &pasted], ["--file", &pasted]] {
        let ran = place.run(&[&["run", "--key", "WEATHER_TOKEN"], &arguments[..], &["--", "true"]].concat());
        assert!(!ran.says("xxxx") && ran.err.lines().count() <= 2, "{ran:?}");
    }
}
