//! `strongroom replace`: a new key in the place of an old one, without a moment in which neither is stored.

use std::collections::BTreeMap;

use clap::Args;
use strongroom_app::views::{
    CredentialReplaceRequest, CredentialRequest, CredentialState, CredentialSwitchRequest, CredentialView, ExpiryEdit,
    FieldEdit, ReplacementStageView, SaveOutcome, VerdictView,
};
use strongroom_app::{Actor, AppError, VerdictKind};

use super::credential::{line, say_notes};
use super::fields::sign_in;
use crate::exit::{Failure, Status, status_of};
use crate::secrets_in::{FieldArgs, ask_missing};
use crate::session::Session;
use crate::words;

/// Replace the key of a credential: the new one is checked beside the old, then takes its place in one step
///
/// It takes the place by itself where the check says that it works, or with --no-check. Otherwise it waits beside the
/// old one, which stays in force, and the exit status is not 0.
#[derive(Debug, Args)]
pub struct ReplaceArgs {
    /// Name, lookup key or id
    credential: String,
    /// Do not ask the provider about the new key, and put it in force at once
    #[arg(long)]
    no_check: bool,
    /// Enter another new key in the place of the one that waits, which is destroyed
    #[arg(long, conflicts_with_all = ["switch", "back", "check", "discard"])]
    again: bool,
    /// Only keep the new key beside the old one; --switch puts it in force later
    #[arg(long, conflicts_with_all = ["switch", "back", "check", "discard"])]
    wait: bool,
    /// Put the key that waits in force
    #[arg(long, conflicts_with_all = ["back", "check", "discard"])]
    switch: bool,
    /// Put the old key in force again, while it is kept; the new one waits
    #[arg(long, conflicts_with_all = ["check", "discard"])]
    back: bool,
    /// Ask the provider about the key that waits, or about the old one; an old one that it refuses is destroyed
    #[arg(long, conflicts_with = "discard")]
    check: bool,
    /// Destroy the key that waits, or the old one
    #[arg(long)]
    discard: bool,
    /// The last day the new key is used, such as 2027-01-31, or a time in RFC 3339
    #[arg(long, value_name = "DATE", conflicts_with_all = ["no_expiry", "wait", "back", "check", "discard"])]
    expires: Option<String>,
    /// The new key has no end
    #[arg(long, conflicts_with_all = ["wait", "back", "check", "discard"])]
    no_expiry: bool,
    #[command(flatten)]
    fields: FieldArgs,
}

/// Takes the next step.
pub async fn replace(args: ReplaceArgs, session: &Session<'_>) -> Result<Status, Failure> {
    let actor = session.actor_with_key().await?;
    let before = session.credential(&actor, &args.credential).await?;
    let request = || CredentialRequest { id: before.id.clone() };
    if (args.switch || args.back || args.check || args.discard) && !args.fields.is_empty() {
        return Err(Failure::usage("A new key goes with none of --switch, --back, --check and --discard."));
    }
    if args.switch {
        return switch(&args, session, &actor, &before).await;
    }
    if args.back {
        let after = session.app.replace_back(&actor, request()).await?;
        session.output.result(&after, || {
            format!("The old key of “{}” is in force again. The new one waits: --switch, or --discard.", after.name)
        })?;
        return Ok(Status::Done);
    }
    if args.check {
        let after = session.app.replace_check(&actor, request()).await?;
        session.output.result(&after, || checked(&before, &after))?;
        return Ok(Status::Done);
    }
    if args.discard {
        let after = session.app.replace_discard(&actor, request()).await?;
        session.output.result(&after, || match stage(&before) {
            Some(ReplacementStageView::Old) => format!("Destroyed the old key of “{}”.", after.name),
            _ => format!("Destroyed the key that waited for “{}”. Nothing else has changed.", after.name),
        })?;
        return Ok(Status::Done);
    }
    let again = args.again || instead(session, &before)?;
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
        again,
    };
    let outcome = session.app.replace(&actor, request).await?;
    say_notes(session, &actor, &provider, auth, &values, Some(before.id.clone())).await;
    let credential = match outcome {
        SaveOutcome::Refused { verdict, field } => return Err(Failure::refused(verdict, field)),
        SaveOutcome::Stored { credential } => credential,
    };
    if args.wait {
        session.output.result(&credential, || {
            format!("A new key waits beside that of “{}”; --switch puts it in force.", credential.name)
        })?;
        return Ok(Status::Done);
    }
    let verdict = credential.replacement.as_ref().and_then(|there| there.verdict.as_ref());
    match verdict {
        // Without a check there is none: that was asked for.
        None => switch(&args, session, &actor, &credential).await,
        Some(found) if matches!(found.kind, VerdictKind::Works | VerdictKind::Limited) => {
            switch(&args, session, &actor, &credential).await
        }
        Some(found) => unproven(session, &credential, found),
    }
}

/// Whether a new key that waits is to give way to another one: asked for at a terminal, and refused elsewhere before a
/// secret is read.
fn instead(session: &Session<'_>, before: &CredentialView) -> Result<bool, Failure> {
    if stage(before) != Some(ReplacementStageView::New) {
        return Ok(false);
    }
    if session.input.can_ask() {
        let question =
            format!("A new key waits beside that of “{}”. Type yes to destroy it and enter another: ", before.name);
        if session.input.ask_line(&question)?.trim() == "yes" {
            return Ok(true);
        }
    }
    Err(AppError::NewKeyWaits.into())
}

/// Puts the key that waits in force, with the end that was given.
async fn switch(
    args: &ReplaceArgs,
    session: &Session<'_>,
    actor: &Actor,
    before: &CredentialView,
) -> Result<Status, Failure> {
    let expiry = (args.expires.is_some() || args.no_expiry)
        .then(|| ExpiryEdit { expires_at: args.expires.clone(), reminder_days: None });
    let request = CredentialSwitchRequest { id: before.id.clone(), expiry };
    let after = session.app.replace_switch(actor, request).await?;
    let find = session.app.provider_view(&after.provider).ok().and_then(|provider| provider.find_url);
    let place = find.map_or_else(|| format!("at {}", after.provider_name), |url| format!("at {url}"));
    let id = &after.id;
    session.output.note(&format!(
        "Revoke the old key {place}, then show that it is dead: strongroom replace {id} --check. Until then --back puts \
         it in force again."
    ));
    if let Some(ended) = after.expires_at.as_deref().filter(|_| after.state == CredentialState::Expired) {
        session.output.note(&format!(
            "“{}” has expired ({}) and is not used, whatever its key. If the new key lasts longer: strongroom edit {id} \
             --expires DATE, or --no-expiry",
            after.name,
            ended.get(..10).unwrap_or(ended)
        ));
    }
    session.output.result(&after, || line(session.output, "Replaced the key of", &after))?;
    Ok(Status::Done)
}

/// The check did not say that the new key works, so the old one stays in force and the new one waits.
fn unproven(session: &Session<'_>, after: &CredentialView, found: &VerdictView) -> Result<Status, Failure> {
    let id = &after.id;
    session.output.note(&format!(
        "The old key stays in force. Ask again: strongroom replace {id} --check; put the new one in force all the same: \
         --switch; destroy it: --discard."
    ));
    session.output.result(after, || {
        let (word, evidence) = (words::verdict(found.kind), &found.evidence);
        format!("The new key of “{}” waits and is not in force. {word}: {evidence}", after.name)
    })?;
    // A key that its provider knows and that is not in force is no success: what follows may revoke the old one.
    Ok(match status_of(found.kind) {
        Status::Done => Status::Failed,
        told => told,
    })
}

fn stage(credential: &CredentialView) -> Option<ReplacementStageView> {
    credential.replacement.as_ref().map(|there| there.stage)
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
