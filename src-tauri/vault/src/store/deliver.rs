//! Handing secrets to a program.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection, Executor, SqlStr, SqliteConnection};

use super::audit::{DELIVER, End, Entry, Next};
use super::sealed::{self, StoredSecrets, scope_text};
use super::{Held, Vault, launch, rows};
use crate::consumers::{ProcessMark, TELEPHONY};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, ConsumerId, CredentialId, CredentialRow, OrganisationId, Scope, SecretText};

/// Who gets credentials.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recipient<'a> {
    /// The program's name.
    pub program: &'a str,
    /// Its process, where that can be told from later ones.
    pub process: Option<&'a ProcessMark>,
    /// Id and name of the consumer that it is started for.
    pub consumer: Option<(ConsumerId, &'a str)>,
    /// The organisation on whose behalf it is started, where that is known.
    pub organisation: Option<OrganisationId>,
}

impl<'a> From<&'a str> for Recipient<'a> {
    fn from(program: &'a str) -> Self {
        Self { program, ..Self::default() }
    }
}

/// A credential and its opened fields.
pub type Opened = (CredentialRow, BTreeMap<String, SecretText>);

/// Makes of what was opened what is going to be handed out, and says whether it can be. It is called before anything is
/// written, and once more where it has to be opened again; after a no, nothing is written.
pub type Packing<'a> = &'a mut (dyn FnMut(Vec<Contents<'_>>) -> bool + Send);

/// A credential and its opened fields, before it is known whether they are handed out.
pub type Contents<'a> = (&'a CredentialRow, BTreeMap<String, SecretText>);

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
        Ok(Self { rows, sealed, log })
    }

    async fn read(connection: &mut SqliteConnection, ids: &[CredentialId]) -> Result<Self, VaultError> {
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let found = rows::read(connection, &texts).await?;
        let row = |id: &CredentialId| found.iter().find(|(row, _)| row.id == *id).map(|(row, _)| row.clone());
        let rows: Option<Vec<CredentialRow>> = ids.iter().map(row).collect();
        Self::of(connection, rows.ok_or(VaultError::NotFound("credential"))?).await
    }

    fn has_telephony(&self) -> bool {
        self.rows.iter().any(|row| row.types.iter().any(|one| one == TELEPHONY))
    }

    fn ids(&self) -> Vec<CredentialId> {
        self.rows.iter().map(|row| row.id).collect()
    }

    /// The names for the audit, without any value.
    fn names(&self, to: &Recipient<'_>) -> serde_json::Value {
        let name = |row: &CredentialRow| serde_json::json!({"id": row.id.to_string(), "name": row.name, "scope": scope_text(row.scope)});
        let mut names = serde_json::json!({"credentials": self.rows.iter().map(name).collect::<Vec<_>>()});
        if let (Some((id, name)), Some(names)) = (to.consumer, names.as_object_mut()) {
            names.insert("consumer".to_owned(), serde_json::json!({"id": id.to_string(), "name": name}));
        }
        names
    }

    /// Whose entry it is: that of the organisations whose credentials are handed out, and of the one on whose behalf.
    /// What is system-wide is shared by them, and decides only where nothing else is handed out.
    fn scope(&self, to: &Recipient<'_>) -> String {
        let on_behalf = to.organisation.map(Scope::Organisation);
        let all: BTreeSet<String> = self.rows.iter().map(|row| row.scope).chain(on_behalf).map(scope_text).collect();
        let organisations: Vec<&str> = all.iter().map(String::as_str).filter(|scope| *scope != "system").collect();
        match organisations.as_slice() {
            [] => all.into_iter().collect(),
            several => several.join(" "),
        }
    }
}

/// What a delivery begins with.
enum Prepared<'a> {
    /// All was read already.
    All(Parcel),
    /// It has to be read, and to be as usable as it was when it was chosen, where that is known.
    Nothing { ids: &'a [CredentialId], chosen: &'a [Usability] },
}

/// What says whether a credential may be used: switch, end, and whose keys its organisation uses.
#[derive(PartialEq, Eq)]
struct Usability(bool, Option<String>, bool);

impl Usability {
    fn of(row: &CredentialRow) -> Self {
        Self(row.enabled, row.expires_at.clone(), row.bundled)
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

    /// Opens all secrets of these credentials for a program, and gives them to `packing`. One audit entry, with the
    /// program's name and the credentials' names and neither arguments nor values, is committed before this comes back;
    /// where it fails, what `packing` made must not be handed out. What was changed since the parcel was prepared is delivered as it is now, unless
    /// the change is one that says whether it may be used.
    ///
    /// The commit does not wait for the disk, which would double the time to start a program: the entry survives a
    /// crash of any program, and a loss of power takes it away only together with the program that it was for.
    ///
    /// # Errors
    /// [`VaultError::LaunchStopped`] and [`VaultError::Conflict`] where it has to be chosen again;
    /// [`VaultError::Declined`] where `packing` said no; [`VaultError::Unreadable`] (the record is marked then), [`VaultError::NotFound`], [`VaultError::Locked`],
    /// [`VaultError::ReadOnly`], and whatever SQLite answers.
    pub async fn deliver_parcel(
        &self,
        parcel: Parcel,
        to: impl Into<Recipient<'_>>,
        by: &Author,
        packing: Packing<'_>,
    ) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let to = to.into();
        let mut connection = self.connection().await?;
        let ids = parcel.ids();
        let chosen: Vec<Usability> = parcel.rows.iter().map(Usability::of).collect();
        match self.take_out(&mut connection, &keys, Prepared::All(parcel), (&to, by), packing).await {
            // It was prepared before something was changed, and the change may be the very reason.
            Ok(false) | Err(VaultError::Unreadable { .. } | VaultError::Locked) => {}
            Ok(true) => return Ok(()),
            Err(other) => return Err(other),
        }
        let again = Prepared::Nothing { ids: &ids, chosen: &chosen };
        self.deliver_now(&mut connection, &keys, again, (&to, by), packing).await
    }

    /// Like [`Vault::deliver_parcel`], of which nothing was prepared.
    ///
    /// # Errors
    /// As there.
    pub async fn deliver(
        &self,
        ids: &[CredentialId],
        to: impl Into<Recipient<'_>>,
        by: &Author,
    ) -> Result<Vec<Opened>, VaultError> {
        let keys = self.keys()?;
        let to = to.into();
        let mut connection = self.connection().await?;
        let mut delivered = Vec::new();
        let mut packing = |opened: Vec<Contents<'_>>| {
            delivered = opened.into_iter().map(|(row, secrets)| (row.clone(), secrets)).collect();
            true
        };
        let prepared = Prepared::Nothing { ids, chosen: &[] };
        self.deliver_now(&mut connection, &keys, prepared, (&to, by), &mut packing).await?;
        Ok(delivered)
    }

    async fn deliver_now(
        &self,
        connection: &mut Held<'_>,
        keys: &OpenKeys,
        prepared: Prepared<'_>,
        whom: (&Recipient<'_>, &Author),
        packing: Packing<'_>,
    ) -> Result<(), VaultError> {
        let delivered = self.take_out(connection, keys, prepared, whom, packing).await;
        if let Err(VaultError::Unreadable { id, .. }) = &delivered {
            sealed::mark_unreadable(connection, *id, true).await?;
        }
        if delivered? { Ok(()) } else { Err(VaultError::Damaged("what was read is not what is changed".to_owned())) }
    }

    /// Opens and writes in one transaction. Says whether the parcel was as the vault is now; otherwise nothing is
    /// written.
    async fn take_out(
        &self,
        connection: &mut Held<'_>,
        keys: &OpenKeys,
        prepared: Prepared<'_>,
        (to, by): (&Recipient<'_>, &Author),
        packing: Packing<'_>,
    ) -> Result<bool, VaultError> {
        // Before the write lock, where there is something to open already; the database's thread compiles meanwhile what is
        // going to be written.
        if let Prepared::All(parcel) = &prepared {
            let compiling = connection.prepare(SqlStr::from_static(include_str!("deliver.sql")));
            let (compiled, packed) = tokio::join!(biased; compiling, async { pack(keys, parcel, packing) });
            packed?;
            compiled?;
        }
        self.relax();
        let mut tx = connection.begin_with("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await?;
        let parcel = match prepared {
            Prepared::All(parcel) => parcel,
            Prepared::Nothing { ids, chosen } => {
                let parcel = Parcel::read(&mut tx, ids).await?;
                let other = parcel.rows.iter().zip(chosen).find(|(row, chosen)| Usability::of(row) != **chosen);
                if let Some((row, _)) = other {
                    return Err(VaultError::Conflict { stored: row.revision });
                }
                pack(keys, &parcel, packing)?;
                parcel
            }
        };
        let (detail, scope) = (parcel.names(to), parcel.scope(to));
        let entry = Entry { action: DELIVER, kind: "program", id: "", name: to.program, scope: &scope, detail };
        let next = parcel.log.next(keys, by, entry);
        if !write(&mut tx, &parcel, to, &next).await? {
            let stopped = launch::read(&mut tx).await?.is_some();
            tx.rollback().await?;
            if stopped && parcel.has_telephony() {
                return Err(VaultError::LaunchStopped);
            }
            return Ok(false);
        }
        // What opened is readable. Not in the statement above: a list is kept of what is not, and the triggers for it
        // would be compiled at every start of a program.
        for row in parcel.rows.iter().filter(|row| row.unreadable) {
            sealed::mark_unreadable(&mut tx, row.id, false).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// Opens what was read, for what is made of it.
fn pack(
    keys: &OpenKeys,
    parcel: &Parcel,
    packing: &mut (dyn FnMut(Vec<Contents<'_>>) -> bool + Send),
) -> Result<(), VaultError> {
    let opened = sealed::open_stored(keys, &parcel.sealed)?;
    let packed = packing(parcel.rows.iter().zip(opened).collect());
    if packed { Ok(()) } else { Err(VaultError::Declined) }
}

/// Notes the use of each credential, who got it, and the audit entry, if telephony is not stopped and the credentials and
/// the log are still as they were read. Says whether they were; if not, the caller has to roll back. One call of the
/// database, because `run` waits for it.
async fn write(
    tx: &mut SqliteConnection,
    parcel: &Parcel,
    to: &Recipient<'_>,
    next: &Next<'_>,
) -> Result<bool, VaultError> {
    let known: BTreeMap<String, u32> = parcel.rows.iter().map(|row| (row.id.to_string(), row.revision)).collect();
    let revisions = serde_json::json!(known).to_string();
    let (chain, entry) = (next.chain.as_slice(), &next.entry);
    // No process has the number 0, and no consumer the empty id.
    let (process, started) = to.process.map_or((0, ""), |process| (process.id, process.started.as_str()));
    let consumer = to.consumer.map(|(id, _)| id.to_string()).unwrap_or_default();
    let consumer_name = to.consumer.map(|(_, name)| name);
    let done = sqlx::query_file!(
        "src/store/deliver.sql",
        next.at,
        revisions,
        TELEPHONY,
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
        parcel.log.head,
        to.program,
        next.at,
        revisions,
        process,
        started,
        next.at,
        next.author,
        to.program,
        consumer_name,
        revisions,
        process,
        next.at,
        consumer
    )
    .execute(tx)
    .await?;
    // One row for each credential and two for the audit; then what is noted of the recipient. A consumer that was
    // deleted meanwhile is no reason to start all over: what it used was resolved while it was there.
    let noted = known.len() as u64 + u64::from(process > 0);
    let expected = known.len() as u64 + 2 + noted;
    Ok((expected..=expected + u64::from(!consumer.is_empty())).contains(&done.rows_affected()))
}
