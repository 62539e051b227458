//! What the server tells by itself: JSON-RPC notifications.

use serde::{Deserialize, Serialize};

use crate::id::HangUpReason;
use crate::invitation::{EndReason, group_or_empty};
use crate::{
    CallId, CallOutcome, Code, DeviceId, GroupId, Invitation, InviteId, Message, OpId, Platform,
    Reason, SignalingInfo, UserId,
};

/// An event, by its name on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "camelCase")]
pub enum Event {
    /// Somebody invites, or another device of this user did.
    NewInvitationReceived(Box<Invitation>),
    /// An invitee accepted.
    InviteeAccepted(Answered),
    /// An invitee rejected.
    InviteeRejected(Answered),
    /// The invitation was cancelled for those still pending.
    InvitationCancelled(Cancelled),
    /// The deadline passed for those still pending.
    InvitationTimeout(TimedOut),
    /// The inviter changed the invitation's data.
    InvitationModified(Modified),
    /// A device of an invitee received the invitation and rings.
    InviteeRinging(Ringing),
    /// Somebody left a call.
    CallEnded(CallEnded),
    /// Another party of a call sent media negotiation.
    SignalReceived(Signal),
    /// A message was added to one of the user's conversations.
    MessageReceived(Message),
    /// Somebody came, went or is in a call.
    UserStatusChanged(UserStatus),
    /// Members came to a group or left it.
    GroupChanged(GroupChanged),
    /// Somebody invites whose devices do not ring; to the push channel alone.
    PushReceived(Push),
    /// The ring that was pushed has ended; to the push channel alone.
    PushWithdrawn(PushWithdrawn),
    /// This connection may not act any more and will be closed.
    KickedOffline(KickedOffline),
}

impl Event {
    /// The invitation whose transition it tells of, and the revision that this made; nothing when it
    /// tells of something else.
    pub fn revision(&self) -> Option<(&InviteId, u64)> {
        match self {
            Self::NewInvitationReceived(told) => Some((&told.invite_id, told.rev)),
            Self::InviteeAccepted(told) | Self::InviteeRejected(told) => {
                Some((&told.invite_id, told.rev))
            }
            Self::InvitationCancelled(told) => Some((&told.invite_id, told.rev)),
            Self::InvitationTimeout(told) => Some((&told.invite_id, told.rev)),
            Self::InvitationModified(told) => Some((&told.invite_id, told.rev)),
            Self::InviteeRinging(told) => Some((&told.invite_id, told.rev)),
            Self::CallEnded(_)
            | Self::SignalReceived(_)
            | Self::MessageReceived(_)
            | Self::UserStatusChanged(_)
            | Self::GroupChanged(_)
            | Self::PushReceived(_)
            | Self::PushWithdrawn(_)
            | Self::KickedOffline(_) => None,
        }
    }
}

/// An invitee accepted or rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Its revision after this.
    pub rev: u64,
    /// Who invited.
    pub inviter: UserId,
    /// The group; empty for one to one.
    #[serde(rename = "groupID", with = "group_or_empty")]
    pub group_id: Option<GroupId>,
    /// Who answered.
    pub invitee: UserId,
    /// The answer's data.
    pub data: String,
    /// The device that answered.
    #[serde(rename = "deviceID")]
    pub device: DeviceId,
    /// The kind of that device.
    pub platform: Platform,
    /// Why, for a rejection that said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
}

/// An invitation was cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Its revision after this.
    pub rev: u64,
    /// Who invited.
    pub inviter: UserId,
    /// The group; empty for one to one.
    #[serde(rename = "groupID", with = "group_or_empty")]
    pub group_id: Option<GroupId>,
    /// Those who were still pending.
    #[serde(rename = "inviteeList")]
    pub invitee_list: Vec<UserId>,
    /// The cancel's data.
    pub data: String,
    /// Why, where it was not the inviter's plain wish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
}

/// An invitation timed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedOut {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Its revision after this.
    pub rev: u64,
    /// Who invited.
    pub inviter: UserId,
    /// The group; empty for one to one.
    #[serde(rename = "groupID", with = "group_or_empty")]
    pub group_id: Option<GroupId>,
    /// Those who had not answered.
    #[serde(rename = "inviteeList")]
    pub invitee_list: Vec<UserId>,
    /// Whether the user who receives this is one of them.
    #[serde(rename = "isSelfTimeout")]
    pub is_self_timeout: bool,
}

/// An invitation has other data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modified {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Its revision after this.
    pub rev: u64,
    /// Its data from here on.
    pub data: String,
}

/// A device rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ringing {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Its revision after this.
    pub rev: u64,
    /// Whose device rings.
    pub invitee: UserId,
    /// The device.
    #[serde(rename = "deviceID")]
    pub device: DeviceId,
    /// The kind of that device.
    pub platform: Platform,
}

/// Somebody left a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEnded {
    /// The call.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// The invitation it began with.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Who left.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// How long the call has lasted, in milliseconds.
    #[serde(rename = "durationMs")]
    pub duration_ms: u64,
    /// Why.
    pub reason: HangUpReason,
    /// Whether the call is over for everybody.
    pub over: bool,
}

/// Media negotiation between parties of a call. It may come twice, with the same `opID`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// The call.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// Who sent it.
    pub from: Sender,
    /// What a repetition is known by.
    #[serde(rename = "opID")]
    pub op_id: OpId,
    /// Passed on byte for byte.
    pub data: String,
}

/// The party that sent a signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The user.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// The device.
    #[serde(rename = "deviceID")]
    pub device: DeviceId,
}

/// Members came to a group or left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChanged {
    /// The group.
    #[serde(rename = "groupID")]
    pub group_id: GroupId,
    /// What happened.
    pub change: GroupChange,
    /// To whom: the members of a group that was created or dismissed, or those who joined or left.
    #[serde(rename = "userIDList")]
    pub users: Vec<UserId>,
    /// Who did it.
    pub by: UserId,
}

/// What happened to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GroupChange {
    /// It was made.
    Created,
    /// It is no more.
    Dismissed,
    /// Members came, by themselves or added by others.
    Joined,
    /// Members left, by themselves or taken out by the owner.
    Left,
}

/// Whether somebody can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserStatus {
    /// Who.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// How it stands with him.
    pub status: Status,
}

/// How it stands with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// At least one device is connected.
    Online,
    /// No device is connected.
    Offline,
    /// Connected and in a call.
    InCall,
}

/// What the push channel is told of a ring (SIGNALING §7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// Title of the notification; empty where the inviter gave none.
    pub title: String,
    /// Text of the notification.
    pub description: String,
    /// Passed through from the inviter; empty where he gave none.
    pub extension: String,
    /// The invitation, for `addInvitedSignaling`.
    pub signaling: SignalingInfo,
}

/// The ring of a push has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushWithdrawn {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// How it ended for this user.
    pub outcome: CallOutcome,
}

/// Why this connection may not act any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KickedOffline {
    /// The number.
    pub code: Code,
    /// The machine-readable reason.
    pub reason: Reason,
}
