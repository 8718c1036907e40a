//! A filter as SQL. Only what is asked for stands in the statement: a condition that is never needed still costs
//! time in each of a hundred thousand rows. So these statements are put together while the program runs, of literal
//! parts and bound values alone; the tests of the lists run each of them.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::super::credentials::scopes_json;
use super::super::fold;
use super::super::sealed::scope_text;
use crate::error::VaultError;
use crate::lists::{Connectable, ListQuery, StatusFilter, When};

/// The index knows groups of three characters.
const SHORTEST_INDEXED: usize = 3;
/// A word of two characters is found by the groups that begin with it, unless these are more than so many, or stand in
/// more rows than so many. Such words, and those of one character, are looked for one row at a time.
const MOST_GROUPS: usize = 40;
const MOST_IN_GROUPS: i64 = 80_000;
/// Scope of the tally that stands for all.
const ALL_SCOPES: i64 = 0;

/// Bits of `list_entry.marks`.
pub(super) const ENABLED: i64 = 1;
pub(super) const UNREADABLE: i64 = 2;
const DEFAULT: i64 = 4;
const CONNECTED: i64 = 8;
/// The verdict on what a provider does not take.
pub(super) const REJECTED: &str = "rejected";

/// A statement that is being put together.
pub(super) type Statement = QueryBuilder<Sqlite>;

/// A status as numbers.
#[derive(Debug)]
enum Status {
    NotChecked,
    Disabled,
    Expired(i64),
    Unreadable,
    /// Numbers of scopes, bits of types.
    Dormant(Vec<i64>, i64, i64),
    /// Numbers of a provider and of shapes.
    Unconnected(Vec<(i64, Vec<i64>)>, i64),
    Verdict(i64),
}

/// What to look for, with the numbers that stand for texts.
#[derive(Debug)]
pub(super) struct Filter {
    /// For the index of words.
    matching: Option<String>,
    /// Patterns of the words that the index does not know.
    short: Vec<String>,
    /// One of the words stands nowhere.
    nowhere: bool,
    scopes: Option<Vec<i64>>,
    providers: Option<Vec<i64>>,
    categories: Option<Vec<i64>>,
    types: Option<i64>,
    statuses: Vec<Status>,
    marks: Vec<(i64, bool)>,
    times: Vec<(&'static str, When)>,
    lookup_key: Option<String>,
    tail: Option<String>,
    duplicate: bool,
}

/// Where rows come from: one after the other, in this order.
pub(super) struct Source {
    words: bool,
    short: bool,
    entry: bool,
}

impl Source {
    /// The number of the row.
    pub(super) fn docid(&self) -> &'static str {
        match (self.words, self.short) {
            (true, _) => "t.rowid",
            (false, true) => "w.id",
            (false, false) => "f.docid",
        }
    }

    /// Its tables.
    pub(super) fn push(&self, sql: &mut Statement) {
        let mut join = "";
        for (wanted, table, number) in [
            (self.words, "credential_text t", "t.rowid"),
            (self.short, "credential_text_content w", "w.id"),
            (self.entry, "list_entry f", "f.docid"),
        ] {
            if wanted {
                sql.push(join).push(table);
                if !join.is_empty() {
                    sql.push(" ON ").push(number).push(" = ").push(self.docid());
                }
                join = " CROSS JOIN ";
            }
        }
    }
}

impl Filter {
    /// Looks up the numbers of the texts.
    pub(super) async fn of(query: &ListQuery, now: i64, tx: &mut SqliteConnection) -> Result<Self, VaultError> {
        let words = Words::of(query.search.as_deref().unwrap_or_default()).widened(tx).await?;
        let verdicts = query.statuses.iter().filter_map(|status| match status {
            StatusFilter::Verdict(kind) => Some(kind.clone()),
            _ => None,
        });
        let methods: Vec<&Connectable> = query
            .statuses
            .iter()
            .filter_map(|status| if let StatusFilter::Unconnected(methods) = status { Some(methods) } else { None })
            .flatten()
            .collect();
        let shapes = if methods.is_empty() { Vec::new() } else { shapes(tx).await? };
        let scopes = query.scopes.as_ref().map(|all| all.iter().map(|one| scope_text(*one)).collect::<Vec<_>>());
        let texts: Vec<String> = verdicts
            .chain(scopes.iter().flatten().cloned())
            .chain(query.providers.iter().cloned())
            .chain(query.categories.iter().cloned())
            .chain(methods.iter().map(|method| method.provider.clone()))
            .collect();
        let codes = if texts.is_empty() { HashMap::new() } else { codes(&texts, tx).await? };
        // A text without a number stands in no row.
        let numbers = |texts: &[String]| texts.iter().filter_map(|text| codes.get(text).copied()).collect::<Vec<_>>();
        let some = |texts: &[String]| (!texts.is_empty()).then(|| numbers(texts));
        let types = if query.types.is_empty() { None } else { Some(bits(&query.types, tx).await?) };
        let kinds = query.statuses.iter().find_map(|status| match status {
            StatusFilter::Dormant(types) => Some(types),
            _ => None,
        });
        let dormant = match kinds {
            Some(types) => (bundled(tx).await?, bits(types, tx).await?),
            None => Default::default(),
        };
        let marks = [(ENABLED, query.enabled), (DEFAULT, query.default)];
        let times =
            [("checked", query.checked), ("used", query.used), ("expires", query.expires), ("remind", query.remind)];
        Ok(Self {
            matching: words.matching,
            short: words.short,
            nowhere: words.nowhere,
            scopes: scopes.map(|texts| numbers(&texts)),
            providers: some(&query.providers),
            categories: some(&query.categories),
            types,
            statuses: query
                .statuses
                .iter()
                .map(|status| match status {
                    StatusFilter::NotChecked => Status::NotChecked,
                    StatusFilter::Disabled => Status::Disabled,
                    StatusFilter::Expired => Status::Expired(now),
                    StatusFilter::Unreadable => Status::Unreadable,
                    StatusFilter::Dormant(_) => Status::Dormant(dormant.0.clone(), dormant.1, now),
                    StatusFilter::Unconnected(methods) => {
                        let waiting =
                            |method: &Connectable| Some((*codes.get(&method.provider)?, fitting(method, &shapes)));
                        Status::Unconnected(methods.iter().filter_map(waiting).collect(), now)
                    }
                    // No row has this number.
                    StatusFilter::Verdict(kind) => Status::Verdict(codes.get(kind).copied().unwrap_or(-1)),
                })
                .collect(),
            marks: marks.into_iter().filter_map(|(bit, wanted)| Some((bit, wanted?))).collect(),
            times: times.into_iter().filter_map(|(column, when)| Some((column, when?))).collect(),
            lookup_key: query.lookup_key.clone(),
            tail: query.tail.clone(),
            duplicate: query.duplicate,
        })
    }

    fn has_words(&self) -> bool {
        self.matching.is_some() || !self.short.is_empty()
    }

    /// Whether anything but words is asked for.
    fn has_conditions(&self) -> bool {
        !self.is_tallied() || self.scopes.is_some() || self.providers.is_some() || self.types.is_some() || {
            !self.statuses.is_empty() || !self.marks.is_empty()
        }
    }

    /// Nothing can match.
    pub(super) fn is_nothing(&self) -> bool {
        self.nowhere
    }

    /// Nothing is asked for.
    pub(super) fn is_everything(&self) -> bool {
        !self.has_words() && !self.has_conditions()
    }

    /// Whether the tally knows how many there are.
    fn is_tallied(&self) -> bool {
        self.categories.is_none()
            && self.times.is_empty()
            && self.lookup_key.is_none()
            && self.tail.is_none()
            && !self.duplicate
            && !self
                .statuses
                .iter()
                .any(|status| matches!(status, Status::Expired(_) | Status::Unconnected(..) | Status::Dormant(..)))
    }

    /// How many match, where that is known without looking at rows.
    pub(super) async fn tallied(&self, tx: &mut SqliteConnection) -> Result<Option<u32>, VaultError> {
        if self.has_words() || !self.is_tallied() {
            return Ok(None);
        }
        let mut sql = Statement::new("SELECT coalesce(sum(f.total), 0) FROM list_tally f WHERE ");
        push_in(&mut sql, "f.scope", self.scopes.as_deref().unwrap_or(&[ALL_SCOPES]));
        self.push_tallied(&mut sql);
        Ok(Some(super::super::small(sql.build_query_scalar::<i64>().fetch_one(tx).await?)))
    }

    /// Where matching rows come from.
    pub(super) fn source(&self) -> Source {
        Source {
            words: self.matching.is_some(),
            short: !self.short.is_empty(),
            entry: !self.has_words() || self.has_conditions(),
        }
    }

    /// The conditions on what a source gives.
    pub(super) fn push_conditions(&self, source: &Source, sql: &mut Statement) {
        sql.push(" WHERE 1");
        if let Some(matching) = &self.matching {
            sql.push(" AND t.words MATCH ").push_bind(matching.clone());
        }
        push_like(sql, &self.short);
        if source.entry {
            self.push_entry(sql);
        }
    }

    /// The same conditions on rows of `list_entry`, which are called `f`, for a filter without words.
    pub(super) fn push_entry(&self, sql: &mut Statement) {
        if let Some(scopes) = &self.scopes {
            sql.push(" AND ");
            push_in(sql, "f.scope", scopes);
        }
        self.push_tallied(sql);
        if let Some(categories) = &self.categories {
            sql.push(" AND ");
            push_in(sql, "f.category", categories);
        }
        for (column, when) in &self.times {
            // The unary plus keeps SQLite from an index that most rows stand in; few rows have an end.
            sql.push(if matches!(*column, "expires" | "remind") { " AND f." } else { " AND +f." }).push(*column);
            match when {
                When::Never => sql.push(" = 0"),
                When::Ever => sql.push(" > 0"),
                When::Since(from) => sql.push(" >= ").push_bind(*from),
                When::Between(from, to) => {
                    sql.push(" >= ").push_bind(*from).push(" AND f.").push(*column).push(" < ").push_bind(*to)
                }
                When::Before(to) => sql.push(" > 0 AND f.").push(*column).push(" < ").push_bind(*to),
            };
        }
        if let Some(key) = &self.lookup_key {
            // The greatest character ends the range of all that begin like this.
            sql.push(" AND f.docid IN (SELECT docid FROM credential WHERE lookup_key >= ").push_bind(key.clone());
            sql.push(" AND lookup_key < ").push_bind(format!("{key}\u{10ffff}")).push(")");
        }
        if let Some(tail) = &self.tail {
            sql.push(" AND f.docid IN (SELECT c.docid FROM sealed_field s JOIN credential c ON c.id = s.credential_id");
            sql.push(" WHERE s.tail = ").push_bind(tail.clone()).push(")");
        }
        if self.duplicate {
            sql.push(
                " AND f.docid IN (SELECT c.docid FROM list_shared d
                    CROSS JOIN sealed_field s ON s.fingerprint = d.fingerprint
                    CROSS JOIN credential c ON c.id = s.credential_id)",
            );
        }
    }

    /// The conditions that rows of the tally can be asked, too.
    fn push_tallied(&self, sql: &mut Statement) {
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
        if self.statuses.is_empty() {
            return;
        }
        if let [Status::Unconnected(methods, _)] = self.statuses.as_slice() {
            // Said twice, because only so the index of providers is of use.
            let providers: Vec<i64> = methods.iter().map(|(provider, _)| *provider).collect();
            sql.push(" AND ");
            push_in(sql, "f.provider", &providers);
        }
        sql.push(" AND (");
        for (at, status) in self.statuses.iter().enumerate() {
            if at > 0 {
                sql.push(" OR ");
            }
            match status {
                Status::NotChecked => sql.push("f.verdict = 0 AND f.marks & ").push_bind(ENABLED).push(" <> 0"),
                Status::Disabled => sql.push("f.marks & ").push_bind(ENABLED).push(" = 0"),
                Status::Unreadable => sql.push("f.marks & ").push_bind(UNREADABLE).push(" <> 0"),
                Status::Dormant(scopes, types, now) => {
                    sql.push("f.marks & ").push_bind(ENABLED).push(" <> 0 AND (+f.expires = 0 OR +f.expires > ");
                    sql.push_bind(*now).push(") AND f.types & ~").push_bind(*types).push(" = 0 AND ");
                    push_in(sql, "f.scope", scopes);
                    &mut *sql
                }
                Status::Expired(now) => sql.push("f.expires > 0 AND f.expires <= ").push_bind(*now),
                Status::Unconnected(methods, now) => {
                    sql.push("f.marks & ").push_bind(ENABLED | CONNECTED).push(" = ").push_bind(ENABLED);
                    // The unary plus keeps SQLite from an index that nearly all rows are read by.
                    sql.push(" AND (+f.expires = 0 OR +f.expires > ").push_bind(*now).push(") AND (0");
                    for (provider, shapes) in methods {
                        sql.push(" OR f.provider = ").push_bind(*provider).push(" AND ");
                        push_in(sql, "f.shape", shapes);
                    }
                    sql.push(")")
                }
                Status::Verdict(code) => {
                    sql.push("f.verdict = ").push_bind(*code).push(" AND f.marks & ").push_bind(ENABLED).push(" <> 0")
                }
            };
        }
        sql.push(")");
    }
}

fn push_in(sql: &mut Statement, column: &'static str, numbers: &[i64]) {
    sql.push(column).push(" IN (");
    let mut separated = sql.separated(", ");
    for number in numbers {
        separated.push_bind(*number);
    }
    sql.push(")");
}

fn push_like(sql: &mut Statement, patterns: &[String]) {
    for pattern in patterns {
        sql.push(" AND w.c0 LIKE ").push_bind(pattern.clone()).push(r" ESCAPE '\'");
    }
}

/// The numbers of texts, as far as they have one.
async fn codes(texts: &[String], tx: &mut SqliteConnection) -> Result<HashMap<String, i64>, VaultError> {
    let texts = serde_json::json!(texts).to_string();
    let rows = sqlx::query!("SELECT word, code FROM list_word WHERE word IN (SELECT value FROM json_each(?))", texts);
    Ok(rows.fetch_all(tx).await?.into_iter().map(|row| (row.word, row.code)).collect())
}

/// The numbers of the organisations that use bundled keys.
async fn bundled(tx: &mut SqliteConnection) -> Result<Vec<i64>, VaultError> {
    let rows = sqlx::query_scalar!(
        "SELECT w.code FROM organisation o JOIN list_word w ON w.word = o.id WHERE o.mode = 'bundled'"
    );
    Ok(rows.fetch_all(tx).await?)
}

/// Sign-in methods with the plain fields that are filled, and their numbers.
type Shapes = Vec<(i64, String, Vec<String>)>;

async fn shapes(tx: &mut SqliteConnection) -> Result<Shapes, VaultError> {
    let rows = sqlx::query!("SELECT code, auth, filled FROM list_shape").fetch_all(tx).await?;
    let read =
        |text: &str| serde_json::from_str(text).map_err(|_| VaultError::Damaged("a shape of the list".to_owned()));
    rows.into_iter().map(|row| Ok((row.code, row.auth, read(&row.filled)?))).collect()
}

/// The shapes with which a credential could be connected.
fn fitting(method: &Connectable, shapes: &Shapes) -> Vec<i64> {
    let fits = |auth: &String, filled: &[String]| {
        *auth == method.auth
            && method.filled.iter().all(|field| filled.contains(field))
            && !method.empty.iter().any(|field| filled.contains(field))
    };
    shapes.iter().filter(|(_, auth, filled)| fits(auth, filled)).map(|(code, ..)| *code).collect()
}

/// The bits of types, as far as they have one.
async fn bits(types: &[String], tx: &mut SqliteConnection) -> Result<i64, VaultError> {
    let types = serde_json::json!(types).to_string();
    let rows = sqlx::query_scalar!("SELECT bit FROM list_type WHERE type IN (SELECT value FROM json_each(?))", types);
    Ok(rows.fetch_all(tx).await?.into_iter().fold(0, |mask, bit| mask | 1 << bit))
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
pub(super) async fn ending(scopes: Option<&String>, now: i64, tx: &mut SqliteConnection) -> Result<u32, VaultError> {
    let mut sql = Statement::new("SELECT count(*) FROM list_entry e WHERE e.remind > 0 AND e.remind <= ");
    sql.push_bind(now).push(" AND e.marks & ").push_bind(ENABLED | UNREADABLE).push(" = ").push_bind(ENABLED);
    sql.push(" AND e.verdict <> coalesce((SELECT code FROM list_word WHERE word = ").push_bind(REJECTED).push("), -1)");
    if let Some(scopes) = scopes {
        // The unary plus keeps SQLite from an index that most rows stand in; few rows are about to end.
        sql.push(" AND +e.scope IN (SELECT value FROM json_each(").push_bind(scopes.clone()).push("))");
    }
    Ok(super::super::small(sql.build_query_scalar::<i64>().fetch_one(tx).await?))
}

/// Words as the database takes them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Words {
    /// For the index.
    matching: Option<String>,
    /// Words of two characters that the index may be able to help with.
    pairs: Vec<String>,
    /// Patterns for words that are too short for it.
    short: Vec<String>,
    /// One of them stands nowhere.
    nowhere: bool,
}

impl Words {
    fn of(text: &str) -> Self {
        let folded = fold(text);
        let (long, short): (Vec<&str>, Vec<&str>) =
            folded.split_whitespace().partition(|word| word.chars().count() >= SHORTEST_INDEXED);
        // What the index takes for the same letter is only certain in ASCII.
        let (pairs, short): (Vec<&str>, Vec<&str>) =
            short.into_iter().partition(|word| word.is_ascii() && word.len() + 1 == SHORTEST_INDEXED);
        let matching = long.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" AND ");
        Self {
            matching: (!matching.is_empty()).then_some(matching),
            pairs: pairs.into_iter().map(str::to_owned).collect(),
            short: short.into_iter().map(pattern).collect(),
            nowhere: false,
        }
    }

    /// Has the index look for words of two characters where that is quicker. In the texts of credentials every part
    /// ends with a line's end, so each such word begins a group of three.
    async fn widened(mut self, tx: &mut SqliteConnection) -> Result<Self, VaultError> {
        for pair in std::mem::take(&mut self.pairs) {
            let groups: Vec<(String, i64)> =
                sqlx::query_as("SELECT term, doc FROM list_trigram WHERE term >= ? AND term < ? LIMIT ?")
                    .bind(&pair)
                    .bind(format!("{pair}\u{10ffff}"))
                    .bind(i64::try_from(MOST_GROUPS).unwrap_or(i64::MAX).saturating_add(1))
                    .fetch_all(&mut *tx)
                    .await?;
            let many = groups.len() > MOST_GROUPS || groups.iter().map(|(_, rows)| rows).sum::<i64>() > MOST_IN_GROUPS;
            if groups.is_empty() {
                self.nowhere = true;
            } else if many || groups.iter().any(|(group, _)| group.contains('\0')) {
                self.short.push(pattern(&pair));
            } else {
                let any = groups.iter().map(|(group, _)| quoted(group)).collect::<Vec<_>>().join(" OR ");
                let before = self.matching.take().map_or_else(String::new, |matching| format!("{matching} AND "));
                self.matching = Some(format!("{before}({any})"));
            }
        }
        Ok(self)
    }
}

/// A quoted phrase has no operators; a quotation mark inside is doubled (<https://sqlite.org/fts5.html>).
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

fn pattern(word: &str) -> String {
    format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_index_and_short_ones_escaped_for_patterns() {
        let words = Words::of(" Acme \"OR\" 5% a_b x\\ ");
        assert_eq!(words.matching.as_deref(), Some(r#""acme" AND """or""" AND "a_b""#));
        assert_eq!(words.pairs, ["5%", "x\\"]);
        assert_eq!(Words::of("% ü").short, [r"%\%%", "%ü%"]);
        assert_eq!(Words::of("  "), Words::default());
    }
}
