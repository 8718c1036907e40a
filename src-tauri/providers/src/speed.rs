//! How long detection and the loading of the catalogue take. Measured on a release build by `cargo xtask bench detect`
//! and `cargo xtask bench catalogue`; asserts no time.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use crate::detect::detect;
use crate::{Catalogue, Provider, catalogue};

const ROUNDS: usize = 501;

/// Median and worst time of some work, in microseconds.
fn timed(mut work: impl FnMut()) -> (f64, f64) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[ROUNDS / 2], times[ROUNDS - 1])
}

#[test]
#[ignore = "a measurement, run by `cargo xtask bench detect`"]
fn detection() {
    let catalogue = Catalogue::builtin();
    let begin = Instant::now();
    black_box(detect(&catalogue, "FAKE"));
    let providers = catalogue.providers().count();
    println!("Detection of one pasted value among {providers} providers, medians of {ROUNDS} (and the worst)");
    println!("  the very first, with reading the catalogue {:>8.1} µs", begin.elapsed().as_secs_f64() * 1e6);
    for (what, value) in [
        ("a key with a beginning of its own", format!("sk-ant-api03-{}AA", "FAKE-fake".repeat(11).get(..93).unwrap())),
        ("32 hexadecimal digits", "fa4e0123".repeat(4)),
        ("40 letters and digits", "FAKE0123fa".repeat(4)),
        ("a name and 40 letters", format!("export DEEPGRAM_API_KEY={}", "FAKE0123fa".repeat(4))),
        ("a token in three parts", format!("eyJ{0}.eyJ{0}.{0}", "FAKE0123".repeat(20))),
        ("a sentence", "The quick brown fox jumps over the lazy dog.".to_owned()),
        ("an address", "https://fake.example.com/openai/v1".to_owned()),
    ] {
        let (median, worst) = timed(|| drop(black_box(detect(&catalogue, black_box(&value)))));
        println!("  {what:<42} {median:>8.1} µs ({worst:.1})");
    }
}

#[test]
#[ignore = "a measurement, run by `cargo xtask bench catalogue`"]
fn loading() {
    let files = catalogue::FILES;
    let load = || -> Vec<Provider> { files.iter().filter_map(|(_, text)| toml::from_str(text).ok()).collect() };
    assert_eq!(load().len(), files.len());
    let check = || files.iter().all(|(id, text)| catalogue::parse(Path::new(id), text).is_ok());
    assert!(check());
    println!("The whole catalogue, {} files, medians of {ROUNDS} (and the worst)", files.len());
    let (median, worst) = timed(|| drop(black_box(load())));
    println!("  loading              {:>8.2} ms ({:.2})", median / 1e3, worst / 1e3);
    let (median, worst) = timed(|| {
        black_box(check());
    });
    println!("  loading and checking {:>8.2} ms ({:.2})", median / 1e3, worst / 1e3);
}
