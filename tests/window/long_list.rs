//! A list of more rows than the table is given at once: from the first to the last and back.

use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use strongroom_stage::{Key, Keychain, Result, Stage, Window};

use crate::support::{add_token, make_vault};

const COPIES: i64 = 2600;

/// Copies the one credential past the vault: to add so many takes minutes.
async fn copy(stage: &Stage) {
    let options = SqliteConnectOptions::new().filename(stage.vault_home().join("vault.db"));
    let mut hand = options.connect().await.unwrap();
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('credential')").fetch_all(&mut hand).await.unwrap();
    let value = |column: &String| match column.as_str() {
        "docid" => "1000 + i".to_owned(),
        "id" => "printf('01900000-0000-7000-8000-%012x', i)".to_owned(),
        "name" => "printf('Copy %05d', i)".to_owned(),
        "name_folded" => "printf('copy %05d', i)".to_owned(),
        other => format!("c.{other}"),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let copy = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COPIES})
         INSERT INTO credential ({}) SELECT {} FROM n JOIN credential c",
        columns.join(", "),
        values.join(", ")
    );
    sqlx::query(sqlx::AssertSqlSafe(copy)).execute(&mut hand).await.unwrap();
    hand.close().await.unwrap();
}

/// Scrolls down, a screen at a time as soon as its rows are there, until the last row is in the page; most rows that were
/// in it at once.
const TO_THE_END: &str = r#"const done = arguments[0];
    const table = document.querySelector('[role=grid]');
    const all = Number(table.getAttribute('aria-rowcount'));
    let most = 0;
    const step = () => {
        const { bottom } = table.getBoundingClientRect();
        const rows = [...table.querySelectorAll('[role=row][aria-rowindex]')];
        most = Math.max(most, rows.length);
        if (rows.some((row) => Number(row.getAttribute('aria-rowindex')) === all)) return done(most);
        if (rows.some((row) => row.getBoundingClientRect().bottom >= bottom)) table.scrollTop += table.clientHeight - 80;
        requestAnimationFrame(step);
    };
    step();"#;

/// Scrolls to a row, counted from 0, of which `a[0]` is the place in pixels.
const TO: &str = "document.querySelector('[role=grid]').scrollTop = arguments[0];";

/// The rows on the screen: their numbers, counted from 0, and names; undefined until row `a[0]` is among them.
const SEEN: &str = r#"(() => {
    const table = document.querySelector('[role=grid]');
    const { top, bottom } = table.getBoundingClientRect();
    const seen = [...table.querySelectorAll('[role=row][data-key]')].filter((row) => {
        const at = row.getBoundingClientRect();
        return at.bottom > top + 36 && at.top < bottom;
    });
    const rows = seen.map((row) => [Number(row.getAttribute('aria-rowindex')) - 2, row.querySelector('[role=rowheader]').innerText]);
    return rows.some(([at]) => at === a[0]) ? rows : undefined;
})()"#;

/// Waits until a row is seen, and compares the names of all that are with their numbers.
async fn seen(window: &Window<'_>, row: i64) -> Result<()> {
    let rows = window.wait_for(SEEN, vec![json!(row)]).await?;
    for row in rows.as_array().unwrap() {
        let (at, name) = (row[0].as_i64().unwrap(), row[1].as_str().unwrap());
        let expected = if at == 0 { "Alpha".to_owned() } else { format!("Copy {at:05}") };
        assert!(name.contains(&expected), "row {at} is {name}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_is_scrolled_to_its_end_and_back() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Alpha", "ALPHA_TOKEN", "FAKE-token-for-the-list-a1b2")?;
    copy(&stage).await;
    let window = Window::open(&stage).await?;
    seen(&window, 0).await?;

    let most = window.client().execute_async(TO_THE_END, vec![]).await.unwrap();
    assert!(most.as_u64().unwrap() < 100, "{most} rows in the page at once");
    seen(&window, COPIES).await?;
    // The scroll bar stands for all rows: a little back, page by page, and far away, at once.
    let height = window.wait_for("document.querySelector('[role=grid] [role=row][data-key]').offsetHeight", vec![]);
    let height = height.await?.as_i64().unwrap();
    let all =
        window.client().execute("return document.querySelector('[role=grid]').scrollHeight", vec![]).await.unwrap();
    assert_eq!(all.as_i64().unwrap(), 34 + (COPIES + 1) * height);
    for row in [COPIES - 900, 700, 2100, 200, 0, 1500] {
        window.client().execute(TO, vec![json!(row * height)]).await.unwrap();
        seen(&window, row + 1).await?;
    }

    // By keys: the very first row, the very last, and those beside them.
    let focus = "[...document.querySelectorAll('[role=grid] [role=row][data-key]')].at(-2).focus();";
    window.client().execute(focus, vec![]).await.unwrap();
    let focused = "(({ role, innerText, ariaRowIndex }) => role === 'row' && innerText.includes(a[0]) ? ariaRowIndex : undefined)(document.activeElement)";
    let last = COPIES + 2;
    for (key, name, row) in [
        (Key::Home, "Alpha".to_owned(), 2),
        (Key::Down, "Copy 00001".to_owned(), 3),
        (Key::End, format!("Copy {COPIES:05}"), last),
        (Key::Up, format!("Copy {:05}", COPIES - 1), last - 1),
        (Key::Home, "Alpha".to_owned(), 2),
    ] {
        window.press(&char::from(key).to_string()).await?;
        let at = window.wait_for(focused, vec![json!(name)]).await?;
        assert_eq!(at.as_str().and_then(|at| at.parse().ok()), Some(row), "{name}");
    }

    // Among the cells of a row they stay in it.
    for (key, cell) in [(Key::Right, "rowheader"), (Key::End, "gridcell")] {
        window.press(&char::from(key).to_string()).await?;
        let inside =
            "(document.activeElement.closest(`[role=row][aria-rowindex='2'] [role=${a[0]}]`) && true) || undefined";
        window.wait_for(inside, vec![json!(cell)]).await?;
    }

    // What is chosen stays so when its row is let go.
    window.click("button", "Choose several").await?;
    window.client().execute("document.querySelector('[role=row][aria-rowindex=\"2\"]').click()", vec![]).await.unwrap();
    window.client().execute(TO, vec![json!(1800 * height)]).await.unwrap();
    seen(&window, 1801).await?;
    window.wait_for("document.body.innerText.includes('1 chosen') || undefined", vec![]).await?;
    window.close().await
}
