//! Which event tells of what a request of this device's did.
//!
//! The server tells what a request did to every device but the one that gets the reply. A device that
//! has lost its connection meanwhile hears of it on the next one, and gets the reply there too.

use bellhop_protocol::event::{GroupChange, GroupChanged};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::Receiver;
use bellhop_protocol::signaling::signaling_info;
use bellhop_protocol::{ActionType, Event, GroupId, InviteId, Message, Party, Request, UserId};

use serde_json::Value;

use super::ClientEvent;
use super::placing::Placement;

/// Whether this is the news of that request, if it was carried out.
pub(super) fn is_effect_of(event: &ClientEvent, request: &Request, me: &Party) -> bool {
    match (event, request) {
        (ClientEvent::Signaling(Event::NewInvitationReceived(told)), _) => {
            let placed = Placement::of(request).and_then(|it| it.id);
            told.inviter == me.user && placed == Some(&told.invite_id)
        }
        (ClientEvent::Signaling(Event::InviteeAccepted(told)), Request::Accept(asked)) => {
            told.invite_id == asked.invite_id && told.invitee == me.user && told.device == me.device
        }
        (ClientEvent::Signaling(Event::InviteeRejected(told)), Request::Reject(asked)) => {
            told.invite_id == asked.invite_id && told.invitee == me.user && told.device == me.device
        }
        (ClientEvent::Signaling(Event::InvitationCancelled(told)), Request::Cancel(asked)) => {
            told.invite_id == asked.invite_id
                && matches!(told.reason, None | Some(EndReason::Glare))
        }
        (
            ClientEvent::Signaling(Event::InvitationModified(told)),
            Request::ModifyInvitation(asked),
        ) => told.invite_id == asked.invite_id && told.data == asked.data,
        (ClientEvent::Signaling(Event::CallEnded(told)), Request::HangUp(asked)) => {
            told.call_id == asked.call_id && told.user == me.user
        }
        (ClientEvent::CallGone(call), Request::HangUp(asked)) => *call == asked.call_id,
        (ClientEvent::Signaling(Event::GroupChanged(told)), _) => {
            told.by == me.user && changes_group(told, request, &me.user)
        }
        (ClientEvent::Signaling(Event::MessageReceived(told)), _) => {
            told.from == me.user && writes(told, request)
        }
        _ => false,
    }
}

fn changes_group(told: &GroupChanged, request: &Request, me: &UserId) -> bool {
    let is_it = |group: &GroupId| told.group_id == *group;
    let is_me = told.users == [me.clone()];
    let all_among = |users: &[UserId]| told.users.iter().all(|user| users.contains(user));
    match (told.change, request) {
        (GroupChange::Created, Request::CreateGroup(asked)) => {
            asked.group.as_ref().is_none_or(is_it)
        }
        // The last one who leaves dismisses it.
        (GroupChange::Dismissed, Request::DismissGroup(asked) | Request::QuitGroup(asked)) => {
            is_it(&asked.group)
        }
        (GroupChange::Joined, Request::JoinGroup(asked))
        | (GroupChange::Left, Request::QuitGroup(asked)) => is_it(&asked.group) && is_me,
        (GroupChange::Joined, Request::AddGroupMember(asked))
        | (GroupChange::Left, Request::DeleteGroupMember(asked)) => {
            is_it(&asked.group) && all_among(&asked.users)
        }
        _ => false,
    }
}

/// Whether an event that looked like the news of a request tells of another message than its reply.
pub(super) fn is_of_another(event: &ClientEvent, result: &Value) -> bool {
    let ClientEvent::Signaling(Event::MessageReceived(told)) = event else {
        return false;
    };
    let written = result.pointer("/message/messageID").and_then(Value::as_str);
    written.is_some_and(|written| written != told.message_id.as_str())
}

/// Whether carrying out the request wrote this message: an ordinary one, or that of an operation.
fn writes(told: &Message, request: &Request) -> bool {
    if let Request::SendMessage(asked) = request {
        let is_there = match &asked.to {
            Receiver::User(user) => told.to.as_ref() == Some(user),
            Receiver::Group(group) => told.group_id.as_ref() == Some(group),
        };
        return is_there && told.kind == asked.kind && told.payload == asked.payload;
    }
    let Some((action, id)) = operation(request) else {
        return false;
    };
    signaling_info(told).is_some_and(|info| info.action_type == action && info.invite_id == *id)
}

fn operation(request: &Request) -> Option<(ActionType, &InviteId)> {
    if let Request::Cancel(asked) = request {
        return Some((ActionType::Cancel, &asked.invite_id));
    }
    if let Request::Accept(asked) = request {
        return Some((ActionType::Accept, &asked.invite_id));
    }
    if let Request::Reject(asked) = request {
        return Some((ActionType::Reject, &asked.invite_id));
    }
    Some((ActionType::Invite, Placement::of(request)?.id?))
}
