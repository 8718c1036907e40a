//! What an entry tells, in words: one table for the window, the command line and exported files.

use serde_json::Value;

use crate::views::AuditFactView;

/// Every action, as people say it.
const ACTIONS: [(&str, &str); 45] = [
    ("attempt.refused", "Was refused"),
    ("audit.accept", "Accepted the log as it is"),
    ("audit.prune", "Old entries were removed"),
    ("audit.retention", "Changed how long entries are kept"),
    ("consumer.add", "Added a consumer"),
    ("consumer.assign", "Changed what a consumer uses"),
    ("consumer.delete", "Deleted a consumer"),
    ("consumer.edit", "Changed a consumer"),
    ("consumer.unlink", "A deleted credential was taken away from a consumer"),
    ("credential.add", "Added a credential"),
    ("credential.change", "Changed a credential"),
    ("credential.check", "Checked a credential"),
    ("credential.connect", "Connected an account"),
    ("credential.delete", "Deleted a credential"),
    ("credential.deliver", "Handed credentials to a program"),
    ("credential.disable", "Switched a credential off"),
    ("credential.disconnect", "Disconnected an account"),
    ("credential.enable", "Switched a credential on"),
    ("credential.old.check", "Checked the old key"),
    ("credential.old.dead", "The old key is dead, and was destroyed"),
    ("credential.old.discard", "Destroyed the old key"),
    ("credential.renew", "Renewed an access token"),
    ("credential.replace", "Entered a new key beside the old one"),
    ("credential.replace.check", "Checked the new key"),
    ("credential.replace.discard", "Discarded the new key"),
    ("credential.switch", "Put the new key in force"),
    ("credential.switch.back", "Put the old key in force again"),
    ("credential.try", "Checked values that were not stored"),
    ("inventory.export", "Exported the inventory, without values"),
    ("kit.renew", "Made a new recovery kit"),
    ("launch.resume", "Resumed telephony"),
    ("launch.stop", "Stopped all telephony"),
    ("organisation.archive", "Archived an organisation"),
    ("organisation.create", "Added an organisation"),
    ("organisation.mode", "Changed whose keys an organisation uses"),
    ("organisation.ready", "Completed the onboarding"),
    ("organisation.rename", "Renamed an organisation"),
    ("organisation.restore", "Restored an organisation"),
    ("person.change", "Changed a person"),
    ("person.create", "Added a person"),
    ("person.remove", "Removed a person"),
    ("person.use", "Handed this computer to a person"),
    ("setting.set", "Changed a setting"),
    ("vault.create", "Made the vault"),
    ("vault.recover", "Recovered the master key"),
];

/// What was refused, by operation.
const OPERATIONS: [(&str, &str); 15] = [
    ("assign", "saying what consumers use"),
    ("audit", "reading the audit"),
    ("change", "changing credentials"),
    ("check", "checking credentials"),
    ("consumers", "changing consumers"),
    ("deliver", "handing credentials to a program"),
    ("launch", "stopping or resuming telephony"),
    ("onboarding", "mode and onboarding"),
    ("organisations", "changing organisations"),
    ("people", "people and their roles"),
    ("read", "seeing credentials"),
    ("recover", "a recovery code"),
    ("unlock", "a passphrase"),
    ("use", "using credentials"),
    ("vault", "the vault itself"),
];

/// Names of what stands in the details.
const FACTS: [(&str, &str); 34] = [
    ("about", "Asked for"),
    ("before", "Older than"),
    ("changed", "Changed"),
    ("consumer", "Consumer"),
    ("count", "How many"),
    ("credentials", "Credentials"),
    ("custody", "Master key kept by"),
    ("data_key", "Data key"),
    ("days", "Kept for days"),
    ("fields", "Fields"),
    ("filter", "Narrowed to"),
    ("format", "Format"),
    ("found", "Entries found"),
    ("hidden", "Credentials of others"),
    ("kind", "Kind"),
    ("kit", "Readiness kit"),
    ("last", "Last"),
    ("mode", "Mode"),
    ("more", "More like this"),
    ("new_refresh_token", "New refresh token"),
    ("operation", "Refused"),
    ("provider", "Provider"),
    ("reason", "Reason"),
    ("remembered", "Entries remembered"),
    ("remembered_at", "Remembered at"),
    ("removed", "Removed"),
    ("roles", "Roles"),
    ("stopped_at", "Stopped at"),
    ("stopped_by", "Stopped by"),
    ("super_admin", "Super admin"),
    ("times", "Times"),
    ("uses", "Uses"),
    ("verdict", "Verdict"),
    ("why", "Because"),
];

fn look_up(table: &[(&str, &'static str)], id: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == id).map(|(_, words)| *words)
}

/// What was done, as a sentence without its object.
pub(super) fn said(action: &str, detail: &Value) -> String {
    let Some(words) = look_up(&ACTIONS, action) else { return action.to_owned() };
    let text = |key: &str| detail.get(key).and_then(Value::as_str);
    if action == "attempt.refused" {
        let what = text("operation").and_then(|id| look_up(&OPERATIONS, id));
        let more = detail.get("more").and_then(Value::as_u64);
        let more = more.map(|count| format!(", {count} more like this")).unwrap_or_default();
        return what.map_or_else(|| words.to_owned(), |what| format!("{words}: {what}{more}"));
    }
    match text("verdict") {
        Some(verdict) => format!("{words}: {}", plain(verdict)),
        None => words.to_owned(),
    }
}

/// The details, named and in words. What has no name here keeps its own.
pub(super) fn facts(detail: &Value) -> Vec<AuditFactView> {
    let Some(detail) = detail.as_object() else { return Vec::new() };
    let known = detail.iter().filter(|(_, value)| !value.is_null());
    let fact = |(key, value): (&String, &Value)| {
        let name = look_up(&FACTS, key).map_or_else(|| plain(key), str::to_owned);
        let value = match (key.as_str(), value) {
            ("operation", Value::String(id)) => look_up(&OPERATIONS, id).map_or_else(|| id.clone(), str::to_owned),
            ("verdict" | "why" | "custody" | "kind", Value::String(id)) => plain(id),
            (_, value) => in_words(value),
        };
        AuditFactView { key: key.clone(), name, value }
    };
    known.map(fact).filter(|fact| !fact.value.is_empty()).collect()
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(in_words).collect::<Vec<_>>().join(", "),
        // Something with a name is told by it.
        Value::Object(object) => match object.get("name") {
            Some(name) => in_words(name),
            None => {
                let pairs = object.iter().map(|(key, value)| format!("{key}: {}", in_words(value)));
                pairs.collect::<Vec<_>>().join(", ")
            }
        },
    }
}

fn plain(id: &str) -> String {
    id.replace('_', " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Texts of the form `word.word` between quotes in the vault's sources: its actions. Columns stand behind one letter.
    fn written(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                written(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            for quoted in lines.flat_map(|line| line.split('"').skip(1).step_by(2)) {
                let words: Vec<&str> = quoted.split('.').collect();
                let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                if words.len() > 1 && words.iter().all(is_word) && !quoted.ends_with(".sql") {
                    found.insert(quoted.to_owned());
                }
            }
        }
    }

    #[test]
    fn every_action_of_the_vault_has_its_words() {
        let mut found = BTreeSet::new();
        written(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../vault/src/store"), &mut found);
        let known: BTreeSet<String> = ACTIONS.iter().map(|(action, _)| (*action).to_owned()).collect();
        assert_eq!(found.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "say these in words");
        assert_eq!(known.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "nothing does these any more");
    }

    #[test]
    fn details_are_told_in_words() {
        let detail = serde_json::json!({
            "verdict": "no_credit", "fields": ["a", "b"], "super_admin": true, "something_new": 3, "left": null,
            "credentials": [{"id": "1", "name": "Main", "scope": "system"}, {"id": "2", "name": "Other"}],
        });
        assert_eq!(said("credential.check", &detail), "Checked a credential: no credit");
        assert_eq!(said("some.thing", &detail), "some.thing", "what a newer version wrote is told as it stands there");
        let refused = serde_json::json!({"operation": "change", "why": "not_permitted"});
        assert_eq!(said("attempt.refused", &refused), "Was refused: changing credentials");
        let facts = facts(&detail);
        let value = |name: &str| facts.iter().find(|fact| fact.name == name).unwrap().value.clone();
        assert_eq!(value("Credentials"), "Main, Other");
        assert_eq!(value("Fields"), "a, b");
        assert_eq!(value("Super admin"), "yes");
        assert_eq!(value("something new"), "3");
        assert_eq!(facts.len(), 5);
    }
}
