//! `strongroom edit`: changes to a credential. What is not named is kept.

use std::collections::BTreeMap;

use clap::Args;
use strongroom_app::Category;
use strongroom_app::views::{CredentialEditRequest, ExpiryEdit, FieldEdit};

use super::credential::{saved, say_notes};
use super::fields::sign_in;
use crate::exit::Failure;
use crate::secrets_in::{FieldArgs, known};
use crate::session::Session;

/// Change a credential; a field that is not named, or is blank, is kept
#[derive(Debug, Args)]
pub struct EditArgs {
    /// Name, lookup key or id
    credential: String,
    /// A new name
    #[arg(long)]
    name: Option<String>,
    /// A new lookup key
    #[arg(long, value_name = "LOOKUP")]
    key: Option<String>,
    /// llm_provider, mcp_service, runtime, communication or custom
    #[arg(long, value_parser = super::add::category)]
    category: Option<Category>,
    /// Make it the default of its provider
    #[arg(long, conflicts_with = "no_default")]
    default: bool,
    /// Make it the default no longer
    #[arg(long)]
    no_default: bool,
    /// The last day it is used, such as 2027-01-31, or a time in RFC 3339
    #[arg(long, value_name = "DATE", conflicts_with = "no_expiry")]
    expires: Option<String>,
    /// It has no end any more
    #[arg(long)]
    no_expiry: bool,
    /// How many days before its end to remind
    #[arg(long, value_name = "DAYS")]
    remind: Option<u32>,
    /// Remove an optional field's value
    #[arg(long, value_name = "FIELD")]
    clear: Vec<String>,
    /// Store new values without asking the provider
    #[arg(long)]
    no_check: bool,
    #[command(flatten)]
    fields: FieldArgs,
}

impl EditArgs {
    fn default(&self) -> Option<bool> {
        match (self.default, self.no_default) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    fn changes_nothing(&self) -> bool {
        self.name.is_none()
            && self.key.is_none()
            && self.category.is_none()
            && self.default().is_none()
            && self.expires.is_none()
            && !self.no_expiry
            && self.remind.is_none()
            && self.clear.is_empty()
            && self.fields.is_empty()
    }
}

/// Reads the new values, checks and stores.
pub async fn edit(args: EditArgs, session: &Session<'_>) -> Result<(), Failure> {
    if args.changes_nothing() {
        return Err(Failure::usage("Nothing is named that should change.")
            .hint("Give --name, --key, --category, --default, --no-default, --expires, --no-expiry, --remind, --field, --fields-json or --clear."));
    }
    let actor = session.actor_with_key().await?;
    let before = session.credential(&actor, &args.credential).await?;
    let provider = session.app.provider_view(&before.provider)?;
    let auth = sign_in(&provider, Some(&before.auth))?;
    let mut values = args.fields.read(auth, &session.input)?;
    values.retain(|_, text| !text.is_empty());
    let mut fields: BTreeMap<String, FieldEdit> =
        values.iter().map(|(id, text)| (id.clone(), FieldEdit::Replace(text.input()))).collect();
    for id in &args.clear {
        known(auth, id)?;
        if fields.insert(id.clone(), FieldEdit::Clear).is_some() {
            return Err(Failure::usage(format!("The field {id} cannot be both given and cleared.")));
        }
    }
    // A new name or lookup key is nothing to bother the provider with.
    let check = !args.no_check && !fields.is_empty();
    if check {
        session.output.note(&format!("Checking with {} …", provider.name));
    }
    let default = args.default();
    let expiry = (args.expires.is_some() || args.no_expiry || args.remind.is_some()).then(|| ExpiryEdit {
        expires_at: if args.no_expiry { None } else { args.expires.or(before.expires_at.clone()) },
        reminder_days: args.remind,
    });
    let request = CredentialEditRequest {
        id: before.id.clone(),
        revision: Some(before.revision),
        name: args.name,
        key: args.key,
        category: args.category,
        default,
        expiry,
        fields,
        check,
    };
    let outcome = session.app.edit(&actor, request).await?;
    say_notes(session, &actor, &provider, auth, &values, Some(before.id)).await;
    saved(session, "Changed", outcome)
}
