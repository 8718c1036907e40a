//! Editing a credential. Type and provider are fixed; what is left blank is kept.

use std::collections::BTreeMap;

use secrecy::SecretString;
use strongroom_providers::{AuthVariant, FieldValue, FieldValues, Provider, url_rules};
use strongroom_vault::{CredentialChange, CredentialRow, SecretChange, SecretText};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::add::stops_saving;
use crate::credentials::view::verdict_view;
use crate::error::AppError;
use crate::form::{Filled, checked_lookup_key, cleaned, validated, with_defaults};
use crate::organisations::checked_name;
use crate::secret_input::SecretInput;
use crate::strongroom::Strongroom;
use crate::times::{end_of, reminder};
use crate::views::{CredentialEditRequest, FieldEdit, FieldProblemView, SaveOutcome};

impl Strongroom {
    /// Changes a credential. A changed host asks for the secrets again, so that none goes where it was not meant to.
    ///
    /// # Errors
    /// Refusals name every field; a credential that somebody else changed meanwhile is a conflict.
    pub async fn edit(&self, actor: &Actor, request: CredentialEditRequest) -> Result<SaveOutcome, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let provider = &*self.provider(&row.provider)?;
        let auth = variant(provider, Some(&row.auth))?;
        let name = match request.name {
            Some(name) => Some(checked_name("name", "The name", name)?),
            None => None,
        };
        let lookup_key = request.key.as_deref().map(checked_lookup_key).transpose()?;
        if let Some(name) = &name {
            self.name_is_free(row.scope, name, Some(row.id)).await?;
        }
        known_fields(auth, request.fields.keys())?;
        let (expires_at, reminder_days) = match request.expiry {
            None => (None, None),
            Some(expiry) => {
                (Some(expiry.expires_at.as_deref().map(end_of).transpose()?), reminder(expiry.reminder_days)?)
            }
        };
        let vault = self.unlocked().await?;
        let edits = Edits::new(auth, request.fields);
        let values_change = edits.change_anything();
        let mut verdict = None;
        let mut plain = BTreeMap::new();
        let mut secrets = BTreeMap::new();
        if values_change || request.check {
            let stored = edits.still_needed(&row, vault.open_secrets(row.id).await)?;
            let after = validated(provider, auth, edits.applied(auth, &row, &stored))?;
            secrets_follow_their_host(provider, auth, &row, &after, &edits)?;
            if request.check {
                let (found, field) = self.ask(provider, auth, &after.values).await?;
                if stops_saving(&found.kind) {
                    self.note_trial(actor, row.scope, (row.id.to_string(), &row.name), provider, &found).await?;
                    return Ok(SaveOutcome::Refused { verdict: verdict_view(found, None), field });
                }
                verdict = Some(found);
            }
            (plain, secrets) = edits.changes(auth);
        }
        let change = CredentialChange {
            expected_revision: request.revision,
            name,
            lookup_key,
            category: request.category.map(|c| c.id().to_owned()),
            default: request.default,
            expires_at,
            reminder_days,
            plain,
            secrets,
            forget_verdict: values_change && verdict.is_none(),
            verdict,
        };
        let row = vault.change_credential(row.id, change, &actor.author()).await?;
        Ok(SaveOutcome::Stored { credential: Box::new(self.view(row)) })
    }
}

pub(super) fn known_fields<'a>(auth: &AuthVariant, names: impl Iterator<Item = &'a String>) -> Result<(), AppError> {
    let there_are = || auth.fields.iter().map(|f| f.id.as_str()).collect::<Vec<_>>().join(", ");
    let problems: Vec<FieldProblemView> = names
        .filter(|name| auth.field(name).is_none())
        .map(|name| FieldProblemView {
            field: name.clone(),
            message: format!("There is no field “{name}”. There are: {}.", there_are()),
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(AppError::InvalidInput(problems)) }
}

/// The edits of a form: new values cleaned, blanks taken as "keep".
pub(super) struct Edits {
    replaced: FieldValues,
    cleared: Vec<String>,
}

impl Edits {
    pub(super) fn new(auth: &AuthVariant, edits: BTreeMap<String, FieldEdit>) -> Self {
        let mut typed: BTreeMap<String, SecretInput> = BTreeMap::new();
        let mut cleared = Vec::new();
        for (id, edit) in edits {
            match edit {
                FieldEdit::Keep => {}
                FieldEdit::Clear => cleared.push(id),
                FieldEdit::Replace(value) => {
                    typed.insert(id, value);
                }
            }
        }
        Self { replaced: cleaned(auth, &typed), cleared }
    }

    pub(super) fn change_anything(&self) -> bool {
        !self.replaced.is_empty() || !self.cleared.is_empty()
    }

    pub(super) fn touches(&self, id: &str) -> bool {
        self.replaced.contains_key(id) || self.cleared.iter().any(|c| c == id)
    }

    /// The stored secrets; a record that does not open can still be mended by entering every secret again.
    pub(super) fn still_needed(
        &self,
        row: &CredentialRow,
        opened: Result<BTreeMap<String, SecretText>, strongroom_vault::VaultError>,
    ) -> Result<BTreeMap<String, SecretText>, AppError> {
        match opened {
            Err(strongroom_vault::VaultError::Unreadable { .. }) if row.sealed.keys().all(|id| self.touches(id)) => {
                Ok(BTreeMap::new())
            }
            other => Ok(other?),
        }
    }

    /// All values as they would be after the edit.
    pub(super) fn applied(
        &self,
        auth: &AuthVariant,
        row: &CredentialRow,
        stored: &BTreeMap<String, SecretText>,
    ) -> FieldValues {
        let mut values: FieldValues =
            row.plain.iter().map(|(id, v)| (id.clone(), FieldValue::Plain(v.clone()))).collect();
        for (id, secret) in stored {
            // Opened for the validation of the whole form and for the check with the provider.
            values.insert(id.clone(), secret.with(|s| FieldValue::Secret(SecretString::from(s))));
        }
        for id in &self.cleared {
            values.remove(id);
        }
        for (id, value) in &self.replaced {
            values.insert(id.clone(), copy(value));
        }
        with_defaults(auth, values)
    }

    /// The changes for the vault.
    pub(super) fn changes(
        self,
        auth: &AuthVariant,
    ) -> (BTreeMap<String, Option<String>>, BTreeMap<String, SecretChange>) {
        use secrecy::ExposeSecret;
        let mut plain = BTreeMap::new();
        let mut secrets = BTreeMap::new();
        for id in self.cleared {
            if auth.field(&id).is_some_and(|f| f.secret) {
                secrets.insert(id, SecretChange::Clear);
            } else {
                plain.insert(id, None);
            }
        }
        for (id, value) in self.replaced {
            match value {
                FieldValue::Plain(text) => {
                    plain.insert(id, Some(text));
                }
                // Exposed to be handed to the vault, which seals it.
                FieldValue::Secret(secret) => {
                    secrets.insert(id, SecretChange::Replace(SecretText::new(secret.expose_secret().to_owned())));
                }
            }
        }
        (plain, secrets)
    }
}

fn copy(value: &FieldValue) -> FieldValue {
    use secrecy::ExposeSecret;
    match value {
        FieldValue::Plain(text) => FieldValue::Plain(text.clone()),
        // A second copy for the check; the first is sealed afterwards.
        FieldValue::Secret(secret) => FieldValue::Secret(SecretString::from(secret.expose_secret())),
    }
}

/// A secret goes only where it was meant to: when the edit changes the hosts that a check or a program would send
/// it to, every kept secret has to be typed again.
pub(super) fn secrets_follow_their_host(
    provider: &Provider,
    auth: &AuthVariant,
    row: &CredentialRow,
    after: &Filled,
    edits: &Edits,
) -> Result<(), AppError> {
    let plain = row.plain.iter().map(|(id, v)| (id.clone(), FieldValue::Plain(v.clone()))).collect();
    let old = url_rules::destination(provider, auth, &with_defaults(auth, plain));
    let new = url_rules::destination(provider, auth, &after.values);
    if old == new {
        return Ok(());
    }
    let kept: Vec<FieldProblemView> = row
        .sealed
        .keys()
        .filter(|id| !edits.touches(id))
        .map(|id| FieldProblemView {
            field: id.clone(),
            message: format!(
                "The host changes from {} to {}. Enter {} again, so that it goes only where you mean it to.",
                hosts(&old),
                hosts(&new),
                auth.field(id).map_or(id.as_str(), |f| f.label.as_str())
            ),
        })
        .collect();
    if kept.is_empty() { Ok(()) } else { Err(AppError::InvalidInput(kept)) }
}

fn hosts(list: &[String]) -> String {
    if list.is_empty() { "none".into() } else { list.join(", ") }
}
