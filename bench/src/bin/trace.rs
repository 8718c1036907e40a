//! The functions that `strongroom run` goes through, as a linker script that lays them side by side:
//! `trace-run --cli PROGRAM --into FILE`. The program needs its symbols, and to be laid out without such a script: callgrind
//! names the functions of `.text` alone.
//!
//! `src-tauri/cli/build.rs` says what the script is for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::ExitCode;

use strongroom_bench::vault::staged;
use strongroom_bench::{Measured, finish, option, say};
use strongroom_stage::{Keychain, Stage};

/// How many times as many bytes as are needed a pattern may bring along. What is generic has one name for all its kinds.
const MOST: u64 = 2;
/// So many bytes do not matter.
const LITTLE: u64 = 1024;

/// The name without the numbers that change with the compiler and with what else is compiled.
fn pattern(symbol: &str) -> String {
    let mut text = symbol.to_owned();
    // The older way of writing names ends with 17h, sixteen digits and E.
    if let Some(name) =
        symbol.len().checked_sub(20).filter(|at| symbol.get(*at..).is_some_and(|end| end.starts_with("17h")))
    {
        text = format!("{}17h*", &symbol[..name]);
    }
    // In the newer one each crate's name comes after Cs, some digits and an underscore.
    if symbol.starts_with("_R") {
        let mut parts = text.split("Cs");
        let mut made = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.split_once('_') {
                Some((number, rest)) if number.len() > 8 && number.chars().all(|c| c.is_ascii_alphanumeric()) => {
                    made.push_str("Cs*_");
                    made.push_str(rest);
                }
                _ => {
                    made.push_str("Cs");
                    made.push_str(part);
                }
            }
        }
        text = made;
    }
    text
}

fn is_a_name(symbol: &str) -> bool {
    !symbol.is_empty() && symbol.chars().all(|c| c.is_ascii_alphanumeric() || "_.$".contains(c))
}

/// Bytes of each function of the program.
fn sizes(stage: &Stage, program: &str) -> Measured<BTreeMap<String, u64>> {
    let listed = stage.output(stage.command("nm").args(["-S", program]))?;
    let mut sizes = BTreeMap::new();
    for line in String::from_utf8_lossy(&listed.stdout).lines() {
        if let [_, size, "t" | "T" | "w" | "W", name] = line.split_whitespace().collect::<Vec<_>>()[..] {
            sizes.insert(name.to_owned(), u64::from_str_radix(size, 16)?);
        }
    }
    if sizes.is_empty() { Err("the program has no symbols".into()) } else { Ok(sizes) }
}

/// The functions that a start of a program with so many credentials goes through, until it is started.
fn traced(stage: &mut Stage, program: &str, credentials: usize) -> Measured<BTreeSet<String>> {
    staged(stage, credentials)?;
    let record = stage.folder().join(format!("calls-{credentials}"));
    let mut valgrind = stage.command("valgrind");
    valgrind.args(["--tool=callgrind", "--demangle=no", "--dump-before=execvp"]);
    valgrind.arg(format!("--callgrind-out-file={}", record.display())).args([program, "run"]);
    for n in 0..credentials {
        valgrind.args(["--key", &format!("BENCH_{n:02}")]);
    }
    let ran = stage.output(valgrind.args(["--", "true"]))?;
    let text = std::fs::read_to_string(record.with_extension("1"))
        .map_err(|_| format!("nothing was recorded: {}", String::from_utf8_lossy(&ran.stderr)))?;
    Ok(functions(&text, program))
}

/// The functions of the program in a record of callgrind: names are told once, and numbers stand for them afterwards.
fn functions(record: &str, program: &str) -> BTreeSet<String> {
    let (mut objects, mut names) = (BTreeMap::new(), BTreeMap::new());
    let (mut found, mut ours) = (BTreeSet::new(), false);
    for line in record.lines() {
        let Some((what, rest)) = line.split_once("=(") else { continue };
        let Some((number, name)) = rest.split_once(')') else { continue };
        let known = match what {
            "ob" | "cob" => &mut objects,
            "fn" | "cfn" => &mut names,
            _ => continue,
        };
        if !name.trim().is_empty() {
            // A recursion has a number of its own behind the name.
            let (name, _) = name.trim().split_once('\'').unwrap_or((name.trim(), ""));
            known.insert(number.to_owned(), name.to_owned());
        }
        let name = known.get(number).cloned().unwrap_or_default();
        match what {
            "ob" => ours = name == program,
            "fn" if ours && is_a_name(&name) => drop(found.insert(name)),
            _ => {}
        }
    }
    found
}

fn trace() -> Measured<()> {
    let (program, into) =
        (option("cli").ok_or("--cli PROGRAM is needed")?, option("into").ok_or("--into FILE is needed")?);
    let mut stage = Stage::open(Keychain::Unlocked)?;
    let sizes = sizes(&stage, &program)?;
    let mut all = traced(&mut stage, &program, 1)?;
    all.extend(traced(&mut stage, &program, 20)?);
    let (mut needed, mut brought) = (BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
    for (name, size) in &sizes {
        *brought.entry(pattern(name)).or_default() += size;
    }
    for name in &all {
        *needed.entry(pattern(name)).or_default() += sizes.get(name).copied().unwrap_or_default();
    }
    needed.retain(|pattern, size| brought.get(pattern).is_some_and(|all| *all <= *size * MOST + LITTLE));
    let mut script = "/* Made by `cargo xtask order`: the functions of `strongroom run`, side by side. */\n".to_owned();
    script.push_str("SECTIONS\n{\n  .text.run :\n  {\n");
    for pattern in needed.keys() {
        let _ = writeln!(script, "    *(.text.{pattern})");
    }
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    std::fs::write(into, script)?;
    say(&format!("{} functions, {} KB", needed.len(), needed.values().sum::<u64>() / 1024));
    Ok(())
}

fn main() -> ExitCode {
    finish(trace())
}

#[cfg(test)]
mod tests {
    use super::{functions, pattern};

    #[test]
    fn names_lose_what_changes() {
        assert_eq!(pattern("sqlite3VdbeExec"), "sqlite3VdbeExec");
        assert_eq!(pattern("_ZN10strongroom6answer17h47eaeb2e58a69032E"), "_ZN10strongroom6answer17h*");
        assert_eq!(pattern("_RNvNtCsjrHSEGnQ3l9_3std3fs"), "_RNvNtCs*_3std3fs");
    }

    #[test]
    fn only_functions_of_the_program_are_taken() {
        let record = "ob=(1) /usr/lib/libc.so\nfn=(1) malloc\nob=(2) /x/strongroom\nfn=(2) one\ncob=(1)\ncfn=(1)\n\
                      fn=(3) two'2\nfn=(4) (below main)\nob=(1)\nfn=(5) free\nob=(2)\nfn=(2)\n";
        assert_eq!(functions(record, "/x/strongroom").into_iter().collect::<Vec<_>>(), ["one", "two"]);
    }
}
