//! A vault with more credentials than anybody types in. They are written past the core, because sealing each one would
//! take hours; nothing that measures lists opens a secret.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use strongroom_app::views::{OrganisationCreateRequest, OrganisationSelectRequest};

use crate::Measured;
use crate::vault::{create, open};

const SUBJECTS: [&str; 16] = [
    "production",
    "staging",
    "evaluation",
    "fallback",
    "narration",
    "billing",
    "campaign",
    "support",
    "alerts",
    "India",
    "Europe",
    "main",
    "backup",
    "reporting",
    "nightly",
    "sandbox",
];

/// Makes an empty vault with so many organisations.
///
/// # Errors
/// Where the vault cannot be made.
pub async fn found(home: &Path, organisations: usize) -> Measured<()> {
    let app = create(home, "Organisation 0").await?;
    let actor = app.actor().await?;
    for n in 1..organisations {
        app.create_organisation(&actor, OrganisationCreateRequest { name: format!("Organisation {n}") }).await?;
    }
    Ok(app.close().await?)
}

/// Fills the vault, all in one transaction.
///
/// # Errors
/// Where the vault cannot be written.
pub async fn furnish(home: &Path, credentials: usize) -> Measured<()> {
    let app = open(home);
    let providers = app.providers();
    // The window shows all of them.
    app.select_organisation(&app.actor().await?, OrganisationSelectRequest { id: None }).await?;
    app.close().await?;
    let file =
        SqliteConnectOptions::new().filename(home.join("vault.db")).foreign_keys(true).disable_statement_logging();
    let mut connection = file.connect().await?;
    let mut tx = connection.begin().await?;
    sqlx::query("CREATE TEMP TABLE b_provider (k INTEGER PRIMARY KEY, id, main, types, key, category, auth)")
        .execute(&mut *tx)
        .await?;
    for (k, provider) in providers.iter().enumerate() {
        let types: Vec<&str> = provider.types.iter().map(|kind| kind.id()).collect();
        // Those that could connect an account wait for it.
        let auth = provider.auth.iter().find(|auth| auth.oauth.is_some()).or(provider.auth.first());
        sqlx::query("INSERT INTO b_provider VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(i64::try_from(k)?)
            .bind(&provider.id)
            .bind(types.first().copied().unwrap_or("general"))
            .bind(serde_json::json!(types).to_string())
            .bind(&provider.lookup_key)
            .bind(provider.category.id())
            .bind(auth.map(|auth| auth.id.as_str()))
            .execute(&mut *tx)
            .await?;
    }
    sqlx::query("CREATE TEMP TABLE b_scope (k INTEGER PRIMARY KEY, id)").execute(&mut *tx).await?;
    sqlx::query("INSERT INTO b_scope SELECT row_number() OVER (ORDER BY id) - 1, id FROM organisation")
        .execute(&mut *tx)
        .await?;
    let verdicts = r#"["works","works","works","works","works","limited","rejected","no_credit","unknown",null,null]"#;
    // The factors are primes, so that what is side by side differs in everything.
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1),
         m AS (SELECT i, (i * 7919) % 65536 AS a, (i * 104729) % 65521 AS b,
                json_extract(?2, '$[' || ((i * 31337) % json_array_length(?2)) || ']') AS verdict FROM n)
         INSERT INTO credential (docid, id, scope, provider, auth, main_type, name, name_folded, lookup_key, category, enabled,
            is_default, plain, types, verdict_kind, verdict_evidence, verdict_checked_at, verdict_duration_ms, verdict_cost,
            verdict_conclusive, expires_at, created_at, created_by, last_used_at, unreadable, content_revision,
            values_revision, revision, updated_at)
         SELECT i + 1, printf('01900000-0000-7000-8000-%012x', i), s.id, p.id, p.auth, p.main,
            printf('%s %s %s %06d', p.id, json_extract(?3, '$[' || (a % 16) || ']'), json_extract(?3, '$[' || (b % 16) || ']'), i),
            lower(printf('%s %s %s %06d', p.id, json_extract(?3, '$[' || (a % 16) || ']'), json_extract(?3, '$[' || (b % 16) || ']'), i)),
            p.key, p.category, i % 20 <> 7, 0, json_object('account', printf('ACFAKE%026x', i * 2654435761 % 4294967296), 'client_id', 'FAKE'), p.types,
            verdict, iif(verdict IS NULL, NULL, 'The provider answered as expected.'),
            iif(verdict IS NULL, NULL, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (a % 40000) || ' minutes')), 120, 'free', 1,
            iif(i % 9 = 0, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+' || (b % 700) || ' days'), NULL),
            '2026-01-01T00:00:00.000Z', 'Bench',
            iif(i % 3 = 0, NULL, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (a % 300) || ' days')), 0, 1, 1, 1,
            '2026-01-01T00:00:00.000Z'
         FROM m JOIN b_provider p ON p.k = a % (SELECT count(*) FROM b_provider) JOIN b_scope s ON s.k = b % (SELECT count(*) FROM b_scope)",
    )
    .bind(i64::try_from(credentials)?)
    .bind(verdicts)
    .bind(serde_json::json!(SUBJECTS).to_string())
    .execute(&mut *tx)
    .await?;
    rest(&mut tx).await?;
    tx.commit().await?;
    Ok(connection.close().await?)
}

/// What belongs to each credential.
async fn rest(tx: &mut SqliteConnection) -> Measured<()> {
    sqlx::query("INSERT INTO credential_type SELECT t.value, c.id FROM credential c, json_each(c.types) t")
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "INSERT OR REPLACE INTO search_block (block, version, texts)
         SELECT docid / 512, docid / 512 + 1, iif(docid / 512 = 0, char(30), '') || group_concat(name_folded || char(10)
            || provider || char(10) || lower(lookup_key) || char(10) || lower(plain ->> '$.account') || char(10),
            char(30) ORDER BY docid)
         FROM credential GROUP BY docid / 512",
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO data_key SELECT c.id, 'bench-' || c.docid, (SELECT key_id FROM scope WHERE id = c.scope), 1,
            randomblob(61), c.created_at, 1, c.created_at FROM credential c",
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO sealed_field SELECT c.id, 'api_key', 'bench-' || c.docid, 1, randomblob(93),
            printf('%04x', c.docid % 65536), randomblob(32), c.created_at, 1, c.created_at FROM credential c",
    )
    .execute(tx)
    .await?;
    Ok(())
}
