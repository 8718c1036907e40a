//! What the vault is like: `status` and `doctor`.

use strongroom_vault::Examination;

use crate::actor::{Actor, Operation};
use crate::error::AppError;
use crate::keys::custody_view;
use crate::launch::stopped_view;
use crate::strongroom::Strongroom;
use crate::views::{DoctorView, FindingView, StatusView, Weight};

impl Strongroom {
    /// Vault, custody, counts and last checks. Needs no master key.
    ///
    /// # Errors
    /// Where the vault cannot be read.
    pub async fn status(&self, actor: &Actor) -> Result<StatusView, AppError> {
        let vault = self.vault().await?;
        let info = vault.info();
        let scopes = actor.visible_scopes();
        let counts = vault.standing(scopes.as_deref(), &self.states()).await?;
        Ok(StatusView {
            vault: info.id.to_string(),
            home: self.home.display().to_string(),
            created_at: info.created_at,
            custody: custody_view(info.custody),
            demonstration: info.demonstration,
            person: actor.name.clone(),
            organisations: self.organisations(actor).await?,
            credentials: counts.all,
            by_type: counts.by_type,
            by_status: counts.by_status,
            last_check_at: vault.last_check_at().await?,
            recovery_kit_made_at: info.recovery_kit_made_at,
            launch_stop: vault.launch_stop().await?.map(stopped_view),
        })
    }

    /// Examines everything: the file, the key, every sealed value, the provider files.
    ///
    /// # Errors
    /// Where the vault cannot be read at all.
    pub async fn doctor(&self, actor: &Actor) -> Result<DoctorView, AppError> {
        self.permit(actor, Operation::Vault).await?;
        let vault = self.vault().await?;
        let key = self.key_status().await;
        let mut findings = vec![FindingView {
            what: "master key".into(),
            weight: if vault.is_unlocked() { Weight::Good } else { Weight::Bad },
            message: key.message,
            hint: key.hint,
        }];
        findings.extend(examined(vault.examine().await?));
        findings.extend(self.witness_finding(vault).await?);
        let faults = self.catalogue_faults();
        if faults.is_empty() {
            findings.push(good("catalogue", format!("{} providers.", self.catalogue().providers().count())));
        }
        findings.extend(faults.iter().map(|fault| {
            let hint = "Mend the file; docs/adding-a-provider.md has the rules. The other providers work.";
            bad("catalogue", fault.to_string(), hint)
        }));
        Ok(DoctorView { healthy: findings.iter().all(|f| f.weight != Weight::Bad), findings })
    }
}

pub(crate) fn good(what: &str, message: String) -> FindingView {
    FindingView { what: what.into(), weight: Weight::Good, message, hint: None }
}

pub(crate) fn bad(what: &str, message: String, hint: &str) -> FindingView {
    FindingView { what: what.into(), weight: Weight::Bad, message, hint: Some(hint.into()) }
}

/// What the vault's own examination found, in sentences.
fn examined(found: Examination) -> Vec<FindingView> {
    let mut findings = Vec::new();
    let damage: Vec<String> = found
        .integrity
        .into_iter()
        .chain(found.foreign_keys.into_iter().map(|table| format!("{table} has rows that point nowhere")))
        .collect();
    findings.push(if damage.is_empty() {
        good("database", format!("Whole (SQLite {}, schema {}).", found.sqlite, found.schema))
    } else {
        bad("database", format!("Damaged: {}.", damage.join("; ")), "Restore the vault from a backup.")
    });
    if found.key_matches.is_some() {
        findings.push(good("credentials", format!("{} opened.", found.opened)));
    }
    for record in found.unreadable {
        findings.push(bad(
            "credentials",
            format!("“{}” does not open: {}.", record.name, record.cause),
            "The record is kept. Enter its secret again with Edit.",
        ));
    }
    for record in found.put_back {
        findings.push(bad(
            "credentials",
            format!("“{}” holds an older value than the audit says was stored last.", record.name),
            "Somebody may have put an earlier copy back. Enter the right secret with Edit, and check it.",
        ));
    }
    if found.replacements > 0 {
        findings.push(good("replacements", format!("{} opened.", found.replacements)));
    }
    for record in found.bad_replacements {
        findings.push(bad(
            "replacements",
            format!("The key beside that of “{}” does not open: {}.", record.name, record.cause),
            "The key in force is another matter. Discard the one beside it (strongroom replace NAME --discard).",
        ));
    }
    if let Some(audit) = found.audit {
        findings.push(match audit.first_bad {
            None if audit.removed > 0 => good(
                "audit",
                format!("{} entries, none changed; {} older ones were removed.", audit.entries, audit.removed),
            ),
            None => good("audit", format!("{} entries, none changed.", audit.entries)),
            Some(entry) => bad(
                "audit",
                format!("Entry {} is not as it was written: {}.", entry.sequence, entry.reason),
                "Somebody changed the file. Compare it with a backup.",
            ),
        });
    }
    for file in found.files {
        if let Some(mode) = file.mode.filter(|mode| mode & 0o777 & !file.expected != 0) {
            findings.push(bad(
                "files",
                format!("{} may be read by others (mode {:o}).", file.path.display(), mode & 0o777),
                "Take the rights of others away with chmod.",
            ));
        }
    }
    let setting = |name: &str| found.pragmas.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
    let in_force = [("journal_mode", "wal"), ("foreign_keys", "1"), ("secure_delete", "1"), ("synchronous", "2")]
        .iter()
        .all(|(name, value)| setting(name) == Some(value));
    findings.push(if in_force {
        good("settings", "Journal, synchronous writing and secure deletion are on.".into())
    } else {
        bad(
            "settings",
            format!("SQLite runs with {:?}.", found.pragmas),
            "A vault that can only be read keeps the settings of its last writer.",
        )
    });
    findings
}
