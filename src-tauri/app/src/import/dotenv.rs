//! `.env` files. What a shell would fill in or carry out is refused: we are not the shell, and half a value stored as
//! if it were whole would be worse than none.

use zeroize::Zeroizing;

use super::entry::{Content, Entry, is_name};

const DOLLAR: &str = "It takes in another variable (`$`), which only a shell can fill in. Write out the whole value, or \
                      put it in single quotes if the dollar sign belongs to it.";
const BACKTICK: &str = "It runs a command (backticks), which is never done here. Write out the whole value, or put it in \
                        single quotes if the backtick belongs to it.";

/// Reads names and values. Line breaks may be of any kind.
pub(crate) fn read(text: &str) -> Content {
    let text = Zeroizing::new(text.replace("\r\n", "\n").replace('\r', "\n"));
    let mut reader = Reader { rest: &text, line: 1 };
    let mut content = Content::default();
    while reader.next(&mut content).is_some() {}
    content
}

struct Reader<'t> {
    rest: &'t str,
    line: u32,
}

impl<'t> Reader<'t> {
    /// Goes on behind `bytes` bytes and returns them.
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line += u32::try_from(taken.matches('\n').count()).unwrap_or(u32::MAX);
        taken
    }

    fn take_line(&mut self) -> &'t str {
        self.take(self.rest.find('\n').unwrap_or(self.rest.len()))
    }

    /// Reads one assignment, comment or fault; `None` at the end.
    fn next(&mut self, content: &mut Content) -> Option<()> {
        self.take(self.rest.len() - self.rest.trim_start().len());
        let first = self.rest.chars().next()?;
        if first == '#' {
            self.take_line();
            return Some(());
        }
        let line = Some(self.line);
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        let Some(equals) = self.rest.get(..end)?.find('=') else {
            self.take_line();
            content.skip(line, None, "This is no NAME=value.");
            return Some(());
        };
        let before = self.take(equals + 1).trim_end_matches('=').trim();
        let name = match before.strip_prefix("export") {
            Some(name) if name.starts_with(char::is_whitespace) => name.trim_start(),
            _ => before,
        };
        if !is_name(name) {
            self.take_line();
            content.skip(
                line,
                None,
                "What stands before the equals sign is no name: letters, digits and underscores, no digit first.",
            );
            return Some(());
        }
        let blanks = self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len();
        self.take(blanks);
        let value = match self.rest.chars().next() {
            Some('\'') => self.single(),
            Some('"') => self.double(),
            _ => self.bare(),
        };
        match value {
            Ok(value) => content.entries.push(Entry { line, group: None, name: name.to_owned(), value }),
            Err(why) => content.skip(line, Some(name), why),
        }
        Some(())
    }

    /// Up to the end of the line or a comment.
    fn bare(&mut self) -> Result<Zeroizing<String>, String> {
        let line = self.take_line();
        let mut end = line.len();
        let mut blank_before = true;
        for (at, letter) in line.char_indices() {
            if letter == '#' && blank_before {
                end = at;
                break;
            }
            blank_before = letter.is_whitespace();
        }
        let value = line.get(..end).unwrap_or(line).trim_end();
        if value.contains('`') {
            return Err(BACKTICK.to_owned());
        }
        if value.char_indices().any(|(at, letter)| letter == '$' && is_interpolation(value.get(at + 1..))) {
            return Err(DOLLAR.to_owned());
        }
        Ok(Zeroizing::new(value.to_owned()))
    }

    /// Between single quotes everything is as it stands.
    fn single(&mut self) -> Result<Zeroizing<String>, String> {
        self.take(1);
        let Some(end) = self.rest.find('\'') else { return Err(self.unclosed()) };
        let value = Zeroizing::new(self.take(end).to_owned());
        self.take(1);
        self.nothing_more().map(|()| value)
    }

    /// Between double quotes a backslash may stand before `n`, `r`, `t`, `"`, `\`, `$` and a backtick.
    fn double(&mut self) -> Result<Zeroizing<String>, String> {
        self.take(1);
        let mut value = Zeroizing::new(String::with_capacity(self.rest.len()));
        let mut fault = None;
        let mut letters = self.rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.take(at + 1);
                    self.nothing_more()?;
                    return fault.map_or(Ok(value), Err);
                }
                '\\' => match letters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 'r')) => value.push('\r'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, same @ ('"' | '\\' | '$' | '`'))) => value.push(same),
                    Some((_, other)) => value.extend(['\\', other]),
                    None => break,
                },
                '`' => fault = Some(BACKTICK.to_owned()),
                '$' if is_interpolation(self.rest.get(at + 1..)) => fault = Some(DOLLAR.to_owned()),
                other => value.push(other),
            }
        }
        Err(self.unclosed())
    }

    /// Nobody knows where such a value ends, so nothing behind it can be read.
    fn unclosed(&mut self) -> String {
        self.take(self.rest.len());
        "Its quotes are opened here and never closed. Nothing from here to the end of the file was read.".to_owned()
    }

    /// Behind the closing quotes only a comment may stand.
    fn nothing_more(&mut self) -> Result<(), String> {
        let rest = self.take_line();
        let after = rest.trim_start();
        if after.is_empty() || (after.starts_with('#') && after.len() < rest.len()) {
            return Ok(());
        }
        Err("Something stands behind its closing quotes. Put the whole value between them.".to_owned())
    }
}

/// Whether a shell would fill in what stands behind a dollar sign.
fn is_interpolation(after: Option<&str>) -> bool {
    let next = after.and_then(|after| after.chars().next());
    next.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '{' | '(' | '$' | '!' | '?' | '@' | '*' | '#'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn entries(text: &str) -> Vec<(u32, String, String)> {
        let content = read(text);
        assert_eq!(content.skipped, [], "{text}");
        content.entries.iter().map(|e| (e.line.unwrap(), e.name.clone(), e.value.to_string())).collect()
    }

    fn value(text: &str) -> String {
        entries(text).into_iter().next().unwrap().2
    }

    fn refused(text: &str) -> (Option<u32>, Option<String>, String) {
        let content = read(text);
        let skipped = content.skipped.into_iter().next().unwrap();
        (skipped.line, skipped.name, skipped.why)
    }

    #[test]
    fn names_and_values_as_people_write_them() {
        let text = "# a comment\n\nA=1\nexport B=two words # why\n  C = 'x' \nD=\"y\"# no comment without a blank\n";
        let content = read(text);
        let found: Vec<_> = content.entries.iter().map(|e| (e.line.unwrap(), &*e.name, e.value.as_str())).collect();
        assert_eq!(found, [(3, "A", "1"), (4, "B", "two words"), (5, "C", "x")]);
        assert_eq!(content.skipped[0].line, Some(6));
        assert_eq!(entries("A=1\r\nB=2\rC=3").len(), 3, "line breaks of every kind");
        assert_eq!(value("A=a#b"), "a#b", "a sign inside a value is no comment");
        assert_eq!(value("A=#b"), "", "a comment in place of a value");
        assert_eq!(value("A="), "");
        assert_eq!(value("A=\nB=1"), "", "the next line is no value");
        assert_eq!(value("A=k=v=="), "k=v==", "the first equals sign counts");
        assert_eq!(value("A=C:\\new"), "C:\\new", "a backslash without quotes is one");
        assert_eq!(value("export\tA=1"), "1");
        assert_eq!(value("exported=1"), "1");
    }

    #[test]
    fn quotes_keep_what_they_hold() {
        assert_eq!(value("A='$HOME `date` \"x\" #'"), "$HOME `date` \"x\" #", "single quotes: as it stands");
        assert_eq!(value("A=\"a\\nb\\t\\\"c\\\" \\$d \\\\ \\`\" # comment"), "a\nb\t\"c\" $d \\ `");
        assert_eq!(value("A=\"\\d\""), "\\d", "an unknown escape is left");
        let several = "A=\"-----BEGIN\nline two\n-----END\"\nB='one\ntwo'\nC=3";
        let found = entries(several);
        assert_eq!(found[0], (1, "A".into(), "-----BEGIN\nline two\n-----END".into()));
        assert_eq!(found[1], (4, "B".into(), "one\ntwo".into()));
        assert_eq!(found[2].0, 6, "lines are counted inside of values");
        assert_eq!(value("A=\"a\r\nb\""), "a\nb");
    }

    #[test]
    fn what_only_a_shell_can_fill_in_is_refused_with_its_line() {
        for text in ["A=$B", "A=x${B}y", "A=\"x$B\"", "A=$(date)", "A=\"${B:-c}\"", "A=$1", "A=pa$$word"] {
            let (line, name, why) = refused(&format!("# one\n{text}\n"));
            assert_eq!((line, name.as_deref()), (Some(2), Some("A")), "{text}");
            assert!(why.contains("another variable") && why.contains("single quotes"), "{why}");
        }
        for text in ["A=`date`", "A=\"`date`\"", "A=x`"] {
            assert!(refused(text).2.contains("runs a command"), "{text}");
        }
        assert_eq!(value("A=cost$"), "cost$");
        assert_eq!(value("A=\"5 $ each\""), "5 $ each", "a dollar sign before a blank is one");
        let rest = read("A=$B\nC=1");
        assert_eq!(rest.entries.len(), 1, "the other lines are read");
    }

    #[test]
    fn faults_are_named_and_nothing_of_the_value_is_said() {
        for (text, part) in [
            ("FAKE secret without a name", "no NAME=value"),
            ("MY-KEY=FAKE", "no name"),
            ("1KEY=FAKE", "no name"),
            ("=FAKE", "no name"),
            ("ключ=FAKE", "no name"),
            ("A='FAKE\nB=1", "never closed"),
            ("A=\"FAKE\nB=1", "never closed"),
            ("A=\"FAKE\\", "never closed"),
            ("A='FAKE'more", "behind its closing quotes"),
        ] {
            let (line, _, why) = refused(text);
            assert_eq!(line, Some(1));
            assert!(why.contains(part) && !why.contains("FAKE"), "{text}: {why}");
        }
        assert!(read("A='FAKE\nB=1").entries.is_empty(), "nothing behind an open quote is guessed");
        assert!(read("").entries.is_empty() && read("\n \n#x").skipped.is_empty());
    }
}
