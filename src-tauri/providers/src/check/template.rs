//! Texts with places that a credential's values, kept values, signatures and times are filled into.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::request::{BuildProblem, Unready};
use super::rules::Failure;
use crate::url_rules;
use crate::values::filled;
use crate::{AuthVariant, FieldKind, FieldValue, FieldValues};

/// Everything outside RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Values kept from earlier answers of one check, by name. Secret ones are wiped when the check ends.
pub(crate) type Kept = BTreeMap<String, FieldValue>;

/// A text with `{…}` places. `{a|b}` takes `b` where `a` is empty; `{a|origin}` and `{a|path}` keep that part of an
/// address.
#[derive(Debug)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Place { names: Vec<Name>, part: Option<AddressPart> },
}

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// `{field}`, or `{field.member}` of a JSON field.
    Field { id: String, member: Option<String> },
    /// `{kept:name}`.
    Kept(String),
    /// `{signed:jwt}` or `{signed:hmac}`.
    Signed(Made),
    /// `{time:now}`, `{time:now+60}`: seconds since 1970.
    Time(i64),
}

/// What a step's `sign` makes for use in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    Jwt,
    Hmac,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AddressPart {
    /// Scheme, host and port.
    Origin,
    /// Path and query, as they are.
    Path,
}

/// Where a value is put, and so how it is written there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Percent-encoded.
    Path,
    /// As it is.
    Plain,
    /// Part of a host name, or a whole address.
    Base,
}

/// Where the values of a step come from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub auth: &'a AuthVariant,
    pub values: &'a FieldValues,
    pub kept: &'a Kept,
    /// What this step's `sign` has made.
    pub signed: Option<&'a str>,
    pub now: SystemTime,
}

/// A filled template.
pub(crate) struct Filled {
    pub text: Zeroizing<String>,
    /// A secret is in it.
    pub secret: bool,
    /// Places, and how many of them stayed empty.
    pub places: usize,
    pub empty: usize,
}

impl Filled {
    /// Whether it has places and nothing to put there.
    pub fn is_empty(&self) -> bool {
        self.places > 0 && self.places == self.empty
    }
}

impl Name {
    fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("kept", name)) if !name.is_empty() => Ok(Self::Kept(name.to_owned())),
            Some(("signed", "jwt")) => Ok(Self::Signed(Made::Jwt)),
            Some(("signed", "hmac")) => Ok(Self::Signed(Made::Hmac)),
            Some(("time", time)) => {
                let offset = time.strip_prefix("now").map(|rest| if rest.is_empty() { Ok(0) } else { rest.parse() });
                match offset {
                    Some(Ok(seconds)) => Ok(Self::Time(seconds)),
                    _ => Err(format!("`{text}` is no time; write time:now, time:now+60 or time:now-10")),
                }
            }
            Some(_) => Err(format!("`{text}` is not known; there are kept:NAME, signed:jwt, signed:hmac and time:now")),
            None => {
                let (id, member) =
                    text.split_once('.').map_or((text, None), |(id, member)| (id, Some(member.to_owned())));
                Ok(Self::Field { id: id.to_owned(), member })
            }
        }
    }

    /// The field that an admin can look at.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Field { id, .. } => Some(id),
            _ => None,
        }
    }
}

impl Template {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, tail) = after.split_once('}').ok_or_else(|| format!("`{text}` has a {{ without a }}"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let mut names: Vec<&str> = inside.split('|').collect();
            let part = match names.last() {
                Some(&"origin") if names.len() > 1 => Some(AddressPart::Origin),
                Some(&"path") if names.len() > 1 => Some(AddressPart::Path),
                _ => None,
            };
            if part.is_some() {
                names.pop();
            }
            if names.iter().any(|name| name.is_empty() || name.ends_with('.')) {
                return Err(format!("`{text}` has a place without a field name"));
            }
            let names = names.into_iter().map(Name::parse).collect::<Result<_, _>>()?;
            parts.push(Part::Place { names, part });
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// As [`parse`](Self::parse) for a file whose faults were named when it was loaded.
    pub fn known(text: &str) -> Result<Self, BuildProblem> {
        Self::parse(text).map_err(|reason| BuildProblem::new(None, reason))
    }

    /// Whether every place that names a field takes only the path of the address in it.
    pub fn takes_only_path(&self) -> bool {
        self.parts.iter().all(|part| !matches!(part, Part::Place { part, .. } if *part != Some(AddressPart::Path)))
    }

    /// The alternatives of each place.
    pub fn places(&self) -> impl Iterator<Item = &[Name]> {
        self.parts.iter().filter_map(|part| match part {
            Part::Place { names, .. } => Some(names.as_slice()),
            Part::Text(_) => None,
        })
    }

    /// The only place of a template that is nothing else.
    pub fn only_place(&self) -> Option<&[Name]> {
        match self.parts.as_slice() {
            [Part::Place { names, .. }] => Some(names),
            _ => None,
        }
    }

    /// The first field that an admin can look at.
    pub fn first_field(&self) -> Option<String> {
        self.places().flatten().find_map(Name::field).map(str::to_owned)
    }

    pub fn fill(&self, source: &Source<'_>, place: Place) -> Result<Filled, Unready> {
        let mut out = Filled { text: Zeroizing::new(String::new()), secret: false, places: 0, empty: 0 };
        for part in &self.parts {
            let (names, address_part) = match part {
                Part::Text(text) => {
                    out.text.push_str(text);
                    continue;
                }
                Part::Place { names, part } => (names, *part),
            };
            out.places += 1;
            let Some(Found { name, value, secret }) = source.first(names)? else {
                out.empty += 1;
                continue;
            };
            out.secret |= secret;
            match address_part {
                Some(part) => out.text.push_str(
                    &part_of(&value, part)
                        .ok_or_else(|| BuildProblem::new(name.field(), "This is not a complete address."))?,
                ),
                None => self.put(&mut out.text, name, &value, place)?,
            }
        }
        Ok(out)
    }

    fn put(&self, out: &mut String, name: &Name, value: &str, place: Place) -> Result<(), BuildProblem> {
        match place {
            Place::Path => out.extend(utf8_percent_encode(value, ENCODED)),
            Place::Plain => out.push_str(value),
            Place::Base if self.only_place().is_some() => out.push_str(&url_rules::as_http(value)),
            Place::Base => {
                if !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
                    return Err(BuildProblem::new(
                        name.field(),
                        "Only letters, digits, dots and dashes can be part of a host name.",
                    ));
                }
                out.push_str(value);
            }
        }
        Ok(())
    }
}

/// A value for a place, and the name that gave it.
struct Found<'a, 'n> {
    name: &'n Name,
    value: Cow<'a, str>,
    secret: bool,
}

impl<'a> Source<'a> {
    /// The first alternative that is filled, and whether it is secret. A kept value that no answer held is a failure:
    /// a request without it would mean something else.
    fn first<'n>(&self, names: &'n [Name]) -> Result<Option<Found<'a, 'n>>, Unready> {
        for name in names {
            match self.value(name) {
                Some((value, secret)) => return Ok(Some(Found { name, value, secret })),
                None if matches!(name, Name::Kept(_)) => return Err(Unready::Failed(Failure::MissingValue)),
                None => {}
            }
        }
        Ok(None)
    }

    fn value(&self, name: &Name) -> Option<(Cow<'a, str>, bool)> {
        match name {
            Name::Field { id, member: None } => {
                let text = filled(self.auth, self.values, id)?;
                let spec = self.auth.field(id);
                let is_phone = spec.is_some_and(|field| field.kind == FieldKind::Phone);
                let text = if is_phone { Cow::Owned(crate::form::phone(text)) } else { Cow::Borrowed(text) };
                Some((text, spec.is_some_and(|field| field.secret)))
            }
            Name::Field { id, member: Some(member) } => {
                let text = json_member(filled(self.auth, self.values, id)?, member)?;
                let spec = self.auth.field(id);
                Some((Cow::Owned(text), spec.is_some_and(|field| field.secret && !field.is_public_member(member))))
            }
            Name::Kept(name) => self.kept.get(name).map(|value| (Cow::Borrowed(value.expose()), value.is_secret())),
            Name::Signed(_) => self.signed.map(|made| (Cow::Borrowed(made), true)),
            Name::Time(offset) => Some((Cow::Owned(self.seconds(*offset).to_string()), false)),
        }
    }

    /// Seconds since 1970, so much later.
    pub fn seconds(&self, offset: i64) -> i64 {
        let now = self.now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(now).unwrap_or(i64::MAX).saturating_add(offset)
    }
}

/// The text or number at the top of a JSON document.
pub(crate) fn json_member(document: &str, member: &str) -> Option<String> {
    let mut map: serde_json::Map<String, Value> = serde_json::from_str(document).ok()?;
    let found = match map.get_mut(member).map(Value::take) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    map.values_mut().for_each(super::answer::wipe);
    found
}

fn part_of(value: &str, part: AddressPart) -> Option<String> {
    let url = Url::parse(&url_rules::as_http(value)).ok()?;
    Some(match part {
        AddressPart::Origin => url_rules::origin(&url),
        AddressPart::Path => {
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
        }
    })
}
