//! What comes out of a decision: everything that must be written and told, as data.
//!
//! A shell commits a [`Decision`] as one unit and publishes its notices in commit order; it adds
//! nothing of its own but the place a message gets in the history.

use std::collections::BTreeSet;

use bellhop_protocol::request::{
    CreatedGroup, Done, GroupInfo, HungUp, Invited, Modified, MyProfile, Profile, Sent,
};
use bellhop_protocol::{
    CallId, CallSummary, ConversationId, DeviceId, Event, GroupId, InviteId, Message, MessageId,
    MessageType, Party, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::command::Actor;
use crate::group::Group;
use crate::invitation::{Devices, Invitation};

/// What becomes of an invitation, of a call, or of a group.
///
/// With none of the three, nothing changed: there is nothing to commit but that the request was made,
/// and only the reply leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The invitation's next state; its `rev` is one more than the state decided on.
    pub invitation: Option<Invitation>,
    /// The call's next state; its `rev` is one more than the state decided on.
    pub call: Option<Call>,
    /// The group's next state; its `rev` is one more than the state decided on.
    pub group: Option<Group>,
    /// Who has left that group: they lose its conversation, and its invitations are looked through.
    pub departed: Vec<UserId>,
    /// Who hears what, in this order.
    pub notices: Vec<Notice>,
    /// The message this operation leaves in the history, told after the notices.
    pub message: Option<Draft>,
    /// What changes on the messages of earlier invites.
    pub edits: Vec<MessageEdit>,
    /// What the asker is told.
    pub reply: Reply,
}

impl Decision {
    /// Whether an invitation, a call or a group changes.
    pub fn changes(&self) -> bool {
        self.invitation.is_some() || self.call.is_some() || self.group.is_some()
    }

    /// The same, with the connection on which its reply leaves.
    pub fn answered_on(mut self, connection: Option<ConnectionId>) -> Self {
        let told = self.notices.iter_mut().map(|notice| &mut notice.to);
        let written = self.message.iter_mut().flat_map(|draft| &mut draft.to);
        for to in told.chain(written) {
            to.answered_on = connection;
        }
        self
    }

    /// Whether it makes an invitation whose deadline has passed at this moment: nothing dead is told as
    /// new (SIGNALING §5).
    pub fn comes_too_late(&self, now: Timestamp) -> bool {
        let made = self.invitation.as_ref().filter(|it| it.rev == 1);
        made.is_some_and(|it| it.is_due(now))
    }

    /// The same, with the time that is left as it is at this moment: it may have taken a while since
    /// the moment for which it was decided.
    pub fn told_at(mut self, now: Timestamp) -> Self {
        let Some(invitation) = &self.invitation else {
            return self;
        };
        let deadline = invitation.deadline;
        for notice in &mut self.notices {
            if let Event::NewInvitationReceived(told) = &mut notice.event {
                told.remaining_ms =
                    deadline.map(|at| bellhop_protocol::time::millis(at.since(now)));
            }
        }
        self
    }

    /// Nothing changes; the asker is told this.
    pub fn unchanged(reply: Reply) -> Self {
        Self {
            invitation: None,
            call: None,
            group: None,
            departed: Vec::new(),
            notices: Vec::new(),
            message: None,
            edits: Vec::new(),
            reply,
        }
    }
}

/// Something to tell to devices of a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Which devices.
    pub to: Audience,
    /// What they hear.
    pub event: Event,
}

/// Devices of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// The user.
    pub user: UserId,
    /// The device that acted and gets the reply instead.
    pub except: Option<DeviceId>,
    /// The connection on which that device gets the reply, where the shell knows it: what the device
    /// hears on another one is not left out.
    pub answered_on: Option<ConnectionId>,
    /// Only these, when it is an online-only invitation.
    pub only: Option<BTreeSet<DeviceId>>,
    /// The user's push channel, and not his devices.
    pub is_push: bool,
}

impl Audience {
    /// All devices of the user but the one that acted.
    pub fn of(user: &UserId, by: Option<&Actor>) -> Self {
        let except = by.filter(|by| by.user == *user).map(|by| by.device.clone());
        Self {
            user: user.clone(),
            except,
            answered_on: None,
            only: None,
            is_push: false,
        }
    }

    /// The device that a party is in its call with.
    pub fn only(party: &Party) -> Self {
        Self {
            user: party.user.clone(),
            except: None,
            answered_on: None,
            only: Some([party.device.clone()].into()),
            is_push: false,
        }
    }

    /// The user's push channel, whichever device it is on.
    pub fn push_channel(user: &UserId) -> Self {
        Self {
            user: user.clone(),
            except: None,
            answered_on: None,
            only: None,
            is_push: true,
        }
    }

    /// The same, narrowed to the devices that an online-only invitation reaches.
    pub fn within(mut self, reach: Option<&Devices>) -> Self {
        self.only = reach.map(|reach| reach.get(&self.user).cloned().unwrap_or_default());
        self
    }

    /// Whether this connected device of the user is meant.
    pub fn includes(&self, device: &DeviceId) -> bool {
        !self.is_push
            && self.except.as_ref() != Some(device)
            && self.only.as_ref().is_none_or(|only| only.contains(device))
    }

    /// Whether this device of the user is meant on this connection: the device that acted is, where
    /// its reply leaves on another one.
    pub fn includes_on(&self, device: &DeviceId, connection: ConnectionId) -> bool {
        let is_answered = self.answered_on.is_none_or(|on| on == connection);
        let exception = self.except.as_ref().filter(|_| is_answered);
        !self.is_push
            && exception != Some(device)
            && self.only.as_ref().is_none_or(|only| only.contains(device))
    }
}

/// A connection of a device, as the shell counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Where a message belongs, the same for all who read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Thread {
    /// One to one; the smaller user ID first.
    C2C(UserId, UserId),
    /// Of a group.
    Group(GroupId),
}

impl Thread {
    /// The thread of two users.
    pub fn between(a: &UserId, b: &UserId) -> Self {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        Self::C2C(low.clone(), high.clone())
    }

    /// The thread that this user calls by that name.
    pub fn named(reader: &UserId, name: &ConversationId) -> Self {
        match name {
            ConversationId::C2C(other) => Self::between(reader, other),
            ConversationId::Group(group) => Self::Group(group.clone()),
        }
    }

    /// What this reader calls it.
    pub fn name_for(&self, reader: &UserId) -> ConversationId {
        match self {
            Self::C2C(low, high) => ConversationId::C2C(if reader == low {
                high.clone()
            } else {
                low.clone()
            }),
            Self::Group(group) => ConversationId::Group(group.clone()),
        }
    }
}

/// A message that has no place in the history yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Where it belongs.
    pub thread: Thread,
    /// Who wrote it.
    pub from: UserId,
    /// When.
    pub time: Timestamp,
    /// The shape of the payload.
    pub kind: MessageType,
    /// What it says.
    pub payload: Value,
    /// The invitation whose invite it records, so that later operations find it.
    pub invite: Option<InviteId>,
    /// Whose unread count it raises.
    pub unread_for: Vec<UserId>,
    /// Whether it can be the last message of its conversation.
    pub shown_last: bool,
    /// Who hears `messageReceived`.
    pub to: Vec<Audience>,
}

impl Draft {
    /// The message with the place the history gave it.
    pub fn stored(&self, seq: u64) -> Stored {
        Stored {
            seq,
            thread: self.thread.clone(),
            from: self.from.clone(),
            time: self.time,
            kind: self.kind,
            payload: self.payload.clone(),
            call: None,
        }
    }
}

/// A message of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// Its place; increases within the thread.
    pub seq: u64,
    /// Where it belongs.
    pub thread: Thread,
    /// Who wrote it.
    pub from: UserId,
    /// When.
    pub time: Timestamp,
    /// The shape of the payload.
    pub kind: MessageType,
    /// What it says.
    pub payload: Value,
    /// On an invite's message, what became of the call.
    pub call: Option<CallSummary>,
}

impl Stored {
    /// The message as this reader sees it.
    pub fn seen_by(&self, reader: &UserId) -> Message {
        let (to, group_id) = match &self.thread {
            Thread::C2C(low, high) => (
                Some(if self.from == *low {
                    high.clone()
                } else {
                    low.clone()
                }),
                None,
            ),
            Thread::Group(group) => (None, Some(group.clone())),
        };
        let id = format!("m{}", self.seq);
        Message {
            message_id: MessageId::try_from(id).expect("a letter and digits make an id"),
            conversation_id: self.thread.name_for(reader),
            seq: self.seq,
            from: self.from.clone(),
            to,
            group_id,
            time: self.time,
            kind: self.kind,
            payload: self.payload.clone(),
            call: self.call.clone(),
        }
    }
}

/// A change to the message that records an invite; nothing where the invite left none.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageEdit {
    /// The invitation.
    pub invite: InviteId,
    /// What became of the call; nothing when that stays as it is.
    pub call: Option<CallSummary>,
    /// What the message says from here on; nothing when that stays as it is.
    pub payload: Option<Value>,
    /// For whom the message counts as unread no more.
    pub read_by: Vec<UserId>,
}

/// What the asker is told; the shell fills in the message that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// To `invite`: its name and its deadline.
    Invited(InviteId, Option<Timestamp>, Option<Box<Stored>>),
    /// To `cancel`, `accept` and `reject`.
    Done(InviteId, Option<Box<Stored>>),
    /// To `modifyInvitation`: its name.
    Modified(InviteId),
    /// To `createGroup`.
    Group(GroupInfo),
    /// To `updateMyProfile`.
    Profile(Profile),
    /// To `hangUp`: the call and its duration in milliseconds.
    HungUp(CallId, u64),
    /// To `sendMessage`.
    Sent(Option<Box<Stored>>),
    /// `{}`.
    Nothing,
}

impl Reply {
    /// The same reply with the message that was written.
    pub fn with_message(self, message: Option<Stored>) -> Self {
        let message = message.map(Box::new);
        match self {
            Self::Invited(id, deadline, _) => Self::Invited(id, deadline, message),
            Self::Done(id, _) => Self::Done(id, message),
            Self::Sent(_) => Self::Sent(message),
            Self::Modified(_)
            | Self::Group(_)
            | Self::Profile(_)
            | Self::HungUp(..)
            | Self::Nothing => self,
        }
    }

    /// The result as it stands on the wire, for this reader at this moment.
    pub fn to_wire(&self, reader: &UserId, now: Timestamp) -> Value {
        let seen = |message: &Option<Box<Stored>>| message.as_ref().map(|m| m.seen_by(reader));
        let value = match self {
            Self::Invited(invite_id, deadline, message) => serde_json::to_value(Invited {
                invite_id: invite_id.clone(),
                message: seen(message),
                remaining_ms: deadline.map(|at| bellhop_protocol::time::millis(at.since(now))),
            }),
            Self::Done(invite_id, message) => serde_json::to_value(Done {
                invite_id: invite_id.clone(),
                message: seen(message),
            }),
            Self::Modified(invite_id) => serde_json::to_value(Modified {
                invite_id: invite_id.clone(),
            }),
            Self::Group(group) => serde_json::to_value(CreatedGroup {
                group: group.clone(),
            }),
            Self::Profile(profile) => serde_json::to_value(MyProfile {
                profile: profile.clone(),
            }),
            Self::HungUp(call_id, duration_ms) => serde_json::to_value(HungUp {
                call_id: call_id.clone(),
                duration_ms: *duration_ms,
            }),
            Self::Sent(message) => match seen(message) {
                Some(message) => serde_json::to_value(Sent { message }),
                None => Ok(json!({})),
            },
            Self::Nothing => Ok(json!({})),
        };
        value.expect("results have string keys and serialize")
    }
}
