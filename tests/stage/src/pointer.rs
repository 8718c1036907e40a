//! The pointer of the virtual display.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt, Window};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::error::{Result, StageError};

/// The pointer of a stage, moved as by a hand: the windows are told of it.
#[derive(Debug)]
pub struct Pointer {
    connection: RustConnection,
    root: Window,
}

impl Pointer {
    pub(crate) fn open(display: &str) -> Result<Self> {
        let step = "the pointer of the display";
        let (connection, screen) = x11rb::connect(Some(display)).map_err(StageError::driver(step))?;
        let root = connection.setup().roots.get(screen).map(|screen| screen.root).unwrap_or_default();
        Ok(Self { connection, root })
    }

    /// Moves it to a place of the screen.
    pub fn move_to(&self, x: usize, y: usize) -> Result<()> {
        let step = "moving the pointer";
        let at = |n: usize| i16::try_from(n).unwrap_or(i16::MAX);
        let moved = self.connection.warp_pointer(x11rb::NONE, self.root, 0, 0, 0, 0, at(x), at(y));
        moved.map_err(StageError::driver(step))?.check().map_err(StageError::driver(step))
    }

    /// Presses its first button there, and lets it go.
    pub fn press(&self) -> Result<()> {
        let step = "pressing the pointer's button";
        for event in [BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT] {
            let told = self.connection.xtest_fake_input(event, 1, x11rb::CURRENT_TIME, self.root, 0, 0, 0);
            told.map_err(StageError::driver(step))?.check().map_err(StageError::driver(step))?;
        }
        Ok(())
    }
}
