//! Exported inventories.

use super::Entry;
use super::chain::append;
use crate::error::VaultError;
use crate::model::{Author, Scope};
use crate::store::sealed::scope_text;
use crate::store::{Vault, begin};

/// An inventory that somebody took out, without values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    /// Constant name of its form.
    pub format: &'static str,
    /// Operators that narrowed it; empty for everything.
    pub filter: String,
    /// Whose it is; `None` for several organisations.
    pub scope: Option<Scope>,
    /// How many credentials stand in it.
    pub credentials: u32,
}

impl Vault {
    /// Writes down that an inventory was exported.
    ///
    /// # Errors
    /// [`VaultError::Locked`], and whatever SQLite answers.
    pub async fn record_export(&self, export: &ExportRow, by: &Author) -> Result<(), VaultError> {
        let keys = self.keys()?;
        let mut connection = self.connection().await?;
        let mut tx = begin(&mut connection).await?;
        let mut detail = serde_json::json!({"format": export.format, "count": export.credentials});
        if !export.filter.is_empty() {
            detail["filter"] = export.filter.as_str().into();
        }
        let scope = export.scope.map(scope_text).unwrap_or_default();
        let entry = Entry { action: "inventory.export", kind: "vault", id: "", name: "", scope: &scope, detail };
        append(&mut tx, &keys, by, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}
