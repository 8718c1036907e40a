//! The audit as a file.

use std::io::{self, Write};
use std::path::Path;

use crate::actor::{Actor, Operation};
use crate::csv;
use crate::error::AppError;
use crate::files::NewFile;
use crate::strongroom::Strongroom;
use crate::times;
use crate::views::{AuditEntryView, AuditExportRequest, AuditExportView, AuditFormat};

/// Entries that are read at a time.
const PAGE: u32 = 1000;

const HEADINGS: [&str; 11] = [
    "Number",
    "Time",
    "Person",
    "What",
    "Object",
    "Organisation",
    "Details",
    "Action",
    "Object kind",
    "Object id",
    "Person id",
];

impl Strongroom {
    /// Writes the entries that are asked for, the newest first, page by page. Says how many there are.
    ///
    /// # Errors
    /// As the list, and whatever `out` answers.
    pub async fn export_audit(
        &self,
        actor: &Actor,
        request: AuditExportRequest,
        out: &mut (dyn Write + Send),
    ) -> Result<u32, AppError> {
        self.permit(actor, Operation::Audit).await?;
        let failed = |error: io::Error| AppError::field("path", format!("The export could not be written: {error}."));
        // Who may not verify the log cannot say of it that it is whole.
        let verification = match request.format {
            AuditFormat::Json if actor.may(Operation::Vault).is_ok() => self.verified_quietly().await?,
            _ => None,
        };
        let format = request.format;
        match format {
            AuditFormat::Json => {
                let (made_at, verification) =
                    (serde_json::json!(times::now()), serde_json::to_value(&verification).unwrap_or_default());
                write!(out, "{{\n\"made_at\": {made_at},\n\"verification\": {verification},\n\"entries\": [")
                    .map_err(failed)?;
            }
            AuditFormat::Jsonl => {}
            AuditFormat::Csv => {
                let mut head = String::from(csv::MARK);
                csv::row(&mut head, &HEADINGS);
                out.write_all(head.as_bytes()).map_err(failed)?;
            }
        }
        let mut list = request.list;
        (list.limit, list.after) = (Some(PAGE), None);
        let mut count = 0;
        loop {
            let page = self.audit(actor, list.clone()).await?;
            for entry in &page.items {
                write_entry(out, format, count == 0, entry).map_err(failed)?;
                count += 1;
            }
            list.after = page.next;
            if list.after.is_none() {
                break;
            }
        }
        if format == AuditFormat::Json {
            writeln!(out, "\n]\n}}").map_err(failed)?;
        }
        Ok(count)
    }

    /// Writes the entries to a file that only its owner can read. A file that is there is refused, unless whoever
    /// chose it has been asked already.
    ///
    /// # Errors
    /// As the list, and a file that cannot be written.
    pub async fn write_audit(
        &self,
        actor: &Actor,
        request: AuditExportRequest,
        path: &Path,
        replace: bool,
    ) -> Result<AuditExportView, AppError> {
        self.permit(actor, Operation::Audit).await?;
        let mut file = NewFile::create(path, replace)?;
        let entries = self.export_audit(actor, request, &mut file).await?;
        Ok(AuditExportView { path: file.finish()?, entries })
    }
}

fn write_entry(out: &mut dyn Write, format: AuditFormat, first: bool, entry: &AuditEntryView) -> io::Result<()> {
    match format {
        AuditFormat::Json => {
            out.write_all(if first { b"\n" } else { b",\n" })?;
            serde_json::to_writer(out, entry).map_err(io::Error::from)
        }
        AuditFormat::Jsonl => {
            serde_json::to_writer(&mut *out, entry).map_err(io::Error::from)?;
            out.write_all(b"\n")
        }
        AuditFormat::Csv => {
            let details: Vec<String> =
                entry.details.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect();
            let mut text = String::new();
            let cells = [
                &entry.sequence.to_string(),
                &entry.at,
                &entry.person,
                &entry.said,
                &entry.object,
                &entry.scopes.join(", "),
                &details.join("; "),
                &entry.action,
                &entry.object_kind,
                &entry.object_id,
                &entry.person_id,
            ];
            csv::row(&mut text, &cells.map(String::as_str));
            out.write_all(text.as_bytes())
        }
    }
}
