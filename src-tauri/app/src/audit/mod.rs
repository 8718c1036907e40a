//! The audit: reading it, verifying it, exporting it, and how long it is kept.

mod export;
mod refusals;
mod verify;
mod words;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use strongroom_vault::{
    AuditGroup as Group, AuditQuery, AuditReach, AuditRow, CredentialId, KeychainStatus, PersonId, Vault, VaultError,
};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::keys::probe;
use crate::strongroom::Strongroom;
use crate::times;
use crate::views::{
    AuditEntryView, AuditGroup, AuditListView, AuditOverviewView, AuditPersonView, AuditRequest, AuditRetentionRequest,
    AuditRetentionView,
};

/// Entries of a page where no number is given.
const PAGE: u32 = 100;
/// How often old entries are removed while the window is open.
const PRUNE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// What was done for the log in this process, so that it is not done again for nothing.
#[derive(Debug, Default)]
pub(crate) struct Tended {
    pruned: Option<Instant>,
    witnessed: u64,
}

impl Strongroom {
    /// A page of entries, the newest first, as far as the person may see them. Needs no master key.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`]; an unknown organisation, person or credential; a time that cannot be read.
    pub async fn audit(&self, actor: &Actor, request: AuditRequest) -> Result<AuditListView, AppError> {
        self.permit(actor, Operation::Audit).await?;
        let query = self.audit_query(actor, &request).await?;
        let page = self.vault().await?.audit_page(&query).await?;
        let next = page.rows.last().filter(|_| page.more).map(|row| row.sequence.to_string());
        let told = self.telling(actor).await?;
        Ok(AuditListView { items: page.rows.into_iter().map(|row| told.entry(row)).collect(), next })
    }

    /// Who stands in the entries, and how long they are kept.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`], and where the vault cannot be read.
    pub async fn audit_overview(&self, actor: &Actor) -> Result<AuditOverviewView, AppError> {
        self.permit(actor, Operation::Audit).await?;
        let vault = self.vault().await?;
        let people = vault.audit_people(actor.audit_reach().as_ref()).await?;
        Ok(AuditOverviewView {
            people: people.into_iter().map(|one| AuditPersonView { id: one.id, name: one.name }).collect(),
            retention_days: vault.audit_retention().await?,
            may_manage: actor.may(Operation::Vault).is_ok(),
        })
    }

    /// Chooses how long entries are kept, and removes those that are older.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`]; a number of days that makes no sense; a log that is not as it was written, of which
    /// nothing is removed.
    pub async fn set_audit_retention(
        &self,
        actor: &Actor,
        request: AuditRetentionRequest,
    ) -> Result<AuditRetentionView, AppError> {
        self.permit(actor, Operation::Vault).await?;
        let vault = self.unlocked().await?;
        vault.set_audit_retention(request.days, &actor.author()).await.map_err(|error| match error {
            VaultError::Invalid(why) => AppError::field("days", crate::refusal::sentence(&why)),
            other => other.into(),
        })?;
        self.prune_audit(actor).await
    }

    /// Removes the entries that are older than they are kept.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`], and a log that is not as it was written, of which nothing is removed.
    pub async fn prune_audit(&self, actor: &Actor) -> Result<AuditRetentionView, AppError> {
        self.permit(actor, Operation::Vault).await?;
        let vault = self.unlocked().await?;
        let removed = vault.prune_audit(jiff::Timestamp::now(), &actor.author()).await?;
        Ok(AuditRetentionView { days: vault.audit_retention().await?, removed: small(removed) })
    }

    /// What is done for the log from time to time while the window is open: removes what is older than it is kept,
    /// once a day, tells how many refusals were left out, and lets the keychain remember the last entry where there are
    /// new ones. Does nothing while the key is not at hand.
    ///
    /// # Errors
    /// Where the log is not as it was written, or the vault cannot be written.
    pub async fn tend_audit(&self) -> Result<(), AppError> {
        let vault = self.vault().await?;
        if !vault.is_unlocked() || vault.info().read_only {
            return Ok(());
        }
        let mut tended = self.tended.lock().await;
        if tended.pruned.is_none_or(|at| at.elapsed() >= PRUNE_EVERY) {
            tended.pruned = Some(Instant::now());
            vault.prune_audit(jiff::Timestamp::now(), &self.actor().await?.author()).await?;
        }
        vault.tell_left_out(jiff::Timestamp::now()).await?;
        let length = vault.audit_length().await?;
        // Nobody has asked for anything here, so the keychain must not ask anybody for its password.
        if self.is_witnessed(vault) && length != tended.witnessed && probe().await == KeychainStatus::Usable {
            vault.advance_witness().await?;
            tended.witnessed = length;
        }
        Ok(())
    }

    async fn audit_query(&self, actor: &Actor, request: &AuditRequest) -> Result<AuditQuery, AppError> {
        let vault = self.vault().await?;
        let reach = actor.audit_reach();
        let author = match &request.person {
            Some(text) => Some(author(vault, reach.as_ref(), text).await?),
            None => None,
        };
        let object = match &request.object {
            Some(text) => Some(object(vault, actor, text.trim()).await?),
            None => None,
        };
        let scope = match &request.scope {
            Some(text) => Some(self.scope(text).await?),
            None => None,
        };
        let before = request.after.as_deref().map(|cursor| cursor.parse().map_err(|_| VaultError::BadCursor));
        Ok(AuditQuery {
            reach,
            author,
            group: request.group.map(|group| match group {
                AuditGroup::Changes => Group::Changes,
                AuditGroup::Checks => Group::Checks,
                AuditGroup::Deliveries => Group::Deliveries,
                AuditGroup::Refused => Group::Refused,
            }),
            action: request.action.clone(),
            object,
            scope,
            from: request.from.as_deref().map(times::begin_of).transpose()?,
            until: request.until.as_deref().map(times::day_after).transpose()?,
            text: request.search.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
            before: before.transpose()?,
            limit: request.limit.unwrap_or(PAGE),
        })
    }

    /// What is needed to tell entries to this person.
    async fn telling(&self, actor: &Actor) -> Result<Telling, AppError> {
        let organisations = self.vault().await?.organisations().await?;
        Ok(Telling {
            names: organisations.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
            reach: actor.audit_reach(),
        })
    }
}

/// The person of that id, or of that name in the entries that may be seen.
async fn author(vault: &Vault, reach: Option<&AuditReach>, text: &str) -> Result<PersonId, AppError> {
    let wanted = text.trim().to_lowercase();
    let people = vault.audit_people(reach).await?;
    let names = people.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
    let found = people.iter().find(|one| one.id == wanted || one.name.to_lowercase() == wanted);
    found.and_then(|one| PersonId::parse(&one.id)).ok_or_else(|| AppError::NotFound {
        what: format!("Nobody called “{}” stands in the audit.", text.trim()),
        hint: Some(format!("There are: {names}.")),
    })
}

/// An id as it is, or that of the credential with this name or lookup key.
async fn object(vault: &Vault, actor: &Actor, text: &str) -> Result<String, AppError> {
    if CredentialId::parse(text).is_some() {
        return Ok(text.to_lowercase());
    }
    let found = vault.find_credentials(text, actor.visible_scopes().as_deref()).await?;
    match found.as_slice() {
        [only] => Ok(only.id.to_string()),
        [] => Err(AppError::NotFound {
            what: format!("There is no credential “{text}”."),
            hint: Some("What was deleted is found by a part of its name with --search.".into()),
        }),
        several => Err(AppError::Ambiguous {
            what: format!("{} credentials go by “{text}”. Name one by its id.", several.len()),
        }),
    }
}

/// Tells entries to one person.
struct Telling {
    names: HashMap<String, String>,
    reach: Option<AuditReach>,
}

impl Telling {
    fn entry(&self, row: AuditRow) -> AuditEntryView {
        let mut detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
        self.leave_out_others(&row.author_id, &mut detail);
        if let Some(Value::Object(roles)) = detail.get_mut("roles") {
            // Organisations by name; the names of a JSON object are text anyway.
            *roles = std::mem::take(roles).into_iter().map(|(id, role)| (self.name(&id), role)).collect();
        }
        AuditEntryView {
            sequence: small(row.sequence),
            group: match Group::of(&row.action) {
                Group::Changes => AuditGroup::Changes,
                Group::Checks => AuditGroup::Checks,
                Group::Deliveries => AuditGroup::Deliveries,
                Group::Refused => AuditGroup::Refused,
            },
            said: words::said(&row.action, &detail),
            details: words::facts(&detail),
            at: row.at,
            person: row.author,
            person_id: row.author_id,
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            object: row.object_name,
            scopes: row.scope.split_whitespace().map(|id| self.name(id)).collect(),
        }
    }

    fn name(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// A program may have got credentials of several organisations. Who sees only some of these is told how many
    /// others there were.
    fn leave_out_others(&self, author: &str, detail: &mut Value) {
        let Some(reach) = self.reach.as_ref().filter(|reach| reach.person.to_string() != author) else { return };
        let scopes: Vec<String> = reach
            .scopes
            .iter()
            .map(|scope| match scope {
                strongroom_vault::Scope::System => "system".to_owned(),
                strongroom_vault::Scope::Organisation(id) => id.to_string(),
            })
            .collect();
        let Some(Value::Array(credentials)) = detail.get_mut("credentials") else { return };
        let before = credentials.len();
        let seen = |one: &Value| {
            let scope = one.get("scope").and_then(Value::as_str).unwrap_or_default();
            // What is system-wide is shared with everybody.
            scope == "system" || scopes.iter().any(|own| own == scope)
        };
        credentials.retain(seen);
        let hidden = before - credentials.len();
        if hidden > 0 {
            detail["hidden"] = hidden.into();
        }
    }
}

pub(crate) fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
