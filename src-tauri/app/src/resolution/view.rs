//! Resolutions for people to see: all that they need is read once for a request, whatever number of them it has.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use strongroom_providers::{Catalogue, ProviderType};
use strongroom_vault::{CredentialId, CredentialRow, KeyOwner, OrganisationId, Scope, StopRow};

use super::{Candidate, Circumstances, Decision, decide, nothing_for, why_not_sentence};
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{ConsideredView, ResolutionRule, ResolutionView, WhyNot};

/// An organisation as far as resolution cares.
#[derive(Clone)]
struct Owner {
    name: String,
    keys: KeyOwner,
    archived: bool,
}

/// What resolutions are made of.
pub(crate) struct Resolver {
    catalogue: Arc<Catalogue>,
    owners: HashMap<OrganisationId, Owner>,
    stop: Option<StopRow>,
    rows: Vec<(CredentialRow, bool)>,
}

/// What is resolved.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// On whose behalf.
    pub organisation: OrganisationId,
    /// Of which provider.
    pub provider: &'a str,
    /// For what; for anything where `None`.
    pub kind: Option<ProviderType>,
    /// What is assigned.
    pub assigned: Option<CredentialId>,
}

/// A resolution with the rows that it is about.
pub(crate) struct Resolved<'a> {
    pub decision: Decision,
    rows: Vec<&'a CredentialRow>,
    assigned: Option<CredentialId>,
    circumstances: Circumstances,
    what: String,
    owner: String,
}

impl Strongroom {
    /// Reads what resolutions for these organisations need of these providers, or of all where none is named.
    pub(crate) async fn resolver(
        &self,
        organisations: &BTreeSet<OrganisationId>,
        providers: &BTreeSet<String>,
    ) -> Result<Resolver, AppError> {
        let vault = self.vault().await?;
        let owners = vault.organisations().await?.into_iter();
        let owners =
            owners.map(|o| (o.id, Owner { name: o.name, keys: o.mode, archived: o.archived_at.is_some() })).collect();
        let scopes: Vec<Scope> =
            std::iter::once(Scope::System).chain(organisations.iter().copied().map(Scope::Organisation)).collect();
        let providers: Vec<String> = providers.iter().cloned().collect();
        let rows = vault.credentials_of_providers(&providers, &scopes).await?;
        let unconnected = |row: &CredentialRow| self.connection(row).is_some_and(|(_, needed)| needed);
        Ok(Resolver {
            catalogue: self.catalogue(),
            owners,
            stop: vault.launch_stop().await?,
            rows: rows
                .into_iter()
                .map(|row| {
                    let needed = unconnected(&row);
                    (row, needed)
                })
                .collect(),
        })
    }

    /// A resolution as a view.
    pub(crate) fn resolution_view(&self, resolved: &Resolved<'_>) -> ResolutionView {
        let chosen = resolved.decision.chosen;
        let mut candidates: Vec<ConsideredView> = Vec::with_capacity(resolved.rows.len());
        for (row, (_, why_not)) in resolved.rows.iter().zip(&resolved.decision.candidates) {
            let used = chosen.is_some_and(|(id, _)| id == row.id);
            let why = match (why_not, chosen) {
                (None, Some((_, rule))) => because(rule).to_owned(),
                (Some(WhyNot::NotChosen), Some((_, rule))) => format!("not used: another one is {}", because(rule)),
                (Some(why), _) => why_not_sentence(row, *why, &resolved.circumstances),
                (None, None) => String::new(),
            };
            let view = self.view((*row).clone());
            let candidate = ConsideredView {
                id: view.id,
                name: view.name,
                scope: view.scope,
                key: view.key,
                tail: view.secrets.values().find_map(|secret| secret.tail.clone()),
                default: view.default,
                state: view.state,
                verdict: view.verdict,
                used,
                why_not: *why_not,
                why,
            };
            if used { candidates.insert(0, candidate) } else { candidates.push(candidate) }
        }
        let refusal = resolved.nothing();
        let instead = resolved.instead();
        let hint = refusal
            .as_ref()
            .and_then(|error| error.view().hint)
            .or_else(|| instead.as_ref().map(|_| "Mend the assigned one, or assign the one that is used.".to_owned()));
        ResolutionView {
            credential: chosen.map(|(id, _)| id.to_string()),
            name: resolved.chosen().map(|row| row.name.clone()),
            rule: chosen.map(|(_, rule)| rule),
            reason: refusal.map(|error| error.to_string()),
            hint,
            instead,
            candidates,
        }
    }
}

fn because(rule: ResolutionRule) -> &'static str {
    match rule {
        ResolutionRule::Assigned => "assigned",
        ResolutionRule::Default => "the default",
        ResolutionRule::Only => "the only one",
    }
}

impl Resolver {
    /// Applies the rule.
    pub(crate) fn resolve(&self, wanted: Wanted<'_>) -> Resolved<'_> {
        let owner = self.owners.get(&wanted.organisation);
        let circumstances = Circumstances {
            organisation: Some((wanted.organisation, owner.map(|owner| owner.keys).unwrap_or_default())),
            stop: self.stop.clone(),
            named: false,
        };
        let fits = |row: &CredentialRow| {
            row.provider == wanted.provider
                && [Scope::System, Scope::Organisation(wanted.organisation)].contains(&row.scope)
                && wanted.kind.is_none_or(|kind| row.types.iter().any(|id| id == kind.id()))
        };
        let meant: Vec<&(CredentialRow, bool)> = self.rows.iter().filter(|(row, _)| fits(row)).collect();
        let candidates: Vec<Candidate<'_>> =
            meant.iter().map(|(row, unconnected)| Candidate { row, unconnected: *unconnected }).collect();
        let decision = if owner.is_some_and(|owner| owner.archived) {
            // Whoever starts a program is refused before anything is looked at.
            Decision::none(&candidates, WhyNot::Archived)
        } else {
            decide(&candidates, wanted.assigned, &circumstances)
        };
        Resolved {
            decision,
            rows: meant.iter().map(|(row, _)| row).collect(),
            assigned: wanted.assigned,
            circumstances,
            what: self.provider_name(wanted.provider).to_owned(),
            owner: owner.map_or_else(String::new, |owner| owner.name.clone()),
        }
    }

    /// A provider's name, as far as it is known.
    pub(crate) fn provider_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.catalogue.provider(id).map_or(id, |provider| provider.name.as_str())
    }

    /// Whose keys an organisation uses, and its name.
    pub(crate) fn owner(&self, id: OrganisationId) -> Option<(&str, KeyOwner)> {
        self.owners.get(&id).map(|owner| (owner.name.as_str(), owner.keys))
    }

    /// Ids of the providers that there are credentials of, in an organisation or system-wide.
    pub(crate) fn providers(&self) -> BTreeSet<&str> {
        self.rows.iter().map(|(row, _)| row.provider.as_str()).collect()
    }

    /// The same without one credential.
    pub(crate) fn without(&self, id: CredentialId) -> Self {
        Self {
            catalogue: self.catalogue.clone(),
            owners: self.owners.clone(),
            stop: self.stop.clone(),
            rows: self.rows.iter().filter(|(row, _)| row.id != id).cloned().collect(),
        }
    }

    /// The same as if global launch were never stopped.
    pub(crate) fn unstopped(mut self) -> Self {
        self.stop = None;
        self
    }

    /// Whether there is more than one organisation.
    pub(crate) fn has_several_owners(&self) -> bool {
        self.owners.len() > 1
    }

    /// A row that was read.
    pub(crate) fn row(&self, id: CredentialId) -> Option<&CredentialRow> {
        self.rows.iter().map(|(row, _)| row).find(|row| row.id == id)
    }
}

impl<'a> Resolved<'a> {
    /// The credential to use.
    pub(crate) fn chosen(&self) -> Option<&'a CredentialRow> {
        let (id, _) = self.decision.chosen?;
        self.rows.iter().find(|row| row.id == id).copied()
    }

    /// The credentials that could be used.
    pub(crate) fn usable(&self) -> impl Iterator<Item = &'a CredentialRow> {
        self.decision.usable().filter_map(|id| self.rows.iter().find(|row| row.id == id).copied())
    }

    /// Every candidate with its reason.
    pub(crate) fn judged(&self) -> Vec<(&'a CredentialRow, WhyNot)> {
        self.rows.iter().zip(&self.decision.candidates).filter_map(|(row, (_, why))| Some((*row, (*why)?))).collect()
    }

    /// Why nothing is used, where nothing is.
    pub(crate) fn nothing(&self) -> Option<AppError> {
        if self.decision.chosen.is_some() {
            return None;
        }
        let missing = || (self.missing(), "Add one, or choose another provider.".to_owned());
        Some(nothing_for(&self.what, missing, &self.judged(), &self.circumstances))
    }

    /// That there is none, as a sentence.
    pub(crate) fn missing(&self) -> String {
        format!("{} has no {} credential.", self.owner, self.what)
    }

    /// What decided beside the credentials.
    pub(crate) fn circumstances(&self) -> &Circumstances {
        &self.circumstances
    }

    /// Another one is used than the one that is assigned: why, as a sentence.
    pub(crate) fn instead(&self) -> Option<String> {
        let (used, rule) = (self.chosen()?, self.decision.chosen?.1);
        let assigned = self.assigned.filter(|id| *id != used.id)?;
        let (row, why) = self.judged().into_iter().find(|(row, _)| row.id == assigned)?;
        Some(format!(
            "“{}” is assigned and {}; “{}” is used instead, which is {}.",
            row.name,
            why_not_sentence(row, why, &self.circumstances),
            used.name,
            because(rule)
        ))
    }
}
