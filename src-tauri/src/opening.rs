//! How a link, or another start of the app, reaches the one that runs.
//!
//! Owns where links come from and who is made to open them; what a link means is [`Link`]'s, and what
//! becomes of it the controller's.

use tauri::{AppHandle, Manager};

use crate::args::Args;
use crate::controller::{Controller, News};
use crate::lifecycle;
use crate::link::{Link, LinkError};
use crate::windows::Windows;

/// Takes over the link that the app was started with, and those that the system hands over later.
pub(crate) fn first_start(
    app: &AppHandle,
    controller: &Controller,
    opened: Option<Result<Link, LinkError>>,
) {
    if let Some(opened) = opened {
        tell(controller.clone(), opened);
    }
    hear(app, controller);
}

/// Does what another start of this profile asks for. It may ask while this one still opens the profile: on
/// Linux it waits for the event loop, which runs when everything is there.
pub(crate) fn another_start(app: &AppHandle, words: Vec<String>) {
    let handle = app.clone();
    let scheduled = app.run_on_main_thread(move || {
        open_with(&handle, words);
        lifecycle::handed_over(&handle);
    });
    if let Err(error) = scheduled {
        tracing::debug!(%error, "the app quits");
    }
}

/// The window comes to the person, with the link if there was one. Words that are not understood only
/// bring the window.
fn open_with(app: &AppHandle, words: Vec<String>) {
    let opened = match Args::of_another_start(words) {
        // As when the person logs in: it is there already.
        Ok(args) if args.hidden => match args.opened() {
            Some(opened) => Some(opened),
            None => return,
        },
        Ok(args) => {
            if let (Some(token), Some(windows)) = (&args.activation, app.try_state::<Windows>()) {
                windows.may_come_to_front(token.clone());
            }
            args.opened()
        }
        Err(error) => {
            // Not in its own words: those repeat what anybody may have written.
            tracing::warn!(kind = ?error.kind(), "another start is not understood");
            None
        }
    };
    match (opened, app.try_state::<Controller>()) {
        (Some(opened), Some(controller)) => tell(controller.inner().clone(), opened),
        (Some(_) | None, _) => lifecycle::present(app),
    }
}

fn tell(controller: Controller, opened: Result<Link, LinkError>) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = controller.hear(News::Opened(opened)).await {
            tracing::debug!(%error, "the app quits");
        }
    });
}

/// A package says by itself which links its app can open; an AppImage has none, so it becomes the one
/// for `bellhop:`. Whether `tel:` and `callto:` are opened with Bellhop is left to the person, in the
/// desktop's settings.
#[cfg(target_os = "linux")]
fn hear(app: &AppHandle, _: &Controller) {
    use tauri_plugin_deep_link::DeepLinkExt;
    const OWN: &str = "bellhop";
    if app.env().appimage.is_none() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let links = app.deep_link();
        let registered = match links.is_registered(OWN) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => links.register(OWN),
        };
        if let Err(error) = registered {
            tracing::warn!(%error, "bellhop: links are not opened with this AppImage");
        }
    });
}

/// macOS starts no second process for a link, but tells the one that runs.
#[cfg(target_os = "macos")]
fn hear(app: &AppHandle, controller: &Controller) {
    use tauri_plugin_deep_link::DeepLinkExt;
    let controller = controller.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            tell(controller.clone(), Link::parse(url.as_str()));
        }
    });
}

/// The installer names the app as the one for `bellhop:`, and a link starts it again.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn hear(_: &AppHandle, _: &Controller) {}
