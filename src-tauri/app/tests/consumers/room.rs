//! A vault with the organisation Acme, and short words for what the tests do in it.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use strongroom_app::views::{
    ConsumerAddRequest, ConsumerKind, ConsumerOptionsRequest, ConsumerOptionsView, ConsumerRequest, ConsumerView,
    CredentialAddRequest, CredentialEditRequest, CredentialEnableRequest, CredentialRequest, CredentialView,
    ExpiryEdit, LaunchStopRequest, ModeSetRequest, OnboardingMode, OnboardingRequest, OnboardingView, SaveOutcome,
    UseRequest,
};
use strongroom_app::{
    Actor, AppError, DeliveryRequest, NewVaultRequest, SecretInput, SecretText, Strongroom, StrongroomSettings,
};
use strongroom_vault::{CredentialId, KeySource, Vault, VerdictRow};
use tempfile::TempDir;

const MASTER_KEY: &str = "RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=";

pub struct Room {
    pub folder: TempDir,
    pub app: Strongroom,
    pub owner: Actor,
    pub acme: String,
}

impl Room {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = Strongroom::new(StrongroomSettings {
            home: Some(folder.path().join("vault")),
            master_key: Some(SecretText::new(MASTER_KEY.to_owned())),
            passphrase: None,
        });
        let new = NewVaultRequest {
            person: Some("Olga Owner".into()),
            organisation: Some("Acme".into()),
            recovery_kit: None,
            passphrase: None,
            demonstration: false,
        };
        app.create(new).await.unwrap();
        let owner = app.actor().await.unwrap();
        let acme = app.organisations(&owner).await.unwrap()[0].id.clone();
        Self { folder, app, owner, acme }
    }

    /// The vault beneath, opened a second time as another program would.
    pub async fn vault(&self) -> Vault {
        let vault = Vault::open(&self.folder.path().join("vault")).await.unwrap();
        vault.unlock(KeySource::Environment(SecretText::new(MASTER_KEY.to_owned()))).await.unwrap();
        vault
    }

    /// A credential of Acme.
    pub async fn add(&self, provider: &str, name: &str) -> CredentialView {
        self.add_with(provider, name, &self.acme, |_| {}).await
    }

    /// A credential that all share.
    pub async fn share(&self, provider: &str, name: &str) -> CredentialView {
        self.add_with(provider, name, "system", |_| {}).await
    }

    pub async fn add_default(&self, provider: &str, name: &str) -> CredentialView {
        self.add_with(provider, name, &self.acme, |request| request.default = true).await
    }

    /// A credential of a deployment at Azure.
    pub async fn add_azure(&self, name: &str, deployment: &str) -> CredentialView {
        let deployment = SecretInput::new(deployment.to_owned());
        self.add_with("azure-openai", name, &self.acme, |request| {
            request.fields.insert("deployment".into(), deployment);
        })
        .await
    }

    pub async fn add_with(
        &self,
        provider: &str,
        name: &str,
        scope: &str,
        change: impl FnOnce(&mut CredentialAddRequest),
    ) -> CredentialView {
        let key = name.to_uppercase().replace(' ', "_");
        let mut request = CredentialAddRequest {
            provider: provider.into(),
            auth: None,
            name: name.into(),
            key: Some(key),
            category: None,
            scope: scope.into(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields: fields(provider, name),
            check: false,
        };
        change(&mut request);
        match self.app.add(&self.owner, request).await.unwrap() {
            SaveOutcome::Stored { credential } => *credential,
            SaveOutcome::Refused { .. } => panic!("nothing was checked"),
        }
    }

    pub async fn show(&self, id: &str) -> CredentialView {
        self.app.show(&self.owner, CredentialRequest { id: id.into() }).await.unwrap()
    }

    pub async fn enable(&self, id: &str, enabled: bool) {
        let request = CredentialEnableRequest { id: id.into(), enabled };
        self.app.set_enabled(&self.owner, request).await.unwrap();
    }

    pub async fn expire(&self, id: &str, on: Option<&str>) {
        let edit = CredentialEditRequest {
            id: id.into(),
            revision: None,
            name: None,
            key: None,
            category: None,
            default: None,
            expiry: Some(ExpiryEdit { expires_at: on.map(str::to_owned), reminder_days: None }),
            fields: BTreeMap::new(),
            check: false,
        };
        self.app.edit(&self.owner, edit).await.unwrap();
    }

    /// As if its provider had been asked.
    pub async fn judge(&self, id: &str, kind: &str) {
        let verdict = VerdictRow {
            kind: kind.into(),
            evidence: "placeholder".into(),
            next_step: None,
            checked_at: "2026-01-02T03:04:05Z".into(),
            duration_ms: 1,
            cost: "free".into(),
            conclusive: !["unknown", "blocked"].contains(&kind),
        };
        let id = CredentialId::parse(id).unwrap();
        self.vault().await.record_verdict(id, &verdict, None, &self.owner.author()).await.unwrap();
    }

    pub async fn mode(&self, mode: OnboardingMode) -> OnboardingView {
        let request = ModeSetRequest { organisation: "Acme".into(), mode };
        self.app.set_mode(&self.owner, request).await.unwrap()
    }

    pub async fn onboarding(&self) -> OnboardingView {
        self.app.onboarding(&self.owner, OnboardingRequest { organisation: "Acme".into() }).await.unwrap()
    }

    pub async fn stop(&self) {
        let request = LaunchStopRequest { reason: "A wave of fraud".into() };
        self.app.stop_launch(&self.owner, request).await.unwrap();
    }

    pub async fn consumer(&self, kind: ConsumerKind, name: &str, uses: Vec<UseRequest>) -> ConsumerView {
        let request =
            ConsumerAddRequest { kind, name: name.into(), note: String::new(), organisation: "Acme".into(), uses };
        self.app.add_consumer(&self.owner, request).await.unwrap()
    }

    /// The consumer as it is now.
    pub async fn again(&self, consumer: &ConsumerView) -> ConsumerView {
        self.app.consumer(&self.owner, ConsumerRequest { id: consumer.id.clone() }).await.unwrap()
    }

    pub async fn options(&self, slot: &str) -> ConsumerOptionsView {
        let request = ConsumerOptionsRequest { organisation: "Acme".into(), slot: slot.into() };
        self.app.consumer_options(&self.owner, request).await.unwrap()
    }

    /// The variables that a program of a consumer would get, opened, in the order of their names.
    pub async fn deliver(&self, consumer: &ConsumerView) -> Result<BTreeMap<String, String>, AppError> {
        let request = DeliveryRequest {
            consumer: Some(consumer.id.clone()),
            program: "agent".into(),
            ..DeliveryRequest::default()
        };
        let delivery = self.app.deliver(&self.owner, request).await?;
        // Exposed to be compared.
        Ok(delivery.variables.into_iter().map(|one| (one.name, one.value.expose_secret().to_owned())).collect())
    }
}

/// The use of an assigned credential.
pub fn assigned(slot: &str, credential: &CredentialView) -> UseRequest {
    UseRequest {
        slot: slot.into(),
        provider: credential.provider.clone(),
        credential: Some(credential.id.clone()),
        model: None,
    }
}

/// The use of a provider by the rule.
pub fn by_rule(slot: &str, provider: &str) -> UseRequest {
    UseRequest { slot: slot.into(), provider: provider.into(), credential: None, model: None }
}

/// Fake values of each provider that the tests use.
fn fields(provider: &str, name: &str) -> BTreeMap<String, SecretInput> {
    let secret = format!("FAKE-{name}-0123456789-abcdef");
    let letters = "f".repeat(32);
    let (account, key) = (format!("AC{letters}"), format!("SK{letters}"));
    let values: Vec<(&str, &str)> = match provider {
        "twilio" => vec![("account_sid", &account), ("api_key_sid", &key), ("api_key_secret", &secret)],
        "exotel" => vec![("account_sid", "fake-account"), ("api_key", &key), ("api_token", &secret)],
        "hubspot" => vec![("access_token", &secret)],
        "slack-webhook" => vec![("webhook_url", "https://hooks.slack.com/triggers/FAKE/FAKE-0123456789")],
        "azure-openai" => vec![("api_key", &secret), ("endpoint", "https://fake-resource.openai.azure.com")],
        "google-calendar" => {
            vec![("client_id", "123-fake.apps.googleusercontent.com"), ("client_secret", &secret)]
        }
        "api-token" => vec![("token", &secret)],
        _ => vec![("api_key", &secret)],
    };
    values.into_iter().map(|(id, text)| (id.to_owned(), SecretInput::new(text.to_owned()))).collect()
}
