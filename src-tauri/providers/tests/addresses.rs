//! Where a secret may go, and how a changed destination shows.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use strongroom_providers::url_rules::{Allowed, UrlProblem, check, destination, origin};
use strongroom_providers::{Catalogue, FieldValue, FieldValues};

#[test]
fn addresses_that_hide_their_host_or_lead_to_reserved_places_are_refused() {
    use UrlProblem::*;
    let cases = [
        ("api.example.com", NoScheme),
        ("//api.example.com", NoScheme),
        ("ftp://api.example.com", Scheme),
        ("javascript://api.example.com", Scheme),
        ("https://", Malformed),
        ("https:///api.example.com", Malformed),
        ("http://api.example.com", PlainHttp),
        ("http://10.0.0.1", PlainHttp),
        ("http://localhost.example.com", PlainHttp),
        ("https://user:pass@api.example.com", UserInfo),
        ("https://api.example.com@evil.example", UserInfo),
        ("https://api.example.com#x", Fragment),
        ("https://api.example.com?x=1", Query),
        ("https://api.example.com/a b", Characters),
        ("https://api.example.com\\@evil.example", Characters),
        ("https://api.example.com\r\nx", Characters),
        ("https://api.exa\u{200b}mple.com", Characters),
        ("https://аpi.example.com", International),
        ("https://api.example.com.", TrailingDot),
        ("https://127.0.0.1.", TrailingDot),
        ("http://0177.0.0.1", OddAddress),
        ("http://2130706433", OddAddress),
        ("http://127.1", OddAddress),
        ("https://0xa9fea9fe", OddAddress),
        ("https://169.254.169.254", Reserved),
        ("http://169.254.169.254", Reserved),
        ("https://0.0.0.0", Reserved),
        ("https://224.0.0.1", Reserved),
        ("https://255.255.255.255", Reserved),
        ("https://[fe80::1]", Reserved),
        ("https://[fe80::1%25eth0]", Malformed),
        ("https://[::]", Reserved),
        ("https://[::ffff:169.254.169.254]", Reserved),
        ("https://[64:ff9b::a9fe:a9fe]", Reserved),
        ("https://[2002:a9fe:a9fe::1]", Reserved),
        ("https://[fd00:ec2::254]", Reserved),
        ("https://metadata.google.internal", Reserved),
        ("https://api.example.com:0", Port),
    ];
    for (text, wanted) in cases {
        assert_eq!(check(text, Allowed::default()).err(), Some(wanted), "{text:?}");
    }
    let long = format!("https://api.example.com/{}", "x".repeat(2048));
    assert_eq!(check(&long, Allowed::default()).err(), Some(TooLong));
}

#[test]
fn ordinary_addresses_and_this_computer_are_taken() {
    for text in [
        "https://api.example.com",
        "HTTPS://API.example.com:8443/v1/",
        "https://10.0.0.5",
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:9",
        "https://xn--bcher-kva.example",
    ] {
        assert!(check(text, Allowed::default()).is_ok(), "{text}");
    }
    let own = Allowed { plain_http: true, query: false };
    assert!(check("http://llm.example.com", own).is_ok());
    assert_eq!(
        check("http://169.254.169.254", own).err(),
        Some(UrlProblem::Reserved),
        "not even where http is allowed"
    );
}

fn plain(pairs: &[(&str, &str)]) -> FieldValues {
    pairs.iter().map(|(id, text)| ((*id).to_owned(), FieldValue::from(*text))).collect()
}

#[test]
fn a_changed_host_changes_the_destination_and_a_changed_path_does_not() {
    let catalogue = Catalogue::builtin();
    let to = |provider: &str, pairs: &[(&str, &str)]| {
        let provider = catalogue.provider(provider).unwrap();
        destination(provider, provider.variant(None).unwrap(), &plain(pairs))
    };
    assert_eq!(to("openai", &[]), ["https://api.openai.com"]);
    assert_eq!(to("openai", &[("base_url", "https://api.openai.com/v1")]), ["https://api.openai.com"]);
    assert_eq!(to("openai", &[("base_url", "https://gateway.example:8443/x")]), ["https://gateway.example:8443"]);
    assert_eq!(to("twilio", &[("region", "IE1")]), ["https://api.dublin.ie1.twilio.com"]);
    assert_eq!(to("azure-openai", &[("instance_name", "fake")]), ["https://fake.openai.azure.com"]);
    assert!(to("azure-openai", &[("instance_name", "evil.example/")]).is_empty(), "a name cannot become another host");
    let regional = to("deepgram", &[("base_url", "https://api.eu.deepgram.com")]);
    assert_eq!(
        regional,
        ["https://api.deepgram.com", "https://api.eu.deepgram.com"],
        "both the check's and the programs'"
    );
    assert_eq!(to("openrouter", &[("region", "eu")]), ["https://eu.openrouter.ai"]);
    assert_eq!(to("mistral", &[("region", "us")]), ["https://api.us.mistral.ai"]);
    assert_eq!(to("ollama", &[]), ["http://127.0.0.1:11434"]);
    assert_eq!(
        to("amazon-ses", &[("region", "eu-west-1")]),
        ["https://email.eu-west-1.amazonaws.com", "https://sts.eu-west-1.amazonaws.com"],
        "every step counts"
    );
    assert_eq!(to("amazon-ses", &[("base_url", "https://gateway.example")]), ["https://gateway.example"]);
    assert_eq!(to("aws", &[("region", "cn-north-1")]), ["https://sts.cn-north-1.amazonaws.com.cn"]);
    assert_eq!(to("zoho-crm", &[("data_center", "com.au")]), ["https://accounts.zoho.com.au"]);
    assert_eq!(to("zoho-crm", &[("data_center", "ca")]), ["https://accounts.zohocloud.ca"]);
    assert_eq!(to("livekit", &[("url", "wss://fake.livekit.cloud")]), ["https://fake.livekit.cloud"]);
    assert_eq!(
        to("google-vertex", &[("location", "europe-west4")]),
        [
            "https://aiplatform.googleapis.com",
            "https://europe-west4-aiplatform.googleapis.com",
            "https://oauth2.googleapis.com"
        ]
    );
    assert!(to("aws", &[("region", "x.evil.example/")]).is_empty(), "a region cannot become another host");
    assert!(to("api-token", &[]).is_empty());
    let parsed = check("https://API.example.com:443/v1", Allowed::default()).unwrap();
    assert_eq!(origin(&parsed), "https://api.example.com", "the usual port and capital letters are no change");
}
