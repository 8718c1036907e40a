//! Decisions as people read them.

use strongroom_vault::CredentialRow;

use super::Circumstances;
use crate::error::AppError;
use crate::views::WhyNot;

/// Why a credential is not used, as the end of a sentence that begins with its name.
pub(crate) fn why_not_sentence(row: &CredentialRow, why: WhyNot, now: &Circumstances) -> String {
    let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
    match why {
        WhyNot::Disabled => "is disabled".into(),
        WhyNot::Dormant => format!("is dormant, because {} uses bundled keys", row.scope_name),
        WhyNot::NotOwn => "is system-wide, and the organisation brings its own keys".into(),
        WhyNot::Expired => {
            row.expires_at.as_deref().map_or("has expired".into(), |end| format!("has expired on {}", day(end)))
        }
        WhyNot::Rejected => {
            let verdict = row.verdict.as_ref().filter(|verdict| verdict.kind == "rejected");
            let at = verdict.map(|v| &v.checked_at).or(row.last_known.as_ref().map(|known| &known.checked_at));
            at.map_or("was rejected".into(), |at| format!("was rejected by its provider on {}", day(at)))
        }
        WhyNot::Stopped => match &now.stop {
            Some(stop) => format!("is for telephony, which {} stopped on {}: {}", stop.by, day(&stop.at), stop.reason),
            None => "is for telephony, which is stopped".into(),
        },
        WhyNot::Unreadable => "cannot be opened".into(),
        WhyNot::Unconnected => "is not connected yet".into(),
        WhyNot::Archived => "is not used, because the organisation is archived".into(),
        WhyNot::NotChosen => "could be used".into(),
    }
}

/// What to do about it.
fn what_helps(why: WhyNot) -> &'static str {
    match why {
        WhyNot::Disabled => "Enable it, or choose another one.",
        WhyNot::Dormant => "Add a system-wide one, or switch the organisation to its own keys.",
        WhyNot::NotOwn => "Add one of the organisation's own, or switch it to bundled keys.",
        WhyNot::Expired => "Replace it, or change the date of its end.",
        WhyNot::Rejected => "Check it again, or replace its key.",
        WhyNot::Stopped => "A super admin resumes it under Global launch, or with `strongroom launch resume`.",
        WhyNot::Unreadable => "Enter its secret again with Edit.",
        WhyNot::Unconnected => "Connect its account.",
        WhyNot::Archived => {
            "A super admin restores it under Organisations and people, or with `strongroom org restore NAME`."
        }
        WhyNot::NotChosen => "Make one of them the default, or assign one.",
    }
}

/// Nothing can be used: what is said of it. `what` is what was looked for, such as a lookup key or a provider's name;
/// `judged` every candidate with its reason.
pub(crate) fn nothing_for(
    what: &str,
    missing: impl FnOnce() -> (String, String),
    judged: &[(&CredentialRow, WhyNot)],
    now: &Circumstances,
) -> AppError {
    let left: Vec<&CredentialRow> =
        judged.iter().filter(|(_, why)| *why == WhyNot::NotChosen).map(|(row, _)| *row).collect();
    let (reason, hint) = match judged {
        [] => missing(),
        [(_, first), ..] if left.is_empty() => {
            let said: Vec<String> = judged
                .iter()
                .map(|(row, why)| format!("“{}” {}", row.name, why_not_sentence(row, *why, now)))
                .collect();
            let same = judged.iter().all(|(_, why)| why == first);
            let hint = if same { what_helps(*first) } else { "Mend one of them, or add another one." };
            (format!("Nothing to use for {what}, because {}.", said.join(" and ")), hint.to_owned())
        }
        _ => {
            let names: Vec<String> = left.iter().map(|row| format!("“{}” in {}", row.name, row.scope_name)).collect();
            (
                format!(
                    "Nothing to use for {what}, because several credentials could be used and none is the only \
                     default: {}.",
                    names.join(", ")
                ),
                "Make one of them the default, assign one to the consumer, or name the organisation.".to_owned(),
            )
        }
    };
    AppError::NothingResolves { reason, hint }
}
