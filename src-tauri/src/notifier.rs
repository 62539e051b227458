//! Operating-system notifications of rings and missed calls.
//!
//! Owns how each system shows them; knows nothing of how a call is going. [`desk`] keeps what is on
//! the screen and tells what became of it, the same on every system; one file for each system knows
//! how notifications are shown there.

mod desk;
mod fates;
#[cfg(target_os = "linux")]
mod freedesktop;
mod text;
#[cfg(any(windows, test))]
mod toast_xml;
#[cfg(windows)]
mod toasts;
#[cfg(target_os = "macos")]
mod user_notifications;

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::mpsc;

pub(crate) use self::fates::Fates;
pub(crate) use self::text::clean;

use crate::shell::Caller;
use crate::view::{DeliveryView, NotificationsView};

/// How much may wait for whoever listens to the notifications.
pub(crate) const NEWS: usize = 64;

/// How long withdrawing every ring may take when the process ends.
const WITHDRAW_WITHIN: Duration = Duration::from_secs(1);

/// What a notifier tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// How it stands with notifications on this desktop.
    Able(NotificationsView),
    /// What became of a notification.
    Delivered(DeliveryView),
    /// What the person chose on one.
    Chosen {
        choice: Choice,
        /// What lets a window come to the front for it, where the desktop wants to be shown that a person
        /// asked: an XDG activation token or startup notification ID.
        activation: Option<String>,
    },
}

/// What a person can choose on a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Show the app, as the notification of this invitation was clicked.
    Show(String),
    /// Accept this ring.
    Accept(String),
    /// Reject this ring.
    Reject(String),
    /// Put this ring's notification away; it still waits for an answer.
    Silence(String),
    /// Call whoever was missed.
    CallBack(Caller),
}

impl Choice {
    /// Whether the app comes to the person for it.
    fn brings_app(&self) -> bool {
        match self {
            Self::Show(_) | Self::Accept(_) | Self::CallBack(_) => true,
            Self::Reject(_) | Self::Silence(_) => false,
        }
    }
}

/// Shows and withdraws notifications. It tells what is chosen on them and what becomes of them.
pub(crate) trait Notifier: Send + 'static {
    /// Notifies of a ring, with Accept and Reject, until it is withdrawn.
    fn ring(&mut self, caller: Caller);

    /// Withdraws the notification of this invitation's ring, if it is there.
    fn withdraw(&mut self, invite_id: &str);

    /// Notifies of a missed call, with Call back, in the place of its ring.
    fn missed(&mut self, caller: Caller);

    /// Tells something of the app itself, under this title.
    fn tell(&mut self, title: &'static str, words: String);

    /// Withdraws every ring, and is done when that is done, or after a second: not every desktop takes
    /// off the screen what nobody waits for any more.
    fn close(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Tells something of an app that does not run; where there are no notifications, nothing.
pub(crate) fn tell_alone(title: &'static str, words: String) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let folder = dirs::runtime_dir().or_else(dirs::cache_dir);
    let (Ok(runtime), Some(folder)) = (runtime, folder) else {
        return;
    };
    runtime.block_on(async {
        let (told, heard) = mpsc::channel(NEWS);
        let mut notifier = of_this_system(told, &folder);
        notifier.tell(title, words);
        notifier.close().await;
        drop(heard);
    });
}

/// The notifications of this operating system; `folder` is where they may keep a picture.
#[cfg(target_os = "linux")]
pub(crate) fn of_this_system(told: mpsc::Sender<News>, folder: &Path) -> Box<dyn Notifier> {
    Box::new(desk::start(freedesktop::Freedesktop::new(folder), told))
}

/// The notifications of this operating system; `folder` is where they may keep a picture.
#[cfg(windows)]
pub(crate) fn of_this_system(told: mpsc::Sender<News>, folder: &Path) -> Box<dyn Notifier> {
    Box::new(desk::start(toasts::Toasts::new(folder), told))
}

/// The notifications of this operating system.
#[cfg(target_os = "macos")]
pub(crate) fn of_this_system(told: mpsc::Sender<News>, _: &Path) -> Box<dyn Notifier> {
    let system = user_notifications::UserNotifications::new();
    Box::new(desk::start(system, told))
}
