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
    /// The only hosts that are taken: `api.example.com`, or `.example.com` for every host below it. Needed where the
    /// address comes from an answer; empty takes any host that an admin typed.
    #[serde(default)]
    pub hosts: Vec<String>,
}

impl Base {
    /// Whether the list names the host of an address.
    pub(crate) fn takes_host(&self, url: &url::Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        self.hosts
            .iter()
            .any(|known| if known.starts_with('.') { host.ends_with(known.as_str()) } else { host == known })
    }
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
    /// Only where these fields are filled.
    #[serde(default)]
    pub filled: Vec<String>,
    /// Only where these fields are empty.
    #[serde(default)]
    pub empty: Vec<String>,
    /// Where this step goes instead of the check's base, as there. `{kept:name}` is a host from an earlier answer.
    #[serde(default)]
    pub base: Vec<Base>,
    /// HTTP method.
    #[serde(default = "get")]
    pub method: Method,
    /// Path and query after the base. `{field}` is percent-encoded; `{field|path}` is the path of an address.
    #[serde(default)]
    pub path: String,
    /// Headers, whose names are templates too. One whose fields are all empty is left out; one that holds a secret is
    /// marked sensitive.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Further headers for single sign-in methods, by id of the method.
    #[serde(default)]
    pub headers_for: BTreeMap<String, BTreeMap<String, String>>,
    /// HTTP Basic sign-in.
    #[serde(default)]
    pub basic: Option<Basic>,
    /// Body, taken literally. Not together with `form`.
    #[serde(default)]
    pub body: Option<String>,
    /// Body as a web form, by name. An entry whose fields are all empty is left out.
    #[serde(default)]
    pub form: BTreeMap<String, String>,
    /// Parameters behind the path, by name. An entry whose places are all empty is left out.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// A signature over the request, or a token for it.
    #[serde(default)]
    pub sign: Option<Sign>,
    /// Values that later steps take out of this answer, by the name under which they use them.
    #[serde(default)]
    pub keep: BTreeMap<String, Keep>,
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

/// A value taken out of an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Keep {
    /// The path of a secret (a token).
    Secret(String),
    /// The path of a value that may be shown (a host).
    Told(KeepTold),
}

/// A kept value, and whether it may be shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepTold {
    /// Where it stands, as in [`JsonTest`].
    pub path: String,
    /// Not a secret: it may stand in addresses and evidence.
    pub public: bool,
}

impl Keep {
    /// Where the value stands.
    pub fn path(&self) -> &str {
        match self {
            Self::Secret(path) => path,
            Self::Told(told) => &told.path,
        }
    }

    /// Whether it may be shown.
    pub fn is_public(&self) -> bool {
        matches!(self, Self::Told(told) if told.public)
    }
}

/// How a step proves that the sender holds a secret without sending it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Sign {
    /// AWS Signature Version 4 over the whole request.
    Aws(AwsSign),
    /// A JSON Web Token, for use as `{signed:jwt}`.
    Jwt(JwtSign),
    /// A keyed hash (HMAC with SHA-256) in lower-case hexadecimal, for use as `{signed:hmac}`. There is none where the
    /// key or the message is empty.
    Hmac(HmacSign),
}

/// HMAC with SHA-256 (RFC 2104). Both texts are templates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HmacSign {
    /// The key.
    pub key: String,
    /// What is hashed under it.
    pub message: String,
}

/// AWS Signature Version 4. Every text but the service is a template.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsSign {
    /// Name of the service in the signature (`sts`, `ses`).
    pub service: String,
    /// Region.
    pub region: String,
    /// Access key id.
    #[serde(default = "access_key_id")]
    pub access_key_id: String,
    /// Secret access key.
    #[serde(default = "secret_access_key")]
    pub secret_access_key: String,
    /// Session token; nothing is sent for an empty one.
    #[serde(default = "session_token")]
    pub session_token: String,
}

fn access_key_id() -> String {
    "{access_key_id}".to_owned()
}

fn secret_access_key() -> String {
    "{secret_access_key}".to_owned()
}

fn session_token() -> String {
    "{session_token}".to_owned()
}

/// A JSON Web Token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtSign {
    /// How it is signed.
    pub alg: JwtAlgorithm,
    /// Template of the key: a shared secret, or a private key in PEM form.
    pub key: String,
    /// What it says. Texts are templates; one that is only `{time:now+60}` becomes a number.
    pub claims: serde_json::Map<String, Value>,
}

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum JwtAlgorithm {
    /// HMAC with SHA-256: the key is a shared secret.
    Hs256,
    /// RSA PKCS #1 v1.5 with SHA-256: the key is a private key.
    Rs256,
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
    /// Whether this computer's clock and the answer's date differ by more than five minutes; signatures fail then.
    #[serde(default)]
    pub clock_off: Option<bool>,
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
    /// An earlier answer names a host that is not among those to which a secret goes. Nothing was sent.
    ForeignHost,
    /// An earlier answer lacks a value that this step needs. Nothing was sent.
    MissingValue,
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
