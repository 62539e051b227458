//! Parameters and results of the methods about messages and conversations.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ConversationId, GroupId, Message, MessageType, OpId, UserId};

/// Whom a message is for: `userID` or `groupID`, one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EitherReceiver", into = "EitherReceiver")]
pub enum Receiver {
    /// One user.
    User(UserId),
    /// The members of a group.
    Group(GroupId),
}

/// [`Receiver`] as it stands on the wire.
#[derive(Serialize, Deserialize)]
struct EitherReceiver {
    #[serde(rename = "userID", default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(rename = "groupID", default, skip_serializing_if = "Option::is_none")]
    group: Option<GroupId>,
}

impl TryFrom<EitherReceiver> for Receiver {
    type Error = &'static str;

    fn try_from(either: EitherReceiver) -> Result<Self, Self::Error> {
        match (either.user, either.group) {
            (Some(user), None) => Ok(Self::User(user)),
            (None, Some(group)) => Ok(Self::Group(group)),
            (None, None) | (Some(_), Some(_)) => Err("name a userID or a groupID, one of the two"),
        }
    }
}

impl From<Receiver> for EitherReceiver {
    fn from(receiver: Receiver) -> Self {
        match receiver {
            Receiver::User(user) => Self {
                user: Some(user),
                group: None,
            },
            Receiver::Group(group) => Self {
                user: None,
                group: Some(group),
            },
        }
    }
}

/// Parameters of `sendMessage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendMessage {
    /// To whom.
    #[serde(flatten)]
    pub to: Receiver,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_is_for_a_user_or_a_group() {
        let parsed = |mut params: Value| {
            params["type"] = json!("text");
            params["payload"] = json!({"text": "hi"});
            serde_json::from_value::<SendMessage>(params)
        };
        let to_group = parsed(json!({"groupID": "g"})).unwrap();
        assert_eq!(to_group.to, Receiver::Group("g".parse().unwrap()));
        let written = serde_json::to_value(&to_group).unwrap();
        assert_eq!(written["groupID"], "g");
        assert!(written.get("userID").is_none());
        assert!(parsed(json!({})).is_err());
        assert!(parsed(json!({"userID": "bob", "groupID": "g"})).is_err());
    }
}
