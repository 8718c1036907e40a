//! What an identity provider publishes of itself, and what must hold of it.

use serde_json::Value;
use url::Url;

use crate::url_rules::{self, Allowed};

/// Which document was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standard {
    /// OpenID Connect Discovery 1.0.
    OpenId,
    /// OAuth 2.0 Authorization Server Metadata (RFC 8414).
    OauthOnly,
}

/// Where a document is published.
pub(super) fn address(issuer: &Url, standard: Standard) -> Url {
    let mut url = issuer.clone();
    let path = issuer.path().trim_end_matches('/');
    match standard {
        Standard::OpenId => url.set_path(&format!("{path}/.well-known/openid-configuration")),
        // RFC 8414, section 3.1: between host and path.
        Standard::OauthOnly => url.set_path(&format!("/.well-known/oauth-authorization-server{path}")),
    }
    url
}

/// Why published settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("The settings lack {0}.")]
    Missing(&'static str),
    #[error("The settings name an issuer that differs from yours only by the slash at its end.")]
    Slash,
    #[error("The issuer is a template for many tenants.")]
    Template,
    #[error("The settings name another issuer than yours.")]
    OtherIssuer,
    #[error("The address of {0} in the settings is not one to which anything may be sent.")]
    Address(&'static str),
}

/// The published settings that the check uses.
#[derive(Debug)]
pub(super) struct Metadata {
    pub token_endpoint: Url,
    pub jwks_uri: Option<Url>,
    grants: Option<Vec<String>>,
    methods: Option<Vec<String>>,
}

/// Discovery, section 3.
const REQUIRED: [&str; 7] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
];

impl Metadata {
    pub fn read(document: &Value, issuer: &str, standard: Standard) -> Result<Self, Fault> {
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        let named = text("issuer").ok_or(Fault::Missing("issuer"))?;
        if named != issuer {
            return Err(if named.trim_end_matches('/') == issuer.trim_end_matches('/') {
                Fault::Slash
            } else if named.contains('{') {
                Fault::Template
            } else {
                Fault::OtherIssuer
            });
        }
        let required: &[&str] = if standard == Standard::OpenId { &REQUIRED } else { &["token_endpoint"] };
        if let Some(missing) = required.iter().find(|name| document.get(**name).is_none_or(Value::is_null)) {
            return Err(Fault::Missing(missing));
        }
        let on_loopback = Url::parse(issuer).is_ok_and(|url| url_rules::is_loopback(&url));
        let address = |name: &'static str| match text(name) {
            None => Ok(None),
            Some(text) => url_rules::check(text, Allowed { plain_http: false, query: true })
                .ok()
                // A provider elsewhere must not make the check talk to programs of this computer.
                .filter(|url| on_loopback || !url_rules::is_loopback(url))
                .map(Some)
                .ok_or(Fault::Address(name)),
        };
        let list = |name: &str| {
            let items = document.get(name)?.as_array()?;
            Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        };
        address("authorization_endpoint")?;
        Ok(Self {
            token_endpoint: address("token_endpoint")?.ok_or(Fault::Missing("token_endpoint"))?,
            jwks_uri: address("jwks_uri")?,
            grants: list("grant_types_supported"),
            methods: list("token_endpoint_auth_methods_supported"),
        })
    }

    /// Whether asking for a token for the client itself is worth a try: an absent list is common and proves nothing.
    pub fn may_grant_to_clients(&self) -> bool {
        self.grants.as_ref().is_none_or(|grants| grants.iter().any(|grant| grant == "client_credentials"))
    }

    /// Whether the secret goes into the body; nothing where the provider takes no secret at all. Without a list the
    /// standard says `client_secret_basic`.
    pub fn secret_in_body(&self, chosen: Option<&str>) -> Option<bool> {
        match chosen {
            Some("client_secret_basic") => return Some(false),
            Some("client_secret_post") => return Some(true),
            _ => {}
        }
        let Some(methods) = &self.methods else { return Some(false) };
        let takes = |name: &str| methods.iter().any(|method| method == name);
        if takes("client_secret_basic") { Some(false) } else { takes("client_secret_post").then_some(true) }
    }
}

/// How many keys of a JSON Web Key Set can verify a signature; nothing where it is no key set.
pub(super) fn usable_keys(document: &Value) -> Option<usize> {
    let keys = document.get("keys")?.as_array()?;
    let usable = |key: &&Value| {
        let text = |name: &str| key.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let whole = match text("kty") {
            Some("RSA") => text("n").and(text("e")),
            Some("EC") => text("crv").and(text("x")).and(text("y")),
            Some("OKP") => text("crv").and(text("x")),
            _ => None,
        };
        whole.is_some() && text("use").is_none_or(|purpose| purpose == "sig")
    };
    Some(keys.iter().filter(usable).count())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://id.example.com/tenant";

    fn settings(token_endpoint: &str) -> Value {
        json!({
            "issuer": ISSUER, "authorization_endpoint": "https://id.example.com/authorize",
            "token_endpoint": token_endpoint, "jwks_uri": "https://keys.example.com/jwks",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })
    }

    #[test]
    fn a_provider_elsewhere_cannot_send_the_secret_to_this_computer_or_to_reserved_places() {
        let read = |endpoint: &str| Metadata::read(&settings(endpoint), ISSUER, Standard::OpenId).map(|_| ());
        assert_eq!(read("https://tokens.example.com/token"), Ok(()), "another host of the provider is usual");
        let refused = [
            "http://id.example.com/token",
            "https://localhost/token",
            "http://127.0.0.1:8080/token",
            "https://[::1]/token",
            "https://169.254.169.254/token",
            "https://user:FAKE@id.example.com/token",
            "javascript:alert(1)",
        ];
        for endpoint in refused {
            assert_eq!(read(endpoint), Err(Fault::Address("token_endpoint")), "{endpoint}");
        }
    }

    #[test]
    fn the_documents_stand_where_the_standards_say() {
        let at = |issuer: &str, standard| address(&Url::parse(issuer).unwrap(), standard).to_string();
        for issuer in ["https://id.example.com/tenant", "https://id.example.com/tenant/"] {
            assert_eq!(at(issuer, Standard::OpenId), "https://id.example.com/tenant/.well-known/openid-configuration");
            assert_eq!(
                at(issuer, Standard::OauthOnly),
                "https://id.example.com/.well-known/oauth-authorization-server/tenant"
            );
        }
        let root = "https://id.example.com";
        assert_eq!(at(root, Standard::OpenId), "https://id.example.com/.well-known/openid-configuration");
    }

    #[test]
    fn the_secret_goes_where_the_provider_takes_it() {
        let mut document = settings("https://id.example.com/token");
        let mut place = |methods: Option<Value>, chosen| {
            document["token_endpoint_auth_methods_supported"] = methods.unwrap_or_default();
            Metadata::read(&document, ISSUER, Standard::OpenId).unwrap().secret_in_body(chosen)
        };
        assert_eq!(place(None, None), Some(false), "the standard's own choice");
        assert_eq!(place(Some(json!(["client_secret_post"])), Some("auto")), Some(true));
        assert_eq!(place(Some(json!(["client_secret_post", "client_secret_basic"])), None), Some(false));
        assert_eq!(place(Some(json!(["private_key_jwt"])), None), None);
        assert_eq!(place(Some(json!(["private_key_jwt"])), Some("client_secret_post")), Some(true));
    }
}
