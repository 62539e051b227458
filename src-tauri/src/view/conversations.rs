//! Conversations and their entries, as the screens show them.

use serde::Serialize;
use ts_rs::TS;

use super::{Direction, Ending, MediaType, PeerView, PersonView, Presence};

/// A conversation in the list of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConversationView {
    /// The conversation.
    #[serde(rename = "conversationID")]
    pub conversation_id: String,
    /// The other person, or the group.
    pub with: PeerView,
    /// Whether the other person can be reached; unknown for a group.
    pub presence: Presence,
    /// Entries that count and have not been read.
    pub unread: u32,
    /// The newest entry.
    pub last: Option<EntryView>,
}

/// The conversation that is open on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OpenConversationView {
    /// The conversation.
    #[serde(rename = "conversationID")]
    pub conversation_id: String,
    /// The other person, or the group.
    pub with: PeerView,
    /// Its entries as far as they were read, oldest first.
    pub entries: Vec<EntryView>,
    /// Whether there are older ones that can be asked for.
    pub has_older: bool,
    /// Whether entries are being read.
    pub loading: bool,
    /// Whether the other person is blocked by this user.
    pub blocked: bool,
}

/// One entry of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EntryView {
    /// The message behind it; the same in each snapshot.
    #[serde(rename = "messageID")]
    pub message_id: String,
    /// Its place in the conversation; larger is newer.
    #[ts(type = "number")]
    pub seq: u64,
    /// Who wrote it, or called.
    pub from: PersonView,
    /// Whether that is this user.
    pub own: bool,
    /// When, in milliseconds since 1970-01-01 UTC, on the server's clock.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// What it is.
    pub entry: EntryKind,
}

/// What an entry of a conversation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum EntryKind {
    /// Something somebody wrote.
    Text {
        /// What he wrote.
        text: String,
    },
    /// A call.
    Call(CallEntryView),
    /// A call of another program that says how long it was by a message of its own (SIGNALING §8).
    HungUp {
        /// How long people talked.
        #[serde(rename = "durationMs")]
        #[ts(type = "number")]
        duration_ms: u64,
    },
    /// A message for programs, with words for people if its maker added some.
    Custom {
        /// Those words.
        description: Option<String>,
    },
}

/// A call as an entry of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CallEntryView {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// Which way it went.
    pub direction: Direction,
    /// How it ended. Absent while it rings, and, when `answeredBy` is there, while it runs.
    pub ending: Option<Ending>,
    /// How long people talked, when they did.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// Sound or picture.
    pub media_type: MediaType,
    /// Whether this user missed it.
    pub missed: bool,
    /// Whom it rang: one person, or members of the group.
    pub invitees: Vec<PersonView>,
    /// Who answered it, the first one of a group, and on what.
    pub answered_by: Option<AnsweredByView>,
}

/// Who answered a call, and on what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AnsweredByView {
    /// The user ID.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The name shown.
    pub name: String,
    /// The kind of the device, as it named itself: `linux`, `windows`, `macos`, `web`, `cli`, ….
    pub platform: String,
    /// Whether it is this user.
    pub own: bool,
    /// Whether it was this device.
    pub this_device: bool,
}
