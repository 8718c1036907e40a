//! The commands of consumers, onboarding and global launch.

use strongroom_app::views::{
    ConsumerAddRequest, ConsumerEditRequest, ConsumerKindView, ConsumerListRequest, ConsumerListView,
    ConsumerOptionsRequest, ConsumerOptionsView, ConsumerRequest, ConsumerView, ErrorView, ExplainRequest,
    LaunchStopRequest, LaunchView, ModeSetRequest, OnboardingCompleteRequest, OnboardingRequest, OnboardingView,
    ResolutionView,
};
use tauri::State;

use crate::shell::Shell;

type Answer<T> = Result<T, ErrorView>;

/// Every kind of consumer with its places.
#[tauri::command]
#[specta::specta]
pub async fn consumer_kinds(shell: State<'_, Shell>) -> Answer<Vec<ConsumerKindView>> {
    Ok(shell.app.consumer_kinds())
}

/// A page of consumers.
#[tauri::command]
#[specta::specta]
pub async fn consumer_list(shell: State<'_, Shell>, request: ConsumerListRequest) -> Answer<ConsumerListView> {
    Ok(shell.app.consumers(&shell.actor().await?, request).await?)
}

/// One consumer with what its uses come to.
#[tauri::command]
#[specta::specta]
pub async fn consumer_show(shell: State<'_, Shell>, request: ConsumerRequest) -> Answer<ConsumerView> {
    Ok(shell.app.consumer(&shell.actor().await?, request).await?)
}

/// Stores a new consumer.
#[tauri::command]
#[specta::specta]
pub async fn consumer_add(shell: State<'_, Shell>, request: ConsumerAddRequest) -> Answer<ConsumerView> {
    Ok(shell.app.add_consumer(&shell.actor().await?, request).await?)
}

/// Changes a consumer or what it uses.
#[tauri::command]
#[specta::specta]
pub async fn consumer_edit(shell: State<'_, Shell>, request: ConsumerEditRequest) -> Answer<ConsumerView> {
    Ok(shell.app.edit_consumer(&shell.actor().await?, request).await?)
}

/// Deletes a consumer; its credentials stay.
#[tauri::command]
#[specta::specta]
pub async fn consumer_delete(shell: State<'_, Shell>, request: ConsumerRequest) -> Answer<ConsumerView> {
    Ok(shell.app.delete_consumer(&shell.actor().await?, request).await?)
}

/// What can be chosen in a place of a consumer.
#[tauri::command]
#[specta::specta]
pub async fn consumer_options(shell: State<'_, Shell>, request: ConsumerOptionsRequest) -> Answer<ConsumerOptionsView> {
    Ok(shell.app.consumer_options(&shell.actor().await?, request).await?)
}

/// Which credential would be used, and why not each of the others.
#[tauri::command]
#[specta::specta]
pub async fn consumer_explain(shell: State<'_, Shell>, request: ExplainRequest) -> Answer<ResolutionView> {
    Ok(shell.app.explain(&shell.actor().await?, request).await?)
}

/// How far an organisation has come.
#[tauri::command]
#[specta::specta]
pub async fn onboarding(shell: State<'_, Shell>, request: OnboardingRequest) -> Answer<OnboardingView> {
    Ok(shell.app.onboarding(&shell.actor().await?, request).await?)
}

/// Says whose keys an organisation uses.
#[tauri::command]
#[specta::specta]
pub async fn mode_set(shell: State<'_, Shell>, request: ModeSetRequest) -> Answer<OnboardingView> {
    Ok(shell.app.set_mode(&shell.actor().await?, request).await?)
}

/// Marks an organisation as ready.
#[tauri::command]
#[specta::specta]
pub async fn onboarding_complete(
    shell: State<'_, Shell>,
    request: OnboardingCompleteRequest,
) -> Answer<OnboardingView> {
    Ok(shell.app.complete_onboarding(&shell.actor().await?, request).await?)
}

/// Stops all telephony deliveries.
#[tauri::command]
#[specta::specta]
pub async fn launch_stop(shell: State<'_, Shell>, request: LaunchStopRequest) -> Answer<LaunchView> {
    Ok(shell.app.stop_launch(&shell.actor().await?, request).await?)
}

/// Whether telephony is delivered, and which programs run with what was.
#[tauri::command]
#[specta::specta]
pub async fn launch(shell: State<'_, Shell>) -> Answer<LaunchView> {
    Ok(shell.app.launch(&shell.actor().await?).await?)
}

/// Delivers telephony again.
#[tauri::command]
#[specta::specta]
pub async fn launch_resume(shell: State<'_, Shell>) -> Answer<LaunchView> {
    Ok(shell.app.resume_launch(&shell.actor().await?).await?)
}
