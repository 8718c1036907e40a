//! What the tests against the stand-in share.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::time::{Duration, UNIX_EPOCH};

use strongroom_providers::{
    AuthVariant, Catalogue, Checker, CheckerSettings, Clock, FieldValue, FieldValues, Provider,
};
use strongroom_standin::{Recorded, RecordedAnswer, recorded_answers};

/// The recorded answers of all providers.
pub fn recorded() -> Vec<Recorded> {
    recorded_answers().expect("the recorded answers can be read")
}

/// The built-in provider of a file of recorded answers.
pub fn provider<'a>(catalogue: &'a Catalogue, recorded: &Recorded) -> &'a Provider {
    catalogue
        .provider(&recorded.provider)
        .unwrap_or_else(|| panic!("answers for `{}`, which is no provider", recorded.provider))
}

/// A checker for the loopback.
pub fn checker(total: Duration) -> Checker {
    Checker::new(CheckerSettings { total_timeout: total, ..CheckerSettings::default() }).expect("a checker")
}

/// The time of the recorded answers, as servers write it.
pub const DATE: &str = "Fri, 02 Jan 2026 03:04:05 GMT";

/// A checker whose clock shows [`DATE`].
pub fn checker_at(total: Duration) -> Checker {
    let clock = Clock::at(UNIX_EPOCH + Duration::from_secs(1_767_323_045));
    Checker::new(CheckerSettings { total_timeout: total, clock, ..CheckerSettings::default() }).expect("a checker")
}

/// Field values of a sign-in method with changes, empty ones left out.
pub fn values(recorded: &Recorded, auth: &AuthVariant, changes: &[(&str, &str)]) -> FieldValues {
    let mut texts = recorded.values.get(&auth.id).cloned().unwrap_or_default();
    texts.extend(changes.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())));
    texts.retain(|_, text| !text.is_empty());
    texts
        .into_iter()
        .map(|(id, text)| {
            let secret = auth.field(&id).is_some_and(|field| field.secret);
            let value = if secret { FieldValue::Secret(text.into()) } else { FieldValue::Plain(text) };
            (id, value)
        })
        .collect()
}

/// The sign-in method of an answer.
pub fn variant<'a>(provider: &'a Provider, answer: &RecordedAnswer) -> &'a AuthVariant {
    provider.variant(answer.auth.as_deref()).unwrap_or_else(|| panic!("{}: no such sign-in method", answer.name))
}

/// Every secret of some values.
pub fn secrets(values: &FieldValues) -> Vec<String> {
    values.values().filter(|value| value.is_secret()).map(|value| value.expose().to_owned()).collect()
}

/// The answer called `works` of a provider that is asked over HTTP.
pub fn works(recorded: &Recorded) -> Option<&RecordedAnswer> {
    recorded.answers.iter().find(|answer| answer.name == "works" && !answer.exchanges.is_empty())
}

/// A checker with time to spare.
pub fn patient() -> Checker {
    checker(Duration::from_secs(20))
}

/// Values of a sign-in method, secret where the method says so; empty ones are left out.
pub fn plain_values(auth: &AuthVariant, pairs: &[(&str, &str)]) -> FieldValues {
    let filled = pairs.iter().filter(|(_, text)| !text.is_empty());
    filled
        .map(|(id, text)| {
            let secret = auth.field(id).is_some_and(|field| field.secret);
            let value = if secret { FieldValue::Secret((*text).into()) } else { FieldValue::from(*text) };
            ((*id).to_owned(), value)
        })
        .collect()
}
