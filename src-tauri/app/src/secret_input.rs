//! Text that a front end hands in and that may be secret.

use serde::{Deserialize, Deserializer};
use strongroom_vault::SecretText;
use zeroize::Zeroizing;

/// A value typed into a form or read from standard input. It is treated as secret until the catalogue says that
/// its field is plain: wiped on drop, redacted in `Debug`, and without a way to serialise it again.
pub struct SecretInput(Zeroizing<String>);

impl SecretInput {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for validation and for a plain field's value.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Hands the text on as a secret.
    pub(crate) fn to_secret(&self) -> SecretText {
        SecretText::new(self.0.as_str().to_owned())
    }
}

impl From<SecretInput> for SecretText {
    fn from(input: SecretInput) -> Self {
        input.to_secret()
    }
}

impl std::fmt::Debug for SecretInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretInput(redacted)")
    }
}

impl<'de> Deserialize<'de> for SecretInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(feature = "types")]
impl specta::Type for SecretInput {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}
