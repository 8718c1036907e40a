//! Handing secrets to a program.

use std::collections::{BTreeMap, HashMap};

use sqlx::{Connection, SqliteConnection};

use super::audit::{self, Entry};
use super::{Vault, now, rows, sealed};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, CredentialId, CredentialRow, SecretText};

type Delivered = Vec<(CredentialRow, BTreeMap<String, SecretText>)>;

impl Vault {
    /// Opens all secrets of these credentials for a program. One audit entry, with the program's name and the
    /// credentials' names and neither arguments nor values, is committed before anything is handed out; when it
    /// cannot be written, nothing is.
    ///
    /// The commit does not wait for the disk, which would double the time to start a program: the entry survives a
    /// crash of any program, and a loss of power takes it away only together with the program that it was for.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] (the record is marked then), [`VaultError::NotFound`], [`VaultError::Locked`],
    /// [`VaultError::ReadOnly`], and whatever SQLite answers.
    pub async fn deliver(&self, ids: &[CredentialId], program: &str, by: &Author) -> Result<Delivered, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        self.relax();
        let delivered = take_out(&mut connection, &keys, ids, program, by).await;
        if let Err(VaultError::Unreadable { id, .. }) = &delivered {
            sealed::mark_unreadable(&mut connection, *id, true).await?;
        }
        delivered
    }
}

async fn take_out(
    connection: &mut SqliteConnection,
    keys: &OpenKeys,
    ids: &[CredentialId],
    program: &str,
    by: &Author,
) -> Result<Delivered, VaultError> {
    let mut tx = connection.begin_with("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await?;
    let at = now();
    let opened = sealed::open_several(&mut tx, keys, ids).await?;
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let wanted = serde_json::json!(texts).to_string();
    sqlx::query!(
        "UPDATE credential SET last_used_at = ?, unreadable = 0, revision = revision + 1, updated_at = ?
         WHERE id IN (SELECT value FROM json_each(?))",
        at,
        at,
        wanted
    )
    .execute(&mut *tx)
    .await?;
    let rows: HashMap<CredentialId, CredentialRow> =
        rows::read(&mut tx, &texts).await?.into_iter().map(|(row, _)| (row.id, row)).collect();
    let mut delivered = Vec::with_capacity(ids.len());
    let mut names = Vec::with_capacity(ids.len());
    for (id, secrets) in ids.iter().zip(opened) {
        let row = rows.get(id).cloned().ok_or(VaultError::NotFound("credential"))?;
        names.push(serde_json::json!({"id": id.to_string(), "name": row.name}));
        delivered.push((row, secrets));
    }
    let detail = serde_json::json!({"credentials": names});
    let entry = Entry { action: "credential.deliver", kind: "program", id: "", name: program, scope: "", detail };
    audit::append(&mut tx, keys, by, entry).await?;
    tx.commit().await?;
    Ok(delivered)
}
