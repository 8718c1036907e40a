//! People and organisations.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::audit::{self, Entry};
use super::{Vault, clean_name, fold, now, sealed, settings, small};
use crate::consumers::{KeyOwner, ReadyRow};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{
    ActingRow, Author, OrganisationId, OrganisationRole, OrganisationRow, PersonChange, PersonId, PersonRow,
};

impl Vault {
    /// The person who made the vault.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the row is gone, and whatever SQLite answers.
    pub async fn owner(&self) -> Result<PersonRow, VaultError> {
        let owner = self.people().await?.into_iter().find(|person| person.owner);
        owner.ok_or_else(|| VaultError::Damaged("nobody owns the vault".to_owned()))
    }

    /// Who acts: that person, or the one at this computer, who is the owner unless another was chosen. One
    /// statement, because `run` waits for it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] for a person who is gone, and whatever SQLite answers.
    pub async fn acting(&self, person: Option<PersonId>) -> Result<ActingRow, VaultError> {
        let wanted = person.map(|id| id.to_string());
        let mut connection = self.connection().await?;
        let row = sqlx::query!(
            "SELECT p.id, p.name, p.super_admin, p.owner,
                (SELECT json_group_object(r.organisation_id, r.role) FROM role r WHERE r.person_id = p.id) AS \"roles!: String\",
                (SELECT CASE WHEN COUNT(*) FILTER (WHERE o.archived_at IS NOT NULL) > 0
                    THEN json_group_array(o.id) FILTER (WHERE o.archived_at IS NULL) END
                 FROM organisation o) AS \"open: String\"
             FROM person p
             WHERE p.id = COALESCE(?, (SELECT value FROM setting WHERE key = 'person'),
                (SELECT id FROM person WHERE owner = 1 ORDER BY id LIMIT 1))",
            wanted
        )
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(VaultError::NotFound("person"))?;
        let open: Option<Vec<String>> =
            row.open.as_deref().map(serde_json::from_str).transpose().map_err(|_| not_an_id())?;
        let open: Option<Vec<OrganisationId>> =
            open.map(|ids| ids.iter().map(|id| organisation_id(id)).collect()).transpose()?;
        let mut person = person_row(&row.id, row.name, row.super_admin, row.owner, &row.roles)?;
        let mut resting = Vec::new();
        if let Some(open) = &open {
            resting.extend(person.roles.keys().copied().filter(|id| !open.contains(id)));
            person.roles.retain(|id, _| open.contains(id));
        }
        Ok(ActingRow { person, open, resting })
    }

    /// All people by name, with their roles.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn people(&self) -> Result<Vec<PersonRow>, VaultError> {
        let mut connection = self.connection().await?;
        read_people(&mut connection).await
    }

    /// Writes a person down.
    ///
    /// # Errors
    /// [`VaultError::DuplicateName`], [`VaultError::Invalid`], [`VaultError::NotFound`] (organisation),
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn create_person(
        &self,
        name: &str,
        super_admin: bool,
        roles: &BTreeMap<OrganisationId, OrganisationRole>,
        by: &Author,
    ) -> Result<PersonRow, VaultError> {
        let keys = self.keys()?;
        let name = clean_name(name)?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        refuse_taken_person(&mut tx, &name, None).await?;
        let (id, at) = (PersonId::make(), now());
        let id_text = id.to_string();
        sqlx::query!(
            "INSERT INTO person (id, name, super_admin, owner, created_at, revision, updated_at) VALUES (?, ?, ?, 0, ?, 1, ?)",
            id_text, name, super_admin, at, at
        )
        .execute(&mut *tx)
        .await?;
        write_roles(&mut tx, &id_text, roles, &at).await?;
        let detail = serde_json::json!({"super_admin": super_admin, "roles": roles_json(roles)});
        let entry = Entry { action: "person.create", kind: "person", id: &id_text, name: &name, scope: "", detail };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(PersonRow { id, name, super_admin, owner: false, roles: roles.clone() })
    }

    /// Changes a person's name or roles. The owner stays a super admin, so that there always is one.
    ///
    /// # Errors
    /// [`VaultError::DuplicateName`], [`VaultError::Invalid`], [`VaultError::NotFound`], [`VaultError::Locked`], and
    /// whatever SQLite answers.
    pub async fn change_person(
        &self,
        id: PersonId,
        change: PersonChange,
        by: &Author,
    ) -> Result<PersonRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let mut person = one_person(&mut tx, id).await?;
        if person.owner && change.super_admin == Some(false) {
            return Err(VaultError::Invalid("the owner of the vault stays a super admin"));
        }
        if let Some(name) = &change.name {
            person.name = clean_name(name)?;
            refuse_taken_person(&mut tx, &person.name, Some(id)).await?;
        }
        person.super_admin = change.super_admin.unwrap_or(person.super_admin);
        let (id_text, at) = (id.to_string(), now());
        sqlx::query!(
            "UPDATE person SET name = ?, super_admin = ?, revision = revision + 1, updated_at = ? WHERE id = ?",
            person.name,
            person.super_admin,
            at,
            id_text
        )
        .execute(&mut *tx)
        .await?;
        if let Some(roles) = change.roles {
            sqlx::query!("DELETE FROM role WHERE person_id = ?", id_text).execute(&mut *tx).await?;
            write_roles(&mut tx, &id_text, &roles, &at).await?;
            person.roles = roles;
        }
        let detail = serde_json::json!({"super_admin": person.super_admin, "roles": roles_json(&person.roles)});
        let entry =
            Entry { action: "person.change", kind: "person", id: &id_text, name: &person.name, scope: "", detail };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Removes a person with all roles. What they did stays in the audit under their name.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for the owner and for the person at this computer, [`VaultError::NotFound`],
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn remove_person(&self, id: PersonId, by: &Author) -> Result<PersonRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let person = one_person(&mut tx, id).await?;
        let (id_text, at) = (id.to_string(), now());
        let here =
            sqlx::query_scalar!("SELECT value FROM setting WHERE key = 'person'").fetch_optional(&mut *tx).await?;
        if person.owner {
            return Err(VaultError::Invalid("the owner of the vault cannot be removed"));
        }
        if here.as_deref() == Some(id_text.as_str()) {
            return Err(VaultError::Invalid("the person at this computer cannot be removed"));
        }
        sqlx::query!("DELETE FROM person WHERE id = ?", id_text).execute(&mut *tx).await?;
        sqlx::query!(
            "INSERT INTO tombstone (id, kind, scope, revision, deleted_at) VALUES (?, 'person', '', 1, ?)",
            id_text,
            at
        )
        .execute(&mut *tx)
        .await?;
        let detail = serde_json::json!({});
        let entry =
            Entry { action: "person.remove", kind: "person", id: &id_text, name: &person.name, scope: "", detail };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Says who is at this computer from now on.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn use_person(&self, id: PersonId, by: &Author) -> Result<PersonRow, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (person, id_text) = (one_person(&mut tx, id).await?, id.to_string());
        settings::put(&mut tx, "person", &id_text).await?;
        let detail = serde_json::json!({});
        let entry = Entry { action: "person.use", kind: "person", id: &id_text, name: &person.name, scope: "", detail };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// All organisations by name, archived ones too.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn organisations(&self) -> Result<Vec<OrganisationRow>, VaultError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query!(
            "SELECT o.id, o.name, o.archived_at, o.mode, o.ready_kit, o.ready_at, o.ready_by,
                (SELECT COUNT(*) FROM list_entry e JOIN list_word w ON w.code = e.scope WHERE w.word = o.id)
                    AS \"credentials!: i64\"
             FROM organisation o ORDER BY o.name_folded, o.id"
        )
        .fetch_all(&mut *connection)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(OrganisationRow {
                    id: organisation_id(&row.id)?,
                    name: row.name,
                    credentials: small(row.credentials),
                    archived_at: row.archived_at,
                    mode: KeyOwner::from_id(&row.mode),
                    ready: row.ready_at.map(|at| ReadyRow {
                        kit: row.ready_kit.unwrap_or_default(),
                        at,
                        by: row.ready_by.unwrap_or_default(),
                    }),
                })
            })
            .collect()
    }

    /// The organisation with this id, or else the first with this name.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn organisation_called(&self, text: &str) -> Result<Option<OrganisationId>, VaultError> {
        let folded = fold(text.trim());
        let mut connection = self.connection().await?;
        let id = sqlx::query_scalar!(
            "SELECT id FROM organisation WHERE id = ?1 OR name_folded = ?2 ORDER BY id <> ?1, id LIMIT 1",
            text,
            folded
        );
        id.fetch_optional(&mut *connection).await?.as_deref().map(organisation_id).transpose()
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

    /// Gives an organisation another name.
    ///
    /// # Errors
    /// [`VaultError::DuplicateName`], [`VaultError::Invalid`], [`VaultError::NotFound`], [`VaultError::Locked`], and
    /// whatever SQLite answers.
    pub async fn rename_organisation(&self, id: OrganisationId, name: &str, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let name = clean_name(name)?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (id_text, at, folded) = (id.to_string(), now(), fold(&name));
        refuse_taken_organisation(&mut tx, &name, &id_text).await?;
        let changed = sqlx::query!(
            "UPDATE organisation SET name = ?, name_folded = ?, revision = revision + 1, updated_at = ? WHERE id = ?",
            name,
            folded,
            at,
            id_text
        )
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(VaultError::NotFound("organisation"));
        }
        let entry = Entry {
            action: "organisation.rename",
            kind: "organisation",
            id: &id_text,
            name: &name,
            scope: &id_text,
            detail: serde_json::json!({}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts an organisation away, or takes it back. Nothing of it is lost.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn archive_organisation(&self, id: OrganisationId, archive: bool, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = super::begin(&mut connection).await?;
        let (id_text, at) = (id.to_string(), now());
        let stored = sqlx::query!("SELECT name, archived_at FROM organisation WHERE id = ?", id_text)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(VaultError::NotFound("organisation"))?;
        if stored.archived_at.is_some() == archive {
            tx.rollback().await?;
            return Ok(());
        }
        let archived_at = archive.then_some(at.as_str());
        sqlx::query!(
            "UPDATE organisation SET archived_at = ?, revision = revision + 1, updated_at = ? WHERE id = ?",
            archived_at,
            at,
            id_text
        )
        .execute(&mut *tx)
        .await?;
        let entry = Entry {
            action: if archive { "organisation.archive" } else { "organisation.restore" },
            kind: "organisation",
            id: &id_text,
            name: &stored.name,
            scope: &id_text,
            detail: serde_json::json!({}),
        };
        audit::append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn not_an_id() -> VaultError {
    VaultError::Damaged("an organisation's id is not one".to_owned())
}

fn organisation_id(text: &str) -> Result<OrganisationId, VaultError> {
    OrganisationId::parse(text).ok_or_else(not_an_id)
}

fn person_row(id: &str, name: String, super_admin: i64, owner: i64, roles: &str) -> Result<PersonRow, VaultError> {
    let roles: BTreeMap<String, String> = serde_json::from_str(roles).map_err(|_| not_an_id())?;
    let role = |(id, role): (String, String)| {
        let role = if role == "admin" { OrganisationRole::Admin } else { OrganisationRole::Member };
        Ok((organisation_id(&id)?, role))
    };
    Ok(PersonRow {
        id: PersonId::parse(id).ok_or_else(|| VaultError::Damaged("a person's id is not one".to_owned()))?,
        name,
        super_admin: super_admin != 0,
        owner: owner != 0,
        roles: roles.into_iter().map(role).collect::<Result<_, VaultError>>()?,
    })
}

async fn read_people(connection: &mut SqliteConnection) -> Result<Vec<PersonRow>, VaultError> {
    let rows = sqlx::query!(
        "SELECT p.id, p.name, p.super_admin, p.owner,
            (SELECT json_group_object(r.organisation_id, r.role) FROM role r WHERE r.person_id = p.id) AS \"roles!: String\"
         FROM person p ORDER BY p.name COLLATE NOCASE, p.id"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| person_row(&row.id, row.name, row.super_admin, row.owner, &row.roles)).collect()
}

async fn one_person(tx: &mut SqliteConnection, id: PersonId) -> Result<PersonRow, VaultError> {
    let people = read_people(tx).await?;
    people.into_iter().find(|person| person.id == id).ok_or(VaultError::NotFound("person"))
}

async fn refuse_taken_person(tx: &mut SqliteConnection, name: &str, own: Option<PersonId>) -> Result<(), VaultError> {
    let folded = fold(name);
    let taken = read_people(tx).await?.iter().any(|person| fold(&person.name) == folded && Some(person.id) != own);
    if taken { Err(VaultError::DuplicateName(name.to_owned())) } else { Ok(()) }
}

fn roles_json(roles: &BTreeMap<OrganisationId, OrganisationRole>) -> serde_json::Value {
    roles.iter().map(|(id, role)| (id.to_string(), serde_json::Value::from(role_text(*role)))).collect()
}

fn role_text(role: OrganisationRole) -> &'static str {
    match role {
        OrganisationRole::Admin => "admin",
        OrganisationRole::Member => "member",
    }
}

async fn write_roles(
    tx: &mut SqliteConnection,
    person: &str,
    roles: &BTreeMap<OrganisationId, OrganisationRole>,
    at: &str,
) -> Result<(), VaultError> {
    for (organisation, role) in roles {
        let (organisation, role) = (organisation.to_string(), role_text(*role));
        let known = sqlx::query_scalar!("SELECT COUNT(*) FROM organisation WHERE id = ?", organisation)
            .fetch_one(&mut *tx)
            .await?;
        if known == 0 {
            return Err(VaultError::NotFound("organisation"));
        }
        sqlx::query!(
            "INSERT INTO role (person_id, organisation_id, role, created_at, revision, updated_at) VALUES (?, ?, ?, ?, 1, ?)",
            person, organisation, role, at, at
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Refuses a name that another organisation has, archived or not.
async fn refuse_taken_organisation(tx: &mut SqliteConnection, name: &str, own: &str) -> Result<(), VaultError> {
    let folded = fold(name);
    let taken = sqlx::query_scalar!("SELECT COUNT(*) FROM organisation WHERE name_folded = ? AND id <> ?", folded, own)
        .fetch_one(tx)
        .await?;
    // `system` is what callers name the scope that belongs to no organisation.
    if taken > 0 || folded == "system" { Err(VaultError::DuplicateName(name.to_owned())) } else { Ok(()) }
}

/// Writes an organisation, its scope and the audit entry.
pub(super) async fn insert_organisation(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    name: &str,
    by: &Author,
) -> Result<OrganisationRow, VaultError> {
    refuse_taken_organisation(tx, name, "").await?;
    let folded = fold(name);
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
    Ok(OrganisationRow {
        id: organisation,
        name: name.to_owned(),
        credentials: 0,
        archived_at: None,
        mode: KeyOwner::default(),
        ready: None,
    })
}
