//! Answers for every provider under a path of its own, as the text of the key tells: a key that contains `rejected` is
//! refused as that provider refuses keys, one with `works` is accepted. For demonstration vaults.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use percent_encoding::percent_decode_str;

use crate::{Exchange, Recorded, RecordedAnswer, Reply, Seen};

/// The answer for keys that name no recorded one.
const UNNAMED: &str = "rejected";

/// A recorded answer to the request at hand.
struct Fitting<'a> {
    /// Length of the word in the key that asked for it, 0 where nothing did; then how many fixed form entries arrived.
    weight: (usize, usize),
    exchange: &'a Exchange,
    /// Recorded values and those that arrived in their place.
    found: Vec<(String, String)>,
}

/// The answer to a request whose path begins with a provider's id.
pub fn demonstration(recorded: &[Recorded], seen: &Seen) -> Reply {
    let path = seen.path.trim_start_matches('/');
    let (id, rest) = path.find(['/', '?']).map_or((path, ""), |at| path.split_at(at));
    let Some(provider) = recorded.iter().find(|recorded| recorded.provider == id) else {
        return Reply::new(
            404,
            &serde_json::json!({ "error": { "message": "no such stand-in", "known": ids(recorded) } }).to_string(),
        );
    };
    let told = told(seen, rest);
    let all_values: BTreeSet<&str> = provider
        .values
        .values()
        .chain(provider.answers.iter().map(|answer| &answer.values))
        .flat_map(BTreeMap::values)
        .map(String::as_str)
        .collect();
    let mut fitting: Vec<Fitting<'_>> = Vec::new();
    for answer in &provider.answers {
        let word = answer.word.as_deref().unwrap_or_else(|| keyword(&answer.name));
        let weight = if told.contains(word) { word.len() } else { 0 };
        if weight == 0 && word != UNNAMED {
            continue;
        }
        let values = values_of(provider, answer);
        for exchange in answer.exchanges.iter().filter(|exchange| exchange.failure.is_none()) {
            let Some(expected) = provider.requests.get(&exchange.request) else { continue };
            if expected.method == seen.method
                && let Some(found) = same_path(&expected.path, rest, &values)
                && let Some(fixed) = same_form(&expected.form, seen, &all_values)
            {
                fitting.push(Fitting { weight: (weight, fixed), exchange, found });
                break;
            }
        }
    }
    // The longest word decides: a key with `rejected-older` asks for that one and not for `rejected`.
    let best = fitting.iter().map(|fitting| fitting.weight).max();
    match fitting.iter().find(|fitting| Some(fitting.weight) == best) {
        Some(fitting) => personal(fitting.exchange, &fitting.found),
        None => Reply::new(
            404,
            &serde_json::json!({ "error": { "message": "the stand-in has no such route" } }).to_string(),
        ),
    }
}

fn ids(recorded: &[Recorded]) -> Vec<&str> {
    recorded.iter().map(|recorded| recorded.provider.as_str()).collect()
}

/// Everything of a request that may hold the key, in small letters.
fn told(seen: &Seen, path: &str) -> String {
    const OTHER: [&str; 7] =
        ["host", "user-agent", "accept", "accept-encoding", "content-type", "content-length", "connection"];
    let mut told = percent_decode_str(path).decode_utf8_lossy().into_owned();
    for (name, value) in seen.headers.iter().filter(|(name, _)| !OTHER.contains(&name.as_str())) {
        told.push('\n');
        match value
            .strip_prefix("Basic ")
            .and_then(|coded| base64::engine::general_purpose::STANDARD.decode(coded).ok())
        {
            Some(pair) if name == "authorization" => told.push_str(&String::from_utf8_lossy(&pair)),
            _ => {
                told.push_str(value);
                told.push_str(&claims(value));
            }
        }
    }
    for (name, value) in seen.form() {
        told.extend(["\n", &name, ": ", &value, &claims(&value)]);
    }
    told.to_lowercase()
}

/// What a signed token says; nothing where the text is none.
fn claims(text: &str) -> String {
    let part = text.trim_start_matches("Bearer ").split('.').nth(1);
    part.and_then(crate::signed::json).map_or_else(String::new, |claims| claims.to_string())
}

/// How many entries of a recorded form come from no field; nothing where one of these did not arrive alike.
fn same_form(recorded: &BTreeMap<String, String>, seen: &Seen, values: &BTreeSet<&str>) -> Option<usize> {
    let arrived = seen.form();
    let fixed = recorded.iter().filter(|(_, value)| !value.contains('{') && !values.contains(value.as_str()));
    fixed.map(|(name, value)| (arrived.get(name) == Some(value)).then_some(1)).sum()
}

/// The word in a key that asks for an answer: its name, without the sign-in method before it.
fn keyword(name: &str) -> &str {
    name.strip_prefix("token-").unwrap_or(name)
}

/// The recorded values that may stand in a path, as they stand there.
fn values_of(provider: &Recorded, answer: &RecordedAnswer) -> Vec<String> {
    let methods: Vec<&BTreeMap<String, String>> = match &answer.auth {
        Some(id) => provider.values.get(id).into_iter().collect(),
        None => provider.values.values().collect(),
    };
    let own = methods.into_iter().chain([&answer.values]).flat_map(BTreeMap::values);
    let mut values: Vec<String> = own
        .filter(|value| value.len() > 3)
        .map(|value| match value.split_once("://").and_then(|(_, rest)| rest.split_once('/')) {
            Some((_, path)) => format!("/{path}"),
            None => value.clone(),
        })
        .collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values
}

/// Whether a path is the recorded one with other values in it; then the recorded values with those that arrived. Of the
/// query only the names are compared.
fn same_path(recorded: &str, arrived: &str, values: &[String]) -> Option<Vec<(String, String)>> {
    let (recorded, arrived) = (split(recorded), split(arrived));
    if recorded.1 != arrived.1 {
        return None;
    }
    if recorded.0 == arrived.0 {
        return Some(Vec::new());
    }
    values.iter().find_map(|value| {
        let (before, after) = recorded.0.split_once(value.as_str())?;
        let inside = arrived.0.strip_prefix(before)?.strip_suffix(after)?;
        let fits = !inside.is_empty() && (value.starts_with('/') || !inside.contains('/'));
        fits.then(|| vec![(value.clone(), inside.to_owned())])
    })
}

/// The decoded path and the sorted names of the query.
fn split(path: &str) -> (String, Vec<String>) {
    let (route, query) = path.split_once('?').unwrap_or((path, ""));
    let mut names: Vec<String> =
        query.split('&').filter_map(|pair| pair.split('=').next()).map(str::to_owned).collect();
    names.sort();
    (percent_decode_str(route).decode_utf8_lossy().into_owned(), names)
}

/// The recorded answer with the caller's own account in place of the recorded one.
fn personal(exchange: &Exchange, found: &[(String, String)]) -> Reply {
    let mut exchange = exchange.clone();
    for (recorded, arrived) in found {
        exchange.body = exchange.body.replace(recorded.as_str(), arrived);
    }
    exchange.reply()
}
