//! Bringing credentials in from a `.env` or JSON file: first a plan without any value, then, once somebody has agreed,
//! the storing.

mod dotenv;
mod entry;
mod json;
mod plan;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use strongroom_providers::Catalogue;
use strongroom_vault::{Scope, SecretText};
use zeroize::Zeroizing;

use crate::actor::{Actor, Operation};
use crate::credentials::add::owner_fits;
use crate::error::AppError;
use crate::secret_input::SecretInput;
use crate::strongroom::Strongroom;
use crate::views::{
    CredentialAddRequest, ErrorView, ImportChoice, ImportFieldView, ImportPlanView, ImportRowView, ImportSkippedView,
    ImportedView, SaveOutcome,
};
use entry::{Content, Entry};
use plan::{Planned, plan};

/// The largest file in bytes.
const MAX_BYTES: usize = 1024 * 1024;
/// Most values that one file may bring in.
const MAX_ENTRIES: usize = 1000;

/// A plan together with the values that its view does not show. They are wiped on drop.
pub struct ImportPlan {
    view: ImportPlanView,
    scope: String,
    entries: Vec<Entry>,
    planned: Vec<Planned>,
}

impl ImportPlan {
    /// What people may see of it.
    pub fn view(&self) -> &ImportPlanView {
        &self.view
    }
}

impl Strongroom {
    /// Reads a file for [`Self::plan_import`].
    ///
    /// # Errors
    /// A file that cannot be read, is too large, or is no text in UTF-8.
    pub fn read_import(&self, file: &Path) -> Result<SecretInput, AppError> {
        let cannot = |e: std::io::Error| refused(format!("{} cannot be read: {e}.", file.display()));
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 1));
        let opened = std::fs::File::open(file).map_err(cannot)?;
        opened.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
        if bytes.len() > MAX_BYTES {
            return Err(refused("The file is larger than 1 MiB. Files of keys are far smaller; is it the right one?"));
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(refused("The file is in UTF-16. Save it as UTF-8 and import it again."));
        }
        let text = std::str::from_utf8(&bytes)
            .map_err(|e| refused(format!("The file is no text in UTF-8 (byte {}).", e.valid_up_to() + 1)))?;
        Ok(SecretInput::new(text.to_owned()))
    }

    /// Says what each line of a `.env` or JSON text would become in that scope. Nothing is stored.
    ///
    /// # Errors
    /// A text that is empty, too long or neither; a role that may not add there; a vault whose key is not at hand.
    pub async fn plan_import(
        &self,
        actor: &Actor,
        file: &str,
        text: &SecretInput,
        scope: &str,
    ) -> Result<ImportPlan, AppError> {
        let owner = self.scope(scope).await?;
        self.permit(actor, Operation::Change(owner)).await?;
        // Without the key no duplicate could be found, and nothing stored afterwards.
        self.unlocked().await?;
        let mut content = read(text.text())?;
        let catalogue = self.catalogue().clone();
        let mut planned = plan(&catalogue, &mut content);
        let mut rows = Vec::new();
        let (mut names, mut secrets) = (BTreeSet::new(), Vec::new());
        for (number, planned) in planned.iter_mut().enumerate() {
            if let Some(provider) = catalogue.provider(&planned.provider)
                && let Err(AppError::InvalidInput(problems)) = owner_fits(provider, owner)
                && planned.problem.is_none()
            {
                planned.problem = problems.into_iter().next().map(|p| p.message);
            }
            let mut row = row_view(&catalogue, number, planned, &content.entries);
            row.name = self.free_name(owner, &row, &mut names).await?;
            self.mark_duplicates(actor, &mut row, planned, &content.entries, &mut secrets).await?;
            row.chosen = row.problem.is_none() && row.stored.is_empty() && row.same_as.is_none();
            rows.push(row);
        }
        let skipped =
            content.skipped.into_iter().map(|s| ImportSkippedView { line: s.line, name: s.name, why: s.why }).collect();
        let view = ImportPlanView { file: file.to_owned(), rows, skipped };
        Ok(ImportPlan { view, scope: scope.to_owned(), entries: content.entries, planned })
    }

    /// Stores the chosen rows of a plan, one after another, each as [`Self::add`] does without a check. A row that is
    /// refused says why and keeps none of the others back.
    pub async fn carry_out_import(
        &self,
        actor: &Actor,
        plan: &ImportPlan,
        choices: Vec<ImportChoice>,
    ) -> Vec<ImportedView> {
        let mut done = Vec::new();
        for choice in choices {
            let at = choice.row as usize;
            let (Some(planned), Some(row)) = (plan.planned.get(at), plan.view.rows.get(at)) else { continue };
            let name = choice.name.unwrap_or_else(|| row.name.clone());
            let request = CredentialAddRequest {
                provider: planned.provider.clone(),
                auth: Some(planned.auth.clone()),
                name: name.clone(),
                key: Some(planned.key.clone()),
                category: None,
                scope: plan.scope.clone(),
                default: false,
                expires_at: None,
                reminder_days: None,
                fields: planned.typed(&plan.entries),
                check: false,
            };
            let (credential, error): (_, Option<ErrorView>) = match self.add(actor, request).await {
                Ok(SaveOutcome::Stored { credential }) => (Some(*credential), None),
                // Nobody was asked, so nobody can have refused.
                Ok(SaveOutcome::Refused { .. }) => (None, None),
                Err(error) => (None, Some(error.into())),
            };
            done.push(ImportedView { row: choice.row, name, credential, error });
        }
        done
    }

    /// A name that no credential of the scope and no earlier row has.
    async fn free_name(
        &self,
        scope: Scope,
        row: &ImportRowView,
        taken: &mut BTreeSet<String>,
    ) -> Result<String, AppError> {
        let base = row.name.clone();
        let mut name = base.clone();
        for number in 2..=MAX_ENTRIES + 1 {
            if !taken.contains(&name.to_lowercase()) && self.name_is_free(scope, &name, None).await.is_ok() {
                break;
            }
            name = format!("{base} {number}");
        }
        taken.insert(name.to_lowercase());
        Ok(name)
    }

    /// Says where a row's secrets are stored already, and which earlier row has the same.
    async fn mark_duplicates(
        &self,
        actor: &Actor,
        row: &mut ImportRowView,
        planned: &Planned,
        entries: &[Entry],
        seen: &mut Vec<usize>,
    ) -> Result<(), AppError> {
        for field in row.fields.iter().filter(|f| f.secret) {
            let Some(at) = planned.fields.get(&field.field).map(|source| source.entry) else { continue };
            let Some(value) = entries.get(at).map(|entry| &entry.value) else { continue };
            for name in self.stored_as(actor, &SecretText::new(value.trim().to_owned()), None).await? {
                if !row.stored.contains(&name) {
                    row.stored.push(name);
                }
            }
            let same = |other: &&usize| entries.get(**other).is_some_and(|e| *e.value == **value);
            match seen.iter().find(same).and_then(|other| entries.get(*other)) {
                Some(other) => row.same_as = Some(other.name.clone()),
                None => seen.push(at),
            }
        }
        Ok(())
    }
}

fn read(text: &str) -> Result<Content, AppError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_BYTES {
        return Err(refused("The file is larger than 1 MiB. Files of keys are far smaller; is it the right one?"));
    }
    if text.contains('\0') {
        return Err(refused("The file is no text: it holds zero bytes. Save it as UTF-8 text and import it again."));
    }
    if text.trim().is_empty() {
        return Err(refused("The file is empty."));
    }
    let json = text.trim_start().starts_with(['{', '[']);
    let content = if json { json::read(text).map_err(refused)? } else { dotenv::read(text) };
    if content.entries.len() > MAX_ENTRIES {
        return Err(refused(format!(
            "The file has {} values; {MAX_ENTRIES} are the most. Split it into several.",
            content.entries.len()
        )));
    }
    Ok(content)
}

fn refused(message: impl Into<String>) -> AppError {
    AppError::field("file", message)
}

fn row_view(catalogue: &Catalogue, number: usize, planned: &Planned, entries: &[Entry]) -> ImportRowView {
    let provider = catalogue.provider(&planned.provider);
    let auth = provider.and_then(|p| p.variant(Some(&planned.auth)));
    let fields = auth.into_iter().flat_map(|a| &a.fields).filter_map(|field| {
        let entry = planned.fields.get(&field.id).and_then(|source| entries.get(source.entry))?;
        Some(ImportFieldView {
            field: field.id.clone(),
            label: field.label.clone(),
            secret: field.secret,
            from: entry.name.clone(),
            line: entry.line,
            tail: field.secret.then(|| tail(&entry.value)).flatten(),
        })
    });
    let provider_name = provider.map_or_else(|| planned.provider.clone(), |p| p.name.clone());
    ImportRowView {
        row: u32::try_from(number).unwrap_or(u32::MAX),
        fields: fields.collect(),
        // Of what nobody knows, the key says most.
        name: if planned.provider == "api-token" { planned.key.clone() } else { provider_name.clone() },
        provider_name,
        mark: provider.map_or_else(|| "?".into(), |p| p.mark.clone()),
        provider: planned.provider.clone(),
        auth: planned.auth.clone(),
        auth_label: auth.map_or_else(String::new, |a| a.label.clone()),
        key: planned.key.clone(),
        reason: planned.reason.clone(),
        problem: planned.problem.clone(),
        stored: Vec::new(),
        same_as: None,
        chosen: false,
    }
}

/// The last four characters, where there are at least sixteen: as of a stored secret.
fn tail(value: &str) -> Option<String> {
    let count = value.trim().chars().count();
    (count >= 16).then(|| value.trim().chars().skip(count - 4).collect())
}
