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

/// A list of two, and where its parts stand on the display. The page that works comes some tenths of a second after the
/// picture that is seen first. A driver lets nobody in before, so the picture is used and seen by the display alone.
struct Early {
    screen: Screen,
    first: Area,
    second: Area,
    /// Where the details of a row stand, and nothing while none is open: beside the end of the list.
    details: Area,
}

impl Early {
    async fn learn(stage: &Stage) -> Result<Self> {
        make_vault(stage)?;
        add_token(stage, "Alpha", "ALPHA_TOKEN", "FAKE-token-for-the-list-a1b2")?;
        add_token(stage, "Beta", "BETA_TOKEN", "FAKE-token-for-the-list-c3d4")?;
        let screen = stage.screen()?;
        let window = Window::open(stage).await?;
        let place = "(() => {
            const cell = document.querySelector('[role=grid] [role=rowheader]');
            if (!cell) return undefined;
            const { x, y, width, height } = cell.getBoundingClientRect();
            return [x, y, width, height, innerWidth].map(Math.round);
        })()";
        let place = window.wait_for(place, vec![]).await?;
        let number = |at: usize| usize::try_from(place[at].as_u64().unwrap()).unwrap();
        // Without a window manager the window stands in the corner of the display, and has no frame.
        let first = Area { x: number(0), y: number(1), width: number(2), height: number(3) };
        let second = Area { y: first.y + first.height, ..first };
        let details = Area { x: number(4) - 300, y: first.y + 4 * first.height, width: 280, height: 300 };
        window.close().await?;
        shown(&screen, |screen| Ok(screen.drawn()?.is_none())).await?;
        Ok(Self { screen, first, second, details })
    }

    /// Starts the application and returns when its rows are seen.
    async fn start(&self, stage: &Stage) -> Result<Process> {
        let mut command = stage.command(&built(DESKTOP)?.display().to_string());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let application = Process::spawn(DESKTOP, command)?;
        shown(&self.screen, |screen| Ok(screen.has_text(self.first)? && screen.has_text(self.second)?)).await?;
        assert!(!self.screen.has_text(self.details)?);
        Ok(application)
    }
}

#[tokio::test]
async fn a_row_that_is_pressed_as_soon_as_it_is_seen_opens() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let early = Early::learn(&stage).await?;
    let application = early.start(&stage).await?;
    let pointer = stage.pointer()?;
    let ground = Area { x: early.first.x + early.first.width - 4, width: 2, height: 2, ..early.first };
    let before = early.screen.pixels(ground)?;
    pointer.move_to(early.first.x + early.first.width / 2, early.first.y + early.first.height / 2)?;
    pointer.press()?;
    shown(&early.screen, |screen| Ok(screen.pixels(ground)? != before)).await?;
    shown(&early.screen, |screen| screen.has_text(early.details)).await?;
    drop(application);
    Ok(())
}

#[tokio::test]
async fn what_is_typed_as_soon_as_rows_are_seen_is_searched_for() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let early = Early::learn(&stage).await?;
    let keyboard = stage.keyboard()?;
    let application = early.start(&stage).await?;
    keyboard.turn_to("Strongroom").await?;
    keyboard.write("/beta")?;
    shown(&early.screen, |screen| Ok(!screen.has_text(early.second)?)).await?;
    assert!(early.screen.has_text(early.first)?);
    drop(application);
    Ok(())
}
