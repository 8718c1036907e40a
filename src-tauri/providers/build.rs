//! Lists the catalogue files and the readiness kits.

mod listing;

use std::path::PathBuf;
use std::{env, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    listing::write_list(&here.join("catalogue"), "catalogue.rs")?;
    listing::write_list(&here.join("kits"), "kits.rs")
}
