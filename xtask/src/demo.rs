//! `cargo xtask demo`: a demonstration vault of its own, with fake keys and stand-in providers on loopback.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::build::{self, Profile};
use crate::packages;
use crate::run;
use crate::shell::{Outcome, command, has_display, run as run_command, say, shown, target};

/// The vault's content. In its field values `~` is left out, so that nothing in the file looks like a provider's key.
const CONTENT: &str = include_str!("../demo.json");
/// The throw-away master key, 32 bytes in base64. It protects nothing: every value in this vault is made up.
const MASTER_KEY: &str = "c3Ryb25ncm9vbSBkZW1vbnN0cmF0aW9uIGtleSAzMmI=";
/// Who works with the demonstration vault.
const PERSON: &str = "Priya Nair";

/// Fill the demonstration vault and open the window on it.
pub fn demo(keep: bool) -> Outcome<()> {
    let display = has_display();
    if !display {
        say("There is no display: the demonstration is going to run on a virtual one and a picture is written.");
    }
    build::programs(Profile::Debug, if display { &[] } else { &[packages::STAGE] })?;
    let demonstration = Demonstration::prepare()?;
    say(&format!(
        "Demonstration vault: {} (fake keys; stand-in providers answer at {})",
        demonstration.home.display(),
        demonstration.standin.url
    ));
    let mut window = if display {
        command(Profile::Debug.program("strongroom-desktop"))
    } else {
        let mut onstage = run::on_stage(&target().join("window-pictures/demo.png"), keep);
        onstage.args(["--wait", "Anthropic production (Sonnet)"]);
        onstage
    };
    run_command(demonstration.environment(&mut window))
}

/// A filled vault and the providers that answer for it while this value lives.
pub struct Demonstration {
    home: PathBuf,
    standin: Standin,
}

impl Demonstration {
    /// Make the vault anew: seal every credential, then check those that were checked.
    pub fn prepare() -> Outcome<Self> {
        let content: Value = serde_json::from_str(CONTENT).map_err(|e| format!("xtask/demo.json: {e}"))?;
        let folder = target().join("demo");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let demonstration = Self { home: folder.join("vault"), standin: Standin::start()? };
        demonstration.fill(&content)?;
        Ok(demonstration)
    }

    /// Point a command at this vault.
    pub fn environment<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("STRONGROOM_HOME", &self.home)
            .env("STRONGROOM_MASTER_KEY", MASTER_KEY)
            .env("XDG_DATA_HOME", self.home.with_file_name("data"))
    }

    fn fill(&self, content: &Value) -> Outcome<()> {
        let organisations: Vec<&str> = texts(&content["organisations"]);
        let (first, others) = organisations.split_first().ok_or("xtask/demo.json names no organisation")?;
        let kit = self.home.with_file_name("recovery-kit.txt");
        let kit = kit.to_string_lossy();
        let init = ["init", "--demonstration", "--person", PERSON, "--org", first, "--recovery-kit", &kit];
        self.strongroom(&init, "")?;
        for name in others {
            self.strongroom(&["org", "add", name], "")?;
        }
        let credentials = content["credentials"].as_array().map(Vec::as_slice).unwrap_or_default();
        say(&format!("Sealing and checking {} made-up credentials.", credentials.len()));
        for credential in credentials {
            self.add(credential)?;
        }
        for consumer in content["consumers"].as_array().into_iter().flatten() {
            self.add_consumer(consumer)?;
        }
        for name in texts(&content["bundled"]) {
            self.strongroom(&["mode", "bundled", "--org", name], "")?;
        }
        Ok(())
    }

    fn add_consumer(&self, consumer: &Value) -> Outcome<()> {
        let text = |name: &str| consumer[name].as_str().unwrap_or_default();
        let (org, name) = (text("org"), text("name"));
        let add = ["consumer", "add", "--org", org, "--kind", text("kind"), "--name", name, "--note", text("note")];
        self.strongroom(&add, "")?;
        // One that goes by the same name as one of another kind is named with its kind.
        let named = format!("{}:{name}", text("kind"));
        for one in consumer["uses"].as_array().into_iter().flatten() {
            let (option, what) = match one["credential"].as_str() {
                Some(credential) => ("--credential", credential),
                None => ("--provider", one["provider"].as_str().unwrap_or_default()),
            };
            let mut arguments = vec!["assign", "--org", org, &named, option, what];
            // Where the provider fits several places.
            if let Some(slot) = one["slot"].as_str() {
                arguments.extend(["--slot", slot]);
            }
            self.strongroom(&arguments, "")?;
        }
        Ok(())
    }

    fn add(&self, credential: &Value) -> Outcome<()> {
        let text = |name: &str| credential[name].as_str().unwrap_or_default();
        let provider = text("provider");
        let mut fields = credential["fields"].as_object().cloned().unwrap_or_default();
        for value in fields.values_mut() {
            *value = Value::from(value.as_str().unwrap_or_default().replace('~', ""));
        }
        // The generic token asks nobody, and so has no address to replace.
        if provider != "api-token" {
            fields.insert("base_url".to_owned(), self.standin.base_urls[provider].clone());
        }
        let fields = Value::Object(fields).to_string();
        let mut arguments = vec!["add", "--json", "--org", text("org"), "--provider", provider];
        arguments.extend(["--name", text("name"), "--key", text("key"), "--no-check", "--fields-json", "-"]);
        if credential["default"] == true {
            arguments.push("--default");
        }
        let added = self.strongroom(&arguments, &fields)?;
        let added: Value = serde_json::from_str(&added).map_err(|e| format!("strongroom add: {e}"))?;
        let id = added["id"].as_str().ok_or("strongroom add gave no id")?;
        if credential["check"] != false {
            self.strongroom(&["check", "--json", "--org", text("org"), id], "")?;
        }
        if credential["enabled"] == false {
            self.strongroom(&["disable", "--org", text("org"), id], "")?;
        }
        Ok(())
    }

    /// Run the command line on this vault and give back what it printed.
    fn strongroom(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let mut strongroom = command(Profile::Debug.program("strongroom"));
        self.environment(strongroom.args(arguments));
        let name = shown(&strongroom);
        strongroom.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = strongroom.spawn().map_err(|e| format!("{name}: {e}"))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).map_err(|e| format!("{name}: {e}"))?;
        }
        let output = child.wait_with_output().map_err(|e| format!("{name}: {e}"))?;
        // 5 and 6 tell that a check found a bad key or reached nobody, as some of these should.
        if matches!(output.status.code(), Some(0 | 5 | 6)) {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(format!("{name} ended with {}:\n{}", output.status, String::from_utf8_lossy(&said).trim()))
    }
}

/// The stand-in providers, ended on drop.
struct Standin {
    child: Child,
    url: String,
    base_urls: Value,
}

impl Standin {
    fn start() -> Outcome<Self> {
        let program = Profile::Debug.program("strongroom-standin");
        let failed = |e: &dyn std::fmt::Display| format!("{}: {e}", program.display());
        let mut child = command(&program).stdout(Stdio::piped()).spawn().map_err(|e| failed(&e))?;
        // It prints one line when it is ready.
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or("the stand-in providers have no output")?;
        BufReader::new(stdout).read_line(&mut line).map_err(|e| failed(&e))?;
        let ready: Value = serde_json::from_str(&line).map_err(|e| failed(&e))?;
        let url = ready["url"].as_str().unwrap_or_default().to_owned();
        Ok(Self { child, url, base_urls: ready["base_urls"].clone() })
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
