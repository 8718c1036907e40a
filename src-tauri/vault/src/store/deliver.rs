//! Handing secrets to a program.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection, Executor, SqlSafeStr, SqliteConnection};

use super::audit::{DELIVER, End, Entry, Next};
use super::sealed::{self, StoredSecrets};
use super::{Held, Vault, rows};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, CredentialId, CredentialRow, SecretText};

type Delivered = Vec<(CredentialRow, BTreeMap<String, SecretText>)>;

/// Credentials on their way to a program: read and still sealed.
pub struct Parcel {
    rows: Vec<CredentialRow>,
    sealed: Vec<StoredSecrets>,
    log: End,
}

impl Parcel {
    /// Whatever changes after the rows were read, [`write`] notices: so they have to be read first.
    async fn of(connection: &mut SqliteConnection, rows: Vec<CredentialRow>) -> Result<Self, VaultError> {
        let ids: Vec<CredentialId> = rows.iter().map(|row| row.id).collect();
        let sealed = sealed::read_all(connection, &ids).await?;
        let log = End::read(&mut *connection).await?;
        // Compiled now, kept by the connection; where this fails, so does its use.
        let _ = connection.prepare(include_str!("deliver.sql").into_sql_str()).await;
        Ok(Self { rows, sealed, log })
    }

    async fn read(connection: &mut SqliteConnection, ids: &[CredentialId]) -> Result<Self, VaultError> {
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let found = rows::read(connection, &texts).await?;
        let row = |id: &CredentialId| found.iter().find(|(row, _)| row.id == *id).map(|(row, _)| row.clone());
        let rows: Option<Vec<CredentialRow>> = ids.iter().map(row).collect();
        Self::of(connection, rows.ok_or(VaultError::NotFound("credential"))?).await
    }

    fn ids(&self) -> Vec<CredentialId> {
        self.rows.iter().map(|row| row.id).collect()
    }

    /// The names for the audit, without any value.
    fn names(&self) -> serde_json::Value {
        let name = |row: &CredentialRow| serde_json::json!({"id": row.id.to_string(), "name": row.name, "scope": sealed::scope_text(row.scope)});
        serde_json::json!({"credentials": self.rows.iter().map(name).collect::<Vec<_>>()})
    }

    /// Whose entry it is: that of the organisations whose credentials are handed out. What is system-wide is shared
    /// by them, and decides only where nothing else is handed out.
    fn scope(&self) -> String {
        let all: BTreeSet<String> = self.rows.iter().map(|row| sealed::scope_text(row.scope)).collect();
        let organisations: Vec<&str> = all.iter().map(String::as_str).filter(|scope| *scope != "system").collect();
        match organisations.as_slice() {
            [] => all.into_iter().collect(),
            several => several.join(" "),
        }
    }
}

impl Vault {
    /// Reads what [`Vault::deliver_parcel`] will open, as far as this goes without the key: so it can be done while a
    /// keychain is still looking for it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and whatever SQLite answers.
    pub async fn prepare_parcel(&self, rows: Vec<CredentialRow>) -> Result<Parcel, VaultError> {
        let mut connection = self.connection().await?;
        Parcel::of(&mut connection, rows).await
    }

    /// Opens all secrets of these credentials for a program. One audit entry, with the program's name and the
    /// credentials' names and neither arguments nor values, is committed before anything is handed out; when it
    /// cannot be written, nothing is. What was changed since the parcel was prepared is delivered as it is now.
    ///
    /// The commit does not wait for the disk, which would double the time to start a program: the entry survives a
    /// crash of any program, and a loss of power takes it away only together with the program that it was for.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] (the record is marked then), [`VaultError::NotFound`], [`VaultError::Locked`],
    /// [`VaultError::ReadOnly`], and whatever SQLite answers.
    pub async fn deliver_parcel(&self, parcel: Parcel, program: &str, by: &Author) -> Result<Delivered, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let ids = parcel.ids();
        match self.take_out(&mut connection, &keys, Some(parcel), &ids, program, by).await {
            // It was prepared before something was changed, and the change may be the very reason.
            Ok(None) | Err(VaultError::Unreadable { .. } | VaultError::Locked) => {}
            Ok(Some(delivered)) => return Ok(delivered),
            Err(other) => return Err(other),
        }
        self.deliver_now(&mut connection, &keys, &ids, program, by).await
    }

    /// Like [`Vault::deliver_parcel`], of which nothing was prepared.
    ///
    /// # Errors
    /// As there.
    pub async fn deliver(&self, ids: &[CredentialId], program: &str, by: &Author) -> Result<Delivered, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        self.deliver_now(&mut connection, &keys, ids, program, by).await
    }

    async fn deliver_now(
        &self,
        connection: &mut Held<'_>,
        keys: &OpenKeys,
        ids: &[CredentialId],
        program: &str,
        by: &Author,
    ) -> Result<Delivered, VaultError> {
        let delivered = self.take_out(connection, keys, None, ids, program, by).await;
        if let Err(VaultError::Unreadable { id, .. }) = &delivered {
            sealed::mark_unreadable(connection, *id, true).await?;
        }
        delivered?.ok_or_else(|| VaultError::Damaged("what was read is not what is changed".to_owned()))
    }

    /// Opens and writes in one transaction. Nothing comes back where the parcel is not as the vault is now.
    async fn take_out(
        &self,
        connection: &mut Held<'_>,
        keys: &OpenKeys,
        parcel: Option<Parcel>,
        ids: &[CredentialId],
        program: &str,
        by: &Author,
    ) -> Result<Option<Delivered>, VaultError> {
        // Before the write lock, where there is something to open already.
        let opened = match &parcel {
            Some(parcel) => Some(sealed::open_stored(keys, &parcel.sealed)?),
            None => None,
        };
        self.relax();
        let mut tx = connection.begin_with("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await?;
        let parcel = match parcel {
            Some(parcel) => parcel,
            None => Parcel::read(&mut tx, ids).await?,
        };
        let opened = match opened {
            Some(opened) => opened,
            None => sealed::open_stored(keys, &parcel.sealed)?,
        };
        let (detail, scope) = (parcel.names(), parcel.scope());
        let entry = Entry { action: DELIVER, kind: "program", id: "", name: program, scope: &scope, detail };
        let next = parcel.log.next(keys, by, entry);
        if !write(&mut tx, &parcel, &next).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        tx.commit().await?;
        let mut rows = parcel.rows;
        for row in &mut rows {
            row.revision = row.revision.saturating_add(1);
            row.unreadable = false;
            row.last_used_at = Some(next.at.clone());
            row.updated_at.clone_from(&next.at);
        }
        Ok(Some(rows.into_iter().zip(opened).collect()))
    }
}

/// Notes the use of each credential and the audit entry, if the credentials and the log are still as they were read.
/// Says whether they were; if not, the caller has to roll back. One call of the database, because `run` waits for it.
async fn write(tx: &mut SqliteConnection, parcel: &Parcel, next: &Next<'_>) -> Result<bool, VaultError> {
    let known: BTreeMap<String, u32> = parcel.rows.iter().map(|row| (row.id.to_string(), row.revision)).collect();
    let revisions = serde_json::json!(known).to_string();
    let (chain, entry) = (next.chain.as_slice(), &next.entry);
    let done = sqlx::query_file!(
        "src/store/deliver.sql",
        next.at,
        next.at,
        revisions,
        next.sequence,
        next.at,
        next.author_id,
        next.author,
        entry.action,
        entry.kind,
        entry.id,
        entry.name,
        entry.scope,
        next.detail,
        chain,
        parcel.log.length,
        parcel.log.head,
        next.sequence,
        next.head,
        parcel.log.length,
        parcel.log.head
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == known.len() as u64 + 2)
}
