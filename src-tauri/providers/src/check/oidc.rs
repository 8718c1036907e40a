//! Identity providers of one's own: what they publish is read, and the client is proven at their token endpoint.
//!
//! Reference: integrations.md sections 1.4 and 6.3.

use serde_json::Value;
use url::Url;

use super::answer::{Answer, Seen};
use super::oauth::{self, Client, Visits};
use super::outcome::{QUOTE, Reader};
use super::request::BuildProblem;
use super::rules::Failure;
use super::{CheckOutcome, Checker};
use crate::VerdictKind;
use crate::url_rules::{self, Allowed};
use crate::values::filled;

mod metadata;

use metadata::{Fault, Metadata, Standard};

const ISSUER: &str = "issuer";
const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";
/// The fields that the check reads. `scopes`, `audience`, `redirect_uri` and `token_endpoint_auth_method` may be absent.
pub(crate) const FIELDS: [&str; 3] = [ISSUER, CLIENT_ID, CLIENT_SECRET];
/// Scopes that ask about a person; a token for the client itself cannot have them.
const PERSONAL: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

/// What was read of the provider.
struct Found {
    metadata: Metadata,
    standard: Standard,
    keys: usize,
}

/// How the client is proven.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// A token for the client itself; it is thrown away.
    ClientCredentials,
    /// An invented code: a known client is told that the code is wrong, an unknown one that it is unknown.
    InventedCode,
}

/// Everything about one client.
pub(crate) async fn check(checker: &Checker, reader: &Reader<'_>) -> CheckOutcome {
    let mut visits = Visits::new(checker);
    let outcome = match find(reader, &mut visits).await {
        Ok(found) => prove(reader, &mut visits, &found).await,
        Err(outcome) => *outcome,
    };
    visits.end(outcome)
}

async fn find(reader: &Reader<'_>, visits: &mut Visits<'_>) -> Result<Found, Box<CheckOutcome>> {
    let text = filled(reader.auth, reader.values, ISSUER).unwrap_or_default();
    let issuer = url_rules::check(text, Allowed::default())
        .map_err(|problem| Box::new(reader.unsendable(BuildProblem::new(Some(ISSUER), problem.to_string()))))?;
    let host = host_of(&issuer);
    let mut standard = Standard::OpenId;
    let mut seen = visits.send(oauth::get(metadata::address(&issuer, standard))).await;
    if is_missing(&seen) {
        standard = Standard::OauthOnly;
        seen = visits.send(oauth::get(metadata::address(&issuer, standard))).await;
    }
    if is_missing(&seen) {
        let evidence = format!("{} publishes no settings for this issuer (404).", reader.redactor.quote(&host, QUOTE));
        let next = "Correct the issuer: the address before /.well-known/openid-configuration, with its path.";
        return Err(say(reader, VerdictKind::Misconfigured, evidence, next, ISSUER));
    }
    let document = document(reader, &seen, &host)?;
    let metadata = Metadata::read(document, text, standard).map_err(|fault| faulty(reader, &fault))?;
    let keys = keys(reader, visits, &metadata, standard).await?;
    Ok(Found { metadata, standard, keys })
}

async fn keys(
    reader: &Reader<'_>,
    visits: &mut Visits<'_>,
    metadata: &Metadata,
    standard: Standard,
) -> Result<usize, Box<CheckOutcome>> {
    let Some(url) = metadata.jwks_uri.clone().filter(|_| standard == Standard::OpenId) else { return Ok(0) };
    let host = host_of(&url);
    let seen = visits.send(oauth::get(url)).await;
    match metadata::usable_keys(document(reader, &seen, &host)?) {
        Some(keys) if keys > 0 => Ok(keys),
        _ => {
            let host = reader.redactor.quote(&host, QUOTE);
            let evidence = format!("{host} publishes no key with which a sign-in could be verified.");
            let next = "Ask the operator of the identity provider.";
            Err(say(reader, VerdictKind::Misconfigured, evidence, next, ISSUER))
        }
    }
}

async fn prove(reader: &Reader<'_>, visits: &mut Visits<'_>, found: &Found) -> CheckOutcome {
    let value = |id: &str| filled(reader.auth, reader.values, id);
    let (Some(id), Some(secret)) = (value(CLIENT_ID), value(CLIENT_SECRET)) else {
        let evidence =
            format!("{} The client has no secret, so that only a person’s sign-in can prove it.", published(found));
        return reader.outcome(VerdictKind::Uncheckable, evidence, None, None);
    };
    let Some(in_body) = found.metadata.secret_in_body(value("token_endpoint_auth_method")) else {
        let evidence = format!("{} It takes no client secret, only other proofs of a client.", published(found));
        let next = "Ask the operator of the identity provider how this client signs in.";
        return reader.outcome(VerdictKind::Misconfigured, evidence, Some(next), Some(CLIENT_SECRET));
    };
    let client = Client { id, secret: Some(secret), in_body };
    let mut proof = if found.metadata.may_grant_to_clients() { Proof::ClientCredentials } else { Proof::InventedCode };
    loop {
        let url = found.metadata.token_endpoint.clone();
        let host = host_of(&url);
        let Some(request) = token_request(reader, url, client, proof) else {
            let message = "This value holds characters that cannot be sent.".to_owned();
            return reader.unsendable(BuildProblem::new(Some(CLIENT_SECRET), message));
        };
        let seen = visits.send(request).await;
        let known = seen.as_ref().ok().and_then(oauth::error_of).map(|(error, _)| error);
        // `oidc-provider` calls a grant that this client may not use an invalid request.
        let not_offered = matches!(known, Some("unsupported_grant_type" | "invalid_request"));
        if not_offered && proof == Proof::ClientCredentials {
            proof = Proof::InventedCode;
            continue;
        }
        return judge(reader, found, proof, &seen, &host);
    }
}

fn token_request(reader: &Reader<'_>, url: Url, client: Client<'_>, proof: Proof) -> Option<reqwest::Request> {
    let value = |id: &str| filled(reader.auth, reader.values, id);
    let scopes = value("scopes").unwrap_or_default();
    let own: Vec<&str> = scopes.split_whitespace().filter(|scope| !PERSONAL.contains(scope)).collect();
    let own = own.join(" ");
    let mut pairs = Vec::new();
    match proof {
        Proof::ClientCredentials => {
            pairs.push(("grant_type", "client_credentials"));
            pairs.extend(Some(("scope", own.as_str())).filter(|(_, scope)| !scope.is_empty()));
            pairs.extend(value("audience").map(|audience| ("audience", audience)));
        }
        Proof::InventedCode => {
            pairs.push(("grant_type", "authorization_code"));
            pairs.push(("code", "strongroom-check-not-a-code"));
            pairs.extend(value("redirect_uri").map(|address| ("redirect_uri", address)));
        }
    }
    oauth::post(url, client, &pairs)
}

fn judge(reader: &Reader<'_>, found: &Found, proof: Proof, seen: &Seen, host: &str) -> CheckOutcome {
    use VerdictKind::{Limited, Misconfigured, Rejected, Works};
    let Ok(answer) = seen else { return failed(reader, seen, host) };
    let name = reader.redactor.quote(host, QUOTE);
    let with = |text: String| format!("{} {text}", published(found));
    if granted(answer) {
        return reader.outcome(
            Works,
            with(format!("{name} accepted the client and gave it a token, which was thrown away.")),
            None,
            None,
        );
    }
    let (error, description) = match oauth::error_of(answer) {
        Some(known) if matches!(answer.status, 400 | 401 | 403) => known,
        _ => return oauth::unexpected(reader, seen, host),
    };
    let wrong_secret = || {
        let evidence = format!("{name} does not know this client, or its secret is wrong or expired ({error}).");
        reader.outcome(
            Rejected,
            evidence,
            Some("Compare the client id, then create a new secret and enter it."),
            Some(CLIENT_SECRET),
        )
    };
    match (error, proof) {
        ("invalid_client", _) => wrong_secret(),
        // Keycloak says so of a wrong secret. Reference: section 6.3, quirks.
        ("unauthorized_client", _) if description.contains("invalid client") => wrong_secret(),
        ("unauthorized_client", _) => {
            let evidence =
                with(format!("{name} knows the client, which may not sign in by itself (unauthorized_client)."));
            reader.outcome(Limited, evidence, Some("Allow the client credentials grant if programs need it."), None)
        }
        ("invalid_scope", Proof::ClientCredentials) => {
            let evidence = with(format!("{name} accepted the client, but not its scopes (invalid_scope)."));
            reader.outcome(
                Limited,
                evidence,
                Some("Correct the scopes, or have them allowed for this client."),
                Some("scopes"),
            )
        }
        ("invalid_grant", Proof::InventedCode) => {
            let evidence =
                with(format!("{name} accepted the client and refused only the invented code of this check."));
            reader.outcome(Works, evidence, None, None)
        }
        ("invalid_request" | "unsupported_grant_type" | "invalid_scope", _) => {
            let evidence =
                with(format!("{name} did not take the check’s request ({error}), so the client was not judged."));
            let next = "Fill in what the identity provider asks for: redirect URI, scopes or audience.";
            reader.outcome(Misconfigured, evidence, Some(next), Some("redirect_uri"))
        }
        _ => oauth::unexpected(reader, seen, host),
    }
}

fn granted(answer: &Answer) -> bool {
    let token = answer.json.as_ref().and_then(|json| json.get("access_token")).and_then(Value::as_str);
    answer.status == 200 && token.is_some_and(|token| !token.is_empty())
}

/// "The provider publishes sound settings and 2 signing keys."
fn published(found: &Found) -> String {
    match (found.standard, found.keys) {
        (Standard::OauthOnly, _) => "The provider publishes OAuth 2.0 settings, but none of OpenID Connect.".to_owned(),
        (Standard::OpenId, 1) => "The provider publishes sound settings and 1 signing key.".to_owned(),
        (Standard::OpenId, keys) => format!("The provider publishes sound settings and {keys} signing keys."),
    }
}

fn faulty(reader: &Reader<'_>, fault: &Fault) -> Box<CheckOutcome> {
    let next = match fault {
        Fault::Slash => "Add the slash at the end of the issuer, or take it away.",
        Fault::Template => "Put your own tenant in place of `common` or `organizations`.",
        Fault::OtherIssuer => "Copy the issuer from the settings of the identity provider, letter for letter.",
        Fault::Missing(_) | Fault::Address(_) => "Ask the operator of the identity provider.",
    };
    say(reader, VerdictKind::Misconfigured, format!("{fault} Nothing secret was sent."), next, ISSUER)
}

fn say(reader: &Reader<'_>, verdict: VerdictKind, evidence: String, next: &str, field: &str) -> Box<CheckOutcome> {
    Box::new(reader.outcome(verdict, evidence, Some(next), Some(field)))
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn is_missing(seen: &Seen) -> bool {
    matches!(seen, Ok(answer) if answer.status == 404)
}

/// The JSON object of a good answer, or what came in its place.
fn document<'s>(reader: &Reader<'_>, seen: &'s Seen, host: &str) -> Result<&'s Value, Box<CheckOutcome>> {
    match seen {
        Ok(Answer { status: 200, json: Some(document), .. }) if document.is_object() => Ok(document),
        _ => Err(Box::new(failed(reader, seen, host))),
    }
}

fn failed(reader: &Reader<'_>, seen: &Seen, host: &str) -> CheckOutcome {
    let mut outcome = reader.without_rule(seen, host);
    if matches!(seen, Err(Failure::Dns | Failure::Refused)) {
        outcome.field = Some(ISSUER.to_owned());
    }
    outcome
}
