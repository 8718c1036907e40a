//! What this process takes away from itself before it holds anything secret.

/// Leaves no memory image when it crashes (nor do the programs that it starts), and closes its memory to other
/// programs of the same account. Where the system refuses, the work goes on: both are a second line of defence.
#[cfg(target_os = "linux")]
pub fn harden() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    no_core();
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Leaves no memory image when it crashes, nor do the programs that it starts.
#[cfg(all(unix, not(target_os = "linux")))]
pub fn harden() {
    no_core();
}

/// This system has neither.
#[cfg(not(unix))]
pub fn harden() {}

#[cfg(unix)]
fn no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
