//! Global launch: whether telephony is delivered, and which programs run with what was.

use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::rows::parse_scope;
use super::{Vault, now, small};
use crate::consumers::{DeletedRow, ProcessMark, RunningRow, StopRow};
use crate::error::VaultError;
use crate::model::{Author, CredentialId};

impl Vault {
    /// The stop of all telephony deliveries, while there is one.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn launch_stop(&self) -> Result<Option<StopRow>, VaultError> {
        let mut connection = self.connection().await?;
        read(&mut connection).await
    }

    /// Stops all telephony deliveries: whoever is about to get one gets none once this is answered.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] without a reason or with an overlong one, [`VaultError::Locked`], and whatever SQLite
    /// answers.
    pub async fn stop_launch(&self, reason: &str, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let reason = super::clean_name(reason)
            .map_err(|_| VaultError::Invalid("a reason has between 1 and 200 characters, and no line breaks"))?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        if read(&mut tx).await?.is_some() {
            tx.rollback().await?;
            return Ok(());
        }
        let at = now();
        sqlx::query!(
            "UPDATE launch SET stopped_at = ?, stopped_by = ?, reason = ?, revision = revision + 1, updated_at = ?",
            at,
            by.name,
            reason,
            at
        )
        .execute(&mut *tx)
        .await?;
        let detail = serde_json::json!({"reason": reason});
        let entry = Entry { action: "launch.stop", kind: "launch", id: "", name: "global launch", scope: "", detail };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Delivers telephony again.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn resume_launch(&self, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let Some(stop) = read(&mut tx).await? else {
            tx.rollback().await?;
            return Ok(());
        };
        let at = now();
        sqlx::query!(
            "UPDATE launch SET stopped_at = NULL, stopped_by = NULL, reason = NULL, revision = revision + 1, updated_at = ?",
            at
        )
        .execute(&mut *tx)
        .await?;
        let detail = serde_json::json!({"stopped_at": stop.at, "stopped_by": stop.by});
        let entry = Entry { action: "launch.resume", kind: "launch", id: "", name: "global launch", scope: "", detail };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Processes that got something and were not yet found ended, the newest first.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn running(&self) -> Result<Vec<RunningRow>, VaultError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query!(
            "SELECT process, started, at, person, program, consumer, credentials FROM running ORDER BY at DESC, process"
        )
        .fetch_all(&mut *connection)
        .await?;
        rows.into_iter()
            .map(|row| {
                let ids: Vec<String> = serde_json::from_str(&row.credentials)
                    .map_err(|_| VaultError::Damaged("the list of running programs".to_owned()))?;
                Ok(RunningRow {
                    process: ProcessMark { id: small(row.process), started: row.started },
                    at: row.at,
                    person: row.person,
                    program: row.program,
                    consumer: row.consumer,
                    credentials: ids.iter().filter_map(|id| CredentialId::parse(id)).collect(),
                })
            })
            .collect()
    }

    /// What is still known of those of these credentials that were deleted.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn deleted_credentials(&self, ids: &[CredentialId]) -> Result<Vec<DeletedRow>, VaultError> {
        let wanted = serde_json::json!(ids.iter().map(ToString::to_string).collect::<Vec<_>>()).to_string();
        let mut connection = self.connection().await?;
        let rows = sqlx::query!(
            "SELECT t.id, t.scope, e.object_name AS \"name?: String\", json_extract(e.detail, '$.provider') AS \"provider?: String\"
             FROM json_each(?) w JOIN tombstone t ON t.id = w.value AND t.kind = 'credential'
             LEFT JOIN audit_entry e ON e.object_kind = 'credential' AND e.object_id = t.id
                AND e.action = 'credential.delete'",
            wanted
        )
        .fetch_all(&mut *connection)
        .await?;
        let damaged = || VaultError::Damaged("the note of a deletion".to_owned());
        rows.into_iter()
            .map(|row| {
                Ok(DeletedRow {
                    id: CredentialId::parse(&row.id).ok_or_else(damaged)?,
                    scope: parse_scope(&row.scope).ok_or_else(damaged)?,
                    last: row.name.zip(row.provider),
                })
            })
            .collect()
    }

    /// Forgets processes that have ended. Needs no key and writes no audit entry: the delivery has one.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn forget_running(&self, ended: &[ProcessMark]) -> Result<(), VaultError> {
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        for one in ended {
            sqlx::query!("DELETE FROM running WHERE process = ? AND started = ?", one.id, one.started)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Option<StopRow>, VaultError> {
    let row = sqlx::query!("SELECT stopped_at, stopped_by, reason FROM launch WHERE one = 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.and_then(|row| {
        Some(StopRow {
            at: row.stopped_at?,
            by: row.stopped_by.unwrap_or_default(),
            reason: row.reason.unwrap_or_default(),
        })
    }))
}
