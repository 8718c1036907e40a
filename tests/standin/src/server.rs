//! The HTTP server: one answer after the other, and a note of every request.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers in order, names in small letters.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Seen {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The entries of a form-encoded body.
    pub fn form(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// Everything that arrived as one text, for the search for a secret.
    pub fn everything(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        format!("{} {}\n{headers}\n{}", self.method, self.path, String::from_utf8_lossy(&self.body))
    }
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// As it should.
    #[default]
    Complete,
    /// The connection breaks after the body's text, which was announced as longer.
    Cut,
    /// Nothing more comes, and the connection stays open.
    Stall,
}

/// One answer to play.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers. Without a content type it is JSON.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Bytes,
    /// How often the body is sent, for huge answers.
    pub times: usize,
    /// How the answer ends.
    pub end: End,
    /// No answer at all comes; the connection stays open.
    pub silent: bool,
    /// How long the answer lets wait.
    pub delay: Duration,
}

impl Reply {
    /// An answer with a body.
    pub fn new(status: u16, body: &str) -> Self {
        Self { status, body: Bytes::copy_from_slice(body.as_bytes()), times: 1, ..Self::default() }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same answer, later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// A page for people.
    pub fn html(status: u16, page: &str) -> Self {
        Self::new(status, page).header("content-type", "text/html; charset=utf-8")
    }

    /// Sends the caller on.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::new(status, "").header("location", to)
    }

    /// Accepts the request and never answers.
    pub fn stall() -> Self {
        Self { silent: true, ..Self::new(200, "") }
    }

    /// Breaks the connection inside the body.
    pub fn cut(status: u16, body: &str) -> Self {
        Self { end: End::Cut, ..Self::new(status, body) }
    }

    /// A body of `times` pieces.
    pub fn huge(piece: &str, times: usize) -> Self {
        Self { times, ..Self::new(200, piece) }
    }

    /// Gives everything that arrived back in an error message, as careless services do.
    pub fn reflect(status: u16, seen: &Seen) -> Self {
        let body = serde_json::json!({ "error": { "message": seen.everything(), "type": "reflected" } });
        Self::new(status, &body.to_string())
    }
}

type Handler = dyn Fn(&Seen) -> Reply + Send + Sync;

/// A server on loopback with a port of its own. It ends when dropped.
pub struct Standin {
    address: SocketAddr,
    encrypted: bool,
    log: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Mutex<VecDeque<Reply>>>,
    serving: JoinHandle<()>,
}

impl Drop for Standin {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Standin {
    /// A server that plays what [`answer`](Self::answer) is given, and 599 when nothing is left.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<Self> {
        let script = Arc::new(Mutex::new(VecDeque::new()));
        let queue = Arc::clone(&script);
        let play =
            move |_: &Seen| lock(&queue).pop_front().unwrap_or_else(|| Reply::new(599, "the script is at its end"));
        Self::serve(0, None, script, Arc::new(play)).await
    }

    /// A server that answers by what arrived.
    ///
    /// # Errors
    /// When the port (0 for any) cannot be had.
    pub async fn with(port: u16, handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        Self::serve(port, None, Arc::default(), Arc::new(handler)).await
    }

    /// As [`start`](Self::start), encrypted with that identity.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start_tls(identity: &crate::Identity) -> io::Result<Self> {
        let script: Arc<Mutex<VecDeque<Reply>>> = Arc::default();
        let queue = Arc::clone(&script);
        let play =
            move |_: &Seen| lock(&queue).pop_front().unwrap_or_else(|| Reply::new(599, "the script is at its end"));
        Self::serve(0, Some(identity.acceptor()), script, Arc::new(play)).await
    }

    async fn serve(
        port: u16,
        tls: Option<TlsAcceptor>,
        script: Arc<Mutex<VecDeque<Reply>>>,
        handler: Arc<Handler>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let log: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let encrypted = tls.is_some();
        let noted = Arc::clone(&log);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, log, tls) = (Arc::clone(&handler), Arc::clone(&noted), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => connection(stream, handler, log).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                connection(stream, handler, log).await;
                            }
                        }
                    }
                });
            }
        });
        Ok(Self { address, encrypted, log, script, serving })
    }

    /// Adds an answer to the script.
    pub fn answer(&self, reply: Reply) {
        lock(&self.script).push_back(reply);
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.log).clone()
    }

    /// `http://127.0.0.1:PORT`, or `https://localhost:PORT`.
    pub fn url(&self) -> String {
        if self.encrypted { format!("https://localhost:{}", self.port()) } else { format!("http://{}", self.address) }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn connection<S>(stream: S, handler: Arc<Handler>, log: Arc<Mutex<Vec<Seen>>>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let (handler, log) = (Arc::clone(&handler), Arc::clone(&log));
        async move {
            let seen = note(request).await;
            lock(&log).push(seen.clone());
            let reply = handler(&seen);
            if reply.silent {
                std::future::pending::<()>().await;
            }
            if !reply.delay.is_zero() {
                tokio::time::sleep(reply.delay).await;
            }
            Ok::<_, Infallible>(response(reply))
        }
    });
    // A caller that goes away, and an answer that is cut on purpose, both end here; neither matters to the server.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn note(request: Request<Incoming>) -> Seen {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter();
    Seen {
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        headers: headers.map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect(),
        body: body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default(),
    }
}

fn response(reply: Reply) -> Response<Playing> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    if !reply.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        builder = builder.header("content-type", "application/json");
    }
    if reply.end != End::Complete {
        builder = builder.header("content-length", reply.body.len() * reply.times + 64);
    }
    let playing = Playing { piece: reply.body, left: reply.times, end: reply.end };
    // A header that cannot be sent is a fault of the test's own data; it shows as an answer that nobody expects.
    builder
        .body(playing)
        .unwrap_or_else(|_| Response::new(Playing { piece: Bytes::new(), left: 0, end: End::Complete }))
}

/// A body that is sent piece by piece and may end badly.
struct Playing {
    piece: Bytes,
    left: usize,
    end: End,
}

impl http_body::Body for Playing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left > 0 && !self.piece.is_empty() {
            self.left -= 1;
            return Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))));
        }
        match self.end {
            End::Complete => Poll::Ready(None),
            End::Cut => Poll::Ready(Some(Err(io::Error::other("cut on purpose")))),
            End::Stall => Poll::Pending,
        }
    }
}
