//! How long sealing and opening one credential takes without the database. Measured on a release build by
//! `cargo xtask bench seal`; asserts no time.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use super::{Key, Place, Purpose, open_key, open_text, seal_key, seal_text};
use crate::model::{CredentialId, KeyId, SecretText, VaultId};

const ROUNDS: usize = 2001;

/// The median time of some work, in microseconds.
fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

#[test]
#[ignore = "a measurement, run by `cargo xtask bench seal`"]
fn seal_and_open() {
    let (scope_key, fingerprints, vault) = (Key::random().unwrap(), Key::random().unwrap(), VaultId::make());
    let (credential, key_id) = (CredentialId::make().to_string(), KeyId::make());
    let name = key_id.to_string();
    let place = |purpose, field, sealed_by| Place {
        purpose,
        vault,
        scope: "system",
        credential: &credential,
        field,
        sealed_by,
        generation: 1,
        parameters: b"",
    };
    let (of_key, of_field) =
        (place(Purpose::DataKey, name.as_str(), KeyId::make()), place(Purpose::Field, "api_key", key_id));
    let secret = SecretText::new(format!("sk-fake-{}", "0123456789abcdef".repeat(6)));

    // As the store does it: a fresh data key, wrapped; the field sealed; its fingerprint for finding duplicates.
    let seal = || {
        let key = Key::random().unwrap();
        let wrapped = seal_key(&scope_key, &of_key, &key).unwrap();
        (wrapped, seal_text(&key, &of_field, &secret).unwrap(), fingerprints.fingerprint(&secret))
    };
    let (wrapped, blob, _) = seal();
    let open = || open_text(&open_key(&scope_key, &of_key, &wrapped).unwrap(), &of_field, &blob).unwrap();
    assert!(open().with(|opened| secret.with(|sealed| opened == sealed)));

    println!("One credential with a secret of 104 bytes, medians of {ROUNDS}, no database");
    println!("  sealing {:>6.1} µs", median(|| drop(black_box(seal()))));
    println!("  opening {:>6.1} µs", median(|| drop(black_box(open()))));
}
