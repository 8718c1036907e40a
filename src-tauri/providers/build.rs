//! Puts the catalogue and the readiness kits into the program.

mod listing;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    write_catalogue(&here.join("catalogue"), "catalogue.rs")?;
    listing::write_list(&here.join("kits"), "kits.rs")
}

/// The catalogue's files are TOML because people write them, and JSON in the program because that is read many times as
/// fast: `strongroom run` waits for it.
fn write_catalogue(folder: &Path, name: &str) -> io::Result<()> {
    let mut texts = Vec::new();
    for (id, file) in listing::files(folder)? {
        let json = as_json(&fs::read_to_string(&file)?)
            .map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
        texts.push((id, format!("{json:?}")));
    }
    listing::write(texts.into_iter(), name)
}

fn as_json(text: &str) -> Result<String, Box<dyn std::error::Error>> {
    let table: toml::Table = toml::from_str(text)?;
    Ok(serde_json::to_string(&table)?)
}
