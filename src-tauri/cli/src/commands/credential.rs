//! What `add`, `edit` and `show` say of a credential.

use std::collections::BTreeMap;

use jiff::Timestamp;
use strongroom_app::Actor;
use strongroom_app::views::{
    AuthView, CredentialState, CredentialView, FormCheckRequest, NoteLevel, ProviderView, ReplacementStageView,
    ReplacementView, SaveOutcome,
};

use crate::age::ago;
use crate::exit::Failure;
use crate::output::Output;
use crate::secrets_in::Text;
use crate::session::Session;
use crate::table::{Cell, pairs};
use crate::words;

/// Says on standard error what was noticed about the values. Saving was possible, so nothing here is an error.
pub async fn say_notes(
    session: &Session<'_>,
    actor: &Actor,
    provider: &ProviderView,
    auth: &AuthView,
    values: &BTreeMap<String, Text>,
    editing: Option<String>,
) {
    if values.is_empty() {
        return;
    }
    let request = FormCheckRequest {
        provider: provider.id.clone(),
        auth: auth.id.clone(),
        fields: values.iter().map(|(id, text)| (id.clone(), text.input())).collect(),
        editing,
    };
    // A look at the form that fails has nothing to say: the values are stored, or the refusal said why not.
    let notes = session.app.form_check(actor, request).await.unwrap_or_default();
    for note in notes.iter().filter(|note| note.level != NoteLevel::Error) {
        session.output.note(&format!("{}: {}", note.field, note.message));
    }
}

/// Prints what became of an add or edit.
pub fn saved(session: &Session<'_>, done: &str, outcome: SaveOutcome) -> Result<(), Failure> {
    match outcome {
        SaveOutcome::Stored { credential } => {
            session.output.result(&credential, || line(session.output, done, &credential))
        }
        SaveOutcome::Refused { verdict, field } => Err(Failure::refused(verdict, field)),
    }
}

/// What became of a credential, in one line.
pub fn line(output: &Output, done: &str, credential: &CredentialView) -> String {
    let status = output.tint(words::status_tone(credential), &words::status(credential, Timestamp::now()));
    let evidence = match &credential.verdict {
        Some(verdict) if credential.state == CredentialState::Checked => format!(" {}", verdict.evidence),
        _ => String::new(),
    };
    format!("{done} “{}” ({}) in {}: {status}.{evidence}", credential.name, credential.key, credential.scope)
}

/// All that may be known of a credential.
pub fn sheet(output: &Output, c: &CredentialView) -> String {
    let now = Timestamp::now();
    let dated = |time: &str| format!("{time} ({})", ago(time, now));
    let text = |text: &str| Some(Cell::from(text));
    let verdict = c.verdict.as_ref();
    let mut rows: Vec<(&str, Option<Cell>)> = vec![
        ("Name", text(&c.name)),
        ("Status", Some(Cell::toned(words::status(c, now), words::status_tone(c)))),
        ("Evidence", verdict.map(|v| v.evidence.as_str().into())),
        ("Next step", verdict.and_then(|v| v.next_step.as_deref()).map(Cell::from)),
        ("Checked", verdict.map(|v| format!("{}, took {} ms", dated(&v.checked_at), v.duration_ms).into())),
        ("Provider", Some(format!("{} ({})", c.provider_name, c.provider).into())),
        ("Types", Some(words::provider_types(&c.types).into())),
        ("Sign-in", text(&c.auth)),
        ("Lookup key", text(&c.key)),
        ("Category", text(c.category.id())),
        ("Organisation", text(&c.scope)),
        ("Default", text(if c.default { "yes" } else { "no" })),
    ];
    rows.extend(c.fields.iter().map(|(id, value)| (id.as_str(), text(value))));
    rows.extend(c.secrets.iter().map(|(id, secret)| {
        (id.as_str(), Some(format!("{}  set {}", words::masked(secret), dated(&secret.set_at)).into()))
    }));
    rows.extend(c.used_by.iter().map(|u| {
        let kind = words::consumer_kind(&u.kind);
        let how = match &u.consumer {
            Some(consumer) => format!(", for “{consumer}”"),
            None if u.by_rule => ", by the rule".to_owned(),
            None => String::new(),
        };
        ("Used by", Some(format!("{kind}: {} as {}{how}", u.name, u.r#as).into()))
    }));
    rows.extend([
        (
            "Expires",
            c.expires_at.as_deref().map(|at| format!("{}; reminder {} days before", dated(at), c.reminder_days).into()),
        ),
        ("Replacement", c.replacement.as_ref().map(|there| replacement(there).into())),
        ("Last used", Some(c.last_used_at.as_deref().map_or_else(|| "never".into(), dated).into())),
        ("Created", Some(format!("{} by {}", dated(&c.created_at), c.created_by).into())),
        ("Changed", Some(dated(&c.updated_at).into())),
        ("Id", text(&c.id)),
    ]);
    pairs(output, rows)
}

fn replacement(there: &ReplacementView) -> String {
    let tails: Vec<String> = there.secrets.values().flatten().map(|tail| format!("••••{tail}")).collect();
    let verdict = there.verdict.as_ref().map_or("not checked", |verdict| verdict.kind.id());
    let what = match there.stage {
        ReplacementStageView::New => "a new key waits",
        ReplacementStageView::Old => "the old key is kept until it is shown dead",
    };
    format!("{what} {} ({verdict})", tails.join(", "))
}
