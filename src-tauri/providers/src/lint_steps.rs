//! What is wrong with the requests of a check that build on one another: forms, signatures, kept values and the bases of
//! single steps.

use serde_json::Value;

use crate::check::rules::{AwsSign, Base, JwtSign, Keep, Method, Sign, Step};
use crate::check::template::{Name, Template};
use crate::lint::{Faults, quoted, template};
use crate::{Provider, url_rules};

/// Where a template stands; not every place is allowed everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Path,
    Header,
    Claim,
}

/// The faults of one step, which stands at that position.
pub(crate) fn faults(provider: &Provider, index: usize, step: &Step, faults: &mut Faults) {
    let near = quoted(&step.id);
    if !step.form.is_empty() && (step.body.is_some() || step.method != Method::Post) {
        faults.add(&near, format!("the form of step `{}` needs `method = \"POST\"` and no `body`", step.id));
    }
    for id in step.filled.iter().chain(&step.empty) {
        if !provider.auth.iter().any(|auth| auth.field(id).is_some()) {
            faults.add(&near, format!("step `{}` names the field `{id}`, which does not exist", step.id));
        }
    }
    for (name, keep) in &step.keep {
        if keep.path().is_empty() || name.contains(['{', '}', '|', ':']) {
            faults.add(name, format!("`keep` of step `{}` must give `{name}` a path in the answer", step.id));
        }
    }
    let mut places = Places { provider, index, step, faults };
    places.look(&step.path, Use::Path);
    for text in step.headers.values().chain(step.headers_for.values().flat_map(|headers| headers.values())) {
        places.look(text, Use::Header);
    }
    for text in step.form.values().chain(step.basic.iter().flat_map(|basic| [&basic.username, &basic.password])) {
        places.look(text, Use::Header);
    }
    // The check's own bases are judged once, with the first step.
    for base in provider.check.base.iter().filter(|_| index == 0) {
        hosts(base, places.faults);
        if kept_in(&base.url) {
            places.faults.add(&base.url, "the check's own base must not come from an answer");
        }
    }
    for base in &step.base {
        places.base(base);
    }
    match &step.sign {
        Some(Sign::Aws(sign)) => places.aws(sign),
        Some(Sign::Jwt(sign)) => places.jwt(sign),
        None => {}
    }
}

struct Places<'a, 'e> {
    provider: &'a Provider,
    index: usize,
    step: &'a Step,
    faults: &'a mut Faults<'e>,
}

impl Places<'_, '_> {
    /// Judges what a text takes from earlier answers and from this step's signature.
    fn look(&mut self, text: &str, place: Use) {
        let Ok(parsed) = Template::parse(text) else { return };
        for name in parsed.places().flatten() {
            match name {
                Name::Field { .. } => {}
                Name::Kept(kept) => match self.keep(kept) {
                    None => self.add(text, &format!("uses `{{kept:{kept}}}`, which no earlier step keeps")),
                    Some(keep) if place == Use::Path && !keep.is_public() => {
                        self.add(text, &format!("puts the secret `{{kept:{kept}}}` into its address; use a header"));
                    }
                    Some(_) => {}
                },
                Name::Jwt if place != Use::Header || !matches!(self.step.sign, Some(Sign::Jwt(_))) => {
                    self.add(text, "uses `{signed:jwt}` where no `sign.jwt` of its own serves it");
                }
                Name::Time(_) if place != Use::Claim => self.add(text, "uses a time outside the claims of a token"),
                Name::Jwt | Name::Time(_) => {}
            }
        }
    }

    fn keep(&self, name: &str) -> Option<&Keep> {
        self.provider.check.steps.iter().take(self.index).find_map(|step| step.keep.get(name))
    }

    fn add(&mut self, near: &str, what: &str) {
        self.faults.add(near, format!("step `{}` {what}", self.step.id));
    }

    fn base(&mut self, base: &Base) {
        template(self.provider, &base.url, &self.step.auth, self.faults);
        hosts(base, self.faults);
        self.look(&base.url, Use::Path);
        if kept_in(&base.url) {
            if Template::parse(&base.url).is_ok_and(|parsed| parsed.only_place().is_none()) || base.hosts.is_empty() {
                self.add(&base.url, "takes its host from an answer: it must be nothing but `{kept:…}`, with `hosts`");
            }
        } else if !base.url.contains('{') && url_rules::check(&base.url, url_rules::Allowed::default()).is_err() {
            self.add(&base.url, "must go to an https address");
        }
    }

    fn aws(&mut self, sign: &AwsSign) {
        if sign.service.trim().is_empty() {
            self.add("service", "must name the `service` of its signature");
        }
        for text in [&sign.region, &sign.access_key_id, &sign.secret_access_key, &sign.session_token] {
            template(self.provider, text, &self.step.auth, self.faults);
            self.look(text, Use::Claim);
        }
    }

    fn jwt(&mut self, sign: &JwtSign) {
        template(self.provider, &sign.key, &self.step.auth, self.faults);
        let used = self.step.headers.values().chain(self.step.form.values());
        if !used.into_iter().any(|text| text.contains("{signed:jwt}")) {
            self.add(
                &self.step.id.clone(),
                "signs a token and uses it nowhere; write `{signed:jwt}` into a header or the form",
            );
        }
        for claim in sign.claims.values() {
            self.claim(claim);
        }
    }

    fn claim(&mut self, claim: &Value) {
        match claim {
            Value::String(text) => {
                template(self.provider, text, &self.step.auth, self.faults);
                self.look(text, Use::Claim);
            }
            Value::Array(items) => items.iter().for_each(|item| self.claim(item)),
            Value::Object(map) => map.values().for_each(|item| self.claim(item)),
            _ => {}
        }
    }
}

fn hosts(base: &Base, faults: &mut Faults) {
    for host in &base.hosts {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        let name = host.strip_prefix('.').unwrap_or(host);
        // One label alone would take every host of a country.
        let too_wide = host.starts_with('.') && !name.contains('.');
        if name.is_empty() || name.starts_with('.') || name.ends_with('.') || !name.chars().all(plain) || too_wide {
            faults.add(host, format!("`{host}` in `hosts` must be a host, or `.example.com` for every host below it"));
        }
    }
}

fn kept_in(text: &str) -> bool {
    Template::parse(text).is_ok_and(|parsed| parsed.places().flatten().any(|name| matches!(name, Name::Kept(_))))
}
