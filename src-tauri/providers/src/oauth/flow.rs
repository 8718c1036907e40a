//! The requests of a connection. Addresses, PKCE and state are made by the `oauth2` crate; what carries secrets goes
//! through the client of the checks, with its limits, and is wiped afterwards.

use std::fmt;
use std::time::Duration;

use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{CLIENT_ID, CLIENT_SECRET, Oauth, REFRESH_TOKEN, SecretPlace, address, source, text};
use crate::check::answer::{self, Answer, Seen};
use crate::check::oauth::{self, Client, Visits};
use crate::check::outcome::{QUOTE, Reader};
use crate::check::redact::Redactor;
use crate::check::request::BuildProblem;
use crate::check::template::Kept;
use crate::check::{CheckOutcome, Checker};
use crate::values::filled;
use crate::{AuthVariant, FieldValues, Provider, VerdictKind};

/// Longer than any documented token.
const LONGEST_TOKEN: usize = 16 * 1024;

/// A connection that waits for a person's agreement.
pub struct Authorisation {
    /// The page to open in the browser. It holds no secret.
    pub url: String,
    /// Where the provider sends the browser back.
    pub redirect_uri: String,
    pub(super) state: CsrfToken,
    verifier: PkceCodeVerifier,
}

impl fmt::Debug for Authorisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorisation").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

/// What the provider gave to the browser; good for one exchange.
pub struct Code(pub(super) SecretString);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(redacted)")
    }
}

/// Tokens as a provider has just given them.
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access: SecretString,
    /// A refresh token, where one came.
    pub refresh: Option<SecretString>,
    /// How long the access token is good, where the provider said it.
    pub expires_in: Option<Duration>,
}

/// A request to the token endpoint, without the client's own part.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

impl Checker {
    /// Makes the address of the page on which a person agrees, with a fresh state and PKCE challenge (S256).
    ///
    /// # Errors
    /// What is missing, as an outcome with the field to look at. Nothing is sent.
    pub fn authorise(
        &self,
        provider: &Provider,
        auth: &AuthVariant,
        values: &FieldValues,
    ) -> Result<Authorisation, Box<CheckOutcome>> {
        let redactor = Redactor::new(auth, values);
        let reader = Reader { provider, auth, values, redactor: &redactor };
        begin(&reader).map_err(|problem| Box::new(reader.unsendable(problem)))
    }

    /// Turns a code into tokens.
    ///
    /// # Errors
    /// What the provider answered instead, in the words of a check.
    pub async fn exchange(
        &self,
        provider: &Provider,
        auth: &AuthVariant,
        values: &FieldValues,
        authorisation: Authorisation,
        code: Code,
    ) -> Result<Tokens, Box<CheckOutcome>> {
        let redactor = Redactor::new(auth, values);
        let (code, verifier) = (code.0.expose_secret(), authorisation.verifier.secret().as_str());
        redactor.add_secret(code);
        redactor.add_secret(verifier);
        let reader = Reader { provider, auth, values, redactor: &redactor };
        let pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", authorisation.redirect_uri.as_str()),
            ("code_verifier", verifier),
        ];
        self.ask_for_tokens(&reader, pairs, Purpose::Exchange).await
    }

    /// Asks for a new access token. Where the refresh token is good for one use, the answer holds the next one: it must
    /// be stored before anything else is done, so drop this future only before it was polled.
    ///
    /// # Errors
    /// What the provider answered instead, in the words of a check.
    pub async fn renew(
        &self,
        provider: &Provider,
        auth: &AuthVariant,
        values: &FieldValues,
    ) -> Result<Tokens, Box<CheckOutcome>> {
        let redactor = Redactor::new(auth, values);
        let reader = Reader { provider, auth, values, redactor: &redactor };
        let refresh = filled(auth, values, REFRESH_TOKEN).unwrap_or_default();
        let pairs = vec![("grant_type", "refresh_token"), ("refresh_token", refresh)];
        self.ask_for_tokens(&reader, pairs, Purpose::Renewal).await
    }

    /// Tells the provider to end a connection, where it documents how. Says whether it was told.
    ///
    /// # Errors
    /// What the provider answered instead, in the words of a check.
    pub async fn revoke(
        &self,
        provider: &Provider,
        auth: &AuthVariant,
        values: &FieldValues,
    ) -> Result<bool, Box<CheckOutcome>> {
        let Some((oauth, revoke)) = provider.oauth_of(auth).and_then(|o| Some((o, o.revoke.as_ref()?))) else {
            return Ok(false);
        };
        // The refresh token stands for the whole connection.
        let Some((kind, token)) = [REFRESH_TOKEN, super::ACCESS_TOKEN]
            .into_iter()
            .find_map(|kind| filled(auth, values, kind).map(|token| (kind, token)))
        else {
            return Ok(false);
        };
        let redactor = Redactor::new(auth, values);
        let reader = Reader { provider, auth, values, redactor: &redactor };
        let kept = Kept::new();
        let url = address(provider, oauth, revoke, &source(auth, values, &kept));
        let url = url.map_err(|problem| Box::new(reader.unsendable(problem)))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = if oauth.revoke_as_client {
            let client = client(&reader, oauth);
            oauth::post(url, client, &[("token", token), ("token_type_hint", kind)])
        } else {
            oauth::post_anonymous(url, &[("token", token)])
        };
        let request = request.ok_or_else(|| Box::new(unsendable(&reader)))?;
        let mut visits = Visits::new(self);
        let seen = visits.send(request).await;
        match &seen {
            Ok(answer) if answer.status == 200 => Ok(true),
            _ => Err(Box::new(visits.end(oauth::unexpected(&reader, &seen, &host)))),
        }
    }

    async fn ask_for_tokens(
        &self,
        reader: &Reader<'_>,
        pairs: Pairs<'_>,
        purpose: Purpose,
    ) -> Result<Tokens, Box<CheckOutcome>> {
        let Some(oauth) = reader.provider.oauth_of(reader.auth) else {
            return Err(Box::new(reader.uncheckable("This sign-in method does not connect over OAuth.")));
        };
        let kept = Kept::new();
        let source = source(reader.auth, reader.values, &kept);
        let url = address(reader.provider, oauth, &oauth.token, &source)
            .map_err(|problem| Box::new(reader.unsendable(problem)))?;
        // Microsoft wants to be told what the new token is for; elsewhere no scope means the same as before.
        let scope =
            if purpose == Purpose::Renewal { text(&oauth.scope, &source).unwrap_or_default() } else { String::new() };
        let mut pairs: Vec<(&str, &str)> = pairs;
        if !scope.is_empty() && oauth.scope_on_renewal {
            pairs.push(("scope", &scope));
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = oauth::post(url, client(reader, oauth), &pairs).ok_or_else(|| Box::new(unsendable(reader)))?;
        let mut visits = Visits::new(self);
        let seen = visits.send(request).await;
        let tokens = seen.as_ref().ok().filter(|answer| answer.status == 200).and_then(tokens);
        tokens.ok_or_else(|| Box::new(visits.end(refusal(reader, oauth, &seen, &host, purpose))))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Exchange,
    Renewal,
}

fn begin(reader: &Reader<'_>) -> Result<Authorisation, BuildProblem> {
    let nothing = || BuildProblem::new(None, "This sign-in method does not connect over OAuth.");
    let oauth = reader.provider.oauth_of(reader.auth).ok_or_else(nothing)?;
    let empty = |id: &&str| filled(reader.auth, reader.values, id).is_none();
    if let Some(id) = std::iter::once(CLIENT_ID).chain(oauth.needs.iter().map(String::as_str)).find(empty) {
        return Err(BuildProblem::new(Some(id), "This field must be filled before the account can be connected."));
    }
    let kept = Kept::new();
    let source = source(reader.auth, reader.values, &kept);
    let page = address(reader.provider, oauth, &oauth.authorize, &source)?;
    let redirect = RedirectUrl::new(oauth.redirect.uri.clone())
        .map_err(|_| BuildProblem::new(None, "The redirect URI of the catalogue is no address."))?;
    let id = filled(reader.auth, reader.values, CLIENT_ID).unwrap_or_default();
    let client =
        BasicClient::new(ClientId::new(id.to_owned())).set_auth_uri(AuthUrl::from_url(page)).set_redirect_uri(redirect);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let scopes = text(&oauth.scope, &source)?;
    let mut request = client
        .authorize_url(CsrfToken::new_random)
        .set_pkce_challenge(challenge)
        .add_scopes(scopes.split_whitespace().map(|scope| Scope::new(scope.to_owned())));
    for (name, value) in &oauth.parameters {
        request = request.add_extra_param(name.clone(), value.clone());
    }
    let (url, state) = request.url();
    Ok(Authorisation { url: url.into(), redirect_uri: oauth.redirect.uri.clone(), state, verifier })
}

fn client<'a>(reader: &Reader<'a>, oauth: &Oauth) -> Client<'a> {
    Client {
        id: filled(reader.auth, reader.values, CLIENT_ID).unwrap_or_default(),
        secret: filled(reader.auth, reader.values, CLIENT_SECRET),
        in_body: oauth.client_secret == SecretPlace::Body,
    }
}

fn unsendable(reader: &Reader<'_>) -> CheckOutcome {
    reader.unsendable(BuildProblem::new(Some(CLIENT_SECRET), "This value holds characters that cannot be sent."))
}

/// The tokens of a good answer (RFC 6749, section 5.1).
fn tokens(answer: &Answer) -> Option<Tokens> {
    let json = answer.json.as_ref()?;
    let token = |name: &str| {
        let text = json.get(name)?.as_str()?;
        let fits = !text.is_empty() && text.len() <= LONGEST_TOKEN && !text.contains(char::is_control);
        fits.then(|| SecretString::from(text))
    };
    // A token of another type must not be used as if it were a bearer's.
    let kind = json.get("token_type").and_then(Value::as_str).unwrap_or("bearer");
    if !kind.eq_ignore_ascii_case("bearer") {
        return None;
    }
    // Some servers write the number as a text.
    let seconds = json.get("expires_in").and_then(|value| match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    });
    Some(Tokens {
        access: token("access_token")?,
        refresh: token("refresh_token"),
        expires_in: seconds.map(Duration::from_secs),
    })
}

/// What an answer without tokens means: the provider's own rules, then the general table of section 1.4.
fn refusal(reader: &Reader<'_>, oauth: &Oauth, seen: &Seen, host: &str, purpose: Purpose) -> CheckOutcome {
    use VerdictKind::{Misconfigured, Rejected};
    if let Some(rule) = oauth.rules.iter().find(|rule| answer::holds(rule, seen, reader.auth, reader.values)) {
        return reader.decided(rule, seen, host);
    }
    let name = reader.redactor.quote(host, QUOTE);
    let Some((error, _)) = seen.as_ref().ok().filter(|answer| answer.status < 500).and_then(oauth::error_of) else {
        return oauth::unexpected(reader, seen, host);
    };
    let say = |verdict, evidence: String, next: &str, field| reader.outcome(verdict, evidence, Some(next), Some(field));
    match (error, purpose) {
        ("invalid_client", _) => say(
            Rejected,
            format!("{name} does not know the client, or its secret is wrong (invalid_client)."),
            "Correct client ID and secret with Edit.",
            CLIENT_SECRET,
        ),
        ("invalid_grant", Purpose::Renewal) => say(
            Rejected,
            format!(
                "{name} says that the connection has ended: expired, revoked, or of another client (invalid_grant)."
            ),
            "Connect the account again.",
            REFRESH_TOKEN,
        ),
        ("invalid_grant", Purpose::Exchange) => say(
            VerdictKind::Unknown,
            format!("{name} did not take the answer of the sign-in any more (invalid_grant)."),
            "Press Connect again; the answer of a sign-in is good for a short time and for one use.",
            CLIENT_ID,
        ),
        ("unauthorized_client" | "invalid_scope" | "unsupported_grant_type" | "invalid_request", _) => say(
            Misconfigured,
            format!("{name} knows the client but does not let it do this ({error})."),
            "Check the settings of the client at the provider: its type, its scopes and its redirect URI.",
            CLIENT_ID,
        ),
        _ => oauth::unexpected(reader, seen, host),
    }
}
