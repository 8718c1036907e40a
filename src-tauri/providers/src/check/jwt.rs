//! Signed tokens (JSON Web Tokens) that a step makes from the credential itself. The `jsonwebtoken` crate writes them; ring,
//! which encrypts this program's connections too, signs.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;
use zeroize::Zeroizing;

use super::request::{BuildProblem, Unready};
use super::rules::{JwtAlgorithm, JwtSign};
use super::template::{Name, Place, Source, Template};

/// The token of a step.
pub(crate) fn make(sign: &JwtSign, source: &Source<'_>) -> Result<Zeroizing<String>, Unready> {
    // Only this program's own set-up is ever installed; a second call finds it there.
    let _ = RING.install_default();
    let key_template = Template::known(&sign.key)?;
    let key_text = key_template.fill(source, Place::Plain)?;
    let field = key_template.first_field();
    if key_text.empty > 0 {
        return Err(missing(&key_template, source).into());
    }
    let (algorithm, key) = match sign.alg {
        JwtAlgorithm::Hs256 => (Algorithm::HS256, EncodingKey::from_secret(key_text.text.as_bytes())),
        JwtAlgorithm::Rs256 => {
            let der = PrivateKeyDer::from_pem_slice(key_text.text.as_bytes())
                .map_err(|_| BuildProblem::new(field.as_deref(), UNREADABLE))?;
            (Algorithm::RS256, EncodingKey::from_rsa_der(der.secret_der()))
        }
    };
    let claims = claims(&Value::Object(sign.claims.clone()), source)?;
    jsonwebtoken::encode(&Header::new(algorithm), &claims, &key)
        .map(Zeroizing::new)
        .map_err(|_| BuildProblem::new(field.as_deref(), UNREADABLE).into())
}

const UNREADABLE: &str = "The private key in it cannot be read. Paste the whole file as it was downloaded.";

/// The claims with their places filled. A text that is nothing but a time becomes a number.
fn claims(value: &Value, source: &Source<'_>) -> Result<Value, Unready> {
    Ok(match value {
        Value::String(text) => {
            let template = Template::known(text)?;
            if let Some([Name::Time(offset)]) = template.only_place() {
                return Ok(source.seconds(*offset).into());
            }
            let filled = template.fill(source, Place::Plain)?;
            if filled.empty > 0 {
                return Err(missing(&template, source).into());
            }
            Value::String(filled.text.to_string())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| claims(item, source)).collect::<Result<_, _>>()?),
        Value::Object(map) => {
            let filled: Result<_, Unready> =
                map.iter().map(|(name, value)| Ok((name.clone(), claims(value, source)?))).collect();
            Value::Object(filled?)
        }
        other => other.clone(),
    })
}

fn missing(template: &Template, source: &Source<'_>) -> BuildProblem {
    let name = template.places().flatten().next();
    let member = match name {
        Some(Name::Field { id, member: Some(member) }) => source.auth.field(id).map(|spec| (&spec.label, member)),
        _ => None,
    };
    let message = member.map_or_else(
        || "A value that the signature needs is missing.".to_owned(),
        |(label, member)| format!("{label} has no `{member}`. Paste the whole file as it was downloaded."),
    );
    BuildProblem::new(name.and_then(Name::field), message)
}

/// Signing by ring; nothing here reads or verifies tokens.
static RING: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(unsupported()),
        rsa_pub_components_from_public_key: |_| Err(unsupported()),
        ec_pub_components_from_private_key: |_, _| Err(unsupported()),
        ed_pub_components_from_private_key: |_, _| Err(unsupported()),
        compute_digest: |_, _| Err(unsupported()),
    },
};

fn unsupported() -> Error {
    ErrorKind::UnsupportedAlgorithm.into()
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256(ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.as_bytes())))),
        Algorithm::RS256 => {
            let pair = KeyPair::from_pkcs8(key.as_bytes()).or_else(|_| KeyPair::from_der(key.as_bytes()));
            pair.map(|pair| Box::new(Rs256(pair)) as Box<dyn JwtSigner>)
                .map_err(|reason| ErrorKind::InvalidRsaKey(reason.to_string()).into())
        }
        _ => Err(unsupported()),
    }
}

struct Hs256(ring::hmac::Key);

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(ring::hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

struct Rs256(KeyPair);

impl Signer<Vec<u8>> for Rs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mut out = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&ring::signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut out)
            .map_err(|_| signature::Error::new())?;
        Ok(out)
    }
}

impl JwtSigner for Rs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}
