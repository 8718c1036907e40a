//! The measurement itself, and the two small programs that it starts.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, isatty, tcgetattr, tcsetattr};
use strongroom_app::SecretInput;
use strongroom_app::views::CredentialAddRequest;
use strongroom_bench::vault::{MASTER_KEY, create};
use strongroom_bench::{Measured, finish, median, option, say};

/// How much is read and written at once, here and in the bare pump.
const AT_ONCE: usize = 64 * 1024;

pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    finish(match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", bytes] => write(bytes),
        ["pump", command @ ..] => pump(command),
        _ => measure(),
    })
}

/// The command that is masked: lines like those of a server's log.
fn write(bytes: &str) -> Measured<()> {
    let bytes: usize = bytes.parse()?;
    let mut block = Vec::with_capacity(AT_ONCE);
    for n in 0_u64.. {
        let trace = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let line = format!(
            "2026-03-10T05:{:02}:{:02}Z INFO request id={trace:016x} path=/v1/items/{n} status=200 took={}ms\n",
            n / 60 % 60,
            n % 60,
            trace % 977
        );
        if block.len() + line.len() > AT_ONCE {
            break;
        }
        block.extend_from_slice(line.as_bytes());
    }
    let mut out = io::stdout().lock();
    let mut left = bytes;
    while left > 0 {
        let part = left.min(block.len());
        out.write_all(&block[..part])?;
        left -= part;
    }
    Ok(out.flush()?)
}

/// Starts a command at a pipe or a terminal of its own, like standard output, and carries what it writes.
fn pump(command: &[&str]) -> Measured<()> {
    let [program, arguments @ ..] = command else { return Err("no command".into()) };
    let out = io::stdout();
    let (source, theirs): (OwnedFd, OwnedFd) = if isatty(&out) {
        let mut modes = tcgetattr(&out)?;
        let (ours, theirs) = terminal()?;
        tcsetattr(&theirs, OptionalActions::Now, &modes)?;
        modes.make_raw();
        tcsetattr(&out, OptionalActions::Now, &modes)?;
        (ours, theirs)
    } else {
        rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?
    };
    let mut child = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::from(theirs)).spawn()?;
    carry(&source, |bytes| {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = &rest[rustix::io::write(out.as_fd(), rest)?..];
        }
        Ok(())
    })?;
    child.wait()?;
    Ok(())
}

/// Both sides of a new terminal.
fn terminal() -> Measured<(OwnedFd, OwnedFd)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let theirs = rustix::fs::open(ptsname(&ours, Vec::new())?, flags, Mode::empty())?;
    Ok((ours, theirs))
}

/// Reads to the end.
fn carry(source: &OwnedFd, mut to: impl FnMut(&[u8]) -> Measured<()>) -> Measured<()> {
    let mut bytes = vec![0; AT_ONCE];
    loop {
        match rustix::io::read(source, bytes.as_mut_slice()) {
            // So the other side of a terminal says that it is closed.
            Ok(0) | Err(rustix::io::Errno::IO) => return Ok(()),
            Ok(read) => to(&bytes[..read])?,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A vault with twenty tokens, `KEY_00` to `KEY_19`.
async fn furnish(home: &Path) -> Measured<()> {
    let app = create(home, "Bench").await?;
    let actor = app.actor().await?;
    for n in 0..20_u64 {
        let value = format!("FAKE-{:016x}-{n:02}-0123456789abcdef", n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let request = CredentialAddRequest {
            provider: "api-token".to_owned(),
            auth: None,
            name: format!("Token {n:02}"),
            key: Some(format!("KEY_{n:02}")),
            category: None,
            scope: "Bench".to_owned(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields: BTreeMap::from([("token".to_owned(), SecretInput::new(value))]),
            check: false,
        };
        app.add(&actor, request).await?;
    }
    app.close().await?;
    Ok(())
}

/// Runs a command to its end at a pipe or a terminal.
fn time(words: &[String], home: &Path, bytes: usize, at_terminal: bool) -> Measured<Duration> {
    let (source, theirs) =
        if at_terminal { terminal()? } else { rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)? };
    let stdin = if at_terminal { Stdio::from(theirs.try_clone()?) } else { Stdio::null() };
    let began = Instant::now();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env("STRONGROOM_HOME", home).env("STRONGROOM_MASTER_KEY", MASTER_KEY);
    let mut child = command.stdin(stdin).stdout(Stdio::from(theirs)).spawn()?;
    drop(command);
    let mut read = 0;
    carry(&source, |part| {
        read += part.len();
        Ok(())
    })?;
    let status = child.wait()?;
    let took = began.elapsed();
    // A terminal adds to each end of a line.
    if !status.success() || read < bytes || (!at_terminal && read > bytes) {
        return Err(format!("{}: {status}, {read} bytes", words.join(" ")).into());
    }
    Ok(took)
}

fn measure() -> Measured<()> {
    let cli = option("cli").ok_or("--cli PROGRAM is missing")?;
    let bytes: usize = option("bytes").map_or(Ok(1_000_000_000), |text| text.parse())?;
    let rounds: usize = option("rounds").map_or(Ok(5), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let home = folder.path().join("vault");
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(furnish(&home))?;

    let me = std::env::current_exe()?.to_string_lossy().into_owned();
    let writer = [me.clone(), "write".to_owned(), bytes.to_string()];
    let masked = |secrets: usize| {
        let keys = (0..secrets).flat_map(|n| ["--key".to_owned(), format!("KEY_{n:02}")]);
        let run = [cli.clone(), "run".to_owned(), "--mask".to_owned()];
        run.into_iter().chain(keys).chain(["--".to_owned()]).chain(writer.clone()).collect::<Vec<_>>()
    };
    let pumped = [me, "pump".to_owned()].into_iter().chain(writer.clone()).collect();
    let ways = [
        ("straight", writer.to_vec()),
        ("bare pump", pumped),
        ("masked, 1 secret", masked(1)),
        ("masked, 20 secrets", masked(20)),
    ];
    for (place, at_terminal) in [("a pipe", false), ("a terminal", true)] {
        let mut times = vec![Vec::new(); ways.len()];
        for _ in 0..rounds {
            for ((_, words), times) in ways.iter().zip(&mut times) {
                times.push(time(words, &home, bytes, at_terminal)?.as_secs_f64());
            }
        }
        let bare = median(&times[1]);
        say(&format!("{bytes} bytes to {place}, medians of {rounds} rounds in turns:"));
        for ((name, _), times) in ways.iter().zip(&times) {
            let took = median(times);
            let (rate, beside) = (bytes as f64 / took / 1e6, took / bare * 100.0 - 100.0);
            say(&format!("  {name:<20}{took:>8.3} s {rate:>7.0} MB/s {beside:>+7.1} % beside the bare pump"));
        }
    }
    Ok(())
}
