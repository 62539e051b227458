//! A call: who is in it, and how they leave (SIGNALING §8).
//!
//! A call is an aggregate of its own. It is founded by its first invitation, begins with the first
//! accept and is over when fewer than two parties are left.

use std::collections::BTreeSet;

use bellhop_protocol::event::{CallEnded, Signal};
use bellhop_protocol::id::HangUpReason;
use bellhop_protocol::request::SignalTo;
use bellhop_protocol::{
    CallId, CallOutcome, CallSummary, DeviceId, Event, GroupId, InviteId, Party, Timestamp, UserId,
    time,
};
use serde::{Deserialize, Serialize};

use crate::command::Actor;
use crate::decision::{Audience, Decision, MessageEdit, Notice, Reply};
use crate::invitation::{Devices, Invitation, reaches};
use crate::refusal::Refusal;

/// A call and everybody who was ever in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its name.
    pub id: CallId,
    /// Revision, from 1, +1 with each transition.
    pub rev: u64,
    /// Who invited first; until the call begins, only he may invite into it.
    pub founder: UserId,
    /// The first group that was invited into it, or none.
    pub group: Option<GroupId>,
    /// Who is or was in it, in the order of joining.
    pub members: Vec<Member>,
    /// The invitations into it, first one first; never empty.
    pub invitations: Vec<InviteId>,
    /// When the first invitee accepted.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// For a call founded by an online-only invitation, the devices that hear of it.
    pub reach: Option<Devices>,
    /// Members of the group who have blocked whoever invited them: for them there is no such call.
    #[serde(default)]
    pub unaware: BTreeSet<UserId>,
}

/// Somebody who is or was in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The user and the device.
    pub party: Party,
    /// The invitation that brought him in.
    pub via: InviteId,
    /// Whether he accepted it; otherwise he sent it.
    pub answered: bool,
    /// When he left.
    pub left: Option<Timestamp>,
}

/// What is asked of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A user leaves, from any of his devices.
    HangUp {
        /// Who asks.
        by: Actor,
        /// Why, for the others.
        reason: Option<HangUpReason>,
    },
    /// A party's device has been gone for the grace.
    PartyGone(Party),
}

impl Call {
    /// A call that its first invitation founds.
    pub(crate) fn founded(invitation: &Invitation) -> Self {
        Self {
            id: invitation.call.clone(),
            rev: 1,
            founder: invitation.inviter.user.clone(),
            group: invitation.group.clone(),
            members: Vec::new(),
            invitations: vec![invitation.id.clone()],
            started: None,
            ended: None,
            reach: invitation.reach.clone(),
            unaware: invitation.unaware.clone(),
        }
    }

    /// Whether this device may hear of it: any one, unless an online-only invitation founded it.
    pub fn reaches(&self, user: &UserId, device: &DeviceId) -> bool {
        reaches(self.reach.as_ref(), user, device)
    }

    /// Whether it has begun and is not over.
    pub fn is_running(&self) -> bool {
        self.started.is_some() && self.ended.is_none()
    }

    /// Who is in it now.
    pub fn present(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.left.is_none())
    }

    /// Whether this user is in it now.
    pub fn has(&self, user: &UserId) -> bool {
        self.present().any(|member| member.party.user == *user)
    }

    /// Whether this user is or was in it.
    pub fn was_in(&self, user: &UserId) -> bool {
        self.members.iter().any(|member| member.party.user == *user)
    }

    /// The next state, with another invitation into it, which widens whom it reaches and who knows it.
    pub(crate) fn with_invitation(&self, invitation: &Invitation) -> Self {
        let mut next = self.clone();
        next.rev += 1;
        next.invitations.push(invitation.id.clone());
        next.reach = match (next.reach, &invitation.reach) {
            (Some(mut reach), Some(more)) => {
                for (user, devices) in more {
                    reach
                        .entry(user.clone())
                        .or_default()
                        .extend(devices.iter().cloned());
                }
                Some(reach)
            }
            (None, _) | (_, None) => None,
        };
        match (&next.group, &invitation.group) {
            (Some(_), Some(_)) => next
                .unaware
                .retain(|user| invitation.unaware.contains(user)),
            (None, Some(_)) => {
                next.group.clone_from(&invitation.group);
                next.unaware.clone_from(&invitation.unaware);
            }
            (_, None) => {}
        }
        next
    }

    /// The next state, with the inviter and whoever accepted in it. A call that was over when an
    /// invitation into it was still live begins anew.
    pub(crate) fn joined(&self, invitation: &Invitation, by: &Actor, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.rev += 1;
        if next.ended.take().is_some() {
            next.started = None;
        }
        next.started.get_or_insert(now);
        for (actor, answered) in [(&invitation.inviter, false), (by, true)] {
            if !next.has(&actor.user) {
                next.members.push(Member {
                    party: actor.clone().into(),
                    via: invitation.id.clone(),
                    answered,
                    left: None,
                });
            }
        }
        next
    }

    /// How long it has lasted, in milliseconds.
    pub fn duration_ms(&self, now: Timestamp) -> u64 {
        let end = self.ended.unwrap_or(now);
        self.started
            .map_or(0, |start| time::millis(end.since(start)))
    }

    /// The call as the wire shows it.
    pub fn view(&self, now: Timestamp) -> bellhop_protocol::Call {
        bellhop_protocol::Call {
            call_id: self.id.clone(),
            group_id: self.group.clone(),
            started_ms_ago: self.duration_ms(now),
            parties: self.present().map(|member| member.party.clone()).collect(),
            invitations: self.invitations.clone(),
        }
    }
}

/// What becomes of a call when somebody leaves it.
///
/// `hearers` are those who hear of it besides its parties: the members of the call's group, and whoever
/// was invited in it; none for a call one to one.
pub fn decide(
    state: Option<&Call>,
    command: &Command,
    hearers: &BTreeSet<UserId>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    match command {
        Command::HangUp { by, reason } => hang_up(state, by, reason.clone(), hearers, now),
        Command::PartyGone(party) => Ok(party_gone(state, party, hearers, now)),
    }
}

/// Who hears a signal of this party's: the one it is meant for, or all other parties; the device that
/// is in the call, and no other.
pub fn signal(
    state: Option<&Call>,
    by: &Actor,
    to: Option<&SignalTo>,
    signal: &Signal,
) -> Result<Vec<Notice>, Refusal> {
    let call = state
        .filter(|call| call.was_in(&by.user))
        .ok_or(Refusal::UnknownCall)?;
    if call.ended.is_some() || !call.has(&by.user) {
        return Err(Refusal::CallEnded);
    }
    let parties = || call.present().map(|member| &member.party);
    if !parties().any(|it| it.user == by.user && it.device == by.device) {
        return Err(Refusal::NotAParty);
    }
    let is_meant = |party: &&Party| match to {
        Some(to) => {
            party.user == to.user && to.device.as_ref().is_none_or(|it| *it == party.device)
        }
        None => party.user != by.user,
    };
    let notices: Vec<Notice> = parties()
        .filter(is_meant)
        .map(|party| Notice {
            to: Audience::only(party),
            event: Event::SignalReceived(signal.clone()),
        })
        .collect();
    match to {
        Some(to) if notices.is_empty() => Err(Refusal::ReceiverNotInCall(to.user.clone())),
        Some(_) | None => Ok(notices),
    }
}

fn hang_up(
    state: Option<&Call>,
    by: &Actor,
    reason: Option<HangUpReason>,
    hearers: &BTreeSet<UserId>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let call = state.ok_or(Refusal::UnknownCall)?;
    if !call.has(&by.user) {
        return Err(if call.was_in(&by.user) {
            Refusal::CallEnded
        } else {
            Refusal::UnknownCall
        });
    }
    let reason = reason.unwrap_or_else(|| word("hangUp"));
    Ok(leave(call, &by.user, Some(by), reason, hearers, now))
}

fn party_gone(
    state: Option<&Call>,
    party: &Party,
    hearers: &BTreeSet<UserId>,
    now: Timestamp,
) -> Decision {
    // The device may have come back as another platform and gone again.
    let is_it = |it: &Party| it.user == party.user && it.device == party.device;
    match state.filter(|call| call.present().any(|member| is_it(&member.party))) {
        Some(call) => {
            let reason = word("deviceGone");
            leave(call, &party.user, None, reason, hearers, now)
        }
        None => Decision::unchanged(Reply::Nothing),
    }
}

fn leave(
    call: &Call,
    leaver: &UserId,
    by: Option<&Actor>,
    reason: HangUpReason,
    hearers: &BTreeSet<UserId>,
    now: Timestamp,
) -> Decision {
    let mut listeners: BTreeSet<&UserId> = call.present().map(|m| &m.party.user).collect();
    let others = listeners.len() - 1;
    let over = others < 2;
    if call.group.is_some() {
        listeners.extend(hearers.iter().filter(|it| !call.unaware.contains(it)));
    }
    let mut next = call.clone();
    next.rev += 1;
    for member in &mut next.members {
        if member.left.is_none() && (over || member.party.user == *leaver) {
            member.left = Some(now);
        }
    }
    next.ended = over.then_some(now);

    let duration_ms = next.duration_ms(now);
    let via = call
        .present()
        .find(|member| member.party.user == *leaver)
        .map(|m| &m.via);
    let event = Event::CallEnded(CallEnded {
        call_id: call.id.clone(),
        invite_id: via.expect("a leaver is present").clone(),
        user: leaver.clone(),
        duration_ms,
        reason,
        over,
    });
    let notices = listeners
        .into_iter()
        .map(|user| Notice {
            to: Audience::of(user, by).within(call.reach.as_ref()),
            event: event.clone(),
        })
        .collect();
    let edits = if over {
        summaries(&next, duration_ms)
    } else {
        Vec::new()
    };
    let reply = Reply::HungUp(call.id.clone(), duration_ms);
    Decision {
        call: Some(next),
        notices,
        edits,
        ..Decision::unchanged(reply)
    }
}

/// What the messages of the call's invites say about it: that it was answered, and its duration.
fn summaries(call: &Call, duration_ms: u64) -> Vec<MessageEdit> {
    // Whoever left before it began anew was in a call that has been told already.
    let is_of_this = |member: &&Member| member.left >= call.started;
    let answers = call
        .members
        .iter()
        .filter(|member| member.answered)
        .filter(is_of_this);
    // Of several who answered one invitation, its message names the first.
    let mut told = BTreeSet::new();
    answers
        .filter(|member| told.insert(&member.via))
        .map(|member| MessageEdit {
            invite: member.via.clone(),
            call: Some(CallSummary {
                outcome: CallOutcome::Answered,
                duration_ms: Some(duration_ms),
                answered_by: Some(member.party.clone()),
            }),
            payload: None,
            read_by: Vec::new(),
        })
        .collect()
}

fn word(text: &str) -> HangUpReason {
    text.parse().expect("a plain word is a reason")
}
