//! The commands of the page: each takes one request, calls one use case and returns a view without secrets.

use std::path::{Path, PathBuf};

use strongroom_app::CONNECT_PATIENCE;
use strongroom_app::views::{
    CheckAllRequest, CheckAllView, CheckEvent, ConnectEvent, CountsView, CredentialAddRequest, CredentialDeleteRequest,
    CredentialEditRequest, CredentialEnableRequest, CredentialReplaceRequest, CredentialRequest,
    CredentialSwitchRequest, CredentialView, DeleteView, DetectRequest, DetectionView, DisconnectView, ErrorView,
    FieldNoteView, FormCheckRequest, ImportChoice, ImportPlanRequest, ImportPlanView, ImportedView, KeyState,
    KeyStatusView, ListRequest, ListView, OrganisationArchiveRequest, OrganisationCreateRequest,
    OrganisationRenameRequest, OrganisationSelectRequest, OrganisationView, PeopleView, PersonAddRequest,
    PersonChangeRequest, PersonRequest, PersonReturnRequest, PersonView, ProviderFilesView, ProviderView,
    RecoveryKitRequest, RecoveryKitView, RedirectCompareRequest, RedirectComparisonView, RedirectFileRequest,
    SaveOutcome, StartupView, ThemeRequest, VaultCreateRequest, VaultRecoverRequest, VaultUnlockRequest,
};
use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FilePath};

pub use crate::audit_commands::*;
pub use crate::consumer_commands::*;
pub use crate::list_commands::*;
use crate::shell::Shell;
use crate::{browser, tend, watch, window};

type Answer<T> = Result<T, ErrorView>;

/// All that the first picture needs.
#[tauri::command]
#[specta::specta]
pub async fn startup(shell: State<'_, Shell>) -> Answer<StartupView> {
    Ok(shell.app.startup().await)
}

/// Whether the master key is at hand; tries to get it.
#[tauri::command]
#[specta::specta]
pub async fn key_status(app: AppHandle, shell: State<'_, Shell>) -> Answer<KeyStatusView> {
    let status = shell.app.key_status().await;
    if status.state == KeyState::Unlocked {
        tend::start(&app);
    }
    Ok(status)
}

/// First start.
#[tauri::command]
#[specta::specta]
pub async fn vault_create(app: AppHandle, shell: State<'_, Shell>, request: VaultCreateRequest) -> Answer<StartupView> {
    let view = shell.app.create_from_window(request).await?;
    watch::start(&app);
    Ok(view)
}

/// Unlocks by passphrase.
#[tauri::command]
#[specta::specta]
pub async fn vault_unlock(shell: State<'_, Shell>, request: VaultUnlockRequest) -> Answer<KeyStatusView> {
    Ok(shell.app.unlock(request).await?)
}

/// Recovers the master key with the recovery kit.
#[tauri::command]
#[specta::specta]
pub async fn vault_recover(shell: State<'_, Shell>, request: VaultRecoverRequest) -> Answer<KeyStatusView> {
    Ok(shell.app.recover(request).await?)
}

/// Makes a new recovery kit; the old one stops working.
#[tauri::command]
#[specta::specta]
pub async fn recovery_kit_create(shell: State<'_, Shell>, request: RecoveryKitRequest) -> Answer<RecoveryKitView> {
    Ok(shell.app.renew_recovery_kit(&shell.actor().await?, request).await?)
}

/// Asks where a recovery kit goes; null when the dialog is cancelled.
#[tauri::command]
#[specta::specta]
pub async fn choose_recovery_kit_target(window: WebviewWindow) -> Answer<Option<String>> {
    let dialog = window.dialog().file().set_parent(&window).set_title("Save the recovery kit");
    let dialog = dialog.set_file_name("Strongroom recovery kit.txt");
    chosen(move |then| dialog.save_file(then)).await
}

/// Asks for the file of a recovery kit; null when the dialog is cancelled.
#[tauri::command]
#[specta::specta]
pub async fn choose_recovery_kit(window: WebviewWindow) -> Answer<Option<String>> {
    let dialog = window.dialog().file().set_parent(&window).set_title("Open the recovery kit");
    chosen(move |then| dialog.pick_file(then)).await
}

type Then = Box<dyn FnOnce(Option<FilePath>) + Send>;

pub(crate) async fn chosen(open: impl FnOnce(Then)) -> Answer<Option<String>> {
    let (answer, path) = tokio::sync::oneshot::channel();
    open(Box::new(move |file| {
        // The page may have been closed meanwhile; then nobody waits for the answer.
        let _ = answer.send(file.and_then(|f| f.into_path().ok()));
    }));
    let path: Option<PathBuf> = path.await.unwrap_or_default();
    Ok(path.map(|p| p.display().to_string()))
}

/// The catalogue.
#[tauri::command]
#[specta::specta]
pub async fn provider_list(shell: State<'_, Shell>) -> Answer<Vec<ProviderView>> {
    Ok(shell.app.providers())
}

/// The organisation's own provider files: where they belong, and which of them are at fault.
#[tauri::command]
#[specta::specta]
pub async fn provider_files(shell: State<'_, Shell>) -> Answer<ProviderFilesView> {
    Ok(shell.app.provider_files())
}

/// Looks over a form while it is filled in.
#[tauri::command]
#[specta::specta]
pub async fn form_check(shell: State<'_, Shell>, request: FormCheckRequest) -> Answer<Vec<FieldNoteView>> {
    Ok(shell.app.form_check(&shell.actor().await?, request).await?)
}

/// Says which provider a pasted text comes from.
#[tauri::command]
#[specta::specta]
pub async fn detect(shell: State<'_, Shell>, request: DetectRequest) -> Answer<DetectionView> {
    Ok(shell.app.detect(&shell.actor().await?, request).await?)
}

/// Asks for the file of an import; null when the dialog is cancelled.
#[tauri::command]
#[specta::specta]
pub async fn choose_import_file(window: WebviewWindow) -> Answer<Option<String>> {
    let dialog = window.dialog().file().set_parent(&window).set_title("Import a .env or JSON file");
    chosen(move |then| dialog.pick_file(then)).await
}

/// Reads a file and says what it would become. The values stay here until [`import_store`] or [`import_forget`].
#[tauri::command]
#[specta::specta]
pub async fn import_plan(shell: State<'_, Shell>, request: ImportPlanRequest) -> Answer<ImportPlanView> {
    let actor = shell.actor().await?;
    let mut waiting = shell.import.lock().await;
    *waiting = None;
    let text = shell.app.read_import(Path::new(request.file.trim()))?;
    let plan = shell.app.plan_import(&actor, &request.file, &text, &request.scope).await?;
    Ok(waiting.insert(plan).view().clone())
}

/// Stores the chosen rows of the plan that was shown last.
#[tauri::command]
#[specta::specta]
pub async fn import_store(shell: State<'_, Shell>, choices: Vec<ImportChoice>) -> Answer<Vec<ImportedView>> {
    let actor = shell.actor().await?;
    let Some(plan) = shell.import.lock().await.take() else {
        return Err(ErrorView {
            kind: "no_import".into(),
            message: "This import is over.".into(),
            hint: Some("Choose the file again.".into()),
            fields: Vec::new(),
        });
    };
    Ok(shell.app.carry_out_import(&actor, &plan, choices).await)
}

/// Forgets the values of an import that was not wanted.
#[tauri::command]
#[specta::specta]
pub async fn import_forget(shell: State<'_, Shell>) -> Answer<()> {
    *shell.import.lock().await = None;
    Ok(())
}

/// A page of the inventory.
#[tauri::command]
#[specta::specta]
pub async fn credential_list(shell: State<'_, Shell>, request: ListRequest) -> Answer<ListView> {
    Ok(shell.app.list(&shell.actor().await?, request).await?)
}

/// Counts by type in one scope.
#[tauri::command]
#[specta::specta]
pub async fn credential_counts(shell: State<'_, Shell>, scope: Option<String>) -> Answer<CountsView> {
    Ok(shell.app.counts(&shell.actor().await?, scope.as_deref()).await?)
}

/// One credential.
#[tauri::command]
#[specta::specta]
pub async fn credential_show(shell: State<'_, Shell>, request: CredentialRequest) -> Answer<CredentialView> {
    Ok(shell.app.show(&shell.actor().await?, request).await?)
}

/// Adds a credential.
#[tauri::command]
#[specta::specta]
pub async fn credential_add(shell: State<'_, Shell>, request: CredentialAddRequest) -> Answer<SaveOutcome> {
    Ok(shell.app.add(&shell.actor().await?, request).await?)
}

/// Changes a credential.
#[tauri::command]
#[specta::specta]
pub async fn credential_edit(shell: State<'_, Shell>, request: CredentialEditRequest) -> Answer<SaveOutcome> {
    Ok(shell.app.edit(&shell.actor().await?, request).await?)
}

/// Keeps a new key beside the one in force.
#[tauri::command]
#[specta::specta]
pub async fn credential_replace(shell: State<'_, Shell>, request: CredentialReplaceRequest) -> Answer<SaveOutcome> {
    Ok(shell.app.replace(&shell.actor().await?, request).await?)
}

/// Checks the key beside the one in force; an old one that is refused is destroyed.
#[tauri::command]
#[specta::specta]
pub async fn credential_replace_check(shell: State<'_, Shell>, request: CredentialRequest) -> Answer<CredentialView> {
    Ok(shell.app.replace_check(&shell.actor().await?, request).await?)
}

/// Puts the new key in force and keeps the old one until it is shown dead.
#[tauri::command]
#[specta::specta]
pub async fn credential_replace_switch(
    shell: State<'_, Shell>,
    request: CredentialSwitchRequest,
) -> Answer<CredentialView> {
    Ok(shell.app.replace_switch(&shell.actor().await?, request).await?)
}

/// Puts the old key in force again; the new one waits.
#[tauri::command]
#[specta::specta]
pub async fn credential_replace_back(shell: State<'_, Shell>, request: CredentialRequest) -> Answer<CredentialView> {
    Ok(shell.app.replace_back(&shell.actor().await?, request).await?)
}

/// Destroys the key beside the one in force.
#[tauri::command]
#[specta::specta]
pub async fn credential_replace_discard(shell: State<'_, Shell>, request: CredentialRequest) -> Answer<CredentialView> {
    Ok(shell.app.replace_discard(&shell.actor().await?, request).await?)
}

/// Switches a credential on or off.
#[tauri::command]
#[specta::specta]
pub async fn credential_set_enabled(
    shell: State<'_, Shell>,
    request: CredentialEnableRequest,
) -> Answer<CredentialView> {
    Ok(shell.app.set_enabled(&shell.actor().await?, request).await?)
}

/// Checks a credential with its provider.
#[tauri::command]
#[specta::specta]
pub async fn credential_check(shell: State<'_, Shell>, request: CredentialRequest) -> Answer<CredentialView> {
    Ok(shell.app.check(&shell.actor().await?, request).await?)
}

/// Checks every credential that matches, many at once, and tells how far it has come.
#[tauri::command]
#[specta::specta]
pub async fn credential_check_all(
    shell: State<'_, Shell>,
    request: CheckAllRequest,
    progress: Channel<CheckEvent>,
) -> Answer<CheckAllView> {
    let actor = shell.actor().await?;
    let running = shell.checks.begin();
    // A page that is gone hears nothing; the verdicts are stored all the same.
    let tell = |event| drop(progress.send(event));
    Ok(shell.app.check_all(&actor, request, running.stopped(), tell).await?)
}

/// Stops the check of many credentials that is under way; it comes back with what it has.
#[tauri::command]
#[specta::specta]
pub async fn credential_check_all_stop(shell: State<'_, Shell>) -> Answer<()> {
    shell.checks.stop();
    Ok(())
}

/// Connects an account in the system's browser. The page hears of the address, and never of a code or a token.
#[tauri::command]
#[specta::specta]
pub async fn credential_connect(
    shell: State<'_, Shell>,
    request: CredentialRequest,
    progress: Channel<ConnectEvent>,
) -> Answer<CredentialView> {
    let actor = shell.actor().await?;
    let running = shell.connecting.begin();
    let browse = |url: &str| {
        let opened = browser::open(url).is_ok();
        // A page that is gone hears nothing; the browser may still bring an answer.
        drop(progress.send(ConnectEvent::Waiting { url: url.to_owned(), opened }));
    };
    Ok(shell.app.connect(&actor, request, CONNECT_PATIENCE, browse, running.stopped()).await?)
}

/// Stops waiting for the browser.
#[tauri::command]
#[specta::specta]
pub async fn credential_connect_stop(shell: State<'_, Shell>) -> Answer<()> {
    shell.connecting.stop();
    Ok(())
}

/// Ends a connection here and, where that is documented, at the provider.
#[tauri::command]
#[specta::specta]
pub async fn credential_disconnect(shell: State<'_, Shell>, request: CredentialRequest) -> Answer<DisconnectView> {
    Ok(shell.app.disconnect(&shell.actor().await?, request).await?)
}

/// Compares the redirect URI with what the provider has registered.
#[tauri::command]
#[specta::specta]
pub async fn redirect_compare(
    shell: State<'_, Shell>,
    request: RedirectCompareRequest,
) -> Answer<RedirectComparisonView> {
    Ok(shell.app.compare_redirect(request)?)
}

/// Asks for the file of a client and compares the redirect URI with it; null when the dialog is cancelled. What else
/// stands in the file stays here.
#[tauri::command]
#[specta::specta]
pub async fn redirect_compare_file(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: RedirectFileRequest,
) -> Answer<Option<RedirectComparisonView>> {
    let dialog = window.dialog().file().set_parent(&window).set_title("Choose the client's JSON file");
    let dialog = dialog.add_filter("JSON", &["json"]);
    let Some(file) = chosen(move |then| dialog.pick_file(then)).await? else { return Ok(None) };
    Ok(Some(shell.app.compare_redirect_file(request, Path::new(&file))?))
}

/// What a deletion would do.
#[tauri::command]
#[specta::specta]
pub async fn credential_delete_impact(shell: State<'_, Shell>, request: CredentialRequest) -> Answer<DeleteView> {
    Ok(shell.app.delete_impact(&shell.actor().await?, request).await?)
}

/// Deletes a credential.
#[tauri::command]
#[specta::specta]
pub async fn credential_delete(shell: State<'_, Shell>, request: CredentialDeleteRequest) -> Answer<DeleteView> {
    Ok(shell.app.delete(&shell.actor().await?, request).await?)
}

/// Makes an organisation.
#[tauri::command]
#[specta::specta]
pub async fn organisation_create(
    shell: State<'_, Shell>,
    request: OrganisationCreateRequest,
) -> Answer<OrganisationView> {
    Ok(shell.app.create_organisation(&shell.actor().await?, request).await?)
}

/// Gives an organisation another name.
#[tauri::command]
#[specta::specta]
pub async fn organisation_rename(
    shell: State<'_, Shell>,
    request: OrganisationRenameRequest,
) -> Answer<OrganisationView> {
    Ok(shell.app.rename_organisation(&shell.actor().await?, request).await?)
}

/// Puts an organisation away, or takes it back.
#[tauri::command]
#[specta::specta]
pub async fn organisation_archive(
    shell: State<'_, Shell>,
    request: OrganisationArchiveRequest,
) -> Answer<OrganisationView> {
    Ok(shell.app.archive_organisation(&shell.actor().await?, request).await?)
}

/// Everybody with their roles, and every organisation.
#[tauri::command]
#[specta::specta]
pub async fn people_list(shell: State<'_, Shell>) -> Answer<PeopleView> {
    Ok(shell.app.people(&shell.actor().await?).await?)
}

/// Adds a person.
#[tauri::command]
#[specta::specta]
pub async fn person_add(shell: State<'_, Shell>, request: PersonAddRequest) -> Answer<PersonView> {
    Ok(shell.app.add_person(&shell.actor().await?, request).await?)
}

/// Changes a person's name or roles.
#[tauri::command]
#[specta::specta]
pub async fn person_change(shell: State<'_, Shell>, request: PersonChangeRequest) -> Answer<PersonView> {
    Ok(shell.app.change_person(&shell.actor().await?, request).await?)
}

/// Removes a person.
#[tauri::command]
#[specta::specta]
pub async fn person_remove(shell: State<'_, Shell>, request: PersonRequest) -> Answer<PersonView> {
    Ok(shell.app.remove_person(&shell.actor().await?, request).await?)
}

/// Hands this computer to a person.
#[tauri::command]
#[specta::specta]
pub async fn person_use(shell: State<'_, Shell>, request: PersonRequest) -> Answer<PersonView> {
    Ok(shell.app.use_person(&shell.actor().await?, request).await?)
}

/// Brings the owner back to this computer, with the recovery kit.
#[tauri::command]
#[specta::specta]
pub async fn person_return(shell: State<'_, Shell>, request: PersonReturnRequest) -> Answer<PersonView> {
    Ok(shell.app.return_to_owner(request).await?)
}

/// Chooses the organisation to show.
#[tauri::command]
#[specta::specta]
pub async fn organisation_select(shell: State<'_, Shell>, request: OrganisationSelectRequest) -> Answer<StartupView> {
    Ok(shell.app.select_organisation(&shell.actor().await?, request).await?)
}

/// Chooses the colours.
#[tauri::command]
#[specta::specta]
pub async fn set_theme(window: WebviewWindow, shell: State<'_, Shell>, request: ThemeRequest) -> Answer<StartupView> {
    let view = shell.app.set_theme(request).await?;
    window::apply_theme(&window, view.theme);
    Ok(view)
}

/// Copies a plain value and says what the clipboard holds now.
#[tauri::command]
#[specta::specta]
pub async fn copy_text(shell: State<'_, Shell>, text: String) -> Answer<String> {
    shell.clipboard.copy(&text).map_err(|e| ErrorView {
        kind: "clipboard".into(),
        message: format!("The desktop refused the clipboard ({e})."),
        hint: Some("Select the text and copy it with Ctrl+C.".into()),
        fields: Vec::new(),
    })
}

/// Opens the provider's page for keys in the system's browser. Only addresses of the catalogue are opened.
#[tauri::command]
#[specta::specta]
pub async fn open_provider_page(shell: State<'_, Shell>, id: String) -> Answer<()> {
    let Some(url) = shell.app.provider_view(&id)?.find_url else { return Ok(()) };
    browser::open(&url).map_err(|e| ErrorView {
        kind: "browser".into(),
        message: format!("No browser could be opened ({e})."),
        hint: Some(format!("The address is {url}")),
        fields: Vec::new(),
    })
}

/// The first rows are painted: the title says whose they are.
#[tauri::command]
#[specta::specta]
pub async fn page_ready(window: WebviewWindow, shell: State<'_, Shell>) -> Answer<()> {
    let view = shell.app.startup().await;
    let shown = view.organisations.iter().find(|o| Some(&o.id) == view.organisation.as_ref());
    let title = shown.map_or_else(|| "Strongroom".to_owned(), |o| format!("{} – Strongroom", o.name));
    // A title that cannot be set is no reason to fail.
    let _ = window.set_title(&title);
    Ok(())
}
