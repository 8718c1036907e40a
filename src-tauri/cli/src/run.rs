//! Starting a program with what was delivered to it, in place of this one: no process stands between it and its
//! caller, so signals, terminal and exit status are its own.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use secrecy::ExposeSecret;
use strongroom_app::{CLEAN_ENVIRONMENT, Delivery};

use crate::exit::{Failure, Status};

/// A program that is ready to be started.
pub struct Launch {
    program: OsString,
    command: Command,
}

impl Launch {
    /// Prepares the environment: the caller's without our own variables, or a clean one; then what was delivered.
    pub fn new(words: &[OsString], delivery: Delivery, clean: bool) -> Result<Self, Failure> {
        let Some((program, arguments)) = words.split_first() else {
            return Err(Failure::usage("There is no command after --."));
        };
        let mut command = Command::new(program);
        command.args(arguments);
        if clean {
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
        for variable in delivery.variables {
            // Exposed for the environment of the program that asked for it.
            command.env(variable.name, variable.value.expose_secret());
        }
        Ok(Self { program: program.clone(), command })
    }

    /// Puts the program in this one's place. Comes back only where that failed, with the status that shells use.
    #[cfg(unix)]
    pub fn replace_this_process(mut self) -> Failure {
        use std::os::unix::process::CommandExt;

        let error = self.command.exec();
        self.failure(&error)
    }

    /// Starts the program, waits for it and ends with its status: this system has no way to take its place.
    #[cfg(not(unix))]
    pub fn replace_this_process(mut self) -> Failure {
        match self.command.status() {
            Ok(status) => std::process::exit(status.code().unwrap_or(1)),
            Err(error) => self.failure(&error),
        }
    }

    fn failure(&self, error: &std::io::Error) -> Failure {
        let program = self.program.to_string_lossy();
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

fn is_ours(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"STRONGROOM_")
}
