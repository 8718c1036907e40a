//! The pointer of the virtual display.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, Window};
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
}
