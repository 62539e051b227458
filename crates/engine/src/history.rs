//! The messages that signaling leaves in the history (SIGNALING §6).

use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::signaling::is_excluded_from_history;
use bellhop_protocol::{
    ActionType, CallOutcome, CallSummary, MessageType, SignalingInfo, Timestamp, UserId,
};
use serde_json::{Value, json};

use crate::command::{Actor, Context};
use crate::decision::{Audience, Draft, MessageEdit, Thread};
use crate::invitation::{Fate, Invitation, Invitee};

/// An operation on an invitation, as its message records it.
pub(crate) struct Operation<'a> {
    /// Which operation.
    pub(crate) action: ActionType,
    /// All invitees, the one who answered, or those ended.
    pub(crate) invitees: Vec<UserId>,
    /// The operation's own data; for a time-out the invitation's.
    pub(crate) data: &'a str,
    /// The device that acted; none for a time-out.
    pub(crate) by: Option<&'a Actor>,
}

/// The message this operation leaves; none for an online-only invitation.
pub(crate) fn message(
    invitation: &Invitation,
    operation: Operation<'_>,
    context: &Context,
    now: Timestamp,
) -> Option<Draft> {
    if invitation.is_online_only() {
        return None;
    }
    let excluded = is_excluded_from_history(operation.data);
    let is_invite = operation.action == ActionType::Invite;
    let mut unread_for = Vec::new();
    if is_invite && !excluded {
        unread_for.clone_from(&operation.invitees);
        unread_for.retain(|user| !invitation.unaware.contains(user));
    }
    let by = operation.by;
    let to = match invitation.group {
        Some(_) => context.members.iter().collect::<Vec<_>>(),
        None => invitation.users().collect(),
    };
    Some(Draft {
        thread: thread(invitation),
        from: by
            .map_or(&invitation.inviter.user, |actor| &actor.user)
            .clone(),
        time: now,
        kind: MessageType::Custom,
        payload: payload(&body(invitation, operation)),
        invite: is_invite.then(|| invitation.id.clone()),
        unread_for,
        shown_last: !excluded,
        to: to.into_iter().map(|user| Audience::of(user, by)).collect(),
    })
}

fn payload(body: &SignalingInfo) -> Value {
    let body = serde_json::to_string(body).expect("a signaling body serializes");
    json!({ "data": body })
}

/// The body of SIGNALING §6.
fn body(invitation: &Invitation, operation: Operation<'_>) -> SignalingInfo {
    SignalingInfo {
        business_id: 1,
        invite_id: invitation.id.clone(),
        inviter: invitation.inviter.user.clone(),
        invitee_list: operation.invitees,
        action_type: operation.action,
        data: operation.data.to_owned(),
        timeout: invitation.timeout.as_secs(),
        group_id: invitation.group.clone(),
        online_user_only: false,
    }
}

/// The body of the invite itself, with the invitation's data as it is.
pub(crate) fn invite_body(invitation: &Invitation) -> SignalingInfo {
    let operation = Operation {
        action: ActionType::Invite,
        invitees: invitation.invitee_list(),
        data: &invitation.data,
        by: Some(&invitation.inviter),
    };
    body(invitation, operation)
}

fn thread(invitation: &Invitation) -> Thread {
    match &invitation.group {
        Some(group) => Thread::Group(group.clone()),
        None => Thread::between(&invitation.inviter.user, &invitation.invitees[0].user),
    }
}

/// What the invite's message says after somebody's part in it has ended, and for whom it counts as
/// unread no more.
pub(crate) fn outcome(invitation: &Invitation, read_by: Vec<UserId>) -> Vec<MessageEdit> {
    let call = invitation
        .last_ended()
        .and_then(|last| summary(invitation, last));
    if call.is_none() && read_by.is_empty() {
        return Vec::new();
    }
    vec![MessageEdit {
        invite: invitation.id.clone(),
        call,
        payload: None,
        read_by,
    }]
}

/// What became of the call, once that is new: with the first answer, or with the last ending of an
/// invitation that nobody answered.
fn summary(invitation: &Invitation, last: &Invitee) -> Option<CallSummary> {
    let is_answer = |invitee: &&Invitee| matches!(invitee.fate, Fate::Accepted(_));
    let answers = invitation.invitees.iter().filter(is_answer).count();
    let ended = |outcome| {
        (answers == 0 && invitation.ended.is_some()).then_some(CallSummary {
            outcome,
            duration_ms: None,
            answered_by: None,
        })
    };
    match &last.fate {
        Fate::Accepted(answer) => (answers == 1).then(|| CallSummary {
            outcome: CallOutcome::Answered,
            duration_ms: None,
            answered_by: Some(answer.by.clone().into()),
        }),
        Fate::Rejected(_, Some(EndReason::Busy)) => ended(CallOutcome::Busy),
        Fate::Rejected(..) => ended(CallOutcome::Rejected),
        Fate::Cancelled(_, Some(EndReason::InviterOffline)) => ended(CallOutcome::InviterOffline),
        Fate::Cancelled(..) => ended(CallOutcome::Cancelled),
        Fate::TimedOut(_) => ended(CallOutcome::TimedOut),
        Fate::Pending => None,
    }
}

/// The invite's message with the invitation's data as it is.
pub(crate) fn modified(invitation: &Invitation) -> MessageEdit {
    MessageEdit {
        invite: invitation.id.clone(),
        call: None,
        payload: Some(payload(&invite_body(invitation))),
        read_by: Vec::new(),
    }
}
