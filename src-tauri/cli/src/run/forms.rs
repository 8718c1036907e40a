//! What a secret value may look like in a program's output: as it is, and in the encodings that logs, requests and
//! dumps put it in.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// Values and forms with fewer characters are not looked for: they would hide words that only look alike.
pub const SHORTEST: usize = 6;

/// A single line of a longer value is looked for by itself from this length on.
const SHORTEST_LINE: usize = 16;

/// Longer forms are looked for in pieces of this length, each of which begins in the middle of the one before. So
/// nobody has to hold back more than one piece, and a part of a long value is recognised too.
pub const LONGEST: usize = 64;

/// Bytes that are part of a secret, wiped when they are dropped.
pub type Form = Zeroizing<Vec<u8>>;

/// Whether a value is long enough to be looked for.
pub fn is_sought(value: &str) -> bool {
    stretches(value).iter().any(|stretch| stretch.chars().count() >= SHORTEST)
}

/// Every form of the value, none longer than [`LONGEST`].
pub fn forms(value: &str) -> Vec<Form> {
    let mut all: Vec<Form> = Vec::new();
    let mut stretches = stretches(value);
    stretches.extend(json_secrets(value));
    for stretch in stretches.iter().filter(|s| s.chars().count() >= SHORTEST) {
        all.push(owned(stretch));
        if stretch.contains('\n') {
            // As a terminal shows it.
            all.push(owned(Zeroizing::new(stretch.replace('\n', "\r\n"))));
            let lines = stretch.lines().map(str::trim);
            all.extend(lines.filter(|line| line.chars().count() >= SHORTEST_LINE).map(owned));
        }
        all.extend(base64_forms(stretch.as_bytes()));
        all.extend(percent_forms(stretch));
        all.extend(json_forms(stretch));
        all.extend(["0123456789abcdef", "0123456789ABCDEF"].map(|digits| hexadecimal(stretch.as_bytes(), digits)));
    }
    if !all.is_empty() {
        all.extend(folded_base64(value));
    }
    let mut pieces: Vec<Form> = all.iter().flat_map(|form| cut(form)).collect();
    pieces.sort_by(|a, b| a.as_slice().cmp(b));
    pieces.dedup();
    pieces
}

/// Words in the name of a member whose value is a secret, in whatever case and with or without separators.
const SECRET_NAMES: [&str; 6] = ["secret", "password", "passphrase", "token", "key", "credential"];

/// The secrets inside a value that is a JSON document, which a program prints one by one, or in another layout: the
/// texts of members with such a name. The others are addresses and names that are no secret, and hiding those would hide
/// what somebody looks for.
fn json_secrets(value: &str) -> Vec<Zeroizing<String>> {
    let mut found = Vec::new();
    if value.trim_start().starts_with(['{', '[']) {
        // What is no document has nothing inside.
        if let Ok(document) = serde_json::from_str(value) {
            gather(document, false, &mut found);
        }
    }
    found.into_iter().flat_map(|text| stretches(&text)).collect()
}

/// Takes the document apart; each text is wiped when it is dropped.
fn gather(value: serde_json::Value, named: bool, found: &mut Vec<Zeroizing<String>>) {
    match value {
        serde_json::Value::String(text) => {
            let text = Zeroizing::new(text);
            if named {
                found.push(text);
            }
        }
        serde_json::Value::Array(all) => all.into_iter().for_each(|one| gather(one, named, found)),
        serde_json::Value::Object(members) => {
            for (name, one) in members {
                let name = name.to_lowercase();
                let is_secret = SECRET_NAMES.iter().any(|word| name.contains(word))
                    && !name.ends_with("id")
                    && !name.ends_with("uri")
                    && !name.ends_with("url");
                gather(one, named || is_secret, found);
            }
        }
        _ => {}
    }
}

/// The parts of a value that are secret: the lines that begin and end a key file are the same in all of them.
fn stretches(value: &str) -> Vec<Zeroizing<String>> {
    if !value.contains('\n') {
        return vec![Zeroizing::new(value.to_owned())];
    }
    let mut stretches = vec![Zeroizing::new(String::with_capacity(value.len()))];
    for line in value.split_inclusive('\n') {
        match stretches.last_mut() {
            Some(last) if !line.starts_with("-----") => last.push_str(line),
            _ => stretches.push(Zeroizing::new(String::with_capacity(value.len()))),
        }
    }
    stretches.iter().map(|stretch| Zeroizing::new(stretch.trim_end_matches(['\r', '\n']).to_owned())).collect()
}

fn owned(text: impl AsRef<str>) -> Form {
    Zeroizing::new(text.as_ref().as_bytes().to_vec())
}

/// Pieces that together cover the whole form.
fn cut(form: &[u8]) -> Vec<Form> {
    if form.len() < SHORTEST {
        return Vec::new();
    }
    let last = form.len().saturating_sub(LONGEST);
    let starts = (0..last).step_by(LONGEST / 2).chain([last]);
    starts.map(|start| Zeroizing::new(form[start..form.len().min(start + LONGEST)].to_vec())).collect()
}

/// In base64 a text looks in three ways, by where it stands in what is encoded. Of each, the characters that depend on
/// nothing before or after it; and where it stands at the end, its last character and the padding too.
fn base64_forms(bytes: &[u8]) -> Vec<Form> {
    let mut forms = Vec::new();
    for (padded, plain) in [(&STANDARD, &STANDARD_NO_PAD), (&URL_SAFE, &URL_SAFE_NO_PAD)] {
        for before in 0..3 {
            let mut text = Zeroizing::new(vec![0; before]);
            text.extend_from_slice(bytes);
            let first = (before * 8).div_ceil(6);
            let whole = text.len() * 8 / 6;
            let (padded, plain) = (Zeroizing::new(padded.encode(&text)), Zeroizing::new(plain.encode(&text)));
            forms.extend([owned(&plain[first..whole]), owned(&plain[first..]), owned(&padded[first..])]);
        }
    }
    forms
}

/// The lines in which `base64` and mail programs (76 characters) and key files (64) write a long value.
fn folded_base64(value: &str) -> Vec<Form> {
    let encoded = Zeroizing::new(STANDARD.encode(value));
    let lines = [64, 76].into_iter().flat_map(|width| encoded.as_bytes().chunks(width));
    lines.filter(|line| line.len() >= SHORTEST_LINE).map(|line| Zeroizing::new(line.to_vec())).collect()
}

/// In addresses and forms: which characters stay as they are is a matter of the program.
fn percent_forms(text: &str) -> Vec<Form> {
    const UNRESERVED: &str = "-._~";
    let mut forms = Vec::new();
    // Everything that may be; what JavaScript leaves in a component, and in an address; HTML forms; reserved ones alone.
    for (kept, plus) in [
        (UNRESERVED, false),
        ("-._~!*'()", false),
        ("-._~!*'();/?:@&=+$,#", false),
        ("-._*", true),
        ("-._~\"<>\\^`{|}", false),
    ] {
        for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
            let mut form = Zeroizing::new(Vec::with_capacity(text.len() * 3));
            for byte in text.bytes() {
                if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
                    form.push(byte);
                } else if plus && byte == b' ' {
                    form.push(b'+');
                } else {
                    form.extend([b'%', digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
                }
            }
            forms.push(form);
        }
    }
    forms
}

/// Which characters a writer of JSON escapes beyond those that it must.
#[derive(Clone, Copy)]
struct Escapes {
    slash: bool,
    html: bool,
    ascii: bool,
    capitals: bool,
}

fn json_forms(text: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for bits in 0..16_u8 {
        let on = |bit: u8| bits & bit != 0;
        let how = Escapes { slash: on(1), html: on(2), ascii: on(4), capitals: on(8) };
        let once = json(text, how);
        if bits == 0 {
            // A document inside a document.
            forms.push(owned(json(&once, how)));
        }
        forms.push(owned(&once));
    }
    forms
}

fn json(text: &str, how: Escapes) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 6));
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '/' if how.slash => out.push_str("\\/"),
            c if c < ' ' || (how.html && "<>&'".contains(c)) || (how.ascii && !c.is_ascii()) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let escape = if how.capitals { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
                    out.push_str(&escape);
                }
            }
            c => out.push(c),
        }
    }
    out
}

fn hexadecimal(bytes: &[u8], digits: &str) -> Form {
    let digits = digits.as_bytes();
    let both = |byte: &u8| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]];
    Zeroizing::new(bytes.iter().flat_map(both).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn has(value: &str, form: &str) -> bool {
        forms(value).iter().any(|known| known.as_slice() == form.as_bytes())
    }

    #[test]
    fn encodings_that_programs_write() {
        let value = "FAKE/p@ss \"wörd\"+<1>";
        for form in [
            value,
            "FAKE%2Fp%40ss%20%22w%C3%B6rd%22%2B%3C1%3E",
            "FAKE%2fp%40ss%20%22w%c3%b6rd%22%2b%3c1%3e",
            "FAKE%2Fp%40ss+%22w%C3%B6rd%22%2B%3C1%3E",
            "FAKE/p@ss%20%22w%C3%B6rd%22+%3C1%3E",
            "FAKE%2Fp%40ss%20\"w%C3%B6rd\"%2B<1>",
            "FAKE/p@ss \\\"wörd\\\"+<1>",
            "FAKE\\/p@ss \\\"wörd\\\"+<1>",
            "FAKE/p@ss \\\"w\\u00f6rd\\\"+<1>",
            "FAKE\\/p@ss \\\"w\\u00F6rd\\\"+\\u003C1\\u003E",
            "FAKE/p@ss \\\\\\\"wörd\\\\\\\"+<1>",
            "46414b452f70407373202277c3b67264222b3c313e",
            "46414B452F70407373202277C3B67264222B3C313E",
        ] {
            assert!(has(value, form), "{form}");
        }
    }

    #[test]
    fn base64_at_each_of_its_three_places() {
        let value = "FAKE-?>?>-value";
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "x", "xy", "xyz"] {
                for (coded, name) in [
                    (STANDARD.encode(format!("{before}{value}{after}")), "standard"),
                    (URL_SAFE.encode(format!("{before}{value}{after}")), "for addresses"),
                ] {
                    let longest = forms(value)
                        .iter()
                        .filter(|form| coded.as_bytes().windows(form.len()).any(|w| w == form.as_slice()))
                        .map(|form| form.len())
                        .max()
                        .unwrap_or(0);
                    // All but what depends on a neighbour: 15 bytes are 20 characters.
                    assert!(longest >= 18, "{name} {before:?} {after:?}: {longest} of {coded}");
                    if after.is_empty() && before.len() % 3 == 0 {
                        assert!(has(value, &coded[before.len() / 3 * 4..]), "{coded}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_value_is_sought_in_pieces_without_what_is_public() {
        let body: String = (0..40).map(|i| format!("{}FAKE{i:02}KEYBODY{i:02}\n", "A".repeat(20))).collect();
        let key = format!("-----BEGIN FAKE KEY-----\n{body}-----END FAKE KEY-----\n");
        let all = forms(&key);
        assert!(all.iter().all(|form| (SHORTEST..=LONGEST).contains(&form.len())));
        let text = |form: &Form| String::from_utf8(form.to_vec()).unwrap();
        assert!(all.iter().all(|form| !"-----BEGIN FAKE KEY-----".contains(&text(form))), "public lines are shown");
        assert!(has(&key, &format!("{}FAKE07KEYBODY07", "A".repeat(20))), "each line");
        let covered = cut(body.trim_end().as_bytes());
        assert!(covered.iter().all(|piece| all.contains(piece)), "each piece of the body");
        let folded = STANDARD.encode(&key);
        for line in folded.as_bytes().chunks(76).filter(|line| line.len() == 76) {
            assert!(all.iter().any(|form| line.starts_with(form)) && all.iter().any(|form| line.ends_with(form)));
        }
    }

    #[test]
    fn secrets_inside_a_document() {
        let document = r#"{"type": "service_account", "private_key_id": "FAKE-key-number",
            "private_key": "-----BEGIN FAKE KEY-----\nFAKEBODYFAKEBODYFAKE\n-----END FAKE KEY-----\n",
            "nested": [{"DB_PASSWORD": "FAKE-nested-é"}, {"tokens": ["FAKE-token-1", "short"]}],
            "token_uri": "https://fake.example/token"}"#;
        for inside in ["FAKEBODYFAKEBODYFAKE", "FAKE-nested-é", "FAKE-nested-\\u00e9", "FAKE-token-1"] {
            assert!(has(document, inside), "{inside}");
        }
        for public in ["service_account", "FAKE-key-number", "short"] {
            assert!(!has(document, public), "{public}");
        }
        assert!(has("{no document", "{no document"));
    }

    #[test]
    fn what_is_too_short_is_not_sought() {
        assert!(!is_sought("12345") && forms("12345").is_empty());
        assert!(is_sought("123456") && has("123456", "123456"));
        assert!(!is_sought("") && forms("").is_empty() && forms("\n").is_empty());
        assert!(!is_sought("-----BEGIN NOTHING-----\n-----END NOTHING-----\n"));
        assert!(!is_sought("äöüäö"), "characters are counted, not bytes");
    }
}
