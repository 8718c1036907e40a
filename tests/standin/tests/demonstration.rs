//! The demonstration answers by the text of the key.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use strongroom_standin::{Seen, demonstration, recorded_answers};

fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let seen = Seen { method: method.to_owned(), path: path.to_owned(), headers, body: Vec::new() };
    let reply = demonstration(&recorded_answers().unwrap(), &seen);
    (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
}

#[test]
fn the_key_decides_the_answer() {
    let anthropic = |key: &str| ask("GET", "/anthropic/v1/models?limit=1", &[("x-api-key", key)]).0;
    assert_eq!(anthropic("sk-ant-FAKE-works-1"), 200);
    assert_eq!(anthropic("sk-ant-FAKE-rejected-1"), 401);
    assert_eq!(anthropic("sk-ant-FAKE-limited-1"), 403);
    assert_eq!(anthropic("sk-ant-FAKE-nocredit-1"), 402);
    assert_eq!(anthropic("sk-ant-FAKE-throttled-1"), 429);
    assert_eq!(anthropic("sk-ant-FAKE-1"), 401, "an invented key is refused");
}

#[test]
fn accounts_and_deployments_of_the_caller_are_answered_for() {
    use base64::Engine as _;
    let pair = base64::engine::general_purpose::STANDARD.encode("ACOTHER:FAKE-works");
    let (status, body) =
        ask("GET", "/twilio/2010-04-01/Accounts/ACOTHER.json", &[("authorization", &format!("Basic {pair}"))]);
    assert!(status == 200 && body.contains("\"sid\": \"ACOTHER\""), "{status} {body}");
    let path = "/azure-openai/openai/deployments/mine?api-version=2023-03-15-preview";
    let (status, body) = ask("GET", path, &[("api-key", "FAKE-works")]);
    assert!(status == 200 && body.contains("\"id\": \"mine\""), "{status} {body}");
    let (status, body) = ask("POST", "/slack-webhook/services/T1/B1/FAKEworks", &[]);
    assert_eq!((status, body.trim()), (400, "invalid_payload"));
}

#[test]
fn an_unknown_provider_or_route_is_404() {
    assert_eq!(ask("GET", "/nobody/v1", &[]).0, 404);
    assert_eq!(ask("GET", "/anthropic/v2/else", &[("x-api-key", "works")]).0, 404);
}
