//! The two terminals of a masked run: the person's, and the one that the program gets.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::process::getpgrp;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    OptionalActions, OutputModes, Termios, isatty, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr, tcsetwinsize,
};

/// The person's terminal, where keys are pressed. However this goes, it is left as it was found.
pub struct Keyboard {
    terminal: OwnedFd,
    /// How it was when it became ours.
    before: Option<Termios>,
    taken: bool,
}

impl Keyboard {
    /// Standard input where that is a terminal, otherwise the terminal that the program would have asked for itself.
    pub fn find(stdin: &OwnedFd) -> Option<Self> {
        let terminal = if isatty(stdin) {
            stdin.try_clone().ok()?
        } else {
            rustix::fs::open("/dev/tty", OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).ok()?
        };
        Some(Self { terminal, before: None, taken: false })
    }

    /// Whether keys that are pressed now are for us.
    pub fn is_in_front(&self) -> bool {
        // Where it is not the terminal that governs us, nobody is in front of anybody.
        tcgetpgrp(&self.terminal).map_or(true, |group| group == getpgrp())
    }

    /// Takes it over: every key goes to the program's terminal as it is.
    pub fn take(&mut self) {
        if self.before.is_none() {
            self.before = tcgetattr(&self.terminal).ok();
        }
        if let Some(before) = &self.before {
            let mut raw = before.clone();
            raw.make_raw();
            self.taken = tcsetattr(&self.terminal, OptionalActions::Now, &raw).is_ok();
        }
    }

    /// Leaves it as it was found.
    pub fn give_back(&mut self) {
        if std::mem::take(&mut self.taken)
            && let Some(before) = self.before.take()
        {
            // Where it is gone there is nothing left to mend.
            let _ = tcsetattr(&self.terminal, OptionalActions::Now, &before);
        }
    }

    /// A shell took it while we slept, and brings it back as we had it: so what it was before is still to be kept.
    pub fn lose(&mut self) {
        self.taken = false;
    }

    /// Whether it is ours.
    pub fn is_taken(&self) -> bool {
        self.taken
    }

    /// How it was when it became ours.
    pub fn before(&self) -> Option<&Termios> {
        self.before.as_ref()
    }

    /// To read from.
    pub fn terminal(&self) -> &OwnedFd {
        &self.terminal
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// The terminal that the program gets, from our side.
pub struct Inner {
    /// What the program prints comes out of here, and keys go in.
    pub ours: OwnedFd,
    /// Line ends are made for a screen by the person's terminal meanwhile, not by this one.
    plain_lines: bool,
    /// It was made to look like a terminal that somebody else was using, a shell while it reads a line, say.
    unlike: bool,
}

impl Inner {
    /// Makes one that looks like the person's, and its other side. `ours_to_see` is whether that is set for us and not
    /// for somebody else.
    pub fn open(like: impl AsFd, size_of: impl AsFd, in_front: bool, ours_to_see: bool) -> io::Result<(Self, OwnedFd)> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let theirs = rustix::fs::open(ptsname(&ours, Vec::new())?, flags, Mode::empty())?;
        tcsetattr(&theirs, OptionalActions::Now, &tcgetattr(like)?)?;
        // Writes of keys and reads of output never wait; only the waiting itself does.
        rustix::io::ioctl_fionbio(&ours, true)?;
        let mut inner = Self { ours, plain_lines: false, unlike: !ours_to_see };
        inner.resize(size_of);
        if !in_front {
            inner.step_back();
        }
        Ok((inner, theirs))
    }

    /// Gives it the size of the person's.
    pub fn resize(&self, like: impl AsFd) {
        // A terminal without a size is one of no rows, as it is without us.
        if let Ok(size) = tcgetwinsize(like) {
            let _ = tcsetwinsize(&self.ours, size);
        }
    }

    /// The person's terminal is not ours: it makes line ends by itself, once.
    pub fn step_back(&mut self) {
        if let Ok(mut modes) = tcgetattr(&self.ours)
            && modes.output_modes.contains(OutputModes::OPOST)
        {
            modes.output_modes.remove(OutputModes::OPOST);
            self.plain_lines = tcsetattr(&self.ours, OptionalActions::Now, &modes).is_ok();
        }
    }

    /// The person's terminal is ours and shows everything as it is.
    pub fn step_forward(&mut self, persons: Option<&Termios>) {
        if let Some(persons) = persons
            && std::mem::take(&mut self.unlike)
        {
            // The program has changed nothing yet: it would have been stopped.
            let _ = tcsetattr(&self.ours, OptionalActions::Now, persons);
            self.plain_lines = false;
        }
        if std::mem::take(&mut self.plain_lines)
            && let Ok(mut modes) = tcgetattr(&self.ours)
        {
            modes.output_modes.insert(OutputModes::OPOST);
            let _ = tcsetattr(&self.ours, OptionalActions::Now, &modes);
        }
    }
}
