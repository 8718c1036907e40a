//! Checks that no request template can say, and what they ask of a catalogue file.

use serde::{Deserialize, Serialize};

use super::outcome::Reader;
use super::{CheckOutcome, Checker, json, oauth, oidc, smtp, ssh};
use crate::form::FieldProblem;
use crate::{AuthVariant, FieldValues, Provider};

/// How a check is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckKind {
    /// By the steps and rules of the file.
    #[default]
    Http,
    /// Signs in to a mail server and sends nothing.
    Smtp,
    /// Reads the settings that an identity provider publishes, and proves the client.
    Oidc,
    /// Asks an OAuth 2.0 server whether a token is active (RFC 7662).
    Introspection,
    /// Reads an SSH key pair.
    SshKey,
    /// Reads a JSON document.
    Json,
}

impl CheckKind {
    /// The fields that every sign-in method of such a provider must have.
    pub(crate) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Http => &[],
            Self::Smtp => &smtp::FIELDS,
            Self::Oidc => &oidc::FIELDS,
            Self::Introspection => &oauth::FIELDS,
            Self::SshKey => &ssh::FIELDS,
            Self::Json => &json::FIELDS,
        }
    }
}

/// What such a check says of the values on a form, without any network.
pub(crate) fn problems(provider: &Provider, auth: &AuthVariant, values: &FieldValues) -> Vec<FieldProblem> {
    match auth.check_kind(&provider.check) {
        CheckKind::Smtp => smtp::problems(auth, values),
        CheckKind::SshKey => ssh::problems(auth, values),
        CheckKind::Json => json::problems(auth, values),
        CheckKind::Http | CheckKind::Oidc | CheckKind::Introspection => Vec::new(),
    }
}

/// Where such a check sends the secrets, as far as no field of kind URL says it.
pub(crate) fn destination(provider: &Provider, auth: &AuthVariant, values: &FieldValues) -> Option<String> {
    match auth.check_kind(&provider.check) {
        CheckKind::Smtp => smtp::destination(auth, values),
        _ => None,
    }
}

impl Checker {
    pub(super) async fn check_special(&self, reader: &Reader<'_>) -> CheckOutcome {
        match reader.auth.check_kind(&reader.provider.check) {
            CheckKind::Smtp => smtp::check(self, reader).await,
            CheckKind::Oidc => oidc::check(self, reader).await,
            CheckKind::Introspection => oauth::check(self, reader).await,
            CheckKind::SshKey => ssh::check(reader).await,
            CheckKind::Json => json::check(reader),
            CheckKind::Http => reader.uncheckable("The catalogue has no check for this provider."),
        }
    }
}
