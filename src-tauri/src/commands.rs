//! What the windows may ask of the backend: one delegation each.
//!
//! Which window may ask what is in `capabilities/`.

use std::sync::Arc;

use bellhop_protocol::{Code, Failure, Reason};
use serde::Deserialize;
use serde_json::Value;
use tauri::ipc::{Channel, CommandScope};
use tauri::{State, WebviewWindow};

use crate::controller::api::{self, Session, Told};
use crate::controller::{Ask, Controller, News, Outcome};
use crate::subscribers::Subscribers;
use crate::view::{Action, AppView, SettingsView};
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

/// What a window may ask of the API: its capability file names the methods, or `*` for all.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Allowed {
    method: String,
}

#[tauri::command]
pub(crate) async fn api_request(
    desk: Desk<'_>,
    scope: CommandScope<Allowed>,
    method: String,
    params: Value,
) -> Result<Value, Failure> {
    let is_it = |allowed: &Arc<Allowed>| allowed.method == method || allowed.method == "*";
    if !scope.allows().iter().any(is_it) {
        let message = format!("This window may not ask for {method}.");
        return Err(Failure::new(
            Code::NoPermission,
            Reason::NoSuchMethod,
            message,
        ));
    }
    desk.request(api::operation(&method, params)?).await
}

#[tauri::command]
pub(crate) async fn api_subscribe(
    window: WebviewWindow,
    subscribers: State<'_, Subscribers>,
    channel: Channel<Arc<Told>>,
) -> Result<Session, Failure> {
    subscribers.follow(window.label(), channel).await
}

#[tauri::command]
pub(crate) async fn open_conversation(desk: Desk<'_>, conversation_id: String) -> Outcome {
    desk.ask(Ask::OpenConversation { conversation_id }).await
}

#[tauri::command]
pub(crate) async fn close_conversation(desk: Desk<'_>) -> Outcome {
    desk.ask(Ask::CloseConversation).await
}

#[tauri::command]
pub(crate) async fn read_older(desk: Desk<'_>) -> Outcome {
    desk.ask(Ask::ReadOlder).await
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
pub(crate) async fn mute_contact(desk: Desk<'_>, user_id: String, muted: bool) -> Outcome {
    desk.ask(Ask::MuteContact { user_id, muted }).await
}

#[tauri::command]
pub(crate) async fn save_settings(desk: Desk<'_>, settings: SettingsView) -> Outcome {
    desk.ask(Ask::SaveSettings(Box::new(settings))).await
}

#[tauri::command]
pub(crate) async fn test_sound(desk: Desk<'_>, device: Option<String>) -> Outcome {
    desk.ask(Ask::TestSound { device }).await
}

#[tauri::command]
pub(crate) async fn seen_missed(desk: Desk<'_>) -> Outcome {
    desk.ask(Ask::SeenMissed).await
}

#[tauri::command]
pub(crate) async fn answer_question(desk: Desk<'_>, yes: bool) -> Outcome {
    desk.ask(Ask::AnswerQuestion { yes }).await
}

#[tauri::command]
pub(crate) async fn dismiss_dial(desk: Desk<'_>) -> Outcome {
    desk.ask(Ask::DismissDial).await
}

#[tauri::command]
pub(crate) async fn press(desk: Desk<'_>, action: Action) -> Outcome {
    desk.hear(News::Pressed(action)).await
}

#[tauri::command]
pub(crate) async fn show_main(windows: State<'_, Windows>) -> Outcome {
    windows.present_main(None);
    Ok(())
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
