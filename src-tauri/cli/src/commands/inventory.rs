//! `strongroom inventory`: everything but the values, for people and spreadsheets.

use std::path::PathBuf;

use clap::Args;
use strongroom_app::views::{InventoryFormat, InventoryRequest, ListRequest};

use crate::exit::Failure;
use crate::session::Session;
use crate::words;

/// Export the inventory without values
#[derive(Debug, Args)]
pub struct InventoryArgs {
    /// csv, json, or html (one page that needs nothing else)
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: InventoryFormat,
    /// Write it to this file, which must not exist yet; otherwise it is printed
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only what this search finds; as `strongroom list --search`
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

fn format(text: &str) -> Result<InventoryFormat, String> {
    let named = InventoryFormat::ALL.into_iter().find(|format| format.id() == text);
    named.ok_or_else(|| "there are csv, json, html".to_owned())
}

/// Exports. Needs no master key.
pub async fn inventory(args: InventoryArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    let list = ListRequest { scope: session.org.clone(), search: args.search, ..ListRequest::default() };
    let request = InventoryRequest { list, only: None, format: args.format };
    match args.output {
        None => session.output.raw(&session.app.inventory(&actor, request).await?.text),
        Some(file) => {
            let written = session.app.write_inventory(&actor, request, &file, false).await?;
            session.output.result(&written, || {
                format!("{} written to {}.", words::count(written.credentials as usize, "credential"), written.path)
            })
        }
    }
}
