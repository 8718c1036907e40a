//! The command line as its callers see it: the program is run, never its functions.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[cfg(unix)]
mod audit;
mod bad_input;
#[cfg(unix)]
mod check_all;
mod consumers;
mod custody;
mod detect;
#[cfg(target_os = "linux")]
mod faults;
#[cfg(target_os = "linux")]
mod file_values;
mod import;
mod launch;
mod leak;
mod life;
mod list;
#[cfg(target_os = "linux")]
mod masking;
mod onboarding;
mod own_providers;
mod people;
mod place;
#[cfg(target_os = "linux")]
mod process;
mod provider;
#[cfg(unix)]
mod renewal;
mod replace;
#[cfg(unix)]
mod run;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod terminal;
mod verdicts;
