//! The two windows: the main one, which is unloaded while it is closed, and the ring window.
//!
//! Owns everything about windows that Tauri can do; knows no call and no snapshot.

mod crashed;
mod main;
mod place;
mod ring;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{SyncSender, sync_channel};

use tauri::{AppHandle, Manager, WebviewWindow};

use self::main::{Main, Order};
use crate::view::DesktopSession;

#[cfg(target_os = "macos")]
pub(crate) use self::crashed::reload_any;
pub(crate) use self::main::Screen;

/// The label of the main window.
pub(crate) const MAIN: &str = "main";
/// The label of the ring window.
pub(crate) const RING: &str = "ring";
/// How many orders may wait for the main window.
const ORDERS: usize = 64;

/// The windows of a running app; clones mean the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    app: AppHandle,
    orders: SyncSender<Order>,
    /// Counts how often the ring window was to be shown or hidden.
    ring_turns: Arc<AtomicU64>,
}

impl Windows {
    /// Creates the windows of a profile, whose `folder` keeps where they were: unless the app starts
    /// hidden the main one first, because WebDriver attaches to the first; and the ring window.
    pub(crate) fn create(
        app: &AppHandle,
        folder: &Path,
        title: &str,
        hidden: bool,
    ) -> tauri::Result<Self> {
        place::keep(app, folder)?;
        let web_data = folder.join("webview");
        let mut main = Main::new(app.clone(), web_data.clone(), title.to_owned());
        if !hidden {
            main.present(None)?;
        }
        let ring = ring::make(app, &web_data)?;
        crashed::reload(&ring)?;
        let (orders, received) = sync_channel(ORDERS);
        let thread = std::thread::Builder::new().name("main-window".to_owned());
        thread.spawn(move || main.follow(&received))?;
        let app = app.clone();
        Ok(Self {
            app,
            orders,
            ring_turns: Arc::default(),
        })
    }

    /// Brings the main window to the person, at a screen in it if one is given, and makes it if it is
    /// unloaded.
    pub(crate) fn present_main(&self, screen: Option<Screen>) {
        self.order(Order::Present(screen));
    }

    /// Lets the main window come to the front when it is brought to the person next, by the desktop's token
    /// for what the person has just chosen.
    pub(crate) fn may_come_to_front(&self, token: String) {
        self.order(Order::Activation(token));
    }

    /// Unloads the main window; where it was is kept.
    pub(crate) fn unload_main(&self) {
        self.order(Order::Unload);
    }

    /// Takes over that the main window is not there any more.
    pub(crate) fn main_is_gone(&self) {
        self.order(Order::Gone);
    }

    /// Draws the windows' frames light, dark, or as the desktop says.
    pub(crate) fn set_theme(&self, theme: Option<tauri::Theme>) -> tauri::Result<()> {
        self.order(Order::Theme(theme));
        self.ring().set_theme(theme)
    }

    fn order(&self, order: Order) {
        if let Err(error) = self.orders.try_send(order) {
            tracing::error!(%error, "the main window does not keep up");
        }
    }

    fn ring(&self) -> WebviewWindow {
        self.app
            .get_webview_window(RING)
            .expect("the ring window lives as long as the app")
    }
}

/// What draws the windows of this process.
pub(crate) fn session() -> DesktopSession {
    let given = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    if !cfg!(target_os = "linux") {
        return DesktopSession::Native;
    }
    let asked_for_x11 = given("GDK_BACKEND").is_some_and(|backends| backends.starts_with("x11"));
    match given("WAYLAND_DISPLAY") {
        Some(_) if !asked_for_x11 => DesktopSession::Wayland,
        Some(_) | None => DesktopSession::X11,
    }
}
