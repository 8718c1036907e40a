//! Starting a program with what was delivered to it.
//!
//! In place of this one where its output is not masked: no process stands between it and its caller, so signals,
//! terminal and exit status are its own. Where it is masked, see `stages`.

mod find;
#[cfg(target_os = "linux")]
mod forms;
#[cfg(target_os = "linux")]
mod handover;
#[cfg(target_os = "linux")]
mod keeper;
#[cfg(target_os = "linux")]
mod masked;
#[cfg(target_os = "linux")]
mod masker;
#[cfg(target_os = "linux")]
mod memory;
mod parcel;
#[cfg(target_os = "linux")]
mod patterns;
#[cfg(target_os = "linux")]
mod processor;
#[cfg(target_os = "linux")]
mod pump;
#[cfg(target_os = "linux")]
mod signals;
#[cfg(target_os = "linux")]
mod stages;
#[cfg(target_os = "linux")]
mod terminal;

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::process::Command;

use strongroom_app::{CLEAN_ENVIRONMENT, Delivery};

use crate::exit::{Failure, Status};
use parcel::Parcel;

/// How a program is started.
#[derive(Debug, Default)]
pub struct Wishes {
    /// With a clean environment.
    pub clean: bool,
    /// With its output masked or not; by where it goes where nothing was said.
    pub mask: Option<bool>,
    /// Errors are printed as JSON too.
    pub json: bool,
}

/// A program that is ready to be started.
pub struct Launch {
    words: Vec<OsString>,
    parcel: Parcel,
    clean: bool,
    #[cfg(target_os = "linux")]
    mask: Option<stages::Start>,
}

impl Launch {
    /// Looks, before anything is delivered, whether it could be started here.
    ///
    /// # Errors
    /// 127 or 126 where there is no such command or it cannot be executed; nothing was delivered then.
    pub fn foresee(words: &[OsString], mask: bool, files: bool) -> Result<(), Failure> {
        if !cfg!(target_os = "linux") && (mask || files) {
            return Err(Failure::new(
                Status::Failed,
                "not_on_this_system",
                "Masked output and files in memory exist on Linux alone so far.",
            )
            .hint("Leave --mask and --file out."));
        }
        let program = Program::new(words)?;
        match find::executable(&program.name) {
            Ok(()) => Ok(()),
            Err(error) => Err(program.failure(&error)),
        }
    }

    /// Decides how it is started, and says what the person should know of it.
    pub fn new(words: Vec<OsString>, delivery: Delivery, wishes: &Wishes) -> (Self, Vec<String>) {
        let parcel = Parcel::new(delivery);
        let (out, err) = match wishes.mask {
            Some(all) => (all, all),
            None => (std::io::stdout().is_terminal(), std::io::stderr().is_terminal()),
        };
        #[cfg(target_os = "linux")]
        {
            let masks = out || err;
            let notes = if masks { parcel.not_sought() } else { Vec::new() };
            // With nothing to look for, nothing stands between.
            let is_of_use = masks && parcel.sought().next().is_some();
            let mask = is_of_use.then_some(stages::Start { json: wishes.json, out, err, in_front: false });
            (Self { words, parcel, clean: wishes.clean, mask }, notes)
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (out, err, wishes.json);
            (Self { words, parcel, clean: wishes.clean }, Vec::new())
        }
    }

    /// Puts the program in this one's place, or what masks its output. Comes back only where that failed, with the
    /// status that shells use.
    pub fn replace_this_process(self) -> Failure {
        #[cfg(target_os = "linux")]
        processor::leave();
        #[cfg(target_os = "linux")]
        if let Some(start) = self.mask {
            return stages::begin(&self, start);
        }
        match Program::new(&self.words) {
            Ok(mut program) => {
                Surroundings::of(self.clean).put_into(&mut program.command);
                program.take_over(&self.parcel)
            }
            Err(failure) => failure,
        }
    }
}

/// The environment before anything is delivered: the caller's without our own variables, or a clean one.
struct Surroundings {
    clean: bool,
}

impl Surroundings {
    fn of(clean: bool) -> Self {
        Self { clean }
    }

    fn put_into(&self, command: &mut Command) {
        if self.clean {
            command.env_clear();
            for name in CLEAN_ENVIRONMENT {
                if let Some(value) = std::env::var_os(name) {
                    command.env(name, value);
                }
            }
        } else {
            for (name, _) in std::env::vars_os().filter(|(name, _)| is_ours(name)) {
                command.env_remove(name);
            }
        }
    }
}

/// What takes a process over.
struct Program {
    name: OsString,
    command: Command,
}

impl Program {
    fn new(words: &[OsString]) -> Result<Self, Failure> {
        let Some((program, arguments)) = words.split_first() else {
            return Err(Failure::usage("There is no command after --."));
        };
        let mut command = Command::new(program);
        command.args(arguments);
        Ok(Self { name: program.clone(), command })
    }

    /// With what is delivered, in this process's place.
    fn take_over(mut self, parcel: &Parcel) -> Failure {
        match parcel.put_into(&mut self.command) {
            Ok(()) => self.replace(),
            Err(error) => Failure::new(
                Status::Failed,
                "no_file_in_memory",
                format!("The system refused a file in memory for a value: {error}."),
            )
            .hint("Leave --file out to deliver it as a variable."),
        }
    }

    #[cfg(unix)]
    fn replace(mut self) -> Failure {
        use std::os::unix::process::CommandExt;

        let error = self.command.exec();
        self.failure(&error)
    }

    /// Starts the program, waits for it and ends with its status: this system has no way to take its place.
    #[cfg(not(unix))]
    fn replace(mut self) -> Failure {
        match self.command.status() {
            Ok(status) => std::process::exit(status.code().unwrap_or(1)),
            Err(error) => self.failure(&error),
        }
    }

    fn failure(&self, error: &std::io::Error) -> Failure {
        let program = self.name.to_string_lossy();
        if error.kind() == std::io::ErrorKind::NotFound {
            return Failure::new(
                Status::CommandNotFound,
                "command_not_found",
                format!("The command “{program}” was not found."),
            )
            .hint("Give its path, or check the spelling and PATH.");
        }
        Failure::new(
            Status::NotExecutable,
            "command_not_executable",
            format!("The command “{program}” was found and cannot be started: {error}."),
        )
        .hint("Check that it is a program and that you may execute it.")
    }
}

/// Does the work of a stage of a masked run, where this process was started as one.
#[cfg(target_os = "linux")]
pub use stages::enter;

/// Works on one processor until the program is started.
#[cfg(target_os = "linux")]
pub use processor::stay as stay_on_one_processor;

/// This system places threads as it likes.
#[cfg(not(target_os = "linux"))]
pub fn stay_on_one_processor() {}

/// There are no stages on this system.
#[cfg(not(target_os = "linux"))]
pub fn enter() -> Option<std::process::ExitCode> {
    None
}

fn is_ours(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"STRONGROOM_")
}
