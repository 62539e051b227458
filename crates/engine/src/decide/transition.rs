//! The transitions of an invitation, once it is clear that they may happen: the next state, and who
//! hears what (SIGNALING §3).

use bellhop_protocol::event::{Answered, Cancelled, Ringing, TimedOut};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::{ActionType, CallOutcome, Event, Timestamp, UserId};

use super::view;
use crate::call::Call;
use crate::command::{Actor, Context, Invite};
use crate::decision::{Audience, Decision, MessageEdit, Notice, Reply};
use crate::history::{self, Operation};
use crate::invitation::{Answer, Devices, Fate, Invitation, Invitee};
use crate::refusal::Refusal;

pub(super) fn idle() -> Decision {
    Decision::unchanged(Reply::Nothing)
}

pub(super) fn make(
    invite: &Invite,
    context: &Context,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if invite.invitees.contains(&invite.by.user) {
        return Err(Refusal::SelfInvite);
    }
    if let Some(user) = context.unknown_users.first() {
        return Err(Refusal::NoSuchUser(user.clone()));
    }
    if let Some(user) = context
        .blocked_by
        .first()
        .filter(|_| invite.group.is_none())
    {
        return Err(Refusal::Blocked(user.clone()));
    }
    let invitation = Invitation {
        id: invite.id.clone(),
        rev: 1,
        call: invite.call.clone(),
        inviter: invite.by.clone(),
        group: invite.group.clone(),
        invitees: invite.invitees.iter().map(Invitee::pending).collect(),
        data: invite.data.clone(),
        timeout: invite.timeout,
        deadline: invite.timeout.limit().map(|limit| now.after(limit)),
        reach: invite.online_user_only.then(|| reach(invite, context)),
        push: invite.push.clone(),
        glare_with: context.glare.clone(),
        ended: None,
    };
    let call = called_by(&invitation, context.call.as_ref())?;
    let event = Event::NewInvitationReceived(Box::new(view(&invitation, None, now)));
    let operation = Operation {
        action: ActionType::Invite,
        invitees: invitation.invitee_list(),
        data: &invitation.data,
        by: Some(&invite.by),
    };
    Ok(Decision {
        notices: tell(&invitation, Some(&invite.by), context, |_| event.clone()),
        message: history::message(&invitation, operation, now),
        reply: Reply::Invited(invitation.id.clone(), invitation.deadline, None),
        edits: Vec::new(),
        call: Some(call),
        invitation: Some(invitation),
    })
}

/// The devices that are connected now, and the one that invites, which may be between connections.
fn reach(invite: &Invite, context: &Context) -> Devices {
    let mut reach = context.connected.clone();
    let own = reach.entry(invite.by.user.clone()).or_default();
    own.insert(invite.by.device.clone());
    reach
}

/// The call this new invitation founds, or the running one of its inviter that it invites into.
fn called_by(invitation: &Invitation, call: Option<&Call>) -> Result<Call, Refusal> {
    let Some(call) = call else {
        return Ok(Call::founded(invitation));
    };
    let inviter = &invitation.inviter.user;
    let is_in = if call.started.is_some() {
        call.has(inviter)
    } else {
        call.founder == *inviter
    };
    let was_in = call
        .members
        .iter()
        .any(|member| member.party.user == *inviter);
    match (is_in, was_in && call.ended.is_some()) {
        (true, _) => Ok(call.with_invitation(invitation)),
        (false, true) => Err(Refusal::CallEnded),
        (false, false) => Err(Refusal::NotInCall),
    }
}

pub(super) fn accept(
    invitation: &Invitation,
    by: &Actor,
    data: &str,
    context: &Context,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let call = match &context.call {
        Some(call) => call.joined(invitation, by, now),
        None => return Err(Refusal::UnknownCall),
    };
    let next = answered(invitation, by, data, now, Fate::Accepted);
    let event = Event::InviteeAccepted(told(&next, by, data, None));
    let operation = answer_of(ActionType::Accept, by, data);
    Ok(Decision {
        notices: tell(&next, Some(by), context, |_| event.clone()),
        message: history::message(&next, operation, now),
        edits: history::outcome(
            &next,
            CallOutcome::Answered,
            Some(by),
            vec![by.user.clone()],
        ),
        reply: Reply::Done(next.id.clone(), None),
        call: Some(call),
        invitation: Some(next),
    })
}

pub(super) fn reject(
    invitation: &Invitation,
    by: &Actor,
    data: &str,
    reason: Option<EndReason>,
    context: &Context,
    now: Timestamp,
) -> Decision {
    let next = answered(invitation, by, data, now, |answer| {
        Fate::Rejected(answer, reason)
    });
    let event = Event::InviteeRejected(told(&next, by, data, reason));
    let operation = answer_of(ActionType::Reject, by, data);
    // A busy refusal leaves a missed call at the callee.
    let (outcome, read_by) = if reason == Some(EndReason::Busy) {
        (CallOutcome::Busy, Vec::new())
    } else {
        (CallOutcome::Rejected, vec![by.user.clone()])
    };
    Decision {
        notices: tell(&next, Some(by), context, |_| event.clone()),
        message: history::message(&next, operation, now),
        edits: history::outcome(&next, outcome, None, read_by),
        call: None,
        reply: Reply::Done(next.id.clone(), None),
        invitation: Some(next),
    }
}

pub(super) fn cancel(
    invitation: &Invitation,
    by: Option<&Actor>,
    data: &str,
    reason: Option<EndReason>,
    context: &Context,
    now: Timestamp,
) -> Decision {
    let (next, cancelled) = end_pending(invitation, now, |rev| Fate::Cancelled(rev, reason));
    let event = Event::InvitationCancelled(Cancelled {
        invite_id: next.id.clone(),
        rev: next.rev,
        inviter: next.inviter.user.clone(),
        group_id: next.group.clone(),
        invitee_list: cancelled.clone(),
        data: data.to_owned(),
        reason,
    });
    let outcome = if reason == Some(EndReason::InviterOffline) {
        CallOutcome::InviterOffline
    } else {
        CallOutcome::Cancelled
    };
    // Of two calls that crossed, the other one is the call: this one was not missed.
    let read_by = if reason == Some(EndReason::Glare) {
        cancelled.clone()
    } else {
        Vec::new()
    };
    let operation = Operation {
        action: ActionType::Cancel,
        invitees: cancelled,
        data,
        by,
    };
    Decision {
        notices: tell(&next, by, context, |_| event.clone()),
        message: history::message(&next, operation, now),
        edits: unless_answered(&next, outcome, read_by),
        call: None,
        reply: Reply::Done(next.id.clone(), None),
        invitation: Some(next),
    }
}

pub(super) fn time_out(invitation: &Invitation, context: &Context, now: Timestamp) -> Decision {
    if invitation.ended.is_some() || !invitation.is_due(now) {
        return idle();
    }
    let (next, late) = end_pending(invitation, now, Fate::TimedOut);
    let event = |user: &UserId| {
        Event::InvitationTimeout(TimedOut {
            invite_id: next.id.clone(),
            rev: next.rev,
            inviter: next.inviter.user.clone(),
            group_id: next.group.clone(),
            invitee_list: late.clone(),
            is_self_timeout: late.contains(user),
        })
    };
    let operation = Operation {
        action: ActionType::TimeOut,
        invitees: late.clone(),
        data: &next.data,
        by: None,
    };
    Decision {
        notices: tell(&next, None, context, event),
        message: history::message(&next, operation, now),
        edits: unless_answered(&next, CallOutcome::TimedOut, Vec::new()),
        call: None,
        reply: Reply::Nothing,
        invitation: Some(next),
    }
}

pub(super) fn inviter_gone(invitation: &Invitation, context: &Context, now: Timestamp) -> Decision {
    if invitation.ended.is_some() {
        return idle();
    }
    if invitation.is_due(now) {
        return time_out(invitation, context, now);
    }
    cancel(
        invitation,
        None,
        "",
        Some(EndReason::InviterOffline),
        context,
        now,
    )
}

pub(super) fn ringing(invitation: &Invitation, by: &Actor) -> Decision {
    let mut next = invitation.clone();
    next.rev += 1;
    let invitee = next
        .invitees
        .iter_mut()
        .find(|invitee| invitee.user == by.user);
    let first = invitee.is_some_and(|invitee| invitee.ringing.insert(by.device.clone()));
    if !first {
        return idle();
    }
    let event = Event::InviteeRinging(Ringing {
        invite_id: next.id.clone(),
        rev: next.rev,
        invitee: by.user.clone(),
        device: by.device.clone(),
        platform: by.platform.clone(),
    });
    let to = Audience::of(&next.inviter.user, None).within(next.reach.as_ref());
    Decision {
        notices: vec![Notice { to, event }],
        invitation: Some(next),
        ..Decision::unchanged(Reply::Nothing)
    }
}

fn answered(
    invitation: &Invitation,
    by: &Actor,
    data: &str,
    now: Timestamp,
    fate: impl FnOnce(Answer) -> Fate,
) -> Invitation {
    let mut next = invitation.clone();
    next.rev += 1;
    let answer = Answer {
        rev: next.rev,
        by: by.clone(),
        data: data.to_owned(),
    };
    if let Some(invitee) = next
        .invitees
        .iter_mut()
        .find(|invitee| invitee.user == by.user)
    {
        invitee.fate = fate(answer);
    }
    let all_ended = next.pending().next().is_none();
    next.ended = all_ended.then_some(now);
    next
}

fn end_pending(
    invitation: &Invitation,
    now: Timestamp,
    fate: impl Fn(u64) -> Fate,
) -> (Invitation, Vec<UserId>) {
    let ended = invitation
        .pending()
        .map(|invitee| invitee.user.clone())
        .collect();
    let mut next = invitation.clone();
    next.rev += 1;
    for invitee in next
        .invitees
        .iter_mut()
        .filter(|invitee| invitee.fate == Fate::Pending)
    {
        invitee.fate = fate(next.rev);
    }
    next.ended = Some(now);
    (next, ended)
}

fn told(invitation: &Invitation, by: &Actor, data: &str, reason: Option<EndReason>) -> Answered {
    Answered {
        invite_id: invitation.id.clone(),
        rev: invitation.rev,
        inviter: invitation.inviter.user.clone(),
        group_id: invitation.group.clone(),
        invitee: by.user.clone(),
        data: data.to_owned(),
        device: by.device.clone(),
        platform: by.platform.clone(),
        reason,
    }
}

fn answer_of<'a>(action: ActionType, by: &'a Actor, data: &'a str) -> Operation<'a> {
    Operation {
        action,
        invitees: vec![by.user.clone()],
        data,
        by: Some(by),
    }
}

/// The outcome of an invitation that ended for the rest, where nobody answered before.
fn unless_answered(
    invitation: &Invitation,
    outcome: CallOutcome,
    read_by: Vec<UserId>,
) -> Vec<MessageEdit> {
    let is_answered = |invitee: &Invitee| matches!(invitee.fate, Fate::Accepted(_));
    if invitation.invitees.iter().any(is_answered) {
        return Vec::new();
    }
    history::outcome(invitation, outcome, None, read_by)
}

/// The same event, or each user's own form of it, to everybody who takes part.
fn tell(
    invitation: &Invitation,
    by: Option<&Actor>,
    context: &Context,
    event: impl Fn(&UserId) -> Event,
) -> Vec<Notice> {
    let observers = context.members.iter().filter(|member| {
        invitation.group.is_some() && invitation.users().all(|user| user != *member)
    });
    invitation
        .users()
        .chain(observers)
        .map(|user| Notice {
            to: Audience::of(user, by).within(invitation.reach.as_ref()),
            event: event(user),
        })
        .collect()
}
