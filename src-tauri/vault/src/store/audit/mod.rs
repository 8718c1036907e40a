//! Who did what, when: a chain of entries under a key of the vault, written with the change itself.

mod chain;
mod export;
mod keep;
mod left_out;
mod list;
mod refused;
mod verify;
mod witness;

pub(super) use chain::{End, Next, append, genesis, head};
pub use export::ExportRow;
pub use list::{AUDIT_PAGE_LIMIT, AuditGroup, AuditPage, AuditPerson, AuditQuery, AuditRow, Reach};
pub use refused::{RefusedAttempt, Trial};
pub(super) use verify::verify;
pub use verify::{AuditReport, BadEntry};
pub use witness::{AuditWitness, WitnessState};

/// An entry to write.
pub(super) struct Entry<'a> {
    pub action: &'a str,
    pub kind: &'a str,
    pub id: &'a str,
    pub name: &'a str,
    pub scope: &'a str,
    pub detail: serde_json::Value,
}

/// What `run` writes.
pub(super) const DELIVER: &str = "credential.deliver";
/// What somebody was not allowed to do, or could not be given.
pub(super) const REFUSED: &str = "attempt.refused";
/// A change of how long entries are kept.
pub(super) const RETENTION: &str = "audit.retention";

#[cfg(test)]
mod speed;
