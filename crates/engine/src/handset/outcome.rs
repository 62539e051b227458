//! What the outcome of a request means for the live table, by who asked it.

use std::time::Duration;

use bellhop_protocol::invitation::InvitationState;
use bellhop_protocol::request::{ByCall, ByInvite, Cancel, Invite, Invited, StatusList};
use bellhop_protocol::{
    Call, CallId, Event, Failure, Invitation, InviteId, Invitee, InviteeState, Request, Timestamp,
};
use serde_json::Value;

use super::link::logged_out;
use super::requests::{Asker, Outstanding, Withheld};
use super::table::Fate;
use super::{ClientEvent, Effect, Handset, Role};

impl Handset {
    /// A request was answered.
    pub(super) fn settle(
        &mut self,
        outstanding: Outstanding,
        outcome: Result<Value, Failure>,
        now: Timestamp,
    ) {
        let Outstanding {
            asker,
            request,
            withheld,
            ..
        } = outstanding;
        let later = match &outcome {
            Ok(result) => {
                self.learn(&asker, &request, result, now);
                withheld.into_iter().filter_map(Withheld::later).collect()
            }
            Err(_) => {
                self.tell_all(withheld.into_iter().map(Withheld::event));
                Vec::new()
            }
        };
        if let Asker::App(ticket) = asker {
            self.effects.push(Effect::Done { ticket, outcome });
        }
        self.tell_all(later);
        if matches!(request, Request::Logout(_)) {
            self.stop(logged_out());
        }
    }

    /// What a success says.
    fn learn(&mut self, asker: &Asker, request: &Request, result: &Value, now: Timestamp) {
        match request {
            Request::Invite(invite) => {
                if let Some(invited) = read(result) {
                    self.placed(invite, invited, now);
                }
            }
            Request::Cancel(cancel) => self.cancelled(asker, cancel, now),
            Request::Accept(accept) => {
                let rev =
                    self.own_answer(InviteeState::Accepted, &accept.invite_id, &accept.data, now);
                if let (Asker::GlareAccept, Some(rev)) = (asker, rev) {
                    self.accepted_by_glare(accept, rev);
                }
                self.ask_for_parties(&accept.invite_id, now);
            }
            Request::Reject(reject) => {
                self.own_answer(InviteeState::Rejected, &reject.invite_id, &reject.data, now);
            }
            Request::HangUp(hang_up) => self.table.leave(&hang_up.call_id, false),
            Request::GetInvitation(_) => {
                if let Some(invitation) = read::<Invitation>(result) {
                    let news = self.table.merge(&invitation, now);
                    self.tell_unless_own(news.into_iter().map(ClientEvent::Signaling));
                }
            }
            Request::GetCall(_) => {
                if let Some(call) = read::<Call>(result)
                    && self.table.calls.contains_key(&call.call_id)
                {
                    self.table.learn_call(&call, now);
                }
            }
            Request::SubscribeUserStatus(_) => {
                if let Some(list) = read::<StatusList>(result) {
                    self.subscribed(asker, &list);
                }
            }
            Request::Login(_)
            | Request::Logout(_)
            | Request::InviteInGroup(_)
            | Request::ModifyInvitation(_)
            | Request::SendSignal(_)
            | Request::CreateGroup(_)
            | Request::DismissGroup(_)
            | Request::JoinGroup(_)
            | Request::QuitGroup(_)
            | Request::AddGroupMember(_)
            | Request::DeleteGroupMember(_)
            | Request::GetJoinedGroupList(_)
            | Request::GetGroupMemberList(_)
            | Request::UpdateMyProfile(_)
            | Request::GetUserProfile(_)
            | Request::AddToBlacklist(_)
            | Request::RemoveFromBlacklist(_)
            | Request::GetBlacklist(_)
            | Request::Ringing(_)
            | Request::SendMessage(_)
            | Request::GetMessageList(_)
            | Request::GetConversationList(_)
            | Request::SetMessageRead(_)
            | Request::GetUserStatus(_) => {}
        }
    }

    /// An invitation of this device's rings.
    fn placed(&mut self, invite: &Invite, invited: Invited, now: Timestamp) {
        let id = invited.invite_id;
        self.table.place(id.clone());
        if self.table.live.contains_key(&id) || self.table.has_ended(&id) {
            return;
        }
        let whole = invite.timeout.limit();
        let remaining = invited.remaining_ms.map(Duration::from_millis).or(whole);
        let invitation = Invitation {
            invite_id: id.clone(),
            rev: 1,
            call_id: invite
                .call_id
                .clone()
                .unwrap_or_else(|| CallId::from(id.clone())),
            inviter: self.table.me.user.clone(),
            group_id: None,
            invitee_list: vec![invite.user.clone()],
            data: invite.data.clone(),
            timeout: invite.timeout.as_secs(),
            online_user_only: invite.online_user_only,
            remaining_ms: remaining.map(bellhop_protocol::time::millis),
            state: InvitationState::Live,
            invitees: vec![Invitee {
                user: invite.user.clone(),
                state: InviteeState::Pending,
                device: None,
                platform: None,
                data: None,
                reason: None,
                ringing: false,
            }],
            offline_push_info: invite.offline_push_info.clone(),
            glare_with: None,
        };
        self.table.insert(invitation, now);
        self.look_for_glare(&id, now);
    }

    fn cancelled(&mut self, asker: &Asker, cancel: &Cancel, now: Timestamp) {
        if let Asker::GlareCancel(other) = asker {
            self.gave_way(&cancel.invite_id, other, now);
            return;
        }
        let Some(entry) = self.table.live.get(&cancel.invite_id) else {
            return;
        };
        let everybody = entry.invitation.invitee_list.clone();
        let fate = Fate {
            state: InviteeState::Cancelled,
            by: None,
            data: Some(&cancel.data),
            reason: cancel.reason.map(Into::into),
        };
        self.table
            .transition(&cancel.invite_id, &everybody, &fate, now);
    }

    /// This device answered; the revision that this made, as far as it can be known, if it was news.
    fn own_answer(
        &mut self,
        state: InviteeState,
        id: &InviteId,
        data: &str,
        now: Timestamp,
    ) -> Option<u64> {
        let rev = self.table.live.get(id)?.invitation.rev + 1;
        let me = self.table.me.clone();
        let fate = Fate {
            state,
            by: Some((&me.device, &me.platform)),
            data: Some(data),
            reason: None,
        };
        self.table
            .transition(id, std::slice::from_ref(&me.user), &fate, now)
            .then_some(rev)
    }

    /// The one who accepts does not know the inviter's device: asks who is in the call.
    fn ask_for_parties(&mut self, id: &InviteId, now: Timestamp) {
        let Some(entry) = self.table.live.get(id).filter(|e| e.role == Role::Invitee) else {
            return;
        };
        let call_id = entry.invitation.call_id.clone();
        if self.table.calls.contains_key(&call_id) {
            self.put(Asker::Parties, Request::GetCall(ByCall { call_id }), now);
        }
    }

    /// What the app has not heard of, when it was the handset that subscribed again.
    fn subscribed(&mut self, asker: &Asker, list: &StatusList) {
        match asker {
            Asker::Subscriptions => {
                for status in &list.status_list {
                    if self.seen.status(status) {
                        let event = Event::UserStatusChanged(status.clone());
                        self.tell(ClientEvent::Signaling(event));
                    }
                }
            }
            Asker::App(_)
            | Asker::Receipt(_)
            | Asker::Parties
            | Asker::GlareCancel(_)
            | Asker::GlareAccept => self.seen.subscribe(&list.status_list),
        }
    }

    /// A ring is handed to the app: the inviter may know, and the other way may be ringing too.
    pub(super) fn begun(&mut self, id: &InviteId, now: Timestamp) {
        let is_asked = self
            .table
            .live
            .get(id)
            .is_some_and(|entry| entry.is_pending_for(&self.table.me.user));
        if is_asked && !self.config.platform.is_push() {
            let receipt = Request::Ringing(ByInvite {
                invite_id: id.clone(),
                op_id: None,
            });
            self.put(Asker::Receipt(id.clone()), receipt, now);
        }
        self.look_for_glare(id, now);
    }
}

/// A result of that type; one of another shape teaches nothing.
fn read<T: serde::de::DeserializeOwned>(result: &Value) -> Option<T> {
    T::deserialize(result).ok()
}
