//! Strongroom's use cases: who may do what, in which order. Both front ends call these and nothing below them,
//! so the window and the command line cannot differ.
//!
//! `app` knows no window, no terminal, no SQL and no HTTP: it joins the sealed store (`strongroom_vault`) and the
//! catalogue with its checks (`strongroom_providers`).

mod actor;
pub mod age;
mod attention;
mod audit;
mod catalogue;
mod consumers;
mod credentials;
mod csv;
mod delivery;
mod detect;
mod error;
mod files;
mod form;
mod home;
mod import;
mod inventory;
mod keys;
mod launch;
mod list_settings;
mod oauth;
mod onboarding;
mod organisations;
mod overview;
mod people;
mod refusal;
mod resolution;
mod search;
mod secret_input;
mod start;
mod strongroom;
mod times;
pub mod views;

pub use actor::{Actor, Operation, Rights};
pub use credentials::check_all::{CHECK_CONCURRENCY, CHECK_CONCURRENCY_LIMIT};
pub use delivery::{CLEAN_ENVIRONMENT, Delivery, DeliveryRequest, Variable};
pub use error::AppError;
pub use home::default_home;
pub use import::ImportPlan;
pub use inventory::Inventory;
pub use launch::process_mark;
pub use oauth::{CONNECT_PATIENCE, ConnectProblem};
pub use refusal::Refusal;
pub use secret_input::SecretInput;
pub use start::NewVaultRequest;
pub use strongroom::{Strongroom, StrongroomSettings};
pub use strongroom_providers::{Category, Certainty, FieldKind, KeyMode, ProviderType, VerdictKind};
pub use strongroom_vault::{ProcessMark, SecretText, prepare_keychain_first};
