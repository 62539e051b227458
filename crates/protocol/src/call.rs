//! A running call and its parties, as PROTOCOL.md shows them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CallId, DeviceId, GroupId, InvalidId, InviteId, UserId};

/// The kind of a device, as it named itself at login: 1 to 32 bytes without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Platform(String);

impl Platform {
    /// The name as it stands on the wire, such as `linux`, `web` or `push`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the push channel, which rings nobody and counts for nothing (SIGNALING §7).
    pub fn is_push(&self) -> bool {
        self.0 == "push"
    }
}

impl TryFrom<String> for Platform {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        crate::id::checked("platform", 32, text).map(Self)
    }
}

impl std::str::FromStr for Platform {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned())
    }
}

impl From<Platform> for String {
    fn from(platform: Platform) -> Self {
        platform.0
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who takes part in a call: a user on one device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// The user.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// The device that invited or accepted.
    #[serde(rename = "deviceID")]
    pub device: DeviceId,
    /// The kind of that device.
    pub platform: Platform,
}

/// A call that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its name.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// The group it is in; empty for one to one.
    #[serde(rename = "groupID", with = "crate::invitation::group_or_empty")]
    pub group_id: Option<GroupId>,
    /// How long ago it was answered, in milliseconds.
    #[serde(rename = "startedMsAgo")]
    pub started_ms_ago: u64,
    /// Who is in it.
    pub parties: Vec<Party>,
    /// The invitations into it, first one first.
    pub invitations: Vec<InviteId>,
}
