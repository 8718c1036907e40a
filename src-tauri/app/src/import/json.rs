//! JSON files: one object of names and texts, or objects of these by provider.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::entry::{Content, Entry};

/// Reads names and values.
///
/// # Errors
/// Where the text is no JSON or no object; the sentence names the place and nothing of the content.
pub(crate) fn read(text: &str) -> Result<Content, String> {
    let node: Node = serde_json::from_str(text)
        .map_err(|e| format!("The file is not valid JSON (line {}, column {}).", e.line(), e.column()))?;
    let Node::Object(members) = node else {
        return Err("The file must be one JSON object of names and texts, such as {\"OPENAI_API_KEY\": \"…\"}.".into());
    };
    let mut content = Content::default();
    for (name, node) in members {
        match node {
            Node::Object(inner) => {
                for (field, node) in inner {
                    add(&mut content, Some(&name), field, node);
                }
            }
            node => add(&mut content, None, name, node),
        }
    }
    Ok(content)
}

fn add(content: &mut Content, group: Option<&str>, name: String, node: Node) {
    match node {
        Node::Text(value) => content.entries.push(Entry { line: None, group: group.map(str::to_owned), name, value }),
        Node::Object(_) => content.skip(None, Some(&name), "An object inside of an object is not read."),
        Node::Other(what) => content.skip(None, Some(&name), format!("It is {what}; only texts are read.")),
    }
}

enum Node {
    Text(Zeroizing<String>),
    Object(Vec<(String, Node)>),
    Other(&'static str),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_str<E>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Text(Zeroizing::new(text.to_owned())))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Other("true or false"))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
                Ok(Node::Other("a number"))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
                Ok(Node::Other("a number"))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Other("a number"))
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Other("null"))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Node::Other("a list"))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Node::Object(members))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn objects_of_texts_are_read_and_the_rest_is_named() {
        let text = r#"{"A": "1", "twilio": {"auth_token": "2", "deep": {}, "n": 5}, "B": null, "C": [1], "A": "3"}"#;
        let content = read(text).unwrap();
        let found: Vec<_> =
            content.entries.iter().map(|e| (e.group.as_deref(), e.name.as_str(), e.value.as_str())).collect();
        assert_eq!(found, [(None, "A", "1"), (Some("twilio"), "auth_token", "2"), (None, "A", "3")]);
        let skipped: Vec<_> = content.skipped.iter().map(|s| s.name.as_deref().unwrap()).collect();
        assert_eq!(skipped, ["deep", "n", "B", "C"]);
    }

    #[test]
    fn what_is_no_object_is_refused_without_its_content() {
        for text in ["", "{", "[]", "\"FAKE5551234\"", "{\"A\": \"FAKE5551234", "{'A': 1}", "5551234"] {
            let why = read(text).err().unwrap();
            assert!(!why.contains("5551234"), "{why}");
        }
        assert!(read(&"[".repeat(100_000)).is_err(), "a tower of brackets ends nothing");
    }
}
