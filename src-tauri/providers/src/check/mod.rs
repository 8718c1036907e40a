//! Runs the check of a provider: sends its requests and reads the answers with its rules.

use std::fmt;
use std::time::{Duration, Instant};

use crate::{AuthVariant, FieldValues, Provider, VerdictKind, form, url_rules};

pub(crate) mod answer;
mod aws;
mod clock;
mod jwt;
pub(crate) mod outcome;
pub(crate) mod redact;
pub(crate) mod request;
pub mod rules;
pub mod special;
pub(crate) mod template;
mod transport;
mod xml;

pub use clock::Clock;

mod json;
pub(crate) mod oauth;
mod oidc;
mod smtp;
mod ssh;

use answer::Seen;
use outcome::Reader;
use redact::Redactor;
use request::{BuildProblem, Unready};
use rules::{Failure, Rule, Step};
use special::CheckKind;
use template::{Kept, Source};
use transport::Transport;

/// Limits of all checks of a program.
#[derive(Clone, Debug)]
pub struct CheckerSettings {
    /// Until a connection stands, encryption included.
    pub connect_timeout: Duration,
    /// For all requests of one check together, waiting for its turn excluded.
    pub total_timeout: Duration,
    /// Largest answer in bytes, after decompression.
    pub body_cap: usize,
    /// Checks that may talk to one origin at the same time; a check counts for the origin of its first request.
    pub per_host: usize,
    /// The longest `Retry-After` that is waited for; a longer one ends the check.
    pub longest_retry_after: Duration,
    /// `Strongroom/<version>`.
    pub user_agent: String,
    /// Further trusted certificate authorities in PEM form, for servers of one's own and for tests.
    pub extra_roots: Vec<Vec<u8>>,
    /// The time for signatures and tokens.
    pub clock: Clock,
}

impl Default for CheckerSettings {
    /// The limits that the provider references advise: 5 s, 15 s, 1 MiB.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(15),
            body_cap: 1024 * 1024,
            per_host: 4,
            longest_retry_after: Duration::from_secs(2),
            user_agent: concat!("Strongroom/", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_roots: Vec::new(),
            clock: Clock::default(),
        }
    }
}

/// Why no checker could be made.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckerError {
    /// The TLS set-up of this computer cannot be used.
    #[error("no encrypted connections can be made on this computer: {0}")]
    Client(String),
    /// An extra root is no certificate.
    #[error("an additional certificate authority cannot be read: {0}")]
    Root(String),
}

/// What one check showed. Holds no secret: foreign text in it is redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOutcome {
    /// The verdict.
    pub verdict: VerdictKind,
    /// What was seen, in one or two sentences.
    pub evidence: String,
    /// What to do next, where something can be done.
    pub next_step: Option<String>,
    /// From the first request to the verdict.
    pub duration: Duration,
    /// What the check cost, as the catalogue says it.
    pub cost: String,
    /// The field to look at.
    pub field: Option<String>,
}

/// Checks credentials with their providers. One for the whole program: it holds the connections and the limits.
pub struct Checker {
    transport: Transport,
    settings: CheckerSettings,
}

impl fmt::Debug for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checker").field("total_timeout", &self.settings.total_timeout).finish_non_exhaustive()
    }
}

/// One reading of an answer, told to whoever watches (the coverage test).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleHit {
    /// Id of the step; empty for a rule that decided before any request.
    pub step: String,
    /// Position of the rule in its list, from 0; nothing where no rule of the file held.
    pub rule: Option<usize>,
}

impl Checker {
    /// A checker with its own connections.
    ///
    /// # Errors
    /// When this computer's TLS set-up cannot be used.
    pub fn new(settings: CheckerSettings) -> Result<Self, CheckerError> {
        Ok(Self { transport: Transport::new(&settings)?, settings })
    }

    /// Checks one credential. Never fails: whatever goes wrong becomes a verdict. Dropping the future cancels the check.
    pub async fn check(&self, provider: &Provider, auth: &AuthVariant, values: &FieldValues) -> CheckOutcome {
        self.check_traced(provider, auth, values).await.0
    }

    /// As [`check`](Self::check), and which rules read the answers.
    pub async fn check_traced(
        &self,
        provider: &Provider,
        auth: &AuthVariant,
        values: &FieldValues,
    ) -> (CheckOutcome, Vec<RuleHit>) {
        let mut hits = Vec::new();
        let redactor = Redactor::new(auth, values);
        let reader = Reader { provider, auth, values, redactor: &redactor };
        if let Some(reason) = &provider.check.uncheckable {
            return (reader.uncheckable(reason), hits);
        }
        let problems = form::validate(provider, auth, values);
        if let Some(problem) = problems.into_iter().find(|problem| problem.level == form::Level::Error) {
            return (reader.unsendable(BuildProblem { field: Some(problem.field), message: problem.message }), hits);
        }
        for (index, rule) in provider.check.before.iter().enumerate() {
            if answer::values_hold(rule, auth, values) {
                hits.push(RuleHit { step: String::new(), rule: Some(index) });
                return (reader.decided_before(rule), hits);
            }
        }
        if auth.check_kind(&provider.check) != CheckKind::Http {
            return (self.check_special(&reader).await, hits);
        }
        let mut kept = Kept::new();
        let base = match request::base(provider, &self.source(&reader, &kept)) {
            Ok(base) => base,
            Err(Unready::Problem(problem)) => return (reader.unsendable(problem), hits),
            Err(Unready::Failed(failure)) => return (reader.without_rule(&Err(failure), ""), hits),
        };
        let host = base.host_str().unwrap_or_default().to_owned();
        let _turn = self.transport.turn(&url_rules::origin(&base)).await;
        let started = Instant::now();
        let run = self.run(&reader, &base, &mut kept, &mut hits);
        let finished = tokio::time::timeout(self.settings.total_timeout, run).await;
        let mut outcome = match finished {
            Ok(outcome) => outcome,
            Err(_) => reader.without_rule(&Err(Failure::Timeout), &host),
        };
        outcome.duration = started.elapsed();
        (outcome, hits)
    }

    fn source<'a>(&self, reader: &Reader<'a>, kept: &'a Kept) -> Source<'a> {
        Source { auth: reader.auth, values: reader.values, kept, signed: None, now: self.settings.clock.now() }
    }

    async fn run(
        &self,
        reader: &Reader<'_>,
        base: &url::Url,
        kept: &mut Kept,
        hits: &mut Vec<RuleHit>,
    ) -> CheckOutcome {
        let serves = |step: &&Step| answer::step_serves(step, reader.auth, reader.values);
        let steps = &reader.provider.check.steps;
        let Some(mut step) = steps.iter().find(serves) else {
            if reader.provider.oauth_of(reader.auth).is_some() {
                return reader.uncheckable(
                    "No account is connected yet, so that there is nothing to ask. Save it, then press Connect.",
                );
            }
            return reader.uncheckable("The catalogue has no check for this sign-in method.");
        };
        let mut host = base.host_str().unwrap_or_default().to_owned();
        // Each turn moves to a later step, so that this ends.
        loop {
            let source = self.source(reader, kept);
            let built = request::step_base(reader.provider, step, base, &source)
                .and_then(|base| request::build(step, &base, &source));
            let mut seen = match built {
                Ok(built) => {
                    built.secrets.iter().for_each(|secret| reader.redactor.add_secret(secret));
                    host = built.request.url().host_str().unwrap_or_default().to_owned();
                    self.transport.send(built.request, step.unwrap_array).await
                }
                Err(Unready::Problem(problem)) => return reader.unsendable(problem),
                Err(Unready::Failed(failure)) => Err(failure),
            };
            if let Ok(answer) = &mut seen {
                answer.compare_clock(self.settings.clock.now());
                answer.keep(&step.keep, kept);
                let secrets = kept.values().filter(|value| value.is_secret());
                secrets.for_each(|secret| reader.redactor.add_secret(secret.expose()));
            }
            let Some((index, rule)) = first_rule(&step.rules, &seen, reader) else {
                hits.push(RuleHit { step: step.id.clone(), rule: None });
                return reader.without_rule(&seen, &host);
            };
            hits.push(RuleHit { step: step.id.clone(), rule: Some(index) });
            let later = steps.iter().skip_while(|s| s.id != step.id).skip(1).filter(serves);
            match rule.go_on.as_ref().and_then(|to| later.into_iter().find(|s| s.id == *to)) {
                Some(next) => step = next,
                None if rule.go_on.is_some() => return reader.without_rule(&seen, &host),
                None => return reader.decided(rule, &seen, &host),
            }
        }
    }
}

fn first_rule<'a>(rules: &'a [Rule], seen: &Seen, reader: &Reader<'_>) -> Option<(usize, &'a Rule)> {
    rules.iter().enumerate().find(|(_, rule)| answer::holds(rule, seen, reader.auth, reader.values))
}
