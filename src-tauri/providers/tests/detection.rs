//! Detection of pasted keys: the table of detection.toml against the catalogue, and the engine's own rules against
//! made-up providers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;

use serde::Deserialize;
use strongroom_providers::detect::{Candidate, detect};
use strongroom_providers::{Catalogue, Certainty, KeyMode, Provider};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    genuine: Vec<Genuine>,
    near: Vec<Near>,
    noise: Vec<Noise>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Genuine {
    value: String,
    provider: String,
    /// Others whose keys look the same, and that may stand first as well.
    #[serde(default)]
    or: Vec<String>,
    field: Option<String>,
    certainty: Certainty,
    mode: Option<KeyMode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Near {
    value: String,
    of: String,
    why: String,
    certain: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Noise {
    value: String,
    why: String,
    #[serde(default)]
    likely: bool,
}

fn table() -> Table {
    toml::from_str(include_str!("detection.toml")).unwrap()
}

/// Replaces each `{class:n}` by that many letters that spell FAKE where the class allows it.
fn made(template: &str) -> String {
    let mut value = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        value.push_str(before);
        let piece = after.split_once('}').and_then(|(piece, after)| Some((piece.split_once(':')?, after)));
        let Some(((class, count), after)) =
            piece.and_then(|((class, count), after)| Some(((letters(class)?, count.parse().ok()?), after)))
        else {
            value.push('{');
            rest = after;
            continue;
        };
        value.extend(class.chars().cycle().take(count));
        rest = after;
    }
    value + rest
}

fn letters(class: &str) -> Option<&'static str> {
    Some(match class {
        "hex" => "fa4e0123456789bcd",
        "HEX" => "FA4E0123456789BCD",
        "alnum" => "FAKEfake0123456789GHIJxyz",
        "ALNUM" => "FAKE0123456789XYZ",
        "lower" => "fakeabcdefghijxyz",
        "digits" => "0123456789",
        "word" => "FAKE_fake-0123456789_GHxyz",
        _ => return None,
    })
}

fn known<'c>(catalogue: &'c Catalogue, id: &str) -> Option<&'c Provider> {
    catalogue.provider(id).filter(|provider| !provider.detect.is_empty())
}

fn certain(candidates: &[Candidate]) -> Vec<&str> {
    candidates.iter().filter(|c| c.certainty == Certainty::Certain).map(|c| c.provider.as_str()).collect()
}

#[test]
fn genuine_forms_are_recognised() {
    let catalogue = Catalogue::builtin();
    for row in table().genuine.iter().filter(|row| known(&catalogue, &row.provider).is_some()) {
        let found = detect(&catalogue, &made(&row.value)).candidates;
        let best = found.first().unwrap_or_else(|| panic!("{}: nobody knows it", row.value));
        assert!(best.provider == row.provider || row.or.contains(&best.provider), "{}: {found:?}", row.value);
        assert_eq!(best.certainty, row.certainty, "{}: {found:?}", row.value);
        assert_eq!(best.mode, row.mode, "{}: {found:?}", row.value);
        if let Some(field) = &row.field {
            assert_eq!(best.field, *field, "{}", row.value);
        }
    }
}

#[test]
fn nobody_is_wrongly_certain() {
    let (catalogue, table) = (Catalogue::builtin(), table());
    for row in &table.near {
        let found = detect(&catalogue, &made(&row.value)).candidates;
        let rightly: Vec<&str> = row.certain.iter().map(String::as_str).collect();
        assert_eq!(certain(&found), rightly, "{} ({}): {found:?}", row.value, row.why);
    }
    for row in &table.noise {
        let found = detect(&catalogue, &made(&row.value)).candidates;
        let best = if row.likely { Certainty::Likely } else { Certainty::Possible };
        assert!(found.iter().all(|c| c.certainty >= best), "{} ({}): {found:?}", row.value, row.why);
    }
    for row in &table.genuine {
        let found = detect(&catalogue, &made(&row.value)).candidates;
        assert!(certain(&found).iter().all(|provider| *provider == row.provider), "{}: {found:?}", row.value);
    }
}

/// Takes care that the table grows with the catalogue.
#[test]
fn every_form_has_genuine_rows_and_a_certain_one_near_misses() {
    let (catalogue, table) = (Catalogue::builtin(), table());
    for provider in catalogue.providers() {
        for form in provider.detect.iter().filter(|form| form.certainty != Certainty::Possible) {
            let pattern = regex_lite::Regex::new(&format!("^(?:{})$", form.pattern)).unwrap();
            let genuine = |row: &&Genuine| {
                (row.provider == provider.id || row.or.contains(&provider.id))
                    && pattern.is_match(made(&row.value).trim())
                    && row.mode == form.mode
            };
            assert!(
                table.genuine.iter().any(|row| genuine(&row)),
                "{}: tests/detection.toml has no genuine value of the form `{}`",
                provider.id,
                form.pattern
            );
            assert!(
                form.certainty != Certainty::Certain
                    || table.near.iter().filter(|row| row.of == provider.id).count() >= 2,
                "{}: tests/detection.toml needs near misses of its certain forms",
                provider.id
            );
        }
    }
}

/// Lines of a made-up provider with one secret field and these forms.
fn provider(id: &str, more_fields: &str, detect: &str) -> String {
    format!(
        r#"id = "{id}"
name = "{id}"
types = ["general"]
category = "custom"
mark = "Fx"
lookup_key = "FIXTURE_KEY"
name_example = "Fixture"
reference = "made up"
[find]
text = "Nowhere."
[[auth]]
id = "key"
label = "Key"
recommended = true
[[auth.fields]]
id = "api_key"
label = "API key"
secret = true
required = true
env = ["FIXTURE_API_KEY"]
{more_fields}
{detect}
[check]
does = "Nothing."
cost = "free"
proves = "Nothing."
uncheckable = "It is made up."
"#
    )
}

fn form(pattern: &str, certainty: &str, because: &str) -> String {
    format!(
        "[[detect]]\npattern = '{pattern}'\nfield = \"api_key\"\ncertainty = \"{certainty}\"\nbecause = \"{because}\"\n"
    )
}

fn catalogue(files: &[(&str, String)]) -> Catalogue {
    let folder = tempfile::tempdir().unwrap();
    for (id, text) in files {
        fs::write(folder.path().join(format!("{id}.toml")), text).unwrap();
    }
    let (catalogue, faults) = Catalogue::with_folder(folder.path());
    assert_eq!(faults, []);
    catalogue
}

/// The candidates of made-up providers.
fn of_fixtures(catalogue: &Catalogue, text: &str) -> Vec<(String, Certainty, String)> {
    let found = detect(catalogue, text).candidates.into_iter();
    found.filter(|c| c.provider.starts_with("fixture")).map(|c| (c.provider, c.certainty, c.reason)).collect()
}

#[test]
fn two_that_are_certain_are_likely() {
    let one = provider("fixture-a", "", &form("fx_[a-z]{4}", "certain", "starts with fx_"));
    let two = provider("fixture-b", "", &form("fx_fake", "certain", "is fx_fake"));
    let alone = catalogue(&[("fixture-a", one.clone())]);
    assert_eq!(of_fixtures(&alone, "fx_fake")[0].1, Certainty::Certain);
    let both = catalogue(&[("fixture-a", one), ("fixture-b", two)]);
    let found = of_fixtures(&both, "fx_fake");
    assert_eq!(found.iter().map(|(_, certainty, _)| *certainty).collect::<Vec<_>>(), [Certainty::Likely; 2]);
    assert_eq!(of_fixtures(&both, "fx_none")[0].1, Certainty::Certain, "the other form is one provider's alone");
}

#[test]
fn the_best_stands_first_and_each_field_once() {
    let forms = [
        form("fx_[a-z]+", "possible", "has letters"),
        form("fx_fake", "likely", "is fx_fake"),
        form("fx_f[a-z]+", "possible", "starts with fx_f"),
    ];
    let a = provider("fixture-a", "", &form("[a-z_]{7}", "possible", "has seven letters"));
    let b = provider("fixture-b", "", &forms.concat());
    let found = of_fixtures(&catalogue(&[("fixture-a", a), ("fixture-b", b)]), "fx_fake");
    assert_eq!(
        found,
        [
            ("fixture-b".to_owned(), Certainty::Likely, "is fx_fake".to_owned()),
            ("fixture-a".to_owned(), Certainty::Possible, "has seven letters".to_owned()),
        ]
    );
}

#[test]
fn a_name_raises_to_likely_and_no_further() {
    let format = "[auth.fields.format]\npattern = '[a-z_]+'\nhint = \"has small letters\"\n[[auth.fields.format.not]]\npattern = 'sk-.*'\nmessage = \"Belongs elsewhere.\"\n";
    let files =
        catalogue(&[("fixture-a", provider("fixture-a", format, &form("fx_[a-z]+", "possible", "has letters")))]);
    let found = |text: &str| of_fixtures(&files, text).into_iter().map(|(_, c, r)| (c, r)).collect::<Vec<_>>();
    assert_eq!(found("fx_fake"), [(Certainty::Possible, "has letters".to_owned())]);
    assert_eq!(
        found("export FIXTURE_API_KEY='fx_fake'\n"),
        [(Certainty::Likely, "has letters; it stands behind FIXTURE_API_KEY".to_owned())]
    );
    assert_eq!(found("FIXTURE_API_KEY=other_fake"), [(Certainty::Likely, "stands behind FIXTURE_API_KEY".to_owned())]);
    assert_eq!(found("FIXTURE_API_KEY=Other-Fake")[0].0, Certainty::Possible, "not its usual form");
    assert_eq!(found("FIXTURE_API_KEY=sk-fake"), [], "the field says that this is not for it");
    assert_eq!(found("OTHER_API_KEY=other_fake"), [], "a name that nobody has");
    let certain = catalogue(&[("fixture-b", provider("fixture-b", "", &form("fx_fake", "certain", "is fx_fake")))]);
    assert_eq!(of_fixtures(&certain, "FIXTURE_API_KEY=fx_fake")[0].1, Certainty::Certain);
}

#[test]
fn what_was_trimmed_is_said_by_name() {
    let catalogue = Catalogue::builtin();
    let removed = |text: &str| detect(&catalogue, text).cleaned.removed;
    assert_eq!(removed("fx_fake"), None);
    for (text, part) in [
        ("fx_fake\n", "line break"),
        ("  fx_fake", "2 leading spaces"),
        ("\"fx_fake\"", "the quotes"),
        ("export FX_KEY=fx_fake", "`export NAME=`"),
        ("FX_KEY=fx_fake", "`NAME=`"),
        ("Bearer fx_fake", "`Bearer`"),
        ("Authorization: Bearer fx_fake", "`Bearer`"),
        ("\u{feff}fx_fake", "the byte order mark"),
        ("fx_\u{200b}fa\u{200d}ke", "2 zero-width characters"),
    ] {
        let said = removed(text).unwrap_or_default();
        assert!(said.contains(part), "{text:?}: {said}");
        let cleaned = detect(&catalogue, text).cleaned;
        assert_eq!(cleaned.apply(text), "fx_fake", "{text:?}");
    }
}

#[test]
fn odd_input_is_nobodys_key() {
    let catalogue = Catalogue::builtin();
    let huge = "a".repeat(10 * 1024 * 1024);
    for text in ["", " ", "\n", "\"\"", "\u{feff}", "\0", "=", "export =", "🔑", huge.as_str()] {
        let found = detect(&catalogue, text).candidates;
        assert!(found.iter().all(|c| c.certainty == Certainty::Possible), "{:?}: {found:?}", text.get(..10));
    }
}
