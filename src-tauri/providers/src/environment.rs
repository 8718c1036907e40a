//! The variables under which `run` hands a credential to a program.

use std::borrow::Cow;

use crate::{AuthVariant, FieldKind, FieldValue, FieldValues, Provider};

/// One pair per environment name of each filled field, in the order of the form. A field left empty gives its default;
/// a choice may set variables of its own (`TWILIO_REGION` and `TWILIO_EDGE` for one region) in place of the field's.
/// A name appears once; the first field that claims it wins.
pub fn environment<'a>(
    _provider: &Provider,
    auth: &'a AuthVariant,
    values: &'a FieldValues,
) -> Vec<(String, Cow<'a, FieldValue>)> {
    let mut pairs: Vec<(String, Cow<'a, FieldValue>)> = Vec::new();
    let mut add = |name: &str, value: Cow<'a, FieldValue>| {
        if !pairs.iter().any(|(known, _)| known == name) {
            pairs.push((name.to_owned(), value));
        }
    };
    for field in &auth.fields {
        let value = match (values.get(&field.id).filter(|v| !v.is_empty()), &field.default) {
            (Some(value), _) => Cow::Borrowed(value),
            (None, Some(default)) => Cow::Owned(FieldValue::Plain(default.clone())),
            (None, None) => continue,
        };
        if field.kind == FieldKind::Choice
            && let Some(choice) = field.choices.iter().find(|c| c.value == value.expose())
            && let Some(own) = &choice.env
        {
            for (name, text) in own {
                add(name, Cow::Owned(FieldValue::Plain(text.clone())));
            }
            continue;
        }
        for name in &field.env {
            add(name, value.clone());
        }
    }
    pairs
}
