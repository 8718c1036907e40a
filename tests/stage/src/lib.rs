//! Strongroom's stage: a display, a session bus, a keychain and a home of their own, and the real window on it.
//!
//! ```no_run
//! # async fn story() -> strongroom_stage::Result<()> {
//! use strongroom_stage::{Keychain, Stage, Window};
//!
//! let stage = Stage::open(Keychain::Unlocked)?;
//! let window = Window::open(&stage).await?;
//! window.fill("Your name", "Priya Nair").await?;
//! window.click("button", "Create the vault").await?;
//! window.wait_for_text("Add your first credential").await?;
//! # Ok(()) }
//! ```
//!
//! Nothing is shared between two stages, so tests run side by side. Everything ends when it is dropped.

mod error;
mod keyboard;
mod page;
mod pointer;
mod process;
mod programs;
mod screen;
mod stage;
mod window;

pub use fantoccini::key::Key;

pub use error::{Result, StageError};
pub use keyboard::Keyboard;
pub use page::{Found, Name};
pub use pointer::Pointer;
pub use process::Process;
pub use programs::{COMMAND_LINE, DESKTOP, Ran, built, repository};
pub use screen::{Area, Screen};
pub use stage::{Keychain, Stage};
pub use window::Window;
