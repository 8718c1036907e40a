//! Carries one stream of the program's output through the masker. Each has a thread, so that one which nobody reads
//! does not hold up the other; and never more in memory than the masker takes at once, so a slow reader slows the
//! program down as it would without us.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;

use super::masker::Masker;

/// How long a beginning that may be a value's is held back when nothing follows: within a frame of a screen, which is
/// a 60th of a second.
const MOMENT: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };

const NOTHING: u8 = 0;
const DRAIN: u8 = 1;
const FINISH: u8 = 2;

/// Where a stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A stream on its way.
pub struct Pump {
    order: Arc<AtomicU8>,
    wake: OwnedFd,
    /// A byte comes here when an order is carried out; it ends with the thread.
    pub told: OwnedFd,
}

impl Pump {
    /// Starts carrying. `source` does not wait when it is read. When nobody takes the output any more, `broken` says
    /// whether to go on all the same and throw it away.
    pub fn start(
        source: OwnedFd,
        sink: Sink,
        masker: Masker,
        broken: impl Fn() -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let order = Arc::new(AtomicU8::new(NOTHING));
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let (told, tell) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let stream = Stream { source, wake: wake.try_clone()?, tell, order: order.clone() };
        std::thread::Builder::new().name("output".into()).spawn(move || stream.carry(sink, masker, broken))?;
        Ok(Self { order, wake, told })
    }

    /// What is there now is to be carried, and told then.
    pub fn drain(&self) {
        self.give(DRAIN);
    }

    /// What is there now is the last.
    pub fn finish(&self) {
        self.give(FINISH);
    }

    fn give(&self, order: u8) {
        self.order.store(order, Ordering::SeqCst);
        // A counter that is full wakes the thread just as well.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }
}

struct Stream {
    source: OwnedFd,
    wake: OwnedFd,
    tell: OwnedFd,
    order: Arc<AtomicU8>,
}

impl Stream {
    fn carry(self, sink: Sink, mut masker: Masker, broken: impl Fn() -> bool) {
        let (out, err) = (io::stdout(), io::stderr());
        let sink = match sink {
            Sink::Out => out.as_fd(),
            Sink::Err => err.as_fd(),
        };
        let mut thrown_away = false;
        let mut write = |bytes: &[u8]| {
            if thrown_away {
                return Ok(());
            }
            write_all(sink, bytes).or_else(|error| {
                thrown_away = broken();
                if thrown_away { Ok(()) } else { Err(error) }
            })
        };
        // An error of the sink ends this, and with it the program's own end of the stream.
        let _ = self.carry_to(&mut write, &mut masker);
    }

    fn carry_to(&self, write: &mut impl FnMut(&[u8]) -> io::Result<()>, masker: &mut Masker) -> io::Result<()> {
        let mut shown = false;
        loop {
            // Asked before reading, so that everything which was there at the time of the order is read.
            let order = self.order.swap(NOTHING, Ordering::SeqCst);
            loop {
                match rustix::io::read(&self.source, masker.space()) {
                    Ok(bytes) if bytes > 0 => {
                        masker.take(bytes, write)?;
                        shown = false;
                    }
                    Err(Errno::INTR) => {}
                    Err(Errno::AGAIN) => break,
                    // Nobody has the other end any more; of a terminal the system says so by an error.
                    _ => return masker.finish(write),
                }
            }
            match order {
                FINISH => return masker.finish(write),
                DRAIN => {
                    rustix::io::write(&self.tell, &[DRAIN])?;
                }
                _ => {}
            }
            let waits = masker.holds() && !shown;
            let mut files = [PollFd::new(&self.source, PollFlags::IN), PollFd::new(&self.wake, PollFlags::IN)];
            match poll(&mut files, waits.then_some(&MOMENT)) {
                Ok(0) => {
                    masker.show_beginnings(write)?;
                    shown = true;
                }
                Ok(_) if !files[1].revents().is_empty() => {
                    let _ = rustix::io::read(&self.wake, &mut [0; 8]);
                }
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Writes everything, however the other end was set to take it.
fn write_all(sink: BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(sink, bytes) {
            Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero)),
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::from_borrowed_fd(sink, PollFlags::OUT)], None)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
