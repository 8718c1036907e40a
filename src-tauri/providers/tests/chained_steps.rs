//! Steps that build on one another: kept tokens and hosts, forms, signed tokens, and the faults that a file can have.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::Duration;

use strongroom_providers::{Catalogue, CheckOutcome, FieldValue, FieldValues, Provider, VerdictKind, parse_provider};
use strongroom_standin::{Reply, Seen, Standin};
use support::checker;

const SECRET: &str = "FAKE-client-secret-0123456789";
const TOKEN: &str = "FAKE-issued-token-abcdefghijkl";

/// A provider that issues a token, names the host of its second step, and may be on loopback.
const PROVIDER: &str = r#"
id = "chained"
name = "Chained"
types = ["general"]
category = "custom"
mark = "Ch"
lookup_key = "CHAINED_SECRET"
name_example = "Chained"
reference = "made up"

[find]
text = "Nowhere."

[[auth]]
id = "client"
label = "Client"
recommended = true

[[auth.fields]]
id = "server"
label = "Server"
kind = "url"
websocket = true
required = true

[[auth.fields]]
id = "client_id"
label = "Client ID"
required = true

[[auth.fields]]
id = "client_secret"
label = "Client secret"
secret = true
required = true

[[auth.fields]]
id = "scope"
label = "Scope"

[[auth.fields]]
id = "account"
label = "Account file"
kind = "json"
secret = true
needs_members = ["name", "key"]
public_members = ["name"]

[check]
does = "Asks for a token and uses it."
cost = "free"
proves = "The client is accepted."
base = [{ url = "{server|origin}" }]

[[check.steps]]
id = "token"
method = "POST"
path = "/token"
form = { grant_type = "client_credentials", client_id = "{client_id}", client_secret = "{client_secret}", scope = "{scope}" }
keep = { token = "access_token", api = { path = "api", public = true } }

[[check.steps.rules]]
status = [200]
json = [{ path = "access_token", is = "string" }]
go_on = "read"

[[check.steps]]
id = "read"
path = "/me"
headers = { Authorization = "Bearer {kept:token}" }
base = [{ url = "{kept:api}", hosts = ["127.0.0.1", ".chained.example"] }]

[[check.steps.rules]]
status = [200]
json = [{ path = "name", is = "string" }]
verdict = "works"
evidence = "Chained knows {json:name}."
"#;

fn provider() -> Provider {
    parse_provider(PROVIDER).expect("a sound file")
}

async fn check(server: &str, changes: &[(&str, &str)]) -> CheckOutcome {
    let provider = provider();
    let auth = provider.variant(None).unwrap();
    let mut values = FieldValues::from([
        ("server".to_owned(), FieldValue::from(server)),
        ("client_id".to_owned(), FieldValue::from("client & 1")),
        ("client_secret".to_owned(), FieldValue::Secret(SECRET.into())),
    ]);
    for (id, text) in changes {
        let secret = auth.field(id).is_some_and(|field| field.secret);
        let value = if secret { FieldValue::Secret((*text).into()) } else { FieldValue::from(*text) };
        values.insert((*id).to_owned(), value);
    }
    checker(Duration::from_secs(20)).check(&provider, auth, &values).await
}

fn issued(api: &str) -> Reply {
    Reply::new(200, &serde_json::json!({ "access_token": TOKEN, "api": api }).to_string())
}

#[tokio::test]
async fn a_form_is_encoded_and_the_kept_token_goes_to_the_host_that_was_named() {
    let (first, second) = (Standin::start().await.unwrap(), Standin::start().await.unwrap());
    first.answer(issued(&second.url()));
    second.answer(Reply::new(200, r#"{"name":"Anna"}"#));
    let outcome = check(&first.url().replace("http://", "ws://"), &[]).await;
    assert_eq!((outcome.verdict, outcome.evidence.as_str()), (VerdictKind::Works, "Chained knows Anna."));
    let sent = &first.requests()[0];
    assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(
        String::from_utf8_lossy(&sent.body),
        format!("client_id=client+%26+1&client_secret={SECRET}&grant_type=client_credentials"),
        "an entry with nothing to put there is left out"
    );
    let sent = &second.requests()[0];
    assert_eq!((sent.path.as_str(), sent.header("authorization")), ("/me", Some(format!("Bearer {TOKEN}").as_str())));
}

#[tokio::test]
async fn a_named_host_outside_the_list_gets_nothing() {
    let trap = Standin::with(0, |_: &Seen| Reply::new(200, r#"{"name":"trap"}"#)).await.unwrap();
    let local = format!("http://localhost:{}", trap.port());
    let listed_later = format!("http://127.0.0.1:{}@evil.example", trap.port());
    for api in [
        local.as_str(),
        &listed_later,
        "https://evil.example",
        "https://evilchained.example",
        "https://chained.example",
        "http://api.chained.example",
        "https://169.254.169.254",
        "http://169.254.169.254/latest",
        "https://metadata.google.internal",
        "javascript:alert(1)",
        "//api.chained.example",
        "https://user@api.chained.example",
        "https://api.chained.example?x=1",
    ] {
        let server = Standin::start().await.unwrap();
        server.answer(issued(api));
        let outcome = check(&server.url(), &[]).await;
        assert_eq!(outcome.verdict, VerdictKind::Unknown, "{api}: {}", outcome.evidence);
        assert!(outcome.evidence.contains("names a host to which no secret is sent"), "{api}: {}", outcome.evidence);
        assert_eq!(server.requests().len(), 1, "{api}");
    }
    assert!(trap.requests().is_empty());
}

#[tokio::test]
async fn a_missing_token_sends_nothing_more() {
    for answer in
        [r#"{"access_token":"FAKE"}"#, r#"{"access_token":"a\nb","api":"x"}"#, r#"{"access_token":"","api":"x"}"#]
    {
        let server = Standin::start().await.unwrap();
        server.answer(Reply::new(200, answer));
        let outcome = check(&server.url(), &[]).await;
        assert_eq!(outcome.verdict, VerdictKind::Unknown, "{answer}: {}", outcome.evidence);
        assert_eq!(server.requests().len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn a_token_given_back_does_not_surface() {
    for status in [200, 400, 401, 403, 418, 500] {
        let server = Standin::with(0, move |seen: &Seen| {
            let api = format!("http://{}", seen.header("host").unwrap());
            if seen.path == "/token" { issued(&api) } else { Reply::reflect(status, seen) }
        })
        .await
        .unwrap();
        let outcome = check(&server.url(), &[]).await;
        assert_eq!(outcome.verdict, VerdictKind::Unknown);
        let shown = format!("{outcome:?}").to_lowercase();
        for secret in [SECRET, TOKEN] {
            for part in [&secret[..8], &secret[secret.len() - 8..]] {
                assert!(!shown.contains(&part.to_lowercase()), "{status}: {shown}");
            }
        }
    }
}

#[tokio::test]
async fn a_misbehaving_second_step_is_told_and_not_blamed_on_the_key() {
    type Behaviour = (&'static str, fn() -> Reply);
    let behaviours: [Behaviour; 5] = [
        ("redirect", || Reply::redirect(302, "http://localhost:1/elsewhere")),
        ("page", || Reply::html(200, "<!doctype html><html></html>")),
        ("cut", || Reply::cut(200, "{")),
        ("huge", || Reply::huge(&"x".repeat(64 * 1024), 32)),
        ("trouble", || Reply::new(502, "bad gateway")),
    ];
    for (name, reply) in behaviours {
        let server = Standin::with(0, move |seen: &Seen| {
            let api = format!("http://{}", seen.header("host").unwrap());
            if seen.path == "/token" { issued(&api) } else { reply() }
        })
        .await
        .unwrap();
        let outcome = check(&server.url(), &[]).await;
        assert!(
            !matches!(outcome.verdict, VerdictKind::Works | VerdictKind::Rejected),
            "{name}: {:?} {}",
            outcome.verdict,
            outcome.evidence
        );
        assert_eq!(server.requests().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn a_json_field_must_hold_what_the_check_needs() {
    let outcome = check("http://127.0.0.1:9", &[("account", r#"{"name":"x"}"#)]).await;
    assert_eq!((outcome.verdict, outcome.field.as_deref()), (VerdictKind::Misconfigured, Some("account")));
    assert!(outcome.evidence.contains("has no `key`"), "{}", outcome.evidence);
}

#[tokio::test]
async fn an_address_outside_the_list_gets_nothing() {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("salesforce").unwrap();
    let auth = provider.variant(None).unwrap();
    for address in ["https://evil.example", "https://acme.my.salesforce.com.evil.example", "http://127.0.0.1:9"] {
        let values = FieldValues::from([
            ("instance_url".to_owned(), FieldValue::from(address)),
            ("client_id".to_owned(), FieldValue::from("3MVG9-FAKE")),
            ("client_secret".to_owned(), FieldValue::Secret(SECRET.into())),
        ]);
        let outcome = checker(Duration::from_secs(20)).check(provider, auth, &values).await;
        assert_eq!(
            (outcome.verdict, outcome.field.as_deref()),
            (VerdictKind::Misconfigured, Some("instance_url")),
            "{address}: {}",
            outcome.evidence
        );
        assert!(outcome.evidence.starts_with("Nothing was sent."), "{address}: {}", outcome.evidence);
    }
}

#[tokio::test]
async fn a_private_key_that_cannot_be_read_is_told_before_anything_is_sent() {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("google-vertex").unwrap();
    let auth = provider.variant(None).unwrap();
    let file = r#"{"client_email":"robot@x.example","private_key":"FAKE, not PEM","token_uri":"https://x.example"}"#;
    let server = Standin::start().await.unwrap();
    let values = FieldValues::from([
        ("service_account".to_owned(), FieldValue::Secret(file.into())),
        ("project_id".to_owned(), FieldValue::from("fake")),
        ("base_url".to_owned(), FieldValue::from(server.url().as_str())),
    ]);
    let outcome = checker(Duration::from_secs(20)).check(provider, auth, &values).await;
    assert_eq!((outcome.verdict, outcome.field.as_deref()), (VerdictKind::Misconfigured, Some("service_account")));
    assert!(outcome.evidence.contains("private key in it cannot be read"), "{}", outcome.evidence);
    assert!(server.requests().is_empty());
}

/// The file with one piece changed, and the fault that must be named.
#[test]
fn every_fault_of_chained_steps_is_named() {
    let read = r#"headers = { Authorization = "Bearer {kept:token}" }"#;
    let base = r#"base = [{ url = "{kept:api}", hosts = ["127.0.0.1", ".chained.example"] }]"#;
    let keep = r#"keep = { token = "access_token", api = { path = "api", public = true } }"#;
    let cases = [
        ("{kept:token}", "{kept:other}", "no earlier step keeps"),
        (keep, r#"keep = { token = "", api = { path = "api", public = true } }"#, "a path in the answer"),
        (r#"path = "/me""#, r#"path = "/me/{kept:token}""#, "puts the secret `{kept:token}` into its address"),
        (r#"path = "/me""#, r#"path = "/me/{account.key}""#, "puts a secret into its address"),
        (r#"path = "/me""#, r#"path = "/me/{client_id.key}""#, "uses `client_id`, which `client` does not have"),
        ("{kept:token}", "{signed:jwt}", "no `sign.jwt` of its own"),
        ("{kept:token}", "{time:now}", "outside the claims"),
        ("{kept:token}", "{time:tomorrow}", "is no time"),
        ("{kept:token}", "{made:up}", "is not known"),
        (base, r#"base = [{ url = "{kept:api}" }]"#, "with `hosts`"),
        (base, r#"base = [{ url = "https://{kept:api}", hosts = [".chained.example"] }]"#, "nothing but"),
        (base, r#"base = [{ url = "{kept:api}", hosts = [".com"] }]"#, "`.com` in `hosts`"),
        (base, r#"base = [{ url = "{kept:api}", hosts = ["https://x.example"] }]"#, "in `hosts`"),
        (base, r#"base = [{ url = "{kept:api}", hosts = ["*.x.example"] }]"#, "in `hosts`"),
        (base, r#"base = [{ url = "http://api.chained.example" }]"#, "must go to an https address"),
        (base, r#"base = [{ url = "{nowhere}" }]"#, "uses `nowhere`"),
        (r#"url = "{server|origin}""#, r#"url = "{kept:api}", hosts = [".x.example"]"#, "own base must not come"),
        (r#"method = "POST""#, r#"method = "GET""#, "needs `method = "),
        (r#"path = "/token""#, "path = \"/token\"\nbody = \"{}\"", "needs `method = "),
        (r#"path = "/token""#, "path = \"/token\"\nfilled = [\"nothing\"]", "names the field `nothing`"),
        ("client_id = \"{client_id}\"", "client_id = \"{nobody}\"", "uses `nobody`"),
        (read, r#"sign = { aws = { service = "", region = "x" } }"#, "must name the `service`"),
        (read, r#"sign = { aws = { service = "sts", region = "x" } }"#, "uses `access_key_id`"),
        (read, r#"sign = { jwt = { alg = "HS256", key = "{client_secret}", claims = {} } }"#, "uses it nowhere"),
        (
            read,
            r#"sign = { jwt = { alg = "HS256", key = "{client_secret}", claims = { iss = "{nobody}" } } }
               headers = { Authorization = "{signed:jwt}" }"#,
            "uses `nobody`",
        ),
        ("label = \"Scope\"", "label = \"Scope\"\nenv = [\"CHAINED_SECRET\"]", "which is no secret"),
        ("websocket = true", "websocket = true\nneeds_members = [\"a\"]", "does not fit the kind"),
        ("kind = \"json\"", "kind = \"json\"\nwebsocket = true", "does not fit the kind"),
    ];
    for (from, to, wanted) in cases {
        assert!(PROVIDER.contains(from), "{from}");
        let faults = parse_provider(&PROVIDER.replacen(from, to, 1)).err().unwrap_or_default();
        let reasons: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(reasons.iter().any(|reason| reason.contains(wanted)), "{to}: “{wanted}” is not in {reasons:?}");
    }
}
