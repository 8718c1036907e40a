//! The catalogue of providers, the rules of their forms, and the checks of their credentials.
//!
//! One data file per provider says everything that is particular to it; this crate holds the engine that reads such
//! files, validates what an admin typed, sends the check's requests and turns the answers into a verdict. It knows no
//! database and no user interface. See `docs/adding-a-provider.md`.

mod catalogue;
pub mod check;
mod clean;
pub mod detect;
mod environment;
pub mod form;
mod kits;
mod lint;
mod lint_oauth;
mod lint_steps;
pub mod oauth;
mod spec;
#[cfg(test)]
mod speed;
pub mod url_rules;
mod values;

pub use catalogue::{Catalogue, CatalogueFault, HeldProvider};
pub use check::{CheckOutcome, Checker, CheckerError, CheckerSettings, Clock};
pub use environment::environment;
pub use kits::{Kit, KitRequirement, kits};
pub use spec::*;
pub use values::{FieldValue, FieldValues};

/// Turns the text of one catalogue file into a provider.
///
/// # Errors
/// Every fault of the file, with its line where one can be named.
pub fn parse_provider(text: &str) -> Result<Provider, Vec<CatalogueFault>> {
    catalogue::parse(std::path::Path::new(""), text, &lint::Expressions::default())
}
