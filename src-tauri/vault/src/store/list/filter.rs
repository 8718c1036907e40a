//! A filter as SQL. Only what is asked for stands in the statement: a condition that is never needed still costs
//! time in each of a hundred thousand rows. So these statements are put together while the program runs, of literal
//! parts and bound values alone; the tests of the lists run each of them.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::super::credentials::scopes_json;
use super::super::fold;
use super::super::sealed::scope_text;
use super::standing::{Standing, Status, bits};
use super::texts::Words;
use crate::error::VaultError;
use crate::lists::{ListQuery, StatusFilter, UsedBy, When};
use crate::model::ReplacementStage;

/// Scope of the tally that stands for all.
const ALL_SCOPES: i64 = 0;

/// Bits of `list_entry.marks`.
pub(super) const ENABLED: i64 = 1;
pub(super) const UNREADABLE: i64 = 2;
const DEFAULT: i64 = 4;
/// The verdict on what a provider does not take.
pub(super) const REJECTED: &str = "rejected";

/// A statement that is being put together.
pub(super) type Statement = QueryBuilder<Sqlite>;

/// What to look for, with the numbers that stand for texts.
#[derive(Debug)]
pub(super) struct Filter {
    words: Option<Words>,
    scopes: Option<Vec<i64>>,
    providers: Option<Vec<i64>>,
    categories: Option<Vec<i64>>,
    types: Option<i64>,
    statuses: Vec<Status>,
    standing: Standing,
    marks: Vec<(i64, bool)>,
    times: Vec<(&'static str, When)>,
    lookup_key: Option<String>,
    tail: Option<String>,
    duplicate: Option<bool>,
    replacement: Option<ReplacementStage>,
    used_by: Option<UsedBy>,
}

impl Filter {
    /// Looks up the numbers of the texts.
    pub(super) async fn of(query: &ListQuery, now: i64, tx: &mut SqliteConnection) -> Result<Self, VaultError> {
        let verdicts = query.statuses.iter().filter_map(|status| match status {
            StatusFilter::Verdict(kind) => Some(kind.clone()),
            _ => None,
        });
        let scopes = query.scopes.as_ref().map(|all| all.iter().map(|one| scope_text(*one)).collect::<Vec<_>>());
        let texts: Vec<String> = verdicts
            .chain(scopes.iter().flatten().cloned())
            .chain(query.providers.iter().cloned())
            .chain(query.categories.iter().cloned())
            .collect();
        let codes = if texts.is_empty() { HashMap::new() } else { codes(&texts, tx).await? };
        // A text without a number stands in no row.
        let numbers = |texts: &[String]| texts.iter().filter_map(|text| codes.get(text).copied()).collect::<Vec<_>>();
        let some = |texts: &[String]| (!texts.is_empty()).then(|| numbers(texts));
        let types = if query.types.is_empty() { None } else { Some(bits(&query.types, tx).await?) };
        let standing =
            if query.statuses.is_empty() { Standing::default() } else { Standing::of(&query.states, now, tx).await? };
        let marks = [(ENABLED, query.enabled), (DEFAULT, query.default)];
        let times = [
            ("checked", query.checked),
            ("used", query.used),
            ("expires", query.expires),
            ("remind", query.remind),
            ("created", query.created),
        ];
        Ok(Self {
            words: query.search.as_deref().and_then(Words::of),
            scopes: scopes.map(|texts| numbers(&texts)),
            providers: some(&query.providers),
            categories: some(&query.categories),
            types,
            statuses: query.statuses.iter().map(|status| Status::of(status, &codes)).collect(),
            standing,
            marks: marks.into_iter().filter_map(|(bit, wanted)| Some((bit, wanted?))).collect(),
            times: times.into_iter().filter_map(|(column, when)| Some((column, when?))).collect(),
            lookup_key: query.lookup_key.clone(),
            tail: query.tail.clone(),
            duplicate: query.duplicate,
            replacement: query.replacement,
            used_by: match &query.used_by {
                // Where nothing is assigned there is nothing to look through.
                Some(UsedBy::Nobody) if query.used == Some(When::Never) && !is_assigned(tx).await? => None,
                other => other.clone(),
            },
        })
    }

    /// The words to look for.
    pub(super) fn words(&self) -> Option<&Words> {
        self.words.as_ref()
    }

    /// Whether anything but words is asked for.
    pub(super) fn has_conditions(&self) -> bool {
        !self.is_tallied() || self.scopes.is_some() || self.providers.is_some() || self.types.is_some() || {
            !self.statuses.is_empty() || !self.marks.is_empty()
        }
    }

    /// Whether it asks for some providers, by themselves or by what they are for.
    pub(super) fn names_providers(&self) -> bool {
        let waiting = |status: &Status| matches!(status, Status::Unconnected);
        self.providers.is_some() || self.types.is_some() || self.statuses.iter().any(waiting)
    }

    /// Whether it asks for one organisation, which has few of all rows.
    pub(super) fn names_a_scope(&self) -> bool {
        self.scopes.as_ref().is_some_and(|scopes| scopes.len() == 1)
    }

    /// Nothing is asked for.
    pub(super) fn is_everything(&self) -> bool {
        self.words.is_none() && !self.has_conditions()
    }

    /// Whether the tally knows how many there are.
    fn is_tallied(&self) -> bool {
        self.categories.is_none()
            && self.times.is_empty()
            && self.lookup_key.is_none()
            && self.tail.is_none()
            && self.duplicate.is_none()
            && self.replacement.is_none()
            && self.used_by.is_none()
            && self.statuses.iter().all(Status::is_tallied)
    }

    /// How many match, where that is known without looking at most rows; not told where there are so few of them, by
    /// the tally, that they are looked at anyway.
    pub(super) async fn tallied(&self, few: u32, tx: &mut SqliteConnection) -> Result<Option<u32>, VaultError> {
        if self.words.is_some() || !self.is_tallied() {
            return Ok(None);
        }
        let mut sql = Statement::new("SELECT coalesce(sum(f.total), 0) FROM list_tally f WHERE ");
        push_in(&mut sql, "f.scope", self.scopes.as_deref().unwrap_or(&[ALL_SCOPES]));
        self.push_common(&mut sql);
        self.push_statuses(&mut sql, false, |_| true);
        let total = sql.build_query_scalar::<i64>().fetch_one(&mut *tx).await?;
        if total <= i64::from(few) && total > 0 && !self.is_everything() {
            return Ok(None);
        }
        let others = if total > 0 { self.otherwise(tx).await? } else { 0 };
        Ok(Some(super::super::small(total - others)))
    }

    /// How many of those that the tally counts under a verdict read otherwise.
    async fn otherwise(&self, tx: &mut SqliteConnection) -> Result<i64, VaultError> {
        let judged = |status: &Status| matches!(status, Status::Judged(_));
        if !self.statuses.iter().any(judged) {
            return Ok(0);
        }
        let mut others = 0;
        let bundled = &self.standing.bundled;
        let asleep = self.scopes.as_ref().map_or_else(
            || bundled.clone(),
            |scopes| scopes.iter().copied().filter(|scope| bundled.contains(scope)).collect(),
        );
        if !asleep.is_empty() {
            let mut sql = Statement::new("SELECT coalesce(sum(f.total), 0) FROM list_tally f WHERE ");
            push_in(&mut sql, "f.scope", &asleep);
            sql.push(" AND ");
            self.standing.push_dormant(&mut sql);
            self.push_common(&mut sql);
            self.push_statuses(&mut sql, false, judged);
            others += sql.build_query_scalar::<i64>().fetch_one(&mut *tx).await?;
        }
        let mut sql = Statement::new("SELECT count(*) FROM list_entry f WHERE ");
        self.standing.push_ended(&mut sql);
        sql.push(" AND NOT ");
        self.standing.push_dormant(&mut sql);
        self.push_scopes(&mut sql);
        self.push_common(&mut sql);
        self.push_statuses(&mut sql, false, judged);
        others += sql.build_query_scalar::<i64>().fetch_one(&mut *tx).await?;
        if self.standing.has_waiting() {
            let mut sql = Statement::new("SELECT count(*) FROM list_entry f WHERE ");
            self.standing.push_waiting_providers(&mut sql);
            sql.push(" AND ");
            self.standing.push_unconnected(&mut sql);
            self.push_scopes(&mut sql);
            self.push_common(&mut sql);
            self.push_statuses(&mut sql, false, judged);
            others += sql.build_query_scalar::<i64>().fetch_one(tx).await?;
        }
        Ok(others)
    }

    /// All conditions but words, on rows of `list_entry`, which are called `f`.
    pub(super) fn push_entry(&self, sql: &mut Statement) {
        self.push_scopes(sql);
        self.push_common(sql);
        if let Some(categories) = &self.categories {
            sql.push(" AND ");
            push_in(sql, "f.category", categories);
        }
        for (column, when) in &self.times {
            // The unary plus keeps SQLite from an index that most rows stand in; few rows have an end.
            let and = if matches!(*column, "expires" | "remind") { " AND f." } else { " AND +f." };
            sql.push(and).push(*column);
            match when {
                When::Never => sql.push(" = 0"),
                When::Ever => sql.push(" > 0"),
                When::Since(from) => sql.push(" >= ").push_bind(*from),
                When::Between(from, to) => {
                    sql.push(" >= ").push_bind(*from).push(and).push(*column).push(" < ").push_bind(*to)
                }
                When::Before(to) => sql.push(" > 0").push(and).push(*column).push(" < ").push_bind(*to),
            };
        }
        // After what is quicker to see: it is asked of each row that is left.
        if let [Status::Unconnected] = self.statuses.as_slice() {
            // Said twice, because only so the index of providers is of use.
            sql.push(" AND ");
            self.standing.push_waiting_providers(sql);
        }
        self.push_statuses(sql, true, |_| true);
        if let Some(key) = &self.lookup_key {
            // The greatest character ends the range of all that begin like this.
            sql.push(" AND f.docid IN (SELECT docid FROM credential WHERE lookup_key >= ").push_bind(key.clone());
            sql.push(" AND lookup_key < ").push_bind(format!("{key}\u{10ffff}")).push(")");
        }
        if let Some(tail) = &self.tail {
            sql.push(" AND f.docid IN (SELECT c.docid FROM sealed_field s JOIN credential c ON c.id = s.credential_id");
            sql.push(" WHERE s.tail = ").push_bind(tail.clone()).push(")");
        }
        if let Some(shared) = self.duplicate {
            sql.push(if shared { " AND f.docid IN" } else { " AND f.docid NOT IN" }).push(
                " (SELECT c.docid FROM list_shared d
                    CROSS JOIN sealed_field s ON s.fingerprint = d.fingerprint
                    CROSS JOIN credential c ON c.id = s.credential_id)",
            );
        }
        if let Some(stage) = self.replacement {
            sql.push(
                " AND f.docid IN (SELECT c.docid FROM replacement r
                    CROSS JOIN credential c ON c.id = r.credential_id WHERE r.stage = ",
            );
            sql.push_bind(stage.id()).push(")");
        }
        match &self.used_by {
            None => {}
            Some(UsedBy::Nobody) => {
                sql.push(
                    " AND f.used = 0 AND f.docid NOT IN (SELECT c.docid FROM assignment a
                    CROSS JOIN credential c ON c.id = a.credential_id WHERE a.credential_id IS NOT NULL)",
                );
            }
            Some(UsedBy::Named(name)) => {
                let name = fold(name);
                sql.push(
                    " AND f.docid IN (SELECT c.docid FROM consumer n CROSS JOIN assignment a ON a.consumer_id = n.id
                    CROSS JOIN credential c ON c.id = a.credential_id WHERE instr(n.name_folded, ",
                );
                sql.push_bind(name.clone()).push(
                    ") > 0 UNION SELECT c.docid FROM delivered d CROSS JOIN credential c ON c.id = d.credential_id
                    WHERE instr(lower(d.program), ",
                );
                sql.push_bind(name).push(") > 0)");
            }
        }
    }

    fn push_scopes(&self, sql: &mut Statement) {
        if let Some(scopes) = &self.scopes {
            sql.push(" AND ");
            push_in(sql, "f.scope", scopes);
        }
    }

    /// The conditions that rows of the tally can be asked, too.
    fn push_common(&self, sql: &mut Statement) {
        if let Some(providers) = &self.providers {
            sql.push(" AND ");
            push_in(sql, "f.provider", providers);
        }
        if let Some(types) = self.types {
            sql.push(" AND f.types & ").push_bind(types).push(" <> 0");
        }
        for (bit, wanted) in &self.marks {
            sql.push(" AND f.marks & ").push_bind(*bit).push(if *wanted { " <> 0" } else { " = 0" });
        }
    }

    /// One of the statuses that `of` takes: as rows of the list read, or as far as the tally knows.
    fn push_statuses(&self, sql: &mut Statement, exact: bool, of: fn(&Status) -> bool) {
        if self.statuses.is_empty() {
            return;
        }
        sql.push(" AND (0");
        for status in self.statuses.iter().filter(|status| of(status)) {
            sql.push(" OR (");
            if exact {
                self.standing.push(status, sql);
            } else {
                self.standing.push_tallied(status, sql);
            }
            sql.push(")");
        }
        sql.push(")");
    }
}

pub(super) fn push_in(sql: &mut Statement, column: &'static str, numbers: &[i64]) {
    sql.push(column).push(" IN (");
    let mut separated = sql.separated(", ");
    for number in numbers {
        separated.push_bind(*number);
    }
    sql.push(")");
}

/// The numbers of texts, as far as they have one.
pub(super) async fn codes(texts: &[String], tx: &mut SqliteConnection) -> Result<HashMap<String, i64>, VaultError> {
    let texts = serde_json::json!(texts).to_string();
    let rows = sqlx::query!("SELECT word, code FROM list_word WHERE word IN (SELECT value FROM json_each(?))", texts);
    Ok(rows.fetch_all(tx).await?.into_iter().map(|row| (row.word, row.code)).collect())
}

/// Whether any credential is assigned to a consumer.
async fn is_assigned(tx: &mut SqliteConnection) -> Result<bool, VaultError> {
    let found = sqlx::query_scalar!("SELECT EXISTS (SELECT 1 FROM assignment WHERE credential_id IS NOT NULL)");
    Ok(found.fetch_one(tx).await? != 0)
}

/// The scopes of the tally to add up.
pub(super) async fn tally_scopes(
    scopes: Option<&[crate::model::Scope]>,
    tx: &mut SqliteConnection,
) -> Result<String, VaultError> {
    let Some(texts) = scopes_json(scopes) else { return Ok(format!("[{ALL_SCOPES}]")) };
    let rows = sqlx::query_scalar!("SELECT code FROM list_word WHERE word IN (SELECT value FROM json_each(?))", texts);
    Ok(serde_json::json!(rows.fetch_all(tx).await?).to_string())
}

/// How many are in use, not rejected, readable, and past their end or within the days of their reminder.
pub(super) async fn ending(
    scopes: Option<&[crate::model::Scope]>,
    now: i64,
    tx: &mut SqliteConnection,
) -> Result<u32, VaultError> {
    let mut sql = Statement::new("SELECT count(*) FROM list_entry e WHERE e.remind > 0 AND e.remind <= ");
    sql.push_bind(now).push(" AND e.marks & ").push_bind(ENABLED | UNREADABLE).push(" = ").push_bind(ENABLED);
    sql.push(" AND e.verdict <> coalesce((SELECT code FROM list_word WHERE word = ").push_bind(REJECTED).push("), -1)");
    if scopes.is_some() {
        let codes = tally_scopes(scopes, tx).await?;
        // The unary plus keeps SQLite from an index that most rows stand in; few rows are about to end.
        sql.push(" AND +e.scope IN (SELECT value FROM json_each(").push_bind(codes).push("))");
    }
    Ok(super::super::small(sql.build_query_scalar::<i64>().fetch_one(tx).await?))
}
