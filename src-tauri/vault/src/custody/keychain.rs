//! The master key in the keychain of this computer's user.
//!
//! Keychain calls block, and may wait for a dialog. So one thread makes them all, one at a time, and callers wait
//! for it with a limit.

use std::collections::HashMap;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::{Envelope, Facts, KeyCustody, key_from_base64, key_to_base64};
use crate::error::CustodyError;
use crate::model::VaultId;
use crate::seal::Key;

/// Environment variable that names another service than `Strongroom`, so that a demonstration or a developer's
/// copy keeps its entries apart.
pub const SERVICE_VARIABLE: &str = "STRONGROOM_KEYCHAIN_SERVICE";
const SERVICE: &str = "Strongroom";

fn service_name() -> String {
    std::env::var(SERVICE_VARIABLE).ok().filter(|name| !name.is_empty()).unwrap_or_else(|| SERVICE.to_owned())
}

/// What stands behind the service's name where the keychain keeps what it remembers of the audit, so that whoever
/// looks for the key finds one entry.
const WITNESS_SUFFIX: &str = " audit";

/// Which of a vault's two entries.
#[derive(Clone, Copy)]
enum Item {
    Key,
    Witness,
}

impl Item {
    fn service(self) -> String {
        match self {
            Self::Key => service_name(),
            Self::Witness => service_name() + WITNESS_SUFFIX,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Key => "Strongroom: key of a vault",
            Self::Witness => "Strongroom: last audit entry of a vault",
        }
    }
}

/// How long a caller waits. Somebody may be typing the keychain's password.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a mere look may take.
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// What the keychain is like, without anything having been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainStatus {
    /// It answers and is open.
    Usable,
    /// It answers and will ask for its password.
    Locked,
    /// Nothing answers, or there is no collection to store in.
    Absent,
}

/// The text of an entry that was read before anybody asked; None where there is no entry.
type EarlyAnswer = Result<Option<Zeroizing<String>>, CustodyError>;

/// The connection, as the thread that holds it uses it. `keyring`'s own connection is its default store.
#[derive(Default)]
struct Line {
    /// The short way to read an entry.
    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
    session: Option<super::secret_item::Session>,
}

/// What the short way brought for a vault before anybody waited for it.
static EARLY: Mutex<Option<(VaultId, EarlyAnswer)>> = Mutex::new(None);

fn take_early(vault: VaultId) -> Option<EarlyAnswer> {
    let mut early = EARLY.lock().unwrap_or_else(PoisonError::into_inner);
    early.take_if(|(of, _)| *of == vault).map(|(_, answer)| answer)
}

type Job = Box<dyn FnOnce(&mut Line) + Send>;

static WORKER: Mutex<Option<mpsc::Sender<Job>>> = Mutex::new(None);

/// Hands a job to the thread, starting it if need be.
fn submit(job: Job) -> Result<(), CustodyError> {
    let mut worker = WORKER.lock().unwrap_or_else(PoisonError::into_inner);
    let job = match worker.as_ref() {
        Some(sender) => match sender.send(job) {
            Ok(()) => return Ok(()),
            // The thread ended; the job comes back and starts another.
            Err(mpsc::SendError(job)) => job,
        },
        None => job,
    };
    let (sender, jobs) = mpsc::channel::<Job>();
    std::thread::Builder::new()
        .name("keychain".to_owned())
        .spawn(move || {
            let mut line = Line::default();
            for job in jobs {
                job(&mut line);
            }
        })
        .map_err(|error| CustodyError::KeychainFailed(error.to_string()))?;
    sender.send(job).map_err(|_| CustodyError::KeychainAbsent)?;
    *worker = Some(sender);
    Ok(())
}

/// Runs `work` on the keychain's thread and waits for its answer.
async fn ask<T: Send + 'static>(
    work: impl FnOnce(&mut Line) -> Result<T, CustodyError> + Send + 'static,
) -> Result<T, CustodyError> {
    let (answer, wait) = tokio::sync::oneshot::channel();
    submit(Box::new(move |line| {
        // Nobody waits any more when the limit has passed.
        let _ = answer.send(work(line));
    }))?;
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(CustodyError::KeychainFailed("its thread ended".to_owned())),
        Err(_) => Err(CustodyError::KeychainSilent(PATIENCE.as_secs())),
    }
}

/// Connects to the keychain on its own thread, so that this overlaps with opening the database.
/// Says nothing; whoever fetches the key gets the error.
pub fn prepare_keychain() {
    // A thread that cannot be started will be reported by the first call that needs it.
    let _ = submit(Box::new(Line::prepare));
}

/// As [`prepare_keychain`], for a program that has done nothing else yet: calls the keychain from this very thread, which
/// is sooner than another one could, and asks for the only key there is before it is known for which vault. Most people
/// have one vault, and [`crate::Vault::unlock`] proves that the key is that of its vault.
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
pub fn prepare_keychain_first() {
    let mut session = super::secret_item::Session::open();
    if let Some(session) = &mut session {
        session.look_for_only(&Item::Key.service());
    }
    // A thread that cannot be started will be reported by the first call that needs it.
    let _ = submit(Box::new(move |line| line.session = session));
}

/// As [`prepare_keychain`].
#[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
pub fn prepare_keychain_first() {
    prepare_keychain();
}

/// Lets the keychain look for the key of a vault whose inventory is still being read.
pub(crate) fn look_early(vault: VaultId) {
    let _ = submit(Box::new(move |line| {
        let answer = line.short_way(vault);
        *EARLY.lock().unwrap_or_else(PoisonError::into_inner) = Some((vault, answer));
    }));
}

/// Forgets what was looked for before anybody asked: the next one to ask gets the entry of the vault it names, or an
/// error.
pub(crate) fn forget_early() {
    let _ = submit(Box::new(|line| {
        *line = Line::default();
        *EARLY.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }));
}

/// Looks whether the keychain could keep a key. Waits up to five seconds, so call it off an async thread.
pub fn keychain_probe() -> KeychainStatus {
    let (answer, wait) = mpsc::channel();
    let asked = submit(Box::new(move |line| {
        let _ = answer.send(line.status());
    }));
    match asked {
        Ok(()) => wait.recv_timeout(PROBE_PATIENCE).unwrap_or(KeychainStatus::Absent),
        Err(_) => KeychainStatus::Absent,
    }
}

#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn native_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn native_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn native_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

impl Line {
    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
    fn prepare(&mut self) {
        if self.session.is_none() {
            self.session = super::secret_item::Session::open();
        }
    }

    #[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
    fn prepare(&mut self) {
        // Whoever fetches the key gets the error.
        let _ = self.store();
    }

    /// The text of the vault's entry if everything is as it nearly always is.
    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
    fn short_way(&mut self, vault: VaultId) -> Result<Option<Zeroizing<String>>, CustodyError> {
        use super::secret_item::{FIRST_WORD, Read, Session};
        let Some(mut session) = self.session.take().or_else(Session::open) else { return Ok(None) };
        match session.read(&service_name(), &vault.to_string()) {
            Read::Secret(text) => Ok(Some(text)),
            Read::Unusual => Ok(None),
            // `keyring` would wait for it for ever.
            Read::Silence => Err(CustodyError::KeychainSilent(FIRST_WORD.as_secs())),
        }
    }

    #[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
    fn short_way(&mut self, _: VaultId) -> Result<Option<Zeroizing<String>>, CustodyError> {
        Ok(None)
    }

    /// Refuses a keychain that says nothing, before something that `keyring` would wait for without end.
    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
    fn must_speak() -> Result<(), CustodyError> {
        use super::secret_item::{FIRST_WORD, Session};
        let silent = Session::open().is_some_and(|session| !session.speaks());
        if silent { Err(CustodyError::KeychainSilent(FIRST_WORD.as_secs())) } else { Ok(()) }
    }

    #[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
    fn must_speak() -> Result<(), CustodyError> {
        Ok(())
    }

    /// The text of the vault's entry, by the short way where that goes.
    fn entry_text(&mut self, vault: VaultId, early: Option<EarlyAnswer>) -> Result<Zeroizing<String>, CustodyError> {
        let short = match early.or_else(|| take_early(vault)) {
            Some(looked) => looked,
            None => self.short_way(vault),
        };
        match short? {
            Some(text) => Ok(text),
            None => Ok(Zeroizing::new(self.with_entry(vault, Item::Key, Entry::get_password)?)),
        }
    }

    /// The store in use. `keyring` chooses the platform's, and remembers a failed start for as long as the process
    /// lives; so after a failure a fresh one is made here, and a service that comes up later is found.
    fn store(&mut self) -> Result<Arc<CredentialStore>, CustodyError> {
        if let Some(store) = keyring_core::get_default_store() {
            return Ok(store);
        }
        if keyring::v1::Entry::store_status().is_ok()
            && let Some(store) = keyring_core::get_default_store()
        {
            return Ok(store);
        }
        let store: Arc<CredentialStore> = native_store().map_err(|_| CustodyError::KeychainAbsent)?;
        keyring_core::set_default_store(Arc::clone(&store));
        Ok(store)
    }

    /// Does something with the vault's entry. A connection that broke since the last call is made again, once.
    fn with_entry<T>(
        &mut self,
        vault: VaultId,
        item: Item,
        work: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<T, CustodyError> {
        let reused = keyring_core::get_default_store().is_some();
        let answer = self.try_entry(vault, item, &work)?;
        match answer {
            Err(Error::PlatformFailure(_)) => {
                keyring_core::unset_default_store();
                if reused { self.try_entry(vault, item, &work)?.map_err(translate) } else { answer.map_err(translate) }
            }
            answer => answer.map_err(translate),
        }
    }

    fn try_entry<T>(
        &mut self,
        vault: VaultId,
        item: Item,
        work: &impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<keyring_core::Result<T>, CustodyError> {
        let store = self.store()?;
        let service = item.service();
        let label = HashMap::from([("label", item.label())]);
        // Only the Secret Service shows labels.
        let modifiers = cfg!(target_os = "linux").then_some(&label);
        let entry = store
            .build(&service, &vault.to_string(), modifiers)
            .or_else(|_| store.build(&service, &vault.to_string(), None))
            .map_err(translate)?;
        Ok(work(&entry))
    }

    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
    fn status(&mut self) -> KeychainStatus {
        // Asked directly, because the store's own search would open the password dialog. No secret is
        // transferred, so this connection needs no encryption.
        use secret_service::EncryptionType;
        use secret_service::blocking::SecretService;
        let locked = SecretService::connect(EncryptionType::Plain)
            .and_then(|service| service.get_default_collection()?.is_locked());
        match locked {
            Ok(false) => KeychainStatus::Usable,
            Ok(true) | Err(secret_service::Error::Locked) => KeychainStatus::Locked,
            Err(_) => KeychainStatus::Absent,
        }
    }

    #[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
    fn status(&mut self) -> KeychainStatus {
        if self.store().is_ok() { KeychainStatus::Usable } else { KeychainStatus::Absent }
    }
}

/// The keychain's errors by what a person would do. The texts carry no secret: the store's errors that hold
/// bytes of the entry are not printed.
fn translate(error: Error) -> CustodyError {
    match error {
        Error::NoEntry => CustodyError::NoEntry,
        Error::NoStorageAccess(_) => CustodyError::KeychainLocked,
        Error::BadEncoding(bytes) => {
            drop(Zeroizing::new(bytes));
            CustodyError::NotAKey
        }
        Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            CustodyError::NotAKey
        }
        Error::Ambiguous(_) => CustodyError::SeveralEntries,
        Error::NoDefaultStore => CustodyError::KeychainAbsent,
        Error::PlatformFailure(cause) => failure(cause.as_ref()),
        other => CustodyError::KeychainFailed(other.to_string()),
    }
}

#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn failure(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> CustodyError {
    match cause.downcast_ref::<secret_service::Error>() {
        Some(secret_service::Error::Unavailable) => CustodyError::KeychainAbsent,
        Some(
            secret_service::Error::Locked | secret_service::Error::Prompt | secret_service::Error::PromptDisconnected,
        ) => CustodyError::KeychainLocked,
        _ => CustodyError::KeychainFailed(cause.to_string()),
    }
}

#[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
fn failure(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> CustodyError {
    CustodyError::KeychainFailed(cause.to_string())
}

/// What the keychain remembers of a vault's audit; None where there is no entry.
pub(crate) async fn witness(vault: VaultId) -> Result<Option<String>, CustodyError> {
    ask(move |line| {
        Line::must_speak()?;
        match line.with_entry(vault, Item::Witness, Entry::get_password) {
            Err(CustodyError::NoEntry) => Ok(None),
            other => other.map(Some),
        }
    })
    .await
}

/// Lets it remember that.
pub(crate) async fn keep_witness(vault: VaultId, text: String) -> Result<(), CustodyError> {
    ask(move |line| {
        Line::must_speak()?;
        line.with_entry(vault, Item::Witness, |entry| entry.set_password(&text))
    })
    .await
}

/// The keychain as custody.
pub(crate) struct Keychain;

#[async_trait::async_trait]
impl KeyCustody for Keychain {
    async fn fetch(&self, facts: &Facts) -> Result<Key, CustodyError> {
        let vault = facts.vault;
        let read = |text: Zeroizing<String>| key_from_base64(&text).map_err(|_| CustodyError::NotAKey);
        // What is there already needs no other thread.
        let early = match take_early(vault) {
            Some(Ok(Some(text))) => return read(text),
            other => other,
        };
        ask(move |line| line.entry_text(vault, early)).await.and_then(read)
    }

    async fn keep(&self, facts: &Facts, key: &Key) -> Result<Option<Envelope>, CustodyError> {
        let vault = facts.vault;
        let text = key_to_base64(key);
        ask(move |line| {
            Line::must_speak()?;
            line.with_entry(vault, Item::Key, |entry| entry.set_password(&text)).map(|()| None)
        })
        .await
    }

    async fn forget(&self, facts: &Facts) -> Result<(), CustodyError> {
        let vault = facts.vault;
        ask(move |line| match line.with_entry(vault, Item::Key, Entry::delete_credential) {
            Err(CustodyError::NoEntry) => Ok(()),
            other => other,
        })
        .await
    }
}
