//! A real OpenID provider on loopback: the npm package `oidc-provider` with its lock file, installed into the target
//! folder by the first test that asks.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const SERVER: &str = include_str!("../identity-provider/server.mjs");
const BROWSER: &str = include_str!("../identity-provider/browser.mjs");
const PACKAGE: &str = include_str!("../identity-provider/package.json");
const LOCK: &str = include_str!("../identity-provider/package-lock.json");

/// The secret of every client that the provider knows: `web`, `machine:1`, `poster` and `calendar`.
pub const SECRET: &str = "FAKE-secret /+%: 0123456789";

/// A running provider; it ends with this value.
pub struct IdentityProvider {
    process: Child,
    issuer: String,
}

impl IdentityProvider {
    /// Starts one. Without `for_clients` it knows only `web` and gives no tokens to clients themselves.
    pub fn start(for_clients: bool) -> Self {
        Self::run(&[if for_clients { "clients-too" } else { "people-only" }])
    }

    /// Starts one for people whose client `calendar` connects accounts: with refresh tokens for one use, and access
    /// tokens that end at once.
    pub fn connecting(redirect_uri: &str) -> Self {
        Self::run(&["connecting", redirect_uri])
    }

    fn run(arguments: &[&str]) -> Self {
        let mut process = Command::new("node")
            .arg("server.mjs")
            .args(arguments)
            .current_dir(installed())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("node is needed for this test: {error}"));
        // Among warnings of the package stands the port, once the provider listens.
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.by_ref().find_map(|line| line.trim().parse::<u16>().ok());
        // It goes on writing, and would end where nobody reads.
        std::thread::spawn(move || lines.for_each(drop));
        let issuer = format!("http://127.0.0.1:{}", port.expect("the provider says its port"));
        Self { process, issuer }
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

/// The program that plays the browser and the person in it: `node THIS URL [agree|deny|leave]`.
pub fn browser() -> PathBuf {
    installed().join("browser.mjs")
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn installed() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("identity-provider");
        std::fs::create_dir_all(&folder).unwrap();
        // What npm writes down last, so that a broken attempt is not taken for a whole one.
        let done = folder.join("installed-package-lock.json");
        std::fs::write(folder.join("server.mjs"), SERVER).unwrap();
        std::fs::write(folder.join("browser.mjs"), BROWSER).unwrap();
        if std::fs::read_to_string(&done).is_ok_and(|text| text == LOCK) {
            return folder;
        }
        std::fs::write(folder.join("package.json"), PACKAGE).unwrap();
        std::fs::write(folder.join("package-lock.json"), LOCK).unwrap();
        let installed = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder)
            .output()
            .unwrap_or_else(|error| panic!("npm is needed to install the provider for this test: {error}"));
        assert!(installed.status.success(), "npm ci: {}", String::from_utf8_lossy(&installed.stderr));
        std::fs::write(done, LOCK).unwrap();
        folder
    })
}
