//! Printing: results on standard output, everything else on standard error.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::exit::{Failure, Status};

/// What a colour says. The word says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    Plain,
    /// Headings, labels and what is not in use.
    Quiet,
    /// As it should be.
    Good,
    /// Something to look at.
    Warn,
    /// Something to mend.
    Bad,
}

/// Where and how to print.
pub struct Output {
    json: bool,
    colours: bool,
}

impl Output {
    /// Looks at standard output and the environment.
    pub fn new(json: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { json, colours: !json && wanted && io::stdout().is_terminal() }
    }

    /// Whether one JSON document is printed in place of text.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The text in its colour, where the terminal shows colours.
    pub fn tint(&self, tone: Tone, text: &str) -> String {
        let style = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Quiet => Style::new().dimmed(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Warn => AnsiColor::Yellow.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
        };
        if self.colours && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Prints a result: as JSON, or as the text that is made only then.
    pub fn result<T: Serialize + ?Sized>(&self, value: &T, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json { print(&document(value)?) } else { self.text(&text()) }
    }

    /// Prints a result that is text for people.
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        print(&printable(text, self.colours))
    }

    /// Prints a document as it is, for files and other programs. Where a terminal reads it, what that would act upon
    /// is left out.
    pub fn raw(&self, document: &str) -> Result<(), Failure> {
        let document = document.strip_suffix('\n').unwrap_or(document);
        if io::stdout().is_terminal() { print(&printable(document, false)) } else { print(document) }
    }

    /// Prints what is no result on standard error.
    pub fn note(&self, text: &str) {
        // Where nobody can read the messages, the exit status still tells.
        let _ = writeln!(io::stderr(), "{}", printable(text, false));
    }

    /// Progress on standard error: one line that changes where a terminal shows it, otherwise a line for each step.
    pub fn progress(&self) -> Progress {
        let terminal = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Progress { changing: terminal, shown: false }
    }

    /// Tells a failure on standard error, and as JSON on standard output where that is asked for.
    pub fn failure(&self, failure: &Failure) -> Status {
        if self.json {
            // The message on standard error and the status tell it, where this cannot be printed.
            let _ = document(failure).and_then(|text| print(&text));
        }
        self.note(&told(failure));
        failure.status
    }
}

/// How far something has come, told on standard error while it lasts.
pub struct Progress {
    /// There is a terminal whose last line can be written again.
    changing: bool,
    /// Something stands in that line.
    shown: bool,
}

impl Progress {
    /// A step that was made.
    pub fn step(&mut self, text: &str) {
        if self.changing { self.rewrite(text) } else { self.say(text) }
    }

    /// What is under way; told only where the next step takes its place.
    pub fn passing(&mut self, text: &str) {
        if self.changing && !self.shown {
            self.rewrite(text);
        }
    }

    /// Something that stays.
    pub fn note(&mut self, text: &str) {
        self.clear();
        self.say(text);
    }

    /// Takes the changing line away, so that what follows starts in its place.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            self.write("\r\u{1b}[K");
        }
    }

    fn rewrite(&mut self, text: &str) {
        self.shown = true;
        // Not wrapped, because a line that went over two rows could not be written again; and wrapped again at once,
        // so that an interruption leaves the terminal as it was.
        self.write(&format!("\r\u{1b}[?7l{}\u{1b}[K\u{1b}[?7h", printable(text, false).replace('\n', " ")));
    }

    fn say(&self, text: &str) {
        self.write(&format!("{}\n", printable(text, false)));
    }

    fn write(&self, text: &str) {
        // Where nobody can read it, the result still tells.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        // A reader that has seen enough, as `head` does.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(unprinted(&error)),
        Ok(()) => Ok(()),
    }
}

fn document<T: Serialize + ?Sized>(value: &T) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| unprinted(&error))
}

fn unprinted(error: &impl std::fmt::Display) -> Failure {
    Failure::new(Status::Failed, "output", format!("The result could not be printed: {error}."))
}

/// What happened, where, and what to do next.
fn told(failure: &Failure) -> String {
    let error = &failure.error;
    let mut text = format!("strongroom: {}", error.message);
    let refused_field = failure.refused.as_ref().and_then(|refused| refused.field.as_deref());
    match (error.fields.as_slice(), refused_field) {
        ([one], _) => text.push_str(&format!("\n  (at {})", one.field)),
        ([], Some(field)) => text.push_str(&format!("\n  (at {field})")),
        (several, _) => {
            for one in several {
                text.push_str(&format!("\n  {}: {}", one.field, one.message));
            }
        }
    }
    if let Some(hint) = &error.hint {
        text.push_str(&format!("\n  {hint}"));
    }
    text
}

/// The text without what a terminal would act upon: a name or a provider's answer must not move the cursor, and
/// letters that turn the direction of a line must not make it read as another one. Colours alone may stay.
pub fn printable(text: &str, colours: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\n' => shown.push(c),
            '\t' => shown.push(' '),
            '\u{1b}' if colours => match colour(rest.as_str()) {
                Some(sequence) => {
                    shown.push(c);
                    shown.push_str(sequence);
                    rest = rest.as_str().get(sequence.len()..).unwrap_or_default().chars();
                }
                None => shown.push('\u{fffd}'),
            },
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => shown.push('\u{fffd}'),
            c if c.is_control() => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
    }
    shown
}

/// What follows the escape of a colour: `[`, digits, `m`.
fn colour(text: &str) -> Option<&str> {
    let end = text.find('m')?;
    let digits = text.get(..end)?.strip_prefix('[')?;
    digits.bytes().all(|b| b.is_ascii_digit() || b == b';').then(|| text.get(..=end))?
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_a_terminal_would_act_upon_is_not_printed() {
        assert_eq!(printable("a\u{1b}[2Jb\u{7}\u{9b}c\r", true), "a\u{fffd}[2Jb\u{fffd}\u{fffd}c\u{fffd}");
        assert_eq!(printable("gpj.\u{202e}txt", false), "gpj.\u{fffd}txt", "no line reads backwards");
        assert_eq!(printable("\u{1b}[32mgood\u{1b}[0m", true), "\u{1b}[32mgood\u{1b}[0m");
        assert_eq!(printable("\u{1b}[32mgood", false), "\u{fffd}[32mgood");
        assert_eq!(printable("نَبْض 🎧\n\tx", false), "نَبْض 🎧\n x", "any script and emoji are fine");
    }
}
