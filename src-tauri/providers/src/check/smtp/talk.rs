//! The conversation with the mail server: connect, EHLO, encrypt, sign in, QUIT. No mail is begun.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::extension::{ClientId, Extension};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use super::stream::LineByLine;
use super::{Encryption, Server};
use crate::check::CheckerSettings;
use crate::check::rules::Failure;
use crate::check::transport;

/// The most that a server may say in one conversation, certificates included. A sound one needs a third. lettre reads a
/// reply anew with each of its lines, so that a long one would keep a processor busy.
const MOST: usize = 24 * 1024;

/// How far the conversation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Connection, greeting and first EHLO, with implicit TLS its handshake too.
    Greeting,
    /// STARTTLS, its handshake and the second EHLO.
    Encrypting,
    /// AUTH.
    SigningIn,
}

/// What a good conversation showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// The server took user name and password.
    SignedIn,
    /// No user name is stored, so none was tried.
    NothingToTry,
    /// The server offers no sign-in here.
    NoSignIn,
    /// The server offers sign-in, but none of the methods that are spoken here or were chosen.
    NoCommonMethod,
    /// The server does not offer STARTTLS; nothing secret was sent.
    NoStartTls,
}

/// Why it ended early.
#[derive(Debug)]
pub(super) enum Trouble {
    /// No connection, a bad certificate, silence.
    Failed(Stage, Failure),
    /// A reply with a code that refuses.
    Refused(Stage, u16, String),
    /// Something answered that does not speak SMTP.
    NotSmtp,
}

/// Runs the conversation until `deadline`.
pub(super) async fn talk(
    server: &Server<'_>,
    settings: &CheckerSettings,
    deadline: Instant,
) -> Result<Reached, Trouble> {
    let hello = server.ehlo_name.map_or_else(ClientId::default, |name| ClientId::Domain(name.to_owned()));
    let mut connection = within(deadline, Stage::Greeting, connect(server, settings, &hello)).await?;
    if server.encryption == Encryption::StartTls {
        if !connection.can_starttls() {
            quit(&mut connection, deadline).await;
            return Ok(Reached::NoStartTls);
        }
        let tls = tls(server, settings).map_err(|error| trouble(Stage::Encrypting, &error))?;
        let upgrade = connection.starttls(tls, &hello);
        within(deadline, Stage::Encrypting, async { upgrade.await.map_err(|e| trouble(Stage::Encrypting, &e)) })
            .await?;
    }
    let reached = sign_in(&mut connection, server, deadline).await;
    quit(&mut connection, deadline).await;
    reached
}

async fn within<T>(
    deadline: Instant,
    stage: Stage,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    timeout_at(deadline, work).await.unwrap_or(Err(Trouble::Failed(stage, Failure::Timeout)))
}

async fn connect(
    server: &Server<'_>,
    settings: &CheckerSettings,
    hello: &ClientId,
) -> Result<AsyncSmtpConnection, Trouble> {
    let failed = |failure| Trouble::Failed(Stage::Greeting, failure);
    let addresses = transport::resolve(&server.host, server.port).await.map_err(failed)?;
    let lost = |error: io::Error, otherwise| failed(transport::known_failure(&error).unwrap_or(otherwise));
    let connected = timeout(settings.connect_timeout, TcpStream::connect(addresses.as_slice())).await;
    let stream = connected.map_err(|_| failed(Failure::Timeout))?.map_err(|error| lost(error, Failure::Connect))?;
    let stream = LineByLine::new(stream, MOST.min(settings.body_cap));
    let stream: Box<dyn AsyncTokioStream> = if server.encryption == Encryption::Implicit {
        let encrypted = stream.encrypt(&server.host, &settings.extra_roots).await;
        Box::new(encrypted.map_err(|error| lost(error, Failure::Tls))?)
    } else {
        Box::new(stream)
    };
    let connection = AsyncSmtpConnection::connect_with_transport(stream, hello).await;
    connection.map_err(|error| trouble(Stage::Greeting, &error))
}

fn tls(server: &Server<'_>, settings: &CheckerSettings) -> Result<TlsParameters, Error> {
    let mut parameters = TlsParameters::builder(server.host.to_string());
    for pem in &settings.extra_roots {
        parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
    }
    parameters.build_rustls()
}

async fn sign_in(
    connection: &mut AsyncSmtpConnection,
    server: &Server<'_>,
    deadline: Instant,
) -> Result<Reached, Trouble> {
    let Some((username, password)) = server.credentials else { return Ok(Reached::NothingToTry) };
    let offered = |mechanism: &&Mechanism| connection.server_info().supports_auth_mechanism(**mechanism);
    let Some(mechanism) = server.mechanisms.iter().find(offered).copied() else {
        let any = [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2];
        let has_any =
            any.into_iter().any(|known| connection.server_info().supports_feature(Extension::Authentication(known)));
        return Ok(if has_any { Reached::NoCommonMethod } else { Reached::NoSignIn });
    };
    let credentials = Credentials::new(username.to_owned(), password.to_owned());
    // One method, once: some servers shut an address out after a few failures.
    let attempt =
        async { connection.auth(&[mechanism], &credentials).await.map_err(|e| trouble(Stage::SigningIn, &e)) };
    within(deadline, Stage::SigningIn, attempt).await.map(|_| Reached::SignedIn)
}

/// Says goodbye. What comes back changes no verdict, so it is not waited for longer than a moment.
async fn quit(connection: &mut AsyncSmtpConnection, deadline: Instant) {
    let moment = deadline.min(Instant::now() + Duration::from_secs(1));
    let _ = timeout_at(moment, connection.quit()).await;
}

fn trouble(stage: Stage, error: &Error) -> Trouble {
    let words = || error.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status() {
        return Trouble::Refused(stage, code.into(), words());
    }
    if error.is_response() {
        // What lettre says when the connection ends where a reply should stand.
        let ended = words() == "incomplete response";
        return if ended { Trouble::Failed(stage, Failure::Cut) } else { Trouble::NotSmtp };
    }
    if stage == Stage::SigningIn && error.is_client() {
        // The server asked something that this way of sign-in does not answer; so XOAUTH2 begins its refusals.
        return Trouble::Refused(stage, 334, String::new());
    }
    if let Some(failure) = transport::known_failure(error) {
        return Trouble::Failed(stage, failure);
    }
    Trouble::Failed(stage, if stage == Stage::Greeting { Failure::Connect } else { Failure::Cut })
}
