//! Organisations.

use strongroom_vault::{OrganisationId, OrganisationRow, Scope, VaultError, plain_name};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{
    OrganisationArchiveRequest, OrganisationCreateRequest, OrganisationRenameRequest, OrganisationView,
};

/// Longest name of a person, organisation or credential, in characters.
const NAME_LIMIT: usize = 120;

impl Strongroom {
    /// Organisations by name, without the archived ones.
    ///
    /// # Errors
    /// Where the vault cannot be read.
    pub async fn organisations(&self, actor: &Actor) -> Result<Vec<OrganisationView>, AppError> {
        let visible = actor.visible_scopes();
        let rows = self.vault().await?.organisations().await?;
        let seen = |o: &OrganisationRow| {
            o.archived_at.is_none() && visible.as_ref().is_none_or(|v| v.contains(&Scope::Organisation(o.id)))
        };
        Ok(rows.into_iter().filter(seen).map(organisation_view).collect())
    }

    /// Makes an organisation with its own key.
    ///
    /// # Errors
    /// A name that is empty, overlong or taken.
    pub async fn create_organisation(
        &self,
        actor: &Actor,
        request: OrganisationCreateRequest,
    ) -> Result<OrganisationView, AppError> {
        self.permit(actor, Operation::Organisations).await?;
        let name = organisation_name(request.name)?;
        Ok(organisation_view(self.unlocked().await?.create_organisation(&name, &actor.author()).await?))
    }

    /// Gives an organisation another name.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`]; an unknown organisation; a name that is empty, overlong or taken.
    pub async fn rename_organisation(
        &self,
        actor: &Actor,
        request: OrganisationRenameRequest,
    ) -> Result<OrganisationView, AppError> {
        self.permit(actor, Operation::Organisations).await?;
        let id = self.organisation(&request.id).await?;
        let name = organisation_name(request.name)?;
        self.unlocked().await?.rename_organisation(id, &name, &actor.author()).await?;
        self.one_organisation(id).await
    }

    /// Puts an organisation away with everything in it, or takes it back. While it is archived nothing of it is
    /// shown in lists, used, checked or changed, and nothing is lost.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`], and an unknown organisation.
    pub async fn archive_organisation(
        &self,
        actor: &Actor,
        request: OrganisationArchiveRequest,
    ) -> Result<OrganisationView, AppError> {
        self.permit(actor, Operation::Organisations).await?;
        let id = self.organisation(&request.id).await?;
        self.unlocked().await?.archive_organisation(id, request.archived, &actor.author()).await?;
        self.one_organisation(id).await
    }

    /// The organisation of that id or name.
    pub(crate) async fn organisation(&self, text: &str) -> Result<OrganisationId, AppError> {
        match self.scope(text).await? {
            Scope::Organisation(id) => Ok(id),
            Scope::System => Err(AppError::field("id", "What is system-wide belongs to no organisation.")),
        }
    }

    async fn one_organisation(&self, id: OrganisationId) -> Result<OrganisationView, AppError> {
        let all = self.vault().await?.organisations().await?;
        let found = all.into_iter().find(|o| o.id == id).map(organisation_view);
        found.ok_or(AppError::Vault(VaultError::NotFound("organisation")))
    }
}

pub(crate) fn organisation_view(row: OrganisationRow) -> OrganisationView {
    OrganisationView {
        id: row.id.to_string(),
        name: row.name,
        credentials: row.credentials,
        mode: row.mode.into(),
        ready: row.ready.is_some(),
        archived_at: row.archived_at,
    }
}

fn organisation_name(name: String) -> Result<String, AppError> {
    let name = checked_name("name", "The organisation's name", name)?;
    if name.to_lowercase() == "system" {
        return Err(AppError::field("name", "“system” names the system-wide credentials. Choose another name."));
    }
    Ok(name)
}

/// A name that people read: without what nobody sees, not empty, not overlong, without control characters.
pub(crate) fn checked_name(field: &str, what: &str, name: String) -> Result<String, AppError> {
    if name.trim().chars().any(char::is_control) {
        return Err(AppError::field(field, format!("{what} has a line break or another control character in it.")));
    }
    let name = plain_name(&name);
    if name.is_empty() {
        return Err(AppError::field(field, format!("{what} is empty.")));
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(AppError::field(field, format!("{what} is longer than {NAME_LIMIT} characters.")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::checked_name;

    #[test]
    fn names_are_trimmed_and_bad_ones_refused() {
        let check = |n: &str| checked_name("name", "The name", n.to_owned());
        assert_eq!(check("  Acme Voice \n").ok().as_deref(), Some("Acme Voice"));
        assert_eq!(check("نَبْض 🎧").ok().as_deref(), Some("نَبْض 🎧"), "any script and emoji are fine");
        assert!(check(" \t ").is_err(), "empty");
        assert!(check("two\nlines").is_err(), "control characters");
        assert!(check(&"x".repeat(121)).is_err(), "overlong");
    }

    #[test]
    fn what_nobody_sees_makes_no_other_name() {
        let check = |n: &str| checked_name("name", "The name", n.to_owned()).ok();
        let table = [
            "Acme  Voice",
            "Acme\u{a0}Voice",
            "Acme\u{200b} Voice",
            "\u{feff}Acme Voice",
            "Acme \u{202e}Voice",
            "Acme Vo\u{200d}ice",
            "Acme Voice\u{200c}",
            "\u{2066}Acme Voice\u{2069}",
        ];
        for name in table {
            assert_eq!(check(name).as_deref(), Some("Acme Voice"), "{name:?}");
        }
        for name in ["می\u{200c}خواهم", "👩\u{200d}💻", "क्\u{200d}ष"] {
            assert_eq!(check(name).as_deref(), Some(name), "a script or an emoji needs its joiner");
        }
        assert_eq!(check("\u{200b}\u{202e} "), None, "nothing to see is no name");
    }
}
