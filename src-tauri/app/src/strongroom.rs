//! The application: one vault's folder, its vault once opened, the catalogue and the checker.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use strongroom_providers::{Catalogue, CatalogueFault, Checker, CheckerSettings};
use strongroom_vault::{CustodyKind, KeySource, Scope, SecretText, Vault};

use crate::audit::Tended;
use crate::error::AppError;
use crate::home;
use crate::keys::custody_view;
use crate::views::Custody;

/// How to reach the vault.
#[derive(Default)]
pub struct StrongroomSettings {
    /// The vault's folder; the platform's data folder where `None`.
    pub home: Option<PathBuf>,
    /// The value of `STRONGROOM_MASTER_KEY`, where it is set.
    pub master_key: Option<SecretText>,
    /// A passphrase read from a file or standard input.
    pub passphrase: Option<SecretText>,
}

/// The catalogue as it was read last.
struct Loaded {
    catalogue: Arc<Catalogue>,
    faults: Arc<[CatalogueFault]>,
}

/// The application. Both front ends hold one and call its use cases.
pub struct Strongroom {
    pub(crate) home: PathBuf,
    pub(crate) master_key: Option<SecretText>,
    passphrase: Option<SecretText>,
    vault: OnceLock<Vault>,
    opening: tokio::sync::Mutex<()>,
    catalogue: RwLock<Option<Arc<Loaded>>>,
    checker: OnceLock<Arc<Checker>>,
    pub(crate) tended: tokio::sync::Mutex<Tended>,
}

impl Strongroom {
    /// Nothing is read or written yet.
    pub fn new(settings: StrongroomSettings) -> Self {
        Self {
            home: settings.home.unwrap_or_else(home::default_home),
            master_key: settings.master_key,
            passphrase: settings.passphrase,
            vault: OnceLock::new(),
            opening: tokio::sync::Mutex::new(()),
            catalogue: RwLock::new(None),
            checker: OnceLock::new(),
            tended: tokio::sync::Mutex::default(),
        }
    }

    /// The vault's folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The vault, opened on first use. Its inventory can be read; its secrets need [`Self::unlocked`].
    pub(crate) async fn vault(&self) -> Result<&Vault, AppError> {
        if let Some(vault) = self.vault.get() {
            return Ok(vault);
        }
        let _one_at_a_time = self.opening.lock().await;
        if let Some(vault) = self.vault.get() {
            return Ok(vault);
        }
        if !Vault::exists(&self.home) {
            return Err(AppError::NoVault { home: self.home.display().to_string() });
        }
        let opened = Vault::open(&self.home).await?;
        Ok(self.vault.get_or_init(|| opened))
    }

    /// Takes over a vault that was just made.
    pub(crate) fn adopt(&self, vault: Vault) -> Result<(), AppError> {
        self.vault
            .set(vault)
            .map_err(|_| AppError::Vault(strongroom_vault::VaultError::AlreadyExists(self.home.clone())))
    }

    /// The vault with its master key at hand.
    pub(crate) async fn unlocked(&self) -> Result<&Vault, AppError> {
        let vault = self.vault().await?;
        if !vault.is_unlocked() {
            vault.unlock(self.key_source(vault)?).await?;
        }
        Ok(vault)
    }

    /// Opens the vault for a command that will need the master key, and lets the keychain look for it while the
    /// inventory is being read.
    ///
    /// # Errors
    /// Where there is no vault or it cannot be read.
    pub async fn prepare_key(&self) -> Result<(), AppError> {
        let from_elsewhere = self.master_key.is_some() || self.passphrase.is_some();
        if !from_elsewhere && Vault::exists(&self.home) {
            strongroom_vault::prepare_keychain();
        }
        // The catalogue is read while the database's thread opens the file.
        let (vault, _) = tokio::join!(biased; self.vault(), async { self.loaded() });
        let vault = vault?;
        if !from_elsewhere && vault.info().custody == CustodyKind::Keychain {
            vault.look_for_key();
        }
        Ok(())
    }

    /// Who keeps the master key.
    ///
    /// # Errors
    /// Where there is no vault or it cannot be read.
    pub async fn custody(&self) -> Result<Custody, AppError> {
        let kind = self.vault().await?.info().custody;
        Ok(if self.master_key.is_some() { Custody::Environment } else { custody_view(kind) })
    }

    /// Wipes the keys and closes the vault's file.
    ///
    /// # Errors
    /// Where the file cannot be closed well.
    pub async fn close(self) -> Result<(), AppError> {
        match self.vault.into_inner() {
            Some(vault) => Ok(vault.close().await?),
            None => Ok(()),
        }
    }

    /// Where the master key comes from: the environment variable where set, otherwise as the vault is kept.
    fn key_source(&self, vault: &Vault) -> Result<KeySource, AppError> {
        let copy = |s: &SecretText| s.with(|text| SecretText::new(text.to_owned()));
        if let Some(key) = &self.master_key {
            return Ok(KeySource::Environment(copy(key)));
        }
        match vault.info().custody {
            CustodyKind::Keychain => Ok(KeySource::Keychain),
            CustodyKind::Passphrase => match &self.passphrase {
                Some(passphrase) => Ok(KeySource::Passphrase(copy(passphrase))),
                None => Err(AppError::PassphraseNeeded),
            },
            CustodyKind::Environment => Err(AppError::VariableMissing),
        }
    }

    /// The passphrase that the front end was started with.
    pub(crate) fn passphrase(&self) -> Option<&SecretText> {
        self.passphrase.as_ref()
    }

    /// The catalogue with the organisation's own provider files.
    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        self.loaded().catalogue.clone()
    }

    /// What is wrong with the organisation's own provider files.
    pub(crate) fn catalogue_faults(&self) -> Arc<[CatalogueFault]> {
        self.loaded().faults.clone()
    }

    fn loaded(&self) -> Arc<Loaded> {
        if let Some(loaded) = &*self.catalogue.read().unwrap_or_else(PoisonError::into_inner) {
            return loaded.clone();
        }
        self.read_catalogue()
    }

    fn read_catalogue(&self) -> Arc<Loaded> {
        let (catalogue, faults) = Catalogue::with_folder(&self.own_providers());
        let loaded = Arc::new(Loaded { catalogue: Arc::new(catalogue), faults: faults.into() });
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Some(loaded.clone());
        loaded
    }

    /// Reads the organisation's own provider files again, after something has changed in their folder, and says
    /// whether they are others than before. What is under way goes on with what it holds.
    pub fn refresh_catalogue(&self) -> bool {
        let before = self.loaded();
        let now = self.read_catalogue();
        before.catalogue != now.catalogue || before.faults != now.faults
    }

    /// The folder of the organisation's own provider files, whether it is there or not.
    pub fn own_providers(&self) -> PathBuf {
        home::own_providers(&self.home)
    }

    /// The checker, set up on first use.
    pub(crate) fn checker(&self) -> Result<&Arc<Checker>, AppError> {
        if let Some(checker) = self.checker.get() {
            return Ok(checker);
        }
        let made = Checker::new(CheckerSettings::default()).map_err(|e| AppError::Checker(e.to_string()))?;
        Ok(self.checker.get_or_init(|| Arc::new(made)))
    }

    /// A number that changes when another process has changed the vault.
    ///
    /// # Errors
    /// Where there is no vault or it cannot be read.
    pub async fn data_version(&self) -> Result<i64, AppError> {
        Ok(self.vault().await?.data_version().await?)
    }

    /// Turns `system`, an organisation's id or its name into a scope.
    ///
    /// # Errors
    /// [`AppError::NotFound`] with the names that there are.
    pub async fn scope(&self, text: &str) -> Result<Scope, AppError> {
        if text == "system" {
            return Ok(Scope::System);
        }
        let vault = self.vault().await?;
        if let Some(id) = vault.organisation_called(text).await? {
            return Ok(Scope::Organisation(id));
        }
        let organisations = vault.organisations().await?;
        Err(AppError::NotFound {
            what: format!("There is no organisation “{text}”."),
            hint: Some(match organisations.len() {
                0 => "Create one first: strongroom org add NAME.".into(),
                _ => format!(
                    "There are: {}. The word “system” names the system-wide credentials.",
                    organisations.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(", ")
                ),
            }),
        })
    }
}
