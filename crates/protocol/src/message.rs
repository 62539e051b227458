//! A message of a conversation's history, as PROTOCOL.md shows it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ConversationId, GroupId, MessageId, Party, Timestamp, UserId};

/// One entry of a conversation, as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its name.
    #[serde(rename = "messageID")]
    pub message_id: MessageId,
    /// The conversation, as the one who reads it names it.
    #[serde(rename = "conversationID")]
    pub conversation_id: ConversationId,
    /// Its place in the conversation, the same for all members; increases, may have gaps.
    pub seq: u64,
    /// Who wrote it.
    pub from: UserId,
    /// To whom, one to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UserId>,
    /// In which group.
    #[serde(rename = "groupID", default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// When, in milliseconds since 1970-01-01 UTC on the server's clock.
    #[serde(rename = "timeMs")]
    pub time: Timestamp,
    /// The shape of the payload.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// What it says: `{text}`, or `{data, description?, extension?}` with `data` a string.
    pub payload: Value,
    /// On an invite's message, what became of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallSummary>,
}

/// The shape of a message's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MessageType {
    /// `{text}`
    Text,
    /// `{data, description?, extension?}`; signaling is of this type.
    Custom,
}

/// What became of the call that an invite's message began; kept by the server (SIGNALING §6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSummary {
    /// How it ended, or that it was answered.
    pub outcome: CallOutcome,
    /// How long people talked, in milliseconds; absent while they do, or when they did not.
    #[serde(
        rename = "durationMs",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub duration_ms: Option<u64>,
    /// Who answered, and on what.
    #[serde(
        rename = "answeredBy",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub answered_by: Option<Party>,
}

/// How an invitation ended, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallOutcome {
    /// Somebody answered.
    Answered,
    /// Declined.
    Rejected,
    /// Refused because of another call; counts as missed.
    Busy,
    /// The inviter gave up.
    Cancelled,
    /// The inviter's devices were gone for the grace.
    InviterOffline,
    /// Nobody answered in time.
    TimedOut,
}
