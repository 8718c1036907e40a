//! The recorded answers of a provider, as they stand in its data file.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::signed::{AwsSignature, Token};
use crate::{End, Reply, Seen, test_key};

/// Id and text of each file, sorted by id.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/answers.rs"));

/// Stands in bodies, headers and forms for the name of the answer, so that a token leads from one request to the next.
const ANSWER_NAME: &str = "{name}";
/// Stands in values for a private key that serves nothing but these tests.
const TEST_KEY: &str = "{test-key}";
/// Stands in forms for a signed token, which `jwt` describes.
const ANY_TOKEN: &str = "{jwt}";

/// A file of recorded answers that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("answers/{file}.toml: {reason}")]
pub struct RecordedError {
    /// Name of the file without ending.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What one provider answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Id of the provider.
    pub provider: String,
    /// Made-up field values by sign-in method.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The requests that must arrive, by name.
    #[serde(default)]
    pub requests: BTreeMap<String, Expected>,
    /// The answers.
    pub answers: Vec<RecordedAnswer>,
}

/// What a request must look like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// HTTP method.
    pub method: String,
    /// Path and query, exactly.
    pub path: String,
    /// Headers and their exact values.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Headers that must not arrive.
    #[serde(default)]
    pub absent: Vec<String>,
    /// The exact body; without it, and without a form, there must be none.
    #[serde(default)]
    pub body: Option<String>,
    /// The exact entries of a form-encoded body.
    #[serde(default)]
    pub form: BTreeMap<String, String>,
    /// The AWS signature, computed anew over what arrived.
    #[serde(default)]
    pub aws: Option<AwsSignature>,
    /// The signed token that must stand in a header or in the form.
    #[serde(default)]
    pub jwt: Option<Token>,
}

/// One course of a check and the verdict that it must lead to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedAnswer {
    /// Name of the case, unique in its file.
    pub name: String,
    /// Id of the sign-in method; the recommended one where absent.
    #[serde(default)]
    pub auth: Option<String>,
    /// Field values in place of the method's; an empty text leaves a field out.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Put behind the stand-in's address in `base_url`.
    #[serde(default)]
    pub prefix: String,
    /// The verdict's name.
    pub verdict: String,
    /// The word in a key by which the demonstration server gives this answer; the name where absent.
    #[serde(default)]
    pub word: Option<String>,
    /// A part of the evidence sentence.
    pub evidence: String,
    /// The field to which the verdict points.
    #[serde(default)]
    pub field: Option<String>,
    /// Requests and answers in order; none where the check asks nobody.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
}

/// One request and its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// Name of the request.
    pub request: String,
    /// HTTP status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Headers of the answer; JSON is its type where none says otherwise.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body of the answer.
    #[serde(default)]
    pub body: String,
    /// A failure in place of an answer: `dns` or `cut`.
    #[serde(default)]
    pub failure: Option<String>,
}

fn ok() -> u16 {
    200
}

/// Every file of recorded answers.
///
/// # Errors
/// The first file that cannot be read.
pub fn all() -> Result<Vec<Recorded>, RecordedError> {
    FILES.iter().map(|(id, text)| parse(id, text)).collect()
}

fn parse(id: &str, text: &str) -> Result<Recorded, RecordedError> {
    let error = |reason: String| RecordedError { file: id.to_owned(), reason };
    let mut recorded: Recorded = toml::from_str(text).map_err(|e| error(e.to_string()))?;
    let mut names = std::collections::BTreeSet::new();
    for answer in &mut recorded.answers {
        if !names.insert(answer.name.clone()) {
            return Err(error(format!("two answers are called `{}`", answer.name)));
        }
        if let Some(exchange) = answer.exchanges.iter().find(|e| !recorded.requests.contains_key(&e.request)) {
            return Err(error(format!(
                "`{}` names the request `{}`, which does not exist",
                answer.name, exchange.request
            )));
        }
        for exchange in &mut answer.exchanges {
            exchange.body = exchange.body.replace(ANSWER_NAME, &answer.name);
        }
    }
    let own = recorded.answers.iter_mut().map(|answer| &mut answer.values);
    for value in recorded.values.values_mut().chain(own).flat_map(BTreeMap::values_mut) {
        *value = value.replace(TEST_KEY, &test_key::in_json());
    }
    Ok(recorded)
}

impl Recorded {
    /// The request of an exchange, with the name of its answer filled in.
    pub fn expected(&self, answer: &RecordedAnswer, exchange: &Exchange) -> Option<Expected> {
        let mut expected = self.requests.get(&exchange.request)?.clone();
        for text in expected.headers.values_mut().chain(expected.form.values_mut()) {
            *text = text.replace(ANSWER_NAME, &answer.name);
        }
        Some(expected)
    }
}

impl Exchange {
    /// The answer to play.
    pub fn reply(&self) -> Reply {
        let mut reply = Reply::new(self.status, &self.body);
        for (name, value) in &self.headers {
            reply = reply.header(name, value);
        }
        if self.failure.as_deref() == Some("cut") {
            reply.end = End::Cut;
        }
        reply
    }
}

impl Expected {
    /// What is wrong with a request that arrived; nothing where all is as expected. Names headers, never their values.
    pub fn differences(&self, seen: &Seen) -> Vec<String> {
        let mut found = Vec::new();
        if self.method != seen.method {
            found.push(format!("the method is {}, not {}", seen.method, self.method));
        }
        if seen.path != self.path {
            found.push(format!("the path is {}, not {}", seen.path, self.path));
        }
        for (name, value) in &self.headers {
            match seen.header(name) {
                None => found.push(format!("the header {name} is missing")),
                Some(arrived) if arrived != value => found.push(format!("the header {name} has another value")),
                Some(_) => {}
            }
        }
        found
            .extend(self.absent.iter().filter(|n| seen.header(n).is_some()).map(|n| format!("the header {n} arrived")));
        if self.form.is_empty() {
            if self.body.as_deref().unwrap_or_default().as_bytes() != seen.body {
                found.push("the body differs".to_owned());
            }
        } else {
            self.form_differences(seen, &mut found);
        }
        if let Some(aws) = &self.aws {
            found.extend(aws.differences(seen));
        }
        if let Some(token) = &self.jwt {
            found.extend(token.differences(seen));
        }
        found
    }

    fn form_differences(&self, seen: &Seen, found: &mut Vec<String>) {
        if !seen.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            found.push("the body is not declared as a form".to_owned());
        }
        let arrived = seen.form();
        for (name, value) in &self.form {
            match arrived.get(name) {
                None => found.push(format!("the form lacks {name}")),
                Some(_) if value == ANY_TOKEN => {}
                Some(arrived) if arrived != value => found.push(format!("{name} of the form has another value")),
                Some(_) => {}
            }
        }
        let more = arrived.keys().filter(|name| !self.form.contains_key(*name));
        found.extend(more.map(|name| format!("the form holds {name}")));
    }
}
