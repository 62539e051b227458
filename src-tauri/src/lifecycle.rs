//! When the app is there: what closing the main window, choosing in the tray, ending the process and
//! starting it again lead to.
//!
//! Owns the ways in; what each leads to is the controller's.

use jiff::Zoned;
use serde_json::json;
use tauri::{AppHandle, Manager, WindowEvent};

use crate::controller::{Ask, Controller, News, api};
use crate::subscribers::Subscribers;
use crate::tray::{Press, QuietFor};
use crate::view::Action;
use crate::windows::{self, Screen, Windows};

/// Follows what becomes of a window. Closing the main one is the controller's to decide; the ring window
/// is closed by answering.
pub(crate) fn window_event(app: &AppHandle, label: &str, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event {
        api.prevent_close();
        if label == windows::MAIN {
            hear(app, News::Closing);
        }
    } else if let WindowEvent::Destroyed = event {
        if let Some(subscribers) = app.try_state::<Subscribers>() {
            subscribers.drop_window(label);
        }
        if label == windows::MAIN
            && let Some(windows) = app.try_state::<Windows>()
        {
            windows.main_is_gone();
        }
    }
}

/// Brings the main window to the person.
pub(crate) fn present(app: &AppHandle) {
    show(app, None);
}

/// The same, at a screen in it.
fn show(app: &AppHandle, screen: Option<Screen>) {
    if let Some(windows) = app.try_state::<Windows>() {
        windows.present_main(screen);
    }
}

/// Does what was pressed in the tray's menu, as a page would.
pub(crate) fn pressed(app: &AppHandle, press: Press) {
    let ask = |method: &'static str, params| request(app, method, params);
    match press {
        Press::Open => present(app),
        Press::Missed => show(app, Some(Screen::Recents)),
        Press::Settings => show(app, Some(Screen::Settings)),
        Press::Answer(id) => ask("accept", json!({ "inviteID": id })),
        Press::Reject(id) => ask("reject", json!({ "inviteID": id, "reason": "declined" })),
        Press::HangUp(id) => ask("hangUp", json!({ "callID": id })),
        Press::Cancel(id) => ask("cancel", json!({ "inviteID": id })),
        Press::Quiet(quiet) => set_quiet(app, quiet),
        Press::Quit => hear(app, News::Pressed(Action::Quit)),
    }
}

fn request(app: &AppHandle, method: &'static str, params: serde_json::Value) {
    let Some(controller) = controller(app) else {
        return;
    };
    tauri::async_runtime::spawn(async move {
        let asked = match api::operation(method, params) {
            Ok(operation) => controller.request(operation).await,
            Err(error) => Err(error),
        };
        if let Err(error) = asked {
            // The screens say it too.
            tracing::info!(method, %error, "what was chosen in the tray was refused");
        }
    });
}

fn set_quiet(app: &AppHandle, quiet: QuietFor) {
    let Some(controller) = controller(app) else {
        return;
    };
    tauri::async_runtime::spawn(async move {
        let saved = async {
            let (view, _) = controller.subscribe().await?;
            let mut settings = view.settings.clone();
            settings.quiet.by_hand = quiet.by_hand(&Zoned::now());
            controller.ask(Ask::SaveSettings(Box::new(settings))).await
        };
        if let Err(error) = saved.await {
            tracing::warn!(%error, "do not disturb is as it was");
        }
    });
}

/// Has the app look for what was chosen on notifications of the background process.
pub(crate) fn handed_over(app: &AppHandle) {
    hear(app, News::HandedOver);
}

fn hear(app: &AppHandle, news: News) {
    let Some(controller) = controller(app) else {
        return;
    };
    tauri::async_runtime::spawn(async move {
        if let Err(error) = controller.hear(news).await {
            tracing::debug!(%error, "the app quits");
        }
    });
}

fn controller(app: &AppHandle) -> Option<Controller> {
    app.try_state::<Controller>()
        .map(|controller| controller.inner().clone())
}

/// Ends what is under way, before the process ends.
pub(crate) fn quit(app: &AppHandle) {
    if let Some(controller) = app.try_state::<Controller>() {
        tauri::async_runtime::block_on(controller.quit());
    }
}

/// Quits in order, and without asking, when the system asks the process to end.
pub(crate) async fn quit_when_told(app: AppHandle) {
    match told_to_quit().await {
        Ok(()) => app.exit(0),
        Err(error) => tracing::warn!(%error, "signals are not heard"),
    }
}

/// Waits until the system asks the process to end.
#[cfg(unix)]
pub(crate) async fn told_to_quit() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

/// Waits until the system asks the process to end.
#[cfg(not(unix))]
pub(crate) async fn told_to_quit() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
