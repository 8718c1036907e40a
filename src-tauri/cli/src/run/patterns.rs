//! Finds any of many texts in a long one, fast where there is none.
//!
//! The method is Wu and Manber's (1994): a table says of each three bytes how far the search may go on when they stand
//! at the end of the window that is looked at, so most bytes are never read. Written here because what it is made of
//! has to be wiped, and because the crates for this cannot say which unfinished occurrences a text ends in.

use super::forms::Form;

/// Bits of the place in the tables that three bytes lead to.
const BITS: u32 = 15;

/// The texts to be found.
pub struct Patterns {
    /// In order, each once.
    all: Vec<Form>,
    /// The length of the window.
    shortest: usize,
    longest: usize,
    /// How far to go on.
    skip: Box<[u8; 1 << BITS]>,
    /// Whether a text begins with such three bytes.
    begins: Box<[bool; 1 << BITS]>,
}

impl Patterns {
    /// Prepares the tables. Texts of fewer than three bytes are not among them.
    pub fn new(forms: Vec<Form>) -> Self {
        let mut all: Vec<Form> = forms.into_iter().filter(|form| form.len() >= 3).collect();
        all.sort_by(|a, b| a.as_slice().cmp(b));
        all.dedup();
        let shortest = all.iter().map(|form| form.len()).min().unwrap_or(3);
        let longest = all.iter().map(|form| form.len()).max().unwrap_or(3);
        let farthest = u8::try_from(shortest - 2).unwrap_or(u8::MAX);
        let mut skip = Box::new([farthest; 1 << BITS]);
        let mut begins = Box::new([false; 1 << BITS]);
        for form in &all {
            begins[place(&form[..3])] = true;
            for (before, three) in form[..shortest].windows(3).enumerate() {
                let known = &mut skip[place(three)];
                *known = (*known).min(u8::try_from(shortest - 3 - before).unwrap_or(u8::MAX));
            }
        }
        Self { all, shortest, longest, skip, begins }
    }

    /// Whether there is nothing to be found.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The length of the longest text.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Calls with beginning and end of every place where one of the texts stands, in order of the beginnings; of
    /// several that begin at one place, with the longest.
    pub fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        if self.is_empty() {
            return;
        }
        let mut end = self.shortest;
        while end <= text.len() {
            match self.skip[place(&text[end - 3..end])] {
                0 => {
                    let start = end - self.shortest;
                    if let Some(length) = self.longest_at(&text[start..]) {
                        found(start, start + length);
                    }
                    end += 1;
                }
                skip => end += usize::from(skip),
            }
        }
    }

    /// The length of the longest text with which this begins.
    fn longest_at(&self, text: &[u8]) -> Option<usize> {
        if !self.begins[place(text.get(..3)?)] {
            return None;
        }
        // What the text begins with stands before it in the order, and shares with it at least what its neighbours do.
        let mut candidates = &self.all[..self.all.partition_point(|form| form.as_slice() <= text)];
        while let Some((last, rest)) = candidates.split_last() {
            if text.starts_with(last) {
                return Some(last.len());
            }
            let shared = last.iter().zip(text).take_while(|(a, b)| a == b).count();
            if shared < self.shortest {
                return None;
            }
            // Only what is no longer than the shared part can be a beginning of the text.
            let within = rest.partition_point(|form| form.as_slice() <= &text[..shared]);
            candidates = &rest[..within];
        }
        None
    }

    /// The texts that begin with this and are longer.
    fn continuing(&self, beginning: &[u8]) -> &[Form] {
        if beginning.len() >= 3 && !self.begins[place(&beginning[..3])] {
            return &[];
        }
        let from = self.all.partition_point(|form| form.as_slice() <= beginning);
        let number = self.all[from..].partition_point(|form| form.starts_with(beginning));
        &self.all[from..from + number]
    }

    /// The first place from which on the text may be the beginning of one that is to be found; its end where there is
    /// none.
    pub fn undecided(&self, text: &[u8]) -> usize {
        let from = text.len().saturating_sub(self.longest - 1);
        (from..text.len()).find(|&start| !self.continuing(&text[start..]).is_empty()).unwrap_or(text.len())
    }

    /// How much of the text may be shown although it is undecided, where `allowance` says how much of a beginning may
    /// be, given the length of the whole.
    pub fn allowed(&self, text: &[u8], allowance: impl Fn(usize) -> usize) -> usize {
        let from = text.len().saturating_sub(self.longest - 1);
        (from..text.len())
            .filter_map(|start| {
                let lengths = self.continuing(&text[start..]).iter().map(|form| form.len());
                lengths.min().map(|shortest| start + allowance(shortest))
            })
            .min()
            .map_or(text.len(), |allowed| allowed.min(text.len()))
    }
}

/// Where three bytes stand in the tables.
fn place(three: &[u8]) -> usize {
    let value = u32::from(three[0]) | u32::from(three[1]) << 8 | u32::from(three[2]) << 16;
    (value.wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    fn patterns(texts: &[Vec<u8>]) -> Patterns {
        Patterns::new(texts.iter().cloned().map(Zeroizing::new).collect())
    }

    /// The same, looked for at every place.
    fn plainly(texts: &[Vec<u8>], text: &[u8]) -> Vec<(usize, usize)> {
        let longest = |start: usize| texts.iter().filter(|t| text[start..].starts_with(t)).map(Vec::len).max();
        (0..text.len()).filter_map(|start| longest(start).map(|length| (start, start + length))).collect()
    }

    /// Few letters, so that much begins and ends alike.
    fn letters(lengths: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(prop_oneof![4 => b'a'..=b'b', 1 => any::<u8>()], lengths)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn finds_what_a_plain_search_finds(
            texts in proptest::collection::vec(letters(3..9), 1..20),
            text in letters(0..200),
        ) {
            let mut found = Vec::new();
            patterns(&texts).find(&text, |start, end| found.push((start, end)));
            prop_assert_eq!(found, plainly(&texts, &text));
        }

        #[test]
        fn the_undecided_end_is_the_longest_beginning(
            texts in proptest::collection::vec(letters(3..9), 1..20),
            text in letters(0..40),
        ) {
            let begins = |start: &usize| texts.iter().any(|t| t.len() > text.len() - start && t.starts_with(&text[*start..]));
            let plain = (0..text.len()).find(begins).unwrap_or(text.len());
            prop_assert_eq!(patterns(&texts).undecided(&text), plain);
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is_sought() {
        patterns(&[]).find(b"anything at all", |_, _| panic!("there is nothing"));
        assert_eq!(patterns(&[]).undecided(b"anything"), 8);
    }
}
