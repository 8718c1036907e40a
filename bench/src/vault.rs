//! Vaults that are made to be measured.

use std::path::Path;

use strongroom_app::{NewVaultRequest, SecretText, Strongroom, StrongroomSettings};
use strongroom_stage::Stage;

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

/// A vault with `credentials` of them, in a home of its own on the stage, made by the stage's program. Their lookup keys
/// are `BENCH_00` and on. Gives back its home.
///
/// # Errors
/// Where it cannot be made.
pub fn staged(stage: &mut Stage, credentials: usize) -> Measured<String> {
    let home = stage.home().join(format!("vault-{credentials}")).display().to_string();
    stage.set_variable("STRONGROOM_HOME", &home);
    let kit = stage.home().join(format!("kit-{credentials}.txt")).display().to_string();
    stage.strongroom(&["init", "--org", "Bench", "--recovery-kit", &kit])?.expect_status(0)?;
    for n in 0..credentials {
        let (name, key) = (format!("credential {n}"), format!("BENCH_{n:02}"));
        let mut add = vec!["add", "--provider", "api-token", "--name", &name, "--key", &key];
        add.extend(["--no-check", "--fields-json", "-"]);
        stage.strongroom_fed(&add, &format!("{{\"token\": \"fake-bench-token-{n:06}\"}}"))?.expect_status(0)?;
    }
    Ok(home)
}
