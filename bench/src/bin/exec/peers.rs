//! The tools that somebody would use instead, each set up as its own documentation says, with the same names.

use std::path::{Path, PathBuf};
use std::process::Command;

use strongroom_bench::{Measured, say};
use strongroom_stage::Stage;

/// A tool with the command that starts `true` with the secrets, and the folder that it has to stand in.
pub struct Peer {
    /// Name for the report.
    pub name: String,
    /// The command.
    pub command: String,
    /// Where it is run.
    pub folder: PathBuf,
}

/// Names and made-up values.
fn secrets(count: usize) -> impl Iterator<Item = (String, String)> {
    (0..count).map(|n| (format!("BENCH_{n:02}"), format!("fake-bench-token-{n:06}")))
}

fn done(stage: &Stage, command: &mut Command) -> Measured<()> {
    let output = stage.output(command)?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{:?}: {}", command.get_program(), String::from_utf8_lossy(&said)).into())
}

/// Every tool of the folder that is there, with so many secrets. One that cannot be set up is named and left out.
pub fn all(stage: &Stage, tools: &Path, count: usize) -> Measured<Vec<Peer>> {
    type Setup = fn(&Stage, &Path, &Path, usize) -> Measured<String>;
    let known: [(&str, &str, Setup); 5] = [
        ("secretspec, keyring", "bin/secretspec", secretspec),
        ("fnox, keychain", "bin/fnox", fnox),
        ("envchain", "bin/envchain", envchain),
        ("dotenvx, encrypted", "npm/node_modules/.bin/dotenvx", dotenvx),
        ("secret-tool in a shell", "/usr/bin/secret-tool", secret_tool),
    ];
    let mut peers = Vec::new();
    for (name, program, set_up) in known {
        // An absolute path stands for itself.
        let program = tools.join(program);
        if !program.is_file() {
            say(&format!("  {name} is not there: left out"));
            continue;
        }
        let folder = stage.folder().join(format!("peer-{}-{count}", peers.len()));
        std::fs::create_dir_all(&folder)?;
        match set_up(stage, &program, &folder, count) {
            Ok(command) => peers.push(Peer { name: format!("{name}, {count} secrets"), command, folder }),
            Err(error) => say(&format!("  {name} could not be set up: {error}")),
        }
    }
    Ok(peers)
}

fn secretspec(stage: &Stage, program: &Path, folder: &Path, count: usize) -> Measured<String> {
    let mut spec = format!("[project]\nname = \"bench{count}\"\nrevision = \"1.0\"\n\n[profiles.default]\n");
    for (name, _) in secrets(count) {
        spec += &format!("{name} = {{ description = \"made up\", required = true }}\n");
    }
    std::fs::write(folder.join("secretspec.toml"), spec)?;
    for (name, value) in secrets(count) {
        let mut set = stage.command(&program.display().to_string());
        done(stage, set.current_dir(folder).args(["set", &name, &value, "--provider", "keyring"]))?;
    }
    Ok(format!("{} run --provider keyring -- true", program.display()))
}

fn fnox(stage: &Stage, program: &Path, folder: &Path, count: usize) -> Measured<String> {
    let service = format!("bench-fnox-{count}");
    let provider = format!("[providers.keychain]\ntype = \"keychain\"\nservice = \"{service}\"\n\n[secrets]\n");
    std::fs::write(folder.join("fnox.toml"), provider)?;
    for (name, value) in secrets(count) {
        let mut set = stage.command(&program.display().to_string());
        done(stage, set.current_dir(folder).args(["set", &name, &value, "--provider", "keychain"]))?;
    }
    Ok(format!("{} exec -- true", program.display()))
}

fn envchain(stage: &Stage, program: &Path, folder: &Path, count: usize) -> Measured<String> {
    let namespace = format!("bench{count}");
    let names: Vec<String> = secrets(count).map(|(name, _)| name).collect();
    let values: Vec<String> = secrets(count).map(|(_, value)| value).collect();
    std::fs::write(folder.join("values"), values.join("\n") + "\n")?;
    let mut set = stage.command("sh");
    let script = format!("{} --set {namespace} {} < values", program.display(), names.join(" "));
    done(stage, set.current_dir(folder).args(["-c", &script]))?;
    Ok(format!("{} {namespace} true", program.display()))
}

fn dotenvx(stage: &Stage, program: &Path, folder: &Path, count: usize) -> Measured<String> {
    for (name, value) in secrets(count) {
        let mut set = stage.command(&program.display().to_string());
        done(stage, set.current_dir(folder).args(["set", &name, &value]))?;
    }
    Ok(format!("{} run --quiet -- true", program.display()))
}

fn secret_tool(stage: &Stage, program: &Path, folder: &Path, count: usize) -> Measured<String> {
    let mut script = String::new();
    for (name, value) in secrets(count) {
        let item = format!("app bench{count} name {name}");
        let mut store = stage.command("sh");
        let line = format!("printf %s \"$0\" | {} store --label=bench {item}", program.display());
        done(stage, store.args(["-c", &line, &value]))?;
        script += &format!("{name}=$({} lookup {item}) && export {name} && ", program.display());
    }
    let file = folder.join("start.sh");
    std::fs::write(&file, script + "exec true\n")?;
    Ok(format!("sh {}", file.display()))
}
