//! Decrypts a private key and works out its public half.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockCipher, BlockDecryptMut, KeyInit, KeyIvInit};
use md5::{Digest, Md5};
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode, SecretDocument};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Kdf as PasswordKdf;
use pkcs8::{EncryptedPrivateKeyInfo, ObjectIdentifier, PrivateKeyInfo};
use ssh_key::private::{EcdsaKeypair, Ed25519Keypair, KeypairData};
use ssh_key::public::{EcdsaPublicKey, KeyData, RsaPublicKey};
use ssh_key::{Kdf, Mpint, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use super::container::{Container, Legacy};
use super::short_number;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The most work that a key file may ask for; usual files ask for less than a hundredth. A hostile one must not stop
/// the program.
const MOST_BCRYPT_ROUNDS: u32 = 1024;
const MOST_PBKDF2_ITERATIONS: u32 = 10_000_000;
const MOST_SCRYPT_COST: u64 = 1 << 18;

/// Why a key that was recognised gave no public half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// The passphrase does not fit.
    WrongPassphrase,
    /// The bytes are no key of the kind that the file names, or their halves contradict each other.
    Damaged,
    /// A kind of key or of encryption that is not read here.
    Unsupported,
    /// The file asks for more work than any usual one.
    TooMuchWork,
}

/// The public half of a key with its comment. An encrypted key needs its passphrase.
pub(crate) fn public_half(container: &Container, passphrase: &str) -> Result<PublicKey, Closed> {
    match container {
        Container::OpenSsh(key) if key.is_encrypted() => {
            if matches!(key.kdf(), Kdf::Bcrypt { rounds, .. } if *rounds > MOST_BCRYPT_ROUNDS) {
                return Err(Closed::TooMuchWork);
            }
            let open = key.decrypt(passphrase).ok().or_else(|| short_number::decrypt(key, passphrase));
            let open = open.ok_or(Closed::WrongPassphrase)?;
            // The public half outside the encryption could belong to another key.
            if open.public_key().key_data() == key.public_key().key_data() {
                derived(&open)
            } else {
                Err(Closed::Damaged)
            }
        }
        Container::OpenSsh(key) => derived(key),
        Container::Pkcs1(der) => pkcs1(der).map(PublicKey::from),
        Container::Sec1(der) => ec(der, Syntax::Sec1).map(PublicKey::from),
        Container::Pkcs8(der) => pkcs8(der),
        Container::EncryptedPkcs8(der) => encrypted_pkcs8(der, passphrase),
        Container::Legacy(legacy) => {
            let der = decrypt_legacy(legacy, passphrase)?;
            let found = if legacy.is_ec { ec(&der, Syntax::Sec1) } else { pkcs1(&der) };
            // A wrong passphrase passes the padding once in a few hundred times; then the bytes are no key.
            found.map(PublicKey::from).map_err(|_| Closed::WrongPassphrase)
        }
    }
}

/// Works the public half out anew where the kind of key allows it, and compares it with the one in the file.
fn derived(key: &PrivateKey) -> Result<PublicKey, Closed> {
    let again = match key.key_data() {
        KeypairData::Ed25519(pair) => Some(KeyData::from(Ed25519Keypair::from_seed(&pair.private.to_bytes()).public)),
        KeypairData::Ecdsa(pair) => Some(KeyData::from(ecdsa(pair)?)),
        KeypairData::Rsa(pair) => {
            // Put together here, because version 0.6.7 of ssh-key takes the first prime twice.
            let number =
                |number: &Mpint| number.as_positive_bytes().map(rsa::BigUint::from_bytes_be).ok_or(Closed::Damaged);
            let primes = vec![number(&pair.private.p)?, number(&pair.private.q)?];
            let (n, e, d) = (number(&pair.public.n)?, number(&pair.public.e)?, number(&pair.private.d)?);
            let key = rsa::RsaPrivateKey::from_components(n, e, d, primes).map_err(|_| Closed::Damaged)?;
            Some(rsa_public(&key)?)
        }
        _ => None,
    };
    if again.is_some_and(|again| again != *key.public_key().key_data()) {
        return Err(Closed::Damaged);
    }
    Ok(key.public_key().clone())
}

fn ecdsa(pair: &EcdsaKeypair) -> Result<EcdsaPublicKey, Closed> {
    let bytes = pair.private_key_bytes();
    let point = match pair {
        EcdsaKeypair::NistP256 { .. } => p256::SecretKey::from_slice(bytes).map(|key| key.public_key().to_sec1_bytes()),
        EcdsaKeypair::NistP384 { .. } => p384::SecretKey::from_slice(bytes).map(|key| key.public_key().to_sec1_bytes()),
        EcdsaKeypair::NistP521 { .. } => p521::SecretKey::from_slice(bytes).map(|key| key.public_key().to_sec1_bytes()),
    };
    EcdsaPublicKey::from_sec1_bytes(&point.map_err(|_| Closed::Damaged)?).map_err(|_| Closed::Damaged)
}

fn pkcs1(der: &[u8]) -> Result<KeyData, Closed> {
    use rsa::pkcs1::DecodeRsaPrivateKey as _;
    rsa_public(&rsa::RsaPrivateKey::from_pkcs1_der(der).map_err(|_| Closed::Damaged)?)
}

/// The public half, once the private numbers are seen to belong to it.
fn rsa_public(key: &rsa::RsaPrivateKey) -> Result<KeyData, Closed> {
    key.validate().map_err(|_| Closed::Damaged)?;
    RsaPublicKey::try_from(key.to_public_key()).map(KeyData::from).map_err(|_| Closed::Damaged)
}

#[derive(Clone, Copy)]
enum Syntax {
    Sec1,
    Pkcs8,
}

/// The curve is the one in whose syntax the bytes can be read.
fn ec(der: &[u8], syntax: Syntax) -> Result<KeyData, Closed> {
    use p256::pkcs8::DecodePrivateKey as _;
    macro_rules! point {
        ($curve:ident) => {
            match syntax {
                Syntax::Sec1 => $curve::SecretKey::from_sec1_der(der).ok(),
                Syntax::Pkcs8 => $curve::SecretKey::from_pkcs8_der(der).ok(),
            }
            .map(|key| key.public_key().to_sec1_bytes())
        };
    }
    let point = point!(p256).or_else(|| point!(p384)).or_else(|| point!(p521)).ok_or(Closed::Damaged)?;
    EcdsaPublicKey::from_sec1_bytes(&point).map(KeyData::from).map_err(|_| Closed::Damaged)
}

fn pkcs8(der: &[u8]) -> Result<PublicKey, Closed> {
    let info = PrivateKeyInfo::try_from(der).map_err(|_| Closed::Damaged)?;
    let data = match info.algorithm.oid {
        RSA => pkcs1(info.private_key)?,
        EC => ec(der, Syntax::Pkcs8)?,
        ED25519 => {
            let seed = OctetStringRef::from_der(info.private_key).map_err(|_| Closed::Damaged)?;
            let seed = seed.as_bytes().try_into().map_err(|_| Closed::Damaged)?;
            KeyData::from(Ed25519Keypair::from_seed(seed).public)
        }
        _ => return Err(Closed::Unsupported),
    };
    Ok(PublicKey::from(data))
}

fn encrypted_pkcs8(der: &[u8], passphrase: &str) -> Result<PublicKey, Closed> {
    let info = EncryptedPrivateKeyInfo::try_from(der).map_err(|_| Closed::Damaged)?;
    if let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm {
        let too_much = match &parameters.kdf {
            PasswordKdf::Pbkdf2(kdf) => kdf.iteration_count > MOST_PBKDF2_ITERATIONS,
            PasswordKdf::Scrypt(kdf) => {
                kdf.cost_parameter > MOST_SCRYPT_COST || kdf.block_size > 32 || kdf.parallelization > 16
            }
            _ => return Err(Closed::Unsupported),
        };
        if too_much {
            return Err(Closed::TooMuchWork);
        }
    } else {
        // PBES1, broken long ago, which the crate names and does not decrypt.
        return Err(Closed::Unsupported);
    }
    let document: SecretDocument = info.decrypt(passphrase).map_err(|_| Closed::WrongPassphrase)?;
    match pkcs8(document.as_bytes()) {
        Err(Closed::Damaged) => Err(Closed::WrongPassphrase),
        other => other,
    }
}

/// OpenSSL's old encryption of PEM blocks, as `ssh-keygen -m PEM` still writes it: MD5 of passphrase and salt is the key.
/// Only read here, to say whether the passphrase fits.
fn decrypt_legacy(legacy: &Legacy, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Closed> {
    let key_length = match legacy.cipher.as_str() {
        "AES-128-CBC" => 16,
        "AES-192-CBC" => 24,
        "AES-256-CBC" => 32,
        _ => return Err(Closed::Unsupported),
    };
    let salt = legacy.iv.get(..8).ok_or(Closed::Damaged)?;
    let mut key = Zeroizing::new(Vec::with_capacity(48));
    let mut last: Zeroizing<Vec<u8>> = Zeroizing::new(Vec::new());
    while key.len() < key_length {
        let digest = Md5::new().chain_update(&*last).chain_update(passphrase).chain_update(salt).finalize();
        last = Zeroizing::new(digest.to_vec());
        key.extend_from_slice(&last);
    }
    let key = key.get(..key_length).ok_or(Closed::Damaged)?;
    match key_length {
        16 => decrypt::<aes::Aes128>(key, legacy),
        24 => decrypt::<aes::Aes192>(key, legacy),
        _ => decrypt::<aes::Aes256>(key, legacy),
    }
}

fn decrypt<C>(key: &[u8], legacy: &Legacy) -> Result<Zeroizing<Vec<u8>>, Closed>
where
    C: BlockCipher + aes::cipher::BlockDecrypt + KeyInit,
{
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, &legacy.iv).map_err(|_| Closed::Damaged)?;
    cipher.decrypt_padded_vec_mut::<Pkcs7>(&legacy.body).map(Zeroizing::new).map_err(|_| Closed::WrongPassphrase)
}
