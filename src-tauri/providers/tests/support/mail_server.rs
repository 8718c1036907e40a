//! A real mail server on loopback: Exim from its Debian package, unpacked into the target folder and not installed, so
//! that nothing of this computer's own mail changes and no rights are needed. Started once for each connection, as
//! inetd does it, so that there is no port to guess and nothing to wait for.

use std::fmt::Write as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use strongroom_standin::Identity;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The user that the server knows, and the password that it takes.
pub const USER: &str = "mailer@example.com";
/// See [`USER`].
pub const PASSWORD: &str = "FAKE-right-0123456789";
/// A user whose sign-in fails for the moment.
pub const BUSY: &str = "busy@example.com";

/// What is fetched: the server, and what gives it the user account that its package would have made.
const PACKAGES: [&str; 2] = ["exim4-daemon-light", "libnss-wrapper"];
const BINARY: &str = "usr/sbin/exim4";
/// The account for the server where the test runs as root, under which Exim refuses to work.
const UNPRIVILEGED: u32 = 65_533;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offers {
    /// STARTTLS, and sign-in once it is encrypted.
    StartTls,
    /// TLS from the first byte, and sign-in.
    Tls,
    /// Nothing is encrypted, sign-in is offered.
    Plain,
    /// STARTTLS, but no sign-in.
    NoSignIn,
}

/// A listening server; it ends with this value.
pub struct MailServer {
    port: u16,
    accepting: JoinHandle<()>,
    folder: TempDir,
}

impl MailServer {
    /// Listens with a certificate.
    pub async fn start(offers: Offers, identity: &Identity) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), offers, identity);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let home = folder.path().to_owned();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stream = stream.into_std().unwrap();
                stream.set_nonblocking(false).unwrap();
                let mut server = command(&home, offers, OwnedFd::from(stream));
                // Reaped in its own thread; it ends when the connection does.
                std::thread::spawn(move || server.status());
            }
        });
        Self { port, accepting, folder }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything that the server wrote down.
    pub fn log(&self) -> String {
        let entries = std::fs::read_dir(self.folder.path().join("log")).unwrap();
        entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn command(home: &Path, offers: Offers, connection: OwnedFd) -> Command {
    let unpacked = unpacked();
    let wrapper = find(unpacked, "libnss_wrapper.so").expect("the package holds its library");
    let mut server = Command::new(unpacked.join(BINARY));
    server.arg("-C").arg(home.join("exim.conf")).arg("-bs");
    if offers == Offers::Tls {
        server.arg("-tls-on-connect");
    }
    server
        .env("LD_PRELOAD", wrapper)
        .env("NSS_WRAPPER_PASSWD", home.join("passwd"))
        .env("NSS_WRAPPER_GROUP", home.join("group"))
        .stdin(Stdio::from(connection.try_clone().unwrap()))
        .stdout(Stdio::from(connection))
        .stderr(Stdio::null());
    server
}

/// Configuration, certificate, accounts and spool of one server.
fn prepare(home: &Path, offers: Offers, identity: &Identity) {
    let own: u32 =
        String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim().parse().unwrap();
    let account = if own == 0 { UNPRIVILEGED } else { own };
    let put = |name: &str, text: &str| std::fs::write(home.join(name), text).unwrap();
    put("passwd", &format!("root:x:0:0::/:/bin/false\nDebian-exim:x:{account}:{account}::/:/bin/false\n"));
    put("group", &format!("root:x:0:\nDebian-exim:x:{account}:\n"));
    put("cert.pem", identity.certificate());
    put("key.pem", identity.key());
    put("exim.conf", &configuration(home, offers));
    for folder in ["spool", "log"] {
        std::fs::create_dir(home.join(folder)).unwrap();
    }
    if own == 0 {
        use std::os::unix::fs::{PermissionsExt as _, chown};
        std::fs::set_permissions(home, std::fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["spool", "log", "cert.pem", "key.pem"] {
            chown(home.join(name), Some(account), Some(account)).unwrap();
        }
    }
}

fn configuration(home: &Path, offers: Offers) -> String {
    let home = home.display();
    let mut text = format!(
        "primary_hostname = mail.example.test\nkeep_environment =\nspool_directory = {home}/spool\n\
         log_file_path = {home}/log/%slog\nlog_selector = +smtp_protocol_error +smtp_syntax_error +smtp_connection\n\
         host_lookup =\nrfc1413_query_timeout = 0s\nacl_smtp_mail = nobody\nacl_smtp_rcpt = nobody\n"
    );
    match offers {
        Offers::Plain => text.push_str("tls_advertise_hosts =\n"),
        _ => {
            let _ = write!(
                text,
                "tls_advertise_hosts = *\ntls_certificate = {home}/cert.pem\ntls_privatekey = {home}/key.pem\n"
            );
        }
    }
    text.push_str("begin acl\nnobody:\n  deny\n");
    if offers != Offers::NoSignIn {
        let encrypted = if offers == Offers::Plain { "yes" } else { "${if def:tls_in_cipher}" };
        let taken = |user: &str, password: &str| {
            // A look-up in a file that does not exist cannot be answered at the moment.
            format!(
                "${{if eq{{{user}}}{{{BUSY}}}{{${{lookup{{x}}lsearch{{{home}/none}}}}}}\
                 {{${{if and{{{{eq{{{user}}}{{{USER}}}}}{{eq{{{password}}}{{{PASSWORD}}}}}}}}}}}}}"
            )
        };
        let _ = write!(
            text,
            "begin authenticators\n\
             plain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n  server_condition = {}\n\
             \x20 server_advertise_condition = {encrypted}\n\
             login:\n  driver = plaintext\n  public_name = LOGIN\n  server_prompts = Username:: : Password::\n\
             \x20 server_condition = {}\n  server_advertise_condition = {encrypted}\n",
            taken("$auth2", "$auth3"),
            taken("$auth1", "$auth2"),
        );
    }
    text
}

/// The folder with the unpacked packages, fetched by the first test that asks.
fn unpacked() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = target.join("mail-server");
        if !folder.join(BINARY).exists() {
            fetch(&folder);
        }
        // 127 is what the loader says of a library that is missing; everything else is Exim itself.
        let started = Command::new(folder.join(BINARY)).arg("-bV").output().unwrap();
        let missing = String::from_utf8_lossy(&started.stderr);
        assert_ne!(started.status.code(), Some(127), "a library of Exim is missing (xtask/src/packages.rs): {missing}");
        folder
    })
}

fn fetch(folder: &Path) {
    const NEEDED: &str = "the mail server for this test comes from the Debian packages exim4-daemon-light and \
                          libnss-wrapper, which are unpacked and not installed";
    let downloads = tempfile::tempdir().unwrap();
    let download = || {
        let mut command = Command::new("apt-get");
        command.args(["download", "-qq"]).args(PACKAGES).current_dir(downloads.path());
        command.output().unwrap_or_else(|error| panic!("{NEEDED}: apt-get: {error}"))
    };
    let mut fetched = download();
    if !fetched.status.success() {
        // Without lists of packages, as in a fresh container.
        let _ = Command::new("apt-get").args(["update", "-qq"]).output();
        fetched = download();
    }
    assert!(fetched.status.success(), "{NEEDED}: {}", String::from_utf8_lossy(&fetched.stderr));
    // Unpacked beside and then renamed, so that a broken attempt is not taken for a whole one.
    let parent = folder.parent().unwrap();
    let beside = tempfile::tempdir_in(parent).unwrap();
    for entry in std::fs::read_dir(downloads.path()).unwrap() {
        let done = Command::new("dpkg-deb").arg("-x").arg(entry.unwrap().path()).arg(beside.path()).status();
        assert!(done.is_ok_and(|status| status.success()), "{NEEDED}: dpkg-deb failed");
    }
    // The package gives its program the rights of its owner, which it must not have here.
    let ordinary = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(beside.path().join(BINARY), ordinary).unwrap();
    let beside = beside.keep();
    std::fs::set_permissions(&beside, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let _ = std::fs::rename(beside, folder);
    assert!(folder.join(BINARY).exists(), "{NEEDED}: {} is missing", folder.join(BINARY).display());
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let mut folders = Vec::new();
    for path in entries {
        if path.file_name().is_some_and(|found| found == name) {
            return Some(path);
        }
        if path.is_dir() && !path.is_symlink() {
            folders.push(path);
        }
    }
    folders.into_iter().find_map(|inner| find(&inner, name))
}
