//! Times as people and programs read them: UTC, RFC 3339.

use crate::error::AppError;

/// Now.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The end that a person gave: a day, which lasts to its end where this computer is, or a moment.
pub(crate) fn end_of(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let unreadable = || {
        AppError::field(
            "expires_at",
            "Give a day, such as 2027-01-31, or a time in RFC 3339 such as 2027-01-31T12:00:00Z.",
        )
    };
    // A day has ten characters; more is a moment.
    if text.len() == 10 {
        let day: jiff::civil::Date = text.parse().map_err(|_| unreadable())?;
        let end = day.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::system()).map_err(|_| unreadable())?;
        return Ok(end.timestamp().to_string());
    }
    let moment: jiff::Timestamp = text.parse().map_err(|_| unreadable())?;
    Ok(moment.to_string())
}

/// The begin of a span: a day where this computer is, or a moment, as the vault writes times.
pub(crate) fn begin_of(text: &str) -> Result<String, AppError> {
    bound("from", text, 0)
}

/// The end of a span, which lasts to the end of the day that is given, or to a moment.
pub(crate) fn day_after(text: &str) -> Result<String, AppError> {
    bound("until", text, 1)
}

fn bound(field: &str, text: &str, days: i64) -> Result<String, AppError> {
    let text = text.trim();
    let unreadable = || {
        AppError::field(field, "Give a day, such as 2027-01-31, or a time in RFC 3339 such as 2027-01-31T12:00:00Z.")
    };
    let moment: jiff::Timestamp = if text.len() == 10 {
        let day: jiff::civil::Date = text.parse().map_err(|_| unreadable())?;
        let day = day.checked_add(jiff::Span::new().days(days)).map_err(|_| unreadable())?;
        day.to_zoned(jiff::tz::TimeZone::system()).map_err(|_| unreadable())?.timestamp()
    } else {
        text.parse().map_err(|_| unreadable())?
    };
    Ok(format!("{moment:.3}"))
}

/// Days of a reminder: at most ten years.
pub(crate) fn reminder(days: Option<u32>) -> Result<Option<u32>, AppError> {
    match days {
        Some(days) if days > 3650 => {
            Err(AppError::field("reminder_days", "A reminder comes at most 3650 days before the end."))
        }
        days => Ok(days),
    }
}

/// Whether that moment has passed. A time that cannot be read has not.
pub(crate) fn is_past(time: &str) -> bool {
    time.parse::<jiff::Timestamp>().is_ok_and(|t| t <= jiff::Timestamp::now())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_end_is_a_day_or_a_moment() {
        let day: jiff::Timestamp = end_of(" 2027-01-31 ").unwrap().parse().unwrap();
        let local = day.to_zoned(jiff::tz::TimeZone::system());
        assert_eq!(local.strftime("%Y-%m-%d %H:%M:%S").to_string(), "2027-01-31 23:59:59", "it lasts to the day's end");
        assert_eq!(end_of("2027-01-31T12:00:00+02:00").unwrap(), "2027-01-31T10:00:00Z");
        for bad in ["", "tomorrow", "2027-02-30", "31.01.2027", "2027-01-31T25:00:00Z"] {
            assert!(end_of(bad).is_err(), "{bad:?}");
        }
        let local = |text: String| {
            let moment: jiff::Timestamp = text.parse().unwrap();
            moment.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
        };
        assert_eq!(local(begin_of("2027-01-31").unwrap()), "2027-01-31 00:00:00");
        assert_eq!(local(day_after("2027-01-31").unwrap()), "2027-02-01 00:00:00", "the day itself is in the span");
        assert_eq!(begin_of("2027-01-31T12:00:00+02:00").unwrap(), "2027-01-31T10:00:00.000Z");
        assert!(begin_of("yesterday").is_err() && day_after("2027-02-30").is_err());
        assert!(reminder(Some(3650)).is_ok() && reminder(Some(3651)).is_err());
    }
}
