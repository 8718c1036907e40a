//! What was acknowledged stays, whatever happens, and two programs do not harm each other.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use strongroom_vault::{CredentialChange, ListQuery, Vault, VaultError};

use crate::hand::{KEY, author, new, new_vault, plain, room, unlocked};

#[tokio::test]
async fn the_settings_that_durability_and_erasure_need_are_in_force() {
    let room = room().await;
    let row = room.add("Main", "FAKE-secret").await;
    let expected = [
        ("journal_mode", "wal"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("synchronous", "2"),
        ("busy_timeout", "15000"),
        ("application_id", "1398035021"),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    assert_eq!(room.vault.examine().await.unwrap().pragmas, expected);
    // Delivery and erasure change some of them for a moment.
    room.vault.deliver(&[row.id], "sh", &room.by).await.unwrap();
    room.vault.delete_credential(row.id, &[], &room.by).await.unwrap();
    assert!(room.vault.deliver(&[row.id], "sh", &room.by).await.is_err());
    let report = room.vault.examine().await.unwrap();
    assert_eq!(report.pragmas, expected);
    assert_eq!(report.schema, 8);
    assert!(report.integrity.is_empty() && report.foreign_keys.is_empty());
}

#[tokio::test]
async fn another_handles_commit_is_noticed_and_ones_own_is_not() {
    let room = room().await;
    let other = unlocked(&room.home()).await;
    let before = room.vault.data_version().await.unwrap();
    room.add("Own", "FAKE-secret").await;
    assert_eq!(room.vault.data_version().await.unwrap(), before);
    let seen = other.data_version().await.unwrap();
    other.add_credential(new(room.organisation, "Other", &[]), &room.by).await.unwrap();
    assert_ne!(room.vault.data_version().await.unwrap(), before);
    assert_eq!(other.data_version().await.unwrap(), seen);

    // The vault's own facts are read again as well.
    other.renew_recovery_kit(&room.by, |_| Ok(())).await.unwrap();
    assert_ne!(room.vault.info().recovery_kit_made_at, other.info().recovery_kit_made_at);
    room.vault.data_version().await.unwrap();
    assert_eq!(room.vault.info(), other.info());
}

#[tokio::test]
async fn two_handles_writing_at_once_lose_nothing() {
    const EACH: usize = 40;
    let room = room().await;
    let shared = room.add("Shared", "FAKE-secret").await;
    let mut tasks = Vec::new();
    for writer in ["First", "Second"] {
        let (vault, by, scope, shared) = (unlocked(&room.home()).await, room.by.clone(), room.organisation, shared.id);
        tasks.push(tokio::spawn(Box::pin(async move {
            for number in 0..EACH {
                let fields = [("api_secret", "FAKE-secret")];
                vault.add_credential(new(scope, &format!("{writer} {number}"), &fields), &by).await.unwrap();
                let field = (format!("{writer}_{number}"), Some("x".to_owned()));
                let change = CredentialChange { plain: [field].into(), ..Default::default() };
                vault.change_credential(shared, change, &by).await.unwrap();
            }
        })));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(room.vault.counts(None).await.unwrap().all as usize, 2 * EACH + 1);
    // No change of one overwrote that of the other: one plain field was there before.
    let shared = room.vault.credential(shared.id).await.unwrap();
    assert_eq!(shared.plain.len(), 2 * EACH + 1);
    assert_eq!(shared.revision as usize, 2 * EACH + 1);
    let report = room.vault.examine().await.unwrap();
    assert!(report.integrity.is_empty() && report.unreadable.is_empty() && report.put_back.is_empty());
    assert_eq!(report.opened as usize, 2 * EACH + 1);
    let audit = report.audit.unwrap();
    // Two of the creation, one of the shared credential.
    assert_eq!((audit.entries as usize, audit.first_bad), (4 * EACH + 3, None));
}

/// Saves numbered credentials, and says each number after it was acknowledged.
#[tokio::test]
#[ignore = "run by the test below"]
async fn save_and_tell_until_killed() {
    let home = std::env::var_os("STRONGROOM_TEST_HOME").expect("run by another test");
    let from: usize = std::env::var("STRONGROOM_TEST_FROM").expect("run by another test").parse().unwrap();
    let vault = unlocked(home.as_ref()).await;
    let by = author(&vault).await;
    let scope = strongroom_vault::Scope::Organisation(vault.organisations().await.unwrap()[0].id);
    for number in from.. {
        let text = format!("FAKE-value-{number}");
        let row = vault.add_credential(new(scope, &number.to_string(), &[("api_secret", &text)]), &by).await.unwrap();
        if number % 3 == 0 {
            // Emptying the log is a moment of its own.
            let change = CredentialChange {
                secrets: [(
                    "api_secret".to_owned(),
                    strongroom_vault::SecretChange::Replace(crate::hand::secret(&text)),
                )]
                .into(),
                ..Default::default()
            };
            vault.change_credential(row.id, change, &by).await.unwrap();
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "saved {number} acknowledged").unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test]
async fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let room = room().await;
    room.vault.clone().close().await.unwrap();
    let mut from = 0;
    for round in 0..12u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "--nocapture", "durability::save_and_tell_until_killed"])
            .env("STRONGROOM_TEST_HOME", room.home())
            .env("STRONGROOM_TEST_FROM", from.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = |line: String| -> Option<usize> {
            line.split_once("saved ")?.1.strip_suffix(" acknowledged")?.parse().ok()
        };
        let mut last = None;
        while last.is_none_or(|last| last < from + 2 + round as usize % 5) {
            last = lines.next().expect("it goes on until it is killed").ok().and_then(told).or(last);
        }
        // Another moment of the work each time; nothing is waited for.
        std::thread::sleep(std::time::Duration::from_micros(round * 731));
        child.kill().unwrap();
        // What it said before it died counts as well.
        last = lines.map_while(Result::ok).filter_map(told).last().or(last);
        child.wait().unwrap();

        let last = last.unwrap();
        let vault = unlocked(&room.home()).await;
        for number in 0..=last {
            let found = vault.find_credentials(&number.to_string(), None).await.unwrap();
            assert_eq!(found.len(), 1, "{number} of {last} in round {round}");
            let opened = vault.open_secrets(found[0].id).await.unwrap();
            assert_eq!(plain(&opened["api_secret"]), format!("FAKE-value-{number}"));
        }
        let all = vault.counts(None).await.unwrap().all as usize;
        assert!(all == last + 1 || all == last + 2, "{all} after {last} in round {round}");
        let report = vault.examine().await.unwrap();
        assert!(report.integrity.is_empty() && report.foreign_keys.is_empty() && report.unreadable.is_empty());
        assert_eq!(report.audit.unwrap().first_bad, None);
        vault.close().await.unwrap();
        from = all;
    }
}

/// Fills the small disk that its home is on.
#[tokio::test]
#[ignore = "run by the test below"]
async fn fill_the_disk() {
    let home = std::path::PathBuf::from(std::env::var_os("STRONGROOM_TEST_HOME").expect("run by another test"));
    let ballast = home.join("ballast");
    let vault = Vault::create(&home.join("vault"), new_vault(KEY), |_| Ok(())).await.unwrap();
    let by = author(&vault).await;
    let scope = strongroom_vault::Scope::Organisation(vault.organisations().await.unwrap()[0].id);
    let row = vault.add_credential(new(scope, "Main", &[("api_secret", "FAKE-secret")]), &by).await.unwrap();
    let big = "FAKE".repeat(25_000);
    let mut saved = 1;
    let error = loop {
        match vault.add_credential(new(scope, &format!("Big {saved}"), &[("api_secret", &big)]), &by).await {
            Ok(_) => saved += 1,
            Err(error) => break error,
        }
        assert!(saved < 100, "the disk is small");
    };
    assert!(matches!(error, VaultError::DiskFull), "{error:?}");
    assert!(saved > 1);

    // All that was acknowledged is there, and what failed is not there by half.
    assert!(vault.open_secrets(row.id).await.is_ok());
    let page = vault.list(&ListQuery { limit: 100, ..Default::default() }).await.unwrap();
    assert_eq!(page.total, saved);
    std::fs::remove_file(ballast).unwrap();
    vault.add_credential(new(scope, "After", &[("api_secret", "FAKE-secret")]), &by).await.unwrap();
    let report = vault.examine().await.unwrap();
    assert!(report.integrity.is_empty() && report.unreadable.is_empty());
    assert_eq!(report.opened, saved + 1);
    assert_eq!(report.audit.unwrap().first_bad, None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    // A mount of its own that nobody else sees and that is gone with the process.
    let alone = |script: &str, home: &std::path::Path| {
        Command::new("unshare")
            .args(["--mount", "--map-root-user", "sh", "-c", script, "sh"])
            .arg(std::env::current_exe().unwrap())
            .env("STRONGROOM_TEST_HOME", home)
            .output()
    };
    let folder = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=3m tmpfs \"$STRONGROOM_TEST_HOME\"";
    if !alone(mount, folder.path()).is_ok_and(|done| done.status.success()) {
        // Said past the test's own capture, so that nobody takes it for tested.
        let _ = writeln!(std::io::stderr(), "not tested: no user namespaces here");
        return;
    }
    let script = format!(
        "{mount} && head -c 1000000 /dev/zero > \"$STRONGROOM_TEST_HOME/ballast\" \
         && exec \"$1\" --exact --ignored durability::fill_the_disk"
    );
    let done = alone(&script, folder.path()).unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}
