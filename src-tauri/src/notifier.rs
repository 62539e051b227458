//! Operating-system notifications of rings and missed calls.
//!
//! Owns how each system shows them; knows nothing of how a call is going.

#[cfg(target_os = "linux")]
mod freedesktop;
mod text;

use std::path::Path;

use crate::controller::Controller;
use crate::shell::Caller;

/// Shows and withdraws notifications. What is chosen on them goes to the controller, as the same
/// commands that the windows give; so does what became of them.
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
pub(crate) fn of_this_system(controller: Controller, folder: &Path) -> Box<dyn Notifier> {
    Box::new(freedesktop::Freedesktop::start(controller, folder))
}

/// The notifications of this operating system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn of_this_system(controller: Controller, _: &Path) -> Box<dyn Notifier> {
    Box::new(none::None::start(controller))
}

#[cfg(not(target_os = "linux"))]
mod none {
    use super::{Caller, Controller, Notifier};
    use crate::view::NotificationsView;

    /// Says that there are no notifications; the ring window is how a ring is seen.
    pub(super) struct None;

    impl None {
        pub(super) fn start(controller: Controller) -> Self {
            let unavailable = NotificationsView::Unavailable {
                reason: "Bellhop shows no notifications on this operating system yet.".to_owned(),
            };
            tokio::spawn(async move {
                if let Err(error) = controller.notifications(unavailable).await {
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
