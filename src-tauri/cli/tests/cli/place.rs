//! A folder with a vault of its own, and the program run in it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// 32 fake bytes in base64.
pub const MASTER_KEY: &str = "RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=";

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_strongroom");

/// A folder of one test. It goes with the test.
pub struct Place {
    folder: TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ran {
    /// Exit status.
    pub status: ExitStatus,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Place {
    /// A folder without a vault.
    pub fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with a vault of the organisation Acme.
    pub fn new() -> Self {
        let place = Self::bare();
        place.run(&["init", "--org", "Acme", "--person", "Test Person"]).ends(0);
        place
    }

    /// A file or folder in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The vault's folder.
    pub fn vault(&self) -> PathBuf {
        self.path("vault")
    }

    /// Writes a file and returns its path as text.
    pub fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program, with the vault's folder and the master key and nothing else of ours in its environment.
    pub fn command(&self) -> Command {
        self.prepared(Command::new(PROGRAM))
    }

    /// Another program with the same surroundings, to run ours.
    pub fn prepared(&self, mut command: Command) -> Command {
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
            .env("STRONGROOM_HOME", self.vault())
            .env("STRONGROOM_MASTER_KEY", MASTER_KEY);
        if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command
    }

    /// Runs the program with nothing on standard input.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    /// Runs the program with that on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        finish(self.command().args(arguments), input)
    }

    /// Adds a token without a check.
    pub fn add_token(&self, name: &str, key: &str, value: &str) -> Value {
        let arguments = [
            "add",
            "--provider",
            "api-token",
            "--name",
            name,
            "--key",
            key,
            "--no-check",
            "--field",
            "token=-",
            "--json",
        ];
        self.run_with(&arguments, value.as_bytes()).ends(0).json()
    }

    /// Adds a credential of that provider with fake values, and a lookup key made of its name, without a check.
    pub fn add(&self, provider: &str, name: &str, more: &[&str]) -> Value {
        let secret = format!("FAKE-{name}-0123456789-abcdef");
        let letters = "f".repeat(32);
        let fields = match provider {
            "twilio" => serde_json::json!({
                "account_sid": format!("AC{letters}"), "api_key_sid": format!("SK{letters}"), "api_key_secret": secret
            }),
            "hubspot" => serde_json::json!({"access_token": secret}),
            "azure-openai" => {
                serde_json::json!({"api_key": secret, "endpoint": "https://fake.openai.azure.com", "deployment": name})
            }
            _ => serde_json::json!({"api_key": secret}),
        };
        let key = name.to_uppercase().replace([' ', '-'], "_");
        let mut arguments = vec!["add", "--provider", provider, "--name", name, "--key", &key, "--no-check"];
        arguments.extend(["--fields-json", "-", "--json"]);
        arguments.extend(more);
        self.run_with(&arguments, fields.to_string().as_bytes()).ends(0).json()
    }

    /// Stores a verdict, as if the provider had been asked: most of them cannot be put on loopback.
    pub fn judge(&self, credential: &Value, kind: &str) {
        use strongroom_vault::{Author, CredentialId, KeySource, PersonId, SecretText, Vault, VerdictRow};
        let verdict = VerdictRow {
            kind: kind.into(),
            evidence: "placeholder".into(),
            next_step: None,
            checked_at: "2026-01-02T03:04:05Z".into(),
            duration_ms: 1,
            cost: "free".into(),
            conclusive: kind != "unknown",
        };
        let id = CredentialId::parse(credential["id"].as_str().unwrap()).unwrap();
        let by = Author { person: PersonId::make(), name: "Test Person".into() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let vault = Vault::open(&self.vault()).await.unwrap();
            vault.unlock(KeySource::Environment(SecretText::new(MASTER_KEY.to_owned()))).await.unwrap();
            vault.record_verdict(id, &verdict, None, &by).await.unwrap();
            vault.close().await.unwrap();
        });
    }

    /// Every byte that is stored in the vault's folder.
    pub fn stored(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        collect(&self.vault(), &mut bytes);
        bytes
    }
}

fn collect(folder: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, bytes);
        } else {
            bytes.extend(std::fs::read(path).unwrap());
        }
    }
}

/// Runs a command to its end.
pub fn finish(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that ends without reading closes the pipe, which is its right.
    let _ = child.stdin.take().unwrap().write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("only text is printed");
    Ran { status, out: text(stdout), err: text(stderr) }
}

impl Ran {
    /// Asserts the exit status.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The stable word of the error document.
    #[track_caller]
    pub fn error_kind(&self) -> String {
        let document = self.json();
        assert!(!document["error"]["message"].as_str().unwrap().is_empty());
        document["error"]["kind"].as_str().unwrap().to_owned()
    }

    /// Whether a text stands in what was printed.
    pub fn says(&self, text: &str) -> bool {
        self.out.contains(text) || self.err.contains(text)
    }
}
