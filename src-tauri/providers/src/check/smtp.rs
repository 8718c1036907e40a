//! Mail servers: a real sign-in over SMTP that begins no mail.
//!
//! Reference: integrations.md section 8.1.

use std::borrow::Cow;
use std::net::Ipv6Addr;
use std::time::{Instant, SystemTime};

use lettre::transport::smtp::authentication::Mechanism;
use url::Url;

use super::outcome::{EXCERPT, QUOTE, Reader};
use super::request::{BuildProblem, Unready};
use super::rules::Failure;
use super::template::{Kept, Place, Source, Template};
use super::{CheckOutcome, Checker};
use crate::form::{FieldProblem, Level};
use crate::url_rules::{self, Allowed, UrlProblem};
use crate::values::filled;
use crate::{AuthVariant, FieldValues, VerdictKind};

mod stream;
mod talk;

use talk::{Reached, Stage, Trouble};

const HOST: &str = "host";
const PORT: &str = "port";
const ENCRYPTION: &str = "encryption";
const USERNAME: &str = "username";
const PASSWORD: &str = "password";
/// The fields that the check reads. `host` may be absent where the sign-in method derives it; `allow_plain`, `auth_mechanism` and `ehlo_name` may be absent.
pub(crate) const FIELDS: [&str; 5] = [HOST, PORT, ENCRYPTION, USERNAME, PASSWORD];

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    StartTls,
    Implicit,
    None,
}

/// Where a check goes and with what.
struct Server<'a> {
    host: Cow<'a, str>,
    port: u16,
    encryption: Encryption,
    credentials: Option<(&'a str, &'a str)>,
    mechanisms: &'static [Mechanism],
    ehlo_name: Option<&'a str>,
}

impl<'a> Server<'a> {
    fn new(auth: &'a AuthVariant, values: &'a FieldValues) -> Result<Self, BuildProblem> {
        let blame = |field: &str, message: &str| BuildProblem::new(Some(field), message);
        let value = |id: &str| filled(auth, values, id);
        let host = host(auth, values)?.ok_or_else(|| blame(HOST, "The host is needed."))?;
        let port = value(PORT).unwrap_or("587");
        let url = address(&host, port).map_err(|(field, message)| BuildProblem::new(Some(field), message))?;
        let encryption = match value(ENCRYPTION) {
            Some("tls") => Encryption::Implicit,
            Some("none") => Encryption::None,
            _ => Encryption::StartTls,
        };
        let ehlo_name = value("ehlo_name");
        if ehlo_name.is_some_and(|name| !name.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]_".contains(c))) {
            return Err(blame("ehlo_name", "Only letters, digits, dots and dashes can be part of a host name."));
        }
        let credentials = match (value(USERNAME), value(PASSWORD)) {
            (Some(username), Some(password)) => Some((username, password)),
            (None, None) => None,
            (Some(_), None) => return Err(blame(PASSWORD, "There is a user name but no password.")),
            (None, Some(_)) => return Err(blame(USERNAME, "There is a password but no user name.")),
        };
        if encryption == Encryption::None && !url_rules::is_loopback(&url) && value("allow_plain") != Some("yes") {
            return Err(blame(ENCRYPTION, PLAIN));
        }
        let mechanisms: &[Mechanism] = match value("auth_mechanism") {
            Some("plain") => &[Mechanism::Plain],
            Some("login") => &[Mechanism::Login],
            Some("xoauth2") => &[Mechanism::Xoauth2],
            _ => &[Mechanism::Plain, Mechanism::Login],
        };
        Ok(Self { host, port: url.port().unwrap_or(443), encryption, credentials, mechanisms, ehlo_name })
    }

    fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

const PLAIN: &str = "Without encryption the password would travel readable. Choose STARTTLS or TLS; without encryption is taken only for this computer, or where you allow it below.";

/// The host that was given, or the one that the sign-in method derives from other fields.
fn host<'a>(auth: &'a AuthVariant, values: &'a FieldValues) -> Result<Option<Cow<'a, str>>, BuildProblem> {
    if let Some(given) = filled(auth, values, HOST) {
        return Ok(Some(Cow::Borrowed(given)));
    }
    let Some(text) = &auth.mail_host else { return Ok(None) };
    let source = Source { auth, values, kept: &Kept::new(), signed: None, now: SystemTime::UNIX_EPOCH };
    match Template::known(text)?.fill(&source, Place::Base) {
        Ok(filled) if filled.empty == 0 => Ok(Some(Cow::Owned(filled.text.to_string()))),
        Err(Unready::Problem(problem)) => Err(problem),
        _ => Ok(None),
    }
}

/// The host and port as an address, so that the rules for addresses hold here too; or the field at fault and why.
fn address(host: &str, port: &str) -> Result<Url, (&'static str, String)> {
    let number: u16 = port
        .parse()
        .ok()
        .filter(|port| *port > 0)
        .ok_or_else(|| (PORT, "The port must be a number from 1 to 65535, usually 587 or 465.".to_owned()))?;
    let bare = "Write only the name of the server, for example smtp.example.com. The port has its own field.";
    let is_v6 = host.parse::<Ipv6Addr>().is_ok();
    if !is_v6 && host.contains(['/', ':', '@', '?', '#', '[', ']']) {
        return Err((HOST, bare.to_owned()));
    }
    let text = if is_v6 { format!("https://[{host}]:{number}") } else { format!("https://{host}:{number}") };
    url_rules::check(&text, Allowed::default()).map_err(|problem| {
        let message = if problem == UrlProblem::Malformed { bare.to_owned() } else { problem.to_string() };
        (HOST, message)
    })
}

/// What is wrong with the fields of a form. A secret that an edit keeps is not at hand here, so user name and password
/// are compared only when the check runs.
pub(crate) fn problems(auth: &AuthVariant, values: &FieldValues) -> Vec<FieldProblem> {
    let value = |id: &str| filled(auth, values, id);
    let error = |field: &str, message: String| vec![FieldProblem::new(field, Level::Error, message)];
    let host = match host(auth, values) {
        Ok(Some(host)) => host,
        Ok(None) => return Vec::new(),
        Err(problem) => return error(problem.field.as_deref().unwrap_or(HOST), problem.message),
    };
    let url = match address(&host, value(PORT).unwrap_or("587")) {
        Ok(url) => url,
        Err((field, message)) => return error(field, message),
    };
    match (value(ENCRYPTION), value(PORT)) {
        (Some("none"), _) if !url_rules::is_loopback(&url) && value("allow_plain") != Some("yes") => {
            error(ENCRYPTION, PLAIN.to_owned())
        }
        (Some("none"), _) if !url_rules::is_loopback(&url) => {
            let message = "The password travels unencrypted to this server, as you allowed.";
            vec![FieldProblem::new(ENCRYPTION, Level::Warning, message)]
        }
        (Some("starttls"), Some("465")) => {
            let message = "Port 465 usually wants TLS from the start. Choose TLS, or port 587.";
            vec![FieldProblem::new(ENCRYPTION, Level::Warning, message)]
        }
        (Some("tls"), Some("587" | "25")) => {
            let message = "This port usually begins in clear and wants STARTTLS. Choose STARTTLS, or port 465.";
            vec![FieldProblem::new(ENCRYPTION, Level::Warning, message)]
        }
        _ => Vec::new(),
    }
}

/// The server that would receive the password, written like an origin.
pub(crate) fn destination(auth: &AuthVariant, values: &FieldValues) -> Option<String> {
    let host = host(auth, values).ok()??;
    let url = address(&host, filled(auth, values, PORT).unwrap_or("587")).ok()?;
    Some(format!("smtp://{}:{}", url.host_str()?, url.port().unwrap_or(443)))
}

/// Signs in and leaves.
pub(crate) async fn check(checker: &Checker, reader: &Reader<'_>) -> CheckOutcome {
    let server = match Server::new(reader.auth, reader.values) {
        Ok(server) => server,
        Err(problem) => return reader.unsendable(problem),
    };
    let name = server.name();
    let _turn = checker.transport.turn(&format!("smtp://{name}")).await;
    let started = Instant::now();
    let deadline = tokio::time::Instant::now() + checker.settings.total_timeout;
    let mut outcome = match talk::talk(&server, &checker.settings, deadline).await {
        Ok(reached) => told(reader, &server, reached),
        Err(Trouble::Failed(stage, failure)) => failed(reader, &server, stage, failure),
        Err(Trouble::Refused(stage, code, words)) => refused(reader, &server, stage, code, &words),
        Err(Trouble::NotSmtp) => reader.outcome(
            VerdictKind::Unknown,
            format!("What {} answers is not SMTP as it is known here.", reader.redactor.quote(&name, QUOTE)),
            Some("Correct host and port."),
            Some(PORT),
        ),
    };
    outcome.duration = started.elapsed();
    outcome
}

fn told(reader: &Reader<'_>, server: &Server<'_>, reached: Reached) -> CheckOutcome {
    use VerdictKind::{Misconfigured, Uncheckable, Works};
    let name = reader.redactor.quote(&server.name(), QUOTE);
    let how = match server.encryption {
        Encryption::StartTls => "over STARTTLS",
        Encryption::Implicit => "over TLS",
        Encryption::None => "without encryption",
    };
    match reached {
        Reached::SignedIn => {
            let evidence = format!("{name} accepted user name and password {how}. No mail was sent.");
            reader.outcome(Works, evidence, None, None)
        }
        Reached::NothingToTry => {
            let evidence = format!("{name} answered {how}; no user name is stored, so none was tried.");
            reader.outcome(Works, evidence, None, None)
        }
        Reached::NoSignIn => {
            let evidence = format!(
                "{name} offers no sign-in by AUTH PLAIN or LOGIN {how}, so user name and password could not be tried."
            );
            let next = match server.encryption {
                Encryption::None => {
                    "Choose STARTTLS or TLS: many servers offer sign-in only over an encrypted connection."
                }
                _ => "Ask the operator of the server for the port for sign-in, usually 587 or 465.",
            };
            reader.outcome(Uncheckable, evidence, Some(next), None)
        }
        Reached::NoCommonMethod => {
            let evidence =
                format!("{name} offers other ways of sign-in than the chosen one. The password was not sent.");
            reader.outcome(Misconfigured, evidence, Some("Choose another sign-in method."), Some("auth_mechanism"))
        }
        Reached::NoStartTls => {
            let evidence = format!("{name} does not offer STARTTLS. The password was not sent.");
            let next = "Choose TLS with its port, usually 465, or ask the operator of the server.";
            reader.outcome(Misconfigured, evidence, Some(next), Some(ENCRYPTION))
        }
    }
}

fn refused(reader: &Reader<'_>, server: &Server<'_>, stage: Stage, code: u16, words: &str) -> CheckOutcome {
    use VerdictKind::{Misconfigured, Rejected, Unknown};
    let name = reader.redactor.quote(&server.name(), QUOTE);
    let (verdict, evidence, next, field) = match (stage, code) {
        (_, 400..=499) => (
            Unknown,
            format!("{name} cannot say at the moment ({code}). The password was not judged."),
            "Try again in a few minutes.",
            None,
        ),
        (Stage::SigningIn, 535) => (
            Rejected,
            format!("{name} refused user name and password ({code})."),
            "Enter them again. Large mail services want a password made for applications instead of the mailbox’s own.",
            Some(PASSWORD),
        ),
        (Stage::SigningIn, 534) => (
            Misconfigured,
            format!(
                "{name} wants another way of sign-in ({code}): a password made for applications, or another method."
            ),
            "Make an application password at the mail service and enter it here, or choose another sign-in method.",
            Some(PASSWORD),
        ),
        (Stage::SigningIn, 530 | 538) => (
            Misconfigured,
            format!("{name} takes sign-in only over an encrypted connection ({code})."),
            "Choose STARTTLS or TLS.",
            Some(ENCRYPTION),
        ),
        (Stage::SigningIn, 500 | 502..=504) => (
            Misconfigured,
            format!("{name} does not know this way of sign-in ({code}). The password was not judged."),
            "Choose another sign-in method, or the server’s port for sign-in.",
            Some("auth_mechanism"),
        ),
        (Stage::Encrypting, _) => (
            Misconfigured,
            format!("{name} offers STARTTLS and refuses it ({code}). The password was not sent."),
            "Choose TLS with its port, usually 465, or ask the operator of the server.",
            Some(ENCRYPTION),
        ),
        _ => {
            let said = reader.redactor.quote(words, EXCERPT);
            let said = if said.is_empty() { String::new() } else { format!(": “{said}”") };
            (
                Unknown,
                format!("{name} answered {code} in a way that is not documented{said}."),
                "Check the settings; if they are right, try again later.",
                None,
            )
        }
    };
    reader.outcome(verdict, evidence, Some(next), field)
}

fn failed(reader: &Reader<'_>, server: &Server<'_>, stage: Stage, failure: Failure) -> CheckOutcome {
    let mut outcome = reader.failed(failure, &server.name());
    match failure {
        Failure::Tls => {
            outcome.verdict = VerdictKind::Misconfigured;
            outcome.next_step =
                Some("Port and encryption do not fit: STARTTLS usually goes with 587, TLS with 465.".to_owned());
            outcome.field = Some(ENCRYPTION.to_owned());
        }
        Failure::Timeout if stage == Stage::Greeting && server.encryption != Encryption::Implicit => {
            outcome.next_step = Some(
                "Check host and port. A port that wants TLS from the start, usually 465, stays silent otherwise: choose TLS for it."
                    .to_owned(),
            );
        }
        Failure::Dns => outcome.field = Some(HOST.to_owned()),
        Failure::Refused => outcome.field = Some(PORT.to_owned()),
        _ => {}
    }
    outcome
}
