//! The sign-in method whose fields are filled.

use strongroom_app::views::{AuthView, ProviderView};

use crate::exit::{Failure, Status};

/// The sign-in method of that id, or the recommended one.
pub fn sign_in<'p>(provider: &'p ProviderView, id: Option<&str>) -> Result<&'p AuthView, Failure> {
    let found = match id {
        Some(id) => provider.auth.iter().find(|a| a.id == id),
        None => provider.auth.iter().find(|a| a.recommended).or_else(|| provider.auth.first()),
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = provider.auth.iter().map(|a| a.id.as_str()).collect();
        Failure::new(Status::Usage, "unknown_auth", format!("{} has no sign-in method of that name.", provider.name))
            .hint(format!("It has: {}.", known.join(", ")))
    })
}
