//! The demonstration server answers whole checks, also those of several steps, by the word in the key.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::Duration;

use strongroom_providers::{Catalogue, VerdictKind};
use strongroom_standin::{Seen, Standin, demonstration, recorded_answers};
use support::{checker, recorded, values};

#[tokio::test]
async fn the_word_in_the_key_leads_through_every_step() {
    use VerdictKind::*;
    const MAIL: &str = "robot@fake-project";
    // Provider, sign-in method, the field whose value changes, what is replaced in it, and words with their verdicts.
    type Case = (&'static str, &'static str, &'static str, &'static str, &'static [(&'static str, VerdictKind)]);
    let cases: [Case; 12] = [
        ("aws", "access-keys", "access_key_id", "KEY-ID", &[("works", Works), ("rejected", Rejected), ("x", Rejected)]),
        (
            "amazon-ses",
            "access-keys",
            "access_key_id",
            "KEY-ID",
            &[("works", Works), ("limited", Limited), ("suspended", Suspended)],
        ),
        ("aws-bedrock", "api-key", "api_key", "key", &[("works", Works), ("limited", Limited), ("x", Rejected)]),
        (
            "aws-bedrock",
            "access-keys",
            "access_key_id",
            "KEY-ID",
            &[("works", Works), ("limited", Limited), ("x", Rejected)],
        ),
        ("livekit", "api-key", "api_key", "key01", &[("works", Works), ("limited", Limited), ("x", Rejected)]),
        (
            "google-vertex",
            "service-account",
            "service_account",
            MAIL,
            &[("works", Works), ("limited", Limited), ("nocredit", NoCredit), ("x", Rejected)],
        ),
        ("google-vertex", "api-key", "api_key", "key", &[("works", Works), ("limited", Limited), ("x", Rejected)]),
        (
            "google-calendar",
            "oauth-client",
            "refresh_token",
            "abcdefgh",
            &[("works", Works), ("limited", Limited), ("x", Rejected)],
        ),
        (
            "microsoft-outlook",
            "app-registration",
            "client_secret",
            "abcdefgh",
            &[("works", Works), ("suspended", Suspended), ("blocked", Blocked), ("x", Rejected)],
        ),
        (
            "salesforce",
            "client-credentials",
            "client_secret",
            "abcdefgh",
            &[("works", Works), ("no-run-as", Misconfigured), ("x", Rejected)],
        ),
        ("salesforce", "refresh-token", "refresh_token", "abcdefgh", &[("works", Works), ("x", Rejected)]),
        (
            "zoho-crm",
            "oauth-client",
            "refresh_token",
            "abcdefgh",
            &[("works", Works), ("limited", Limited), ("x", Rejected)],
        ),
    ];
    let answers = recorded_answers().unwrap();
    let server = Standin::with(0, move |seen: &Seen| demonstration(&answers, seen)).await.unwrap();
    let catalogue = Catalogue::builtin();
    let checker = checker(Duration::from_secs(20));
    for (id, method, field, part, words) in cases {
        let recorded = recorded().into_iter().find(|recorded| recorded.provider == id).unwrap();
        let provider = catalogue.provider(id).unwrap();
        let auth = provider.variant(Some(method)).unwrap();
        for (word, verdict) in words {
            let own = &recorded.values[method][field];
            assert!(own.contains(part), "{id}: {field} holds {part}");
            let with = if part == MAIL { format!("{word}@fake-project") } else { format!("-{word}-") };
            let changed = own.replace(part, &with);
            let base = format!("{}/{id}", server.url());
            let values = values(&recorded, auth, &[(field, &changed), ("base_url", &base)]);
            let outcome = checker.check(provider, auth, &values).await;
            assert_eq!(outcome.verdict, *verdict, "{id} {method} {word}: {}", outcome.evidence);
        }
    }
}

#[tokio::test]
async fn a_client_without_a_connected_account_is_answered_for_too() {
    let answers = recorded_answers().unwrap();
    let server = Standin::with(0, move |seen: &Seen| demonstration(&answers, seen)).await.unwrap();
    let recorded = recorded().into_iter().find(|recorded| recorded.provider == "google-calendar").unwrap();
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("google-calendar").unwrap();
    let auth = provider.variant(None).unwrap();
    let base = format!("{}/google-calendar", server.url());
    for (secret, verdict) in [("FAKE-works-secret", VerdictKind::Works), ("FAKE-secret", VerdictKind::Rejected)] {
        let values = values(&recorded, auth, &[("refresh_token", ""), ("client_secret", secret), ("base_url", &base)]);
        let outcome = checker(Duration::from_secs(20)).check(provider, auth, &values).await;
        assert_eq!(outcome.verdict, verdict, "{secret}: {}", outcome.evidence);
    }
}
