//! Has the desktop hand over keys that are pressed in other programs' windows, and tells what of it
//! works.
//!
//! Which keys, and when, is [`Grabs`]' to say; what a press does is the controller's.

#[cfg(not(target_os = "linux"))]
mod registered;
#[cfg(target_os = "linux")]
mod x11;

use std::collections::BTreeSet;

use tauri::AppHandle;
use tokio::sync::watch;

use crate::controller::{Controller, News};
use crate::shortcuts::Grabs;
use crate::view::{Action, DesktopSession, GlobalShortcuts};

/// The keys that are held of the desktop, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Grabber {
    grabs: watch::Sender<Grabs>,
}

impl Grabber {
    /// Holds none yet; the controller hears what the desktop allows, and what is pressed.
    pub(crate) fn start(app: &AppHandle, session: DesktopSession, controller: Controller) -> Self {
        let (grabs, asked) = watch::channel(Grabs::default());
        follow(app, session, asked, Told::new(controller));
        Self { grabs }
    }

    /// Holds these keys and no others.
    pub(crate) fn hold(&self, grabs: Grabs) {
        self.grabs.send_replace(grabs);
    }
}

/// What the controller has been told.
struct Told {
    controller: Controller,
    taken: BTreeSet<Action>,
}

impl Told {
    fn new(controller: Controller) -> Self {
        let taken = BTreeSet::new();
        Self { controller, taken }
    }

    async fn pressed(&self, action: Action) {
        self.tell(News::Pressed(action)).await;
    }

    /// Which actions' keys another program has.
    async fn taken(&mut self, taken: BTreeSet<Action>) {
        if self.taken != taken {
            self.taken.clone_from(&taken);
            let taken = taken.into_iter().collect();
            let available = GlobalShortcuts::Available { taken };
            self.tell(News::GlobalShortcuts(available)).await;
        }
    }

    async fn unavailable(&self, reason: &str) {
        let reason = reason.to_owned();
        let unavailable = GlobalShortcuts::Unavailable { reason };
        self.tell(News::GlobalShortcuts(unavailable)).await;
    }

    async fn tell(&self, news: News) {
        if let Err(error) = self.controller.hear(news).await {
            tracing::debug!(%error, "the app quits");
        }
    }
}

#[cfg(target_os = "linux")]
fn follow(_: &AppHandle, session: DesktopSession, asked: watch::Receiver<Grabs>, told: Told) {
    match session {
        DesktopSession::X11 | DesktopSession::Native => tokio::spawn(x11::follow(asked, told)),
        DesktopSession::Wayland => tokio::spawn(async move {
            told.unavailable(
                "Wayland gives a key to the window in front alone, so shortcuts work while a Bellhop \
                 window is there. Elsewhere, answer from the notification.",
            )
            .await;
        }),
    };
}

#[cfg(not(target_os = "linux"))]
fn follow(app: &AppHandle, _: DesktopSession, asked: watch::Receiver<Grabs>, told: Told) {
    registered::follow(app, asked, told);
}
