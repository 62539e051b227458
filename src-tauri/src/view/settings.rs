//! What the person has set; also the form they send back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CallWaiting, QuietView, SoundView};

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
    /// When this device does not ring.
    pub quiet: QuietView,
    /// What becomes of a ring during a call.
    pub call_waiting: CallWaiting,
    /// When the app is there.
    pub presence: PresenceSettingsView,
    /// The keys for each action; an action that is not named has its usual ones.
    pub shortcuts: BTreeMap<Action, Option<String>>,
}

/// When the app is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct PresenceSettingsView {
    /// Closing the main window leaves the app running in the tray; otherwise it quits.
    pub keep_running: bool,
    /// The app starts, hidden, when the person logs in to the desktop.
    pub open_at_login: bool,
    /// A small process of this profile stays when the app is closed, and notifies of calls.
    pub ring_when_closed: bool,
}

impl Default for PresenceSettingsView {
    fn default() -> Self {
        Self {
            keep_running: true,
            open_at_login: false,
            ring_when_closed: false,
        }
    }
}

/// Something that can be done by a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Action {
    /// Answers the ring that came first. Works from everywhere where the desktop allows it.
    Answer,
    /// Rejects it. Works from everywhere where the desktop allows it.
    Reject,
    /// Silences what rings. Works from everywhere where the desktop allows it.
    Silence,
    /// Hangs up, or cancels the call that is placed. Works from everywhere where the desktop allows it.
    HangUp,
    /// Goes to the field for a user ID.
    Dial,
    /// Goes to the contacts.
    Contacts,
    /// Goes to the conversations.
    Chats,
    /// Goes to the settings.
    Settings,
    /// Switches do not disturb on or off.
    DoNotDisturb,
    /// Quits the app.
    Quit,
}

/// A shortcut as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ShortcutView {
    /// What it does.
    pub action: Action,
    /// The keys, as in `Ctrl+Alt+A`; absent when it has none.
    pub keys: Option<String>,
    /// The keys it has unless the person chooses others.
    pub usual: String,
    /// Meant to work from everywhere, while there is something to answer or to end.
    pub global: bool,
}
