//! What the entries of a file would become: which belong together, and of which provider they are.

use std::collections::{BTreeMap, BTreeSet};

use strongroom_providers::{AuthVariant, Catalogue, Certainty, FieldSpec, Provider, detect};

use super::entry::{Content, Entry};
use crate::error::AppError;
use crate::form::{checked_lookup_key, filled};
use crate::secret_input::SecretInput;

/// The provider for secrets that nobody recognises.
const ANY: (&str, &str, &str) = ("api-token", "token", "token");

/// Where a field's value comes from.
pub(super) struct Source {
    /// The entry by its number.
    pub entry: usize,
    /// In place of the entry's value, where a choice is named by another word.
    pub choice: Option<String>,
}

/// A credential to be.
pub(super) struct Planned {
    pub provider: String,
    pub auth: String,
    pub fields: BTreeMap<String, Source>,
    /// Lookup key.
    pub key: String,
    /// How its provider was found.
    pub reason: String,
    /// Why it cannot be stored.
    pub problem: Option<String>,
}

impl Planned {
    /// The fields as a form has them.
    pub fn typed(&self, entries: &[Entry]) -> BTreeMap<String, SecretInput> {
        let value = |source: &Source| {
            let text = source.choice.as_deref().or_else(|| entries.get(source.entry).map(|e| e.value.as_str()));
            SecretInput::new(text.unwrap_or_default().to_owned())
        };
        self.fields.iter().map(|(id, source)| (id.clone(), value(source))).collect()
    }
}

/// Says what becomes of each entry; what becomes nothing is added to what was skipped.
pub(super) fn plan(catalogue: &Catalogue, content: &mut Content) -> Vec<Planned> {
    let mut open = last_ones(content);
    let mut planned = Vec::new();
    // Complete credentials first, so that a half one never takes a value away from a whole one.
    for whole in [true, false] {
        while let Some(best) = best_by_name(catalogue, &content.entries, &open, whole) {
            open.retain(|at| best.fields.values().all(|source| source.entry != *at));
            planned.push(best);
        }
    }
    for at in open {
        let Some(entry) = content.entries.get(at) else { continue };
        match by_value(catalogue, &content.entries, at).or_else(|| unknown_secret(entry, at)) {
            Some(found) => planned.push(found),
            None => {
                let (line, name, why) = (entry.line, entry.name.clone(), why_nothing(catalogue, entry));
                content.skip(line, Some(&name), why);
            }
        }
    }
    planned.sort_by_key(|p| p.fields.values().map(|source| source.entry).min());
    content.skipped.sort_by_key(|skipped| skipped.line);
    planned
}

/// The entries that count: the last of each name, and none that is empty. The others are skipped.
fn last_ones(content: &mut Content) -> Vec<usize> {
    let mut seen = BTreeMap::new();
    let mut open = Vec::new();
    let mut skipped = Vec::new();
    for (at, entry) in content.entries.iter().enumerate().rev() {
        let later = seen.entry((entry.group.clone(), entry.name.clone())).or_insert(entry.line);
        let why = if *later != entry.line || open.iter().any(|o| same(content, *o, at)) {
            match later {
                Some(line) => format!("Line {line} sets it again."),
                None => "It is set again further on.".to_owned(),
            }
        } else if entry.value.trim().is_empty() {
            "It is empty.".to_owned()
        } else {
            open.push(at);
            continue;
        };
        skipped.push((entry.line, entry.name.clone(), why));
    }
    for (line, name, why) in skipped {
        content.skip(line, Some(&name), why);
    }
    open.reverse();
    open
}

fn same(content: &Content, one: usize, other: usize) -> bool {
    let key = |at: usize| content.entries.get(at).map(|e| (&e.group, &e.name));
    key(one) == key(other)
}

/// The sign-in method to which most entries belong by their names.
fn best_by_name(catalogue: &Catalogue, entries: &[Entry], open: &[usize], whole: bool) -> Option<Planned> {
    let mut best: Option<((usize, bool), Planned)> = None;
    for provider in catalogue.providers() {
        let groups: BTreeSet<Option<&str>> =
            open.iter().filter_map(|at| entries.get(*at)).map(|e| e.group.as_deref()).collect();
        for (auth, group) in provider.auth.iter().flat_map(|auth| groups.iter().map(move |group| (auth, *group))) {
            let fields = fields_by_name(provider, auth, entries, open, group);
            if !auth.fields.iter().any(|field| field.secret && fields.contains_key(&field.id)) {
                continue;
            }
            let rank = (fields.len(), auth.recommended);
            let mut found = Planned {
                provider: provider.id.clone(),
                auth: auth.id.clone(),
                key: lookup_key(provider, auth, &fields, entries),
                fields,
                reason: "recognised by name".to_owned(),
                problem: None,
            };
            found.problem = problem(provider, auth, &found, entries);
            if found.problem.is_none() == whole && best.as_ref().is_none_or(|(known, _)| rank > *known) {
                best = Some((rank, found));
            }
        }
    }
    best.map(|(_, found)| found)
}

fn fields_by_name(
    provider: &Provider,
    auth: &AuthVariant,
    entries: &[Entry],
    open: &[usize],
    group: Option<&str>,
) -> BTreeMap<String, Source> {
    // `{"twilio": {"auth_token": …}}` names fields; any other object is only a heading.
    let of_provider = group.is_some_and(|g| g.to_lowercase().replace('_', "-") == provider.id);
    let mut fields = BTreeMap::new();
    for field in &auth.fields {
        let named = open.iter().find_map(|at| {
            let entry = entries.get(*at).filter(|e| e.group.as_deref() == group)?;
            source(field, entry, *at, of_provider)
        });
        if let Some(source) = named {
            fields.insert(field.id.clone(), source);
        }
    }
    fields
}

fn source(field: &FieldSpec, entry: &Entry, at: usize, of_provider: bool) -> Option<Source> {
    if field.env.contains(&entry.name) || (of_provider && entry.name == field.id) {
        return Some(Source { entry: at, choice: None });
    }
    let choice = field.choices.iter().find(|choice| {
        choice.env.as_ref().is_some_and(|env| env.get(&entry.name).is_some_and(|value| *value == *entry.value))
    })?;
    Some(Source { entry: at, choice: Some(choice.value.clone()) })
}

/// The provider's own key, or the name in the file where one secret stands under another name.
fn lookup_key(provider: &Provider, auth: &AuthVariant, fields: &BTreeMap<String, Source>, entries: &[Entry]) -> String {
    let usual = auth.lookup_key.as_ref().unwrap_or(&provider.lookup_key);
    let mut secrets = auth.fields.iter().filter(|f| f.secret).filter_map(|f| fields.get(&f.id));
    match (secrets.next().and_then(|source| entries.get(source.entry)), secrets.next()) {
        (Some(entry), None) if checked_lookup_key(&entry.name).is_ok() && entry.group.is_none() => entry.name.clone(),
        _ => usual.clone(),
    }
}

/// What saving would refuse.
fn problem(provider: &Provider, auth: &AuthVariant, planned: &Planned, entries: &[Entry]) -> Option<String> {
    match filled(provider, auth, &planned.typed(entries)) {
        Ok(_) => None,
        Err(AppError::InvalidInput(problems)) => {
            Some(problems.into_iter().map(|p| p.message).collect::<Vec<_>>().join(" "))
        }
        Err(other) => Some(other.to_string()),
    }
}

/// A secret under a name of the organisation's own, recognised by its form.
fn by_value(catalogue: &Catalogue, entries: &[Entry], at: usize) -> Option<Planned> {
    let entry = entries.get(at)?;
    let key = checked_lookup_key(&entry.name).ok()?;
    detect::recognise(catalogue, None, entry.value.trim())
        .into_iter()
        .filter(|candidate| candidate.certainty <= Certainty::Likely)
        .find_map(|candidate| {
            let provider = catalogue.provider(&candidate.provider)?;
            let auth = provider.variant(Some(&candidate.auth))?;
            if !auth.field(&candidate.field)?.secret {
                return None;
            }
            let found = Planned {
                provider: candidate.provider,
                auth: candidate.auth,
                fields: BTreeMap::from([(candidate.field, Source { entry: at, choice: None })]),
                key: key.clone(),
                reason: candidate.reason,
                problem: None,
            };
            problem(provider, auth, &found, entries).is_none().then_some(found)
        })
}

/// A secret of a service that nobody knows.
fn unknown_secret(entry: &Entry, at: usize) -> Option<Planned> {
    let key = checked_lookup_key(&entry.name).ok().filter(|_| is_secret(entry))?;
    let (provider, auth, field) = ANY;
    Some(Planned {
        provider: provider.to_owned(),
        auth: auth.to_owned(),
        fields: BTreeMap::from([(field.to_owned(), Source { entry: at, choice: None })]),
        key,
        reason: "its name says that it is a secret".to_owned(),
        problem: entry.value.contains('\n').then(|| {
            "It has several lines, and no provider is recognised for it. Add it by hand as the kind that it is.".into()
        }),
    })
}

/// Whether a name or an address with a password in it says that a value is secret.
fn is_secret(entry: &Entry) -> bool {
    const WORDS: [&str; 9] =
        ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASS", "PWD", "CREDENTIAL", "CREDENTIALS"];
    let upper = entry.name.to_ascii_uppercase();
    let named = upper.split('_').any(|word| WORDS.contains(&word) || word.ends_with("KEY"));
    let with_password =
        entry.value.split_once("://").and_then(|(_, rest)| rest.split_once('@')).is_some_and(|(user, _)| {
            user.split_once(':').is_some_and(|(_, password)| !password.is_empty() && !user.contains('/'))
        });
    // `USE_API_KEY=true` is a switch.
    (named && entry.value.chars().count() >= 6) || with_password
}

fn why_nothing(catalogue: &Catalogue, entry: &Entry) -> String {
    let of = catalogue.providers().find(|p| {
        p.auth.iter().flat_map(|a| &a.fields).any(|f| {
            f.env.contains(&entry.name)
                || f.choices.iter().any(|c| c.env.as_ref().is_some_and(|env| env.contains_key(&entry.name)))
        })
    });
    match (of, checked_lookup_key(&entry.name)) {
        (Some(provider), _) => format!("It is a setting of {}, and no secret stands with it.", provider.name),
        (None, Err(AppError::InvalidInput(problems))) if is_secret(entry) => {
            problems.into_iter().map(|p| p.message).collect::<Vec<_>>().join(" ")
        }
        _ => "Neither its name nor its form says that it is a key.".to_owned(),
    }
}
