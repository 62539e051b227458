//! The messages that signaling leaves in the history (SIGNALING §6).

use bellhop_protocol::signaling::is_excluded_from_history;
use bellhop_protocol::{
    ActionType, CallOutcome, CallSummary, MessageType, SignalingInfo, Timestamp, UserId,
};
use serde_json::json;

use crate::command::Actor;
use crate::decision::{Audience, Draft, MessageEdit, Thread};
use crate::invitation::Invitation;

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
    now: Timestamp,
) -> Option<Draft> {
    if invitation.is_online_only() {
        return None;
    }
    let Operation {
        action,
        invitees,
        data,
        by,
    } = operation;
    let excluded = is_excluded_from_history(data);
    let is_invite = action == ActionType::Invite;
    let unread_for = if is_invite && !excluded {
        invitees.clone()
    } else {
        Vec::new()
    };
    let body = SignalingInfo {
        business_id: 1,
        invite_id: invitation.id.clone(),
        inviter: invitation.inviter.user.clone(),
        invitee_list: invitees,
        action_type: action,
        data: data.to_owned(),
        timeout: invitation.timeout.as_secs(),
        group_id: invitation.group.clone(),
        online_user_only: false,
    };
    let body = serde_json::to_string(&body).expect("a signaling body serializes");
    Some(Draft {
        thread: thread(invitation),
        from: by
            .map_or(&invitation.inviter.user, |actor| &actor.user)
            .clone(),
        time: now,
        kind: MessageType::Custom,
        payload: json!({ "data": body }),
        invite: is_invite.then(|| invitation.id.clone()),
        unread_for,
        shown_last: !excluded,
        to: invitation
            .users()
            .map(|user| Audience::of(user, by))
            .collect(),
    })
}

fn thread(invitation: &Invitation) -> Thread {
    match &invitation.group {
        Some(group) => Thread::Group(group.clone()),
        None => Thread::between(&invitation.inviter.user, &invitation.invitees[0].user),
    }
}

/// What the invite's message says from here on, and for whom it counts as unread no more.
pub(crate) fn outcome(
    invitation: &Invitation,
    outcome: CallOutcome,
    answered_by: Option<&Actor>,
    read_by: Vec<UserId>,
) -> Vec<MessageEdit> {
    let answered_by = answered_by.cloned().map(Into::into);
    let call = CallSummary {
        outcome,
        duration_ms: None,
        answered_by,
    };
    vec![MessageEdit {
        invite: invitation.id.clone(),
        call,
        read_by,
    }]
}
