//! What the measurements share: medians, and saying them.

pub mod large;
pub mod vault;

use std::process::ExitCode;

/// The result of a measurement.
pub type Measured<T> = Result<T, Box<dyn std::error::Error>>;

/// The middle one of some numbers; of an even count the upper of the two. Zero of none.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The time below which `share` of these lie.
pub fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() as f64 * share).ceil() as usize;
    times.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

/// Say a line on the terminal.
#[allow(clippy::print_stdout, reason = "reporting is what a benchmark is for")]
pub fn say(line: &str) {
    println!("{line}");
}

/// Turn the end of a measurement into an exit status.
pub fn finish(measured: Measured<()>) -> ExitCode {
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("not measured: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// The value after `--name` on the command line.
pub fn option(name: &str) -> Option<String> {
    options(name).into_iter().next()
}

/// The values after each `--name` on the command line.
pub fn options(name: &str) -> Vec<String> {
    let wanted = format!("--{name}");
    let arguments: Vec<String> = std::env::args().collect();
    arguments.windows(2).filter(|pair| pair[0] == wanted).map(|pair| pair[1].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 3.0);
        assert_eq!(median(&[]), 0.0);
    }
}
