//! SSH keys as the real `ssh-keygen` and `openssl` write them, and what people paste in their place.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use strongroom_providers::form::{self, Level};
use strongroom_providers::{Catalogue, CheckOutcome, FieldValues, VerdictKind};
use support::{patient, plain_values, secrets};
use tempfile::TempDir;

const PASSPHRASE: &str = "FAKE passphrase 4711";

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A key pair on disk.
struct Pair {
    folder: TempDir,
}

impl Pair {
    /// Made by ssh-keygen. `format` is what `-m` takes.
    fn new(kind: &[&str], format: Option<&str>, passphrase: &str) -> Self {
        let pair = Self { folder: tempfile::tempdir().unwrap() };
        let file = pair.file();
        let mut arguments = vec!["-q", "-N", passphrase, "-C", "robot@build", "-f", file.to_str().unwrap()];
        arguments.extend_from_slice(kind);
        if let Some(format) = format {
            arguments.extend(["-m", format]);
        }
        run("ssh-keygen", &arguments);
        pair
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    fn private(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    fn public(&self) -> String {
        std::fs::read_to_string(self.file().with_extension("pub")).unwrap()
    }

    /// Bits and fingerprint in the words of ssh-keygen.
    fn described(&self) -> (String, String) {
        let line = run("ssh-keygen", &["-l", "-f", self.file().with_extension("pub").to_str().unwrap()]);
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().unwrap(), words.next().unwrap())
    }
}

fn values(private: &str, public: &str, passphrase: &str) -> FieldValues {
    let pairs = [("private_key", private), ("public_key", public.trim()), ("passphrase", passphrase)];
    let catalogue = Catalogue::builtin();
    plain_values(catalogue.provider("ssh-key").unwrap().variant(None).unwrap(), &pairs)
}

async fn check(private: &str, public: &str, passphrase: &str) -> CheckOutcome {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("ssh-key").unwrap();
    let values = values(private, public, passphrase);
    let outcome = patient().check(provider, provider.variant(None).unwrap(), &values).await;
    let shown = format!("{outcome:?}");
    for secret in secrets(&values) {
        // The middle of a key: its beginning is the same in all keys.
        let middle: String = secret.chars().skip(secret.len() / 2).take(24).collect();
        assert!(!shown.contains(middle.trim()), "a secret surfaced: {shown}");
    }
    outcome
}

/// The error at a field of the form.
fn refusal(private: &str, public: &str, field: &str) -> Option<String> {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("ssh-key").unwrap();
    let found = form::validate(provider, provider.variant(None).unwrap(), &values(private, public, ""));
    found.into_iter().find(|p| p.field == field && p.level == Level::Error).map(|p| p.message)
}

/// Kinds and formats that ssh-keygen writes; it keeps ed25519 in its own format.
const KINDS: [(&[&str], &str); 5] = [
    (&["-t", "ed25519"], "ssh-ed25519"),
    (&["-t", "rsa", "-b", "2048"], "ssh-rsa"),
    (&["-t", "ecdsa", "-b", "256"], "ecdsa-sha2-nistp256"),
    (&["-t", "ecdsa", "-b", "384"], "ecdsa-sha2-nistp384"),
    (&["-t", "ecdsa", "-b", "521"], "ecdsa-sha2-nistp521"),
];
const FORMATS: [Option<&str>; 3] = [None, Some("PEM"), Some("PKCS8")];

#[tokio::test]
async fn every_kind_in_every_format_is_read_and_its_pair_proven() {
    for (kind, name) in KINDS {
        for format in FORMATS {
            for passphrase in ["", PASSPHRASE] {
                let what = format!("{name} {format:?} {}", if passphrase.is_empty() { "clear" } else { "encrypted" });
                let pair = Pair::new(kind, format, passphrase);
                assert_eq!(refusal(&pair.private(), &pair.public(), "private_key"), None, "{what}");
                let outcome = check(&pair.private(), &pair.public(), passphrase).await;
                assert_eq!(outcome.verdict, VerdictKind::Works, "{what}: {outcome:?}");
                let (bits, fingerprint) = pair.described();
                for part in [name, &format!("{bits} bits"), &fingerprint, "The public key belongs to it"] {
                    assert!(outcome.evidence.contains(part), "{what} lacks {part}: {}", outcome.evidence);
                }
                let without = check(&pair.private(), "", passphrase).await;
                assert_eq!(without.verdict, VerdictKind::Works, "{what} without its public key");
                assert!(!without.evidence.contains("belongs"), "nothing was compared: {}", without.evidence);
            }
        }
    }
}

/// OpenSSH leaves out leading zeros of the private number, which a sixth of all P-521 keys have.
#[tokio::test]
async fn a_short_private_number_is_read_like_any_other() {
    let short = |pair: &Pair| ssh_key::PrivateKey::from_openssh(pair.private()).is_err();
    let made = || Pair::new(&["-t", "ecdsa", "-b", "521"], None, "");
    let pair = std::iter::repeat_with(made).take(200).find(short).expect("a short number");
    assert_eq!(refusal(&pair.private(), &pair.public(), "private_key"), None);
    let clear = check(&pair.private(), &pair.public(), "").await;
    assert_eq!(clear.verdict, VerdictKind::Works, "{clear:?}");
    assert_eq!(check(&pair.private(), &made().public(), "").await.field.as_deref(), Some("public_key"));

    for cipher in ["aes256-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"] {
        let file = pair.file();
        run("ssh-keygen", &["-q", "-p", "-P", "", "-N", PASSPHRASE, "-Z", cipher, "-f", file.to_str().unwrap()]);
        let sealed = check(&pair.private(), &pair.public(), PASSPHRASE).await;
        assert_eq!(sealed.verdict, VerdictKind::Works, "{cipher}: {sealed:?}");
        let wrong = check(&pair.private(), &pair.public(), "FAKE wrong words 0815").await;
        assert_eq!((wrong.verdict, wrong.field.as_deref()), (VerdictKind::Rejected, Some("passphrase")), "{cipher}");
        run("ssh-keygen", &["-q", "-p", "-P", PASSPHRASE, "-N", "", "-f", file.to_str().unwrap()]);
    }
}

#[tokio::test]
async fn a_wrong_passphrase_is_told_at_its_field() {
    for (kind, name) in KINDS {
        for format in FORMATS {
            let pair = Pair::new(kind, format, PASSPHRASE);
            let outcome = check(&pair.private(), &pair.public(), "another FAKE one").await;
            assert_eq!(
                (outcome.verdict, outcome.field.as_deref()),
                (VerdictKind::Rejected, Some("passphrase")),
                "{name} {format:?}: {outcome:?}"
            );
        }
    }
}

#[tokio::test]
async fn every_cipher_of_ssh_keygen_is_opened() {
    let ciphers = run("ssh", &["-Q", "cipher"]);
    assert!(ciphers.lines().count() > 5, "{ciphers}");
    for cipher in ciphers.lines() {
        let pair = Pair::new(&["-t", "ed25519", "-Z", cipher], None, PASSPHRASE);
        let outcome = check(&pair.private(), &pair.public(), PASSPHRASE).await;
        assert_eq!(outcome.verdict, VerdictKind::Works, "{cipher}: {outcome:?}");
        let outcome = check(&pair.private(), &pair.public(), "another FAKE one").await;
        assert_eq!(outcome.verdict, VerdictKind::Rejected, "{cipher}: {outcome:?}");
    }
}

#[tokio::test]
async fn without_its_passphrase_a_key_is_compared_where_its_public_half_is_readable() {
    let own = Pair::new(&["-t", "ed25519"], None, PASSPHRASE);
    let other = Pair::new(&["-t", "ed25519"], None, "");
    let outcome = check(&own.private(), &own.public(), "").await;
    assert_eq!(outcome.verdict, VerdictKind::Limited, "{outcome:?}");
    let outcome = check(&own.private(), "", "").await;
    assert_eq!(outcome.verdict, VerdictKind::Uncheckable, "{outcome:?}");
    assert!(outcome.evidence.contains(&own.described().1), "{}", outcome.evidence);
    let outcome = check(&own.private(), &other.public(), "").await;
    assert_eq!((outcome.verdict, outcome.field.as_deref()), (VerdictKind::Rejected, Some("public_key")), "{outcome:?}");
    let pem = Pair::new(&["-t", "rsa", "-b", "2048"], Some("PEM"), PASSPHRASE);
    let outcome = check(&pem.private(), &pem.public(), "").await;
    assert_eq!(outcome.verdict, VerdictKind::Uncheckable, "nothing can be compared: {outcome:?}");
}

#[tokio::test]
async fn the_public_key_of_another_pair_is_rejected() {
    for (kind, name) in KINDS {
        let own = Pair::new(kind, Some("PKCS8"), "");
        let other = Pair::new(kind, None, "");
        let outcome = check(&own.private(), &other.public(), "").await;
        assert_eq!(
            (outcome.verdict, outcome.field.as_deref()),
            (VerdictKind::Rejected, Some("public_key")),
            "{name}: {outcome:?}"
        );
        assert!(outcome.evidence.contains("another pair"), "{}", outcome.evidence);
    }
}

#[tokio::test]
async fn a_certificate_and_options_stand_for_the_key_in_them() {
    let authority = Pair::new(&["-t", "ed25519"], None, "");
    let pair = Pair::new(&["-t", "ed25519"], None, "");
    let public = pair.file().with_extension("pub");
    let ca = authority.file();
    run("ssh-keygen", &["-q", "-s", ca.to_str().unwrap(), "-I", "robot", "-n", "deploy", public.to_str().unwrap()]);
    let certificate = std::fs::read_to_string(pair.folder.path().join("key-cert.pub")).unwrap();
    let options = format!("no-pty,command=\"ls -l\" {}", pair.public());
    for public in [certificate, options] {
        let outcome = check(&pair.private(), &public, "").await;
        assert_eq!(outcome.verdict, VerdictKind::Works, "{outcome:?}");
        assert!(outcome.evidence.contains("belongs to it"), "{}", outcome.evidence);
    }
}

fn openssl(folder: &Path, arguments: &[&str]) -> String {
    let file = folder.join("openssl.pem");
    let (command, options) = arguments.split_first().unwrap();
    let mut all = vec![*command, "-out", file.to_str().unwrap()];
    all.extend_from_slice(options);
    run("openssl", &all);
    std::fs::read_to_string(file).unwrap()
}

#[tokio::test]
async fn keys_of_openssl_are_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let secret = format!("pass:{PASSPHRASE}");
    let clear = openssl(folder.path(), &["genpkey", "-algorithm", "ed25519"]);
    let outcome = check(&clear, "", "").await;
    assert_eq!(outcome.verdict, VerdictKind::Works, "{outcome:?}");
    let source = folder.path().join("source.pem");
    std::fs::write(&source, &clear).unwrap();
    let input = source.to_str().unwrap();
    let ways: [&[&str]; 4] = [
        &["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"],
        &["pkcs8", "-topk8", "-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
        &["pkcs8", "-topk8", "-v2", "des3"],
        &["pkcs8", "-topk8", "-scrypt"],
    ];
    for way in ways {
        let mut arguments = way.to_vec();
        arguments.extend(["-in", input, "-passout", &secret]);
        let encrypted = openssl(folder.path(), &arguments);
        let outcome = check(&encrypted, "", PASSPHRASE).await;
        assert_eq!(outcome.verdict, VerdictKind::Works, "{way:?}: {outcome:?}");
        let outcome = check(&encrypted, "", "another FAKE one").await;
        assert_eq!(outcome.verdict, VerdictKind::Rejected, "{way:?}: {outcome:?}");
    }
    let rare = openssl(folder.path(), &["genpkey", "-algorithm", "ed448"]);
    let outcome = check(&rare, "", "").await;
    assert_eq!(outcome.verdict, VerdictKind::Uncheckable, "said, not judged: {outcome:?}");
    assert_eq!(refusal(&rare, "", "private_key"), None, "it can be stored");
    let rsa = openssl(folder.path(), &["genrsa", "-traditional", "-aes256", "-passout", &secret, "2048"]);
    let outcome = check(&rsa, "", PASSPHRASE).await;
    assert_eq!(outcome.verdict, VerdictKind::Works, "{outcome:?}");
    let old = openssl(folder.path(), &["genrsa", "-traditional", "-des3", "-passout", &secret, "2048"]);
    let outcome = check(&old, "", PASSPHRASE).await;
    assert_eq!(outcome.verdict, VerdictKind::Uncheckable, "said, not judged: {outcome:?}");
}

/// The bytes between the first and last line of a key file, changed.
fn forged(text: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let mut bytes = STANDARD.decode(body).unwrap();
    change(&mut bytes);
    let body = STANDARD.encode(bytes);
    format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n")
}

#[tokio::test]
async fn a_key_that_asks_for_endless_work_is_left_alone() {
    let pair = Pair::new(&["-t", "ed25519"], None, PASSPHRASE);
    let endless = forged(&pair.private(), |bytes| {
        // The name of the method, two lengths, a salt of 16 bytes, the number of rounds.
        let at = bytes.windows(6).position(|window| window == b"bcrypt").unwrap() + 6 + 4 + 4 + 16;
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    });
    let outcome = check(&endless, "", PASSPHRASE).await;
    assert_eq!(outcome.verdict, VerdictKind::Uncheckable, "{outcome:?}");
    assert!(outcome.evidence.contains("far more work"), "{}", outcome.evidence);
}

#[tokio::test]
async fn a_key_is_read_however_it_was_pasted() {
    let pair = Pair::new(&["-t", "ed25519"], None, "");
    let key = pair.private();
    let indented: String = key.lines().map(|line| format!("    {line}\n")).collect();
    let pastes = [
        ("CRLF", key.replace('\n', "\r\n")),
        ("indented", indented),
        ("one line with \\n", key.trim_end().replace('\n', "\\n")),
        ("no last line break", key.trim_end().to_owned()),
        ("text around it", format!("Here it is:\n\n{key}\nRegards\n")),
    ];
    for (how, text) in pastes {
        assert_eq!(refusal(&text, "", "private_key"), None, "{how}");
        let outcome = check(&text, &pair.public(), "").await;
        assert_eq!(outcome.verdict, VerdictKind::Works, "{how}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_is_no_key_is_refused_in_place_with_a_sentence_that_helps() {
    let pair = Pair::new(&["-t", "ed25519"], None, "");
    let key = pair.private();
    let lines: Vec<&str> = key.lines().collect();
    let without_end = lines[..lines.len() - 1].join("\n");
    let shortened = [&lines[..2], &lines[3..]].concat().join("\n");
    let without_beginning = lines[1..].join("\n");
    let pem = Pair::new(&["-t", "rsa", "-b", "2048"], Some("PEM"), "").private();
    let pem_lines: Vec<&str> = pem.lines().collect();
    let short_pem = [&pem_lines[..5], &pem_lines[8..]].concat().join("\n");
    let cases = [
        (pair.public(), "public key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n".to_owned(), "PuTTYgen"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----".to_owned(), "public key"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----".to_owned(), "certificate"),
        ("not a key".to_owned(), "begins with a line"),
        (without_end, "cut off"),
        (without_beginning, "beginning of the key"),
        (shortened, "damaged or cut short"),
        (short_pem, "damaged or cut short"),
        (format!("{key}{key}"), "several keys"),
    ];
    for (text, words) in cases {
        let said = refusal(&text, "", "private_key").unwrap_or_else(|| panic!("taken: {words}"));
        assert!(said.contains(words), "{words}: {said}");
        assert!(
            !text.lines().any(|line| line.len() > 12 && said.contains(line)),
            "the content is not repeated: {said}"
        );
        assert_eq!(check(&text, "", "").await.verdict, VerdictKind::Misconfigured, "{words}");
    }
    let said = refusal(&key, &key, "public_key").expect("a private key in the field that is not sealed");
    assert!(said.contains("control character") || said.contains("private key"), "{said}");
    let said = refusal(&key, &key.replace('\n', " "), "public_key").expect("also on one line");
    assert!(said.contains("private key"), "{said}");
    assert!(refusal(&key, "nonsense", "public_key").expect("no key").contains("single line"));
}

#[tokio::test]
async fn halves_that_contradict_each_other_are_damaged() {
    use base64::Engine as _;
    for (kind, name) in &KINDS[..3] {
        let pair = Pair::new(kind, None, "");
        let word = pair.public().split_whitespace().nth(1).unwrap().to_owned();
        let public = base64::engine::general_purpose::STANDARD.decode(word).unwrap();
        let half = &public[public.len() - 32..];
        let forged = forged(&pair.private(), |bytes| {
            let last = bytes.windows(32).rposition(|window| window == half).unwrap();
            // The private number stands right before the last copy of the public half of ed25519, behind it otherwise.
            let at = if *name == "ssh-ed25519" { last - 1 } else { last + 32 + 20 };
            bytes[at] ^= 1;
        });
        let said = refusal(&forged, "", "private_key").unwrap_or_else(|| panic!("{name} was taken"));
        assert!(said.contains("damaged"), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_short_rsa_key_is_warned_of_and_a_needless_passphrase_named() {
    let pair = Pair::new(&["-t", "rsa", "-b", "1024"], None, "");
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("ssh-key").unwrap();
    let found = form::validate(provider, provider.variant(None).unwrap(), &values(&pair.private(), "", ""));
    assert!(found.iter().any(|p| p.level == Level::Warning && p.message.contains("1024 bits")), "{found:?}");
    let pair = Pair::new(&["-t", "ed25519"], None, "");
    let outcome = check(&pair.private(), "", PASSPHRASE).await;
    assert_eq!((outcome.verdict, outcome.field.as_deref()), (VerdictKind::Works, Some("passphrase")), "{outcome:?}");
}
