//! Shared by the build scripts: puts a folder of TOML files into the program, so that a new provider needs no line of
//! Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Writes a slice of `(id, text)`, one for each TOML file of `folder`, to `name` in the build's output folder.
pub fn write_list(folder: &Path, name: &str) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|e| e == "toml"));
    // By id: with the ending, "openai-compatible.toml" would stand before "openai.toml" and be looked for in vain.
    files.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()));
    let mut list = String::from("&[\n");
    for file in &files {
        let id = file.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(list, "    ({id:?}, include_str!({:?})),", file.display().to_string());
    }
    list.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name), list)
}
