//! Lists of credentials: filtered, searched, paged by key, and counted.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::credentials::scopes_json;
use super::{Vault, fold, now, rows, small};
use crate::error::VaultError;
use crate::model::{Counts, ListQuery, Page, Scope, StatusFilter};

/// Largest page.
const LARGEST_PAGE: u32 = 1000;
/// The index knows groups of three characters; shorter words are looked for one row at a time.
const SHORTEST_INDEXED: usize = 3;

/// A search as the database takes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Search {
    /// For the index.
    matching: Option<String>,
    /// Patterns for words that are too short for it, as a JSON array.
    like: Option<String>,
}

impl Search {
    fn of(text: Option<&str>) -> Self {
        let folded = fold(text.unwrap_or_default());
        let (long, short): (Vec<&str>, Vec<&str>) =
            folded.split_whitespace().partition(|word| word.chars().count() >= SHORTEST_INDEXED);
        // A quoted phrase has no operators; a quotation mark inside is doubled (<https://sqlite.org/fts5.html>).
        let matching =
            long.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect::<Vec<_>>().join(" ");
        let like: Vec<String> = short
            .iter()
            .map(|word| format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")))
            .collect();
        Self {
            matching: (!matching.is_empty()).then_some(matching),
            like: (!like.is_empty()).then(|| serde_json::json!(like).to_string()),
        }
    }
}

fn read_cursor(cursor: &str) -> Result<(String, String), VaultError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| VaultError::BadCursor)?;
    serde_json::from_slice(&bytes).map_err(|_| VaultError::BadCursor)
}

impl Vault {
    /// A page of credentials by name, and among equal names by id.
    ///
    /// # Errors
    /// [`VaultError::BadCursor`], and whatever SQLite answers.
    pub async fn list(&self, query: &ListQuery) -> Result<Page, VaultError> {
        let limit = query.limit.clamp(1, LARGEST_PAGE);
        let (after_name, after_id) = query.after.as_deref().map(read_cursor).transpose()?.unzip();
        let scopes = scopes_json(query.scopes.as_deref());
        let search = Search::of(query.search.as_deref());
        let (status, verdict) = match &query.status {
            None => ("any", None),
            Some(StatusFilter::NotChecked) => ("not_checked", None),
            Some(StatusFilter::Disabled) => ("disabled", None),
            Some(StatusFilter::Expired) => ("expired", None),
            Some(StatusFilter::Unreadable) => ("unreadable", None),
            Some(StatusFilter::Verdict(kind)) => ("verdict", Some(kind.as_str())),
        };
        let (now, rows_wanted) = (now(), i64::from(limit) + 1);
        let mut connection = self.connection().await?;
        // One statement, so that the page and the total speak of the same moment.
        let found = sqlx::query!(
            r#"WITH matching AS MATERIALIZED (
                SELECT c.id, c.name_folded FROM credential c
                WHERE (?1 IS NULL OR c.scope IN (SELECT value FROM json_each(?1)))
                  AND (?2 IS NULL OR EXISTS (SELECT 1 FROM credential_type t WHERE t.type = ?2 AND t.credential_id = c.id))
                  AND (?3 IS NULL OR c.provider = ?3)
                  AND CASE ?4
                        WHEN 'any' THEN 1
                        WHEN 'not_checked' THEN c.verdict_kind IS NULL
                        WHEN 'disabled' THEN c.enabled = 0
                        WHEN 'expired' THEN c.expires_at IS NOT NULL AND c.expires_at <= ?5
                        WHEN 'unreadable' THEN c.unreadable = 1
                        ELSE c.enabled = 1 AND c.verdict_kind = ?6
                      END
                  AND (?7 IS NULL OR c.docid IN (SELECT rowid FROM credential_text WHERE credential_text MATCH coalesce(?7, '""')))
                  AND (?8 IS NULL OR NOT EXISTS (
                        SELECT 1 FROM json_each(?8) p
                        WHERE (SELECT w.words FROM credential_text w WHERE w.rowid = c.docid) NOT LIKE p.value ESCAPE '\'))
            )
            SELECT (SELECT COUNT(*) FROM matching) AS "total!: i64",
                   (SELECT json_group_array(json_array(name_folded, id)) FROM (
                        SELECT name_folded, id FROM matching
                        WHERE ?9 IS NULL OR (name_folded, id) > (?9, ?10)
                        ORDER BY name_folded, id LIMIT ?11)) AS "page!: String""#,
            scopes, query.r#type, query.provider, status, now, verdict, search.matching, search.like, after_name, after_id, rows_wanted
        )
        .fetch_one(&mut *connection)
        .await?;
        let mut keys: Vec<(String, String)> =
            serde_json::from_str(&found.page).map_err(|_| VaultError::Database("SQLite gave no list".to_owned()))?;
        let more = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        let next = keys.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(serde_json::json!(last).to_string()));
        let ids: Vec<String> = keys.into_iter().map(|(_, id)| id).collect();
        let items = rows::read(&mut connection, &ids).await?.into_iter().map(|(row, _)| row).collect();
        Ok(Page { items, next, total: small(found.total) })
    }

    /// How many credentials there are in these scopes, in all and by type; `None` for every scope.
    ///
    /// # Errors
    /// Whatever SQLite answers.
    pub async fn counts(&self, scopes: Option<&[Scope]>) -> Result<Counts, VaultError> {
        let scopes = scopes_json(scopes);
        let mut connection = self.connection().await?;
        let all = sqlx::query_scalar!(
            "SELECT COUNT(*) FROM credential WHERE ?1 IS NULL OR scope IN (SELECT value FROM json_each(?1))",
            scopes
        )
        .fetch_one(&mut *connection)
        .await?;
        let types = sqlx::query!(
            "SELECT t.type AS type, COUNT(*) AS \"count!: i64\" FROM credential_type t JOIN credential c ON c.id = t.credential_id
             WHERE ?1 IS NULL OR c.scope IN (SELECT value FROM json_each(?1)) GROUP BY t.type",
            scopes
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(Counts { all: small(all), by_type: types.into_iter().map(|row| (row.r#type, small(row.count))).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_index_and_escaped_for_patterns() {
        let search = Search::of(Some(" Acme \"OR\" 5% a_b x\\ "));
        assert_eq!(search.matching.as_deref(), Some(r#""acme" """or""" "a_b""#));
        assert_eq!(search.like.as_deref(), Some(r#"["%5\\%%","%x\\\\%"]"#));
        assert_eq!(Search::of(Some("  ")), Search::default());
    }
}
