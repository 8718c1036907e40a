//! How a provider connects over OAuth 2.0, as its catalogue file says it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::rules::{Base, Rule};

/// The connection of one sign-in method: authorisation code flow with PKCE (RFC 6749, 7636, 8252).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oauth {
    /// The sign-in method. It has the fields `client_id` and, both secret and not required, `access_token` and
    /// `refresh_token`; `client_secret` where clients have one.
    pub auth: String,
    /// Fields that must be filled before a connection is possible, beside `client_id` and required ones.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Where one of these is filled, the credential serves without a connection too.
    #[serde(default)]
    pub unless: Vec<String>,
    /// The redirect URI, and what the provider makes of it.
    pub redirect: Redirect,
    /// Template of the scopes that are asked for, with spaces between.
    pub scope: String,
    /// Whether a renewal names the scopes again; elsewhere it means the same ones without.
    #[serde(default)]
    pub scope_on_renewal: bool,
    /// Where the requests go: the first whose condition holds and whose fields are filled.
    #[serde(default)]
    pub base: Vec<Base>,
    /// The page on which a person agrees.
    pub authorize: Endpoint,
    /// Further parameters of that page.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Where codes and refresh tokens become access tokens.
    pub token: Endpoint,
    /// Where tokens are revoked (RFC 7009), where that is documented.
    #[serde(default)]
    pub revoke: Option<Endpoint>,
    /// Whether the client says who it is when it revokes; otherwise the token alone is sent.
    #[serde(default)]
    pub revoke_as_client: bool,
    /// Where the client secret stands in requests.
    #[serde(default)]
    pub client_secret: SecretPlace,
    /// Whether renewing an access token spends the refresh token.
    pub rotates: Rotation,
    /// What answers of the token endpoint mean, before the general rules (RFC 6749, section 5.2).
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// The address to which the provider sends the browser back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// `http://127.0.0.1:PORT/path` or `http://localhost:PORT/path`: this computer, with the port that is listened on.
    pub uri: String,
    /// Which port the provider takes.
    pub port: PortRule,
    /// Where it is registered with the provider.
    pub register: String,
    /// What the provider's file of a client is called, where it offers one (`client_secret.json`).
    #[serde(default)]
    pub client_file: Option<String>,
}

/// Which port of a loopback address a provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortRule {
    /// Only the registered one.
    Exact,
    /// Any (RFC 8252, section 7.3).
    Any,
}

/// One address of the provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// A place of its own instead of the common base.
    #[serde(default)]
    pub base: Vec<Base>,
    /// Path after the base; `{field}` is percent-encoded.
    #[serde(default)]
    pub path: String,
}

/// Where the client secret stands in a request to the token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretPlace {
    /// In the form (`client_secret_post`).
    #[default]
    Body,
    /// In the header (`client_secret_basic`).
    Header,
}

/// Whether renewing an access token spends the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rotation {
    /// Each renewal brings a new one. No check may spend it.
    Yes,
    /// It stays good.
    No,
    /// It is not documented, or a setting of the client. Whatever comes is stored.
    Unknown,
}
