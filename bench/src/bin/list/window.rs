//! The list in the window, measured by the page's own clock.

use std::path::Path;

use serde_json::json;
use strongroom_bench::vault::MASTER_KEY;
use strongroom_bench::{Measured, median, percentile, say};
use strongroom_stage::{Keychain, Stage, Window};

/// What stands in the search box, one after the other; each finds other rows than the one before.
const TYPED: [&str; 11] = [
    "b",
    "production",
    "twilio",
    "eu",
    "042137",
    "x",
    "provider:anthropic",
    "status:rejected",
    "type:llm europe",
    "used:0",
    "org:\"Organisation 117\"",
];

/// The first picture of the rows is inert, and what is typed there finds nothing.
const IN_USE: &str = "[...document.querySelectorAll('[role=grid][aria-rowcount]')]
    .some((table) => !table.closest('[inert], [aria-hidden=true]')) || undefined";

/// From the event of the search box to the second picture after other rows are in the page, and to the table that has
/// them: the rows are drawn first, and the table follows when the typing rests. Rows are known by what stands at the places
/// of the first ones on the screen. The page says itself when it has changed, since looking again and again would take its
/// time.
const SEARCH: &str = r#"const [typed, done] = arguments;
    const inUse = (what) => [...document.querySelectorAll(what)].find((one) => !one.closest('[inert], [aria-hidden=true]'));
    const box = inUse('input[type=search]');
    const grid = () => inUse('[role=grid][aria-rowcount]');
    const area = grid().getBoundingClientRect();
    const seen = () => [60, 100, 140].map((y) => document.elementFromPoint(area.x + 60, area.y + y)?.textContent).join();
    const rows = () => grid()?.getAttribute('aria-rowcount') ?? 'none';
    const before = seen();
    const many = rows();
    const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(() => then(performance.now() - started)));
    let first;
    const look = () => {
        const follows = rows() !== many;
        // With the same first rows as before only the table can tell.
        if (first === undefined && (follows || seen() !== before)) {
            first = new Promise(painted);
        }
        if (!follows) return;
        observer.disconnect();
        const followed = performance.now() - started;
        first.then((took) => done([took, followed]));
    };
    const observer = new MutationObserver(look);
    box.focus();
    const started = performance.now();
    observer.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
    write.call(box, typed);
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));"#;

/// Scrolls to the end, page after page, and gives back the most rows that were in the page at once and how many it
/// passed in all.
const SCROLL: &str = r#"const [patience, done] = arguments;
    const table = document.querySelector('[role=grid]');
    const all = Number(table.getAttribute('aria-rowcount')) - 1;
    const started = performance.now();
    let most = 0, last = 0;
    const step = () => {
        const rows = [...table.querySelectorAll('[role=row][aria-rowindex]')];
        most = Math.max(most, rows.length);
        for (const row of rows) last = Math.max(last, Number(row.getAttribute('aria-rowindex')) - 1);
        if (last >= all || performance.now() - started > patience) return done([most, last, all]);
        table.scrollTop = Math.min(table.scrollTop + 4000, table.scrollHeight);
        requestAnimationFrame(step);
    };
    step();"#;

/// Measures the window of `app` on the vault in `home`.
pub(crate) async fn measure(app: &Path, home: &Path, rounds: usize) -> Measured<()> {
    let mut stage = Stage::open(Keychain::Absent)?;
    stage.set_variable("STRONGROOM_HOME", &home.display().to_string());
    stage.set_variable("STRONGROOM_MASTER_KEY", MASTER_KEY);
    let window = Window::open_program(&stage, app).await?;
    window.wait_for(IN_USE, vec![]).await?;
    let (mut painted, mut followed) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        for typed in TYPED {
            // The page keeps answers for a while; with one more space it asks for another.
            let typed = format!("{typed}{}", " ".repeat(round));
            let took = window.client().execute_async(SEARCH, vec![json!(typed)]).await;
            let took = took.map_err(|error| format!("after {typed:?} was typed: {error}"))?;
            for (times, took) in [(&mut painted, &took[0]), (&mut followed, &took[1])] {
                times.push(took.as_f64().ok_or("the page told no time")?);
            }
        }
    }
    for (what, times) in [("painted rows", &mut painted), ("the table   ", &mut followed)] {
        let (middle, most) = (median(times), percentile(times, 0.95));
        say(&format!("  window: typing to {what}   {middle:>6.1} ms, 95th percentile {most:.1} ms"));
    }
    // All of them again, then to their end.
    window.client().execute_async(SEARCH, vec![json!("")]).await?;
    let scrolled = window.client().execute_async(SCROLL, vec![json!(25_000)]).await?;
    say(&format!(
        "  window: at most {} rows in the page, scrolled through {} of {}",
        scrolled[0], scrolled[1], scrolled[2]
    ));
    Ok(window.close().await?)
}
