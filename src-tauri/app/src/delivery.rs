//! Handing credentials to a program: which ones, and which variables they become.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::{ExposeSecret, SecretString};
use strongroom_providers::{FieldValue, environment};
use strongroom_vault::{CredentialRow, Scope};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::check::values;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::times;

/// What a program asks for.
#[derive(Debug)]
pub struct DeliveryRequest {
    /// Lookup keys.
    pub keys: Vec<String>,
    /// `system`, or an organisation's name or id, which also finds what is system-wide; all that the actor may use
    /// where `None`.
    pub scope: Option<String>,
    /// The program's name, for the audit. Its arguments are nobody's business.
    pub program: String,
}

/// What a program gets: variables with their values, opened.
pub struct Delivery {
    /// Name and value of each variable.
    pub variables: Vec<(String, SecretString)>,
    /// The names of those that hold the value of a secret field.
    pub secret: Vec<String>,
    /// What a person should know although the program is started.
    pub warnings: Vec<String>,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.variables.iter().map(|(name, _)| name)).finish()
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
    /// Resolves the lookup keys, opens what they name and writes one audit entry before anything is handed out.
    ///
    /// # Errors
    /// [`AppError::NothingResolves`] with the reason, [`AppError::EnvironmentConflict`] with both names; nothing is
    /// delivered then.
    pub async fn deliver(&self, actor: &Actor, request: DeliveryRequest) -> Result<Delivery, AppError> {
        let mut scopes = self.scopes(actor, request.scope.as_deref()).await?;
        if let Some(scopes) = &mut scopes {
            // What is system-wide is shared by every organisation, and comes after its own.
            scopes.push(Scope::System);
        }
        let vault = self.vault().await?;
        let mut all = vault.credentials_with_lookup_keys(&request.keys, scopes.as_deref()).await?;
        all.retain(|row| actor.may(Operation::Use(row.scope)).is_ok());
        let mut rows: Vec<CredentialRow> = Vec::with_capacity(request.keys.len());
        for key in &request.keys {
            let row = resolve(key, all.iter().filter(|row| row.lookup_key == *key).cloned().collect())?;
            if rows.iter().all(|r| r.id != row.id) {
                rows.push(row);
            }
        }
        // All that needs no key comes first: the keychain may still be looking for it.
        let mut forms = Vec::with_capacity(rows.len());
        for row in &rows {
            let provider = self.provider(&row.provider)?;
            variant(&provider, Some(&row.auth))?;
            forms.push(provider);
        }
        let mut warnings = Vec::new();
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
        let parcel = vault.prepare_parcel(renewed).await?;
        let opened = self.unlocked().await?.deliver_parcel(parcel, &request.program, &actor.author()).await?;
        let mut variables = Variables::default();
        for ((row, secrets), provider) in opened.into_iter().zip(&forms) {
            let auth = variant(provider, Some(&row.auth))?;
            let values = values(&row, secrets);
            for (name, value) in environment(provider, auth, &values) {
                variables.set(&row.name, name, &value)?;
            }
            let mut secret_values = values.values().filter(|v| matches!(v, FieldValue::Secret(_)));
            if let (Some(only), None) = (secret_values.next(), secret_values.next()) {
                variables.set(&row.name, row.lookup_key.clone(), only)?;
            }
        }
        Ok(Delivery { warnings, ..variables.delivery() })
    }
}

/// Chooses among the credentials with one lookup key: what can be used, then the default, then the only one.
fn resolve(key: &str, found: Vec<CredentialRow>) -> Result<CredentialRow, AppError> {
    let nothing = |reason: String, hint: &str| AppError::NothingResolves { reason, hint: hint.into() };
    if found.is_empty() {
        return Err(nothing(
            format!("No credential has the lookup key {key}."),
            "`strongroom list` shows the lookup keys.",
        ));
    }
    let why_not = |row: &CredentialRow| {
        if !row.enabled {
            Some("is disabled")
        } else if row.expires_at.as_deref().is_some_and(times::is_past) {
            Some("has expired")
        } else {
            None
        }
    };
    let reasons: Vec<String> =
        found.iter().filter_map(|row| why_not(row).map(|why| format!("“{}” {why}", row.name))).collect();
    let mut usable: Vec<CredentialRow> = found.into_iter().filter(|row| why_not(row).is_none()).collect();
    // An organisation's own credential goes before a system-wide one.
    if usable.iter().any(|row| row.scope != Scope::System) {
        usable.retain(|row| row.scope != Scope::System);
    }
    if usable.len() > 1 && usable.iter().filter(|row| row.default).count() == 1 {
        usable.retain(|row| row.default);
    }
    if usable.len() > 1 {
        let names: Vec<String> = usable.iter().map(|r| format!("“{}” in {}", r.name, r.scope_name)).collect();
        return Err(nothing(
            format!(
                "Nothing to use for {key}, because several credentials have it and none is the only default: {}.",
                names.join(", ")
            ),
            "Make one the default, name the organisation with --org, or give them different lookup keys.",
        ));
    }
    usable.pop().ok_or_else(|| {
        nothing(
            format!("Nothing to use for {key}, because {}.", reasons.join(" and ")),
            "Enable or replace it, or add another credential with that lookup key.",
        )
    })
}

/// Variables so far, with the credential that set each.
#[derive(Default)]
struct Variables {
    set: BTreeMap<String, (String, SecretString)>,
    secret: BTreeSet<String>,
}

impl Variables {
    fn set(&mut self, credential: &str, name: String, value: &FieldValue) -> Result<(), AppError> {
        // Exposed to be compared and placed in the environment of the program.
        let text = match value {
            FieldValue::Plain(text) => text.as_str(),
            FieldValue::Secret(secret) => secret.expose_secret(),
        };
        if matches!(value, FieldValue::Secret(_)) {
            self.secret.insert(name.clone());
        }
        match self.set.get(&name) {
            Some((first, before)) if before.expose_secret() != text => Err(AppError::EnvironmentConflict {
                variable: name,
                first: first.clone(),
                second: credential.to_owned(),
            }),
            Some(_) => Ok(()),
            None => {
                self.set.insert(name, (credential.to_owned(), SecretString::from(text)));
                Ok(())
            }
        }
    }

    fn delivery(self) -> Delivery {
        Delivery {
            variables: self.set.into_iter().map(|(name, (_, value))| (name, value)).collect(),
            secret: self.secret.into_iter().collect(),
            warnings: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use strongroom_vault::{CredentialId, OrganisationId};

    fn row(name: &str, scope: Scope, enabled: bool, default: bool) -> CredentialRow {
        CredentialRow {
            id: CredentialId::make(),
            scope,
            scope_name: "Acme".into(),
            provider: "anthropic".into(),
            auth: "api-key".into(),
            main_type: "llm".into(),
            types: vec!["llm".into()],
            name: name.into(),
            lookup_key: "K".into(),
            category: "llm_provider".into(),
            enabled,
            default,
            plain: BTreeMap::new(),
            sealed: BTreeMap::new(),
            verdict: None,
            last_known: None,
            expires_at: None,
            reminder_days: 30,
            replacement: None,
            created_at: String::new(),
            created_by: String::new(),
            updated_at: String::new(),
            last_used_at: None,
            unreadable: false,
            revision: 1,
        }
    }

    fn chosen(rows: Vec<CredentialRow>) -> Result<String, String> {
        resolve("K", rows).map(|r| r.name).map_err(|e| e.to_string())
    }

    #[test]
    fn the_rule_is_usable_then_own_then_default_then_only() {
        let org = Scope::Organisation(OrganisationId::make());
        assert_eq!(chosen(vec![row("one", org, true, false)]).unwrap(), "one");
        assert_eq!(chosen(vec![row("a", org, true, false), row("b", org, true, true)]).unwrap(), "b");
        assert_eq!(chosen(vec![row("a", Scope::System, true, true), row("b", org, true, false)]).unwrap(), "b");
        assert_eq!(chosen(vec![row("a", org, false, true), row("b", Scope::System, true, false)]).unwrap(), "b");
        assert!(chosen(vec![row("a", org, true, false), row("b", org, true, false)]).unwrap_err().contains("several"));
        assert!(chosen(vec![row("off", org, false, false)]).unwrap_err().contains("“off” is disabled"));
        assert!(chosen(vec![]).unwrap_err().contains("No credential has the lookup key"));
        let mut old = row("old", org, true, true);
        old.expires_at = Some("2020-01-01T00:00:00Z".into());
        assert!(chosen(vec![old]).unwrap_err().contains("“old” has expired"));
    }

    #[test]
    fn two_values_for_one_variable_are_a_conflict_that_names_both() {
        let mut variables = Variables::default();
        let secret = |s: &str| FieldValue::Secret(SecretString::from(s));
        variables.set("one", "V".into(), &secret("fake-a")).unwrap();
        variables.set("two", "V".into(), &secret("fake-a")).unwrap();
        let conflict = variables.set("three", "V".into(), &secret("fake-b")).unwrap_err().to_string();
        assert!(conflict.contains("“one”") && conflict.contains("“three”") && conflict.contains('V'));
        assert!(!conflict.contains("fake-"), "a conflict names credentials, never values");
    }
}
