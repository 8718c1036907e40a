//! The vault's folder and files: who may read them, and who may make a vault at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::error::{KitError, VaultError};

/// Name of the database inside the vault's folder.
pub const DATABASE_NAME: &str = "vault.db";
/// A database that is being made; becomes [`DATABASE_NAME`] in one step.
const UNFINISHED_NAME: &str = "vault.db.new";
/// Locked by whoever makes a vault or migrates one.
const LOCK_NAME: &str = "vault.lock";
/// What SQLite puts beside a database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// `STRM`, in the header of each vault.
pub(crate) const APPLICATION_ID: u32 = 0x5354_524d;

/// Where the database is.
pub fn database_path(home: &Path) -> PathBuf {
    home.join(DATABASE_NAME)
}

pub(crate) fn unfinished_path(home: &Path) -> PathBuf {
    home.join(UNFINISHED_NAME)
}

/// The database and what SQLite may put beside it.
pub(crate) fn with_companions(database: &Path) -> Vec<PathBuf> {
    let mut all = vec![database.to_owned()];
    for suffix in COMPANIONS {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        all.push(name.into());
    }
    all
}

/// Bytes of the database's write-ahead log.
pub(crate) fn log_length(database: &Path) -> u64 {
    let log = with_companions(database).into_iter().nth(1);
    log.and_then(|log| fs::metadata(log).ok()).map_or(0, |metadata| metadata.len())
}

/// Removes a database that was not finished.
pub(crate) fn remove_database(database: &Path) -> Result<(), VaultError> {
    for path in with_companions(database) {
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(VaultError::file("an unfinished vault cannot be removed")(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Makes the folder if need be and sees to it that nobody else can look into it.
pub(crate) fn prepare_home(home: &Path) -> Result<(), VaultError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(home).map_err(VaultError::file("the vault's folder cannot be made"))?;
    refuse_strangers(home)?;
    set_mode(home, 0o700).map_err(VaultError::file("the vault's folder cannot be closed to others"))
}

/// Refuses a folder or file of another user, and a file that is a link.
pub(crate) fn refuse_strangers(path: &Path) -> Result<(), VaultError> {
    let unsafe_path = |why| VaultError::UnsafePath { path: path.to_owned(), why };
    let metadata = fs::symlink_metadata(path).map_err(VaultError::file("the vault cannot be looked at"))?;
    if metadata.is_symlink() {
        // A linked folder is the person's own arrangement as long as its target is theirs.
        let target = fs::metadata(path).map_err(VaultError::file("the vault cannot be looked at"))?;
        if !target.is_dir() {
            return Err(unsafe_path("it is a link"));
        }
        return check_owner(&target).map_err(unsafe_path);
    }
    if !metadata.is_dir() && !metadata.is_file() {
        return Err(unsafe_path("it is neither a file nor a folder"));
    }
    check_owner(&metadata).map_err(unsafe_path)
}

#[cfg(unix)]
fn check_owner(metadata: &fs::Metadata) -> Result<(), &'static str> {
    let owner = std::os::unix::fs::MetadataExt::uid(metadata);
    if owner == rustix::process::geteuid().as_raw() { Ok(()) } else { Err("it belongs to another user") }
}

#[cfg(not(unix))]
fn check_owner(_: &fs::Metadata) -> Result<(), &'static str> {
    // Elsewhere the profile folder's access list decides.
    Ok(())
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path)?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// Permission bits of a file, where the system has them.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).ok().map(|metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
pub(crate) fn mode(_: &Path) -> Option<u32> {
    None
}

/// Whether this process may write there.
#[cfg(unix)]
pub(crate) fn writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

#[cfg(not(unix))]
pub(crate) fn writable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.permissions().readonly())
}

/// An empty file that nobody else can read, whatever the umask; fails when the name is taken.
pub(crate) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    set_mode(path, 0o600)?;
    Ok(file)
}

/// Makes what was written in a folder survive a loss of power.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Held while a vault is made or migrated; the system releases it when the process ends in any way.
pub(crate) struct HomeLock(#[allow(dead_code, reason = "holds the lock until it is dropped")] File);

/// Waits until no other process makes or migrates a vault here. Blocks: call it off the async thread.
pub(crate) fn lock_home(home: &Path) -> Result<HomeLock, VaultError> {
    let path = home.join(LOCK_NAME);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(VaultError::file("the vault's lock cannot be made"))?;
    set_mode(&path, 0o600).map_err(VaultError::file("the vault's lock cannot be made"))?;
    file.lock().map_err(VaultError::file("the vault cannot be locked against other programs"))?;
    Ok(HomeLock(file))
}

/// What the first bytes of a file say about it, without SQLite touching it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// SQLite's application id.
    pub application: u32,
    /// Our schema.
    pub schema: u32,
}

/// Reads the header; `None` when the file is no SQLite database (<https://sqlite.org/fileformat.html>).
pub(crate) fn read_header(path: &Path) -> std::io::Result<Option<Header>> {
    let mut head = Vec::with_capacity(100);
    File::open(path)?.take(100).read_to_end(&mut head)?;
    let number = |at: usize| head.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    if !head.starts_with(b"SQLite format 3\0") {
        return Ok(None);
    }
    Ok(number(68).zip(number(60)).map(|(application, schema)| Header { application, schema }))
}

/// Writes a new file that only its owner can read, down to the disk; leaves an existing one alone.
pub fn write_new_private(path: &Path, content: &[u8]) -> Result<(), KitError> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AlreadyExists => KitError::Exists(path.to_owned()),
        _ => KitError::File { path: path.to_owned(), source },
    };
    let mut file = create_private(path).map_err(failed)?;
    let written = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| {
        sync_folder(path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))
    });
    if let Err(source) = written {
        // Half a kit is worse than none; the first error is the one to report.
        let _ = fs::remove_file(path);
        return Err(failed(source));
    }
    Ok(())
}
