//! Builds the requests of a check from their templates.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::rules::{Basic, Method, Step};
use crate::url_rules::{self, Allowed};
use crate::values::filled;
use crate::{AuthVariant, FieldKind, FieldValues, Provider};

/// Everything outside RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text with `{field}` places. `{a|b}` takes `b` where `a` is empty; `{a|origin}` and `{a|path}` keep
/// that part of an address.
#[derive(Debug)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Field { names: Vec<String>, part: Option<AddressPart> },
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
enum Place {
    /// Percent-encoded.
    Path,
    /// As it is.
    Plain,
    /// Part of a host name, or a whole address.
    Base,
}

/// Why a request cannot be built from these values. Nothing was sent.
#[derive(Debug)]
pub(crate) struct BuildProblem {
    pub field: Option<String>,
    pub message: String,
}

impl BuildProblem {
    pub fn new(field: Option<&str>, message: impl Into<String>) -> Self {
        Self { field: field.map(str::to_owned), message: message.into() }
    }
}

struct Filled {
    text: String,
    secret: bool,
    fields: usize,
    empty: usize,
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
            let mut names: Vec<String> = inside.split('|').map(str::to_owned).collect();
            let part = match names.last().map(String::as_str) {
                Some("origin") if names.len() > 1 => Some(AddressPart::Origin),
                Some("path") if names.len() > 1 => Some(AddressPart::Path),
                _ => None,
            };
            if part.is_some() {
                names.pop();
            }
            if names.iter().any(String::is_empty) {
                return Err(format!("`{text}` has a place without a field name"));
            }
            parts.push(Part::Field { names, part });
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// Whether every place that names a field takes only the path of the address in it.
    pub fn takes_only_path(&self) -> bool {
        self.parts.iter().all(|part| !matches!(part, Part::Field { part, .. } if *part != Some(AddressPart::Path)))
    }

    /// The alternatives of each place.
    pub fn fields(&self) -> Vec<&[String]> {
        let places = self.parts.iter().filter_map(|part| match part {
            Part::Field { names, .. } => Some(names.as_slice()),
            Part::Text(_) => None,
        });
        places.collect()
    }

    fn fill(&self, auth: &AuthVariant, values: &FieldValues, place: Place) -> Result<Filled, BuildProblem> {
        let mut out = Filled { text: String::new(), secret: false, fields: 0, empty: 0 };
        let whole = matches!(self.parts.as_slice(), [Part::Field { .. }]);
        for part in &self.parts {
            let (names, address_part) = match part {
                Part::Text(text) => {
                    out.text.push_str(text);
                    continue;
                }
                Part::Field { names, part } => (names, *part),
            };
            out.fields += 1;
            let Some((name, value)) =
                names.iter().find_map(|name| filled(auth, values, name).map(|value| (name, value)))
            else {
                out.empty += 1;
                continue;
            };
            let spec = auth.field(name);
            out.secret |= spec.is_some_and(|field| field.secret);
            if let Some(part) = address_part {
                out.text.push_str(
                    &part_of(value, part)
                        .ok_or_else(|| BuildProblem::new(Some(name), "This is not a complete address."))?,
                );
                continue;
            }
            let number = spec.is_some_and(|field| field.kind == FieldKind::Phone).then(|| crate::form::phone(value));
            let value = number.as_deref().unwrap_or(value);
            match place {
                Place::Path => out.text.extend(utf8_percent_encode(value, ENCODED)),
                Place::Plain => out.text.push_str(value),
                Place::Base if whole => out.text.push_str(value),
                Place::Base => {
                    if !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
                        return Err(BuildProblem::new(
                            Some(name),
                            "Only letters, digits, dots and dashes can be part of a host name.",
                        ));
                    }
                    out.text.push_str(value);
                }
            }
        }
        Ok(out)
    }
}

fn part_of(value: &str, part: AddressPart) -> Option<String> {
    let url = Url::parse(value).ok()?;
    Some(match part {
        AddressPart::Origin => url_rules::origin(&url),
        AddressPart::Path => {
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
        }
    })
}

/// Where the requests of a check go.
pub(crate) fn base(provider: &Provider, auth: &AuthVariant, values: &FieldValues) -> Result<Url, BuildProblem> {
    let own = auth.field("base_url").and_then(|_| filled(auth, values, "base_url"));
    let elsewhere = provider.check.base_url_not_for_check.as_deref().and_then(crate::form::whole);
    let own = own.filter(|text| !elsewhere.is_some_and(|pattern| pattern.is_match(text)));
    if let Some(text) = own {
        return address(auth, values, "base_url", text);
    }
    for base in &provider.check.base {
        if !base.when.iter().all(|(field, wanted)| filled(auth, values, field) == Some(wanted)) {
            continue;
        }
        let Ok(template) = Template::parse(&base.url) else { continue };
        let text = template.fill(auth, values, Place::Base)?;
        if text.empty > 0 {
            continue;
        }
        let field = template.fields().first().and_then(|names| names.first()).cloned().unwrap_or_default();
        return address(auth, values, &field, &text.text);
    }
    let first = auth.any_of.first().and_then(|set| set.first());
    Err(BuildProblem::new(
        first.map_or(Some("base_url"), |id| Some(id)),
        "No address is given to which the check could go.",
    ))
}

fn address(auth: &AuthVariant, values: &FieldValues, field: &str, text: &str) -> Result<Url, BuildProblem> {
    let spec = auth.field(field);
    let plain_http =
        spec.and_then(|f| f.http_allowed_by.as_deref()).is_some_and(|by| filled(auth, values, by) == Some("yes"));
    let query = spec.is_some_and(|f| f.secret);
    let blamed = spec.map(|_| field);
    url_rules::check(text, Allowed { plain_http, query })
        .map_err(|problem| BuildProblem::new(blamed, problem.to_string()))
}

/// The complete request of one step.
pub(crate) fn build(
    step: &Step,
    base: &Url,
    auth: &AuthVariant,
    values: &FieldValues,
) -> Result<reqwest::Request, BuildProblem> {
    let method = match step.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let path = template(&step.path)?.fill(auth, values, Place::Path)?.text;
    let url = join(base, &path)?;
    let mut request = reqwest::Request::new(method, url);
    *request.headers_mut() = headers(step, auth, values)?;
    if let Some(body) = &step.body {
        *request.body_mut() = Some(body.clone().into());
    }
    Ok(request)
}

fn template(text: &str) -> Result<Template, BuildProblem> {
    Template::parse(text).map_err(|reason| BuildProblem::new(None, reason))
}

fn headers(step: &Step, auth: &AuthVariant, values: &FieldValues) -> Result<HeaderMap, BuildProblem> {
    let mut headers = HeaderMap::new();
    headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("application/json"));
    for (name, text) in step.headers.iter().chain(step.headers_for.get(&auth.id).into_iter().flatten()) {
        let template = template(text)?;
        let filled = template.fill(auth, values, Place::Plain)?;
        if filled.fields > 0 && filled.fields == filled.empty {
            continue;
        }
        let field = template.fields().first().and_then(|names| names.first().cloned());
        let name = HeaderName::try_from(name)
            .map_err(|_| BuildProblem::new(None, format!("`{name}` is not a header name.")))?;
        let mut value = HeaderValue::from_str(&filled.text).map_err(|_| unsendable(field.as_deref()))?;
        value.set_sensitive(filled.secret);
        headers.insert(name, value);
    }
    if let Some(basic) = &step.basic {
        headers.insert(reqwest::header::AUTHORIZATION, basic_value(basic, auth, values)?);
    }
    Ok(headers)
}

fn basic_value(basic: &Basic, auth: &AuthVariant, values: &FieldValues) -> Result<HeaderValue, BuildProblem> {
    use base64::Engine as _;
    let username = template(&basic.username)?.fill(auth, values, Place::Plain)?.text;
    let password = template(&basic.password)?.fill(auth, values, Place::Plain)?.text;
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
    let mut value = HeaderValue::from_str(&format!("Basic {encoded}")).map_err(|_| unsendable(None))?;
    value.set_sensitive(true);
    Ok(value)
}

fn unsendable(field: Option<&str>) -> BuildProblem {
    BuildProblem::new(field, "This value holds characters that cannot be sent in a header.")
}

/// Puts the step's path behind the base. What the base's path already ends with is not doubled: both
/// `https://api.example.com` and `https://api.example.com/v1` give `…/v1/models`.
fn join(base: &Url, path: &str) -> Result<Url, BuildProblem> {
    if path.is_empty() {
        return Ok(base.clone());
    }
    let prefix = base.path().trim_end_matches('/');
    let (route, query) = path.split_once('?').map_or((path, None), |(route, query)| (route, Some(query)));
    let overlap = route
        .match_indices('/')
        .map(|(at, _)| at)
        .chain([route.len()])
        .filter(|at| *at > 0)
        .filter_map(|at| route.split_at_checked(at))
        .filter(|(head, _)| prefix.ends_with(head))
        .map(|(head, _)| head.len())
        .max()
        .unwrap_or(0);
    let mut url = base.clone();
    url.set_path(&format!("{prefix}{}", route.get(overlap..).unwrap_or_default()));
    url.set_query(query);
    if url_rules::origin(&url) != url_rules::origin(base) {
        return Err(BuildProblem::new(None, "The check would leave its host."));
    }
    Ok(url)
}
