//! Stands in for the providers on loopback: plays recorded answers, notes what arrived, and misbehaves on request.
//!
//! For tests ([`Standin`] with scripted [`Reply`]s) and for demonstration vaults (the program `strongroom-standin`, which
//! answers for every provider as the text of the key tells it).

mod demonstration;
mod recorded;
mod server;
mod signed;
mod test_key;
mod tls;

pub use demonstration::demonstration;
pub use recorded::{Exchange, Expected, Recorded, RecordedAnswer, RecordedError, all as recorded_answers};
pub use server::{End, Reply, Seen, Standin};
pub use signed::{AwsSignature, Token};
pub use tls::{Identity, TlsError};
