//! Who acts, and what they may do. Every use case asks here first; nothing else decides permission.

use strongroom_vault::{Author, OrganisationId, PersonId, Scope};

use crate::error::AppError;

/// What a person may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Everything, system-wide credentials and organisations included.
    SuperAdmin,
    /// The credentials of these organisations.
    OrgAdmin(Vec<OrganisationId>),
    /// See the masked inventory of these organisations and use their credentials.
    Member(Vec<OrganisationId>),
}

/// The person on whose behalf a use case runs.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// The name, for the audit.
    pub name: String,
    /// What the person may do.
    pub rights: Rights,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// See the masked inventory of a scope.
    Read(Scope),
    /// Hand a credential of a scope to a program.
    Use(Scope),
    /// Ask the provider about a credential of a scope.
    Check(Scope),
    /// Add, change, switch or delete credentials of a scope.
    Change(Scope),
    /// Create and change organisations.
    Organisations,
    /// Recovery kit, custody, examination of the vault.
    Vault,
}

impl Actor {
    /// Refuses what the person may not do.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`] with the role that would be needed.
    pub fn may(&self, operation: Operation) -> Result<(), AppError> {
        use Operation::{Change, Check, Read, Use};
        let allowed = match (&self.rights, operation) {
            (Rights::SuperAdmin, _) => true,
            (Rights::OrgAdmin(_) | Rights::Member(_), Read(Scope::System) | Use(Scope::System)) => true,
            (Rights::OrgAdmin(own), Read(s) | Use(s) | Check(s) | Change(s)) => owns(own, s),
            (Rights::Member(own), Read(s) | Use(s)) => owns(own, s),
            _ => false,
        };
        if allowed { Ok(()) } else { Err(AppError::NotPermitted { needed: needed(operation) }) }
    }

    /// The scopes whose inventory the person may see; `None` for every scope.
    pub fn visible_scopes(&self) -> Option<Vec<Scope>> {
        match &self.rights {
            Rights::SuperAdmin => None,
            Rights::OrgAdmin(own) | Rights::Member(own) => {
                Some(std::iter::once(Scope::System).chain(own.iter().copied().map(Scope::Organisation)).collect())
            }
        }
    }

    /// The person as the audit names them.
    pub fn author(&self) -> Author {
        Author { person: self.person, name: self.name.clone() }
    }
}

fn owns(own: &[OrganisationId], scope: Scope) -> bool {
    matches!(scope, Scope::Organisation(id) if own.contains(&id))
}

fn needed(operation: Operation) -> &'static str {
    match operation {
        Operation::Read(_) | Operation::Use(_) => "a member of that organisation",
        Operation::Check(Scope::System) | Operation::Change(Scope::System) => "a super admin",
        Operation::Check(_) | Operation::Change(_) => "an admin of that organisation",
        Operation::Organisations | Operation::Vault => "a super admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation against every role: what stands here is what `product.md` says of roles.
    #[test]
    fn roles_may_do_what_the_product_page_says_and_nothing_else() {
        let own = OrganisationId::make();
        let other = OrganisationId::make();
        let (own_scope, other_scope) = (Scope::Organisation(own), Scope::Organisation(other));
        let roles = [Rights::SuperAdmin, Rights::OrgAdmin(vec![own]), Rights::Member(vec![own])];
        let table: [(Operation, [bool; 3]); 14] = [
            (Operation::Read(Scope::System), [true, true, true]),
            (Operation::Read(own_scope), [true, true, true]),
            (Operation::Read(other_scope), [true, false, false]),
            (Operation::Use(Scope::System), [true, true, true]),
            (Operation::Use(own_scope), [true, true, true]),
            (Operation::Use(other_scope), [true, false, false]),
            (Operation::Check(Scope::System), [true, false, false]),
            (Operation::Check(own_scope), [true, true, false]),
            (Operation::Check(other_scope), [true, false, false]),
            (Operation::Change(Scope::System), [true, false, false]),
            (Operation::Change(own_scope), [true, true, false]),
            (Operation::Change(other_scope), [true, false, false]),
            (Operation::Organisations, [true, false, false]),
            (Operation::Vault, [true, false, false]),
        ];
        for (operation, expected) in table {
            for (rights, allowed) in roles.iter().zip(expected) {
                let actor = Actor { person: PersonId::make(), name: "Test Person".into(), rights: rights.clone() };
                assert_eq!(actor.may(operation).is_ok(), allowed, "{rights:?} and {operation:?}");
            }
        }
    }
}
