//! Columns and pairs for people. Programs read `--json`.

use unicode_width::UnicodeWidthStr;

use crate::output::{Output, Tone, printable};

/// One cell: its text, and what its colour says on a terminal.
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A text with a colour.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: printable(&text.into(), false).replace('\n', " "), tone }
    }

    fn width(&self) -> usize {
        self.text.width()
    }

    fn shown(&self, output: &Output) -> String {
        output.tint(self.tone, &self.text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// Rows under headings, each column as wide as its widest cell.
pub fn table(output: &Output, headings: &[&str], rows: &[Vec<Cell>]) -> String {
    let headings: Vec<Cell> = headings.iter().map(|h| Cell::toned(h.to_uppercase(), Tone::Quiet)).collect();
    let all = || std::iter::once(headings.as_slice()).chain(rows.iter().map(Vec::as_slice));
    let mut widths = vec![0; headings.len()];
    for row in all() {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    all().map(|row| line(output, row, &widths)).collect::<Vec<_>>().join("\n")
}

/// Labels with their values; a label without a value is left out.
pub fn pairs(output: &Output, pairs: Vec<(&str, Option<Cell>)>) -> String {
    let known: Vec<(Cell, Cell)> =
        pairs.into_iter().filter_map(|(label, value)| Some((Cell::toned(label, Tone::Quiet), value?))).collect();
    let width = known.iter().map(|(label, _)| label.width()).max().unwrap_or_default();
    let line = |(label, value): &(Cell, Cell)| {
        format!("{}{}{}", label.shown(output), " ".repeat(width - label.width() + 2), value.shown(output))
    };
    known.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(output: &Output, row: &[Cell], widths: &[usize]) -> String {
    let last = row.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or_default();
    let mut text = String::new();
    for (at, (cell, width)) in row.iter().zip(widths).enumerate().take(last + 1) {
        text.push_str(&cell.shown(output));
        if at < last {
            text.push_str(&" ".repeat(width - cell.width() + 2));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Output {
        Output::new(true)
    }

    #[test]
    fn columns_stand_under_each_other_in_any_script() {
        let rows =
            [vec!["日本".into(), "a".into()], vec!["x".into(), "b".into()], vec!["two\nlines".into(), "".into()]];
        assert_eq!(
            table(&plain(), &["Name", "Key"], &rows),
            "NAME       KEY\n日本       a\nx          b\ntwo lines",
            "a wide letter takes two columns, a line break none, and no line ends in blanks"
        );
    }

    #[test]
    fn pairs_without_a_value_are_left_out() {
        let text = pairs(
            &plain(),
            vec![
                ("Name", Some("Claude".into())),
                ("Expires", None),
                ("Find", Some("a".into())),
                ("", Some("b".into())),
            ],
        );
        assert_eq!(text, "Name  Claude\nFind  a\n      b");
    }
}
