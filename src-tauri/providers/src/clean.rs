//! What is pasted by accident around a value: white space, quotes, `export NAME=`, `Bearer`, invisible characters.

use std::ops::Range;

use crate::FieldKind;

/// Which parts of a pasted text to keep, and what the rest was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Byte ranges of the text, in order.
    pub keep: Vec<Range<usize>>,
    /// For people: "one trailing line break", "the quotes". Nothing where all was kept.
    pub removed: Option<String>,
}

impl Cleaned {
    /// The kept parts as one text.
    pub fn apply(&self, text: &str) -> String {
        self.keep.iter().filter_map(|range| text.get(range.clone())).collect()
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Characters that take no room on a screen: byte order mark, zero-width and direction marks, soft hyphen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{ad}')
}

/// Finds what was pasted by accident. The inside of several-line and JSON values is never touched: of those only a byte
/// order mark at the start goes, and the white space around a JSON document.
pub fn clean(kind: FieldKind, text: &str) -> Cleaned {
    let mut rest = 0..text.len();
    let mut removed = Vec::new();
    match kind {
        FieldKind::Multiline | FieldKind::Json => {
            if text.starts_with(BYTE_ORDER_MARK) {
                rest.start = BYTE_ORDER_MARK.len_utf8();
                removed.push("the byte order mark".to_owned());
            }
            if kind == FieldKind::Json {
                trim(text, &mut rest, &mut removed, char::is_whitespace);
            }
            finish(vec![rest], removed)
        }
        FieldKind::Text | FieldKind::Url | FieldKind::Choice | FieldKind::Phone => {
            let around = |c: char| c.is_whitespace() || is_invisible(c);
            // Each wrapping may hide another: `export NAME="Bearer …"`.
            loop {
                let before = rest.clone();
                trim(text, &mut rest, &mut removed, around);
                for strip in [assignment, quotes, bearer] {
                    if let Some((inner, what)) = strip(slice(text, &rest)) {
                        rest = rest.start + inner.start..rest.start + inner.end;
                        removed.push(what);
                        break;
                    }
                }
                if rest == before {
                    break;
                }
            }
            let inside = slice(text, &rest);
            let keep = without_invisible(inside, rest.start);
            let hidden: Vec<char> = inside.chars().filter(|c| is_invisible(*c)).collect();
            if !hidden.is_empty() {
                removed.push(invisible(&hidden));
            }
            finish(keep, removed)
        }
    }
}

fn finish(keep: Vec<Range<usize>>, removed: Vec<String>) -> Cleaned {
    let mut named: Vec<String> = Vec::new();
    for what in removed {
        if !named.contains(&what) {
            named.push(what);
        }
    }
    let removed = match named.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [first @ .., last] => Some(format!("{} and {last}", first.join(", "))),
    };
    Cleaned { keep: keep.into_iter().filter(|range| !range.is_empty()).collect(), removed }
}

fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

fn trim(text: &str, rest: &mut Range<usize>, removed: &mut Vec<String>, around: impl Fn(char) -> bool) {
    let inner = slice(text, rest);
    let after_start = inner.trim_start_matches(&around);
    let lead = inner.len() - after_start.len();
    let both = after_start.trim_end_matches(&around);
    let (head, tail) = (inner.get(..lead).unwrap_or_default(), after_start.get(both.len()..).unwrap_or_default());
    removed.extend([("leading", head), ("trailing", tail)].into_iter().filter_map(|(side, cut)| name_of(side, cut)));
    *rest = rest.start + lead..rest.start + lead + both.len();
}

/// "one trailing line break", "2 leading spaces", "1 invisible character".
fn name_of(side: &str, cut: &str) -> Option<String> {
    if cut.is_empty() {
        return None;
    }
    let breaks = cut.matches("\r\n").count() + cut.replace("\r\n", "").matches(['\n', '\r']).count();
    if cut.chars().all(is_invisible) {
        return Some(invisible(&cut.chars().collect::<Vec<_>>()));
    }
    if cut.chars().all(|c| c == '\n' || c == '\r') {
        return Some(if breaks == 1 {
            format!("one {side} line break")
        } else {
            format!("{breaks} {side} line breaks")
        });
    }
    if cut.chars().all(|c| c == ' ') {
        let spaces = cut.len();
        return Some(if spaces == 1 { format!("one {side} space") } else { format!("{spaces} {side} spaces") });
    }
    Some(format!("{side} white space"))
}

/// What unseen characters are called: "the byte order mark", "2 zero-width characters", "1 invisible character".
fn invisible(hidden: &[char]) -> String {
    let zero_width = |c: &char| matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}');
    match hidden {
        [BYTE_ORDER_MARK] => "the byte order mark".to_owned(),
        all if all.iter().all(zero_width) => count(all.len(), "zero-width character"),
        all => count(all.len(), "invisible character"),
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// `export NAME=value` and `NAME=value`.
fn assignment(text: &str) -> Option<(Range<usize>, String)> {
    let (_, value, exported) = assigned(text)?;
    // The name itself is not repeated: it might be the beginning of an unusual secret.
    let what = if exported { "`export NAME=`" } else { "`NAME=`" };
    Some((text.len() - value.len()..text.len(), what.to_owned()))
}

/// Name and value of `export NAME=value` and `NAME=value`, where NAME is written as environment names are, and whether
/// it is exported. The underscore keeps base64 text with an inner `=` from being taken for a name.
fn assigned(text: &str) -> Option<(&str, &str, bool)> {
    let (word, exported) = match text.strip_prefix("export ") {
        Some(after) => (after.trim_start(), true),
        None => (text, false),
    };
    let (name, value) = word.split_once('=')?;
    let name = name.trim_end();
    let usual = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let plausible = usual && (exported || name.contains('_'));
    (plausible && !value.trim().is_empty()).then_some((name, value, exported))
}

/// The environment name before a pasted value.
pub(crate) fn name_before(text: &str) -> Option<&str> {
    let inner = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    assigned(inner).map(|(name, _, _)| name)
}

fn quotes(text: &str) -> Option<(Range<usize>, String)> {
    const PAIRS: [(char, char); 6] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('«', '»')];
    let (open, close) = PAIRS.into_iter().find(|(open, close)| text.starts_with(*open) && text.ends_with(*close))?;
    let inner = open.len_utf8()..text.len().checked_sub(close.len_utf8())?;
    (inner.start < inner.end).then(|| (inner, "the quotes".to_owned()))
}

fn bearer(text: &str) -> Option<(Range<usize>, String)> {
    let (word, rest) = text.split_once(' ')?;
    let header = word.eq_ignore_ascii_case("authorization:") || word.eq_ignore_ascii_case("x-api-key:");
    if !header && !word.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let name = if header { word } else { "Bearer" };
    (!rest.trim().is_empty()).then(|| (text.len() - rest.len()..text.len(), format!("`{name}`")))
}

/// The ranges between invisible characters.
fn without_invisible(text: &str, offset: usize) -> Vec<Range<usize>> {
    let mut keep = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| is_invisible(*c)) {
        keep.push(offset + start..offset + at);
        start = at + c.len_utf8();
    }
    keep.push(offset + start..offset + text.len());
    keep
}
