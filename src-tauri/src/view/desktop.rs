//! What the desktop around the app can do, what it was asked to do, and what the app asks the person.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Action, MediaType, NotificationsView};

/// What the desktop around the app can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DesktopView {
    /// What draws the windows.
    pub session: DesktopSession,
    /// Where a ring is seen.
    pub ring_screen: RingScreen,
    /// Whether shortcuts work from everywhere.
    pub global_shortcuts: GlobalShortcuts,
    /// Whether there is an icon in the tray.
    pub tray: TrayState,
    /// The desktop's own do-not-disturb; absent where it cannot be read.
    pub do_not_disturb: Option<bool>,
}

impl DesktopView {
    /// What is known of it before anything was asked.
    pub(crate) fn before_known(session: DesktopSession) -> Self {
        Self {
            session,
            ring_screen: RingScreen::of(session, &NotificationsView::Unknown),
            global_shortcuts: GlobalShortcuts::Available { taken: Vec::new() },
            tray: TrayState::Unknown,
            do_not_disturb: None,
        }
    }
}

/// What draws the windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum DesktopSession {
    /// X11 on Linux.
    #[default]
    X11,
    /// Wayland on Linux: no window places itself or stays on top.
    Wayland,
    /// Windows or macOS.
    Native,
}

/// Where a ring is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RingScreen {
    /// In a window of its own, and as a notification.
    Window,
    /// As a notification, because no window can come to the front by itself.
    Notification,
}

impl RingScreen {
    /// Where a ring is seen in this session with these notifications: in a window also where none comes to
    /// the front by itself, when notifications cannot be answered.
    pub(crate) fn of(session: DesktopSession, notifications: &NotificationsView) -> Self {
        match (session, notifications) {
            (DesktopSession::Wayland, NotificationsView::WithActions) => Self::Notification,
            (
                DesktopSession::Wayland,
                NotificationsView::Unknown
                | NotificationsView::WithoutActions
                | NotificationsView::Unavailable { .. },
            )
            | (DesktopSession::X11 | DesktopSession::Native, _) => Self::Window,
        }
    }
}

/// Whether shortcuts work from everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase")]
#[ts(export)]
pub enum GlobalShortcuts {
    /// They do, but for these, which another program has.
    Available {
        /// Whose keys another program has.
        taken: Vec<Action>,
    },
    /// They work in the app's windows alone.
    Unavailable {
        /// A sentence that says why.
        reason: String,
    },
}

/// Whether there is an icon in the tray.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase")]
#[ts(export)]
pub enum TrayState {
    /// Not known yet.
    Unknown,
    /// There is.
    Shown,
    /// There is none.
    Absent {
        /// A sentence that says why, and how the app is reached then.
        reason: String,
    },
}

/// What became of one notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeliveryView {
    /// The invitation it told of.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// Who called.
    pub name: String,
    /// What it told.
    pub kind: NotificationKind,
    /// What became of it.
    pub fate: Fate,
    /// When, in milliseconds since 1970-01-01 UTC, on this machine's clock.
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// What a notification tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum NotificationKind {
    /// Somebody rings.
    Ring,
    /// A call was missed.
    Missed,
}

/// What became of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Fate {
    /// Shown with its buttons.
    Shown,
    /// Shown, but the desktop draws no buttons.
    NoActions,
    /// Nothing on this desktop shows notifications.
    NoDaemon,
    /// The person or the system does not let the app notify.
    Denied,
    /// Withdrawn and replaced by what came after it.
    Replaced,
}

/// Something the app asks before it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum QuestionView {
    /// Whether to end the call and answer this ring.
    AnswerInstead {
        /// The ring.
        #[serde(rename = "inviteID")]
        invite_id: String,
        /// Who calls.
        name: String,
    },
    /// Whether to quit in the middle of a call.
    Quit,
}

/// A call that something outside the app has prepared; the person places it or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DialView {
    /// Whom to call.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// Sound or picture.
    pub media_type: MediaType,
    /// Another number with each one that comes, also when it says the same.
    pub number: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_windows_stay_behind_a_ring_is_seen_where_it_can_be_answered() {
        let unavailable = NotificationsView::Unavailable {
            reason: "There is none.".to_owned(),
        };
        let unable = [
            NotificationsView::Unknown,
            NotificationsView::WithoutActions,
            unavailable,
        ];
        for notifications in unable.iter().chain(&[NotificationsView::WithActions]) {
            for session in [DesktopSession::X11, DesktopSession::Native] {
                assert_eq!(RingScreen::of(session, notifications), RingScreen::Window);
            }
        }
        let on_wayland = |notifications| RingScreen::of(DesktopSession::Wayland, notifications);
        for notifications in &unable {
            assert_eq!(on_wayland(notifications), RingScreen::Window);
        }
        assert_eq!(
            on_wayland(&NotificationsView::WithActions),
            RingScreen::Notification
        );
    }
}
