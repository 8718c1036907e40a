//! Who acts, and what they may do. Every use case asks here first; nothing else decides permission.

use strongroom_vault::{ActingRow, AuditReach, Author, OrganisationId, OrganisationRole, PersonId, PersonRow, Scope};

use crate::error::AppError;

/// What a person may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Everything, system-wide credentials, organisations and people included.
    SuperAdmin,
    /// What the roles in organisations allow. Somebody without any may do nothing.
    Roles {
        /// The person adds, changes and deletes the credentials of these.
        admin_of: Vec<OrganisationId>,
        /// The person sees the masked inventory of these and uses their credentials.
        member_of: Vec<OrganisationId>,
    },
}

impl Rights {
    /// Those of an admin of these organisations.
    pub fn admin_of(organisations: Vec<OrganisationId>) -> Self {
        Self::Roles { admin_of: organisations, member_of: Vec::new() }
    }

    /// Those of a member of these organisations.
    pub fn member_of(organisations: Vec<OrganisationId>) -> Self {
        Self::Roles { admin_of: Vec::new(), member_of: organisations }
    }

    /// Those of somebody without any role.
    pub fn none() -> Self {
        Self::Roles { admin_of: Vec::new(), member_of: Vec::new() }
    }

    /// Those of a person in the vault.
    fn of(person: &PersonRow) -> Self {
        if person.super_admin {
            return Self::SuperAdmin;
        }
        let with = |role| person.roles.iter().filter(|(_, r)| **r == role).map(|(id, _)| *id).collect();
        Self::Roles { admin_of: with(OrganisationRole::Admin), member_of: with(OrganisationRole::Member) }
    }
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
    /// The organisations that are not archived; `None` where none is. What is archived can be read by super admins
    /// and changed by nobody.
    pub open: Option<Vec<OrganisationId>>,
    /// The archived organisations that the person has a role in. It gives no right there until it is restored.
    pub resting: Vec<OrganisationId>,
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
    /// Add, rename and delete the consumers of a scope.
    Consumers(Scope),
    /// Say which credentials the consumers of a scope use.
    Assign(Scope),
    /// Say whose keys an organisation uses, and complete its onboarding.
    Onboarding(Scope),
    /// Stop and resume all telephony deliveries.
    Launch,
    /// Create, rename and archive organisations.
    Organisations,
    /// See people and change their roles; say who is at this computer.
    People,
    /// Recovery kit, custody, examination of the vault; how long its audit is kept.
    Vault,
    /// Read the audit, as far as [`Actor::audit_reach`] goes.
    Audit,
}

impl Actor {
    /// Somebody in the vault, with the rights of their roles.
    pub(crate) fn of(row: &ActingRow) -> Self {
        Self {
            person: row.person.id,
            name: row.person.name.clone(),
            rights: Rights::of(&row.person),
            open: row.open.clone(),
            resting: row.resting.clone(),
        }
    }

    /// Refuses what the person may not do. This is the only place that decides it. Use cases ask through
    /// `Strongroom::permit`, which writes a refusal down; here ask those that only leave out what is not allowed.
    ///
    /// # Errors
    /// [`AppError::NotPermitted`] with the role that would be needed, [`AppError::Archived`].
    pub fn may(&self, operation: Operation) -> Result<(), AppError> {
        use Operation::{Assign, Change, Check, Consumers, Onboarding, Read, Use};
        let allowed = match (&self.rights, operation) {
            (Rights::SuperAdmin, _) => true,
            (Rights::Roles { admin_of, member_of }, Read(Scope::System) | Use(Scope::System)) => {
                !admin_of.is_empty() || !member_of.is_empty()
            }
            (Rights::Roles { admin_of, member_of }, Read(s) | Use(s) | Assign(s)) => {
                within(admin_of, s) || within(member_of, s)
            }
            (Rights::Roles { admin_of, .. }, Check(s) | Change(s) | Consumers(s) | Onboarding(s)) => {
                within(admin_of, s)
            }
            (Rights::Roles { admin_of, member_of }, Operation::Audit) => !admin_of.is_empty() || !member_of.is_empty(),
            _ => false,
        };
        if !allowed {
            if matches!(operation.scope(), Some(Scope::Organisation(id)) if self.resting.contains(&id)) {
                return Err(AppError::Archived);
            }
            return Err(AppError::NotPermitted { needed: needed(operation) });
        }
        match operation {
            Use(scope) | Check(scope) | Change(scope) | Consumers(scope) | Assign(scope) | Onboarding(scope)
                if self.is_archived(scope) =>
            {
                Err(AppError::Archived)
            }
            _ => Ok(()),
        }
    }

    fn is_archived(&self, scope: Scope) -> bool {
        match (scope, &self.open) {
            (Scope::Organisation(id), Some(open)) => !open.contains(&id),
            _ => false,
        }
    }

    /// The scopes whose inventory the person sees unless one is asked for by name; `None` for every scope.
    pub fn visible_scopes(&self) -> Option<Vec<Scope>> {
        let organisations: Vec<OrganisationId> = match (&self.rights, &self.open) {
            (Rights::SuperAdmin, None) => return None,
            (Rights::SuperAdmin, Some(open)) => open.clone(),
            (Rights::Roles { admin_of, member_of }, _) => admin_of.iter().chain(member_of).copied().collect(),
        };
        let system = (self.rights == Rights::SuperAdmin || !organisations.is_empty()).then_some(Scope::System);
        Some(system.into_iter().chain(organisations.into_iter().map(Scope::Organisation)).collect())
    }

    /// The entries of the audit that the person sees; `None` for all. Admins see those of their organisations, and
    /// everybody with a role what they did themselves.
    pub fn audit_reach(&self) -> Option<AuditReach> {
        let Rights::Roles { admin_of, .. } = &self.rights else { return None };
        Some(AuditReach { scopes: admin_of.iter().map(|id| Scope::Organisation(*id)).collect(), person: self.person })
    }

    /// The person as the audit names them.
    pub fn author(&self) -> Author {
        Author { person: self.person, name: self.name.clone() }
    }
}

fn within(organisations: &[OrganisationId], scope: Scope) -> bool {
    matches!(scope, Scope::Organisation(id) if organisations.contains(&id))
}

fn needed(operation: Operation) -> &'static str {
    match operation {
        Operation::Read(_) | Operation::Use(_) | Operation::Assign(_) => "a member of that organisation",
        Operation::Audit => "a role in an organisation",
        Operation::Check(Scope::System) | Operation::Change(Scope::System) => "a super admin",
        Operation::Check(_) | Operation::Change(_) | Operation::Consumers(_) | Operation::Onboarding(_) => {
            "an admin of that organisation"
        }
        Operation::Launch | Operation::Organisations | Operation::People | Operation::Vault => "a super admin",
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
        let roles = [
            Rights::SuperAdmin,
            Rights::admin_of(vec![own]),
            Rights::admin_of(vec![other]),
            Rights::member_of(vec![own]),
            Rights::none(),
        ];
        let only_super = [true, false, false, false, false];
        let table: [(Operation, [bool; 5]); 23] = [
            (Operation::Read(Scope::System), [true, true, true, true, false]),
            (Operation::Read(own_scope), [true, true, false, true, false]),
            (Operation::Read(other_scope), [true, false, true, false, false]),
            (Operation::Use(Scope::System), [true, true, true, true, false]),
            (Operation::Use(own_scope), [true, true, false, true, false]),
            (Operation::Use(other_scope), [true, false, true, false, false]),
            (Operation::Check(Scope::System), only_super),
            (Operation::Check(own_scope), [true, true, false, false, false]),
            (Operation::Check(other_scope), [true, false, true, false, false]),
            (Operation::Change(Scope::System), only_super),
            (Operation::Change(own_scope), [true, true, false, false, false]),
            (Operation::Change(other_scope), [true, false, true, false, false]),
            (Operation::Consumers(own_scope), [true, true, false, false, false]),
            (Operation::Consumers(other_scope), [true, false, true, false, false]),
            (Operation::Assign(own_scope), [true, true, false, true, false]),
            (Operation::Assign(other_scope), [true, false, true, false, false]),
            (Operation::Onboarding(own_scope), [true, true, false, false, false]),
            (Operation::Onboarding(other_scope), [true, false, true, false, false]),
            (Operation::Launch, only_super),
            (Operation::Organisations, only_super),
            (Operation::People, only_super),
            (Operation::Vault, only_super),
            (Operation::Audit, [true, true, true, true, false]),
        ];
        let actor = |rights: &Rights, open| Actor {
            person: PersonId::make(),
            name: "Test Person".into(),
            rights: rights.clone(),
            open,
            resting: Vec::new(),
        };
        for (operation, expected) in table {
            for (rights, allowed) in roles.iter().zip(expected) {
                assert_eq!(actor(rights, None).may(operation).is_ok(), allowed, "{rights:?} and {operation:?}");
            }
        }
        let admin = actor(&Rights::SuperAdmin, Some(vec![other]));
        assert!(admin.may(Operation::Read(own_scope)).is_ok(), "what is archived can be read");
        let changing = [Operation::Use, Operation::Check, Operation::Change, Operation::Consumers, Operation::Assign];
        for operation in changing.map(|operation: fn(Scope) -> Operation| operation(own_scope)) {
            assert!(matches!(admin.may(operation), Err(AppError::Archived)), "{operation:?} on what is archived");
        }
        let member = Actor { resting: vec![own], ..actor(&Rights::none(), Some(vec![other])) };
        for operation in [Operation::Read(own_scope), Operation::Use(own_scope), Operation::Change(own_scope)] {
            assert!(matches!(member.may(operation), Err(AppError::Archived)), "{operation:?} of somebody who belongs");
        }
        assert!(matches!(member.may(Operation::Read(other_scope)), Err(AppError::NotPermitted { .. })));
        assert_eq!(admin.visible_scopes(), Some(vec![Scope::System, other_scope]));
        assert_eq!(actor(&Rights::none(), None).visible_scopes(), Some(Vec::new()), "nobody sees nothing");
        let reaches = [None, Some(vec![own_scope]), Some(vec![other_scope]), Some(Vec::new()), Some(Vec::new())];
        for (rights, expected) in roles.iter().zip(reaches) {
            let actor = actor(rights, None);
            let reach = actor.audit_reach();
            assert!(reach.iter().all(|reach| reach.person == actor.person), "everybody sees what they did");
            assert_eq!(reach.map(|reach| reach.scopes), expected, "{rights:?}");
        }
    }
}
