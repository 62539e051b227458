//! What the outcome of a request means for the live table, by who asked it.

use std::time::Duration;

use bellhop_protocol::request::{
    ByCall, ByInvite, Cancel, CreatedGroup, ModifyInvitation, StatusList,
};
use bellhop_protocol::{
    Call, CallId, Code, Event, Failure, Invitation, InviteId, InviteeState, Reason, Request,
    Timestamp,
};
use serde_json::Value;

use super::link::logged_out;
use super::placing::Placement;
use super::requests::{Asker, Outstanding, Withheld};
use super::table::Fate;
use super::{ClientEvent, Effect, Handset, LiveInvitation, Role, effect, repeating, session};

/// How long the news that a call is over may take after a reply that knows it already.
const NEWS_TIME: Duration = Duration::from_secs(1);

impl Handset {
    /// A request was answered.
    pub(super) fn answered(
        &mut self,
        number: u64,
        outstanding: Outstanding,
        outcome: Result<Value, Failure>,
        now: Timestamp,
    ) {
        if let Err(failure) = &outcome
            && !self.is_unwanted(&outstanding)
            && let Some(wait) = self.wait_after(failure, &outstanding)
            && now.after(wait) < outstanding.deadline
        {
            return self.requests.put_back(number, outstanding, now.after(wait));
        }
        self.settle(outstanding, outcome, now);
    }

    /// How long to wait before this is asked again; nothing when the refusal is to be believed.
    fn wait_after(&self, failure: &Failure, outstanding: &Outstanding) -> Option<Duration> {
        if let (Asker::Parties, Request::GetCall(asked)) =
            (&outstanding.asker, &outstanding.request)
            && failure.code == Code::NotPending
            && self.table.calls.contains_key(&asked.call_id)
            && !outstanding.is_repeated()
        {
            return Some(NEWS_TIME);
        }
        if let Request::Cancel(asked) = &outstanding.request
            && failure.data.reason == Reason::Unknown
            && self.requests.is_placing(&asked.invite_id)
        {
            // The server has not come to what is to be cancelled.
            return Some(repeating::FIRST_WAIT);
        }
        repeating::wait_after(failure, outstanding)
    }

    /// What became of a request.
    pub(super) fn settle(
        &mut self,
        outstanding: Outstanding,
        outcome: Result<Value, Failure>,
        now: Timestamp,
    ) {
        let mut outcome = outcome;
        match &outcome {
            Ok(result) => {
                let learnt = self.learn(&outstanding, result, now);
                outcome = outcome.and_then(|result| learnt.map(|()| result));
            }
            Err(failure) => self.refused_to(&outstanding, &failure.clone(), now),
        }
        let Outstanding {
            asker,
            request,
            withheld,
            ..
        } = outstanding;
        let mut later = Vec::new();
        for withheld in withheld {
            match (withheld, &outcome, &asker) {
                (Withheld::Later(event), Ok(_), Asker::App(_)) => later.push(event),
                // The app hears of what it asked through the reply.
                (Withheld::Own(event), Ok(result), Asker::App(_)) => {
                    if effect::is_of_another(&event, result) {
                        later.push(event);
                    }
                }
                (withheld, Err(_), _) => self.release(withheld.event()),
                (withheld, Ok(_), _) => self.tell(withheld.event()),
            }
        }
        if let (Asker::App(_), Ok(result)) = (&asker, &outcome) {
            self.requests.told_by(&request, result, &self.table.me);
        }
        self.done(&asker, outcome);
        self.tell_all(later);
        if matches!(request, Request::Logout(_)) {
            self.stop(logged_out());
        }
    }

    /// Tells what was kept for a reply that has not told it. Another request that is under way may have
    /// done it, and nothing begins that has ended.
    pub(super) fn release(&mut self, event: ClientEvent) {
        let is_over = session::begins(&event).is_some_and(|id| self.table.has_ended(id));
        if !is_over {
            self.tell_unless_own([event]);
        }
    }

    /// Tells the app's request its outcome.
    pub(super) fn done(&mut self, asker: &Asker, outcome: Result<Value, Failure>) {
        match asker {
            Asker::App(ticket) | Asker::Added(ticket, _) => {
                let ticket = *ticket;
                self.effects.push(Effect::Done { ticket, outcome });
            }
            Asker::Receipt(_)
            | Asker::Subscriptions
            | Asker::Parties
            | Asker::Standing(_)
            | Asker::GlareCancel(_)
            | Asker::GlareAccept => {}
        }
    }

    /// What a refusal says.
    fn refused_to(&mut self, outstanding: &Outstanding, failure: &Failure, now: Timestamp) {
        let is_unknown = failure.code == Code::NotPending;
        match (&outstanding.asker, &outstanding.request) {
            (Asker::Standing(id) | Asker::Added(_, id), _) if is_unknown => self.stands_no_more(id),
            (Asker::Parties, Request::GetCall(asked)) if is_unknown => {
                let was_here = self.table.calls.contains_key(&asked.call_id);
                self.table.leave(&asked.call_id, true);
                if was_here {
                    self.tell(ClientEvent::CallGone(asked.call_id.clone()));
                }
            }
            _ if repeating::is_in_doubt(failure) => self.find_out(outstanding, now),
            _ => {}
        }
    }

    /// A request was given up that the server may have carried out.
    pub(super) fn find_out(&mut self, outstanding: &Outstanding, now: Timestamp) {
        match (&outstanding.asker, &outstanding.request) {
            (Asker::GlareCancel(_) | Asker::GlareAccept, request) => {
                self.insist(outstanding.asker.clone(), request.clone(), now);
            }
            // The app waits for what becomes of it.
            (Asker::Standing(id), _) if self.table.has_placed(id) => {
                if !self.table.has_ended(id) {
                    self.ask_standing(id, now);
                }
            }
            (_, Request::Cancel(asked)) => self.ask_standing(&asked.invite_id, now),
            (_, Request::Accept(asked)) => self.ask_standing(&asked.invite_id, now),
            (_, Request::Reject(asked)) => self.ask_standing(&asked.invite_id, now),
            (_, Request::ModifyInvitation(asked)) => self.ask_standing(&asked.invite_id, now),
            (_, request) => {
                if let Some(id) = Placement::of(request).and_then(|it| it.id) {
                    self.ask_standing(id, now);
                }
            }
        }
    }

    /// What a success says. Fails when it means a failure to the asker.
    fn learn(
        &mut self,
        outstanding: &Outstanding,
        result: &Value,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let Outstanding { asker, request, .. } = outstanding;
        match request {
            Request::Invite(_) | Request::InviteInGroup(_) => {
                if let (Some(placement), Some(invited)) = (Placement::of(request), read(result)) {
                    self.placed(&placement, invited, now);
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
            Request::ModifyInvitation(modify) => {
                self.modified(modify, now);
            }
            Request::HangUp(hang_up) => self.hung_up(&hang_up.call_id, now),
            Request::GetInvitation(_) => {
                if let Some(invitation) = read::<Invitation>(result) {
                    return self.learn_invitation(asker, &invitation, now);
                }
            }
            Request::GetCall(_) => {
                if let Some(call) = read::<Call>(result) {
                    self.learn_call(asker, &call, now);
                }
            }
            Request::SubscribeUserStatus(_) => {
                if let Some(list) = read::<StatusList>(result) {
                    self.subscribed(asker, &list);
                }
            }
            Request::QuitGroup(left) => self.left_group(&left.group),
            Request::DismissGroup(dismissed) => self.group_dismissed(&dismissed.group),
            Request::JoinGroup(joined) => self.joined_group(&joined.group),
            Request::CreateGroup(_) => {
                if let Some(created) = read::<CreatedGroup>(result) {
                    self.joined_group(&created.group.group);
                }
            }
            Request::Login(_)
            | Request::Logout(_)
            | Request::SendSignal(_)
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
        Ok(())
    }

    /// How an invitation stands, by who asked: of what only the app wanted to read, what is unknown
    /// here stays so.
    fn learn_invitation(
        &mut self,
        asker: &Asker,
        told: &Invitation,
        now: Timestamp,
    ) -> Result<(), Failure> {
        match asker {
            Asker::Standing(_) => self.stands(told, now),
            Asker::Added(..) => return self.added(told, now),
            Asker::App(_)
            | Asker::Receipt(_)
            | Asker::Subscriptions
            | Asker::Parties
            | Asker::GlareCancel(_)
            | Asker::GlareAccept => {
                let news = self.table.merge(told, now);
                self.tell_unless_own(news.into_iter().map(ClientEvent::Signaling));
            }
        }
        Ok(())
    }

    /// Who is in a call that is known here, or that this user turns out to be in.
    fn learn_call(&mut self, asker: &Asker, told: &Call, now: Timestamp) {
        let is_in = told.parties.iter().any(|it| it.user == self.table.me.user);
        let is_known = self.table.calls.contains_key(&told.call_id);
        if is_known || (is_in && *asker == Asker::Parties) {
            self.table.learn_call(told, now);
        }
        if !is_known && is_in && *asker == Asker::Parties {
            self.tell(ClientEvent::CallRunning(told.clone()));
        }
    }

    /// This device changed its invitation's data. A repetition may be older than what was heard since.
    fn modified(&mut self, modify: &ModifyInvitation, now: Timestamp) {
        let id = &modify.invite_id;
        let is_as_asked = |entry: &LiveInvitation| entry.invitation.data == modify.data;
        if self.table.live.get(id).is_none_or(is_as_asked) {
            return;
        }
        self.table.modify(id, &modify.data);
        // The reply names no revision: what others did before it may still be on its way.
        self.ask_standing(id, now);
    }

    /// This user left a call on this device. Whether that ended it for a group is not told here.
    fn hung_up(&mut self, call_id: &CallId, now: Timestamp) {
        self.table.leave(call_id, false);
        if self.table.calls_of_others().contains(call_id) {
            self.ask_for_call(call_id.clone(), now);
        }
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
            data: None,
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
            self.ask_for_call(call_id, now);
        }
    }

    /// Asks who is in a call.
    pub(super) fn ask_for_call(&mut self, call_id: CallId, now: Timestamp) {
        self.put(Asker::Parties, Request::GetCall(ByCall { call_id }), now);
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
            | Asker::Standing(_)
            | Asker::Added(..)
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
