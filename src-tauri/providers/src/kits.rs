//! Readiness kits: which providers a purpose needs, as data.

use std::sync::LazyLock;

use serde::Deserialize;

/// Id and text of each kit, sorted by id.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/kits.rs"));

/// One that does not parse is left out; the tests prove that every one does.
static KITS: LazyLock<Vec<Kit>> =
    LazyLock::new(|| FILES.iter().filter_map(|(_, text)| toml::from_str(text).ok()).collect());

/// What a purpose needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kit {
    /// Stable name (`voice`).
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it is for, as a sentence.
    pub purpose: String,
    /// All must be satisfied.
    pub requirements: Vec<KitRequirement>,
}

/// Something that a purpose needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KitRequirement {
    /// What it is for.
    pub label: String,
    /// Ids of the providers of which one is enough.
    pub any_of: Vec<String>,
}

/// All kits by id.
pub fn kits() -> &'static [Kit] {
    &KITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    #[test]
    fn every_kit_is_read_and_asks_for_providers_that_there_are() {
        assert_eq!(
            kits().iter().map(|kit| kit.id.as_str()).collect::<Vec<_>>(),
            FILES.iter().map(|(id, _)| *id).collect::<Vec<_>>()
        );
        let catalogue = Catalogue::builtin();
        for kit in kits() {
            assert!(!kit.requirements.is_empty(), "{}", kit.id);
            for requirement in &kit.requirements {
                assert!(!requirement.any_of.is_empty(), "{}: {}", kit.id, requirement.label);
                for id in &requirement.any_of {
                    assert!(catalogue.provider(id).is_some(), "{}: {id}", kit.id);
                }
            }
        }
    }

    /// Seeds: "Anthropic + Cartesia + Deepgram + (Twilio OR Exotel)".
    #[test]
    fn voice_campaigns_need_what_the_requirements_say() {
        let voice = kits().iter().find(|kit| kit.id == "voice").map(|kit| &kit.requirements);
        let needed: Vec<Vec<&str>> =
            voice.into_iter().flatten().map(|one| one.any_of.iter().map(String::as_str).collect()).collect();
        assert_eq!(needed, [vec!["anthropic"], vec!["cartesia"], vec!["deepgram"], vec!["twilio", "exotel"]]);
    }
}
