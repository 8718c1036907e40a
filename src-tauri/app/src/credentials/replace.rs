//! Replacing a key: the new one is checked beside the old, takes its place in one step, and the old one is asked about
//! until the provider refuses it.

use std::collections::BTreeMap;

use strongroom_providers::VerdictKind;
use strongroom_vault::{CredentialId, CredentialRow, NewEnd, NewReplacement, ReplacementStage, SecretChange};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::add::stops_saving;
use crate::credentials::check::values;
use crate::credentials::edit::{Edits, known_fields, secrets_follow_their_host};
use crate::credentials::view::verdict_view;
use crate::error::AppError;
use crate::form::validated;
use crate::strongroom::Strongroom;
use crate::times::{end_of, reminder};
use crate::views::{
    CredentialReplaceRequest, CredentialRequest, CredentialSwitchRequest, CredentialView, ExpiryEdit, SaveOutcome,
};

impl Strongroom {
    /// Keeps new values beside those in force, after a check where one is asked for. A check that says `rejected` or
    /// `misconfigured` keeps nothing. The values in force stay as they are until [`Self::replace_switch`].
    ///
    /// # Errors
    /// Refusals name every field; a credential that somebody else changed meanwhile is a conflict; while the old key
    /// of an earlier replacement is kept, there is no other; a new key that waits already gives way only where the
    /// request says so.
    pub async fn replace(&self, actor: &Actor, request: CredentialReplaceRequest) -> Result<SaveOutcome, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let provider = &*self.provider(&row.provider)?;
        let auth = variant(provider, Some(&row.auth))?;
        if row.replacement.as_ref().is_some_and(|there| there.stage == ReplacementStage::Old) {
            return Err(AppError::field(
                "id",
                "The old key of the last replacement is still kept. Check or discard it first.",
            ));
        }
        if row.replacement.is_some() && !request.again {
            return Err(AppError::NewKeyWaits);
        }
        known_fields(auth, request.fields.keys())?;
        let vault = self.unlocked().await?;
        let edits = Edits::new(auth, request.fields);
        let stored = vault.open_secrets(row.id).await?;
        let after = validated(provider, auth, edits.applied(auth, &row, &stored))?;
        secrets_follow_their_host(provider, auth, &row, &after, &edits)?;
        let (plain, changes) = edits.changes(auth);
        let mut secrets = BTreeMap::new();
        for (field, change) in changes {
            match change {
                SecretChange::Replace(text) => {
                    secrets.insert(field, text);
                }
                SecretChange::Clear => {
                    return Err(AppError::field(&field, "A replacement gives a new value; Edit removes one."));
                }
                SecretChange::Keep => {}
            }
        }
        if secrets.is_empty() {
            let field = auth.fields.iter().find(|f| f.secret).map_or("name", |f| f.id.as_str());
            return Err(AppError::field(field, "Enter the new key."));
        }
        let mut verdict = None;
        if request.check {
            let (found, field) = self.ask(provider, auth, &after.values).await?;
            if stops_saving(&found.kind) {
                self.note_trial(actor, row.scope, (row.id.to_string(), &row.name), provider, &found).await?;
                return Ok(SaveOutcome::Refused { verdict: verdict_view(found, None), field });
            }
            verdict = Some(found);
        }
        let new = NewReplacement { expected_revision: request.revision, plain, secrets, verdict, again: request.again };
        let row = vault.prepare_replacement(row.id, new, &actor.author()).await?;
        Ok(SaveOutcome::Stored { credential: Box::new(self.view(row)) })
    }

    /// Asks the provider about the values beside those in force. Old ones that it refuses are dead, and destroyed.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or nothing beside the values in force.
    pub async fn replace_check(&self, actor: &Actor, request: CredentialRequest) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Check).await?;
        self.permit_on(actor, Operation::Change(row.scope), &row).await?;
        beside(&row)?;
        let (_, row) = self.check_beside(actor, row.id).await?;
        Ok(self.view(row))
    }

    /// The verdict on the values beside those in force, stored, and the row as it then is.
    pub(crate) async fn check_beside(
        &self,
        actor: &Actor,
        id: CredentialId,
    ) -> Result<(String, CredentialRow), AppError> {
        let vault = self.unlocked().await?;
        let (mut row, replacement, secrets) = vault.open_replacement(id).await?;
        for (field, value) in &replacement.plain {
            match value {
                Some(value) => row.plain.insert(field.clone(), value.clone()),
                None => row.plain.remove(field),
            };
        }
        if replacement.stage == ReplacementStage::Old {
            // A plain field that was added with the new values was none of the old ones.
            row.plain.retain(|field, _| replacement.plain.contains_key(field));
        }
        let provider = self.provider(&row.provider)?;
        let auth = variant(&provider, Some(&row.auth))?;
        let (verdict, _) = self.ask(&provider, auth, &values(&row, secrets)).await?;
        let dead = verdict.kind == VerdictKind::Rejected.id();
        let row = vault.record_replacement_verdict(row.id, &replacement, &verdict, dead, &actor.author()).await?;
        Ok((verdict.kind, row))
    }

    /// Puts the new values in force, in one step, with a new end where one is given. The old ones are kept for
    /// [`Self::replace_check`] and [`Self::replace_back`].
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, nothing that waits, an end that is no date, or new values that the
    /// provider refused.
    pub async fn replace_switch(
        &self,
        actor: &Actor,
        request: CredentialSwitchRequest,
    ) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let end = request.expiry.map(new_end).transpose()?;
        let refused = beside(&row)?.verdict.as_ref().is_some_and(|verdict| stops_saving(&verdict.kind));
        if refused && beside(&row)?.stage == ReplacementStage::New {
            return Err(AppError::NewKeyRefused);
        }
        Ok(self.view(self.unlocked().await?.switch_replacement(row.id, end, &actor.author()).await?))
    }

    /// Puts the old values in force again, in one step. The new ones wait beside them, as before the switch.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or no old values that are kept.
    pub async fn replace_back(&self, actor: &Actor, request: CredentialRequest) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        if beside(&row)?.stage != ReplacementStage::Old {
            return Err(AppError::NotFound {
                what: format!("The new key of “{}” is not in force yet: there is nothing to go back to.", row.name),
                hint: Some("Discard it, if it is not wanted (`strongroom replace NAME --discard`).".into()),
            });
        }
        Ok(self.view(self.unlocked().await?.switch_back(row.id, &actor.author()).await?))
    }

    /// Destroys the values beside those in force: new ones that are not wanted, or old ones that need no proof.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or nothing beside the values in force.
    pub async fn replace_discard(&self, actor: &Actor, request: CredentialRequest) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        beside(&row)?;
        Ok(self.view(self.unlocked().await?.discard_replacement(row.id, &actor.author()).await?))
    }
}

fn new_end(expiry: ExpiryEdit) -> Result<NewEnd, AppError> {
    Ok(NewEnd {
        expires_at: expiry.expires_at.as_deref().map(end_of).transpose()?,
        reminder_days: reminder(expiry.reminder_days)?,
    })
}

fn beside(row: &CredentialRow) -> Result<&strongroom_vault::ReplacementRow, AppError> {
    row.replacement.as_ref().ok_or_else(|| AppError::NotFound {
        what: format!("“{}” has no key that waits for its place, and no old one that is kept.", row.name),
        hint: Some("Begin with Replace key, or `strongroom replace`.".into()),
    })
}
