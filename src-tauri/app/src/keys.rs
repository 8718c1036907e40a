//! The master key: whether it is at hand, how to get it back, and the recovery kit.

use std::path::Path;

use strongroom_vault::{
    Author, CustodyError, CustodyKind, KeySource, KeychainStatus, NewCustody, RecoveryCode, SecretText, Vault,
};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::refusal::sentence;
use crate::strongroom::Strongroom;
use crate::times;
use crate::views::{
    Custody, KeyState, KeyStatusView, RecoveryKitRequest, RecoveryKitView, VaultRecoverRequest, VaultUnlockRequest,
};

/// Largest file that is read as a recovery kit, in bytes. A kit has about one thousand.
const KIT_LIMIT: u64 = 64 * 1024;

impl Strongroom {
    /// Whether the master key is at hand, trying to get it. May wait for the keychain.
    pub async fn key_status(&self) -> KeyStatusView {
        if !Vault::exists(&self.home) {
            return no_vault_status().await;
        }
        match self.unlocked().await {
            Ok(vault) => KeyStatusView {
                state: KeyState::Unlocked,
                message: match vault.info().custody {
                    _ if self.master_key.is_some() => "The master key came from STRONGROOM_MASTER_KEY.".into(),
                    CustodyKind::Keychain => "The master key is in this computer's keychain.".into(),
                    CustodyKind::Passphrase => "The master key was opened with the passphrase.".into(),
                    CustodyKind::Environment => "The master key is at hand.".into(),
                },
                hint: None,
                keychain_usable: self.keychain_usable(None).await,
            },
            Err(error) => {
                let view = error.view();
                KeyStatusView {
                    state: key_state(&error),
                    message: view.message,
                    hint: view.hint,
                    keychain_usable: self.keychain_usable(Some(&error)).await,
                }
            }
        }
    }

    /// Whether a recovered key could be kept by the keychain. One that just gave an answer, if only the wrong one,
    /// can; one that was not asked is probed.
    async fn keychain_usable(&self, error: Option<&AppError>) -> bool {
        use CustodyError::{KeychainAbsent, KeychainFailed, KeychainLocked, KeychainSilent};
        match (error, self.custody().await) {
            (Some(AppError::Custody(KeychainAbsent | KeychainFailed(_) | KeychainLocked | KeychainSilent(_))), _) => {
                false
            }
            (_, Ok(Custody::Keychain)) => true,
            _ => probe().await == KeychainStatus::Usable,
        }
    }

    /// Unlocks with a passphrase.
    ///
    /// # Errors
    /// A wrong passphrase, or a vault that is kept in another way.
    pub async fn unlock(&self, request: VaultUnlockRequest) -> Result<KeyStatusView, AppError> {
        let vault = self.vault().await?;
        vault.unlock(KeySource::Passphrase(request.passphrase.into())).await?;
        Ok(self.key_status().await)
    }

    /// Recovers the master key with the kit and puts it where it is kept from now on.
    ///
    /// # Errors
    /// A code with a typing mistake, of another vault, or replaced by a newer kit; a keychain that refuses.
    pub async fn recover(&self, request: VaultRecoverRequest) -> Result<KeyStatusView, AppError> {
        // Whoever holds the kit speaks for the owner, whoever is at this computer.
        let owner = self.vault().await?.owner().await?;
        let by = Author { person: owner.id, name: owner.name };
        let code = match (&request.kit_path, &request.code) {
            (Some(path), None) => read_kit(Path::new(path.trim()))?,
            (None, Some(code)) => parse_code("code", code.text())?,
            _ => return Err(AppError::field("code", "Give the code, or the file of the recovery kit.")),
        };
        let copy = |s: &SecretText| s.with(|text| SecretText::new(text.to_owned()));
        let keep_by = match (request.passphrase, self.passphrase(), &self.master_key) {
            (Some(passphrase), ..) => NewCustody::Passphrase(passphrase.into()),
            (None, Some(passphrase), _) => NewCustody::Passphrase(copy(passphrase)),
            (None, None, Some(key)) => NewCustody::Environment(copy(key)),
            (None, None, None) => NewCustody::Keychain,
        };
        let vault = self.vault().await?;
        self.note_wrong_code(&by, vault.recover(&code, keep_by, &by).await).await?;
        Ok(self.key_status().await)
    }

    /// Makes a new recovery kit; the old one stops working.
    ///
    /// # Errors
    /// Where the file exists already or cannot be written; then the old kit still works.
    pub async fn renew_recovery_kit(
        &self,
        actor: &Actor,
        request: RecoveryKitRequest,
    ) -> Result<RecoveryKitView, AppError> {
        self.permit(actor, Operation::Vault).await?;
        if request.path.trim().is_empty() {
            return Err(AppError::field("path", "Say where the recovery kit goes."));
        }
        let path = std::path::absolute(request.path.trim()).map_err(|e| AppError::field("path", e.to_string()))?;
        let target = path.clone();
        self.unlocked().await?.renew_recovery_kit(&actor.author(), move |kit| kit.write_to(&target)).await?;
        Ok(RecoveryKitView { path: path.display().to_string(), made_at: times::now() })
    }
}

pub(crate) fn read_kit(path: &Path) -> Result<RecoveryCode, AppError> {
    let refuse =
        |why: String| AppError::field("path", format!("{} cannot be read as a recovery kit: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|e| refuse(e.to_string()))?.len();
    if size > KIT_LIMIT {
        return Err(refuse("it is far too large.".into()));
    }
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(path).map_err(|e| refuse(e.to_string()))?);
    parse_code("path", &text)
}

pub(crate) fn parse_code(field: &str, text: &str) -> Result<RecoveryCode, AppError> {
    RecoveryCode::parse(text).map_err(|e| AppError::field(field, format!("{} Compare it with the kit.", sentence(&e))))
}

pub(crate) fn custody_view(kind: CustodyKind) -> Custody {
    match kind {
        CustodyKind::Keychain => Custody::Keychain,
        CustodyKind::Passphrase => Custody::Passphrase,
        CustodyKind::Environment => Custody::Environment,
    }
}

fn key_state(error: &AppError) -> KeyState {
    match error {
        AppError::NoVault { .. } => KeyState::NoVault,
        AppError::PassphraseNeeded => KeyState::PassphraseNeeded,
        AppError::VariableMissing | AppError::Custody(CustodyError::NoEntry) => KeyState::KeyMissing,
        AppError::Custody(CustodyError::KeychainAbsent | CustodyError::KeychainFailed(_)) => KeyState::KeychainAbsent,
        AppError::Custody(CustodyError::KeychainLocked | CustodyError::KeychainSilent(_)) => KeyState::KeychainLocked,
        _ => KeyState::WrongKey,
    }
}

/// What the keychain is like.
pub(crate) async fn probe() -> KeychainStatus {
    // Blocks for up to five seconds.
    tokio::task::spawn_blocking(strongroom_vault::keychain_probe).await.unwrap_or(KeychainStatus::Absent)
}

async fn no_vault_status() -> KeyStatusView {
    let (usable, message, hint) = match probe().await {
        KeychainStatus::Usable => (true, "The keychain is ready.", None),
        KeychainStatus::Locked => (
            false,
            "The keychain of this computer is locked.",
            Some("Unlock it and try again, or choose a passphrase instead."),
        ),
        KeychainStatus::Absent => (
            false,
            "There is no keychain service in this session.",
            Some("Choose a passphrase: the master key is then kept under it."),
        ),
    };
    KeyStatusView {
        state: KeyState::NoVault,
        message: message.into(),
        hint: hint.map(Into::into),
        keychain_usable: usable,
    }
}
