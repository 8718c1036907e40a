//! What a consumer is to use, checked before it is stored.

use strongroom_vault::{AssignmentRow, CredentialId, OrganisationId, Scope};

use super::kinds::slot_type;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{ConsumerKind, UseRequest};

/// Longest name of a model, in characters.
const MODEL_LIMIT: usize = 200;

fn refuse<T>(message: String) -> Result<T, AppError> {
    Err(AppError::field("uses", message))
}

impl Strongroom {
    /// Each use fits its place, names a provider of that type, and a credential that the organisation could use.
    pub(super) async fn checked_uses(
        &self,
        kind: ConsumerKind,
        organisation: OrganisationId,
        uses: Vec<UseRequest>,
    ) -> Result<Vec<AssignmentRow>, AppError> {
        let (slots, (one, _)) = (kind.slots(), kind.words());
        let mut checked: Vec<AssignmentRow> = Vec::with_capacity(uses.len());
        for (place, slot) in slots.iter().enumerate() {
            for wanted in uses.iter().filter(|wanted| wanted.slot == slot.id) {
                let row = self.checked_use(organisation, wanted).await?;
                if !slot.several && checked.iter().any(|before| before.slot == row.slot) {
                    return refuse(format!(
                        "Place {} (“{}”) takes one credential, and two were given.",
                        place + 1,
                        slot.id
                    ));
                }
                let same = |before: &&AssignmentRow| {
                    (&before.slot, &before.provider, before.credential) == (&row.slot, &row.provider, row.credential)
                };
                if checked.iter().find(same).is_some() {
                    return refuse(format!("“{}” of {} is given twice.", row.slot, row.provider));
                }
                checked.push(row);
            }
        }
        if let Some(stray) = uses.iter().find(|wanted| slots.iter().all(|slot| slot.id != wanted.slot)) {
            let known: Vec<&str> = slots.iter().map(|slot| slot.id.as_str()).collect();
            return refuse(format!("The {one} has no place “{}”. It has: {}.", stray.slot, known.join(", ")));
        }
        Ok(checked)
    }

    async fn checked_use(&self, organisation: OrganisationId, wanted: &UseRequest) -> Result<AssignmentRow, AppError> {
        let provider = self.provider(&wanted.provider)?;
        let kind = slot_type(&wanted.slot).flatten();
        if kind.is_some_and(|kind| !provider.types.contains(&kind)) {
            return refuse(format!("{} is no provider for “{}”.", provider.name, wanted.slot));
        }
        let credential = match &wanted.credential {
            None => None,
            Some(text) => {
                let id =
                    CredentialId::parse(text).ok_or_else(|| AppError::field("uses", "That is no credential's id."))?;
                let row = self.vault().await?.credential(id).await?;
                if row.provider != wanted.provider {
                    return refuse(format!("“{}” is not a credential of {}.", row.name, provider.name));
                }
                if ![Scope::System, Scope::Organisation(organisation)].contains(&row.scope) {
                    return refuse(format!("“{}” belongs to {}.", row.name, row.scope_name));
                }
                Some(id)
            }
        };
        // Where each credential stands for one model, the credential says which.
        let model = wanted.model.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let model = model.filter(|_| provider.model_field.is_none());
        if model.is_some_and(|text| text.chars().count() > MODEL_LIMIT || text.chars().any(char::is_control)) {
            return refuse(format!("A model's name has at most {MODEL_LIMIT} characters, and no line breaks."));
        }
        Ok(AssignmentRow {
            slot: wanted.slot.clone(),
            provider: wanted.provider.clone(),
            credential,
            model: model.map(str::to_owned),
        })
    }
}
