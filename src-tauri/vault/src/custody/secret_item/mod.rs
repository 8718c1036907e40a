//! One item of the Secret Service, read over an encrypted session with as few round trips as there can be.
//!
//! `strongroom run` stands before every start of a program, and through `keyring` the keychain alone takes longer than
//! everything else together (`cargo xtask bench exec`). This reads what `keyring` has stored and nothing more: where
//! anything is not as it nearly always is – no bus, a locked collection, no item or several – it says nothing, and the
//! caller asks `keyring`, which unlocks, prompts and explains.
//!
//! <https://specifications.freedesktop.org/secret-service/latest/>

mod bus;
mod transfer;

use std::collections::HashMap;
use std::time::Duration;

use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zeroize::Zeroizing;

use bus::{Bus, Call};
use transfer::{Ephemeral, TransferKey};

const DESTINATION: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "org.freedesktop.Secret.Service";
const ITEM: &str = "org.freedesktop.Secret.Item";

/// How long a keychain may take to say anything at all. Nobody is asked for a password to open a session, so one that
/// needs longer does not work.
pub(super) const FIRST_WORD: Duration = Duration::from_secs(10);

/// What came of a reading.
pub(super) enum Read {
    /// The secret.
    Secret(Zeroizing<String>),
    /// Something is not as it nearly always is.
    Unusual,
    /// Nobody said a word.
    Silence,
}

/// A connection on which secrets travel encrypted. Its calls are sent before the answers to earlier ones are there: the
/// service needs most of the time for its own half of the key.
pub(super) struct Session {
    bus: Bus,
    ours: Ephemeral,
    opening: u32,
    /// The search of [`Session::look_for_only`].
    only: Option<u32>,
    opened: Option<Opened>,
    /// The service has answered at least once.
    spoken: bool,
}

/// Unlocked items and locked ones.
type Found = (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>);

/// The session as the service calls it, and the key of what it sends.
type Opened = (OwnedObjectPath, TransferKey);

impl Session {
    /// Connects and asks for a session.
    pub fn open() -> Option<Self> {
        // The bus signs in while our half of the key is computed.
        let mut bus = Bus::connect()?;
        let ours = Ephemeral::make()?;
        let public = Value::from(ours.public());
        let opening = bus.send(&call(SERVICE_PATH, SERVICE, "OpenSession", &(transfer::ALGORITHM, public)))?;
        Some(Self { bus, ours, opening, only: None, opened: None, spoken: false })
    }

    /// Asks for all items of a service, before it is known whose is wanted. Where there is only one, the next
    /// [`Session::read`] of that service gives it without having searched itself: so its caller has to prove that what
    /// it got is what it wanted.
    pub fn look_for_only(&mut self, service: &str) {
        let attributes = HashMap::from([("service", service)]);
        self.only = self.bus.send(&call(SERVICE_PATH, SERVICE, "SearchItems", &attributes));
    }

    /// The secret of the only item that has these attributes, if it is unlocked; after [`Session::look_for_only`] once
    /// that of the only item of the service.
    pub fn read(&mut self, service: &str, username: &str) -> Read {
        match self.item(service, username) {
            Some(secret) => Read::Secret(secret),
            None if !self.spoken && self.bus.silent() => Read::Silence,
            None => Read::Unusual,
        }
    }

    /// Whether the service answers when it is spoken to, in whatever way.
    pub fn speaks(mut self) -> bool {
        self.first_word().is_some() || !self.bus.silent()
    }

    /// The answer to the opening of the session.
    fn first_word(&mut self) -> Option<(Vec<u8>, OwnedObjectPath)> {
        self.bus.wait_for(FIRST_WORD)?;
        let answer = self.bus.answer(self.opening)?;
        self.spoken = true;
        self.bus.wait_for(bus::PATIENCE)?;
        let (theirs, session): (OwnedValue, OwnedObjectPath) = answer.body()?;
        Some((Vec::<u8>::try_from(theirs).ok()?, session))
    }

    fn search(&mut self, service: &str, username: &str) -> Option<u32> {
        let attributes = HashMap::from([("service", service), ("username", username)]);
        self.bus.send(&call(SERVICE_PATH, SERVICE, "SearchItems", &attributes))
    }

    fn item(&mut self, service: &str, username: &str) -> Option<Zeroizing<String>> {
        let only = self.only.take();
        let search = match only {
            Some(asked) => asked,
            None => self.search(service, username)?,
        };
        let (session, agreement) = match self.opened.take() {
            Some((session, key)) => (session, Agreement::Made(key)),
            None => {
                let (theirs, session) = self.first_word()?;
                (session, Agreement::ToMake(theirs))
            }
        };
        let mut found: Found = self.bus.answer(search)?.body()?;
        if only.is_some() && found.0.len() + found.1.len() > 1 {
            let search = self.search(service, username)?;
            found = self.bus.answer(search)?.body()?;
        }
        let ([item], []) = (found.0.as_slice(), found.1.as_slice()) else { return None };
        let wanted = self.bus.send(&call(item.as_str(), ITEM, "GetSecret", &session))?;
        // Computed while the service seals.
        let key = match agreement {
            Agreement::Made(key) => key,
            Agreement::ToMake(theirs) => self.ours.agree(&theirs)?,
        };
        // Session, initial vector, ciphertext, content type.
        type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);
        let ((_, vector, sealed, _),): (Secret,) = self.bus.answer(wanted)?.body()?;
        let plain = key.open(&vector, &sealed)?;
        self.opened = Some((session, key));
        std::str::from_utf8(&plain).ok().map(|text| Zeroizing::new(text.to_owned()))
    }
}

/// The transfer key, or the service's half of it.
enum Agreement {
    Made(TransferKey),
    ToMake(Vec<u8>),
}

fn call<'a, B>(path: &'a str, interface: &'a str, member: &'a str, body: &'a B) -> Call<'a, B> {
    Call { destination: DESTINATION, path, interface, member, body }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    /// On a session bus of its own, with a keychain of its own.
    #[test]
    fn it_reads_what_others_have_stored_and_leaves_the_unusual_alone() {
        let folder = tempfile::tempdir().unwrap();
        let start = "printf fake-password | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null";
        let test = "custody::secret_item::tests::session_with_a_keychain";
        let done = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", &format!("{start} 2>&1; exec \"$0\" --exact --ignored {test}")])
            .arg(std::env::current_exe().unwrap())
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .expect("dbus-run-session is installed");
        let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success() && said.contains("1 passed"), "{said}");
    }

    fn store(username: &str, more: &[&str], secret: &str) {
        store_for("short", username, more, secret);
    }

    fn store_for(service: &str, username: &str, more: &[&str], secret: &str) {
        let mut tool = Command::new("secret-tool")
            .args(["store", "--label=test", "service", service, "username", username])
            .args(more)
            .stdin(Stdio::piped())
            .spawn()
            .expect("secret-tool is installed");
        tool.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
        assert!(tool.wait().unwrap().success());
    }

    fn text(read: Read) -> Option<String> {
        match read {
            Read::Secret(text) => Some(text.as_str().to_owned()),
            Read::Unusual => None,
            Read::Silence => panic!("this keychain is not silent"),
        }
    }

    fn read(username: &str) -> Option<String> {
        text(Session::open().unwrap().read("short", username))
    }

    #[test]
    #[ignore = "run by another test"]
    fn session_with_a_keychain() {
        let long = "fäke ".repeat(500);
        for (username, secret) in [("a", "fake-key"), ("b", "fake-secret-of-16"), ("long", &long)] {
            store(username, &[], secret);
            assert!(read(username).as_deref() == Some(secret), "{username}");
        }
        let mut twice = Session::open().unwrap();
        assert!(text(twice.read("short", "a")).is_some() && text(twice.read("short", "b")).is_some());
        assert_eq!(read("nobody"), None);

        let foreseen = |service, username| {
            let mut session = Session::open().unwrap();
            session.look_for_only(service);
            let (first, second) = (session.read(service, username), session.read(service, username));
            (text(first), text(second))
        };
        let key = Some("fake-key".to_owned());
        assert_eq!(foreseen("short", "a"), (key.clone(), key.clone()), "one of several is searched for");
        assert_eq!(foreseen("short", "nobody"), (None, None));
        store_for("alone", "a", &[], "fake-key");
        assert_eq!(foreseen("alone", "a"), (key.clone(), key.clone()));
        assert_eq!(foreseen("alone", "b"), (key, None), "the only one, whosever it is; and only once");

        store("a", &["more", "yes"], "fake-other");
        assert_eq!(read("a"), None, "which of the two is not for this to say");

        let locked = Command::new("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
            .args(["org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"])
            .output()
            .unwrap();
        assert!(locked.status.success());
        assert_eq!(read("b"), None);
    }
}
