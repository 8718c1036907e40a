//! Comma-separated values (RFC 4180) that a spreadsheet reads as text.

use strongroom_vault::is_invisible;

/// What a file begins with: a byte order mark, without which Excel takes UTF-8 for another code.
pub(crate) const MARK: &str = "\u{feff}";

/// Appends one row.
pub(crate) fn row(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push('"');
        if is_formula(cell) {
            // A spreadsheet takes what begins with an apostrophe for text
            // (<https://owasp.org/www-community/attacks/CSV_Injection>).
            text.push('\'');
        }
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

/// Whether a spreadsheet could compute something from it. White space and what nobody sees before the sign do not keep it
/// from that.
fn is_formula(cell: &str) -> bool {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let unseen =
        |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || matches!(c, '\u{200c}' | '\u{200d}');
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start_matches(unseen).starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_a_formula_and_nothing_ends_a_cell() {
        let table = [
            ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"\r\n"),
            ("+1", "\"'+1\"\r\n"),
            ("-1", "\"'-1\"\r\n"),
            ("@SUM(A1)", "\"'@SUM(A1)\"\r\n"),
            (" =1", "\"' =1\"\r\n"),
            ("\t=1", "\"'\t=1\"\r\n"),
            ("＝1", "\"'＝1\"\r\n"),
            ("a\",=\"b", "\"a\"\",=\"\"b\"\r\n"),
            ("\u{200b}=1", "\"'\u{200b}=1\"\r\n"),
            ("\u{feff} @A1", "\"'\u{feff} @A1\"\r\n"),
            ("\u{200d}\u{202e}+1", "\"'\u{200d}\u{202e}+1\"\r\n"),
            ("\0-1", "\"'\0-1\"\r\n"),
            ("a=b", "\"a=b\"\r\n"),
            ("", "\"\"\r\n"),
        ];
        for (cell, expected) in table {
            let mut text = String::new();
            row(&mut text, &[cell]);
            assert_eq!(text, expected, "{cell:?}");
        }
    }
}
