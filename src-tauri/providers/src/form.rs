//! What is wrong with the values on a form, without any network.

use regex_lite::Regex;

use crate::check::template::json_member;
pub use crate::clean::{Cleaned, clean};
use crate::url_rules::{self, Allowed};
use crate::{AuthVariant, FieldKind, FieldSpec, FieldValue, FieldValues, Provider};

/// The largest secret in bytes (service account files and certificate chains fit).
pub const MAX_SECRET_BYTES: usize = 64 * 1024;
/// The largest plain value in bytes.
pub const MAX_PLAIN_BYTES: usize = 2 * 1024;

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Info,
    /// Unusual; can be saved.
    Warning,
    /// Cannot be saved.
    Error,
}

/// One thing to say at a field. The message never holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Id of the field.
    pub field: String,
    /// How grave it is.
    pub level: Level,
    /// What is wrong and what belongs here.
    pub message: String,
}

impl FieldProblem {
    pub(crate) fn new(field: &str, level: Level, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), level, message: message.into() }
    }
}

/// Every problem of a form, in the order of its fields; unknown fields come last. At most one error and one warning
/// per field are named, the gravest first.
pub fn validate(provider: &Provider, auth: &AuthVariant, values: &FieldValues) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for field in &auth.fields {
        match values.get(&field.id).filter(|value| !value.is_empty()) {
            Some(value) => {
                let mut found = field_problems(field, value, auth, values);
                found.sort_by_key(|problem| std::cmp::Reverse(problem.level));
                found.dedup_by_key(|problem| problem.level);
                problems.append(&mut found);
            }
            None if field.required && field.default.is_none() => {
                problems.push(FieldProblem::new(&field.id, Level::Error, format!("{} is needed.", field.label)));
            }
            None => {}
        }
    }
    for set in &auth.any_of {
        let is_filled = |id: &String| values.get(id).is_some_and(|value| !value.is_empty());
        if !set.iter().any(is_filled)
            && let Some(first) = set.first()
        {
            let labels: Vec<&str> = set.iter().filter_map(|id| auth.field(id)).map(|f| f.label.as_str()).collect();
            problems.push(FieldProblem::new(
                first,
                Level::Error,
                format!("Fill one of these: {}.", labels.join(" or ")),
            ));
        }
    }
    for problem in crate::check::special::problems(provider, auth, values) {
        // A field that is already refused, or warned of, needs no second sentence of the same weight.
        if !problems.iter().any(|known| known.field == problem.field && known.level >= problem.level) {
            problems.push(problem);
        }
    }
    for (id, value) in values {
        match auth.field(id) {
            None => {
                let message = format!("{} with {} has no field `{id}`.", provider.name, auth.label);
                problems.push(FieldProblem::new(id, Level::Error, message));
            }
            Some(field) if field.secret && !value.is_secret() => {
                let message = format!("{} is secret and must be handed over as one.", field.label);
                problems.push(FieldProblem::new(id, Level::Error, message));
            }
            Some(_) => {}
        }
    }
    problems
}

fn field_problems(
    field: &FieldSpec,
    value: &FieldValue,
    auth: &AuthVariant,
    values: &FieldValues,
) -> Vec<FieldProblem> {
    let text = value.expose();
    let mut found = Vec::new();
    let mut error = |message: String| found.push(FieldProblem::new(&field.id, Level::Error, message));

    let limit = if field.secret { MAX_SECRET_BYTES } else { MAX_PLAIN_BYTES };
    if text.len() > limit {
        error(format!("{} has {} bytes; {limit} is the most.", field.label, text.len()));
        return found;
    }
    let several_lines = matches!(field.kind, FieldKind::Multiline | FieldKind::Json);
    let allowed_control = |c: char| several_lines && matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(|c| c.is_control() && !allowed_control(c)) {
        error(format!(
            "{} holds a line break or another control character inside. Paste it again as one line.",
            field.label
        ));
        return found;
    }
    match field.kind {
        FieldKind::Url => {
            let plain_http = field
                .http_allowed_by
                .as_deref()
                .is_some_and(|by| crate::values::filled(auth, values, by) == Some("yes"));
            let asked = if field.websocket { url_rules::as_http(text) } else { text.into() };
            match url_rules::check(&asked, Allowed { plain_http, query: field.secret }) {
                Err(problem) => error(problem.to_string()),
                Ok(url) => {
                    if url.scheme() == "http" && !url_rules::is_loopback(&url) {
                        let message = "The key travels unencrypted to this server, as you allowed.";
                        found.push(FieldProblem::new(&field.id, Level::Warning, message));
                    }
                    if url.host_str().is_some_and(|host| host.split('.').any(|label| label.starts_with("xn--"))) {
                        let message =
                            "This host name stands for letters outside ASCII. Make sure that it is the one you mean.";
                        found.push(FieldProblem::new(&field.id, Level::Warning, message));
                    }
                }
            }
        }
        FieldKind::Choice => {
            if !field.choices.iter().any(|choice| choice.value == text) {
                let known: Vec<&str> = field.choices.iter().map(|choice| choice.value.as_str()).collect();
                error(format!("{} must be one of: {}.", field.label, known.join(", ")));
            }
        }
        FieldKind::Phone => {
            if !is_e164(text) {
                error(format!(
                    "{} must be in international form: a plus sign, the country code and the number, for example +14155550100.",
                    field.label
                ));
            }
        }
        FieldKind::Json => {
            if let Err(fault) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
                error(format!("{} is not valid JSON: line {}, column {}.", field.label, fault.line(), fault.column()));
            } else if let Some(name) = field.needs_members.iter().find(|name| json_member(text, name).is_none()) {
                error(format!("{} has no `{name}`. Paste the whole file as it was downloaded.", field.label));
            }
        }
        FieldKind::Text | FieldKind::Multiline => {}
    }
    format_problems(field, text, &mut found);
    if text.chars().any(crate::clean::is_invisible) && !several_lines {
        found.push(FieldProblem::new(
            &field.id,
            Level::Warning,
            format!("{} holds an invisible character.", field.label),
        ));
    } else if text.trim() != text && !several_lines {
        let message = format!("{} begins or ends with white space; providers refuse that.", field.label);
        found.push(FieldProblem::new(&field.id, Level::Warning, message));
    }
    found
}

fn format_problems(field: &FieldSpec, text: &str, found: &mut Vec<FieldProblem>) {
    let Some(format) = &field.format else { return };
    for confusion in &format.not {
        if whole(&confusion.pattern).is_some_and(|pattern| pattern.is_match(text)) {
            let level = if confusion.refuse { Level::Error } else { Level::Warning };
            found.push(FieldProblem::new(&field.id, level, confusion.message.clone()));
            return;
        }
    }
    if whole(&format.pattern).is_some_and(|pattern| !pattern.is_match(text)) {
        let message = format!(
            "This does not look like a usual {}: it {}. You can save it all the same.",
            field.label, format.hint
        );
        found.push(FieldProblem::new(&field.id, Level::Warning, message));
    }
}

/// The expression for the whole value. A faulty one is refused when the file is loaded, so that nothing is lost here.
pub(crate) fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

/// E.164: a plus sign and up to 15 digits, the first not zero. Spaces, dots, dashes and brackets between the digits are
/// how people write numbers and are let through; [`phone`] takes them out.
fn is_e164(text: &str) -> bool {
    let number = phone(text);
    let digits = number.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.chars().all(|c| c.is_ascii_digit())
}

/// A telephone number as it is stored and delivered: `+1 (415) 555-0100` becomes `+14155550100`.
pub fn phone(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')')).collect()
}
