//! The vault's database and what is done with it.

pub(crate) mod audit;
mod change;
mod consumers;
mod create;
mod credentials;
pub(crate) mod deliver;
pub(crate) mod examine;
mod launch;
mod list;
mod oauth;
mod onboarding;
mod open;
mod people;
mod recover;
mod replace;
mod rows;
mod schema;
mod sealed;
mod settings;
mod tries;
mod unlock;

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use sqlx::{Connection, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, MutexGuard};

use crate::custody::{CustodyKind, NewCustody};
use crate::error::VaultError;
use crate::files::database_path;
use crate::hierarchy::OpenKeys;
use crate::model::VaultId;

/// What may be known of a vault without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultInfo {
    /// Its id, which is also the user name of its keychain entry.
    pub id: VaultId,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// Who keeps the master key.
    pub custody: CustodyKind,
    /// A vault with invented content.
    pub demonstration: bool,
    /// When its recovery kit was made, RFC 3339 UTC.
    pub recovery_kit_made_at: Option<String>,
    /// The file or its folder cannot be written.
    pub read_only: bool,
}

/// A vault to make.
#[derive(Debug)]
pub struct NewVault {
    /// Name of the person who makes it and may do everything.
    pub person: String,
    /// A first organisation.
    pub organisation: Option<String>,
    /// Who keeps the master key.
    pub custody: NewCustody,
    /// A vault with invented content.
    pub demonstration: bool,
}

/// An open vault, locked or unlocked. Clones share the connection and the keys.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    home: PathBuf,
    connection: Mutex<Option<SqliteConnection>>,
    info: RwLock<VaultInfo>,
    keys: RwLock<Option<Arc<OpenKeys>>>,
    /// What the opening read of the keys, for the first unlocking.
    facts: std::sync::Mutex<Option<schema::KeyFacts>>,
    /// The connection may have been left not waiting for the disk.
    relaxed: AtomicBool,
    /// What searches look through.
    texts: Mutex<list::Texts>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("home", &self.inner.home)
            .field("unlocked", &self.is_unlocked())
            .finish_non_exhaustive()
    }
}

impl Vault {
    fn new(home: &Path, connection: SqliteConnection, info: VaultInfo) -> Self {
        Self {
            inner: Arc::new(Inner {
                home: home.to_owned(),
                connection: Mutex::new(Some(connection)),
                info: RwLock::new(info),
                keys: RwLock::new(None),
                facts: std::sync::Mutex::new(None),
                relaxed: AtomicBool::new(false),
                texts: Mutex::default(),
            }),
        }
    }

    /// The vault's folder.
    pub fn home(&self) -> &Path {
        &self.inner.home
    }

    /// What may be known without the key, as of the last look at the database.
    pub fn info(&self) -> VaultInfo {
        self.inner.info.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_info(&self, info: VaultInfo) {
        *self.inner.info.write().unwrap_or_else(PoisonError::into_inner) = info;
    }

    /// Whether the master key is in memory.
    pub fn is_unlocked(&self) -> bool {
        self.inner.keys.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Wipes the keys from memory. What is under way with them finishes.
    pub fn lock(&self) {
        self.inner.keys.write().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn set_keys(&self, keys: OpenKeys) {
        *self.inner.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
    }

    fn keep_facts(&self, facts: schema::KeyFacts) {
        *self.inner.facts.lock().unwrap_or_else(PoisonError::into_inner) = Some(facts);
    }

    fn kept_facts(&self) -> Option<schema::KeyFacts> {
        self.inner.facts.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keys(&self) -> Result<Arc<OpenKeys>, VaultError> {
        self.inner.keys.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(VaultError::Locked)
    }

    async fn connection(&self) -> Result<Held<'_>, VaultError> {
        let guard = self.inner.connection.lock().await;
        if guard.is_none() {
            return Err(VaultError::Closed);
        }
        let mut held = Held(guard);
        if held.is_in_transaction() {
            self.settle(&mut held).await?;
        }
        if self.inner.relaxed.load(Ordering::Acquire) {
            sqlx::query("PRAGMA synchronous = FULL").execute(&mut *held).await?;
            self.inner.relaxed.store(false, Ordering::Release);
        }
        Ok(held)
    }

    /// Says that the holder of the connection is about to make it commit without waiting for the disk. Whoever takes
    /// it next finds it waiting again.
    fn relax(&self) {
        self.inner.relaxed.store(true, Ordering::Release);
    }

    /// Leaves no transaction of an earlier caller behind.
    ///
    /// A full disk or a failed write makes SQLite roll back by itself. sqlx does not notice, fails at its own rollback
    /// and from then on counts a transaction that is not there; only a new connection puts that right.
    async fn settle(&self, held: &mut Held<'_>) -> Result<(), VaultError> {
        // A rollback that a dropped transaction asked for is done once this is answered.
        held.ping().await?;
        if held.is_in_transaction() {
            let fresh = schema::connect(&database_path(&self.inner.home)).await?;
            let stale = held.0.replace(fresh);
            if let Some(stale) = stale {
                // Nothing was acknowledged on it that is not on the disk.
                let _ = stale.close().await;
            }
        }
        Ok(())
    }

    /// The number of SQLite's last change by another connection. It changes whenever another process has
    /// committed, and not by this vault's own changes; then the vault's own facts are read again as well.
    ///
    /// # Errors
    /// [`VaultError::Closed`] and whatever SQLite answers.
    pub async fn data_version(&self) -> Result<i64, VaultError> {
        let mut connection = self.connection().await?;
        let version = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *connection).await?;
        let read_only = self.info().read_only;
        self.set_info(schema::read_info(&mut connection, read_only).await?);
        Ok(version)
    }

    /// Wipes the keys, empties the write-ahead log and closes the connection. Other clones are closed with it.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn close(self) -> Result<(), VaultError> {
        self.lock();
        let connection = self.inner.connection.lock().await.take();
        let Some(mut connection) = connection else { return Ok(()) };
        if !self.info().read_only {
            schema::empty_log(&mut connection).await;
        }
        connection.close().await?;
        Ok(())
    }
}

/// The connection while a caller has it to itself.
struct Held<'a>(MutexGuard<'a, Option<SqliteConnection>>);

impl Deref for Held<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self.0.as_ref() {
            Some(connection) => connection,
            None => unreachable!("looked at when it was taken"),
        }
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self.0.as_mut() {
            Some(connection) => connection,
            None => unreachable!("looked at when it was taken"),
        }
    }
}

/// A transaction that has the write lock from its start, so that two writers queue instead of failing half-way.
async fn begin(connection: &mut SqliteConnection) -> Result<Transaction<'_, Sqlite>, VaultError> {
    Ok(connection.begin_with("BEGIN IMMEDIATE").await?)
}

/// Now, RFC 3339 UTC with milliseconds, so that texts sort like times.
pub(crate) fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// A time given from outside in the same form.
pub(crate) fn normal_time(text: &str) -> Result<String, VaultError> {
    let time: jiff::Timestamp = text.parse().map_err(|_| VaultError::Invalid("a time must be RFC 3339"))?;
    Ok(format!("{time:.3}"))
}

/// A name as it is compared: composed, in lower case.
pub fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// A name without what nobody sees: invisible characters and marks that turn the direction of what follows go, runs of
/// spaces become one. So no two names look alike for these reasons alone. Joiners stay where scripts need them.
#[must_use]
pub fn plain_name(text: &str) -> String {
    let kept: Vec<char> = text.chars().filter(|c| !is_invisible(*c)).collect();
    let joined = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_joiner(*c));
    let mut name = String::with_capacity(text.len());
    for (at, c) in kept.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| kept.get(at));
        if is_joiner(*c) && !(joined(before) && joined(kept.get(at + 1))) {
            continue;
        }
        if !c.is_whitespace() {
            name.push(*c);
        } else if !name.ends_with(' ') {
            name.push(' ');
        }
    }
    name.trim().to_owned()
}

/// Joiners between letters of some scripts, and of emoji.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that take no room or change the direction of others, other than joiners
/// (<https://www.unicode.org/reports/tr36/>, <https://www.unicode.org/reports/tr9/>).
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A name as it is stored: as [`plain_name`] has it, not empty, of sensible length, without control characters.
pub(crate) fn clean_name(text: &str) -> Result<String, VaultError> {
    if text.trim().chars().any(char::is_control) {
        return Err(VaultError::Invalid("a name cannot contain control characters"));
    }
    let name = plain_name(text);
    if name.is_empty() {
        return Err(VaultError::Invalid("a name cannot be empty"));
    }
    if name.chars().count() > 200 {
        return Err(VaultError::Invalid("a name may have at most 200 characters"));
    }
    Ok(name)
}

/// Numbers in the database that are 32 bits wide by construction.
pub(crate) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(if number < 0 { 0 } else { u32::MAX })
}
