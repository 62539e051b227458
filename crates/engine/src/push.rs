//! Who is pushed to, and when a push is withdrawn (SIGNALING §7).

use std::time::Duration;

use bellhop_protocol::event::{Push, PushWithdrawn};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::{CallOutcome, Event, Timestamp, UserId};

use crate::decision::{Audience, Decision, Notice};
use crate::history;
use crate::invitation::{Devices, Fate, Invitation, Invitee};

/// How long a connected device has to say that it rings before it counts as asleep.
pub const ASLEEP_AFTER: Duration = Duration::from_secs(3);

/// Pushes to invitees without a connected device, and marks when the others are looked at.
pub(crate) fn on_invite(
    invitation: &mut Invitation,
    connected: &Devices,
    now: Timestamp,
) -> Vec<Notice> {
    if !is_wanted(invitation) {
        return Vec::new();
    }
    let notices = push_to(invitation, |invitee| is_away(invitee, connected));
    let awaited = invitation.listeners().count() - 1 > invitation.pushed.len();
    let asleep_at = now.after(ASLEEP_AFTER);
    let in_time = invitation.deadline.is_none_or(|it| it > asleep_at);
    invitation.asleep_at = (awaited && in_time).then_some(asleep_at);
    notices
}

/// Pushes to those none of whose connected devices has said that it rings, once that is due.
pub(crate) fn on_silence(
    invitation: &Invitation,
    connected: &Devices,
    now: Timestamp,
) -> Option<Decision> {
    if !invitation.is_live(now) || invitation.asleep_at.is_none_or(|at| now < at) {
        return None;
    }
    let mut next = invitation.clone();
    next.rev += 1;
    next.asleep_at = None;
    let rings = |invitee: &Invitee| {
        let devices = connected.get(&invitee.user);
        devices.is_some_and(|devices| !devices.is_disjoint(&invitee.ringing))
    };
    let notices = push_to(&mut next, |invitee| !rings(invitee));
    Some(Decision {
        notices,
        invitation: Some(next),
        ..Decision::unchanged(crate::Reply::Nothing)
    })
}

/// Pushes to those whose devices were connected when it rang, and have all gone since: one that said that
/// it rings may have crashed.
pub(crate) fn on_absence(
    invitation: &Invitation,
    connected: &Devices,
    now: Timestamp,
) -> Option<Decision> {
    if !invitation.is_live(now) || !is_wanted(invitation) {
        return None;
    }
    let mut next = invitation.clone();
    let notices = push_to(&mut next, |invitee| is_away(invitee, connected));
    if notices.is_empty() {
        return None;
    }
    next.rev += 1;
    Some(Decision {
        notices,
        invitation: Some(next),
        ..Decision::unchanged(crate::Reply::Nothing)
    })
}

/// Has those looked at once more whose devices said before a server's start that they ring, when they have
/// had time to come back: nobody saw one go that does not. Who is looked at anyway, is so no later.
pub(crate) fn on_start(
    invitation: &Invitation,
    back_by: Timestamp,
    now: Timestamp,
) -> Option<Decision> {
    let in_time = invitation.deadline.is_none_or(|it| it > back_by);
    if !is_wanted(invitation) || !invitation.is_live(now) || !in_time {
        return None;
    }
    let is_looked_at = invitation.asleep_at.is_some();
    let has_rung = unpushed(invitation).any(|invitee| !invitee.ringing.is_empty());
    if is_looked_at || !has_rung {
        return None;
    }
    let mut next = invitation.clone();
    next.rev += 1;
    next.asleep_at = Some(back_by);
    Some(Decision {
        invitation: Some(next),
        ..Decision::unchanged(crate::Reply::Nothing)
    })
}

fn is_away(invitee: &Invitee, connected: &Devices) -> bool {
    connected
        .get(&invitee.user)
        .is_none_or(|devices| devices.is_empty())
}

/// Withdraws the pushes of those whose part has ended between the two states.
pub(crate) fn on_end(before: &Invitation, after: &Invitation) -> Vec<Notice> {
    let ended = after.invitees.iter().zip(&before.invitees);
    ended
        .filter(|(_, before)| before.fate == Fate::Pending && after.pushed.contains(&before.user))
        .filter_map(|(invitee, _)| {
            let event = Event::PushWithdrawn(PushWithdrawn {
                invite_id: after.id.clone(),
                outcome: outcome(&invitee.fate)?,
            });
            let to = Audience::push_channel(&invitee.user);
            Some(Notice { to, event })
        })
        .collect()
}

/// What a push channel is to know at its login: rings that were pushed to it and go on.
pub fn outstanding(invitation: &Invitation, user: &UserId, now: Timestamp) -> Option<Event> {
    let invitee = invitation.invitee(user)?;
    let is_ringing = invitation.is_live(now) && invitee.fate == Fate::Pending;
    (is_ringing && invitation.pushed.contains(user)).then(|| received(invitation))?
}

fn is_wanted(invitation: &Invitation) -> bool {
    let push = invitation.push.as_ref();
    let has_text = |text: &Option<String>| text.as_ref().is_some_and(|it| !it.is_empty());
    !invitation.is_online_only()
        && push.is_some_and(|push| !push.disable_push && has_text(&push.description))
}

/// Pending ones who hear of it and have not been pushed to.
fn unpushed(invitation: &Invitation) -> impl Iterator<Item = &Invitee> {
    invitation
        .pending()
        .filter(|it| !invitation.unaware.contains(&it.user))
        .filter(|it| !invitation.pushed.contains(&it.user))
}

/// Pushes to pending ones who hear of it and have not been pushed to, of whom `meant` is true.
fn push_to(invitation: &mut Invitation, meant: impl Fn(&Invitee) -> bool) -> Vec<Notice> {
    let users: Vec<UserId> = unpushed(invitation)
        .filter(|it| meant(it))
        .map(|it| it.user.clone())
        .collect();
    let Some(event) = received(invitation) else {
        return Vec::new();
    };
    let told = users.iter().map(|user| Notice {
        to: Audience::push_channel(user),
        event: event.clone(),
    });
    let notices = told.collect();
    invitation.pushed.extend(users);
    notices
}

fn received(invitation: &Invitation) -> Option<Event> {
    let push = invitation.push.as_ref()?;
    Some(Event::PushReceived(Push {
        title: push.title.clone().unwrap_or_default(),
        description: push.description.clone().unwrap_or_default(),
        extension: push.extension.clone().unwrap_or_default(),
        signaling: history::invite_body(invitation),
    }))
}

fn outcome(fate: &Fate) -> Option<CallOutcome> {
    match fate {
        Fate::Pending => None,
        Fate::Accepted(_) => Some(CallOutcome::Answered),
        Fate::Rejected(_, Some(EndReason::Busy)) => Some(CallOutcome::Busy),
        Fate::Rejected(..) => Some(CallOutcome::Rejected),
        Fate::Cancelled(_, Some(EndReason::InviterOffline)) => Some(CallOutcome::InviterOffline),
        Fate::Cancelled(..) => Some(CallOutcome::Cancelled),
        Fate::TimedOut(_) => Some(CallOutcome::TimedOut),
    }
}
