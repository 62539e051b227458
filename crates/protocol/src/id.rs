//! Names of things, each a type of its own and checked when parsed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a string is no such id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be 1 to {max} bytes without control characters")]
pub struct InvalidId {
    what: &'static str,
    max: usize,
}

/// The text, if it is 1 to `max` bytes without control characters.
pub(crate) fn checked(what: &'static str, max: usize, text: String) -> Result<String, InvalidId> {
    if text.is_empty() || text.len() > max || text.chars().any(char::is_control) {
        return Err(InvalidId { what, max });
    }
    Ok(text)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                checked($what, $max, text).map(Self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// An account: 1 to 32 bytes (SIGNALING §1).
    UserId, "the user ID", 32
);
id!(
    /// One logged-in instance of a user: 1 to 64 bytes.
    DeviceId, "deviceID", 64
);
id!(
    /// One invitation: 1 to 64 bytes, opaque to everyone but the client that made it.
    InviteId, "inviteID", 64
);
id!(
    /// One call: 1 to 64 bytes; the first invitation's id unless the inviter chose another.
    CallId, "callID", 64
);
id!(
    /// One group: 1 to 48 bytes.
    GroupId, "the group ID", 48
);
id!(
    /// A group's name for people to read: 1 to 100 bytes.
    GroupName, "the group's name", 100
);
id!(
    /// One request of a client, so that repeating it is harmless: 1 to 64 bytes.
    OpId, "opID", 64
);
id!(
    /// Why somebody left a call, in a word of the client's: 1 to 64 bytes.
    HangUpReason, "reason", 64
);
id!(
    /// One message of a history: 1 to 64 bytes.
    MessageId, "messageID", 64
);

impl From<InviteId> for CallId {
    fn from(id: InviteId) -> Self {
        Self(id.0)
    }
}

/// A conversation as one of its members names it: `C2C<userID>` or `GROUP<groupID>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ConversationId {
    /// One to one, with this user.
    C2C(UserId),
    /// Of this group.
    Group(GroupId),
}

impl TryFrom<String> for ConversationId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        if let Some(user) = text.strip_prefix("C2C") {
            return user.parse().map(Self::C2C);
        }
        match text.strip_prefix("GROUP") {
            Some(group) => group.parse().map(Self::Group),
            None => Err(InvalidId {
                what: "conversationID (C2C<userID> or GROUP<groupID>)",
                max: 53,
            }),
        }
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::C2C(user) => write!(f, "C2C{user}"),
            Self::Group(group) => write!(f, "GROUP{group}"),
        }
    }
}

impl From<ConversationId> for String {
    fn from(id: ConversationId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §1: 1–32 bytes of UTF-8, no control characters.
    #[test]
    fn a_user_id_is_bounded_in_bytes_and_has_no_control_characters() {
        assert!("".parse::<UserId>().is_err());
        assert!("é".repeat(16).parse::<UserId>().is_ok());
        assert!("é".repeat(17).parse::<UserId>().is_err());
        assert!("a\u{7}b".parse::<UserId>().is_err());
        assert!("a\u{85}b".parse::<UserId>().is_err());
    }

    /// §1: `C2C` and the other's `userID`, or `GROUP` and the `groupID`.
    #[test]
    fn a_conversation_is_named_by_its_kind_and_its_other_side() {
        let c2c: ConversationId = "C2Cbob".to_owned().try_into().unwrap();
        assert_eq!(c2c, ConversationId::C2C("bob".parse().unwrap()));
        assert_eq!(c2c.to_string(), "C2Cbob");
        let group: ConversationId = "GROUPteam".to_owned().try_into().unwrap();
        assert_eq!(String::from(group), "GROUPteam");
        assert!(ConversationId::try_from("C2C".to_owned()).is_err());
        assert!(ConversationId::try_from("bob".to_owned()).is_err());
    }
}
