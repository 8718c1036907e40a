//! What an admin typed into the fields of a credential.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The values of a credential by field id. Empty optional fields are left out or hold an empty text: both mean "not filled".
pub type FieldValues = BTreeMap<String, FieldValue>;

/// One value. `Debug` shows plain values and never a secret one.
#[derive(Clone)]
pub enum FieldValue {
    /// Shown in lists and details.
    Plain(String),
    /// Sealed in the vault, wiped from memory when dropped.
    Secret(SecretString),
}

impl FieldValue {
    /// The text itself, for sending, validating and delivering.
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(text) => text.expose_secret(),
        }
    }

    /// Whether the value is kept sealed.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_))
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.debug_tuple("Plain").field(text).finish(),
            Self::Secret(_) => f.write_str("Secret(redacted)"),
        }
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

/// The text of a field, or its default where nothing was typed.
pub(crate) fn filled<'a>(auth: &'a crate::AuthVariant, values: &'a FieldValues, id: &str) -> Option<&'a str> {
    let typed = values.get(id).map(FieldValue::expose).filter(|text| !text.is_empty());
    typed.or_else(|| auth.field(id).and_then(|field| field.default.as_deref()))
}
