//! The requests of a check and the rules that read their answers, as they stand in a catalogue file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::VerdictKind;

/// One place to which a check may go.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Template of scheme, host and an optional path prefix. `{field|origin}` keeps only scheme, host and port.
    pub url: String,
    /// Field values that must hold.
    #[serde(default)]
    pub when: BTreeMap<String, String>,
}

/// One request and the rules for its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name by which a rule of an earlier step goes on to this one.
    pub id: String,
    /// Only for these sign-in methods; empty means all.
    #[serde(default)]
    pub auth: Vec<String>,
    /// HTTP method.
    #[serde(default = "get")]
    pub method: Method,
    /// Path and query after the base. `{field}` is percent-encoded; `{field|path}` is the path of an address.
    #[serde(default)]
    pub path: String,
    /// Headers. One whose fields are all empty is left out; one that holds a secret is marked sensitive.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Further headers for single sign-in methods, by id of the method.
    #[serde(default)]
    pub headers_for: BTreeMap<String, BTreeMap<String, String>>,
    /// HTTP Basic sign-in.
    #[serde(default)]
    pub basic: Option<Basic>,
    /// Body, taken literally.
    #[serde(default)]
    pub body: Option<String>,
    /// A one-element array around the whole answer is taken off before the rules look.
    #[serde(default)]
    pub unwrap_array: bool,
    /// Rules in order; the first that holds decides.
    pub rules: Vec<Rule>,
}

fn get() -> Method {
    Method::Get
}

/// The methods that a check may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Only with a body that the provider cannot act on.
    Post,
}

/// User name and password of HTTP Basic sign-in, as templates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// User name; `{a|b}` takes field `b` where `a` is empty.
    pub username: String,
    /// Password.
    pub password: String,
}

/// One reading of an answer: every condition that is given must hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// HTTP status: a number or a class such as `"5xx"`.
    #[serde(default)]
    pub status: Vec<StatusTest>,
    /// A failure before any answer.
    #[serde(default)]
    pub failure: Vec<Failure>,
    /// Tests of the JSON body.
    #[serde(default)]
    pub json: Vec<JsonTest>,
    /// Tests of the JSON body, of which one must hold.
    #[serde(default)]
    pub json_any: Vec<JsonTest>,
    /// The body holds at least one of these texts, in any case.
    #[serde(default)]
    pub text: Vec<String>,
    /// Whether the answer is an HTML page.
    #[serde(default)]
    pub html: Option<bool>,
    /// A header holds this text, in any case; an empty text asks only for its presence.
    #[serde(default)]
    pub header: BTreeMap<String, String>,
    /// These headers are absent.
    #[serde(default)]
    pub no_header: Vec<String>,
    /// These fields are filled.
    #[serde(default)]
    pub filled: Vec<String>,
    /// These fields are empty.
    #[serde(default)]
    pub empty: Vec<String>,
    /// These fields hold a value that the expression matches.
    #[serde(default)]
    pub value: BTreeMap<String, String>,

    /// Go on to the step with this id instead of deciding. It must stand later in the file.
    #[serde(default)]
    pub go_on: Option<String>,
    /// The verdict.
    #[serde(default)]
    pub verdict: Option<VerdictKind>,
    /// What was seen, for people. `{json:path}`, `{count:path}`, `{field:id}`, `{status}` and `{host}` are filled in.
    #[serde(default)]
    pub evidence: String,
    /// What to do next.
    #[serde(default)]
    pub next_step: Option<String>,
    /// The field to look at.
    #[serde(default)]
    pub field: Option<String>,
}

/// A status or a class of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StatusTest {
    /// Exactly this one.
    Code(u16),
    /// `"4xx"`, `"5xx"`, …
    Class(String),
}

impl StatusTest {
    /// Whether a status passes.
    pub fn holds(&self, status: u16) -> bool {
        match self {
            Self::Code(code) => *code == status,
            Self::Class(class) => {
                class.len() == 3 && class.ends_with("xx") && class.starts_with(&(status / 100).to_string())
            }
        }
    }
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The host has no address.
    Dns,
    /// The name leads to an address that is refused (link-local, metadata service, loopback from outside).
    ForbiddenAddress,
    /// Nobody listens there.
    Refused,
    /// No route, unreachable network, a proxy that does not answer.
    Connect,
    /// The certificate's date has passed or not begun.
    CertificateDate,
    /// The certificate is for another host.
    CertificateHost,
    /// Nobody trusted signed the certificate.
    CertificateIssuer,
    /// Another fault of the encrypted connection.
    Tls,
    /// No answer in time.
    Timeout,
    /// The connection ended inside the answer.
    Cut,
    /// The answer was larger than the cap.
    TooLarge,
}

/// One test of the JSON body.
///
/// A path is names and positions joined by dots (`data.0.type`); `*` stands for any element of an array; an empty path
/// is the whole document. A test with no condition asks for existence.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonTest {
    /// Where to look.
    pub path: String,
    /// `false`: nothing (or null) stands there.
    #[serde(default)]
    pub exists: Option<bool>,
    /// The type.
    #[serde(default)]
    pub is: Option<JsonType>,
    /// Equal to this text, number or boolean.
    #[serde(default)]
    pub equals: Option<Value>,
    /// Equal to one of these.
    #[serde(default)]
    pub one_of: Vec<Value>,
    /// Text equal to the value of this field, in any case.
    #[serde(default)]
    pub equals_field: Option<String>,
    /// Text that begins so.
    #[serde(default)]
    pub starts_with: Option<String>,
    /// Text that holds one of these, in any case.
    #[serde(default)]
    pub contains: Vec<String>,
    /// A number that is at least the number at this path.
    #[serde(default)]
    pub at_least: Option<String>,
    /// A number that is at most this one.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// The test must fail for the rule to hold.
    #[serde(default)]
    pub not: bool,
}

/// Types of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonType {
    /// `{}`
    Object,
    /// `[]`
    Array,
    /// `""`
    String,
    /// `1`
    Number,
    /// `true`
    Boolean,
    /// `null`
    Null,
}
