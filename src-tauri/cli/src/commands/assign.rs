//! `strongroom assign`: what a consumer uses.

use clap::Args;
use strongroom_app::views::{
    ConsumerEditRequest, ConsumerOptionsRequest, ConsumerView, CredentialView, SlotView, UseRequest, UseView,
};
use strongroom_app::{Actor, ProviderType};

use super::consumer::named;
use super::consumer::uses::told;
use crate::exit::{Failure, Status};
use crate::session::Session;

/// Say which credential a consumer uses, or which provider by the rule
///
/// By the rule is: the default of the provider, otherwise the only one that can be used. A place that takes one
/// credential gives up what it had.
#[derive(Debug, Args)]
pub struct AssignArgs {
    /// Id, name, or kind:name
    consumer: String,
    /// The credential by name, lookup key or id
    #[arg(long, value_name = "CREDENTIAL", conflicts_with = "provider", required_unless_present = "provider")]
    credential: Option<String>,
    /// A provider, of which the rule chooses the credential
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// The place, such as llm; needed only where several fit (`strongroom consumer kinds` lists them)
    #[arg(long)]
    slot: Option<String>,
    /// The model; with a provider whose credentials stand for one deployment each, it chooses the credential
    #[arg(long, conflicts_with = "remove")]
    model: Option<String>,
    /// Use it no longer
    #[arg(long)]
    remove: bool,
}

/// What is assigned or removed.
struct What {
    /// As it is called in sentences.
    name: String,
    provider: String,
    types: Vec<ProviderType>,
    credential: Option<String>,
}

impl What {
    fn is(&self, one: &UseView) -> bool {
        match &self.credential {
            Some(id) => one.credential.as_ref() == Some(id),
            None => one.provider == self.provider,
        }
    }
}

/// Assigns or removes. What somebody else changed meanwhile is refused and not lost.
pub async fn assign(args: AssignArgs, session: &Session<'_>) -> Result<(), Failure> {
    let actor = session.actor_with_key().await?;
    let consumer = named(session, &actor, &args.consumer).await?;
    let what = match (&args.credential, args.provider) {
        (Some(text), _) => {
            let found = credential(session, &actor, &consumer, text).await?;
            What { name: quoted(&found.name), provider: found.provider, types: found.types, credential: Some(found.id) }
        }
        (None, id) => {
            let found = session.app.provider_view(&id.unwrap_or_default())?;
            What { name: found.name, provider: found.id, types: found.types, credential: None }
        }
    };
    if args.remove {
        return remove(session, &actor, &consumer, &what, args.slot.as_deref()).await;
    }
    let place = place(session, &consumer, &what, args.slot.as_deref())?;
    let wanted = wanted(session, &actor, &consumer, what, &place, args.model).await?;
    add(session, &actor, &consumer, &place, wanted).await
}

/// A credential of the consumer's organisation, or a system-wide one.
async fn credential(
    session: &Session<'_>,
    actor: &Actor,
    consumer: &ConsumerView,
    text: &str,
) -> Result<CredentialView, Failure> {
    let own = session.app.find(actor, text, Some(&consumer.organisation)).await.map_err(Failure::from);
    match own {
        Err(missing) if missing.status == Status::NotFound => match session.app.find(actor, text, Some("system")).await
        {
            Ok(shared) => Ok(shared),
            Err(_) => Err(missing),
        },
        other => other,
    }
}

/// The place that is meant: as named, or the only one that fits.
fn place(
    session: &Session<'_>,
    consumer: &ConsumerView,
    what: &What,
    named: Option<&str>,
) -> Result<SlotView, Failure> {
    let kinds = session.app.consumer_kinds();
    let all = kinds.into_iter().find(|one| one.kind == consumer.kind).map(|one| one.slots).unwrap_or_default();
    let known: Vec<&str> = all.iter().map(|slot| slot.id.as_str()).collect();
    let (kind, listed) = (consumer.kind.words().0, known.join(", "));
    let fits = |slot: &&SlotView| slot.r#type.is_none_or(|kind| what.types.contains(&kind));
    if let Some(id) = named {
        let found = all.iter().find(|slot| slot.id == id).ok_or_else(|| {
            Failure::usage(format!("The {kind} “{}” has no place “{id}”.", consumer.name))
                .hint(format!("It has: {listed}."))
        })?;
        return Some(found).filter(fits).cloned().ok_or_else(|| {
            Failure::usage(format!("{} does not fit the place “{id}”.", what.name)).hint(format!("It has: {listed}."))
        });
    }
    match all.iter().filter(fits).collect::<Vec<_>>().as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(Failure::usage(format!("{} fits no place of the {kind} “{}”.", what.name, consumer.name))
            .hint(format!("It has: {listed}."))),
        several => Err(several_places(what, several.iter().map(|slot| slot.id.as_str()))),
    }
}

fn several_places<'a>(what: &What, places: impl Iterator<Item = &'a str>) -> Failure {
    let places: Vec<&str> = places.collect();
    Failure::usage(format!("Several places are meant for {}: {}.", what.name, places.join(", ")))
        .hint("Say which one with --slot.")
}

/// The use as it is to be stored.
async fn wanted(
    session: &Session<'_>,
    actor: &Actor,
    consumer: &ConsumerView,
    what: What,
    place: &SlotView,
    model: Option<String>,
) -> Result<UseRequest, Failure> {
    let slot = place.id.clone();
    let mut wanted = UseRequest { slot, provider: what.provider, credential: what.credential, model };
    if let Some(model) = &wanted.model {
        let request = ConsumerOptionsRequest { organisation: consumer.organisation.clone(), slot: wanted.slot.clone() };
        let named = session.app.credential_of_model(actor, request, &wanted.provider, model).await?;
        if let (Some(given), Some(named)) = (&wanted.credential, &named)
            && given != named
        {
            return Err(Failure::usage(format!("{} is for another deployment than “{model}”.", what.name))
                .hint("Leave --model out, or name the provider in place of the credential."));
        }
        if wanted.credential.is_none() {
            wanted.credential = named;
        }
    }
    Ok(wanted)
}

async fn add(
    session: &Session<'_>,
    actor: &Actor,
    consumer: &ConsumerView,
    place: &SlotView,
    mut wanted: UseRequest,
) -> Result<(), Failure> {
    // In a place that takes several, a use by the rule and an assigned one of the same provider exclude each other.
    let replaces = |one: &&UseView| {
        one.slot == wanted.slot
            && (!place.several
                || one.provider == wanted.provider
                    && (one.credential == wanted.credential || one.credential.is_none() || wanted.credential.is_none()))
    };
    let replaced: Vec<&UseView> = consumer.uses.iter().filter(replaces).collect();
    if wanted.model.is_none() {
        // Another key for the same provider changes nothing about the model.
        wanted.model = replaced.iter().find(|one| one.provider == wanted.provider).and_then(|one| one.model.clone());
    }
    let same = |one: &&UseView| {
        (&one.provider, &one.credential, &one.model) == (&wanted.provider, &wanted.credential, &wanted.model)
    };
    if let [only] = replaced.as_slice()
        && same(only)
    {
        return session
            .output
            .result(consumer, || format!("“{}” has that for {} already: {}.", consumer.name, wanted.slot, told(only)));
    }
    let gone: Vec<String> = replaced
        .iter()
        .filter(|one| (&one.provider, &one.credential) != (&wanted.provider, &wanted.credential))
        .map(|one| before(one))
        .collect();
    let kept = consumer.uses.iter().filter(|one| !replaces(one)).map(request);
    let uses = kept.chain(std::iter::once(wanted.clone())).collect();
    let changed = store(session, actor, consumer, uses).await?;
    let now = changed.uses.iter().find(|one| {
        (&one.slot, &one.provider, &one.credential) == (&wanted.slot, &wanted.provider, &wanted.credential)
    });
    session.output.result(&changed, || {
        let of = if gone.is_empty() { String::new() } else { format!(", in place of {}", gone.join(" and ")) };
        let used = now.map(told).unwrap_or_default();
        format!("“{}” uses for {}: {used}{of}.", changed.name, wanted.slot)
    })?;
    for one in now.iter().flat_map(|one| [&one.resolution.reason, &one.resolution.instead, &one.resolution.hint]) {
        one.iter().for_each(|text| session.output.note(text));
    }
    Ok(())
}

async fn remove(
    session: &Session<'_>,
    actor: &Actor,
    consumer: &ConsumerView,
    what: &What,
    slot: Option<&str>,
) -> Result<(), Failure> {
    let meant = |one: &&UseView| what.is(one) && slot.is_none_or(|slot| slot == one.slot);
    let gone: Vec<&UseView> = consumer.uses.iter().filter(meant).collect();
    let mut places: Vec<&str> = gone.iter().map(|one| one.slot.as_str()).collect();
    places.dedup();
    match places.as_slice() {
        [place] => {
            let uses = consumer.uses.iter().filter(|one| !meant(one)).map(request).collect();
            let changed = store(session, actor, consumer, uses).await?;
            session.output.result(&changed, || format!("“{}” no longer uses {} for {place}.", changed.name, what.name))
        }
        [] => {
            let uses: Vec<String> =
                consumer.uses.iter().map(|one| format!("{} for {}", before(one), one.slot)).collect();
            let hint = match uses.as_slice() {
                [] => "It uses nothing.".to_owned(),
                some => format!("It uses {}.", some.join(", ")),
            };
            let where_ = slot.map(|slot| format!(" for {slot}")).unwrap_or_default();
            let message = format!("{} is not assigned to “{}”{where_}.", what.name, consumer.name);
            Err(Failure::new(Status::NotFound, "not_found", message).hint(hint))
        }
        several => Err(several_places(what, several.iter().copied())),
    }
}

/// Writes on top of what was read, or not at all.
async fn store(
    session: &Session<'_>,
    actor: &Actor,
    consumer: &ConsumerView,
    uses: Vec<UseRequest>,
) -> Result<ConsumerView, Failure> {
    let request = ConsumerEditRequest {
        id: consumer.id.clone(),
        revision: Some(consumer.revision),
        name: None,
        note: None,
        uses: Some(uses),
    };
    Ok(session.app.edit_consumer(actor, request).await?)
}

fn request(one: &UseView) -> UseRequest {
    UseRequest {
        slot: one.slot.clone(),
        provider: one.provider.clone(),
        credential: one.credential.clone(),
        model: one.model.clone(),
    }
}

/// What was there, in words.
fn before(one: &UseView) -> String {
    match &one.credential_name {
        Some(name) => quoted(name),
        None => format!("{} by the rule", one.provider_name),
    }
}

fn quoted(name: &str) -> String {
    format!("“{name}”")
}
