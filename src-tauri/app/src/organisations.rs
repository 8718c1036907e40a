//! Organisations.

use strongroom_vault::{OrganisationRow, Scope};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{OrganisationCreateRequest, OrganisationView};

/// Longest name of a person, organisation or credential, in characters.
const NAME_LIMIT: usize = 120;

impl Strongroom {
    /// Organisations by name.
    ///
    /// # Errors
    /// Where the vault cannot be read.
    pub async fn organisations(&self, actor: &Actor) -> Result<Vec<OrganisationView>, AppError> {
        let visible = actor.visible_scopes();
        let rows = self.vault().await?.organisations().await?;
        let seen = |o: &OrganisationRow| visible.as_ref().is_none_or(|v| v.contains(&Scope::Organisation(o.id)));
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
        actor.may(Operation::Organisations)?;
        let name = checked_name("name", "The organisation's name", request.name)?;
        if name.to_lowercase() == "system" {
            return Err(AppError::field("name", "“system” names the system-wide credentials. Choose another name."));
        }
        Ok(organisation_view(self.unlocked().await?.create_organisation(&name, &actor.author()).await?))
    }
}

pub(crate) fn organisation_view(row: OrganisationRow) -> OrganisationView {
    OrganisationView { id: row.id.to_string(), name: row.name, credentials: row.credentials }
}

/// A name that people read: trimmed, not empty, not overlong, without control characters.
pub(crate) fn checked_name(field: &str, what: &str, name: String) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(AppError::field(field, format!("{what} is empty.")));
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(AppError::field(field, format!("{what} is longer than {NAME_LIMIT} characters.")));
    }
    if name.chars().any(char::is_control) {
        return Err(AppError::field(field, format!("{what} has a line break or another control character in it.")));
    }
    Ok(name.to_owned())
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
}
