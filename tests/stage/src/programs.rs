//! Where the programs under test are, and the command line on a stage.

use std::path::PathBuf;
use std::process::{Output, Stdio};

use crate::error::{Result, StageError};
use crate::stage::Stage;

/// The desktop application.
pub const DESKTOP: &str = "strongroom-desktop";
/// The command line.
pub const COMMAND_LINE: &str = "strongroom";

/// The path of a program that was built beside the running test.
pub fn built(program: &str) -> Result<PathBuf> {
    let me = std::env::current_exe().map_err(StageError::io("path of the running test"))?;
    // Tests lie in target/debug/deps, programs in target/debug.
    let mut folder = me.parent();
    if folder.is_some_and(|f| f.ends_with("deps")) {
        folder = folder.and_then(|f| f.parent());
    }
    let path = folder.unwrap_or(&me).join(program);
    if path.is_file() { Ok(path) } else { Err(StageError::NotBuilt { path }) }
}

/// The repository's top folder.
pub fn repository() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// How a run of the command line ended.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Exit status, or none when a signal ended it.
    pub status: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// Its messages.
    pub stderr: String,
    args: String,
}

impl Ran {
    /// The result when it ended with `status`, else an error that shows everything it said.
    pub fn expect_status(self, status: i32) -> Result<Self> {
        if self.status == Some(status) {
            return Ok(self);
        }
        let ended = self.status.map_or_else(|| "a signal".to_owned(), |s| format!("status {s}, not {status}"));
        Err(StageError::CommandLine { args: self.args, status: ended, stdout: self.stdout, stderr: self.stderr })
    }

    /// The JSON document it printed.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_str(&self.stdout).map_err(|e| StageError::CommandLine {
            args: self.args.clone(),
            status: format!("something that is not JSON: {e}"),
            stdout: self.stdout.clone(),
            stderr: self.stderr.clone(),
        })
    }
}

impl Stage {
    /// Run `strongroom ARGS` on the vault of this stage, with nothing on its input.
    pub fn strongroom(&self, args: &[&str]) -> Result<Ran> {
        self.strongroom_fed(args, "")
    }

    /// Run `strongroom ARGS` with `input` on its standard input.
    pub fn strongroom_fed(&self, args: &[&str], input: &str) -> Result<Ran> {
        use std::io::Write;
        let program = built(COMMAND_LINE)?;
        let start = |e: std::io::Error| StageError::Start { program: COMMAND_LINE.to_owned(), why: e.to_string() };
        let mut command = self.command(&program.display().to_string());
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(start)?;
        if let Some(mut stdin) = child.stdin.take() {
            match stdin.write_all(input.as_bytes()) {
                // A program that refuses early closes its input; that is its right.
                Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => {}
                other => other.map_err(StageError::io("input of strongroom"))?,
            }
        }
        let Output { status, stdout, stderr } = child.wait_with_output().map_err(start)?;
        Ok(Ran {
            status: status.code(),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            args: args.join(" "),
        })
    }
}
