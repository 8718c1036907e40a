//! Documents of one's own: valid JSON, an object, no name twice; known shapes are named.
//!
//! Reference: integrations.md section 9.

use std::collections::HashSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::CheckOutcome;
use super::outcome::Reader;
use crate::form::{FieldProblem, Level};
use crate::values::filled;
use crate::{AuthVariant, FieldValues, VerdictKind};

const DOCUMENT: &str = "json";
/// The fields that the check reads.
pub(crate) const FIELDS: [&str; 1] = [DOCUMENT];

/// What is wrong with a document that can be parsed: a place, never its content. What cannot be parsed at all is told
/// by the rules of JSON fields.
pub(crate) fn problems(auth: &AuthVariant, values: &FieldValues) -> Vec<FieldProblem> {
    let Some(text) = filled(auth, values, DOCUMENT) else { return Vec::new() };
    let Ok(document) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    if !document.is_object() {
        let message = "The document must be an object: it begins with { and ends with }.";
        return vec![FieldProblem::new(DOCUMENT, Level::Error, message)];
    }
    if let Err(fault) = serde_json::Deserializer::from_str(text).deserialize_any(EachNameOnce) {
        let message = format!(
            "A name stands twice in the same object: line {}, column {}. Programs would see only one of the values.",
            fault.line(),
            fault.column()
        );
        return vec![FieldProblem::new(DOCUMENT, Level::Error, message)];
    }
    shape(&document).map(|known| FieldProblem::new(DOCUMENT, Level::Info, known.to_string())).into_iter().collect()
}

/// Nothing can prove a document of one's own; what is known of it is said.
pub(crate) fn check(reader: &Reader<'_>) -> CheckOutcome {
    let document =
        filled(reader.auth, reader.values, DOCUMENT).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let members = document.as_ref().and_then(Value::as_object).map_or(0, serde_json::Map::len);
    let counted = if members == 1 { "1 entry".to_owned() } else { format!("{members} entries") };
    let evidence = format!(
        "The document is valid JSON with {counted}. Strongroom does not know which service it belongs to, so no harmless request can prove it."
    );
    let known = document.as_ref().and_then(shape).map(|known| known.to_string());
    reader.outcome(VerdictKind::Uncheckable, evidence, known.as_deref(), None)
}

/// A kind of document that services hand out.
enum Shape {
    GoogleServiceAccount { missing: Vec<&'static str> },
    GoogleOauthClient,
    AwsKeys,
    AzurePrincipal,
}

fn shape(document: &Value) -> Option<Shape> {
    let has = |name: &&str| document.get(*name).is_some_and(Value::is_string);
    if document.get("type").and_then(Value::as_str) == Some("service_account") {
        let needed = ["client_email", "private_key", "token_uri"];
        return Some(Shape::GoogleServiceAccount { missing: needed.into_iter().filter(|name| !has(name)).collect() });
    }
    if ["installed", "web"].iter().any(|name| document.pointer(&format!("/{name}/client_id")).is_some()) {
        return Some(Shape::GoogleOauthClient);
    }
    let aws = [["AccessKeyId", "SecretAccessKey"], ["aws_access_key_id", "aws_secret_access_key"]];
    if aws.iter().any(|names| names.iter().all(has)) {
        return Some(Shape::AwsKeys);
    }
    ["clientId", "clientSecret", "tenantId"].iter().all(has).then_some(Shape::AzurePrincipal)
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GoogleServiceAccount { missing } if missing.is_empty() => {
                f.write_str("It looks like a Google service account file.")
            }
            Self::GoogleServiceAccount { missing } => {
                write!(f, "It looks like a Google service account file that lacks {}.", missing.join(", "))
            }
            Self::GoogleOauthClient => f.write_str("It looks like the client file of a Google OAuth application."),
            Self::AwsKeys => f.write_str("It looks like AWS access keys."),
            Self::AzurePrincipal => f.write_str("It looks like an Azure service principal."),
        }
    }
}

/// Reads a document and stops at the first name that its object already has. `serde_json` keeps the last one silently.
#[derive(Clone, Copy)]
struct EachNameOnce;

impl<'de> serde::de::DeserializeSeed<'de> for EachNameOnce {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EachNameOnce {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names: HashSet<String> = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name stands twice"));
            }
            map.next_value_seed(self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
