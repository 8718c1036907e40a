//! Messages between the stages of a masked run, with open files.
//!
//! A stage has this connection as its standard input, because only the three standard descriptors can be had without
//! trusting a number; the program's own standard input comes with the first message.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};

/// What the stages say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// To the next stage: start. Standard input and what is delivered come with it, and the terminal where there is
    /// one.
    Start,
    /// To the keeper: send the program, or everything in the foreground of its terminal, this signal.
    Signal(i32, Whom),
    /// To the keeper: the program goes on, in the foreground of its terminal or not.
    Continue(bool),
    /// From the keeper: the program was stopped by this signal.
    Stopped(i32),
    /// From the keeper: the program has ended.
    Ended(Ending),
}

/// Who gets a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The program.
    Program,
    /// The program and those it works with, as when a key is pressed.
    Group,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
}

impl Message {
    fn encode(self) -> [u8; 6] {
        let (kind, number, flag) = match self {
            Self::Start => (0, 0, false),
            Self::Signal(signal, whom) => (1, signal, whom == Whom::Group),
            Self::Continue(foreground) => (2, 0, foreground),
            Self::Stopped(signal) => (3, signal, false),
            Self::Ended(Ending::Status(status)) => (4, status, false),
            Self::Ended(Ending::Signal(signal)) => (4, signal, true),
        };
        let [a, b, c, d] = number.to_le_bytes();
        [kind, a, b, c, d, u8::from(flag)]
    }

    fn decode(bytes: [u8; 6]) -> Option<Self> {
        let [kind, a, b, c, d, flag] = bytes;
        let (number, flag) = (i32::from_le_bytes([a, b, c, d]), flag != 0);
        Some(match kind {
            0 => Self::Start,
            1 => Self::Signal(number, if flag { Whom::Group } else { Whom::Program }),
            2 => Self::Continue(flag),
            3 => Self::Stopped(number),
            4 => Self::Ended(if flag { Ending::Signal(number) } else { Ending::Status(number) }),
            _ => return None,
        })
    }
}

/// A connection that keeps messages apart and ends when either end is closed.
pub fn connection() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

/// Sends a message.
pub fn send(connection: impl AsFd, message: Message, files: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() && !control.push(SendAncillaryMessage::ScmRights(files)) {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    sendmsg(connection, &[IoSlice::new(&message.encode())], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Waits for a message; nothing where the other end is closed.
pub fn receive(connection: impl AsFd) -> io::Result<Option<(Message, Vec<OwnedFd>)>> {
    let mut bytes = [0; 6];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::io::retry_on_intr(|| {
        recvmsg(&connection, &mut [IoSliceMut::new(&mut bytes)], &mut control, RecvFlags::CMSG_CLOEXEC)
    });
    // With an unread message on its way, a closed end is told as a reset.
    if matches!(received, Ok(ref got) if got.bytes == 0) || matches!(received, Err(rustix::io::Errno::CONNRESET)) {
        return Ok(None);
    }
    received?;
    let mut files = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            files.extend(rights);
        }
    }
    let message = Message::decode(bytes).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(Some((message, files)))
}

/// Waits for [`Message::Start`] and the files that come with it.
pub fn started<const FILES: usize>(connection: impl AsFd) -> io::Result<[OwnedFd; FILES]> {
    match receive(connection)? {
        Some((Message::Start, files)) => files.try_into().map_err(|_| io::Error::from(io::ErrorKind::InvalidData)),
        _ => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn messages_and_files_arrive_in_order() {
        let (ours, theirs) = connection().unwrap();
        let stdin = io::stdin();
        send(&ours, Message::Start, &[stdin.as_fd(), stdin.as_fd()]).unwrap();
        let rest = [
            Message::Signal(15, Whom::Program),
            Message::Signal(2, Whom::Group),
            Message::Continue(true),
            Message::Stopped(20),
            Message::Ended(Ending::Status(7)),
            Message::Ended(Ending::Signal(9)),
        ];
        rest.iter().for_each(|message| send(&ours, *message, &[]).unwrap());
        drop(ours);
        let [_, _] = started(&theirs).unwrap();
        for message in rest {
            assert_eq!(receive(&theirs).unwrap().unwrap().0, message);
        }
        assert!(receive(&theirs).unwrap().is_none());
    }
}
