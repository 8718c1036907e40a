//! What the form says of pasted and mistyped values.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use strongroom_providers::form::{self, Level};
use strongroom_providers::{Catalogue, FieldKind, FieldValue, FieldValues, environment};

fn values(pairs: &[(&str, &str)], secrets: &[&str]) -> FieldValues {
    let value =
        |id: &str, text: &str| if secrets.contains(&id) { FieldValue::Secret(text.into()) } else { text.into() };
    pairs.iter().map(|(id, text)| ((*id).to_owned(), value(id, text))).collect()
}

/// The problems of a form as (field, level, message).
fn problems(
    provider: &str,
    auth: Option<&str>,
    pairs: &[(&str, &str)],
    secrets: &[&str],
) -> Vec<(String, Level, String)> {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider(provider).unwrap();
    let auth = provider.variant(auth).unwrap();
    let found = form::validate(provider, auth, &values(pairs, secrets));
    found.into_iter().map(|p| (p.field, p.level, p.message)).collect()
}

#[test]
fn what_is_pasted_by_accident_is_taken_off_and_named() {
    let cases = [
        ("sk-FAKE-1\n", "sk-FAKE-1", Some("one trailing line break")),
        ("sk-FAKE-1\r\n", "sk-FAKE-1", Some("one trailing line break")),
        ("  sk-FAKE-1", "sk-FAKE-1", Some("2 leading spaces")),
        ("\"sk-FAKE-1\"", "sk-FAKE-1", Some("the quotes")),
        ("export OPENAI_API_KEY=sk-FAKE-1", "sk-FAKE-1", Some("`export NAME=`")),
        ("OPENAI_API_KEY='sk-FAKE-1'", "sk-FAKE-1", Some("`NAME=` and the quotes")),
        ("Bearer sk-FAKE-1", "sk-FAKE-1", Some("`Bearer`")),
        ("\u{feff}sk-\u{200b}FAKE-1", "sk-FAKE-1", Some("the byte order mark and 1 zero-width character")),
        (
            "export A_B=\"Bearer sk-FAKE-1\"\n",
            "sk-FAKE-1",
            Some("one trailing line break, `export NAME=`, the quotes and `Bearer`"),
        ),
        ("sk-FAKE-1", "sk-FAKE-1", None),
        ("QUJDRA==", "QUJDRA==", None),
        ("ABCDEF=GHI", "ABCDEF=GHI", None),
        ("\"", "\"", None),
        ("", "", None),
    ];
    for (pasted, kept, removed) in cases {
        let cleaned = form::clean(FieldKind::Text, pasted);
        assert_eq!(cleaned.apply(pasted), kept, "{pasted:?}");
        assert_eq!(cleaned.removed.as_deref(), removed, "{pasted:?}");
    }
}

#[test]
fn several_lines_are_left_as_they_are() {
    let key = "-----BEGIN FAKE KEY-----\n  QUJD\n-----END FAKE KEY-----\n";
    let cleaned = form::clean(FieldKind::Multiline, key);
    assert_eq!(
        (cleaned.apply(key).as_str(), cleaned.removed),
        (key, None),
        "the last line break belongs to a key file"
    );
    let json = "\n{\"a\": \" \u{200b}\"}\n";
    assert_eq!(form::clean(FieldKind::Json, json).apply(json), "{\"a\": \" \u{200b}\"}");
}

#[test]
fn a_value_in_the_wrong_field_is_refused_with_the_field_it_belongs_to() {
    let sid = format!("AC{}", "0".repeat(32));
    let found = problems(
        "twilio",
        None,
        &[("account_sid", &sid), ("api_key_sid", &sid), ("api_key_secret", "FAKE")],
        &["api_key_secret"],
    );
    let error = found
        .iter()
        .find(|(field, level, _)| field == "api_key_sid" && *level == Level::Error)
        .expect("the SID is refused");
    assert_eq!(error.2, "An API key SID starts with SK. This one starts with AC: it is an account SID.");
    assert!(!found.iter().any(|(field, ..)| field == "account_sid"), "{found:?}");

    for (provider, key, word) in [
        ("openai", "sk-ant-FAKE-key-0123456789abcdef", "Anthropic"),
        ("anthropic", "sk-or-FAKE-key-0123456789abcdef", "OpenRouter"),
        ("groq", "xai-FAKE-key-0123456789abcdef", "xAI"),
        ("deepgram", "gsk_FAKE0123456789", "Groq"),
        ("openrouter", "sk-ant-FAKE-key-0123456789abcdef", "Anthropic"),
        ("deepseek", "sk-or-FAKE-key-0123456789abcdef", "OpenRouter"),
        ("xai", "gsk_FAKE0123456789", "Groq"),
        ("mistral", "pplx-FAKE0123456789", "Perplexity"),
    ] {
        let found = problems(provider, None, &[("api_key", key)], &["api_key"]);
        assert!(
            found.iter().any(|(f, level, text)| f == "api_key" && *level == Level::Error && text.contains(word)),
            "{provider}: {found:?}"
        );
    }
}

#[test]
fn an_unusual_format_warns_and_an_empty_field_is_an_error() {
    let found = problems("anthropic", None, &[("api_key", "something-new-0123456789")], &["api_key"]);
    assert_eq!(
        found.iter().map(|(_, level, _)| *level).collect::<Vec<_>>(),
        [Level::Warning],
        "formats change silently: {found:?}"
    );
    assert!(!found[0].2.contains("something-new"), "a message never holds the value");
    let found = problems("anthropic", None, &[], &[]);
    assert_eq!((found[0].0.as_str(), found[0].1), ("api_key", Level::Error));
    let key = [("api_key", "FAKEAZURE0123456789"), ("deployment", "chat")];
    let found = problems("azure-openai", None, &key, &["api_key"]);
    assert!(
        found.iter().any(|(field, level, text)| field == "endpoint"
            && *level == Level::Error
            && text.contains("Instance name")),
        "{found:?}"
    );
}

/// Provider, values, and the field that is refused.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn impossible_values_are_refused() {
    let long = "x".repeat(64 * 1024 + 1);
    let cases: [Case<'_>; 6] = [
        ("anthropic", &[("api_key", "sk-ant-FAKE\n0123456789")], "api_key"),
        ("anthropic", &[("api_key", &long)], "api_key"),
        ("anthropic", &[("api_key", "sk-ant-FAKE-0123456789abcdef"), ("colour", "red")], "colour"),
        ("elevenlabs", &[("api_key", "sk_FAKE"), ("residency", "moon")], "residency"),
        ("exotel", &[("account_sid", "acme1"), ("api_token", "FAKE"), ("phone_number", "08000000000")], "phone_number"),
        ("openai-compatible", &[("base_url", "http://llm.example.com/v1")], "base_url"),
    ];
    for (provider, pairs, field) in cases {
        let found = problems(provider, None, pairs, &["api_key", "api_token"]);
        assert!(
            found.iter().any(|(f, level, _)| f == field && *level == Level::Error),
            "{provider} {field}: {found:?}"
        );
    }
    let found = problems("anthropic", None, &[("api_key", "sk-ant-FAKE-0123456789abcdef")], &[]);
    assert!(
        found.iter().any(|(_, level, _)| *level == Level::Error),
        "a secret handed over as a plain value: {found:?}"
    );
}

#[test]
fn plain_http_needs_the_word_of_the_admin_and_is_said() {
    let own = [("base_url", "http://llm.example.com/v1"), ("allow_http", "yes")];
    let found = problems("openai-compatible", None, &own, &[]);
    assert_eq!(found.iter().map(|(_, level, _)| *level).collect::<Vec<_>>(), [Level::Warning], "{found:?}");
    assert!(problems("openai-compatible", None, &[("base_url", "http://127.0.0.1:8080/v1")], &[]).is_empty());
    let remote = ("base_url", "http://llm.example.com:11434");
    let found = problems("ollama", None, &[remote], &[]);
    assert_eq!(found.iter().map(|(_, level, _)| *level).collect::<Vec<_>>(), [Level::Error], "{found:?}");
    let found = problems("ollama", None, &[remote, ("allow_http", "yes")], &[]);
    assert_eq!(found.iter().map(|(_, level, _)| *level).collect::<Vec<_>>(), [Level::Warning], "{found:?}");
    assert!(problems("ollama", None, &[], &[]).is_empty(), "a server on this computer needs no field at all");
}

#[test]
fn telephone_numbers_are_taken_as_people_write_them() {
    assert_eq!(form::phone("+1 (415) 555-0100"), "+14155550100");
    let base = [("account_sid", "acme1"), ("api_token", "FAKE")];
    for number in ["+14155550100", "+1 415 555 0100", "+91 80000 00000"] {
        let found = problems("exotel", None, &[base[0], base[1], ("phone_number", number)], &["api_token"]);
        assert!(found.is_empty(), "{number}: {found:?}");
    }
}

#[test]
fn programs_get_the_usual_names_with_defaults_and_both_parts_of_a_region() {
    let catalogue = Catalogue::builtin();
    let names = |provider: &str, auth: Option<&str>, pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let provider = catalogue.provider(provider).unwrap();
        let auth = provider.variant(auth).unwrap();
        let values = values(pairs, &["api_key", "auth_token"]);
        environment(provider, auth, &values)
            .into_iter()
            .map(|(name, value)| (name, value.expose().to_owned()))
            .collect()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let twilio =
        names("twilio", Some("auth-token"), &[("region", "IE1"), ("account_sid", "ACFAKE"), ("auth_token", "FAKE")]);
    for wanted in [
        pair("TWILIO_REGION", "ie1"),
        pair("TWILIO_EDGE", "dublin"),
        pair("TWILIO_ACCOUNT_SID", "ACFAKE"),
        pair("TWILIO_AUTH_TOKEN", "FAKE"),
    ] {
        assert!(twilio.contains(&wanted), "{wanted:?} in {twilio:?}");
    }
    assert!(
        !names("twilio", None, &[("account_sid", "ACFAKE")]).iter().any(|(name, _)| name == "TWILIO_REGION"),
        "US1 needs none"
    );
    assert_eq!(names("ollama", None, &[]), [pair("OLLAMA_HOST", "http://127.0.0.1:11434")]);
    let embeddings = names("azure-openai-embeddings", None, &[("api_key", "FAKE")]);
    assert!(embeddings.contains(&pair("OPENAI_API_VERSION", "2023-05-15")), "{embeddings:?}");
    let azure = names("azure-openai", None, &[("api_key", "FAKE")]);
    assert!(
        azure.contains(&pair("OPENAI_API_VERSION", "2024-10-21"))
            && azure.contains(&pair("AZURE_OPENAI_API_KEY", "FAKE")),
        "{azure:?}"
    );
}

#[test]
fn keys_of_one_service_in_the_field_of_another_are_named() {
    let uuid = "00000000-0000-0000-0000-00000000fa4e";
    let cases: [(&str, Option<&str>, &str, &str, &str); 7] = [
        ("microsoft-outlook", None, "client_secret", uuid, "Secret ID"),
        ("microsoft-outlook", None, "tenant_id", "common", "ID of one tenant"),
        ("salesforce", None, "instance_url", "https://acme.lightning.force.com", "pages for people"),
        ("salesforce", None, "instance_url", "https://login.salesforce.com", "organisation’s own address"),
        ("aws-bedrock", None, "api_key", &format!("AKIA{}", "FAKE".repeat(4)), "access key ID"),
        ("google-calendar", None, "client_secret", "1-fake.apps.googleusercontent.com", "client ID"),
        ("livekit", None, "url", "ws://livekit.example.com", "Plain http"),
    ];
    for (provider, auth, field, value, words) in cases {
        let found = problems(provider, auth, &[(field, value)], &["client_secret", "api_key"]);
        assert!(
            found.iter().any(|(f, level, text)| f == field && *level == Level::Error && text.contains(words)),
            "{provider} {field}: {found:?}"
        );
    }
    let url = problems("livekit", None, &[("url", "wss://fake.livekit.cloud")], &[]);
    assert!(!url.iter().any(|(field, ..)| field == "url"), "{url:?}");
    let file = problems("google-vertex", None, &[("service_account", r#"{"installed":{}}"#)], &["service_account"]);
    assert!(
        file.iter().any(|(_, level, text)| *level == Level::Error && text.contains("no `client_email`")),
        "{file:?}"
    );
}

#[test]
fn keys_of_the_cloud_services_are_recognised() {
    let catalogue = Catalogue::builtin();
    let cases = [
        ("aws", format!("AKIA{}", "FAKE".repeat(4)), "access_key_id"),
        ("aws", format!("ASIA{}", "FAKE".repeat(4)), "access_key_id"),
        ("aws-bedrock", "ABSKFAKEfakeFAKEfakeFAKE".to_owned(), "api_key"),
        (
            "google-vertex",
            "{\n  \"type\": \"service_account\",\n  \"project_id\": \"x\"\n}\n".to_owned(),
            "service_account",
        ),
        ("google-calendar", "1-fake.apps.googleusercontent.com".to_owned(), "client_id"),
        ("microsoft-outlook", format!("FAK8Q~{}", "FAKE".repeat(8)), "client_secret"),
        ("salesforce", "3MVG9FAKEfakeFAKEfakeFAKEfake".to_owned(), "client_id"),
        ("zoho-crm", "1000.FAKEFAKEFAKEFAKEFAKE".to_owned(), "client_id"),
        ("zoho-crm", "1000.fa4efa4efa4efa4efa4e.fa4efa4efa4efa4efa4e".to_owned(), "refresh_token"),
    ];
    for (id, text, field) in cases {
        let provider = catalogue.provider(id).unwrap();
        let whole = |pattern: &str| regex_lite::Regex::new(&format!("^(?:{pattern})$")).unwrap();
        let found = provider.detect.iter().find(|known| whole(&known.pattern).is_match(&text));
        assert_eq!(found.map(|known| known.field.as_str()), Some(field), "{id}: {text}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", values(&[("api_key", "FAKE-visible"), ("model", "m")], &["api_key"]));
    assert!(!shown.contains("FAKE-visible") && shown.contains("redacted"), "{shown}");
}
