//! Files that exist in memory alone: for `--file`, and to hand what is delivered to the next stage.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, IntoRawFd, OwnedFd};
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::parcel::{Item, Parcel};

/// Scripts open files of their own under small numbers (`exec 3>log`), so ours keep away from these.
const FIRST_NUMBER: i32 = 100;

/// A file with that content, which nobody can change, and which no folder holds.
fn sealed(content: &[u8]) -> io::Result<OwnedFd> {
    let file = memfd_create(c"strongroom", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    let mut file = File::from(file);
    file.write_all(content)?;
    fcntl_add_seals(&file, SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE)?;
    Ok(file.into())
}

/// A file with that content for the program that takes this process over, and its path. It stays open in the program,
/// and whoever opens it by the path reads it from the beginning. The path names the process and not the reader
/// (`/proc/self`), because many programs close what they inherited before they start others.
pub fn lasting(content: &[u8]) -> io::Result<String> {
    let file = sealed(content)?;
    let file = fcntl_dupfd_cloexec(&file, FIRST_NUMBER).unwrap_or(file);
    fcntl_setfd(&file, FdFlags::empty())?;
    // Left open on purpose: the program inherits it.
    Ok(format!("/proc/{}/fd/{}", std::process::id(), file.into_raw_fd()))
}

/// A file with everything that a program gets.
pub fn pack(parcel: &Parcel) -> io::Result<OwnedFd> {
    // Room for all at once, so that no copy is left where the vector was before it grew.
    let room = |item: &Item| 1 + 4 + item.name.len() + 4 + item.value.expose_secret().len();
    let mut bytes = Zeroizing::new(Vec::with_capacity(parcel.items.iter().map(room).sum()));
    for item in &parcel.items {
        bytes.push(u8::from(item.secret) | u8::from(item.file) << 1);
        // Exposed for the stage that starts the program.
        for text in [item.name.as_str(), item.value.expose_secret()] {
            let length = u32::try_from(text.len()).map_err(io::Error::other)?;
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    sealed(&bytes)
}

/// Reads what [`pack`] wrote; as often as one likes.
pub fn unpack(file: impl AsFd) -> io::Result<Parcel> {
    let file = File::from(file.as_fd().try_clone_to_owned()?);
    let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    let mut bytes = Zeroizing::new(vec![0; length]);
    file.read_exact_at(&mut bytes, 0)?;
    let mut rest = bytes.as_slice();
    let mut items = Vec::new();
    while let Some((&kind, after)) = rest.split_first() {
        rest = after;
        let name = text(&mut rest)?.to_owned();
        let value = SecretString::from(text(&mut rest)?);
        items.push(Item { name, value, secret: kind & 1 != 0, file: kind & 2 != 0 });
    }
    Ok(Parcel { items })
}

fn text<'b>(rest: &mut &'b [u8]) -> io::Result<&'b str> {
    let cut = |_| io::Error::from(io::ErrorKind::UnexpectedEof);
    let (length, after) = rest.split_first_chunk().ok_or(()).map_err(cut)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (text, after) = after.split_at_checked(length).ok_or(()).map_err(cut)?;
    *rest = after;
    std::str::from_utf8(text).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_packed_is_read_as_often_as_one_likes() {
        let item = |name: &str, value: &str, secret, file| Item {
            name: name.into(),
            value: SecretString::from(value),
            secret,
            file,
        };
        let parcel = Parcel { items: vec![item("A", "FAKE-ä\n", true, false), item("B", "", false, true)] };
        let file = pack(&parcel).unwrap();
        for _ in 0..2 {
            let read = unpack(&file).unwrap();
            let plain: Vec<_> =
                read.items.iter().map(|i| (i.name.as_str(), i.value.expose_secret(), i.secret, i.file)).collect();
            assert_eq!(plain, [("A", "FAKE-ä\n", true, false), ("B", "", false, true)]);
        }
        assert!(File::from(file).write_all(b"x").is_err(), "nobody can change it");
    }
}
