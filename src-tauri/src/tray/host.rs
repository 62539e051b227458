//! Whether this desktop has a tray that shows the app's icon.
//!
//! On Linux there are two ways to show one: over D-Bus, and on X11 as a window in the tray's. Where
//! neither is there, the app says how it is reached without.

#[cfg(target_os = "linux")]
mod watcher;
#[cfg(target_os = "linux")]
mod xembed;

use crate::controller::{Controller, News};
use crate::view::{DesktopSession, TrayState};

/// How the app is reached without a tray.
const WITHOUT: &str = "When its window is closed, Bellhop goes on running: start it again to bring \
                       the window back, and quit it from there.";

/// Has the controller told whether there is a tray, from here on.
#[cfg(target_os = "linux")]
pub(crate) async fn watch(controller: Controller, session: DesktopSession) {
    use tokio::sync::watch;
    let (over_bus, mut bus) = watch::channel(None);
    let (on_display, mut display) = watch::channel(None);
    tokio::spawn(watcher::watch(over_bus));
    match session {
        DesktopSession::X11 => xembed::watch(on_display),
        DesktopSession::Wayland | DesktopSession::Native => drop(on_display.send(Some(false))),
    }
    loop {
        let found = (*bus.borrow_and_update(), *display.borrow_and_update());
        let state = match found {
            (Some(true), _) | (_, Some(true)) => TrayState::Shown,
            (Some(false), Some(false)) => absent(),
            (None, _) | (_, None) => TrayState::Unknown,
        };
        if controller.hear(News::Tray(state)).await.is_err() {
            return;
        }
        let (bus_lives, display_lives) = (bus.has_changed().is_ok(), display.has_changed().is_ok());
        tokio::select! {
            Ok(()) = bus.changed(), if bus_lives => {}
            Ok(()) = display.changed(), if display_lives => {}
            else => return,
        }
    }
}

/// Windows and macOS always have one.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn watch(controller: Controller, _: DesktopSession) {
    if let Err(error) = controller.hear(News::Tray(TrayState::Shown)).await {
        tracing::debug!(%error, "the app quits");
    }
}

#[cfg(target_os = "linux")]
fn absent() -> TrayState {
    TrayState::Absent {
        reason: format!("This desktop shows no tray icons. {WITHOUT}"),
    }
}

/// Tells the controller that no icon can be made, and why.
pub(crate) async fn no_icon(controller: Controller, error: &tauri::Error) {
    let reason = format!("There is no icon in the tray, because {error}. {WITHOUT}");
    if let Err(error) = controller.hear(News::NoTrayIcon(reason)).await {
        tracing::debug!(%error, "the app quits");
    }
}
