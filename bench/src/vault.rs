//! Vaults that are made to be measured.

use std::path::Path;

use strongroom_app::{NewVaultRequest, SecretText, Strongroom, StrongroomSettings};

use crate::Measured;

/// 32 fake bytes in base64.
pub const MASTER_KEY: &str = "RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=";

/// The application on such a vault.
pub fn open(home: &Path) -> Strongroom {
    let master_key = Some(SecretText::new(MASTER_KEY.to_owned()));
    Strongroom::new(StrongroomSettings { home: Some(home.to_owned()), master_key, passphrase: None })
}

/// Makes an empty one with an organisation of that name.
///
/// # Errors
/// Where it cannot be made.
pub async fn create(home: &Path, organisation: &str) -> Measured<Strongroom> {
    let app = open(home);
    let new = NewVaultRequest {
        person: Some("Bench".to_owned()),
        organisation: Some(organisation.to_owned()),
        recovery_kit: None,
        passphrase: None,
        demonstration: true,
    };
    app.create(new).await?;
    Ok(app)
}
