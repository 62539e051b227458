//! The call this device places, answers or is in: who with, and how it began.
//!
//! Plain data, read from the client's view; no I/O, no clock.

use std::collections::BTreeSet;

use bellhop_client::{LiveInvitation, Role, RunningCall, View, call_layer};
use bellhop_protocol::{CallId, ConversationId, InviteId, UserId};

use crate::view::{Direction, MediaType};

/// A call this device is in, or answers: who with, and how it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Talk {
    /// The call.
    pub(crate) call: CallId,
    /// The invitation it began with.
    pub(crate) invite: InviteId,
    /// The conversation it is in, and so the other person or the group.
    pub(crate) with: ConversationId,
    /// Sound or picture.
    pub(crate) media: MediaType,
    /// Who called.
    pub(crate) direction: Direction,
}

impl Talk {
    /// The call that an invitation makes when it is accepted.
    pub(crate) fn of(live: &LiveInvitation, own: &UserId) -> Self {
        let invitation = &live.invitation;
        let is_outgoing = invitation.inviter == *own;
        let with = match &invitation.group_id {
            Some(group) => ConversationId::Group(group.clone()),
            None if is_outgoing => {
                let callee = invitation.invitee_list.first();
                ConversationId::C2C(callee.unwrap_or(own).clone())
            }
            None => ConversationId::C2C(invitation.inviter.clone()),
        };
        Self {
            call: invitation.call_id.clone(),
            invite: invitation.invite_id.clone(),
            with,
            media: media_of(&invitation.data),
            direction: if is_outgoing {
                Direction::Outgoing
            } else {
                Direction::Incoming
            },
        }
    }
}

/// The call this device places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placing {
    /// What it becomes when it is accepted.
    pub(crate) talk: Talk,
    /// Who is rung.
    pub(crate) callees: Vec<UserId>,
    /// The server has it.
    pub(crate) confirmed: bool,
    /// Those of them who have not answered.
    pub(crate) pending: BTreeSet<UserId>,
    /// A device of a callee has said that it rings.
    pub(crate) rang: bool,
    /// Cancel has been asked for.
    pub(crate) cancelling: bool,
}

impl Placing {
    /// A call that was asked for.
    pub(crate) fn new(talk: Talk, callees: Vec<UserId>) -> Self {
        Self {
            talk,
            pending: callees.iter().cloned().collect(),
            callees,
            confirmed: false,
            rang: false,
            cancelling: false,
        }
    }
}

/// The invitation, if it is live or in call.
pub(crate) fn find<'a>(view: &'a View, id: &InviteId) -> Option<&'a LiveInvitation> {
    let mut all = view.invitations.iter();
    all.find(|live| live.invitation.invite_id == *id)
}

/// The call that this device is in.
pub(crate) fn running_here(view: &View) -> Option<&RunningCall> {
    view.calls.iter().find(|running| running.here)
}

/// What an invitation's data asks for.
pub(crate) fn media_of(data: &str) -> MediaType {
    match call_layer::media_type(data) {
        call_layer::MediaType::Audio => MediaType::Audio,
        call_layer::MediaType::Video => MediaType::Video,
    }
}

/// The call that runs, as the invitations into it tell it.
pub(crate) fn talk_of(running: &RunningCall, view: &View, own: &UserId) -> Option<Talk> {
    let mut of_call = view
        .invitations
        .iter()
        .filter(|live| live.invitation.call_id == running.call_id);
    let is_mine = |live: &&LiveInvitation| live.role != Role::Observer;
    if let Some(live) = of_call.find(is_mine) {
        return Some(Talk::of(live, own));
    }
    let other = running.parties.iter().find(|party| party.user != *own)?;
    let with = match &running.group_id {
        Some(group) => ConversationId::Group(group.clone()),
        None => ConversationId::C2C(other.user.clone()),
    };
    Some(Talk {
        call: running.call_id.clone(),
        invite: running.invitations.first()?.clone(),
        with,
        media: MediaType::Audio,
        direction: Direction::Incoming,
    })
}
