//! Connecting a credential over OAuth 2.0: authorisation code flow with PKCE in the system's browser, renewal of access
//! tokens, revocation.
//!
//! Reference: integrations.md sections 1.4, 1.5 and those of the providers; RFC 6749, 7009, 7636, 8252.

pub mod compare;
mod flow;
mod listener;
mod spec;

use url::Url;

pub use flow::{Authorisation, Code, Tokens};
pub use listener::{AnswerProblem, ListenProblem, Listener};
pub use spec::*;

use crate::check::request::{self, BuildProblem, Unready};
use crate::check::template::{Kept, Place, Source, Template};
use crate::values::filled;
use crate::{AuthVariant, FieldValues, Provider, url_rules};

/// The field of a client's id.
pub const CLIENT_ID: &str = "client_id";
/// The field of a client's secret.
pub(crate) const CLIENT_SECRET: &str = "client_secret";
/// The sealed field of the access token.
pub const ACCESS_TOKEN: &str = "access_token";
/// The sealed field of the refresh token.
pub const REFRESH_TOKEN: &str = "refresh_token";

impl Provider {
    /// How credentials of this sign-in method connect, where they do.
    pub fn oauth_of(&self, auth: &AuthVariant) -> Option<&Oauth> {
        self.oauth.as_ref().filter(|oauth| oauth.auth == auth.id)
    }
}

impl Provider {
    /// Whether the check of this sign-in method uses the access token of a connection, which must then be a good one.
    pub fn check_uses_access_token(&self, auth: &AuthVariant) -> bool {
        let serves = |step: &&crate::check::rules::Step| step.auth.is_empty() || step.auth.contains(&auth.id);
        let steps = self.check.steps.iter().filter(serves);
        self.oauth_of(auth).is_some()
            && steps.flat_map(|step| step.headers.values()).any(|t| t.contains("{access_token"))
    }
}

impl Oauth {
    /// Whether everything is filled that a connection needs.
    pub fn is_possible(&self, auth: &AuthVariant, values: &FieldValues) -> bool {
        let has = |id: &str| filled(auth, values, id).is_some();
        has(CLIENT_ID) && self.needs.iter().all(|id| has(id))
    }

    /// Whether the credential is of little use without a connection.
    pub fn is_needed(&self, auth: &AuthVariant, values: &FieldValues) -> bool {
        let has = |id: &String| filled(auth, values, id).is_some();
        self.is_possible(auth, values) && !self.unless.iter().any(has)
    }

    /// The origins to which the client's secret and the tokens go.
    pub(crate) fn destinations(&self, provider: &Provider, source: &Source<'_>) -> Vec<String> {
        std::iter::once(&self.token)
            .chain(&self.revoke)
            .filter_map(|endpoint| address(provider, self, endpoint, source).ok())
            .map(|url| url_rules::origin(&url))
            .collect()
    }
}

/// A complete address of the provider. A base URL takes its place only where it leads to this computer (tests): a
/// gateway for the provider's interface has no sign-in pages, and a client's secret goes to the provider itself.
pub(crate) fn address(
    provider: &Provider,
    oauth: &Oauth,
    endpoint: &Endpoint,
    source: &Source<'_>,
) -> Result<Url, BuildProblem> {
    let problem = |unready| match unready {
        Unready::Problem(problem) => problem,
        Unready::Failed(_) => missing(oauth),
    };
    let base = match request::own_base(provider, source)?.filter(url_rules::is_loopback) {
        Some(own) => own,
        None => {
            let bases = if endpoint.base.is_empty() { &oauth.base } else { &endpoint.base };
            request::first_base(bases, None, source).map_err(problem)?.ok_or_else(|| missing(oauth))?
        }
    };
    let path = Template::known(&endpoint.path)?.fill(source, Place::Path).map_err(problem)?;
    request::join(&base, &path.text)
}

fn missing(oauth: &Oauth) -> BuildProblem {
    BuildProblem::new(oauth.needs.first().map(String::as_str), "An address that the connection needs is not filled in.")
}

/// A template of plain text, filled.
fn text(template: &str, source: &Source<'_>) -> Result<String, BuildProblem> {
    match Template::known(template)?.fill(source, Place::Plain) {
        Ok(filled) => Ok(filled.text.to_string()),
        Err(Unready::Problem(problem)) => Err(problem),
        Err(Unready::Failed(_)) => Err(BuildProblem::new(None, "A value that the connection needs is missing.")),
    }
}

fn source<'a>(auth: &'a AuthVariant, values: &'a FieldValues, kept: &'a Kept) -> Source<'a> {
    Source { auth, values, kept, signed: None, now: std::time::SystemTime::UNIX_EPOCH }
}
