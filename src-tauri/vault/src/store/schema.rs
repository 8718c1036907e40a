//! Opening the database file: which file it is, which schema it has, and the settings of each connection.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::VaultInfo;
use crate::custody::{CustodyKind, Envelope, Facts};
use crate::error::VaultError;
use crate::files::{self, APPLICATION_ID};
use crate::model::{KeyId, VaultId};

/// The schema that the migrations make; each sets it at its end.
pub(crate) const SCHEMA: u32 = 8;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Writers queue; this is how long one waits for all before it. `empty_log` and `shorten_log` set the same number again.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often emptying the log waits for a reader of another process; each time for 300 ms.
const LOG_ATTEMPTS: u32 = 4;

/// Looks at the file itself, before SQLite can write anything.
pub(crate) fn check_file(path: &Path) -> Result<(), VaultError> {
    files::refuse_strangers(path)?;
    let header = files::read_header(path).map_err(VaultError::file("the vault cannot be read"))?;
    let header = header.ok_or_else(|| VaultError::NotADatabase(path.to_owned()))?;
    if header.application != APPLICATION_ID {
        return Err(VaultError::OtherApplication(path.to_owned()));
    }
    if header.schema > SCHEMA {
        return Err(VaultError::NewerVersion { found: header.schema, known: SCHEMA });
    }
    Ok(())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
}

/// A connection that may write.
pub(crate) async fn connect(path: &Path) -> Result<SqliteConnection, VaultError> {
    let options = options(path)
        .journal_mode(SqliteJournalMode::Wal)
        // Each commit reaches the disk before it is acknowledged.
        .synchronous(SqliteSynchronous::Full)
        // Freed pages are overwritten; together with `empty_log` nothing deleted stays.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", "100")
        // Sorting and search never spill into a temporary file.
        .pragma("temp_store", "MEMORY")
        // What filters look through stays in memory from one to the next: at most so many KiB.
        .pragma("cache_size", "-32000")
        .pragma("trusted_schema", "OFF");
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// A connection that only reads, for a file or folder that cannot be written.
pub(crate) async fn connect_reading(path: &Path, folder_writable: bool) -> Result<SqliteConnection, VaultError> {
    // Without write access to the folder SQLite cannot make its shared memory. Then nobody else can write
    // either, unless a log is there already.
    let has_log = files::log_length(path) > 0;
    let options = options(path)
        .read_only(true)
        .immutable(!folder_writable && !has_log)
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "OFF");
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// The schema as the database says, with its log.
pub(crate) async fn schema_of(connection: &mut SqliteConnection) -> Result<u32, VaultError> {
    let schema: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await?;
    Ok(super::small(schema))
}

/// Brings the schema up to date. The caller holds the lock of the vault's folder.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), VaultError> {
    // `run` is generic in a way that keeps the compiler from seeing that the future may change threads.
    MIGRATIONS.run_direct(None, &mut *connection, false).await?;
    empty_log(connection).await;
    Ok(())
}

/// Moves the log into the database and cuts it to nothing, so that no overwritten or deleted bytes stay in it.
/// A reader in another process can hinder this for a moment; then it is tried again, and once more at close.
/// Says whether the log is empty.
pub(crate) async fn empty_log(connection: &mut SqliteConnection) -> bool {
    // A reader may take as long as it likes, and nobody should wait for it as writers wait for each other.
    if sqlx::query("PRAGMA busy_timeout = 300").execute(&mut *connection).await.is_err() {
        return false;
    }
    let mut empty = false;
    for _ in 0..LOG_ATTEMPTS {
        // Columns: busy, pages in the log, pages moved.
        let answer: Result<(i64, i64, i64), _> =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
        match answer {
            Ok((0, _, _)) => empty = true,
            Ok(_) => continue,
            // The change itself is committed; a failed clean-up does not undo it.
            Err(_) => {}
        }
        break;
    }
    // The same as at the opening, so it cannot fail where that did not.
    let _ = sqlx::query("PRAGMA busy_timeout = 15000").execute(connection).await;
    empty
}

/// Bytes of log from which on an opening empties it: below the hundred pages at which SQLite moves a log into the
/// database by itself.
///
/// `strongroom run` ends without closing, so the next opening reads the log from its begin, and does not know what of it
/// is in the database already: from a hundred pages on SQLite would only append, and each commit would move everything
/// once more and wait for the disk.
pub(crate) const LONG_LOG: u64 = 90 * 4096;

/// Empties the log if nobody is reading it just now; otherwise a later opening does.
pub(crate) async fn shorten_log(connection: &mut SqliteConnection) {
    let shorten = "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 15000";
    // Nothing is lost with a log that stays.
    let _ = sqlx::query(shorten).execute(connection).await;
}

/// The vault's own row, without keys.
pub(crate) async fn read_info(connection: &mut SqliteConnection, read_only: bool) -> Result<VaultInfo, VaultError> {
    Ok(read_all(connection, read_only).await?.info)
}

/// What an opening reads.
pub(crate) struct OpeningFacts {
    pub info: VaultInfo,
    pub schema: u32,
    pub keys: KeyFacts,
}

/// The vault's own row and the schema in one statement, because `run` waits for it.
pub(crate) async fn read_all(connection: &mut SqliteConnection, read_only: bool) -> Result<OpeningFacts, VaultError> {
    let row = sqlx::query!(
        "SELECT id, created_at, custody, demonstration, recovery_kit_made_at, master_key_id, key_check, audit_key_id,
            audit_key, (SELECT user_version + 0 FROM pragma_user_version) AS \"schema!: i64\"
         FROM vault WHERE one = 1"
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| VaultError::Damaged("the vault's own row is missing".to_owned()))?;
    let vault = VaultId::parse(&row.id).ok_or_else(|| VaultError::Damaged("the vault's id is not one".to_owned()))?;
    let info = VaultInfo {
        id: vault,
        created_at: row.created_at,
        custody: CustodyKind::parse(&row.custody)
            .ok_or_else(|| VaultError::Damaged("the vault's custody is unknown".to_owned()))?,
        demonstration: row.demonstration != 0,
        recovery_kit_made_at: row.recovery_kit_made_at,
        read_only,
    };
    let keys = KeyFacts {
        facts: Facts { vault, master_key_id: key_id(&row.master_key_id)?, passphrase: None },
        check: row.key_check,
        audit_key_id: key_id(&row.audit_key_id)?,
        audit_key: row.audit_key,
        recovery: None,
    };
    Ok(OpeningFacts { info, schema: super::small(row.schema), keys })
}

/// What the vault's own row says of its keys.
pub(crate) struct KeyFacts {
    /// For the custody.
    pub facts: Facts,
    /// Key check value of the master key.
    pub check: Vec<u8>,
    /// Id of the audit key.
    pub audit_key_id: KeyId,
    /// The audit key, wrapped.
    pub audit_key: Vec<u8>,
    /// The envelope of the recovery kit.
    pub recovery: Option<Envelope>,
}

/// An id that stands in the database.
pub(crate) fn key_id(text: &str) -> Result<KeyId, VaultError> {
    KeyId::parse(text).ok_or_else(|| VaultError::Damaged("the id of a key is not one".to_owned()))
}

/// Reads what unlocking needs where the master key lies outside the vault.
pub(crate) async fn read_key_facts(connection: &mut SqliteConnection) -> Result<KeyFacts, VaultError> {
    Ok(read_all(connection, false).await?.keys)
}

/// Reads what unlocking and recovery need, with the envelopes in which the master key lies.
pub(crate) async fn read_key_facts_and_envelopes(connection: &mut SqliteConnection) -> Result<KeyFacts, VaultError> {
    let mut known = read_key_facts(connection).await?;
    let envelopes = sqlx::query!("SELECT kind, id, salt, memory_kib, passes, lanes, generation, wrapped FROM envelope")
        .fetch_all(connection)
        .await?;
    for envelope in envelopes {
        let read = Envelope {
            id: key_id(&envelope.id)?,
            salt: envelope.salt,
            memory_kib: super::small(envelope.memory_kib),
            passes: super::small(envelope.passes),
            lanes: super::small(envelope.lanes),
            generation: super::small(envelope.generation),
            wrapped: envelope.wrapped,
        };
        match envelope.kind.as_str() {
            "passphrase" => known.facts.passphrase = Some(read),
            _ => known.recovery = Some(read),
        }
    }
    Ok(known)
}

/// Stores an envelope in the place of an earlier one of its kind.
pub(crate) async fn write_envelope(
    connection: &mut SqliteConnection,
    kind: &str,
    envelope: &Envelope,
    now: &str,
) -> Result<(), VaultError> {
    let (id, memory, passes, lanes, generation) = (
        envelope.id.to_string(),
        i64::from(envelope.memory_kib),
        i64::from(envelope.passes),
        i64::from(envelope.lanes),
        i64::from(envelope.generation),
    );
    sqlx::query!(
        "INSERT INTO envelope (kind, id, salt, memory_kib, passes, lanes, generation, wrapped, created_at, revision, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
         ON CONFLICT (kind) DO UPDATE SET id = excluded.id, salt = excluded.salt, memory_kib = excluded.memory_kib,
            passes = excluded.passes, lanes = excluded.lanes, generation = excluded.generation, wrapped = excluded.wrapped,
            created_at = excluded.created_at, revision = envelope.revision + 1, updated_at = excluded.updated_at",
        kind, id, envelope.salt, memory, passes, lanes, generation, envelope.wrapped, now, now
    )
    .execute(connection)
    .await?;
    Ok(())
}
