//! Who keeps the master key, and the way back when it is lost.

use strongroom_vault::{
    CredentialChange, CustodyError, CustodyKind, KeySource, NewCustody, NewVault, RecoveryCode, RecoveryError, Scope,
    SecretChange, SecretText, Vault, VaultError,
};

use crate::hand::{KEY, OTHER_KEY, author, by_hand, bytes, new, new_vault, plain, room, secret, unlocked};

/// The first symbol of a code exchanged for another one, with its check symbol set right again, so that only the
/// vault can refuse it.
fn another_code(number: usize) -> SecretText {
    // Codes of vaults of their own would take a derivation each; a well-formed one is found by trying check symbols.
    let alphabet = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut code = String::new();
    for group in 0..8 {
        let data: String = (0..4).map(|at| char::from(alphabet[(number * 7 + group * 5 + at * 3) % 32])).collect();
        let fits = |check: &u8| {
            let typed = format!("{code}{data}{}", char::from(*check));
            let filled = format!("{typed}{}", "0".repeat(40 - typed.len()));
            // The first group that is said to be wrong lies behind this one.
            !matches!(RecoveryCode::parse(&filled), Err(RecoveryError::Typo { group: wrong }) if wrong == group + 1)
        };
        let check = alphabet.iter().find(|check| fits(check)).unwrap();
        code.push_str(&data);
        code.push(char::from(*check));
    }
    SecretText::new(code)
}

#[tokio::test]
async fn the_recovery_drill() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("vault");
    let mut kit = None;
    let take = |made: &strongroom_vault::RecoveryKit| {
        kit = Some((made.code(), made.text()));
        Ok(())
    };
    let vault = Vault::create(&home, new_vault(KEY), take).await.unwrap();
    let (code, text) = kit.unwrap();
    let by = author(&vault).await;
    let row = vault.add_credential(new(Scope::System, "Main", &[("api_secret", "FAKE-canary")]), &by).await.unwrap();
    vault.close().await.unwrap();

    // The key is lost. Wrong codes change nothing.
    let vault = Vault::open(&home).await.unwrap();
    let before = bytes(&home);
    for number in 0..20 {
        let wrong = another_code(number).with(RecoveryCode::parse).unwrap();
        let answer = vault.recover(&wrong, NewCustody::Passphrase(secret("correct horse")), &by).await;
        assert!(matches!(answer, Err(VaultError::Recovery(RecoveryError::WrongCode))));
        assert!(!vault.is_unlocked());
    }
    let foreign = text.with(|text| text.replace(&vault.info().id.to_string(), "01980000-0000-7000-8000-000000000000"));
    let foreign = RecoveryCode::parse(&foreign).unwrap();
    let answer = vault.recover(&foreign, NewCustody::Passphrase(secret("correct horse")), &by).await;
    assert!(matches!(answer, Err(VaultError::Recovery(RecoveryError::OtherVault))));
    assert!(before == bytes(&home), "wrong codes write nothing");
    drop(foreign);

    let code = code.with(RecoveryCode::parse).unwrap();
    vault.recover(&code, NewCustody::Passphrase(secret("correct horse")), &by).await.unwrap();
    assert!(vault.is_unlocked());
    assert_eq!(plain(&vault.open_secrets(row.id).await.unwrap()["api_secret"]), "FAKE-canary");
    assert_eq!(vault.info().custody, CustodyKind::Passphrase);
    assert_eq!(vault.audit_tail(1).await.unwrap()[0].action, "vault.recover");
    assert_eq!(vault.verify_audit().await.unwrap().first_bad, None);
    vault.close().await.unwrap();

    // From now on the passphrase opens it.
    let vault = Vault::open(&home).await.unwrap();
    assert!(matches!(
        vault.unlock(KeySource::Passphrase(secret("wrong horse"))).await,
        Err(CustodyError::WrongPassphrase)
    ));
    vault.unlock(KeySource::Passphrase(secret("correct horse"))).await.unwrap();
    assert_eq!(plain(&vault.open_secrets(row.id).await.unwrap()["api_secret"]), "FAKE-canary");

    // The kit stays valid, and the passphrase that somebody forgot opens nothing any more.
    let whole = text.with(RecoveryCode::parse).unwrap();
    assert_eq!(whole.vault(), Some(vault.info().id));
    vault.recover(&whole, NewCustody::Environment(secret(KEY)), &by).await.unwrap();
    assert!(matches!(
        vault.unlock(KeySource::Passphrase(secret("correct horse"))).await,
        Err(CustodyError::NoPassphrase)
    ));
    assert!(unlocked(&home).await.open_secrets(row.id).await.is_ok());
}

#[tokio::test]
async fn recovery_with_another_environment_key_changes_the_master_key() {
    let room = room().await;
    let mut code = None;
    let take = |kit: &strongroom_vault::RecoveryKit| {
        code = Some(kit.code());
        Ok(())
    };
    room.vault.renew_recovery_kit(&room.by, take).await.unwrap();
    let code = code.unwrap().with(RecoveryCode::parse).unwrap();
    let row = room.add("Main", "FAKE-canary").await;
    let system = new(Scope::System, "System", &[("api_secret", "FAKE-canary")]);
    let system = room.vault.add_credential(system, &room.by).await.unwrap();
    // This handle has used one scope's key and not the other's when the master key changes under it.
    let other = unlocked(&room.home()).await;
    other.open_secrets(row.id).await.unwrap();

    room.vault.recover(&code, NewCustody::Environment(secret(OTHER_KEY)), &room.by).await.unwrap();
    for id in [row.id, system.id] {
        assert_eq!(plain(&room.vault.open_secrets(id).await.unwrap()["api_secret"]), "FAKE-canary");
    }
    let fresh = Vault::open(&room.home()).await.unwrap();
    let old = fresh.unlock(KeySource::Environment(secret(KEY))).await;
    assert!(matches!(old, Err(CustodyError::WrongKey)), "the old key is dead");
    fresh.unlock(KeySource::Environment(secret(OTHER_KEY))).await.unwrap();
    assert_eq!(fresh.verify_audit().await.unwrap().first_bad, None, "the audit key survived");
    room.add("Later", "FAKE-later").await;
    assert_eq!(fresh.verify_audit().await.unwrap().first_bad, None);

    // The handle with the old master key goes on with what it has, asks for the new one otherwise,
    assert!(other.open_secrets(row.id).await.is_ok());
    assert!(matches!(other.open_secrets(system.id).await, Err(VaultError::Locked)));
    // and takes nothing for damaged.
    assert!(!other.credential(system.id).await.unwrap().unreadable, "and takes nothing for damaged");
    assert!(matches!(other.create_organisation("Never", &room.by).await, Err(VaultError::Locked)));
    assert!(matches!(other.renew_recovery_kit(&room.by, |_| Ok(())).await, Err(VaultError::Locked)));

    let vault = unlocked_by(&room.home(), OTHER_KEY).await;
    assert!(vault.examine().await.unwrap().unreadable.is_empty());
    // The kit opens the vault under its new key as well.
    vault.recover(&code, NewCustody::Environment(secret(OTHER_KEY)), &room.by).await.unwrap();
}

async fn unlocked_by(home: &std::path::Path, key: &str) -> Vault {
    let vault = Vault::open(home).await.unwrap();
    vault.unlock(KeySource::Environment(secret(key))).await.unwrap();
    vault
}

#[tokio::test]
async fn an_empty_passphrase_makes_no_vault_and_a_good_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("vault");
    let by_passphrase = |text: &str| NewVault { custody: NewCustody::Passphrase(secret(text)), ..new_vault(KEY) };
    let refused = Vault::create(&home, by_passphrase(""), |_| Ok(())).await;
    assert!(matches!(refused, Err(VaultError::Custody(CustodyError::EmptyPassphrase))));
    assert!(!Vault::exists(&home));
    let left: Vec<_> = std::fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["vault.lock"]);

    let vault = Vault::create(&home, by_passphrase(" horse"), |_| Ok(())).await.unwrap();
    vault.lock();
    let wrong = vault.unlock(KeySource::Passphrase(secret("horse"))).await;
    assert!(matches!(wrong, Err(CustodyError::WrongPassphrase)));
    vault.unlock(KeySource::Passphrase(secret(" horse"))).await.unwrap();

    // A file that asks for terabytes is refused before they are taken.
    vault.lock();
    by_hand(&home, "UPDATE envelope SET memory_kib = 4294967295 WHERE kind = 'passphrase'").await;
    let greedy = vault.unlock(KeySource::Passphrase(secret(" horse"))).await;
    assert!(matches!(greedy, Err(CustodyError::PassphraseParameters { memory_kib: u32::MAX, .. })));
}

#[tokio::test]
async fn wrong_passphrases_have_to_wait_longer_and_longer_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("vault");
    let custody = NewCustody::Passphrase(secret("horse"));
    Vault::create(&home, NewVault { custody, ..new_vault(KEY) }, |_| Ok(())).await.unwrap().close().await.unwrap();
    // Each try as a program of its own.
    let attempt = |text: &'static str| {
        let home = home.clone();
        async move { Vault::open(&home).await.unwrap().unlock(KeySource::Passphrase(secret(text))).await }
    };
    let (future, past) = ("'2999-01-01T00:00:00Z'", "'2000-01-01T00:00:00Z'");
    let last = |at: &str| -> &'static str {
        format!("UPDATE setting SET value = json_set(value, '$.last', {at}) WHERE key = 'wrong_passphrases'").leak()
    };
    let mut waits = Vec::new();
    for number in 1..=10 {
        assert!(matches!(attempt("wrong").await, Err(CustodyError::WrongPassphrase)), "{number}");
        if number < 3 {
            continue;
        }
        // As if the clock stood still. Not even the right one is looked at, so a guess cannot be told from it.
        by_hand(&home, last(future)).await;
        let Err(CustodyError::TooManyTries { wrong, seconds }) = attempt("horse").await else { panic!("{number}") };
        assert_eq!(wrong, number);
        waits.push(seconds);
        by_hand(&home, last(past)).await;
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256]);
    assert!(attempt("horse").await.is_ok());
    for _ in 0..3 {
        assert!(matches!(attempt("wrong").await, Err(CustodyError::WrongPassphrase)), "the count began anew");
    }
    by_hand(&home, last(future)).await;
    assert!(matches!(attempt("horse").await, Err(CustodyError::TooManyTries { wrong: 3, .. })));
}

#[tokio::test]
async fn an_environment_key_of_the_wrong_form_makes_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("vault");
    for key in ["", "short", "not base64 at all, is it"] {
        let refused = Vault::create(&home, new_vault(key), |_| Ok(())).await;
        assert!(matches!(refused, Err(VaultError::Custody(CustodyError::BadEnvironmentKey(_)))), "{key}");
        assert!(!Vault::exists(&home));
    }
}

#[tokio::test]
async fn no_error_and_no_debug_output_holds_a_secret() {
    let room = room().await;
    let fields = [("api_secret", "FAKE-canary")];
    let new = new(room.organisation, "Main", &fields);
    let mut said = format!("{new:?} {:?} {:?}", new_vault(KEY), KeySource::Environment(secret(KEY)));
    let row = room.vault.add_credential(new, &room.by).await.unwrap();
    said += &format!("{row:?} {:?} {:?}", room.vault, room.vault.info());
    said += &format!("{:?}", room.vault.open_secrets(row.id).await.unwrap());
    said += &format!("{:?}", room.vault.deliver(&[row.id], "sh", &room.by).await.unwrap());
    let taken = crate::hand::new(room.organisation, "main", &fields);
    let change = CredentialChange {
        secrets: [("api_secret".to_owned(), SecretChange::Replace(secret("FAKE-canary")))].into(),
        expected_revision: Some(99),
        ..Default::default()
    };
    said += &format!("{change:?}");
    by_hand(&room.home(), "UPDATE sealed_field SET blob = zeroblob(93)").await;
    let errors = [
        room.vault.add_credential(taken, &room.by).await.map(drop).unwrap_err(),
        room.vault.change_credential(row.id, change, &room.by).await.map(drop).unwrap_err(),
        room.vault.open_secrets(row.id).await.map(drop).unwrap_err(),
        VaultError::from(room.vault.unlock(KeySource::Environment(secret(OTHER_KEY))).await.unwrap_err()),
        VaultError::from(room.vault.unlock(KeySource::Environment(secret("FAKE-canary"))).await.unwrap_err()),
        VaultError::from(room.vault.unlock(KeySource::Passphrase(secret("FAKE-canary"))).await.unwrap_err()),
    ];
    for error in &errors {
        said += &format!("{error} {error:?}");
    }
    said += &format!("{:?}", room.vault.audit_tail(100).await.unwrap());
    said += &format!("{:?}", room.vault.examine().await.unwrap());
    assert!(said.contains("Main") && said.contains("redacted"), "the scan finds what is there");
    for canary in ["FAKE-canary", KEY, OTHER_KEY, &KEY[..20]] {
        assert!(!said.contains(canary), "{canary}");
    }
}
