//! One page that needs nothing else: no script, no font, no picture, no address.

use super::{HEADINGS, Line};

const STYLE: &str = "\
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }
body { margin: 2rem } h1 { font-size: 1.4rem } table { border-collapse: collapse }
th, td { padding: .3rem .6rem; text-align: start; vertical-align: top; border-bottom: 1px solid #8884 }
thead th { position: sticky; top: 0; background: Canvas } td { max-width: 24rem; overflow-wrap: anywhere }
@media print { thead th { position: static } body { margin: 0; font-size: 9px } }";

/// The whole page. Its own policy forbids whatever a name could try.
pub(super) fn document(lines: &[Line], made_at: &str) -> String {
    let mut text = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    text.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    text.push_str("<title>Inventory of credentials</title>\n<style>\n");
    text.push_str(STYLE);
    text.push_str("\n</style>\n</head>\n<body>\n<h1>Inventory of credentials</h1>\n");
    text.push_str(&format!("<p>{} credentials, {}. No values stand in it.</p>\n", lines.len(), escaped(made_at)));
    text.push_str("<table>\n<thead>\n<tr>");
    for heading in HEADINGS {
        text.push_str(&format!("<th scope=\"col\">{heading}</th>"));
    }
    text.push_str("</tr>\n</thead>\n<tbody>\n");
    for line in lines {
        text.push_str("<tr>");
        for cell in line.cells() {
            // A name that runs from right to left must not turn its neighbours round.
            text.push_str(&format!("<td><bdi>{}</bdi></td>", escaped(cell)));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n</body>\n</html>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("<img src=x onerror='a'>&\""), "&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;");
    }
}
