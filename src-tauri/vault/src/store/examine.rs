//! Looking the whole vault over, for `strongroom doctor`.

use std::path::PathBuf;

use super::audit::{self, AuditReport};
use super::unlock::open_keys;
use super::{Vault, replace, schema, sealed};
use crate::error::{RecordFault, VaultError};
use crate::files;
use crate::model::CredentialId;
use crate::seal::Key;

/// What was found. Nothing here is an error of the examination itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// What `PRAGMA integrity_check` says; empty when all is well.
    pub integrity: Vec<String>,
    /// Tables with rows that point nowhere; empty when all is well.
    pub foreign_keys: Vec<String>,
    /// Whether the key in memory is this vault's; `None` while it is locked.
    pub key_matches: Option<bool>,
    /// How many sealed records were opened; 0 while it is locked.
    pub opened: u32,
    /// Records that do not open; they are marked from now on.
    pub unreadable: Vec<BadRecord>,
    /// Records that open, but under another key than the log says was made last: put back from an earlier copy.
    pub put_back: Vec<BadRecord>,
    /// How many replacements of keys were opened; 0 while it is locked.
    pub replacements: u32,
    /// Replacements whose values do not open. What is in force is another matter.
    pub bad_replacements: Vec<BadRecord>,
    /// The audit chain; `None` while it is locked.
    pub audit: Option<AuditReport>,
    /// The folder and the files with their permissions.
    pub files: Vec<FileMode>,
    /// SQLite's settings in force, by name.
    pub pragmas: Vec<(&'static str, String)>,
    /// Version of SQLite.
    pub sqlite: String,
    /// Schema of the database.
    pub schema: u32,
}

/// A record with something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Id.
    pub id: CredentialId,
    /// Name.
    pub name: String,
    /// What is wrong.
    pub cause: RecordFault,
}

/// A file and who may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMode {
    /// Where.
    pub path: PathBuf,
    /// Permission bits; `None` where the system has none.
    pub mode: Option<u32>,
    /// What the bits should be.
    pub expected: u32,
}

impl Vault {
    /// Looks everything over. Opens every sealed record when the vault is unlocked.
    ///
    /// # Errors
    /// Whatever SQLite answers when a question cannot even be asked.
    pub async fn examine(&self) -> Result<Examination, VaultError> {
        let keys = self.keys().ok();
        let read_only = self.info().read_only;
        let mut held = self.connection().await?;
        let connection = &mut *held;
        let integrity: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await?;
        let broken: Vec<(String,)> = sqlx::query_as("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")
            .fetch_all(&mut *connection)
            .await?;
        let known = schema::read_key_facts_and_envelopes(connection).await?;

        let mut pragmas = Vec::new();
        let sqlite: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut *connection).await?;
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *connection).await?;
        pragmas.push(("journal_mode", journal));
        let numbers: (i64, i64, i64, i64, i64) = (
            sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *connection).await?,
            sqlx::query_scalar("PRAGMA secure_delete").fetch_one(&mut *connection).await?,
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await?,
            sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(&mut *connection).await?,
            sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?,
        );
        pragmas.push(("foreign_keys", numbers.0.to_string()));
        pragmas.push(("secure_delete", numbers.1.to_string()));
        pragmas.push(("synchronous", numbers.2.to_string()));
        pragmas.push(("busy_timeout", numbers.3.to_string()));
        pragmas.push(("application_id", numbers.4.to_string()));

        let mut examination = Examination {
            integrity: integrity.into_iter().filter(|line| line != "ok").collect(),
            foreign_keys: broken.into_iter().map(|(table,)| table).collect(),
            key_matches: None,
            opened: 0,
            unreadable: Vec::new(),
            put_back: Vec::new(),
            replacements: 0,
            bad_replacements: Vec::new(),
            audit: None,
            files: self.modes(),
            pragmas,
            sqlite,
            schema: schema::schema_of(connection).await?,
        };
        let Some(keys) = keys else { return Ok(examination) };

        // Compared with what the file says now, not with what it said when it was unlocked.
        let copy = Key::from_slice(keys.master.bytes()).ok_or(VaultError::Locked)?;
        examination.key_matches = Some(open_keys(copy, &known).is_ok());
        // The data key that the log says each credential got last. Cutting the log short shows in the audit.
        let records = sqlx::query!(
            "SELECT c.id, c.name, k.id AS \"key_id?\",
                COALESCE((SELECT json_extract(a.detail, '$.data_key') FROM audit_entry a
                 WHERE a.object_kind = 'credential' AND a.object_id = c.id AND json_extract(a.detail, '$.data_key') IS NOT NULL
                 ORDER BY a.sequence DESC LIMIT 1),
                (SELECT o.data_key FROM audit_key o WHERE o.credential_id = c.id)) AS \"logged?: String\"
             FROM credential c LEFT JOIN data_key k ON k.credential_id = c.id ORDER BY c.name_folded, c.id"
        )
        .fetch_all(&mut *connection)
        .await?;
        for record in records {
            let Some(id) = CredentialId::parse(&record.id) else { continue };
            match sealed::open_all(connection, &keys, id).await {
                Ok(_) => {
                    examination.opened += 1;
                    if record.key_id != record.logged {
                        examination.put_back.push(BadRecord { id, name: record.name, cause: RecordFault::Damaged });
                    }
                    if !read_only {
                        sealed::mark_unreadable(connection, id, false).await?;
                    }
                }
                Err(VaultError::Unreadable { name, cause, .. }) => {
                    examination.unreadable.push(BadRecord { id, name, cause });
                    if !read_only {
                        sealed::mark_unreadable(connection, id, true).await?;
                    }
                }
                Err(other) => return Err(other),
            }
        }
        let beside = sqlx::query_scalar!(
            "SELECT c.id FROM replacement r JOIN credential c ON c.id = r.credential_id ORDER BY c.name_folded, c.id"
        )
        .fetch_all(&mut *connection)
        .await?;
        for id in beside.iter().filter_map(|id| CredentialId::parse(id)) {
            match replace::open(connection, &keys, id).await {
                Ok(_) => examination.replacements += 1,
                Err(VaultError::Unreadable { name, cause, .. }) => {
                    examination.bad_replacements.push(BadRecord { id, name, cause });
                }
                Err(other) => return Err(other),
            }
        }
        examination.audit = Some(audit::verify(connection, &keys).await?);
        Ok(examination)
    }

    fn modes(&self) -> Vec<FileMode> {
        let home = self.home();
        let folder = FileMode { path: home.to_owned(), mode: files::mode(home), expected: 0o700 };
        let inside = files::with_companions(&files::database_path(home)).into_iter().filter(|path| path.exists());
        std::iter::once(folder)
            .chain(inside.map(|path| FileMode { mode: files::mode(&path), path, expected: 0o600 }))
            .collect()
    }
}
