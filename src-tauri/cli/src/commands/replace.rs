//! `strongroom replace`: a new key in the place of an old one, without a moment in which neither is stored.

use std::collections::BTreeMap;

use clap::Args;
use strongroom_app::views::{
    CredentialReplaceRequest, CredentialRequest, CredentialView, FieldEdit, ReplacementStageView, SaveOutcome,
};

use super::credential::{line, say_notes};
use super::fields::sign_in;
use crate::exit::Failure;
use crate::secrets_in::{FieldArgs, ask_missing};
use crate::session::Session;

/// Replace the key of a credential: the new one is checked beside the old, then takes its place in one step
#[derive(Debug, Args)]
pub struct ReplaceArgs {
    /// Name, lookup key or id
    credential: String,
    /// Do not ask the provider about the new key
    #[arg(long)]
    no_check: bool,
    /// Only keep the new key beside the old one; --switch puts it in force later
    #[arg(long, conflicts_with_all = ["switch", "check", "discard"])]
    wait: bool,
    /// Put the key that waits in force
    #[arg(long, conflicts_with_all = ["check", "discard"])]
    switch: bool,
    /// Ask the provider about the key that waits, or about the old one; an old one that it refuses is destroyed
    #[arg(long, conflicts_with = "discard")]
    check: bool,
    /// Destroy the key that waits, or the old one
    #[arg(long)]
    discard: bool,
    #[command(flatten)]
    fields: FieldArgs,
}

/// Takes the next step.
pub async fn replace(args: ReplaceArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let before = session.credential(&actor, &args.credential).await?;
    let request = || CredentialRequest { id: before.id.clone() };
    if (args.switch || args.check || args.discard) && !args.fields.is_empty() {
        return Err(Failure::usage("A new key goes with none of --switch, --check and --discard."));
    }
    if args.switch {
        let after = session.app.replace_switch(&actor, request()).await?;
        return switched(session, &after);
    }
    if args.check {
        let after = session.app.replace_check(&actor, request()).await?;
        return session.output.result(&after, || checked(&before, &after));
    }
    if args.discard {
        let after = session.app.replace_discard(&actor, request()).await?;
        return session.output.result(&after, || match stage(&before) {
            Some(ReplacementStageView::Old) => format!("Destroyed the old key of “{}”.", after.name),
            _ => format!("Destroyed the key that waited for “{}”. Nothing else has changed.", after.name),
        });
    }
    let provider = session.app.provider_view(&before.provider)?;
    let auth = sign_in(&provider, Some(&before.auth))?;
    let mut values = args.fields.read(auth, &session.input)?;
    values.retain(|_, text| !text.is_empty());
    if !values.keys().any(|id| auth.fields.iter().any(|f| f.secret && f.id == *id)) {
        ask_missing(auth, &session.input, &mut values)?;
    }
    if !args.no_check {
        session.output.note(&format!("Checking with {} …", provider.name));
    }
    let fields: BTreeMap<String, FieldEdit> =
        values.iter().map(|(id, text)| (id.clone(), FieldEdit::Replace(text.input()))).collect();
    let request = CredentialReplaceRequest {
        id: before.id.clone(),
        revision: Some(before.revision),
        fields,
        check: !args.no_check,
    };
    let outcome = session.app.replace(&actor, request).await?;
    say_notes(session, &actor, &provider, auth, &values, Some(before.id.clone())).await;
    match outcome {
        SaveOutcome::Refused { verdict, field } => Err(Failure::refused(verdict, field)),
        SaveOutcome::Stored { credential } if args.wait => session.output.result(&credential, || {
            format!("A new key waits beside that of “{}”; --switch puts it in force.", credential.name)
        }),
        SaveOutcome::Stored { credential } => {
            let after = session.app.replace_switch(&actor, CredentialRequest { id: credential.id }).await?;
            switched(session, &after)
        }
    }
}

fn stage(credential: &CredentialView) -> Option<ReplacementStageView> {
    credential.replacement.as_ref().map(|there| there.stage)
}

/// The new key is in force: says what to do with the old one.
fn switched(session: &Session<'_>, after: &CredentialView) -> Result<(), Failure> {
    let find = session.app.provider_view(&after.provider).ok().and_then(|provider| provider.find_url);
    let place = find.map_or_else(|| format!("at {}", after.provider_name), |url| format!("at {url}"));
    session.output.note(&format!(
        "Revoke the old key {place}, then show that it is dead: strongroom replace {} --check",
        after.id
    ));
    session.output.result(after, || line(session.output, "Replaced the key of", after))
}

fn checked(before: &CredentialView, after: &CredentialView) -> String {
    match (stage(before), &after.replacement) {
        (Some(ReplacementStageView::Old), None) => {
            format!("The provider refuses the old key of “{}”: it is dead, and destroyed.", after.name)
        }
        (_, Some(there)) => {
            let which = match there.stage {
                ReplacementStageView::New => "The key that waits",
                ReplacementStageView::Old => "The old key, which is kept,",
            };
            let evidence = there.verdict.as_ref().map_or("", |verdict| verdict.evidence.as_str());
            let kind = there.verdict.as_ref().map_or("not checked", |verdict| verdict.kind.id());
            format!("{which} of “{}”: {kind}. {evidence}", after.name)
        }
        (_, None) => format!("Nothing stands beside the key of “{}”.", after.name),
    }
}
