//! What all these tests need: a fresh vault in a folder of its own, and a hand that writes past it.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use strongroom_vault::{
    Author, Contents, CredentialRow, KeySource, NewCredential, NewCustody, NewVault, Opened, Parcel, Scope, SecretText,
    Vault, VaultError, VerdictRow, database_path,
};
use tempfile::TempDir;

/// A master key that everybody can see is none: `FAKE-FAKE-…-!!`.
pub const KEY: &str = "RkFLRS1GQUtFLUZBS0UtRkFLRS1GQUtFLUZBS0UtISE=";
/// Another one: `FAKE-FAKE-…-??`.
pub const OTHER_KEY: &str = "RkFLRS1GQUtFLUZBS0UtRkFLRS1GQUtFLUZBS0UtPz8=";

/// An unlocked vault with one organisation.
pub struct Room {
    pub folder: TempDir,
    pub vault: Vault,
    pub by: Author,
    pub organisation: Scope,
}

impl Room {
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// Stores a credential of the organisation with one secret.
    pub async fn add(&self, name: &str, text: &str) -> CredentialRow {
        self.vault.add_credential(new(self.organisation, name, &[("api_secret", text)]), &self.by).await.unwrap()
    }

    /// Delivers a parcel to `sh`, as it was opened.
    pub async fn hand_over(&self, parcel: Parcel) -> Result<Vec<Opened>, VaultError> {
        let mut handed = Vec::new();
        let mut packing = |opened: Vec<Contents<'_>>| {
            handed = opened.into_iter().map(|(row, secrets)| (row.clone(), secrets)).collect();
            true
        };
        self.vault.deliver_parcel(parcel, "sh", &self.by, &mut packing).await?;
        Ok(handed)
    }
}

pub fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// The text of an opened secret, to be compared.
pub fn plain(secret: &SecretText) -> String {
    secret.with(str::to_owned)
}

pub fn new_vault(key: &str) -> NewVault {
    NewVault {
        person: "Ada Admin".to_owned(),
        organisation: Some("Acme".to_owned()),
        custody: NewCustody::Environment(secret(key)),
        demonstration: false,
    }
}

pub async fn room() -> Room {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::create(&folder.path().join("vault"), new_vault(KEY), |_| Ok(())).await.unwrap();
    let by = author(&vault).await;
    let organisation = Scope::Organisation(vault.organisations().await.unwrap()[0].id);
    Room { folder, vault, by, organisation }
}

/// Another handle on a vault, as another program has it.
pub async fn unlocked(home: &Path) -> Vault {
    let vault = Vault::open(home).await.unwrap();
    vault.unlock(KeySource::Environment(secret(KEY))).await.unwrap();
    vault
}

pub async fn author(vault: &Vault) -> Author {
    let owner = vault.owner().await.unwrap();
    Author { person: owner.id, name: owner.name }
}

pub fn new(scope: Scope, name: &str, secrets: &[(&str, &str)]) -> NewCredential {
    NewCredential {
        scope,
        provider: "twilio".to_owned(),
        auth: "api-key".to_owned(),
        types: vec!["sms".to_owned(), "voice".to_owned()],
        name: name.to_owned(),
        lookup_key: "TWILIO_KEY".to_owned(),
        category: "communication".to_owned(),
        default: false,
        plain: [("account_sid".to_owned(), "ACFAKE0001".to_owned())].into(),
        secrets: secrets.iter().map(|(field, text)| ((*field).to_owned(), secret(text))).collect(),
        verdict: None,
        expires_at: None,
        reminder_days: strongroom_vault::REMINDER_DAYS,
    }
}

pub fn verdict(kind: &str, conclusive: bool) -> VerdictRow {
    VerdictRow {
        kind: kind.to_owned(),
        evidence: "seen".to_owned(),
        next_step: None,
        checked_at: "2026-01-02T03:04:05.000Z".to_owned(),
        duration_ms: 12,
        cost: "free".to_owned(),
        conclusive,
    }
}

/// A connection that knows nothing of the vault's rules, foreign keys included.
pub async fn hand(home: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(database_path(home))
        .foreign_keys(false)
        .disable_statement_logging()
        .connect()
        .await
        .unwrap()
}

/// Changes the file behind the vault's back.
pub async fn by_hand(home: &Path, sql: &'static str) {
    let mut hand = hand(home).await;
    sqlx::query(sql).execute(&mut hand).await.unwrap();
    hand.close().await.unwrap();
}

/// The bytes of the database and its log.
pub fn bytes(home: &Path) -> Vec<u8> {
    let mut out = std::fs::read(database_path(home)).unwrap();
    let mut log = database_path(home).into_os_string();
    log.push("-wal");
    out.extend(std::fs::read(log).unwrap_or_default());
    out
}

pub fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}
