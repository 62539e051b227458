//! What becomes of an invitation when somebody asks something of it (SIGNALING §2–4).

use bellhop_protocol::event::{Answered, Cancelled, Ringing, TimedOut};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::{
    ActionType, CallOutcome, Event, InvitationState, InviteeState, Timestamp, UserId, time,
};

use crate::call::Call;
use crate::command::{Actor, Command, Context, Invite};
use crate::decision::{Audience, Decision, Notice, Reply};
use crate::history::{self, Operation};
use crate::invitation::{Answer, Fate, Invitation, Invitee};
use crate::refusal::{Past, Refusal};

/// What becomes of an invitation when somebody asks something of it.
///
/// Total and pure: the same arguments give the same answer, and a refusal changes nothing. Time is
/// applied first: at or after the deadline nobody counts as pending, whether or not the timer's own
/// command has committed that.
pub fn decide(
    state: Option<&Invitation>,
    command: &Command,
    context: &Context,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    match command {
        Command::Invite(invite) => match state {
            None => make(invite, context, now),
            Some(existing) => Err(taken(existing, invite, now)),
        },
        Command::TimeOut => Ok(state.map_or_else(idle, |state| time_out(state, context, now))),
        Command::InviterGone => {
            Ok(state.map_or_else(idle, |state| inviter_gone(state, context, now)))
        }
        Command::Cancel { by, data, reason } => {
            let invitation = taking_part(state, by, context)?;
            require_pending(invitation, now)?;
            if by.user != invitation.inviter.user {
                return Err(Refusal::NotInviter);
            }
            Ok(cancel(
                invitation,
                Some(by),
                data,
                reason.map(Into::into),
                context,
                now,
            ))
        }
        Command::Accept { by, data } => {
            let invitation = pending_invitee(state, by, context, now)?;
            accept(invitation, by, data, context, now)
        }
        Command::Reject { by, data, reason } => {
            let invitation = pending_invitee(state, by, context, now)?;
            Ok(reject(
                invitation,
                by,
                data,
                reason.map(Into::into),
                context,
                now,
            ))
        }
        Command::Ringing { by } => {
            let invitation = pending_invitee(state, by, context, now)?;
            Ok(ringing(invitation, by))
        }
    }
}

/// The invitation as one who takes part in it sees it.
///
/// Past its deadline it shows the pending as timed out, whatever has been committed.
pub fn view(
    invitation: &Invitation,
    call: Option<&Call>,
    now: Timestamp,
) -> bellhop_protocol::Invitation {
    let live = invitation.is_live(now);
    let in_call = call.is_some_and(Call::is_running)
        && invitation
            .invitees
            .iter()
            .any(|i| matches!(i.fate, Fate::Accepted(_)));
    let state = match (live, in_call) {
        (true, _) => InvitationState::Live,
        (false, true) => InvitationState::InCall,
        (false, false) => InvitationState::Ended,
    };
    bellhop_protocol::Invitation {
        invite_id: invitation.id.clone(),
        rev: invitation.rev,
        call_id: invitation.call.clone(),
        inviter: invitation.inviter.user.clone(),
        group_id: invitation.group.clone(),
        invitee_list: invitation.invitee_list(),
        data: invitation.data.clone(),
        timeout: invitation.timeout.as_secs(),
        online_user_only: invitation.is_online_only(),
        remaining_ms: invitation.deadline.map(|at| time::millis(at.since(now))),
        state,
        invitees: invitation
            .invitees
            .iter()
            .map(|i| view_invitee(invitation, i, now))
            .collect(),
        offline_push_info: invitation.push.clone(),
        glare_with: invitation.glare_with.clone(),
    }
}

fn view_invitee(
    invitation: &Invitation,
    invitee: &Invitee,
    now: Timestamp,
) -> bellhop_protocol::Invitee {
    let (answer, reason) = match &invitee.fate {
        Fate::Accepted(answer) => (Some(answer), None),
        Fate::Rejected(answer, reason) => (Some(answer), *reason),
        Fate::Cancelled(_, reason) => (None, *reason),
        Fate::Pending | Fate::TimedOut(_) => (None, None),
    };
    bellhop_protocol::Invitee {
        user: invitee.user.clone(),
        state: effective_state(invitation, invitee, now),
        device: answer.map(|answer| answer.by.device.clone()),
        platform: answer.map(|answer| answer.by.platform.clone()),
        data: answer.map(|answer| answer.data.clone()),
        reason,
        ringing: !invitee.ringing.is_empty(),
    }
}

/// The invitee's state with time applied.
fn effective_state(invitation: &Invitation, invitee: &Invitee, now: Timestamp) -> InviteeState {
    let state = invitee.fate.state();
    let late = !state.is_terminal() && invitation.is_due(now);
    if late { InviteeState::TimedOut } else { state }
}

fn idle() -> Decision {
    Decision::unchanged(Reply::Nothing)
}

// ---- who may ask ----

fn taking_part<'a>(
    state: Option<&'a Invitation>,
    by: &Actor,
    context: &Context,
) -> Result<&'a Invitation, Refusal> {
    let invitation = state.ok_or(Refusal::UnknownInvitation)?;
    let in_group = invitation.group.is_some() && context.members.contains(&by.user);
    if invitation.users().any(|user| *user == by.user) || in_group {
        return Ok(invitation);
    }
    Err(Refusal::UnknownInvitation)
}

/// The invitation, if this device may answer it now; else why not, the past before permission.
fn pending_invitee<'a>(
    state: Option<&'a Invitation>,
    by: &Actor,
    context: &Context,
    now: Timestamp,
) -> Result<&'a Invitation, Refusal> {
    let invitation = taking_part(state, by, context)?;
    let Some(invitee) = invitation.invitee(&by.user) else {
        require_pending(invitation, now)?;
        return Err(Refusal::NotInvitee);
    };
    match past(invitation, invitee, Some(by), now) {
        Some(past) => Err(Refusal::NotPending(past)),
        None => Ok(invitation),
    }
}

/// Refused with the last ending when nobody is pending any more.
fn require_pending(invitation: &Invitation, now: Timestamp) -> Result<(), Refusal> {
    if invitation.is_live(now) {
        return Ok(());
    }
    // Past the deadline the pending ones end last; before it, there is none.
    let last = invitation
        .pending()
        .next()
        .or_else(|| invitation.last_ended());
    let past = last.and_then(|invitee| past(invitation, invitee, None, now));
    Err(Refusal::NotPending(past.unwrap_or(Past::TimedOut)))
}

/// How this invitee ended, in the words of `asker` when he is that invitee; nothing while pending.
fn past(
    invitation: &Invitation,
    invitee: &Invitee,
    asker: Option<&Actor>,
    now: Timestamp,
) -> Option<Past> {
    let elsewhere = |answer: &Answer| asker.is_some_and(|asker| asker.device != answer.by.device);
    match &invitee.fate {
        Fate::Pending => invitation.is_due(now).then_some(Past::TimedOut),
        Fate::Accepted(answer) if elsewhere(answer) => Some(Past::AcceptedElsewhere),
        Fate::Accepted(_) => Some(Past::Accepted),
        Fate::Rejected(answer, _) if elsewhere(answer) => Some(Past::RejectedElsewhere),
        Fate::Rejected(..) => Some(Past::Rejected),
        Fate::Cancelled(..) => Some(Past::Cancelled),
        Fate::TimedOut(_) => Some(Past::TimedOut),
    }
}

fn taken(existing: &Invitation, invite: &Invite, now: Timestamp) -> Refusal {
    if existing.inviter.user != invite.by.user {
        return Refusal::InviteIdTaken;
    }
    // The record that would have answered a repetition has expired, or the parameters differ.
    match require_pending(existing, now) {
        Err(refusal) => refusal,
        Ok(()) => Refusal::InviteIdReused,
    }
}

// ---- what becomes of it ----

fn make(invite: &Invite, context: &Context, now: Timestamp) -> Result<Decision, Refusal> {
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
        reach: invite.online_user_only.then(|| context.connected.clone()),
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

/// The call this new invitation founds, or the running one of its inviter that it invites into.
fn called_by(invitation: &Invitation, call: Option<&Call>) -> Result<Call, Refusal> {
    let Some(call) = call else {
        return Ok(Call::founded(invitation));
    };
    let inviter = &invitation.inviter.user;
    let may = if call.started.is_some() {
        call.has(inviter)
    } else {
        call.founder == *inviter
    };
    match (may, call.ended.is_some()) {
        (_, true) => Err(Refusal::CallEnded),
        (true, false) => Ok(call.with_invitation(&invitation.id)),
        (false, false) => Err(Refusal::NotInCall),
    }
}

fn accept(
    invitation: &Invitation,
    by: &Actor,
    data: &str,
    context: &Context,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let call = match &context.call {
        Some(call) if call.ended.is_some() => return Err(Refusal::CallEnded),
        Some(call) => call.joined(invitation, by, now),
        None => return Err(Refusal::UnknownCall),
    };
    let next = answered(invitation, by, data, now, Fate::Accepted);
    let event = Event::InviteeAccepted(told(&next, by, data, None));
    let operation = answer_of(ActionType::Accept, by, data);
    Ok(Decision {
        notices: tell(&next, Some(by), context, |_| event.clone()),
        message: history::message(&next, operation, now),
        edits: history::outcome(&next, CallOutcome::Answered, Some(by), Some(&by.user)),
        reply: Reply::Done(next.id.clone(), None),
        call: Some(call),
        invitation: Some(next),
    })
}

fn reject(
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
    let (outcome, read_by) = match reason {
        Some(EndReason::Busy) => (CallOutcome::Busy, None),
        _ => (CallOutcome::Rejected, Some(&by.user)),
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

fn cancel(
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
    let outcome = match reason {
        Some(EndReason::InviterOffline) => CallOutcome::InviterOffline,
        _ => CallOutcome::Cancelled,
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
        edits: unless_answered(&next, outcome),
        call: None,
        reply: Reply::Done(next.id.clone(), None),
        invitation: Some(next),
    }
}

fn time_out(invitation: &Invitation, context: &Context, now: Timestamp) -> Decision {
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
        edits: unless_answered(&next, CallOutcome::TimedOut),
        call: None,
        reply: Reply::Nothing,
        invitation: Some(next),
    }
}

fn inviter_gone(invitation: &Invitation, context: &Context, now: Timestamp) -> Decision {
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

fn ringing(invitation: &Invitation, by: &Actor) -> Decision {
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
    let to = reached(&next, Audience::of(&next.inviter.user, None));
    Decision {
        notices: vec![Notice { to, event }],
        invitation: Some(next),
        ..Decision::unchanged(Reply::Nothing)
    }
}

// ---- the parts of it ----

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
fn unless_answered(invitation: &Invitation, outcome: CallOutcome) -> Vec<crate::MessageEdit> {
    let is_answered = |invitee: &Invitee| matches!(invitee.fate, Fate::Accepted(_));
    if invitation.invitees.iter().any(is_answered) {
        return Vec::new();
    }
    history::outcome(invitation, outcome, None, None)
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
            to: reached(invitation, Audience::of(user, by)),
            event: event(user),
        })
        .collect()
}

/// The audience, narrowed to the devices an online-only invitation reaches.
fn reached(invitation: &Invitation, mut audience: Audience) -> Audience {
    if let Some(reach) = &invitation.reach {
        audience.only = Some(reach.get(&audience.user).cloned().unwrap_or_default());
    }
    audience
}
