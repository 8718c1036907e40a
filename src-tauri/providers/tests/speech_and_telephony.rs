//! Hosts, warnings and recognised key forms of the speech and telephony providers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use strongroom_providers::form::{Level, validate};
use strongroom_providers::url_rules::destination;
use strongroom_providers::{Catalogue, Certainty, FieldValue, FieldValues};

/// Field ids with their values.
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn plain(pairs: Pairs<'_>) -> FieldValues {
    pairs.iter().map(|(id, text)| ((*id).to_owned(), FieldValue::from(*text))).collect()
}

#[test]
fn each_region_has_its_own_host() {
    let catalogue = Catalogue::builtin();
    let cases: [(&str, Pairs<'_>, &str); 9] = [
        ("azure-speech", &[("region", "centralindia")], "https://centralindia.api.cognitive.microsoft.com"),
        ("azure-speech", &[("region", "usgovvirginia")], "https://usgovvirginia.api.cognitive.microsoft.us"),
        ("azure-speech", &[("region", "chinanorth3")], "https://chinanorth3.api.cognitive.azure.cn"),
        (
            "azure-speech",
            &[("region", "eastus"), ("endpoint", "https://fake.cognitiveservices.azure.com/x")],
            "https://fake.cognitiveservices.azure.com",
        ),
        ("assemblyai", &[], "https://api.assemblyai.com"),
        ("assemblyai", &[("region", "eu")], "https://api.eu.assemblyai.com"),
        ("infobip", &[("base_url", "https://fake1.api.infobip.com")], "https://fake1.api.infobip.com"),
        ("twilio", &[("region", "AU1")], "https://api.sydney.au1.twilio.com"),
        ("exotel", &[("subdomain", "api.in.exotel.com")], "https://api.in.exotel.com"),
    ];
    for (id, values, host) in cases {
        let provider = catalogue.provider(id).unwrap();
        assert_eq!(destination(provider, provider.variant(None).unwrap(), &plain(values)), [host], "{id} {values:?}");
    }
}

/// The best certainty with which a provider recognises a value as this field.
fn recognised(id: &str, field: &str, value: &str) -> Option<Certainty> {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider(id).unwrap();
    let fits = |pattern: &str| regex_lite::Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(value);
    provider.detect.iter().filter(|form| form.field == field && fits(&form.pattern)).map(|form| form.certainty).min()
}

#[test]
fn key_forms_are_as_certain_as_the_provider_documents_them() {
    use Certainty::{Certain, Likely, Possible};
    let hex = "0123456789abcdef0123456789abcdef";
    let hook = "https://hooks.slack.com/services/TFAKE0000/BFAKE0000/";
    let cases = [
        ("twilio", "account_sid", format!("AC{hex}"), Some(Certain)),
        ("twilio", "api_key_sid", format!("SK{hex}"), Some(Certain)),
        ("twilio", "account_sid", format!("AC{hex}0"), None),
        ("twilio", "account_sid", format!("SK{hex}"), None),
        ("twilio", "api_key_sid", format!("sk{hex}"), None),
        ("twilio", "auth_token", hex.to_owned(), Some(Possible)),
        ("twilio", "api_key_secret", "FAKEsecret0123456789FAKEsecret01".to_owned(), Some(Possible)),
        ("slack-webhook", "webhook_url", format!("{hook}FAKEfakeFAKEfakeFAKE"), Some(Certain)),
        ("slack-webhook", "webhook_url", "https://hooks.slack.com/triggers/TFAKE/1/x".to_owned(), Some(Certain)),
        ("slack-webhook", "webhook_url", format!("{hook}short"), None),
        ("slack-webhook", "webhook_url", hook.replace("slack.com", "slack.com.example") + "FAKEfakeFAKEfakeFAKE", None),
        ("cartesia", "api_key", "sk_car_admin_FAKE0123456789".to_owned(), Some(Certain)),
        ("cartesia", "api_key", "sk_car_FAKE0123456789FAKE01".to_owned(), Some(Likely)),
        ("elevenlabs", "api_key", format!("sk_{hex}0123456789abcdef"), Some(Likely)),
        ("elevenlabs", "api_key", format!("sk_{hex}"), None),
        ("deepgram", "api_key", format!("{hex}01234567"), Some(Possible)),
        ("exotel", "api_token", format!("{hex}01234567"), Some(Possible)),
        ("assemblyai", "api_key", hex.to_owned(), Some(Possible)),
        ("azure-speech", "api_key", "FAKE".repeat(21), Some(Possible)),
        ("plivo", "auth_id", "MAFAKE00000000000000".to_owned(), Some(Likely)),
        ("plivo", "auth_id", "MBFAKE00000000000000".to_owned(), None),
        ("infobip", "api_key", format!("{hex}-00000000-0000-4000-8000-0000000000fa"), Some(Likely)),
        ("meta-whatsapp", "access_token", format!("EAA{}", "FAKE".repeat(12)), Some(Likely)),
        ("meta-whatsapp", "app_secret", hex.to_owned(), Some(Possible)),
        ("telnyx", "api_key", format!("KEY{}", "FAKE0".repeat(11)), Some(Likely)),
        ("vonage", "api_secret", "FAKEsecret012345".to_owned(), Some(Possible)),
    ];
    for (id, field, value, wanted) in cases {
        assert_eq!(recognised(id, field, &value), wanted, "{id}: {value}");
    }
}

#[test]
fn values_of_another_field_are_refused_and_retired_hosts_are_warned_of() {
    let catalogue = Catalogue::builtin();
    let cases = [
        ("meta-whatsapp", "phone_number_id", "+1 555 555 0100", Level::Error, "phone number"),
        ("azure-speech", "region", "en-IN", Level::Error, "language"),
        ("azure-speech", "api_key", "gsk_FAKE0123456789", Level::Error, "Groq"),
        ("plivo", "auth_id", "AC0123456789abcdef0123456789abcdef", Level::Error, "Twilio"),
        ("infobip", "base_url", "https://infobip.example", Level::Warning, "infobip.com"),
        ("twilio", "base_url", "https://api.ie1.twilio.com", Level::Warning, "retired"),
    ];
    for (id, field, value, level, words) in cases {
        let provider = catalogue.provider(id).unwrap();
        let found = validate(provider, provider.variant(None).unwrap(), &plain(&[(field, value)]));
        let hit = found.iter().find(|p| p.field == field && p.level == level && p.message.contains(words));
        assert!(hit.is_some(), "{id} {field}: {found:?}");
    }
    let twilio = catalogue.provider("twilio").unwrap();
    let right =
        validate(twilio, twilio.variant(None).unwrap(), &plain(&[("base_url", "https://api.dublin.ie1.twilio.com")]));
    assert!(right.iter().all(|p| p.field != "base_url"), "{right:?}");
}
