//! Certificates for encrypted stand-ins: a good one and the usual bad ones.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Why no identity could be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate.
    #[error("no certificate could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The server's set-up.
    #[error("no encrypted server could be set up: {0}")]
    Server(#[from] rustls::Error),
}

/// A server certificate with the authority that signed it.
pub struct Identity {
    authority: String,
    certificate: String,
    key: String,
    config: Arc<ServerConfig>,
}

impl Identity {
    /// A certificate for one host name, valid from year to year. Each call has an authority of its own, so that it is
    /// trusted only by who is given [`authority`](Self::authority).
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn new(host: &str, first_year: i32, last_year: i32) -> Result<Self, TlsError> {
        let mut root = CertificateParams::new(Vec::<String>::new())?;
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.distinguished_name.push(DnType::CommonName, "Stand-in authority");
        let root_key = KeyPair::generate()?;
        let root_certificate = root.self_signed(&root_key)?;
        let issuer = Issuer::new(root, root_key);

        let mut leaf = CertificateParams::new(vec![host.to_owned()])?;
        leaf.not_before = rcgen::date_time_ymd(first_year, 1, 1);
        leaf.not_after = rcgen::date_time_ymd(last_year, 12, 31);
        let leaf_key = KeyPair::generate()?;
        let leaf_certificate = leaf.signed_by(&leaf_key, &issuer)?;

        let chain: Vec<CertificateDer<'static>> = vec![leaf_certificate.der().clone()];
        let key = PrivateKeyDer::Pkcs8(leaf_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self {
            authority: root_certificate.pem(),
            certificate: leaf_certificate.pem(),
            key: leaf_key.serialize_pem(),
            config: Arc::new(config),
        })
    }

    /// The signing authority in PEM form.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The server's certificate in PEM form, for a server of another program.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The certificate's private key in PEM form.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}
