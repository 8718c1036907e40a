//! Consumers, resolution, onboarding, modes and global launch, as the front ends call them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod change;
mod explain;
mod impact;
mod launch;
mod names;
mod onboarding;
mod options;
mod room;
