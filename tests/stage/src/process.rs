//! Child programs that never outlive the stage.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::error::{Result, StageError};

/// A program in a process group of its own, ended with all its children when dropped.
///
/// `setpriv --pdeathsig` (util-linux) has the kernel end it too when the starting thread is killed before it can drop
/// anything. So a stage belongs to the thread that opened it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// A command for `program`, with an empty environment but for `PATH` and the language, tied to this thread's life.
    pub fn command(program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", program]);
        command.env_clear().env("LANG", "C.UTF-8");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.process_group(0).stdin(Stdio::null());
        command
    }

    /// Start it, with everything it prints going to `log`.
    pub fn start(name: &str, mut command: Command, log: &File) -> Result<Self> {
        let copy = || log.try_clone().map_err(StageError::io(format!("log of {name}")));
        command.stdout(copy()?).stderr(copy()?);
        Self::spawn(name, command)
    }

    /// Start it and give back the first line it prints, which the programs used here do when they are ready.
    pub fn start_until_line(name: &str, mut command: Command, log: &File) -> Result<(Self, String)> {
        let copy = log.try_clone().map_err(StageError::io(format!("log of {name}")))?;
        command.stdout(Stdio::piped()).stderr(copy);
        let mut process = Self::spawn(name, command)?;
        let mut line = String::new();
        if let Some(stdout) = process.child.stdout.take() {
            let mut reader = BufReader::new(stdout);
            reader.read_line(&mut line).map_err(StageError::io(format!("first line of {name}")))?;
            // Whatever follows must not fill the pipe and stop the program.
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut reader.by_ref(), &mut std::io::sink());
            });
        }
        let line = line.trim().to_owned();
        if line.is_empty() {
            return Err(StageError::Start { program: name.to_owned(), why: "it ended without a word".to_owned() });
        }
        Ok((process, line))
    }

    /// Start it as the command stands.
    pub fn spawn(name: &str, mut command: Command) -> Result<Self> {
        let child = command.spawn().map_err(|e| StageError::Start { program: name.to_owned(), why: e.to_string() })?;
        Ok(Self { name: name.to_owned(), child })
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its input, once, when it was started with one.
    pub(crate) fn take_stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Result<Option<std::process::ExitStatus>> {
        self.child.try_wait().map_err(StageError::io(format!("state of {}", self.name)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The group is led by the child, so its number is the group's.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}
