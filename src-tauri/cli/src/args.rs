//! The arguments that every command takes, and the list of commands.

use std::ffi::OsString;
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

/// The arguments of `run` without those of all other commands. To describe those takes over half a millisecond, and
/// programs that start with credentials wait for it.
#[derive(Debug, Parser)]
#[command(name = "strongroom", disable_help_flag = true)]
struct RunLine {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(flatten)]
    run: commands::run::RunArgs,
}

impl Cli {
    /// Understands the arguments, of which the first is this program.
    ///
    /// # Errors
    /// What is wrong with them, or that help or the version is asked for.
    pub fn read(arguments: Vec<OsString>) -> Result<Self, clap::Error> {
        // Where the short way does not understand something, the long one says what.
        if arguments.get(1).is_some_and(|first| first == "run")
            && let Ok(line) = RunLine::try_parse_from(&arguments[1..])
        {
            return Ok(Self { global: line.global, command: Command::Run(line.run) });
        }
        Self::try_parse_from(arguments)
    }
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
    Consumer(commands::consumer::ConsumerArgs),
    Assign(commands::assign::AssignArgs),
    Mode(commands::onboarding::ModeArgs),
    Ready(commands::onboarding::ReadyArgs),
    Launch(commands::launch::LaunchArgs),
    Run(commands::run::RunArgs),
    Recover(commands::recover::RecoverArgs),
    Doctor(commands::doctor::DoctorArgs),
    Audit(commands::audit::AuditArgs),
    Org(commands::org::OrgArgs),
    Person(commands::person::PersonArgs),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_reads_run_as_the_long_one_does() {
        let lines = [
            "run --key A -- true",
            "run --key A --key B --org Acme -- sh -c --json",
            "run --for app --clean-env --mask --file A --home /tmp/x --as Eve --json -- env --key B",
            "run --passphrase-file - --key=A --no-mask -- x",
            "run --key A",
            "run -- true",
            "run --key A true",
            "run --key A --mask --no-mask -- true",
            "run --key -- true",
            "run --help",
            "run help",
            "run -h --key A -- true",
            "run --version",
            "run --key A --bogus -- true",
            "run run --key A -- true",
            "run --key A run -- true",
            "--json run --key A -- true",
            "runs --key A -- true",
            "run",
        ];
        for line in lines {
            let words: Vec<OsString> = ["strongroom"].into_iter().chain(line.split(' ')).map(OsString::from).collect();
            let (short, long) = (Cli::read(words.clone()), Cli::try_parse_from(words));
            match (short, long) {
                (Ok(short), Ok(long)) => assert_eq!(format!("{short:?}"), format!("{long:?}"), "{line}"),
                (Err(short), Err(long)) => assert_eq!(short.to_string(), long.to_string(), "{line}"),
                (short, long) => panic!("{line}: {short:?} and {long:?}"),
            }
        }
    }
}
