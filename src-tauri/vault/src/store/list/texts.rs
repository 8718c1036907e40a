//! What searches look through: name, provider, lookup key and plain values of each credential, all of it plain anyway.
//!
//! The texts of many credentials stand in one row each, a block, so that a hundred thousand are read in a few
//! milliseconds, and a process that stays reads again only what has changed since. Every word is looked for in every
//! text: that takes a few milliseconds for words of any length, where an index of groups of letters knows nothing of
//! words of one or two, and takes longest for what stands in most rows.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use memchr::memmem::Finder;
use sqlx::SqliteConnection;

use super::super::fold;
use crate::error::VaultError;

/// So many credentials are in a block; the migrations know it too. More would make each change write more, fewer make
/// it slower to read all.
const PER_BLOCK: i64 = 512;
/// Stands between the texts of a block, and in none of them: the record separator of ASCII.
const SEPARATOR: char = '\u{1e}';

/// Words to look for; a text matches that has them all, anywhere.
#[derive(Debug)]
pub(super) struct Words(Vec<Finder<'static>>);

impl Words {
    /// None where there are no words.
    pub(super) fn of(text: &str) -> Option<Self> {
        let folded = fold(text);
        let mut words: Vec<&str> =
            folded.split(|c: char| c.is_whitespace() || c == SEPARATOR).filter(|word| !word.is_empty()).collect();
        // The longest stands in the fewest texts.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let finders: Vec<Finder<'static>> = words.into_iter().map(|word| Finder::new(word).into_owned()).collect();
        (!finders.is_empty()).then_some(Self(finders))
    }

    /// Whether any of these texts has the longest word.
    fn are_worth_a_look(&self, texts: &str) -> bool {
        self.0.first().is_some_and(|longest| longest.find(texts.as_bytes()).is_some())
    }

    /// Adds the numbers of the texts of a block that have all words.
    fn find(&self, block: &Block, first: i64, found: &mut Vec<i64>) {
        let Some((longest, others)) = self.0.split_first() else { return };
        let texts = block.texts.as_bytes();
        let mut ends = (first..).zip(&block.ends);
        let mut begin = 0;
        while let Some(hit) = texts.get(begin..).and_then(|rest| longest.find(rest)) {
            let hit = begin + hit;
            for (number, end) in ends.by_ref() {
                if *end > hit {
                    let text = texts.get(begin..*end).unwrap_or_default();
                    if others.iter().all(|word| word.find(text).is_some()) {
                        found.push(number);
                    }
                    begin = end + 1;
                    break;
                }
                begin = end + 1;
            }
        }
    }
}

/// The texts of a block, and where each of them ends.
struct Block {
    texts: String,
    ends: Vec<usize>,
}

impl Block {
    fn of(texts: String) -> Self {
        let ends = memchr::memchr_iter(SEPARATOR as u8, texts.as_bytes()).chain([texts.len()]).collect();
        Self { texts, ends }
    }
}

/// The texts as they were when a search looked through them last. A process that searches once keeps none: to give
/// memory to all of them takes as long as to read them.
#[derive(Default)]
pub(in crate::store) struct Texts {
    searched: bool,
    version: i64,
    blocks: BTreeMap<i64, Block>,
}

impl Texts {
    /// The numbers of the credentials whose texts have all words, in ascending order, as of this transaction.
    pub(super) async fn search(&mut self, words: &Words, tx: &mut SqliteConnection) -> Result<Vec<i64>, VaultError> {
        let keep = std::mem::replace(&mut self.searched, true);
        let mut found = Vec::new();
        let mut changed = sqlx::query!(
            "SELECT block, version, texts FROM search_block WHERE version > ? ORDER BY block",
            self.version
        )
        .fetch(tx);
        let mut version = self.version;
        while let Some(row) = changed.try_next().await? {
            if keep {
                version = version.max(row.version);
                self.blocks.insert(row.block, Block::of(row.texts));
            } else if words.are_worth_a_look(&row.texts) {
                words.find(&Block::of(row.texts), row.block * PER_BLOCK, &mut found);
            }
        }
        drop(changed);
        // Only now, so that what was not read because of an error is read the next time.
        self.version = version;
        for (number, block) in &self.blocks {
            words.find(block, number * PER_BLOCK, &mut found);
        }
        Ok(found)
    }
}

/// Writes the search text of the credential with this number in the place of what it had; an empty one takes it away.
pub(in crate::store) async fn put(tx: &mut SqliteConnection, docid: i64, text: &str) -> Result<(), VaultError> {
    let (block, place) = (docid.div_euclid(PER_BLOCK), docid.rem_euclid(PER_BLOCK));
    let stored = sqlx::query_scalar!("SELECT texts FROM search_block WHERE block = ?", block)
        .fetch_optional(&mut *tx)
        .await?
        .unwrap_or_default();
    let text = text.replace(SEPARATOR, " ");
    let Some(texts) = with(&stored, usize::try_from(place).unwrap_or_default(), &text) else { return Ok(()) };
    sqlx::query!(
        "INSERT INTO search_block (block, version, texts)
         VALUES (?1, (SELECT coalesce(max(version), 0) + 1 FROM search_block), ?2)
         ON CONFLICT (block) DO UPDATE SET version = excluded.version, texts = excluded.texts",
        block,
        texts
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The texts of a block with another one at a place; none where it is there already.
fn with(texts: &str, place: usize, text: &str) -> Option<String> {
    let mut parts: Vec<&str> = texts.split(SEPARATOR).collect();
    if parts.len() <= place {
        parts.resize(place + 1, "");
    }
    let at = parts.get_mut(place)?;
    if *at == text {
        return None;
    }
    *at = text;
    Some(parts.join("\u{1e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &str, texts: &str) -> Vec<i64> {
        let mut found = Vec::new();
        if let Some(words) = Words::of(words) {
            words.find(&Block::of(texts.to_owned()), 1024, &mut found);
        }
        found
    }

    #[test]
    fn a_text_is_found_by_all_of_its_words_and_no_text_by_those_of_its_neighbours() {
        let texts = "\u{1e}acme eu\u{1e}acme us\u{1e}\u{1e}over eu\nacme\u{1e}";
        for (words, expected) in [
            ("acme", vec![1025, 1026, 1028]),
            ("u", vec![1025, 1026, 1028]),
            ("EU  Acme", vec![1025, 1028]),
            ("us eu", vec![]),
            ("acme us\u{1e}", vec![1026]),
            ("acme\u{1e}over", vec![1028]),
            ("r eu acme", vec![1028]),
            ("acme%", vec![]),
        ] {
            assert_eq!(found(words, texts), expected, "{words:?}");
        }
        assert_eq!(found("a", "a\u{1e}b\u{1e}ba"), [1024, 1026]);
        assert_eq!(found("a", ""), Vec::<i64>::new());
        assert!(Words::of(" \u{1e}\n").is_none());
    }

    #[test]
    fn a_text_takes_its_place_and_leaves_the_others_where_they_are() {
        assert_eq!(with("", 2, "c").as_deref(), Some("\u{1e}\u{1e}c"));
        assert_eq!(with("a\u{1e}b\u{1e}c", 1, "").as_deref(), Some("a\u{1e}\u{1e}c"));
        assert_eq!(with("a\u{1e}b", 0, "x").as_deref(), Some("x\u{1e}b"));
        assert_eq!(with("a\u{1e}b", 1, "b"), None);
    }
}
