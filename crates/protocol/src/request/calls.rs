//! Parameters and results of the methods about invitations and calls.

use serde::{Deserialize, Serialize};

use crate::id::HangUpReason;
use crate::invitation::EndReason;
use crate::json::object_or_null;
use crate::{CallId, DeviceId, GroupId, InviteId, Message, OfflinePushInfo, OpId, UserId};

/// The longest ring, in seconds (SIGNALING §2).
pub const MAX_TIMEOUT_SECS: u32 = 86_400;

/// The longest data of a signal, in bytes of UTF-8 (SIGNALING §8).
pub const MAX_SIGNAL: usize = 48 * 1024;

/// How long an invitation rings: whole seconds from 0 (for ever) to 86 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RingTime(u32);

impl RingTime {
    /// The whole time in seconds; 0 means for ever.
    pub const fn as_secs(self) -> u32 {
        self.0
    }

    /// The whole time, or nothing when it rings for ever.
    pub fn limit(self) -> Option<std::time::Duration> {
        (self.0 > 0).then(|| std::time::Duration::from_secs(self.0.into()))
    }
}

impl Default for RingTime {
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<u32> for RingTime {
    type Error = &'static str;

    fn try_from(secs: u32) -> Result<Self, Self::Error> {
        if secs > MAX_TIMEOUT_SECS {
            return Err("timeout must be whole seconds from 0 to 86400");
        }
        Ok(Self(secs))
    }
}

impl From<RingTime> for u32 {
    fn from(time: RingTime) -> Self {
        time.0
    }
}

/// Parameters of `invite`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Whom to ring.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// Passed on byte for byte.
    #[serde(default)]
    pub data: String,
    /// How long it rings.
    #[serde(default)]
    pub timeout: RingTime,
    /// Whether it only reaches devices that are connected now.
    #[serde(rename = "onlineUserOnly", default)]
    pub online_user_only: bool,
    /// What to do when nobody is connected.
    #[serde(
        rename = "offlinePushInfo",
        default,
        deserialize_with = "object_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub offline_push_info: Option<Box<OfflinePushInfo>>,
    /// Its name; the server mints one when it is absent.
    #[serde(rename = "inviteID", default, skip_serializing_if = "Option::is_none")]
    pub invite_id: Option<InviteId>,
    /// The call it makes or joins; the `inviteID` when it is absent.
    #[serde(rename = "callID", default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

impl Invite {
    /// An invitation of this user with the defaults of the API: no data, 30 s, every device.
    pub fn to(user: UserId) -> Self {
        Self {
            user,
            data: String::new(),
            timeout: RingTime::default(),
            online_user_only: false,
            offline_push_info: None,
            invite_id: None,
            call_id: None,
            op_id: None,
        }
    }
}

/// Parameters of `inviteInGroup`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteInGroup {
    /// In which group.
    #[serde(rename = "groupID")]
    pub group: GroupId,
    /// Which of its members to ring, in this order.
    #[serde(rename = "inviteeList")]
    pub invitees: Vec<UserId>,
    /// Passed on byte for byte.
    #[serde(default)]
    pub data: String,
    /// How long it rings.
    #[serde(default)]
    pub timeout: RingTime,
    /// Whether it only reaches devices that are connected now.
    #[serde(rename = "onlineUserOnly", default)]
    pub online_user_only: bool,
    /// What to do when nobody is connected.
    #[serde(
        rename = "offlinePushInfo",
        default,
        deserialize_with = "object_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub offline_push_info: Option<Box<OfflinePushInfo>>,
    /// Its name; the server mints one when it is absent.
    #[serde(rename = "inviteID", default, skip_serializing_if = "Option::is_none")]
    pub invite_id: Option<InviteId>,
    /// The call it makes or joins; the `inviteID` when it is absent.
    #[serde(rename = "callID", default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

impl InviteInGroup {
    /// An invitation of these members with the defaults of the API: no data, 30 s, every device.
    pub fn to(group: GroupId, invitees: Vec<UserId>) -> Self {
        Self {
            group,
            invitees,
            data: String::new(),
            timeout: RingTime::default(),
            online_user_only: false,
            offline_push_info: None,
            invite_id: None,
            call_id: None,
            op_id: None,
        }
    }
}

/// Result of `invite` and `inviteInGroup`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    /// The invitation's name.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// The message it left in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// Time left, in milliseconds; absent when it rings for ever.
    #[serde(
        rename = "remainingMs",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_ms: Option<u64>,
}

macro_rules! answer {
    ($(#[$doc:meta])* $name:ident, $reason:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// The invitation.
            #[serde(rename = "inviteID")]
            pub invite_id: InviteId,
            /// Passed on byte for byte.
            #[serde(default)]
            pub data: String,
            /// Why.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub reason: Option<$reason>,
            /// Makes a repetition harmless.
            #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
            pub op_id: Option<OpId>,
        }
    };
}

answer!(
    /// Parameters of `cancel`.
    Cancel,
    CancelReason
);
answer!(
    /// Parameters of `reject`.
    Reject,
    RejectReason
);

/// Parameters of `accept`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accept {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Passed on byte for byte.
    #[serde(default)]
    pub data: String,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Why an inviter cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelReason {
    /// Both sides called at once.
    Glare,
}

impl From<CancelReason> for EndReason {
    fn from(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Glare => Self::Glare,
        }
    }
}

/// Why an invitee rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RejectReason {
    /// In another call; it stays a missed call.
    Busy,
    /// Does not want to answer.
    Declined,
    /// Both sides called at once.
    Glare,
}

impl From<RejectReason> for EndReason {
    fn from(reason: RejectReason) -> Self {
        match reason {
            RejectReason::Busy => Self::Busy,
            RejectReason::Declined => Self::Declined,
            RejectReason::Glare => Self::Glare,
        }
    }
}

/// Result of `cancel`, `accept` and `reject`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// The message it left in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// Parameters of `modifyInvitation`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModifyInvitation {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Its data from here on, passed on byte for byte.
    pub data: String,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Result of `modifyInvitation`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modified {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
}

/// Parameters of `getInvitation` and `ringing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByInvite {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Parameters of `getCall`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByCall {
    /// The call.
    #[serde(rename = "callID")]
    pub call_id: CallId,
}

/// Parameters of `hangUp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HangUp {
    /// The call to leave.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// Why, for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<HangUpReason>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Result of `hangUp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HungUp {
    /// The call that was left.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// How long it has lasted, in milliseconds.
    #[serde(rename = "durationMs")]
    pub duration_ms: u64,
}

/// Parameters of `sendSignal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendSignal {
    /// The call that both are parties of.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// Passed on byte for byte; at most [`MAX_SIGNAL`] bytes.
    pub data: String,
    /// To which party; to all others when it is absent.
    #[serde(
        default,
        deserialize_with = "object_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<SignalTo>,
    /// What receivers know a repetition by; the server mints one when it is absent.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// The party a signal is meant for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalTo {
    /// The user.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// The device he is in the call with; whichever it is when this is absent.
    #[serde(rename = "deviceID", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
}
