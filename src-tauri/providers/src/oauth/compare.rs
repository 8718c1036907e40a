//! Compares the redirect URI with what a provider has registered, letter by letter: providers do.

use serde_json::Value;

use super::{PortRule, Redirect};
use crate::clean::is_invisible;

/// More than any list of a provider.
const LONGEST_TEXT: usize = 256 * 1024;
/// A registered address longer than this is shown in part.
const LONGEST_SHOWN: usize = 300;
/// As many as a person looks at; the nearest first.
const SHOWN: usize = 8;

/// What a comparison showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Whether the provider will take the redirect URI.
    pub matches: bool,
    /// In one or two sentences.
    pub summary: String,
    /// The registered addresses, the nearest first.
    pub entries: Vec<Compared>,
}

/// One registered address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// As it is registered; invisible characters are written as `<U+200B>`.
    pub registered: String,
    /// Whether it serves.
    pub matches: bool,
    /// Where the shown text differs: the range of characters in UTF-16 units; empty at its end where something is missing.
    pub differs: Option<(u32, u32)>,
    /// What differs, in words.
    pub message: String,
}

/// Why there is nothing to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareProblem {
    /// Nothing was pasted.
    #[error("Paste the provider’s list, or the file of the client.")]
    Empty,
    /// Far too long.
    #[error("This is too long for a list of redirect URIs.")]
    TooLong,
    /// Looks like JSON and is none.
    #[error("This begins like a JSON file and cannot be read as one. Paste the whole file.")]
    Json,
    /// No address in it.
    #[error("No redirect URI was found in this text.")]
    NoAddress,
}

/// Compares with a pasted list (one address a line, or separated by white space or commas) or a JSON file of the client.
///
/// # Errors
/// Where no address can be found in the text.
pub fn compare(redirect: &Redirect, text: &str) -> Result<Comparison, CompareProblem> {
    if text.len() > LONGEST_TEXT {
        return Err(CompareProblem::TooLong);
    }
    let trimmed = text.trim().trim_start_matches('\u{feff}').trim_start();
    if trimmed.is_empty() {
        return Err(CompareProblem::Empty);
    }
    let mut registered = Vec::new();
    if trimmed.starts_with(['{', '[']) {
        let mut document: Value = serde_json::from_str(trimmed).map_err(|_| CompareProblem::Json)?;
        gather(&document, matches!(document, Value::Array(_)), &mut registered);
        // A file for installed programs names no address with a port: every one of this computer is taken.
        let installed = document.get("installed").is_some();
        // It holds the client's secret too.
        crate::check::answer::wipe(&mut document);
        if installed {
            return Ok(Comparison {
                matches: true,
                summary: "This client is for installed programs: the provider takes every address of this computer, and nothing has to be registered.".to_owned(),
                entries: Vec::new(),
            });
        }
    } else {
        let separates = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '<' | '>');
        let like_address =
            |word: &&str| word.contains("://") || word.contains("localhost") || word.contains("127.0.0.1");
        // Not trimmed: an invisible character at the end is a fault to be found.
        let list = text.trim_start_matches('\u{feff}');
        registered.extend(list.split(separates).filter(like_address).map(str::to_owned));
    }
    registered.dedup();
    if registered.is_empty() {
        return Err(CompareProblem::NoAddress);
    }
    let mut ranked: Vec<(usize, Compared)> = registered.iter().map(|other| one(redirect, other)).collect();
    // What serves comes first, then what is the same for longest.
    ranked.sort_by_key(|(same, compared)| (!compared.matches, usize::MAX - same));
    let more = ranked.len().saturating_sub(SHOWN);
    let entries: Vec<Compared> = ranked.into_iter().take(SHOWN).map(|(_, compared)| compared).collect();
    let matches = entries.first().is_some_and(|first| first.matches);
    let mut summary = if matches {
        "The redirect URI is registered.".to_owned()
    } else {
        "The redirect URI is not registered. Copy it, and put it into the provider’s list in place of the nearest one."
            .to_owned()
    };
    if more > 0 {
        summary.push_str(&format!(" {more} others are not shown."));
    }
    Ok(Comparison { matches, summary, entries })
}

/// The texts of a client's file that are redirect addresses: below a member whose name says so. Other texts of such a
/// file are secrets.
fn gather(value: &Value, wanted: bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if wanted => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, wanted, found)),
        Value::Object(map) => {
            for (name, item) in map {
                let name = name.to_lowercase();
                let says_so = name.contains("redirect") || name.contains("replyurl");
                // Microsoft's manifest: a list of objects with `url` and `type`.
                gather(item, says_so || (wanted && name == "url"), found);
            }
        }
        _ => {}
    }
}

/// How long both are the same, and what comes then.
fn one(redirect: &Redirect, other: &str) -> (usize, Compared) {
    let own = redirect.uri.as_str();
    let same = own.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let hidden = other.chars().enumerate().find(|(_, c)| is_invisible(*c) || c.is_whitespace() || c.is_control());
    let (matches, at, message) = match hidden {
        Some((at, c)) => (
            false,
            Some((at, 1)),
            format!(
                "An invisible character (U+{:04X}) stands at position {}. Type the address anew.",
                u32::from(c),
                at + 1
            ),
        ),
        None if own == other => (true, None, "The same.".to_owned()),
        None => difference(redirect, other, same),
    };
    let (shown, differs) = shown(other, at);
    (same, Compared { registered: shown, matches, differs, message })
}

fn difference(redirect: &Redirect, other: &str, same: usize) -> (bool, Option<(usize, usize)>, String) {
    let (own, found) = (Parts::of(&redirect.uri), Parts::of(other));
    let at = Some((same, 1));
    let Some(found) = found else {
        return (false, at, "It has no scheme: it must begin with http://.".to_owned());
    };
    let Some(own) = own else { return (false, at, "It is another address.".to_owned()) };
    let start = |part: &str| part.as_ptr() as usize - other.as_ptr() as usize;
    let place = |part: &str| {
        let before = other.get(..start(part)).unwrap_or_default().chars().count();
        Some((before, part.chars().count()))
    };
    if own.scheme != found.scheme {
        return (false, place(found.scheme), format!("The scheme is {}, not {}.", quoted(found.scheme), own.scheme));
    }
    if own.host != found.host {
        return (false, place(found.host), host_words(own.host, found.host));
    }
    if own.path != found.path {
        if found.path.strip_suffix('/') == Some(own.path) {
            return (false, Some((other.chars().count() - 1, 1)), "A slash stands at its end.".to_owned());
        }
        let words = if own.path.eq_ignore_ascii_case(found.path) {
            "The path differs in small and capital letters."
        } else if found.path.is_empty() || found.path == "/" {
            "The path is missing."
        } else {
            "The path differs from here on."
        };
        let same_path = own.path.chars().zip(found.path.chars()).take_while(|(a, b)| a == b).count();
        let before = place(found.path).map_or(0, |(before, _)| before);
        return (false, Some((before + same_path, 1)), words.to_owned());
    }
    let port = |port: &str| if port.is_empty() { "none".to_owned() } else { quoted(port) };
    if redirect.port == PortRule::Any {
        let message =
            format!("Only the port differs ({}); the provider takes every port of this computer.", port(found.port));
        return (true, place(found.port), message);
    }
    (false, place(found.port), format!("The port is {}, not {}.", port(found.port), own.port))
}

fn host_words(own: &str, found: &str) -> String {
    let both_here = |host: &str| host == "localhost" || host == "127.0.0.1";
    if both_here(own) && both_here(found) {
        return format!(
            "The host is {found}, not {own}: both mean this computer, but they are compared letter by letter."
        );
    }
    let lookalike = found.chars().find(|c| !c.is_ascii());
    match lookalike {
        Some(c) => format!("The host holds the letter “{c}” (U+{:04X}), which only looks right.", u32::from(c)),
        None => format!("The host is {}, not {own}.", quoted(found)),
    }
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.is_empty() { "missing".to_owned() } else { format!("“{short}”") }
}

/// Scheme, host, port and the rest, as they are written.
struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let colon = authority.rfind(':').filter(|at| !authority.get(*at..).unwrap_or_default().contains(']'));
        let (host, port) = match colon {
            Some(at) => (authority.get(..at)?, authority.get(at + 1..)?),
            None => (authority, authority.get(authority.len()..)?),
        };
        Some(Self { scheme, host, port, path })
    }
}

/// The text as it can be shown, and the range in it, in UTF-16 units.
fn shown(text: &str, at: Option<(usize, usize)>) -> (String, Option<(u32, u32)>) {
    let mut out = String::new();
    let mut range = None;
    let mut units = 0usize;
    let mut length = 0;
    for (index, c) in text.chars().enumerate().take(LONGEST_SHOWN) {
        let visible = !(is_invisible(c) || c.is_whitespace() || c.is_control());
        let piece = if visible { c.to_string() } else { format!("<U+{:04X}>", u32::from(c)) };
        if let Some((from, count)) = at
            && index >= from
            && index < from + count
        {
            let begin = range.map_or(units, |(begin, _)| begin);
            range = Some((begin, units + piece.encode_utf16().count()));
        } else if at == Some((index, 0)) {
            range = Some((units, units));
        }
        units += piece.encode_utf16().count();
        out.push_str(&piece);
        length = index + 1;
    }
    if text.chars().count() > length {
        out.push('…');
    }
    // Something is missing at the end.
    let range = range.or(at.map(|_| (units, units)));
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (out, range.map(|(from, to)| (small(from), small(to))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn redirect(port: PortRule) -> Redirect {
        Redirect {
            uri: "http://127.0.0.1:28417/oauth/callback".to_owned(),
            port,
            register: "there".to_owned(),
            client_file: None,
        }
    }

    /// What the comparison marks in the nearest address, and what it says.
    fn nearest(text: &str) -> (bool, String, String) {
        let compared = compare(&redirect(PortRule::Exact), text).unwrap().entries.remove(0);
        let units: Vec<u16> = compared.registered.encode_utf16().collect();
        let marked = compared
            .differs
            .map_or_else(String::new, |(from, to)| String::from_utf16(&units[from as usize..to as usize]).unwrap());
        (compared.matches, marked, compared.message)
    }

    #[test]
    fn the_differing_part_is_found() {
        for (registered, marked, words) in [
            ("http://127.0.0.1:28417/oauth/callback", "", "The same"),
            ("https://127.0.0.1:28417/oauth/callback", "https", "scheme"),
            ("http://localhost:28417/oauth/callback", "localhost", "letter by letter"),
            ("http://127.0.0.2:28417/oauth/callback", "127.0.0.2", "host is “127.0.0.2”"),
            ("http://loc\u{0430}lhost:28417/oauth/callback", "loc\u{0430}lhost", "U+0430"),
            ("http://127.0.0.1:28471/oauth/callback", "28471", "port is “28471”, not 28417"),
            ("http://127.0.0.1/oauth/callback", "", "port is none"),
            ("http://127.0.0.1:28417/oauth/callback/", "/", "slash stands at its end"),
            ("http://127.0.0.1:28417/OAuth/callback", "O", "small and capital"),
            ("http://127.0.0.1:28417", "", "path is missing"),
            ("http://127.0.0.1:28417/oauth/calback", "b", "from here on"),
            (
                "http://127.0.0.1:28417/oauth/\u{200b}callback",
                "<U+200B>",
                "invisible character (U+200B) stands at position 30",
            ),
            ("http://127.0.0.1:28417/oauth/callback\u{a0}", "<U+00A0>", "invisible"),
            ("127.0.0.1:28417/oauth/callback", "1", "no scheme"),
        ] {
            let (matches, found, message) = nearest(registered);
            assert_eq!((matches, found.as_str()), (words == "The same", marked), "{registered:?}: {message}");
            assert!(message.contains(words), "{registered:?}: {message}");
        }
    }

    #[test]
    fn lists_and_files_are_read() {
        let list = "https://app.example.com/back,\n  http://localhost:3000/x\nhttp://127.0.0.1:28417/oauth/callback\n";
        let comparison = compare(&redirect(PortRule::Exact), list).unwrap();
        assert!(comparison.matches && comparison.entries.len() == 3 && comparison.entries[0].matches);
        let web = r#"{"web":{"client_id":"1-a.apps.googleusercontent.com","client_secret":"FAKE-secret-0123456789",
            "auth_uri":"https://accounts.google.com/o/oauth2/auth","redirect_uris":["http://127.0.0.1:28417/oauth/callback/"]}}"#;
        let comparison = compare(&redirect(PortRule::Any), web).unwrap();
        assert_eq!(comparison.entries.len(), 1, "no other address of the file");
        assert!(!comparison.matches && !format!("{comparison:?}").contains("FAKE-secret"));
        let installed = web.replace("\"web\"", "\"installed\"");
        assert!(compare(&redirect(PortRule::Any), &installed).unwrap().matches);
        assert!(compare(&redirect(PortRule::Exact), &installed).unwrap().matches);
        let manifest = r#"{"replyUrlsWithType":[{"url":"http://127.0.0.1/oauth/callback","type":"Web"}]}"#;
        assert!(compare(&redirect(PortRule::Any), manifest).unwrap().matches, "the port is ignored");
        let array = r#"["http://127.0.0.1:28417/oauth/callback"]"#;
        assert!(compare(&redirect(PortRule::Exact), array).unwrap().matches);
    }

    #[test]
    fn what_holds_no_address_is_said() {
        let ask = |text: &str| compare(&redirect(PortRule::Exact), text).unwrap_err();
        assert_eq!(ask(" \n"), CompareProblem::Empty);
        assert_eq!(ask("{\"web\":{\"client_secret\":\"FAKE"), CompareProblem::Json);
        assert_eq!(ask("{\"web\":{}}"), CompareProblem::NoAddress);
        assert_eq!(ask("my notes"), CompareProblem::NoAddress);
        assert_eq!(ask(&"x".repeat(300_000)), CompareProblem::TooLong);
    }
}
