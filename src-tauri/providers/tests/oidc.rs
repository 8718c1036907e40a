//! Identity providers and OAuth 2.0 tokens: against a real OpenID provider, and against awkward ones.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/identity_provider.rs"]
#[allow(dead_code)]
mod identity_provider;
mod support;

use identity_provider::{IdentityProvider, SECRET};
use serde_json::{Value, json};
use strongroom_providers::{Catalogue, CheckOutcome, VerdictKind};
use strongroom_standin::{Reply, Seen, Standin};
use support::{patient, plain_values};

async fn check(provider: &str, pairs: &[(&str, &str)]) -> CheckOutcome {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider(provider).unwrap();
    let auth = provider.variant(None).unwrap();
    let outcome = patient().check(provider, auth, &plain_values(auth, pairs)).await;
    let shown = format!("{outcome:?}");
    assert!(!shown.contains("FAKE"), "a secret surfaced: {shown}");
    outcome
}

/// The check of a client with the issuer, and with further fields.
async fn client(issuer: &str, id: &str, secret: &str, more: &[(&str, &str)]) -> CheckOutcome {
    let pairs = [("issuer", issuer), ("client_id", id), ("client_secret", secret)];
    check("custom-oidc", &[&pairs[..], more].concat()).await
}

fn expect(outcome: &CheckOutcome, verdict: VerdictKind, field: Option<&str>, words: &str) {
    assert_eq!((outcome.verdict, outcome.field.as_deref()), (verdict, field), "{outcome:?}");
    assert!(outcome.evidence.contains(words), "{words}: {}", outcome.evidence);
}

#[tokio::test]
async fn a_real_provider_knows_its_clients_and_no_others() {
    use VerdictKind::{Limited, Misconfigured, Rejected, Uncheckable, Works};
    let provider = IdentityProvider::start(true);
    let issuer = provider.issuer();
    // The secret holds characters that must be form-encoded before they are joined.
    let outcome = client(issuer, "machine:1", SECRET, &[]).await;
    expect(&outcome, Works, None, "accepted the client and gave it a token");
    assert!(outcome.evidence.contains("signing key"), "{}", outcome.evidence);
    let outcome = client(issuer, "machine:1", SECRET, &[("scopes", "openid reports")]).await;
    expect(&outcome, Works, None, "accepted the client");
    let outcome = client(issuer, "poster", SECRET, &[("token_endpoint_auth_method", "client_secret_post")]).await;
    expect(&outcome, Works, None, "accepted the client");
    let outcome = client(issuer, "machine:1", SECRET, &[("scopes", "payroll")]).await;
    expect(&outcome, Limited, Some("scopes"), "invalid_scope");
    let back = [("redirect_uri", "https://app.example.com/back")];
    let outcome = client(issuer, "web", SECRET, &back).await;
    expect(&outcome, Works, None, "refused only the invented code");
    for (id, secret) in [("machine:1", "FAKE-wrong-0123456789"), ("nobody", SECRET)] {
        expect(&client(issuer, id, secret, &[]).await, Rejected, Some("client_secret"), "invalid_client");
    }
    expect(&client(issuer, "web", "", &[]).await, Uncheckable, None, "no secret");
    let outcome = client(&format!("{issuer}/"), "machine:1", SECRET, &[]).await;
    expect(&outcome, Misconfigured, Some("issuer"), "slash");
    let outcome = client(&format!("{issuer}/realms/none"), "machine:1", SECRET, &[]).await;
    expect(&outcome, Misconfigured, Some("issuer"), "publishes no settings");
}

#[tokio::test]
async fn a_provider_for_people_only_is_asked_with_an_invented_code() {
    let provider = IdentityProvider::start(false);
    let back = [("redirect_uri", "https://app.example.com/back")];
    let outcome = client(provider.issuer(), "web", SECRET, &back).await;
    expect(&outcome, VerdictKind::Works, None, "refused only the invented code");
    let outcome = client(provider.issuer(), "web", "FAKE-wrong-0123456789", &back).await;
    expect(&outcome, VerdictKind::Rejected, Some("client_secret"), "invalid_client");
}

/// A token that a real provider gives to its client.
async fn token(issuer: &str) -> String {
    // Form-encoded id and secret, written out by hand.
    let basic = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        "machine%3A1:FAKE-secret+%2F%2B%25%3A+0123456789",
    );
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{issuer}/token"))
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials")
        .send()
        .await
        .unwrap();
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_real_provider_says_whether_a_token_is_active() {
    use VerdictKind::{Misconfigured, Rejected, Uncheckable, Works};
    // A checker installs the cryptography that the client below uses.
    drop(patient());
    let provider = IdentityProvider::start(true);
    let good = token(provider.issuer()).await;
    let address = format!("{}/token/introspection", provider.issuer());
    let base = [("client_id", "machine:1"), ("client_secret", SECRET), ("introspection_url", address.as_str())];
    let ask = async |more: &[(&str, &str)]| {
        let mut pairs = base.to_vec();
        for change in more {
            pairs.retain(|(id, _)| *id != change.0);
            pairs.push(*change);
        }
        let outcome = check("oauth2", &pairs).await;
        assert!(!format!("{outcome:?}").contains(&good[..8]), "the token surfaced: {outcome:?}");
        outcome
    };
    expect(&ask(&[("access_token", &good)]).await, Works, None, "access token is active");
    let invented = "FAKE-token-0123456789";
    expect(&ask(&[("access_token", invented)]).await, Rejected, Some("access_token"), "no stored token is active");
    // Introspection does not care which field a token stands in.
    let outcome = ask(&[("access_token", invented), ("refresh_token", &good)]).await;
    expect(&outcome, Works, None, "no longer active, and the refresh token is");
    let outcome = ask(&[("access_token", &good), ("client_secret", "FAKE-wrong-0123456789")]).await;
    expect(&outcome, Rejected, Some("client_secret"), "invalid_client");
    let elsewhere = format!("{}/nowhere", provider.issuer());
    let outcome = ask(&[("access_token", &good), ("introspection_url", &elsewhere)]).await;
    expect(&outcome, Misconfigured, Some("introspection_url"), "no introspection");
    expect(&ask(&[]).await, Uncheckable, None, "no token yet");
    expect(
        &ask(&[("access_token", &good), ("introspection_url", "")]).await,
        Uncheckable,
        None,
        "Without an introspection",
    );
}

/// What an awkward provider publishes and answers; `HOST` stands for its own address.
struct Awkward {
    settings: Value,
    keys: Value,
    token: Reply,
}

impl Awkward {
    fn new() -> Self {
        let settings = json!({
            "issuer": "HOST", "authorization_endpoint": "HOST/authorize", "token_endpoint": "HOST/token",
            "jwks_uri": "HOST/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
        });
        let keys = json!({"keys": [{"kty": "RSA", "use": "sig", "n": "FAKE", "e": "AQAB"}]});
        Self {
            settings,
            keys,
            token: Reply::new(200, r#"{"access_token":"FAKE-new-0123456789","token_type":"Bearer"}"#),
        }
    }

    fn settings(mut self, name: &str, value: Value) -> Self {
        self.settings[name] = value;
        self
    }

    fn token(mut self, status: u16, body: &str) -> Self {
        self.token = Reply::new(status, body);
        self
    }

    /// The outcome, and the paths that were asked for.
    async fn check(self) -> (CheckOutcome, Vec<String>) {
        let server = Standin::with(0, move |seen: &Seen| {
            let own = format!("http://{}", seen.header("host").unwrap_or_default());
            let filled = |document: &Value| document.to_string().replace("HOST", &own);
            match seen.path.as_str() {
                "/.well-known/openid-configuration" => Reply::new(200, &filled(&self.settings)),
                "/keys" => Reply::new(200, &filled(&self.keys)),
                "/token" => self.token.clone(),
                _ => Reply::new(404, "{}"),
            }
        })
        .await
        .unwrap();
        let outcome = client(&server.url(), "app", "FAKE-secret-0123456789", &[]).await;
        (outcome, server.requests().into_iter().map(|seen| seen.path).collect())
    }
}

#[tokio::test]
async fn settings_that_cannot_be_right_get_no_secret() {
    let cases = [
        (Awkward::new().settings("issuer", json!("https://other.example")), "another issuer"),
        (Awkward::new().settings("issuer", json!("https://login.example/{tenantid}/v2.0")), "template"),
        (Awkward::new().settings("issuer", json!("HOST/")), "slash"),
        (Awkward::new().settings("subject_types_supported", Value::Null), "subject_types_supported"),
        (Awkward::new().settings("token_endpoint", json!("http://elsewhere.example/token")), "token_endpoint"),
        (Awkward::new().settings("token_endpoint", json!("https://169.254.169.254/token")), "token_endpoint"),
        (Awkward::new().settings("jwks_uri", json!("file:///etc/passwd")), "jwks_uri"),
        (Awkward { keys: json!({"keys": []}), ..Awkward::new() }, "no key"),
        (
            Awkward { keys: json!({"keys": [{"kty": "RSA", "use": "enc", "n": "x", "e": "AQAB"}]}), ..Awkward::new() },
            "no key",
        ),
        (
            Awkward::new().settings("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
            "takes no client secret",
        ),
    ];
    for (provider, words) in cases {
        let (outcome, paths) = provider.check().await;
        assert_eq!(outcome.verdict, VerdictKind::Misconfigured, "{words}: {outcome:?}");
        assert!(outcome.evidence.contains(words), "{words}: {}", outcome.evidence);
        assert!(!paths.iter().any(|path| path == "/token"), "{words}: the secret went out");
    }
}

#[tokio::test]
async fn answers_of_the_token_endpoint_have_their_verdicts() {
    use VerdictKind::{Limited, Misconfigured, Rejected, Unknown, Works};
    let cases = [
        (200, r#"{"access_token":"FAKE-new-0123456789"}"#, Works),
        (401, r#"{"error":"invalid_client"}"#, Rejected),
        (
            401,
            r#"{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}"#,
            Rejected,
        ),
        (
            403,
            r#"{"error":"unauthorized_client","error_description":"Grant type not allowed for the client."}"#,
            Limited,
        ),
        (400, r#"{"error":"invalid_scope"}"#, Limited),
        (400, r#"{"error":"invalid_request"}"#, Misconfigured),
        (400, r#"{"error":"something_new"}"#, Unknown),
        (403, r#"{"error":"access_denied"}"#, Unknown),
        (401, "{}", Unknown),
        (429, r#"{"error":"slow_down"}"#, Unknown),
        (503, "busy", Unknown),
        // A token in another form must not be quoted; `check` looks for it.
        (200, "access_token=FAKE-new-0123456789&token_type=bearer", Unknown),
        (200, r#"{"message":"FAKE-new-0123456789"}"#, Unknown),
    ];
    for (status, body, verdict) in cases {
        let (outcome, _) = Awkward::new().token(status, body).check().await;
        assert_eq!(outcome.verdict, verdict, "{status} {body}: {outcome:?}");
    }
    let (outcome, paths) = Awkward::new().token(400, r#"{"error":"unsupported_grant_type"}"#).check().await;
    assert_eq!(outcome.verdict, Misconfigured, "{outcome:?}");
    assert_eq!(paths.iter().filter(|path| *path == "/token").count(), 2, "then, once, with an invented code");
}

#[tokio::test]
async fn what_stands_in_between_says_nothing_of_the_client() {
    let pages = [
        (Reply::html(200, "<html>Sign in to the hotel network</html>"), VerdictKind::Unknown),
        (Reply::html(403, "<html>Blocked</html>"), VerdictKind::Unknown),
        (Reply::redirect(302, "http://localhost:9/elsewhere"), VerdictKind::Misconfigured),
        (Reply::new(502, "bad gateway"), VerdictKind::Unknown),
        (Reply::cut(200, r#"{"issuer":"#), VerdictKind::Unknown),
    ];
    for (reply, verdict) in pages {
        let server = Standin::with(0, move |_: &Seen| reply.clone()).await.unwrap();
        let outcome = client(&server.url(), "app", "FAKE-secret-0123456789", &[]).await;
        assert_eq!(outcome.verdict, verdict, "{outcome:?}");
        assert_eq!(server.requests().len(), 1, "nothing more is asked");
    }
    let outcome = client("https://strongroom.invalid", "app", "FAKE-secret-0123456789", &[]).await;
    expect(&outcome, VerdictKind::Unknown, Some("issuer"), "No address was found");
}

#[tokio::test]
async fn a_server_with_oauth_settings_alone_is_asked_too() {
    let server = Standin::with(0, |seen: &Seen| {
        let own = format!("http://{}", seen.header("host").unwrap_or_default());
        match seen.path.as_str() {
            "/.well-known/oauth-authorization-server/tenant" => Reply::new(
                200,
                &json!({"issuer": format!("{own}/tenant"), "token_endpoint": format!("{own}/token")}).to_string(),
            ),
            "/token" => Reply::new(200, r#"{"access_token":"FAKE-new-0123456789"}"#),
            _ => Reply::new(404, "{}"),
        }
    })
    .await
    .unwrap();
    let outcome = client(&format!("{}/tenant", server.url()), "app", "FAKE-secret-0123456789", &[]).await;
    expect(&outcome, VerdictKind::Works, None, "none of OpenID Connect");
}
