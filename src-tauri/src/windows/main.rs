//! The main window: made, brought to the person, and unloaded when it is closed.
//!
//! One thread does so, one thing after another. It is not the one that owns the windows: making a window
//! waits for that one.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager, Theme, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use super::{MAIN, crashed, place};

/// How long after a press on a notification the main window is brought because of it: not every press does
/// bring it, and an old token keeps a window back.
const TOKEN_LASTS: Duration = Duration::from_secs(10);

/// What is to be done with the main window.
#[derive(Debug)]
pub(super) enum Order {
    /// Bring it to the person, at this screen.
    Present(Option<Screen>),
    /// Show the desktop this token when it is brought next.
    Activation(String),
    /// Unload it.
    Unload,
    /// It has been unloaded.
    Gone,
    /// Draw its frame so.
    Theme(Option<Theme>),
}

/// A screen in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// The recent calls.
    Recents,
    /// The settings.
    Settings,
}

impl Screen {
    /// The fragment of the page's address that leads there.
    fn fragment(self) -> &'static str {
        match self {
            Self::Recents => "recents",
            Self::Settings => "settings",
        }
    }
}

/// The main window, whether it is there or not.
pub(super) struct Main {
    app: AppHandle,
    web_data: PathBuf,
    title: String,
    theme: Option<Theme>,
    /// What lets it come to the front when it is brought next.
    activation: Option<(String, Instant)>,
    /// It is being unloaded, and what is to be shown when it is.
    going: Option<Option<Order>>,
}

impl Main {
    /// The main window of this app before it is made. `web_data` is the folder in which the webviews keep
    /// what they keep.
    pub(super) fn new(app: AppHandle, web_data: PathBuf, title: String) -> Self {
        Self {
            app,
            web_data,
            title,
            theme: None,
            activation: None,
            going: None,
        }
    }

    /// Does what it is ordered to, as long as anybody orders.
    pub(super) fn follow(mut self, orders: &Receiver<Order>) {
        while let Ok(order) = orders.recv() {
            if let Err(error) = self.carry_out(order) {
                tracing::warn!(%error, "the desktop refused it");
            }
        }
    }

    fn carry_out(&mut self, order: Order) -> tauri::Result<()> {
        match order {
            Order::Present(screen) => self.present(screen),
            Order::Activation(token) => {
                self.activation = Some((token, Instant::now()));
                Ok(())
            }
            Order::Unload => self.unload(),
            Order::Gone => match self.going.take() {
                Some(Some(next)) => self.carry_out(next),
                Some(None) | None => Ok(()),
            },
            Order::Theme(theme) => {
                self.theme = theme;
                let window = self.app.get_webview_window(MAIN);
                window.map_or(Ok(()), |window| window.set_theme(theme))
            }
        }
    }

    /// Brings it to the person.
    pub(super) fn present(&mut self, screen: Option<Screen>) -> tauri::Result<()> {
        if let Some(next) = &mut self.going {
            *next = Some(Order::Present(screen));
            return Ok(());
        }
        tracing::info!(?screen, "the main window comes to the person");
        let window = match self.app.get_webview_window(MAIN) {
            Some(window) => {
                if let Some(screen) = screen {
                    window.eval(format!("location.hash = \"{}\"", screen.fragment()))?;
                }
                window
            }
            None => self.make(screen)?,
        };
        if let Some((token, told)) = self.activation.take()
            && told.elapsed() < TOKEN_LASTS
        {
            show_token(&window, token)?;
        }
        window.show()?;
        window.unminimize()?;
        window.set_focus()
    }

    fn unload(&mut self) -> tauri::Result<()> {
        let Some(window) = self.app.get_webview_window(MAIN) else {
            return Ok(());
        };
        place::save(&self.app);
        window.destroy()?;
        self.going.get_or_insert_default();
        Ok(())
    }

    /// Makes it, hidden, where it was last.
    fn make(&self, screen: Option<Screen>) -> tauri::Result<WebviewWindow> {
        let page = match screen {
            Some(screen) => format!("main.html#{}", screen.fragment()),
            None => "main.html".to_owned(),
        };
        let window = WebviewWindowBuilder::new(&self.app, MAIN, WebviewUrl::App(page.into()))
            .title(&self.title)
            .inner_size(960.0, 680.0)
            .min_inner_size(360.0, 480.0)
            .center()
            .visible(false)
            .theme(self.theme)
            .data_directory(self.web_data.clone())
            .build()?;
        place::correct(&window)?;
        crashed::reload(&window)?;
        Ok(window)
    }
}

/// Shows the desktop that a person has asked for this window, without which some keep it in the background:
/// on Wayland it is activated by the token, on X11 its time is the one in the token.
#[cfg(target_os = "linux")]
fn show_token(window: &WebviewWindow, token: String) -> tauri::Result<()> {
    use gtk::prelude::{Cast, GtkWindowExt, WidgetExt};
    window.with_webview(move |view| {
        let window = view.inner().toplevel();
        if let Some(window) = window.and_then(|it| it.downcast::<gtk::Window>().ok()) {
            window.set_startup_id(&token);
        }
    })
}

/// The system itself brings an app to the front whose notification was clicked.
#[cfg(not(target_os = "linux"))]
fn show_token(_: &WebviewWindow, _: String) -> tauri::Result<()> {
    Ok(())
}
