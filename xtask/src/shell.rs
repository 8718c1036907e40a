//! Running programs, and saying what happens.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a step gives back: a value, or a sentence that says what went wrong and what to do.
pub type Outcome<T> = Result<T, String>;

/// Tell the person at the terminal something.
#[allow(clippy::print_stdout, reason = "this program's job is to report on the terminal")]
pub fn say(text: &str) {
    println!("{text}");
}

/// The repository's top folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A command in the repository's top folder that reads nothing.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// The same cargo that runs this program.
pub fn cargo() -> Command {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The SQL was checked against the committed description of the database; no build needs a live one.
    command.env("SQLX_OFFLINE", "true");
    command
}

/// A command with words as arguments.
pub fn words(mut command: Command, words: &str) -> Command {
    command.args(words.split_whitespace());
    command
}

/// How a command reads on a terminal.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let parts = std::iter::once(program).chain(command.get_args()).map(|p| p.to_string_lossy());
    parts.map(|p| if p.contains(' ') { format!("'{p}'") } else { p.into_owned() }).collect::<Vec<_>>().join(" ")
}

/// Say a command, run it with its output on the terminal, and expect success.
pub fn run(command: &mut Command) -> Outcome<()> {
    let name = shown(command);
    say(&format!("$ {name}"));
    let status = command.status().map_err(|e| format!("{name}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) }
}

/// Run a command quietly and give back what it printed; its messages go into the error.
pub fn read(command: &mut Command) -> Outcome<String> {
    let name = shown(command);
    let output = command.stderr(Stdio::piped()).output().map_err(|e| format!("{name}: {e}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = [output.stdout, output.stderr].concat();
        Err(format!("{name} ended with {}:\n{}", output.status, String::from_utf8_lossy(&said).trim()))
    }
}

/// Whether a program can be found.
pub fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Whether a window can be shown to the person at this computer.
pub fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}
