//! The session bus: method calls and their answers over its socket; answers are read in the order of the calls.
//!
//! <https://dbus.freedesktop.org/doc/dbus-specification.html>; messages are written, and their values
//! read, by `zbus`, whose own connection needs three threads and several more round trips.

use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZeroU32;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde::de::DeserializeOwned;
use zbus::message::{Flags, Message};
use zbus::zvariant::serialized::{Context, Data};
use zbus::zvariant::{DynamicType, LE, OwnedValue, Type};

/// The other side computes for a millisecond. Where it takes this long, something waits for a person.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes of a message's fixed part, up to and with the length of its fields.
const FIXED: usize = 16;
/// No answer here comes near this length; the protocol's own limit is 128 MiB.
const LONGEST: usize = 1 << 20;

/// Kinds of messages.
const METHOD_RETURN: u8 = 2;
const ERROR: u8 = 3;
/// The header field that names the call.
const REPLY_SERIAL: u8 = 5;

/// Endianness, kind, flags, version, length of the body, serial number, fields.
type Header = (u8, u8, u8, u8, u32, u32, Vec<(u8, OwnedValue)>);

/// A method call.
pub(super) struct Call<'a, B> {
    pub destination: &'a str,
    pub path: &'a str,
    pub interface: &'a str,
    pub member: &'a str,
    pub body: &'a B,
}

/// What came back.
pub(super) struct Reply(Vec<u8>);

impl Reply {
    /// The values in it.
    pub fn body<T: DeserializeOwned + Type>(&self) -> Option<T> {
        let data = Data::new(self.0.as_slice(), Context::new_dbus(LE, 0));
        data.deserialize::<T>().ok().map(|(value, _)| value)
    }
}

/// The connection.
pub(super) struct Bus {
    socket: BufReader<UnixStream>,
    /// Written with the next call.
    unsent: Vec<u8>,
    signed_in: bool,
    serial: u32,
    /// Nothing came for as long as was waited.
    silent: bool,
}

impl Bus {
    /// Connects as this process's user. The answers to the sign-in are read with the first answer to a call.
    pub fn connect() -> Option<Self> {
        let socket = UnixStream::connect(socket_path(&std::env::var("DBUS_SESSION_BUS_ADDRESS").ok()?)?).ok()?;
        socket.set_read_timeout(Some(PATIENCE)).ok()?;
        socket.set_write_timeout(Some(PATIENCE)).ok()?;
        let mut bus =
            Self { socket: BufReader::new(socket), unsent: Vec::new(), signed_in: false, serial: 0, silent: false };
        let user = rustix::process::geteuid().as_raw().to_string();
        let hex: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
        // Sent at once, as the answer can only be OK or the end of the connection.
        bus.unsent = format!("\0AUTH EXTERNAL {hex}\r\nBEGIN\r\n").into_bytes();
        bus.write(&Call {
            destination: "org.freedesktop.DBus",
            path: "/org/freedesktop/DBus",
            interface: "org.freedesktop.DBus",
            member: "Hello",
            body: &(),
        })?;
        bus.flush()?;
        Some(bus)
    }

    /// Waits so long for each answer from now on.
    pub fn wait_for(&self, patience: Duration) -> Option<()> {
        self.socket.get_ref().set_read_timeout(Some(patience)).ok()
    }

    /// Whether the last answer did not come, rather than being another one.
    pub fn silent(&self) -> bool {
        self.silent
    }

    fn heard<T>(&mut self, read: std::io::Result<T>) -> Option<T> {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        self.silent = read.as_ref().is_err_and(|error| matches!(error.kind(), TimedOut | WouldBlock));
        read.ok()
    }

    /// Reads the answer to the sign-in, `OK` with the server's id.
    fn accepted(&mut self) -> Option<()> {
        let mut line = Vec::with_capacity(64);
        let read = (&mut self.socket).take(256).read_until(b'\n', &mut line);
        self.heard(read)?;
        (line.starts_with(b"OK ") && line.ends_with(b"\n")).then_some(())
    }

    /// Calls a method and gives back the number by which its answer is asked for.
    pub fn send<B: serde::Serialize + DynamicType>(&mut self, call: &Call<'_, B>) -> Option<u32> {
        let serial = self.write(call)?;
        self.flush()?;
        Some(serial)
    }

    fn flush(&mut self) -> Option<()> {
        let unsent = std::mem::take(&mut self.unsent);
        self.socket.get_mut().write_all(&unsent).ok()
    }

    fn write<B: serde::Serialize + DynamicType>(&mut self, call: &Call<'_, B>) -> Option<u32> {
        self.serial += 1;
        let message = Message::method_call(call.path, call.member).ok()?;
        let message = message.destination(call.destination).ok()?.interface(call.interface).ok()?;
        // A keychain that does not run is started by the caller's next way, which can also wait for it.
        let message = message.with_flags(Flags::NoAutoStart).ok()?.endian(LE).serial(NonZeroU32::new(self.serial)?);
        self.unsent.extend_from_slice(message.build(call.body).ok()?.data());
        Some(self.serial)
    }

    /// Waits for the answer to a call; whatever comes before it is passed over. An error is no answer.
    pub fn answer(&mut self, serial: u32) -> Option<Reply> {
        if !self.signed_in {
            self.accepted()?;
            self.signed_in = true;
        }
        loop {
            let mut head = vec![0; FIXED];
            let read = self.socket.read_exact(&mut head);
            self.heard(read)?;
            let number = |at: usize| head.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
            let (body, fields) = (number(4)? as usize, number(12)? as usize);
            if head.first() != Some(&b'l') || body > LONGEST || fields > LONGEST {
                return None;
            }
            let header = FIXED + fields;
            head.resize(header + padding(header) + body, 0);
            let read = self.socket.read_exact(head.get_mut(FIXED..)?);
            self.heard(read)?;
            let body = head.split_off(header + padding(header));
            let data = Data::new(head.as_slice(), Context::new_dbus(LE, 0));
            let (parsed, _): (Header, usize) = data.deserialize().ok()?;
            let answers = parsed.6.iter().any(|(field, value)| {
                *field == REPLY_SERIAL && u32::try_from(value).is_ok_and(|answered| answered == serial)
            });
            match parsed.1 {
                METHOD_RETURN if answers => return Some(Reply(body)),
                ERROR if answers => return None,
                _ => {}
            }
        }
    }
}

/// Bytes up to the next multiple of eight, where a body begins.
fn padding(length: usize) -> usize {
    length.next_multiple_of(8) - length
}

/// The socket of the first address, where it is one in the file system. Others are left to the full implementation.
fn socket_path(addresses: &str) -> Option<std::path::PathBuf> {
    let options = addresses.split(';').next()?.strip_prefix("unix:")?;
    let path = options.split(',').find_map(|option| option.strip_prefix("path="))?;
    // An escaped byte is rare enough to be left as well.
    (!path.contains('%')).then(|| path.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_first_address_is_taken_if_it_is_a_socket_in_the_file_system() {
        let path = |text| socket_path(text).map(|path| path.display().to_string());
        assert_eq!(path("unix:path=/run/user/1000/bus").as_deref(), Some("/run/user/1000/bus"));
        assert_eq!(path("unix:path=/tmp/dbus-x,guid=00ff;tcp:host=a").as_deref(), Some("/tmp/dbus-x"));
        assert_eq!(path("unix:guid=00ff,path=/tmp/dbus-x").as_deref(), Some("/tmp/dbus-x"));
        for other in ["", "unix:abstract=/tmp/x", "tcp:host=127.0.0.1,port=1", "unix:path=/tmp/a%20b", "autolaunch:"] {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
