//! `strongroom list`: the inventory, page by page.

use clap::Args;
use jiff::Timestamp;
use strongroom_app::ProviderType;
use strongroom_app::views::{CredentialView, ListRequest, ListSort};

use crate::age::ago;
use crate::exit::Failure;
use crate::session::Session;
use crate::table::{Cell, table};
use crate::words;

/// List credentials, never their secrets
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only this type: llm, embeddings, stt, tts, sms, crm, calendar, ticketing, payment, identity, webhook, email,
    /// general
    #[arg(long = "type", value_name = "TYPE", value_parser = provider_type)]
    r#type: Option<ProviderType>,
    /// Only this provider
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// Only this verdict or state: works, rejected, unknown, not_checked, disabled, dormant …
    #[arg(long)]
    status: Option<String>,
    /// Only those with these words in name, provider, lookup key or plain fields. Operators narrow further:
    /// provider:twilio status:limited type:llm org:NAME category:custom key:OPENAI tail:a1b2 default:yes enabled:no
    /// duplicate:yes replacement:waiting replacement:old used_by:NAME used_by:0 checked:>7d used:0 created:>90d
    /// expires:<30d expires:soon
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Order: name, provider, status (worst first), checked, used, expires, created
    #[arg(long, value_name = "KEY", value_parser = sort)]
    sort: Option<ListSort>,
    /// The other way round
    #[arg(long)]
    descending: bool,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Go on after the cursor of an earlier page
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// The type of that id.
fn provider_type(text: &str) -> Result<ProviderType, String> {
    ProviderType::from_id(text).ok_or_else(|| {
        let known: Vec<&str> = ProviderType::ALL.iter().map(|t| t.id()).collect();
        format!("there are {}", known.join(", "))
    })
}

/// The order of that name.
fn sort(text: &str) -> Result<ListSort, String> {
    SORTS.iter().find(|(name, _)| *name == text).map(|(_, sort)| *sort).ok_or_else(|| {
        let known: Vec<&str> = SORTS.iter().map(|(name, _)| *name).collect();
        format!("there are {}", known.join(", "))
    })
}

const SORTS: [(&str, ListSort); 7] = [
    ("name", ListSort::Name),
    ("provider", ListSort::Provider),
    ("status", ListSort::Status),
    ("checked", ListSort::Checked),
    ("used", ListSort::Used),
    ("expires", ListSort::Expires),
    ("created", ListSort::Created),
];

/// Lists. Needs no master key.
pub async fn list(args: ListArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor().await?;
    if let Some(id) = &args.provider {
        // A mistyped provider must not read as one without credentials.
        session.app.provider_view(id)?;
    }
    let narrowed = args.r#type.is_some() || args.provider.is_some() || args.status.is_some() || args.search.is_some();
    let request = ListRequest {
        scope: session.org.clone(),
        r#type: args.r#type,
        provider: args.provider,
        status: args.status,
        search: args.search,
        sort: args.sort,
        descending: args.descending,
        limit: Some(args.limit),
        after: args.after,
        skip: 0,
    };
    let page = session.app.list(&actor, request).await?;
    session.output.result(&page, || {
        let now = Timestamp::now();
        let rows: Vec<Vec<Cell>> = page.items.iter().map(|c| row(c, now)).collect();
        let headings = ["Name", "Status", "Provider", "Key", "Tail", "Checked", "Organisation"];
        table(session.output, &headings, &rows)
    })?;
    if !session.output.is_json() {
        let mut said = words::page(page.items.len(), page.total as usize, "credential", page.next.as_deref());
        if page.total == 0 && !narrowed {
            said.push_str(". Add the first: strongroom add --provider ID --name NAME");
        }
        session.output.note(&said);
    }
    Ok(())
}

fn row(c: &CredentialView, now: Timestamp) -> Vec<Cell> {
    let name = if c.default { format!("{} (default)", c.name) } else { c.name.clone() };
    let tails: Vec<String> = c.secrets.values().map(words::masked).collect();
    let checked = c.verdict.as_ref().map_or_else(|| "never".into(), |v| ago(&v.checked_at, now));
    vec![
        name.into(),
        Cell::toned(words::status(c, now), words::status_tone(c)),
        c.provider_name.as_str().into(),
        c.key.as_str().into(),
        tails.join(", ").into(),
        checked.into(),
        c.scope.as_str().into(),
    ]
}
