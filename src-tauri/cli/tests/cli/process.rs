//! What the running program gave up: core files, and being read by its neighbours.

use std::process::Stdio;

use crate::place::Place;

#[test]
fn a_working_process_leaves_no_core_and_is_closed_to_its_neighbours() {
    let place = Place::new();
    // It waits for its standard input, which is not closed before it was looked at.
    let mut child = place
        .command()
        .args(["add", "--provider", "api-token", "--name", "T", "--no-check", "--field", "token=-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    // The first moments belong to the loader; the limit is set before any argument is read.
    let limit = loop {
        let text = std::fs::read_to_string(&limits).unwrap();
        let line = text.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
        let values: Vec<String> = line.split_whitespace().skip(4).take(2).map(str::to_owned).collect();
        if values == ["0", "0"] || child.try_wait().unwrap().is_some() {
            break values;
        }
        std::thread::yield_now();
    };
    assert_eq!(limit, ["0", "0"]);
    let status = std::fs::metadata(format!("/proc/{}/mem", child.id())).unwrap();
    // A process that is closed to its neighbours belongs to the administrator, whoever started it.
    assert_eq!(std::os::unix::fs::MetadataExt::uid(&status), 0);
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(2), "an empty token is refused");
}
