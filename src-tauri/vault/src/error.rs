//! What can go wrong, one variant per thing that a person would do something different about.

use std::path::PathBuf;

use crate::model::CredentialId;
use crate::seal::SealError;

/// Why the vault could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The folder holds no vault.
    #[error("there is no vault in {}", .0.display())]
    NoVault(PathBuf),
    /// The folder holds a vault already, perhaps since a moment ago.
    #[error("there is a vault in {} already", .0.display())]
    AlreadyExists(PathBuf),
    /// A newer version of Strongroom made the database; nothing was written.
    #[error("the vault has schema {found}; this version of Strongroom knows {known} at most")]
    NewerVersion {
        /// The schema in the file.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// The file is no SQLite database.
    #[error("{} is not a database", .0.display())]
    NotADatabase(PathBuf),
    /// The file is a SQLite database, but of another application.
    #[error("{} is a database of another application", .0.display())]
    OtherApplication(PathBuf),
    /// The folder or file belongs to somebody else or is a link.
    #[error("{} is not used as a vault: {why}", path.display())]
    UnsafePath {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The database itself is damaged.
    #[error("the vault's database is damaged: {0}")]
    Damaged(String),
    /// A sealed field of one record does not open; the others are not affected.
    #[error("the credential \u{201c}{name}\u{201d} cannot be opened: {cause}")]
    Unreadable {
        /// The record.
        id: CredentialId,
        /// Its name.
        name: String,
        /// Damaged or newer.
        cause: RecordFault,
    },
    /// The master key is not in memory.
    #[error("the vault is locked")]
    Locked,
    /// The vault can only be read, because of the file's or the folder's permissions.
    #[error("the vault can only be read: its file or folder is not writable")]
    ReadOnly,
    /// No space is left.
    #[error("no space is left on the disk of the vault")]
    DiskFull,
    /// Another program held the database longer than we wait.
    #[error("another program keeps the vault's database busy")]
    Busy,
    /// No such credential, organisation, person or consumer.
    #[error("there is no {0} of that name or id")]
    NotFound(&'static str),
    /// The name is in use in this scope; case does not distinguish.
    #[error("the name \u{201c}{0}\u{201d} is in use already")]
    DuplicateName(String),
    /// Somebody else changed the record in the meantime.
    #[error("the record was changed in the meantime (now at revision {stored})")]
    Conflict {
        /// The stored revision.
        stored: u32,
    },
    /// All telephony deliveries are stopped.
    #[error("telephony is stopped by global launch")]
    LaunchStopped,
    /// What was opened for a program cannot be handed out as it is; the caller knows why.
    #[error("what was opened is not handed out")]
    Declined,
    /// An argument that cannot be stored.
    #[error("{0}")]
    Invalid(&'static str),
    /// The cursor comes from no page of this vault.
    #[error("the cursor is not one of this list")]
    BadCursor,
    /// The master key could not be kept or fetched.
    #[error(transparent)]
    Custody(CustodyError),
    /// The recovery code does not fit.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// The recovery kit could not be handed over.
    #[error(transparent)]
    Kit(#[from] KitError),
    /// A file operation failed.
    #[error("{what}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The system's random source failed.
    #[error("the system's random source failed")]
    NoRandom,
    /// The vault was closed.
    #[error("the vault is closed")]
    Closed,
    /// SQLite refused for a reason that none of the above names.
    #[error("the vault's database failed: {0}")]
    Database(String),
}

impl VaultError {
    /// A short constant name for logs, JSON and translations.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoVault(_) => "no_vault",
            Self::AlreadyExists(_) => "already_exists",
            Self::NewerVersion { .. } => "newer_version",
            Self::NotADatabase(_) => "not_a_database",
            Self::OtherApplication(_) => "other_application",
            Self::UnsafePath { .. } => "unsafe_path",
            Self::Damaged(_) => "damaged",
            Self::Unreadable { .. } => "unreadable",
            Self::Locked => "locked",
            Self::ReadOnly => "read_only",
            Self::DiskFull => "disk_full",
            Self::Busy => "busy",
            Self::NotFound(_) => "not_found",
            Self::DuplicateName(_) => "duplicate_name",
            Self::Conflict { .. } => "conflict",
            Self::LaunchStopped => "launch_stopped",
            Self::Declined => "declined",
            Self::Invalid(_) => "invalid",
            Self::BadCursor => "bad_cursor",
            Self::Custody(error) => error.kind(),
            Self::Recovery(_) => "recovery_code",
            Self::Kit(_) => "recovery_kit",
            Self::File { .. } => "file",
            Self::NoRandom => "no_random",
            Self::Closed => "closed",
            Self::Database(_) => "database",
        }
    }

    pub(crate) fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::File { what, source },
        }
    }
}

/// Why a record does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// Changed, cut, moved from another place, or its key is gone.
    #[error("it is damaged")]
    Damaged,
    /// Its first byte names a newer format.
    #[error("a newer version of Strongroom sealed it (format {0})")]
    Newer(u8),
}

/// Why the master key could not be fetched or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CustodyError {
    /// No keychain service answers.
    #[error("no keychain service answers on this computer")]
    KeychainAbsent,
    /// The keychain is locked, and the question to unlock it was dismissed or could not be shown.
    #[error("the keychain is locked")]
    KeychainLocked,
    /// The keychain did not answer in time.
    #[error("the keychain did not answer within {0} seconds")]
    KeychainSilent(u64),
    /// The keychain works but holds nothing for this vault. A new key is never made in its place.
    #[error("the keychain holds no key for this vault")]
    NoEntry,
    /// The keychain holds several entries for this vault.
    #[error("the keychain holds several entries for this vault")]
    SeveralEntries,
    /// What the keychain holds is no key of 32 bytes.
    #[error("what the keychain holds for this vault is not a key")]
    NotAKey,
    /// The key belongs to another vault.
    #[error("the key belongs to another vault")]
    WrongKey,
    /// The keychain refused for another reason.
    #[error("the keychain failed: {0}")]
    KeychainFailed(String),
    /// The vault has no passphrase.
    #[error("this vault has no passphrase")]
    NoPassphrase,
    /// The passphrase does not open the vault.
    #[error("the passphrase does not open this vault")]
    WrongPassphrase,
    /// After several wrong passphrases the next one is not looked at before some time has passed.
    #[error("after {wrong} wrong passphrases the next one is taken in {seconds} seconds")]
    TooManyTries {
        /// Wrong ones since the last right one.
        wrong: u32,
        /// Seconds to wait.
        seconds: u64,
    },
    /// An empty passphrase.
    #[error("a passphrase cannot be empty")]
    EmptyPassphrase,
    /// More than a mebibyte.
    #[error("a passphrase may have at most 1 MiB")]
    PassphraseTooLong,
    /// The stored work factors are below or above what is sensible; nothing was computed with them.
    #[error("the vault's passphrase parameters are out of bounds ({memory_kib} KiB, {passes} passes, {lanes} lanes)")]
    PassphraseParameters {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// There is not enough memory for the passphrase's derivation.
    #[error("the passphrase's derivation failed: {0}")]
    Derivation(String),
    /// The environment variable is not 32 bytes in base64.
    #[error("the master key must be 32 bytes in base64 ({0})")]
    BadEnvironmentKey(&'static str),
    /// The vault could not be read or written meanwhile.
    #[error(transparent)]
    Vault(Box<VaultError>),
}

impl CustodyError {
    /// A short constant name for logs, JSON and translations.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::KeychainAbsent => "keychain_absent",
            Self::KeychainLocked => "keychain_locked",
            Self::KeychainSilent(_) => "keychain_silent",
            Self::NoEntry => "keychain_no_entry",
            Self::SeveralEntries => "keychain_several_entries",
            Self::NotAKey => "keychain_not_a_key",
            Self::WrongKey => "wrong_key",
            Self::KeychainFailed(_) => "keychain_failed",
            Self::NoPassphrase => "no_passphrase",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::EmptyPassphrase => "empty_passphrase",
            Self::PassphraseTooLong => "passphrase_too_long",
            Self::PassphraseParameters { .. } => "passphrase_parameters",
            Self::Derivation(_) => "derivation",
            Self::BadEnvironmentKey(_) => "bad_environment_key",
            Self::Vault(error) => error.kind(),
        }
    }
}

impl From<CustodyError> for VaultError {
    fn from(error: CustodyError) -> Self {
        match error {
            CustodyError::Vault(inner) => *inner,
            other => Self::Custody(other),
        }
    }
}

impl From<VaultError> for CustodyError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Custody(inner) => inner,
            other => Self::Vault(Box::new(other)),
        }
    }
}

/// Why a recovery code was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryError {
    /// Too few or too many symbols.
    #[error("a recovery code has 40 letters and digits in 8 groups; this has {0}")]
    Length(usize),
    /// A character that no code contains.
    #[error("group {group} contains a character that no recovery code has")]
    Symbol {
        /// 1 to 8.
        group: usize,
    },
    /// A group whose check symbol does not fit: one of its five symbols is mistyped.
    #[error("group {group} is mistyped")]
    Typo {
        /// 1 to 8.
        group: usize,
    },
    /// The kit names another vault.
    #[error("this recovery kit belongs to another vault")]
    OtherVault,
    /// A well-formed code that does not open this vault: of another vault, or of a kit that was renewed.
    #[error("this recovery code does not open this vault; a renewed kit replaces the earlier one")]
    WrongCode,
    /// The vault has no recovery kit.
    #[error("this vault has no recovery kit")]
    NoKit,
}

/// Why a recovery kit could not be handed over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KitError {
    /// A file of that name exists and is left alone.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The file could not be written.
    #[error("the recovery kit cannot be written to {}: {source}", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Whoever was to take it refused.
    #[error("the recovery kit was not taken: {0}")]
    Refused(String),
}

impl From<SealError> for VaultError {
    /// For seals above the credentials; those of a credential name it (see [`VaultError::Unreadable`]).
    fn from(error: SealError) -> Self {
        match error {
            SealError::Damaged => Self::Damaged("a wrapped key does not open".to_owned()),
            SealError::Newer(version) => {
                Self::NewerVersion { found: u32::from(version), known: u32::from(crate::seal::place::FORMAT) }
            }
            SealError::TooLong => Self::Invalid("a secret may have at most 1 MiB"),
            SealError::NoRandom => Self::NoRandom,
        }
    }
}

/// SQLite's result codes that have their own meaning here (<https://sqlite.org/rescode.html>).
fn from_code(code: i32, message: &str) -> VaultError {
    match code & 0xff {
        5 | 6 => VaultError::Busy,
        8 => VaultError::ReadOnly,
        11 => VaultError::Damaged(message.to_owned()),
        13 => VaultError::DiskFull,
        26 => VaultError::Damaged("the file is not a database".to_owned()),
        _ => VaultError::Database(format!("{message} (SQLite code {code})")),
    }
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => {
                let code = database.code().and_then(|code| code.parse().ok()).unwrap_or(1);
                from_code(code, database.message())
            }
            sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Damaged("a row has a value of another kind than its column".to_owned())
            }
            // Other variants carry no row values; they name columns, types and states of the connection.
            other => Self::Database(other.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for VaultError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(inner) | sqlx::migrate::MigrateError::ExecuteMigration(inner, _) => {
                inner.into()
            }
            other => Self::Database(format!("the schema could not be brought up to date: {other}")),
        }
    }
}
