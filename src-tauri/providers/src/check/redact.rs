//! Takes a credential's secrets out of foreign text, in every form in which a server may give them back.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::{FieldKind, FieldSpec, FieldValue, FieldValues};

/// Runs of a secret at least this long are taken out: the first or last eight characters are enough to be recognised.
const RUN: usize = 8;
/// What stands in place of a secret.
const MARK: &str = "[redacted]";

/// Knows the secrets of one credential for the time of one check.
pub(crate) struct Redactor {
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    /// Every run of [`RUN`] bytes of every form, in small letters.
    runs: HashSet<[u8; RUN]>,
    /// Forms shorter than a run, in small letters.
    short: Vec<String>,
}

impl Redactor {
    pub fn new(auth: &crate::AuthVariant, values: &FieldValues) -> Self {
        let mut known = Known::default();
        let plain: Vec<&str> = values.values().filter(|v| !v.is_secret()).map(FieldValue::expose).collect();
        for (id, value) in values.iter().filter(|(_, value)| value.is_secret()) {
            let text = value.expose();
            let spec = auth.field(id);
            if let Some(members) = spec.and_then(|spec| secret_members(spec, text)) {
                members.iter().for_each(|text| known.add_forms(text));
                continue;
            }
            // The host of a secret address is no secret, and evidence names it.
            let is_url = spec.is_some_and(|field| field.kind == FieldKind::Url);
            let tail = text.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, tail)| tail);
            let text = if is_url { tail.unwrap_or(text) } else { text };
            known.add_forms(text);
            for user in plain.iter().chain([&text]) {
                known.add(&STANDARD.encode(format!("{user}:{text}")));
            }
        }
        Self { known: RwLock::new(known) }
    }

    /// Learns a secret that came up during the check: a token from an answer, a signature.
    pub fn add_secret(&self, text: &str) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).add_forms(text);
    }
}

/// The texts and numbers in a JSON field that are secret: every one but those that the catalogue calls public. Nothing
/// where it calls none public or the value is no JSON object; the whole value is secret then.
fn secret_members(spec: &FieldSpec, text: &str) -> Option<Vec<Zeroizing<String>>> {
    fn collect(value: serde_json::Value, found: &mut Vec<Zeroizing<String>>) {
        match value {
            serde_json::Value::String(text) => found.push(Zeroizing::new(text)),
            serde_json::Value::Number(number) => found.push(Zeroizing::new(number.to_string())),
            serde_json::Value::Array(items) => items.into_iter().for_each(|item| collect(item, found)),
            serde_json::Value::Object(map) => map.into_iter().for_each(|(_, value)| collect(value, found)),
            _ => {}
        }
    }
    if spec.kind != FieldKind::Json || spec.public_members.is_empty() {
        return None;
    }
    let map: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let mut found = Vec::new();
    for (name, value) in map {
        if !spec.is_public_member(&name) {
            collect(value, &mut found);
        }
    }
    Some(found)
}

impl Known {
    fn add_forms(&mut self, text: &str) {
        self.add(text);
        self.add(&utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
        if let Ok(json) = serde_json::to_string(text) {
            self.add(json.trim_matches('"'));
        }
        self.add(&text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        // Base64 of a longer text shows the secret in one of three alignments; its edges depend on the neighbours.
        for shift in 0..3_usize {
            let padded: Vec<u8> = std::iter::repeat_n(0, shift).chain(text.bytes()).collect();
            for encoded in [STANDARD.encode(&padded), URL_SAFE.encode(&padded)] {
                let from = if shift == 0 { 0 } else { 4 };
                let inner = encoded.trim_end_matches('=');
                self.add(inner.get(from..inner.len().saturating_sub(1)).unwrap_or_default());
            }
        }
    }

    fn add(&mut self, form: &str) {
        let small = form.to_ascii_lowercase();
        if small.len() >= RUN {
            self.runs.extend(small.as_bytes().windows(RUN).filter_map(|run| <[u8; RUN]>::try_from(run).ok()));
        } else if small.len() >= 3 {
            self.short.push(small);
        }
    }
}

impl Redactor {
    /// The text without any run of a secret.
    pub fn redact(&self, text: &str) -> String {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let small = text.to_ascii_lowercase();
        let mut covered = vec![false; small.len()];
        for (at, run) in small.as_bytes().windows(RUN).enumerate() {
            if <[u8; RUN]>::try_from(run).is_ok_and(|run| known.runs.contains(&run)) {
                covered.iter_mut().skip(at).take(RUN).for_each(|c| *c = true);
            }
        }
        for form in &known.short {
            for (at, _) in small.match_indices(form.as_str()) {
                covered.iter_mut().skip(at).take(form.len()).for_each(|c| *c = true);
            }
        }
        let mut out = String::with_capacity(text.len());
        let mut inside = false;
        for (at, c) in text.char_indices() {
            let is_covered = (at..at + c.len_utf8()).any(|i| covered.get(i).copied().unwrap_or(false));
            if !is_covered {
                out.push(c);
            } else if !inside {
                out.push_str(MARK);
            }
            inside = is_covered;
        }
        out
    }

    /// A short piece of foreign text for an evidence line: one line, no control or invisible characters, redacted, cut.
    pub fn quote(&self, text: &str, most: usize) -> String {
        let visible: String = text
            .chars()
            .take(8 * 1024)
            .filter(|c| !crate::clean::is_invisible(*c))
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        // Redact before cutting, or a cut secret would no longer be recognised.
        let safe = self.redact(&line);
        if safe.chars().count() <= most {
            return safe;
        }
        let cut: String = safe.chars().take(most).collect();
        format!("{}…", cut.trim_end())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    const SECRET: &str = "FAKE/se+cret \"q\"-0123456789xyz";

    fn redactor(field: &str, secret: &str) -> Redactor {
        let auth = crate::AuthVariant {
            id: "a".to_owned(),
            label: "A".to_owned(),
            recommended: true,
            fields: Vec::new(),
            lookup_key: None,
            any_of: Vec::new(),
            mail_host: None,
        };
        let values = FieldValues::from([
            (field.to_owned(), FieldValue::Secret(secret.into())),
            ("user".to_owned(), FieldValue::Plain("account1".to_owned())),
        ]);
        Redactor::new(&auth, &values)
    }

    #[test]
    fn every_form_of_a_secret_is_taken_out() {
        let forms = [
            SECRET.to_owned(),
            SECRET.to_uppercase(),
            utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string(),
            serde_json::to_string(SECRET).unwrap(),
            STANDARD.encode(SECRET),
            URL_SAFE.encode(SECRET),
            STANDARD.encode(format!("account1:{SECRET}")),
            STANDARD.encode(format!("x{SECRET}y")),
            STANDARD.encode(format!("xx{SECRET}y")),
            SECRET.bytes().map(|b| format!("{b:02x}")).collect(),
            SECRET[..8].to_owned(),
            SECRET[SECRET.len() - 8..].to_owned(),
        ];
        let redactor = redactor("key", SECRET);
        for form in forms {
            let shown = redactor.redact(&format!("before {form} after"));
            assert!(
                shown.starts_with("before ") && shown.ends_with(" after") && shown.contains(MARK),
                "{form}: {shown}"
            );
            let windows = form.as_bytes().windows(RUN).filter_map(|run| std::str::from_utf8(run).ok());
            let left: Vec<&str> = windows.filter(|run| shown.contains(*run)).collect();
            assert!(left.is_empty(), "{form} left {left:?} in {shown}");
        }
    }

    #[test]
    fn of_a_json_field_only_public_members_stay() {
        let field = r#"
            id = "file"
            label = "File"
            secret = true
            kind = "json"
            public_members = ["type", "email"]
        "#;
        let auth = crate::AuthVariant {
            id: "a".to_owned(),
            label: "A".to_owned(),
            recommended: true,
            fields: vec![toml::from_str(field).unwrap()],
            lookup_key: None,
            any_of: Vec::new(),
            mail_host: None,
        };
        let shown = |file: &str, text: &str| {
            let values = FieldValues::from([("file".to_owned(), FieldValue::Secret(file.into()))]);
            Redactor::new(&auth, &values).redact(text)
        };
        let file = r#"{"type":"account","email":"robot@x.example","key":"FAKE\nprivate-key-0123","more":[{"x":"FAKE-nested-1"}]}"#;
        assert_eq!(shown(file, "account robot@x.example"), "account robot@x.example");
        let echoed = shown(file, "FAKE\\nprivate-key-0123 FAKE\nprivate-key-0123 FAKE-nested-1");
        assert!(!echoed.contains("private") && !echoed.contains("nested"), "{echoed}");
        assert_eq!(shown("FAKE no json 0123", "x FAKE no json 0123 y"), "x [redacted] y");
    }

    #[test]
    fn a_secret_that_came_up_later_goes_too() {
        let redactor = redactor("key", SECRET);
        redactor.add_secret("FAKE-later-token-9876");
        assert_eq!(redactor.redact("token FAKE-later-token-9876."), "token [redacted].");
    }

    #[test]
    fn other_text_stays_and_short_secrets_go() {
        assert_eq!(redactor("key", SECRET).redact("the model list is empty"), "the model list is empty");
        assert_eq!(redactor("pin", "4711").redact("pin 4711 is wrong"), "pin [redacted] is wrong");
    }

    #[test]
    fn a_quote_is_cut_after_redacting() {
        let shown = redactor("key", SECRET).quote(&format!("{}{SECRET}", "x".repeat(75)), 80);
        assert!(!shown.contains("FAKE"), "{shown}");
        assert_eq!(redactor("key", SECRET).quote("one\n two\u{202e}\u{7}three", 80), "one two three");
    }
}
