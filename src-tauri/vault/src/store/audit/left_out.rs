//! Refusals that were left out of the log, so that nobody can fill it, and the entry that tells how many they were.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::chain::append;
use super::{Entry, REFUSED};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, PersonId};
use crate::store::settings;

/// Where the counters stand until they are told.
const SETTING: &str = "refusals_left_out";

/// What one person was refused of one kind of attempt, beyond what is written.
#[derive(Serialize, Deserialize)]
struct Counter {
    person: String,
    name: String,
    operation: String,
    /// Whose entry it becomes.
    scopes: BTreeSet<String>,
    /// When the first was left out, as the vault writes times.
    since: String,
    times: u32,
}

/// All counters.
pub(super) struct LeftOut(Vec<Counter>);

impl LeftOut {
    pub(super) async fn read(tx: &mut SqliteConnection) -> Result<Self, VaultError> {
        let stored = sqlx::query_scalar!("SELECT value FROM setting WHERE key = ?", SETTING).fetch_optional(tx).await?;
        // What cannot be read counts nothing: it is no part of the log.
        Ok(Self(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()))
    }

    async fn write(&self, tx: &mut SqliteConnection) -> Result<(), VaultError> {
        settings::put(tx, SETTING, &serde_json::json!(self.0).to_string()).await
    }

    /// Counts one more.
    pub(super) async fn add(
        &mut self,
        tx: &mut SqliteConnection,
        by: &Author,
        (operation, scope): (&str, &str),
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let person = by.person.to_string();
        let at = match self.0.iter().position(|one| one.person == person && one.operation == operation) {
            Some(at) => at,
            None => {
                let since = format!("{now:.3}");
                let (name, operation, scopes) = (by.name.clone(), operation.to_owned(), BTreeSet::new());
                self.0.push(Counter { person, name, operation, scopes, since, times: 0 });
                self.0.len() - 1
            }
        };
        if let Some(counter) = self.0.get_mut(at) {
            counter.times = counter.times.saturating_add(1);
            if !scope.is_empty() {
                counter.scopes.insert(scope.to_owned());
            }
        }
        self.write(tx).await
    }

    /// Tells what was counted for so long, and what this person was refused of this kind, and says whether there was
    /// anything to tell.
    pub(super) async fn tell(
        &mut self,
        tx: &mut SqliteConnection,
        keys: &OpenKeys,
        (now, after): (Timestamp, SignedDuration),
        also: Option<(&Author, &str)>,
    ) -> Result<bool, VaultError> {
        let long_ago = format!("{:.3}", now - after);
        let due = |one: &Counter| {
            one.since < long_ago
                || also.is_some_and(|(by, operation)| one.person == by.person.to_string() && one.operation == operation)
        };
        let (due, left): (Vec<Counter>, Vec<Counter>) = std::mem::take(&mut self.0).into_iter().partition(due);
        self.0 = left;
        if due.is_empty() {
            return Ok(false);
        }
        for one in due {
            let Some(person) = PersonId::parse(&one.person) else { continue };
            let scope = one.scopes.into_iter().collect::<Vec<_>>().join(" ");
            let detail = serde_json::json!({"operation": one.operation, "why": "many", "more": one.times});
            let entry = Entry { action: REFUSED, kind: "vault", id: "", name: "", scope: &scope, detail };
            append(tx, keys, &Author { person, name: one.name }, entry).await?;
        }
        self.write(tx).await?;
        Ok(true)
    }
}
