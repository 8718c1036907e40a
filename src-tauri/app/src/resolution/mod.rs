//! Which credential is used: the one place that says it. Assigned to the consumer → otherwise the default of the
//! provider → otherwise the only one that can be used → otherwise nothing, and why. What is disabled, expired, dormant
//! or stopped never resolves.

mod sentences;
mod view;

pub(crate) use sentences::{nothing_for, why_not_sentence};
pub(crate) use view::{Resolved, Resolver, Wanted};

use strongroom_providers::{ProviderType, VerdictKind};
use strongroom_vault::{CredentialId, CredentialRow, KeyOwner, OrganisationId, Scope, StopRow, TELEPHONY};

use crate::times;
use crate::views::{ResolutionRule, WhyNot};

/// What decides beside the credentials themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Circumstances {
    /// The organisation on whose behalf it is used, and whose keys it uses. `None` where a credential is asked for by
    /// its lookup key on behalf of nobody in particular.
    pub organisation: Option<(OrganisationId, KeyOwner)>,
    /// Global launch is stopped.
    pub stop: Option<StopRow>,
    /// A credential that was refused, or whose account was never connected, is used all the same: somebody named it.
    pub named: bool,
}

/// What a credential can be used for, as far as it itself goes.
pub(crate) struct Candidate<'a> {
    pub row: &'a CredentialRow,
    /// Its account has to be connected first.
    pub unconnected: bool,
}

/// What the rule came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The one to use, by which rule; none where several are left or none is.
    pub chosen: Option<(CredentialId, ResolutionRule)>,
    /// Every candidate in the order given, and why it is not used.
    pub candidates: Vec<(CredentialId, Option<WhyNot>)>,
}

impl Decision {
    /// None of them is used, all for the same reason.
    fn none(candidates: &[Candidate<'_>], why: WhyNot) -> Self {
        Self { chosen: None, candidates: candidates.iter().map(|one| (one.row.id, Some(why))).collect() }
    }

    /// Candidates that could be used, whether one of them was chosen or several are left.
    pub(crate) fn usable(&self) -> impl Iterator<Item = CredentialId> {
        self.candidates.iter().filter(|(_, why)| matches!(why, None | Some(WhyNot::NotChosen))).map(|(id, _)| *id)
    }
}

/// Whether all that a credential does are AI services, which whole systems share and modes are about.
pub(crate) fn is_ai(row: &CredentialRow) -> bool {
    row.types.iter().all(|id| ProviderType::from_id(id).is_some_and(ProviderType::is_ai_service))
}

/// Whether the organisation's own credential sleeps because the organisation uses bundled keys.
pub(crate) fn is_dormant(row: &CredentialRow) -> bool {
    row.bundled && row.scope != Scope::System && is_ai(row)
}

/// Whether a credential hands out telephony, which global launch stops.
pub(crate) fn is_telephony(row: &CredentialRow) -> bool {
    row.types.iter().any(|id| id == TELEPHONY)
}

/// Why a credential cannot be used, whatever else there is.
fn why_not(candidate: &Candidate<'_>, now: &Circumstances) -> Option<WhyNot> {
    let row = candidate.row;
    let refused = row.verdict.as_ref().is_some_and(|verdict| verdict.kind == VerdictKind::Rejected.id())
        || row.last_known.as_ref().is_some_and(|known| known.kind == VerdictKind::Rejected.id());
    if !row.enabled {
        Some(WhyNot::Disabled)
    } else if row.expires_at.as_deref().is_some_and(times::is_past) {
        Some(WhyNot::Expired)
    } else if is_dormant(row) {
        Some(WhyNot::Dormant)
    } else if row.scope == Scope::System
        && now.organisation.is_some_and(|(_, owner)| owner == KeyOwner::Organisation)
        && is_ai(row)
    {
        Some(WhyNot::NotOwn)
    } else if now.stop.is_some() && is_telephony(row) {
        Some(WhyNot::Stopped)
    } else if row.unreadable && !now.named {
        // A named one is tried: it may have been mended in another program, and says so itself where it was not.
        Some(WhyNot::Unreadable)
    } else if refused && !now.named {
        Some(WhyNot::Rejected)
    } else if candidate.unconnected && !now.named {
        Some(WhyNot::Unconnected)
    } else {
        None
    }
}

/// Chooses among the credentials that could be meant.
pub(crate) fn decide(candidates: &[Candidate<'_>], assigned: Option<CredentialId>, now: &Circumstances) -> Decision {
    let mut judged: Vec<(CredentialId, Option<WhyNot>)> =
        candidates.iter().map(|one| (one.row.id, why_not(one, now))).collect();
    let mut usable: Vec<&CredentialRow> =
        candidates.iter().zip(&judged).filter(|(_, (_, why))| why.is_none()).map(|(one, _)| one.row).collect();
    let by_assignment = usable.iter().find(|row| Some(row.id) == assigned).map(|row| row.id);
    // An organisation's own credential goes before a system-wide one.
    if usable.iter().any(|row| row.scope != Scope::System) {
        usable.retain(|row| row.scope != Scope::System);
    }
    let mut defaults = usable.iter().filter(|row| row.default);
    let by_default = defaults.next().filter(|_| defaults.next().is_none()).map(|row| row.id);
    let only = usable.first().filter(|_| usable.len() == 1).map(|row| row.id);
    let chosen = by_assignment
        .map(|id| (id, ResolutionRule::Assigned))
        // The only one is the only one, whether it is called the default or not; the word that says more is told.
        .or_else(|| by_default.map(|id| (id, ResolutionRule::Default)))
        .or_else(|| only.map(|id| (id, ResolutionRule::Only)));
    for (id, why) in &mut judged {
        if why.is_none() && chosen.is_none_or(|(chosen, _)| chosen != *id) {
            *why = Some(WhyNot::NotChosen);
        }
    }
    Decision { chosen, candidates: judged }
}

#[cfg(test)]
pub(crate) mod tests;
