//! The list in the window, measured by the page's own clock.

use std::path::Path;
use std::time::Instant;

use serde_json::json;
use strongroom_bench::vault::MASTER_KEY;
use strongroom_bench::{Measured, median, percentile, say};
use strongroom_stage::{Keychain, Stage, Window};

/// What stands in the search box already, and the letter that follows. Each finds other rows than what stood there.
const TYPED: [(&str, &str); 11] = [
    ("", "b"),
    ("", "x"),
    ("e", "u"),
    ("t", "w"),
    ("04213", "7"),
    ("provider:anthropic ", "7"),
    ("status:rejecte", "d"),
    ("type:llm e", "u"),
    ("used:", "0"),
    ("production e", "u"),
    ("org:\"Organisation 117\" ", "b"),
];

/// WebDriver's name of the key that empties the box.
const ESCAPE: &str = "\u{e00c}";

/// The first picture of the rows is inert, and what is typed there finds nothing.
const READY: &str = "[...document.querySelectorAll('input[type=search]')]
    .some((box) => !box.closest('[inert], [aria-hidden=true]')) || undefined";

/// Waits until the box has this text and its answer has been drawn: the rows of the moment are taken away, and nothing has
/// changed for as long as the table waits twice.
const REST: &str = r#"const [text, done] = arguments;
    const covered = () => [...document.querySelectorAll('[data-still]')].some((row) => row.checkVisibility({ opacityProperty: true }));
    let since = performance.now();
    const observer = new MutationObserver(() => { since = performance.now(); });
    observer.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
    const look = () => {
        const box = document.querySelector('input[type=search]');
        if (box.value === text && !covered() && performance.now() - since > 300) { observer.disconnect(); done(); }
        else setTimeout(look, 50);
    };
    look();"#;

/// From the press of a key in the search box, as the window's process was told of it, to the second picture after other
/// rows are in the page, and to the table that has them: the rows are drawn first, and the table follows when the typing
/// rests. The page says itself when it has changed, since looking again and again would take its time.
const LISTEN: &str = r#"const inUse = (what) =>
        [...document.querySelectorAll(what)].find((one) => !one.closest('[inert], [aria-hidden=true]'));
    const box = inUse('input[type=search]');
    const grid = () => inUse('[role=grid][aria-rowcount]');
    // The first rows that are seen are known by their names. A sentence above them that comes or goes is none.
    const named = (rows) => [...rows].slice(0, 3).map((row) => row.firstElementChild.textContent).join();
    const seen = () => {
        const still = document.querySelectorAll('[data-still]');
        return still[0]?.checkVisibility({ opacityProperty: true })
            ? named(still) : named(grid()?.querySelectorAll('[role=row][aria-rowindex]:not([aria-rowindex="1"])') ?? []);
    };
    const rows = () => grid()?.getAttribute('aria-rowcount') ?? 'none';
    const before = seen();
    const many = rows();
    window.measured = new Promise((done) => {
        let started, first;
        const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(() => then(performance.now() - started)));
        const look = () => {
            const follows = rows() !== many;
            // With the same first rows as before only the table can tell.
            if (first === undefined && (follows || seen() !== before)) first = new Promise(painted);
            if (!follows) return;
            observer.disconnect();
            const followed = performance.now() - started;
            first.then((took) => done([took, followed]));
        };
        const observer = new MutationObserver(look);
        const pressed = (event) => {
            started = event.timeStamp;
            observer.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
        };
        box.addEventListener('keydown', pressed, { capture: true, once: true });
    });
    box.focus();"#;

const MEASURED: &str = "window.measured.then(arguments[0]);";

/// The place of the last row that is seen, counted from 1, if rows reach down to the end of the table.
const LAST_SEEN: &str = r#"const table = document.querySelector('[role=grid]');
    const all = Number(table.getAttribute('aria-rowcount')) - 1;
    const rows = () => [...table.querySelectorAll('[role=row][aria-rowindex]')];
    const lastSeen = () => {
        const { bottom } = table.getBoundingClientRect();
        const row = rows().find((row) => {
            const at = row.getBoundingClientRect();
            return at.top < bottom && at.bottom >= bottom - 1;
        });
        return row && Number(row.getAttribute('aria-rowindex')) - 1;
    };"#;

/// Scrolls on, a hundred rows at a time as soon as rows are there; gives back the most rows that were in the page at
/// once, how far it came and how many there are, at the end or after some seconds.
const SCROLL: &str = r#"const [patience, done] = arguments;
    const started = performance.now();
    let most = 0;
    const step = () => {
        most = Math.max(most, rows().length);
        const last = lastSeen();
        if (last === all || performance.now() - started > patience) return done([most, last ?? 0, all]);
        if (last !== undefined) table.scrollTop += 4000;
        requestAnimationFrame(step);
    };
    step();"#;

/// Goes to a part of the list and gives back how long it took until its rows were painted, in milliseconds.
const JUMP: &str = r#"const [part, done] = arguments;
    const started = performance.now();
    table.scrollTop = part * table.scrollHeight;
    const wanted = table.scrollTop / 40;
    const step = () => {
        const last = lastSeen();
        if (last === undefined || Math.abs(last - wanted) > 50) return requestAnimationFrame(step);
        requestAnimationFrame(() => done(performance.now() - started));
    };
    requestAnimationFrame(step);"#;

/// How long one part of scrolling may take: a script has half a minute.
const PATIENCE_MS: u32 = 20_000;

/// Measures the window of `app` on the vault in `home`.
pub(crate) async fn measure(app: &Path, home: &Path, rounds: usize) -> Measured<()> {
    let mut stage = Stage::open(Keychain::Absent)?;
    stage.set_variable("STRONGROOM_HOME", &home.display().to_string());
    stage.set_variable("STRONGROOM_MASTER_KEY", MASTER_KEY);
    let window = Window::open_program(&stage, app).await?;
    window.wait_for(READY, vec![]).await?;
    let client = window.client();
    let search = window.find("searchbox", "Search credentials").await?;
    let (mut painted, mut followed, mut slowest) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        for (standing, letter) in TYPED {
            // The page keeps answers for a while; with one more space it asks for another.
            let standing = format!("{}{standing}", " ".repeat(round));
            search.type_text(ESCAPE).await?;
            client.execute_async(REST, vec![json!("")]).await?;
            if !standing.is_empty() {
                search.type_text(&standing).await?;
                client.execute_async(REST, vec![json!(standing)]).await?;
            }
            client.execute(LISTEN, vec![]).await?;
            search.type_text(letter).await?;
            let took = client.execute_async(MEASURED, vec![]).await;
            let took = took.map_err(|error| format!("after {letter:?} followed {standing:?}: {error}"))?;
            slowest.push((took[0].as_f64().unwrap_or_default(), format!("{letter:?} after {standing:?}")));
            for (times, took) in [(&mut painted, &took[0]), (&mut followed, &took[1])] {
                times.push(took.as_f64().ok_or("the page told no time")?);
            }
        }
    }
    for (what, times) in [("painted rows", &mut painted), ("the table   ", &mut followed)] {
        let (middle, most) = (median(times), percentile(times, 0.95));
        say(&format!("  window: a letter to {what}   {middle:>6.1} ms, 95th percentile {most:.1} ms"));
    }
    slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (took, letter) in slowest.iter().take(3) {
        say(&format!("    {took:>6.1} ms  {letter}"));
    }
    // All of them again, then to their end.
    search.type_text(ESCAPE).await?;
    client.execute_async(REST, vec![json!("")]).await?;
    let script = |of: &str| format!("{LAST_SEEN}{of}");
    let mut jumps = Vec::new();
    for at in 0..30 {
        let part = f64::from(at * 37 % 100) / 100.0;
        let took = client.execute_async(&script(JUMP), vec![json!(part)]).await?;
        jumps.push(took.as_f64().ok_or("the page told no time")?);
    }
    say(&format!(
        "  window: going to a far place    {:>6.1} ms, 95th percentile {:.1} ms",
        median(&jumps),
        percentile(&mut jumps, 0.95)
    ));
    client.execute("document.querySelector('[role=grid]').scrollTop = 0", vec![]).await?;
    let started = Instant::now();
    let (mut most, mut before) = (0, None);
    let (last, all) = loop {
        let scrolled = client.execute_async(&script(SCROLL), vec![json!(PATIENCE_MS)]).await?;
        let number = |at: usize| scrolled[at].as_u64().ok_or("the page told no number");
        most = most.max(number(0)?);
        let (last, all) = (number(1)?, number(2)?);
        if last == all || before == Some(last) {
            break (last, all);
        }
        before = Some(last);
    };
    say(&format!(
        "  window: at most {most} rows in the page, scrolled through {last} of {all} in {:.0} s",
        started.elapsed().as_secs_f64()
    ));
    Ok(window.close().await?)
}
