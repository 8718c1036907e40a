//! What masking costs a command that writes a gigabyte: `measure-masking --cli PROGRAM [--bytes N] [--rounds N]`.
//!
//! The same lines go to a pipe and to a terminal, straight from the command, through a bare pump that only reads and
//! writes (for a terminal: with a second terminal between, as masking needs one), and through `strongroom run --mask`
//! with 1 and with 20 secrets. This program reads at the other end and throws away. In turns, whole programs, medians.

#[cfg(target_os = "linux")]
#[path = "masking/linux.rs"]
mod linux;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    strongroom_bench::finish(Err("masking exists on Linux alone so far".into()))
}
