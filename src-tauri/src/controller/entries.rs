//! What the messages of a conversation are to a person: entries, and the calls among them
//! (SIGNALING §6).
//!
//! Pure: owns what a message says; knows no screen, no name and no server.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_client::call_layer;
use bellhop_protocol::signaling::signaling_info;
use bellhop_protocol::{
    ActionType, CallOutcome, CallSummary, DeviceId, InviteId, Message, MessageId, MessageType,
    Party, SignalingInfo, UserId, time,
};

use crate::controller::talk::media_of;
use crate::view::{Direction, Ending, MediaType};

/// One entry of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The message behind it.
    pub(crate) message: MessageId,
    /// Its place in the conversation.
    pub(crate) seq: u64,
    /// Who wrote it, or called.
    pub(crate) from: UserId,
    /// When, on the server's clock.
    pub(crate) at_ms: u64,
    /// What it is.
    pub(crate) what: What,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Something somebody wrote.
    Text(String),
    /// A call.
    Call(PastCall),
    /// A call of another program that says by a message of its own how long it was (SIGNALING §8).
    HungUp {
        /// How long.
        duration_ms: u64,
    },
    /// A message for programs, with words for people if there are any.
    Custom(Option<String>),
}

/// A call that began with an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PastCall {
    /// The invitation.
    pub(crate) invite: InviteId,
    /// Which way it went.
    pub(crate) direction: Direction,
    /// How it ended for this user; nothing while it rings or runs.
    pub(crate) ending: Option<Ending>,
    /// How long people talked.
    pub(crate) duration_ms: Option<u64>,
    /// Sound or picture.
    pub(crate) media: MediaType,
    /// Whether this user called or was called, rather than others of the group.
    pub(crate) is_own: bool,
    /// Whom it rang.
    pub(crate) invitees: Vec<UserId>,
    /// Who answered it.
    pub(crate) answered_by: Option<Party>,
}

impl PastCall {
    /// Whether this user missed it.
    pub(crate) fn is_missed(&self) -> bool {
        match (self.direction, self.ending) {
            (Direction::Outgoing, _) | (Direction::Incoming, None) => false,
            (Direction::Incoming, Some(ending)) => {
                self.is_own
                    && match ending {
                        Ending::Busy
                        | Ending::Cancelled
                        | Ending::TimedOut
                        | Ending::InviterGone => true,
                        Ending::Answered
                        | Ending::Rejected
                        | Ending::AnsweredElsewhere
                        | Ending::RejectedElsewhere
                        | Ending::Unreachable
                        | Ending::Failed => false,
                    }
            }
        }
    }
}

/// The entries among messages that are newest first, in the same order, for this user on this device.
pub(crate) fn entries(messages: &[Message], own: &UserId, device: &DeviceId) -> Vec<Entry> {
    let infos: Vec<_> = messages.iter().map(signaling_info).collect();
    let gave_way = gave_way(messages, &infos, own);
    let mut parts = OwnParts::default();
    let mut entries = Vec::new();
    for (message, info) in messages.iter().zip(infos) {
        let Some(what) = what(message, info, &mut parts, own, device) else {
            continue;
        };
        if matches!(&what, What::Call(call) if gave_way.contains(&call.invite)) {
            continue;
        }
        entries.push(Entry {
            message: message.message_id.clone(),
            seq: message.seq,
            from: message.from.clone(),
            at_ms: message.time.as_millis(),
            what,
        });
    }
    entries
}

/// How this user's own part in invitations of groups ended: their invite's message tells only what
/// became of all invitees together.
type OwnParts = BTreeMap<InviteId, Part>;

/// One of them.
#[derive(Clone, Copy, Debug)]
struct Part {
    action: ActionType,
    /// This user's app refused because of another call.
    is_busy: bool,
}

/// Calls that gave way to one the other way (SIGNALING §5, glare): they were cancelled, and their messages
/// lie across those of one that people talk in, or may. To a person the two are one call.
fn gave_way(
    messages: &[Message],
    infos: &[Option<SignalingInfo>],
    own: &UserId,
) -> BTreeSet<InviteId> {
    let rings = rings(messages, infos, own);
    let crosses = |one: &Ring, other: &Ring| {
        one.is_own != other.is_own && one.began < other.ended && other.began < one.ended
    };
    let is_cancelled = |ring: &Ring| ring.end == Some(RingEnd::Cancelled);
    let may_be_a_call = |ring: &&Ring| matches!(ring.end, None | Some(RingEnd::Accepted));
    let gave_way = rings.iter().filter(|(_, ring)| {
        let mut others = rings.values().filter(may_be_a_call);
        is_cancelled(ring) && others.any(|other| crosses(ring, other))
    });
    gave_way.map(|(id, _)| (*id).clone()).collect()
}

/// From which message of a conversation to which an invitation to one person rang.
struct Ring {
    is_own: bool,
    began: u64,
    ended: u64,
    end: Option<RingEnd>,
}

#[derive(PartialEq, Eq)]
enum RingEnd {
    Accepted,
    Cancelled,
    Unanswered,
}

fn rings<'a>(
    messages: &[Message],
    infos: &'a [Option<SignalingInfo>],
    own: &UserId,
) -> BTreeMap<&'a InviteId, Ring> {
    let mut rings = BTreeMap::new();
    for (message, info) in messages.iter().zip(infos) {
        // What tells of a call's length rings nobody.
        let is_ring =
            |info: &&SignalingInfo| info.group_id.is_none() && info.hung_up_after().is_none();
        let Some(info) = info.as_ref().filter(is_ring) else {
            continue;
        };
        let end = match info.action_type {
            ActionType::Invite => None,
            ActionType::Accept => Some(RingEnd::Accepted),
            ActionType::Cancel => Some(RingEnd::Cancelled),
            ActionType::Reject | ActionType::TimeOut => Some(RingEnd::Unanswered),
            ActionType::Unknown => continue,
        };
        let ring = rings.entry(&info.invite_id).or_insert(Ring {
            is_own: info.inviter == *own,
            began: 0,
            ended: u64::MAX,
            end: None,
        });
        match end {
            None => ring.began = message.seq,
            Some(_) => (ring.ended, ring.end) = (message.seq, end),
        }
    }
    rings
}

fn what(
    message: &Message,
    info: Option<SignalingInfo>,
    parts: &mut OwnParts,
    own: &UserId,
    device: &DeviceId,
) -> Option<What> {
    let Some(info) = info else {
        let said = |key| Some(message.payload.get(key)?.as_str()?.to_owned());
        return Some(match message.kind {
            MessageType::Text => What::Text(said("text").unwrap_or_default()),
            MessageType::Custom => {
                What::Custom(said("description").filter(|words| !words.is_empty()))
            }
        });
    };
    match info.action_type {
        ActionType::Invite => match info.hung_up_after() {
            Some(lasted) => Some(What::HungUp {
                duration_ms: time::millis(lasted),
            }),
            None => Some(What::Call(call(
                info,
                message.call.as_ref(),
                parts,
                own,
                device,
            ))),
        },
        ActionType::Accept | ActionType::Reject | ActionType::Cancel | ActionType::TimeOut => {
            if info.group_id.is_some() && info.invitee_list.contains(own) {
                let part = Part {
                    action: info.action_type,
                    is_busy: call_layer::is_busy(&info.data),
                };
                parts.insert(info.invite_id, part);
            }
            None
        }
        ActionType::Unknown => None,
    }
}

fn call(
    info: SignalingInfo,
    summary: Option<&CallSummary>,
    parts: &OwnParts,
    own: &UserId,
    device: &DeviceId,
) -> PastCall {
    let is_outgoing = info.inviter == *own;
    let is_invited = info.invitee_list.contains(own);
    let direction = if is_outgoing {
        Direction::Outgoing
    } else {
        Direction::Incoming
    };
    let of_all = summary.and_then(|summary| ending(summary, direction, own, device));
    let is_of_group = info.group_id.is_some() && !is_outgoing && is_invited;
    let ending = if is_of_group {
        own_ending(parts.get(&info.invite_id).copied(), of_all, summary)
    } else {
        of_all
    };
    let has_talked = !is_of_group || ending.is_some_and(was_answered);
    PastCall {
        invite: info.invite_id,
        direction,
        ending,
        duration_ms: summary
            .and_then(|summary| summary.duration_ms)
            .filter(|_| has_talked),
        media: media_of(&info.data),
        is_own: is_outgoing || is_invited || info.group_id.is_none(),
        invitees: info.invitee_list,
        answered_by: summary.and_then(|summary| summary.answered_by.clone()),
    }
}

fn was_answered(ending: Ending) -> bool {
    matches!(ending, Ending::Answered | Ending::AnsweredElsewhere)
}

/// How a call in a group ended for one who was invited.
fn own_ending(
    part: Option<Part>,
    of_all: Option<Ending>,
    summary: Option<&CallSummary>,
) -> Option<Ending> {
    match part.map(|part| part.action) {
        Some(ActionType::Accept) => match of_all {
            Some(ending) if was_answered(ending) => Some(ending),
            Some(_) | None => {
                let is_over = summary.is_some_and(|summary| summary.duration_ms.is_some());
                is_over.then_some(Ending::Answered)
            }
        },
        Some(ActionType::Reject) if part.is_some_and(|part| part.is_busy) => Some(Ending::Busy),
        Some(ActionType::Reject) => Some(Ending::Rejected),
        Some(ActionType::TimeOut) => Some(Ending::TimedOut),
        Some(ActionType::Cancel) => match of_all {
            Some(Ending::InviterGone) => Some(Ending::InviterGone),
            Some(_) | None => Some(Ending::Cancelled),
        },
        Some(ActionType::Invite | ActionType::Unknown) | None => {
            of_all.filter(|ending| !was_answered(*ending))
        }
    }
}

/// How the call ended for all together; nothing while it runs.
fn ending(
    call: &CallSummary,
    direction: Direction,
    own: &UserId,
    device: &DeviceId,
) -> Option<Ending> {
    let by_other_device = call
        .answered_by
        .as_ref()
        .is_some_and(|party| party.user == *own && party.device != *device);
    let is_elsewhere = direction == Direction::Incoming && by_other_device;
    match call.outcome {
        CallOutcome::Answered if is_elsewhere => Some(Ending::AnsweredElsewhere),
        CallOutcome::Answered => call.duration_ms.map(|_| Ending::Answered),
        CallOutcome::Rejected if is_elsewhere => Some(Ending::RejectedElsewhere),
        CallOutcome::Rejected => Some(Ending::Rejected),
        CallOutcome::Busy => Some(Ending::Busy),
        CallOutcome::Cancelled => Some(Ending::Cancelled),
        CallOutcome::InviterOffline => Some(Ending::InviterGone),
        CallOutcome::TimedOut => Some(Ending::TimedOut),
    }
}

#[cfg(test)]
mod tests;
