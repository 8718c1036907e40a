//! A secret is found where it was asked for, and nowhere else.

use crate::place::{Place, Ran};
use crate::provider::{Providers, key};

/// The forms in which a text may be hidden: as it is, in hexadecimal, in base64 at each of its three places, and in
/// UTF-16.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let bytes = secret.as_bytes();
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let mut forms = vec![bytes.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    forms.push(secret.encode_utf16().flat_map(u16::to_le_bytes).collect());
    // Of each shift only the letters that no neighbour can change.
    for shift in 0..3 {
        let mut padded = vec![0; shift];
        padded.extend(bytes);
        let coded = base64(&padded);
        forms.push(coded.into_iter().skip([0, 2, 3][shift]).take(bytes.len()).collect());
    }
    forms
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = Vec::new();
    for chunk in bytes.chunks_exact(3) {
        let bits = u32::from(chunk[0]) << 16 | u32::from(chunk[1]) << 8 | u32::from(chunk[2]);
        coded.extend([18, 12, 6, 0].map(|at| LETTERS[(bits >> at & 63) as usize]));
    }
    coded
}

fn holds(text: &[u8], secret: &str) -> bool {
    forms(secret).iter().any(|form| text.windows(form.len()).any(|window| window == form.as_slice()))
}

#[test]
fn the_search_knows_every_form() {
    let secret = "FAKE-secret-0123456789abcdef";
    assert!(!holds(b"nothing of it", secret));
    assert!(holds(format!("a {secret} b").as_bytes(), secret));
    for before in ["", "a", "ab", "abc"] {
        let coded = base64(format!("{before}{secret}xyz").as_bytes());
        assert!(holds(&coded, secret), "after {before:?}");
    }
}

#[test]
fn a_secret_is_found_in_the_environment_of_the_command_and_nowhere_else() {
    let (place, providers) = (Place::new(), Providers::start());
    let (first, second, base) = (key("works"), key("works-second"), providers.base_url());
    let add = |json: &str, key: &str| {
        let arguments =
            ["add", "--provider", "anthropic", "--name", "Claude", "--field", &base, "--field", "api_key=-"];
        let arguments: Vec<&str> = arguments.into_iter().chain((!json.is_empty()).then_some(json)).collect();
        place.run_with(&arguments, key.as_bytes())
    };
    let mut said = String::new();
    let mut note = |ran: Ran, code: i32| {
        let ran = ran.ends(code);
        said.push_str(&ran.out);
        said.push_str(&ran.err);
    };
    note(add("", &format!("{first}\u{7}")), 2);
    note(add("--json", &format!("{first}\nFAKE")), 2);
    note(add("", &first), 0);
    note(add("--json", &first), 2);
    note(place.run_with(&["edit", "Claude", "--field", "api_key=-", "--json"], second.as_bytes()), 0);
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["show", "Claude"],
        &["show", "Claude", "--json"],
        &["status", "--json"],
        &["check", "--all"],
        &["check", "Claude", "--json"],
        &["doctor", "--json"],
        &["run", "--key", "ANTHROPIC_API_KEY", "--", "true"],
        &["disable", "Claude", "--json"],
        &["delete", "Claude", "--yes", "--json"],
    ] {
        note(place.run(arguments), 0);
    }
    let stored = place.stored();
    assert!(stored.len() > 4096, "there is something to search");
    for secret in [&first, &second] {
        assert!(!holds(said.as_bytes(), secret), "it is never printed");
        assert!(!holds(&stored, secret), "it is never stored in the open");
    }
    assert!(providers.requests().iter().any(|seen| seen.everything().contains(&second)), "the provider got it");
}

#[test]
fn nothing_secret_stands_among_the_arguments() {
    let place = Place::new();
    place.add_token("Token", "TOKEN", "FAKE-token-0123456789abcdef");
    let look = ["run", "--key", "TOKEN", "--", "sh", "-c", "tr '\\0' ' ' < /proc/$$/cmdline"];
    let ran = place.run(&look).ends(0);
    assert!(ran.out.contains("cmdline") && !holds(ran.out.as_bytes(), "FAKE-token-0123456789abcdef"));
}
