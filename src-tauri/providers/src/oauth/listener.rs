//! Waits on this computer for the browser to come back from the provider: one answer, and the door is closed.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, REFERRER_POLICY,
};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use oauth2::CsrfToken;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::{Url, form_urlencoded};

use super::{Authorisation, Code};

/// A browser opens connections before it needs them, and leaves them open. Nobody waits longer for one.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(30);
/// Another Strongroom on this computer answers at once.
const NEIGHBOUR_PATIENCE: Duration = Duration::from_secs(2);
/// The longest error text of a provider that is repeated.
const LONGEST_WORD: usize = 200;
/// Where a waiting Strongroom says that it is one.
const WHO: &str = "/strongroom";
const WHO_HEADER: &str = "strongroom";

/// Why nobody can be waited for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenProblem {
    /// Another window or process of Strongroom is connecting.
    #[error("another Strongroom is connecting")]
    Neighbour,
    /// Another program has the port.
    #[error("port {0} is taken")]
    Taken(u16),
    /// The redirect URI is none of this computer.
    #[error("the redirect URI is no address of this computer")]
    NotHere,
    /// The system refused.
    #[error("port {port} cannot be listened on: {why}")]
    System {
        /// The port.
        port: u16,
        /// What the system said.
        why: io::ErrorKind,
    },
}

/// Why the browser's answer is no agreement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerProblem {
    /// The provider or the person said no.
    #[error("the provider answered {error}")]
    Denied {
        /// The error's name (RFC 6749, section 4.1.2.1), shortened, letters and underscores only.
        error: String,
        /// What the provider adds, shortened.
        description: Option<String>,
    },
    /// The answer belongs to another attempt.
    #[error("the answer carries another state")]
    WrongState,
    /// Neither code nor error.
    #[error("the answer holds no code")]
    NoCode,
    /// The listening broke off.
    #[error("the listening broke off: {0}")]
    Broken(io::ErrorKind),
}

/// The port that the provider sends the browser back to. It is open until this is dropped.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    here: Arc<Here>,
}

/// What counts as the redirect URI.
#[derive(Debug)]
struct Here {
    path: String,
    hosts: [String; 2],
}

impl Listener {
    /// Begins to listen at the redirect URI, on 127.0.0.1 alone.
    ///
    /// # Errors
    /// Where the port is taken, and by whom as far as that can be told.
    pub async fn open(redirect_uri: &str) -> Result<Self, ListenProblem> {
        let url = Url::parse(redirect_uri).map_err(|_| ListenProblem::NotHere)?;
        let port = url.port_or_known_default().ok_or(ListenProblem::NotHere)?;
        if url.scheme() != "http" || !crate::url_rules::is_loopback(&url) {
            return Err(ListenProblem::NotHere);
        }
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(socket) => {
                let here = Here {
                    path: url.path().to_owned(),
                    hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
                };
                Ok(Self { socket, here: Arc::new(here) })
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                let neighbour = tokio::time::timeout(NEIGHBOUR_PATIENCE, is_neighbour(port)).await;
                Err(if matches!(neighbour, Ok(Ok(true))) {
                    ListenProblem::Neighbour
                } else {
                    ListenProblem::Taken(port)
                })
            }
            Err(error) => Err(ListenProblem::System { port, why: error.kind() }),
        }
    }

    /// Waits for the browser, answers it with a small page, and closes the port.
    ///
    /// # Errors
    /// Where the answer is no agreement.
    pub async fn answer(self, authorisation: &Authorisation) -> Result<Code, AnswerProblem> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.socket.accept() => {
                    let (stream, _) = accepted.map_err(|error| AnswerProblem::Broken(error.kind()))?;
                    connections.spawn(serve(stream, self.here.clone(), authorisation.state.clone()));
                }
                Some(served) = connections.join_next(), if !connections.is_empty() => {
                    if let Ok(Some(answer)) = served {
                        return answer;
                    }
                }
            }
        }
    }
}

type Answered = Option<Result<Code, AnswerProblem>>;

/// One connection, until its request is answered.
async fn serve(stream: TcpStream, here: Arc<Here>, state: CsrfToken) -> Answered {
    let found: Arc<Mutex<Answered>> = Arc::default();
    let told = found.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (response, answer) = reply(&request, &here, &state);
        if answer.is_some() {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        }
        async move { Ok::<_, std::convert::Infallible>(response) }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service);
    // A browser that hangs up while it is answered has still brought its answer.
    let _ = tokio::time::timeout(CONNECTION_PATIENCE, connection).await;
    found.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn reply(request: &Request<Incoming>, here: &Here, state: &CsrfToken) -> (Response<Full<Bytes>>, Answered) {
    // A name that leads here by a trick of the name service is not this computer's.
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let known = here.hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
    if known && request.method() == Method::GET && request.uri().path() == WHO {
        return (page(StatusCode::OK, "Strongroom is connecting an account."), None);
    }
    if !known || request.method() != Method::GET || request.uri().path() != here.path {
        return (page(StatusCode::NOT_FOUND, "There is nothing here."), None);
    }
    let answer = read(request.uri().query().unwrap_or_default(), state);
    let (status, words) = match &answer {
        Ok(_) => (StatusCode::OK, "Strongroom has the answer. You can close this page and go back to Strongroom."),
        Err(AnswerProblem::Denied { .. }) => {
            (StatusCode::OK, "No access was given. You can close this page; Strongroom says what can be done.")
        }
        Err(_) => (
            StatusCode::BAD_REQUEST,
            "This answer does not belong to the sign-in that Strongroom waits for. Press Connect in Strongroom again.",
        ),
    };
    (page(status, words), Some(answer))
}

/// Reads the parameters that the provider has given to the browser (RFC 6749, section 4.1.2).
pub(super) fn read(query: &str, state: &CsrfToken) -> Result<Code, AnswerProblem> {
    let value = |name: &str| {
        let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        // Given twice, nobody knows which is meant.
        found.next().filter(|_| found.next().is_none()).map(|(_, value)| value.into_owned())
    };
    // Compared by hash, so that the time says nothing.
    if value("state").is_none_or(|given| CsrfToken::new(given) != *state) {
        return Err(AnswerProblem::WrongState);
    }
    if let Some(error) = value("error") {
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let error: String = error.chars().filter(plain).take(60).collect();
        let readable = |c: &char| !c.is_control() && !crate::clean::is_invisible(*c);
        let description: Option<String> =
            value("error_description").map(|text| text.chars().filter(readable).take(LONGEST_WORD).collect());
        return Err(AnswerProblem::Denied { error, description: description.filter(|text| !text.is_empty()) });
    }
    value("code")
        .filter(|code| !code.is_empty())
        .map(|code| Code(SecretString::from(code)))
        .ok_or(AnswerProblem::NoCode)
}

fn page(status: StatusCode, words: &str) -> Response<Full<Bytes>> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Strongroom</title></head>\
         <body><main><h1>Strongroom</h1><p>{words}</p></main></body></html>"
    );
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static(WHO_HEADER), "connecting"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the program at this port is a Strongroom that waits for its browser.
async fn is_neighbour(port: u16) -> io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let request = format!("GET {WHO} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    Ok(answer.lines().any(|line| line == format!("{WHO_HEADER}: connecting")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn only_an_answer_with_this_state_counts() {
        let state = CsrfToken::new("s1".to_owned());
        assert_eq!(read("code=FAKE%2Fcode&state=s1", &state).unwrap().0.expose_secret(), "FAKE/code");
        for query in
            ["code=x", "code=x&state=s2", "code=x&state=s1&state=s1", "code=x&state=", "", "error=access_denied"]
        {
            assert!(matches!(read(query, &state), Err(AnswerProblem::WrongState)), "{query}");
        }
        for query in ["state=s1", "state=s1&code=", "state=s1&code=a&code=b"] {
            assert!(matches!(read(query, &state), Err(AnswerProblem::NoCode)), "{query}");
        }
        let denied =
            read("error=access_denied%0a%3Cb%3E&error_description=The%20person%E2%80%AE%20said%20no&state=s1", &state);
        let Err(AnswerProblem::Denied { error, description }) = denied else { panic!("{denied:?}") };
        assert_eq!((error.as_str(), description.as_deref()), ("access_deniedb", Some("The person said no")));
    }
}
