//! `cargo xtask bench`: the measurements of `bench/`, on release builds.

use std::path::{Path, PathBuf};

use crate::build::{self, Profile};
use crate::packages;
use crate::shell::{Outcome, cargo, command, read, root, run, say, target, words};

const PARTS: &[&str] =
    &["seal", "audit", "detect", "catalogue", "checks", "masking", "list", "exec", "peers", "window"];

/// Run the named measurements, or all.
pub fn bench(wanted: &[&str]) -> Outcome<()> {
    if let Some(unknown) = wanted.iter().find(|w| !PARTS.contains(w)) {
        return Err(format!("There is no measurement \"{unknown}\"; there are {}.", PARTS.join(", ")));
    }
    let asked = |part: &str| wanted.is_empty() || wanted.contains(&part);
    packages::install(&[packages::BUILD])?;
    if asked("seal") {
        let mut seal = words(cargo(), "test --release -p strongroom-vault --lib -- --ignored --nocapture --exact");
        run(seal.arg("seal::speed::seal_and_open"))?;
    }
    if asked("audit") {
        let mut audit = words(cargo(), "test --release -p strongroom-vault --lib -- --ignored --nocapture");
        run(audit.arg("store::audit::speed"))?;
    }
    for (part, test) in [("detect", "speed::detection"), ("catalogue", "speed::loading")] {
        if asked(part) {
            let test_of = "test --release -p strongroom-providers --lib -- --ignored --nocapture --exact";
            run(words(cargo(), test_of).arg(test))?;
        }
    }
    if asked("checks") {
        run(&mut words(cargo(), "build --release -p strongroom-cli --bin strongroom"))?;
        run(&mut words(cargo(), "build -p strongroom-bench --bin measure-checks"))?;
        let mut checks = command(Profile::Debug.program("measure-checks"));
        run(checks.arg("--cli").arg(Profile::Release.program("strongroom")))?;
    }
    if asked("masking") {
        run(&mut words(cargo(), "build --release -p strongroom-cli --bin strongroom"))?;
        // It writes and reads the gigabyte, so it must be fast itself.
        run(&mut words(cargo(), "build --release -p strongroom-bench --bin measure-masking"))?;
        let mut masking = command(Profile::Release.program("measure-masking"));
        run(masking.arg("--cli").arg(Profile::Release.program("strongroom")))?;
    }
    if !["exec", "list", "peers", "window"].into_iter().any(asked) {
        return Ok(());
    }
    build::programs(Profile::Release, &[packages::STAGE, packages::BENCH])?;
    if asked("list") {
        // It holds the core, so it is measured itself.
        run(&mut words(cargo(), "build --release -p strongroom-bench --bin measure-list"))?;
        let mut list = command(Profile::Release.program("measure-list"));
        list.arg("--cli").arg(Profile::Release.program("strongroom"));
        run(list.arg("--app").arg(Profile::Release.program("strongroom-desktop")))?;
        if !["exec", "peers", "window"].into_iter().any(asked) {
            return Ok(());
        }
    }
    // What measures need not be fast itself.
    run(&mut words(cargo(), "build --workspace --bins"))?;
    let floors = Floors::build()?;
    // Tools that are installed for this alone are not fetched unless somebody names them.
    let peers = wanted.contains(&"peers");
    if asked("exec") || peers {
        let mut exec = command(Profile::Debug.program("measure-exec"));
        exec.arg("--cli").arg(Profile::Release.program("strongroom"));
        if let Some(floors) = &floors {
            exec.arg("--floor").arg(&floors.exec).arg("--floor-db").arg(&floors.database);
        }
        if peers {
            exec.arg("--peers").arg(install_peers()?);
        }
        run(&mut exec)?;
    }
    if asked("window") {
        let mut window = command(Profile::Debug.program("measure-window"));
        window.arg("--app").arg(Profile::Release.program("strongroom-desktop"));
        if let Some(floors) = &floors {
            window.arg("--floor").arg(&floors.window);
        }
        run(&mut window)?;
    }
    Ok(())
}

/// Install the tools that somebody would use instead, into the target folder, and say where they are.
fn install_peers() -> Outcome<PathBuf> {
    packages::install(&[packages::PEERS])?;
    let folder = target().join("peers");
    say("Installing secretspec, fnox and dotenvx into the target folder; this takes a while the first time.");
    for (name, version) in [("secretspec", "0.21.1"), ("fnox", "1.39.0")] {
        let mut install = words(cargo(), &format!("install --quiet --locked {name} --version {version} --root"));
        run(install.arg(&folder).arg("--target-dir").arg(folder.join("build")))?;
    }
    let mut npm = words(command("npm"), "install --silent --no-fund --no-audit @dotenvx/dotenvx@2.38.2 --prefix");
    run(npm.arg(folder.join("npm")))?;
    packages::install(&[packages::STAGE])?;
    Ok(folder)
}

/// The bare programs to compare with, built into the target folder.
struct Floors {
    exec: PathBuf,
    database: PathBuf,
    window: PathBuf,
}

impl Floors {
    /// Build them, where their sources are.
    fn build() -> Outcome<Option<Self>> {
        let sources = root().join("../shared/bench");
        if !sources.is_dir() {
            say("../shared/bench is not there: the comparison with the bare programs is left out.");
            return Ok(None);
        }
        let folder = target().join("floors");
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let built = Self { exec: folder.join("exec"), database: folder.join("exec.db"), window: folder.join("window") };

        let libraries = "-lsqlite3 -lsodium -lcrypto -lm -lpthread -ldl";
        compile(&sources.join("floor-exec.c"), &built.exec, &format!("-static {libraries}"))?;
        let webkit = read(&mut words(command("pkg-config"), "--cflags --libs webkit2gtk-4.1"))?;
        compile(&sources.join("floor-webkit.c"), &built.window, &webkit)?;
        if !built.database.is_file() {
            // Debian's own Python, which has the package installed for it.
            let python = if Path::new("/usr/bin/python3").is_file() { "/usr/bin/python3" } else { "python3" };
            run(command(python).arg(sources.join("floor-db.py")).arg(&built.database).arg("1000"))?;
        }
        Ok(Some(built))
    }
}

fn compile(source: &Path, program: &Path, libraries: &str) -> Outcome<()> {
    let mut cc = command("cc");
    cc.arg("-O2").arg("-o").arg(program).arg(source);
    run(&mut words(cc, libraries))
}
