//! What a program gets, on its way from the vault to the program.

use std::ffi::OsString;
use std::process::Command;

use secrecy::{ExposeSecret, SecretString};
use strongroom_app::{Delivery, Variable};

/// One value and where it goes.
pub struct Item {
    /// The variable.
    pub name: String,
    /// What it holds.
    pub value: SecretString,
    /// It is a secret field's value, not a plain one.
    pub secret: bool,
    /// It goes into a file; the variable with `_FILE` after its name says where that is.
    pub file: bool,
}

/// Everything that a program gets.
pub struct Parcel {
    /// In order of their names.
    pub items: Vec<Item>,
}

impl Parcel {
    /// Takes over what was delivered.
    pub fn new(delivery: Delivery) -> Self {
        let item = |Variable { name, value, secret, file }| Item { name, value, secret, file };
        let mut items: Vec<Item> = delivery.variables.into_iter().map(item).collect();
        items.sort_by(|a, b| a.name.cmp(&b.name));
        Self { items }
    }

    /// Adds everything to the environment of a program that is about to take this process over.
    pub fn put_into(&self, command: &mut Command) -> std::io::Result<()> {
        for item in &self.items {
            if item.file {
                command.env_remove(&item.name);
                command.env(Variable::file_variable(&item.name), file(item.value.expose_secret())?);
            } else {
                // Exposed for the environment of the program that asked for it.
                command.env(&item.name, item.value.expose_secret());
            }
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn file(value: &str) -> std::io::Result<OsString> {
    super::memory::lasting(value.as_bytes()).map(Into::into)
}

#[cfg(not(target_os = "linux"))]
fn file(_: &str) -> std::io::Result<OsString> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
}

#[cfg(target_os = "linux")]
impl Parcel {
    /// The secret values that are long enough to be looked for in the output.
    pub fn sought(&self) -> impl Iterator<Item = &SecretString> {
        // Exposed to be measured.
        let sought = |item: &&Item| item.secret && super::forms::is_sought(item.value.expose_secret());
        self.items.iter().filter(sought).map(|item| &item.value)
    }

    /// What to say of those that are not.
    pub fn not_sought(&self) -> Vec<String> {
        let short = |item: &&Item| item.secret && !super::forms::is_sought(item.value.expose_secret());
        let note = |item: &Item| format!("The value of {} is too short to be masked in the output.", item.name);
        self.items.iter().filter(short).map(note).collect()
    }
}
