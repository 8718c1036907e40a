//! What every provider's check does when the server, the network or somebody in between misbehaves.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use strongroom_providers::{Catalogue, CheckOutcome, Checker, CheckerSettings, FieldValues, VerdictKind};
use strongroom_standin::{Identity, Recorded, Reply, Seen, Standin};
use support::{checker, provider, recorded, secrets, values, variant, works};

const PAGE: &str = "<!doctype html><html><body>Sign in to the hotel network</body></html>";
const PATIENT: Duration = Duration::from_secs(20);

/// Checks a provider with its good recorded values at an address.
async fn check_at(checker: &Checker, recorded: &Recorded, base: &str) -> (CheckOutcome, FieldValues) {
    let catalogue = Catalogue::builtin();
    let provider = provider(&catalogue, recorded);
    let answer = works(recorded).expect("an answer called works");
    let auth = variant(provider, answer);
    let mut changes: Vec<(&str, &str)> = answer.values.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    changes.push(("base_url", base));
    let values = values(recorded, auth, &changes);
    (checker.check(provider, auth, &values).await, values)
}

fn over_http() -> Vec<Recorded> {
    recorded().into_iter().filter(|recorded| works(recorded).is_some()).collect()
}

/// The check of every provider against a server that answers all requests alike.
async fn everywhere(reply: fn(&Seen) -> Reply, judge: fn(&str, &CheckOutcome)) {
    let checker = checker(PATIENT);
    for recorded in over_http() {
        let server = Standin::with(0, reply).await.unwrap();
        let (outcome, values) = check_at(&checker, &recorded, &server.url()).await;
        judge(&recorded.provider, &outcome);
        let shown = format!("{outcome:?}");
        for secret in secrets(&values) {
            assert!(!shown.contains(&secret), "{}: the outcome holds the secret", recorded.provider);
        }
        assert!(!server.requests().is_empty(), "{}: nothing arrived, so nothing was tried", recorded.provider);
    }
}

fn could_not_tell(id: &str, outcome: &CheckOutcome) {
    assert_eq!(outcome.verdict, VerdictKind::Unknown, "{id}: {}", outcome.evidence);
    assert!(outcome.next_step.is_some(), "{id}: says what to do next");
}

#[tokio::test]
async fn server_trouble_is_not_blamed_on_the_key() {
    everywhere(|_| Reply::new(502, "bad gateway").header("content-type", "text/plain"), could_not_tell).await;
    everywhere(|_| Reply::html(503, PAGE), could_not_tell).await;
}

#[tokio::test]
async fn a_sign_in_page_with_200_is_never_taken_for_success() {
    everywhere(
        |_| Reply::html(200, PAGE),
        |id, outcome| {
            could_not_tell(id, outcome);
            assert!(outcome.evidence.contains("web page"), "{id}: {}", outcome.evidence);
        },
    )
    .await;
}

#[tokio::test]
async fn a_page_with_403_comes_from_somebody_in_between() {
    everywhere(
        |_| Reply::html(403, PAGE),
        |id, outcome| {
            assert!(!outcome.verdict.is_conclusive(), "{id}: {:?} {}", outcome.verdict, outcome.evidence);
        },
    )
    .await;
}

#[tokio::test]
async fn too_many_requests_says_nothing_of_the_key() {
    everywhere(
        |_| Reply::new(429, "slow down").header("retry-after", "99999999").header("content-type", "text/plain"),
        could_not_tell,
    )
    .await;
}

#[tokio::test]
async fn a_429_about_credit_is_no_credit() {
    everywhere(
        |_| Reply::new(429, r#"{"message":"You have used all your credit, see billing"}"#),
        |id, outcome| assert_eq!(outcome.verdict, VerdictKind::NoCredit, "{id}: {}", outcome.evidence),
    )
    .await;
}

#[tokio::test]
async fn an_undocumented_answer_is_quoted_and_not_judged() {
    everywhere(
        |_| Reply::new(418, r#"{"message":"I am a teapot"}"#),
        |id, outcome| {
            could_not_tell(id, outcome);
            assert!(
                outcome.evidence.contains("418") && outcome.evidence.contains("teapot"),
                "{id}: {}",
                outcome.evidence
            );
        },
    )
    .await;
}

#[tokio::test]
async fn a_key_given_back_in_an_error_does_not_surface() {
    for status in [400, 401, 403, 418, 500] {
        let checker = checker(PATIENT);
        for recorded in over_http() {
            let server = Standin::with(0, move |seen: &Seen| Reply::reflect(status, seen)).await.unwrap();
            let (outcome, values) = check_at(&checker, &recorded, &server.url()).await;
            let shown = format!("{outcome:?}").to_lowercase();
            for secret in secrets(&values) {
                // The host of a webhook is public; its tail is the secret.
                let secret = secret.rsplit("services/").next().unwrap().to_lowercase();
                for part in [&secret[..8], &secret[secret.len() - 8..]] {
                    assert!(
                        !shown.contains(part),
                        "{} {status}: a part of the secret surfaced: {shown}",
                        recorded.provider
                    );
                }
            }
            assert_ne!(outcome.verdict, VerdictKind::Works, "{} {status}", recorded.provider);
        }
    }
}

/// The check of every provider whose last request meets a server that misbehaves, after good answers to those before it:
/// provider, outcome, secrets, and whether a token was issued on the way.
async fn at_the_last_step(reply: fn(&Seen) -> Reply) -> Vec<(String, CheckOutcome, Vec<String>, bool)> {
    let checker = checker(PATIENT);
    let mut outcomes = Vec::new();
    for recorded in over_http() {
        let mut good: Vec<Reply> = works(&recorded).unwrap().exchanges.iter().map(|e| e.reply()).collect();
        if good.len() < 2 {
            continue;
        }
        good.pop();
        let mut issued: Vec<String> = Vec::new();
        for reply in &good {
            let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            issued.extend(body["access_token"].as_str().map(str::to_owned));
        }
        let left = Mutex::new(VecDeque::from(good));
        let server =
            Standin::with(0, move |seen: &Seen| left.lock().unwrap().pop_front().unwrap_or_else(|| reply(seen)))
                .await
                .unwrap();
        let (outcome, values) = check_at(&checker, &recorded, &server.url()).await;
        let any = !issued.is_empty();
        issued.extend(secrets(&values));
        outcomes.push((recorded.provider, outcome, issued, any));
    }
    assert!(outcomes.iter().any(|(.., issued)| *issued), "tokens were issued on the way");
    outcomes
}

#[tokio::test]
async fn a_later_step_that_misbehaves_is_not_blamed_on_the_key_and_shows_no_token() {
    let behaviours: [fn(&Seen) -> Reply; 9] = [
        |seen| Reply::reflect(400, seen),
        |seen| Reply::reflect(401, seen),
        |seen| Reply::reflect(418, seen),
        |seen| Reply::reflect(500, seen),
        |_| Reply::redirect(302, "http://localhost:1/elsewhere"),
        |_| Reply::html(200, PAGE),
        |_| Reply::html(403, PAGE),
        |_| Reply::cut(200, "{"),
        |_| Reply::huge(&"x".repeat(64 * 1024), 32),
    ];
    for (index, reply) in behaviours.into_iter().enumerate() {
        for (provider, outcome, secrets, issued) in at_the_last_step(reply).await {
            // Where nothing was issued before, the last request may be the one that judges the key.
            if issued {
                assert_ne!(outcome.verdict, VerdictKind::Rejected, "{provider} {index}: {}", outcome.evidence);
            }
            let shown = format!("{outcome:?}").to_lowercase();
            for secret in secrets.iter().filter(|secret| !secret.starts_with('{')) {
                let secret = secret.to_lowercase();
                for part in [&secret[..8], &secret[secret.len() - 8..]] {
                    assert!(!shown.contains(part), "{provider} {index}: a part of a secret surfaced: {shown}");
                }
            }
        }
    }
}

/// The end of what signs a request: of a token in the form, or of the `Authorization` header.
fn signature(seen: &Seen) -> String {
    let signed = seen.form().remove("assertion").or_else(|| seen.header("authorization").map(str::to_owned));
    let signed = signed.unwrap_or_default();
    signed[signed.len().saturating_sub(60)..].to_owned()
}

#[tokio::test]
async fn a_signature_given_back_does_not_surface() {
    let checker = checker(PATIENT);
    for id in ["aws", "livekit", "google-vertex"] {
        let recorded = recorded().into_iter().find(|recorded| recorded.provider == id).unwrap();
        let echo = |seen: &Seen| Reply::new(418, &serde_json::json!({ "message": signature(seen) }).to_string());
        let server = Standin::with(0, echo).await.unwrap();
        let (outcome, _) = check_at(&checker, &recorded, &server.url()).await;
        let sent = signature(&server.requests()[0]);
        assert_eq!(sent.len(), 60, "{id}: something was signed");
        assert!(outcome.evidence.contains("[redacted]"), "{id}: {}", outcome.evidence);
        let shown = outcome.evidence.to_lowercase();
        let last = sent[sent.len() - 8..].to_lowercase();
        assert!(!shown.contains(&last), "{id}: a part of the signature surfaced: {shown}");
    }
}

#[tokio::test]
async fn a_redirect_is_named_and_never_followed() {
    let checker = checker(PATIENT);
    for status in [301, 302, 303, 307, 308] {
        for recorded in over_http() {
            let target = Standin::with(0, |_: &Seen| Reply::new(200, "{}")).await.unwrap();
            let to = format!("http://localhost:{}/elsewhere?key=1", target.port());
            let server = Standin::with(0, move |_: &Seen| Reply::redirect(status, &to)).await.unwrap();
            let (outcome, _) = check_at(&checker, &recorded, &server.url()).await;
            assert!(target.requests().is_empty(), "{} {status}: the redirect was followed", recorded.provider);
            assert_eq!(
                outcome.verdict,
                VerdictKind::Misconfigured,
                "{} {status}: {}",
                recorded.provider,
                outcome.evidence
            );
            assert!(
                outcome.evidence.contains("localhost"),
                "{} {status}: the target is named: {}",
                recorded.provider,
                outcome.evidence
            );
        }
    }
}

#[tokio::test]
async fn silence_ends_with_the_time_limit() {
    let checker = checker(Duration::from_millis(300));
    for recorded in over_http() {
        for silent in [Reply::stall(), Reply { end: strongroom_standin::End::Stall, ..Reply::new(200, "{\"data\":") }] {
            let server = Standin::with(0, move |_: &Seen| silent.clone()).await.unwrap();
            let (outcome, _) = check_at(&checker, &recorded, &server.url()).await;
            could_not_tell(&recorded.provider, &outcome);
            assert!(outcome.evidence.contains("in time"), "{}: {}", recorded.provider, outcome.evidence);
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_inside_the_answer_is_told() {
    everywhere(
        |_| Reply::cut(200, r#"{"object":"list","data":["#),
        |id, outcome| {
            could_not_tell(id, outcome);
            assert!(outcome.evidence.contains("before the answer was complete"), "{id}: {}", outcome.evidence);
        },
    )
    .await;
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    everywhere(
        |_| Reply::huge(&"x".repeat(64 * 1024), 32),
        |id, outcome| {
            could_not_tell(id, outcome);
            assert!(outcome.evidence.contains("larger"), "{id}: {}", outcome.evidence);
        },
    )
    .await;
}

#[tokio::test]
async fn nobody_listening_is_told_from_no_address() {
    let checker = checker(PATIENT);
    // Taken and not listening: nobody else can begin to listen there meanwhile.
    let silent = tokio::net::TcpSocket::new_v4().unwrap();
    silent.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = silent.local_addr().unwrap().port();
    for recorded in over_http() {
        let (outcome, _) = check_at(&checker, &recorded, &format!("http://127.0.0.1:{port}")).await;
        could_not_tell(&recorded.provider, &outcome);
        assert!(
            outcome.evidence.contains("Nothing accepts connections"),
            "{}: {}",
            recorded.provider,
            outcome.evidence
        );
        let (outcome, _) = check_at(&checker, &recorded, "https://strongroom.invalid").await;
        assert_ne!(outcome.verdict, VerdictKind::Rejected, "{}", recorded.provider);
        assert!(outcome.evidence.contains("strongroom.invalid"), "{}: {}", recorded.provider, outcome.evidence);
    }
}

#[tokio::test]
async fn a_short_retry_after_is_waited_for_once() {
    let recorded = recorded().into_iter().find(|r| r.provider == "groq").unwrap();
    let server = Standin::start().await.unwrap();
    server.answer(Reply::new(503, "{}").header("retry-after", "0"));
    server.answer(works(&recorded).unwrap().exchanges[0].reply());
    let (outcome, _) = check_at(&checker(PATIENT), &recorded, &server.url()).await;
    assert_eq!(outcome.verdict, VerdictKind::Works, "{}", outcome.evidence);
    assert_eq!(server.requests().len(), 2);
}

async fn encrypted(identity: &Identity, trusted: bool) -> CheckOutcome {
    let recorded = recorded().into_iter().find(|r| r.provider == "groq").unwrap();
    let server = Standin::start_tls(identity).await.unwrap();
    server.answer(works(&recorded).unwrap().exchanges[0].reply());
    let extra_roots = if trusted { vec![identity.authority().as_bytes().to_vec()] } else { Vec::new() };
    let settings = CheckerSettings { extra_roots, total_timeout: PATIENT, ..CheckerSettings::default() };
    let (outcome, _) = check_at(&Checker::new(settings).unwrap(), &recorded, &server.url()).await;
    assert_eq!(
        server.requests().is_empty(),
        outcome.verdict != VerdictKind::Works,
        "the key goes to a trusted server only"
    );
    outcome
}

#[tokio::test]
async fn certificates_are_checked_and_their_faults_told_apart() {
    let good = Identity::new("localhost", 2020, 2090).unwrap();
    assert_eq!(encrypted(&good, true).await.verdict, VerdictKind::Works);
    let cases = [
        (Identity::new("localhost", 2020, 2090).unwrap(), false, "nobody this computer trusts"),
        (Identity::new("localhost", 2001, 2002).unwrap(), true, "expired"),
        (Identity::new("elsewhere.example", 2020, 2090).unwrap(), true, "another host"),
    ];
    for (identity, trusted, words) in cases {
        let outcome = encrypted(&identity, trusted).await;
        assert_eq!(outcome.verdict, VerdictKind::Unknown);
        assert!(outcome.evidence.contains(words), "{}", outcome.evidence);
    }
}

#[tokio::test]
async fn a_dropped_check_goes_no_further() {
    let recorded = recorded().into_iter().find(|r| r.provider == "openai-compatible").unwrap();
    let server = Standin::with(0, |_: &Seen| Reply::stall()).await.unwrap();
    let checker = checker(PATIENT);
    {
        let url = server.url();
        let check = check_at(&checker, &recorded, &url);
        tokio::pin!(check);
        // Polls the check until its first request has arrived.
        while server.requests().is_empty() {
            tokio::select! {
                _ = &mut check => panic!("the server never answers"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    assert_eq!(server.requests().len(), 1, "no control request follows a cancelled check");
}
