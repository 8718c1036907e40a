//! Files that the program hands out: for their owner alone, and never half of one.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::AppError;

/// A file that is written beside its place and put there at the end. Dropped before that, it leaves nothing behind.
pub(crate) struct NewFile {
    path: PathBuf,
    part: PathBuf,
    replace: bool,
    out: BufWriter<File>,
}

impl NewFile {
    /// Refuses a file that is there, unless whoever chose it has been asked already.
    pub(crate) fn create(path: &Path, replace: bool) -> Result<Self, AppError> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if !replace && path.symlink_metadata().is_ok() {
            return Err(refusal(&path, &io::ErrorKind::AlreadyExists.into()));
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let file = options.open(&part).map_err(|error| refusal(&path, &error))?;
        Ok(Self { path, part, replace, out: BufWriter::new(file) })
    }

    /// Writes all of it.
    pub(crate) fn put(&mut self, content: &[u8]) -> Result<(), AppError> {
        self.out.write_all(content).map_err(|error| refusal(&self.path, &error))
    }

    /// Puts it in its place, and says where that is.
    pub(crate) fn finish(mut self) -> Result<String, AppError> {
        let (part, path) = (&self.part, &self.path);
        let done = self.out.flush().and_then(|()| self.out.get_ref().sync_all()).and_then(|()| {
            // A link refuses a name that somebody took meanwhile.
            if self.replace { std::fs::rename(part, path) } else { std::fs::hard_link(part, path) }
        });
        done.map_err(|error| refusal(path, &error))?;
        Ok(self.path.display().to_string())
    }
}

impl Write for NewFile {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.out.write(content)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Where it is in place it may have two names until here; where it is not, half a file is worse than none.
        let _ = std::fs::remove_file(&self.part);
    }
}

fn refusal(path: &Path, error: &io::Error) -> AppError {
    AppError::field(
        "path",
        match error.kind() {
            io::ErrorKind::AlreadyExists => format!("{} is there already. Choose another name.", path.display()),
            _ => format!("{} could not be written: {error}.", path.display()),
        },
    )
}
