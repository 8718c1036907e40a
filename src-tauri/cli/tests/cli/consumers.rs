//! Consumers, what they use, and programs that run with it.

use serde_json::Value;

use crate::place::{Place, Ran};

/// Claude and a phone, and the agent “Support line”.
fn with_agent() -> Place {
    let place = Place::new();
    place.add("anthropic", "Claude", &[]);
    place.add("twilio", "Phone", &[]);
    place.run(&["consumer", "add", "--kind", "agent", "--name", "Support line"]).ends(0);
    place
}

fn assign(place: &Place, more: &[&str]) -> Ran {
    place.run(&[&["assign", "support-line", "--json"], more].concat())
}

/// Place, provider and assigned credential of each use.
fn uses(consumer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |one: &Value| {
        [text(&one["slot"]), text(&one["provider"]), text(&one["credential_name"]), text(&one["model"])].join(" ")
    };
    consumer["uses"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn consumers_are_added_found_changed_and_deleted() {
    let place = Place::new();
    let add = ["consumer", "add", "--kind", "agent", "--name", "Support line", "--note", "Answers calls", "--json"];
    let made = place.run(&add).ends(0).json();
    assert_eq!(
        (&made["kind"], &made["scope"], &made["note"]),
        (&"agent".into(), &"Acme".into(), &"Answers calls".into())
    );
    assert_eq!(made["command"], "strongroom run --for support-line -- ./agent");
    assert_eq!(place.run(&add).ends(2).error_kind(), "duplicate_name");
    place.run(&["consumer", "add", "--kind", "skill", "--name", "Support Line"]).ends(0);
    let id = made["id"].as_str().unwrap();
    for name in [id, "agent:support-line", "agent:SUPPORT LINE"] {
        assert_eq!(place.run(&["consumer", "show", name, "--json"]).ends(0).json()["id"], id, "{name}");
    }
    let both = place.run(&["consumer", "show", "support-line", "--json"]).ends(2);
    assert_eq!(both.error_kind(), "ambiguous");
    assert!(both.says("the skill “Support Line”") && both.says("agent:NAME"));
    assert_eq!(place.run(&["consumer", "show", "nobody", "--json"]).ends(7).error_kind(), "not_found");

    let list = |more: &[&str]| place.run(&[&["consumer", "list", "--json"], more].concat()).ends(0).json();
    assert_eq!(list(&[])["total"], 2);
    assert_eq!(list(&["--kind", "skill"])["items"][0]["kind"], "skill");
    let found = list(&["--search", "answers"]);
    assert_eq!((&found["total"], &found["items"][0]["id"]), (&1.into(), &id.into()));
    let first = list(&["--limit", "1"]);
    let rest = list(&["--after", first["next"].as_str().unwrap()]);
    assert_ne!(first["items"][0]["id"], rest["items"][0]["id"]);
    assert!(rest["next"].is_null());
    assert!(place.run(&["consumer"]).ends(0).says("2 consumers"), "the list is what is shown where nothing is said");
    place.run(&["consumer", "list", "--kind", "robot"]).ends(2);

    place.run(&["consumer", "edit", id]).ends(2);
    let changed = place.run(&["consumer", "edit", id, "--name", "Help line", "--note", "", "--json"]).ends(0).json();
    assert_eq!((&changed["name"], &changed["note"]), (&"Help line".into(), &"".into()));
    assert_eq!(place.run(&["consumer", "delete", "help-line", "--json"]).ends(2).error_kind(), "confirmation_needed");
    let gone = place.run(&["consumer", "delete", "help-line", "--yes", "--json"]).ends(0);
    assert_eq!((&gone.json()["deleted"], &gone.json()["kind"]), (&id.into(), &"agent".into()));
    assert!(gone.says("uses no credential"));
    assert_eq!(list(&[])["total"], 1);
}

#[test]
fn a_text_without_a_word_names_nobody() {
    let place = Place::new();
    place.run(&["consumer", "add", "--kind", "skill", "--name", "😀😀"]).ends(0);
    place.run(&["consumer", "add", "--kind", "skill", "--name", "Skill"]).ends(0);
    for nothing in ["", " "] {
        assert_eq!(place.run(&["run", "--json", "--for", nothing, "--", "true"]).ends(2).error_kind(), "invalid_input");
    }
    assert_eq!(place.run(&["run", "--json", "--for", "***", "--", "true"]).ends(7).error_kind(), "not_found");
    assert_eq!(place.run(&["consumer", "delete", "skill:", "--yes", "--json"]).ends(2).error_kind(), "invalid_input");
    assert_eq!(place.run(&["consumer", "list", "--json"]).ends(0).json()["total"], 2);
    assert!(place.run(&["consumer", "delete", "😀😀", "--yes"]).ends(0).says("Deleted"));
}

#[test]
fn kinds_and_what_can_be_chosen_are_told() {
    let place = with_agent();
    let kinds = place.run(&["consumer", "kinds", "--json"]).ends(0).json();
    assert_eq!(kinds.as_array().unwrap().len(), 8);
    assert_eq!(kinds[0]["slots"][0]["id"], "llm");
    assert!(place.run(&["consumer", "kinds"]).ends(0).says("llm, stt, tts, sms*"));
    let options = place.run(&["consumer", "options", "--slot", "llm", "--json"]).ends(0).json();
    assert_eq!(options["providers"][0]["provider"], "anthropic");
    assert!(options["empty"].is_null());
    place.run(&["disable", "Claude"]).ends(0);
    let none = place.run(&["consumer", "options", "--slot", "llm"]).ends(0);
    assert!(none.says("that can be used: 1 disabled") && none.says("○ cannot"), "{}", none.out);
    let unknown = place.run(&["consumer", "options", "--slot", "nowhere", "--json"]).ends(2);
    assert_eq!(unknown.error_kind(), "invalid_input");
}

#[test]
fn assigning_infers_the_place_replaces_and_says_so() {
    let place = with_agent();
    assert_eq!(uses(&assign(&place, &["--credential", "CLAUDE"]).ends(0).json()), ["llm anthropic Claude -"]);
    assert_eq!(
        uses(&assign(&place, &["--credential", "Phone"]).ends(0).json()),
        ["llm anthropic Claude -", "sms twilio Phone -"],
        "what it had is kept"
    );
    place.add("anthropic", "Spare", &[]);
    let instead = place.run(&["assign", "support-line", "--credential", "Spare", "--model", "claude-fake"]).ends(0);
    assert!(
        instead.says("uses for llm: Anthropic claude-fake: “Spare”, assigned, in place of “Claude”."),
        "{instead:?}"
    );
    let same = place.run(&["assign", "support-line", "--credential", "Spare"]).ends(0);
    assert!(same.says("has that for llm already"), "{same:?}");
    let revision =
        |place: &Place| place.run(&["consumer", "show", "support-line", "--json"]).json()["revision"].clone();
    let before = revision(&place);
    assign(&place, &["--credential", "Spare"]).ends(0);
    assert_eq!(revision(&place), before, "what is so already is not written again");
    let ruled = assign(&place, &["--provider", "anthropic"]).ends(0);
    assert_eq!(uses(&ruled.json())[0], "llm anthropic - claude-fake", "the model stays, the key is the rule's");
    assert!(ruled.says("none is the only default"), "and that nothing is the default is said: {ruled:?}");

    place.add("twilio", "Second phone", &[]);
    let both = assign(&place, &["--credential", "Second phone"]).ends(0).json();
    assert_eq!(uses(&both)[1..], ["sms twilio Phone -", "sms twilio Second phone -"], "functions take several");
    let ruled = place.run(&["assign", "support-line", "--provider", "twilio"]).ends(0);
    assert!(ruled.says("in place of “Phone” and “Second phone”"), "{ruled:?}");
}

#[test]
fn a_place_that_is_not_clear_or_does_not_fit_is_named() {
    let place = with_agent();
    place.add("hubspot", "Customers", &[]);
    place.run(&["consumer", "add", "--kind", "llm-configuration", "--name", "Model"]).ends(0);
    let unfit = place.run(&["assign", "Model", "--credential", "Phone", "--json"]).ends(2);
    assert_eq!(unfit.error_kind(), "usage");
    assert!(
        unfit.says("“Phone” fits no place of the LLM configuration “Model”.") && unfit.says("It has: llm, embeddings.")
    );
    assert!(assign(&place, &["--credential", "Phone", "--slot", "llm"]).ends(2).says("does not fit the place “llm”"));
    assert!(assign(&place, &["--credential", "Phone", "--slot", "phone"]).ends(2).says("has no place “phone”"));
    let several = assign(&place, &["--provider", "azure-speech"]).ends(2);
    assert!(several.says("Several places are meant for") && several.says("stt, tts."), "{several:?}");
    let named = assign(&place, &["--provider", "azure-speech", "--slot", "tts"]).ends(0);
    assert_eq!(uses(&named.json()), ["tts azure-speech - -"]);
    assert!(assign(&place, &["--provider", "nobody"]).ends(7).says("no provider “nobody”"));
    assert_eq!(assign(&place, &["--credential", "nobody"]).ends(7).error_kind(), "not_found");
    assign(&place, &[]).ends(2);
    assign(&place, &["--credential", "Phone", "--provider", "twilio"]).ends(2);
}

#[test]
fn a_deployment_chooses_its_credential() {
    let place = with_agent();
    place.add("azure-openai", "gpt-large", &[]);
    place.add("azure-openai", "gpt-small", &[]);
    let azure = |model: &str| assign(&place, &["--provider", "azure-openai", "--model", model]);
    assert_eq!(uses(&azure("gpt-small").ends(0).json()), ["llm azure-openai gpt-small gpt-small"]);
    let unknown = azure("gpt-none").ends(7);
    assert_eq!(unknown.error_kind(), "not_found");
    assert!(unknown.says("There are: gpt-large, gpt-small."));
    let other = assign(&place, &["--credential", "gpt-large", "--model", "gpt-small"]).ends(2);
    assert!(other.says("“gpt-large” is for another deployment"), "{other:?}");
    place.run(&["disable", "gpt-large"]).ends(0);
    assert_eq!(azure("gpt-large").ends(7).error_kind(), "not_found", "only what is enabled is offered");
}

#[test]
fn a_use_is_removed_and_nothing_else_with_it() {
    let place = with_agent();
    assign(&place, &["--credential", "Claude"]).ends(0);
    assign(&place, &["--provider", "twilio"]).ends(0);
    let wrong = assign(&place, &["--remove", "--credential", "Phone"]).ends(7);
    assert_eq!(wrong.error_kind(), "not_found");
    assert!(wrong.says("“Phone” is not assigned") && wrong.says("Twilio by the rule for sms"), "{wrong:?}");
    assert_eq!(uses(&assign(&place, &["--remove", "--provider", "twilio"]).ends(0).json()), ["llm anthropic Claude -"]);
    assign(&place, &["--remove", "--credential", "Claude", "--slot", "stt"]).ends(7);
    assert!(uses(&assign(&place, &["--remove", "--credential", "Claude"]).ends(0).json()).is_empty());
}

#[test]
fn a_member_assigns_and_renames_nothing_and_a_shared_one_is_found() {
    let place = Place::new();
    place.add("deepgram", "Ears", &["--org", "system"]);
    place.run(&["consumer", "add", "--kind", "agent", "--name", "Agent"]).ends(0);
    place.run(&["person", "add", "Mia Member", "--member", "Acme"]).ends(0);
    let mia = |arguments: &[&str]| place.run(&[&["--as", "Mia Member", "--json"], arguments].concat());
    let assigned = mia(&["assign", "agent", "--credential", "Ears"]).ends(0);
    assert_eq!(uses(&assigned.json()), ["stt deepgram Ears -"]);
    assert!(assigned.says("is system-wide, and the organisation brings its own keys"), "{assigned:?}");
    for refused in [
        &["consumer", "edit", "agent", "--name", "Mine"] as &[&str],
        &["consumer", "delete", "agent", "--yes"],
        &["consumer", "add", "--kind", "skill", "--name", "Mine"],
        &["mode", "bundled"],
        &["launch", "stop", "--reason", "Mine"],
        &["launch", "resume"],
    ] {
        assert_eq!(mia(refused).ends(3).error_kind(), "not_permitted", "{refused:?}");
    }
    mia(&["mode"]).ends(0);
    mia(&["launch"]).ends(0);
    mia(&["consumer", "explain", "agent"]).ends(0);
}

#[test]
fn explain_says_the_rule_and_why_not_the_others() {
    let place = with_agent();
    let spare = place.add("anthropic", "Spare", &["--default"]);
    assign(&place, &["--credential", "Claude"]).ends(0);
    let explain = |more: &[&str]| place.run(&[&["consumer", "explain"], more].concat()).ends(0);
    let told = explain(&["support-line"]);
    assert!(told.says("anthropic as llm: “Claude” is used, which is assigned."), "{}", told.out);
    assert!(told.says("● yes") && told.says("not used: another one is assigned"), "{}", told.out);
    place.run(&["disable", "Claude"]).ends(0);
    let json = explain(&["support-line", "--provider", "anthropic", "--slot", "llm", "--json"]).json();
    let one = &json[0];
    assert_eq!((&one["slot"], &one["assigned"]), (&"llm".into(), &"Claude".into()));
    assert_eq!((&one["resolution"]["credential"], &one["resolution"]["rule"]), (&spare["id"], &"default".into()));
    let why = |name: &str| {
        let all = one["resolution"]["candidates"].as_array().unwrap();
        all.iter().find(|candidate| candidate["name"] == name).unwrap()["why_not"].clone()
    };
    assert_eq!((why("Spare"), why("Claude")), (Value::Null, "disabled".into()));
    assert!(explain(&["support-line"]).says("“Claude” is assigned and is disabled; “Spare” is used instead"));
    // As if it used it, and without a consumer.
    let twilio = explain(&["support-line", "--provider", "twilio", "--json"]).json();
    assert_eq!((&twilio[0]["assigned"], &twilio[0]["resolution"]["name"]), (&Value::Null, &"Phone".into()));
    assert_eq!(explain(&["--org", "Acme", "--provider", "twilio", "--json"]).json()[0]["resolution"]["rule"], "only");
    let none = explain(&["--provider", "deepgram"]);
    assert!(none.says("nothing is used. Acme has no Deepgram credential.") && none.says("Add one"), "{}", none.out);
    place.run(&["consumer", "explain"]).ends(2);
    place.run(&["consumer", "explain", "support-line", "--provider", "twilio", "--slot", "nowhere"]).ends(2);
}

#[test]
#[cfg(unix)]
fn a_program_gets_all_that_its_consumer_uses_or_does_not_start() {
    let place = with_agent();
    let run = |command: &[&str]| place.run(&[&["run", "--json", "--for", "support-line", "--"], command].concat());
    let empty = run(&["touch", "started"]).ends(8);
    assert_eq!(empty.error_kind(), "nothing_resolves");
    assert!(empty.says("uses no credential yet") && empty.says("strongroom assign"), "{empty:?}");
    assign(&place, &["--credential", "Claude"]).ends(0);
    let shown = assign(&place, &["--credential", "Phone"]).ends(0).json();
    let got = run(&["env"]).ends(0);
    for name in shown["variables"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        assert!(got.out.lines().any(|line| line.starts_with(&format!("{name}="))), "{name} in {}", got.out);
    }
    assert!(got.says("ANTHROPIC_API_KEY=FAKE-Claude") && got.says("TWILIO_API_SECRET=FAKE-Phone"), "{}", got.out);

    place.run(&["disable", "Claude"]).ends(0);
    place.run(&["disable", "Phone"]).ends(0);
    let nothing = run(&["touch", "started"]).ends(8);
    assert_eq!(nothing.error_kind(), "nothing_resolves");
    assert!(nothing.says("“Claude” is disabled") && nothing.says("“Phone” is disabled"), "every reason: {nothing:?}");
    assert!(!place.path("started").exists());
    place.run(&["enable", "Phone"]).ends(0);
    assert!(!run(&["touch", "started"]).ends(8).says("Phone"), "all of it, or nothing");
    assert!(!place.path("started").exists());
    place.add("anthropic", "Spare", &["--default"]);
    let instead = run(&["printenv", "ANTHROPIC_API_KEY"]).ends(0);
    assert_eq!(instead.out, "FAKE-Spare-0123456789-abcdef\n");
    assert!(instead.err.contains("“Claude” is assigned and is disabled; “Spare” is used instead"), "{}", instead.err);
}

#[test]
#[cfg(unix)]
fn a_refused_program_stands_in_the_audit_with_its_consumer() {
    let place = with_agent();
    place.run(&["person", "add", "Ada Admin", "--admin", "Acme"]).ends(0);
    place.run(&["person", "add", "Mia Member", "--member", "Acme"]).ends(0);
    assign(&place, &["--credential", "Claude"]).ends(0);
    place.run(&["disable", "Claude"]).ends(0);
    place.run(&["--as", "Mia Member", "run", "--for", "support-line", "--", "true"]).ends(8);
    let seen =
        place.run(&["--as", "Ada Admin", "audit", "list", "--search", "Support line", "--kind", "refused", "--json"]);
    let items = seen.ends(0).json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
    assert_eq!((&items[0]["object"], &items[0]["scopes"]), (&"true".into(), &serde_json::json!(["Acme"])));
    place.run(&["--as", "Mia Member", "run", "--key", "CLAUDE", "--", "cat"]).ends(8);
    let seen = place.run(&["--as", "Ada Admin", "audit", "list", "--search", "CLAUDE", "--kind", "refused", "--json"]);
    assert_eq!(seen.ends(0).json()["items"][0]["object"], "cat", "a key that is Acme's");
}

#[test]
#[cfg(unix)]
fn uses_and_deliveries_stand_in_show_list_and_the_deletion() {
    let place = with_agent();
    assign(&place, &["--credential", "Claude"]).ends(0);
    for name in ["First", "Second"] {
        place.run(&["consumer", "add", "--kind", "llm_configuration", "--name", name]).ends(0);
        place.run(&["assign", name, "--credential", "Claude"]).ends(0);
    }
    place.run(&["consumer", "add", "--kind", "skill", "--name", "Looks up"]).ends(0);
    place.run(&["assign", "Looks up", "--credential", "Claude"]).ends(0);
    place.run(&["run", "--for", "support-line", "--", "true"]).ends(0);
    let shown = place.run(&["show", "Claude", "--json"]).ends(0).json();
    let uses = shown["used_by"].as_array().unwrap();
    let of = |kind: &str, name: &str, place: &str| serde_json::json!({"kind": kind, "name": name, "as": place, "by_rule": false, "consumer": null});
    assert!(uses.contains(&of("agent", "Support line", "llm")), "{uses:?}");
    assert!(uses.contains(&of("skill", "Looks up", "any")), "{uses:?}");
    assert!(shown["last_used_at"].is_string());
    let program = uses.iter().find(|one| one["kind"] == "program").unwrap();
    assert_eq!(program["consumer"], "Support line");
    let mut listed = place.run(&["list", "--provider", "anthropic", "--json"]).ends(0).json();
    for one in listed["items"][0]["used_by"].as_array_mut().unwrap() {
        if one["kind"] == "program" {
            assert!(one["consumer"].is_null(), "only one credential by itself is looked up in the audit");
            one["consumer"] = program["consumer"].clone();
        }
    }
    assert_eq!(
        (&listed["items"][0]["used_by"], &listed["items"][0]["last_used_at"]),
        (&shown["used_by"], &shown["last_used_at"])
    );
    assert!(place.run(&["show", "Claude"]).ends(0).says("LLM configuration: First as llm"));
    assert!(place.run(&["consumer", "show", "support-line", "--json"]).json()["last_used_at"].is_string());

    let refused = place.run(&["delete", "Claude", "--json"]).ends(2);
    assert_eq!(refused.error_kind(), "confirmation_needed");
    let told = "1 agent unlinked, 2 LLM configurations unlinked, 1 skill updated";
    assert!(refused.err.contains(told), "{}", refused.err);
    assert!(refused.err.contains("skill: Looks up updated"), "{}", refused.err);
    let gone = place.run(&["delete", "Claude", "--yes", "--json"]).ends(0).json();
    assert_eq!((&gone["deleted"], &gone["in_use"], &gone["summary"]), (&shown["id"], &true.into(), &told.into()));
    let line = gone["impact"].as_array().unwrap().iter().find(|one| one["name"] == "Support line").unwrap();
    assert_eq!(line["kind"], "agent");
    assert_eq!(line["effect"], "unlinked; then has nothing to use of Anthropic");
    assert!(place.run(&["consumer", "show", "Looks up", "--json"]).json()["uses"].as_array().unwrap().is_empty());
}
