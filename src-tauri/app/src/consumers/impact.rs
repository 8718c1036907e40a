//! What becomes of consumers when a credential goes.

use std::collections::{BTreeMap, BTreeSet};

use strongroom_vault::{CredentialRow, OrganisationId};

use super::view::resolve;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{ConsumerKind, ImpactView};

/// What a deletion does to consumers.
#[derive(Default)]
pub(crate) struct ConsumerImpact {
    /// One line for each.
    pub lines: Vec<ImpactView>,
    /// Counted by kind, such as “2 LLM configurations unlinked, 1 skill updated”.
    pub summary: Option<String>,
}

impl Strongroom {
    /// What would become of the consumers that use a credential: those that it is assigned to, and those that come to
    /// it by the rule.
    pub(crate) async fn consumer_impact(&self, row: &CredentialRow) -> Result<ConsumerImpact, AppError> {
        let consumers = self.vault().await?.consumers_of_provider(&row.provider, row.scope).await?;
        if consumers.is_empty() {
            return Ok(ConsumerImpact::default());
        }
        let organisations: BTreeSet<OrganisationId> = consumers.iter().map(|one| one.organisation).collect();
        let before = self.resolver(&organisations, &[row.provider.clone()].into()).await?;
        let after = before.without(row.id);
        let (mut lines, mut counted) = (Vec::new(), BTreeMap::<(ConsumerKind, &str), u32>::new());
        for consumer in &consumers {
            let Some(kind) = ConsumerKind::from_id(&consumer.kind) else { continue };
            let mut worst: Option<(&str, String)> = None;
            // One place that is left with nothing is enough.
            let mut stops = false;
            for one in consumer.assignments.iter().filter(|one| one.provider == row.provider) {
                let assigned = one.credential == Some(row.id);
                let used = resolve(&before, consumer, one).chosen().is_some_and(|chosen| chosen.id == row.id);
                if !assigned && !used {
                    continue;
                }
                let mut left = one.clone();
                left.credential = left.credential.filter(|id| *id != row.id);
                let next =
                    if assigned && !kind.falls_back() { None } else { resolve(&after, consumer, &left).chosen() };
                stops |= next.is_none();
                let then = match next {
                    Some(next) => format!("then uses “{}”", next.name),
                    None if assigned && !kind.falls_back() => String::new(),
                    None => format!("then has nothing to use of {}", before.provider_name(&one.provider)),
                };
                let word = if assigned { kind.loses() } else { "affected" };
                let effect = if then.is_empty() { word.to_owned() } else { format!("{word}; {then}") };
                if worst.as_ref().is_none_or(|(before, _)| *before == "affected") {
                    worst = Some((word, effect));
                }
            }
            if let Some((word, effect)) = worst {
                *counted.entry((kind, word)).or_default() += 1;
                lines.push(ImpactView { kind: kind.id().into(), name: consumer.name.clone(), effect, stops });
            }
        }
        let count = |((kind, word), number): (&(ConsumerKind, &str), &u32)| {
            let (one, many) = kind.words();
            format!("{number} {} {word}", if *number == 1 { one } else { many })
        };
        let summary = counted.iter().map(count).collect::<Vec<_>>().join(", ");
        Ok(ConsumerImpact { lines, summary: Some(summary).filter(|text| !text.is_empty()) })
    }

    /// The kinds of consumers that go on by the rule when an assigned credential is deleted.
    pub(crate) fn falling_back() -> Vec<&'static str> {
        ConsumerKind::ALL.into_iter().filter(|kind| kind.falls_back()).map(ConsumerKind::id).collect()
    }
}
