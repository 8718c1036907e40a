//! Adding a credential.

use strongroom_providers::{AuthVariant, CheckOutcome, FieldValues, Provider, VerdictKind};
use strongroom_vault::{CredentialId, ListQuery, NewCredential, REMINDER_DAYS, Scope, VerdictRow};

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::view::verdict_view;
use crate::error::AppError;
use crate::form::{checked_lookup_key, filled};
use crate::organisations::checked_name;
use crate::strongroom::Strongroom;
use crate::times::{end_of, reminder};
use crate::views::{CredentialAddRequest, SaveOutcome};

impl Strongroom {
    /// Adds a credential, after a check where one is asked for. A check that says `rejected` or `misconfigured`
    /// stores nothing; every other verdict is stored with the credential.
    ///
    /// # Errors
    /// Refusals name every field that cannot be stored; nothing is changed then.
    pub async fn add(&self, actor: &Actor, request: CredentialAddRequest) -> Result<SaveOutcome, AppError> {
        let provider = &*self.provider(&request.provider)?;
        let auth = variant(provider, request.auth.as_deref())?;
        let scope = self.scope(&request.scope).await?;
        self.permit(actor, Operation::Change(scope)).await?;
        owner_fits(provider, scope)?;
        let name = checked_name("name", "The name", request.name)?;
        let lookup_key = checked_lookup_key(request.key.as_deref().unwrap_or(&provider.lookup_key))?;
        let expires_at = request.expires_at.as_deref().map(end_of).transpose()?;
        let reminder_days = reminder(request.reminder_days)?.unwrap_or(REMINDER_DAYS);
        let filled = filled(provider, auth, &request.fields)?;
        // Before the provider is asked: a check must not be spent on a form that cannot be stored.
        self.name_is_free(scope, &name, None).await?;
        let vault = self.unlocked().await?;
        let verdict = if request.check { Some(self.ask(provider, auth, &filled.values).await?) } else { None };
        if let Some((row, field)) = &verdict
            && stops_saving(&row.kind)
        {
            self.note_trial(actor, scope, (String::new(), &name), provider, row).await?;
            return Ok(SaveOutcome::Refused { verdict: verdict_view(row.clone(), None), field: field.clone() });
        }
        let new = NewCredential {
            scope,
            provider: provider.id.clone(),
            auth: auth.id.clone(),
            types: provider.types.iter().map(|t| t.id().to_owned()).collect(),
            name,
            lookup_key,
            category: request.category.unwrap_or(provider.category).id().to_owned(),
            default: request.default || (provider.first_is_default && self.is_first(scope, provider).await?),
            plain: filled.plain(),
            secrets: filled.secrets(),
            verdict: verdict.map(|(row, _)| row),
            expires_at,
            reminder_days,
        };
        let row = vault.add_credential(new, &actor.author()).await?;
        Ok(SaveOutcome::Stored { credential: Box::new(self.view(row)) })
    }

    /// Whether the scope has no credential of that provider yet.
    async fn is_first(&self, scope: Scope, provider: &Provider) -> Result<bool, AppError> {
        let query = ListQuery {
            scopes: Some(vec![scope]),
            providers: vec![provider.id.clone()],
            limit: 1,
            ..ListQuery::default()
        };
        Ok(self.vault().await?.list(&query).await?.total == 0)
    }

    /// Asks the provider, and gives the verdict with the field to look at.
    pub(crate) async fn ask(
        &self,
        provider: &Provider,
        auth: &AuthVariant,
        values: &FieldValues,
    ) -> Result<(VerdictRow, Option<String>), AppError> {
        let outcome = self.checker()?.check(provider, auth, values).await;
        let field = outcome.field.clone();
        Ok((verdict_row(outcome), field))
    }

    /// Refuses a name that another credential of the scope has.
    pub(crate) async fn name_is_free(
        &self,
        scope: Scope,
        name: &str,
        except: Option<CredentialId>,
    ) -> Result<(), AppError> {
        let found = self.vault().await?.find_credentials(name, Some(&[scope])).await?;
        let taken = found.iter().any(|row| row.name.to_lowercase() == name.to_lowercase() && Some(row.id) != except);
        if taken {
            return Err(AppError::field(
                "name",
                format!("There is a credential “{name}” already. Choose another name, or edit that one."),
            ));
        }
        Ok(())
    }
}

/// What a check showed, as it is stored.
pub(crate) fn verdict_row(outcome: CheckOutcome) -> VerdictRow {
    VerdictRow {
        kind: outcome.verdict.id().to_owned(),
        evidence: outcome.evidence,
        next_step: outcome.next_step,
        checked_at: crate::times::now(),
        duration_ms: u32::try_from(outcome.duration.as_millis()).unwrap_or(u32::MAX),
        cost: outcome.cost,
        conclusive: outcome.verdict.is_conclusive(),
    }
}

/// AI services may be system-wide; the other types always belong to an organisation.
pub(crate) fn owner_fits(provider: &Provider, scope: Scope) -> Result<(), AppError> {
    if scope == Scope::System && !provider.types.iter().all(|t| t.is_ai_service()) {
        return Err(AppError::field(
            "scope",
            format!("{} belongs to an organisation. Only AI services can be system-wide.", provider.name),
        ));
    }
    Ok(())
}

/// Verdicts on which `Check and save` stores nothing.
pub(crate) fn stops_saving(kind: &str) -> bool {
    [VerdictKind::Rejected.id(), VerdictKind::Misconfigured.id()].contains(&kind)
}
