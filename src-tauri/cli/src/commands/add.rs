//! `strongroom add`: a new credential.

use clap::Args;
use strongroom_app::Category;
use strongroom_app::views::{CredentialAddRequest, SaveOutcome};

use super::credential::{saved, say_notes};
use super::fields::sign_in;
use crate::exit::Failure;
use crate::secrets_in::{FieldArgs, ask_missing};
use crate::session::Session;

/// Add a credential, after a check with its provider
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The provider's id (`strongroom providers` lists them)
    #[arg(long, value_name = "ID")]
    provider: String,
    /// The sign-in method; the recommended one by default
    #[arg(long, value_name = "VARIANT")]
    auth: Option<String>,
    /// A name for people
    #[arg(long)]
    name: String,
    /// The lookup key by which programs ask for it; the provider's usual one by default
    #[arg(long, value_name = "LOOKUP")]
    key: Option<String>,
    /// llm_provider, mcp_service, runtime, communication or custom
    #[arg(long, value_parser = category)]
    category: Option<Category>,
    /// Make it the default of its provider
    #[arg(long)]
    default: bool,
    /// The last day it is used, such as 2027-01-31, or a time in RFC 3339
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
    /// How many days before that to remind (30 by default)
    #[arg(long, value_name = "DAYS")]
    remind: Option<u32>,
    /// Store it without asking the provider
    #[arg(long)]
    no_check: bool,
    #[command(flatten)]
    fields: FieldArgs,
}

/// The category of that id.
pub fn category(text: &str) -> Result<Category, String> {
    Category::from_id(text)
        .ok_or_else(|| "there are llm_provider, mcp_service, runtime, communication and custom".to_owned())
}

/// Reads the fields, checks and stores.
pub async fn add(args: AddArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let provider = session.app.provider_view(&args.provider)?;
    let auth = sign_in(&provider, args.auth.as_deref())?;
    let scope = session.scope_for_new(&actor).await?;
    let mut values = args.fields.read(auth, &session.input)?;
    ask_missing(auth, &session.input, &mut values)?;
    if !args.no_check {
        session.output.note(&format!("Checking with {} …", provider.name));
    }
    let request = CredentialAddRequest {
        provider: provider.id.clone(),
        auth: Some(auth.id.clone()),
        name: args.name,
        key: args.key,
        category: args.category,
        scope,
        default: args.default,
        expires_at: args.expires,
        reminder_days: args.remind,
        fields: values.iter().map(|(id, text)| (id.clone(), text.input())).collect(),
        check: !args.no_check,
    };
    let outcome = session.app.add(&actor, request).await?;
    // Afterwards, because the vault is open now and its fingerprints tell what is stored already.
    let id = match &outcome {
        SaveOutcome::Stored { credential } => Some(credential.id.clone()),
        SaveOutcome::Refused { .. } => None,
    };
    say_notes(session, &actor, &provider, auth, &values, id).await;
    saved(session, "Added", outcome)
}
