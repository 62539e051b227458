//! What becomes of an invitation when somebody asks something of it (SIGNALING §2–4).

mod permission;
mod transition;
mod view;

use bellhop_protocol::Timestamp;

use crate::command::{Command, Context};
use crate::decision::Decision;
use crate::invitation::Invitation;
use crate::push;
use crate::refusal::Refusal;
use permission::{own_live, pending_invitee, taken};
use transition::{
    accept, cancel, idle, inviter_gone, make, members_left, modify, reject, ringing, time_out,
};

pub use view::view;

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
    let mut decision = transition(state, command, context, now)?;
    if let (Some(before), Some(after)) = (state, &decision.invitation) {
        decision.notices.extend(push::on_end(before, after));
    }
    Ok(decision)
}

fn transition(
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
        Command::Push => Ok(state
            .and_then(|state| push::on_silence(state, &context.connected, now))
            .unwrap_or_else(idle)),
        Command::InviteeGone => Ok(state
            .and_then(|state| push::on_absence(state, &context.connected, now))
            .unwrap_or_else(idle)),
        Command::ServerStarted { back_by } => Ok(state
            .and_then(|state| push::on_start(state, *back_by, now))
            .unwrap_or_else(idle)),
        Command::InviterGone => {
            Ok(state.map_or_else(idle, |state| inviter_gone(state, context, now)))
        }
        Command::MembersLeft => {
            Ok(state.map_or_else(idle, |state| members_left(state, context, now)))
        }
        Command::Cancel { by, data, reason } => {
            let invitation = own_live(state, by, context, now)?;
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
        Command::Modify { by, data } => {
            let invitation = own_live(state, by, context, now)?;
            modify(invitation, by, data, context)
        }
        Command::Ringing { by } => {
            let invitation = pending_invitee(state, by, context, now)?;
            Ok(ringing(invitation, by))
        }
    }
}
