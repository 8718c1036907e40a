//! How long detection and the loading of the catalogue take. Measured on a release build by `cargo xtask bench detect`
//! and `cargo xtask bench catalogue`; asserts no time.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use crate::detect::detect;
use crate::lint::Expressions;
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
    let files = catalogue::written();
    let load = |at: usize| files.get(at).and_then(|(_, text)| toml::from_str::<Provider>(text).ok());
    let check = |at: usize, known: &Expressions| {
        files.get(at).and_then(|(id, text)| catalogue::parse(Path::new(id), text, known).ok())
    };
    let all = |parsed: Vec<Option<Provider>>| assert!(parsed.iter().all(Option::is_some));
    // As a folder of own files is read: what is known of expressions begins anew each time.
    let read_all = || {
        let known = Expressions::default();
        catalogue::each(files.len(), |at| check(at, &known))
    };
    let alone = || {
        let known = Expressions::default();
        (0..files.len()).map(|at| check(at, &known)).collect()
    };
    let hands = std::thread::available_parallelism().unwrap();
    println!("The whole catalogue, {} files, medians of {ROUNDS} (and the worst)", files.len());
    let report = |what: &str, work: &dyn Fn() -> Vec<Option<Provider>>| {
        let (median, worst) = timed(|| all(black_box(work())));
        println!("  {what:<40} {:>8.2} ms ({:.2})", median / 1e3, worst / 1e3);
    };
    // What a program that is given credentials waits for.
    let built_in: Vec<String> = Catalogue::builtin().providers().map(|p| serde_json::to_string(p).unwrap()).collect();
    report("loading the built-in ones, by one thread", &|| {
        built_in.iter().map(|text| serde_json::from_str(text).ok()).collect()
    });
    report("loading, by one thread", &|| (0..files.len()).map(load).collect());
    report("loading and checking, by one thread", &alone);
    report(&format!("loading, on {hands} processors"), &|| catalogue::each(files.len(), load));
    report(&format!("loading and checking, on {hands} processors"), &read_all);
}
