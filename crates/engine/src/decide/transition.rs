//! The transitions of an invitation, once it is clear that they may happen: the next state, and who
//! hears what (SIGNALING §3).

use std::collections::BTreeSet;

use bellhop_protocol::event::{Answered, Cancelled, Modified, Ringing, TimedOut};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::{ActionType, Event, Timestamp, UserId};

use super::view;
use crate::MAX_INVITEES;
use crate::call::Call;
use crate::command::{Actor, Context, Invite};
use crate::decision::{Audience, Decision, Notice, Reply};
use crate::history::{self, Operation};
use crate::invitation::{Answer, Devices, Fate, Invitation, Invitee};
use crate::push;
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
    let distinct: BTreeSet<_> = invite.invitees.iter().collect();
    if distinct.is_empty()
        || distinct.len() != invite.invitees.len()
        || distinct.len() > MAX_INVITEES
    {
        return Err(Refusal::BadInvitees);
    }
    match &invite.group {
        Some(_) => check_members(invite, &context.members)?,
        None => check_receiver(context)?,
    }
    let mut invitation = Invitation {
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
        unaware: context.blocked_by.clone(),
        pushed: BTreeSet::new(),
        asleep_at: None,
        glare_with: context.glare.clone(),
        ended: None,
    };
    let call = called_by(&invitation, context.call.as_ref())?;
    let pushes = push::on_invite(&mut invitation, &context.connected, now);
    let event = Event::NewInvitationReceived(Box::new(view(&invitation, None, now)));
    let operation = Operation {
        action: ActionType::Invite,
        invitees: invitation.invitee_list(),
        data: &invitation.data,
        by: Some(&invite.by),
    };
    Ok(Decision {
        notices: [
            tell(&invitation, Some(&invite.by), context, |_| event.clone()),
            pushes,
        ]
        .concat(),
        message: history::message(&invitation, operation, context, now),
        reply: Reply::Invited(invitation.id.clone(), invitation.deadline, None),
        call: Some(call),
        invitation: Some(invitation),
        ..idle()
    })
}

fn check_members(invite: &Invite, members: &BTreeSet<UserId>) -> Result<(), Refusal> {
    if members.is_empty() {
        return Err(Refusal::NoSuchGroup);
    }
    if !members.contains(&invite.by.user) {
        return Err(Refusal::NotInGroup);
    }
    let outside = invite.invitees.iter().find(|it| !members.contains(*it));
    outside.map_or(Ok(()), |user| Err(Refusal::OutsideGroup(user.clone())))
}

fn check_receiver(context: &Context) -> Result<(), Refusal> {
    if let Some(user) = context.unknown_users.first() {
        return Err(Refusal::NoSuchUser(user.clone()));
    }
    if let Some(user) = context.blocked_by.first() {
        return Err(Refusal::Blocked(user.clone()));
    }
    Ok(())
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
    match (is_in, call.was_in(inviter) && call.ended.is_some()) {
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
        message: history::message(&next, operation, context, now),
        edits: history::outcome(&next, vec![by.user.clone()]),
        reply: Reply::Done(next.id.clone(), None),
        call: Some(call),
        invitation: Some(next),
        ..idle()
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
    let read_by = if reason == Some(EndReason::Busy) {
        Vec::new()
    } else {
        vec![by.user.clone()]
    };
    Decision {
        notices: tell(&next, Some(by), context, |_| event.clone()),
        message: history::message(&next, operation, context, now),
        edits: history::outcome(&next, read_by),
        reply: Reply::Done(next.id.clone(), None),
        invitation: Some(next),
        ..idle()
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
    cancel_some(invitation, |_| true, by, data, reason, context, now)
}

/// Cancels it for the pending ones of whom `meant` is true.
fn cancel_some(
    invitation: &Invitation,
    meant: impl Fn(&UserId) -> bool,
    by: Option<&Actor>,
    data: &str,
    reason: Option<EndReason>,
    context: &Context,
    now: Timestamp,
) -> Decision {
    let fate = |rev| Fate::Cancelled(rev, reason);
    let (next, cancelled) = end_pending(invitation, meant, now, fate);
    let event = Event::InvitationCancelled(Cancelled {
        invite_id: next.id.clone(),
        rev: next.rev,
        inviter: next.inviter.user.clone(),
        group_id: next.group.clone(),
        invitee_list: cancelled.clone(),
        data: data.to_owned(),
        reason,
    });
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
        message: history::message(&next, operation, context, now),
        edits: history::outcome(&next, read_by),
        reply: Reply::Done(next.id.clone(), None),
        invitation: Some(next),
        ..idle()
    }
}

pub(super) fn time_out(invitation: &Invitation, context: &Context, now: Timestamp) -> Decision {
    if invitation.ended.is_some() || !invitation.is_due(now) {
        return idle();
    }
    let (next, late) = end_pending(invitation, |_| true, now, Fate::TimedOut);
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
        message: history::message(&next, operation, context, now),
        edits: history::outcome(&next, Vec::new()),
        reply: Reply::Nothing,
        invitation: Some(next),
        ..idle()
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

/// Ends it for those who are in its group no more, and for all when the inviter is not.
pub(super) fn members_left(invitation: &Invitation, context: &Context, now: Timestamp) -> Decision {
    let Context { members, .. } = context;
    if invitation.ended.is_some() || invitation.group.is_none() {
        return idle();
    }
    if invitation.is_due(now) {
        return time_out(invitation, context, now);
    }
    let inviter_left = !members.contains(&invitation.inviter.user);
    let has_left = |user: &UserId| inviter_left || !members.contains(user);
    if !invitation.pending().any(|it| has_left(&it.user)) {
        return idle();
    }
    let reason = Some(EndReason::LeftGroup);
    cancel_some(invitation, has_left, None, "", reason, context, now)
}

pub(super) fn modify(
    invitation: &Invitation,
    by: &Actor,
    data: &str,
    context: &Context,
) -> Result<Decision, Refusal> {
    if invitation.is_online_only() {
        return Err(Refusal::OnlineOnly);
    }
    let mut next = invitation.clone();
    next.rev += 1;
    next.data = data.to_owned();
    let event = Event::InvitationModified(Modified {
        invite_id: next.id.clone(),
        rev: next.rev,
        data: next.data.clone(),
    });
    Ok(Decision {
        notices: tell(&next, Some(by), context, |_| event.clone()),
        edits: vec![history::modified(&next)],
        reply: Reply::Modified(next.id.clone()),
        invitation: Some(next),
        ..idle()
    })
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

/// Ends those pending of whom `meant` is true, and says who they were.
fn end_pending(
    invitation: &Invitation,
    meant: impl Fn(&UserId) -> bool,
    now: Timestamp,
    fate: impl Fn(u64) -> Fate,
) -> (Invitation, Vec<UserId>) {
    let mut ended = Vec::new();
    let mut next = invitation.clone();
    next.rev += 1;
    for invitee in &mut next.invitees {
        if invitee.fate == Fate::Pending && meant(&invitee.user) {
            invitee.fate = fate(next.rev);
            ended.push(invitee.user.clone());
        }
    }
    let all_ended = next.pending().next().is_none();
    next.ended = all_ended.then_some(now);
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

/// The same event, or each user's own form of it, to everybody who takes part.
fn tell(
    invitation: &Invitation,
    by: Option<&Actor>,
    context: &Context,
    event: impl Fn(&UserId) -> Event,
) -> Vec<Notice> {
    let in_group = context.members.union(&context.witnesses);
    let observers = in_group.filter(|member| {
        invitation.group.is_some() && invitation.users().all(|user| user != *member)
    });
    invitation
        .listeners()
        .chain(observers)
        .map(|user| Notice {
            to: Audience::of(user, by).within(invitation.reach.as_ref()),
            event: event(user),
        })
        .collect()
}
