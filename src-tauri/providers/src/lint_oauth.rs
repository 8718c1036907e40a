//! What is wrong with the `[oauth]` part of a catalogue file.

use url::Url;

use crate::check::rules::Base;
use crate::check::template::{Name, Template};
use crate::lint::{Faults, quoted, template};
use crate::oauth::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Endpoint, Oauth, REFRESH_TOKEN, Rotation};
use crate::{AuthVariant, Provider, url_rules};

/// The longest redirect URI that every provider takes (Microsoft).
const LONGEST_REDIRECT: usize = 256;

/// The faults of the connection.
pub(crate) fn faults(provider: &Provider, faults: &mut Faults) {
    let Some(oauth) = &provider.oauth else { return no_connection(provider, faults) };
    let Some(auth) = provider.variant(Some(&oauth.auth)) else {
        return faults
            .add("[oauth]", format!("`oauth` names the sign-in method `{}`, which does not exist", oauth.auth));
    };
    fields(oauth, auth, faults);
    redirect(oauth, faults);
    let only = std::slice::from_ref(&oauth.auth);
    for endpoint in [&oauth.authorize, &oauth.token].into_iter().chain(&oauth.revoke) {
        address(provider, oauth, endpoint, auth, faults);
    }
    template(provider, &oauth.scope, only, faults);
    plain(&oauth.scope, auth, faults);
    for name in oauth.parameters.keys().filter(|name| OURS.contains(&name.as_str())) {
        faults.add(name, format!("`parameters` of `oauth` must leave out `{name}`, which every sign-in has anyway"));
    }
    for rule in &oauth.rules {
        let judges = rule.verdict.is_some() && !rule.evidence.trim().is_empty() && rule.go_on.is_none();
        if !judges || (rule.status.is_empty() && rule.failure.is_empty()) {
            faults.add("[[oauth.rules]]", "a rule of `oauth` needs `status` or `failure`, a `verdict` and `evidence`");
        }
    }
    if oauth.rotates == Rotation::Yes {
        spenders(provider, faults);
    }
}

/// Parameters that the sign-in itself makes.
const OURS: [&str; 7] =
    ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];

fn no_connection(provider: &Provider, faults: &mut Faults) {
    for field in provider.auth.iter().flat_map(|auth| &auth.fields).filter(|field| field.obtained) {
        faults.add(&quoted(&field.id), format!("the field `{}` is `obtained`, but there is no `[oauth]`", field.id));
    }
}

fn fields(oauth: &Oauth, auth: &AuthVariant, faults: &mut Faults) {
    if auth.field(CLIENT_ID).is_none_or(|field| field.secret) {
        faults.add("[oauth]", format!("`{}` needs the plain field `{CLIENT_ID}` for `oauth`", auth.id));
    }
    if auth.field(CLIENT_SECRET).is_some_and(|field| !field.secret) {
        faults.add("[oauth]", format!("the field `{CLIENT_SECRET}` of `{}` must be secret", auth.id));
    }
    for id in [ACCESS_TOKEN, REFRESH_TOKEN] {
        if auth.field(id).is_none_or(|field| !field.secret || field.required) {
            faults
                .add("[oauth]", format!("`{}` needs the field `{id}`, secret and not required, for `oauth`", auth.id));
        }
    }
    for id in oauth.needs.iter().chain(&oauth.unless).filter(|id| auth.field(id).is_none()) {
        faults.add(id, format!("`oauth` names the field `{id}`, which `{}` does not have", auth.id));
    }
}

fn redirect(oauth: &Oauth, faults: &mut Faults) {
    let uri = oauth.redirect.uri.as_str();
    let plain = |c: char| c.is_ascii_alphanumeric() || ":/.-_".contains(c);
    let fits = Url::parse(uri).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "http"
            && (host == "127.0.0.1" || host == "localhost")
            && url.port().is_some_and(|port| port >= 1024)
            && url.path().len() > 1
            && !url.path().ends_with('/')
            && url.as_str() == uri
    });
    if !fits || !uri.chars().all(plain) || uri.len() > LONGEST_REDIRECT {
        faults.add(
            uri,
            "`redirect.uri` must be http://127.0.0.1:PORT/path or http://localhost:PORT/path, with a port of 1024 or more and without a slash at its end",
        );
    }
    if oauth.redirect.register.trim().is_empty() {
        faults.add("register", "`redirect.register` must say where the URI is registered");
    }
}

fn address(provider: &Provider, oauth: &Oauth, endpoint: &Endpoint, auth: &AuthVariant, faults: &mut Faults) {
    let bases: &[Base] = if endpoint.base.is_empty() { &oauth.base } else { &endpoint.base };
    if bases.is_empty() {
        faults.add("[oauth]", "an address of `oauth` has no `base`, neither its own nor a common one");
    }
    let only = std::slice::from_ref(&oauth.auth);
    for base in bases {
        template(provider, &base.url, only, faults);
        plain(&base.url, auth, faults);
        if !base.url.contains('{') && url_rules::check(&base.url, url_rules::Allowed::default()).is_err() {
            faults.add(&base.url, format!("`{}` must be an https address", base.url));
        }
    }
    template(provider, &endpoint.path, only, faults);
    plain(&endpoint.path, auth, faults);
    if !endpoint.path.is_empty() && !endpoint.path.starts_with('/') {
        faults.add(&endpoint.path, "a path of `oauth` must begin with /");
    }
}

/// Addresses and scopes are seen by the browser: only plain fields stand in them.
fn plain(text: &str, auth: &AuthVariant, faults: &mut Faults) {
    let Ok(parsed) = Template::parse(text) else { return };
    for name in parsed.places().flatten() {
        let fits =
            matches!(name, Name::Field { id, member: None } if auth.field(id).is_some_and(|field| !field.secret));
        if !fits {
            faults.add(text, format!("`{text}` of `oauth` may use plain fields only"));
        }
    }
}

/// A check that spends a refresh token for one use would end the connection.
fn spenders(provider: &Provider, faults: &mut Faults) {
    for step in &provider.check.steps {
        let renews = step.form.get("grant_type").is_some_and(|grant| grant == "refresh_token");
        if renews && step.form.get(REFRESH_TOKEN).is_some_and(|token| token.contains("{refresh_token")) {
            faults.add(
                &quoted(&step.id),
                format!("step `{}` spends the refresh token, which is good for one use here", step.id),
            );
        }
    }
}
