//! The window opens, and what it shows first is accessible and within the content security policy.

use std::process::Stdio;
use std::time::Duration;

use strongroom_stage::{Area, DESKTOP, Keychain, Process, Result, Screen, Stage, Window, built};

use crate::support::{add_token, make_vault};

#[tokio::test]
async fn the_window_opens_on_first_start() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let window = Window::open(&stage).await?;
    assert_eq!(window.title().await?, "Strongroom");
    window.find("heading", strongroom_stage::Name::Any).await?;
    window.check_accessibility().await?;
    assert_eq!(
        window.policy_violations().await?,
        Vec::<String>::new(),
        "the page stays within its content security policy"
    );
    window.pictures("first-start").await?;
    window.close().await
}

/// Waits until the display shows what is wanted: it tells nobody when it changes.
async fn shown(screen: &Screen, wanted: impl Fn(&Screen) -> Result<bool>) -> Result<()> {
    let begin = std::time::Instant::now();
    while !wanted(screen)? {
        assert!(begin.elapsed() < Duration::from_secs(30), "the display does not show it");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// The page that works comes some tenths of a second after the picture that is seen first. A driver lets nobody in
/// before, so this one is pressed and seen by the display alone.
#[tokio::test]
async fn a_row_that_is_pressed_as_soon_as_it_is_seen_opens() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Alpha", "ALPHA_TOKEN", "FAKE-token-for-the-list-a1b2")?;
    let screen = stage.screen()?;
    let window = Window::open(&stage).await?;
    let place = "(() => {
        const cell = document.querySelector('[role=grid] [role=rowheader]');
        if (!cell) return undefined;
        const { x, y, width, height } = cell.getBoundingClientRect();
        return [x, y, width, height, innerWidth].map(Math.round);
    })()";
    let place = window.wait_for(place, vec![]).await?;
    let number = |at: usize| usize::try_from(place[at].as_u64().unwrap()).unwrap();
    // Without a window manager the window stands in the corner of the display, and has no frame.
    let row = Area { x: number(0), y: number(1), width: number(2), height: number(3) };
    // Where the details of a row stand, and nothing while none is open: beside the end of the list.
    let details = Area { x: number(4) - 300, y: row.y + 3 * row.height, width: 280, height: 300 };
    window.close().await?;
    shown(&screen, |screen| Ok(screen.drawn()?.is_none())).await?;

    let mut command = stage.command(&built(DESKTOP)?.display().to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let application = Process::spawn(DESKTOP, command)?;
    shown(&screen, |screen| screen.has_text(row)).await?;
    assert!(!screen.has_text(details)?);
    let pointer = stage.pointer()?;
    pointer.move_to(row.x + row.width / 2, row.y + row.height / 2)?;
    pointer.press()?;
    shown(&screen, |screen| screen.has_text(details)).await?;
    drop(application);
    Ok(())
}
