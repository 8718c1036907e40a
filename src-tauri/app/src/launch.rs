//! Global launch: stopping all telephony deliveries at once.

use std::collections::{HashMap, HashSet};

use strongroom_vault::{CredentialId, ProcessMark, RunningRow, Scope, StopRow, TELEPHONY};

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::organisations::checked_name;
use crate::resolution::is_telephony;
use crate::strongroom::Strongroom;
use crate::views::{LaunchStopRequest, LaunchView, RunningView, StoppedView};

/// A credential that a program has.
struct Handed {
    name: String,
    scope: Option<Scope>,
    telephony: bool,
}

impl Strongroom {
    /// Whether telephony is delivered, and which programs run with what was. Needs no master key.
    ///
    /// # Errors
    /// Where the vault cannot be read.
    pub async fn launch(&self, actor: &Actor) -> Result<LaunchView, AppError> {
        let vault = self.vault().await?;
        let stop = vault.launch_stop().await?;
        let (alive, ended): (Vec<RunningRow>, Vec<RunningRow>) =
            vault.running().await?.into_iter().partition(|one| is_alive(&one.process));
        if !ended.is_empty() && !vault.info().read_only {
            let ended: Vec<ProcessMark> = ended.into_iter().map(|one| one.process).collect();
            vault.forget_running(&ended).await?;
        }
        let handed = self.handed_out(&alive).await?;
        let visible = actor.visible_scopes();
        let may_change = actor.may(Operation::Launch).is_ok();
        let seen = |scope: Option<Scope>| match scope {
            Some(scope) => visible.as_ref().is_none_or(|scopes| scopes.contains(&scope)),
            None => may_change,
        };
        let mut running = Vec::new();
        for one in alive {
            let rows: Vec<&Handed> = one.credentials.iter().filter_map(|id| handed.get(id)).collect();
            let telephony: Vec<&&Handed> = rows.iter().filter(|row| row.telephony).collect();
            if telephony.is_empty() || !rows.iter().all(|row| seen(row.scope)) {
                continue;
            }
            running.push(RunningView {
                process: one.process.id,
                program: one.program,
                consumer: one.consumer,
                person: one.person,
                since: one.at,
                credentials: telephony.iter().map(|row| row.name.clone()).collect(),
            });
        }
        Ok(LaunchView { stopped: stop.map(stopped_view), running, may_change })
    }

    /// What running programs have. One that has a deleted credential has it still.
    async fn handed_out(&self, alive: &[RunningRow]) -> Result<HashMap<CredentialId, Handed>, AppError> {
        let vault = self.vault().await?;
        let (mut known, mut gone) = (HashMap::new(), Vec::new());
        for id in alive.iter().flat_map(|one| &one.credentials).collect::<HashSet<_>>() {
            match vault.credential(*id).await {
                Ok(row) => {
                    let telephony = is_telephony(&row);
                    known.insert(*id, Handed { name: row.name, scope: Some(row.scope), telephony });
                }
                Err(_) => gone.push(*id),
            }
        }
        // Of what nothing is known any more, nobody can say that it is not for telephony.
        known.extend(
            gone.iter()
                .map(|id| (*id, Handed { name: "a deleted credential".to_owned(), scope: None, telephony: true })),
        );
        let catalogue = self.catalogue();
        for row in vault.deleted_credentials(&gone).await? {
            let Some(handed) = known.get_mut(&row.id) else { continue };
            handed.scope = Some(row.scope);
            if let Some((name, provider)) = row.last {
                let provider = catalogue.provider(&provider);
                handed.telephony = provider.is_none_or(|one| one.types.iter().any(|kind| kind.id() == TELEPHONY));
                handed.name = format!("{name} (deleted)");
            }
        }
        Ok(known)
    }

    /// Stops all telephony deliveries. What runs already goes on: it has its credentials.
    ///
    /// # Errors
    /// A reason that is empty or overlong, or a role that does not allow it.
    pub async fn stop_launch(&self, actor: &Actor, request: LaunchStopRequest) -> Result<LaunchView, AppError> {
        self.permit(actor, Operation::Launch).await?;
        let reason = checked_name("reason", "The reason", request.reason)?;
        self.unlocked().await?.stop_launch(&reason, &actor.author()).await?;
        self.launch(actor).await
    }

    /// Delivers telephony again.
    ///
    /// # Errors
    /// A role that does not allow it.
    pub async fn resume_launch(&self, actor: &Actor) -> Result<LaunchView, AppError> {
        self.permit(actor, Operation::Launch).await?;
        self.unlocked().await?.resume_launch(&actor.author()).await?;
        self.launch(actor).await
    }
}

/// A stop for people to see.
pub(crate) fn stopped_view(stop: StopRow) -> StoppedView {
    StoppedView { at: stop.at, by: stop.by, reason: stop.reason }
}

/// A process with what tells it from a later one of the same number: the boot of the system, and the moment of its
/// start in clock ticks since then (`proc_pid_stat(5)`, field 22). `None` where the system does not tell, or there is no
/// such process.
pub fn process_mark(id: u32) -> Option<ProcessMark> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name stands in brackets and may hold anything; after it come the fields from the third on.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    Some(ProcessMark { id, started: format!("{} {}", boot.trim(), fields.nth(18)?) })
}

/// Where the system does not tell, nothing is known to run.
fn is_alive(process: &ProcessMark) -> bool {
    process_mark(process.id).as_ref() == Some(process)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_is_told_from_a_later_one_of_the_same_number() {
        let own = process_mark(std::process::id()).unwrap();
        assert!(is_alive(&own));
        assert!(!is_alive(&ProcessMark { started: "another boot 1".into(), ..own.clone() }));
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let mark = process_mark(child.id()).unwrap();
        assert!(is_alive(&mark));
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(!is_alive(&mark));
    }
}
