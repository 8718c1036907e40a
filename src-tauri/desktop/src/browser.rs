//! The system's browser.

use std::io::{Error, ErrorKind};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A launcher that fails does so within this time; one that still runs then is taken for the browser itself.
const FAILS_WITHIN: Duration = Duration::from_millis(250);

/// Opens an address in the system's browser, without what this program tells its own WebKit.
///
/// # Errors
/// Where no browser can be started.
pub fn open(url: &str) -> Result<(), Error> {
    first_that_works(open::commands(url))
}

fn first_that_works(launchers: Vec<Command>) -> Result<(), Error> {
    let mut refused = Error::from(ErrorKind::NotFound);
    for launcher in launchers {
        match start(launcher) {
            Ok(None) => return Ok(()),
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => refused = Error::other(status.to_string()),
            Err(e) => refused = e,
        }
    }
    Err(refused)
}

/// Starts a program that may outlive this one, and says how it ended where it did so at once.
fn start(mut program: Command) -> Result<Option<ExitStatus>, Error> {
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(target_os = "linux")]
    for variable in crate::engine::OURS {
        program.env_remove(variable);
    }
    // What interrupts this program in a terminal leaves the browser alone.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut program, 0);
    let mut started = program.spawn()?;
    let (tell, told) = mpsc::channel();
    // Waited for to its end, so that nothing is left of it then.
    std::thread::spawn(move || {
        // Nobody listens any more where it has run for long.
        let _ = tell.send(started.wait());
    });
    told.recv_timeout(FAILS_WITHIN).ok().transpose()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn a_launcher_that_fails_or_is_not_there_leaves_the_turn_to_the_next() {
        let place = tempfile::tempdir().unwrap();
        let seen = place.path().join("seen");
        let works = shell(&format!("echo opened > {}", seen.display()));
        first_that_works(vec![Command::new("/nowhere/browser"), shell("exit 3"), works]).unwrap();
        assert_eq!(std::fs::read_to_string(&seen).unwrap(), "opened\n");
        let refused = first_that_works(vec![Command::new("/nowhere/browser"), shell("exit 3")]).unwrap_err();
        assert!(refused.to_string().contains('3'), "{refused}");
    }

    #[test]
    fn the_browser_does_not_inherit_what_the_own_page_is_told() {
        let [first, second] = crate::engine::OURS;
        let mut told = shell(&format!("test -z \"${{{first}+set}}${{{second}+set}}\""));
        told.envs(crate::engine::OURS.map(|variable| (variable, "0")));
        first_that_works(vec![told]).unwrap();
    }
}
