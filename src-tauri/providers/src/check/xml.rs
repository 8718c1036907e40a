//! Reads an XML answer as if it were JSON, so that the same rules serve both: an element becomes an object of its
//! children, or its text; an element that repeats becomes an array. Attributes and namespaces are left out.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// No documented answer nests nearly as deep.
const DEEPEST: usize = 32;

/// An element that is still open.
#[derive(Default)]
struct Open {
    name: String,
    children: Map<String, Value>,
    text: String,
}

/// The document, or nothing where it is no complete XML.
pub(crate) fn to_json(text: &str) -> Option<Value> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Open::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= DEEPEST => {
                open.push(Open { name: start.local_name().as_ref().to_owned(), ..Open::default() });
            }
            Event::Start(_) => return None,
            Event::Empty(empty) => add(open.last_mut()?, empty.local_name().as_ref().to_owned(), String::new().into()),
            Event::End(_) => {
                let closed = open.pop()?;
                let value = if closed.children.is_empty() {
                    Value::String(closed.text.trim().to_owned())
                } else {
                    Value::Object(closed.children)
                };
                add(open.last_mut()?, closed.name, value);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text),
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(entity) => match entity.resolve_char_ref().ok()? {
                Some(letter) => open.last_mut()?.text.push(letter),
                // Entities of a document's own are never expanded.
                None => open.last_mut()?.text.push_str(resolve_xml_entity(&entity)?),
            },
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::DocType(_) => return None,
        }
    }
    let [document] = <[Open; 1]>::try_from(open).ok()?;
    (document.children.len() == 1).then_some(Value::Object(document.children))
}

fn add(to: &mut Open, name: String, value: Value) {
    match to.children.get_mut(&name) {
        None => drop(to.children.insert(name, value)),
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_members() {
        let text = r#"<?xml version="1.0"?><r xmlns="https://x.example/"><a>1 &amp; &#50;</a><b/><c>x</c><c>y</c></r>"#;
        assert_eq!(to_json(text).unwrap(), json!({"r": {"a": "1 & 2", "b": "", "c": ["x", "y"]}}));
    }

    #[test]
    fn what_is_no_complete_harmless_document_is_left_unread() {
        let deep = format!("{}{}", "<a>".repeat(64), "</a>".repeat(64));
        let bomb = r#"<!DOCTYPE r [<!ENTITY a "aaaa">]><r>&a;</r>"#;
        for text in ["", "plain", "<r>", "<r></s>", "<r>&own;</r>", bomb, &deep] {
            assert_eq!(to_json(text), None, "{text}");
        }
    }
}
