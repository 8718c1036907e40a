//! Reads an answer with the rules of a step.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde_json::Value;
use zeroize::Zeroize as _;

use super::rules::{Failure, JsonTest, JsonType, Keep, Rule, Step};
use super::template::Kept;
use crate::values::filled;
use crate::{AuthVariant, FieldValue, FieldValues};

/// What came back from one request.
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    /// The body as JSON; an XML document is read as if it were JSON.
    pub json: Option<Value>,
    /// This computer's clock and the answer's date are far apart.
    pub clock_off: bool,
}

/// The longest value that is kept from an answer: more than any documented token.
const LONGEST_KEPT: usize = 16 * 1024;
/// Servers and clocks that are this far apart refuse each other's signatures (AWS: five minutes).
const CLOCK_TOLERANCE: Duration = Duration::from_secs(300);

/// Answers may hold tokens.
impl Drop for Answer {
    fn drop(&mut self) {
        self.body.zeroize();
        self.json.iter_mut().for_each(wipe);
    }
}

/// Wipes every text in a document.
pub(crate) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether the answer calls itself XML and is no page for people.
fn is_xml(headers: &HeaderMap, body: &str) -> bool {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let start: String = body.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    kind.contains("xml") && !kind.contains("html") && !start.starts_with("<!doctype") && !start.starts_with("<html")
}

/// An answer, or why there is none.
pub(crate) type Seen = Result<Answer, Failure>;

impl Answer {
    pub fn new(status: u16, headers: HeaderMap, body: &[u8], unwrap_array: bool) -> Self {
        let body = String::from_utf8_lossy(body).into_owned();
        let mut json: Option<Value> = serde_json::from_str(body.trim_start_matches('\u{feff}')).ok();
        if unwrap_array
            && let Some(Value::Array(items)) = &mut json
            && items.len() == 1
        {
            json = items.pop();
        }
        if json.is_none() && is_xml(&headers, &body) {
            json = super::xml::to_json(&body);
        }
        Self { status, headers, body, json, clock_off: false }
    }

    /// Compares the answer's date with this computer's time.
    pub fn compare_clock(&mut self, now: SystemTime) {
        let date = self.header("date").and_then(|date| httpdate::parse_http_date(&date).ok());
        let apart = date.map(|date| now.duration_since(date).unwrap_or_else(|late| late.duration()));
        self.clock_off = apart.is_some_and(|apart| apart > CLOCK_TOLERANCE);
    }

    /// Takes the values that a step keeps out of the answer. Only texts of one line that fit into a header.
    pub fn keep(&self, wanted: &BTreeMap<String, Keep>, kept: &mut Kept) {
        for (name, keep) in wanted {
            let found = self.json.as_ref().and_then(|root| at(root, keep.path()).into_iter().find_map(Value::as_str));
            let fits = |text: &&str| !text.is_empty() && text.len() <= LONGEST_KEPT && !text.contains(char::is_control);
            if let Some(text) = found.filter(fits) {
                let value =
                    if keep.is_public() { FieldValue::Plain(text.to_owned()) } else { FieldValue::Secret(text.into()) };
                kept.insert(name.clone(), value);
            }
        }
    }

    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()))
    }

    /// Whether a page for people came in place of an answer for programs.
    pub fn is_html(&self) -> bool {
        let declared = self.header("content-type").is_some_and(|t| t.to_ascii_lowercase().contains("html"));
        let start: String = self.body.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
        self.json.is_none() && (declared || start.starts_with("<!doctype html") || start.starts_with("<html"))
    }

    pub fn mentions(&self, words: &[impl AsRef<str>]) -> bool {
        let body = self.body.to_lowercase();
        words.iter().any(|word| body.contains(&word.as_ref().to_lowercase()))
    }
}

/// Every value to which a path leads.
pub(crate) fn at<'a>(root: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![root];
    for part in path.split('.').filter(|part| !part.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|value| match (value, part) {
                (Value::Array(items), "*") => items.iter().collect::<Vec<_>>(),
                (Value::Array(items), index) => {
                    index.parse::<usize>().ok().and_then(|i| items.get(i)).into_iter().collect()
                }
                (Value::Object(map), name) => map.get(name).into_iter().collect(),
                _ => Vec::new(),
            })
            .collect();
    }
    found
}

/// Whether the conditions of a rule on the credential's own values hold.
pub(crate) fn values_hold(rule: &Rule, auth: &AuthVariant, values: &FieldValues) -> bool {
    let value = |id: &str| filled(auth, values, id);
    rule.filled.iter().all(|id| value(id).is_some())
        && rule.empty.iter().all(|id| value(id).is_none())
        && rule.value.iter().all(|(id, pattern)| {
            value(id).is_some_and(|text| crate::form::whole(pattern).is_some_and(|pattern| pattern.is_match(text)))
        })
}

/// Whether a step is for this sign-in method and these values.
pub(crate) fn step_serves(step: &Step, auth: &AuthVariant, values: &FieldValues) -> bool {
    (step.auth.is_empty() || step.auth.contains(&auth.id))
        && step.filled.iter().all(|id| filled(auth, values, id).is_some())
        && step.empty.iter().all(|id| filled(auth, values, id).is_none())
}

/// Whether every condition of a rule holds.
pub(crate) fn holds(rule: &Rule, seen: &Seen, auth: &AuthVariant, values: &FieldValues) -> bool {
    if !values_hold(rule, auth, values) {
        return false;
    }
    let answer = match seen {
        Err(failure) => return rule.failure.contains(failure),
        Ok(_) if rule.status.is_empty() => return false,
        Ok(answer) => answer,
    };
    let header_holds = |(name, text): (&String, &String)| {
        answer.header(name).is_some_and(|value| value.to_lowercase().contains(&text.to_lowercase()))
    };
    let json_holds = |test: &JsonTest| json_holds(test, answer.json.as_ref(), auth, values) != test.not;
    rule.status.iter().any(|status| status.holds(answer.status))
        && rule.html.is_none_or(|wanted| answer.is_html() == wanted)
        && rule.clock_off.is_none_or(|wanted| answer.clock_off == wanted)
        && rule.header.iter().all(header_holds)
        && rule.no_header.iter().all(|name| answer.header(name).is_none())
        && (rule.text.is_empty() || answer.mentions(&rule.text))
        && (rule.json_any.is_empty() || rule.json_any.iter().any(json_holds))
        && rule.json.iter().all(json_holds)
}

fn json_holds(test: &JsonTest, root: Option<&Value>, auth: &AuthVariant, values: &FieldValues) -> bool {
    let Some(root) = root else { return test.exists == Some(false) };
    let found = at(root, &test.path);
    if test.exists == Some(false) {
        return found.iter().all(|value| value.is_null());
    }
    found.into_iter().any(|value| value_holds(test, value, root, auth, values))
}

fn value_holds(test: &JsonTest, value: &Value, root: &Value, auth: &AuthVariant, values: &FieldValues) -> bool {
    let text = value.as_str();
    let type_holds = |wanted: JsonType| match wanted {
        JsonType::Object => value.is_object(),
        JsonType::Array => value.is_array(),
        JsonType::String => value.is_string(),
        JsonType::Number => value.is_number(),
        JsonType::Boolean => value.is_boolean(),
        JsonType::Null => value.is_null(),
    };
    let is_null_test = test.is == Some(JsonType::Null) || test.equals == Some(Value::Null);
    (is_null_test || !value.is_null())
        && test.is.is_none_or(type_holds)
        && test.equals.as_ref().is_none_or(|wanted| wanted == value)
        && (test.one_of.is_empty() || test.one_of.contains(value))
        && test.equals_field.as_deref().is_none_or(|id| {
            text.zip(filled(auth, values, id)).is_some_and(|(text, wanted)| text.eq_ignore_ascii_case(wanted))
        })
        && test.starts_with.as_deref().is_none_or(|start| text.is_some_and(|text| text.starts_with(start)))
        && (test.contains.is_empty()
            || text
                .map(str::to_lowercase)
                .is_some_and(|t| test.contains.iter().any(|word| t.contains(&word.to_lowercase()))))
        && test.at_least.as_deref().is_none_or(|path| {
            let limit = at(root, path).into_iter().find_map(Value::as_f64);
            value.as_f64().zip(limit).is_some_and(|(number, limit)| number >= limit)
        })
        && test.at_most.is_none_or(|limit| value.as_f64().is_some_and(|number| number <= limit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn at_most_compares_numbers_and_nothing_else() {
        let auth = crate::AuthVariant {
            id: "a".to_owned(),
            label: "A".to_owned(),
            recommended: true,
            fields: Vec::new(),
            lookup_key: None,
            any_of: Vec::new(),
            mail_host: None,
        };
        let test = JsonTest { path: "left".to_owned(), at_most: Some(0.0), ..JsonTest::default() };
        let holds = |body: &str| {
            let json = serde_json::from_str(body).unwrap();
            json_holds(&test, Some(&json), &auth, &FieldValues::new())
        };
        for (body, wanted) in [
            (r#"{"left": 0}"#, true),
            (r#"{"left": 0.0}"#, true),
            (r#"{"left": -0.4}"#, true),
            (r#"{"left": 0.01}"#, false),
            (r#"{"left": null}"#, false),
            (r#"{"left": "0"}"#, false),
            ("{}", false),
        ] {
            assert_eq!(holds(body), wanted, "{body}");
        }
    }
}
