//! By what a consumer is found, and how it is named so that this one is found and no other.

use std::collections::{BTreeSet, HashMap};

use strongroom_vault::{ConsumerId, ConsumerName, ConsumerRow, OrganisationId, Scope, fold};

use super::unknown;
use crate::actor::Actor;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::ConsumerKind;

/// Consumers by everything that they can be called by.
#[derive(Default)]
pub(crate) struct Register {
    all: Vec<ConsumerName>,
    by_name: HashMap<String, Vec<usize>>,
    by_slug: HashMap<String, Vec<usize>>,
}

impl Register {
    fn of(all: impl IntoIterator<Item = ConsumerName>) -> Self {
        let mut register = Self::default();
        for (at, one) in all.into_iter().enumerate() {
            register.by_name.entry(fold(&one.name)).or_default().push(at);
            // A name without letters and digits has no word to be typed for it.
            if let Some(slug) = slug(&one.name) {
                register.by_slug.entry(slug).or_default().push(at);
            }
            register.all.push(one);
        }
        register
    }

    /// Those that a text names: by its id, otherwise by its exact name in any case, otherwise by its kind and one of
    /// these, otherwise by its name as one word. Several where it does not tell them apart.
    fn find(&self, text: &str) -> Vec<&ConsumerName> {
        let exact = self.exact(text);
        if exact.is_empty() { self.by_word(text) } else { exact }
    }

    fn exact(&self, text: &str) -> Vec<&ConsumerName> {
        let own = self.called(text);
        if !own.is_empty() {
            return own;
        }
        let Some((kind, name)) = with_kind(text) else { return Vec::new() };
        self.called(name).into_iter().filter(|one| one.kind == kind.id()).collect()
    }

    fn called(&self, text: &str) -> Vec<&ConsumerName> {
        if let Some(id) = ConsumerId::parse(text).filter(|id| id.to_string() == text)
            && let Some(one) = self.all.iter().find(|one| one.id == id)
        {
            return vec![one];
        }
        at(&self.all, self.by_name.get(&fold(text)))
    }

    fn by_word(&self, text: &str) -> Vec<&ConsumerName> {
        let of = |text: &str| slug(text).map(|slug| at(&self.all, self.by_slug.get(&slug))).unwrap_or_default();
        let mut found = of(text);
        if let Some((kind, name)) = with_kind(text) {
            found.extend(of(name).into_iter().filter(|one| one.kind == kind.id()));
        }
        let mut seen = BTreeSet::new();
        found.retain(|one| seen.insert(one.id));
        found
    }

    /// What names this consumer and no other: its name as one word, otherwise its name, otherwise its id.
    fn handle(&self, row: &ConsumerRow) -> String {
        let alone = |text: &String| matches!(self.find(text).as_slice(), [only] if only.id == row.id);
        // As an argument of its own, and told from the command after it.
        let typed = |text: &String| !text.starts_with('-') && !text.contains(" -- ");
        let exact = || Some(row.name.clone()).filter(typed).filter(alone);
        slug(&row.name).filter(alone).or_else(exact).unwrap_or_else(|| row.id.to_string())
    }
}

fn at<'a>(all: &'a [ConsumerName], places: Option<&Vec<usize>>) -> Vec<&'a ConsumerName> {
    places.into_iter().flatten().filter_map(|at| all.get(*at)).collect()
}

/// A kind and what stands behind it, where a text begins with one.
fn with_kind(text: &str) -> Option<(ConsumerKind, &str)> {
    let (kind, name) = text.split_once(':')?;
    Some((ConsumerKind::from_id(kind)?, name.trim()))
}

/// A name as it is typed without quotation marks: lower case, with hyphens for everything but letters and digits.
fn slug(name: &str) -> Option<String> {
    let folded = fold(name);
    let words: Vec<&str> = folded.split(|one: char| !one.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}

/// Registers of organisations, for the commands that are offered.
pub(crate) struct Registers(HashMap<OrganisationId, Register>);

impl Registers {
    /// What names a consumer among those of its organisation.
    pub(super) fn handle(&self, row: &ConsumerRow) -> String {
        self.0.get(&row.organisation).map_or_else(|| row.id.to_string(), |register| register.handle(row))
    }
}

impl Strongroom {
    /// What the consumers of these organisations are called by.
    pub(super) async fn registers(&self, rows: &[ConsumerRow]) -> Result<Registers, AppError> {
        let organisations: BTreeSet<OrganisationId> = rows.iter().map(|row| row.organisation).collect();
        let scopes: Vec<Scope> = organisations.into_iter().map(Scope::Organisation).collect();
        let mut of = HashMap::<OrganisationId, Vec<ConsumerName>>::new();
        for one in self.vault().await?.consumer_names(Some(&scopes)).await? {
            of.entry(one.organisation).or_default().push(one);
        }
        Ok(Registers(of.into_iter().map(|(id, names)| (id, Register::of(names))).collect()))
    }

    /// The consumer that a person means by a text.
    pub(crate) async fn named_consumer(
        &self,
        actor: &Actor,
        text: &str,
        scope: Option<&str>,
    ) -> Result<ConsumerRow, AppError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AppError::field("consumer", "Name a consumer: by its name or its id."));
        }
        let scopes = self.scopes(actor, scope).await?;
        let vault = self.vault().await?;
        // Exact names and ids stand in an index; only where there is none, all have to be looked at.
        let mut rows = vault.find_consumers(text, scopes.as_deref()).await?;
        if let Some((_, name)) = with_kind(text).filter(|(_, name)| !name.is_empty()) {
            rows.extend(vault.find_consumers(name, scopes.as_deref()).await?);
        }
        let register = Register::of(rows.iter().map(name_of));
        let exact: Vec<ConsumerId> = register.exact(text).into_iter().map(|one| one.id).collect();
        if !exact.is_empty() {
            let mut seen = BTreeSet::new();
            rows.retain(|row| exact.contains(&row.id) && seen.insert(row.id));
            return only(text, rows);
        }
        if with_kind(text).is_some_and(|(_, name)| name.is_empty()) {
            return Err(AppError::field("consumer", format!("“{text}” names a kind and no consumer.")));
        }
        let register = Register::of(vault.consumer_names(scopes.as_deref()).await?);
        let mut rows = Vec::new();
        for one in register.by_word(text) {
            rows.push(vault.consumer(one.id).await?);
        }
        only(text, rows)
    }
}

fn name_of(row: &ConsumerRow) -> ConsumerName {
    ConsumerName { id: row.id, organisation: row.organisation, kind: row.kind.clone(), name: row.name.clone() }
}

fn only(text: &str, mut found: Vec<ConsumerRow>) -> Result<ConsumerRow, AppError> {
    if found.len() < 2 {
        return found.pop().ok_or_else(|| unknown(text));
    }
    let told = |row: &ConsumerRow| {
        let kind = ConsumerKind::from_id(&row.kind).map_or("consumer", |kind| kind.words().0);
        format!("the {kind} “{}” in {} ({})", row.name, row.organisation_name, row.id)
    };
    let names: Vec<String> = found.iter().map(told).collect();
    Err(AppError::Ambiguous {
        what: format!(
            "“{text}” could be {}. Give its id; or its exact name, its kind (agent:NAME) or the organisation with \
             --org, where that tells them apart.",
            names.join(" or ")
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_become_words_of_a_command() {
        for (name, expected) in [
            ("Support line", Some("support-line")),
            (" Überall & 24/7 ", Some("überall-24-7")),
            ("…", None),
            ("😀😀", None),
            ("", None),
        ] {
            assert_eq!(slug(name).as_deref(), expected);
        }
    }

    fn register(names: &[(&str, &str)]) -> (Register, Vec<ConsumerName>) {
        let organisation = OrganisationId::make();
        let one = |(kind, name): &(&str, &str)| ConsumerName {
            id: ConsumerId::make(),
            organisation,
            kind: (*kind).to_owned(),
            name: (*name).to_owned(),
        };
        let all: Vec<ConsumerName> = names.iter().map(one).collect();
        (Register::of(all.clone()), all)
    }

    #[test]
    fn an_id_goes_before_a_name_a_name_before_a_kind_and_a_kind_before_a_word() {
        let (_, first) = register(&[("agent", "First")]);
        let id = first[0].id.to_string();
        let mut all = first;
        all.extend(register(&[("agent", &id), ("skill", "agent:foo"), ("agent", "foo"), ("agent", "Foo bar")]).1);
        let register = Register::of(all.clone());
        let found = |text: &str| -> Vec<usize> {
            let ids: Vec<ConsumerId> = register.find(text).into_iter().map(|one| one.id).collect();
            (0..all.len()).filter(|at| ids.contains(&all[*at].id)).collect()
        };
        assert_eq!(found(&id), [0], "not the one that is named like it");
        assert_eq!(found("AGENT:FOO"), [2], "not the agent “foo”");
        assert_eq!(found("Foo"), [3]);
        assert_eq!(found("agent:foo-bar"), [4]);
        assert_eq!(found("skill:foo-bar"), Vec::<usize>::new());
        assert_eq!(found("foo_bar"), [4]);
    }

    #[test]
    fn nothing_but_punctuation_is_the_word_of_nobody() {
        let (register, _) = register(&[("skill", "😀😀")]);
        for text in ["", "***", "skill:", "skill:***", "😀"] {
            assert!(register.find(text).is_empty(), "{text}");
        }
        assert_eq!(register.find("skill:😀😀").len(), 1, "an exact name is a name");
    }
}
