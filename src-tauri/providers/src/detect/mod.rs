//! Which provider a pasted key comes from.
//!
//! The catalogue's `[[detect]]` sections say which forms are known and how much each proves; a name before the value
//! (`TWILIO_AUTH_TOKEN=`) says which field somebody meant. Nothing is sent anywhere and nothing is kept.

mod forms;

use std::sync::LazyLock;

use zeroize::Zeroizing;

use crate::clean::{self, Cleaned, clean};
use crate::form::{MAX_SECRET_BYTES, whole};
use crate::{Catalogue, Certainty, FieldKind, KeyMode};
use forms::{Forms, Place};

/// The forms of the built-in providers. Each expression is compiled when a value first gets as far as it.
static BUILTIN: LazyLock<Forms> = LazyLock::new(|| Forms::of(Catalogue::builtin().providers()));

/// What was made of a pasted text.
#[derive(Clone, Debug)]
pub struct Detection {
    /// What was pasted by accident, and what is left.
    pub cleaned: Cleaned,
    /// What it may be, the best first.
    pub candidates: Vec<Candidate>,
}

/// A field of a provider that a value may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Provider id.
    pub provider: String,
    /// Sign-in method.
    pub auth: String,
    /// Field.
    pub field: String,
    /// How much the form proves.
    pub certainty: Certainty,
    /// Live or test, where the form says so.
    pub mode: Option<KeyMode>,
    /// What was recognised, in words, without anything of the value but its documented beginning.
    pub reason: String,
    named: bool,
}

/// Finds what a pasted text may be. Larger texts than a secret may have are nothing.
pub fn detect(catalogue: &Catalogue, text: &str) -> Detection {
    let cleaned = clean(FieldKind::Text, text);
    if text.len() > MAX_SECRET_BYTES {
        return Detection { cleaned, candidates: Vec::new() };
    }
    let value = Zeroizing::new(cleaned.apply(text));
    let candidates = recognise(catalogue, clean::name_before(text), &value);
    Detection { cleaned, candidates }
}

/// Finds what a clean value may be; `name` is the environment name under which it stood.
pub fn recognise(catalogue: &Catalogue, name: Option<&str>, value: &str) -> Vec<Candidate> {
    if value.is_empty() {
        return Vec::new();
    }
    // An organisation's own files are few and may change while the program runs, so they are read anew.
    let own = Forms::of(catalogue.providers().filter(|provider| catalogue.is_own(&provider.id)));
    let mut found = Vec::new();
    for forms in [&*BUILTIN, &own] {
        for claim in forms.matching(value) {
            add(
                &mut found,
                Candidate {
                    provider: claim.place.provider.clone(),
                    auth: claim.place.auth.clone(),
                    field: claim.place.field.clone(),
                    certainty: claim.certainty,
                    mode: claim.mode,
                    reason: claim.because.clone(),
                    named: false,
                },
            );
        }
    }
    settle(&mut found);
    if let Some(name) = name {
        for place in BUILTIN.named(name).chain(own.named(name)) {
            hint(catalogue, &mut found, place, name, value);
        }
    }
    // A stable sort: what is equally good stays in the order of the catalogue.
    found.sort_by_key(|candidate| (candidate.certainty, !candidate.named));
    found
}

/// Adds a candidate, or the better of two for one field.
fn add(found: &mut Vec<Candidate>, new: Candidate) {
    let same = |c: &&mut Candidate| c.provider == new.provider && c.auth == new.auth && c.field == new.field;
    match found.iter_mut().find(same) {
        Some(known) if new.certainty < known.certainty => *known = new,
        Some(_) => {}
        None => found.push(new),
    }
}

/// Where several providers are certain, none of them can be.
fn settle(found: &mut [Candidate]) {
    let mut certain = found.iter().filter(|c| c.certainty == Certainty::Certain).map(|c| c.provider.as_str());
    let first = certain.next();
    if certain.all(|other| Some(other) == first) {
        return;
    }
    for candidate in found.iter_mut().filter(|c| c.certainty == Certainty::Certain) {
        candidate.certainty = Certainty::Likely;
    }
}

/// What the name before a value adds: it says what somebody meant, never more than `likely`, and it is no reason to
/// doubt a form that is certain.
fn hint(catalogue: &Catalogue, found: &mut Vec<Candidate>, place: &Place, name: &str, value: &str) {
    let meant = |c: &&mut Candidate| c.provider == place.provider && c.auth == place.auth && c.field == place.field;
    if let Some(known) = found.iter_mut().find(meant) {
        known.certainty = known.certainty.min(Certainty::Likely);
        known.named = true;
        known.reason = format!("{}; it stands behind {name}", known.reason);
        return;
    }
    let field = catalogue
        .provider(&place.provider)
        .and_then(|provider| provider.variant(Some(&place.auth)))
        .and_then(|auth| auth.field(&place.field));
    let Some(field) = field else { return };
    let matches = |pattern: &str| whole(pattern).is_some_and(|pattern| pattern.is_match(value));
    let format = field.format.as_ref();
    if format.is_some_and(|format| format.not.iter().any(|not| matches(&not.pattern))) {
        return;
    }
    let fits = format.is_none_or(|format| matches(&format.pattern));
    let contradicted = found.iter().any(|c| c.certainty == Certainty::Certain && c.provider != place.provider);
    let (certainty, reason) = if fits && !contradicted {
        (Certainty::Likely, format!("stands behind {name}"))
    } else {
        (Certainty::Possible, format!("stands behind {name}, but does not look like the usual {}", field.label))
    };
    add(
        found,
        Candidate {
            provider: place.provider.clone(),
            auth: place.auth.clone(),
            field: place.field.clone(),
            certainty,
            mode: None,
            reason,
            named: true,
        },
    );
}
