//! A display, a session bus and a keychain of their own, in a temporary home.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Result, StageError};
use crate::keyboard::Keyboard;
use crate::pointer::Pointer;
use crate::process::Process;
use crate::screen::Screen;

/// What the session on the stage offers as keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keychain {
    /// A Secret Service, unlocked, as after logging in.
    Unlocked,
    /// A session bus on which nobody offers a Secret Service.
    Absent,
}

/// Everything one test needs around the application, and nothing it shares with another test or with the person at
/// this computer. All of it ends when it is dropped, also when a test panics.
#[derive(Debug)]
pub struct Stage {
    // Dropped in this order: keychain, bus, display, files.
    keyring: Mutex<Option<Process>>,
    bus: Process,
    display: Process,
    display_name: String,
    bus_address: String,
    log: File,
    variables: Vec<(String, String)>,
    folder: tempfile::TempDir,
}

/// Size of the screen, in pixels.
const SCREEN: &str = "1440x900x24";

/// A bus with no service folders: nothing is started on demand, so that what is absent stays absent.
const BUS_CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=DIR</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

impl Stage {
    /// Put up a stage.
    pub fn open(keychain: Keychain) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("strongroom-stage-")
            .tempdir()
            .map_err(StageError::io("temporary folder"))?;
        for (name, mode) in [("home", 0o700), ("run", 0o700)] {
            let path = folder.path().join(name);
            fs::create_dir(&path).map_err(StageError::io(path.display().to_string()))?;
            fs::set_permissions(&path, Permissions::from_mode(mode))
                .map_err(StageError::io(path.display().to_string()))?;
        }
        let log_path = folder.path().join("session.log");
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log_path)
            .map_err(StageError::io(log_path.display().to_string()))?;

        let mut command = Process::command("Xvfb");
        command.arg("-fbdir").arg(folder.path().join("run"));
        command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]);
        let (display, number) = Process::start_until_line("Xvfb", command, &log)?;

        let configuration = folder.path().join("bus.conf");
        let run = folder.path().join("run").display().to_string();
        fs::write(&configuration, BUS_CONFIGURATION.replace("DIR", &run))
            .map_err(StageError::io(configuration.display().to_string()))?;
        let mut command = Process::command("dbus-daemon");
        command.arg(format!("--config-file={}", configuration.display())).args([
            "--nofork",
            "--nopidfile",
            "--print-address=1",
        ]);
        let (bus, bus_address) = Process::start_until_line("dbus-daemon", command, &log)?;

        let stage = Self {
            keyring: Mutex::new(None),
            bus,
            display,
            display_name: format!(":{number}"),
            bus_address,
            log,
            variables: Vec::new(),
            folder,
        };
        if keychain == Keychain::Unlocked {
            stage.start_keychain()?;
        }
        Ok(stage)
    }

    /// Start the keychain service, unlocked.
    pub fn start_keychain(&self) -> Result<()> {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--unlock", "--components=secrets", "--foreground"]);
        command.stdin(Stdio::piped()).stdout(self.log_copy()?).stderr(self.log_copy()?);
        let mut keyring = Process::spawn("gnome-keyring-daemon", command)?;
        // The password of the throw-away keychain; the daemon reads to the end of its input.
        keyring.feed(b"stage")?;
        *self.keyring() = Some(keyring);
        self.wait_for_name("org.freedesktop.secrets")
    }

    /// End the keychain service, as when it crashes or the session loses it.
    pub fn stop_keychain(&self) {
        *self.keyring() = None;
    }

    /// Lock the keychain. A program that asks for an item then finds it locked.
    pub fn lock_keychain(&self) -> Result<()> {
        self.bus_call(&[
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            "array:objpath:/org/freedesktop/secrets/collection/login",
        ])
        .map(drop)
    }

    /// What the keychain holds under an attribute, as `secret-tool` prints it. Secrets included.
    pub fn keychain_items(&self, attribute: &str, value: &str) -> Result<String> {
        let output = self.output(self.command("secret-tool").args(["search", "--all", attribute, value]))?;
        Ok(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
    }

    /// Remove what the keychain holds under an attribute, as when a person reinstalls the system.
    pub fn clear_keychain(&self, attribute: &str, value: &str) -> Result<()> {
        self.output(self.command("secret-tool").args(["clear", attribute, value])).map(drop)
    }

    /// What was copied last, or nothing.
    pub fn clipboard(&self) -> Result<String> {
        let output = self.output(self.command("xclip").args(["-selection", "clipboard", "-o"]))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Put a text on the clipboard, as if copied in another program.
    pub fn copy(&self, text: &str) -> Result<()> {
        let mut command = self.command("xclip");
        command
            .args(["-selection", "clipboard", "-i"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child =
            command.spawn().map_err(|e| StageError::Start { program: "xclip".to_owned(), why: e.to_string() })?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes()).map_err(StageError::io("input of xclip"))?;
        }
        // It leaves a server for the selection behind and ends; that server ends with the display.
        child.wait().map(drop).map_err(StageError::io("end of xclip"))
    }

    /// A command that runs on this stage: its display, bus, keychain, home and nothing else of the environment.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Process::command(program);
        command
            .env("HOME", self.home())
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("DISPLAY", &self.display_name)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("STRONGROOM_HOME", self.vault_home());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    /// Set a variable for every program started from now on.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.retain(|(n, _)| n != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Home folder of the person on this stage.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The vault's folder, not created here. [`Stage::set_variable`] with `STRONGROOM_HOME` puts it elsewhere.
    pub fn vault_home(&self) -> PathBuf {
        let set = self.variables.iter().find(|(name, _)| name == "STRONGROOM_HOME");
        set.map_or_else(|| self.home().join(".local/share/strongroom"), |(_, value)| PathBuf::from(value))
    }

    /// All files of this stage: home, runtime folder, logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Everything that the application, the driver and the session's services have printed so far.
    pub fn log_text(&self) -> Result<String> {
        let path = self.folder.path().join("session.log");
        let bytes = fs::read(&path).map_err(StageError::io(path.display().to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Run a command to its end.
    pub fn output(&self, command: &mut Command) -> Result<Output> {
        let name = format!("{command:?}");
        command.output().map_err(|e| StageError::Start { program: name, why: e.to_string() })
    }

    /// What the screen shows now, read from the display's memory: nothing is asked of the program that draws.
    pub fn screen(&self) -> Result<Screen> {
        Screen::open(&self.folder.path().join("run/Xvfb_screen0"))
    }

    /// The pointer of the display.
    pub fn pointer(&self) -> Result<Pointer> {
        Pointer::open(&self.display_name)
    }

    /// The keyboard of the display, for what lies outside of the page.
    pub fn keyboard(&self) -> Result<Keyboard> {
        Keyboard::open(&self.display_name)
    }

    pub(crate) fn log_file(&self) -> &File {
        &self.log
    }

    fn keyring(&self) -> MutexGuard<'_, Option<Process>> {
        self.keyring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_copy(&self) -> Result<File> {
        self.log.try_clone().map_err(StageError::io("session log"))
    }

    fn bus_call(&self, arguments: &[&str]) -> Result<Output> {
        self.output(self.command("dbus-send").args(["--session", "--print-reply"]).args(arguments))
    }

    /// Wait until somebody owns a name on the bus. The bus tells when it happens.
    fn wait_for_name(&self, name: &str) -> Result<()> {
        let mut command = self.command("gdbus");
        command.args(["wait", "--session", "--timeout=30", name]);
        let output = self.output(&mut command)?;
        if output.status.success() {
            return Ok(());
        }
        Err(StageError::Start { program: name.to_owned(), why: String::from_utf8_lossy(&output.stderr).into_owned() })
    }

    /// Numbers of the processes that hold the stage up, for tests of the stage itself.
    pub fn processes(&self) -> Vec<u32> {
        [self.keyring().as_ref(), Some(&self.bus), Some(&self.display)].into_iter().flatten().map(Process::id).collect()
    }
}

impl Process {
    /// Write to its input and close it.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        match self.take_stdin() {
            Some(mut stdin) => stdin.write_all(bytes).map_err(StageError::io("input of a program")),
            None => Ok(()),
        }
    }
}
