//! An invitation as those who take part in it see it.

use bellhop_protocol::{InvitationState, InviteeState, Timestamp, time};

use crate::call::Call;
use crate::invitation::{Fate, Invitation, Invitee};

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
