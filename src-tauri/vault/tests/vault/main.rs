//! The vault on real files: what is stored, what opens, what is refused, and what survives.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod audit;
mod audit_kept;
mod audit_list;
mod consumers;
mod credentials;
mod custody;
mod durability;
mod erasure;
mod examine;
mod files;
mod hand;
mod lists;
mod lists_kept;
mod oauth;
mod swap;
