//! The one snapshot that every screen, the notifier and the tray draw.
//!
//! Owns the shapes that cross from the backend to the web UI; knows nothing of Tauri, sockets or how
//! the snapshot comes about. TypeScript declarations are generated from here into `ui/src/bindings`.
//! Every `…Ms` field is in milliseconds; remaining and elapsed times are counted from the moment the
//! snapshot was sent, because clocks of different processes are not compared.
//!
//! No field holds words for a person but names, what people have written, and sentences of errors:
//! the UI words the rest.

mod calls;
mod conversations;
mod desktop;
mod people;
mod quiet;
mod settings;
mod sound;

use serde::Serialize;
use ts_rs::TS;

pub use calls::{
    CallView, Direction, EndedView, Ending, GroupCallView, MediaType, OutgoingView, Place,
    Progress, RecentView, RingView, RungState, RungView,
};
pub use conversations::{
    AnsweredByView, CallEntryView, ConversationView, EntryKind, EntryView, OpenConversationView,
};
pub use desktop::{
    DeliveryView, DesktopSession, DesktopView, DialView, Fate, GlobalShortcuts, NotificationKind,
    QuestionView, RingScreen, TrayState,
};
pub use people::{
    ContactView, GroupRefView, GroupRole, GroupView, JoinOption, MemberView, PeerView, PersonView,
    Presence,
};
pub use quiet::{ByHand, CallWaiting, Manner, QuietBecause, QuietNowView, QuietView, ScheduleView};
pub use settings::{Action, PresenceSettingsView, SettingsView, ShortcutView, Theme};
pub use sound::{AudioDeviceView, AudioView, SoundView};

/// Everything the app shows, at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AppView {
    /// Increases with each snapshot; an older one that arrives late is not drawn.
    pub revision: u32,
    /// Who uses this app, and through which server.
    pub profile: ProfileView,
    /// How things stand with the server.
    pub connection: ConnectionView,
    /// The profile's own address book, in the order it is shown.
    pub contacts: Vec<ContactView>,
    /// The groups this user is a member of, by name.
    pub groups: Vec<GroupView>,
    /// Whom this user has blocked, by name.
    pub blocked: Vec<PersonView>,
    /// Past calls, newest first.
    pub recents: Vec<RecentView>,
    /// How many missed calls have not been looked at.
    pub missed: u32,
    /// All conversations, the one with the newest entry first.
    pub conversations: Vec<ConversationView>,
    /// Unread entries of all conversations together.
    pub unread: u32,
    /// The conversation that is open on the screen.
    pub open_conversation: Option<OpenConversationView>,
    /// Invitations that wait for an answer here, oldest first.
    pub rings: Vec<RingView>,
    /// The call this device places, until it is answered or ends.
    pub outgoing: Option<OutgoingView>,
    /// The call this device is in.
    pub call: Option<CallView>,
    /// How the last call ended, until the person has put it away.
    pub ended: Option<EndedView>,
    /// What went wrong with the last thing the person asked for, in a sentence.
    pub problem: Option<String>,
    /// What the person has set.
    pub settings: SettingsView,
    /// Whether rings can reach the person as operating-system notifications.
    pub notifications: NotificationsView,
    /// What calls can be heard on.
    pub audio: AudioView,
    /// Whether this device is quiet at this moment.
    pub quiet: QuietNowView,
    /// Something the app asks before it goes on.
    pub question: Option<QuestionView>,
    /// A call that a link or another program has prepared.
    pub dial: Option<DialView>,
    /// Every shortcut, in the order it is listed.
    pub shortcuts: Vec<ShortcutView>,
    /// What the desktop around the app can do.
    pub desktop: DesktopView,
    /// What became of the last notifications, newest first.
    pub deliveries: Vec<DeliveryView>,
}

/// Who uses this app, and through which server.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProfileView {
    /// The profile's name, as given with `--profile`; `default` without it.
    pub profile: String,
    /// The user ID that is logged in.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The name that others are shown for this user; empty when he has set none.
    pub nick: String,
    /// WebSocket address of the server, empty until one is known.
    pub server: String,
    /// What hosts the server.
    pub hosting: Hosting,
}

/// Where the server of this app runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Hosting {
    /// Inside this app, on loopback, with the test contacts.
    ThisApp,
    /// Inside another profile's app on this machine.
    OtherProfile,
    /// At an address from the settings.
    Remote,
}

/// How things stand with the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase")]
#[ts(export)]
pub enum ConnectionView {
    /// The first connection is being made.
    Connecting,
    /// Logged in.
    Online,
    /// The connection was lost and is being made anew.
    Reconnecting,
    /// Not connected, and it will not be tried again without the person.
    Stopped {
        /// A sentence that says why and what to do.
        reason: String,
    },
}

/// Whether rings can reach the person as operating-system notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase")]
#[ts(export)]
pub enum NotificationsView {
    /// Not asked yet.
    Unknown,
    /// Shown with Accept and Reject.
    WithActions,
    /// Shown, but the desktop draws no buttons.
    WithoutActions,
    /// Not shown.
    Unavailable {
        /// A sentence that says why.
        reason: String,
    },
}
