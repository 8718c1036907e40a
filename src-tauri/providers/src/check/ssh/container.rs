//! Recognises what was pasted: which kind of key file it is, and what is wrong with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ssh_key::{PrivateKey, PublicKey};
use zeroize::Zeroizing;

use super::short_number;

/// Why a text is no private key that can be read. The sentence never holds a part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyProblem {
    #[error(
        "This is a public key. The private key belongs here: it begins with -----BEGIN, in the file without the ending .pub."
    )]
    Public,
    #[error(
        "This is a PuTTY key (.ppk). Convert it: PuTTYgen → Conversions → Export OpenSSH key, or `puttygen key.ppk -O private-openssh -o key`."
    )]
    Putty,
    #[error("This is a certificate, not a private key.")]
    Certificate,
    #[error("This is no private key: one begins with a line like -----BEGIN OPENSSH PRIVATE KEY-----.")]
    NotAKey,
    #[error("The beginning of the key is missing: its first line is like -----BEGIN OPENSSH PRIVATE KEY-----.")]
    NoBeginning,
    #[error("The key is cut off: its last line, -----END … PRIVATE KEY-----, is missing. Copy the whole file.")]
    NoEnd,
    #[error("There are several keys here. Paste one.")]
    Several,
    #[error("The key is damaged or cut short between its first and last line. Copy the whole file again.")]
    Damaged,
    #[error(
        "This kind of key cannot be read here, so it can be stored but not proven. Usual kinds are ed25519, ecdsa and rsa."
    )]
    Unsupported,
}

/// Why a text is no public key that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PublicProblem {
    #[error("This is a private key. It belongs into the field for the private key, where it is sealed.")]
    Private,
    #[error(
        "This is a public key in another format. Convert it with `ssh-keygen -i -f key.pub` and paste the one line."
    )]
    OtherFormat,
    #[error("This is no public key: one is a single line such as ssh-ed25519 AAAA… comment.")]
    NotAKey,
}

/// A private key file, still closed where it is encrypted.
#[derive(Debug)]
pub(crate) enum Container {
    /// `openssh-key-v1`, clear or encrypted; its public half is always readable.
    OpenSsh(Box<PrivateKey>),
    /// `RSA PRIVATE KEY`.
    Pkcs1(Zeroizing<Vec<u8>>),
    /// `EC PRIVATE KEY`.
    Sec1(Zeroizing<Vec<u8>>),
    /// `PRIVATE KEY`.
    Pkcs8(Zeroizing<Vec<u8>>),
    /// `ENCRYPTED PRIVATE KEY`.
    EncryptedPkcs8(Vec<u8>),
    /// `RSA` or `EC PRIVATE KEY` with the headers of OpenSSL's old encryption.
    Legacy(Legacy),
}

/// A PEM block that OpenSSL's old method encrypted.
#[derive(Debug)]
pub(crate) struct Legacy {
    /// Whether the block holds SEC1 rather than PKCS#1.
    pub is_ec: bool,
    /// Name of the cipher, such as `AES-128-CBC`.
    pub cipher: String,
    /// Initialisation vector; its beginning is the salt of the passphrase.
    pub iv: Vec<u8>,
    /// The encrypted bytes.
    pub body: Vec<u8>,
}

impl Container {
    /// Whether a passphrase is needed.
    pub fn is_encrypted(&self) -> bool {
        match self {
            Self::OpenSsh(key) => key.is_encrypted(),
            Self::EncryptedPkcs8(_) | Self::Legacy(_) => true,
            Self::Pkcs1(_) | Self::Sec1(_) | Self::Pkcs8(_) => false,
        }
    }
}

/// Reads a private key as it was pasted: with CRLF, indented, quoted as one line with `\n`, without a last line break.
pub(crate) fn read(text: &str) -> Result<Container, KeyProblem> {
    let text = Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n"));
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let Some(begin) = lines.iter().position(|line| line.starts_with("-----BEGIN ")) else {
        return Err(without_beginning(&lines));
    };
    let label = lines.get(begin).and_then(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
    let label = label.ok_or(KeyProblem::Damaged)?;
    match label {
        "PUBLIC KEY" | "RSA PUBLIC KEY" => return Err(KeyProblem::Public),
        "CERTIFICATE" => return Err(KeyProblem::Certificate),
        _ if !label.ends_with("PRIVATE KEY") => return Err(KeyProblem::NotAKey),
        _ => {}
    }
    let inside = lines.get(begin + 1..).unwrap_or_default();
    let Some(end) = inside.iter().position(|line| line.starts_with("-----END ")) else { return Err(KeyProblem::NoEnd) };
    let closes = inside.get(end).and_then(|line| line.strip_prefix("-----END ")?.strip_suffix("-----")) == Some(label);
    let (inside, after) = inside.split_at_checked(end).unwrap_or_default();
    if inside.iter().chain(after).any(|line| line.starts_with("-----BEGIN ")) {
        return Err(KeyProblem::Several);
    }
    if !closes {
        return Err(KeyProblem::Damaged);
    }
    let (headers, body): (Vec<&str>, Vec<&str>) = inside.iter().partition(|line| line.contains(':'));
    let body = Zeroizing::new(body.concat());
    let bytes = Zeroizing::new(STANDARD.decode(body.as_bytes()).map_err(|_| KeyProblem::Damaged)?);
    if let Some(legacy) = legacy(label, &headers, &bytes)? {
        return Ok(Container::Legacy(legacy));
    }
    match label {
        "OPENSSH PRIVATE KEY" => match PrivateKey::from_bytes(&bytes) {
            Ok(key) => Ok(Container::OpenSsh(Box::new(key))),
            Err(ssh_key::Error::AlgorithmUnknown | ssh_key::Error::AlgorithmUnsupported { .. }) => {
                Err(KeyProblem::Unsupported)
            }
            Err(_) => match short_number::read(&bytes) {
                Some(key) => Ok(Container::OpenSsh(Box::new(key))),
                None => Err(KeyProblem::Damaged),
            },
        },
        "RSA PRIVATE KEY" => Ok(Container::Pkcs1(bytes)),
        "EC PRIVATE KEY" => Ok(Container::Sec1(bytes)),
        "PRIVATE KEY" => Ok(Container::Pkcs8(bytes)),
        "ENCRYPTED PRIVATE KEY" => Ok(Container::EncryptedPkcs8(bytes.to_vec())),
        _ => Err(KeyProblem::Unsupported),
    }
}

fn without_beginning(lines: &[&str]) -> KeyProblem {
    match lines.first() {
        Some(line) if line.starts_with("PuTTY-User-Key-File-") => KeyProblem::Putty,
        Some(line) if line.starts_with("---- BEGIN SSH2 PUBLIC KEY") => KeyProblem::Public,
        Some(line) if public(line).is_ok() || looks_public(line) => KeyProblem::Public,
        _ if lines.iter().any(|line| line.starts_with("-----END ")) => KeyProblem::NoBeginning,
        _ => KeyProblem::NotAKey,
    }
}

fn looks_public(line: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].iter().any(|start| line.starts_with(start))
        && line.contains(" AAAA")
}

/// The headers `Proc-Type: 4,ENCRYPTED` and `DEK-Info: cipher,iv` of RFC 1421.
fn legacy(label: &str, headers: &[&str], body: &[u8]) -> Result<Option<Legacy>, KeyProblem> {
    let value = |name: &str| {
        let found = headers.iter().filter_map(|line| line.split_once(':')).find(|(known, _)| known.trim() == name);
        found.map(|(_, value)| value.trim())
    };
    if !value("Proc-Type").is_some_and(|kind| kind.ends_with("ENCRYPTED")) {
        return Ok(None);
    }
    let (cipher, iv) = value("DEK-Info").and_then(|info| info.split_once(',')).ok_or(KeyProblem::Damaged)?;
    let is_ec = match label {
        "RSA PRIVATE KEY" => false,
        "EC PRIVATE KEY" => true,
        _ => return Err(KeyProblem::Unsupported),
    };
    let iv = unhex(iv.trim()).ok_or(KeyProblem::Damaged)?;
    Ok(Some(Legacy { is_ec, cipher: cipher.trim().to_owned(), iv, body: body.to_vec() }))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// Reads a public key as one line; options before it and a comment behind it are let through, and of a certificate the
/// key inside is taken.
pub(crate) fn public(text: &str) -> Result<PublicKey, PublicProblem> {
    if text.contains("PRIVATE KEY-----") || text.contains("PuTTY-User-Key-File-") {
        return Err(PublicProblem::Private);
    }
    let line = text.trim();
    if line.starts_with("-----BEGIN ") || line.starts_with("---- BEGIN ") {
        return Err(PublicProblem::OtherFormat);
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let found = words.windows(2).find_map(|pair| match pair {
        [kind, blob] if blob.starts_with("AAAA") => Some((*kind, *blob)),
        _ => None,
    });
    let (kind, blob) = found.ok_or(PublicProblem::NotAKey)?;
    match kind.strip_suffix("-cert-v01@openssh.com") {
        Some(kind) => inside_certificate(kind, blob),
        None => PublicKey::from_openssh(&format!("{kind} {blob}")).ok(),
    }
    .ok_or(PublicProblem::NotAKey)
}

/// The key that a certificate wraps. The crate refuses certificates that are valid for ever, which is what `ssh-keygen`
/// makes, and only the key's own parts are needed: they follow the kind and a random text.
fn inside_certificate(kind: &str, blob: &str) -> Option<PublicKey> {
    let bytes = STANDARD.decode(blob).ok()?;
    let mut rest = bytes.as_slice();
    let mut next = || {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let (part, tail) = tail.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        rest = tail;
        Some(part)
    };
    let (_kind, _random) = (next()?, next()?);
    let (name, parts) = match kind {
        "ssh-ed25519" => (kind.to_owned(), 1),
        "ssh-rsa" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "ecdsa-sha2-nistp521" => (kind.to_owned(), 2),
        "sk-ssh-ed25519" => (format!("{kind}@openssh.com"), 2),
        "sk-ecdsa-sha2-nistp256" => (format!("{kind}@openssh.com"), 3),
        _ => return None,
    };
    let mut key = Vec::new();
    let mut add = |part: &[u8]| {
        key.extend(u32::try_from(part.len()).unwrap_or_default().to_be_bytes());
        key.extend(part);
    };
    add(name.as_bytes());
    for _ in 0..parts {
        add(next()?);
    }
    PublicKey::from_bytes(&key).ok()
}
