//! How the program ends: exit states, failures with what to do next, and the one outcome that is not an end.

use std::process::ExitCode;

use serde::Serialize;
use strongroom_app::views::{ErrorView, VerdictView};
use strongroom_app::{AppError, Refusal, VerdictKind};

use crate::run::Launch;

/// The exit states of the contract, from good to bad where several could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Done = 0,
    /// The operation failed.
    Failed = 1,
    /// What was asked makes no sense as it is.
    Usage = 2,
    /// The role does not allow it.
    NotPermitted = 3,
    /// The vault is locked or its key is missing.
    Locked = 4,
    /// The provider refused the credential or its settings.
    Rejected = 5,
    /// The provider was not reached, or did not say.
    Unreachable = 6,
    /// There is nothing of that name.
    NotFound = 7,
    /// No credential can be used.
    NothingResolves = 8,
    /// The command of `run` was found and could not be started.
    NotExecutable = 126,
    /// The command of `run` was not found.
    CommandNotFound = 127,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Failed => Self::Failed,
            Refusal::Usage => Self::Usage,
            Refusal::NotPermitted => Self::NotPermitted,
            Refusal::Locked => Self::Locked,
            Refusal::NotFound => Self::NotFound,
            Refusal::NothingResolves => Self::NothingResolves,
        }
    }
}

/// The state with which a check ends that showed this. What the provider knows to be right is no failure, even where
/// the account has no credit.
pub fn status_of(kind: VerdictKind) -> Status {
    match kind {
        VerdictKind::Rejected | VerdictKind::Misconfigured => Status::Rejected,
        VerdictKind::Unknown | VerdictKind::Blocked => Status::Unreachable,
        _ => Status::Done,
    }
}

/// What a command came to.
pub enum Outcome {
    /// It is done; a check may be done and still end with a state that says more.
    Done(Status),
    /// A program is ready to take this one's place.
    Launch(Box<Launch>),
}

/// Why a command was not done. As JSON it is the contract's error document.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// The exit state.
    #[serde(skip)]
    pub status: Status,
    /// What happened, what to do next, and the fields concerned.
    pub error: Box<ErrorView>,
    /// The verdict for which nothing was stored.
    #[serde(flatten)]
    pub refused: Option<Box<Refused>>,
}

/// A provider's refusal of what should have been stored.
#[derive(Debug, Serialize)]
pub struct Refused {
    /// What the check showed.
    pub verdict: VerdictView,
    /// The field to look at.
    pub field: Option<String>,
}

impl Failure {
    /// A failure with its stable word and its sentence.
    pub fn new(status: Status, kind: &str, message: impl Into<String>) -> Self {
        let error = ErrorView { kind: kind.to_owned(), message: message.into(), hint: None, fields: Vec::new() };
        Self { status, error: Box::new(error), refused: None }
    }

    /// What was asked makes no sense as it is.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Status::Usage, "usage", message)
    }

    /// Says what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.error.hint = Some(hint.into());
        self
    }

    /// The provider refused what should have been stored.
    pub fn refused(verdict: VerdictView, field: Option<String>) -> Self {
        let message = format!("Nothing was stored: {}", verdict.evidence);
        let mut failure = Self::new(status_of(verdict.kind), verdict.kind.id(), message);
        failure.error.hint.clone_from(&verdict.next_step);
        failure.refused = Some(Box::new(Refused { verdict, field }));
        failure
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self { status: error.refusal().into(), error: Box::new(error.view()), refused: None }
    }
}
