//! Refusals, and the entry that each leaves. Every use case that asks whether somebody may do something asks here.

use std::collections::{BTreeSet, HashSet};

use strongroom_providers::Provider;
use strongroom_vault::{
    Author, CredentialRow, CustodyKind, KeychainStatus, RecoveryError, RefusedAttempt, Scope, Trial, Vault, VaultError,
    VerdictRow,
};

use crate::actor::{Actor, Operation};
use crate::delivery::{Delivery, DeliveryRequest};
use crate::error::AppError;
use crate::keys::probe;
use crate::strongroom::Strongroom;

impl Operation {
    /// A constant name, for the audit.
    fn id(self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::Use(_) => "use",
            Self::Check(_) => "check",
            Self::Change(_) => "change",
            Self::Consumers(_) => "consumers",
            Self::Assign(_) => "assign",
            Self::Onboarding(_) => "onboarding",
            Self::Launch => "launch",
            Self::Organisations => "organisations",
            Self::People => "people",
            Self::Vault => "vault",
            Self::Audit => "audit",
        }
    }

    /// The scope that it is about, where it is about one.
    pub(crate) fn scope(self) -> Option<Scope> {
        match self {
            Self::Read(scope)
            | Self::Use(scope)
            | Self::Check(scope)
            | Self::Change(scope)
            | Self::Consumers(scope)
            | Self::Assign(scope)
            | Self::Onboarding(scope) => Some(scope),
            Self::Launch | Self::Organisations | Self::People | Self::Vault | Self::Audit => None,
        }
    }
}

impl Strongroom {
    /// Refuses what the person may not do, and writes the attempt down.
    pub(crate) async fn permit(&self, actor: &Actor, operation: Operation) -> Result<(), AppError> {
        self.permitted(actor, operation, None).await
    }

    /// As [`Self::permit`], for something that is done to one credential.
    pub(crate) async fn permit_on(
        &self,
        actor: &Actor,
        operation: Operation,
        row: &CredentialRow,
    ) -> Result<(), AppError> {
        self.permitted(actor, operation, Some(row)).await
    }

    async fn permitted(
        &self,
        actor: &Actor,
        operation: Operation,
        row: Option<&CredentialRow>,
    ) -> Result<(), AppError> {
        let answer = actor.may(operation);
        if let Err(refused) = &answer {
            self.note_refused(actor, operation, row, refused).await;
        }
        answer
    }

    /// Writes down that somebody was refused.
    pub(crate) async fn note_refused(
        &self,
        actor: &Actor,
        operation: Operation,
        row: Option<&CredentialRow>,
        refused: &AppError,
    ) {
        let scope = operation.scope();
        let (kind, id, name) = match (row, scope) {
            (Some(row), _) => ("credential", row.id.to_string(), row.name.clone()),
            (None, Some(Scope::Organisation(id))) => ("organisation", id.to_string(), self.organisation_name(id).await),
            (None, Some(Scope::System)) => ("organisation", "system".to_owned(), String::new()),
            (None, None) => ("vault", String::new(), String::new()),
        };
        let why = refused.kind().to_owned();
        let (operation, about, consumer) = (operation.id(), String::new(), None);
        let attempt = RefusedAttempt { operation, why, kind, id, name, about, consumer, scope, times: 1 };
        self.note(&attempt, &actor.author()).await;
    }

    async fn organisation_name(&self, id: strongroom_vault::OrganisationId) -> String {
        let Ok(vault) = self.vault().await else { return String::new() };
        let all = vault.organisations().await.unwrap_or_default();
        all.into_iter().find(|one| one.id == id).map(|one| one.name).unwrap_or_default()
    }

    /// Resolves what is asked for, opens it and writes one audit entry before anything is handed out. What
    /// is refused leaves an entry, too.
    ///
    /// # Errors
    /// [`AppError::NothingResolves`] with the reason, [`AppError::EnvironmentConflict`] with both names; nothing is
    /// delivered then.
    pub async fn deliver(&self, actor: &Actor, request: DeliveryRequest) -> Result<Delivery, AppError> {
        let answer = self.hand_out(actor, &request).await;
        if let Err(
            refused @ (AppError::NothingResolves { .. }
            | AppError::EnvironmentConflict { .. }
            | AppError::NothingOfThatName { .. }),
        ) = &answer
        {
            let attempt = self.refused_delivery(actor, &request, refused.kind()).await;
            self.note(&attempt, &actor.author()).await;
        }
        answer
    }

    /// What was asked for, and whose it is: that of the consumer, as it was named, or of the keys.
    async fn refused_delivery(&self, actor: &Actor, request: &DeliveryRequest, why: &str) -> RefusedAttempt {
        let named = request.scope.as_deref();
        let consumer = match &request.consumer {
            Some(text) => self.named_consumer(actor, text, named).await.ok(),
            None => None,
        };
        let found = match self.vault().await {
            Ok(vault) => vault.credentials_with_lookup_keys(&request.keys, None).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let scope = match (&consumer, named) {
            (Some(row), _) => Some(Scope::Organisation(row.organisation)),
            (None, Some(text)) => self.scope(text).await.ok(),
            (None, None) => {
                let seen = found.iter().map(|row| row.scope).filter(|scope| actor.may(Operation::Read(*scope)).is_ok());
                let scopes: HashSet<Scope> = seen.collect();
                scopes.iter().next().copied().filter(|_| scopes.len() == 1)
            }
        };
        // Other lookup keys than those that some credential has may be anything, a pasted secret among them.
        let known: BTreeSet<String> = found.into_iter().map(|row| row.lookup_key).collect();
        RefusedAttempt {
            operation: "deliver",
            why: why.to_owned(),
            kind: "program",
            id: String::new(),
            name: request.program.clone(),
            about: known.into_iter().collect::<Vec<_>>().join(", "),
            consumer: consumer.map(|row| (row.id, row.name)),
            scope,
            times: 1,
        }
    }

    /// Writes a wrong recovery code down, where the key is at hand all the same.
    pub(crate) async fn note_wrong_code<T>(&self, by: &Author, tried: Result<T, VaultError>) -> Result<T, AppError> {
        if let Err(VaultError::Recovery(RecoveryError::WrongCode | RecoveryError::OtherVault)) = &tried {
            let attempt = RefusedAttempt {
                operation: "recover",
                why: "recovery_code".to_owned(),
                kind: "vault",
                id: String::new(),
                name: String::new(),
                about: String::new(),
                consumer: None,
                scope: None,
                times: 1,
            };
            self.note(&attempt, by).await;
        }
        Ok(tried?)
    }

    /// Writes down that values were checked and not stored.
    pub(crate) async fn note_trial(
        &self,
        actor: &Actor,
        scope: Scope,
        (id, name): (String, &str),
        provider: &Provider,
        verdict: &VerdictRow,
    ) -> Result<(), AppError> {
        let trial =
            Trial { id, name: name.to_owned(), scope, provider: provider.id.clone(), verdict: verdict.kind.clone() };
        Ok(self.unlocked().await?.record_trial(&trial, &actor.author()).await?)
    }

    /// Writes a refusal down where that is possible. It stays a refusal where it is not: the key of the log may not
    /// be at hand, or the file not writable.
    async fn note(&self, attempt: &RefusedAttempt, by: &Author) {
        if let Some(vault) = self.unlocked_quietly().await {
            let _ = vault.record_refusal(attempt, by).await;
        }
    }

    /// The vault with its key, if that needs nobody to answer a question of the keychain.
    pub(crate) async fn unlocked_quietly(&self) -> Option<&Vault> {
        let vault = self.vault().await.ok()?;
        let asks = self.master_key.is_none() && vault.info().custody == CustodyKind::Keychain;
        if !vault.is_unlocked() && asks && probe().await != KeychainStatus::Usable {
            return None;
        }
        self.unlocked().await.ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { sources(&path, found) } else { found.push(path) }
        }
    }

    /// A refusal that goes straight from `Actor::may` to the front end leaves no entry.
    #[test]
    fn every_use_case_asks_where_refusals_are_written_down() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let direct: Vec<String> = files
            .iter()
            .filter(|path| !path.ends_with("audit/refusals.rs"))
            .filter(|path| {
                let text = std::fs::read_to_string(path).unwrap();
                let asked = text.split(".may(").skip(1);
                asked.map(|rest| rest.split(';').next().unwrap()).any(|statement| statement.trim_end().ends_with('?'))
            })
            .map(|path| path.display().to_string())
            .collect();
        assert!(files.len() > 30, "the search finds the sources, not {}", files.len());
        assert_eq!(direct, Vec::<String>::new(), "ask self.permit(actor, …).await? in place of actor.may(…)?");
    }
}
