//! A masked run goes through several starts of this program: the one that was called becomes the *masker*, with a
//! memory that never saw the vault; it starts the *keeper* of the program's terminal, where there is one, and that
//! starts the *starter*, which becomes the program. Their first argument says which they are.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

use super::handover::{Message, connection, send};
use super::{Launch, Surroundings, keeper, masked, memory};
use crate::exit::{Failure, Status};
use crate::output::Output;

/// Which stage a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Carries the output.
    Mask,
    /// Leads the session of the program's terminal.
    Keep,
    /// Becomes the program.
    Start,
}

impl Stage {
    const ALL: [(Self, &str); 3] = [(Self::Mask, "run:mask"), (Self::Keep, "run:keep"), (Self::Start, "run:start")];

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(stage, _)| *stage == self).map_or("", |(_, name)| name)
    }
}

/// What a stage is told beside the command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// Errors are printed as JSON too.
    pub json: bool,
    /// Standard output is masked.
    pub out: bool,
    /// Standard error is masked.
    pub err: bool,
    /// The program begins in the foreground of its terminal.
    pub in_front: bool,
}

impl Start {
    fn letters(self) -> String {
        let all = [(self.json, 'j'), (self.out, 'o'), (self.err, 'e'), (self.in_front, 'f')];
        std::iter::once('-').chain(all.into_iter().filter_map(|(is, letter)| is.then_some(letter))).collect()
    }

    fn read(letters: &OsStr) -> Self {
        let has = |letter: u8| letters.as_encoded_bytes().contains(&letter);
        Self { json: has(b'j'), out: has(b'o'), err: has(b'e'), in_front: has(b'f') }
    }
}

/// The next stage, to be started. It is this very program, also when another version was installed meanwhile.
pub fn stage(stage: Stage, start: &Start, words: &[OsString]) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("strongroom").arg(stage.name()).arg(start.letters()).args(words);
    command
}

/// Does the work of a stage, where this process was started as one.
pub fn enter() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next()?;
    let (stage, _) = Stage::ALL.into_iter().find(|(_, name)| first == *name)?;
    let start = Start::read(&arguments.next()?);
    let words: Vec<OsString> = arguments.collect();
    // The system would call it after the path it was started by; nothing depends on it.
    let _ = rustix::thread::set_name(c"strongroom");
    let done = match stage {
        Stage::Mask => masked::run(start, &words),
        Stage::Keep => keeper::keep(&start, &words),
        Stage::Start => keeper::become_program(&words),
    };
    Some(done.unwrap_or_else(|failure| Output::new(start.json).failure(&failure).into()))
}

/// Makes this process the masker. Everything that was in its memory is gone then; what is delivered waits in a file
/// that exists in memory alone. Comes back only where that failed.
pub fn begin(launch: &Launch, start: Start) -> Failure {
    let begun = || -> io::Result<io::Error> {
        let (ours, theirs) = connection()?;
        let parcel = memory::pack(&launch.parcel)?;
        send(ours, Message::Start, &[io::stdin().as_fd(), parcel.as_fd()])?;
        let mut masker = stage(Stage::Mask, &start, &launch.words);
        Surroundings::of(launch.clean).put_into(&mut masker);
        Ok(masker.stdin(Stdio::from(theirs)).exec())
    };
    not_maskable(begun().unwrap_or_else(|error| error))
}

/// Nothing is started unmasked because masking fails.
pub fn not_maskable(error: io::Error) -> Failure {
    Failure::new(Status::Failed, "masking_not_possible", format!("The command's output cannot be masked: {error}."))
        .hint("--no-mask starts it without.")
}

/// Leaves the standard streams that the program has by itself: who reads them must see the end when the program closes
/// them.
pub fn let_go_of_output(out: bool, err: bool) {
    use rustix::stdio::{dup2_stderr, dup2_stdout};

    // Where there is no such file, they end with this process.
    if let Ok(nothing) = std::fs::OpenOptions::new().read(true).write(true).open("/dev/null") {
        if out {
            let _ = dup2_stdout(&nothing);
        }
        if err {
            let _ = dup2_stderr(&nothing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stage_is_told_arrives() {
        for bits in 0..16_u8 {
            let on = |bit: u8| bits & bit != 0;
            let start = Start { json: on(1), out: on(2), err: on(4), in_front: on(8) };
            assert_eq!(Start::read(OsStr::new(&start.letters())), start);
        }
    }
}
