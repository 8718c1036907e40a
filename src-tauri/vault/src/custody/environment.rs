//! The master key in an environment variable: the caller keeps it, we only read it.

use super::{Envelope, Facts, KeyCustody, key_from_base64};
use crate::error::CustodyError;
use crate::model::SecretText;
use crate::seal::Key;

/// The variable's value.
pub(crate) struct EnvironmentKey<'a>(pub &'a SecretText);

impl EnvironmentKey<'_> {
    /// The key in it.
    pub(crate) fn key(&self) -> Result<Key, CustodyError> {
        // Needed in plain to be decoded.
        self.0.with(key_from_base64).map_err(CustodyError::BadEnvironmentKey)
    }
}

#[async_trait::async_trait]
impl KeyCustody for EnvironmentKey<'_> {
    async fn fetch(&self, _: &Facts) -> Result<Key, CustodyError> {
        self.key()
    }

    async fn keep(&self, _: &Facts, key: &Key) -> Result<Option<Envelope>, CustodyError> {
        if self.key()?.same(key) { Ok(None) } else { Err(CustodyError::WrongKey) }
    }

    async fn forget(&self, _: &Facts) -> Result<(), CustodyError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn read(text: &str) -> Result<[u8; 32], &'static str> {
        key_from_base64(text).map(|key| *key.bytes())
    }

    #[test]
    fn both_alphabets_with_and_without_padding() {
        let standard = "++//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let expected = read(standard).unwrap();
        assert_eq!(expected[..3], [0xfb, 0xef, 0xff]);
        let url_safe = standard.replace('+', "-").replace('/', "_");
        for text in
            [standard.trim_end_matches('='), &url_safe, url_safe.trim_end_matches('='), &format!(" {standard}\n")]
        {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_the_reason() {
        assert_eq!(read(""), Err("it has another length"));
        assert_eq!(read("AAAA"), Err("it has another length"));
        assert_eq!(read("not base64!"), Err("it is not base64"));
        assert_eq!(read(&"A".repeat(44)), Err("it has another length"));
        assert_eq!(read(&format!("{}+-", "A".repeat(41))), Err("it is not base64"));
    }
}
