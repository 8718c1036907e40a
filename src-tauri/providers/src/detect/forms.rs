//! The known forms of keys, ready to be tried.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex_lite::Regex;

use crate::form::whole;
use crate::{Certainty, KeyMode, Provider};

/// A field of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub provider: String,
    pub auth: String,
    pub field: String,
}

/// What a form proves.
#[derive(Debug)]
pub(super) struct Claim {
    pub place: Place,
    pub certainty: Certainty,
    pub mode: Option<KeyMode>,
    pub because: String,
}

/// An expression with all that it stands for. Several providers may issue keys of one form, and it is tried once.
#[derive(Debug)]
struct Form {
    pattern: String,
    /// How every match begins: most forms are ruled out by it alone, and never compiled.
    beginning: String,
    compiled: OnceLock<Option<Regex>>,
    claims: Vec<Claim>,
}

/// The forms of some providers, and the environment names of their fields.
#[derive(Debug, Default)]
pub(super) struct Forms {
    forms: Vec<Form>,
    names: HashMap<String, Vec<Place>>,
}

impl Forms {
    /// Collects the forms in the order of the catalogue.
    pub(super) fn of<'p>(providers: impl Iterator<Item = &'p Provider>) -> Self {
        let mut all = Self::default();
        for provider in providers {
            all.add_forms(provider);
            all.add_names(provider);
        }
        all
    }

    fn add_forms(&mut self, provider: &Provider) {
        for known in &provider.detect {
            let Some(auth) = provider.variant(known.auth.as_deref()) else { continue };
            let claim = Claim {
                place: Place { provider: provider.id.clone(), auth: auth.id.clone(), field: known.field.clone() },
                certainty: known.certainty,
                mode: known.mode,
                because: known.because.clone(),
            };
            match self.forms.iter_mut().find(|form| form.pattern == known.pattern) {
                Some(form) => form.claims.push(claim),
                None => self.forms.push(Form {
                    pattern: known.pattern.clone(),
                    beginning: beginning(&known.pattern),
                    compiled: OnceLock::new(),
                    claims: vec![claim],
                }),
            }
        }
    }

    fn add_names(&mut self, provider: &Provider) {
        for auth in &provider.auth {
            for field in &auth.fields {
                for name in &field.env {
                    let place = Place { provider: provider.id.clone(), auth: auth.id.clone(), field: field.id.clone() };
                    self.names.entry(name.clone()).or_default().push(place);
                }
            }
        }
    }

    /// What the value's form claims.
    pub(super) fn matching(&self, value: &str) -> impl Iterator<Item = &Claim> {
        self.forms.iter().filter(|form| form.matches(value)).flat_map(|form| &form.claims)
    }

    /// The fields that are handed to programs under that name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Place> {
        self.names.get(name).into_iter().flatten()
    }
}

impl Form {
    fn matches(&self, value: &str) -> bool {
        value.starts_with(&self.beginning)
            && self
                .compiled
                .get_or_init(|| whole(&self.pattern))
                .as_ref()
                .is_some_and(|expression| expression.is_match(value))
    }
}

/// The text with which every match of an expression begins, as far as it is plain to see; empty where it is not.
fn beginning(pattern: &str) -> String {
    if pattern.contains('|') && has_alternatives(pattern) {
        return String::new();
    }
    let mut text = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let plain = match letter {
            '\\' => match letters.next() {
                Some(escaped) if escaped.is_ascii_punctuation() => escaped,
                _ => break,
            },
            '.' | '[' | ']' | '(' | ')' | '{' | '}' | '*' | '+' | '?' | '^' | '$' | '|' => break,
            plain => plain,
        };
        // A letter that may be missing is no beginning.
        if matches!(letters.peek(), Some('*' | '?' | '{')) {
            break;
        }
        text.push(plain);
    }
    text
}

/// Whether there is a `|` outside of brackets. One inside a class counts too: that only makes the answer careful.
fn has_alternatives(pattern: &str) -> bool {
    let mut depth = 0_i32;
    let mut escaped = false;
    pattern.chars().any(|letter| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match letter {
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' => return depth <= 0,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_beginning_is_what_every_match_has() {
        for (pattern, text) in [
            ("gsk_[A-Za-z0-9]{20,}", "gsk_"),
            ("SG\\.[A-Za-z0-9_-]{20}", "SG."),
            ("sk-(proj|admin)-.*", "sk-"),
            ("ab|ac", ""),
            ("[0-9a-f]{32}", ""),
            ("https?://.*", "http"),
            ("a{3}b", ""),
            ("aa+b", "aa"),
            ("\\d+x", ""),
            ("(?s)\\s*\\{", ""),
            ("x(a|b)|y", ""),
            ("key-", "key-"),
        ] {
            assert_eq!(beginning(pattern), text, "{pattern}");
        }
    }
}
