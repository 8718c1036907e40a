//! The exported inventory.

use serde::{Deserialize, Serialize};

use super::ListRequest;

view! {
    /// The form of an exported inventory.
    pub enum InventoryFormat {
        /// Comma-separated values (RFC 4180), safe to open in a spreadsheet.
        Csv,
        /// JSON.
        Json,
        /// One page that needs nothing else.
        Html,
    }
}

impl InventoryFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Html];

    /// Its name, which is also the ending of its files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

request! {
    /// An inventory without values.
    pub struct InventoryRequest {
        /// What the list shows, all pages of it.
        pub list: ListRequest,
        /// Only these credentials, in this order, whatever the list shows.
        #[serde(default)]
        pub only: Option<Vec<String>>,
        /// As what.
        pub format: InventoryFormat,
    }
}

view! {
    /// An inventory that was written.
    pub struct InventoryView {
        /// The file.
        pub path: String,
        /// How many credentials stand in it.
        pub credentials: u32,
    }
}
