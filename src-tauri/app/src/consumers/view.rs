//! Consumers as views.

use strongroom_vault::{AssignmentRow, ConsumerRow, CredentialRow};

use super::kinds::slot_type;
use super::names::Registers;
use crate::delivery::variable_names;
use crate::resolution::{Resolved, Resolver, Wanted};
use crate::strongroom::Strongroom;
use crate::views::{ConsumerKind, ConsumerView, UseView};

impl Strongroom {
    pub(super) fn consumer_view(&self, row: &ConsumerRow, resolver: &Resolver, registers: &Registers) -> ConsumerView {
        let kind = ConsumerKind::from_id(&row.kind).unwrap_or(ConsumerKind::Runtime);
        let (mut uses, mut variables) = (Vec::with_capacity(row.assignments.len()), Vec::new());
        for one in &row.assignments {
            let resolved = resolve(resolver, row, one);
            if let Some(used) = resolved.chosen() {
                variables.extend(self.names_for(used));
            }
            uses.push(self.use_view(one, resolver, &resolved));
        }
        variables.sort();
        variables.dedup();
        ConsumerView {
            id: row.id.to_string(),
            kind,
            command: command(row, kind, resolver, &registers.handle(row)),
            name: row.name.clone(),
            note: row.note.clone(),
            organisation: row.organisation.to_string(),
            scope: row.organisation_name.clone(),
            uses,
            variables,
            created_at: row.created_at.clone(),
            created_by: row.created_by.clone(),
            updated_at: row.updated_at.clone(),
            last_used_at: row.last_used_at.clone(),
            revision: row.revision,
        }
    }

    fn use_view(&self, one: &AssignmentRow, resolver: &Resolver, resolved: &Resolved<'_>) -> UseView {
        let catalogue = self.catalogue();
        let provider = catalogue.provider(&one.provider);
        let model_field = provider.and_then(|provider| provider.model_field.as_deref());
        let model = match model_field {
            Some(field) => resolved.chosen().and_then(|used| used.plain.get(field).cloned()),
            None => one.model.clone(),
        };
        UseView {
            slot: one.slot.clone(),
            provider: one.provider.clone(),
            provider_name: resolver.provider_name(&one.provider).to_owned(),
            mark: provider.map_or_else(|| "?".into(), |provider| provider.mark.clone()),
            credential: one.credential.map(|id| id.to_string()),
            credential_name: one.credential.and_then(|id| resolver.row(id)).map(|row| row.name.clone()),
            model,
            resolution: self.resolution_view(resolved),
        }
    }

    fn names_for(&self, row: &CredentialRow) -> Vec<String> {
        let catalogue = self.catalogue();
        let Some(provider) = catalogue.provider(&row.provider) else { return Vec::new() };
        provider.variant(Some(&row.auth)).map(|auth| variable_names(provider, auth, row)).unwrap_or_default()
    }
}

/// What a use comes to.
pub(crate) fn resolve<'a>(resolver: &'a Resolver, row: &ConsumerRow, one: &'a AssignmentRow) -> Resolved<'a> {
    resolver.resolve(Wanted {
        organisation: row.organisation,
        provider: &one.provider,
        kind: slot_type(&one.slot).flatten(),
        assigned: one.credential,
    })
}

/// The command that runs a program with the consumer's credentials.
fn command(row: &ConsumerRow, kind: ConsumerKind, resolver: &Resolver, handle: &str) -> String {
    let organisation = if resolver.has_several_owners() {
        format!("--org {} ", quoted(&row.organisation_name))
    } else {
        String::new()
    };
    let program = if kind == ConsumerKind::Agent { "./agent" } else { "./program" };
    format!("strongroom run {organisation}--for {} -- {program}", quoted(handle))
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(|one| one.is_alphanumeric() || "-_.".contains(one)) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_become_words_of_a_command() {
        for (name, expected) in
            [("Acme", "Acme"), ("Acme Voice", "'Acme Voice'"), ("O'Neil", r"'O'\''Neil'"), ("", "''")]
        {
            assert_eq!(quoted(name), expected);
        }
    }
}
