//! Debian packages that building, showing and testing need.

use crate::shell::{Outcome, command, exists, read, run, say};

/// A package and the reason for it.
pub type Package = (&'static str, &'static str);

/// For building the desktop application.
pub const BUILD: &[Package] = &[
    ("build-essential", "C compiler and linker, for the crates that bring C code (SQLite, ring)"),
    ("pkg-config", "finds the system libraries below"),
    ("libwebkit2gtk-4.1-dev", "the web view that shows the page"),
    ("libdbus-1-dev", "talks to the desktop session"),
];

/// For a virtual display with a driven window and a real keychain.
pub const STAGE: &[Package] = &[
    ("webkit2gtk-driver", "drives the window and takes pictures of it"),
    ("xvfb", "a display without a screen"),
    ("dbus", "a private session bus (dbus-daemon)"),
    ("dbus-bin", "locks the keychain under test (dbus-send)"),
    ("gnome-keyring", "a real Secret Service keychain"),
    ("libsecret-tools", "looks into that keychain (secret-tool)"),
    ("xclip", "reads what the window copied"),
    ("libglib2.0-bin", "waits for the keychain to appear (gdbus)"),
    ("strace", "lets single writes and syncs of the program fail"),
    ("util-linux", "ends helpers with the test that started them (setpriv)"),
];

/// Checking SQL against the migrations.
pub const SQL: &[Package] = &[("sqlite3", "makes the database that the SQL is checked against")];

/// For the tests of checks against real programs. The mail server itself (Exim) is only unpacked by its test: installed,
/// it would take the place of this computer's own.
pub const SERVERS: &[Package] = &[
    ("openssh-client", "makes keys in every format (ssh-keygen)"),
    ("openssl", "makes the formats that ssh-keygen does not write"),
    ("libdb5.3", "library of the unpacked mail server"),
    ("libgnutls-dane0", "library of the unpacked mail server, with its encryption"),
    ("libidn12", "library of the unpacked mail server"),
    ("libnsl2", "library of the unpacked mail server"),
    ("libpcre2-8-0", "library of the unpacked mail server"),
];

/// Drawing the icons.
pub const ICONS: &[Package] = &[("librsvg2-bin", "renders the drawings (rsvg-convert)")];

/// Measuring beside the bare programs.
pub const BENCH: &[Package] = &[
    ("hyperfine", "times commands, alternating, with medians"),
    ("libsqlite3-dev", "the bare program reads one row"),
    ("libsodium-dev", "the bare program opens it"),
    ("libssl-dev", "the bare program's encrypted session"),
    ("python3-cryptography", "writes the bare program's database"),
];

/// For seeing which functions a program goes through.
pub const ORDER: &[Package] = &[("valgrind", "records the calls of a run (callgrind)")];

/// For building the tools that somebody would use instead.
pub const PEERS: &[Package] = &[("libudev-dev", "fnox asks security keys over it")];

/// Install what is missing of `wanted`, after saying what and why.
pub fn install(wanted: &[&[Package]]) -> Outcome<()> {
    if !exists("dpkg-query") {
        say("This is not a Debian system: make sure that the packages named in xtask/src/packages.rs, or their like, \
             are installed.");
        return Ok(());
    }
    let missing: Vec<&Package> = wanted.iter().copied().flatten().filter(|(name, _)| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say("These system packages are missing and will be installed with apt-get:");
    for (name, reason) in &missing {
        say(&format!("  {name:<24} {reason}"));
    }
    let names = missing.iter().map(|(name, _)| *name);
    run(&mut apt_get(&["update", "-qq"])?)?;
    run(apt_get(&["install", "-y", "-qq", "--no-install-recommends"])?.args(names))
        .map_err(|e| format!("{e}\nInstall the packages above and run the command again."))
}

fn installed(name: &str) -> bool {
    // Answers for any architecture, one line each.
    let status = read(command("dpkg-query").args(["-W", "-f", "${db:Status-Status}\n", name]));
    status.is_ok_and(|lines| lines.lines().any(|line| line == "installed"))
}

fn apt_get(arguments: &[&str]) -> Outcome<std::process::Command> {
    let root = read(command("id").arg("-u"))?.trim() == "0";
    let mut apt = match (root, exists("sudo")) {
        (true, _) => command("env"),
        (false, true) => {
            let mut sudo = command("sudo");
            // A password may be asked for, so the terminal stays connected.
            sudo.stdin(std::process::Stdio::inherit()).arg("env");
            sudo
        }
        (false, false) => return Err("Installing packages needs root: become root or install sudo.".to_owned()),
    };
    apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    Ok(apt)
}
