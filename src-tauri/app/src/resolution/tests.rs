//! The whole decision table.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use strongroom_vault::{
    CredentialId, CredentialRow, KeyOwner, KnownVerdictRow, OrganisationId, Scope, StopRow, VerdictRow,
};

use super::*;

fn organisation() -> OrganisationId {
    OrganisationId::parse("01890000-0000-7000-8000-000000000001").unwrap()
}

/// A credential of the organisation with the lookup key `K`: `llm` where nothing else is said.
pub(crate) fn row(name: &str) -> CredentialRow {
    CredentialRow {
        id: CredentialId::make(),
        scope: Scope::Organisation(organisation()),
        scope_name: "Acme".into(),
        provider: "anthropic".into(),
        auth: "api-key".into(),
        main_type: "llm".into(),
        types: vec!["llm".into()],
        name: name.into(),
        lookup_key: "K".into(),
        category: "llm_provider".into(),
        enabled: true,
        default: false,
        plain: BTreeMap::new(),
        sealed: BTreeMap::new(),
        verdict: None,
        last_known: None,
        expires_at: None,
        reminder_days: 30,
        replacement: None,
        created_at: String::new(),
        created_by: String::new(),
        updated_at: String::new(),
        last_used_at: None,
        bundled: false,
        used_by: Vec::new(),
        unreadable: false,
        revision: 1,
    }
}

fn with(name: &str, change: impl FnOnce(&mut CredentialRow)) -> CredentialRow {
    let mut row = row(name);
    change(&mut row);
    row
}

fn verdict(kind: &str) -> Option<VerdictRow> {
    Some(VerdictRow {
        kind: kind.into(),
        evidence: String::new(),
        next_step: None,
        checked_at: "2026-01-01T00:00:00Z".into(),
        duration_ms: 1,
        cost: String::new(),
        conclusive: kind != "unknown",
    })
}

pub(crate) fn default(name: &str) -> CredentialRow {
    with(name, |r| r.default = true)
}
pub(crate) fn disabled(name: &str) -> CredentialRow {
    with(name, |r| r.enabled = false)
}
pub(crate) fn system(name: &str) -> CredentialRow {
    with(name, |r| {
        r.scope = Scope::System;
        r.scope_name = "system".into();
    })
}
fn bundled(name: &str) -> CredentialRow {
    with(name, |r| r.bundled = true)
}
fn phone(name: &str) -> CredentialRow {
    with(name, |r| r.types = vec!["sms".into()])
}

fn circumstances(owner: KeyOwner) -> Circumstances {
    Circumstances { organisation: Some((organisation(), owner)), ..Circumstances::default() }
}

fn stopped() -> Option<StopRow> {
    Some(StopRow { at: String::new(), by: String::new(), reason: String::new() })
}

/// `name by rule`, or `nothing`, and the reasons of the others.
fn told(rows: &[CredentialRow], assigned: Option<&str>, now: &Circumstances) -> String {
    let candidates: Vec<Candidate<'_>> =
        rows.iter().map(|row| Candidate { row, unconnected: row.name == "unconnected" }).collect();
    let assigned = assigned.map(|name| rows.iter().find(|row| row.name == name).unwrap().id);
    let decision = decide(&candidates, assigned, now);
    let name = |id: CredentialId| rows.iter().find(|row| row.id == id).unwrap().name.clone();
    let mut said = match decision.chosen {
        Some((id, rule)) => format!("{} by {rule:?}", name(id)),
        None => "nothing".to_owned(),
    };
    for (id, why) in decision.candidates {
        if let Some(why) = why {
            said += &format!("; {} {why:?}", name(id));
        }
    }
    said
}

#[test]
fn assigned_goes_before_default_before_only() {
    let own = circumstances(KeyOwner::Organisation);
    let table: [(&[CredentialRow], Option<&str>, &str); 12] = [
        (&[], None, "nothing"),
        (&[row("one")], None, "one by Only"),
        (&[default("one")], None, "one by Default"),
        (&[row("one"), row("two")], None, "nothing; one NotChosen; two NotChosen"),
        (&[row("one"), default("two")], None, "two by Default; one NotChosen"),
        (&[row("one"), default("two")], Some("one"), "one by Assigned; two NotChosen"),
        (&[row("one"), row("two")], Some("two"), "two by Assigned; one NotChosen"),
        (&[disabled("one"), row("two")], None, "two by Only; one Disabled"),
        // What is assigned and cannot be used leaves it to the rule.
        (
            &[disabled("one"), default("two"), row("three")],
            Some("one"),
            "two by Default; one Disabled; three NotChosen",
        ),
        (&[disabled("one"), row("two")], Some("one"), "two by Only; one Disabled"),
        (
            &[disabled("one"), row("two"), row("three")],
            Some("one"),
            "nothing; one Disabled; two NotChosen; three NotChosen",
        ),
        // A default that cannot be used is none.
        (&[with("one", |r| (r.default, r.enabled) = (true, false)), row("two")], None, "two by Only; one Disabled"),
    ];
    for (rows, assigned, expected) in table {
        assert_eq!(told(rows, assigned, &own), expected);
    }
}

#[test]
fn what_never_resolves_never_does_not_even_assigned_or_by_default() {
    let stop = || Circumstances { stop: stopped(), ..circumstances(KeyOwner::Organisation) };
    let own = || circumstances(KeyOwner::Organisation);
    type Change = fn(&mut CredentialRow);
    let table: [(Change, Circumstances, &str); 9] = [
        (|r| r.enabled = false, own(), "Disabled"),
        (|r| r.expires_at = Some("2020-01-01T00:00:00Z".into()), own(), "Expired"),
        (|r| r.bundled = true, circumstances(KeyOwner::System), "Dormant"),
        (|r| r.scope = Scope::System, own(), "NotOwn"),
        (|r| r.types = vec!["sms".into()], stop(), "Stopped"),
        (|r| r.unreadable = true, own(), "Unreadable"),
        (|r| r.verdict = verdict("rejected"), own(), "Rejected"),
        (|r| r.name = "unconnected".into(), own(), "Unconnected"),
        // It could not be asked this time, and was refused the last time that it could.
        (
            |r| {
                r.verdict = verdict("unknown");
                r.last_known = Some(KnownVerdictRow { kind: "rejected".into(), checked_at: String::new() });
            },
            own(),
            "Rejected",
        ),
    ];
    for (change, now, why) in table {
        for is_default in [false, true] {
            let one = with("one", |r| {
                r.default = is_default;
                change(r);
            });
            let name = one.name.clone();
            assert_eq!(told(std::slice::from_ref(&one), None, &now), format!("nothing; {name} {why}"));
            assert_eq!(told(&[one], Some(&name), &now), format!("nothing; {name} {why}"), "assigned");
        }
    }
}

#[test]
fn other_verdicts_take_nothing_away() {
    for kind in ["works", "limited", "no_credit", "suspended", "misconfigured", "blocked", "unknown", "uncheckable"] {
        let one = with("one", |r| r.verdict = verdict(kind));
        assert_eq!(told(&[one], None, &circumstances(KeyOwner::Organisation)), "one by Only", "{kind}");
    }
}

#[test]
fn the_mode_says_whose_ai_keys_are_used_and_nothing_of_the_others() {
    let (own, shared) = (circumstances(KeyOwner::Organisation), circumstances(KeyOwner::System));
    assert_eq!(told(&[row("own"), system("shared")], None, &own), "own by Only; shared NotOwn");
    assert_eq!(told(&[bundled("own"), system("shared")], None, &shared), "shared by Only; own Dormant");
    assert_eq!(
        told(&[bundled("own"), system("shared")], Some("own"), &shared),
        "shared by Only; own Dormant",
        "what is assigned is kept, and sleeps"
    );
    let phone_in_bundled = with("phone", |r| (r.types, r.bundled) = (vec!["sms".into()], true));
    assert_eq!(told(&[phone_in_bundled], None, &shared), "phone by Only", "modes are about AI services");
    let mixed = with("mixed", |r| (r.types, r.bundled) = (vec!["llm".into(), "sms".into()], true));
    assert_eq!(told(&[mixed], None, &shared), "mixed by Only", "what is not AI alone never sleeps");
}

#[test]
fn a_stop_of_global_launch_is_for_telephony_alone() {
    let now = Circumstances { stop: stopped(), ..circumstances(KeyOwner::Organisation) };
    assert_eq!(told(&[row("model")], None, &now), "model by Only");
    assert_eq!(told(&[phone("phone")], None, &now), "nothing; phone Stopped");
}

#[test]
fn who_asks_by_lookup_key_gets_what_they_named_where_it_can_be_used_at_all() {
    let named = |organisation| Circumstances { organisation, stop: None, named: true };
    let anyone = named(None);
    for (change, used) in [
        ((|r| r.verdict = verdict("rejected")) as fn(&mut CredentialRow), true),
        (|r| r.name = "unconnected".into(), true),
        (|r| r.unreadable = true, true),
        (|r| r.enabled = false, false),
        (|r| r.expires_at = Some("2020-01-01T00:00:00Z".into()), false),
        (|r| r.bundled = true, false),
    ] {
        let one = with("one", change);
        assert_eq!(told(&[one], None, &anyone).starts_with("nothing"), !used);
    }
    assert_eq!(told(&[system("shared")], None, &anyone), "shared by Only", "on behalf of nobody in particular");
    let acme = named(Some((organisation(), KeyOwner::Organisation)));
    assert_eq!(told(&[system("shared")], None, &acme), "nothing; shared NotOwn");
    assert_eq!(told(&[row("own"), system("shared")], None, &anyone), "own by Only; shared NotChosen", "own goes first");
}
