//! What the running program gave up: core files, and being read by its neighbours.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

use crate::place::Place;

/// More than a pipe holds: written only once the program reads.
const MORE_THAN_A_PIPE_HOLDS: usize = 256 * 1024;

#[test]
fn a_working_process_leaves_no_core_and_is_closed_to_its_neighbours() {
    let place = Place::new();
    let mut child = place
        .command()
        .args(["add", "--provider", "api-token", "--name", "T", "--no-check", "--field", "token=-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&[b'x'; MORE_THAN_A_PIPE_HOLDS]).unwrap();
    let own = format!("/proc/{}", child.id());
    let limits = std::fs::read_to_string(format!("{own}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    // The files of a process that is closed to its neighbours belong to the administrator, whoever started it.
    assert_eq!(std::fs::metadata(format!("{own}/mem")).unwrap().uid(), 0);
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(2), "no token is that long");
}
