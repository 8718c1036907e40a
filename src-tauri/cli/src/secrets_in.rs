//! Where values come from that must not stand on the command line: files, standard input, and a terminal without
//! echo. What is read is treated as secret, and no message repeats any of it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use strongroom_app::SecretInput;
use strongroom_app::views::{AuthView, FieldView};
use zeroize::Zeroizing;

use crate::exit::{Failure, Status};

/// Most bytes that are read from a file or standard input.
const LIMIT: usize = 1024 * 1024;

/// Longest name of a field that a message repeats, in bytes.
const NAME_LIMIT: usize = 40;

/// A value that was read. Wiped on drop; without `Debug`, so that it cannot end in a message.
pub struct Text(Zeroizing<String>);

impl Text {
    fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A copy for a use case.
    pub fn input(&self) -> SecretInput {
        SecretInput::new(self.0.as_str().to_owned())
    }

    /// The text, for a type that wipes it itself.
    pub fn take(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// Where a value is read from.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input; asked for without echo where that is a terminal.
    Stdin,
}

/// Files, the one standard input and the terminal.
#[derive(Default)]
pub struct Input {
    stdin_is_read: Cell<bool>,
}

impl Input {
    /// Reads a value, without the one line break that ends a text file. `what` names it in messages.
    pub fn read(&self, source: &Source, what: &str) -> Result<Text, Failure> {
        match source {
            Source::File(path) => {
                let name = path.display().to_string();
                let file = std::fs::File::open(path).map_err(|e| cannot_read(&name, what, &e))?;
                text(read_all(file, &name, what)?, &name)
            }
            Source::Stdin => self.stdin(what),
        }
    }

    fn stdin(&self, what: &str) -> Result<Text, Failure> {
        if self.stdin_is_read.replace(true) {
            return Err(Failure::usage("Only one value can be read from standard input.")
                .hint("Give the others in files (NAME=@FILE), or all field values at once with --fields-json -."));
        }
        if io::stdin().is_terminal() {
            return self.ask(what);
        }
        let name = "Standard input";
        text(read_all(io::stdin().lock(), name, what)?, name)
    }

    /// Whether there is a person at a terminal who can be asked.
    pub fn can_ask(&self) -> bool {
        !self.stdin_is_read.get() && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks for a secret without echo.
    pub fn ask(&self, what: &str) -> Result<Text, Failure> {
        let typed = rpassword::prompt_password(format!("{what}: "));
        typed.map(Text::new).map_err(|e| unanswered(&e))
    }

    /// Asks for a line that everybody may see. `question` is printed as it is.
    pub fn ask_line(&self, question: &str) -> Result<String, Failure> {
        use std::io::Write;
        let mut terminal = io::stderr().lock();
        let asked = write!(terminal, "{question}").and_then(|()| terminal.flush());
        let mut line = String::new();
        asked.and_then(|()| io::stdin().lock().read_line(&mut line)).map_err(|e| unanswered(&e))?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// The field options of `add` and `edit`
#[derive(Debug, Args)]
pub struct FieldArgs {
    /// A field's value: NAME=VALUE for plain fields, NAME=@FILE or NAME=- (standard input) for secret ones
    #[arg(long, value_name = "NAME=VALUE|@FILE|-")]
    field: Vec<String>,
    /// Read field values as one JSON object from a file, or from standard input with -
    #[arg(long, value_name = "FILE")]
    fields_json: Option<PathBuf>,
}

/// A value as the option gives it.
#[derive(Debug, PartialEq, Eq)]
enum Given {
    /// In plain sight.
    Plain(String),
    /// From there.
    Read(Source),
}

impl FieldArgs {
    /// Whether no field is named.
    pub fn is_empty(&self) -> bool {
        self.field.is_empty() && self.fields_json.is_none()
    }

    /// Reads the values. What is wrong with the options is said before anything is read.
    pub fn read(&self, auth: &AuthView, input: &Input) -> Result<BTreeMap<String, Text>, Failure> {
        let mut given = BTreeMap::new();
        for option in &self.field {
            let (id, value) = split(option)?;
            let field = known(auth, &id)?;
            if field.secret && matches!(value, Given::Plain(_)) {
                return Err(on_the_command_line(field));
            }
            if given.insert(id.clone(), value).is_some() {
                return Err(twice(&id));
            }
        }
        let mut values = BTreeMap::new();
        if let Some(file) = &self.fields_json {
            let what = "the field values";
            let source = Source::named(file);
            // At a terminal the object could only be typed on one line and unseen; it is accepted all the same.
            for (id, value) in object(&input.read(&source, what)?)? {
                known(auth, &id)?;
                if given.contains_key(&id) {
                    return Err(twice(&id));
                }
                values.insert(id, value);
            }
        }
        for (id, value) in given {
            let value = match value {
                Given::Plain(text) => Text::new(text),
                Given::Read(source) => input.read(&source, &known(auth, &id)?.label)?,
            };
            values.insert(id, value);
        }
        Ok(values)
    }
}

/// Asks at the terminal for secrets that are needed and missing. Where a plain value is missing too, nobody is asked:
/// the answer would be lost with the refusal.
pub fn ask_missing(auth: &AuthView, input: &Input, values: &mut BTreeMap<String, Text>) -> Result<(), Failure> {
    if !input.can_ask() {
        return Ok(());
    }
    let missing = |field: &&FieldView| field.required && field.default.is_none() && !values.contains_key(&field.id);
    let missing: Vec<&FieldView> = auth.fields.iter().filter(missing).collect();
    if missing.iter().any(|field| !field.secret) {
        return Ok(());
    }
    for field in missing {
        values.insert(field.id.clone(), input.ask(&field.label)?);
    }
    Ok(())
}

/// The field of that id.
pub fn known<'a>(auth: &'a AuthView, id: &str) -> Result<&'a FieldView, Failure> {
    auth.fields.iter().find(|f| f.id == id).ok_or_else(|| {
        let ids: Vec<&str> = auth.fields.iter().map(|f| f.id.as_str()).collect();
        Failure::new(Status::Usage, "unknown_field", format!("There is no field {}.", quoted(id))).hint(format!(
            "{} has: {}.",
            auth.label,
            ids.join(", ")
        ))
    })
}

/// A name in quotation marks; what may be a value in the wrong place is not repeated.
fn quoted(id: &str) -> String {
    if is_name(id) { format!("“{id}”") } else { "of that name".into() }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= NAME_LIMIT
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Takes `NAME=VALUE` apart at the first equals sign.
fn split(option: &str) -> Result<(String, Given), Failure> {
    let (name, value) = option.split_once('=').filter(|(name, _)| is_name(name)).ok_or_else(|| {
        Failure::usage("--field is written NAME=VALUE, NAME=@FILE or NAME=-, where NAME is a field of the provider.")
            .hint("`strongroom providers ID` lists the fields.")
    })?;
    let given = match (value, value.strip_prefix('@')) {
        ("-", _) => Given::Read(Source::Stdin),
        (_, Some(path)) => Given::Read(Source::File(path.into())),
        (plain, None) => Given::Plain(plain.to_owned()),
    };
    Ok((name.to_owned(), given))
}

fn twice(id: &str) -> Failure {
    Failure::usage(format!("The field {id} is given twice."))
}

fn on_the_command_line(field: &FieldView) -> Failure {
    let message = format!(
        "{} is secret and must not stand on the command line, where every program of this computer and the shell's \
         history can read it.",
        field.label
    );
    let id = &field.id;
    Failure::new(Status::Usage, "secret_on_command_line", message).hint(format!(
        "Give it as --field {id}=@FILE, as --field {id}=- (standard input, or typed without echo), or with \
         --fields-json -. What was typed just now may have been recorded: think of replacing it at the provider."
    ))
}

/// The field values of a JSON document.
fn object(text: &Text) -> Result<BTreeMap<String, Text>, Failure> {
    serde_json::from_str::<Object>(&text.0).map(|object| object.0).map_err(|e| {
        let what = if e.is_data() {
            "must be one JSON object whose values are texts, each name once"
        } else {
            "are not valid JSON"
        };
        // The place alone: the reader's own message may quote what stands there.
        let message = format!("The field values {what} (line {}, column {}).", e.line(), e.column());
        Failure::new(Status::Usage, "bad_json", message).hint("For example {\"api_key\": \"…\", \"region\": \"eu\"}.")
    })
}

/// An object of texts, each name once.
struct Object(BTreeMap<String, Text>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut values = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if values.insert(name, Text::new(map.next_value()?)).is_some() {
                        return Err(A::Error::custom("twice"));
                    }
                }
                Ok(Object(values))
            }
        }
        deserializer.deserialize_map(Texts)
    }
}

/// Reads to the end, at most [`LIMIT`] bytes. The buffer has its full size from the start, so that growing leaves no
/// copy of a secret behind.
fn read_all(reader: impl Read, name: &str, what: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    reader.take(LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(|e| cannot_read(name, what, &e))?;
    if bytes.len() > LIMIT {
        return Err(unreadable(format!("{name} is larger than 1 MiB, which is too much for {what}.")));
    }
    Ok(bytes)
}

/// The bytes as text, without one line break at the end.
fn text(bytes: Zeroizing<Vec<u8>>, name: &str) -> Result<Text, Failure> {
    let text = std::str::from_utf8(&bytes).map_err(|e| {
        let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        unreadable(format!("{name} is not text in UTF-8 (byte {}).", e.valid_up_to() + 1)).hint(if utf16 {
            "It looks like UTF-16: save it as UTF-8."
        } else {
            "Save it as UTF-8 text."
        })
    })?;
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Text::new(text.to_owned()))
}

fn cannot_read(name: &str, what: &str, error: &io::Error) -> Failure {
    unreadable(format!("{name} cannot be read for {what}: {error}."))
        .hint("Check the path and that you may read the file.")
}

fn unreadable(message: String) -> Failure {
    Failure::new(Status::Usage, "unreadable_input", message)
}

fn unanswered(error: &io::Error) -> Failure {
    Failure::new(Status::Failed, "no_answer", format!("The terminal gave no answer: {error}."))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, Box<strongroom_app::views::ErrorView>> {
        read_all(bytes, "F", "K").and_then(|b| text(b, "F")).map(Text::take).map_err(|f| f.error)
    }

    #[test]
    fn one_line_break_at_the_end_belongs_to_the_file() {
        for (bytes, value) in
            [("key\n", "key"), ("key\r\n", "key"), ("key\n\n", "key\n"), ("key", "key"), (" k ", " k ")]
        {
            assert_eq!(read(bytes.as_bytes()).unwrap(), value, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_explained() {
        assert!(read(b"\xff\xfea\0").unwrap_err().hint.unwrap().contains("UTF-16"));
        assert!(read(b"ab\xff").unwrap_err().message.contains("byte 3"));
        assert!(read(&vec![b'a'; LIMIT + 1]).unwrap_err().message.contains("1 MiB"));
        assert_eq!(read(&vec![b'a'; LIMIT]).unwrap().len(), LIMIT);
    }

    #[test]
    fn json_errors_name_the_place_and_no_value() {
        for bad in
            ["{\"a\": \"FAKE5551234\", \"a\": \"x\"}", "[\"FAKE5551234\"]", "{\"a\": \"FAKE5551234", "{\"a\": 5551234}"]
        {
            let failure = object(&Text::new(bad.into())).map(|_| ()).unwrap_err();
            let said = serde_json::to_string(&failure).unwrap();
            assert!(said.contains("line 1") && !said.contains("5551234"), "{said}");
        }
        let good = object(&Text::new("{\"a\": \"x\"}".into())).map_err(|f| f.error).unwrap();
        assert_eq!(good.into_iter().map(|(k, v)| (k, v.take())).collect::<Vec<_>>(), [("a".into(), "x".into())]);
    }

    #[test]
    fn options_are_taken_apart_at_the_first_equals_sign() {
        let taken = |option: &str| split(option).map_err(|f| f.error.message);
        let plain = |text: &str| Given::Plain(text.into());
        assert_eq!(taken("base_url=https://a/?b=c").unwrap(), ("base_url".into(), plain("https://a/?b=c")));
        assert_eq!(taken("key=-").unwrap(), ("key".into(), Given::Read(Source::Stdin)));
        assert_eq!(taken("key=@f").unwrap(), ("key".into(), Given::Read(Source::File("f".into()))));
        assert_eq!(taken("key=-a=b").unwrap(), ("key".into(), plain("-a=b")));
        for bad in ["FAKE-sentinel", "=x", "FAKE-sentinel=x", ""] {
            assert!(!taken(bad).unwrap_err().contains("FAKE"), "what is no field name is not repeated");
        }
    }
}
