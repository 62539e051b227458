//! Who may ask what of an invitation, and why not (SIGNALING §4): what is past comes before permission.

use bellhop_protocol::Timestamp;

use crate::command::{Actor, Context, Invite};
use crate::invitation::{Answer, Fate, Invitation, Invitee};
use crate::refusal::{Past, Refusal};

/// The invitation, if the asker has a part in it; for anybody else it does not exist.
fn taking_part<'a>(
    state: Option<&'a Invitation>,
    by: &Actor,
    context: &Context,
) -> Result<&'a Invitation, Refusal> {
    let invitation = state.ok_or(Refusal::UnknownInvitation)?;
    if invitation.is_for(by, &context.members) {
        return Ok(invitation);
    }
    Err(Refusal::UnknownInvitation)
}

/// The invitation, if the asker is its inviter and it is live; the past before permission.
pub(super) fn own_live<'a>(
    state: Option<&'a Invitation>,
    by: &Actor,
    context: &Context,
    now: Timestamp,
) -> Result<&'a Invitation, Refusal> {
    let invitation = taking_part(state, by, context)?;
    require_pending(invitation, by, now)?;
    if by.user != invitation.inviter.user {
        return Err(Refusal::NotInviter);
    }
    Ok(invitation)
}

/// The invitation, if this device may answer it now; else why not, the past before permission.
pub(super) fn pending_invitee<'a>(
    state: Option<&'a Invitation>,
    by: &Actor,
    context: &Context,
    now: Timestamp,
) -> Result<&'a Invitation, Refusal> {
    let invitation = taking_part(state, by, context)?;
    let Some(invitee) = invitation.invitee(&by.user) else {
        require_pending(invitation, by, now)?;
        return Err(Refusal::NotInvitee);
    };
    match past(invitation, invitee, by, now) {
        Some(past) => Err(Refusal::NotPending(past)),
        // Departures are applied first, as time is, whether or not they have been looked through.
        None if has_left(invitation, by, context) => Err(Refusal::NotPending(Past::Cancelled)),
        None => Ok(invitation),
    }
}

/// Whether the asker or the inviter is in the invitation's group no more.
fn has_left(invitation: &Invitation, by: &Actor, context: &Context) -> bool {
    let members = &context.members;
    let both = [&by.user, &invitation.inviter.user];
    invitation.group.is_some() && !both.into_iter().all(|it| members.contains(it))
}

/// Refused with the last ending, in the words of the asker, when nobody is pending any more.
fn require_pending(invitation: &Invitation, asker: &Actor, now: Timestamp) -> Result<(), Refusal> {
    if invitation.is_live(now) {
        return Ok(());
    }
    // Past the deadline the pending ones end last; before it, there is none.
    let last = invitation
        .pending()
        .next()
        .or_else(|| invitation.last_ended());
    let past = last.and_then(|invitee| past(invitation, invitee, asker, now));
    Err(Refusal::NotPending(past.unwrap_or(Past::TimedOut)))
}

/// How this invitee ended, in the words of `asker`; nothing while pending.
fn past(invitation: &Invitation, invitee: &Invitee, asker: &Actor, now: Timestamp) -> Option<Past> {
    let elsewhere =
        |answer: &Answer| asker.user == answer.by.user && asker.device != answer.by.device;
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

/// Why an `inviteID` that is in use cannot be used again.
pub(super) fn taken(existing: &Invitation, invite: &Invite, now: Timestamp) -> Refusal {
    if existing.inviter.user != invite.by.user {
        return Refusal::InviteIdTaken;
    }
    // The record that would have answered a repetition has expired, or the parameters differ.
    match require_pending(existing, &invite.by, now) {
        Err(refusal) => refusal,
        Ok(()) => Refusal::InviteIdReused,
    }
}
