//! What is wrong with the arguments, in our own form.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit::{Failure, Status};
use crate::output::Output;

/// Longest argument that is repeated in a message, in bytes. Secrets are longer.
const WORD_LIMIT: usize = 16;

/// Prints help and version as results, and everything else as a failure.
pub fn answer(error: &clap::Error) -> Status {
    // The arguments were not understood, so the option is looked for by hand.
    let json = std::env::args_os().skip(1).take_while(|a| a != "--").any(|a| a == "--json");
    let output = Output::new(json);
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match output.text(error.to_string().trim_end()) {
            Ok(()) => Status::Done,
            Err(failure) => output.failure(&failure),
        };
    }
    output.failure(&failure(error))
}

fn failure(error: &clap::Error) -> Failure {
    let text = error.to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::usage("What is to be done?").hint(text.trim_end());
    }
    let mut parts = text.trim_end().split("\n\n").filter(|part| !part.trim_start().starts_with("tip:"));
    let first = parts.next().unwrap_or_default();
    let message = if repeats_a_value(error) {
        "There is an argument that this command does not take. Secrets never stand among the arguments.".into()
    } else {
        sentence(first)
    };
    let hint: Vec<&str> = parts.map(str::trim).collect();
    Failure::usage(message).hint(hint.join("\n  "))
}

/// Whether the message would repeat something that may be a secret in the wrong place: only short words that look
/// like misspelt options, commands or numbers are repeated.
fn repeats_a_value(error: &clap::Error) -> bool {
    let typed: &[ContextKind] = match error.kind() {
        ErrorKind::UnknownArgument => &[ContextKind::InvalidArg],
        _ => &[ContextKind::InvalidSubcommand, ContextKind::InvalidValue],
    };
    typed.iter().filter_map(|kind| error.get(*kind)).any(|value| match value {
        ContextValue::String(word) => !is_harmless(word),
        ContextValue::Strings(words) => !words.iter().all(|word| is_harmless(word)),
        _ => false,
    })
}

fn is_harmless(word: &str) -> bool {
    word.len() <= WORD_LIMIT
        && (word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_') || word.parse::<i64>().is_ok())
}

/// The parser's message as a sentence.
fn sentence(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::args::Cli;
    use clap::{CommandFactory, Parser};

    fn said(arguments: &[&str]) -> String {
        let error = Cli::try_parse_from(std::iter::once("strongroom").chain(arguments.iter().copied())).unwrap_err();
        serde_json::to_string(&failure(&error)).unwrap()
    }

    #[test]
    fn the_definition_of_all_arguments_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_mistyped_option_is_named() {
        assert!(said(&["list", "--limt", "3"]).contains("--limt"));
        assert!(said(&["lst"]).contains("'lst'"));
    }

    #[test]
    fn a_secret_in_the_wrong_place_is_not_repeated() {
        const SECRET: &str = "FAKE-sentinel-1234";
        let option = format!("--{SECRET}");
        let with_value = format!("--api-key={SECRET}");
        for arguments in [
            vec![SECRET],
            vec!["show", "name", SECRET],
            vec!["add", SECRET],
            vec!["add", &option],
            vec!["add", &with_value],
            vec!["add", "--api-key", SECRET],
            vec!["list", "--limit", SECRET],
        ] {
            assert!(!said(&arguments).contains("sentinel"), "{arguments:?}");
        }
    }
}
