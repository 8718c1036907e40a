//! Connecting an account over OAuth, renewing its access token before use, and disconnecting it.

use std::future::Future;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use strongroom_providers::oauth::{
    ACCESS_TOKEN, AnswerProblem, CLIENT_ID, ListenProblem, Listener, REFRESH_TOKEN, Tokens, compare,
};
use strongroom_providers::{AuthVariant, Catalogue, CheckOutcome, FieldValue, FieldValues, Provider};
use strongroom_vault::{Connectable, CredentialRow, NewTokens, Renewal, SecretText};
use zeroize::Zeroizing;

use crate::actor::{Actor, Operation};
use crate::catalogue::variant;
use crate::credentials::check::values;
use crate::error::AppError;
use crate::secret_input::SecretInput;
use crate::strongroom::Strongroom;
use crate::views::{
    ComparedRedirectView, ConnectionView, CredentialRequest, CredentialView, DisconnectView, OauthView,
    RedirectCompareRequest, RedirectComparisonView, RedirectFileRequest,
};

/// How long a person may take in the browser.
pub const CONNECT_PATIENCE: Duration = Duration::from_secs(300);
/// The files of clients have some 500 bytes.
const LARGEST_CLIENT_FILE: u64 = 64 * 1024;
/// How often a process looks whether another one has finished renewing.
const NEXT_LOOK: Duration = Duration::from_millis(50);

/// Why an account was not connected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectProblem {
    /// The sign-in method knows no connection.
    #[error("this sign-in method does not connect an account")]
    Impossible,
    /// Another window or process waits for its browser.
    #[error("another window of Strongroom is connecting an account right now")]
    SecondWindow,
    /// The port of the redirect URI is taken.
    #[error("another program on this computer uses port {0}, to which the browser would come back")]
    PortTaken(u16),
    /// The port of the redirect URI cannot be used.
    #[error("the browser’s answer cannot be waited for: {0}")]
    Listening(String),
    /// The person or the provider said no.
    #[error("no access was given: {0}")]
    Denied(String),
    /// The answer belongs to another attempt.
    #[error("the answer that came does not belong to this sign-in, so it was not used")]
    WrongState,
    /// The answer holds nothing.
    #[error("the browser came back without an answer of the provider")]
    NoCode,
    /// Nobody came back.
    #[error("the browser did not come back within {0} seconds")]
    TimedOut(u64),
    /// The person stopped waiting.
    #[error("connecting was stopped")]
    Stopped,
    /// The provider gave no tokens.
    #[error("{evidence}")]
    Refused {
        /// What was seen.
        evidence: String,
        /// What to do next.
        next_step: Option<String>,
    },
}

impl ConnectProblem {
    /// A stable word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Impossible => "connect_impossible",
            Self::SecondWindow => "connect_second_window",
            Self::PortTaken(_) => "connect_port_taken",
            Self::Listening(_) => "connect_listening",
            Self::Denied(_) => "connect_denied",
            Self::WrongState => "connect_wrong_state",
            Self::NoCode => "connect_no_code",
            Self::TimedOut(_) => "connect_timed_out",
            Self::Stopped => "connect_stopped",
            Self::Refused { .. } => "connect_refused",
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Impossible => "Only credentials of OAuth clients are connected.",
            Self::SecondWindow => "Finish or cancel there, then press Connect again.",
            Self::PortTaken(_) => "Close that program, then press Connect again. The port is part of the redirect URI.",
            Self::Listening(_) => "See whether a firewall keeps programs from listening on this computer.",
            Self::Denied(_) => {
                "Press Connect again and agree; if that is not possible, ask an administrator of the account."
            }
            Self::WrongState => "Close old tabs of the sign-in, then press Connect again.",
            Self::NoCode => "Press Connect again. If it stays so, compare the redirect URI with the provider’s list.",
            Self::TimedOut(_) => {
                "Press Connect again. If the provider showed an error about the redirect URI, compare it with the provider’s list."
            }
            Self::Stopped => "Nothing was changed. Press Connect to try again.",
            Self::Refused { next_step, .. } => return next_step.clone(),
        };
        Some(hint.to_owned())
    }
}

impl From<ListenProblem> for ConnectProblem {
    fn from(problem: ListenProblem) -> Self {
        match problem {
            ListenProblem::Neighbour => Self::SecondWindow,
            ListenProblem::Taken(port) => Self::PortTaken(port),
            other => Self::Listening(other.to_string()),
        }
    }
}

impl From<AnswerProblem> for ConnectProblem {
    fn from(problem: AnswerProblem) -> Self {
        match problem {
            AnswerProblem::Denied { error, description } => Self::Denied(match description {
                Some(description) => format!("{description} ({error})"),
                None => error,
            }),
            AnswerProblem::WrongState => Self::WrongState,
            AnswerProblem::NoCode => Self::NoCode,
            other => Self::Listening(other.to_string()),
        }
    }
}

impl From<ConnectProblem> for AppError {
    fn from(problem: ConnectProblem) -> Self {
        Self::Connect(problem)
    }
}

fn refused(outcome: CheckOutcome) -> AppError {
    ConnectProblem::Refused { evidence: outcome.evidence, next_step: outcome.next_step }.into()
}

/// What a renewal before use came to.
pub(crate) struct Fresh {
    /// The credential with the tokens as they are stored now.
    pub row: CredentialRow,
    /// Why the access token could not be renewed.
    pub problem: Option<CheckOutcome>,
}

impl Strongroom {
    /// Connects an account: makes the address of the provider's page, gives it to `browse`, waits for the browser to
    /// come back to this computer, and stores the tokens. Ends when `stop` does. Nothing is changed unless tokens came.
    ///
    /// # Errors
    /// [`AppError::Connect`] with the reason and what to do next.
    pub async fn connect(
        &self,
        actor: &Actor,
        request: CredentialRequest,
        patience: Duration,
        browse: impl FnOnce(&str),
        stop: impl Future<Output = ()>,
    ) -> Result<CredentialView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let provider = &*self.provider(&row.provider)?;
        let auth = variant(provider, Some(&row.auth))?;
        if provider.oauth_of(auth).is_none() {
            return Err(ConnectProblem::Impossible.into());
        }
        let vault = self.unlocked().await?;
        let values = values(&row, vault.open_secrets(row.id).await?);
        let checker = self.checker()?;
        let authorisation = checker.authorise(provider, auth, &values).map_err(|outcome| refused(*outcome))?;
        let listener = Listener::open(&authorisation.redirect_uri).await.map_err(ConnectProblem::from)?;
        browse(&authorisation.url);
        let code = tokio::select! {
            answer = listener.answer(&authorisation) => answer.map_err(ConnectProblem::from)?,
            () = tokio::time::sleep(patience) => return Err(ConnectProblem::TimedOut(patience.as_secs()).into()),
            () = stop => return Err(ConnectProblem::Stopped.into()),
        };
        let tokens = checker.exchange(provider, auth, &values, authorisation, code).await.map_err(|o| refused(*o))?;
        let row = vault.connect(row.id, to_store(&tokens), row.revision, &actor.author()).await?;
        Ok(self.view(row))
    }

    /// Ends a connection: at the provider, where it documents how, and here in any case.
    ///
    /// # Errors
    /// An unknown id, a role that does not allow it, or a record that cannot be opened.
    pub async fn disconnect(&self, actor: &Actor, request: CredentialRequest) -> Result<DisconnectView, AppError> {
        let row = self.row(actor, &request.id, Operation::Change).await?;
        let provider = &*self.provider(&row.provider)?;
        let auth = variant(provider, Some(&row.auth))?;
        if provider.oauth_of(auth).is_none() {
            return Err(ConnectProblem::Impossible.into());
        }
        let vault = self.unlocked().await?;
        let values = values(&row, vault.open_secrets(row.id).await?);
        let told = self.checker()?.revoke(provider, auth, &values).await;
        let row = vault.disconnect(row.id, &actor.author()).await?;
        let (revoked, problem) = match told {
            Ok(revoked) => (revoked, None),
            Err(outcome) => (
                false,
                Some(format!(
                    "{} The tokens are removed here; take the access away in the settings of the account too.",
                    outcome.evidence
                )),
            ),
        };
        Ok(DisconnectView { credential: Box::new(self.view(row)), revoked, problem })
    }

    /// Compares the redirect URI with what the provider has registered.
    ///
    /// # Errors
    /// Where the text holds no address; the refusal stands at the field `text`.
    pub fn compare_redirect(&self, request: RedirectCompareRequest) -> Result<RedirectComparisonView, AppError> {
        let provider = &*self.provider(&request.provider)?;
        let auth = variant(provider, Some(&request.auth))?;
        let oauth = provider.oauth_of(auth).ok_or(ConnectProblem::Impossible)?;
        let compared = compare::compare(&oauth.redirect, request.text.text());
        let compared = compared.map_err(|problem| AppError::field("text", problem.to_string()))?;
        let entry = |entry: compare::Compared| ComparedRedirectView {
            registered: entry.registered,
            matches: entry.matches,
            differs: entry.differs,
            message: entry.message,
        };
        Ok(RedirectComparisonView {
            matches: compared.matches,
            summary: compared.summary,
            entries: compared.entries.into_iter().map(entry).collect(),
        })
    }

    /// Compares the redirect URI with the file that the provider gives for a client. It holds the client's secret: only
    /// its redirect addresses come out of here.
    ///
    /// # Errors
    /// A file that cannot be read, is larger than 64 KB or holds no address; the refusal stands at the field `text`.
    pub fn compare_redirect_file(
        &self,
        request: RedirectFileRequest,
        file: &Path,
    ) -> Result<RedirectComparisonView, AppError> {
        let text = client_file(file).map_err(|message| AppError::field("text", message))?;
        let RedirectFileRequest { provider, auth } = request;
        self.compare_redirect(RedirectCompareRequest { provider, auth, text })
    }

    /// Renews the access token of a connected credential where it is about to end. Two processes never spend the same
    /// refresh token, and what comes is stored before it is used.
    pub(crate) async fn fresh(&self, actor: &Actor, row: CredentialRow) -> Result<Fresh, AppError> {
        let provider = self.provider(&row.provider)?;
        let connects = variant(&provider, Some(&row.auth)).is_ok_and(|auth| provider.oauth_of(auth).is_some());
        if !connects || !row.sealed.contains_key(REFRESH_TOKEN) {
            return Ok(Fresh { row, problem: None });
        }
        let vault = self.unlocked().await?;
        if vault.info().read_only {
            return Ok(Fresh { row, problem: None });
        }
        let holder = uuid::Uuid::now_v7().to_string();
        loop {
            let (row, secrets) = match vault.begin_renewal(row.id, &holder).await? {
                Renewal::NotDue(row) => return Ok(Fresh { row: *row, problem: None }),
                // The other process ends within a minute, or its right to renew does.
                Renewal::Busy => {
                    tokio::time::sleep(NEXT_LOOK).await;
                    continue;
                }
                Renewal::Granted { row, secrets } => (*row, secrets),
            };
            let (vault, checker, provider) = (vault.clone(), self.checker()?.clone(), provider.clone());
            let (author, holder) = (actor.author(), holder.clone());
            // A task of its own: whoever waits may stop waiting, but a new refresh token must still be stored.
            let renewal = tokio::spawn(async move {
                let auth = variant(&provider, Some(&row.auth))?;
                let spent = copy(&secrets, REFRESH_TOKEN);
                let values = values(&row, secrets);
                match checker.renew(&provider, auth, &values).await {
                    Ok(tokens) => {
                        let stored = vault.finish_renewal(row.id, &spent, to_store(&tokens), &author).await?;
                        let row = match stored {
                            Some(row) => row,
                            None => vault.credential(row.id).await?,
                        };
                        Ok::<_, AppError>(Fresh { row, problem: None })
                    }
                    Err(outcome) => {
                        vault.give_up_renewal(row.id, &holder).await?;
                        Ok(Fresh { row, problem: Some(*outcome) })
                    }
                }
            });
            return renewal.await.unwrap_or_else(|_| Err(ConnectProblem::Stopped.into()));
        }
    }

    /// The connection of a credential, and whether it is of little use without one.
    pub(crate) fn connection(&self, row: &CredentialRow) -> Option<(ConnectionView, bool)> {
        let catalogue = self.catalogue();
        let provider = catalogue.provider(&row.provider)?;
        let auth = provider.variant(Some(&row.auth))?;
        let oauth = provider.oauth_of(auth)?;
        let values: FieldValues =
            row.plain.iter().map(|(id, text)| (id.clone(), FieldValue::Plain(text.clone()))).collect();
        let tokens = [REFRESH_TOKEN, ACCESS_TOKEN].map(|id| row.sealed.get(id));
        let connected = tokens.iter().any(Option::is_some);
        let needed = !connected && oauth.is_needed(auth, &values);
        let view = ConnectionView {
            connected,
            possible: oauth.is_possible(auth, &values),
            renewed_at: tokens.into_iter().flatten().map(|token| token.set_at.clone()).max(),
            revocable: oauth.revoke.is_some(),
            redirect_uri: oauth.redirect.uri.clone(),
        };
        Some((view, needed))
    }
}

/// The sign-in methods that connect, and which plain fields make a credential wait for that. A field with a default is
/// always filled; `is_needed` says the same of one credential.
pub(crate) fn connectables(catalogue: &Catalogue) -> Vec<Connectable> {
    let methods = catalogue.providers().flat_map(|provider| provider.auth.iter().map(move |auth| (provider, auth)));
    methods
        .filter_map(|(provider, auth)| {
            let oauth = provider.oauth_of(auth)?;
            let without_default = |id: &&str| auth.field(id).is_none_or(|field| field.default.is_none());
            let needed = std::iter::once(CLIENT_ID).chain(oauth.needs.iter().map(String::as_str));
            Some(Connectable {
                provider: provider.id.clone(),
                auth: auth.id.clone(),
                filled: needed.filter(without_default).map(str::to_owned).collect(),
                empty: oauth.unless.clone(),
            })
        })
        .collect()
}

/// How a sign-in method connects, for its form.
pub(crate) fn oauth_view(provider: &Provider, auth: &AuthVariant) -> Option<OauthView> {
    provider.oauth_of(auth).map(|oauth| OauthView {
        redirect_uri: oauth.redirect.uri.clone(),
        register: oauth.redirect.register.clone(),
        client_file: oauth.redirect.client_file.clone(),
    })
}

/// The stored form of new tokens.
fn to_store(tokens: &Tokens) -> NewTokens {
    // Copied from one wiped place into another, on the way into the vault.
    let text = |secret: &secrecy::SecretString| SecretText::new(secret.expose_secret().to_owned());
    let ends = |span: Duration| {
        let span = SignedDuration::try_from(span).ok()?;
        Some(format!("{:.3}", Timestamp::now().checked_add(span).ok()?))
    };
    NewTokens {
        access: text(&tokens.access),
        refresh: tokens.refresh.as_ref().map(text),
        expires_at: tokens.expires_in.and_then(ends),
    }
}

fn copy(secrets: &std::collections::BTreeMap<String, SecretText>, field: &str) -> SecretText {
    // Compared with what is stored when the renewal is finished.
    secrets
        .get(field)
        .map_or_else(|| SecretText::new(String::new()), |text| text.with(|t| SecretText::new(t.to_owned())))
}

/// Reads the file of a client as a secret, which it is in part.
fn client_file(file: &Path) -> Result<SecretInput, String> {
    let cannot = |error: std::io::Error| format!("{} cannot be read: {error}.", file.display());
    let mut bytes = Zeroizing::new(Vec::new());
    let opened = std::fs::File::open(file).map_err(cannot)?;
    opened.take(LARGEST_CLIENT_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST_CLIENT_FILE {
        return Err("The file is larger than 64 KB. Files of clients are far smaller; is it the right one?".to_owned());
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| "The file is no text in UTF-8.".to_owned())?;
    Ok(SecretInput::new(text.to_owned()))
}
