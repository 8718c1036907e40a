//! Words for what was seen: the rules' own sentences, and those for answers that every provider can give.

use std::time::Duration;

use serde_json::Value;

use super::CheckOutcome;
use super::answer::{self, Answer, Seen};
use super::redact::Redactor;
use super::request::BuildProblem;
use super::rules::{Failure, Rule};
use super::template::json_member;
use super::transport::retry_after;
use crate::values::filled;
use crate::{AuthVariant, FieldValues, Provider, VerdictKind};

/// The longest value quoted from an answer.
pub(crate) const QUOTE: usize = 80;
/// The longest excerpt of an answer that nobody expected.
pub(crate) const EXCERPT: usize = 160;
/// Words in a 429 that speak of money rather than speed. Reference: llm.md, rule 10.
const CREDIT_WORDS: [&str; 6] = ["quota", "credit", "billing", "spend", "insufficient", "balance"];

/// Turns rules and answers into words.
pub(crate) struct Reader<'a> {
    pub provider: &'a Provider,
    pub auth: &'a AuthVariant,
    pub values: &'a FieldValues,
    pub redactor: &'a Redactor,
}

impl Reader<'_> {
    pub fn outcome(
        &self,
        verdict: VerdictKind,
        evidence: String,
        next_step: Option<&str>,
        field: Option<&str>,
    ) -> CheckOutcome {
        // A rule may serve several sign-in methods; a field that this one lacks is not named.
        let field = field.filter(|id| self.auth.field(id).is_some());
        CheckOutcome {
            verdict,
            evidence,
            next_step: next_step.map(str::to_owned),
            duration: Duration::ZERO,
            cost: self.provider.check.cost.clone(),
            field: field.map(str::to_owned),
        }
    }

    pub fn uncheckable(&self, reason: &str) -> CheckOutcome {
        self.outcome(VerdictKind::Uncheckable, reason.to_owned(), None, None)
    }

    /// The values cannot make a request; nothing was sent.
    pub fn unsendable(&self, problem: BuildProblem) -> CheckOutcome {
        let evidence = format!("Nothing was sent. {}", problem.message);
        let next = Some("Correct the field and check again.");
        self.outcome(VerdictKind::Misconfigured, evidence, next, problem.field.as_deref())
    }

    pub fn decided_before(&self, rule: &Rule) -> CheckOutcome {
        self.by_rule(rule, None, "")
    }

    pub fn decided(&self, rule: &Rule, seen: &Seen, host: &str) -> CheckOutcome {
        self.by_rule(rule, seen.as_ref().ok(), host)
    }

    fn by_rule(&self, rule: &Rule, answer: Option<&Answer>, host: &str) -> CheckOutcome {
        let verdict = rule.verdict.unwrap_or(VerdictKind::Unknown);
        let evidence = self.fill(&rule.evidence, answer, host);
        let next = rule.next_step.as_ref().map(|text| self.fill(text, answer, host));
        self.outcome(verdict, evidence, next.as_deref(), rule.field.as_deref())
    }

    fn fill(&self, template: &str, answer: Option<&Answer>, host: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((inside, tail)) = after.split_once('}') else { break };
            out.push_str(&self.place(inside, answer, host));
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn place(&self, what: &str, answer: Option<&Answer>, host: &str) -> String {
        let json = answer.and_then(|answer| answer.json.as_ref());
        let found =
            |path: &str| json.and_then(|root| answer::at(root, path).into_iter().find(|value| !value.is_null()));
        let text = match what.split_once(':') {
            Some(("json", path)) => found(path).map(value_text),
            Some(("count", path)) => found(path).and_then(Value::as_array).map(|items| items.len().to_string()),
            Some(("field", id)) => self.shown_field(id),
            _ if what == "status" => answer.map(|answer| answer.status.to_string()),
            _ if what == "host" => Some(host.to_owned()),
            _ => None,
        };
        text.map_or_else(|| "(not given)".to_owned(), |text| self.redactor.quote(&text, QUOTE))
    }

    /// The value of a plain field, or of a public member of a JSON field.
    fn shown_field(&self, id: &str) -> Option<String> {
        let (id, member) = id.split_once('.').map_or((id, None), |(id, member)| (id, Some(member)));
        let field = self.auth.field(id)?;
        let text = filled(self.auth, self.values, id)?;
        match member {
            None => (!field.secret).then(|| text.to_owned()),
            Some(member) if field.secret && !field.is_public_member(member) => None,
            Some(member) => json_member(text, member),
        }
    }

    /// An answer that no rule of the provider names: never `works`, never `rejected`.
    pub fn without_rule(&self, seen: &Seen, host: &str) -> CheckOutcome {
        match seen {
            Err(failure) => self.failed(*failure, host),
            Ok(answer) => self.unexpected(answer, host),
        }
    }

    /// A failure before any answer.
    pub fn failed(&self, failure: Failure, host: &str) -> CheckOutcome {
        let host = &self.redactor.quote(host, QUOTE);
        let (evidence, next) = match failure {
            Failure::Dns => (
                format!("No address was found for {host}."),
                "Check the network connection, and the host if you typed one.",
            ),
            Failure::ForbiddenAddress => (
                format!("The name {host} leads to a reserved address. Nothing was sent."),
                "Ask whoever runs the name server of this network.",
            ),
            Failure::Refused => {
                (format!("Nothing accepts connections at {host}."), "Check the port, or try again later.")
            }
            Failure::Connect => {
                (format!("No connection to {host} came about."), "Check the network connection and the proxy settings.")
            }
            Failure::CertificateDate => (
                format!("The certificate of {host} has expired or is not valid yet. Nothing was sent."),
                "Check this computer's clock; otherwise the server's operator must renew the certificate.",
            ),
            Failure::CertificateHost => (
                format!("The certificate belongs to another host than {host}. Nothing was sent."),
                "Check the address; a proxy or a captive portal may stand in between.",
            ),
            Failure::CertificateIssuer => (
                format!("The certificate of {host} is signed by nobody this computer trusts. Nothing was sent."),
                "If your organisation inspects traffic or runs this server, install its certificate authority on this computer.",
            ),
            Failure::Tls => (
                format!("No encrypted connection to {host} could be made."),
                "Check that the address and port speak https.",
            ),
            Failure::Timeout => (format!("{host} did not answer in time."), "Try again later."),
            Failure::Cut => {
                (format!("{host} ended the connection before the answer was complete."), "Try again later.")
            }
            Failure::TooLarge => (
                format!("The answer of {host} was larger than any expected one and was not read."),
                "Check the address.",
            ),
            Failure::ForeignHost => (
                format!("The answer of {host} names a host to which no secret is sent. The check ended there."),
                "Check the settings; if they are right, a proxy may stand in between.",
            ),
            Failure::MissingValue => (
                format!("The answer of {host} lacks a value that the next request needs. The check ended there."),
                "Try again later.",
            ),
        };
        let field = matches!(failure, Failure::Dns | Failure::Refused | Failure::Tls).then_some("base_url");
        let field = field.filter(|id| filled(self.auth, self.values, id).is_some());
        self.outcome(VerdictKind::Unknown, evidence, Some(next), field)
    }

    fn unexpected(&self, answer: &Answer, host: &str) -> CheckOutcome {
        let name = &self.provider.name;
        let status = answer.status;
        let own_host = filled(self.auth, self.values, "base_url").map(|_| "base_url");
        match status {
            300..=399 => return self.redirected(answer, host),
            429 if answer.mentions(&CREDIT_WORDS) && !answer.is_html() => {
                let evidence = format!("{name} knows the key but says that its quota or credit is used up.");
                return self.outcome(
                    VerdictKind::NoCredit,
                    evidence,
                    Some("Add credit or raise the limit at the provider."),
                    None,
                );
            }
            429 => {
                let wait = retry_after(answer).map(|wait| wait.as_secs()).filter(|s| (1..=86_400).contains(s));
                let wait = wait.map_or_else(String::new, |s| format!(" It asks to wait {s} seconds."));
                let evidence =
                    format!("{name} refused because of too many requests (429).{wait} The key was not judged.");
                return self.outcome(VerdictKind::Unknown, evidence, Some("Try again later."), None);
            }
            500..=599 => {
                let evidence = format!("{name} has trouble of its own ({status}). The key was not judged.");
                return self.outcome(VerdictKind::Unknown, evidence, Some("Try again later."), None);
            }
            404 if own_host.is_some() => {
                let evidence = format!("There is no {name} at this address ({status}). The key was not judged.");
                return self.outcome(
                    VerdictKind::Misconfigured,
                    evidence,
                    Some("Correct the base URL, or leave it empty."),
                    own_host,
                );
            }
            _ => {}
        }
        if answer.is_html() {
            if matches!(status, 401 | 403 | 451) {
                let evidence = format!(
                    "A web page came with {status}: a firewall, VPN or country block stands before {name}. The key was not judged."
                );
                let next = "Try from another network, or ask your network's administrator.";
                return self.outcome(self.provider.check.refusal_page, evidence, Some(next), None);
            }
            let evidence = format!(
                "A web page came in place of an answer ({status}): a sign-in page of this network, or a wrong address."
            );
            let next = "Open a browser to see whether this network asks you to sign in, and check the address.";
            return self.outcome(VerdictKind::Unknown, evidence, Some(next), own_host);
        }
        let excerpt = self.redactor.quote(&excerpt(answer), EXCERPT);
        let said = if excerpt.is_empty() { "with an empty answer".to_owned() } else { format!("“{excerpt}”") };
        let evidence = format!("{name} answered {status} in a way that is not documented: {said}.");
        self.outcome(
            VerdictKind::Unknown,
            evidence,
            Some("Check the settings; if they are right, try again later."),
            own_host,
        )
    }

    fn redirected(&self, answer: &Answer, host: &str) -> CheckOutcome {
        let target = answer.header("location").and_then(|to| {
            let base = url::Url::parse(&format!("https://{host}/")).ok()?;
            base.join(&to).ok()?.host_str().map(str::to_owned)
        });
        let target = target.map_or_else(|| "another address".to_owned(), |to| self.redactor.quote(&to, QUOTE));
        let evidence = format!(
            "The server sent the check on to {target} ({}). It was not followed, so the key went nowhere else.",
            answer.status
        );
        let next = "Check the address; a network's sign-in page can do this too.";
        // At an address that an admin typed, the address is wrong. Elsewhere something stands in between.
        let typed = self.auth.fields.iter().filter(|field| field.kind == crate::FieldKind::Url);
        let own = typed.map(|field| field.id.as_str()).find(|id| filled(self.auth, self.values, id).is_some());
        let verdict = if own.is_some() { VerdictKind::Misconfigured } else { VerdictKind::Unknown };
        self.outcome(verdict, evidence, Some(next), own)
    }
}

fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The message of an error, wherever this API keeps it; otherwise the beginning of a text. Whole documents are never
/// quoted: some hold secrets and telephone numbers.
fn excerpt(answer: &Answer) -> String {
    const PLACES: [&str; 15] = [
        "error_description",
        "error.message",
        "error.code",
        "error",
        "errors.0.message",
        "message",
        "messages.0.message",
        "detail.message",
        "detail",
        "err_msg",
        "msg",
        "Message",
        "ErrorResponse.Error.Message",
        "Error.Message",
        "RestException.Message",
    ];
    match &answer.json {
        Some(root) => PLACES
            .iter()
            .flat_map(|path| answer::at(root, path))
            .find_map(|value| value.as_str().map(str::to_owned))
            .unwrap_or_else(|| "a document without a message".to_owned()),
        None => answer.body.chars().take(4 * EXCERPT).collect(),
    }
}
