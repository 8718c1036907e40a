//! Credentials as they are read: everything except what is sealed.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use sqlx::SqliteConnection;

use super::{fold, small};
use crate::consumers::UsedByRow;
use crate::error::VaultError;
use crate::model::{
    CredentialId, CredentialRow, KnownVerdictRow, OrganisationId, ReplacementRow, ReplacementStage, Scope,
    SealedFieldRow, VerdictRow,
};

/// Revisions that a change has to look at.
pub(super) struct Revisions {
    /// Of the last change that a person made.
    pub content: u32,
    /// Of the last change of a value.
    pub values: u32,
}

pub(super) fn parse_scope(text: &str) -> Option<Scope> {
    if text == "system" { Some(Scope::System) } else { OrganisationId::parse(text).map(Scope::Organisation) }
}

fn damaged() -> VaultError {
    VaultError::Damaged("a credential's row cannot be read".to_owned())
}

/// A row as it comes out of the database: one JSON array, in the order of these fields. Thirty columns of a hundred rows
/// would each cross from the database's thread to ours by themselves, which takes longer than to find them.
#[derive(Deserialize)]
struct Stored {
    id: String,
    scope: String,
    scope_name: Option<String>,
    provider: String,
    auth: String,
    main_type: String,
    types: Vec<String>,
    name: String,
    lookup_key: String,
    category: String,
    enabled: i64,
    is_default: i64,
    plain: BTreeMap<String, String>,
    verdict_kind: Option<String>,
    verdict_evidence: Option<String>,
    verdict_next_step: Option<String>,
    verdict_checked_at: Option<String>,
    verdict_duration_ms: Option<i64>,
    verdict_cost: Option<String>,
    verdict_conclusive: Option<i64>,
    known_kind: Option<String>,
    known_checked_at: Option<String>,
    expires_at: Option<String>,
    created_at: String,
    created_by: String,
    updated_at: String,
    last_used_at: Option<String>,
    unreadable: i64,
    revision: i64,
    content_revision: i64,
    values_revision: i64,
    /// Tail and time of each sealed field.
    sealed: BTreeMap<String, (Option<String>, String)>,
    reminder_days: i64,
    replacement: Option<ReplacementParts>,
    mode: Option<String>,
    /// Kind, name and place of each use.
    used_by: Vec<(String, String, String)>,
}

/// The statement that reads credentials, with what stands for their replacement and for who uses them. `run` waits for
/// it, and what only a list shows would take it a tenth of a millisecond to compile.
macro_rules! find {
    ($connection:expr, $replacement:literal, $used_by:literal, $wanted:literal, $parameter:expr) => {
        sqlx::query_scalar!(
            "SELECT json_group_array(json_array(c.id, c.scope, o.name, c.provider, c.auth, c.main_type, json(c.types),
                c.name, c.lookup_key, c.category, c.enabled, c.is_default, json(c.plain), c.verdict_kind,
                c.verdict_evidence, c.verdict_next_step, c.verdict_checked_at, c.verdict_duration_ms, c.verdict_cost,
                c.verdict_conclusive, c.known_kind, c.known_checked_at, c.expires_at, c.created_at, c.created_by,
                c.updated_at, c.last_used_at, c.unreadable, c.revision, c.content_revision, c.values_revision,
                json((SELECT json_group_object(s.field, json_array(s.tail, s.set_at)) FROM sealed_field s
                    WHERE s.credential_id = c.id)),
                c.reminder_days, json("
                + $replacement
                + "), o.mode, json("
                + $used_by
                + "))) AS \"rows!: String\"
             FROM credential c LEFT JOIN organisation o ON o.id = c.scope WHERE "
                + $wanted
                + " IN (SELECT value FROM json_each(?))",
            $parameter
        )
        .fetch_one($connection)
        .await?
    };
}

/// Reads credentials by id, in the order of the ids; ids that do not exist are left out.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    ids: &[String],
) -> Result<Vec<(CredentialRow, Revisions)>, VaultError> {
    let wanted = serde_json::json!(ids).to_string();
    let rows = find!(
        connection,
        "(SELECT json_array(r.stage, r.started_at, r.started_by, json_array(r.values_revision, r.revision),
            json(r.plain), json(r.verdict),
            (SELECT json_group_object(f.field, f.tail) FROM replacement_field f WHERE f.credential_id = c.id))
          FROM replacement r WHERE r.credential_id = c.id)",
        "(SELECT json_group_array(json_array(u.kind, u.name, u.slot)) FROM (
            SELECT * FROM (SELECT n.kind, n.name, a.slot FROM assignment a JOIN consumer n ON n.id = a.consumer_id
                WHERE a.credential_id = c.id ORDER BY n.kind, n.name_folded, a.position)
            UNION ALL
            SELECT * FROM (SELECT 'program', d.program, c.lookup_key FROM delivered d
                WHERE d.credential_id = c.id ORDER BY d.last_at DESC LIMIT 10)) u)",
        "c.id",
        wanted
    );
    let mut found: HashMap<String, (CredentialRow, Revisions)> =
        rows_of(&rows)?.into_iter().map(|found| (found.0.id.to_string(), found)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Reads the credentials that have one of these lookup keys, in the order of their names, for somebody who is going to
/// choose of them: without who uses them, and without what may be replacing them.
pub(super) async fn read_named(
    connection: &mut SqliteConnection,
    lookup_keys: &[String],
) -> Result<Vec<CredentialRow>, VaultError> {
    let wanted = serde_json::json!(lookup_keys).to_string();
    let rows = find!(connection, "NULL", "'[]'", "c.lookup_key", wanted);
    let mut rows: Vec<CredentialRow> = rows_of(&rows)?.into_iter().map(|(row, _)| row).collect();
    rows.sort_by_cached_key(|row| (fold(&row.name), row.id.to_string()));
    Ok(rows)
}

fn rows_of(rows: &str) -> Result<Vec<(CredentialRow, Revisions)>, VaultError> {
    let rows: Vec<Stored> = serde_json::from_str(rows).map_err(|_| damaged())?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let revisions = Revisions { content: small(row.content_revision), values: small(row.values_revision) };
        let sealed = row.sealed.into_iter().map(|(field, (tail, set_at))| (field, SealedFieldRow { tail, set_at }));
        let verdict = row.verdict_kind.map(|kind| VerdictRow {
            kind,
            evidence: row.verdict_evidence.unwrap_or_default(),
            next_step: row.verdict_next_step,
            checked_at: row.verdict_checked_at.unwrap_or_default(),
            duration_ms: small(row.verdict_duration_ms.unwrap_or_default()),
            cost: row.verdict_cost.unwrap_or_default(),
            conclusive: row.verdict_conclusive.unwrap_or_default() != 0,
        });
        let credential = CredentialRow {
            id: CredentialId::parse(&row.id).ok_or_else(damaged)?,
            scope: parse_scope(&row.scope).ok_or_else(damaged)?,
            scope_name: row.scope_name.unwrap_or(row.scope),
            provider: row.provider,
            auth: row.auth,
            main_type: row.main_type,
            types: row.types,
            name: row.name,
            lookup_key: row.lookup_key,
            category: row.category,
            enabled: row.enabled != 0,
            default: row.is_default != 0,
            plain: row.plain,
            sealed: sealed.collect(),
            verdict,
            last_known: row
                .known_kind
                .zip(row.known_checked_at)
                .map(|(kind, checked_at)| KnownVerdictRow { kind, checked_at }),
            expires_at: row.expires_at,
            reminder_days: small(row.reminder_days),
            replacement: row.replacement.map(replacement),
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            last_used_at: row.last_used_at,
            bundled: row.mode.as_deref() == Some("bundled"),
            used_by: row.used_by.into_iter().map(|(kind, name, slot)| UsedByRow { kind, name, slot }).collect(),
            unreadable: row.unreadable != 0,
            revision: small(row.revision),
        };
        found.push((credential, revisions));
    }
    Ok(found)
}

/// A stored verdict in the order of its fields, as it stands in one column.
pub(super) type VerdictParts = (String, String, Option<String>, String, u32, String, bool);

/// Stage, time, person, revisions, plain fields, verdict and tails of a replacement.
type ReplacementParts = (
    String,
    String,
    String,
    (u32, u32),
    BTreeMap<String, Option<String>>,
    Option<VerdictParts>,
    BTreeMap<String, Option<String>>,
);

fn replacement(parts: ReplacementParts) -> ReplacementRow {
    let (stage, started_at, started_by, (values_revision, revision), plain, verdict, tails) = parts;
    let verdict = verdict.map(|(kind, evidence, next_step, checked_at, duration_ms, cost, conclusive)| VerdictRow {
        kind,
        evidence,
        next_step,
        checked_at,
        duration_ms,
        cost,
        conclusive,
    });
    let stage = if stage == "new" { ReplacementStage::New } else { ReplacementStage::Old };
    ReplacementRow { stage, tails, plain, verdict, started_at, started_by, values_revision, revision }
}

/// Reads one credential.
pub(super) async fn read_one(
    connection: &mut SqliteConnection,
    id: CredentialId,
) -> Result<(CredentialRow, Revisions), VaultError> {
    read(connection, &[id.to_string()]).await?.pop().ok_or(VaultError::NotFound("credential"))
}
