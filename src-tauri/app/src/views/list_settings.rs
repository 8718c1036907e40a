//! How a person has arranged the list.

use serde::{Deserialize, Serialize};
use strongroom_providers::ProviderType;

use super::ListSort;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ListColumn {
    /// Name, mark and default badge.
    Name,
    /// Status.
    Status,
    /// Provider and sign-in method.
    Provider,
    /// Lookup key.
    Key,
    /// The last characters of the secret.
    Tail,
    /// The last check.
    Checked,
    /// The last use.
    Used,
    /// How many use it.
    UsedBy,
    /// The end.
    Expires,
    /// Owner.
    Organisation,
    /// The switch.
    On,
}

/// Whether a column is shown, and how wide it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct ListColumnSetting {
    /// Which.
    pub id: ListColumn,
    /// Shown.
    pub shown: bool,
    /// Its width in pixels where a person chose one.
    pub width: Option<u16>,
}

/// How the credentials are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ListLayout {
    /// A table with room.
    #[default]
    Comfortable,
    /// A table with more rows.
    Compact,
    /// Cards.
    Cards,
}

/// A search that was given a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct SavedFilter {
    /// Name.
    pub name: String,
    /// The search with its operators.
    pub search: String,
    /// The type.
    pub r#type: Option<ProviderType>,
}

/// How a person has arranged the list; kept in the vault's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct ListSettings {
    /// Columns that are not as at first.
    pub columns: Vec<ListColumnSetting>,
    /// Table or cards.
    pub layout: ListLayout,
    /// By what it is ordered.
    pub sort: Option<ListSort>,
    /// The other way round.
    pub descending: bool,
    /// The operators of the search as it was left.
    pub search: String,
    /// The type as it was left.
    pub r#type: Option<ProviderType>,
    /// Searches with a name.
    pub saved: Vec<SavedFilter>,
}
