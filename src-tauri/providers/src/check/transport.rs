//! The one HTTP client of all checks: no redirects, no referer, the system's roots, bounded in time, size and number.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Request, redirect};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer::Answer;
use super::rules::Failure;
use super::{CheckerError, CheckerSettings};
use crate::url_rules;

pub(crate) struct Transport {
    /// Through the system's proxy, where there is one.
    outward: Client,
    /// To this computer: a proxy elsewhere could not reach it, and must not see it.
    loopback: Client,
    body_cap: usize,
    longest_wait: Duration,
    per_host: usize,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Transport {
    pub fn new(settings: &CheckerSettings) -> Result<Self, CheckerError> {
        // Another part of the program may have installed it already; either way it is ring's or the program's choice.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots: Vec<reqwest::Certificate> = settings
            .extra_roots
            .iter()
            .map(|pem| reqwest::Certificate::from_pem(pem))
            .collect::<Result<_, _>>()
            .map_err(|error| CheckerError::Root(error.without_url().to_string()))?;
        let client = |proxied: bool| {
            let builder = Client::builder()
                .user_agent(settings.user_agent.clone())
                .redirect(redirect::Policy::none())
                .referer(false)
                .retry(reqwest::retry::never())
                .connect_timeout(settings.connect_timeout)
                .timeout(settings.total_timeout)
                .pool_idle_timeout(Duration::from_secs(10))
                .dns_resolver(Resolver)
                .tls_certs_merge(roots.clone());
            let builder = if proxied { builder } else { builder.no_proxy() };
            builder.build().map_err(|error| CheckerError::Client(chain(&error.without_url())))
        };
        Ok(Self {
            outward: client(true)?,
            loopback: client(false)?,
            body_cap: settings.body_cap,
            longest_wait: settings.longest_retry_after,
            per_host: settings.per_host.max(1),
            hosts: Mutex::new(HashMap::new()),
        })
    }

    /// Waits until fewer than the allowed number of checks talk to this origin.
    pub async fn turn(&self, origin: &str) -> Option<OwnedSemaphorePermit> {
        let semaphore = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            // Origins nobody waits for are forgotten, so that the table does not grow for ever.
            hosts.retain(|name, semaphore| name == origin || Arc::strong_count(semaphore) > 1);
            hosts.entry(origin.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.per_host))).clone()
        };
        semaphore.acquire_owned().await.ok()
    }

    /// Sends a request: once more where no connection came about, or where the server asks for a short wait.
    pub async fn send(&self, request: Request, unwrap_array: bool) -> Result<Answer, Failure> {
        let again = request.try_clone();
        let first = self.send_once(request, unwrap_array).await;
        let wait = match &first {
            Err(Failure::Refused | Failure::Connect | Failure::Dns) => Some(Duration::ZERO),
            Ok(answer) if matches!(answer.status, 429 | 503) => {
                retry_after(answer).filter(|wait| *wait <= self.longest_wait)
            }
            _ => None,
        };
        match (wait, again) {
            (Some(wait), Some(request)) => {
                tokio::time::sleep(wait).await;
                self.send_once(request, unwrap_array).await
            }
            _ => first,
        }
    }

    async fn send_once(&self, request: Request, unwrap_array: bool) -> Result<Answer, Failure> {
        let client = if url_rules::is_loopback(request.url()) { &self.loopback } else { &self.outward };
        let mut response = client.execute(request).await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| body_failure(&error))? {
            if body.len() + chunk.len() > self.body_cap {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer::new(status, headers, &body, unwrap_array))
    }
}

/// The seconds that the server asks to wait. A date is left unread: it is never short.
pub(crate) fn retry_after(answer: &Answer) -> Option<Duration> {
    answer.header("retry-after")?.trim().parse::<u64>().ok().map(Duration::from_secs)
}

/// Error texts may hold addresses with secrets in them: only the kind of the failure leaves this module.
fn failure(error: &reqwest::Error) -> Failure {
    if let Some(known) = known_failure(error) {
        known
    } else if error.is_timeout() {
        Failure::Timeout
    } else if error.is_connect() {
        Failure::Connect
    } else {
        Failure::Cut
    }
}

/// The failure that a chain of errors holds, where its kind is known.
pub(crate) fn known_failure(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<ResolveError>() {
            return Some(refused.failure());
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Some(tls_failure(tls));
        }
        let io = cause.downcast_ref::<std::io::Error>();
        match io.map(std::io::Error::kind) {
            Some(std::io::ErrorKind::ConnectionRefused) => return Some(Failure::Refused),
            Some(std::io::ErrorKind::TimedOut) => return Some(Failure::Timeout),
            Some(std::io::ErrorKind::FileTooLarge) => return Some(Failure::TooLarge),
            _ => {}
        }
        // `source` of an input/output error skips the error that it wraps, and these stand one inside another.
        source = match io.and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    None
}

fn body_failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() { Failure::Timeout } else { Failure::Cut }
}

fn tls_failure(error: &rustls::Error) -> Failure {
    use rustls::CertificateError as Fault;
    match error {
        rustls::Error::InvalidCertificate(fault) => match fault {
            Fault::Expired | Fault::ExpiredContext { .. } | Fault::NotValidYet | Fault::NotValidYetContext { .. } => {
                Failure::CertificateDate
            }
            Fault::NotValidForName | Fault::NotValidForNameContext { .. } => Failure::CertificateHost,
            Fault::UnknownIssuer => Failure::CertificateIssuer,
            _ => Failure::Tls,
        },
        _ => Failure::Tls,
    }
}

fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Asks the system and drops the addresses to which no secret goes, so that a name cannot lead where an address may not.
struct Resolver;

#[derive(Clone, Copy, Debug, thiserror::Error)]
enum ResolveError {
    #[error("the host has no address")]
    NoAddress,
    #[error("the host's address is reserved")]
    Forbidden,
}

impl ResolveError {
    fn failure(self) -> Failure {
        match self {
            Self::NoAddress => Failure::Dns,
            Self::Forbidden => Failure::ForbiddenAddress,
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move { Ok(Box::new(look_up(&host, 0).await?.into_iter()) as Addrs) })
    }
}

/// The addresses of a host to which a connection may go, for checks that are not made over HTTP.
pub(crate) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    look_up(host, port).await.map_err(ResolveError::failure)
}

async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, ResolveError> {
    // RFC 6761, section 6.4: such a name never has an address, so nobody is asked.
    if host.ends_with(".invalid") {
        return Err(ResolveError::NoAddress);
    }
    let found: Vec<SocketAddr> = match tokio::net::lookup_host((host, port)).await {
        Ok(addresses) => addresses.collect(),
        Err(_) => return Err(ResolveError::NoAddress),
    };
    let allowed: Vec<SocketAddr> = found.iter().copied().filter(|address| may_connect(host, address.ip())).collect();
    if allowed.is_empty() {
        return Err(if found.is_empty() { ResolveError::NoAddress } else { ResolveError::Forbidden });
    }
    Ok(allowed)
}

/// `localhost` means this computer and nothing else: plain `http` is allowed to it.
fn may_connect(host: &str, address: IpAddr) -> bool {
    !url_rules::is_forbidden(address) && (host != "localhost" || address.is_loopback())
}
