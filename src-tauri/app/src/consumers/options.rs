//! What can be chosen in a place of a consumer, and which credential it would come to.

use std::collections::BTreeSet;

use strongroom_providers::ProviderType;
use strongroom_vault::{ConsumerId, KeyOwner, OrganisationId, Scope};

use super::kinds::slot_type;
use super::unknown;
use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::resolution::{Resolved, Resolver, Wanted};
use crate::strongroom::Strongroom;
use crate::views::{
    ConsumerOptionsRequest, ConsumerOptionsView, ExplainRequest, Fix, ModelOptionView, NothingToChooseView,
    ProviderOptionView, ResolutionView, WhyNot,
};

impl Strongroom {
    /// The providers that can be chosen in a place: those with a credential that can be used. The others that there
    /// are credentials of are told with why not.
    ///
    /// # Errors
    /// An unknown organisation or place, or a role that does not allow it.
    pub async fn consumer_options(
        &self,
        actor: &Actor,
        request: ConsumerOptionsRequest,
    ) -> Result<ConsumerOptionsView, AppError> {
        let organisation = self.organisation(&request.organisation).await?;
        self.permit(actor, Operation::Read(Scope::Organisation(organisation))).await?;
        let kind = known_slot(&request.slot)?;
        let catalogue = self.catalogue();
        let fitting: BTreeSet<String> = match kind {
            None => BTreeSet::new(),
            Some(kind) => catalogue.providers().filter(|p| p.types.contains(&kind)).map(|p| p.id.clone()).collect(),
        };
        let resolver = self.resolver(&[organisation].into(), &fitting).await?;
        let (mut usable, mut unusable, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
        for id in resolver.providers() {
            let resolved = resolver.resolve(Wanted { organisation, provider: id, kind, assigned: None });
            if resolved.judged().is_empty() && resolved.chosen().is_none() {
                continue;
            }
            let option = self.provider_option(id, &resolver, &resolved);
            if resolved.usable().next().is_some() {
                usable.push(option);
            } else {
                reasons.extend(resolved.judged().iter().map(|(_, why)| *why));
                unusable.push(option);
            }
        }
        for options in [&mut usable, &mut unusable] {
            options.sort_by_key(|option| option.provider_name.to_lowercase());
        }
        let empty = usable.is_empty().then(|| nothing_to_choose(&resolver, organisation, kind, &reasons, actor));
        Ok(ConsumerOptionsView { providers: usable, unusable, empty })
    }

    fn provider_option(&self, id: &str, resolver: &Resolver, resolved: &Resolved<'_>) -> ProviderOptionView {
        let catalogue = self.catalogue();
        let provider = catalogue.provider(id);
        let models = match provider.and_then(|provider| provider.model_field.as_deref()) {
            None => Vec::new(),
            Some(field) => resolved
                .usable()
                .filter_map(|row| {
                    let model = row.plain.get(field).filter(|model| !model.is_empty())?.clone();
                    Some(ModelOptionView { model, credential: row.id.to_string(), name: row.name.clone() })
                })
                .collect(),
        };
        ProviderOptionView {
            provider: id.to_owned(),
            provider_name: resolver.provider_name(id).to_owned(),
            mark: provider.map_or_else(|| "?".into(), |provider| provider.mark.clone()),
            models,
            by_rule: self.resolution_view(resolved),
        }
    }

    /// The id of the credential that stands for a model in a place, where each credential of the provider names one
    /// (a deployment); `None` where they do not, and a model is only a name.
    ///
    /// # Errors
    /// An unknown organisation, place or provider, a role that does not allow it; [`AppError::NotFound`] with the
    /// models that there are, [`AppError::Ambiguous`] with the credentials that name the same one.
    pub async fn credential_of_model(
        &self,
        actor: &Actor,
        request: ConsumerOptionsRequest,
        provider: &str,
        model: &str,
    ) -> Result<Option<String>, AppError> {
        let provider = self.provider(provider)?;
        if provider.model_field.is_none() {
            return Ok(None);
        }
        let options = self.consumer_options(actor, request).await?;
        let there = options.providers.iter().chain(&options.unusable).find(|option| option.provider == provider.id);
        let models = there.map(|option| option.models.as_slice()).unwrap_or_default();
        let named: Vec<&ModelOptionView> =
            models.iter().filter(|one| one.model.to_lowercase() == model.trim().to_lowercase()).collect();
        match named.as_slice() {
            [only] => Ok(Some(only.credential.clone())),
            [] => {
                let known: Vec<&str> = models.iter().map(|one| one.model.as_str()).collect();
                Err(AppError::NotFound {
                    what: format!("No credential of {} that can be used is for “{model}”.", provider.name),
                    hint: Some(match (known.as_slice(), there.and_then(|option| option.by_rule.reason.clone())) {
                        ([], Some(reason)) => reason,
                        ([], None) => "Add one, with that deployment.".into(),
                        (known, _) => format!("There are: {}.", known.join(", ")),
                    }),
                })
            }
            several => {
                let names: Vec<String> =
                    several.iter().map(|one| format!("“{}” ({})", one.name, one.credential)).collect();
                Err(AppError::Ambiguous {
                    what: format!("“{model}” could be {}. Choose the credential itself.", names.join(" or ")),
                })
            }
        }
    }

    /// Which credential of a provider would be used, and why not each of the others.
    ///
    /// # Errors
    /// An unknown consumer, organisation or provider, or a role that does not allow it.
    pub async fn explain(&self, actor: &Actor, request: ExplainRequest) -> Result<ResolutionView, AppError> {
        let provider = self.provider(&request.provider)?.id.clone();
        // A mistyped place must not read as every place.
        request.slot.as_deref().map(known_slot).transpose()?;
        let (organisation, kind, assigned) = match (&request.consumer, &request.organisation) {
            (Some(id), _) => {
                let id = ConsumerId::parse(id).ok_or_else(|| unknown(id))?;
                let row = self.vault().await?.consumer(id).await?;
                let mut uses = row.assignments.iter().filter(|one| one.provider == provider);
                let used = uses.find(|one| request.slot.as_ref().is_none_or(|slot| *slot == one.slot));
                let slot = used.map(|one| one.slot.as_str()).or(request.slot.as_deref());
                (row.organisation, slot.and_then(slot_type).flatten(), used.and_then(|one| one.credential))
            }
            (None, Some(text)) => {
                (self.organisation(text).await?, request.slot.as_deref().and_then(slot_type).flatten(), None)
            }
            (None, None) => return Err(AppError::field("consumer", "Name a consumer, or an organisation.")),
        };
        self.permit(actor, Operation::Read(Scope::Organisation(organisation))).await?;
        let resolver = self.resolver(&[organisation].into(), &[provider.clone()].into()).await?;
        let resolved = resolver.resolve(Wanted { organisation, provider: &provider, kind, assigned });
        Ok(self.resolution_view(&resolved))
    }
}

/// The type of a place that there is; `None` inside for every type.
fn known_slot(slot: &str) -> Result<Option<ProviderType>, AppError> {
    slot_type(slot).ok_or_else(|| AppError::field("slot", format!("There is no place “{slot}”.")))
}

/// Why a list is empty, and what helps.
fn nothing_to_choose(
    resolver: &Resolver,
    organisation: OrganisationId,
    kind: Option<ProviderType>,
    reasons: &[WhyNot],
    actor: &Actor,
) -> NothingToChooseView {
    let (name, keys) = resolver.owner(organisation).unwrap_or(("The organisation", KeyOwner::Organisation));
    let what = kind.map_or("", ProviderType::purpose);
    let what = if what.is_empty() { "credential".to_owned() } else { format!("credential for {what}") };
    let shared = keys == KeyOwner::System && kind.is_none_or(ProviderType::is_ai_service);
    let asleep = |why: &WhyNot| matches!(why, WhyNot::Dormant | WhyNot::NotOwn);
    let may_add = actor.may(Operation::Change(if shared { Scope::System } else { Scope::Organisation(organisation) }));
    let may_add = may_add.is_ok();
    let may_switch = actor.may(Operation::Onboarding(Scope::Organisation(organisation))).is_ok();
    // What a link leads to has to be something that this person can do, or at least see who can.
    let add = match (shared, may_add) {
        (true, true) => Fix::AddSystemWide,
        (true, false) => Fix::OpenOnboarding,
        (false, _) => Fix::AddCredential,
    };
    if reasons.iter().all(asleep) {
        let reason = match (shared, reasons.is_empty()) {
            (true, true) => format!("{name} uses bundled keys, and there is no system-wide {what}."),
            (true, false) => {
                format!("{name} uses bundled keys: its own are dormant, and there is no system-wide {what}.")
            }
            (false, true) => format!("{name} has no {what}."),
            (false, false) => format!("{name} brings its own keys and has no {what} of its own."),
        };
        let hint = match (shared, may_add, may_switch) {
            (true, true, _) => format!("Add a system-wide one, or switch {name} to its own keys under Onboarding."),
            (true, false, true) => {
                format!("Switch {name} to its own keys under Onboarding, or ask a super admin for a system-wide one.")
            }
            (true, false, false) => format!(
                "Ask an admin of {name} to switch it to its own keys under Onboarding, or a super admin for a \
                 system-wide one."
            ),
            (false, true, _) => "Add one.".to_owned(),
            (false, false, _) => format!("An admin of {name} can add one."),
        };
        return NothingToChooseView { reason, fix: add, hint };
    }
    let awake: Vec<&WhyNot> = reasons.iter().filter(|why| !asleep(why)).collect();
    if awake.iter().all(|why| **why == WhyNot::Stopped) {
        return NothingToChooseView {
            reason: "Telephony is stopped by global launch.".into(),
            fix: Fix::ResumeLaunch,
            hint: "A super admin resumes it under Global launch.".into(),
        };
    }
    let count = |wanted: WhyNot, word: &str| {
        let found = awake.iter().filter(|why| ***why == wanted).count();
        (found > 0).then(|| format!("{found} {word}"))
    };
    let counted: Vec<String> = [
        count(WhyNot::Disabled, "disabled"),
        count(WhyNot::Expired, "expired"),
        count(WhyNot::Rejected, "rejected"),
        count(WhyNot::Unconnected, "not connected"),
        count(WhyNot::Unreadable, "unreadable"),
        count(WhyNot::Stopped, "stopped by global launch"),
        count(WhyNot::Archived, "of an archived organisation"),
    ]
    .into_iter()
    .flatten()
    .collect();
    NothingToChooseView {
        reason: format!("{name} has no {what} that can be used: {}.", counted.join(", ")),
        fix: Fix::LookAtCredentials,
        hint: "Enable, replace, check or connect one of them, or add another one.".into(),
    }
}
