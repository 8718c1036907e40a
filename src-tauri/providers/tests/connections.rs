//! Connections over OAuth as the catalogue says them: the pages that are opened, what is sent, how answers are read.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use strongroom_providers::oauth::Tokens;
use strongroom_providers::{AuthVariant, Catalogue, CheckOutcome, FieldValues, Provider, VerdictKind};
use strongroom_standin::{Reply, Seen, Standin};
use support::{patient, plain_values};
use url::Url;

const TENANT: &str = "00000000-0000-0000-0000-00000000fa4e";
const MICROSOFT: [(&str, &str); 4] = [
    ("tenant_id", TENANT),
    ("client_id", "00000000-0000-0000-0000-0000000c11e7"),
    ("client_secret", "FAKE-client~secret-abcdefgh"),
    ("refresh_token", "0.FAKE-refresh-token-abcdefgh"),
];

fn connecting<'a>(catalogue: &'a Catalogue, id: &str) -> (&'a Provider, &'a AuthVariant) {
    let provider = catalogue.provider(id).unwrap();
    let oauth = provider.oauth.as_ref().unwrap();
    (provider, provider.variant(Some(&oauth.auth)).unwrap())
}

/// The page that would be opened, and its parameters.
fn page(id: &str, pairs: &[(&str, &str)]) -> Result<(String, BTreeMap<String, String>), Box<CheckOutcome>> {
    let catalogue = Catalogue::builtin();
    let (provider, auth) = connecting(&catalogue, id);
    let authorisation = patient().authorise(provider, auth, &plain_values(auth, pairs))?;
    let url = Url::parse(&authorisation.url).unwrap();
    assert!(!url.as_str().contains("FAKE-client"), "{url}");
    let parameters = url.query_pairs().into_owned().collect();
    Ok((format!("{}{}", url.origin().ascii_serialization(), url.path()), parameters))
}

#[tokio::test]
async fn the_right_pages_are_opened() {
    let google = [("client_id", "0-fake.apps.googleusercontent.com"), ("client_secret", "FAKE-client-secret")];
    let (address, parameters) = page("google-calendar", &google).unwrap();
    assert_eq!(address, "https://accounts.google.com/o/oauth2/v2/auth");
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "0-fake.apps.googleusercontent.com"),
        ("redirect_uri", "http://127.0.0.1:28417/oauth/callback"),
        ("scope", "https://www.googleapis.com/auth/calendar.calendarlist.readonly"),
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(parameters[name], value);
    }
    assert!(parameters["state"].len() >= 22 && parameters["code_challenge"].len() == 43);
    let (_, again) = page("google-calendar", &google).unwrap();
    assert_ne!((&parameters["state"], &parameters["code_challenge"]), (&again["state"], &again["code_challenge"]));
    // A gateway has no sign-in pages.
    let gateway = [google[0], google[1], ("base_url", "https://gateway.example")];
    assert_eq!(page("google-calendar", &gateway).unwrap().0, address);

    let (address, parameters) = page("microsoft-outlook", &MICROSOFT).unwrap();
    assert_eq!(address, format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize"));
    assert_eq!(parameters["scope"], "offline_access Calendars.Read User.Read");
    assert_eq!(parameters["redirect_uri"], "http://localhost:28417/oauth/callback");
    let us = [&MICROSOFT[..], &[("cloud", "graph.microsoft.us")]].concat();
    assert!(page("microsoft-outlook", &us).unwrap().0.starts_with("https://login.microsoftonline.us/"));

    let app = [("client_id", "FAKE-id"), ("client_secret", "FAKE-client-secret")];
    let salesforce = [&app[..], &[("instance_url", "https://acme.my.salesforce.com")]].concat();
    assert_eq!(page("salesforce", &salesforce).unwrap().0, "https://acme.my.salesforce.com/services/oauth2/authorize");
    let elsewhere = [&app[..], &[("instance_url", "https://acme.example")]].concat();
    assert_eq!(page("salesforce", &elsewhere).unwrap_err().field.as_deref(), Some("instance_url"));
    assert_eq!(page("hubspot", &app).unwrap().0, "https://app.hubspot.com/oauth/authorize");
    let empty = page("oauth2", &app).unwrap_err();
    assert_eq!((empty.verdict, empty.field.as_deref()), (VerdictKind::Misconfigured, Some("auth_url")));
}

/// Renews against a server that answers this, and what arrived there.
async fn renew(id: &str, pairs: &[(&str, &str)], reply: Reply) -> (Result<Tokens, Box<CheckOutcome>>, Vec<Seen>) {
    let server = Standin::with(0, move |_: &Seen| reply.clone()).await.unwrap();
    let catalogue = Catalogue::builtin();
    let (provider, auth) = connecting(&catalogue, id);
    let url = server.url();
    let values: FieldValues = plain_values(auth, &[pairs, &[("base_url", url.as_str())]].concat());
    let found = patient().renew(provider, auth, &values).await;
    if let Err(outcome) = &found {
        assert!(!format!("{outcome:?}").contains("FAKE"), "a secret surfaced: {outcome:?}");
    }
    (found, server.requests())
}

#[tokio::test]
async fn a_renewal_sends_what_is_documented_and_takes_the_next_refresh_token() {
    let body = r#"{"token_type":"Bearer","expires_in":"3599","access_token":"FAKE-a2","refresh_token":"FAKE-r2"}"#;
    let (found, seen) = renew("microsoft-outlook", &MICROSOFT, Reply::new(200, body)).await;
    let tokens = found.unwrap();
    assert_eq!((tokens.access.expose_secret(), tokens.refresh.unwrap().expose_secret()), ("FAKE-a2", "FAKE-r2"));
    assert_eq!(tokens.expires_in.unwrap().as_secs(), 3599, "a number that is written as a text");
    assert_eq!((seen.len(), seen[0].path.as_str()), (1, format!("/{TENANT}/oauth2/v2.0/token").as_str()));
    let form = seen[0].form();
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["scope"], "offline_access Calendars.Read User.Read");
    assert_eq!(form["client_secret"], MICROSOFT[2].1);
    assert!(seen[0].header("authorization").is_none());
}

#[tokio::test]
async fn answers_without_tokens_have_their_verdicts() {
    use VerdictKind::{Blocked, Limited, Misconfigured, Rejected, Suspended, Unknown};
    let cases = [
        (400, r#"{"error":"invalid_grant","error_codes":[70008]}"#, Rejected, Some("refresh_token")),
        (400, r#"{"error":"invalid_grant","error_codes":[65001]}"#, Limited, Some("scopes")),
        (400, r#"{"error":"invalid_grant","error_codes":[53003]}"#, Blocked, None),
        (401, r#"{"error":"invalid_client","error_codes":[7000222]}"#, Rejected, Some("client_secret")),
        (401, r#"{"error":"invalid_client","error_codes":[7000215]}"#, Rejected, Some("client_secret")),
        (401, r#"{"error":"invalid_client","error_codes":[700025]}"#, Misconfigured, Some("client_secret")),
        (400, r#"{"error":"unauthorized_client","error_codes":[700016]}"#, Misconfigured, Some("client_id")),
        (400, r#"{"error":"unauthorized_client","error_codes":[7000112]}"#, Suspended, Some("client_id")),
        (400, r#"{"error":"invalid_scope"}"#, Misconfigured, Some("client_id")),
        (400, r#"{"error":"something_new"}"#, Unknown, None),
        (503, r#"{"error":"invalid_grant"}"#, Unknown, None),
        // Nothing of a good answer is quoted, and a token of another type is not used.
        (200, r#"{"message":"FAKE-a2"}"#, Unknown, None),
        (200, r#"{"access_token":"FAKE-a2","token_type":"mac"}"#, Unknown, None),
        (200, "access_token=FAKE-a2", Unknown, None),
    ];
    for (status, body, verdict, field) in cases {
        let (found, _) = renew("microsoft-outlook", &MICROSOFT, Reply::new(status, body)).await;
        let outcome = found.unwrap_err();
        assert_eq!(outcome.verdict, verdict, "{status} {body}: {outcome:?}");
        if let Some(field) = field {
            assert_eq!(outcome.field.as_deref(), Some(field), "{body}");
        }
    }
    let elsewhere = Standin::with(0, |_: &Seen| Reply::new(200, "{}")).await.unwrap();
    let (found, _) = renew("microsoft-outlook", &MICROSOFT, Reply::redirect(307, &elsewhere.url())).await;
    assert_eq!(found.unwrap_err().verdict, Misconfigured);
    assert!(elsewhere.requests().is_empty(), "a refresh token follows no redirect");
}

#[tokio::test]
async fn a_connection_is_revoked_as_its_provider_documents() {
    let tokens = [("client_id", "FAKE-id"), ("client_secret", "FAKE-secret"), ("refresh_token", "FAKE-refresh-token")];
    for (id, path, names_client) in [("google-calendar", "/revoke", false), ("hubspot", "/oauth/v3/token/revoke", true)]
    {
        let server = Standin::with(0, |_: &Seen| Reply::new(200, "{}")).await.unwrap();
        let catalogue = Catalogue::builtin();
        let (provider, auth) = connecting(&catalogue, id);
        let url = server.url();
        let values = plain_values(auth, &[&tokens[..], &[("base_url", url.as_str())]].concat());
        assert!(patient().revoke(provider, auth, &values).await.unwrap());
        let seen = server.requests().remove(0);
        assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", path));
        assert_eq!(seen.form()["token"], "FAKE-refresh-token");
        assert_eq!(seen.form().contains_key("client_secret"), names_client, "{id}");
    }
    let catalogue = Catalogue::builtin();
    let (provider, auth) = connecting(&catalogue, "microsoft-outlook");
    assert!(!patient().revoke(provider, auth, &plain_values(auth, &MICROSOFT)).await.unwrap(), "it documents none");
}
