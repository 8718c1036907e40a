//! People and organisations.

use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::{Vault, clean_name, fold, now, sealed, small};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, OrganisationId, OrganisationRow, PersonId, PersonRow};

impl Vault {
    /// The person who made the vault.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the row is gone, and whatever SQLite answers.
    pub async fn owner(&self) -> Result<PersonRow, VaultError> {
        let mut connection = self.connection().await?;
        let row = sqlx::query!("SELECT id, name, super_admin FROM person WHERE owner = 1 ORDER BY id LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?
            .ok_or_else(|| VaultError::Damaged("nobody owns the vault".to_owned()))?;
        Ok(PersonRow {
            id: PersonId::parse(&row.id).ok_or_else(|| VaultError::Damaged("a person's id is not one".to_owned()))?,
            name: row.name,
            super_admin: row.super_admin != 0,
        })
    }

    /// All organisations by name.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn organisations(&self) -> Result<Vec<OrganisationRow>, VaultError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query!(
            "SELECT o.id, o.name, (SELECT COUNT(*) FROM credential c WHERE c.scope = o.id) AS \"credentials!: i64\"
             FROM organisation o ORDER BY o.name_folded, o.id"
        )
        .fetch_all(&mut *connection)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(OrganisationRow {
                    id: OrganisationId::parse(&row.id)
                        .ok_or_else(|| VaultError::Damaged("an organisation's id is not one".to_owned()))?,
                    name: row.name,
                    credentials: small(row.credentials),
                })
            })
            .collect()
    }

    /// Makes an organisation and its scope key.
    ///
    /// # Errors
    /// [`VaultError::DuplicateName`], [`VaultError::Invalid`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn create_organisation(&self, name: &str, by: &Author) -> Result<OrganisationRow, VaultError> {
        let keys = self.keys()?;
        let name = clean_name(name)?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let row = insert_organisation(&mut tx, &keys, &name, by).await?;
        tx.commit().await?;
        Ok(row)
    }
}

/// Writes an organisation, its scope and the audit entry.
pub(super) async fn insert_organisation(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    name: &str,
    by: &Author,
) -> Result<OrganisationRow, VaultError> {
    let folded = fold(name);
    let taken = sqlx::query_scalar!("SELECT COUNT(*) FROM organisation WHERE name_folded = ?", folded)
        .fetch_one(&mut *tx)
        .await?;
    // `system` is what callers name the scope that belongs to no organisation.
    if taken > 0 || folded == "system" {
        return Err(VaultError::DuplicateName(name.to_owned()));
    }
    let organisation = OrganisationId::make();
    let (id, at) = (organisation.to_string(), now());
    sealed::create_scope(tx, keys, &id, &at).await?;
    sqlx::query!(
        "INSERT INTO organisation (id, name, name_folded, created_at, revision, updated_at) VALUES (?, ?, ?, ?, 1, ?)",
        id,
        name,
        folded,
        at,
        at
    )
    .execute(&mut *tx)
    .await?;
    let entry = Entry {
        action: "organisation.create",
        kind: "organisation",
        id: &id,
        name,
        scope: &id,
        detail: serde_json::json!({}),
    };
    audit::append(tx, keys, by, entry).await?;
    Ok(OrganisationRow { id: organisation, name: name.to_owned(), credentials: 0 })
}
