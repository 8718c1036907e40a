//! Takes a program's output as it comes and gives it on with the secret values hidden.

use std::io;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::patterns::Patterns;

/// What stands in place of a value: the dots by which Strongroom always shows one, always eight of them, so that they
/// say nothing of its length.
pub const MASK: &str = "••••••••";

/// How much is taken at once.
const AT_ONCE: usize = 64 * 1024;

/// How much of an unfinished value may be shown when nothing follows for a moment: a quarter, at most eight bytes.
fn allowance(length: usize) -> usize {
    (length / 4).min(8)
}

/// One stream. Every byte that belongs to a value is hidden, also where values overlap.
pub struct Masker {
    patterns: Arc<Patterns>,
    /// What is not decided yet, then what has just come.
    buffer: Zeroizing<Vec<u8>>,
    filled: usize,
    /// Before this, everything is shown or hidden already.
    done: usize,
    /// Before this, everything is hidden, and a mask stands for it.
    hidden: usize,
    /// Beginnings and ends of values in the buffer.
    found: Vec<(usize, usize)>,
    /// What goes on, where it is not what came.
    out: Zeroizing<Vec<u8>>,
}

impl Masker {
    /// Hides these.
    pub fn new(patterns: Arc<Patterns>) -> Self {
        let buffer = Zeroizing::new(vec![0; patterns.longest() + AT_ONCE]);
        Self { patterns, buffer, filled: 0, done: 0, hidden: 0, found: Vec::new(), out: Zeroizing::default() }
    }

    /// Where to put what comes next.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.buffer[self.filled..]
    }

    /// Takes that many bytes from [`Self::space`] and gives on what is decided.
    pub fn take(&mut self, bytes: usize, sink: &mut impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.filled += bytes;
        let text = &self.buffer[..self.filled];
        self.found.clear();
        self.patterns.find(text, |start, end| self.found.push((start, end)));
        let decided = self.patterns.undecided(text);
        let given = self.give(decided, sink);
        self.buffer.copy_within(decided..self.filled, 0);
        self.filled -= decided;
        self.done = self.done.saturating_sub(decided);
        self.hidden = self.hidden.saturating_sub(decided);
        self.found.retain_mut(|(start, end)| {
            let later = *start >= decided;
            (*start, *end) = (start.saturating_sub(decided), end.saturating_sub(decided));
            later
        });
        given
    }

    /// Whether something is held back.
    pub fn holds(&self) -> bool {
        self.filled > self.done.max(self.hidden)
    }

    /// Nothing has come for a moment: shows of what is held back what may be seen of a value. The rest stays until it
    /// is decided.
    pub fn show_beginnings(&mut self, sink: &mut impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let allowed = self.patterns.allowed(&self.buffer[..self.filled], allowance);
        self.give(allowed, sink)
    }

    /// Nothing comes any more: what is held back is no value.
    pub fn finish(&mut self, sink: &mut impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let given = self.give(self.filled, sink);
        (self.filled, self.done, self.hidden) = (0, 0, 0);
        self.found.clear();
        given
    }

    /// Gives on what stands before `limit`. All values that begin before it are known.
    fn give(&mut self, limit: usize, sink: &mut impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.out.clear();
        for &(start, end) in self.found.iter().take_while(|(start, _)| *start < limit) {
            if start >= self.hidden {
                if start > self.done.max(self.hidden) {
                    self.out.extend_from_slice(&self.buffer[self.done.max(self.hidden)..start]);
                }
                self.out.extend_from_slice(MASK.as_bytes());
            }
            self.hidden = self.hidden.max(end);
        }
        let from = self.done.max(self.hidden);
        self.done = self.done.max(limit);
        let rest = if from < limit { &self.buffer[from..limit] } else { &[] };
        if self.out.is_empty() {
            return if rest.is_empty() { Ok(()) } else { sink(rest) };
        }
        self.out.extend_from_slice(rest);
        sink(&self.out)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::run::forms::forms;
    use proptest::prelude::*;

    fn patterns(values: &[&str]) -> Arc<Patterns> {
        Arc::new(Patterns::new(values.iter().flat_map(|value| forms(value)).collect()))
    }

    fn feed(masker: &mut Masker, mut text: &[u8], out: &mut Vec<u8>) {
        let mut sink = |bytes: &[u8]| {
            out.extend_from_slice(bytes);
            Ok(())
        };
        while !text.is_empty() {
            let space = masker.space();
            let number = text.len().min(space.len());
            space[..number].copy_from_slice(&text[..number]);
            masker.take(number, &mut sink).unwrap();
            text = &text[number..];
        }
    }

    fn masked<'t>(patterns: &Arc<Patterns>, chunks: impl IntoIterator<Item = &'t [u8]>) -> String {
        let (mut masker, mut out) = (Masker::new(patterns.clone()), Vec::new());
        chunks.into_iter().for_each(|chunk| feed(&mut masker, chunk, &mut out));
        masker
            .finish(&mut |bytes| {
                out.extend_from_slice(bytes);
                Ok(())
            })
            .unwrap();
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn values_are_hidden_and_everything_else_is_kept() {
        let patterns = patterns(&["FAKE-secret-one", "FAKE-two-secret"]);
        let shown = masked(&patterns, [&b"\x1b[31ma FAKE-secret-one, FAKE-secret-onFAKE-two-secret\x1b[0m\n\xff"[..]]);
        assert_eq!(shown, format!("\u{1b}[31ma {MASK}, FAKE-secret-on{MASK}\u{1b}[0m\n\u{fffd}"));
        let shown = masked(&patterns, [&b"FAKE-secret-oneFAKE-secret-one"[..]]);
        assert_eq!(shown, format!("{MASK}{MASK}"));
    }

    #[test]
    fn of_a_value_that_comes_slowly_little_is_shown() {
        let secret = "FAKE-0123456789-abcdefghijklmnopqrstuvwxyz";
        let (mut masker, mut out) = (Masker::new(patterns(&[secret])), Vec::new());
        let mut shown = Vec::new();
        for byte in format!("key: {secret} end").bytes() {
            feed(&mut masker, &[byte], &mut out);
            masker
                .show_beginnings(&mut |bytes| {
                    shown.extend_from_slice(bytes);
                    Ok(())
                })
                .unwrap();
            out.append(&mut shown);
        }
        assert_eq!(String::from_utf8(out).unwrap(), format!("key: FAKE-012{MASK} end"));
    }

    #[test]
    fn a_short_beginning_is_held_back_for_a_moment_only() {
        let (mut masker, mut out) = (Masker::new(patterns(&["FAKE-0123456789-0123456789"])), Vec::new());
        feed(&mut masker, b"name? FAK", &mut out);
        assert_eq!(out, b"name? ");
        assert!(masker.holds());
        masker
            .show_beginnings(&mut |bytes| {
                assert_eq!(bytes, b"FAK");
                Ok(())
            })
            .unwrap();
        assert!(!masker.holds());
    }

    #[test]
    fn a_long_value_is_hidden_as_a_whole() {
        let secret: String = (0..500).map(|i| format!("FAKE{i:04}")).collect();
        let text = format!("<{secret}>");
        assert_eq!(masked(&patterns(&[&secret]), text.as_bytes().chunks(7)), format!("<{MASK}>"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// However a text is cut, the same comes out; and no value.
        #[test]
        fn any_cut_gives_the_same(
            values in proptest::collection::vec("[ab]{6,12}|FAKE[a-z/+ é\"]{4,90}", 1..5),
            parts in proptest::collection::vec((0_usize..5, 0_usize..40, "[abF\n]{0,8}"), 0..20),
            cuts in proptest::collection::vec(1_usize..20, 1..50),
        ) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let all: Vec<_> = values.iter().flat_map(|value| forms(value)).collect();
            let mut text = Vec::new();
            for (value, form, between) in &parts {
                let known = forms(values[value % values.len()]);
                text.extend_from_slice(&known[form % known.len()]);
                text.extend_from_slice(between.as_bytes());
            }
            let patterns = Arc::new(Patterns::new(all.clone()));
            let whole = masked(&patterns, [text.as_slice()]);
            let mut chunks = Vec::new();
            let (mut rest, mut cuts) = (text.as_slice(), cuts.iter().cycle());
            while !rest.is_empty() {
                let (chunk, after) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            prop_assert_eq!(&masked(&patterns, chunks), &whole);
            for shown in whole.split(MASK) {
                for form in &all {
                    prop_assert!(!shown.as_bytes().windows(form.len()).any(|w| w == form.as_slice()), "{shown}");
                }
            }
        }

        /// Whenever nothing comes for a moment: the text is kept but for the values, and no value is seen.
        #[test]
        fn moments_of_silence_show_no_value(
            value in "FAKE[ab]{2,80}",
            parts in proptest::collection::vec(("[abFAKE]{0,8}", any::<bool>()), 0..12),
            silence in proptest::collection::vec(any::<bool>(), 1..40),
        ) {
            let text: String = parts.iter().map(|(t, v)| format!("{t}{}", if *v { &value } else { "" })).collect();
            let (mut masker, mut out) = (Masker::new(patterns(&[&value])), Vec::new());
            for (byte, silent) in text.bytes().zip(silence.iter().cycle()) {
                feed(&mut masker, &[byte], &mut out);
                if *silent {
                    masker.show_beginnings(&mut |bytes| { out.extend_from_slice(bytes); Ok(()) }).unwrap();
                }
            }
            masker.finish(&mut |bytes| { out.extend_from_slice(bytes); Ok(()) }).unwrap();
            let out = String::from_utf8(out).unwrap();
            prop_assert!(!out.contains(&value), "{out}");
            if !text.contains(&value) {
                prop_assert_eq!(out, text);
            }
        }
    }
}
