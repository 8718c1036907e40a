//! Credentials as they are read: everything except what is sealed.

use std::collections::{BTreeMap, HashMap};

use sqlx::SqliteConnection;

use super::small;
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

/// Reads credentials by id, in the order of the ids; ids that do not exist are left out.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    ids: &[String],
) -> Result<Vec<(CredentialRow, Revisions)>, VaultError> {
    let wanted = serde_json::json!(ids).to_string();
    let rows = sqlx::query!(
        "SELECT c.id, c.scope, o.name AS \"scope_name?\", c.provider, c.auth, c.main_type, c.types, c.name, c.lookup_key,
            c.category, c.enabled, c.is_default, c.plain, c.verdict_kind, c.verdict_evidence, c.verdict_next_step,
            c.verdict_checked_at, c.verdict_duration_ms, c.verdict_cost, c.verdict_conclusive, c.known_kind,
            c.known_checked_at, c.expires_at, c.created_at, c.created_by, c.updated_at, c.last_used_at, c.unreadable,
            c.revision, c.content_revision, c.values_revision,
            (SELECT json_group_object(s.field, json_array(s.tail, s.set_at)) FROM sealed_field s
             WHERE s.credential_id = c.id) AS \"sealed!: String\",
            c.reminder_days,
            (SELECT json_array(r.stage, r.started_at, r.started_by, json_array(r.values_revision, r.revision), json(r.plain), json(r.verdict),
                (SELECT json_group_object(f.field, f.tail) FROM replacement_field f WHERE f.credential_id = c.id))
             FROM replacement r WHERE r.credential_id = c.id) AS \"replacement: String\"
         FROM credential c LEFT JOIN organisation o ON o.id = c.scope
         WHERE c.id IN (SELECT value FROM json_each(?))",
        wanted
    )
    .fetch_all(connection)
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let revisions = Revisions { content: small(row.content_revision), values: small(row.values_revision) };
        let sealed: BTreeMap<String, (Option<String>, String)> =
            serde_json::from_str(&row.sealed).map_err(|_| damaged())?;
        let sealed = sealed.into_iter().map(|(field, (tail, set_at))| (field, SealedFieldRow { tail, set_at }));
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
            types: serde_json::from_str(&row.types).map_err(|_| damaged())?,
            name: row.name,
            lookup_key: row.lookup_key,
            category: row.category,
            enabled: row.enabled != 0,
            default: row.is_default != 0,
            plain: serde_json::from_str(&row.plain).map_err(|_| damaged())?,
            sealed: sealed.collect(),
            verdict,
            last_known: row
                .known_kind
                .zip(row.known_checked_at)
                .map(|(kind, checked_at)| KnownVerdictRow { kind, checked_at }),
            expires_at: row.expires_at,
            reminder_days: small(row.reminder_days),
            replacement: row.replacement.as_deref().map(replacement).transpose()?,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            last_used_at: row.last_used_at,
            unreadable: row.unreadable != 0,
            revision: small(row.revision),
        };
        found.insert(row.id, (credential, revisions));
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
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

fn replacement(text: &str) -> Result<ReplacementRow, VaultError> {
    let (stage, started_at, started_by, (values_revision, revision), plain, verdict, tails): ReplacementParts =
        serde_json::from_str(text).map_err(|_| damaged())?;
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
    Ok(ReplacementRow { stage, tails, plain, verdict, started_at, started_by, values_revision, revision })
}

/// Reads one credential.
pub(super) async fn read_one(
    connection: &mut SqliteConnection,
    id: CredentialId,
) -> Result<(CredentialRow, Revisions), VaultError> {
    read(connection, &[id.to_string()]).await?.pop().ok_or(VaultError::NotFound("credential"))
}
