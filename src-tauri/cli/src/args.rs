//! The arguments that every command takes, and the list of commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands;

/// Keeps an organisation's provider credentials sealed, checks them, and hands them to programs.
#[derive(Debug, Parser)]
#[command(name = "strongroom", version, max_term_width = 100, after_help = ENVIRONMENT)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

const ENVIRONMENT: &str = "\
Environment:
  STRONGROOM_HOME        the vault's folder, as --home
  STRONGROOM_ORG         the organisation, as --org
  STRONGROOM_AS          the person, as --as
  STRONGROOM_MASTER_KEY  the master key, 32 bytes in base64, in place of the keychain
  NO_COLOR               no colours

Exit status: 0 done, 1 failed, 2 usage, 3 not permitted, 4 locked or key missing, 5 rejected by the
provider, 6 provider not reached, 7 not found, 8 nothing resolves; `run` ends as its command does.";

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// The vault's folder
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// An organisation by name or id, or `system` for the system-wide credentials
    #[arg(long, global = true, value_name = "NAME")]
    pub org: Option<String>,
    /// Act as this person, with their rights; only a super admin can
    #[arg(long = "as", global = true, value_name = "PERSON")]
    pub acting_as: Option<String>,
    /// Print one JSON document on standard output; messages stay on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// Read the vault's passphrase from a file, or from standard input with -
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(commands::init::InitArgs),
    Status(commands::status::StatusArgs),
    Providers(commands::providers::ProvidersArgs),
    Add(commands::add::AddArgs),
    List(commands::list::ListArgs),
    Inventory(commands::inventory::InventoryArgs),
    Show(commands::show::ShowArgs),
    Edit(commands::edit::EditArgs),
    Replace(commands::replace::ReplaceArgs),
    Enable(commands::switch::EnableArgs),
    Disable(commands::switch::DisableArgs),
    Delete(commands::delete::DeleteArgs),
    Check(commands::check::CheckArgs),
    Detect(commands::detect::DetectArgs),
    Import(commands::import::ImportArgs),
    Run(commands::run::RunArgs),
    Recover(commands::recover::RecoverArgs),
    Doctor(commands::doctor::DoctorArgs),
    Audit(commands::audit::AuditArgs),
    Org(commands::org::OrgArgs),
    Person(commands::person::PersonArgs),
}
