//! `strongroom providers`: the catalogue.

use clap::Args;
use strongroom_app::views::{AuthView, FieldView, ProviderFileProblemView, ProviderView};

use crate::exit::Failure;
use crate::output::{Output, Tone};
use crate::session::Session;
use crate::table::{Cell, pairs, table};
use crate::words;

/// List the providers, or show one provider's fields, check and notes
///
/// Your own provider files add to the built-in ones. They go into the folder `strongroom/providers` of the
/// configuration folder (on Linux ~/.config/strongroom/providers); for a vault in another place than the usual one,
/// into the folder `providers` beside it. The list ends with the folder's full path, and a file with a fault is
/// named with its line and reason.
#[derive(Debug, Args)]
pub struct ProvidersArgs {
    /// One provider
    #[arg(value_name = "ID")]
    id: Option<String>,
}

/// Prints the catalogue or one provider. Needs no vault.
pub fn providers(args: ProvidersArgs, session: &Session<'_>) -> Result<(), Failure> {
    let files = session.app.provider_files();
    for problem in &files.problems {
        session.output.note(&format!("A provider file is left out: {}", left_out(problem)));
    }
    if let Some(id) = &args.id {
        let provider = session.app.provider_view(id)?;
        return session.output.result(&provider, || sheet(session.output, &provider));
    }
    let all = session.app.providers();
    session.output.result(&all, || {
        let rows: Vec<Vec<Cell>> = all.iter().map(row).collect();
        table(session.output, &["Id", "Name", "Types", "Sign-in", ""], &rows)
    })?;
    if !session.output.is_json() {
        session.output.note(&format!("Your own provider files go into {}", files.folder));
    }
    Ok(())
}

fn left_out(problem: &ProviderFileProblemView) -> String {
    let line = problem.line.map(|line| format!(", line {line}")).unwrap_or_default();
    format!("{}{line}: {}.", problem.file, problem.reason.trim_end_matches('.'))
}

fn row(p: &ProviderView) -> Vec<Cell> {
    let auth: Vec<&str> = p.auth.iter().map(|a| a.id.as_str()).collect();
    vec![
        p.id.as_str().into(),
        p.name.as_str().into(),
        words::provider_types(&p.types).into(),
        auth.join(", ").into(),
        if p.own { "own" } else { "" }.into(),
    ]
}

fn sheet(output: &Output, p: &ProviderView) -> String {
    let text = |text: &str| Some(Cell::from(text));
    let mut parts = vec![pairs(
        output,
        vec![
            ("Provider", Some(format!("{} ({})", p.name, p.id).into())),
            ("Types", Some(words::provider_types(&p.types).into())),
            ("Lookup key", text(&p.lookup_key)),
            ("Where to find", text(&p.find)),
            ("", p.find_url.as_deref().map(Cell::from)),
            ("Check", text(&p.check.does)),
            ("Costs", text(&p.check.cost)),
            ("Proves", text(&p.check.proves)),
            ("No check", p.check.uncheckable.as_deref().map(Cell::from)),
        ],
    )];
    for auth in &p.auth {
        let rows: Vec<Vec<Cell>> = auth.fields.iter().map(field_row).collect();
        let fields = table(output, &["Field", "Label", "Kind", "Value", "Environment"], &rows);
        let any_of: String = auth.any_of.iter().map(|set| format!("\nAt least one of: {}", set.join(", "))).collect();
        parts.push(format!("{}\n{fields}{any_of}", heading(auth)));
    }
    if !p.notes.is_empty() {
        let notes: Vec<String> = p.notes.iter().map(|note| format!("- {note}")).collect();
        parts.push(format!("Good to know\n{}", notes.join("\n")));
    }
    parts.join("\n\n")
}

fn heading(auth: &AuthView) -> String {
    format!("Sign-in: {} ({}){}", auth.label, auth.id, if auth.recommended { ", recommended" } else { "" })
}

fn field_row(f: &FieldView) -> Vec<Cell> {
    let (kind, tone) = match (f.secret, f.required) {
        (true, true) => ("secret, needed", Tone::Warn),
        (true, false) => ("secret", Tone::Warn),
        (false, true) => ("needed", Tone::Plain),
        (false, false) => ("optional", Tone::Plain),
    };
    let choices: Vec<&str> = f.choices.iter().map(|c| c.value.as_str()).collect();
    let value: Vec<String> = [
        (!choices.is_empty()).then(|| choices.join(" | ")),
        f.hint.clone(),
        f.default.as_ref().map(|default| format!("default {default}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    vec![
        f.id.as_str().into(),
        f.label.as_str().into(),
        Cell::toned(kind, tone),
        value.join("; ").into(),
        f.env.join(", ").into(),
    ]
}
