//! Folders and files: which are vaults, which are refused, and who may look.

use std::path::Path;

use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use strongroom_vault::{KitError, NewCustody, NewVault, Vault, VaultError, database_path, write_new_private};

use crate::hand::{KEY, by_hand, bytes, new_vault, room};

async fn refusal(home: &Path) -> VaultError {
    Vault::open(home).await.unwrap_err()
}

#[tokio::test]
async fn no_vault_no_database_and_other_databases_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    assert!(!Vault::exists(home));
    assert!(matches!(refusal(home).await, VaultError::NoVault(_)));
    assert!(matches!(refusal(&home.join("nowhere")).await, VaultError::NoVault(_)));

    for text in ["", "hello", &"x".repeat(5000)] {
        std::fs::write(database_path(home), text).unwrap();
        assert!(Vault::exists(home));
        assert!(matches!(refusal(home).await, VaultError::NotADatabase(_)));
        assert_eq!(std::fs::read_to_string(database_path(home)).unwrap(), text);
    }
    std::fs::remove_file(database_path(home)).unwrap();

    let options = SqliteConnectOptions::new().filename(database_path(home)).create_if_missing(true);
    let mut other = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE x (y)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let before = std::fs::read(database_path(home)).unwrap();
    assert!(matches!(refusal(home).await, VaultError::OtherApplication(_)));
    assert!(before == std::fs::read(database_path(home)).unwrap());
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_nothing_is_written() {
    let room = room().await;
    room.vault.clone().close().await.unwrap();
    by_hand(&room.home(), "PRAGMA user_version = 99").await;
    let before = bytes(&room.home());
    assert!(matches!(refusal(&room.home()).await, VaultError::NewerVersion { found: 99, .. }));
    assert!(before == bytes(&room.home()));
}

#[tokio::test]
async fn a_damaged_database_is_named_as_such() {
    let room = room().await;
    room.vault.clone().close().await.unwrap();
    let path = database_path(&room.home());
    let mut content = std::fs::read(&path).unwrap();
    // All pages after the header, which is still that of a vault.
    content[100..].fill(0xa5);
    std::fs::write(&path, content).unwrap();
    assert!(matches!(refusal(&room.home()).await, VaultError::Damaged(_)));
}

#[tokio::test]
async fn a_failed_creation_leaves_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("vault");
    let left = || -> Vec<String> {
        let names = std::fs::read_dir(&home).into_iter().flatten();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "vault.lock")
            .collect()
    };
    // A kit that nobody takes, after a file of that name was left alone.
    let kit = folder.path().join("kit.txt");
    std::fs::write(&kit, "mine").unwrap();
    let refused = Vault::create(&home, new_vault(KEY), |made| made.write_to(&kit)).await;
    assert!(matches!(refused, Err(VaultError::Kit(KitError::Exists(_)))));
    assert_eq!(std::fs::read_to_string(&kit).unwrap(), "mine");
    assert!(!Vault::exists(&home) && left().is_empty(), "{:?}", left());

    // Names that cannot be stored.
    for (person, organisation) in [(" ", Some("Acme")), ("Ada", Some("")), ("Ada", Some("System"))] {
        let organisation = organisation.map(str::to_owned);
        let new = NewVault { person: person.to_owned(), organisation, ..new_vault(KEY) };
        assert!(Vault::create(&home, new, |_| Ok(())).await.is_err());
        assert!(!Vault::exists(&home) && left().is_empty(), "{:?}", left());
    }

    // What an earlier attempt left behind when it was killed is in nobody's way.
    std::fs::write(home.join("vault.db.new"), "half").unwrap();
    std::fs::write(home.join("vault.db.new-wal"), "half").unwrap();
    let other = folder.path().join("other.txt");
    Vault::create(&home, new_vault(KEY), |made| made.write_to(&other)).await.unwrap();
    assert!(Vault::exists(&home) && !home.join("vault.db.new").exists() && !home.join("vault.db.new-wal").exists());
    assert!(std::fs::read_to_string(&other).unwrap().contains("Recovery code:"));

    let again = Vault::create(&home, new_vault(KEY), |_| Ok(())).await.unwrap_err();
    assert!(matches!(again, VaultError::AlreadyExists(_)));
    assert!(matches!(write_new_private(&other, b""), Err(KitError::Exists(_))));
}

#[tokio::test]
async fn of_two_that_create_at_once_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("vault");
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let home = home.clone();
        tasks.push(tokio::spawn(async move {
            let new = NewVault { custody: NewCustody::Environment(crate::hand::secret(KEY)), ..new_vault(KEY) };
            Vault::create(&home, new, |_| Ok(())).await
        }));
    }
    let mut made = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(vault) => made.push(vault.info().id),
            Err(made) => assert!(matches!(made, VaultError::AlreadyExists(_))),
        }
    }
    assert_eq!(made.len(), 1);
    assert_eq!(Vault::open(&home).await.unwrap().info().id, made[0]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use strongroom_vault::{KeySource, Vault, VaultError, database_path};

    use super::refusal;
    use crate::hand::{KEY, new_vault, room, secret, unlocked};

    /// Somebody without rights, whom every system has.
    const NOBODY: u32 = 65534;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs one of the ignored tests in a process of its own, because umask and user belong to a whole process.
    fn alone(before: &str, test: &str, home: &Path) {
        let script = format!("{before} \"$1\" --exact --ignored \"$2\"");
        let done = Command::new("sh")
            .args(["-c", &script, "sh"])
            .arg(std::env::current_exe().unwrap())
            .arg(test)
            .env("STRONGROOM_TEST_HOME", home)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("1 passed"), "{before}: {said}");
    }

    fn given_home() -> PathBuf {
        std::env::var_os("STRONGROOM_TEST_HOME").expect("run by another test").into()
    }

    #[tokio::test]
    #[ignore = "run by the tests below"]
    async fn make_a_vault_and_look_at_its_modes() {
        let home = given_home();
        let kit = home.join("kit");
        let vault = Vault::create(&home, new_vault(KEY), |made| made.write_to(&kit)).await.unwrap();
        vault.set_preference("width", "800").await.unwrap();
        assert_eq!(mode(&home), 0o700);
        let mut seen = 0;
        for entry in std::fs::read_dir(&home).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            seen += 1;
        }
        assert_eq!(seen, 5, "kit, database, log, shared memory, lock");
        let report = vault.examine().await.unwrap();
        assert!(report.files.iter().all(|file| file.mode == Some(file.expected)), "{:?}", report.files);
    }

    #[test]
    fn modes_do_not_depend_on_the_umask() {
        for umask in ["077", "027", "000"] {
            let folder = tempfile::tempdir().unwrap();
            let test = "files::unix::make_a_vault_and_look_at_its_modes";
            alone(&format!("umask {umask} && exec"), test, &folder.path().join("vault"));
        }
    }

    #[tokio::test]
    async fn an_open_door_is_closed_again() {
        let room = room().await;
        room.vault.clone().close().await.unwrap();
        set_mode(&database_path(&room.home()), 0o644);
        let vault = unlocked(&room.home()).await;
        assert_eq!(mode(&database_path(&room.home())), 0o600);
        vault.set_preference("width", "800").await.unwrap();
        assert!(vault.examine().await.unwrap().files.iter().all(|file| file.mode == Some(file.expected)));
    }

    #[tokio::test]
    async fn a_planted_link_is_refused() {
        let room = room().await;
        let folder = tempfile::tempdir().unwrap();
        symlink(database_path(&room.home()), database_path(folder.path())).unwrap();
        assert!(matches!(refusal(folder.path()).await, VaultError::UnsafePath { .. }));

        // A link that points nowhere is not followed to make a vault there.
        let folder = tempfile::tempdir().unwrap();
        symlink("/nowhere/at/all", database_path(folder.path())).unwrap();
        let made = Vault::create(folder.path(), new_vault(KEY), |_| Ok(())).await.unwrap_err();
        assert!(matches!(made, VaultError::AlreadyExists(_)));
    }

    #[tokio::test]
    async fn a_folder_of_somebody_else_is_refused() {
        let room = room().await;
        room.vault.clone().close().await.unwrap();
        if std::os::unix::fs::chown(room.home(), Some(NOBODY), None).is_err() {
            // Only root can give a folder away.
            return;
        }
        assert!(matches!(refusal(&room.home()).await, VaultError::UnsafePath { .. }));
        std::os::unix::fs::chown(room.home(), Some(0), None).unwrap();
        std::os::unix::fs::chown(database_path(&room.home()), Some(NOBODY), None).unwrap();
        assert!(matches!(refusal(&room.home()).await, VaultError::UnsafePath { .. }));
    }

    #[tokio::test]
    #[ignore = "run by the tests below"]
    async fn read_a_vault_that_cannot_be_written() {
        let home = given_home();
        let before = super::bytes(&home);
        let vault = Vault::open(&home).await.unwrap();
        assert!(vault.info().read_only);
        vault.unlock(KeySource::Environment(secret(KEY))).await.unwrap();
        let by = crate::hand::author(&vault).await;
        let row = vault.find_credentials("Main", None).await.unwrap().remove(0);
        assert_eq!(crate::hand::plain(&vault.open_secrets(row.id).await.unwrap()["api_secret"]), "FAKE-secret");
        let refused = vault.set_enabled(row.id, false, &by).await.unwrap_err();
        assert!(matches!(refused, VaultError::ReadOnly), "{refused:?}");
        let refused = vault.deliver(&[row.id], "sh", &by).await.unwrap_err();
        assert!(matches!(refused, VaultError::ReadOnly), "{refused:?}");
        assert!(vault.examine().await.unwrap().integrity.is_empty());
        vault.close().await.unwrap();
        assert!(before == super::bytes(&home));
    }

    #[tokio::test]
    async fn a_vault_that_cannot_be_written_opens_for_reading() {
        for (folder_mode, file_mode) in [(0o500, 0o400), (0o700, 0o400), (0o500, 0o600)] {
            let room = room().await;
            room.add("Main", "FAKE-secret").await;
            room.vault.clone().close().await.unwrap();
            let (home, file) = (room.home(), database_path(&room.home()));
            set_mode(&file, file_mode);
            set_mode(&home, folder_mode);
            let test = "files::unix::read_a_vault_that_cannot_be_written";
            if std::fs::metadata(&home).unwrap().uid() == 0 {
                // Permissions do not bind root, so somebody else owns and reads it.
                for path in [room.folder.path(), &home, &file] {
                    std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
                }
                let before = format!("exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups");
                alone(&before, test, &home);
            } else {
                alone("exec", test, &home);
            }
            set_mode(&home, 0o700);
        }
    }
}
