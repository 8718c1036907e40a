//! What a person types into the search box: words, and operators such as `provider:twilio` or `expires:<30d`.

use strongroom_providers::{Catalogue, Category, Provider, ProviderType, VerdictKind};
use strongroom_vault::{ReplacementStage, StatusFilter, UsedBy, When};

use crate::error::AppError;

/// The operators, as they are told where one is unknown.
const OPERATORS: &str = "provider, type, status, org, category, key, tail, default, enabled, duplicate, replacement, \
                         used_by, checked, used, created, expires";
const CATEGORIES: [Category; 5] =
    [Category::LlmProvider, Category::McpService, Category::Runtime, Category::Communication, Category::Custom];
const DAY: i64 = 24 * 60 * 60;

/// A search as it was understood.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Search {
    pub(crate) words: Vec<String>,
    pub(crate) providers: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) statuses: Vec<StatusFilter>,
    /// Organisations as typed; who may see them is asked elsewhere.
    pub(crate) organisations: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) lookup_key: Option<String>,
    pub(crate) tail: Option<String>,
    pub(crate) default: Option<bool>,
    pub(crate) enabled: Option<bool>,
    pub(crate) duplicate: Option<bool>,
    pub(crate) replacement: Option<ReplacementStage>,
    pub(crate) used_by: Option<UsedBy>,
    pub(crate) created: Option<When>,
    pub(crate) checked: Option<When>,
    pub(crate) used: Option<When>,
    pub(crate) expires: Option<When>,
    pub(crate) remind: Option<When>,
}

/// One part of the text between spaces.
struct Token {
    text: String,
    /// Begins with a quotation mark, and so is no operator.
    quoted: bool,
}

impl Search {
    /// Reads the text. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// An unknown operator or value, with those that there are.
    pub(crate) fn read(text: &str, catalogue: &Catalogue, now: i64) -> Result<Self, AppError> {
        let mut search = Self::default();
        for token in tokens(text) {
            match token.text.split_once(':') {
                Some((operator, value)) if !token.quoted && is_operator(operator) && !value.starts_with("//") => {
                    search.narrow(&operator.to_ascii_lowercase(), value, catalogue, now)?;
                }
                _ => search.words.extend(token.text.split_whitespace().map(str::to_owned)),
            }
        }
        Ok(search)
    }

    fn narrow(&mut self, operator: &str, value: &str, catalogue: &Catalogue, now: i64) -> Result<(), AppError> {
        let values = || value.split(',').map(str::trim).filter(|one| !one.is_empty());
        if values().next().is_none() && is_known(operator) {
            return refuse(format!("“{operator}:” needs a value after the colon."));
        }
        match operator {
            "provider" => {
                for one in values() {
                    self.providers.extend(providers(one, catalogue)?);
                }
            }
            "type" => {
                for one in values() {
                    self.types.push(known("type", one, ProviderType::from_id, ProviderType::id, &ProviderType::ALL)?);
                }
            }
            "status" => {
                for one in values() {
                    self.statuses.push(status("search", one)?);
                }
            }
            "category" => {
                for one in values() {
                    self.categories.push(known("category", one, Category::from_id, Category::id, &CATEGORIES)?);
                }
            }
            "org" => self.organisations.extend(values().map(str::to_owned)),
            "key" => self.lookup_key = Some(value.to_ascii_uppercase()),
            "tail" => self.tail = Some(value.to_owned()),
            "default" => self.default = Some(yes_or_no(operator, value)?),
            "enabled" => self.enabled = Some(yes_or_no(operator, value)?),
            "duplicate" => self.duplicate = Some(yes_or_no(operator, value)?),
            "replacement" => self.replacement = Some(stage(value)?),
            "used_by" if value == "0" => self.unused(),
            "used_by" => self.used_by = Some(UsedBy::Named(value.trim().to_owned())),
            "checked" => self.checked = Some(past(operator, value, now)?),
            "created" => self.created = Some(past(operator, value, now)?),
            "used" => match past(operator, value, now)? {
                When::Never => self.unused(),
                when => self.used = Some(when),
            },
            // Each has its own reminder.
            "expires" if value.eq_ignore_ascii_case("soon") => self.remind = Some(When::Before(now + 1)),
            "expires" => self.expires = Some(future(value, now)?),
            unknown => {
                return refuse(format!(
                    "There is no operator “{unknown}:”. There are: {OPERATORS}. To look for the text itself, put it in \
                     quotation marks."
                ));
            }
        }
        Ok(())
    }
}

impl Search {
    /// What no consumer has and no program got.
    fn unused(&mut self) {
        self.used = Some(When::Never);
        self.used_by = Some(UsedBy::Nobody);
    }
}

/// The operators of a search without its words: what was typed freely may be a key that went into the wrong box.
pub(crate) fn operators_of(text: &str) -> String {
    let operators = tokens(text).into_iter().filter(|token| !token.quoted).filter_map(|token| {
        let (operator, value) = token.text.split_once(':').filter(|(operator, _)| is_known(operator))?;
        let spaced = value.chars().any(char::is_whitespace);
        Some(if spaced { format!("{operator}:\"{value}\"") } else { format!("{operator}:{value}") })
    });
    operators.collect::<Vec<_>>().join(" ")
}

fn is_known(operator: &str) -> bool {
    OPERATORS.split(", ").any(|known| known == operator.to_ascii_lowercase())
}

fn refuse<T>(message: String) -> Result<T, AppError> {
    Err(AppError::field("search", message))
}

fn is_operator(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// Splits at spaces outside of quotation marks, which are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut token: Option<Token> = None;
    let mut inside = false;
    for character in text.chars() {
        if character == '"' {
            inside = !inside;
            token.get_or_insert(Token { text: String::new(), quoted: true });
        } else if character.is_whitespace() && !inside {
            tokens.extend(token.take());
        } else {
            token.get_or_insert(Token { text: String::new(), quoted: false }).text.push(character);
        }
    }
    tokens.extend(token);
    tokens
}

fn stage(text: &str) -> Result<ReplacementStage, AppError> {
    match text.to_ascii_lowercase().as_str() {
        "waiting" => Ok(ReplacementStage::New),
        "old" => Ok(ReplacementStage::Old),
        _ => refuse(
            "“replacement:” takes waiting, for a new key that is not in force yet, or old, for an old one that is kept."
                .to_owned(),
        ),
    }
}

/// A provider by id, or all that have this in their id or name.
fn providers(text: &str, catalogue: &Catalogue) -> Result<Vec<String>, AppError> {
    let wanted = text.to_lowercase();
    if catalogue.provider(&wanted).is_some() {
        return Ok(vec![wanted]);
    }
    let fits = |p: &&Provider| p.id.contains(&wanted) || p.name.to_lowercase().contains(&wanted);
    let alike: Vec<String> = catalogue.providers().filter(fits).map(|p| p.id.clone()).collect();
    if alike.is_empty() {
        return refuse(format!("No provider has “{text}” in its id or name. `strongroom providers` shows them."));
    }
    Ok(alike)
}

fn known<T: Copy>(
    what: &str,
    text: &str,
    from: fn(&str) -> Option<T>,
    id: fn(T) -> &'static str,
    all: &[T],
) -> Result<String, AppError> {
    match from(&text.to_ascii_lowercase()) {
        Some(found) => Ok(id(found).to_owned()),
        None => {
            let all: Vec<&str> = all.iter().map(|one| id(*one)).collect();
            refuse(format!("There is no {what} “{text}”. There are: {}.", all.join(", ")))
        }
    }
}

/// A verdict or state; `field` is where the refusal belongs.
pub(crate) fn status(field: &str, text: &str) -> Result<StatusFilter, AppError> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "not_checked" => StatusFilter::NotChecked,
        "disabled" => StatusFilter::Disabled,
        "expired" => StatusFilter::Expired,
        "unreadable" => StatusFilter::Unreadable,
        "dormant" => StatusFilter::Dormant,
        "unconnected" => StatusFilter::Unconnected,
        other => match VerdictKind::from_id(other) {
            Some(kind) => StatusFilter::Verdict(kind.id().to_owned()),
            None => {
                let known: Vec<&str> = VerdictKind::ALL.iter().map(|k| k.id()).collect();
                return Err(AppError::field(
                    field,
                    format!(
                        "There is no status “{text}”. There are: {}, not_checked, disabled, expired, \
                         dormant, unreadable, unconnected.",
                        known.join(", ")
                    ),
                ));
            }
        },
    })
}

/// The ids of the types that a mode is about.
pub(crate) fn ai_types() -> Vec<String> {
    ProviderType::ALL.into_iter().filter(|kind| kind.is_ai_service()).map(|kind| kind.id().to_owned()).collect()
}

fn yes_or_no(operator: &str, value: &str) -> Result<bool, AppError> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => refuse(format!("“{operator}:” takes yes or no.")),
    }
}

/// A time that has passed: `>90d` is longer ago than that, `<7d` less long, `0` never.
fn past(operator: &str, value: &str, now: i64) -> Result<When, AppError> {
    let value = value.to_ascii_lowercase();
    let value = value.as_str();
    match value {
        "0" | "never" => return Ok(When::Never),
        "ever" | ">0" => return Ok(When::Ever),
        _ => {}
    }
    match value.split_at_checked(1).map(|(sign, span)| (sign, seconds(span))) {
        Some((">", Some(span))) => Ok(When::Before(now - span)),
        Some(("<", Some(span))) => Ok(When::Since(now - span)),
        _ => refuse(format!(
            "“{operator}:{value}” is not understood. Write {operator}:>90d for longer ago than 90 days, {operator}:<7d for \
             the last 7 days, {operator}:0 for never. d is days, w weeks, m months, y years."
        )),
    }
}

/// A time to come: `<30d` is within that, or has passed; `>30d` is later; `never` has no end.
fn future(value: &str, now: i64) -> Result<When, AppError> {
    let value = value.to_ascii_lowercase();
    let value = value.as_str();
    match value {
        "0" | "never" => return Ok(When::Never),
        "ever" | ">0" => return Ok(When::Ever),
        _ => {}
    }
    match value.split_at_checked(1).map(|(sign, span)| (sign, seconds(span))) {
        Some(("<", Some(span))) => Ok(When::Before(now + span)),
        Some((">", Some(span))) => Ok(When::Since(now + span)),
        _ => refuse(format!(
            "“expires:{value}” is not understood. Write expires:soon for what its reminder has come for, expires:<30d for \
             within 30 days, expires:>30d for later, expires:never for no end. d is days, w weeks, m months, y years."
        )),
    }
}

/// `30d`, `2w`, `6m`, `1y`.
fn seconds(span: &str) -> Option<i64> {
    let unit = span.chars().last()?;
    let days = match unit {
        'd' => 1,
        'w' => 7,
        'm' => 30,
        'y' => 365,
        _ => return None,
    };
    // Five digits are more than two centuries; more would overflow one day.
    let number = span.strip_suffix(unit)?;
    if number.is_empty() || number.len() > 5 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(number.parse::<i64>().ok()? * days * DAY)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn read(text: &str) -> Result<Search, String> {
        Search::read(text, &Catalogue::builtin(), NOW).map_err(|error| error.to_string())
    }

    #[test]
    fn words_and_operators_are_told_apart() {
        let found =
            read(r#"acme provider:twilio status:limited,rejected type:LLM used:0 expires:<30d "org:x" key:open"#);
        let found = found.unwrap();
        assert_eq!(found.words, ["acme", "org:x"]);
        assert_eq!(found.providers, ["twilio"]);
        assert_eq!(found.types, ["llm"]);
        assert_eq!(found.statuses, [StatusFilter::Verdict("limited".into()), StatusFilter::Verdict("rejected".into())]);
        assert_eq!((found.used, found.expires), (Some(When::Never), Some(When::Before(NOW + 30 * DAY))));
        assert_eq!(found.lookup_key.as_deref(), Some("OPEN"));
        assert_eq!(read("expires:soon").unwrap().remind, Some(When::Before(NOW + 1)));
        assert_eq!(read("https://example.com 10:30 ::").unwrap().words, ["https://example.com", "10:30", "::"]);
        assert_eq!(read(r#"org:"Acme Voice""#).unwrap().organisations, ["Acme Voice"]);
        assert_eq!(read("").unwrap(), Search::default());
        assert!(read("provider:azure").unwrap().providers.len() > 1, "all that have this in them");
    }

    #[test]
    fn values_are_read_in_any_case_and_providers_by_a_part_of_id_or_name() {
        let table = [
            ("status:Works,NOT_CHECKED", "status:works,not_checked"),
            ("expires:Soon", "expires:soon"),
            ("used:>90D checked:Never", "used:>90d checked:never"),
            ("replacement:Old", "replacement:old"),
            ("provider:outlook", "provider:microsoft-outlook"),
            ("provider:\"Google Gemini\"", "provider:google-gemini"),
            ("used_by:0", "used:0"),
        ];
        for (typed, meant) in table {
            assert_eq!(read(typed).unwrap(), read(meant).unwrap(), "{typed}");
        }
        assert_eq!(read("duplicate:No").unwrap().duplicate, Some(false));
        let used_by = read("used_by:\"Front desk\"").unwrap().used_by;
        assert_eq!(used_by, Some(UsedBy::Named("Front desk".into())));
        assert_eq!(read("created:>90d").unwrap().created, Some(When::Before(NOW - 90 * DAY)));
    }

    #[test]
    fn words_are_not_kept() {
        let text = "acme provider:twilio org:\"Acme Voice\" \"status:works\" colour:red sk-ant-FAKE";
        assert_eq!(operators_of(text), "provider:twilio org:\"Acme Voice\"");
        assert_eq!(read(&operators_of(text)).unwrap().organisations, ["Acme Voice"]);
    }

    #[test]
    fn times_are_ages_for_what_has_been_and_terms_for_what_comes() {
        let table = [
            ("used:>90d", Some(When::Before(NOW - 90 * DAY)), None),
            ("used:<2w", Some(When::Since(NOW - 14 * DAY)), None),
            ("used:ever", Some(When::Ever), None),
            ("expires:>1y", None, Some(When::Since(NOW + 365 * DAY))),
            ("expires:never", None, Some(When::Never)),
        ];
        for (text, used, expires) in table {
            let found = read(text).unwrap();
            assert_eq!((found.used, found.expires), (used, expires), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_with_what_there_is() {
        let table = [
            ("colour:red", "There is no operator “colour:”. There are: provider, type, status"),
            ("status:green", "There is no status “green”. There are: works, limited"),
            ("type:fax", "There is no type “fax”. There are: llm"),
            ("category:x", "There is no category “x”. There are: llm_provider"),
            ("provider:nobody", "No provider has “nobody” in its id or name"),
            ("replacement:yes", "takes waiting"),
            ("provider:", "“provider:” needs a value"),
            ("default:maybe", "takes yes or no"),
            ("used:soon", "used:>90d for longer ago"),
            ("expires:<é", "expires:<30d for within"),
            ("used:soon", "used:0 for never"),
            ("expires:<999999d", "is not understood"),
        ];
        for (text, expected) in table {
            let told = read(text).unwrap_err();
            assert!(told.contains(expected), "{text}: {told}");
        }
    }
}
