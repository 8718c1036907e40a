//! `strongroom consumer kinds` and `options`: what can take which place.

use strongroom_app::views::{ConsumerOptionsRequest, ProviderOptionView, SlotView};

use super::uses::rule;
use crate::exit::Failure;
use crate::output::Tone;
use crate::session::Session;
use crate::table::{Cell, table};

/// Lists the kinds. Needs no vault.
pub fn kinds(session: &Session<'_>) -> Result<(), Failure> {
    let kinds = session.app.consumer_kinds();
    session.output.result(&kinds, || {
        let place = |slot: &SlotView| if slot.several { format!("{}*", slot.id) } else { slot.id.clone() };
        let rows: Vec<Vec<Cell>> = kinds
            .iter()
            .map(|one| {
                let places: Vec<String> = one.slots.iter().map(place).collect();
                vec![one.kind.id().into(), one.kind.words().0.into(), places.join(", ").into()]
            })
            .collect();
        table(session.output, &["Kind", "Name", "Places (* takes several)"], &rows)
    })
}

/// Shows what can be chosen in a place. Needs no master key.
pub async fn options(slot: String, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let organisation = session.organisation(&actor).await?;
    let found = session.app.consumer_options(&actor, ConsumerOptionsRequest { organisation, slot }).await?;
    session.output.result(&found, || {
        let usable = found.providers.iter().map(|one| row(one, "● can be chosen", Tone::Good));
        let rows: Vec<Vec<Cell>> =
            usable.chain(found.unusable.iter().map(|one| row(one, "○ cannot", Tone::Warn))).collect();
        let mut said = Vec::new();
        if !rows.is_empty() {
            said.push(table(session.output, &["Provider", "State", "Models", "By the rule"], &rows));
        }
        if let Some(empty) = &found.empty {
            said.push(format!("{}\n  {}", empty.reason, empty.hint));
        }
        said.join("\n")
    })
}

fn row(option: &ProviderOptionView, state: &str, tone: Tone) -> Vec<Cell> {
    let models: Vec<&str> = option.models.iter().map(|one| one.model.as_str()).collect();
    let by_rule = match (&option.by_rule.name, option.by_rule.rule) {
        (Some(name), Some(by)) => format!("“{name}”, {}", rule(by)),
        _ => option.by_rule.reason.clone().unwrap_or_default(),
    };
    let name = format!("{} ({})", option.provider_name, option.provider);
    vec![name.into(), Cell::toned(state, tone), models.join(", ").into(), by_rule.into()]
}
