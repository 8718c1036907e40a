//! SSH key pairs, checked without any network: the file is read, its passphrase tried, its public half compared.
//!
//! Reference: integrations.md section 9.

use ssh_key::{Algorithm, HashAlg, PublicKey};
use zeroize::Zeroizing;

use super::CheckOutcome;
use super::outcome::Reader;
use crate::VerdictKind;
use crate::form::{FieldProblem, Level};
use crate::values::filled;
use crate::{AuthVariant, FieldValues};

mod container;
mod open;
mod short_number;

use container::{Container, KeyProblem, PublicProblem};
use open::Closed;

const PRIVATE: &str = "private_key";
const PUBLIC: &str = "public_key";
const PASSPHRASE: &str = "passphrase";
/// The fields that the check reads.
pub(crate) const FIELDS: [&str; 3] = [PRIVATE, PUBLIC, PASSPHRASE];
/// The longest comment that is quoted.
const COMMENT: usize = 60;
const CONVERT: &str =
    "Convert a copy of the file with `ssh-keygen -p -f key`, which writes today’s format, and paste that.";

/// What is wrong with the fields of a form, as far as it shows without decrypting anything.
pub(crate) fn problems(auth: &AuthVariant, values: &FieldValues) -> Vec<FieldProblem> {
    let mut found = Vec::new();
    let mut say = |field: &str, level, message: String| found.push(FieldProblem::new(field, level, message));
    // What is only unknown here may be stored all the same.
    let grave = |problem: KeyProblem| if problem == KeyProblem::Unsupported { Level::Warning } else { Level::Error };
    let container = filled(auth, values, PRIVATE).map(container::read);
    if let Some(Err(problem)) = &container {
        say(PRIVATE, grave(*problem), problem.to_string());
    }
    if let Some(Err(problem)) = filled(auth, values, PUBLIC).map(container::public) {
        say(PUBLIC, Level::Error, problem.to_string());
    }
    // Deriving is cheap where nothing is encrypted.
    if let Some(Ok(container)) = container
        && !container.is_encrypted()
    {
        let said = match open::public_half(&container, "") {
            Ok(public) => weakness(&public).map(|text| (Level::Warning, text)),
            Err(Closed::Unsupported) => Some((Level::Warning, KeyProblem::Unsupported.to_string())),
            Err(_) => Some((Level::Error, KeyProblem::Damaged.to_string())),
        };
        if let Some((level, text)) = said {
            say(PRIVATE, level, text);
        }
    }
    found
}

/// Everything about one pair. Slow where the key is encrypted, so it runs beside the other checks.
pub(crate) async fn check(reader: &Reader<'_>) -> CheckOutcome {
    let value = |id: &str| Zeroizing::new(filled(reader.auth, reader.values, id).unwrap_or_default().to_owned());
    let (private, public, passphrase) = (value(PRIVATE), value(PUBLIC), value(PASSPHRASE));
    let judged = tokio::task::spawn_blocking(move || judge(&private, &public, &passphrase)).await;
    match judged {
        Ok(judged) => judged.outcome(reader),
        Err(_) => reader.outcome(VerdictKind::Unknown, "The key could not be read to its end.".to_owned(), None, None),
    }
}

/// What the pair shows.
enum Judged {
    Unreadable(KeyProblem),
    UnreadablePublic(PublicProblem),
    Closed(Closed),
    /// No passphrase is stored; the public half and whether it could be compared, where it stands outside.
    NeedsPassphrase {
        public: Option<PublicKey>,
        compared: bool,
    },
    OtherPair {
        private: PublicKey,
    },
    Fits {
        public: PublicKey,
        compared: bool,
        needless_passphrase: bool,
    },
}

fn judge(private: &str, public: &str, passphrase: &str) -> Judged {
    let container = match container::read(private) {
        Ok(container) => container,
        Err(KeyProblem::Unsupported) => return Judged::Closed(Closed::Unsupported),
        Err(problem) => return Judged::Unreadable(problem),
    };
    let given = match Some(public).filter(|text| !text.is_empty()).map(container::public).transpose() {
        Ok(given) => given,
        Err(problem) => return Judged::UnreadablePublic(problem),
    };
    let is_other = |half: &PublicKey| given.as_ref().is_some_and(|given| given.key_data() != half.key_data());
    if container.is_encrypted() && passphrase.is_empty() {
        let Container::OpenSsh(key) = &container else {
            return Judged::NeedsPassphrase { public: None, compared: false };
        };
        let half = key.public_key().clone();
        if is_other(&half) {
            return Judged::OtherPair { private: half };
        }
        return Judged::NeedsPassphrase { public: Some(half), compared: given.is_some() };
    }
    match open::public_half(&container, passphrase) {
        Err(closed) => Judged::Closed(closed),
        Ok(half) if is_other(&half) => Judged::OtherPair { private: half },
        Ok(public) => Judged::Fits {
            public,
            compared: given.is_some(),
            needless_passphrase: !passphrase.is_empty() && !container.is_encrypted(),
        },
    }
}

impl Judged {
    fn outcome(self, reader: &Reader<'_>) -> CheckOutcome {
        use VerdictKind::{Limited, Misconfigured, Rejected, Uncheckable, Works};
        let say = |verdict, evidence: String, next: Option<&str>, field: Option<&str>| {
            reader.outcome(verdict, evidence, next, field)
        };
        match self {
            Self::Unreadable(problem) => say(Misconfigured, problem.to_string(), None, Some(PRIVATE)),
            Self::UnreadablePublic(problem) => say(Misconfigured, problem.to_string(), None, Some(PUBLIC)),
            Self::Closed(Closed::WrongPassphrase) => say(
                Rejected,
                "The passphrase does not open this key.".to_owned(),
                Some("Type the passphrase of this key file again."),
                Some(PASSPHRASE),
            ),
            Self::Closed(Closed::Damaged) => say(
                Rejected,
                "The key is damaged: its parts do not fit together.".to_owned(),
                Some("Copy the whole key file again."),
                Some(PRIVATE),
            ),
            Self::Closed(Closed::Unsupported) => say(
                Uncheckable,
                "This kind of key, or the way it is encrypted, cannot be read here, so nothing was proven.".to_owned(),
                Some(CONVERT),
                None,
            ),
            Self::Closed(Closed::TooMuchWork) => say(
                Uncheckable,
                "Opening this key would take far more work than usual, so it was not tried.".to_owned(),
                Some(CONVERT),
                None,
            ),
            Self::NeedsPassphrase { public: Some(public), compared: true } => say(
                Limited,
                format!(
                    "{} The public key belongs to it. The private key is encrypted and no passphrase is stored, so it was not opened.",
                    describe(&public, reader)
                ),
                Some("Enter the passphrase if programs cannot ask for it."),
                Some(PASSPHRASE),
            ),
            Self::NeedsPassphrase { public, .. } => {
                let what = public.map_or_else(String::new, |public| format!("{} ", describe(&public, reader)));
                let evidence = format!(
                    "{what}The private key is encrypted and no passphrase is stored, so it could not be opened."
                );
                say(Uncheckable, evidence, Some("Enter the passphrase to have the key proven."), Some(PASSPHRASE))
            }
            Self::OtherPair { private } => say(
                Rejected,
                format!("The public key belongs to another pair. The private key is: {}", describe(&private, reader)),
                Some("Paste the .pub file that was made together with this private key, or leave the field empty."),
                Some(PUBLIC),
            ),
            Self::Fits { public, compared, needless_passphrase } => {
                let pair = if compared { " The public key belongs to it." } else { "" };
                let evidence = format!("The private key is whole. {}{pair}", describe(&public, reader));
                let weak = weakness(&public);
                let next = if needless_passphrase {
                    Some("The key is not encrypted: empty the passphrase.")
                } else {
                    weak.as_deref()
                };
                say(Works, evidence, next, needless_passphrase.then_some(PASSPHRASE))
            }
        }
    }
}

/// "ssh-ed25519, 256 bits, SHA256:…, comment “…”."
fn describe(public: &PublicKey, reader: &Reader<'_>) -> String {
    let bits = bits(public).map_or_else(String::new, |bits| format!(", {bits} bits"));
    let comment = reader.redactor.quote(public.comment(), COMMENT);
    let comment = if comment.is_empty() { String::new() } else { format!(", comment “{comment}”") };
    format!("{}{bits}, {}{comment}.", public.algorithm(), public.fingerprint(HashAlg::Sha256))
}

fn bits(public: &PublicKey) -> Option<usize> {
    let data = public.key_data();
    let number = |number: &ssh_key::Mpint| {
        let bytes = number.as_positive_bytes()?;
        Some(bytes.len() * 8 - usize::try_from(bytes.first()?.leading_zeros()).ok()?)
    };
    match public.algorithm() {
        Algorithm::Rsa { .. } => number(&data.rsa()?.n),
        Algorithm::Dsa => number(&data.dsa()?.p),
        Algorithm::Ecdsa { curve } => match curve {
            ssh_key::EcdsaCurve::NistP256 => Some(256),
            ssh_key::EcdsaCurve::NistP384 => Some(384),
            ssh_key::EcdsaCurve::NistP521 => Some(521),
        },
        Algorithm::Ed25519 | Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256 => Some(256),
        _ => None,
    }
}

/// Keys that servers of today refuse.
fn weakness(public: &PublicKey) -> Option<String> {
    match (public.algorithm(), bits(public)) {
        (Algorithm::Dsa, _) => Some("DSA keys are refused by current servers. Make an ed25519 key.".to_owned()),
        (Algorithm::Rsa { .. }, Some(bits)) if bits < 2048 => {
            Some(format!("An RSA key of {bits} bits is too short for current servers. Make an ed25519 key."))
        }
        _ => None,
    }
}
