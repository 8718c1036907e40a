//! From the start of the process to the first row on the screen, and the memory in use then, beside a bare WebKitGTK
//! window with 50 rows of plain HTML:
//! `measure-window --app PROGRAM… [--floor PROGRAM] [--runs N] [--credentials N] [--organisations N] [--press]`. Several
//! builds of the application, each after its own `--app`, take turns, so that they can be compared with each other too.
//! The vault has as many credentials as the bare window has rows, sealed as usual, or as many as are asked for.
//!
//! Painted means: there is dark text where the first row is. The pixels are read from the display's memory, so that
//! neither program takes part in being measured. In use means: the first row has answered to the pointer, which comes
//! there when the row is painted. With `--press` the row is pressed then, and opened means: its details are painted.
//! Memory is the proportional set size of the process and all its children; with `--press`, of a window with details.

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use strongroom_bench::large::{found, furnish};
use strongroom_bench::vault::MASTER_KEY;
use strongroom_bench::{Measured, finish, median, option, options, say};
use strongroom_stage::{Area, Keychain, Pointer, Process, Screen, Stage, Window};

/// Rows in the bare window, and in the list where nothing else is asked for.
const ROWS: usize = 50;
/// Nothing has changed on the screen for this long: the program is done with drawing.
const QUIET: Duration = Duration::from_millis(1500);
/// Nothing here takes this long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program to measure.
struct Subject {
    name: String,
    /// What the application is compared with.
    bare: bool,
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(&'static str, &'static str)>,
    /// Where the first row is: from the window's upper left corner at first, on the screen once that is known.
    row: Area,
    seconds: Vec<f64>,
    /// Until the first row answers to the pointer.
    usable: Vec<f64>,
    /// The name over the details of the first row: from the window's corner at first, as the row, and then its pixels.
    heading: Area,
    details: Vec<u8>,
    /// Until the details of the first row are there, where it is pressed.
    opened: Vec<f64>,
    megabytes: Vec<f64>,
}

fn start(stage: &Stage, subject: &Subject) -> Measured<Process> {
    let mut command = stage.command(&subject.program.display().to_string());
    command.args(&subject.arguments).envs(subject.variables.iter().copied());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Ok(Process::spawn("the measured program", command)?)
}

/// Wait until something is drawn and then nothing changes any more.
fn wait_for_quiet(screen: &Screen) -> Measured<()> {
    let begin = Instant::now();
    let (mut last, mut since) = (screen.pixels(screen.all())?, Instant::now());
    while since.elapsed() < QUIET || screen.drawn()?.is_none() {
        if begin.elapsed() > PATIENCE {
            return Err("the screen stays empty or does not come to rest".into());
        }
        std::thread::sleep(Duration::from_millis(50));
        let now = screen.pixels(screen.all())?;
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    Ok(())
}

/// Whether the first row is pressed as soon as it has answered.
fn presses() -> bool {
    std::env::args().any(|argument| argument == "--press")
}

/// Run once to learn where the window stands on the screen, and what the details of the first row look like.
fn learn(stage: &Stage, screen: &Screen, subject: &mut Subject) -> Measured<()> {
    let begin = Instant::now();
    let process = start(stage, subject)?;
    let (inside, heading) = (subject.row, subject.heading);
    loop {
        wait_for_quiet(screen)?;
        let window = screen.drawn()?.ok_or("nothing is drawn")?;
        subject.row = Area { x: inside.x + window.x, y: inside.y + window.y, ..inside };
        subject.heading = Area { x: heading.x + window.x, y: heading.y + window.y, ..heading };
        // A window that rests before its text is there, as on a busy machine, is not what is meant.
        if screen.has_text(subject.row)? {
            break;
        }
        if begin.elapsed() > PATIENCE {
            return Err(format!("{}: there is no text in the first row at {inside:?}", subject.name).into());
        }
    }
    if presses() && !subject.bare {
        let before = screen.pixels(subject.heading)?;
        let pointer = stage.pointer()?;
        pointer.move_to(subject.row.x + subject.row.width / 2, subject.row.y + subject.row.height / 2)?;
        pointer.press()?;
        wait_for_quiet(screen)?;
        subject.details = screen.pixels(subject.heading)?;
        if subject.details == before {
            return Err("the first row does not open".into());
        }
    }
    drop(process);
    wait_for_empty(screen)
}

fn wait_for_empty(screen: &Screen) -> Measured<()> {
    let begin = Instant::now();
    while screen.drawn()?.is_some() {
        if begin.elapsed() > PATIENCE {
            return Err("the window does not go away".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Wait until the first row changes its ground below a pointer that moves to and fro.
fn wait_for_answer(screen: &Screen, pointer: &Pointer, row: Area) -> Measured<()> {
    let begin = Instant::now();
    // At the end of the row's name, where there is no text: the row's ground.
    let ground = Area { x: row.x + row.width - 4, y: row.y + row.height / 2, width: 2, height: 2 };
    let first = screen.pixels(ground)?;
    let mut x = row.x + row.width / 2;
    while screen.pixels(ground)? == first {
        if begin.elapsed() > PATIENCE {
            return Err("the first row does not answer to the pointer".into());
        }
        x ^= 1;
        pointer.move_to(x, row.y + row.height / 2)?;
        std::thread::sleep(Duration::from_millis(3));
    }
    Ok(())
}

fn measure(stage: &Stage, screen: &Screen, subject: &mut Subject) -> Measured<()> {
    let begin = Instant::now();
    let process = start(stage, subject)?;
    while !screen.has_text(subject.row)? {
        if begin.elapsed() > PATIENCE {
            return Err(format!("{}: the first row does not appear", subject.name).into());
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    subject.seconds.push(begin.elapsed().as_secs_f64());
    if !subject.bare {
        // Let go before the window is: with its last client the display forgets what the pointer left on it.
        let pointer = stage.pointer()?;
        wait_for_answer(screen, &pointer, subject.row)?;
        subject.usable.push(begin.elapsed().as_secs_f64());
        if presses() {
            pointer.press()?;
            while screen.pixels(subject.heading)? != subject.details {
                if begin.elapsed() > PATIENCE {
                    return Err("the first row does not open".into());
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            subject.opened.push(begin.elapsed().as_secs_f64());
        }
    }
    wait_for_quiet(screen)?;
    subject.megabytes.push(memory(process.id())? as f64 / 1e3);
    drop(process);
    wait_for_empty(screen)
}

/// Proportional set size of a process and all its descendants, in kilobytes.
fn memory(root: u32) -> Measured<u64> {
    let mut family = vec![root];
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (id, parent)));
    }
    let mut known = 0;
    while known < family.len() {
        let parent = family[known];
        family.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(id, _)| *id));
        known += 1;
    }
    let mut sum = 0;
    for id in family {
        // A child may have ended meanwhile.
        let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        sum += line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(sum)
}

/// A vault with as many credentials as were asked for.
async fn furnish_vault(stage: &mut Stage) -> Measured<usize> {
    let Some(credentials) = option("credentials") else {
        fill_vault(stage)?;
        return Ok(ROWS);
    };
    let credentials = credentials.parse()?;
    let organisations = option("organisations").map_or(Ok(200), |number| number.parse())?;
    let home = stage.home().join("large");
    found(&home, organisations).await?;
    furnish(&home, credentials).await?;
    stage.set_variable("STRONGROOM_HOME", &home.display().to_string());
    stage.set_variable("STRONGROOM_MASTER_KEY", MASTER_KEY);
    Ok(credentials)
}

/// A vault with as many credentials as the bare window has rows.
fn fill_vault(stage: &Stage) -> Measured<()> {
    let kit = stage.home().join("kit.txt").display().to_string();
    stage.strongroom(&["init", "--org", "Bench", "--recovery-kit", &kit])?.expect_status(0)?;
    for n in 0..ROWS {
        let (name, key) = (format!("credential-{n:06}"), format!("BENCH_{n:03}"));
        let mut add = vec!["add", "--provider", "api-token", "--name", &name, "--key", &key];
        add.extend(["--no-check", "--fields-json", "-"]);
        stage.strongroom_fed(&add, &format!("{{\"token\": \"fake-bench-token-{n:06}\"}}"))?.expect_status(0)?;
    }
    Ok(())
}

/// Where our own first row is and the name over its details, asked from the page once, before anything is measured.
async fn first_row(stage: &Stage, program: &std::path::Path) -> Measured<(Area, Area)> {
    let window = Window::open_program(stage, program).await?;
    // A data row: one that has cells other than headers. Its name cell holds text in any state of the row.
    let script = "(() => {
        const cells = [...document.querySelectorAll('[role=rowgroup] [role=row] [role=rowheader], tbody tr td, [role=gridcell]')];
        const cell = cells.find((c) => c.innerText.trim());
        if (!cell) return undefined;
        const r = cell.getBoundingClientRect();
        return [r.x, r.y, r.width, r.height].map(Math.round);
    })()";
    let row = window.wait_for(script, vec![]).await?;
    let first = "document.querySelector('[role=row][data-key]:has([role=rowheader])').click()";
    window.run(first, vec![]).await?;
    let script = "(() => {
        const name = document.querySelector('h2[tabindex=\"-1\"]');
        if (!name) return undefined;
        const r = name.getBoundingClientRect();
        return [r.x, r.y, r.width, r.height].map(Math.round);
    })()";
    let heading = window.wait_for(script, vec![]).await?;
    window.close().await?;
    let area = |numbers: &serde_json::Value| {
        let at = |n: usize| numbers[n].as_u64().and_then(|v| usize::try_from(v).ok()).unwrap_or_default();
        Area { x: at(0), y: at(1), width: at(2), height: at(3) }
    };
    Ok((area(&row), area(&heading)))
}

impl Subject {
    fn new(name: String, program: PathBuf, row: Area, heading: Area) -> Self {
        let (seconds, usable, opened, megabytes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (arguments, variables, details) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            name,
            bare: false,
            program,
            arguments,
            variables,
            row,
            seconds,
            usable,
            heading,
            details,
            opened,
            megabytes,
        }
    }

    fn bare(name: &str, program: &str, variables: Vec<(&'static str, &'static str)>) -> Self {
        let row = Area { x: 12, y: 4, width: 120, height: 18 };
        let arguments = vec!["webkit".to_owned(), ROWS.to_string()];
        Self { bare: true, arguments, variables, ..Self::new(name.to_owned(), PathBuf::from(program), row, row) }
    }

    fn medians(&self) -> (f64, f64) {
        (median(&self.seconds), median(&self.megabytes))
    }
}

async fn compare() -> Measured<()> {
    let apps = options("app");
    let runs: usize = option("runs").unwrap_or_else(|| "25".to_owned()).parse()?;
    let mut stage = Stage::open(Keychain::Unlocked)?;
    let credentials = furnish_vault(&mut stage).await?;
    let screen = stage.screen()?;

    let mut subjects = Vec::new();
    for app in &apps {
        let program = PathBuf::from(app);
        let (row, heading) = first_row(&stage, &program).await?;
        wait_for_empty(&screen)?;
        let name = if apps.len() == 1 { "strongroom" } else { app };
        subjects.push(Subject::new(name.to_owned(), program, row, heading));
    }
    if subjects.is_empty() {
        return Err("--app PROGRAM is needed".into());
    }
    if let Some(floor) = option("floor") {
        subjects.push(Subject::bare("bare WebKitGTK", &floor, vec![]));
        subjects.push(Subject::bare("bare, no acceleration", &floor, vec![("FLOOR_NOACCEL", "1")]));
    }
    for subject in &mut subjects {
        learn(&stage, &screen, subject)?;
    }
    for _ in 0..runs {
        for subject in &mut subjects {
            measure(&stage, &screen, subject)?;
        }
    }
    say(&format!("Window with {credentials} credentials, medians of {runs} runs taken in turn"));
    for subject in &subjects {
        let (seconds, megabytes) = subject.medians();
        let time = seconds * 1e3;
        say(&format!("  {:<22} first row {time:>5.0} ms  memory {megabytes:>4.0} MB", subject.name));
        if !subject.usable.is_empty() {
            say(&format!("    in use after {:.0} ms", median(&subject.usable) * 1e3));
        }
        if !subject.opened.is_empty() {
            say(&format!("    details of the row that was pressed then after {:.0} ms", median(&subject.opened) * 1e3));
        }
        let floors = subjects.iter().filter(|other| other.bare && !subject.bare);
        for (floor, (floor_seconds, floor_megabytes)) in floors.map(|floor| (floor, floor.medians())) {
            let (times, more) = (seconds / floor_seconds, megabytes - floor_megabytes);
            let usable = if subject.usable.is_empty() { 0.0 } else { median(&subject.usable) / floor_seconds };
            say(&format!(
                "    {times:.2} times (in use {usable:.2} times) and {more:+.0} MB beside \"{}\"",
                floor.name
            ));
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    finish(compare().await)
}
