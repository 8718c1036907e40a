//! Credentials of services that the catalogue does not know, as far as no request proves them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use strongroom_providers::form::{self, FieldProblem, Level};
use strongroom_providers::{Catalogue, VerdictKind, environment};
use support::{patient, plain_values};

fn json_problems(text: &str) -> Vec<FieldProblem> {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("custom-json").unwrap();
    let auth = provider.variant(None).unwrap();
    form::validate(provider, auth, &plain_values(auth, &[("json", text)]))
}

#[test]
fn a_fault_of_a_document_is_told_with_its_place_and_without_its_content() {
    let cases = [
        ("{\"a\": \"FAKE-1\",\n  \"b\" \"FAKE-2\"}", "line 2, column 7"),
        ("{\"a\": \"FAKE-1\"", "line 1, column 14"),
        ("{\"FAKE-name\": 1,\n \"FAKE-name\": 2}", "line 2, column 12"),
        ("{\"a\": [{\"FAKE-name\": 1, \"FAKE-name\": 2}]}", "twice in the same object: line 1"),
        ("[\"FAKE-1\"]", "must be an object"),
        ("\"FAKE-1\"", "must be an object"),
    ];
    for (text, words) in cases {
        let found = json_problems(text);
        let [problem] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert_eq!((problem.field.as_str(), problem.level), ("json", Level::Error), "{text}");
        assert!(problem.message.contains(words), "{words}: {}", problem.message);
        assert!(!problem.message.contains("FAKE"), "the content is not repeated: {}", problem.message);
    }
    let deep = format!("{}{}", "{\"a\":".repeat(5_000), "1");
    assert!(json_problems(&deep).iter().any(|p| p.level == Level::Error), "a document without a bottom");
    assert!(json_problems("{\"a\": {\"x\": 1}, \"b\": {\"x\": 1.5}, \"c\": [null, true, -1, \"\"]}").is_empty());
}

#[tokio::test]
async fn known_documents_are_named_and_none_is_called_proven() {
    let account = r#"{"type": "service_account", "client_email": "a@b.example", "token_uri": "https://x.example"}"#;
    let cases = [
        (account, "Google service account file that lacks private_key"),
        (r#"{"installed": {"client_id": "FAKE"}}"#, "Google OAuth application"),
        (r#"{"AccessKeyId": "FAKE", "SecretAccessKey": "FAKE"}"#, "AWS access keys"),
        (r#"{"clientId": "FAKE", "clientSecret": "FAKE", "tenantId": "FAKE"}"#, "Azure service principal"),
    ];
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("custom-json").unwrap();
    let auth = provider.variant(None).unwrap();
    for (text, words) in cases {
        let found = json_problems(text);
        assert!(found.iter().all(|p| p.level == Level::Info && p.message.contains(words)), "{words}: {found:?}");
        let outcome = patient().check(provider, auth, &plain_values(auth, &[("json", text)])).await;
        assert_eq!(outcome.verdict, VerdictKind::Uncheckable, "{outcome:?}");
        assert!(outcome.next_step.as_deref().is_some_and(|next| next.contains(words)), "{outcome:?}");
        assert!(!format!("{outcome:?}").contains("FAKE"), "{outcome:?}");
    }
    let outcome = patient().check(provider, auth, &plain_values(auth, &[("json", "{\"a\": 1}")])).await;
    assert!(outcome.evidence.contains("1 entry"), "{outcome:?}");
    let outcome = patient().check(provider, auth, &plain_values(auth, &[("json", "{")])).await;
    assert_eq!(outcome.verdict, VerdictKind::Misconfigured, "{outcome:?}");
}

#[test]
fn every_generic_type_hands_its_values_to_programs() {
    let catalogue = Catalogue::builtin();
    let types = ["api-key-pair", "custom-oidc", "oauth2", "smtp", "ssh-key", "username-password"];
    for id in types {
        let provider = catalogue.provider(id).unwrap_or_else(|| panic!("{id} is missing"));
        let auth = provider.variant(None).unwrap();
        let pairs: Vec<(&str, &str)> = auth.fields.iter().map(|field| (field.id.as_str(), "x")).collect();
        let values = plain_values(auth, &pairs);
        let names: Vec<String> = environment(provider, auth, &values).into_iter().map(|(name, _)| name).collect();
        for field in auth.fields.iter().filter(|field| field.secret) {
            assert!(names.iter().any(|name| field.env.contains(name)), "{id}: {} reaches no program", field.id);
        }
    }
    // One secret alone is handed over under the lookup key.
    for id in ["api-token", "custom-json"] {
        let secrets = catalogue.provider(id).unwrap().variant(None).unwrap().fields.iter().filter(|f| f.secret).count();
        assert_eq!(secrets, 1, "{id}");
    }
}
