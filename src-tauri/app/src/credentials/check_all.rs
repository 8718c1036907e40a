//! Checking many credentials at once: bounded, in a fair order, stopped at any moment without losing a result.

use std::collections::HashMap;
use std::pin::pin;

use futures_util::future::{Fuse, FusedFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use strongroom_providers::VerdictKind;
use strongroom_vault::{CredentialId, CredentialRow, FoundVerdict, ReplacementStage};

use crate::actor::{Actor, Operation};
use crate::credentials::view::verdict_view;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{CheckAllRequest, CheckAllView, CheckEvent, CheckedView, ErrorView, ListRequest};

/// How many checks run at once where nobody says.
pub const CHECK_CONCURRENCY: u16 = 16;
/// The most that may run at once.
pub const CHECK_CONCURRENCY_LIMIT: u16 = 64;
/// Rows that are read at a time.
const PAGE: u32 = 1000;

/// A credential that waits for its check: nothing of its values, which are read when its turn comes.
struct Target {
    id: CredentialId,
    name: String,
    /// Provider and base URL: credentials that agree in both are asked about at one place.
    place: (String, Option<String>),
    before: Option<VerdictKind>,
}

impl Target {
    fn new(row: CredentialRow) -> Self {
        let base_url = row.plain.get("base_url").cloned();
        let before = row.verdict.and_then(|v| VerdictKind::from_id(&v.kind));
        Self { id: row.id, name: row.name, place: (row.provider, base_url), before }
    }
}

/// What is to be checked, and how many were left out and why.
#[derive(Default)]
struct Plan {
    targets: Vec<Target>,
    disabled: u32,
    not_permitted: u32,
}

/// A check that has come to its end and is not stored yet.
struct Found {
    /// Its place in the order of the result.
    at: usize,
    target: Target,
    verdict: Result<FoundVerdict, AppError>,
    /// What the old key of a replacement showed.
    old_key: Option<VerdictKind>,
}

impl Strongroom {
    /// Checks every credential that is switched on and matches the request, many at once, and with it the old key of a
    /// replacement, where one is kept. Each verdict is stored as
    /// it arrives, before its event is told. When `stop` is ready, the checks under way are dropped at once and the
    /// results so far come back. Dropping this future stops as well.
    ///
    /// # Errors
    /// An unknown organisation or status, a role that may check none of them, or a missing key. What goes wrong with
    /// one credential stands in its result.
    pub async fn check_all(
        &self,
        actor: &Actor,
        request: CheckAllRequest,
        stop: impl Future<Output = ()>,
        progress: impl FnMut(CheckEvent),
    ) -> Result<CheckAllView, AppError> {
        let concurrency = request.concurrency;
        let plan = self.plan(actor, request).await?;
        self.carry_out(actor, plan, concurrency, stop, progress).await
    }

    /// Checks these credentials, switched on or not, as [`check_all`](Self::check_all) does.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or a missing key.
    pub async fn check_many(
        &self,
        actor: &Actor,
        ids: &[String],
        concurrency: Option<u16>,
        stop: impl Future<Output = ()>,
        progress: impl FnMut(CheckEvent),
    ) -> Result<CheckAllView, AppError> {
        let mut plan = Plan::default();
        for id in ids {
            plan.targets.push(Target::new(self.row(actor, id, Operation::Check).await?));
        }
        self.carry_out(actor, plan, concurrency, stop, progress).await
    }

    async fn plan(&self, actor: &Actor, request: CheckAllRequest) -> Result<Plan, AppError> {
        let mut plan = Plan::default();
        let mut needed = None;
        let mut list = ListRequest {
            scope: request.scope,
            r#type: request.r#type,
            provider: request.provider,
            status: request.status,
            search: request.search,
            limit: Some(PAGE),
            ..ListRequest::default()
        };
        loop {
            let page = self.vault().await?.list(&self.list_query(actor, &list).await?).await?;
            for row in page.items {
                if let Err(refused) = actor.may(Operation::Check(row.scope)) {
                    plan.not_permitted += 1;
                    needed = Some((refused, row.scope));
                } else if row.enabled {
                    plan.targets.push(Target::new(row));
                } else {
                    plan.disabled += 1;
                }
            }
            list.after = page.next;
            if list.after.is_none() {
                break;
            }
        }
        match needed {
            // A list that the actor may only read is a refusal; a few system-wide ones in it are not.
            Some((refused, scope)) if plan.targets.is_empty() && plan.disabled == 0 => {
                self.note_refused(actor, Operation::Check(scope), None, &refused).await;
                Err(refused)
            }
            _ => Ok(plan),
        }
    }

    async fn carry_out(
        &self,
        actor: &Actor,
        plan: Plan,
        concurrency: Option<u16>,
        stop: impl Future<Output = ()>,
        mut progress: impl FnMut(CheckEvent),
    ) -> Result<CheckAllView, AppError> {
        self.unlocked().await?;
        let concurrency = usize::from(concurrency.unwrap_or(CHECK_CONCURRENCY).clamp(1, CHECK_CONCURRENCY_LIMIT));
        let total = count(plan.targets.len());
        progress(CheckEvent::Started { total, disabled: plan.disabled, not_permitted: plan.not_permitted });
        let mut results: Vec<Option<CheckedView>> = plan.targets.iter().map(|_| None).collect();
        let mut queue = fair(plan.targets).into_iter();
        let mut asking = FuturesUnordered::new();
        let mut found: Vec<Found> = Vec::new();
        let mut storing = pin!(Fuse::terminated());
        let mut stop = pin!(stop.fuse());
        let (mut done, mut stopped) = (0, false);
        loop {
            while !stopped && asking.len() < concurrency {
                let Some((at, target)) = queue.next() else { break };
                progress(CheckEvent::Asking { id: target.id.to_string(), name: target.name.clone() });
                // Boxed: the compiler then sees that it may move between threads.
                asking.push(self.found(actor, at, target).boxed());
            }
            // While the disk is busy with one batch, the next one gathers: no check waits for the disk.
            if storing.is_terminated() && !found.is_empty() {
                storing.set(self.store(actor, std::mem::take(&mut found)).boxed().fuse());
            }
            if asking.is_empty() && storing.is_terminated() {
                break;
            }
            tokio::select! {
                biased;
                () = &mut stop, if !stopped => {
                    stopped = true;
                    asking.clear();
                }
                stored = &mut storing, if !storing.is_terminated() => for (at, result) in stored {
                    done += 1;
                    progress(CheckEvent::Checked { done, total, result: Box::new(result.clone()) });
                    if let Some(place) = results.get_mut(at) {
                        *place = Some(result);
                    }
                },
                Some(one) = asking.next(), if !asking.is_empty() => found.push(one),
            }
        }
        Ok(CheckAllView {
            results: results.into_iter().flatten().collect(),
            total,
            disabled: plan.disabled,
            not_permitted: plan.not_permitted,
            stopped: done < total,
        })
    }

    /// Opens one credential, asks about it, and forgets its values again.
    async fn found(&self, actor: &Actor, at: usize, target: Target) -> Found {
        let row = match self.vault().await {
            Ok(vault) => vault.credential(target.id).await.map_err(AppError::from),
            Err(error) => Err(error),
        };
        match row {
            Ok(row) => {
                let verdict = self.found_of(actor, &row).await;
                Found { at, target, verdict, old_key: self.old_key(actor, &row).await }
            }
            Err(error) => Found { at, target, verdict: Err(error), old_key: None },
        }
    }

    /// Asks about the old key of a replacement again, until its provider refuses it. Where that cannot be, it is kept,
    /// and the result of the one in force says what is wrong.
    async fn old_key(&self, actor: &Actor, row: &CredentialRow) -> Option<VerdictKind> {
        let kept = row.replacement.as_ref().is_some_and(|there| there.stage == ReplacementStage::Old);
        if !kept || actor.may(Operation::Change(row.scope)).is_err() {
            return None;
        }
        let (kind, _) = self.check_beside(actor, row.id).await.ok()?;
        VerdictKind::from_id(&kind)
    }

    /// Stores what was found, in one transaction, and turns it into results.
    async fn store(&self, actor: &Actor, found: Vec<Found>) -> Vec<(usize, CheckedView)> {
        let mut results = Vec::with_capacity(found.len());
        let (mut waiting, mut verdicts) = (Vec::new(), Vec::new());
        for Found { at, target, verdict, old_key } in found {
            match verdict {
                Ok(verdict) => {
                    waiting.push((at, target, old_key));
                    verdicts.push(verdict);
                }
                Err(error) => results.push((at, without_verdict(target, error.view()))),
            }
        }
        if verdicts.is_empty() {
            return results;
        }
        let stored = match self.vault().await {
            Ok(vault) => vault.record_verdicts(&verdicts, &actor.author()).await.map_err(AppError::from),
            Err(error) => Err(error),
        };
        match stored {
            Ok(rows) => {
                for (((at, target, old_key), verdict), row) in waiting.into_iter().zip(verdicts).zip(rows) {
                    results.push((at, CheckedView { old_key, ..checked(target, verdict, row) }));
                }
            }
            Err(error) => {
                let view = error.view();
                results.extend(waiting.into_iter().map(|(at, target, _)| (at, without_verdict(target, view.clone()))));
            }
        }
        results
    }
}

/// The result of a check, as its row says it after storing.
fn checked(target: Target, found: FoundVerdict, row: Option<CredentialRow>) -> CheckedView {
    let Some(row) = row else {
        let gone = AppError::NotFound { what: "It was deleted while it was checked.".into(), hint: None };
        return without_verdict(target, gone.view());
    };
    if row.verdict.as_ref() != Some(&found.verdict) {
        let changed = ErrorView {
            kind: "conflict".into(),
            message: "It was changed while it was checked, so the answer is about values that are gone.".into(),
            hint: Some("Check it again.".into()),
            fields: Vec::new(),
        };
        return without_verdict(target, changed);
    }
    CheckedView {
        id: target.id.to_string(),
        name: row.name,
        before: target.before,
        verdict: row.verdict.map(|verdict| verdict_view(verdict, row.last_known)),
        old_key: None,
        error: None,
    }
}

fn without_verdict(target: Target, error: ErrorView) -> CheckedView {
    CheckedView {
        id: target.id.to_string(),
        name: target.name,
        before: target.before,
        verdict: None,
        old_key: None,
        error: Some(error),
    }
}

/// The order of asking: one of each place in turn, so that many keys of one provider, of which only a few are asked
/// about at a time, keep nobody else waiting. Each keeps its position in the order of the result.
fn fair(targets: Vec<Target>) -> Vec<(usize, Target)> {
    let mut turns: HashMap<(String, Option<String>), usize> = HashMap::new();
    let mut ordered: Vec<(usize, usize, Target)> = targets
        .into_iter()
        .enumerate()
        .map(|(at, target)| {
            let turn = turns.entry(target.place.clone()).or_default();
            *turn += 1;
            (*turn, at, target)
        })
        .collect();
    ordered.sort_by_key(|(turn, at, _)| (*turn, *at));
    ordered.into_iter().map(|(_, at, target)| (at, target)).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_provider_keeps_the_others_waiting() {
        let target = |name: &str, provider: &str, base_url: Option<&str>| Target {
            id: CredentialId::make(),
            name: name.into(),
            place: (provider.into(), base_url.map(str::to_owned)),
            before: None,
        };
        let targets = vec![
            target("a1", "a", None),
            target("a2", "a", None),
            target("a3", "a", None),
            target("a4", "a", Some("https://gateway.example")),
            target("b1", "b", None),
        ];
        let order: Vec<(usize, String)> = fair(targets).into_iter().map(|(at, target)| (at, target.name)).collect();
        let names: Vec<&str> = order.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["a1", "a4", "b1", "a2", "a3"]);
        assert_eq!(order[2].0, 4, "each keeps its place in the result");
    }
}
