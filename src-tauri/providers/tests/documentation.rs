//! `docs/providers.md` is written from the catalogue, so that it cannot say anything else than the program does.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use strongroom_providers::{AuthVariant, Catalogue, FieldKind, FieldSpec, Provider, ProviderType};

const HEAD: &str = "\
# Providers

<!-- Written from src-tauri/providers/catalogue by `cargo xtask docs`. Do not edit: a test compares the two. -->

What Strongroom knows of each provider: its fields, its check, and where its key is found. Every provider is one file;
[adding a provider](adding-a-provider.md) says how to write one.

";

/// `STRONGROOM_WRITE_DOCS=1` writes the file instead, which `cargo xtask docs` does.
#[test]
fn the_documentation_of_the_catalogue_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/providers.md");
    let fresh = documentation(&Catalogue::builtin());
    if std::env::var_os("STRONGROOM_WRITE_DOCS").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == fresh, "docs/providers.md is stale; renew it with `cargo xtask docs`");
}

#[test]
fn what_markdown_would_act_upon_stays_text() {
    assert_eq!(plain("a|b\n<i> *c* `d`"), "a\\|b &lt;i> \\*c\\* \\`d\\`");
    assert_eq!(code("a|b"), "`a\\|b`");
}

fn documentation(catalogue: &Catalogue) -> String {
    let mut providers: Vec<&Provider> = catalogue.providers().collect();
    providers.sort_by_key(|p| (p.name.to_lowercase(), &p.id));
    let mut text = String::from(HEAD);
    let _ = writeln!(text, "## {} providers by type\n\n| Type | Providers |\n|---|---|", providers.len());
    for kind in ProviderType::ALL {
        let of_kind: Vec<String> = providers
            .iter()
            .filter(|p| p.types.contains(&kind))
            .map(|p| format!("[{}](#{})", plain(&p.name), p.id))
            .collect();
        if !of_kind.is_empty() {
            let _ = writeln!(text, "| {} (`{}`) | {} |", type_name(kind), kind.id(), of_kind.join(", "));
        }
    }
    for provider in providers {
        section(&mut text, provider);
    }
    text
}

fn section(text: &mut String, p: &Provider) {
    let types: Vec<&str> = p.types.iter().map(|t| type_name(*t)).collect();
    let _ = writeln!(text, "\n<a id=\"{}\"></a>\n\n## {}\n", p.id, plain(&p.name));
    let _ = writeln!(
        text,
        "Id `{}` · {} · lookup key `{}` · category `{}`\n",
        p.id,
        types.join(", "),
        p.lookup_key,
        p.category.id()
    );
    let page = p.find.url.as_deref().map(|url| format!(" <{url}>")).unwrap_or_default();
    let _ = writeln!(text, "**Where to find it.** {}{page}", plain(&p.find.text));
    for auth in &p.auth {
        sign_in(text, auth);
    }
    let check = &p.check;
    match &check.uncheckable {
        Some(reason) => {
            let _ = writeln!(text, "\n**No check.** {}", plain(reason));
        }
        None => {
            let _ = writeln!(
                text,
                "\n**Check.** {} **Cost:** {}. **Proves:** {}",
                plain(&check.does),
                plain(check.cost.trim_end_matches('.')),
                plain(&check.proves)
            );
        }
    }
    if !p.notes.is_empty() {
        text.push_str("\n**Good to know**\n\n");
        for note in &p.notes {
            let _ = writeln!(text, "- {}", plain(note));
        }
    }
    let _ = writeln!(text, "\nReference: {}", plain(&p.reference));
}

fn sign_in(text: &mut String, auth: &AuthVariant) {
    let recommended = if auth.recommended { ", recommended" } else { "" };
    let key = auth.lookup_key.as_deref().map(|key| format!(", lookup key `{key}`")).unwrap_or_default();
    let _ = writeln!(text, "\n**Sign-in: {}** (`{}`{recommended}{key})", plain(&auth.label), auth.id);
    text.push_str("\n| Field | Label | Is | Value | Environment | Help |\n|---|---|---|---|---|---|\n");
    for field in &auth.fields {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} |",
            field.id,
            plain(&field.label),
            is(field),
            value(field),
            environment(field),
            field.help.as_deref().map(plain).unwrap_or_default()
        );
    }
    for set in &auth.any_of {
        let fields: Vec<String> = set.iter().map(|id| code(id)).collect();
        let _ = writeln!(text, "\nAt least one of {} is needed.", fields.join(", "));
    }
}

fn is(field: &FieldSpec) -> String {
    let secret = if field.secret { "secret" } else { "plain" };
    format!("{secret}, {}", if field.required { "needed" } else { "optional" })
}

fn value(field: &FieldSpec) -> String {
    let kind = match field.kind {
        FieldKind::Text | FieldKind::Choice => None,
        FieldKind::Url => Some("an address".to_owned()),
        FieldKind::Phone => Some("a telephone number".to_owned()),
        FieldKind::Multiline => Some("several lines".to_owned()),
        FieldKind::Json => Some("a JSON document".to_owned()),
    };
    let choices: Vec<String> = field.choices.iter().map(|c| code(&c.value)).collect();
    let parts = [
        kind,
        (!choices.is_empty()).then(|| choices.join(", ")),
        field.format.as_ref().map(|format| plain(&format.hint)),
        field.default.as_ref().map(|default| format!("default {}", code(default))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn environment(field: &FieldSpec) -> String {
    let mut names: Vec<&str> = field.env.iter().map(String::as_str).collect();
    // What a choice sets stands in place of the field's own names.
    for name in field.choices.iter().flat_map(|c| c.env.iter().flatten()).map(|(name, _)| name.as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

fn type_name(kind: ProviderType) -> &'static str {
    match kind {
        ProviderType::Llm => "LLM",
        ProviderType::Embeddings => "Embeddings",
        ProviderType::Stt => "Speech to text",
        ProviderType::Tts => "Text to speech",
        ProviderType::Sms => "SMS and telephony",
        ProviderType::Crm => "CRM",
        ProviderType::Calendar => "Calendar",
        ProviderType::Ticketing => "Ticketing",
        ProviderType::Payment => "Payment",
        ProviderType::Identity => "Identity",
        ProviderType::Webhook => "Webhooks",
        ProviderType::Email => "Email",
        ProviderType::General => "General",
    }
}

/// Text that markdown shows as it is, also in a table.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push(' '),
            '<' => shown.push_str("&lt;"),
            '|' | '*' | '`' | '[' | ']' | '\\' => {
                shown.push('\\');
                shown.push(c);
            }
            c => shown.push(c),
        }
    }
    shown
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}
