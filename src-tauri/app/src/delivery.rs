//! Handing credentials to a program: which ones, and which variables they become.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use secrecy::{ExposeSecret, SecretString};
use strongroom_providers::{AuthVariant, FieldValue, FieldValues, HeldProvider, Provider, environment};
use strongroom_vault::{
    ConsumerId, Contents, CredentialRow, KeyOwner, OrganisationId, ProcessMark, Recipient, Scope, VaultError,
};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::check::values;
use crate::error::AppError;
use crate::refusal::echo;
use crate::resolution::{Candidate, Circumstances, decide, is_ai, is_telephony, nothing_for, why_not_sentence};
use crate::strongroom::Strongroom;
use crate::views::WhyNot;

/// What a program asks for.
#[derive(Debug, Default)]
pub struct DeliveryRequest {
    /// Lookup keys.
    pub keys: Vec<String>,
    /// A consumer by id or name, whose credentials are asked for.
    pub consumer: Option<String>,
    /// `system`, or an organisation's name or id, which also finds what is system-wide; all that the actor may use
    /// where `None`.
    pub scope: Option<String>,
    /// The program's name, for the audit. Its arguments are nobody's business.
    pub program: String,
    /// The process that becomes the program, or waits for it.
    pub process: Option<ProcessMark>,
    /// Variables that it gets as files.
    pub files: Vec<String>,
}

/// What a program gets.
pub struct Delivery {
    /// Its variables, opened.
    pub variables: Vec<Variable>,
    /// What a person should know although the program is started.
    pub warnings: Vec<String>,
}

/// A variable of a program's environment.
pub struct Variable {
    /// Name.
    pub name: String,
    /// Value.
    pub value: SecretString,
    /// The value is a secret; the others are settings such as a region.
    pub secret: bool,
    /// It was asked for as a file. The variable that says where that is has `_FILE` after its name, as container
    /// images have it.
    pub file: bool,
}

impl Variable {
    /// The variable that says where the file of the one of that name is.
    pub fn file_variable(name: &str) -> String {
        format!("{name}_FILE")
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.variables.iter().map(|variable| &variable.name)).finish()
    }
}

/// What is going to be delivered, before anything is opened.
#[derive(Default)]
struct Choice {
    rows: Vec<CredentialRow>,
    warnings: Vec<String>,
    consumer: Option<(ConsumerId, String)>,
    /// The organisation on whose behalf, where it is one.
    organisation: Option<OrganisationId>,
}

impl Choice {
    fn add(&mut self, row: CredentialRow) {
        if self.rows.iter().all(|before| before.id != row.id) {
            self.rows.push(row);
        }
    }
}

/// Variables that a program started with a clean environment still gets: where it is, who runs it, how it talks.
pub const CLEAN_ENVIRONMENT: [&str; 13] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "COLORTERM",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
];

impl Strongroom {
    /// Resolves what is asked for, opens it and writes one audit entry before anything is handed out.
    ///
    /// # Errors
    /// [`AppError::NothingResolves`] with the reason, [`AppError::EnvironmentConflict`] with both names; nothing is
    /// delivered then.
    pub(crate) async fn hand_out(&self, actor: &Actor, request: &DeliveryRequest) -> Result<Delivery, AppError> {
        match self.choose_and_deliver(actor, request).await {
            // Switched off, stopped and the like between the choice and the delivery: chosen again, it says why.
            Err(AppError::Vault(VaultError::LaunchStopped | VaultError::Conflict { .. })) => {
                self.choose_and_deliver(actor, request).await
            }
            other => other,
        }
    }

    async fn choose_and_deliver(&self, actor: &Actor, request: &DeliveryRequest) -> Result<Delivery, AppError> {
        let mut choice = Choice::default();
        let mut on_behalf = match request.scope.as_deref() {
            None => None,
            Some(text) => Some(self.scope(text).await?),
        };
        if let Some(name) = &request.consumer {
            let organisation = self.choose_for_consumer(actor, name, request.scope.as_deref(), &mut choice).await?;
            on_behalf = Some(Scope::Organisation(organisation));
        }
        if let Some(Scope::Organisation(id)) = on_behalf {
            choice.organisation = Some(id);
        }
        if !request.keys.is_empty() {
            self.choose_by_keys(actor, &request.keys, on_behalf, &mut choice).await?;
        }
        let Choice { rows, mut warnings, consumer, organisation } = choice;
        // All that needs no key comes first: the keychain may still be looking for it.
        let mut forms = Vec::with_capacity(rows.len());
        for row in &rows {
            let provider = self.provider(&row.provider)?;
            variant(&provider, Some(&row.auth))?;
            forms.push(provider);
        }
        if !request.files.is_empty() {
            files_exist(&request.files, &rows, &forms)?;
        }
        let mut renewed = Vec::with_capacity(rows.len());
        for row in rows {
            let fresh = self.fresh(actor, row).await?;
            if let Some(problem) = fresh.problem {
                warnings.push(format!(
                    "The access token of “{}” was not renewed: {} The program gets the old one.",
                    fresh.row.name, problem.evidence
                ));
            }
            renewed.push(fresh.row);
        }
        let parcel = self.vault().await?.prepare_parcel(renewed).await?;
        let recipient = Recipient {
            program: &request.program,
            process: request.process.as_ref(),
            consumer: consumer.as_ref().map(|(id, name)| (*id, name.as_str())),
            organisation,
        };
        let mut packed = Ok(Variables::default());
        let mut packing = |opened: Vec<Contents<'_>>| {
            packed = pack(opened, &forms, &request.files);
            packed.is_ok()
        };
        let delivered = self.unlocked().await?.deliver_parcel(parcel, recipient, &actor.author(), &mut packing).await;
        let variables = match delivered {
            // It says itself why not.
            Ok(()) | Err(VaultError::Declined) => packed?,
            Err(other) => return Err(other.into()),
        };
        Ok(variables.delivery(warnings))
    }

    /// What a consumer uses; all of it, or nothing.
    async fn choose_for_consumer(
        &self,
        actor: &Actor,
        name: &str,
        scope: Option<&str>,
        choice: &mut Choice,
    ) -> Result<OrganisationId, AppError> {
        let consumer = self.named_consumer(actor, name, scope).await?;
        self.permit(actor, Operation::Use(Scope::Organisation(consumer.organisation))).await?;
        if consumer.assignments.is_empty() {
            return Err(AppError::NothingResolves {
                reason: format!("“{}” uses no credential yet.", consumer.name),
                hint: "Say what it uses: in the window, or with `strongroom assign`.".into(),
            });
        }
        let resolver = self.resolver_for(std::slice::from_ref(&consumer)).await?;
        let (mut reasons, mut hints) = (Vec::new(), Vec::new());
        for one in &consumer.assignments {
            let resolved = crate::consumers::resolve(&resolver, &consumer, one);
            match (resolved.chosen(), resolved.nothing()) {
                (Some(row), _) => {
                    self.permit(actor, Operation::Use(row.scope)).await?;
                    choice.warnings.extend(resolved.instead());
                    choice.add(row.clone());
                }
                (None, refusal) => {
                    let told = refusal.map(|error| error.view());
                    reasons.extend(told.as_ref().map(|view| view.message.clone()));
                    hints.extend(told.and_then(|view| view.hint));
                }
            }
        }
        if !reasons.is_empty() {
            hints.dedup();
            return Err(AppError::NothingResolves {
                reason: format!("“{}” cannot have all that it uses. {}", consumer.name, reasons.join(" ")),
                hint: hints.join(" "),
            });
        }
        choice.consumer = Some((consumer.id, consumer.name));
        Ok(consumer.organisation)
    }

    /// What lookup keys name; each of them, or nothing.
    async fn choose_by_keys(
        &self,
        actor: &Actor,
        keys: &[String],
        on_behalf: Option<Scope>,
        choice: &mut Choice,
    ) -> Result<(), AppError> {
        let vault = self.vault().await?;
        let scopes = match on_behalf {
            None => actor.visible_scopes(),
            Some(scope) => {
                self.permit(actor, Operation::Read(scope)).await?;
                // What is system-wide is shared by every organisation, and comes after its own.
                Some(vec![scope, Scope::System])
            }
        };
        let mut all = vault.credentials_with_lookup_keys(keys, scopes.as_deref()).await?;
        all.retain(|row| actor.may(Operation::Use(row.scope)).is_ok());
        let now = self.circumstances_of(actor, on_behalf, &all).await?;
        let mut chosen = Vec::with_capacity(keys.len());
        for key in keys {
            let (row, warning) = by_key(key, all.iter().filter(|row| row.lookup_key == *key).collect(), &now)?;
            chosen.push(row.id);
            choice.warnings.extend(warning);
        }
        for id in chosen {
            // What two keys name is there once.
            if let Some(at) = all.iter().position(|row| row.id == id) {
                choice.add(all.swap_remove(at));
            }
        }
        Ok(())
    }

    /// What decides beside these credentials, of which somebody asks for one by its lookup key.
    pub(crate) async fn circumstances_of(
        &self,
        actor: &Actor,
        on_behalf: Option<Scope>,
        found: &[CredentialRow],
    ) -> Result<Circumstances, AppError> {
        let vault = self.vault().await?;
        let organisation = match on_behalf {
            Some(Scope::Organisation(id)) => {
                let owners = vault.organisations().await?;
                owners.iter().find(|owner| owner.id == id).map(|owner| (id, owner.mode))
            }
            // Whose keys are used is a question of what all share alone.
            _ if found.iter().any(|row| row.scope == Scope::System && is_ai(row)) => {
                self.implied_organisation(actor, on_behalf.is_some()).await?
            }
            _ => None,
        };
        let stop = if found.iter().any(is_telephony) { vault.launch_stop().await? } else { None };
        Ok(Circumstances { organisation, stop, named: true })
    }

    /// On whose behalf somebody asks who named no organisation: that of the only one there is for them. Where each of
    /// several brings its own keys, nothing that is shared is for their members. A super admin may ask on behalf of
    /// nobody in particular: by `named` where they said so, and where there are several.
    async fn implied_organisation(
        &self,
        actor: &Actor,
        named: bool,
    ) -> Result<Option<(OrganisationId, KeyOwner)>, AppError> {
        let all_rights = actor.may(Operation::Vault).is_ok();
        let mut theirs = self.vault().await?.organisations().await?;
        theirs
            .retain(|one| one.archived_at.is_none() && actor.may(Operation::Read(Scope::Organisation(one.id))).is_ok());
        let only = theirs.first().filter(|_| theirs.len() == 1);
        let strict = theirs.first().filter(|_| theirs.iter().all(|one| one.mode == KeyOwner::Organisation));
        Ok(match (all_rights, named) {
            (true, true) => None,
            (true, false) => only,
            (false, _) => only.or(strict),
        }
        .map(|one| (one.id, one.mode)))
    }
}

/// Looks whether these are names of what is going to be delivered, and their files in nothing's way.
fn files_exist(files: &[String], rows: &[CredentialRow], forms: &[HeldProvider]) -> Result<(), AppError> {
    let mut known = BTreeMap::new();
    for (row, provider) in rows.iter().zip(forms) {
        let names = variable_names(provider, variant(provider, Some(&row.auth))?, row);
        known.extend(names.into_iter().map(|name| (name, row.name.clone())));
    }
    for file in files {
        let Some(first) = known.get(file) else {
            return Err(AppError::NothingOfThatName { name: echo(file), known: known.into_keys().collect() });
        };
        let place = Variable::file_variable(file);
        if let Some(second) = known.get(&place) {
            let (first, second) = (first.clone(), second.clone());
            return Err(AppError::EnvironmentConflict { variable: place, first, second });
        }
    }
    Ok(())
}

/// Makes variables of what was opened.
fn pack(opened: Vec<Contents<'_>>, forms: &[HeldProvider], files: &[String]) -> Result<Variables, AppError> {
    let mut variables = Variables::default();
    for ((row, secrets), provider) in opened.into_iter().zip(forms) {
        let auth = variant(provider, Some(&row.auth))?;
        let values = values(row, secrets);
        for (name, value) in pairs(provider, auth, row, &values) {
            variables.set(&row.name, name, &value, files)?;
        }
    }
    Ok(variables)
}

/// Applies the rule to the credentials with one lookup key. One that its provider refused is used where there is no
/// other: somebody named it, and the verdict may be old.
pub(crate) fn by_key<'r>(
    key: &str,
    found: Vec<&'r CredentialRow>,
    now: &Circumstances,
) -> Result<(&'r CredentialRow, Option<String>), AppError> {
    let candidates: Vec<Candidate<'_>> = found.iter().map(|row| Candidate { row, unconnected: false }).collect();
    let strict = Circumstances { named: false, ..now.clone() };
    let mut decision = decide(&candidates, None, &strict);
    let mut warning = None;
    if decision.usable().next().is_none() {
        decision = decide(&candidates, None, now);
        let refused = decision.chosen.and_then(|(id, _)| found.iter().find(|row| row.id == id));
        warning = refused.filter(|row| !row.unreadable).map(|row| {
            let why = why_not_sentence(row, WhyNot::Rejected, now);
            format!("“{}” {why}. The program gets it all the same.", row.name)
        });
    }
    if let Some(row) = decision.chosen.and_then(|(id, _)| found.iter().find(|row| row.id == id)) {
        return Ok((row, warning));
    }
    let reasons = found.iter().zip(&decision.candidates);
    let judged: Vec<(&CredentialRow, WhyNot)> = reasons.filter_map(|(row, (_, why))| Some((*row, (*why)?))).collect();
    let missing = || {
        (
            format!("No credential has the lookup key {}.", echo(key)),
            "`strongroom list` shows the lookup keys.".to_owned(),
        )
    };
    Err(nothing_for(key, missing, &judged, now))
}

/// The variables of a credential: by the provider's usual names, and its only secret under its lookup key, too.
fn pairs<'a>(
    provider: &Provider,
    auth: &'a AuthVariant,
    row: &CredentialRow,
    values: &'a FieldValues,
) -> Vec<(String, Cow<'a, FieldValue>)> {
    let mut pairs = environment(provider, auth, values);
    let mut secrets = values.values().filter(|value| matches!(value, FieldValue::Secret(_)));
    if let (Some(only), None) = (secrets.next(), secrets.next()) {
        pairs.push((row.lookup_key.clone(), Cow::Borrowed(only)));
    }
    pairs
}

/// The names of these variables, for which nothing needs to be opened.
pub(crate) fn variable_names(provider: &Provider, auth: &AuthVariant, row: &CredentialRow) -> Vec<String> {
    let plain = row.plain.iter().map(|(id, text)| (id.clone(), FieldValue::Plain(text.clone())));
    // What is sealed is not known here, and its name does not depend on it.
    let sealed = row.sealed.keys().map(|id| (id.clone(), FieldValue::Secret(SecretString::from("sealed"))));
    let values: FieldValues = plain.chain(sealed).collect();
    pairs(provider, auth, row, &values).into_iter().map(|(name, _)| name).collect()
}

/// Variables so far, each with the credential that set it.
#[derive(Default)]
struct Variables(BTreeMap<String, (String, Variable)>);

impl Variables {
    fn set(&mut self, credential: &str, name: String, value: &FieldValue, files: &[String]) -> Result<(), AppError> {
        // Exposed to be compared and placed in the environment of the program.
        let (text, secret) = match value {
            FieldValue::Plain(text) => (text.as_str(), false),
            FieldValue::Secret(secret) => (secret.expose_secret(), true),
        };
        match self.0.get_mut(&name) {
            Some((first, before)) if before.value.expose_secret() != text => Err(AppError::EnvironmentConflict {
                variable: name,
                first: first.clone(),
                second: credential.to_owned(),
            }),
            Some((_, before)) => {
                before.secret |= secret;
                Ok(())
            }
            None => {
                let file = files.contains(&name);
                let variable = Variable { name: name.clone(), value: SecretString::from(text), secret, file };
                self.0.insert(name, (credential.to_owned(), variable));
                Ok(())
            }
        }
    }

    /// What is handed out. A secret that goes into a file stands in no variable, under whatever other name.
    fn delivery(self, mut warnings: Vec<String>) -> Delivery {
        let all: Vec<Variable> = self.0.into_values().map(|(_, one)| one).collect();
        // Exposed to be compared.
        let is_withheld = |one: &Variable| {
            let same = |other: &Variable| other.file && other.value.expose_secret() == one.value.expose_secret();
            one.secret && !one.file && all.iter().any(same)
        };
        let withheld: BTreeSet<String> =
            all.iter().filter(|one| is_withheld(one)).map(|one| one.name.clone()).collect();
        warnings.extend(withheld.iter().map(|name| format!("{name} is not set: its value is in a file.")));
        Delivery { variables: all.into_iter().filter(|one| !withheld.contains(&one.name)).collect(), warnings }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::resolution::tests::{default, disabled, row, system};

    fn chosen(rows: &[CredentialRow]) -> Result<(String, bool), String> {
        let found = by_key("K", rows.iter().collect(), &Circumstances { named: true, ..Circumstances::default() });
        found.map(|(row, warning)| (row.name.clone(), warning.is_some())).map_err(|e| e.to_string())
    }

    #[test]
    fn a_lookup_key_gives_one_credential_or_says_why_not() {
        assert_eq!(chosen(&[row("one")]).unwrap().0, "one");
        assert_eq!(chosen(&[row("a"), default("b")]).unwrap().0, "b");
        assert_eq!(chosen(&[system("a"), row("b")]).unwrap().0, "b", "an organisation's own goes first");
        assert_eq!(chosen(&[disabled("a"), system("b")]).unwrap().0, "b");
        assert!(chosen(&[row("a"), row("b")]).unwrap_err().contains("several"));
        assert!(chosen(&[disabled("off")]).unwrap_err().contains("“off” is disabled"));
        assert!(chosen(&[]).unwrap_err().contains("No credential has the lookup key"));
        let mut old = row("old");
        old.expires_at = Some("2020-01-01T00:00:00Z".into());
        assert!(chosen(&[old]).unwrap_err().contains("“old” has expired"));
    }

    #[test]
    fn what_was_refused_is_used_last_and_said() {
        let mut refused = row("refused");
        refused.last_known =
            Some(strongroom_vault::KnownVerdictRow { kind: "rejected".into(), checked_at: "2026-01-02T".into() });
        assert_eq!(chosen(&[refused.clone(), row("other")]).unwrap(), ("other".into(), false));
        assert_eq!(chosen(&[refused]).unwrap(), ("refused".into(), true));
    }

    #[test]
    fn two_values_for_one_variable_are_a_conflict_that_names_both() {
        let mut variables = Variables::default();
        let secret = |s: &str| FieldValue::Secret(SecretString::from(s));
        variables.set("one", "V".into(), &secret("fake-a"), &[]).unwrap();
        variables.set("two", "V".into(), &secret("fake-a"), &[]).unwrap();
        let conflict = variables.set("three", "V".into(), &secret("fake-b"), &[]).unwrap_err().to_string();
        assert!(conflict.contains("“one”") && conflict.contains("“three”") && conflict.contains('V'));
        assert!(!conflict.contains("fake-"), "a conflict names credentials, never values");
    }
}
