//! What did not come to pass: refused attempts, and checks of values that were then not stored.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::chain::append;
use super::left_out::LeftOut;
use super::{DELIVER, Entry, REFUSED};
use crate::error::VaultError;
use crate::hierarchy::OpenKeys;
use crate::model::{Author, ConsumerId, Scope};
use crate::store::sealed::scope_text;
use crate::store::{Vault, begin};

/// An attempt that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAttempt {
    /// What was tried, as a short constant word such as `change`.
    pub operation: &'static str,
    /// Why it was refused, as a short constant word such as `not_permitted`.
    pub why: String,
    /// What it was tried on: `credential`, `organisation`, `program`, `vault` …
    pub kind: &'static str,
    /// Its id; empty where it has none.
    pub id: String,
    /// Its name; empty where it has none.
    pub name: String,
    /// More about it, never a value; empty where there is nothing to say.
    pub about: String,
    /// The consumer that something was asked for, where it is known.
    pub consumer: Option<(ConsumerId, String)>,
    /// Whose it is; `None` for the vault as a whole.
    pub scope: Option<Scope>,
    /// How often, where several attempts are told at once.
    pub times: u32,
}

/// Values that were checked and not stored, because of what the check showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The credential that they were meant for; empty for one that was to be added.
    pub id: String,
    /// Its name, or the one that it was to have.
    pub name: String,
    /// Whose it is.
    pub scope: Scope,
    /// Id of the provider that was asked.
    pub provider: String,
    /// Constant name of the verdict.
    pub verdict: String,
}

/// An equal attempt is written once in this time.
const ONCE_IN: SignedDuration = SignedDuration::from_mins(1);
/// So many attempts of one kind of one person are written …
const MOST: i64 = 20;
/// … in this time, so that nobody can fill the log with them. Whatever is tried less often is written all the same.
const IN: SignedDuration = SignedDuration::from_hours(1);
/// So many of the last refusals are looked at: all kinds of attempts of several busy people.
const LOOKED_AT: i64 = 2000;

impl Vault {
    /// Writes a refused attempt down, and says whether it did. An equal one within a minute is left out, and so is
    /// what goes beyond twenty of one kind and one person in an hour, because an entry can never be taken back. These
    /// are counted, and one entry tells how many they were: before the next one of that person and kind, or with
    /// whatever is refused an hour later, or by [`Vault::tell_left_out`].
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn record_refusal(&self, attempt: &RefusedAttempt, by: &Author) -> Result<bool, VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = begin(&mut connection).await?;
        let outcome = refuse(&mut tx, &keys, attempt, by).await?;
        if outcome == Outcome::Nothing {
            tx.rollback().await?
        } else {
            tx.commit().await?
        }
        Ok(outcome == Outcome::Written)
    }

    /// Tells how many refusals were left out, of those that began to be an hour ago.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn tell_left_out(&self, now: Timestamp) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = begin(&mut connection).await?;
        let told = LeftOut::read(&mut tx).await?.tell(&mut tx, &keys, (now, IN), None).await?;
        if told {
            tx.commit().await?
        } else {
            tx.rollback().await?
        }
        Ok(())
    }

    /// Writes down that values were checked and not stored.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn record_trial(&self, trial: &Trial, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = begin(&mut connection).await?;
        let entry = Entry {
            action: "credential.try",
            kind: "credential",
            id: &trial.id,
            name: &trial.name,
            scope: &scope_text(trial.scope),
            detail: serde_json::json!({"provider": trial.provider, "verdict": trial.verdict}),
        };
        append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What became of a refusal.
#[derive(PartialEq, Eq)]
enum Outcome {
    /// It has an entry.
    Written,
    /// It, or an older one, is counted or told.
    Noted,
    /// An equal one has just been written.
    Nothing,
}

async fn refuse(
    tx: &mut SqliteConnection,
    keys: &OpenKeys,
    attempt: &RefusedAttempt,
    by: &Author,
) -> Result<Outcome, VaultError> {
    let mut detail = serde_json::json!({"operation": attempt.operation, "why": attempt.why});
    if !attempt.about.is_empty() {
        detail["about"] = attempt.about.as_str().into();
    }
    if let Some((id, name)) = &attempt.consumer {
        detail["consumer"] = serde_json::json!({"id": id.to_string(), "name": name});
    }
    if attempt.times > 1 {
        detail["times"] = attempt.times.into();
    }
    let now = Timestamp::now();
    let (equal_since, since) = (format!("{:.3}", now - ONCE_IN), format!("{:.3}", now - IN));
    let (author, text) = (by.person.to_string(), detail.to_string());
    let lately = sqlx::query!(
        "SELECT COUNT(*) FILTER (WHERE at > ? AND json_extract(detail, '$.operation') = ?
                AND json_extract(detail, '$.more') IS NULL) AS \"all!: i64\",
            COUNT(*) FILTER (WHERE at > ? AND object_kind = ? AND object_id = ? AND object_name = ?
                AND json_remove(detail, '$.last') = json(?)) AS \"equal!: i64\"
         FROM (SELECT * FROM audit_entry WHERE action = ? AND action <> ? ORDER BY sequence DESC LIMIT ?)
         WHERE author_id = ?",
        since,
        attempt.operation,
        equal_since,
        attempt.kind,
        attempt.id,
        attempt.name,
        text,
        REFUSED,
        DELIVER,
        LOOKED_AT,
        author
    )
    .fetch_one(&mut *tx)
    .await?;
    let scope = attempt.scope.map(scope_text).unwrap_or_default();
    let mut left_out = LeftOut::read(&mut *tx).await?;
    let writes = lately.equal == 0 && lately.all < MOST;
    let same = writes.then_some((by, attempt.operation));
    let told = left_out.tell(&mut *tx, keys, (now, IN), same).await?;
    if lately.equal > 0 {
        return Ok(if told { Outcome::Noted } else { Outcome::Nothing });
    }
    if !writes {
        left_out.add(&mut *tx, by, (attempt.operation, &scope), now).await?;
        return Ok(Outcome::Noted);
    }
    if lately.all == MOST - 1 {
        // The reader should know that what follows is only counted.
        detail["last"] = true.into();
    }
    let entry =
        Entry { action: REFUSED, kind: attempt.kind, id: &attempt.id, name: &attempt.name, scope: &scope, detail };
    append(tx, keys, by, entry).await?;
    Ok(Outcome::Written)
}
