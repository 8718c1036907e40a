//! Which addresses a secret may be sent to.
//!
//! Plain `http` is refused except to this computer, or where the admin says so for a server of their own. Spellings that
//! hide the real host (user names, octal addresses, zones, look-alike letters) are refused rather than repaired.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::SystemTime;

use url::{Host, Url};

use crate::check::special::CheckKind;
use crate::check::template::{Kept, Source};
use crate::check::{request, special};
use crate::{AuthVariant, FieldKind, FieldValues, Provider};

/// Why an address is not taken. The text says what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlProblem {
    /// Longer than any real one.
    #[error("The address is longer than 2048 characters.")]
    TooLong,
    /// White space, control characters or backslashes.
    #[error("The address holds a space, a line break, a backslash or an invisible character. Remove it.")]
    Characters,
    /// No scheme.
    #[error("The address must begin with https://, for example https://api.example.com.")]
    NoScheme,
    /// Another scheme.
    #[error("Only https addresses can be used here.")]
    Scheme,
    /// Plain `http` to another computer.
    #[error("Plain http would send the secret unencrypted. Use https; http is taken only for this computer.")]
    PlainHttp,
    /// Not an address.
    #[error("This is not a complete address. It needs a scheme and a host, for example https://api.example.com.")]
    Malformed,
    /// `https://user:password@host`.
    #[error("The address must not hold a user name or password. Put them into their own fields.")]
    UserInfo,
    /// `#…`.
    #[error("The address must not hold a # part.")]
    Fragment,
    /// `?…` where only a base address belongs.
    #[error("The address must not hold a ? part here.")]
    Query,
    /// Letters outside ASCII.
    #[error("The host holds letters that look like others. Write it in its ASCII form (xn--…).")]
    International,
    /// A dot at the end of the host.
    #[error("Remove the dot at the end of the host.")]
    TrailingDot,
    /// `0177.0.0.1`, `2130706433` and the like.
    #[error("Write a numeric address as four decimal numbers, for example 127.0.0.1.")]
    OddAddress,
    /// Link-local, unspecified, multicast, metadata services.
    #[error("This address is reserved (link-local, metadata service or not a host). A secret is never sent there.")]
    Reserved,
    /// Port 0.
    #[error("Port 0 cannot be reached.")]
    Port,
}

/// What a field of kind URL accepts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    /// The admin said that this server of their own speaks plain `http`.
    pub plain_http: bool,
    /// A query may follow the path (webhooks).
    pub query: bool,
}

/// Parses an address that may receive a secret.
///
/// # Errors
/// The first rule that it breaks.
pub fn check(text: &str, allowed: Allowed) -> Result<Url, UrlProblem> {
    if text.len() > 2048 {
        return Err(UrlProblem::TooLong);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\' || crate::clean::is_invisible(c)) {
        return Err(UrlProblem::Characters);
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(UrlProblem::NoScheme);
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" && scheme != "http" {
        return Err(UrlProblem::Scheme);
    }
    // The parser repairs extra slashes; a person cannot see where such an address leads.
    if rest.starts_with('/') {
        return Err(UrlProblem::Malformed);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(UrlProblem::UserInfo);
    }
    if !authority.is_ascii() {
        return Err(UrlProblem::International);
    }
    if authority.contains('%') {
        return Err(UrlProblem::Malformed);
    }
    let url = Url::parse(text).map_err(|_| UrlProblem::Malformed)?;
    if url.fragment().is_some() {
        return Err(UrlProblem::Fragment);
    }
    if url.query().is_some() && !allowed.query {
        return Err(UrlProblem::Query);
    }
    if url.port() == Some(0) {
        return Err(UrlProblem::Port);
    }
    check_host(&url, authority)?;
    if url.scheme() == "http" && !allowed.plain_http && !is_loopback(&url) {
        return Err(UrlProblem::PlainHttp);
    }
    Ok(url)
}

fn check_host(url: &Url, authority: &str) -> Result<(), UrlProblem> {
    match url.host() {
        None => Err(UrlProblem::Malformed),
        Some(Host::Domain(name)) => {
            if name.ends_with('.') {
                return Err(UrlProblem::TrailingDot);
            }
            let metadata = ["metadata", "metadata.google.internal", "instance-data"];
            if metadata.contains(&name) || name.ends_with(".metadata.google.internal") {
                return Err(UrlProblem::Reserved);
            }
            Ok(())
        }
        Some(Host::Ipv4(address)) => {
            let written = authority.split(':').next().unwrap_or_default();
            if written.ends_with('.') {
                return Err(UrlProblem::TrailingDot);
            }
            if written != address.to_string() {
                return Err(UrlProblem::OddAddress);
            }
            if is_forbidden(IpAddr::V4(address)) { Err(UrlProblem::Reserved) } else { Ok(()) }
        }
        Some(Host::Ipv6(address)) => {
            if is_forbidden(IpAddr::V6(address)) {
                Err(UrlProblem::Reserved)
            } else {
                Ok(())
            }
        }
    }
}

/// The address under which a WebSocket server answers ordinary requests: `wss://` as `https://`, `ws://` as `http://`.
/// Any other text stays as it is.
pub(crate) fn as_http(text: &str) -> Cow<'_, str> {
    match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("wss") => Cow::Owned(format!("https://{rest}")),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("ws") => Cow::Owned(format!("http://{rest}")),
        _ => Cow::Borrowed(text),
    }
}

/// Whether the host names this computer without asking any name server.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Addresses to which no check connects, whichever name led there: link-local (with the metadata service), unspecified,
/// multicast and broadcast, also inside the IPv6 forms that carry an IPv4 address.
pub fn is_forbidden(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_forbidden_v4(v4),
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            let metadata = v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
            v6.is_unspecified()
                || v6.is_multicast()
                || (first & 0xffc0) == 0xfe80
                || metadata
                || carried_v4(v6).is_some_and(is_forbidden_v4)
        }
    }
}

fn is_forbidden_v4(v4: Ipv4Addr) -> bool {
    v4.octets()[0] == 0 || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast()
}

/// The IPv4 address inside a mapped, translated (RFC 6052) or 6to4 (RFC 3056) one.
fn carried_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = v6.segments();
    let join = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(join(high, low)),
        [0x2002, high, low, ..] => Some(join(high, low)),
        _ => v6.to_ipv4_mapped(),
    }
}

/// Scheme, host and port: `https://api.example.com`, with a port only where it is not the usual one.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The origins to which this credential's secrets would go: those of the check, and those that its address fields hand
/// to programs. Sorted, without repeats; empty where no address is known. Compare before and after an edit: a new entry
/// asks for the secret again.
pub fn destination(provider: &Provider, auth: &AuthVariant, values: &FieldValues) -> Vec<String> {
    let kept = Kept::new();
    let source = Source { auth, values, kept: &kept, signed: None, now: SystemTime::UNIX_EPOCH };
    let mut origins: Vec<String> = Vec::new();
    let asked = auth.check_kind(&provider.check) == CheckKind::Http;
    if asked && let Ok(base) = request::base(provider, &source) {
        let steps = provider.check.steps.iter().filter(|step| step.auth.is_empty() || step.auth.contains(&auth.id));
        // A host that an answer will name is not known yet; the catalogue lists the hosts that it may be.
        origins.extend(
            steps.filter_map(|step| request::step_base(provider, step, &base, &source).ok()).map(|url| origin(&url)),
        );
        origins.push(origin(&base));
    }
    origins.extend(special::destination(provider, auth, values));
    origins.extend(provider.oauth_of(auth).map(|oauth| oauth.destinations(provider, &source)).unwrap_or_default());
    for field in auth.fields.iter().filter(|f| f.kind == FieldKind::Url) {
        let typed = crate::values::filled(auth, values, &field.id);
        origins.extend(typed.and_then(|text| Url::parse(&as_http(text)).ok()).as_ref().map(origin));
    }
    origins.sort();
    origins.dedup();
    origins
}
