//! What is asked of an invitation, and what the shell looked up beforehand.

use std::collections::BTreeSet;

use bellhop_protocol::request::{CancelReason, RejectReason, RingTime};
use bellhop_protocol::{
    CallId, DeviceId, GroupId, InviteId, OfflinePushInfo, Party, Platform, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::invitation::Devices;

/// Who speaks: a user on one device, as the login established.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The kind of that device.
    pub platform: Platform,
}

impl From<Actor> for Party {
    fn from(actor: Actor) -> Self {
        Self {
            user: actor.user,
            device: actor.device,
            platform: actor.platform,
        }
    }
}

/// What is asked of one invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make it.
    Invite(Invite),
    /// The inviter ends it.
    Cancel {
        /// Who asks.
        by: Actor,
        /// Passed on byte for byte.
        data: String,
        /// Why.
        reason: Option<CancelReason>,
    },
    /// An invitee says yes.
    Accept {
        /// Who asks.
        by: Actor,
        /// Passed on byte for byte.
        data: String,
    },
    /// An invitee says no.
    Reject {
        /// Who asks.
        by: Actor,
        /// Passed on byte for byte.
        data: String,
        /// Why.
        reason: Option<RejectReason>,
    },
    /// The inviter changes its data.
    Modify {
        /// Who asks.
        by: Actor,
        /// Passed on byte for byte.
        data: String,
    },
    /// An invitee's device received it and rings.
    Ringing {
        /// Who says so.
        by: Actor,
    },
    /// The timer says that the deadline may have passed.
    TimeOut,
    /// The timer says that a device that does not ring may count as asleep.
    Push,
    /// All devices of the inviter have been gone for the grace.
    InviterGone,
    /// All devices of an invitee have been gone for the grace.
    InviteeGone,
    /// A server has started: every device was lost, and those that are there come back.
    ServerStarted {
        /// By when they have had time to.
        back_by: Timestamp,
    },
    /// Members have left its group, or the group was dismissed.
    MembersLeft,
}

/// What makes an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Who invites.
    pub by: Actor,
    /// Its name.
    pub id: InviteId,
    /// The call it makes or joins.
    pub call: CallId,
    /// The group, or none one to one.
    pub group: Option<GroupId>,
    /// Whom to ring, in the inviter's order.
    pub invitees: Vec<UserId>,
    /// Passed on byte for byte.
    pub data: String,
    /// How long it rings.
    pub timeout: RingTime,
    /// Whether it only reaches devices that are connected now.
    pub online_user_only: bool,
    /// What to do when nobody is connected.
    pub push: Option<Box<OfflinePushInfo>>,
}

/// What the shell looked up for a command; each part is read only where the command needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Invitees who have no account (invite).
    pub unknown_users: BTreeSet<UserId>,
    /// Invitees who have blocked the inviter (invite).
    pub blocked_by: BTreeSet<UserId>,
    /// A live one-to-one invitation from the invitee to the inviter (invite).
    pub glare: Option<InviteId>,
    /// The call that the invitation makes or joins, when there is one (invite, accept).
    pub call: Option<Call>,
    /// Devices that are connected now: of inviter and invitees, in a group of all members (invite);
    /// of the invitees (push).
    pub connected: Devices,
    /// Members of the invitation's group (all commands of group invitations); none when there is no
    /// such group.
    pub members: BTreeSet<UserId>,
    /// Who was in the invitation's group when it was dismissed (what ends the rings of such a group).
    pub witnesses: BTreeSet<UserId>,
}
