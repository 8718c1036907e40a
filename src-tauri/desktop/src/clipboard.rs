//! Copying plain values.

use std::sync::Mutex;

/// The clipboard. A handle is made for each copy and kept until the next one: on X11 the text lives only as long as
/// its owner, and on Wayland a handle that is held from the start has crashed applications.
#[derive(Default)]
pub struct Clipboard(Mutex<Option<arboard::Clipboard>>);

impl Clipboard {
    /// Copies, and returns what the clipboard holds now, read back from it.
    ///
    /// # Errors
    /// What the desktop says, where it refuses.
    pub fn copy(&self, text: &str) -> Result<String, arboard::Error> {
        let mut handle = arboard::Clipboard::new()?;
        handle.set_text(text)?;
        let held = handle.get_text()?;
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(handle);
        Ok(held)
    }
}
