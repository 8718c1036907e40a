//! The masker: starts the program with terminals and pipes of our own in place of the streams to be masked, carries
//! what it prints, and passes on keys, signals, sizes, stops and its end.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, ExitCode, Stdio};
use std::sync::Arc;

use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, fstat};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, kill_current_process_group};
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::forms::forms;
use super::handover::{Ending, Message, Whom, connection, receive, send, started};
use super::keeper::{self, News, news_of};
use super::masker::Masker;
use super::memory;
use super::patterns::Patterns;
use super::pump::{Pump, Sink};
use super::signals::{Before, Signals, let_through, suffer};
use super::stages::{Stage, Start, let_go_of_output, not_maskable, stage};
use super::terminal::{Inner, Keyboard};
use crate::exit::Failure;

/// What is passed on, or acted upon. Everything else does what it does without us.
const SIGNALS: [Signal; 18] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGALRM,
    Signal::SIGVTALRM,
    Signal::SIGPROF,
    Signal::SIGIO,
    Signal::SIGPWR,
    Signal::SIGSTKFLT,
    Signal::SIGURG,
    Signal::SIGXCPU,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGWINCH,
    Signal::SIGCHLD,
];

/// Runs the program to its end, and ends as it did.
pub fn run(start: Start, words: &[OsString]) -> Result<ExitCode, Failure> {
    let ending = run_masked(start, words).map_err(not_maskable)?;
    Ok(match ending {
        Ending::Status(status) => code(status),
        Ending::Signal(signal) => {
            // As the program did, so that a shell sees the same; where it is ignored here, by the number it would show.
            if let Ok(signal) = Signal::try_from(signal) {
                suffer(signal);
            }
            code(128 + signal)
        }
    })
}

fn code(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status & 0xff).unwrap_or(1))
}

fn run_masked(start: Start, words: &[OsString]) -> io::Result<Ending> {
    let before = Before::now()?;
    let signals = Signals::hold(&SIGNALS)?;
    let [stdin, parcel] = started(io::stdin())?;
    let patterns = {
        let parcel = memory::unpack(&parcel)?;
        // Exposed to be looked for; the search's own copies are wiped with it.
        let all = parcel.sought().flat_map(|value| forms(value.expose_secret())).collect();
        Arc::new(Patterns::new(all))
    };
    let at_terminal = |masked: bool, is: bool| masked && is;
    let out_terminal = at_terminal(start.out, io::stdout().is_terminal());
    let err_terminal = at_terminal(start.err, io::stderr().is_terminal());
    let mut run = if out_terminal || err_terminal {
        in_terminal(start, words, (stdin, parcel), (out_terminal, err_terminal), &patterns, (signals, &before))?
    } else {
        in_pipes(start, words, (stdin, parcel), &patterns, (signals, &before))?
    };
    let_go_of_output(!start.out, !start.err);
    run.finish()
}

/// A pipe for a stream, carried through a masker.
fn piped(sink: Sink, patterns: &Arc<Patterns>) -> io::Result<(Pump, Stdio)> {
    let (source, theirs) = pipe_with(PipeFlags::CLOEXEC)?;
    // Reading never waits; writing, which is the program's, does as ever.
    rustix::io::ioctl_fionbio(&source, true)?;
    let pump = Pump::start(source, sink, Masker::new(patterns.clone()), || false)?;
    Ok((pump, Stdio::from(theirs)))
}

fn in_pipes(
    start: Start,
    words: &[OsString],
    (stdin, parcel): (OwnedFd, OwnedFd),
    patterns: &Arc<Patterns>,
    (signals, before): (Signals, &Before),
) -> io::Result<Run> {
    let mut command = stage(Stage::Start, &start, words);
    let mut pumps = Vec::new();
    for (masked, sink) in [(start.out, Sink::Out), (start.err, Sink::Err)] {
        if masked {
            let (pump, theirs) = piped(sink, patterns)?;
            pumps.push((pump, false));
            match sink {
                Sink::Out => command.stdout(theirs),
                Sink::Err => command.stderr(theirs),
            };
        }
    }
    let (child, connection) = keeper::start(&mut command, before)?;
    drop(command);
    send(connection, Message::Start, &[stdin.as_fd(), parcel.as_fd()])?;
    Ok(Run { signals, pumps, backlog: Vec::new(), program: Program::Direct(child) })
}

fn in_terminal(
    start: Start,
    words: &[OsString],
    (stdin, parcel): (OwnedFd, OwnedFd),
    (out, err): (bool, bool),
    patterns: &Arc<Patterns>,
    (signals, before): (Signals, &Before),
) -> io::Result<Run> {
    let (stdout, stderr) = (io::stdout(), io::stderr());
    let screen = if out { stdout.as_fd() } else { stderr.as_fd() }.try_clone_to_owned()?;
    // Of two different terminals, the program gets the one for its standard output.
    let err = err && (!out || fstat(&stdout)?.st_rdev == fstat(&stderr)?.st_rdev);
    let keyboard = Keyboard::find(&stdin);
    // Where the command is part of a pipeline, another part may be asking for keys: the terminal is taken over only
    // when the program asks for it.
    let alone = stdin.is_terminal() && !is_pipe(&stdout)?;
    let ours = keyboard.as_ref().is_some_and(Keyboard::is_in_front);
    let in_front = alone && ours;
    let like = keyboard.as_ref().map_or(screen.as_fd(), |keyboard| keyboard.terminal().as_fd());
    let (inner, theirs) = Inner::open(like, &screen, in_front, ours || keyboard.is_none())?;

    let (ours, keepers) = connection()?;
    let mut command = stage(Stage::Keep, &Start { in_front, ..start }, words);
    command.stdin(Stdio::from(keepers));
    let mut pumps = Vec::new();
    for (masked, terminal, sink) in [(start.out, out, Sink::Out), (start.err, err, Sink::Err)] {
        let theirs = if terminal {
            Stdio::from(theirs.try_clone()?)
        } else if masked {
            let (pump, theirs) = piped(sink, patterns)?;
            pumps.push((pump, false));
            theirs
        } else {
            continue;
        };
        match sink {
            Sink::Out => command.stdout(theirs),
            Sink::Err => command.stderr(theirs),
        };
    }
    let keeper = before.spawn(&mut command)?;
    drop(command);
    let theirs_in = if stdin.is_terminal() { &theirs } else { &stdin };
    send(&ours, Message::Start, &[theirs_in.as_fd(), parcel.as_fd(), theirs.as_fd()])?;
    drop(theirs);
    let hang_up = ours.try_clone()?;
    // Nobody sees what the program prints: the same as when its terminal goes away.
    let broken = move || {
        let _ = send(&hang_up, Message::Signal(Signal::SIGHUP as i32, Whom::Group), &[]);
        true
    };
    let sink = if out { Sink::Out } else { Sink::Err };
    pumps.push((Pump::start(inner.ours.try_clone()?, sink, Masker::new(patterns.clone()), broken)?, true));
    let mut program =
        InTerminal { keeper, connection: ours, screen, keyboard, inner, wants_keys: in_front, keys: Keys::default() };
    if in_front {
        program.come_forward();
    }
    Ok(Run { signals, pumps, backlog: Vec::new(), program: Program::InTerminal(Box::new(program)) })
}

fn is_pipe(stream: impl AsFd) -> io::Result<bool> {
    let kind = FileType::from_raw_mode(fstat(stream)?.st_mode);
    Ok(matches!(kind, FileType::Fifo | FileType::Socket))
}

/// A program that runs.
struct Run {
    signals: Signals,
    /// The streams, and whether each comes from a terminal.
    pumps: Vec<(Pump, bool)>,
    /// Signals that came while another thing was done.
    backlog: Vec<(Signal, Whom)>,
    program: Program,
}

enum Program {
    /// Our child, in our session and group: what the terminal sends, it gets by itself.
    Direct(Pid),
    /// In a session of its own.
    InTerminal(Box<InTerminal>),
}

struct InTerminal {
    keeper: Child,
    connection: OwnedFd,
    screen: OwnedFd,
    keyboard: Option<Keyboard>,
    inner: Inner,
    /// It had the keyboard when it was last asked, or asks for it.
    wants_keys: bool,
    keys: Keys,
}

/// Keys that were pressed and are not passed on yet. They may be a password.
#[derive(Default)]
struct Keys {
    bytes: Zeroizing<Vec<u8>>,
    over: bool,
}

impl Run {
    fn finish(&mut self) -> io::Result<Ending> {
        let ending = loop {
            self.wait()?;
            while let Some((signal, whom)) = self.next_signal() {
                self.pass_on(signal, whom)?;
            }
            match self.news()? {
                Some(News::Ended(ending)) => break ending,
                Some(News::Stopped(signal)) => self.stopped(signal)?,
                Some(News::Continued) | None => {}
            }
        };
        // What it printed last is on its way. Of a terminal, that is what is there now; a pipe may have other writers,
        // who are carried to their end.
        self.pumps.iter().filter(|(_, terminal)| *terminal).for_each(|(pump, _)| pump.finish());
        if let Some(signal) = self.wait_for_pumps(true, false)? {
            return Ok(Ending::Signal(signal as i32));
        }
        if let Program::InTerminal(program) = &mut self.program
            && let Some(keyboard) = &mut program.keyboard
        {
            keyboard.give_back();
        }
        Ok(self.wait_for_pumps(false, false)?.map_or(ending, |signal| Ending::Signal(signal as i32)))
    }

    fn next_signal(&mut self) -> Option<(Signal, Whom)> {
        if self.backlog.is_empty() { self.signals.next() } else { Some(self.backlog.remove(0)) }
    }

    /// Waits until there is something to do, and passes keys on.
    fn wait(&mut self) -> io::Result<()> {
        if !self.backlog.is_empty() {
            return Ok(());
        }
        let mut files = vec![PollFd::new(&self.signals, PollFlags::IN)];
        let mut asks_keyboard = false;
        let mut offers_keys = false;
        if let Program::InTerminal(program) = &self.program {
            files.push(PollFd::new(&program.connection, PollFlags::IN));
            if !program.keys.bytes.is_empty() {
                files.push(PollFd::new(&program.inner.ours, PollFlags::OUT));
                offers_keys = true;
            } else if let Some(keyboard) = program.keyboard.as_ref().filter(|k| k.is_taken() && !program.keys.over) {
                files.push(PollFd::new(keyboard.terminal(), PollFlags::IN));
                asks_keyboard = true;
            }
        }
        rustix::io::retry_on_intr(|| poll(&mut files, None))?;
        let ready = files.last().is_some_and(|last| !last.revents().is_empty());
        drop(files);
        if let Program::InTerminal(program) = &mut self.program
            && ready
        {
            if asks_keyboard {
                program.read_keys();
            }
            if asks_keyboard || offers_keys {
                program.pass_keys();
            }
        }
        Ok(())
    }

    fn pass_on(&mut self, signal: Signal, whom: Whom) -> io::Result<()> {
        match (&mut self.program, signal) {
            (_, Signal::SIGCHLD) => {}
            (Program::InTerminal(program), Signal::SIGWINCH) => program.inner.resize(&program.screen),
            (Program::InTerminal(program), Signal::SIGCONT) => program.woken()?,
            (Program::InTerminal(program), signal) => program.signal(signal, whom)?,
            // The terminal's came to the program as well.
            (Program::Direct(_), Signal::SIGWINCH) => {}
            (Program::Direct(child), signal) if whom == Whom::Program => {
                keeper::signal(*child, signal as i32, Whom::Program);
            }
            (Program::Direct(_), _) => {}
        }
        Ok(())
    }

    fn news(&mut self) -> io::Result<Option<News>> {
        match &mut self.program {
            Program::Direct(child) => Ok(news_of(*child)),
            Program::InTerminal(program) => program.news(),
        }
    }

    /// The program was stopped: so are we, after everything is on the screen and the keyboard is as it was.
    fn stopped(&mut self, number: i32) -> io::Result<()> {
        let Ok(signal) = Signal::try_from(number) else { return Ok(()) };
        let asks = matches!(signal, Signal::SIGTTIN | Signal::SIGTTOU);
        if let Program::InTerminal(program) = &mut self.program {
            program.wants_keys |= asks;
            if asks && program.is_in_front() {
                return program.go_on();
            }
        }
        self.pumps.iter().for_each(|(pump, _)| pump.drain());
        if let Some(deadly) = self.wait_for_pumps(true, true)? {
            self.backlog.push((deadly, Whom::Program));
        }
        match &mut self.program {
            Program::Direct(child) => {
                suffer(signal);
                keeper::signal(*child, Signal::SIGCONT as i32, Whom::Program);
            }
            Program::InTerminal(program) => {
                if let Some(keyboard) = &mut program.keyboard {
                    keyboard.give_back();
                }
                match rustix::process::Signal::from_named_raw(number) {
                    // As from the terminal: everybody who works at it with us. One of these is held back in this
                    // process until here.
                    Some(stop) if signal != Signal::SIGSTOP => {
                        kill_current_process_group(stop)?;
                        let_through(signal);
                    }
                    _ => suffer(signal),
                }
                let mut woken = false;
                while let Some((came, whom)) = self.signals.next() {
                    match came {
                        Signal::SIGCONT => woken = true,
                        Signal::SIGTSTP => {}
                        other => self.backlog.push((other, whom)),
                    }
                }
                if asks && !woken && !program.is_in_front() {
                    // We cannot be stopped, because nobody could wake us: then nobody will ever press a key either.
                    program.signal(Signal::SIGHUP, Whom::Group)?;
                }
                program.go_on()?;
            }
        }
        Ok(())
    }

    /// Waits until the streams (those from a terminal alone, where asked) have come to their end, or have carried what
    /// was there. A signal that asks us to end goes before that.
    fn wait_for_pumps(&mut self, terminals: bool, drained: bool) -> io::Result<Option<Signal>> {
        for (pump, terminal) in &self.pumps {
            if terminals && !drained && !terminal {
                continue;
            }
            loop {
                let mut files = [PollFd::new(&self.signals, PollFlags::IN), PollFd::new(&pump.told, PollFlags::IN)];
                rustix::io::retry_on_intr(|| poll(&mut files, None))?;
                if !files[1].revents().is_empty() {
                    let told = rustix::io::read(&pump.told, &mut [0; 1])?;
                    if told == 0 || drained {
                        break;
                    }
                }
                while let Some((signal, _)) = self.signals.next() {
                    if matches!(signal, Signal::SIGHUP | Signal::SIGINT | Signal::SIGQUIT | Signal::SIGTERM) {
                        return Ok(Some(signal));
                    }
                }
            }
        }
        Ok(None)
    }
}

impl InTerminal {
    fn is_in_front(&self) -> bool {
        self.keyboard.as_ref().is_none_or(Keyboard::is_in_front)
    }

    fn signal(&self, signal: Signal, whom: Whom) -> io::Result<()> {
        self.say(Message::Signal(signal as i32, whom))
    }

    fn say(&self, message: Message) -> io::Result<()> {
        match send(&self.connection, message, &[]) {
            // It has ended, and says so.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    fn news(&mut self) -> io::Result<Option<News>> {
        let mut files = [PollFd::new(&self.connection, PollFlags::IN)];
        if rustix::io::retry_on_intr(|| poll(&mut files, Some(&rustix::event::Timespec::default())))? == 0 {
            return Ok(None);
        }
        Ok(Some(match receive(&self.connection)? {
            Some((Message::Stopped(signal), _)) => News::Stopped(signal),
            Some((Message::Ended(ending), _)) => News::Ended(ending),
            Some(_) => return Ok(None),
            None => {
                use std::os::unix::process::ExitStatusExt;

                // The keeper failed, and has said why; or somebody ended it.
                let status = self.keeper.wait()?;
                News::Ended(match status.signal() {
                    Some(signal) => Ending::Signal(signal),
                    None => Ending::Status(status.code().unwrap_or(1)),
                })
            }
        }))
    }

    /// The keyboard is taken over, and the screen is the program's alone.
    fn come_forward(&mut self) {
        if let Some(keyboard) = &mut self.keyboard {
            keyboard.take();
        }
        self.inner.step_forward(self.keyboard.as_ref().and_then(Keyboard::before));
    }

    /// After a stop: with the keyboard where it had it or asks for it, and we have it.
    fn go_on(&mut self) -> io::Result<()> {
        let in_front = self.wants_keys && self.is_in_front();
        self.inner.resize(&self.screen);
        if in_front {
            self.come_forward();
        } else {
            self.inner.step_back();
        }
        self.say(Message::Continue(in_front))
    }

    /// We were stopped without the program, and go on.
    fn woken(&mut self) -> io::Result<()> {
        self.inner.resize(&self.screen);
        if let Some(keyboard) = &mut self.keyboard
            && keyboard.is_taken()
        {
            keyboard.lose();
            if keyboard.is_in_front() {
                self.come_forward();
            } else {
                self.inner.step_back();
                return self.say(Message::Continue(false));
            }
        }
        self.signal(Signal::SIGCONT, Whom::Program)
    }

    fn read_keys(&mut self) {
        let Some(keyboard) = &self.keyboard else { return };
        let mut bytes = Zeroizing::new([0; 1024]);
        match rustix::io::read(keyboard.terminal(), bytes.as_mut_slice()) {
            Ok(read) if read > 0 => self.keys.bytes = Zeroizing::new(bytes[..read].to_vec()),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            // It is gone. The system tells everybody who works at it.
            _ => self.keys.over = true,
        }
    }

    fn pass_keys(&mut self) {
        match rustix::io::write(&self.inner.ours, &self.keys.bytes) {
            Ok(passed) => self.keys.bytes = Zeroizing::new(self.keys.bytes[passed..].to_vec()),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
            // Nobody reads keys any more.
            Err(_) => self.keys.bytes.clear(),
        }
    }
}
