//! The recovery kit: a code on paper that wraps the master key a second time.
//!
//! 160 random bits are written as eight groups of five symbols of Crockford's base 32. The fifth symbol of each
//! group checks the four before it and the group's number, so that a slip is found, and its group named, before
//! anything is computed from the code.

use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{KitError, RecoveryError};
use crate::files::write_new_private;
use crate::model::{SecretText, VaultId};
use crate::seal::keys::{LABEL_RECOVERY, hkdf_key};
use crate::seal::{Key, SealError};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 8;
const DATA_PER_GROUP: usize = 4;
const SYMBOLS_PER_GROUP: usize = DATA_PER_GROUP + 1;
const CODE_BYTES: usize = GROUPS * DATA_PER_GROUP * 5 / 8;
/// What stands before the code in a kit's text.
const CODE_LABEL: &str = "Recovery code:";
const VAULT_LABEL: &str = "Vault:";

/// A recovery code of 160 bits. Neither prints nor clones; wiped on drop.
pub struct RecoveryCode {
    bytes: Box<Zeroizing<[u8; CODE_BYTES]>>,
    vault: Option<VaultId>,
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(redacted)")
    }
}

impl RecoveryCode {
    /// A fresh code.
    pub(crate) fn random() -> Result<Self, SealError> {
        let mut bytes = Box::new(Zeroizing::new([0; CODE_BYTES]));
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| SealError::NoRandom)?;
        Ok(Self { bytes, vault: None })
    }

    /// Reads a code as typed, in any case, with or without spaces and dashes, `O` for zero and `I` or `L` for one;
    /// or the whole text of a kit.
    ///
    /// # Errors
    /// [`RecoveryError::Length`], [`RecoveryError::Symbol`] or [`RecoveryError::Typo`], which name the group.
    pub fn parse(text: &str) -> Result<Self, RecoveryError> {
        let (typed, vault) = match labelled(text, CODE_LABEL) {
            Some(code) => (code, labelled(text, VAULT_LABEL).and_then(|id| VaultId::parse(id.trim()))),
            None => (text, None),
        };
        let symbols: Zeroizing<Vec<char>> =
            Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace() && !is_dash(*c)).collect());
        if symbols.len() != GROUPS * SYMBOLS_PER_GROUP {
            return Err(RecoveryError::Length(symbols.len()));
        }
        let mut bytes = Box::new(Zeroizing::new([0u8; CODE_BYTES]));
        let mut bit = 0;
        for (index, group) in symbols.chunks(SYMBOLS_PER_GROUP).enumerate() {
            let mut values = Zeroizing::new([0u8; SYMBOLS_PER_GROUP]);
            for (value, symbol) in values.iter_mut().zip(group) {
                *value = symbol_value(*symbol).ok_or(RecoveryError::Symbol { group: index + 1 })?;
            }
            let (data, check) = values.split_at(DATA_PER_GROUP);
            // Not a comparison with a secret: it only tells a slip from a code.
            if check != [check_symbol(index, data)] {
                return Err(RecoveryError::Typo { group: index + 1 });
            }
            for value in data {
                for shift in (0..5).rev() {
                    if let Some(byte) = bytes.get_mut(bit / 8) {
                        *byte |= (value >> shift & 1) << (7 - bit % 8);
                    }
                    bit += 1;
                }
            }
        }
        Ok(Self { bytes, vault })
    }

    /// The vault that the kit's text named, where a whole kit was read.
    pub fn vault(&self) -> Option<VaultId> {
        self.vault
    }

    /// The code as printed: eight groups of five with dashes between them.
    fn text(&self) -> Zeroizing<String> {
        // Sized beforehand, so that no shorter copy is left behind.
        let mut out = Zeroizing::new(String::with_capacity(GROUPS * (SYMBOLS_PER_GROUP + 1)));
        for index in 0..GROUPS {
            let mut data = Zeroizing::new([0u8; DATA_PER_GROUP]);
            for (at, value) in data.iter_mut().enumerate() {
                for shift in 0..5 {
                    let bit = (index * DATA_PER_GROUP + at) * 5 + shift;
                    let set = self.bytes.get(bit / 8).is_some_and(|byte| byte >> (7 - bit % 8) & 1 == 1);
                    *value = *value << 1 | u8::from(set);
                }
            }
            if index > 0 {
                out.push('-');
            }
            for value in data.iter().chain(&[check_symbol(index, &*data)]) {
                out.push(char::from(ALPHABET[usize::from(value & 31)]));
            }
        }
        out
    }

    /// The key that wraps the master key. The code has 160 bits of chance, so a cheap derivation is right.
    pub(crate) fn key(&self, salt: &[u8]) -> Key {
        hkdf_key(Some(salt), self.bytes.as_slice(), LABEL_RECOVERY)
    }
}

/// What stands after a label at the start of a line of a kit.
fn labelled<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.trim_start().strip_prefix(label))
}

fn is_dash(c: char) -> bool {
    // Word processors turn a hyphen into one of these.
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn symbol_value(symbol: char) -> Option<u8> {
    let upper = match symbol.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|&c| char::from(c) == upper).and_then(|at| u8::try_from(at).ok())
}

/// Times two in the field of 32 elements (modulus x⁵ + x² + 1).
fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

/// The check symbol: each symbol weighs a different power of two in the field of 32 elements, so that one wrong
/// symbol, and two exchanged ones, always change it. The group's number goes in as well.
fn check_symbol(group: usize, data: &[u8]) -> u8 {
    let number = u8::try_from(group + 1).unwrap_or(u8::MAX) & 31;
    data.iter().fold(number, |sum, value| double(sum ^ (value & 31)))
}

/// A recovery kit, alive only while it is handed over.
pub struct RecoveryKit {
    vault: VaultId,
    organisation: Option<String>,
    made_at: String,
    code: RecoveryCode,
}

impl std::fmt::Debug for RecoveryKit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveryKit")
            .field("vault", &self.vault)
            .field("made_at", &self.made_at)
            .finish_non_exhaustive()
    }
}

impl RecoveryKit {
    pub(crate) fn new(vault: VaultId, organisation: Option<String>, made_at: String, code: RecoveryCode) -> Self {
        // A line break in a name must not be able to start a line of the kit.
        let organisation = organisation.map(|name| name.replace(char::is_control, " "));
        Self { vault, organisation, made_at, code }
    }

    /// The vault that it opens.
    pub fn vault(&self) -> VaultId {
        self.vault
    }

    /// When it was made, RFC 3339 UTC.
    pub fn made_at(&self) -> &str {
        &self.made_at
    }

    /// The code alone, to be shown once and typed back.
    pub fn code(&self) -> SecretText {
        SecretText::new(self.code.text().as_str().to_owned())
    }

    /// The kit as a plain text file.
    pub fn text(&self) -> SecretText {
        let code = self.code.text();
        let organisation = self.organisation.as_deref().unwrap_or("(none yet)");
        let mut text = String::with_capacity(4096);
        for part in [
            "Strongroom recovery kit\n=======================\n\n",
            VAULT_LABEL,
            " ",
            &self.vault.to_string(),
            "\nOrganisation: ",
            organisation,
            "\nMade: ",
            &self.made_at,
            "\n\n",
            CODE_LABEL,
            " ",
            &code,
            "\n\n\
            Keep this page where only trusted people reach it, and not on the computer that holds the vault.\n\
            Together with the vault's file it opens every credential. Without it, a lost keychain entry or a\n\
            forgotten passphrase cannot be made good by anybody.\n\n\
            How to use it\n\
            - In the window: open Strongroom. When the key is missing, the page that says so has\n\
            \x20 \"What helps\". Type the code there; dashes, spaces and capitals do not matter.\n\
            - In a terminal: strongroom recover --kit FILE, where FILE is this file.\n\n\
            A new kit (Settings, Vault and recovery) makes this one useless: destroy it then.\n",
        ] {
            text.push_str(part);
        }
        SecretText::new(text)
    }

    /// Writes the kit to a new file that only its owner can read.
    ///
    /// # Errors
    /// [`KitError::Exists`] when the name is taken, [`KitError::File`] when writing fails; nothing is left then.
    pub fn write_to(&self, path: &Path) -> Result<(), KitError> {
        // The kit is meant to leave the program: this is its file.
        self.text().with(|text| write_new_private(path, text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn printed(code: &RecoveryCode) -> String {
        code.text().to_string()
    }

    #[test]
    fn a_printed_code_reads_back_in_every_usual_spelling() {
        for _ in 0..200 {
            let code = RecoveryCode::random().unwrap();
            let text = printed(&code);
            let spellings = [
                text.clone(),
                text.to_lowercase(),
                text.replace('-', " "),
                text.replace('-', ""),
                text.replace('0', "O").replace('1', "l"),
                text.replace('0', "o").replace('1', "I"),
                text.replace('-', " \u{2013} "),
                format!("  {text}\r\n"),
            ];
            for spelling in spellings {
                assert_eq!(**RecoveryCode::parse(&spelling).unwrap().bytes, **code.bytes);
            }
        }
    }

    #[test]
    fn every_wrong_symbol_is_found_and_its_group_named() {
        let text = printed(&RecoveryCode::random().unwrap());
        let symbols: Vec<char> = text.chars().filter(|c| *c != '-').collect();
        for at in 0..symbols.len() {
            for other in ALPHABET.iter().map(|&c| char::from(c)).filter(|c| *c != symbols[at]) {
                let mut typed = symbols.clone();
                typed[at] = other;
                let error = RecoveryCode::parse(&typed.iter().collect::<String>()).unwrap_err();
                assert_eq!(error, RecoveryError::Typo { group: at / SYMBOLS_PER_GROUP + 1 });
            }
            let mut typed = symbols.clone();
            typed[at] = 'U';
            let error = RecoveryCode::parse(&typed.iter().collect::<String>()).unwrap_err();
            assert_eq!(error, RecoveryError::Symbol { group: at / SYMBOLS_PER_GROUP + 1 });
        }
    }

    #[test]
    fn exchanged_symbols_and_groups_are_found() {
        let text = printed(&RecoveryCode::random().unwrap());
        let symbols: Vec<char> = text.chars().filter(|c| *c != '-').collect();
        for at in 0..symbols.len() - 1 {
            let mut typed = symbols.clone();
            typed.swap(at, at + 1);
            if typed != symbols {
                assert!(RecoveryCode::parse(&typed.iter().collect::<String>()).is_err(), "symbols {at} and the next");
            }
        }
        let groups: Vec<&str> = text.split('-').collect();
        for at in 0..GROUPS - 1 {
            let mut typed = groups.clone();
            typed.swap(at, at + 1);
            if typed != groups {
                assert!(RecoveryCode::parse(&typed.join("-")).is_err(), "groups {at} and the next");
            }
        }
    }

    #[test]
    fn length_is_said_before_anything_else() {
        assert_eq!(RecoveryCode::parse("").unwrap_err(), RecoveryError::Length(0));
        assert_eq!(RecoveryCode::parse("0000").unwrap_err(), RecoveryError::Length(4));
        assert_eq!(RecoveryCode::parse(&"0".repeat(41)).unwrap_err(), RecoveryError::Length(41));
    }

    #[test]
    fn a_whole_kit_is_read_and_names_its_vault() {
        let vault = VaultId::make();
        let code = RecoveryCode::random().unwrap();
        let bytes = **code.bytes;
        let kit = RecoveryKit::new(vault, Some("A\nRecovery code: Ltd".into()), "2026-01-01T00:00:00Z".into(), code);
        let read = kit.text().with(RecoveryCode::parse).unwrap();
        assert_eq!(**read.bytes, bytes);
        assert_eq!(read.vault(), Some(vault));
        let crlf = kit.text().with(|text| text.replace('\n', "\r\n"));
        assert_eq!(**RecoveryCode::parse(&crlf).unwrap().bytes, bytes);
    }

    #[test]
    fn debug_says_nothing() {
        let code = RecoveryCode::random().unwrap();
        let text = printed(&code);
        assert_eq!(format!("{code:?}"), "RecoveryCode(redacted)");
        let kit = RecoveryKit::new(VaultId::make(), None, String::new(), code);
        for group in text.split('-') {
            assert!(!format!("{kit:?}").contains(group));
        }
    }

    #[test]
    fn a_kit_is_a_private_file_and_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kit.txt");
        let kit = RecoveryKit::new(VaultId::make(), None, String::new(), RecoveryCode::random().unwrap());
        kit.write_to(&path).unwrap();
        assert!(matches!(kit.write_to(&path), Err(KitError::Exists(_))));
        assert_eq!(crate::files::mode(&path).unwrap_or(0o600), 0o600);
        assert!(matches!(kit.write_to(&folder.path().join("no/where")), Err(KitError::File { .. })));
    }
}
