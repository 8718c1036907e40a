//! The words of the screen, for the terminal.

use jiff::Timestamp;
use strongroom_app::views::{ConsumerKind, CredentialState, CredentialView, Custody, SecretView, VerdictView};
use strongroom_app::{ProviderType, VerdictKind};

use crate::age::{ago, days};
use crate::output::Tone;

/// After how many days a verdict is told with its age.
const OLD: i64 = 7;

/// A type of provider.
pub fn provider_type(t: ProviderType) -> &'static str {
    match t {
        ProviderType::Llm => "LLM",
        ProviderType::Embeddings => "Embeddings",
        ProviderType::Stt => "STT",
        ProviderType::Tts => "TTS",
        ProviderType::Sms => "SMS",
        ProviderType::Crm => "CRM",
        ProviderType::Calendar => "Calendar",
        ProviderType::Ticketing => "Ticketing",
        ProviderType::Payment => "Payment",
        ProviderType::Identity => "Identity",
        ProviderType::Webhook => "Webhook",
        ProviderType::Email => "Email",
        ProviderType::General => "General",
    }
}

/// Several types.
pub fn provider_types(types: &[ProviderType]) -> String {
    types.iter().map(|t| provider_type(*t)).collect::<Vec<_>>().join(", ")
}

/// Who keeps the master key, after "kept by".
pub fn custody(custody: Custody) -> &'static str {
    match custody {
        Custody::Keychain => "the keychain of this computer",
        Custody::Passphrase => "a passphrase",
        Custody::Environment => "STRONGROOM_MASTER_KEY",
    }
}

/// A verdict.
pub fn verdict(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Works => "Works",
        VerdictKind::Limited => "Works, limited",
        VerdictKind::NoCredit => "No credit",
        VerdictKind::Suspended => "Account suspended",
        VerdictKind::Rejected => "Key rejected",
        VerdictKind::Misconfigured => "Check settings",
        VerdictKind::Blocked => "Blocked",
        VerdictKind::Unknown => "Could not check",
        VerdictKind::Uncheckable => "Cannot be checked",
    }
}

/// A verdict or state by its id, as `status` counts them.
pub fn status_id(id: &str) -> String {
    match VerdictKind::from_id(id) {
        Some(kind) => verdict(kind).to_owned(),
        None => match id {
            "not_checked" => "Not checked".into(),
            "disabled" => "Disabled".into(),
            "expired" => "Expired".into(),
            "dormant" => "Dormant".into(),
            "unconnected" => "Connect to finish".into(),
            "unreadable" => "Unreadable".into(),
            other => other.to_owned(),
        },
    }
}

/// What the colour of a verdict says.
pub fn tone(kind: VerdictKind) -> Tone {
    match kind {
        VerdictKind::Works => Tone::Good,
        VerdictKind::Limited | VerdictKind::NoCredit | VerdictKind::Blocked | VerdictKind::Unknown => Tone::Warn,
        VerdictKind::Suspended | VerdictKind::Rejected | VerdictKind::Misconfigured => Tone::Bad,
        VerdictKind::Uncheckable => Tone::Quiet,
    }
}

/// How a credential stands: our own state, or the last verdict with its age once that is old.
pub fn status(credential: &CredentialView, now: Timestamp) -> String {
    match (credential.state, &credential.verdict) {
        _ if credential.unreadable => "Unreadable".into(),
        (CredentialState::Disabled, _) => "Disabled".into(),
        (CredentialState::Dormant, _) => "Dormant".into(),
        (CredentialState::Expired, _) => "Expired".into(),
        (CredentialState::Checked, Some(verdict)) => aged(verdict, now),
        (CredentialState::Unconnected, _) => "Connect to finish".into(),
        (CredentialState::NotChecked | CredentialState::Checked, _) => "Not checked".into(),
    }
}

/// What the colour of [`status`] says.
pub fn status_tone(credential: &CredentialView) -> Tone {
    match (credential.state, &credential.verdict) {
        _ if credential.unreadable => Tone::Bad,
        (CredentialState::Expired, _) => Tone::Bad,
        (CredentialState::Checked, Some(verdict)) => tone(verdict.kind),
        _ => Tone::Quiet,
    }
}

/// The mask of a secret, with the tail that may be known.
pub fn masked(secret: &SecretView) -> String {
    format!("••••{}", secret.tail.as_deref().unwrap_or_default())
}

/// A kind of consumer by its id; other users of a credential, such as `program`, as they are called.
pub fn consumer_kind(id: &str) -> &str {
    ConsumerKind::from_id(id).map_or(id, |kind| kind.words().0)
}

/// How many rows of a list are shown, and how to go on.
pub fn page(shown: usize, total: usize, what: &str, next: Option<&str>) -> String {
    let mut said = count(total, what);
    if shown < total {
        said.push_str(&format!(", {shown} shown."));
        if let Some(next) = next {
            said.push_str(&format!(" More: --after {next}"));
        }
    }
    said
}

/// So many of something.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A verdict with its age once that is old, and with the last known one where it says nothing of the credential.
pub fn aged(found: &VerdictView, now: Timestamp) -> String {
    match &found.last_known {
        Some(known) => format!("{} ({}, {})", verdict(found.kind), verdict(known.kind), ago(&known.checked_at, now)),
        None => told(found.kind, days(&found.checked_at, now).unwrap_or_default()),
    }
}

fn told(kind: VerdictKind, days: i64) -> String {
    match kind {
        _ if days <= OLD => verdict(kind).to_owned(),
        VerdictKind::Works => format!("Worked {days} days ago"),
        _ => format!("{}, {days} days ago", verdict(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_verdict_says_how_old_it_is() {
        assert_eq!(told(VerdictKind::Works, 7), "Works");
        assert_eq!(told(VerdictKind::Works, 9), "Worked 9 days ago");
        assert_eq!(told(VerdictKind::Rejected, 9), "Key rejected, 9 days ago");
    }

    #[test]
    fn every_counted_state_has_a_word() {
        for id in ["not_checked", "disabled", "expired", "dormant", "unconnected", "unreadable"] {
            assert_ne!(status_id(id), id);
        }
        assert!(VerdictKind::ALL.iter().all(|kind| status_id(kind.id()) == verdict(*kind)));
    }
}
