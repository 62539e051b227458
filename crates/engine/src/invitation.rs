//! The state of one invitation, as it is stored.
//!
//! Owns what is true of an invitation and how it is shown to one who takes part; decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::RingTime;
use bellhop_protocol::{
    CallId, DeviceId, GroupId, InviteId, InviteeState, OfflinePushInfo, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use crate::command::Actor;

/// Devices by user.
pub type Devices = BTreeMap<UserId, BTreeSet<DeviceId>>;

/// One ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name.
    pub id: InviteId,
    /// Revision, from 1, +1 with each transition.
    pub rev: u64,
    /// The call an accept makes or joins.
    pub call: CallId,
    /// Who invites, and on which device.
    pub inviter: Actor,
    /// The group, or none one to one.
    pub group: Option<GroupId>,
    /// Who is invited, in the inviter's order; never empty.
    pub invitees: Vec<Invitee>,
    /// The inviter's data.
    pub data: String,
    /// The whole time it rings.
    pub timeout: RingTime,
    /// When it stops ringing; none when it rings for ever.
    pub deadline: Option<Timestamp>,
    /// For an online-only invitation, the devices it reaches; none when it reaches all.
    pub reach: Option<Devices>,
    /// What the inviter said about offline push.
    pub push: Option<Box<OfflinePushInfo>>,
    /// Invitees who have blocked the inviter: for them there is no such invitation.
    #[serde(default)]
    pub unaware: BTreeSet<UserId>,
    /// Invitees who have been pushed to.
    #[serde(default)]
    pub pushed: BTreeSet<UserId>,
    /// When a device that has not said that it rings counts as asleep; none when nobody is pushed to
    /// for that.
    #[serde(default)]
    pub asleep_at: Option<Timestamp>,
    /// The invitation the other way that was live when this one came.
    pub glare_with: Option<InviteId>,
    /// When the last invitee ended; none while somebody is pending.
    pub ended: Option<Timestamp>,
}

/// One invitee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    /// The user.
    pub user: UserId,
    /// Devices that have said that they ring.
    pub ringing: BTreeSet<DeviceId>,
    /// What became of him.
    pub fate: Fate,
}

impl Invitee {
    /// An invitee who has not answered.
    pub(crate) fn pending(user: &UserId) -> Self {
        Self {
            user: user.clone(),
            ringing: BTreeSet::new(),
            fate: Fate::Pending,
        }
    }
}

/// What became of an invitee; all but `Pending` are final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Has not answered.
    Pending,
    /// Accepted.
    Accepted(Answer),
    /// Rejected.
    Rejected(Answer, Option<EndReason>),
    /// Was cancelled in the transition to this revision.
    Cancelled(u64, Option<EndReason>),
    /// Did not answer in time; ended in the transition to this revision.
    TimedOut(u64),
}

/// An invitee's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The revision it made.
    pub rev: u64,
    /// Who answered, and on which device.
    pub by: Actor,
    /// The answer's data.
    pub data: String,
}

impl Fate {
    /// The state the wire shows.
    pub fn state(&self) -> InviteeState {
        match self {
            Self::Pending => InviteeState::Pending,
            Self::Accepted(_) => InviteeState::Accepted,
            Self::Rejected(..) => InviteeState::Rejected,
            Self::Cancelled(..) => InviteeState::Cancelled,
            Self::TimedOut(_) => InviteeState::TimedOut,
        }
    }

    /// The revision of the transition that ended it; nothing while it is pending.
    pub fn ended_at(&self) -> Option<u64> {
        match self {
            Self::Pending => None,
            Self::Accepted(answer) | Self::Rejected(answer, _) => Some(answer.rev),
            Self::Cancelled(rev, _) | Self::TimedOut(rev) => Some(*rev),
        }
    }
}

impl Invitation {
    /// Whether the deadline has passed.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.deadline.is_some_and(|deadline| now >= deadline)
    }

    /// Whether somebody is pending and the deadline has not passed.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ended.is_none() && !self.is_due(now)
    }

    /// Those who have not answered, whatever the time.
    pub fn pending(&self) -> impl Iterator<Item = &Invitee> {
        self.invitees
            .iter()
            .filter(|invitee| invitee.fate == Fate::Pending)
    }

    /// The invitee of that name.
    pub fn invitee(&self, user: &UserId) -> Option<&Invitee> {
        self.invitees.iter().find(|invitee| invitee.user == *user)
    }

    /// Inviter and invitees, the inviter first.
    pub fn users(&self) -> impl Iterator<Item = &UserId> {
        std::iter::once(&self.inviter.user).chain(self.invitees.iter().map(|i| &i.user))
    }

    /// Whether this user invites or is invited.
    pub(crate) fn has(&self, user: &UserId) -> bool {
        self.users().any(|it| it == user)
    }

    /// The user IDs of all invitees, in order.
    pub fn invitee_list(&self) -> Vec<UserId> {
        self.invitees
            .iter()
            .map(|invitee| invitee.user.clone())
            .collect()
    }

    /// Who hears of it: everybody who takes part, but those who have blocked the inviter.
    pub fn listeners(&self) -> impl Iterator<Item = &UserId> {
        self.users().filter(|user| !self.unaware.contains(user))
    }

    /// Whether the invitation exists for this device: its user hears of it, or is a member of its
    /// group, and it reaches the device.
    pub fn is_for(&self, actor: &Actor, members: &BTreeSet<UserId>) -> bool {
        let user = &actor.user;
        let observes = self.group.is_some() && members.contains(user);
        let takes_part = observes || self.has(user);
        takes_part && !self.unaware.contains(user) && self.reaches(user, &actor.device)
    }

    /// Whether it only reaches devices that were connected when it was sent.
    pub fn is_online_only(&self) -> bool {
        self.reach.is_some()
    }

    /// Whether this device may hear of it: any one, unless it is online-only.
    pub fn reaches(&self, user: &UserId, device: &DeviceId) -> bool {
        reaches(self.reach.as_ref(), user, device)
    }

    /// The invitee who ended last; nothing while none has.
    pub fn last_ended(&self) -> Option<&Invitee> {
        self.invitees
            .iter()
            .filter(|invitee| invitee.fate.ended_at().is_some())
            .max_by_key(|invitee| invitee.fate.ended_at())
    }
}

/// Whether the device is among those reached; without a list, every one is.
pub(crate) fn reaches(reach: Option<&Devices>, user: &UserId, device: &DeviceId) -> bool {
    reach.is_none_or(|reach| {
        reach
            .get(user)
            .is_some_and(|devices| devices.contains(device))
    })
}
