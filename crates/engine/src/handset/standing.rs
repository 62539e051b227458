//! Asking the server how an invitation stands, where this device cannot know: it was not told of the
//! beginning, or it is in doubt what became of a request.

use std::collections::BTreeSet;

use bellhop_protocol::request::ByInvite;
use bellhop_protocol::{
    CallId, Event, Invitation, InvitationState, InviteId, InviteeState, Request, Timestamp,
};

use super::requests::Asker;
use super::{ClientEvent, Handset, LiveInvitation, session};

/// The invitation that an event tells of as one that goes on, whether or not it is known here.
pub(super) fn going_on(event: &Event) -> Option<&InviteId> {
    match event {
        Event::InviteeAccepted(told) | Event::InviteeRejected(told) => Some(&told.invite_id),
        Event::InvitationModified(told) => Some(&told.invite_id),
        Event::InviteeRinging(told) => Some(&told.invite_id),
        Event::NewInvitationReceived(_)
        | Event::InvitationCancelled(_)
        | Event::InvitationTimeout(_)
        | Event::CallEnded(_)
        | Event::SignalReceived(_)
        | Event::MessageReceived(_)
        | Event::UserStatusChanged(_)
        | Event::GroupChanged(_)
        | Event::PushReceived(_)
        | Event::PushWithdrawn(_)
        | Event::KickedOffline(_) => None,
    }
}

impl Handset {
    /// Asks how an invitation stands, unless that is being asked already.
    pub(super) fn ask_standing(&mut self, id: &InviteId, now: Timestamp) {
        let asker = Asker::Standing(id.clone());
        if self.requests.iter().any(|o| o.asker == asker) {
            return;
        }
        let request = Request::GetInvitation(ByInvite {
            invite_id: id.clone(),
            op_id: None,
        });
        self.put(asker, request, now);
    }

    /// An event told of an invitation that is not known here: its beginning was not for this device, as
    /// when the user joined its group later.
    pub(super) fn heard_of_stranger(&mut self, id: &InviteId, now: Timestamp) {
        let is_known = self.table.live.contains_key(id) || self.table.has_ended(id);
        if !is_known && !self.requests.placing().any(|placing| placing == id) {
            self.ask_standing(id, now);
        }
    }

    /// The server said how an invitation stands.
    pub(super) fn stands(&mut self, told: &Invitation, now: Timestamp) {
        let id = &told.invite_id;
        let is_known = self.table.live.contains_key(id);
        if !is_known && !self.table.has_ended(id) && self.table.heard_of(id) > Some(told.rev) {
            return self.ask_standing(id, now);
        }
        let beginning = self.table.beginning_of(id, false);
        let news = self.table.learn_live(told, beginning, now);
        let begun = news.iter().any(|event| session::begins(event).is_some());
        self.tell_unless_own(news);
        if begun {
            self.begun(id, now);
        } else if !is_known {
            self.look_for_glare(id, now);
        }
        self.drop_call_that_is_over(told);
        let has_call = self.is_in_call_of(id) || self.table.calls.contains_key(&told.call_id);
        if !is_known && has_call {
            self.ask_for_call(told.call_id.clone(), now);
        }
    }

    /// An invitation that was accepted and is neither live nor in call: its call is over.
    fn drop_call_that_is_over(&mut self, told: &Invitation) {
        let is_over = told.state == InvitationState::Ended
            && told
                .invitees
                .iter()
                .any(|it| it.state == InviteeState::Accepted);
        if is_over && self.table.calls.contains_key(&told.call_id) {
            self.table.leave(&told.call_id, true);
            self.tell(ClientEvent::CallGone(told.call_id.clone()));
        }
    }

    /// Whether the invitation made a call that this user is in.
    fn is_in_call_of(&self, id: &InviteId) -> bool {
        let Some(LiveInvitation { invitation, .. }) = self.table.live.get(id) else {
            return false;
        };
        let me = &self.table.me.user;
        let has_accepted =
            |it: &bellhop_protocol::Invitee| it.user == *me && it.state == InviteeState::Accepted;
        invitation.state == InvitationState::InCall
            && (invitation.inviter == *me || invitation.invitees.iter().any(has_accepted))
    }

    /// The server does not know the invitation, or not for this user.
    pub(super) fn stands_no_more(&mut self, id: &InviteId) {
        let Some(entry) = self.table.live.get(id) else {
            return;
        };
        let was_live = entry.is_live();
        self.table.forget(id);
        if was_live {
            self.tell(ClientEvent::InvitationLost(id.clone()));
        }
    }

    /// The snapshot tells of calls of others only by those invitations that nobody is asked in any
    /// more: whether the call of a live one has ended meanwhile, the server is asked.
    pub(super) fn ask_for_calls_of_others(&mut self, now: Timestamp) {
        let live = self.live().filter(|entry| entry.is_live());
        let open: BTreeSet<CallId> = live.map(|e| e.invitation.call_id.clone()).collect();
        for call_id in self.table.calls_of_others().intersection(&open) {
            self.ask_for_call(call_id.clone(), now);
        }
    }
}
