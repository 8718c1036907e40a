//! A terminal with a person at it: keys are pressed, and what comes to the screen is read.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Termios, Winsize, tcgetattr, tcsetwinsize};

use crate::place::Place;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which of the standard streams are not the terminal.
#[derive(Default)]
pub struct Elsewhere {
    pub stdin: Option<Stdio>,
    pub stdout: Option<Stdio>,
    pub stderr: Option<Stdio>,
}

/// The terminal, and the program that was started at it.
pub struct Screen {
    ours: OwnedFd,
    pub child: Child,
    seen: Vec<u8>,
    /// Up to here, what was seen has been asked for.
    read: usize,
}

impl Screen {
    /// Starts the program under test at a terminal of its own.
    pub fn run(place: &Place, arguments: &[&str]) -> Self {
        let mut command = vec![crate::place::PROGRAM];
        command.extend(arguments);
        Self::start(place, &command, Elsewhere::default())
    }

    /// Starts a command at a terminal of its own, which is 80 columns wide and 24 rows high.
    pub fn start(place: &Place, words: &[&str], elsewhere: Elsewhere) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let theirs = || {
            let mut options = std::fs::OpenOptions::new();
            options.read(true).write(true).custom_flags(rustix::fs::OFlags::NOCTTY.bits() as i32);
            Stdio::from(options.open(&name).unwrap())
        };
        // `setsid --ctty` makes its standard input the terminal that governs it, and becomes the command. Where that
        // is something else, a shell opens the terminal first.
        // Whoever runs these tests may have switched signals off (`nohup` does), which no shell can undo.
        let plain = || {
            let mut command = place.prepared(Command::new("env"));
            command.arg("--default-signal");
            command
        };
        let mut command = plain();
        command.args(["setsid", "--ctty", "sh", "-c", "[ -z \"$INPUT\" ] || exec <&3; exec 3<&-; exec \"$@\"", "sh"]);
        command.args(words).env("TERM", "xterm").stdin(theirs());
        if let Some(stdin) = elsewhere.stdin {
            // Only the three standard streams can be given: a first shell moves it out of the way.
            drop(command);
            command = plain();
            let first = "exec 3<&0 <\"$TERMINAL\"; unset TERMINAL; exec setsid --ctty sh -c 'exec <&3 3<&-; exec \"$@\"' sh \"$@\"";
            command
                .args(["sh", "-c", first, "sh"])
                .args(words)
                .env("TERM", "xterm")
                .env("TERMINAL", &name)
                .stdin(stdin);
        }
        command.stdout(elsewhere.stdout.unwrap_or_else(theirs)).stderr(elsewhere.stderr.unwrap_or_else(theirs));
        let mut screen = Self { ours, child: command.spawn().unwrap(), seen: Vec::new(), read: 0 };
        screen.resize(80, 24);
        screen
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&self.ours, size).unwrap();
    }

    pub fn press(&mut self, keys: &str) {
        assert_eq!(rustix::io::write(&self.ours, keys.as_bytes()).unwrap(), keys.len());
    }

    /// How the terminal is set.
    pub fn modes(&self) -> Termios {
        tcgetattr(&self.ours).unwrap()
    }

    /// Whether it shows what is pressed and acts on some keys, as it does for a shell.
    pub fn is_as_found(&self) -> bool {
        self.modes().local_modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Waits until the text comes, and gives everything that came since the last time, with it.
    #[track_caller]
    pub fn until(&mut self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let new = String::from_utf8_lossy(&self.seen[self.read..]).into_owned();
            if let Some(at) = new.find(text) {
                // Only whole characters are looked for.
                self.read += new[..at + text.len()].len();
                return new[..at + text.len()].to_owned();
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain for {text:?}; there was {new:?}");
            assert!(self.more(), "the terminal was closed before {text:?}; there was {new:?}");
        }
    }

    /// Waits for more. `false` where nobody has the terminal any more.
    fn more(&mut self) -> bool {
        let mut files = [PollFd::new(&self.ours, PollFlags::IN)];
        poll(&mut files, Some(&Timespec { tv_sec: 1, tv_nsec: 0 })).unwrap();
        if files[0].revents().is_empty() {
            return true;
        }
        let mut bytes = [0; 65536];
        match rustix::io::read(&self.ours, &mut bytes) {
            Ok(read) => self.seen.extend_from_slice(&bytes[..read]),
            Err(error) if io::Error::from(error).raw_os_error() == Some(5) => return false,
            Err(error) => panic!("{error}"),
        }
        true
    }

    /// Waits for the end: everything that came since the last time, and how the command ended.
    #[track_caller]
    pub fn end(&mut self) -> (String, ExitStatus) {
        let began = Instant::now();
        while self.more() {
            assert!(began.elapsed() < PATIENCE, "no end; there was {}", String::from_utf8_lossy(&self.seen));
        }
        let status = self.child.wait().unwrap();
        (String::from_utf8_lossy(&self.seen[self.read..]).into_owned(), status)
    }

    /// Waits until this is so.
    #[track_caller]
    pub fn when(&mut self, what: &str, mut is: impl FnMut(&mut Self) -> bool) {
        let began = Instant::now();
        while !is(self) {
            assert!(began.elapsed() < PATIENCE, "{what}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A test that failed leaves nobody behind; one that did not has waited for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
