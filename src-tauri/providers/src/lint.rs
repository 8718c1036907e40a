//! What is wrong with a catalogue file although it has the right shape.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::check::rules::{Rule, StatusTest, Step};
use crate::check::special::CheckKind;
use crate::check::template::{Name, Template};
use crate::{AuthVariant, FieldKind, FieldSpec, Provider, VerdictKind, lint_oauth, lint_steps, url_rules};

/// One fault, with a piece of the file's text near which it stands.
pub(crate) struct Fault {
    pub near: Option<String>,
    pub reason: String,
}

/// The regular expressions that were seen to compile while some files were loaded. Many stand there several times (what
/// another provider's key looks like), and compiling them is most of what checking costs.
#[derive(Default)]
pub(crate) struct Expressions(Mutex<HashSet<String>>);

impl Expressions {
    /// Whether this program reads the regular expression.
    fn read(&self, pattern: &str) -> bool {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known().contains(pattern) {
            return true;
        }
        let good = crate::form::whole(pattern).is_some();
        if good {
            known().insert(pattern.to_owned());
        }
        good
    }
}

pub(crate) struct Faults<'e> {
    found: Vec<Fault>,
    expressions: &'e Expressions,
}

impl Faults<'_> {
    pub fn add(&mut self, near: &str, reason: impl Into<String>) {
        self.found.push(Fault { near: (!near.is_empty()).then(|| near.to_owned()), reason: reason.into() });
    }
}

/// Every fault of a provider.
pub(crate) fn faults(provider: &Provider, expressions: &Expressions) -> Vec<Fault> {
    let mut faults = Faults { found: Vec::new(), expressions };
    if !is_kebab(&provider.id) {
        faults.add("id", "`id` must be kebab-case: small letters, digits and single dashes");
    }
    for (key, text) in
        [("name", &provider.name), ("name_example", &provider.name_example), ("reference", &provider.reference)]
    {
        if text.trim().is_empty() {
            faults.add(key, format!("`{key}` must not be empty"));
        }
    }
    if provider.types.is_empty() {
        faults.add("types", "`types` must name at least one type");
    }
    if provider.mark.chars().count() != 2 {
        faults.add("mark", "`mark` must have two letters");
    }
    if !is_lookup_key(&provider.lookup_key) {
        faults.add("lookup_key", "`lookup_key` must be written like OPENAI_API_KEY");
    }
    if provider.find.url.as_deref().is_some_and(|url| !url.starts_with("https://")) {
        faults.add("[find]", "`find.url` must begin with https://");
    }
    if provider.auth.iter().filter(|auth| auth.recommended).count() != 1 {
        faults.add("[[auth]]", "exactly one sign-in method must be `recommended = true`");
    }
    let mut known = BTreeSet::new();
    for auth in &provider.auth {
        if !is_kebab(&auth.id) || !known.insert(&auth.id) {
            faults.add(
                &quoted(&auth.id),
                format!("the sign-in method `{}` must have a kebab-case id of its own", auth.id),
            );
        }
        variant(auth, &mut faults);
        if let Some(id) = &provider.model_field
            && auth.field(id).is_none_or(|field| field.secret)
        {
            faults.add("model_field", format!("`model_field` must name a plain field of `{}`", auth.id));
        }
        // A credential's only secret is delivered under its lookup key too; the two must not name different things.
        let lookup_key = auth.lookup_key.as_ref().unwrap_or(&provider.lookup_key);
        let delivers_one = auth.fields.iter().any(|field| field.secret);
        let plain = auth.fields.iter().find(|field| !field.secret && field.env.contains(lookup_key));
        if let Some(field) = plain.filter(|_| delivers_one) {
            faults.add(
                lookup_key,
                format!("the lookup key `{lookup_key}` is a name of `{}`, which is no secret", field.id),
            );
        }
    }
    recognitions(provider, &mut faults);
    check(provider, &mut faults);
    lint_oauth::faults(provider, &mut faults);
    faults.found
}

fn recognitions(provider: &Provider, faults: &mut Faults) {
    for known in &provider.detect {
        if !faults.expressions.read(&known.pattern) {
            faults.add(
                &known.pattern,
                format!("`{}` is not a regular expression that this program reads", known.pattern),
            );
        }
        if provider.variant(known.auth.as_deref()).and_then(|auth| auth.field(&known.field)).is_none() {
            faults.add(
                &known.pattern,
                format!("`detect` names the field `{}`, which its sign-in method does not have", known.field),
            );
        }
        if known.because.trim().is_empty() {
            faults.add(&known.pattern, "`detect` must say in `because` what was recognised");
        }
    }
}

fn variant(auth: &AuthVariant, faults: &mut Faults) {
    let mut known = BTreeSet::new();
    for field in &auth.fields {
        let near = quoted(&field.id);
        if !is_snake(&field.id) || !known.insert(&field.id) {
            faults.add(&near, format!("the field `{}` must have a snake_case id of its own", field.id));
        }
        if (field.kind == FieldKind::Choice) == field.choices.is_empty() {
            faults.add(
                &near,
                format!("the field `{}` must have `choices` if, and only if, its kind is choice", field.id),
            );
        }
        if field.obtained && (!field.secret || field.required) {
            faults.add(&near, format!("the field `{}` is `obtained`: it must be secret and not required", field.id));
        }
        if field.secret && field.default.is_some() {
            faults.add(&near, format!("the secret field `{}` must not have a default", field.id));
        }
        if let Some(default) = &field.default
            && field.kind == FieldKind::Choice
            && !field.choices.iter().any(|choice| choice.value == *default)
        {
            faults.add(&near, format!("the default of `{}` is not among its choices", field.id));
        }
        for name in &field.env {
            if !is_lookup_key(name) {
                faults.add(name, format!("`{name}` is not a usable environment name"));
            }
        }
        if let Some(by) = &field.http_allowed_by
            && auth.field(by).is_none_or(|f| f.kind != FieldKind::Choice)
        {
            faults.add(&near, format!("`http_allowed_by` of `{}` must name a choice field", field.id));
        }
        let of_kind = [
            ("websocket", field.websocket, FieldKind::Url),
            ("needs_members", !field.needs_members.is_empty(), FieldKind::Json),
            ("public_members", !field.public_members.is_empty(), FieldKind::Json),
        ];
        for (key, given, kind) in of_kind {
            if given && field.kind != kind {
                faults.add(&near, format!("`{key}` does not fit the kind of the field `{}`", field.id));
            }
        }
        if let Some(format) = &field.format {
            for pattern in std::iter::once(&format.pattern).chain(format.not.iter().map(|not| &not.pattern)) {
                if !faults.expressions.read(pattern) {
                    faults.add(pattern, format!("`{pattern}` is not a regular expression that this program reads"));
                }
            }
        }
    }
    for id in auth.any_of.iter().flatten() {
        if auth.field(id).is_none() {
            faults.add("any_of", format!("`any_of` names the field `{id}`, which `{}` does not have", auth.id));
        }
    }
}

fn check(provider: &Provider, faults: &mut Faults) {
    let check = &provider.check;
    for auth in provider.auth.iter().filter(|auth| auth.mail_host.is_some()) {
        mail(provider, auth, faults);
    }
    if check.kind != CheckKind::Http {
        return special(provider, faults);
    }
    match (&check.uncheckable, check.steps.is_empty()) {
        (None, true) => {
            faults.add("[check]", "a check needs `steps`, or `uncheckable` with the reason why there is none")
        }
        (Some(_), false) => faults.add("[check]", "a check has `steps` or `uncheckable`, not both"),
        _ => {}
    }
    for base in &check.base {
        template(provider, &base.url, &[], faults);
        if !base.url.contains('{') && url_rules::check(&base.url, url_rules::Allowed::default()).is_err() {
            faults.add(&base.url, format!("`{}` must be an https address", base.url));
        }
    }
    let has_base_url = |auth: &AuthVariant| auth.field("base_url").is_some();
    if !check.steps.is_empty() && check.base.is_empty() && !provider.auth.iter().all(has_base_url) {
        faults.add("[check]", "a check needs `base`, or a `base_url` field in every sign-in method");
    }
    if let Some(pattern) = &check.base_url_not_for_check
        && !faults.expressions.read(pattern)
    {
        faults.add(pattern, "`base_url_not_for_check` is not a regular expression that this program reads");
    }
    for rule in &check.before {
        let about_answers =
            !rule.status.is_empty() || !rule.failure.is_empty() || !rule.json.is_empty() || !rule.text.is_empty();
        if about_answers || rule.verdict.is_none() || rule.evidence.is_empty() {
            faults.add(
                "check.before",
                "a rule of `before` tests only `filled`, `empty` and `value`, and has `verdict` and `evidence`",
            );
        }
    }
    let mut earlier = BTreeSet::new();
    for (index, step) in check.steps.iter().enumerate() {
        if !earlier.insert(step.id.as_str()) {
            faults.add(&quoted(&step.id), format!("two steps are called `{}`", step.id));
        }
        lint_steps::faults(provider, index, step, faults);
        let later: Vec<&str> = check.steps.iter().skip(index + 1).map(|s| s.id.as_str()).collect();
        step_faults(provider, step, &later, faults);
    }
}

/// A sign-in method that is checked at a mail server beside others that are checked by requests.
fn mail(provider: &Provider, auth: &AuthVariant, faults: &mut Faults) {
    let near = quoted(&auth.id);
    let given = auth.mail_host.as_deref().unwrap_or_default();
    template(provider, given, std::slice::from_ref(&auth.id), faults);
    if secret_in(provider, given) {
        faults.add(given, format!("`mail_host` of `{}` must not hold a secret", auth.id));
    }
    for id in CheckKind::Smtp.fields().iter().filter(|id| auth.field(id).is_none()) {
        faults
            .add(&near, format!("a check at a mail server reads the field `{id}`, which `{}` does not have", auth.id));
    }
}

/// A check of its own kind has no requests, and reads fields of fixed names.
fn special(provider: &Provider, faults: &mut Faults) {
    let check = &provider.check;
    if check.uncheckable.is_some() || !check.steps.is_empty() || !check.base.is_empty() {
        faults.add("[check]", "a check with another `kind` than http has neither `uncheckable` nor `base` nor `steps`");
    }
    for auth in &provider.auth {
        for id in check.kind.fields().iter().filter(|id| auth.field(id).is_none()) {
            faults.add(
                &quoted(&auth.id),
                format!("this kind of check reads the field `{id}`, which `{}` does not have", auth.id),
            );
        }
    }
}

fn step_faults(provider: &Provider, step: &Step, later: &[&str], faults: &mut Faults) {
    let near = quoted(&step.id);
    for id in &step.auth {
        if provider.variant(Some(id)).is_none() {
            faults.add(&near, format!("step `{}` names the sign-in method `{id}`, which does not exist", step.id));
        }
    }
    if !step.path.is_empty() && !step.path.starts_with('/') && !step.path.starts_with('{') {
        faults.add(&step.path, format!("the path of step `{}` must begin with /", step.id));
    }
    if step.path.contains('{') && secret_in(provider, &step.path) {
        faults.add(&step.path, format!("step `{}` puts a secret into its address; use a header", step.id));
    }
    let basic = step.basic.iter().flat_map(|b| [&b.username, &b.password]);
    for text in std::iter::once(&step.path)
        .chain(step.headers.keys())
        .chain(step.headers.values())
        .chain(step.form.values())
        .chain(step.query.values())
        .chain(basic)
    {
        template(provider, text, &step.auth, faults);
    }
    for (id, headers) in &step.headers_for {
        if provider.variant(Some(id)).is_none() {
            faults.add(id, format!("`headers_for` names the sign-in method `{id}`, which does not exist"));
        }
        for text in headers.keys().chain(headers.values()) {
            template(provider, text, std::slice::from_ref(id), faults);
        }
    }
    for text in step.query.values().filter(|text| secret_in(provider, text)) {
        faults.add(text, format!("step `{}` puts a secret into its address; use a header", step.id));
    }
    let names = step.headers.keys().chain(step.headers_for.values().flat_map(|headers| headers.keys()));
    for name in names.filter(|name| secret_in(provider, name)) {
        faults.add(name, format!("step `{}` puts a secret into the name of a header", step.id));
    }
    if step.rules.is_empty() {
        faults.add(&near, format!("step `{}` has no rules", step.id));
    }
    for rule in &step.rules {
        rule_faults(provider, step, rule, later, faults);
    }
}

fn rule_faults(provider: &Provider, step: &Step, rule: &Rule, later: &[&str], faults: &mut Faults) {
    let near = if rule.evidence.is_empty() { quoted(&step.id) } else { rule.evidence.clone() };
    let mut add = |reason: String| faults.add(&near, format!("a rule of step `{}` {reason}", step.id));
    if rule.status.is_empty() && rule.failure.is_empty() {
        add("must name `status` or `failure`: an unknown answer is never judged".to_owned());
    }
    match (&rule.go_on, rule.verdict) {
        (None, None) => add("must have a `verdict` or `go_on`".to_owned()),
        (Some(_), Some(_)) => add("has both `verdict` and `go_on`".to_owned()),
        (Some(to), None) if !later.contains(&to.as_str()) => add(format!("goes on to `{to}`, which is no later step")),
        (None, Some(_)) if rule.evidence.trim().is_empty() => add("needs an `evidence` sentence".to_owned()),
        _ => {}
    }
    let first = provider.check.steps.first().is_some_and(|s| s.id == step.id);
    let proof = !rule.json.is_empty() || !rule.json_any.is_empty() || !rule.text.is_empty();
    if first && rule.verdict == Some(VerdictKind::Works) && !proof {
        add("says `works` without a proof in the body".to_owned());
    }
    for status in &rule.status {
        if let StatusTest::Class(class) = status
            && !["2xx", "3xx", "4xx", "5xx"].contains(&class.as_str())
        {
            add(format!("has the status `{class}`; write a number or 2xx, 3xx, 4xx, 5xx"));
        }
    }
    for test in rule.json.iter().chain(&rule.json_any) {
        if test.at_most.is_some_and(|limit| !limit.is_finite()) {
            add(format!("has an `at_most` for `{}` that is not a number", test.path));
        }
    }
    let compared = rule.json.iter().chain(&rule.json_any).filter_map(|test| test.equals_field.as_ref());
    let named = compared.chain(&rule.field).chain(&rule.filled).chain(&rule.empty).chain(rule.value.keys());
    for id in named {
        if !provider.auth.iter().any(|auth| auth.field(id).is_some()) {
            add(format!("names the field `{id}`, which does not exist"));
        }
    }
    for pattern in rule.value.values() {
        if !faults.expressions.read(pattern) {
            let reason = format!("holds `{pattern}`, which is not a regular expression that this program reads");
            faults.add(&near, format!("a rule of step `{}` {reason}", step.id));
        }
    }
}

/// Every field of a template must exist in every sign-in method that uses it.
pub(crate) fn template(provider: &Provider, text: &str, only: &[String], faults: &mut Faults) {
    let parsed = match Template::parse(text) {
        Ok(parsed) => parsed,
        Err(reason) => return faults.add(text, reason),
    };
    for auth in provider.auth.iter().filter(|auth| only.is_empty() || only.contains(&auth.id)) {
        for names in parsed.places() {
            let known = |name: &Name| match name {
                Name::Field { id, member } => {
                    auth.field(id).is_some_and(|field| member.is_none() || field.kind == FieldKind::Json)
                }
                // The steps' own look-over judges these.
                Name::Kept(_) | Name::Signed(_) | Name::Time(_) => true,
            };
            if !names.iter().any(known) {
                let names: Vec<&str> = names.iter().filter_map(Name::field).collect();
                faults.add(text, format!("`{text}` uses `{}`, which `{}` does not have", names.join("|"), auth.id));
            }
        }
    }
}

fn secret_in(provider: &Provider, text: &str) -> bool {
    let Ok(parsed) = Template::parse(text) else { return false };
    // A webhook's address is itself the secret: there is no header to put it into.
    if parsed.takes_only_path() {
        return false;
    }
    let is_secret = |field: &FieldSpec, member: Option<&String>| {
        field.secret && !member.is_some_and(|member| field.is_public_member(member))
    };
    parsed.places().flatten().any(|name| match name {
        Name::Field { id, member } => {
            provider.auth.iter().filter_map(|auth| auth.field(id)).any(|field| is_secret(field, member.as_ref()))
        }
        _ => false,
    })
}

pub(crate) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn is_kebab(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

fn is_snake(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn is_lookup_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
