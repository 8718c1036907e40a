//! Builds the requests of a check from their templates.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use super::rules::{Base, Basic, Failure, HmacSign, Method, Sign, Step};
use super::template::{Filled, Name, Place, Source, Template};
use super::{aws, jwt};
use crate::Provider;
use crate::url_rules::{self, Allowed};
use crate::values::filled;

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

/// Why a request was not sent.
#[derive(Debug)]
pub(crate) enum Unready {
    /// The credential's own values cannot make it.
    Problem(BuildProblem),
    /// An earlier answer does not lead on. The step's rules may read this.
    Failed(Failure),
}

impl From<BuildProblem> for Unready {
    fn from(problem: BuildProblem) -> Self {
        Self::Problem(problem)
    }
}

/// A request and the secrets that were made for it.
pub(crate) struct Built {
    pub request: reqwest::Request,
    pub secrets: Vec<Zeroizing<String>>,
}

/// Where the requests of a check go.
pub(crate) fn base(provider: &Provider, source: &Source<'_>) -> Result<Url, Unready> {
    if let Some(own) = own_base(provider, source)? {
        return Ok(own);
    }
    if let Some(base) = first_base(&provider.check.base, None, source)? {
        return Ok(base);
    }
    let first = source.auth.any_of.first().and_then(|set| set.first());
    Err(BuildProblem::new(
        first.map_or(Some("base_url"), |id| Some(id)),
        "No address is given to which the check could go.",
    )
    .into())
}

/// Where one step goes: to a base of its own, unless a filled base URL takes all requests.
pub(crate) fn step_base(provider: &Provider, step: &Step, main: &Url, source: &Source<'_>) -> Result<Url, Unready> {
    if step.base.is_empty() || own_base(provider, source)?.is_some() {
        return Ok(main.clone());
    }
    first_base(&step.base, Some(main), source)?
        .ok_or_else(|| BuildProblem::new(None, "No address is given to which this part of the check could go.").into())
}

/// The base URL that an admin filled in, where it serves the check.
pub(crate) fn own_base(provider: &Provider, source: &Source<'_>) -> Result<Option<Url>, BuildProblem> {
    let own = source.auth.field("base_url").and_then(|_| filled(source.auth, source.values, "base_url"));
    let elsewhere = provider.check.base_url_not_for_check.as_deref().and_then(crate::form::whole);
    let own = own.filter(|text| !elsewhere.is_some_and(|pattern| pattern.is_match(text)));
    own.map(|text| address(source, "base_url", text)).transpose()
}

pub(crate) fn first_base(bases: &[Base], main: Option<&Url>, source: &Source<'_>) -> Result<Option<Url>, Unready> {
    for base in bases {
        let holds =
            |(field, wanted): (&String, &String)| filled(source.auth, source.values, field) == Some(wanted.as_str());
        if !base.when.iter().all(holds) {
            continue;
        }
        let Ok(template) = Template::parse(&base.url) else { continue };
        let text = template.fill(source, Place::Base)?;
        if text.empty > 0 {
            continue;
        }
        if template.places().flatten().any(|name| matches!(name, Name::Kept(_))) {
            return kept_address(&text.text, base, main).map(Some).map_err(Unready::Failed);
        }
        let field = template.first_field().unwrap_or_default();
        let url = address(source, &field, &text.text)?;
        if !base.hosts.is_empty() && !base.takes_host(&url) {
            let message = format!("The secret is sent only to hosts that end with {}.", base.hosts.join(" or "));
            return Err(BuildProblem::new(Some(&field), message).into());
        }
        return Ok(Some(url));
    }
    Ok(None)
}

/// The host that an earlier answer named. It comes from a server and not from an admin: only the hosts that the file
/// lists are taken, and this computer only where the whole check goes to this computer. Of the address only scheme, host
/// and port are used.
fn kept_address(text: &str, base: &Base, main: Option<&Url>) -> Result<Url, Failure> {
    let mut url = url_rules::check(text, Allowed::default()).map_err(|_| Failure::ForeignHost)?;
    let stays = !url_rules::is_loopback(&url) || main.is_some_and(url_rules::is_loopback);
    if !stays || !base.takes_host(&url) {
        return Err(Failure::ForeignHost);
    }
    url.set_path("");
    Ok(url)
}

fn address(source: &Source<'_>, field: &str, text: &str) -> Result<Url, BuildProblem> {
    let spec = source.auth.field(field);
    let says_yes = |by: &str| filled(source.auth, source.values, by) == Some("yes");
    let plain_http = spec.and_then(|f| f.http_allowed_by.as_deref()).is_some_and(says_yes);
    let query = spec.is_some_and(|f| f.secret);
    let blamed = spec.map(|_| field);
    url_rules::check(text, Allowed { plain_http, query })
        .map_err(|problem| BuildProblem::new(blamed, problem.to_string()))
}

/// The complete request of one step, signed where the step says so.
pub(crate) fn build(step: &Step, base: &Url, source: &Source<'_>) -> Result<Built, Unready> {
    let mut secrets = Vec::new();
    let made = match &step.sign {
        Some(Sign::Jwt(sign)) => Some(jwt::make(sign, source)?),
        Some(Sign::Hmac(sign)) => hmac(sign, source)?,
        Some(Sign::Aws(_)) | None => None,
    };
    let source = &Source { signed: made.as_ref().map(|made| made.as_str()), ..*source };
    let method = match step.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let path = Template::known(&step.path)?.fill(source, Place::Path)?.text;
    let mut url = join(base, &path)?;
    query(step, source, &mut url)?;
    let mut request = reqwest::Request::new(method, url);
    *request.headers_mut() = headers(step, source)?;
    if let Some(body) = &step.body {
        *request.body_mut() = Some(body.clone().into());
    } else if !step.form.is_empty() {
        *request.body_mut() = Some(form(step, source)?.into());
    }
    if let Some(Sign::Aws(sign)) = &step.sign {
        secrets.push(aws::apply(&mut request, sign, source)?);
    }
    secrets.extend(made);
    Ok(Built { request, secrets })
}

/// The keyed hash of a step; nothing where the values leave its key or its message empty.
fn hmac(sign: &HmacSign, source: &Source<'_>) -> Result<Option<Zeroizing<String>>, Unready> {
    let key = Template::known(&sign.key)?.fill(source, Place::Plain)?;
    let message = Template::known(&sign.message)?.fill(source, Place::Plain)?;
    if key.empty > 0 || message.empty > 0 {
        return Ok(None);
    }
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.text.as_bytes());
    let tag = ring::hmac::sign(&key, message.text.as_bytes());
    Ok(Some(Zeroizing::new(tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())))
}

/// Adds the parameters; those with places and nothing to put there are left out.
fn query(step: &Step, source: &Source<'_>, url: &mut Url) -> Result<(), Unready> {
    for (name, text) in &step.query {
        let filled = Template::known(text)?.fill(source, Place::Plain)?;
        if !filled.is_empty() {
            url.query_pairs_mut().append_pair(name, &filled.text);
        }
    }
    Ok(())
}

/// The form-encoded body; entries with places and nothing to put there are left out.
fn form(step: &Step, source: &Source<'_>) -> Result<String, Unready> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, text) in &step.form {
        let filled = Template::known(text)?.fill(source, Place::Plain)?;
        if !filled.is_empty() {
            form.append_pair(name, &filled.text);
        }
    }
    Ok(form.finish())
}

fn headers(step: &Step, source: &Source<'_>) -> Result<HeaderMap, Unready> {
    let mut headers = HeaderMap::new();
    headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("application/json"));
    if !step.form.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    }
    for (name, text) in step.headers.iter().chain(step.headers_for.get(&source.auth.id).into_iter().flatten()) {
        let template = Template::known(text)?;
        let filled = template.fill(source, Place::Plain)?;
        if filled.is_empty() {
            continue;
        }
        let named = Template::known(name)?;
        let name = named.fill(source, Place::Plain)?.text;
        let name = HeaderName::try_from(name.as_str()).map_err(|_| {
            BuildProblem::new(named.first_field().as_deref(), format!("`{}` is not a header name.", *name))
        })?;
        headers.insert(name, value(&filled, template.first_field().as_deref())?);
    }
    if let Some(basic) = &step.basic {
        headers.insert(reqwest::header::AUTHORIZATION, basic_value(basic, source)?);
    }
    Ok(headers)
}

fn value(filled: &Filled, field: Option<&str>) -> Result<HeaderValue, BuildProblem> {
    let mut value = HeaderValue::from_str(&filled.text).map_err(|_| unsendable(field))?;
    value.set_sensitive(filled.secret);
    Ok(value)
}

fn basic_value(basic: &Basic, source: &Source<'_>) -> Result<HeaderValue, Unready> {
    use base64::Engine as _;
    let username = Template::known(&basic.username)?.fill(source, Place::Plain)?.text;
    let password = Template::known(&basic.password)?.fill(source, Place::Plain)?.text;
    let pair = Zeroizing::new(format!("{}:{}", *username, *password));
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair.as_bytes());
    let mut value = HeaderValue::from_str(&format!("Basic {encoded}")).map_err(|_| unsendable(None))?;
    value.set_sensitive(true);
    Ok(value)
}

fn unsendable(field: Option<&str>) -> BuildProblem {
    BuildProblem::new(field, "This value holds characters that cannot be sent in a header.")
}

/// Puts the step's path behind the base. What the base's path already ends with is not doubled: both
/// `https://api.example.com` and `https://api.example.com/v1` give `…/v1/models`.
pub(crate) fn join(base: &Url, path: &str) -> Result<Url, BuildProblem> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::FieldValue;
    use crate::check::template::Kept;

    #[test]
    fn an_answer_leads_to_this_computer_only_where_the_check_is_there_already() {
        let base = Base {
            url: "{kept:api}".to_owned(),
            when: std::collections::BTreeMap::new(),
            hosts: vec!["127.0.0.1".to_owned(), ".acme.example".to_owned()],
        };
        let (here, away) =
            (Url::parse("http://127.0.0.1:9").unwrap(), Url::parse("https://login.acme.example").unwrap());
        assert_eq!(kept_address("http://127.0.0.1:7/x", &base, Some(&away)), Err(Failure::ForeignHost));
        assert_eq!(kept_address("http://127.0.0.1:7/x", &base, Some(&here)).unwrap().as_str(), "http://127.0.0.1:7/");
        let kept = kept_address("https://api.acme.example/path", &base, Some(&away)).unwrap();
        assert_eq!(kept.as_str(), "https://api.acme.example/", "only scheme, host and port are taken over");
    }

    #[test]
    fn kept_values_are_sensitive_unless_the_file_calls_them_public() {
        let step: Step = toml::from_str(
            r#"
            id = "read"
            path = "/v1/{kept:account}"
            headers = { Authorization = "Bearer {kept:token}", Acme-Account = "{kept:account}" }
            rules = []
            "#,
        )
        .unwrap();
        let catalogue = crate::Catalogue::builtin();
        let auth = catalogue.provider("groq").unwrap().variant(None).unwrap();
        let kept = Kept::from([
            ("token".to_owned(), FieldValue::Secret("FAKE-token".into())),
            ("account".to_owned(), FieldValue::from("a/1")),
        ]);
        let now = std::time::SystemTime::UNIX_EPOCH;
        let source = Source { auth, values: &Default::default(), kept: &kept, signed: None, now };
        let built = build(&step, &Url::parse("https://api.acme.example").unwrap(), &source).unwrap();
        assert_eq!(built.request.url().as_str(), "https://api.acme.example/v1/a%2F1");
        let headers = built.request.headers();
        assert!(headers["authorization"].is_sensitive() && !headers["acme-account"].is_sensitive());
        assert!(!format!("{:?}", built.request).contains("FAKE-token"));
    }
}
