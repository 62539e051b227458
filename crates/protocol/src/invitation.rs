//! An invitation as PROTOCOL.md shows it to those who take part in it.

use serde::{Deserialize, Serialize};

use crate::{CallId, DeviceId, GroupId, InviteId, OfflinePushInfo, Platform, UserId};

/// What has become of one invitee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InviteeState {
    /// Has not answered.
    Pending,
    /// Accepted.
    Accepted,
    /// Rejected.
    Rejected,
    /// Was cancelled before an answer.
    Cancelled,
    /// Did not answer in time.
    TimedOut,
}

impl InviteeState {
    /// Whether nothing more can happen to this invitee.
    pub fn is_terminal(self) -> bool {
        self != Self::Pending
    }
}

/// Why an invitee was rejected or cancelled; the server counts missed calls by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EndReason {
    /// The invitee is in another call.
    Busy,
    /// The invitee does not want to answer.
    Declined,
    /// Both sides called at once; the other invitation is the call.
    Glare,
    /// The invitee or the inviter left the group.
    LeftGroup,
    /// All devices of the inviter were gone for the grace.
    InviterOffline,
}

/// What has become of an invitation as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InvitationState {
    /// At least one invitee is pending and the deadline has not passed.
    Live,
    /// Nobody is pending, and its call runs.
    InCall,
    /// Over.
    Ended,
}

/// One invitee, and what became of him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    /// The user.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// What became of him.
    pub state: InviteeState,
    /// The device that answered.
    #[serde(rename = "deviceID", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The kind of that device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// The answer's data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Why he was rejected or cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
    /// Whether one of his devices has said that it rings.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ringing: bool,
}

/// One ring, as somebody who takes part in it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Its revision, from 1, +1 with each transition.
    pub rev: u64,
    /// The call an accept makes or joins.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// Who invites.
    pub inviter: UserId,
    /// The group; empty for one to one.
    #[serde(rename = "groupID", with = "group_or_empty")]
    pub group_id: Option<GroupId>,
    /// Who is invited, in the inviter's order.
    #[serde(rename = "inviteeList")]
    pub invitee_list: Vec<UserId>,
    /// The inviter's data, byte for byte.
    pub data: String,
    /// The whole time it rings, in seconds; 0: for ever.
    pub timeout: u32,
    /// Whether it only reaches devices connected when it was sent.
    #[serde(rename = "onlineUserOnly")]
    pub online_user_only: bool,
    /// Time left when this was sent, in milliseconds; absent when `timeout` is 0.
    #[serde(
        rename = "remainingMs",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_ms: Option<u64>,
    /// What has become of it.
    pub state: InvitationState,
    /// What has become of each invitee, in the order of `inviteeList`.
    pub invitees: Vec<Invitee>,
    /// What the inviter said about offline push.
    #[serde(
        rename = "offlinePushInfo",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub offline_push_info: Option<Box<OfflinePushInfo>>,
    /// The invitation the other way that was live when this one was sent.
    #[serde(rename = "glareWith", default, skip_serializing_if = "Option::is_none")]
    pub glare_with: Option<InviteId>,
}

/// A group, or the empty string where there is none.
pub(crate) mod group_or_empty {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::GroupId;

    pub(crate) fn serialize<S: Serializer>(
        group: &Option<GroupId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(group.as_ref().map_or("", GroupId::as_str))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<GroupId>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(None);
        }
        GroupId::try_from(text)
            .map(Some)
            .map_err(serde::de::Error::custom)
    }
}
