//! Shared by the build scripts: puts a folder of TOML files into the program, so that a new provider needs no line of
//! Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Id and path of each TOML file of a folder, sorted by id; the build looks at the folder again when it changes.
pub fn files(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|e| e == "toml") {
            files.push((file.file_stem().unwrap_or_default().to_string_lossy().into_owned(), file));
        }
    }
    // By id: with the ending, "openai-compatible.toml" would stand before "openai.toml" and be looked for in vain.
    files.sort();
    Ok(files)
}

/// Writes a slice of `(id, text)`, one for each TOML file of `folder`, to `name` in the build's output folder.
pub fn write_list(folder: &Path, name: &str) -> io::Result<()> {
    let texts =
        files(folder)?.into_iter().map(|(id, file)| (id, format!("include_str!({:?})", file.display().to_string())));
    write(texts, name)
}

/// Writes a slice of `(id, text)`, where each text is given as Rust writes it.
pub fn write(texts: impl Iterator<Item = (String, String)>, name: &str) -> io::Result<()> {
    let mut list = String::from("&[\n");
    for (id, text) in texts {
        let _ = writeln!(list, "    ({id:?}, {text}),");
    }
    list.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name), list)
}
