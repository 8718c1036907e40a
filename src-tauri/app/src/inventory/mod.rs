//! The inventory as a file: everything that the list shows, and no value, neither secret nor plain.

mod html;

use std::path::Path;

use serde::Serialize;
use strongroom_vault::{ExportRow, Scope};

use crate::actor::Actor;
use crate::csv;
use crate::error::AppError;
use crate::files::NewFile;
use crate::search::operators_of;
use crate::strongroom::Strongroom;
use crate::times;
use crate::views::{
    CredentialRequest, CredentialState, CredentialView, InventoryFormat, InventoryRequest, InventoryView, ListRequest,
};

/// Rows that are read at a time.
const PAGE: u32 = 1000;

/// An inventory that was put together.
#[derive(Debug)]
pub struct Inventory {
    /// The document.
    pub text: String,
    /// How many credentials stand in it.
    pub credentials: u32,
}

/// One credential in it.
#[derive(Debug, Serialize)]
struct Line {
    organisation: String,
    name: String,
    provider: String,
    types: String,
    auth: String,
    category: &'static str,
    key: String,
    status: String,
    last_checked: String,
    /// The last verdict that said something, where the last check said nothing.
    last_known: &'static str,
    last_known_at: String,
    evidence: String,
    enabled: bool,
    default: bool,
    /// `api_key ••••a1b2`, one after the other.
    secrets: String,
    /// Names of consumers and programs, one after the other.
    used_by: String,
    last_used: String,
    expires: String,
    /// Days before the end, where there is one.
    reminder_days: Option<u32>,
    /// The same as text.
    #[serde(skip)]
    reminder: String,
    created: String,
    created_by: String,
    id: String,
}

/// Headings in the order of [`Line::cells`].
const HEADINGS: [&str; 22] = [
    "Organisation",
    "Name",
    "Provider",
    "Types",
    "Sign-in",
    "Category",
    "Lookup key",
    "Status",
    "Last checked",
    "Last known",
    "Last known at",
    "Evidence",
    "On",
    "Default",
    "Secret fields",
    "Used by",
    "Last used",
    "Expires",
    "Reminder days",
    "Created",
    "Created by",
    "Id",
];

impl Line {
    fn of(credential: CredentialView) -> Self {
        let last_known = credential.verdict.as_ref().and_then(|verdict| verdict.last_known.clone());
        let reminder_days = credential.expires_at.is_some().then_some(credential.reminder_days);
        let (status, last_checked, evidence) = match (credential.state, credential.verdict) {
            (CredentialState::Checked, Some(v)) => (v.kind.id(), v.checked_at, v.evidence),
            (state, verdict) => {
                let (at, evidence) = verdict.map(|v| (v.checked_at, v.evidence)).unwrap_or_default();
                let word = match state {
                    CredentialState::NotChecked | CredentialState::Checked => "not_checked",
                    CredentialState::Disabled => "disabled",
                    CredentialState::Dormant => "dormant",
                    CredentialState::Expired => "expired",
                    CredentialState::Unconnected => "unconnected",
                };
                (word, at, evidence)
            }
        };
        let secrets = credential.secrets.iter();
        let secrets =
            secrets.map(|(field, secret)| format!("{field} ••••{}", secret.tail.as_deref().unwrap_or_default()));
        Self {
            organisation: credential.scope,
            name: credential.name,
            provider: credential.provider_name,
            types: credential.types.iter().map(|kind| kind.id()).collect::<Vec<_>>().join(" "),
            auth: credential.auth,
            category: credential.category.id(),
            key: credential.key,
            status: if credential.unreadable { "unreadable".to_owned() } else { status.to_owned() },
            last_checked,
            last_known: last_known.as_ref().map_or("", |known| known.kind.id()),
            last_known_at: last_known.map(|known| known.checked_at).unwrap_or_default(),
            evidence,
            enabled: credential.enabled,
            default: credential.default,
            secrets: secrets.collect::<Vec<_>>().join(", "),
            used_by: credential.used_by.into_iter().map(|used| used.name).collect::<Vec<_>>().join(", "),
            last_used: credential.last_used_at.unwrap_or_default(),
            expires: credential.expires_at.unwrap_or_default(),
            reminder: reminder_days.map(|days| days.to_string()).unwrap_or_default(),
            reminder_days,
            created: credential.created_at,
            created_by: credential.created_by,
            id: credential.id,
        }
    }

    fn cells(&self) -> [&str; HEADINGS.len()] {
        let yes_or_no = |yes| if yes { "yes" } else { "no" };
        [
            &self.organisation,
            &self.name,
            &self.provider,
            &self.types,
            &self.auth,
            self.category,
            &self.key,
            &self.status,
            &self.last_checked,
            self.last_known,
            &self.last_known_at,
            &self.evidence,
            yes_or_no(self.enabled),
            yes_or_no(self.default),
            &self.secrets,
            &self.used_by,
            &self.last_used,
            &self.expires,
            &self.reminder,
            &self.created,
            &self.created_by,
            &self.id,
        ]
    }
}

impl Strongroom {
    /// The inventory that a request asks for. Needs no master key and no network. Who took it is written down, unless
    /// the key of the audit is not at hand.
    ///
    /// # Errors
    /// As the list, and an unknown credential.
    pub async fn inventory(&self, actor: &Actor, request: InventoryRequest) -> Result<Inventory, AppError> {
        let export = exported(&request, self.export_scope(actor, &request).await?);
        let lines = match request.only {
            Some(ids) => {
                let mut lines = Vec::with_capacity(ids.len());
                for id in ids {
                    lines.push(Line::of(self.show(actor, CredentialRequest { id }).await?));
                }
                lines
            }
            None => self.all_lines(actor, request.list).await?,
        };
        let at = times::now();
        let text = match request.format {
            InventoryFormat::Csv => as_csv(&lines),
            InventoryFormat::Json => {
                let document = serde_json::json!({"made_at": at, "total": lines.len(), "items": lines});
                format!("{document:#}\n")
            }
            InventoryFormat::Html => html::document(&lines, &at),
        };
        let credentials = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        if let Some(vault) = self.unlocked_quietly().await.filter(|vault| !vault.info().read_only) {
            vault.record_export(&ExportRow { credentials, ..export }, &actor.author()).await?;
        }
        Ok(Inventory { text, credentials })
    }

    async fn export_scope(&self, actor: &Actor, request: &InventoryRequest) -> Result<Option<Scope>, AppError> {
        let scopes = self.scopes(actor, request.list.scope.as_deref()).await?;
        Ok(scopes.filter(|scopes| scopes.len() == 1).and_then(|scopes| scopes.first().copied()))
    }

    async fn all_lines(&self, actor: &Actor, mut list: ListRequest) -> Result<Vec<Line>, AppError> {
        list.limit = Some(PAGE);
        list.after = None;
        let mut lines = Vec::new();
        loop {
            let page = self.list(actor, list.clone()).await?;
            lines.extend(page.items.into_iter().map(Line::of));
            list.after = page.next;
            if list.after.is_none() {
                return Ok(lines);
            }
        }
    }

    /// Writes the inventory to a file that only its owner can read. A file that is there is refused, unless whoever
    /// chose it has been asked already.
    ///
    /// # Errors
    /// As the list, and a file that cannot be written.
    pub async fn write_inventory(
        &self,
        actor: &Actor,
        request: InventoryRequest,
        path: &Path,
        replace: bool,
    ) -> Result<InventoryView, AppError> {
        let inventory = self.inventory(actor, request).await?;
        let mut file = NewFile::create(path, replace)?;
        file.put(inventory.text.as_bytes())?;
        Ok(InventoryView { path: file.finish()?, credentials: inventory.credentials })
    }
}

/// What an export was asked for. Words that were typed freely may be a key in the wrong box, and are not written down.
fn exported(request: &InventoryRequest, scope: Option<Scope>) -> ExportRow {
    let list = &request.list;
    let mut filter = Vec::new();
    if request.only.is_some() {
        filter.push("chosen ones".to_owned());
    } else {
        filter.extend(list.r#type.map(|kind| format!("type:{}", kind.id())));
        filter.extend(list.provider.as_ref().map(|provider| format!("provider:{provider}")));
        filter.extend(list.status.as_ref().map(|status| format!("status:{status}")));
        filter.extend(list.search.as_deref().map(operators_of).filter(|text| !text.is_empty()));
    }
    ExportRow { format: request.format.id(), filter: filter.join(" "), scope, credentials: 0 }
}

fn as_csv(lines: &[Line]) -> String {
    let mut text = String::from(csv::MARK);
    csv::row(&mut text, &HEADINGS);
    for line in lines {
        csv::row(&mut text, &line.cells());
    }
    text
}
