//! OpenSSH's ECDSA keys whose private number is short.
//!
//! OpenSSH writes the number without leading zeros (`mpint` of RFC 4251 section 5), so a sixth of all P-521 keys and
//! one in some hundred of the others have fewer bytes than their curve. Version 0.6.7 of ssh-key reads full length
//! alone; what it refuses is filled up here and read again.

use ssh_encoding::{Decode, Encode, Reader};
use ssh_key::PrivateKey;
use zeroize::Zeroizing;

const MAGIC: &[u8] = b"openssh-key-v1\0";
/// What an unencrypted section is padded to (PROTOCOL.key of OpenSSH).
const BLOCK: usize = 8;

/// Reads a key file that is not encrypted. None where it is no such key.
pub(super) fn read(file: &[u8]) -> Option<PrivateKey> {
    let mut rest = file.strip_prefix(MAGIC)?;
    let (cipher, kdf) = (String::decode(&mut rest).ok()?, String::decode(&mut rest).ok()?);
    let (options, keys) = (Vec::<u8>::decode(&mut rest).ok()?, u32::decode(&mut rest).ok()?);
    if (cipher.as_str(), kdf.as_str(), options.len(), keys) != ("none", "none", 0, 1) {
        return None;
    }
    let outside = Vec::<u8>::decode(&mut rest).ok()?;
    read_section(&Zeroizing::new(Vec::<u8>::decode(&mut rest).ok()?), &outside)
}

/// Opens an encrypted key. None where the passphrase does not fit, or it is no such key.
pub(super) fn decrypt(key: &PrivateKey, passphrase: &str) -> Option<PrivateKey> {
    let (secret, iv) = key.kdf().derive_key_and_iv(key.cipher(), passphrase).ok()?;
    let file = key.to_bytes().ok()?;
    let tag = key.cipher().has_tag().then(|| file.last_chunk().copied()).flatten();
    let mut section = Zeroizing::new(key.key_data().encrypted()?.to_vec());
    key.cipher().decrypt(&secret, &iv, &mut section, tag).ok()?;
    read_section(&section, &key.public_key().to_bytes().ok()?)
}

/// The section with the private half, beside the public half that stands outside of it.
fn read_section(section: &[u8], outside: &[u8]) -> Option<PrivateKey> {
    let filled = filled(section)?;
    let mut file = Zeroizing::new(MAGIC.to_vec());
    for text in ["none", "none", ""] {
        text.encode(&mut *file).ok()?;
    }
    1_u32.encode(&mut *file).ok()?;
    outside.encode(&mut *file).ok()?;
    filled.as_slice().encode(&mut *file).ok()?;
    PrivateKey::from_bytes(&file).ok()
}

fn filled(mut section: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let reader = &mut section;
    let check = (u32::decode(reader).ok()?, u32::decode(reader).ok()?);
    if check.0 != check.1 {
        return None;
    }
    let (kind, curve) = (String::decode(reader).ok()?, String::decode(reader).ok()?);
    let size = match curve.as_str() {
        "nistp256" => 32,
        "nistp384" => 48,
        "nistp521" => 66,
        _ => return None,
    };
    let point = Vec::<u8>::decode(reader).ok()?;
    let number = Zeroizing::new(Vec::<u8>::decode(reader).ok()?);
    let comment = Vec::<u8>::decode(reader).ok()?;
    if number.len() >= size || reader.remaining_len() >= BLOCK * 2 {
        return None;
    }
    let mut whole = Zeroizing::new(vec![0; size - number.len()]);
    whole.extend_from_slice(&number);

    let mut filled = Zeroizing::new(Vec::with_capacity(section.len() + size));
    let into = &mut *filled;
    check.0.encode(into).ok()?;
    check.1.encode(into).ok()?;
    kind.encode(into).ok()?;
    curve.encode(into).ok()?;
    point.encode(into).ok()?;
    whole.as_slice().encode(into).ok()?;
    comment.encode(into).ok()?;
    for byte in 1_u8.. {
        if filled.len().is_multiple_of(BLOCK) {
            break;
        }
        filled.push(byte);
    }
    Some(filled)
}
