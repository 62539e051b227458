//! The one snapshot that every screen, the notifier and the tray draw.
//!
//! Owns the shapes that cross from the backend to the web UI; knows nothing of Tauri, sockets or how
//! the snapshot comes about. TypeScript declarations are generated from here into `ui/src/bindings`.
//! Every `…Ms` field is in milliseconds; remaining and elapsed times are counted from the moment the
//! snapshot was sent, because clocks of different processes are not compared.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    /// Past calls, newest first.
    pub recents: Vec<RecentView>,
    /// How many missed calls have not been looked at.
    pub missed: u32,
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

/// Somebody in the address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ContactView {
    /// The user ID to call.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The name shown.
    pub name: String,
    /// Whether a call would ring now.
    pub presence: Presence,
    /// For a built-in test contact, what it does when called ("Answers after 2 seconds").
    pub test: Option<String>,
}

/// Whether somebody can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Presence {
    /// Not known yet, or not visible to this user.
    Unknown,
    /// At least one device is connected.
    Online,
    /// No device is connected.
    Offline,
    /// Connected and in a call.
    InCall,
}

/// Sound only, or with picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MediaType {
    /// Sound only.
    Audio,
    /// Sound and picture.
    Video,
}

/// Which way a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Direction {
    /// Somebody called this user.
    Incoming,
    /// This user called.
    Outgoing,
}

/// How a call, or an attempt at one, came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Ending {
    /// It was answered, and then somebody hung up.
    Answered,
    /// The callee declined.
    Rejected,
    /// The callee was in another call.
    Busy,
    /// The caller gave up.
    Cancelled,
    /// Nobody answered in time.
    TimedOut,
    /// This user answered on another device.
    AnsweredElsewhere,
    /// This user declined on another device.
    RejectedElsewhere,
    /// No device of the callee received it.
    Unreachable,
    /// The caller's device vanished while it rang.
    InviterGone,
    /// It could not be placed or kept.
    Failed,
}

/// One entry of the recent calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecentView {
    /// The invitation it began with.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// The other person's user ID.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The other person's name.
    pub name: String,
    /// Which way it went.
    pub direction: Direction,
    /// How it ended; absent while it still rings or runs.
    pub ending: Option<Ending>,
    /// How long people talked, when they did.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// When it began, in milliseconds since 1970-01-01 UTC, on the server's clock.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Sound or picture.
    pub media_type: MediaType,
    /// Whether this user missed it.
    pub missed: bool,
}

/// An invitation that waits for an answer on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RingView {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// Who calls.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The caller's name.
    pub name: String,
    /// Sound or picture.
    pub media_type: MediaType,
    /// Time left until it times out; absent when it never does.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
    /// The whole time it rings; absent when it never times out.
    #[ts(type = "number | null")]
    pub timeout_ms: Option<u64>,
    /// The person asked for quiet; it still waits for an answer.
    pub silenced: bool,
    /// An answer has been sent and is not confirmed yet.
    pub answering: bool,
}

/// The call this device places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OutgoingView {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// Who is called.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The callee's name.
    pub name: String,
    /// Sound or picture.
    pub media_type: MediaType,
    /// How far it has come.
    pub progress: Progress,
    /// Time left until it times out; absent until the server has it, or when it never does.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
    /// The whole time it rings; absent when it never times out.
    #[ts(type = "number | null")]
    pub timeout_ms: Option<u64>,
    /// Cancel has been asked for and is not confirmed yet.
    pub cancelling: bool,
}

/// How far an outgoing call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Progress {
    /// The server has not confirmed it yet.
    Calling,
    /// Sent; no device has said that it rings.
    Sent,
    /// At least one device rings.
    Ringing,
    /// No device of the callee is connected.
    NotReachable,
}

/// The call this device is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CallView {
    /// The call.
    #[serde(rename = "callID")]
    pub call_id: String,
    /// The other person's user ID.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The other person's name.
    pub name: String,
    /// Sound or picture.
    pub media_type: MediaType,
    /// How long it has lasted.
    #[ts(type = "number")]
    pub elapsed_ms: u64,
    /// Hanging up has been asked for and is not confirmed yet.
    pub hanging_up: bool,
}

/// How the last call ended, in the words of its own ending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EndedView {
    /// The invitation it began with.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// The other person's user ID.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The other person's name.
    pub name: String,
    /// Which way it went.
    pub direction: Direction,
    /// How it ended.
    pub ending: Ending,
    /// How long people talked, when they did.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// Sound or picture.
    pub media_type: MediaType,
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
