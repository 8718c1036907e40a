//! The sealed store of Strongroom: encryption, custody of the master key, the SQLite file, the audit chain.
//!
//! This crate knows neither HTTP nor any front end, and decides no permission: whoever calls it has been allowed to.
//! What it promises is written down in `docs/encryption.md`.
//!
//! All functions are async over one SQLite connection and work on a current-thread Tokio runtime with its time
//! driver enabled.

mod consumers;
mod custody;
mod error;
mod files;
mod hierarchy;
mod lists;
mod model;
mod recovery;
mod seal;
mod store;

pub use consumers::*;
pub use custody::keychain::{
    KeychainStatus, SERVICE_VARIABLE, keychain_probe, prepare_keychain, prepare_keychain_first,
};
pub use custody::{CustodyKind, KeySource, NewCustody};
pub use error::{CustodyError, KitError, RecordFault, RecoveryError, VaultError};
pub use files::{DATABASE_NAME, database_path, write_new_private};
pub use lists::*;
pub use model::*;
pub use recovery::{RecoveryCode, RecoveryKit};
pub use store::audit::{
    AUDIT_PAGE_LIMIT, AuditGroup, AuditPage, AuditPerson, AuditQuery, AuditReport, AuditRow, AuditWitness, BadEntry,
    ExportRow, Reach as AuditReach, RefusedAttempt, Trial, WitnessState,
};
pub use store::deliver::{Contents, Opened, Packing, Parcel, Recipient};
pub use store::examine::{BadRecord, Examination, FileMode};
pub use store::{NewVault, Vault, VaultInfo, fold, is_invisible, plain_name};
