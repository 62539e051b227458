//! Parameters and results of the methods about messages, conversations and presence.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::UserStatus;
use crate::{ConversationId, Message, MessageType, OpId, UserId};

/// Parameters of `sendMessage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendMessage {
    /// To whom.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// The shape of the payload.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// What it says.
    pub payload: Value,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Result of `sendMessage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// The message as it stands in the history.
    pub message: Message,
}

/// How many messages a page holds: 1 to 100, 20 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct PageSize(u32);

impl PageSize {
    /// The number of messages.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(20)
    }
}

impl TryFrom<u32> for PageSize {
    type Error = &'static str;

    fn try_from(limit: u32) -> Result<Self, Self::Error> {
        if !(1..=100).contains(&limit) {
            return Err("limit must be from 1 to 100");
        }
        Ok(Self(limit))
    }
}

impl From<PageSize> for u32 {
    fn from(size: PageSize) -> Self {
        size.0
    }
}

/// Parameters of `getMessageList`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetMessageList {
    /// Of which conversation.
    #[serde(rename = "conversationID")]
    pub conversation_id: ConversationId,
    /// Only messages with a smaller `seq`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// At most so many.
    #[serde(default)]
    pub limit: PageSize,
}

/// Result of `getMessageList`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageList {
    /// Newest first.
    pub messages: Vec<Message>,
    /// Whether nothing older is left.
    #[serde(rename = "isCompleted")]
    pub is_completed: bool,
}

/// Parameters of `setMessageRead`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByConversation {
    /// Which conversation.
    #[serde(rename = "conversationID")]
    pub conversation_id: ConversationId,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// One conversation of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its name, as this user says it.
    #[serde(rename = "conversationID")]
    pub conversation_id: ConversationId,
    /// Messages that count, after the read mark.
    #[serde(rename = "unreadCount")]
    pub unread_count: u64,
    /// The newest message that is shown as such.
    #[serde(rename = "lastMessage")]
    pub last_message: Option<Message>,
}

/// Result of `getConversationList`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationList {
    /// The one with the newest message first.
    pub conversations: Vec<Conversation>,
}

/// Parameters of `getUserStatus` and `subscribeUserStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByUsers {
    /// Which users.
    #[serde(rename = "userIDList")]
    pub users: Vec<UserId>,
}

/// Result of `getUserStatus` and `subscribeUserStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusList {
    /// One entry for each user asked about, in that order.
    #[serde(rename = "statusList")]
    pub status_list: Vec<UserStatus>,
}
