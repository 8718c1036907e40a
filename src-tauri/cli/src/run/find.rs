//! Looking for a command the way the system will when it is started.

use std::ffi::OsStr;
use std::io;

/// Whether there is such a command to execute: at its path, or under its name in one of the folders of `PATH`. Where
/// there are several of the name, one that can be executed is enough, as for `execvp`.
///
/// # Errors
/// [`io::ErrorKind::NotFound`], or why what was found cannot be executed.
#[cfg(unix)]
pub fn executable(name: &OsStr) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;

    // An empty name is found nowhere.
    if name.as_bytes().contains(&b'/') || name.is_empty() {
        return usable(name.as_ref());
    }
    // Without the variable the system has folders of its own; then only the start itself can tell.
    let Some(path) = std::env::var_os("PATH") else { return Ok(()) };
    let mut why = io::Error::from(io::ErrorKind::NotFound);
    for folder in std::env::split_paths(&path) {
        match usable(&folder.join(name)) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => why = error,
            Err(_) => {}
        }
    }
    Err(why)
}

#[cfg(unix)]
fn usable(file: &std::path::Path) -> io::Result<()> {
    use rustix::fs::{Access, access};

    access(file, Access::EXEC_OK)?;
    if file.is_dir() { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
}

/// How commands are found here is for the system to say, when it starts one.
#[cfg(not(unix))]
pub fn executable(_: &OsStr) -> io::Result<()> {
    Ok(())
}
