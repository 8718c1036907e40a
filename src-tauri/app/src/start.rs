//! First start and every later one.

use std::path::{Path, PathBuf};

use strongroom_vault::{NewCustody, NewVault, SecretText, Vault};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::home;
use crate::organisations::checked_name;
use crate::people::person_view;
use crate::strongroom::Strongroom;
use crate::views::{
    ListSettings, OrganisationSelectRequest, Stage, StartupView, Theme, ThemeRequest, VaultCreateRequest,
};

const THEME: &str = "theme";
const ORGANISATION: &str = "organisation";

/// A new vault, as the command line asks for it.
pub struct NewVaultRequest {
    /// The person's name; the account's name where `None`.
    pub person: Option<String>,
    /// The first organisation.
    pub organisation: Option<String>,
    /// File for the recovery kit; in the vault's folder where `None`.
    pub recovery_kit: Option<PathBuf>,
    /// A passphrase instead of the keychain.
    pub passphrase: Option<SecretText>,
    /// Mark it as the demonstration vault.
    pub demonstration: bool,
}

impl Strongroom {
    /// All that the first picture of the window needs. Reads no keychain, so it never waits for one.
    pub async fn startup(&self) -> StartupView {
        let mut view = StartupView {
            stage: Stage::FirstStart,
            fault: None,
            home: self.home.display().to_string(),
            demonstration: false,
            custody: None,
            person: None,
            organisations: Vec::new(),
            organisation: None,
            theme: Theme::System,
            list: ListSettings::default(),
            recovery_kit_path: home::recovery_kit_suggestion().display().to_string(),
            person_suggestion: home::person_suggestion(),
            recovery_kit_made_at: None,
        };
        if !Vault::exists(&self.home) {
            return view;
        }
        match self.fill_startup(&mut view).await {
            Ok(()) => view.stage = Stage::Ready,
            Err(e) => {
                view.stage = Stage::Unusable;
                view.fault = Some(e.view());
            }
        }
        view
    }

    async fn fill_startup(&self, view: &mut StartupView) -> Result<(), AppError> {
        let vault = self.vault().await?;
        let info = vault.info();
        let here = self.here().await?;
        let actor = Actor::of(&here);
        view.demonstration = info.demonstration;
        view.custody = Some(self.custody().await?);
        view.recovery_kit_made_at = info.recovery_kit_made_at;
        view.organisations = self.organisations(&actor).await?;
        let chosen = vault.setting(ORGANISATION).await?;
        view.organisation = chosen.filter(|id| view.organisations.iter().any(|o| &o.id == id));
        view.list = self.list_settings().await?;
        view.theme = match vault.setting(THEME).await?.as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        view.person = Some(person_view(&here.person, true));
        Ok(())
    }

    /// First start in the window.
    ///
    /// # Errors
    /// Refusals name the field; nothing half-made stays behind.
    pub async fn create_from_window(&self, request: VaultCreateRequest) -> Result<StartupView, AppError> {
        if request.recovery_kit_path.trim().is_empty() {
            return Err(AppError::field("path", "Say where the recovery kit goes."));
        }
        self.create(NewVaultRequest {
            person: Some(request.person),
            organisation: Some(request.organisation),
            recovery_kit: Some(PathBuf::from(request.recovery_kit_path.trim())),
            passphrase: request.passphrase.map(Into::into),
            demonstration: false,
        })
        .await?;
        Ok(self.startup().await)
    }

    /// Makes a new vault with its recovery kit, and returns the kit's file.
    ///
    /// # Errors
    /// Refusals name the field; nothing half-made stays behind.
    pub async fn create(&self, request: NewVaultRequest) -> Result<PathBuf, AppError> {
        let person = checked_name("person", "Your name", request.person.unwrap_or_else(home::person_suggestion))?;
        let organisation = match request.organisation {
            Some(name) => Some(checked_name("organisation", "The organisation's name", name)?),
            None => None,
        };
        let kit_path = absolute(&request.recovery_kit.unwrap_or_else(|| self.home.join("recovery-kit.txt")));
        let copy = |s: &SecretText| s.with(|text| SecretText::new(text.to_owned()));
        let custody = match (&self.master_key, request.passphrase, self.passphrase()) {
            (Some(key), ..) => NewCustody::Environment(copy(key)),
            (None, Some(passphrase), _) => NewCustody::Passphrase(passphrase),
            (None, None, Some(passphrase)) => NewCustody::Passphrase(copy(passphrase)),
            (None, None, None) => NewCustody::Keychain,
        };
        let new = NewVault { person, organisation, custody, demonstration: request.demonstration };
        let target = kit_path.clone();
        let vault = Vault::create(&self.home, new, move |kit| kit.write_to(&target)).await?;
        self.adopt(vault)?;
        if let [only] = self.vault().await?.organisations().await?.as_slice() {
            self.vault().await?.set_preference(ORGANISATION, &only.id.to_string()).await?;
        }
        Ok(kit_path)
    }

    /// Remembers the colours.
    ///
    /// # Errors
    /// Where the vault cannot be written.
    pub async fn set_theme(&self, request: ThemeRequest) -> Result<StartupView, AppError> {
        let theme = match request.theme {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        self.vault().await?.set_preference(THEME, theme).await?;
        Ok(self.startup().await)
    }

    /// Remembers which organisation is shown.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an unknown id, [`AppError::NotPermitted`] for one that the actor may not see.
    pub async fn select_organisation(
        &self,
        actor: &Actor,
        request: OrganisationSelectRequest,
    ) -> Result<StartupView, AppError> {
        if let Some(id) = &request.id {
            self.permit(actor, Operation::Read(self.scope(id).await?)).await?;
        }
        self.vault().await?.set_preference(ORGANISATION, request.id.as_deref().unwrap_or_default()).await?;
        Ok(self.startup().await)
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
