//! Whether the signatures of a request fit what arrived. Names what differs, never a secret.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, hmac, signature};
use serde::Deserialize;
use serde_json::Value;

use crate::{Seen, test_key};

/// What an AWS signature (version 4) must have been made from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsSignature {
    /// Name of the service.
    pub service: String,
    /// Region.
    pub region: String,
    /// Time, as `20260102T030405Z`.
    pub time: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
    /// Headers that must be signed, sorted.
    pub headers: Vec<String>,
}

impl AwsSignature {
    /// What is wrong with the signature.
    pub fn differences(&self, seen: &Seen) -> Option<String> {
        if seen.header("x-amz-date") != Some(self.time.as_str()) {
            return Some("the header x-amz-date has another value".to_owned());
        }
        let date = self.time.get(..8).unwrap_or_default();
        let scope = format!("{date}/{}/{}/aws4_request", self.region, self.service);
        let names = self.headers.join(";");
        let start =
            format!("AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature=", self.access_key_id);
        let Some(arrived) = seen.header("authorization").and_then(|value| value.strip_prefix(&start)) else {
            return Some("the signature is for another key, day, region, service or list of headers".to_owned());
        };
        (arrived != self.signature(seen, date, &scope, &names)).then(|| "the signature does not fit".to_owned())
    }

    fn signature(&self, seen: &Seen, date: &str, scope: &str, names: &str) -> String {
        let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
        let headers: String = self
            .headers
            .iter()
            .map(|name| format!("{name}:{}\n", seen.header(name).unwrap_or_default().trim()))
            .collect();
        let request =
            format!("{}\n{path}\n{query}\n{headers}\n{names}\n{}", seen.method, hex(sha256(&seen.body).as_ref()));
        let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", self.time, hex(sha256(request.as_bytes()).as_ref()));
        let mut key = format!("AWS4{}", self.secret_access_key).into_bytes();
        for part in [date, &self.region, &self.service, "aws4_request", &text] {
            key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec();
        }
        hex(&key)
    }
}

fn sha256(bytes: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a signed token must say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Entry of the form that holds it; the `Authorization` header where absent.
    #[serde(default)]
    pub form: Option<String>,
    /// `HS256`, or `RS256` with the test key.
    pub alg: String,
    /// The shared secret of HS256.
    #[serde(default)]
    pub secret: String,
    /// Every claim.
    pub claims: BTreeMap<String, Value>,
}

impl Token {
    /// What is wrong with the token.
    pub fn differences(&self, seen: &Seen) -> Vec<String> {
        let token = match &self.form {
            Some(name) => seen.form().remove(name),
            None => seen.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
        };
        let Some(token) = token else { return vec!["no token arrived".to_owned()] };
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, sealed] = parts.as_slice() else {
            return vec!["the token has not three parts".to_owned()];
        };
        let mut found = Vec::new();
        if json(header) != Some(serde_json::json!({ "alg": self.alg, "typ": "JWT" })) {
            found.push("the token has another header".to_owned());
        }
        match json(claims) {
            Some(Value::Object(arrived)) => {
                for (name, value) in &self.claims {
                    if arrived.get(name) != Some(value) {
                        found.push(format!("the claim {name} has another value"));
                    }
                }
                let more = arrived.keys().filter(|name| !self.claims.contains_key(*name));
                found.extend(more.map(|name| format!("the token holds the claim {name}")));
            }
            _ => found.push("the token has no claims".to_owned()),
        }
        let text = format!("{header}.{claims}");
        let sealed = URL_SAFE_NO_PAD.decode(sealed).unwrap_or_default();
        let fits = match self.alg.as_str() {
            "HS256" => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
                hmac::verify(&key, text.as_bytes(), &sealed).is_ok()
            }
            "RS256" => {
                let key = signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, test_key::PUBLIC);
                key.verify(text.as_bytes(), &sealed).is_ok()
            }
            _ => false,
        };
        if !fits {
            found.push("the signature of the token does not fit".to_owned());
        }
        found
    }
}

/// A part of a token as JSON.
pub(crate) fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
