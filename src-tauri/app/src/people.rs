//! People and their roles, and who is at this computer.

use std::collections::BTreeMap;
use std::path::Path;

use strongroom_vault::{ActingRow, OrganisationId, OrganisationRole, PersonChange, PersonRow, VaultError};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::keys::{parse_code, read_kit};
use crate::organisations::{checked_name, organisation_view};
use crate::strongroom::Strongroom;
use crate::views::{
    PeopleView, PersonAddRequest, PersonChangeRequest, PersonRequest, PersonReturnRequest, PersonView, Role,
};

impl Strongroom {
    /// The person at this computer: the one who made the vault, unless another was chosen.
    ///
    /// # Errors
    /// Where there is no vault, it cannot be read, or that person is gone.
    pub async fn actor(&self) -> Result<Actor, AppError> {
        Ok(Actor::of(&self.here().await?))
    }

    /// The person at this computer as the vault has them.
    pub(crate) async fn here(&self) -> Result<ActingRow, AppError> {
        self.vault().await?.acting(None).await.map_err(|error| match error {
            VaultError::NotFound(_) => AppError::NotFound {
                what: "The person at this computer is not known to the vault.".into(),
                hint: Some("The owner comes back with the recovery kit: strongroom person return --kit FILE.".into()),
            },
            other => other.into(),
        })
    }

    /// Somebody by name or id, in whose place the person at this computer acts. Only super admins can, so that nobody
    /// gets more rights than they have; the audit names both.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`], [`AppError::NotFound`].
    pub async fn actor_as(&self, name: &str) -> Result<Actor, AppError> {
        let here = self.actor().await?;
        if name.trim().to_lowercase() == here.name.to_lowercase() || name.trim() == here.person.to_string() {
            return Ok(here);
        }
        self.permit(&here, Operation::People).await?;
        let person = self.person(name).await?;
        let row = self.vault().await?.acting(Some(person.id)).await?;
        Ok(Actor { name: format!("{}, through {}", row.person.name, here.name), ..Actor::of(&row) })
    }

    /// Everybody with their roles, and every organisation, archived ones too.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`].
    pub async fn people(&self, actor: &Actor) -> Result<PeopleView, AppError> {
        self.permit(actor, Operation::People).await?;
        let vault = self.vault().await?;
        let here = vault.acting(None).await?.person.id;
        Ok(PeopleView {
            organisations: vault.organisations().await?.into_iter().map(organisation_view).collect(),
            people: vault.people().await?.iter().map(|row| person_view(row, row.id == here)).collect(),
        })
    }

    /// Writes a person down, with roles.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`]; a name that is empty, overlong or taken; an unknown organisation.
    pub async fn add_person(&self, actor: &Actor, request: PersonAddRequest) -> Result<PersonView, AppError> {
        self.permit(actor, Operation::People).await?;
        let name = checked_name("name", "The name", request.name)?;
        let roles = self.roles(&request.admin_of, &request.member_of).await?;
        let row = self.unlocked().await?.create_person(&name, request.super_admin, &roles, &actor.author()).await?;
        Ok(person_view(&row, false))
    }

    /// Changes a person's name or roles.
    ///
    /// # Errors
    /// As [`Self::add_person`], an unknown person, and taking the owner's role away.
    pub async fn change_person(&self, actor: &Actor, request: PersonChangeRequest) -> Result<PersonView, AppError> {
        self.permit(actor, Operation::People).await?;
        let person = self.person(&request.id).await?;
        let name = request.name.map(|name| checked_name("name", "The name", name)).transpose()?;
        let roles = match (request.admin_of, request.member_of) {
            (None, None) => None,
            (admin, member) => {
                let kept = |role| with_role(&person, role);
                let admin = admin.unwrap_or_else(|| kept(OrganisationRole::Admin));
                let member = member.unwrap_or_else(|| kept(OrganisationRole::Member));
                Some(self.roles(&admin, &member).await?)
            }
        };
        let change = PersonChange { name, super_admin: request.super_admin, roles };
        let vault = self.unlocked().await?;
        let row = vault.change_person(person.id, change, &actor.author()).await?;
        let here = vault.acting(None).await?.person.id;
        Ok(person_view(&row, row.id == here))
    }

    /// Removes a person. What they did stays in the audit.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`], an unknown person, the owner, and the person at this computer.
    pub async fn remove_person(&self, actor: &Actor, request: PersonRequest) -> Result<PersonView, AppError> {
        self.permit(actor, Operation::People).await?;
        let person = self.person(&request.id).await?;
        let row = self.unlocked().await?.remove_person(person.id, &actor.author()).await?;
        Ok(person_view(&row, false))
    }

    /// Says who is at this computer from now on. The way back from somebody with a lesser role is
    /// [`Self::return_to_owner`].
    ///
    /// # Errors
    /// [`AppError::NotPermitted`], and an unknown person.
    pub async fn use_person(&self, actor: &Actor, request: PersonRequest) -> Result<PersonView, AppError> {
        self.permit(actor, Operation::People).await?;
        let person = self.person(&request.id).await?;
        let row = self.unlocked().await?.use_person(person.id, &actor.author()).await?;
        Ok(person_view(&row, true))
    }

    /// Makes the owner the person at this computer again. Whoever holds the recovery kit speaks for the owner, so
    /// this asks for the kit and for no role.
    ///
    /// # Errors
    /// A code with a typing mistake, of another vault, or replaced by a newer kit.
    pub async fn return_to_owner(&self, request: PersonReturnRequest) -> Result<PersonView, AppError> {
        let code = match (&request.kit_path, &request.code) {
            (Some(path), None) => read_kit(Path::new(path.trim()))?,
            (None, Some(code)) => parse_code("code", code.text())?,
            _ => return Err(AppError::field("code", "Give the code, or the file of the recovery kit.")),
        };
        let vault = self.unlocked().await?;
        let here = self.here().await?.person;
        let tried_by = strongroom_vault::Author { person: here.id, name: here.name };
        self.note_wrong_code(&tried_by, vault.verify_kit(&code).await).await?;
        let owner = vault.owner().await?;
        let by = strongroom_vault::Author { person: owner.id, name: owner.name.clone() };
        let row = vault.use_person(owner.id, &by).await?;
        Ok(person_view(&row, true))
    }

    /// Roles in organisations that are named by id or name. An admin may do all that a member may, so naming an
    /// organisation under both is being its admin.
    async fn roles(
        &self,
        admin_of: &[String],
        member_of: &[String],
    ) -> Result<BTreeMap<OrganisationId, OrganisationRole>, AppError> {
        let mut roles = BTreeMap::new();
        for (names, role) in [(member_of, OrganisationRole::Member), (admin_of, OrganisationRole::Admin)] {
            for name in names {
                roles.insert(self.organisation(name).await?, role);
            }
        }
        Ok(roles)
    }

    /// The person of that id or name.
    async fn person(&self, text: &str) -> Result<PersonRow, AppError> {
        let people = self.vault().await?.people().await?;
        let wanted = text.trim().to_lowercase();
        let names = people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        people.into_iter().find(|p| p.id.to_string() == wanted || p.name.to_lowercase() == wanted).ok_or_else(|| {
            AppError::NotFound {
                what: format!("There is no person “{text}”."),
                hint: Some(format!("There are: {names}.")),
            }
        })
    }
}

fn with_role(person: &PersonRow, role: OrganisationRole) -> Vec<String> {
    person.roles.iter().filter(|(_, r)| **r == role).map(|(id, _)| id.to_string()).collect()
}

/// A person for people to see; `here` says that it is the one at this computer.
pub(crate) fn person_view(row: &PersonRow, here: bool) -> PersonView {
    let (admin_of, member_of) = (with_role(row, OrganisationRole::Admin), with_role(row, OrganisationRole::Member));
    PersonView {
        id: row.id.to_string(),
        name: row.name.clone(),
        role: if row.super_admin {
            Role::SuperAdmin
        } else if !admin_of.is_empty() {
            Role::OrgAdmin
        } else if !member_of.is_empty() {
            Role::Member
        } else {
            Role::Nobody
        },
        admin_of,
        member_of,
        owner: row.owner,
        here,
    }
}
