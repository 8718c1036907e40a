//! The keyboard of the virtual display, for what lies outside of the page: dialogs of the desktop.

use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::error::{Result, StageError};
use crate::window::PATIENCE;

/// Key symbols beyond letters (`X11/keysymdef.h`); those of Latin letters are their characters.
const RETURN: u32 = 0xff0d;
const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;

/// The keyboard of a stage, played as by hands.
#[derive(Debug)]
pub struct Keyboard {
    connection: RustConnection,
    root: Window,
    /// The symbols of each key, without and with shift first.
    keys: Vec<(u8, Vec<u32>)>,
}

impl Keyboard {
    pub(crate) fn open(display: &str) -> Result<Self> {
        let (connection, screen) = x11rb::connect(Some(display)).map_err(StageError::driver(STEP))?;
        let setup = connection.setup();
        let root = setup.roots.get(screen).map(|screen| screen.root).unwrap_or_default();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = connection.get_keyboard_mapping(first, last - first + 1).map_err(StageError::driver(STEP))?;
        let mapping = mapping.reply().map_err(StageError::driver(STEP))?;
        let symbols = mapping.keysyms.chunks(usize::from(mapping.keysyms_per_keycode)).map(<[u32]>::to_vec);
        let keys = (first..=last).zip(symbols).collect();
        Ok(Self { connection, root, keys })
    }

    /// Waits for a window with this title and gives it the keyboard, as a window manager would.
    pub async fn turn_to(&self, title: &str) -> Result<()> {
        let found = async {
            loop {
                if let Some(window) = self.titled(title)? {
                    return Ok(window);
                }
                // The display tells of new windows only those that manage them.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let window = tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| {
            let why = format!("no window “{title}” in {} s", PATIENCE.as_secs());
            Err(StageError::Driver { step: STEP.to_owned(), why })
        })?;
        let turned = self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME);
        turned.map_err(StageError::driver(STEP))?.check().map_err(StageError::driver(STEP))
    }

    /// Replaces what is typed in the focused field, and presses Return.
    pub fn answer(&self, text: &str) -> Result<()> {
        self.pressed(CONTROL, u32::from('a'))?;
        self.write(text)?;
        self.stroke(RETURN)
    }

    /// Types a text, wherever the focus is.
    pub fn write(&self, text: &str) -> Result<()> {
        for letter in text.chars() {
            self.stroke(u32::from(letter))?;
        }
        Ok(())
    }

    fn titled(&self, title: &str) -> Result<Option<Window>> {
        let tree = self.connection.query_tree(self.root).map_err(StageError::driver(STEP))?;
        for window in tree.reply().map_err(StageError::driver(STEP))?.children {
            let name = self.connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 256);
            let seen = self.connection.get_window_attributes(window).map_err(StageError::driver(STEP))?;
            // A window may go while it is looked at.
            let (Ok(name), Ok(seen)) = (name.map_err(StageError::driver(STEP))?.reply(), seen.reply()) else {
                continue;
            };
            if name.value == title.as_bytes() && seen.map_state == MapState::VIEWABLE {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// One key, with shift where its symbol needs it.
    fn stroke(&self, symbol: u32) -> Result<()> {
        let at = |level: usize| self.keys.iter().any(|(_, symbols)| symbols.get(level) == Some(&symbol));
        if at(0) || !at(1) {
            self.key(KEY_PRESS_EVENT, symbol)?;
            return self.key(KEY_RELEASE_EVENT, symbol);
        }
        self.pressed(SHIFT, symbol)
    }

    fn pressed(&self, held: u32, symbol: u32) -> Result<()> {
        self.key(KEY_PRESS_EVENT, held)?;
        self.key(KEY_PRESS_EVENT, symbol)?;
        self.key(KEY_RELEASE_EVENT, symbol)?;
        self.key(KEY_RELEASE_EVENT, held)
    }

    fn key(&self, event: u8, symbol: u32) -> Result<()> {
        let with = |level: usize| self.keys.iter().find(|(_, symbols)| symbols.get(level) == Some(&symbol));
        let Some((key, _)) = with(0).or_else(|| with(1)) else {
            let why = format!("no key has the symbol {symbol:#x}");
            return Err(StageError::Driver { step: STEP.to_owned(), why });
        };
        let sent = self.connection.xtest_fake_input(event, *key, 0, self.root, 0, 0, 0);
        sent.map_err(StageError::driver(STEP))?.check().map_err(StageError::driver(STEP))
    }
}

const STEP: &str = "the keyboard of the display";
