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
mod people;
mod sound;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use calls::{
    CallView, Direction, EndedView, Ending, GroupCallView, MediaType, OutgoingView, Place,
    Progress, RecentView, RingView, RungState, RungView,
};
pub use conversations::{
    AnsweredByView, CallEntryView, ConversationView, EntryKind, EntryView, OpenConversationView,
};
pub use people::{
    ContactView, GroupRefView, GroupRole, GroupView, JoinOption, MemberView, PeerView, PersonView,
    Presence,
};
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

/// Light, dark, or as the desktop says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What the person has set; also the form they send back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct SettingsView {
    /// The user ID to log in with.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// WebSocket address of the server; empty to host one in the app.
    pub server: String,
    /// The user signature for that server; always empty in a snapshot, and left as it is when empty
    /// in a form.
    pub user_sig: String,
    /// Light, dark, or as the desktop says.
    pub theme: Theme,
    /// Where and how loud calls are heard.
    pub sound: SoundView,
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
