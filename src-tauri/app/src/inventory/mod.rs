//! The inventory as a file: everything that the list shows, and no value, neither secret nor plain.

mod html;

use std::path::Path;

use serde::Serialize;

use crate::actor::Actor;
use crate::csv;
use crate::error::AppError;
use crate::files::NewFile;
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
    evidence: String,
    enabled: bool,
    default: bool,
    /// `api_key ••••a1b2`, one after the other.
    secrets: String,
    last_used: String,
    expires: String,
    created: String,
    created_by: String,
    id: String,
}

/// Headings in the order of [`Line::cells`].
const HEADINGS: [&str; 18] = [
    "Organisation",
    "Name",
    "Provider",
    "Types",
    "Sign-in",
    "Category",
    "Lookup key",
    "Status",
    "Last checked",
    "Evidence",
    "On",
    "Default",
    "Secret fields",
    "Last used",
    "Expires",
    "Created",
    "Created by",
    "Id",
];

impl Line {
    fn of(credential: CredentialView) -> Self {
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
            evidence,
            enabled: credential.enabled,
            default: credential.default,
            secrets: secrets.collect::<Vec<_>>().join(", "),
            last_used: credential.last_used_at.unwrap_or_default(),
            expires: credential.expires_at.unwrap_or_default(),
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
            &self.evidence,
            yes_or_no(self.enabled),
            yes_or_no(self.default),
            &self.secrets,
            &self.last_used,
            &self.expires,
            &self.created,
            &self.created_by,
            &self.id,
        ]
    }
}

impl Strongroom {
    /// The inventory that a request asks for. Needs no master key and no network.
    ///
    /// # Errors
    /// As the list, and an unknown credential.
    pub async fn inventory(&self, actor: &Actor, request: InventoryRequest) -> Result<Inventory, AppError> {
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
        Ok(Inventory { text, credentials: u32::try_from(lines.len()).unwrap_or(u32::MAX) })
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

fn as_csv(lines: &[Line]) -> String {
    let mut text = String::from(csv::MARK);
    csv::row(&mut text, &HEADINGS);
    for line in lines {
        csv::row(&mut text, &line.cells());
    }
    text
}
