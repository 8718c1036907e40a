//! The real window on a display, session bus and keychain of its own, driven as a person drives it.
//!
//! Each test opens a [`strongroom_stage::Stage`]; `docs/testing.md` tells how to write one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activity;
mod badinput;
mod check_all;
mod connect;
mod consumers;
mod keyboard;
mod keys;
mod leaks;
mod life;
mod list;
mod long_list;
mod opens;
mod own_providers;
mod page;
mod paste_import;
mod screens;
mod story;
mod support;
