//! What the windows may ask of the backend: one delegation each.
//!
//! Which window may ask what is in `capabilities/`.

use std::sync::Arc;

use bellhop_protocol::{Code, Failure, Reason};
use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};

use crate::controller::{Ask, Controller, Outcome};
use crate::subscribers::Subscribers;
use crate::view::{AppView, MediaType, SettingsView};
use crate::windows::Windows;

type Desk<'a> = State<'a, Controller>;

#[tauri::command]
pub(crate) async fn subscribe(
    window: WebviewWindow,
    subscribers: State<'_, Subscribers>,
    channel: Channel<Arc<AppView>>,
) -> Result<Arc<AppView>, Failure> {
    subscribers.add(window.label(), channel).await
}

#[tauri::command]
pub(crate) async fn invite(desk: Desk<'_>, user_id: String, media_type: MediaType) -> Outcome {
    let media = media_type;
    desk.ask(Ask::Invite { user_id, media }).await
}

#[tauri::command]
pub(crate) async fn cancel(desk: Desk<'_>, invite_id: String) -> Outcome {
    desk.ask(Ask::Cancel { invite_id }).await
}

#[tauri::command]
pub(crate) async fn accept(desk: Desk<'_>, invite_id: String) -> Outcome {
    desk.ask(Ask::Accept { invite_id }).await
}

#[tauri::command]
pub(crate) async fn reject(desk: Desk<'_>, invite_id: String, reason: Option<String>) -> Outcome {
    desk.ask(Ask::Reject { invite_id, reason }).await
}

#[tauri::command]
pub(crate) async fn hang_up(desk: Desk<'_>, call_id: String) -> Outcome {
    desk.ask(Ask::HangUp { call_id }).await
}

#[tauri::command]
pub(crate) async fn silence(desk: Desk<'_>, invite_id: String) -> Outcome {
    desk.ask(Ask::Silence { invite_id }).await
}

#[tauri::command]
pub(crate) async fn dismiss_ended(desk: Desk<'_>) -> Outcome {
    desk.ask(Ask::DismissEnded).await
}

#[tauri::command]
pub(crate) async fn dismiss_problem(desk: Desk<'_>) -> Outcome {
    desk.ask(Ask::DismissProblem).await
}

#[tauri::command]
pub(crate) async fn add_contact(desk: Desk<'_>, user_id: String, name: String) -> Outcome {
    desk.ask(Ask::AddContact { user_id, name }).await
}

#[tauri::command]
pub(crate) async fn remove_contact(desk: Desk<'_>, user_id: String) -> Outcome {
    desk.ask(Ask::RemoveContact { user_id }).await
}

#[tauri::command]
pub(crate) async fn save_settings(desk: Desk<'_>, settings: SettingsView) -> Outcome {
    desk.ask(Ask::SaveSettings(settings)).await
}

#[tauri::command]
pub(crate) async fn seen_missed(desk: Desk<'_>) -> Outcome {
    desk.ask(Ask::SeenMissed).await
}

#[tauri::command]
pub(crate) async fn ring_resized(windows: State<'_, Windows>, height: f64) -> Outcome {
    windows.resize_ring(height).map_err(refused_by_desktop)
}

#[tauri::command]
pub(crate) async fn focus_ring(windows: State<'_, Windows>) -> Outcome {
    windows.focus_ring().map_err(refused_by_desktop)
}

fn refused_by_desktop(error: tauri::Error) -> Failure {
    let message = format!("The desktop refused it: {error}.");
    Failure::new(Code::Internal, Reason::TryAgain, message)
}
