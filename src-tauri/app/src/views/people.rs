//! Organisations, people and their roles.

use serde::{Deserialize, Serialize};

use super::OnboardingMode;
use crate::secret_input::SecretInput;

view! {
    /// A person who works with the vault.
    pub struct PersonView {
        /// Id.
        pub id: String,
        /// Name as typed.
        pub name: String,
        /// The highest of the person's roles.
        pub role: Role,
        /// Ids of the organisations whose credentials the person changes.
        pub admin_of: Vec<String>,
        /// Ids of the organisations whose credentials the person sees and uses.
        pub member_of: Vec<String>,
        /// Made the vault; always a super admin.
        pub owner: bool,
        /// Is the person at this computer.
        pub here: bool,
    }
}

view! {
    /// What a person may do.
    pub enum Role {
        /// Everything, system-wide credentials and organisations included.
        SuperAdmin,
        /// The credentials of some organisations.
        OrgAdmin,
        /// See the masked inventory and use credentials.
        Member,
        /// Nothing: the person has no role.
        Nobody,
    }
}

view! {
    /// An owner of credentials.
    pub struct OrganisationView {
        /// Id.
        pub id: String,
        /// Name as typed.
        pub name: String,
        /// How many credentials it owns.
        pub credentials: u32,
        /// Whose keys it uses for AI services.
        pub mode: OnboardingMode,
        /// Its onboarding is completed.
        pub ready: bool,
        /// Since when it is put away, RFC 3339 UTC.
        pub archived_at: Option<String>,
    }
}

view! {
    /// Everybody, and every organisation.
    pub struct PeopleView {
        /// Organisations by name, archived ones too.
        pub organisations: Vec<OrganisationView>,
        /// People by name.
        pub people: Vec<PersonView>,
    }
}

request! {
    /// A new organisation.
    pub struct OrganisationCreateRequest {
        /// Name; unique without regard to case.
        pub name: String,
    }
}

request! {
    /// Another name for an organisation.
    pub struct OrganisationRenameRequest {
        /// Its id or name.
        pub id: String,
        /// New name; unique without regard to case.
        pub name: String,
    }
}

request! {
    /// Put an organisation away, or take it back.
    pub struct OrganisationArchiveRequest {
        /// Its id or name.
        pub id: String,
        /// Away or back.
        pub archived: bool,
    }
}

request! {
    /// A new person.
    pub struct PersonAddRequest {
        /// Name; unique without regard to case.
        pub name: String,
        /// May do everything.
        #[serde(default)]
        pub super_admin: bool,
        /// Organisations by id or name.
        #[serde(default)]
        pub admin_of: Vec<String>,
        /// Organisations by id or name.
        #[serde(default)]
        pub member_of: Vec<String>,
    }
}

request! {
    /// Changes to a person; what is null stays.
    pub struct PersonChangeRequest {
        /// Id or name.
        pub id: String,
        /// New name.
        #[serde(default)]
        pub name: Option<String>,
        /// May do everything, or no longer.
        #[serde(default)]
        pub super_admin: Option<bool>,
        /// Organisations by id or name, in the place of those that there are.
        #[serde(default)]
        pub admin_of: Option<Vec<String>>,
        /// Organisations by id or name, in the place of those that there are.
        #[serde(default)]
        pub member_of: Option<Vec<String>>,
    }
}

request! {
    /// Names one person.
    pub struct PersonRequest {
        /// Id or name.
        pub id: String,
    }
}

request! {
    /// The owner comes back to this computer; exactly one of file and code.
    pub struct PersonReturnRequest {
        /// Path of the recovery kit file.
        #[serde(default)]
        pub kit_path: Option<String>,
        /// The code from the kit, typed or pasted.
        #[serde(default)]
        pub code: Option<SecretInput>,
    }
}
