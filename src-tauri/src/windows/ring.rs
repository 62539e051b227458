//! The ring window: loaded from the start and hidden, shown where the person looks, and as high as its
//! rings.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::utils::config::Color;
use tauri::{
    AppHandle, LogicalSize, Monitor, PhysicalPosition, PixelUnit, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, WindowSizeConstraints,
};

#[cfg(target_os = "linux")]
use super::MAIN;
use super::{RING, Windows};

/// The ring window in CSS pixels: as wide as this always, as high as this until its page has said how
/// high its stack of rings is.
const RING_SIZE: LogicalSize<f64> = LogicalSize::new(380.0, 200.0);
/// The most of the desktop's free height that the ring window takes.
const MOST_OF_HEIGHT: f64 = 0.75;
/// How long the page may take to draw that nothing rings: a few frames.
const DRAWN_EMPTY_WITHIN: Duration = Duration::from_millis(50);
/// How long the desktop may take to uncover what was below.
#[cfg(target_os = "linux")]
const UNCOVERED_WITHIN: Duration = Duration::from_millis(100);
const FULLY_TRANSPARENT: Color = Color(0, 0, 0, 0);

/// Makes the ring window, hidden, so that it is loaded before anything rings.
pub(super) fn make(app: &AppHandle, web_data: &Path) -> tauri::Result<WebviewWindow> {
    let rounded = draws_transparent_windows(|name| std::env::var(name).ok());
    let page = if rounded {
        "ring.html?rounded"
    } else {
        "ring.html"
    };
    let mut ring = WebviewWindowBuilder::new(app, RING, WebviewUrl::App(page.into()))
        .title("Incoming call")
        .inner_size(RING_SIZE.width, RING_SIZE.height)
        .decorations(false)
        .inner_size_constraints(exactly(RING_SIZE))
        .maximizable(false)
        .minimizable(false)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .skip_taskbar(true)
        .focused(false)
        .focusable(false)
        .visible(false)
        .data_directory(web_data.to_owned());
    if rounded {
        ring = ring.transparent(true).background_color(FULLY_TRANSPARENT);
    }
    ring.build()
}

impl Windows {
    /// Shows the ring window on the display the pointer is on, without taking the keyboard.
    ///
    /// GTK gives a window the keyboard again after it was first drawn, so it is refused before each
    /// showing.
    pub(crate) fn show_ring(&self) -> tauri::Result<()> {
        self.ring_turns.fetch_add(1, Ordering::Relaxed);
        let ring = self.ring();
        ring.set_focusable(false)?;
        self.place_ring(&ring)?;
        ring.show()?;
        ring.set_always_on_top(true)
    }

    /// Hides the ring window once its page has had the time to draw that nothing rings, unless it is
    /// shown again before: a hidden page draws nothing, and the next ring would begin with the picture of
    /// the last.
    pub(crate) fn hide_ring(&self) {
        let turn = self.ring_turns.fetch_add(1, Ordering::Relaxed) + 1;
        let windows = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(DRAWN_EMPTY_WITHIN).await;
            windows.on_main_thread(move |windows| {
                if windows.ring_turns.load(Ordering::Relaxed) == turn {
                    windows.ring().hide()
                } else {
                    Ok(())
                }
            });
            #[cfg(target_os = "linux")]
            {
                tokio::time::sleep(UNCOVERED_WITHIN).await;
                windows.on_main_thread(Self::draw_uncovered);
            }
        });
    }

    fn on_main_thread(&self, act: impl FnOnce(&Self) -> tauri::Result<()> + Send + 'static) {
        let windows = self.clone();
        let scheduled = self.app.run_on_main_thread(move || {
            if let Err(error) = act(&windows) {
                tracing::warn!(%error, "the ring window is not hidden as it should be");
            }
        });
        if let Err(error) = scheduled {
            tracing::debug!(%error, "the app quits");
        }
    }

    /// Has the main window draw what the ring window has covered: without a compositor, WebKitGTK leaves a
    /// hole there now and then.
    #[cfg(target_os = "linux")]
    fn draw_uncovered(&self) -> tauri::Result<()> {
        use gtk::prelude::WidgetExt;
        use tauri::Manager;
        let Some(main) = self.app.get_webview_window(MAIN) else {
            return Ok(());
        };
        main.with_webview(|view| view.inner().queue_draw())
    }

    /// Makes the ring window as high as its stack of rings, in CSS pixels.
    pub(crate) fn resize_ring(&self, height: f64) -> tauri::Result<()> {
        let ring = self.ring();
        let highest = match self.display(&ring)? {
            Some(display) => {
                let area = display.work_area();
                f64::from(area.size.height) / display.scale_factor() * MOST_OF_HEIGHT
            }
            None => f64::INFINITY,
        };
        let height = height.ceil().clamp(1.0, highest.max(RING_SIZE.height));
        let size = LogicalSize::new(RING_SIZE.width, height);
        ring.set_size_constraints(exactly(size))?;
        ring.set_size(size)
    }

    /// Lets the ring window take the keyboard, because the person touched it.
    pub(crate) fn focus_ring(&self) -> tauri::Result<()> {
        let ring = self.ring();
        ring.set_focusable(true)?;
        ring.set_focus()
    }

    /// Puts the ring window in the middle, an eighth of the way down: desktops show their
    /// notifications in the corners and along the edges.
    fn place_ring(&self, ring: &WebviewWindow) -> tauri::Result<()> {
        let Some(display) = self.display(ring)? else {
            return Ok(());
        };
        let area = display.work_area();
        let (left, top) = (f64::from(area.position.x), f64::from(area.position.y));
        let (width, height) = (f64::from(area.size.width), f64::from(area.size.height));
        let own_width = RING_SIZE.width * display.scale_factor();
        ring.set_position(PhysicalPosition::new(
            left + (width - own_width) / 2.0,
            top + height / 8.0,
        ))
    }

    /// The display the pointer is on, or else the first one.
    fn display(&self, ring: &WebviewWindow) -> tauri::Result<Option<Monitor>> {
        let pointer = ring.cursor_position()?;
        match ring.monitor_from_point(pointer.x, pointer.y)? {
            Some(display) => Ok(Some(display)),
            None => ring.primary_monitor(),
        }
    }
}

/// Keeps the person from resizing. A window that is not resizable would do so too, but GTK never makes
/// one smaller again.
fn exactly(size: LogicalSize<f64>) -> WindowSizeConstraints {
    let (width, height) = (
        PixelUnit::Logical(size.width.into()),
        PixelUnit::Logical(size.height.into()),
    );
    WindowSizeConstraints {
        min_width: Some(width),
        max_width: Some(width),
        min_height: Some(height),
        max_height: Some(height),
    }
}

/// Whether the desktop draws transparent windows, from the environment: an X11 desktop does when it
/// has a compositor, and without one the corners would be black.
fn draws_transparent_windows(variable: impl Fn(&str) -> Option<String>) -> bool {
    const COMPOSITED: [&str; 7] = [
        "GNOME",
        "KDE",
        "X-Cinnamon",
        "Budgie",
        "Pantheon",
        "Unity",
        "Deepin",
    ];
    if !cfg!(target_os = "linux") {
        return true;
    }
    if variable("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty()) {
        return true;
    }
    let desktop = variable("XDG_CURRENT_DESKTOP").unwrap_or_default();
    desktop.split(':').any(|name| COMPOSITED.contains(&name))
}
