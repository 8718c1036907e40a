//! Every provider against its recorded answers, and every rule against a recorded answer that reaches it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use strongroom_providers::check::special::CheckKind;
use strongroom_providers::{Catalogue, Checker};
use strongroom_standin::{Recorded, RecordedAnswer, Standin};
use support::{DATE, checker_at, provider, recorded, secrets, values, variant};

/// What one recorded answer shows: faults, and the rules that were reached (step and position).
async fn play(checker: &Checker, recorded: &Recorded, answer: &RecordedAnswer) -> (Vec<String>, Vec<(String, usize)>) {
    let catalogue = Catalogue::builtin();
    let provider = provider(&catalogue, recorded);
    let auth = variant(provider, answer);
    let server = Standin::start().await.expect("a stand-in");
    let no_host = answer.exchanges.iter().any(|exchange| exchange.failure.as_deref() == Some("dns"));
    let base =
        if no_host { "https://strongroom.invalid".to_owned() } else { format!("{}{}", server.url(), answer.prefix) };
    for exchange in &answer.exchanges {
        let reply = exchange.reply();
        // The server's date is the clock's unless the answer is about a wrong clock.
        let dated = reply.headers.iter().any(|(name, _)| name == "date");
        server.answer(if dated { reply } else { reply.header("date", DATE) });
    }
    let mut changes: Vec<(&str, &str)> = answer.values.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    if auth.field("base_url").is_some() && !answer.values.contains_key("base_url") {
        changes.push(("base_url", &base));
    }
    let values = values(recorded, auth, &changes);
    let (outcome, hits) = checker.check_traced(provider, auth, &values).await;

    let mut faults = Vec::new();
    if outcome.verdict.id() != answer.verdict {
        faults.push(format!("the verdict is {}, not {}: {}", outcome.verdict.id(), answer.verdict, outcome.evidence));
    }
    if !outcome.evidence.contains(&answer.evidence) {
        faults.push(format!("the evidence lacks “{}”: {}", answer.evidence, outcome.evidence));
    }
    if outcome.field != answer.field {
        faults.push(format!("the field is {:?}, not {:?}", outcome.field, answer.field));
    }
    let shown = format!("{outcome:?}");
    if secrets(&values).iter().any(|secret| shown.contains(secret.as_str())) {
        faults.push("the outcome holds a secret".to_owned());
    }
    let arrived = server.requests();
    let expected: Vec<_> = answer.exchanges.iter().filter(|e| e.failure.as_deref() != Some("dns")).collect();
    if arrived.len() != expected.len() {
        faults.push(format!("{} requests arrived, not {}", arrived.len(), expected.len()));
    }
    for (seen, exchange) in arrived.iter().zip(expected) {
        let differences = recorded.expected(answer, exchange).expect("a recorded request").differences(seen);
        faults.extend(differences.into_iter().map(|difference| format!("request {}: {difference}", exchange.request)));
        let agent = concat!("Strongroom/", env!("CARGO_PKG_VERSION"));
        if seen.header("user-agent") != Some(agent) {
            faults.push(format!("request {}: the user agent is not {agent}", exchange.request));
        }
    }
    let reached = hits.into_iter().filter_map(|hit| hit.rule.map(|rule| (hit.step, rule))).collect();
    (faults, reached)
}

#[tokio::test]
async fn every_recorded_answer_leads_to_its_verdict_and_every_rule_is_reached() {
    let catalogue = Catalogue::builtin();
    let mut faults = Vec::new();
    let mut with_answers = BTreeSet::new();
    let checker = checker_at(Duration::from_secs(20));
    for recorded in recorded() {
        with_answers.insert(recorded.provider.clone());
        let provider = provider(&catalogue, &recorded);
        let mut reached: BTreeSet<(String, usize)> = BTreeSet::new();
        for answer in &recorded.answers {
            let (found, rules) = play(&checker, &recorded, answer).await;
            faults.extend(found.into_iter().map(|fault| format!("{}, {}: {fault}", recorded.provider, answer.name)));
            reached.extend(rules);
        }
        let before = provider.check.before.iter().enumerate().map(|(index, rule)| (String::new(), index, rule));
        let steps = provider
            .check
            .steps
            .iter()
            .flat_map(|step| step.rules.iter().enumerate().map(|(index, rule)| (step.id.clone(), index, rule)));
        for (step, index, rule) in before.chain(steps) {
            if !reached.contains(&(step.clone(), index)) {
                let place = if step.is_empty() { "before any request".to_owned() } else { format!("of step `{step}`") };
                let what = rule
                    .go_on
                    .as_deref()
                    .map_or_else(|| format!("“{}”", rule.evidence), |to| format!("go on to `{to}`"));
                faults.push(format!(
                    "{}: no recorded answer reaches rule {} {place}: {what}",
                    recorded.provider,
                    index + 1
                ));
            }
        }
    }
    let missing = catalogue.providers().filter(|provider| {
        // Checks of another kind are tested against real servers and real key files.
        provider.check.kind == CheckKind::Http && !with_answers.contains(&provider.id)
    });
    faults.extend(missing.map(|p| format!("{0}: there is no answers/{0}.toml", p.id)));
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}
