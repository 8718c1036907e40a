//! What the checks of OAuth 2.0 and OpenID Connect share, and the question whether a token is active (RFC 7662).
//!
//! Reference: integrations.md sections 1.4 and 9.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::answer::{Answer, Seen};
use super::outcome::{QUOTE, Reader};
use super::rules::Failure;
use super::{CheckOutcome, Checker};
use crate::VerdictKind;
use crate::url_rules::{self, Allowed};
use crate::values::filled;

const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";
const ACCESS: &str = "access_token";
const REFRESH: &str = "refresh_token";
const INTROSPECTION: &str = "introspection_url";
/// The fields that the check reads.
pub(crate) const FIELDS: [&str; 5] = [CLIENT_ID, CLIENT_SECRET, ACCESS, REFRESH, INTROSPECTION];

/// The requests of one check: in turn with others at each origin, and all together within the time limit.
pub(crate) struct Visits<'a> {
    checker: &'a Checker,
    origin: String,
    turn: Option<OwnedSemaphorePermit>,
    spent: Duration,
}

impl<'a> Visits<'a> {
    pub fn new(checker: &'a Checker) -> Self {
        Self { checker, origin: String::new(), turn: None, spent: Duration::ZERO }
    }

    /// Waiting for a turn is no part of the time limit. A turn elsewhere is given back first, so that two checks never
    /// wait for each other.
    pub async fn send(&mut self, request: Request) -> Seen {
        let origin = url_rules::origin(request.url());
        if origin != self.origin {
            self.turn = None;
            self.turn = self.checker.transport.turn(&origin).await;
            self.origin = origin;
        }
        let started = Instant::now();
        let left = self.checker.settings.total_timeout.saturating_sub(self.spent);
        let seen = tokio::time::timeout(left, self.checker.transport.send(request, false)).await;
        self.spent += started.elapsed();
        seen.unwrap_or(Err(Failure::Timeout))
    }

    /// The outcome with the time that the requests took.
    pub fn end(&self, mut outcome: CheckOutcome) -> CheckOutcome {
        outcome.duration = self.spent;
        outcome
    }
}

/// A client's id and secret, and where the secret stands in a request.
#[derive(Clone, Copy)]
pub(crate) struct Client<'a> {
    pub id: &'a str,
    pub secret: Option<&'a str>,
    /// `client_secret_post` in place of `client_secret_basic`.
    pub in_body: bool,
}

/// Reads a document.
pub(crate) fn get(url: Url) -> Request {
    let mut request = Request::new(Method::GET, url);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}

/// A form signed by a client. RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined.
pub(crate) fn post(url: Url, client: Client<'_>, pairs: &[(&str, &str)]) -> Option<Request> {
    let mut request = Request::new(Method::POST, url);
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    match client.secret {
        Some(secret) if !client.in_body => {
            let part =
                |text: &str| Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
            let joined = Zeroizing::new(format!("{}:{}", *part(client.id), *part(secret)));
            let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(&*joined))).ok()?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        secret => {
            form.append_pair("client_id", client.id);
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret);
            }
        }
    }
    *request.body_mut() = Some(form.finish().into());
    Some(request)
}

/// A form that says nothing of a client.
pub(crate) fn post_anonymous(url: Url, pairs: &[(&str, &str)]) -> Option<Request> {
    let mut request = post(url, Client { id: "", secret: None, in_body: false }, &[])?;
    *request.body_mut() = Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into());
    Some(request)
}

/// The error name of an answer (RFC 6749, section 5.2), and its description in small letters.
pub(crate) fn error_of(answer: &Answer) -> Option<(&str, String)> {
    let json = answer.json.as_ref()?;
    let description = json.get("error_description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    Some((json.get("error")?.as_str()?, description))
}

/// An answer that nobody expected. A good answer here may hold a fresh token, so that its text is never quoted.
pub(crate) fn unexpected(reader: &Reader<'_>, seen: &Seen, host: &str) -> CheckOutcome {
    match seen {
        Ok(answer) if (200..300).contains(&answer.status) && !answer.is_html() => {
            let host = reader.redactor.quote(host, QUOTE);
            let evidence = format!("{host} answered {} in a way that is not documented.", answer.status);
            let next = "Check the addresses; if they are right, try again later.";
            reader.outcome(VerdictKind::Unknown, evidence, Some(next), None)
        }
        _ => reader.without_rule(seen, host),
    }
}

/// Asks whether the tokens are active. Renewing them would be a proof too, but may spend the refresh token.
pub(crate) async fn check(checker: &Checker, reader: &Reader<'_>) -> CheckOutcome {
    let value = |id: &str| filled(reader.auth, reader.values, id);
    let tokens: Vec<&str> = [ACCESS, REFRESH].into_iter().filter(|id| value(id).is_some()).collect();
    let Some(address) = value(INTROSPECTION) else {
        return reader.uncheckable(
            "Without an introspection address no harmless request can prove these values: signing in needs a person, and renewing may spend the refresh token.",
        );
    };
    let Some(id) = value(CLIENT_ID).filter(|_| !tokens.is_empty()) else {
        return reader.uncheckable("There is no token yet whose state could be asked for.");
    };
    let Ok(url) = url_rules::check(address, Allowed::default()) else {
        return reader.uncheckable("The introspection address cannot be used.");
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    let client = Client { id, secret: value(CLIENT_SECRET), in_body: false };
    let mut visits = Visits::new(checker);
    let mut inactive = None;
    for field in tokens {
        let hint = [("token", value(field).unwrap_or_default()), ("token_type_hint", field)];
        let Some(request) = post(url.clone(), client, &hint) else {
            return reader.uncheckable("The client id or secret holds characters that cannot be sent.");
        };
        let seen = visits.send(request).await;
        match read(reader, &seen, &host) {
            Ok(true) => return visits.end(active(reader, field, inactive.is_some(), &host)),
            Ok(false) => {
                inactive.get_or_insert(field);
            }
            Err(outcome) => return visits.end(*outcome),
        }
    }
    let name = reader.redactor.quote(&host, QUOTE);
    let evidence = format!("{name} says that no stored token is active: expired, revoked, or of another client.");
    let next = "Sign in anew and store the tokens that come.";
    visits.end(reader.outcome(VerdictKind::Rejected, evidence, Some(next), inactive))
}

fn active(reader: &Reader<'_>, field: &str, access_is_inactive: bool, host: &str) -> CheckOutcome {
    let host = reader.redactor.quote(host, QUOTE);
    if access_is_inactive {
        let evidence = format!("{host} says that the access token is no longer active, and the refresh token is.");
        let next = "Programs can renew the access token; nothing needs to be entered again.";
        return reader.outcome(VerdictKind::Works, evidence, Some(next), None);
    }
    let what = if field == ACCESS { "access token" } else { "refresh token" };
    reader.outcome(VerdictKind::Works, format!("{host} says that the {what} is active."), None, None)
}

/// Whether the token is active, or what else came.
fn read(reader: &Reader<'_>, seen: &Seen, host: &str) -> Result<bool, Box<CheckOutcome>> {
    use VerdictKind::{Misconfigured, Rejected};
    let Ok(answer) = seen else { return Err(Box::new(reader.without_rule(seen, host))) };
    let active = answer.json.as_ref().and_then(|json| json.get("active")).and_then(Value::as_bool);
    let name = reader.redactor.quote(host, QUOTE);
    let say = |verdict, evidence: String, next: &str, field: &str| {
        Err(Box::new(reader.outcome(verdict, evidence, Some(next), Some(field))))
    };
    match (answer.status, active, error_of(answer)) {
        (200, Some(active), _) => Ok(active),
        (400 | 401, _, Some(("invalid_client", _))) => say(
            Rejected,
            format!("{name} does not know the client, or its secret is wrong (invalid_client)."),
            "Correct client id and secret.",
            CLIENT_SECRET,
        ),
        (404 | 405, ..) => say(
            Misconfigured,
            format!("There is no introspection at this address of {name} ({}).", answer.status),
            "Correct the introspection address, or leave it empty.",
            INTROSPECTION,
        ),
        _ => Err(Box::new(unexpected(reader, seen, host))),
    }
}
