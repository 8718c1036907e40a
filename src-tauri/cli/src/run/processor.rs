//! The processor that `run` works on.

use std::sync::OnceLock;

use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

/// Where this process could run before.
static ALLOWED: OnceLock<CpuSet> = OnceLock::new();

/// Keeps this thread, and those that it starts, on the processor that it is on, until [`leave`].
///
/// Until the program is started, one thread waits for another all the time, and the keychain computes in its own
/// process. To wake a processor that sleeps takes longer than what is done there, and a thread that is placed behind the
/// keychain's waits for milliseconds. Where the system refuses, all goes on as it would.
pub fn stay() {
    let here = sched_getcpu();
    let Ok(allowed) = sched_getaffinity(None) else { return };
    if here >= CpuSet::MAX_CPU {
        return;
    }
    let mut one = CpuSet::new();
    one.set(here);
    if sched_setaffinity(None, &one).is_ok() {
        // Asked for once in a process.
        let _ = ALLOWED.set(allowed);
    }
}

/// Lets this thread run where it could before: a program inherits it.
pub fn leave() {
    if let Some(allowed) = ALLOWED.get() {
        // It was so before; only who took these processors away meanwhile can refuse it, and has said then where to run.
        let _ = sched_setaffinity(None, allowed);
    }
}
