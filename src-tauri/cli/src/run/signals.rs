//! Signals as things to read. A stage holds all of them back from its first line on, before it has threads, so none
//! is acted upon by accident; what a signal does when it is let through is untouched, ignored ones included.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, Command};

use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::handover::Whom;

/// The signals of a stage.
pub struct Signals(SignalFd);

impl Signals {
    /// Holds these back, to be read.
    pub fn hold(signals: &[Signal]) -> io::Result<Self> {
        let set: SigSet = signals.iter().copied().collect();
        set.thread_block()?;
        Ok(Self(SignalFd::with_flags(&set, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?))
    }

    /// The next one that has come, and for whom: what the terminal sends is for everybody who works at it.
    pub fn next(&mut self) -> Option<(Signal, Whom)> {
        let got = self.0.read_signal().ok().flatten()?;
        let signal = Signal::try_from(i32::try_from(got.ssi_signo).ok()?).ok()?;
        Some((signal, if got.ssi_code == nix::libc::SI_KERNEL { Whom::Group } else { Whom::Program }))
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Which signals were held back when this process began: so it is for the program too.
pub struct Before(SigSet);

impl Before {
    /// To be asked before anything is held back.
    pub fn now() -> io::Result<Self> {
        Ok(Self(SigSet::thread_get_mask()?))
    }

    /// Starts a process that holds back no more than that.
    pub fn spawn(&self, command: &mut Command) -> io::Result<Child> {
        let now = SigSet::thread_get_mask()?;
        self.0.thread_set_mask()?;
        let child = command.spawn();
        now.thread_set_mask()?;
        child
    }
}

/// Holds back everything that can be, also what nobody reads.
pub fn hold_all() -> io::Result<()> {
    Ok(SigSet::all().thread_block()?)
}

/// Does to this process what the signal does.
pub fn suffer(signal: Signal) {
    // Where this fails, the caller goes on as after a signal that is ignored.
    let _ = raise(signal);
    let_through(signal);
}

/// Lets a signal that has come do what it does.
pub fn let_through(signal: Signal) {
    let set: SigSet = [signal].into_iter().collect();
    let _ = set.thread_unblock();
    let _ = set.thread_block();
}
