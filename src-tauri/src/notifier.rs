//! Operating-system notifications of rings and missed calls.
//!
//! Owns how each system shows them; knows nothing of how a call is going.

#[cfg(target_os = "linux")]
mod freedesktop;
mod text;

use std::path::Path;

use tokio::sync::mpsc;

use crate::shell::Caller;
use crate::view::{DeliveryView, NotificationsView};

/// How much may wait for whoever listens to the notifications.
pub(crate) const NEWS: usize = 64;

/// What a notifier tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// How it stands with notifications on this desktop.
    Able(NotificationsView),
    /// What became of a notification.
    Delivered(DeliveryView),
    /// What the person chose on one.
    Chosen(Choice),
}

/// What a person can choose on a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Accept this ring.
    Accept(String),
    /// Reject this ring.
    Reject(String),
    /// Put this ring's notification away; it still waits for an answer.
    Silence(String),
    /// Call whoever was missed.
    CallBack(Caller),
}

/// Shows and withdraws notifications. It tells what is chosen on them and what becomes of them.
pub(crate) trait Notifier: Send + 'static {
    /// Notifies of a ring, with Accept and Reject, until it is withdrawn.
    fn ring(&mut self, caller: Caller);

    /// Withdraws the notification of this invitation's ring, if it is there.
    fn withdraw(&mut self, invite_id: &str);

    /// Notifies of a missed call, with Call back.
    fn missed(&mut self, caller: Caller);
}

/// The notifications of this operating system; `folder` is where they may keep a picture.
#[cfg(target_os = "linux")]
pub(crate) fn of_this_system(told: mpsc::Sender<News>, folder: &Path) -> Box<dyn Notifier> {
    Box::new(freedesktop::Freedesktop::start(told, folder))
}

/// The notifications of this operating system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn of_this_system(told: mpsc::Sender<News>, _: &Path) -> Box<dyn Notifier> {
    Box::new(none::None::start(told))
}

#[cfg(not(target_os = "linux"))]
mod none {
    use tokio::sync::mpsc;

    use super::{Caller, News, Notifier};
    use crate::view::NotificationsView;

    /// Says that there are no notifications; the ring window is how a ring is seen.
    pub(super) struct None;

    impl None {
        pub(super) fn start(told: mpsc::Sender<News>) -> Self {
            let unavailable = NotificationsView::Unavailable {
                reason: "Bellhop shows no notifications on this operating system yet.".to_owned(),
            };
            tokio::spawn(async move {
                if let Err(error) = told.send(News::Able(unavailable)).await {
                    tracing::debug!(%error, "not told");
                }
            });
            Self
        }
    }

    impl Notifier for None {
        fn ring(&mut self, _: Caller) {}

        fn withdraw(&mut self, _: &str) {}

        fn missed(&mut self, _: Caller) {}
    }
}
