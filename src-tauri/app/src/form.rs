//! A form's values on their way to the vault: cleaned, validated, split into plain and secret.

use std::collections::BTreeMap;

use secrecy::SecretString;
use strongroom_providers::form::{self, Level};
use strongroom_providers::{AuthVariant, FieldKind, FieldSpec, FieldValue, FieldValues, Provider};
use strongroom_vault::{CredentialId, Scope, SecretText};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::error::AppError;
use crate::secret_input::SecretInput;
use crate::strongroom::Strongroom;
use crate::views::{FieldNoteView, FieldProblemView, FormCheckRequest, NoteLevel};

/// Values ready to be checked and stored.
pub(crate) struct Filled {
    /// By field; optional fields that were left empty are absent.
    pub(crate) values: FieldValues,
}

impl Filled {
    /// The plain fields.
    pub(crate) fn plain(&self) -> BTreeMap<String, String> {
        self.values
            .iter()
            .filter_map(|(id, v)| match v {
                FieldValue::Plain(text) => Some((id.clone(), text.clone())),
                FieldValue::Secret(_) => None,
            })
            .collect()
    }

    /// The secret fields, copied into the vault's type to be sealed.
    pub(crate) fn secrets(&self) -> BTreeMap<String, SecretText> {
        use secrecy::ExposeSecret;
        self.values
            .iter()
            .filter_map(|(id, v)| match v {
                FieldValue::Plain(_) => None,
                // Exposed to be handed to the vault, which seals it.
                FieldValue::Secret(secret) => Some((id.clone(), SecretText::new(secret.expose_secret().to_owned()))),
            })
            .collect()
    }
}

/// Cleans typed values by field and drops the empty ones. What is no field of the form is kept for the validation
/// to refuse.
pub(crate) fn cleaned(auth: &AuthVariant, typed: &BTreeMap<String, SecretInput>) -> FieldValues {
    typed
        .iter()
        .filter_map(|(id, input)| {
            let field = auth.field(id);
            let kind = field.map_or(FieldKind::Text, |f| f.kind);
            let mut text = zeroize::Zeroizing::new(String::with_capacity(input.text().len()));
            for range in form::clean(kind, input.text()).keep {
                text.push_str(input.text().get(range).unwrap_or_default());
            }
            if text.is_empty() {
                return None;
            }
            let value = if field.is_some_and(|f| f.secret) {
                FieldValue::Secret(SecretString::from(text.as_str()))
            } else {
                FieldValue::Plain(text.as_str().to_owned())
            };
            Some((id.clone(), value))
        })
        .collect()
}

/// Fills in what the catalogue says is used when nothing is typed, where leaving it out would be no choice.
pub(crate) fn with_defaults(auth: &AuthVariant, mut values: FieldValues) -> FieldValues {
    let stored = |f: &&FieldSpec| !f.secret && (f.required || f.kind == FieldKind::Choice);
    for field in auth.fields.iter().filter(stored) {
        if let Some(default) = &field.default {
            values.entry(field.id.clone()).or_insert_with(|| FieldValue::Plain(default.clone()));
        }
    }
    values
}

/// Cleans, completes and validates a form.
///
/// # Errors
/// [`AppError::InvalidInput`] with every field that cannot be stored.
pub(crate) fn filled(
    p: &Provider,
    auth: &AuthVariant,
    typed: &BTreeMap<String, SecretInput>,
) -> Result<Filled, AppError> {
    validated(p, auth, with_defaults(auth, cleaned(auth, typed)))
}

/// Validates values that are complete already.
///
/// # Errors
/// [`AppError::InvalidInput`] with every field that cannot be stored.
pub(crate) fn validated(p: &Provider, auth: &AuthVariant, values: FieldValues) -> Result<Filled, AppError> {
    let errors: Vec<FieldProblemView> = form::validate(p, auth, &values)
        .into_iter()
        .filter(|problem| problem.level == Level::Error)
        .map(|problem| FieldProblemView { field: problem.field, message: problem.message })
        .collect();
    if errors.is_empty() { Ok(Filled { values }) } else { Err(AppError::InvalidInput(errors)) }
}

/// A lookup key that can be an environment variable and does not change how programs start.
pub(crate) fn checked_lookup_key(key: &str) -> Result<String, AppError> {
    let key = key.trim();
    let shaped = key.len() <= 120
        && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !shaped {
        return Err(AppError::field(
            "key",
            "A lookup key has letters, digits and underscores, and does not start with a digit, such as \
             OPENAI_API_KEY.",
        ));
    }
    if is_reserved(key) {
        return Err(AppError::field(
            "key",
            format!("{key} changes how programs start. Choose a name that says what the key is for."),
        ));
    }
    Ok(key.to_owned())
}

/// Variables that the shell, the loader or an interpreter acts upon, and our own.
fn is_reserved(key: &str) -> bool {
    const NAMES: [&str; 16] = [
        "PATH",
        "HOME",
        "SHELL",
        "USER",
        "LOGNAME",
        "IFS",
        "ENV",
        "BASH_ENV",
        "PWD",
        "TERM",
        "LANG",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "NODE_OPTIONS",
        "PERL5OPT",
        "RUBYOPT",
    ];
    let upper = key.to_ascii_uppercase();
    NAMES.contains(&upper.as_str())
        || ["LD_", "DYLD_", "STRONGROOM_", "BASH_FUNC"].iter().any(|prefix| upper.starts_with(prefix))
}

impl Strongroom {
    /// Looks over a form while it is filled in: what was pasted by accident, what does not look right, and values
    /// that are stored already. Nothing is stored and nothing leaves this computer.
    ///
    /// # Errors
    /// An unknown provider or sign-in method.
    pub async fn form_check(&self, actor: &Actor, request: FormCheckRequest) -> Result<Vec<FieldNoteView>, AppError> {
        let provider = &*self.provider(&request.provider)?;
        let auth = variant(provider, Some(&request.auth))?;
        let mut notes = Vec::new();
        for (id, input) in &request.fields {
            let kind = auth.field(id).map_or(FieldKind::Text, |f| f.kind);
            let cleaned = form::clean(kind, input.text());
            if let Some(removed) = cleaned.removed {
                notes.push(FieldNoteView {
                    field: id.clone(),
                    level: NoteLevel::Info,
                    message: format!("Removed {removed} from the pasted text."),
                    keep: Some(utf16_ranges(input.text(), &cleaned.keep)),
                });
            }
        }
        let values = cleaned(auth, &request.fields);
        for problem in form::validate(provider, auth, &values) {
            // While typing, an empty field is no news; saving says so.
            if !values.contains_key(&problem.field) {
                continue;
            }
            notes.push(FieldNoteView {
                field: problem.field,
                level: match problem.level {
                    Level::Error => NoteLevel::Error,
                    Level::Warning => NoteLevel::Warning,
                    Level::Info => NoteLevel::Info,
                },
                message: problem.message,
                keep: None,
            });
        }
        self.note_duplicates(actor, &values, request.editing.as_deref(), &mut notes).await?;
        Ok(notes)
    }

    /// Says which credentials hold the same secret already.
    async fn note_duplicates(
        &self,
        actor: &Actor,
        values: &FieldValues,
        editing: Option<&str>,
        notes: &mut Vec<FieldNoteView>,
    ) -> Result<(), AppError> {
        use secrecy::ExposeSecret;
        let editing = editing.and_then(CredentialId::parse);
        for (field, value) in values {
            let FieldValue::Secret(secret) = value else { continue };
            // Exposed for the keyed fingerprint alone.
            let secret = SecretText::new(secret.expose_secret().to_owned());
            let names = self.stored_as(actor, &secret, editing).await?;
            if !names.is_empty() {
                notes.push(FieldNoteView {
                    field: field.clone(),
                    level: NoteLevel::Warning,
                    message: format!("This value is stored already, as {}.", some(&names)),
                    keep: None,
                });
            }
        }
        Ok(())
    }

    /// Names of the credentials that hold this secret, found by keyed fingerprint. Needs the master key; without it
    /// nothing is said.
    pub(crate) async fn stored_as(
        &self,
        actor: &Actor,
        secret: &SecretText,
        except: Option<CredentialId>,
    ) -> Result<Vec<String>, AppError> {
        let vault = self.vault().await?;
        if !vault.is_unlocked() {
            return Ok(Vec::new());
        }
        let mut scopes = vec![Scope::System];
        scopes.extend(vault.organisations().await?.into_iter().map(|o| Scope::Organisation(o.id)));
        scopes.retain(|s| actor.may(Operation::Read(*s)).is_ok());
        let mut names = Vec::new();
        for scope in scopes {
            let found = vault.same_secret(scope, secret).await?;
            names.extend(found.into_iter().filter(|(id, _)| Some(*id) != except).map(|(_, name)| name));
        }
        Ok(names)
    }
}

/// The first three names, and how many more there are.
fn some(names: &[String]) -> String {
    let told: Vec<String> = names.iter().take(3).map(|name| format!("“{name}”")).collect();
    match names.len() - told.len() {
        0 => told.join(", "),
        more => format!("{} and {more} more", told.join(", ")),
    }
}

/// Byte ranges as UTF-16 pairs, which is how the page counts.
fn utf16_ranges(text: &str, ranges: &[std::ops::Range<usize>]) -> Vec<(u32, u32)> {
    let at = |byte: usize| {
        let before = text.get(..byte).unwrap_or(text);
        u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    ranges.iter().map(|r| (at(r.start), at(r.end))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookup_keys_are_names_of_variables() {
        assert_eq!(checked_lookup_key(" OPENAI_API_KEY ").ok().as_deref(), Some("OPENAI_API_KEY"));
        for bad in ["", "1KEY", "MY-KEY", "A B", "KEY=1", "ключ", &"K".repeat(121)] {
            assert!(checked_lookup_key(bad).is_err(), "{bad:?}");
        }
        for reserved in ["PATH", "LD_PRELOAD", "ld_library_path", "STRONGROOM_HOME", "NODE_OPTIONS"] {
            assert!(checked_lookup_key(reserved).is_err(), "{reserved} changes how programs start");
        }
    }

    #[test]
    fn of_many_names_three_are_told() {
        let names = |n: usize| (1..=n).map(|i| i.to_string()).collect::<Vec<_>>();
        assert_eq!(some(&names(3)), "“1”, “2”, “3”");
        assert_eq!(some(&names(15)), "“1”, “2”, “3” and 12 more");
    }

    #[test]
    #[allow(clippy::single_range_in_vec_init)] // One range is what is meant.
    fn ranges_count_as_the_page_does() {
        let text = "\u{1F511} key \n";
        assert_eq!(utf16_ranges(text, &[5..8]), [(3, 6)], "the emoji is four bytes and two UTF-16 units");
    }
}
