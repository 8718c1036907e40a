//! How long ago something was, as people say it.

use jiff::Timestamp;

/// Whole days from a moment in RFC 3339 until now; `None` where it cannot be read.
pub fn days(moment: &str, now: Timestamp) -> Option<i64> {
    Some(seconds(moment, now)? / DAY)
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn seconds(moment: &str, now: Timestamp) -> Option<i64> {
    let then: Timestamp = moment.parse().ok()?;
    Some(now.duration_since(then).as_secs())
}

/// The age of a moment in RFC 3339; the text as it is where it cannot be read.
pub fn ago(moment: &str, now: Timestamp) -> String {
    let Some(seconds) = seconds(moment, now) else { return moment.to_owned() };
    // A clock that runs a little behind another one is no news.
    if seconds < MINUTE {
        return if seconds > -MINUTE { "just now".into() } else { "in the future".into() };
    }
    let (count, unit) = if seconds < HOUR {
        (seconds / MINUTE, "minute")
    } else if seconds < DAY {
        (seconds / HOUR, "hour")
    } else {
        (seconds / DAY, "day")
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn ages_are_read_as_people_say_them() {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        for (moment, said) in [
            ("2026-03-10T12:00:00.900Z", "just now"),
            ("2026-03-10T11:59:01Z", "just now"),
            ("2026-03-10T11:59:00Z", "1 minute ago"),
            ("2026-03-10T11:01:00Z", "59 minutes ago"),
            ("2026-03-10T10:59:59.250Z", "1 hour ago"),
            ("2026-03-09T12:00:01Z", "23 hours ago"),
            ("2026-03-09T12:00:00Z", "1 day ago"),
            ("2026-03-01T12:00:00Z", "9 days ago"),
            ("2026-03-11T12:00:00Z", "in the future"),
        ] {
            assert_eq!(ago(moment, now), said, "{moment}");
        }
        assert_eq!(ago("yesterday", now), "yesterday");
    }
}
