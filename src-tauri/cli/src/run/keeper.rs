//! The stages between a masked run and its program.
//!
//! The *keeper* leads the session of the program's terminal. Job control needs it: a program whose parent is not in its
//! session cannot be stopped by a key. The *starter* waits until the program's group is in front, and becomes the
//! program. Neither changes anything in a process that was only forked, so both are starts of this program.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{
    Pid, WaitOptions, WaitStatus, getpgrp, getppid, ioctl_tiocsctty, kill_process, kill_process_group,
    set_parent_process_death_signal, setsid, waitpid,
};
use rustix::termios::{tcgetpgrp, tcsetpgrp};

use super::handover::{Ending, Message, Whom, connection, receive, send, started};
use super::signals::{Before, Signals, hold_all};
use super::stages::{Stage, Start, let_go_of_output, not_maskable, stage};
use super::{Program, memory};
use crate::exit::Failure;

/// What one process says about another that it has started.
#[derive(Clone, Copy, Debug)]
pub enum News {
    /// A signal has stopped it.
    Stopped(i32),
    /// It goes on.
    Continued,
    /// It has ended.
    Ended(Ending),
}

/// Whether something has happened to a child.
pub fn news_of(child: Pid) -> Option<News> {
    let options = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
    match rustix::io::retry_on_intr(|| waitpid(Some(child), options)) {
        Ok(None) => None,
        Ok(Some((_, status))) => Some(news_in(status)),
        // Somebody has told the system not to keep the states of children.
        Err(_) => Some(News::Ended(Ending::Status(1))),
    }
}

fn news_in(status: WaitStatus) -> News {
    if let Some(signal) = status.stopping_signal() {
        News::Stopped(signal)
    } else if let Some(signal) = status.terminating_signal() {
        News::Ended(Ending::Signal(signal))
    } else if let Some(code) = status.exit_status() {
        News::Ended(Ending::Status(code))
    } else {
        News::Continued
    }
}

/// Sends a signal to a process or its group, where it is one.
pub fn signal(pid: Pid, number: i32, whom: Whom) {
    if let Some(signal) = rustix::process::Signal::from_named_raw(number) {
        // What has just ended needs no signal.
        let _ = match whom {
            Whom::Program => kill_process(pid, signal),
            Whom::Group => kill_process_group(pid, signal),
        };
    }
}

/// Starts the stage that becomes the program; it waits for [`Message::Start`] on the connection.
pub fn start(command: &mut Command, before: &Before) -> io::Result<(Pid, OwnedFd)> {
    let (ours, theirs) = connection()?;
    let child = before.spawn(command.stdin(Stdio::from(theirs)))?;
    Ok((Pid::from_child(&child), ours))
}

/// The keeper's work.
pub fn keep(start: &Start, words: &[OsString]) -> Result<ExitCode, Failure> {
    keep_terminal(start, words).map_err(not_maskable)
}

fn keep_terminal(start: &Start, words: &[OsString]) -> io::Result<ExitCode> {
    let before = Before::now()?;
    hold_all()?;
    let mut signals = Signals::hold(&[Signal::SIGCHLD])?;
    let caller = io::stdin();
    let [stdin, parcel, terminal] = started(&caller)?;
    setsid()?;
    ioctl_tiocsctty(&terminal)?;
    let (child, ours) = self::start(stage(Stage::Start, start, words).process_group(0), &before)?;
    if start.in_front {
        tcsetpgrp(&terminal, child)?;
    }
    send(&ours, Message::Start, &[stdin.as_fd(), parcel.as_fd()])?;
    drop((stdin, parcel, ours));
    let_go_of_output(true, true);
    let mut stopped = false;
    loop {
        {
            let mut files = [PollFd::new(&signals, PollFlags::IN), PollFd::new(&caller, PollFlags::IN)];
            rustix::io::retry_on_intr(|| poll(&mut files, None))?;
        }
        while signals.next().is_some() {}
        while let Some(news) = news_of(child) {
            match news {
                News::Stopped(signal) => {
                    stopped = true;
                    send(&caller, Message::Stopped(signal), &[])?;
                }
                // Somebody else let it go on: the caller sleeps, and is needed.
                News::Continued if stopped => {
                    if let Some(parent) = getppid() {
                        signal(parent, Signal::SIGCONT as i32, Whom::Program);
                    }
                }
                News::Continued => {}
                News::Ended(ending) => {
                    send(&caller, Message::Ended(ending), &[])?;
                    return Ok(ExitCode::SUCCESS);
                }
            }
        }
        let mut files = [PollFd::new(&caller, PollFlags::IN)];
        if poll(&mut files, Some(&rustix::event::Timespec::default()))? == 0 {
            continue;
        }
        match receive(&caller)? {
            Some((Message::Signal(number, Whom::Program), _)) => signal(child, number, Whom::Program),
            Some((Message::Signal(number, Whom::Group), _)) => {
                let front = tcgetpgrp(&terminal).ok().filter(|group| *group != getpgrp());
                signal(front.unwrap_or(child), number, Whom::Group);
            }
            Some((Message::Continue(in_front), _)) => {
                stopped = false;
                // A terminal that is gone has nobody in front.
                let _ = tcsetpgrp(&terminal, if in_front { child } else { getpgrp() });
                signal(child, Signal::SIGCONT as i32, Whom::Group);
            }
            Some(_) => {}
            None => {
                // The caller is gone, and with it the terminal.
                signal(child, Signal::SIGHUP as i32, Whom::Group);
                signal(child, Signal::SIGCONT as i32, Whom::Group);
                return Ok(ExitCode::FAILURE);
            }
        }
    }
}

/// The starter's work; it comes back only where the program cannot be started.
pub fn become_program(words: &[OsString]) -> Result<ExitCode, Failure> {
    // Who carries its output may be killed, which no process can notice in time: a program with credentials does not go
    // on unseen then.
    let _ = set_parent_process_death_signal(Some(rustix::process::Signal::HUP));
    let [stdin, parcel] = started(io::stdin()).map_err(not_maskable)?;
    let parcel = memory::unpack(parcel).map_err(not_maskable)?;
    let mut program = Program::new(words)?;
    program.command.stdin(Stdio::from(stdin));
    Err(program.take_over(&parcel))
}
