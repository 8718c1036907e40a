//! The connection to the mail server: handed out one line at a time before it is encrypted, and bounded.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Gives its reader no byte beyond a line's end until it reads again. So whatever somebody in between puts behind the
/// answer to STARTTLS reaches the encrypted handshake, where it is an error, and is never taken for an answer that came
/// encrypted. After a number of bytes it ends: no sound conversation is that long.
#[derive(Debug)]
pub(super) struct LineByLine {
    stream: BufReader<TcpStream>,
    left: usize,
}

impl LineByLine {
    pub fn new(stream: TcpStream, most: usize) -> Self {
        Self { stream: BufReader::new(stream), left: most }
    }

    /// The same connection, encrypted from the first byte.
    pub async fn encrypt(self, host: &str, roots: &[Vec<u8>]) -> io::Result<Encrypted> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let config = configuration(roots).map_err(io::Error::other)?;
        TlsConnector::from(Arc::new(config)).connect(name, self).await.map(Encrypted)
    }
}

/// As the HTTP client does it: what the system trusts, and the additional authorities.
fn configuration(roots: &[Vec<u8>]) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots: Vec<CertificateDer<'static>> =
        roots.iter().flat_map(|pem| CertificateDer::pem_slice_iter(pem)).filter_map(Result::ok).collect();
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

impl AsyncRead for LineByLine {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let left = self.left;
        let waiting = ready!(Pin::new(&mut self.stream).poll_fill_buf(cx))?;
        let line = waiting.iter().position(|byte| *byte == b'\n').map_or(waiting.len(), |at| at + 1);
        if line > left {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let taken = waiting.get(..line.min(out.remaining())).unwrap_or_default();
        out.put_slice(taken);
        let taken = taken.len();
        self.left -= taken;
        Pin::new(&mut self.stream).consume(taken);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineByLine {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for LineByLine {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().peer_addr()
    }
}

/// An encrypted connection.
#[derive(Debug)]
pub(super) struct Encrypted(TlsStream<LineByLine>);

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, out)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}
