//! Times as people and programs read them: UTC, RFC 3339.

/// Now.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Whether that moment has passed. A time that cannot be read has not.
pub(crate) fn is_past(time: &str) -> bool {
    time.parse::<jiff::Timestamp>().is_ok_and(|t| t <= jiff::Timestamp::now())
}
