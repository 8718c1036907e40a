//! Bundled keys or own ones, and whether an organisation has what a purpose needs.

use std::collections::BTreeSet;

use strongroom_providers::{Kit, VerdictKind, kits};
use strongroom_vault::{CredentialRow, KeyOwner, ListQuery, OrganisationId, OrganisationRow, Scope, StatusFilter};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::resolution::{Resolved, Resolver, Wanted, why_not_sentence};
use crate::strongroom::Strongroom;
use crate::views::{
    AlternativeView, CompletedView, ModeSetRequest, OnboardingCompleteRequest, OnboardingMode, OnboardingRequest,
    OnboardingView, ReadinessView, RequirementView, WhyNot,
};

/// Lines of a readiness kit that a deletion takes away.
pub(crate) struct ReadinessLost {
    /// Name of the kit.
    pub kit: String,
    /// Name of the organisation.
    pub organisation: String,
    /// The lines, in small letters.
    pub labels: Vec<String>,
    /// The onboarding is completed, and stays so.
    pub completed: bool,
}

impl Strongroom {
    /// How far an organisation has come: its mode, and each readiness kit as it stands. Needs no master key.
    ///
    /// # Errors
    /// An unknown organisation, or a role that does not allow it.
    pub async fn onboarding(&self, actor: &Actor, request: OnboardingRequest) -> Result<OnboardingView, AppError> {
        let id = self.organisation(&request.organisation).await?;
        self.permit(actor, Operation::Read(Scope::Organisation(id))).await?;
        let row = self.organisation_row(id).await?;
        let scope = Scope::Organisation(id);
        let vault = self.vault().await?;
        let asleep = ListQuery {
            scopes: Some(vec![scope]),
            statuses: vec![StatusFilter::Dormant],
            states: self.states(),
            limit: 1,
            ..ListQuery::default()
        };
        let may_change = actor.may(Operation::Onboarding(scope)).is_ok();
        Ok(OnboardingView {
            organisation: id.to_string(),
            scope: row.name,
            mode: row.mode.into(),
            dormant: vault.list(&asleep).await?.total,
            kits: self.readiness_of(id, kits()).await?,
            completed: row.ready.map(|ready| CompletedView {
                kit_name: kit(&ready.kit).map_or_else(|| ready.kit.clone(), |kit| kit.name.clone()),
                kit: ready.kit,
                at: ready.at,
                by: ready.by,
            }),
            may_change,
        })
    }

    /// Whether an organisation has what a kit asks for.
    ///
    /// # Errors
    /// An unknown organisation or kit, or a role that does not allow it.
    pub async fn readiness(&self, actor: &Actor, organisation: &str, kit_id: &str) -> Result<ReadinessView, AppError> {
        let id = self.organisation(organisation).await?;
        self.permit(actor, Operation::Read(Scope::Organisation(id))).await?;
        let kit = known_kit(kit_id)?;
        let mut found = self.readiness_of(id, std::slice::from_ref(kit)).await?;
        found.pop().ok_or_else(|| unknown_kit(kit_id))
    }

    /// Says whose keys an organisation uses. What becomes dormant is kept as it is.
    ///
    /// # Errors
    /// An unknown organisation, or a role that does not allow it.
    pub async fn set_mode(&self, actor: &Actor, request: ModeSetRequest) -> Result<OnboardingView, AppError> {
        Ok(self.change_mode(actor, request).await?.1)
    }

    /// As [`Self::set_mode`], with how things stood before. What is refused is the change, and not a look at it.
    ///
    /// # Errors
    /// As there.
    pub async fn change_mode(
        &self,
        actor: &Actor,
        request: ModeSetRequest,
    ) -> Result<(OnboardingView, OnboardingView), AppError> {
        let id = self.organisation(&request.organisation).await?;
        self.permit(actor, Operation::Onboarding(Scope::Organisation(id))).await?;
        let asked = || OnboardingRequest { organisation: id.to_string() };
        let before = self.onboarding(actor, asked()).await?;
        let owner = match request.mode {
            OnboardingMode::Byok => KeyOwner::Organisation,
            OnboardingMode::Bundled => KeyOwner::System,
        };
        self.unlocked().await?.set_key_owner(id, owner, &actor.author()).await?;
        Ok((before, self.onboarding(actor, asked()).await?))
    }

    /// Marks an organisation as ready, where a kit's requirements all hold. Later changes ask for no new onboarding:
    /// one that is ready stays so, whatever holds by then.
    ///
    /// # Errors
    /// [`AppError::NotReady`] with what is missing; an unknown organisation or kit; a role that does not allow it.
    pub async fn complete_onboarding(
        &self,
        actor: &Actor,
        request: OnboardingCompleteRequest,
    ) -> Result<OnboardingView, AppError> {
        let id = self.organisation(&request.organisation).await?;
        self.permit(actor, Operation::Onboarding(Scope::Organisation(id))).await?;
        let readiness = self.readiness(actor, &request.organisation, &request.kit).await?;
        let completed = self.organisation_row(id).await?.ready.is_some();
        if !readiness.ready && !completed {
            let missing =
                readiness.requirements.iter().filter(|one| !one.satisfied).map(|one| one.label.to_lowercase());
            return Err(AppError::NotReady { kit: readiness.name, missing: missing.collect::<Vec<_>>().join(", ") });
        }
        self.unlocked().await?.complete_onboarding(id, &request.kit, &actor.author()).await?;
        self.onboarding(actor, OnboardingRequest { organisation: request.organisation }).await
    }

    async fn organisation_row(&self, id: OrganisationId) -> Result<OrganisationRow, AppError> {
        let all = self.vault().await?.organisations().await?;
        all.into_iter()
            .find(|row| row.id == id)
            .ok_or(AppError::Vault(strongroom_vault::VaultError::NotFound("organisation")))
    }

    async fn readiness_of(&self, organisation: OrganisationId, kits: &[Kit]) -> Result<Vec<ReadinessView>, AppError> {
        let providers: BTreeSet<String> =
            kits.iter().flat_map(|kit| &kit.requirements).flat_map(|one| &one.any_of).cloned().collect();
        // A stop passes, and says nothing of what an organisation has.
        let resolver = self.resolver(&[organisation].into(), &providers).await?.unstopped();
        Ok(self.readiness_with(organisation, kits, &resolver))
    }

    /// What of the readiness of organisations would no longer hold without a credential.
    pub(crate) async fn readiness_lost(&self, row: &CredentialRow) -> Result<Vec<ReadinessLost>, AppError> {
        let mut lost = Vec::new();
        let concerned = kits().iter().flat_map(|kit| &kit.requirements).any(|one| one.any_of.contains(&row.provider));
        if !concerned {
            return Ok(lost);
        }
        let providers: BTreeSet<String> =
            kits().iter().flat_map(|kit| &kit.requirements).flat_map(|one| &one.any_of).cloned().collect();
        for owner in self.vault().await?.organisations().await? {
            let its_own = row.scope == Scope::System || row.scope == Scope::Organisation(owner.id);
            if owner.archived_at.is_some() || !its_own {
                continue;
            }
            let before = self.resolver(&[owner.id].into(), &providers).await?.unstopped();
            let after = self.readiness_with(owner.id, kits(), &before.without(row.id));
            for (had, has) in self.readiness_with(owner.id, kits(), &before).into_iter().zip(after) {
                let lines = had.requirements.iter().zip(&has.requirements);
                let labels: Vec<String> = lines
                    .filter(|(had, has)| had.satisfied && !has.satisfied)
                    .map(|(had, _)| had.label.to_lowercase())
                    .collect();
                if !labels.is_empty() {
                    let completed = owner.ready.is_some();
                    lost.push(ReadinessLost { kit: had.name, organisation: owner.name.clone(), labels, completed });
                }
            }
        }
        Ok(lost)
    }

    fn readiness_with(&self, organisation: OrganisationId, kits: &[Kit], resolver: &Resolver) -> Vec<ReadinessView> {
        let of = |kit: &Kit| {
            let requirements: Vec<RequirementView> = kit
                .requirements
                .iter()
                .map(|one| {
                    let any_of: Vec<AlternativeView> =
                        one.any_of.iter().map(|id| self.alternative(organisation, id, resolver)).collect();
                    let satisfied = any_of.iter().any(|one| one.satisfied_by.is_some());
                    RequirementView { label: one.label.clone(), satisfied, any_of }
                })
                .collect();
            ReadinessView {
                kit: kit.id.clone(),
                name: kit.name.clone(),
                purpose: kit.purpose.clone(),
                ready: requirements.iter().all(|one| one.satisfied),
                requirements,
            }
        };
        kits.iter().map(of).collect()
    }

    /// Whether a provider satisfies a requirement: the rule chooses a credential, whose verdict is works or limited.
    fn alternative(&self, organisation: OrganisationId, id: &str, resolver: &Resolver) -> AlternativeView {
        let resolved = resolver.resolve(Wanted { organisation, provider: id, kind: None, assigned: None });
        let catalogue = self.catalogue();
        let chosen = resolved.chosen();
        let good = chosen.filter(|row| validated(row));
        let judged = resolved.judged();
        let (credential, why) = match (chosen, undecided(&resolved).as_slice(), judged.first()) {
            (Some(row), ..) => (Some(row.id), good.is_none().then(|| unproven(row))),
            // One that works is the one to make the default.
            (None, several @ [first, ..], _) => {
                let row = several.iter().find(|row| validated(row)).unwrap_or(first);
                (Some(row.id), Some(several_of(several)))
            }
            (None, [], Some((row, why))) => {
                let now = resolved.circumstances();
                // Nothing of one's own is not worth telling about a system-wide one that could not be meant.
                let only_others = judged.iter().all(|(_, why)| *why == WhyNot::NotOwn);
                if only_others {
                    (None, Some(resolved.missing()))
                } else {
                    (Some(row.id), Some(format!("“{}” {}.", row.name, why_not_sentence(row, *why, now))))
                }
            }
            (None, [], None) => (None, Some(resolved.missing())),
        };
        AlternativeView {
            provider: id.to_owned(),
            provider_name: resolver.provider_name(id).to_owned(),
            mark: catalogue.provider(id).map_or_else(|| "?".into(), |provider| provider.mark.clone()),
            satisfied_by: good.map(|row| row.name.clone()),
            credential: credential.map(|id| id.to_string()),
            why,
        }
    }
}

/// Works, or works limited: the last verdict that said something counts, however the provider could be reached since.
fn validated(row: &CredentialRow) -> bool {
    let good = |kind: &str| [VerdictKind::Works.id(), VerdictKind::Limited.id()].contains(&kind);
    row.last_known.as_ref().is_some_and(|known| good(&known.kind))
}

/// The credentials between which the rule does not choose.
fn undecided<'a>(resolved: &Resolved<'a>) -> Vec<&'a CredentialRow> {
    let mut usable: Vec<&CredentialRow> = resolved.usable().collect();
    if usable.iter().any(|row| row.scope != Scope::System) {
        usable.retain(|row| row.scope != Scope::System);
    }
    usable
}

fn several_of(rows: &[&CredentialRow]) -> String {
    let names: Vec<String> = rows.iter().map(|row| format!("“{}”", row.name)).collect();
    match names.as_slice() {
        [first, second] => format!("{first} and {second} could be used, and none is the default."),
        [first, second, rest @ ..] => {
            format!("{first}, {second} and {} more could be used, and none is the default.", rest.len())
        }
        few => format!("{} could be used, and none is the default.", few.join(", ")),
    }
}

fn unproven(row: &CredentialRow) -> String {
    let told = match row.last_known.as_ref().and_then(|known| VerdictKind::from_id(&known.kind)) {
        None if row.verdict.is_some() => "could not be checked yet",
        None => "was not checked yet",
        Some(VerdictKind::NoCredit) => "has no credit",
        Some(VerdictKind::Suspended) => "belongs to a suspended account",
        Some(VerdictKind::Misconfigured) => "has wrong settings",
        Some(VerdictKind::Blocked) => "was blocked",
        Some(_) => "was not shown to work",
    };
    format!("“{}” {told}.", row.name)
}

fn kit(id: &str) -> Option<&'static Kit> {
    kits().iter().find(|kit| kit.id == id)
}

fn known_kit(id: &str) -> Result<&'static Kit, AppError> {
    kit(id).ok_or_else(|| unknown_kit(id))
}

fn unknown_kit(id: &str) -> AppError {
    let known: Vec<&str> = kits().iter().map(|kit| kit.id.as_str()).collect();
    AppError::NotFound {
        what: format!("There is no readiness kit “{id}”."),
        hint: Some(format!("There are: {}.", known.join(", "))),
    }
}
