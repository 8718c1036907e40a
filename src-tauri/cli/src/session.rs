//! One run of the program: the application, who acts, and the one standard input that there is.

use std::path::Path;

use strongroom_app::views::{CredentialView, Custody, OrganisationView, VaultUnlockRequest};
use strongroom_app::{Actor, SecretInput, SecretText, Strongroom, StrongroomSettings};

use crate::args::GlobalArgs;
use crate::exit::Failure;
use crate::output::Output;
use crate::secrets_in::{Input, Source};

const MASTER_KEY: &str = "STRONGROOM_MASTER_KEY";

/// What the commands work with.
pub struct Session<'o> {
    /// The use cases.
    pub app: Strongroom,
    /// Where to print.
    pub output: &'o Output,
    /// Files, standard input and the terminal.
    pub input: Input,
    /// `--org` or `STRONGROOM_ORG`.
    pub org: Option<String>,
    /// `--as` or `STRONGROOM_AS`.
    acting_as: Option<String>,
    /// Nobody has to be asked for a passphrase: it was given, or the key comes from the environment.
    key_given: bool,
}

/// Makes ready for `run` before the arguments are understood. Where they look like a key from the keychain, that is asked:
/// it needs longer to answer than everything else together. Where this was too early, nothing has happened.
pub fn foresee() {
    let mut ours = std::env::args_os().skip(1).take_while(|argument| argument != "--").peekable();
    let runs = ours.peek().is_some_and(|first| first == "run");
    if runs {
        crate::run::stay_on_one_processor();
    }
    let from_elsewhere = std::env::var_os(MASTER_KEY).is_some()
        || ours.any(|argument| argument.as_encoded_bytes().starts_with(b"--passphrase-file"));
    if runs && !from_elsewhere {
        strongroom_app::prepare_keychain_first();
    }
}

impl<'o> Session<'o> {
    /// Reads the environment and the passphrase's file; opens nothing yet.
    pub fn new(global: GlobalArgs, output: &'o Output) -> Result<Self, Failure> {
        let input = Input::default();
        let home = global.home.or_else(|| variable("STRONGROOM_HOME").map(Into::into));
        if home.as_deref().is_some_and(|h| h.as_os_str().is_empty()) {
            return Err(Failure::usage("The folder after --home is empty."));
        }
        // Absolute, so that what is printed is true in every folder.
        let home = home.map(|h| std::path::absolute(&h).unwrap_or(h));
        // Not text, or empty, is for the vault to refuse: falling back to the keychain would be a surprise.
        let master_key = std::env::var_os(MASTER_KEY)
            .map(|key| SecretText::new(key.into_string().unwrap_or_else(|_| "not text".into())));
        let passphrase = match &global.passphrase_file {
            Some(file) => Some(SecretText::new(input.read(&Source::named(file), "the passphrase")?.take())),
            None => None,
        };
        let key_given = master_key.is_some() || passphrase.is_some();
        let org = given(global.org, "STRONGROOM_ORG")?;
        let acting_as = given(global.acting_as, "STRONGROOM_AS")?;
        Ok(Self {
            app: Strongroom::new(StrongroomSettings { home, master_key, passphrase }),
            output,
            input,
            org,
            acting_as,
            key_given,
        })
    }

    /// Who acts: the person at this computer, or the one who is named.
    pub async fn actor(&self) -> Result<Actor, Failure> {
        Ok(match &self.acting_as {
            Some(name) => self.app.actor_as(name).await?,
            None => self.app.actor().await?,
        })
    }

    /// Who acts, for a command that needs the master key.
    pub async fn actor_with_key(&self) -> Result<Actor, Failure> {
        self.app.prepare_key().await?;
        let actor = self.actor().await?;
        self.ask_for_passphrase().await?;
        Ok(actor)
    }

    /// For a command that needs the master key and no role.
    pub async fn key_alone(&self) -> Result<(), Failure> {
        self.app.prepare_key().await?;
        self.ask_for_passphrase().await
    }

    /// Asks for the vault's passphrase where it is needed, was not given, and there is a terminal to ask at.
    async fn ask_for_passphrase(&self) -> Result<(), Failure> {
        if !self.key_given && self.input.can_ask() && self.app.custody().await? == Custody::Passphrase {
            let passphrase = self.input.ask("Passphrase of the vault")?;
            self.app.unlock(VaultUnlockRequest { passphrase: SecretInput::new(passphrase.take()) }).await?;
        }
        Ok(())
    }

    /// The credential that the person named by name, lookup key or id.
    pub async fn credential(&self, actor: &Actor, text: &str) -> Result<CredentialView, Failure> {
        Ok(self.app.find(actor, text, self.org.as_deref()).await?)
    }

    /// The scope of a new credential: as named, or the only organisation.
    pub async fn scope_for_new(&self, actor: &Actor) -> Result<String, Failure> {
        if let Some(org) = &self.org {
            return Ok(org.clone());
        }
        let organisations = self.app.organisations(actor).await?;
        match organisations.as_slice() {
            [only] => Ok(only.id.clone()),
            [] => Err(Failure::usage("There is no organisation yet, and somebody has to own the credential.").hint(
                "Make one with `strongroom org add NAME`, or give --org system for an AI service that all share.",
            )),
            several => {
                Err(Failure::usage("There are several organisations. Say with --org NAME whose credential it is.")
                    .hint(format!(
                        "There are: {}. The word “system” names the system-wide credentials.",
                        names(several)
                    )))
            }
        }
    }

    /// The organisation that a command is about: as named, or the only one.
    pub async fn organisation(&self, actor: &Actor) -> Result<String, Failure> {
        if let Some(org) = &self.org {
            return Ok(org.clone());
        }
        match self.app.organisations(actor).await?.as_slice() {
            [only] => Ok(only.id.clone()),
            [] => Err(Failure::usage("There is no organisation yet.").hint("Make one with `strongroom org add NAME`.")),
            several => Err(Failure::usage("There are several organisations. Say with --org NAME which one is meant.")
                .hint(format!("There are: {}.", names(several)))),
        }
    }

    /// Closes the vault's file.
    pub async fn close(self) -> Result<(), Failure> {
        Ok(self.app.close().await?)
    }
}

fn names(organisations: &[OrganisationView]) -> String {
    organisations.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What was given on the command line, or the environment's value.
fn given(argument: Option<String>, name: &str) -> Result<Option<String>, Failure> {
    match (argument, variable(name)) {
        (Some(text), _) => Ok(Some(text)),
        (None, Some(text)) => text.into_string().map(Some).map_err(|_| Failure::usage(format!("{name} is not text."))),
        (None, None) => Ok(None),
    }
}

/// An environment variable; an empty one counts as not set.
fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

impl Source {
    /// A file, or standard input for `-`.
    pub fn named(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path.to_owned()) }
    }
}
