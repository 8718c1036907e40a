//! `run` with masked output: values are hidden, and everything else is as without it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::place::{PROGRAM, Place};
use crate::screen::{Elsewhere, Screen};

const VALUE: &str = "FAKE-weather/value+0123";
const MASK: &str = "••••••••";

fn with_token() -> Place {
    let place = Place::new();
    place.add_token("Weather", "TOKEN", VALUE);
    place
}

/// `run` of a script, with options before it.
fn script<'a>(options: &[&'a str], script: &'a str) -> Vec<&'a str> {
    [&["run", "--key", "TOKEN"], options, &["--", "sh", "-c", script]].concat()
}

fn at_terminal(place: &Place, text: &str) -> Screen {
    Screen::run(place, &script(&[], text))
}

#[test]
fn a_terminal_sees_masks_and_a_pipe_what_is_there() {
    let place = with_token();
    let say = "echo \"<$TOKEN>\"; echo \"<$TOKEN>\" >&2";
    let (seen, status) = at_terminal(&place, say).end();
    assert_eq!((seen.as_str(), status.code()), (format!("<{MASK}>\r\n<{MASK}>\r\n").as_str(), Some(0)));
    let (seen, _) = Screen::run(&place, &script(&["--no-mask"], say)).end();
    assert_eq!(seen, format!("<{VALUE}>\r\n<{VALUE}>\r\n"));
    let piped = place.run(&script(&[], say)).ends(0);
    assert_eq!((piped.out, piped.err), (format!("<{VALUE}>\n"), format!("<{VALUE}>\n")));
    let masked = place.run(&script(&["--mask"], say)).ends(0);
    assert_eq!((masked.out, masked.err), (format!("<{MASK}>\n"), format!("<{MASK}>\n")));
    place.run(&script(&["--mask", "--no-mask"], say)).ends(2);
}

#[test]
fn a_value_is_hidden_however_it_is_cut_and_written() {
    let place = with_token();
    // Each character by a process of its own.
    let slowly = "v=$TOKEN; while [ -n \"$v\" ]; do r=${v#?}; /usr/bin/printf %s \"${v%\"$r\"}\"; v=$r; done; echo .";
    assert!(at_terminal(&place, slowly).end().0.ends_with(&format!("{MASK}.\r\n")));
    assert!(place.run(&script(&["--mask"], slowly)).ends(0).out.ends_with(&format!("{MASK}.\n")));
    let coded = "printf %s \"$TOKEN\" | base64; printf 'user:%s' \"$TOKEN\" | base64; \
                 printf %s \"$TOKEN\" | od -An -v -tx1 | tr -d ' \\n'; echo; \
                 echo '{\"key\":\"FAKE-weather\\/value+0123\",\"url\":\"https://x/?k=FAKE-weather%2Fvalue%2B0123\"}'";
    let seen = at_terminal(&place, coded).end().0;
    let lines: Vec<&str> = seen.lines().collect();
    assert_eq!(lines[0], MASK);
    // What is coded together with a neighbour stays: here one character, of which four bits are the neighbour's.
    assert!(lines[1].starts_with("dXNlcj") && lines[1].ends_with(MASK) && lines[1].len() < 10 + MASK.len(), "{seen}");
    assert_eq!(lines[2], MASK);
    assert_eq!(lines[3], format!("{{\"key\":\"{MASK}\",\"url\":\"https://x/?k={MASK}\"}}"));
}

#[test]
fn plain_fields_and_what_is_too_short_are_shown() {
    let place = Place::new();
    place.add_token("Short", "SHORT", "FAKE1");
    let fields = format!(
        r#"{{"region": "IE1", "account_sid": "AC{0}", "api_key_sid": "SK{0}", "api_key_secret": "{0}"}}"#,
        "f".repeat(32)
    );
    let add = ["add", "--provider", "twilio", "--name", "Phone", "--no-check", "--fields-json", "-", "--json"];
    place.run_with(&add, fields.as_bytes()).ends(0);
    let keys = ["run", "--mask", "--key", "SHORT", "--key", "TWILIO_API_SECRET", "--"];
    let ran = place.run(&[&keys[..], &["sh", "-c", "echo $SHORT $TWILIO_REGION $TWILIO_API_SECRET"]].concat()).ends(0);
    assert_eq!(ran.out, format!("FAKE1 ie1 {MASK}\n"));
    assert_eq!(ran.err, "The value of SHORT is too short to be masked in the output.\n");
}

#[test]
fn a_value_of_several_lines_is_hidden_line_by_line_at_a_terminal() {
    let place = Place::new();
    let lines: Vec<String> =
        (0..9).map(|i| format!("  \"FAKE{i}\": \"{}\",", format!("x{i}y{i}z{i}-").repeat(i + 2))).collect();
    let document = format!("{{\n{}\n  \"last\": \"FAKE-last-value-0123\"\n}}", lines.join("\n"));
    let file = place.file("document.json", document.as_bytes());
    let field = format!("json=@{file}");
    let add = ["add", "--provider", "custom-json", "--name", "J", "--key", "TOKEN", "--no-check", "--field", &field];
    place.run(&add).ends(0);
    let ran = place.run(&script(&["--mask"], "echo \"<$TOKEN>\"; echo \"$TOKEN\" | sed -n 5p")).ends(0);
    assert_eq!(ran.out, format!("<{MASK}>\n  {MASK}\n"));
    let seen = at_terminal(&place, "echo \"<$TOKEN>\"; echo \"$TOKEN\" | sed -n 5p").end().0;
    assert_eq!(seen, format!("<{MASK}>\r\n  {MASK}\r\n"));
}

#[test]
fn colours_sizes_and_full_screens_are_as_without() {
    let place = with_token();
    let seen =
        at_terminal(&place, "printf '\\033[1;31mred\\033[0m \\033]0;t\\007'; stty size; tty | cut -c1-9").end().0;
    assert_eq!(seen, "\u{1b}[1;31mred\u{1b}[0m \u{1b}]0;t\u{7}24 80\r\n/dev/pts/\r\n");

    let mut screen = Screen::run(
        &place,
        &["run", "--key", "TOKEN", "--", "bash", "-c", "trap 'stty size; exit' WINCH; echo ready; sleep 1000 & wait"],
    );
    screen.until("ready");
    screen.resize(132, 50);
    screen.until("50 132");
    assert_eq!(screen.end().1.code(), Some(0));

    let full = "stty -echo raw; printf '\\033[?1049h\\033[H%s' \"$TOKEN\"; k=$(dd bs=1 count=1 2>/dev/null); \
                printf '\\033[?1049l'; stty sane; echo \"key $k\"";
    let mut screen = at_terminal(&place, full);
    screen.until(&format!("\u{1b}[?1049h\u{1b}[H{MASK}"));
    screen.press("q");
    let (seen, _) = screen.end();
    assert_eq!(seen, "\u{1b}[?1049lkey q\r\n");
}

#[test]
fn an_editor_works() {
    if std::process::Command::new("vi").arg("--version").output().is_err() {
        return;
    }
    let place = with_token();
    let file = place.file("note.txt", format!("first\nkey={VALUE}\nlast\n").as_bytes());
    let mut screen = Screen::run(&place, &["run", "--key", "TOKEN", "--", "vi", "-u", "NONE", &file]);
    screen.until(&format!("key={MASK}"));
    screen.press("Gonew line\u{1b}:wq\r");
    let (seen, status) = screen.end();
    assert_eq!(status.code(), Some(0), "{seen}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("first\nkey={VALUE}\nlast\nnew line\n"));
}

#[test]
fn keys_that_interrupt_reach_the_program() {
    let place = with_token();
    let trap = "trap 'echo caught; exit 3' INT QUIT; echo ready; sleep 1000 & wait";
    for key in ["\u{3}", "\u{1c}"] {
        let mut screen = at_terminal(&place, trap);
        screen.until("ready");
        screen.press(key);
        screen.until("caught");
        assert_eq!(screen.end().1.code(), Some(3));
    }
    let mut screen = at_terminal(&place, "echo ready; exec sleep 1000");
    screen.until("ready");
    screen.press("\u{3}");
    assert_eq!(screen.end().1.signal(), Some(2), "a shell says 130");
}

#[test]
fn the_end_is_the_programs_own() {
    let place = with_token();
    for options in [&[][..], &["--mask"]] {
        let run = |text: &str| Screen::run(&place, &script(options, text)).end();
        assert_eq!(run("exit 7").1.code(), Some(7));
        assert_eq!(run("kill -TERM $$").1.signal(), Some(15), "a shell says 143");
        assert_eq!(run("kill -KILL $$").1.signal(), Some(9), "a shell says 137");
        let command =
            |words: &[&str]| Screen::run(&place, &[&["run", "--key", "TOKEN"], options, &["--"], words].concat()).end();
        let (seen, status) = command(&["no-such-command-here"]);
        assert!(seen.contains("was not found") && status.code() == Some(127), "{seen}");
        let plain = place.file("plain.txt", b"no program");
        assert_eq!(command(&[&plain]).1.code(), Some(126));
    }
    let piped = |text: &str| place.run(&script(&["--mask"], text));
    piped("exit 7").ends(7);
    assert_eq!(piped("kill -TERM $$").status.signal(), Some(15));
    let start = |word: &str| place.run(&["run", "--mask", "--json", "--key", "TOKEN", "--", word]);
    assert_eq!(start("no-such-command-here").ends(127).error_kind(), "command_not_found");
    assert_eq!(start(&place.file("plain.txt", b"no program")).ends(126).error_kind(), "command_not_executable");
}

#[test]
fn the_terminal_is_left_as_it_was_found() {
    let place = with_token();
    // The shell outlives the program and keeps the terminal open.
    for (text, is_told) in [("exec sleep 1000", "killed"), ("stty raw -echo; exec sleep 1000", "killed")] {
        let run = format!("{PROGRAM} run --key TOKEN -- sh -c 'echo $$ ready; {text}'; echo is {is_told}; read -r key");
        let mut screen = Screen::start(&place, &["bash", "-c", &run], Elsewhere::default());
        let number: i32 = {
            let said = screen.until(" ready");
            said.trim().split(' ').next().unwrap().parse().unwrap()
        };
        screen.when("the terminal is taken over", |screen| !screen.is_as_found());
        kill_process(Pid::from_raw(number).unwrap(), Signal::KILL).unwrap();
        screen.until("is killed");
        assert!(screen.is_as_found());
        screen.press("\r");
        screen.end();
    }
    // A signal that asks us to end ends the program first.
    let mut screen = at_terminal(&place, "trap 'echo asked; exit 4' TERM; echo ready; sleep 1000 & wait");
    screen.until("ready");
    kill_process(Pid::from_child(&screen.child), Signal::TERM).unwrap();
    screen.until("asked");
    assert_eq!(screen.end().1.code(), Some(4));
}

#[test]
fn a_program_does_not_outlive_the_masker() {
    let place = with_token();
    let hung_up = place.path("hung-up");
    let text = format!("trap 'touch {}; exit' HUP; echo ready; sleep 1000 & wait", hung_up.display());
    let mut screen = at_terminal(&place, &text);
    screen.until("ready");
    kill_process(Pid::from_child(&screen.child), Signal::KILL).unwrap();
    screen.when("the program is told that its terminal is gone", |_| hung_up.exists());
}

/// A program that says "ready" into a pipe that is masked, and what it prints afterwards.
fn in_a_pipe(place: &Place, text: &str) -> (std::process::Child, BufReader<std::process::ChildStdout>) {
    let mut command = place.command();
    command.args(["run", "--mask", "--key", "TOKEN", "--", "bash", "-c", text]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    (child, out)
}

#[test]
fn other_signals_reach_the_program_too() {
    let place = with_token();
    for (name, signal) in [("VTALRM", Signal::VTALARM), ("PROF", Signal::PROF), ("PWR", Signal::POWER)] {
        let text = format!("trap 'echo got; kill %1; exit 3' {name}; sleep 1000 >/dev/null & echo ready; wait");
        let (mut child, mut out) = in_a_pipe(&place, &text);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("got\n", Some(3)), "{name}");
    }
}

#[test]
fn a_program_in_a_pipe_does_not_outlive_the_masker_either() {
    let place = with_token();
    let told = place.path("told");
    let text = format!("trap 'touch {}; kill %1; exit' HUP; sleep 1000 >/dev/null & echo ready; wait", told.display());
    let (mut child, mut out) = in_a_pipe(&place, &text);
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    child.wait().unwrap();
    // The pipe ends with the masker; the program, a moment later.
    out.read_to_string(&mut String::new()).unwrap();
    while !told.exists() {
        std::thread::yield_now();
    }
}

/// A shell with job control that waits for its first line.
fn shell(place: &Place) -> Screen {
    let mut screen = Screen::start(place, &["bash", "--norc", "--noprofile", "-i"], Elsewhere::default());
    // What is typed is shown too, and is not the prompt.
    screen.press("PS1='pro''mpt> '\r");
    screen.until("prompt> ");
    screen
}

#[test]
fn a_shell_stops_it_and_brings_it_back() {
    let place = with_token();
    let mut screen = shell(&place);
    screen.press(&format!("{PROGRAM} run --key TOKEN -- sh -c 'echo begun; read -r x; echo got $x; exit 5'\r"));
    screen.until("begun\r\n");
    screen.press("\u{1a}");
    screen.until("Stopped");
    screen.until("prompt> ");
    // The shell has the terminal and reads its own line.
    screen.press("echo bet''ween\r");
    screen.until("between\r\n");
    screen.until("prompt> ");
    screen.press("fg\r");
    screen.until("sh -c");
    screen.press("word\r");
    screen.until("got word");
    screen.until("prompt> ");
    screen.press("echo status $?\r");
    screen.until("status 5");
    screen.press("exit\r");
    screen.end();
}

#[test]
fn in_the_background_it_waits_until_it_may_read() {
    let place = with_token();
    let mut screen = shell(&place);
    screen.press(&format!("{PROGRAM} run --key TOKEN -- sh -c 'echo begun; read -r x; echo got $x' &\r"));
    // The shell says so when it is asked.
    screen.when("the program is stopped", |screen| {
        screen.press("jobs; echo as''ked\r");
        let said = screen.until("asked\r\n");
        screen.until("prompt> ");
        said.contains("Stopped")
    });
    screen.press("fg\r");
    screen.until("sh -c");
    screen.press("word\r");
    screen.until("got word");
    // Keys that are pressed before are still the program's.
    screen.until("prompt> ");
    screen.press("exit\r");
    screen.end();
}

/// Another part of a pipeline may be reading keys: they are taken over only when the program asks for them.
#[test]
fn in_a_pipeline_keys_are_taken_when_they_are_asked_for() {
    let place = with_token();
    let other = format!(
        "{PROGRAM} run --key TOKEN -- sh -c 'echo $TOKEN >&2; sleep 1000' | (read -r k </dev/tty; echo key $k; kill 0)"
    );
    let mut screen = Screen::start(&place, &["bash", "-c", &other], Elsewhere::default());
    screen.until(MASK);
    assert!(screen.is_as_found());
    screen.press("mine\r");
    screen.until("key mine");
    let asks =
        format!("echo piped | {PROGRAM} run --key TOKEN -- sh -c 'read -r a; read -r b </dev/tty; echo $a $b' | cat");
    let mut screen =
        Screen::start(&place, &["bash", "-c", &format!("{asks}; {PROGRAM} --version")], Elsewhere::default());
    screen.when("the program asks and gets the terminal", |screen| !screen.is_as_found());
    screen.press("typed\r");
    screen.until("piped typed");
    screen.until("strongroom");
    assert!(screen.is_as_found() || screen.child.try_wait().unwrap().is_some());
    screen.end();
}

#[test]
fn a_stream_that_is_no_terminal_stays_what_it_is() {
    let place = with_token();
    let say = "echo \"out $TOKEN\"; echo \"err $TOKEN\" >&2; test -t 1 || echo no-terminal; read -r line; echo $line";
    let run = |options: &[&str]| {
        let (out, input) = (place.path("out.txt"), place.file("in.txt", b"from a file\n"));
        let elsewhere = Elsewhere {
            stdin: Some(Stdio::from(File::open(input).unwrap())),
            stdout: Some(Stdio::from(File::create(&out).unwrap())),
            stderr: None,
        };
        let mut words = vec![PROGRAM];
        let arguments = script(options, say);
        words.extend(&arguments);
        let seen = Screen::start(&place, &words, elsewhere).end().0;
        (std::fs::read_to_string(out).unwrap(), seen)
    };
    let expected = |value: &str| format!("out {value}\nno-terminal\nfrom a file\n");
    assert_eq!(run(&[]), (expected(VALUE), format!("err {MASK}\r\n")));
    assert_eq!(run(&["--mask"]), (expected(MASK), format!("err {MASK}\r\n")));
}

#[test]
fn much_output_arrives_whole_and_in_order() {
    let place = with_token();
    let many = "i=0; while [ $i -lt 20000 ]; do echo \"line $i of many\"; i=$((i+1)); done; echo $TOKEN";
    let expected: String = (0..20_000).map(|i| format!("line {i} of many\n")).chain([format!("{MASK}\n")]).collect();
    assert!(place.run(&script(&["--mask"], many)).ends(0).out == expected);
    assert!(at_terminal(&place, many).end().0 == expected.replace('\n', "\r\n"));
    // A reader that goes away ends the writer, as without us.
    let endless = format!("{PROGRAM} run --mask --key TOKEN -- yes | head -n 1; echo ${{PIPESTATUS[0]}}");
    let mut command = place.prepared(std::process::Command::new("bash"));
    let ran = crate::place::finish(command.args(["-c", &endless]), b"");
    assert_eq!(ran.out, "y\n141\n");
}

#[test]
fn no_process_has_the_value_among_its_arguments_or_as_a_stage_in_its_environment() {
    let place = with_token();
    let look = "for p in /proc/[0-9]*; do cat $p/cmdline; echo; done >seen.txt 2>/dev/null; \
                for p in $PPID; do cat /proc/$p/environ; grep -h ^Name /proc/$p/status; done >parents.txt 2>&1; ulimit -c";
    for options in [&[][..], &["--mask"], &["--no-mask"]] {
        let (seen, _) = Screen::run(&place, &script(options, look)).end();
        assert_eq!(seen, "0\r\n");
        let arguments = std::fs::read(place.path("seen.txt")).unwrap();
        let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds(&arguments, "seen.txt") && !holds(&arguments, VALUE));
        if options != ["--no-mask"] {
            let parent = std::fs::read(place.path("parents.txt")).unwrap();
            assert!(holds(&parent, "strongroom") && !holds(&parent, VALUE), "{}", String::from_utf8_lossy(&parent));
        }
    }
}
