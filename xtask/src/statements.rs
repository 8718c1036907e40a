//! `.sqlx`: what the compiler knows of the vault's SQL. Made by compiling the vault crate beside a database that has
//! all migrations, and compared with what is committed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::packages;
use crate::shell::{Outcome, cargo, command, root, run, say, target, words};

const CRATE: &str = "strongroom-vault";

/// Write `.sqlx` anew, after a change of SQL.
pub fn renew() -> Outcome<()> {
    packages::install(&[packages::BUILD, packages::SQL])?;
    let (fresh, committed) = (describe()?, read_all(&root().join(".sqlx"))?);
    for name in committed.keys().filter(|name| !fresh.contains_key(*name)) {
        std::fs::remove_file(root().join(".sqlx").join(name)).map_err(|e| format!("{name}: {e}"))?;
    }
    for (name, text) in &fresh {
        std::fs::write(root().join(".sqlx").join(name), text).map_err(|e| format!("{name}: {e}"))?;
    }
    say(&format!("{} statements are described in .sqlx.", fresh.len()));
    Ok(())
}

/// Whether `.sqlx` is what the SQL and the migrations give.
pub fn check() -> Outcome<()> {
    packages::install(&[packages::SQL])?;
    if describe()? == read_all(&root().join(".sqlx"))? {
        return Ok(());
    }
    Err("The SQL has changed and .sqlx has not; `cargo xtask sql` renews it.".to_owned())
}

/// Compile the vault crate beside a database, in a target folder of its own, and give back what was described.
fn describe() -> Outcome<BTreeMap<String, String>> {
    let folder = target().join("statements");
    let (database, described) = (folder.join("vault.db"), folder.join("described"));
    for old in [&database, &described] {
        let _ = if old.is_dir() { std::fs::remove_dir_all(old) } else { std::fs::remove_file(old) };
    }
    std::fs::create_dir_all(&described).map_err(|e| format!("{}: {e}", described.display()))?;
    let migrations = root().join("src-tauri/vault/migrations");
    for name in read_all(&migrations)?.keys() {
        let read = format!(".read '{}'", migrations.join(name).display());
        run(command("sqlite3").arg("-bail").arg(&database).arg(read))?;
    }
    // Statements are described only while they are compiled.
    let ours = |cargo: &mut std::process::Command| {
        cargo.env("CARGO_TARGET_DIR", &folder).env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &described);
        cargo.env("DATABASE_URL", format!("sqlite://{}", database.display()));
    };
    let mut forget = words(cargo(), &format!("clean --quiet -p {CRATE}"));
    ours(&mut forget);
    run(&mut forget)?;
    let mut compile = words(cargo(), &format!("check --quiet -p {CRATE}"));
    ours(&mut compile);
    run(&mut compile)?;
    read_all(&described)
}

fn read_all(folder: &Path) -> Outcome<BTreeMap<String, String>> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let text = std::fs::read_to_string(entry.path()).map_err(failed)?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    Ok(files)
}
