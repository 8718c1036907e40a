//! What consumers use, in words.

use jiff::Timestamp;
use strongroom_app::views::{ConsumerView, ResolutionRule, UseView};

use crate::age::ago;
use crate::output::{Output, Tone};
use crate::table::{Cell, pairs, table};

/// A rule, after "used because it is".
pub fn rule(rule: ResolutionRule) -> &'static str {
    match rule {
        ResolutionRule::Assigned => "assigned",
        ResolutionRule::Default => "the default",
        ResolutionRule::Only => "the only one",
    }
}

/// What a use comes to, in a line.
pub fn told(one: &UseView) -> String {
    let model = one.model.as_ref().map(|model| format!(" {model}")).unwrap_or_default();
    let what = format!("{}{model}", one.provider_name);
    match (&one.resolution.name, one.resolution.rule) {
        (Some(name), Some(by)) => format!("{what}: “{name}”, {}", rule(by)),
        _ => format!("{what}: nothing to use"),
    }
}

/// The consumer as it is typed where no other one has its name: lower case, hyphens.
pub fn typed(consumer: &ConsumerView) -> &str {
    // The command that the application offers has it, and says how it is quoted.
    let named = consumer.command.split_once("--for ").and_then(|(_, rest)| rest.split_once(" -- "));
    named.map_or(consumer.id.as_str(), |(name, _)| name)
}

/// Rows of the list.
pub fn list(output: &Output, consumers: &[ConsumerView]) -> String {
    let now = Timestamp::now();
    let rows: Vec<Vec<Cell>> = consumers
        .iter()
        .map(|one| {
            let uses: Vec<String> = one
                .uses
                .iter()
                .map(|used| match &used.resolution.name {
                    Some(name) => format!("{} {name}", used.slot),
                    None => format!("{} nothing", used.slot),
                })
                .collect();
            let broken = one.uses.iter().any(|used| used.resolution.name.is_none());
            let last = one.last_used_at.as_deref().map_or_else(|| "never".into(), |at| ago(at, now));
            vec![
                one.name.as_str().into(),
                one.kind.words().0.into(),
                Cell::toned(uses.join(", "), if broken { Tone::Warn } else { Tone::Plain }),
                last.into(),
                one.scope.as_str().into(),
            ]
        })
        .collect();
    table(output, &["Name", "Kind", "Uses", "Last used", "Organisation"], &rows)
}

/// All that there is to know of a consumer.
pub fn sheet(output: &Output, c: &ConsumerView) -> String {
    let now = Timestamp::now();
    let dated = |time: &str| format!("{time} ({})", ago(time, now));
    let mut rows: Vec<(&str, Option<Cell>)> = vec![
        ("Name", Some(c.name.as_str().into())),
        ("Kind", Some(format!("{} ({})", c.kind.words().0, c.kind.id()).into())),
        ("Note", (!c.note.is_empty()).then(|| c.note.as_str().into())),
        ("Organisation", Some(c.scope.as_str().into())),
    ];
    if c.uses.is_empty() {
        rows.push(("Uses", Some("no credential yet".into())));
    }
    for one in &c.uses {
        let tone = if one.resolution.name.is_none() { Tone::Bad } else { Tone::Plain };
        rows.push((one.slot.as_str(), Some(Cell::toned(told(one), tone))));
        let more = [&one.resolution.reason, &one.resolution.instead, &one.resolution.hint];
        rows.extend(more.into_iter().flatten().map(|text| ("", Some(Cell::from(text.as_str())))));
    }
    rows.extend([
        ("Command", Some(c.command.as_str().into())),
        ("Variables", (!c.variables.is_empty()).then(|| c.variables.join(", ").into())),
        ("Last used", Some(c.last_used_at.as_deref().map_or_else(|| "never".into(), dated).into())),
        ("Created", Some(format!("{} by {}", dated(&c.created_at), c.created_by).into())),
        ("Changed", Some(dated(&c.updated_at).into())),
        ("Id", Some(c.id.as_str().into())),
    ]);
    pairs(output, rows)
}
