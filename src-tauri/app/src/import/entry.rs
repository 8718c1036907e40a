//! What a file holds before anybody has said what it means.

use zeroize::Zeroizing;

/// A name with its value.
pub(crate) struct Entry {
    /// The line where it begins, where the format has lines.
    pub line: Option<u32>,
    /// The object in which it stands, in JSON.
    pub group: Option<String>,
    /// The name.
    pub name: String,
    /// The value, wiped on drop.
    pub value: Zeroizing<String>,
}

/// Something that becomes nothing, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// The line, where the format has lines.
    pub line: Option<u32>,
    /// The name, where there is one.
    pub name: Option<String>,
    /// Why, as a sentence that holds nothing of the value.
    pub why: String,
}

/// All that was read.
#[derive(Default)]
pub(crate) struct Content {
    /// Names with values, in order.
    pub entries: Vec<Entry>,
    /// The rest, in order.
    pub skipped: Vec<Skipped>,
}

impl Content {
    /// Leaves something out.
    pub(crate) fn skip(&mut self, line: Option<u32>, name: Option<&str>, why: impl Into<String>) {
        self.skipped.push(Skipped { line, name: name.map(str::to_owned), why: why.into() });
    }
}

/// Whether a text can be the name of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 120
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
