//! The list of a vault with 100,000 credentials in 200 organisations:
//! `measure-list --cli PROGRAM [--credentials N] [--organisations N] [--rounds N]`.
//!
//! Measured from the core, as the window calls it: the first page with the counts, and searches, filters and orders of
//! many kinds, also rare and bad ones; then opening, beside an empty vault, and one whole run of the command line.
//! The credentials are written past the core, because sealing each one would take hours; nothing here opens a secret.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use strongroom_app::views::{ListRequest, ListSort, OrganisationCreateRequest};
use strongroom_app::{Actor, NewVaultRequest, SecretText, Strongroom, StrongroomSettings};
use strongroom_bench::{Measured, finish, median, option, say};

/// 32 fake bytes in base64.
const MASTER_KEY: &str = "RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=";
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
/// What is asked for, each in its turn: frequent words, rare ones, short ones, none, operators alone and together.
const SEARCHES: [&str; 30] = [
    "production",
    "support europe",
    "anthropic",
    "twilio production",
    "042137",
    "ACFAKE000",
    "api_key",
    "xylophone",
    "x",
    "eu",
    "eu ma",
    "provider:twilio",
    "provider:twilio status:limited",
    "type:llm",
    "type:webhook",
    "type:llm status:rejected",
    "status:rejected",
    "status:works",
    "status:not_checked,unknown",
    "enabled:no",
    "org:\"Organisation 117\"",
    "org:\"Organisation 117\" billing",
    "expires:<30d",
    "expires:<365d type:llm",
    "used:0",
    "used:>90d status:works",
    "checked:>7d provider:twilio",
    "category:communication main",
    "tail:00ff",
    "key:TWILIO production",
];
const SORTS: [Option<ListSort>; 4] = [None, Some(ListSort::Provider), Some(ListSort::Status), Some(ListSort::Checked)];

fn number(name: &str, usual: usize) -> Measured<usize> {
    Ok(option(name).map_or(Ok(usual), |text| text.parse())?)
}

fn open(home: &Path) -> Strongroom {
    let master_key = Some(SecretText::new(MASTER_KEY.to_owned()));
    Strongroom::new(StrongroomSettings { home: Some(home.to_owned()), master_key, passphrase: None })
}

/// An empty vault with so many organisations.
async fn found(home: &Path, organisations: usize) -> Measured<()> {
    let app = open(home);
    let new = NewVaultRequest {
        person: Some("Bench".to_owned()),
        organisation: Some("Organisation 0".to_owned()),
        recovery_kit: None,
        passphrase: None,
        demonstration: true,
    };
    app.create(new).await?;
    let actor = app.actor().await?;
    for n in 1..organisations {
        app.create_organisation(&actor, OrganisationCreateRequest { name: format!("Organisation {n}") }).await?;
    }
    Ok(app.close().await?)
}

/// Fills the vault, all in one transaction.
async fn furnish(home: &Path, credentials: usize) -> Measured<()> {
    let app = open(home);
    let providers = app.providers();
    app.close().await?;
    let file =
        SqliteConnectOptions::new().filename(home.join("vault.db")).foreign_keys(true).disable_statement_logging();
    let mut connection = file.connect().await?;
    let mut tx = connection.begin().await?;
    sqlx::query("CREATE TEMP TABLE b_provider (k INTEGER PRIMARY KEY, id, main, types, key, category)")
        .execute(&mut *tx)
        .await?;
    for (k, provider) in providers.iter().enumerate() {
        let types: Vec<&str> = provider.types.iter().map(|kind| kind.id()).collect();
        sqlx::query("INSERT INTO b_provider VALUES (?, ?, ?, ?, ?, ?)")
            .bind(i64::try_from(k)?)
            .bind(&provider.id)
            .bind(types.first().copied().unwrap_or("general"))
            .bind(serde_json::json!(types).to_string())
            .bind(&provider.lookup_key)
            .bind(provider.category.id())
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
         SELECT i + 1, printf('01900000-0000-7000-8000-%012x', i), s.id, p.id, 'api-key', p.main,
            printf('%s %s %s %06d', p.id, json_extract(?3, '$[' || (a % 16) || ']'), json_extract(?3, '$[' || (b % 16) || ']'), i),
            lower(printf('%s %s %s %06d', p.id, json_extract(?3, '$[' || (a % 16) || ']'), json_extract(?3, '$[' || (b % 16) || ']'), i)),
            p.key, p.category, i % 20 <> 7, 0, json_object('account', printf('ACFAKE%026x', i * 2654435761 % 4294967296)), p.types,
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
        "INSERT INTO credential_text (rowid, words)
         SELECT docid, name_folded || char(10) || provider || char(10) || lower(lookup_key) || char(10)
            || lower(plain ->> '$.account') || char(10) FROM credential",
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

/// The time below which `share` of these lie.
fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() as f64 * share).ceil() as usize;
    times.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

async fn first_page(app: &Strongroom, actor: &Actor) -> Measured<f64> {
    let started = Instant::now();
    let page = app.list(actor, ListRequest::default()).await?;
    let counts = app.counts(actor, None).await?;
    let took = started.elapsed().as_secs_f64();
    if page.items.is_empty() || counts.all != page.total {
        return Err("the counts and the list differ".into());
    }
    Ok(took)
}

async fn core(home: &Path, rounds: usize) -> Measured<()> {
    let app = open(home);
    let actor = app.actor().await?;
    let cold = first_page(&app, &actor).await?;
    let mut first = Vec::new();
    for _ in 0..rounds * 10 {
        first.push(first_page(&app, &actor).await?);
    }
    say(&format!(
        "  first page and counts            {:>6.2} ms, 95th percentile {:.2} ms, the very first {:.2} ms",
        median(&first) * 1e3,
        percentile(&mut first, 0.95) * 1e3,
        cold * 1e3
    ));
    let (mut all, mut slowest) = (Vec::new(), Vec::new());
    for search in SEARCHES {
        for sort in SORTS {
            let mut times = Vec::new();
            for _ in 0..rounds {
                let request = ListRequest { search: Some(search.to_owned()), sort, ..ListRequest::default() };
                let started = Instant::now();
                app.list(&actor, request).await?;
                times.push(started.elapsed().as_secs_f64());
            }
            slowest.push((median(&times), search, sort));
            all.extend(times);
        }
    }
    say(&format!(
        "  {} searches, filters and orders  {:>6.2} ms, 95th percentile {:.2} ms",
        slowest.len(),
        median(&all) * 1e3,
        percentile(&mut all, 0.95) * 1e3
    ));
    slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (took, search, sort) in slowest.iter().take(8) {
        say(&format!("    {:>6.2} ms  {search}  by {:?}", took * 1e3, sort.unwrap_or(ListSort::Name)));
    }
    Ok(app.close().await?)
}

async fn opening(home: &Path, rounds: usize) -> Measured<f64> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let app = open(home);
        let started = Instant::now();
        app.startup().await;
        times.push(started.elapsed().as_secs_f64());
        app.close().await?;
    }
    Ok(median(&times))
}

/// One whole run of the command line, in seconds.
fn command_line(cli: &str, home: &Path, rounds: usize, search: &str) -> Measured<f64> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let mut command = Command::new(cli);
        command.args(["list", "--json", "--search", search]).env("STRONGROOM_HOME", home);
        command.env("STRONGROOM_MASTER_KEY", MASTER_KEY).env_remove("STRONGROOM_ORG");
        let started = Instant::now();
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
        times.push(started.elapsed().as_secs_f64());
        if !status.success() {
            return Err(format!("the list ended with {status}").into());
        }
    }
    Ok(median(&times))
}

async fn measure() -> Measured<()> {
    let cli = option("cli").ok_or("--cli PROGRAM is needed")?;
    let (credentials, organisations) = (number("credentials", 100_000)?, number("organisations", 200)?);
    let rounds = number("rounds", 9)?;
    let folder = tempfile::tempdir()?;
    let (empty, full) = (folder.path().join("empty"), folder.path().join("full"));
    found(&empty, 1).await?;
    found(&full, organisations).await?;
    furnish(&full, credentials).await?;
    say(&format!("The list of {credentials} credentials in {organisations} organisations, medians"));
    core(&full, rounds).await?;
    let (bare, filled) = (opening(&empty, rounds).await?, opening(&full, rounds).await?);
    say(&format!("  opening                          {:>6.2} ms, an empty vault {:.2} ms", filled * 1e3, bare * 1e3));
    for search in ["x", "production", "042137"] {
        let took = command_line(&cli, &full, rounds, search)?;
        say(&format!("  strongroom list --json --search {search:<11} {:>6.1} ms", took * 1e3));
    }
    Ok(())
}

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finish(Err(error.into())),
    };
    finish(runtime.block_on(measure()))
}
