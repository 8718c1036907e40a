#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::model::VaultId;

fn facts() -> Facts {
    Facts { vault: VaultId::make(), master_key_id: KeyId::make(), passphrase: None }
}

fn text(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

#[tokio::test]
async fn the_right_passphrase_brings_the_key_and_a_wrong_one_does_not() {
    let mut facts = facts();
    let key = Key::random().unwrap();
    let typed = text(" fake passphrase with caf\u{e9} ");
    facts.passphrase = Passphrase(&typed).keep(&facts, &key).await.unwrap();
    assert_eq!(Passphrase(&typed).fetch(&facts).await.ok().unwrap().bytes(), key.bytes());
    let decomposed = text(" fake passphrase with cafe\u{301} ");
    assert!(Passphrase(&decomposed).fetch(&facts).await.is_ok(), "composed and decomposed letters unlock alike");
    let trimmed = text("fake passphrase with caf\u{e9}");
    assert!(
        matches!(Passphrase(&trimmed).fetch(&facts).await, Err(CustodyError::WrongPassphrase)),
        "spaces at the ends count"
    );
    let mut other = facts.clone();
    other.vault = VaultId::make();
    assert!(Passphrase(&typed).fetch(&other).await.is_err(), "an envelope of another vault does not open");
}

#[tokio::test]
async fn an_empty_or_huge_passphrase_is_refused() {
    let key = Key::random().unwrap();
    assert!(matches!(Passphrase(&text("")).keep(&facts(), &key).await, Err(CustodyError::EmptyPassphrase)));
    let huge = text(&"x".repeat(LONGEST + 1));
    assert!(matches!(Passphrase(&huge).keep(&facts(), &key).await, Err(CustodyError::PassphraseTooLong)));
}

#[tokio::test]
async fn parameters_out_of_bounds_are_refused_before_memory_is_taken() {
    let mut facts = facts();
    let typed = text("fake passphrase");
    let kept = Passphrase(&typed).keep(&facts, &Key::random().unwrap()).await.unwrap().unwrap();
    let changes: [fn(&mut Envelope); 6] = [
        |e| e.memory_kib = 8,
        |e| e.memory_kib = u32::MAX,
        |e| e.passes = 1,
        |e| e.passes = 1_000_000,
        |e| e.lanes = 0,
        |e| e.lanes = 1_000,
    ];
    for change in changes {
        let mut envelope = kept.clone();
        change(&mut envelope);
        facts.passphrase = Some(envelope);
        let refused = Passphrase(&typed).fetch(&facts).await;
        assert!(matches!(refused, Err(CustodyError::PassphraseParameters { .. })));
    }
    let mut weaker = kept;
    weaker.memory_kib = FLOOR.memory_kib;
    facts.passphrase = Some(weaker);
    let refused = Passphrase(&typed).fetch(&facts).await;
    assert!(matches!(refused, Err(CustodyError::WrongPassphrase)), "parameters within bounds are bound into the seal");
}

/// RFC 9106, section 5.3, has a secret and associated data, which this use has not; so the vector here is that of
/// the reference implementation's test suite (argon2id, version 19, t=2, m=65536 KiB, p=1, "password", "somesalt").
#[test]
fn argon2id_as_the_reference_computes_it() {
    let key = Work { memory_kib: 65536, passes: 2, lanes: 1 }.derive("password", b"somesalt").unwrap();
    let expected = [
        0x09, 0x31, 0x61, 0x15, 0xd5, 0xcf, 0x24, 0xed, 0x5a, 0x15, 0xa3, 0x1a, 0x3b, 0xa3, 0x26, 0xe5, 0xcf, 0x32,
        0xed, 0xc2, 0x47, 0x02, 0x98, 0x7c, 0x02, 0xb6, 0x56, 0x6f, 0x61, 0x91, 0x3c, 0xf7,
    ];
    assert_eq!(key.bytes(), &expected);
}
