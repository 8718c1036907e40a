//! Puts the recorded answers of all providers into the program.

#[path = "../../src-tauri/providers/listing.rs"]
mod listing;

use std::path::PathBuf;
use std::{env, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    listing::write_list(&here.join("../../src-tauri/providers/answers"), "answers.rs")
}
