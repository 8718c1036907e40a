//! What can go wrong on a stage, said so that a failed test explains itself.

use std::path::PathBuf;

/// The result of everything that happens on a stage.
pub type Result<T, E = StageError> = std::result::Result<T, E>;

/// Why something on the stage did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StageError {
    /// A file, folder or socket of the stage.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, with the path.
        what: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A program of the stage is missing or did not come up.
    #[error("{program} did not start: {why} (cargo xtask test installs what is missing)")]
    Start {
        /// The program.
        program: String,
        /// What it said, or the system's answer.
        why: String,
    },
    /// A program of ours has not been built.
    #[error("{} is not built: run `cargo build --workspace` first", path.display())]
    NotBuilt {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The window did not open.
    #[error("the window did not open: {why}\n--- last lines of the application's log\n{log}")]
    Window {
        /// What the driver answered.
        why: String,
        /// The end of what the application printed.
        log: String,
    },
    /// The driver refused a step.
    #[error("the window's driver, at {step}: {why}")]
    Driver {
        /// The step.
        step: String,
        /// The driver's answer.
        why: String,
    },
    /// Something did not appear in the page, or did not disappear, in time.
    #[error("{what}\n--- text of the page\n{page}\n--- picture: {picture}")]
    Page {
        /// What was waited for.
        what: String,
        /// The page's visible text at that time.
        page: String,
        /// A picture of the window at that time.
        picture: String,
    },
    /// The accessibility rules found something.
    #[error("{0}")]
    Accessibility(String),
    /// The command line ended with a status other than the one expected.
    #[error("strongroom {args} ended with {status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")]
    CommandLine {
        /// Its arguments.
        args: String,
        /// Its exit status.
        status: String,
        /// What it printed.
        stdout: String,
        /// What it complained about.
        stderr: String,
    },
}

impl StageError {
    /// An input/output error with what was tried.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// A driver error with the step it belongs to.
    pub(crate) fn driver<E: std::fmt::Display>(step: impl Into<String>) -> impl FnOnce(E) -> Self {
        let step = step.into();
        move |why| Self::Driver { step, why: why.to_string() }
    }
}
