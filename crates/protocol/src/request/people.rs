//! Parameters and results of the methods about users: status, profiles and blocks.

use serde::{Deserialize, Serialize};

use crate::event::UserStatus;
use crate::{OpId, UserId};

/// Parameters of `getUserStatus`, `subscribeUserStatus` and `getUserProfile`.
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

/// A user's name for others to read: at most 128 bytes without control characters; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nick(String);

impl Nick {
    /// The name as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Nick {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() > 128 || text.chars().any(char::is_control) {
            return Err("nick must be at most 128 bytes of UTF-8 without control characters");
        }
        Ok(Self(text))
    }
}

impl From<Nick> for String {
    fn from(nick: Nick) -> Self {
        nick.0
    }
}

/// The address of a user's picture: `https`, at most 512 bytes; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Avatar(String);

impl Avatar {
    /// The address as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Avatar {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_address = text.is_empty() || text.starts_with("https://");
        if !is_address || text.len() > 512 || text.chars().any(char::is_control) {
            return Err("avatar must be an https address of at most 512 bytes, or empty");
        }
        Ok(Self(text))
    }
}

impl From<Avatar> for String {
    fn from(avatar: Avatar) -> Self {
        avatar.0
    }
}

/// Parameters of `updateMyProfile`; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateMyProfile {
    /// The name from here on; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nick: Option<Nick>,
    /// The picture from here on; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Avatar>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// What a user shows of himself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// His name; empty where he has set none.
    pub nick: Nick,
    /// His picture; empty where he has set none.
    pub avatar: Avatar,
}

/// Result of `updateMyProfile`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyProfile {
    /// The whole profile.
    pub profile: Profile,
}

/// Result of `getUserProfile`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileList {
    /// Those asked about who exist, in the order they were asked about.
    #[serde(rename = "profileList")]
    pub profile_list: Vec<Profile>,
}

/// Parameters of `addToBlacklist` and `removeFromBlacklist`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeUsers {
    /// Which users.
    #[serde(rename = "userIDList")]
    pub users: Vec<UserId>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Result of `getBlacklist`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    /// Who is blocked, in the order of their ids.
    #[serde(rename = "userIDList")]
    pub users: Vec<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_pictures_are_bounded() {
        assert!(Nick::try_from(String::new()).is_ok());
        assert!(Nick::try_from("é".repeat(64)).is_ok());
        assert!(Nick::try_from("é".repeat(65)).is_err());
        assert!(Nick::try_from("a\nb".to_owned()).is_err());
        assert!(Avatar::try_from(String::new()).is_ok());
        assert!(Avatar::try_from("https://example.org/a.png".to_owned()).is_ok());
        assert!(Avatar::try_from("http://example.org/a.png".to_owned()).is_err());
    }
}
