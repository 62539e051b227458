//! Invitations that came by another road than the connection (SIGNALING §2, `addInvitedSignaling`).
//!
//! Signaling information names no call and no remaining time. Until the server has been asked, its call
//! is taken to be the one it founds, and its whole time to begin when it was pushed, as far as that is
//! known: a push that took long may ring for so much too long while there is no connection, and no
//! longer. Its revision is 0.

use std::time::Duration;

use bellhop_protocol::request::ByInvite;
use bellhop_protocol::{
    ActionType, CallId, Code, Event, Failure, Invitation, InvitationState, InviteId, InviteeState,
    Reason, Request, SignalingInfo, Timestamp, time,
};

use super::link::Link;
use super::placing::pending;
use super::requests::Asker;
use super::{ClientEvent, Effect, Handset, Source, Ticket};
use crate::refusal::{Past, Refusal};

impl Handset {
    /// The app has an invitation from elsewhere. One that came by push rings at once, unless its time is
    /// over; about every one the server is asked, and its answer is the outcome.
    pub(super) fn add_invited(
        &mut self,
        ticket: Ticket,
        info: &SignalingInfo,
        source: Source,
        now: Timestamp,
    ) {
        let id = &info.invite_id;
        let asker = Asker::Added(ticket, id.clone());
        let refusal = self.no_addition(info).or_else(|| self.no_room_for(&asker));
        if let Some(failure) = refusal {
            let outcome = Err(failure);
            self.effects.push(Effect::Done { ticket, outcome });
            return;
        }
        let is_for_us = info.invitee_list.contains(&self.table.me.user);
        if let Source::Push { age } = source
            && is_for_us
            && !self.table.has_ended(id)
            && let Some(invitation) = unconfirmed(info, age)
        {
            self.ring_unconfirmed(invitation, now);
        }
        let question = Request::GetInvitation(ByInvite {
            invite_id: id.clone(),
            op_id: None,
        });
        self.put(asker, question, now);
    }

    fn ring_unconfirmed(&mut self, invitation: Invitation, now: Timestamp) {
        let id = invitation.invite_id.clone();
        self.table.insert(invitation.clone(), now);
        if !self.link.is_online() {
            self.offline_since.get_or_insert(now);
        }
        self.tell(ClientEvent::Signaling(Event::NewInvitationReceived(
            Box::new(invitation),
        )));
        self.begun(&id, now);
    }

    /// Why the server need not be asked.
    fn no_addition(&self, info: &SignalingInfo) -> Option<Failure> {
        if let Link::Stopped(failure) = &self.link {
            return Some(failure.clone());
        }
        let id = &info.invite_id;
        let me = &self.table.me.user;
        let is_being_added = |asker: &Asker| matches!(asker, Asker::Added(_, of) if of == id);
        let is_named = info.invitee_list.is_empty() || info.invitee_list.contains(me);
        let failure = if info.action_type != ActionType::Invite {
            Failure::bad_parameter("This is no invitation: its actionType must be 1.")
        } else if info.hung_up_after().is_some() {
            Refusal::CallEnded.into()
        } else if self.table.live.contains_key(id)
            || self.requests.iter().any(|o| is_being_added(&o.asker))
        {
            known_already()
        } else if !is_named && (info.inviter == *me || info.group_id.is_some()) {
            Refusal::NotInvitee.into()
        } else if !is_named {
            Refusal::UnknownInvitation.into()
        } else {
            return None;
        };
        Some(failure.about(id.clone()))
    }

    /// The server said how an added invitation stands: what the app is told of it.
    pub(super) fn added(&mut self, told: &Invitation, now: Timestamp) -> Result<(), Failure> {
        let me = &self.table.me;
        let own = told.invitees.iter().find(|it| it.user == me.user);
        let is_elsewhere = own.is_some_and(|it| it.device.as_ref() != Some(&me.device));
        let refusal = match own.map(|it| it.state) {
            None => Some(Refusal::NotInvitee),
            Some(InviteeState::Pending) if told.state == InvitationState::Live => None,
            Some(InviteeState::Pending | InviteeState::TimedOut) => Some(Past::TimedOut.into()),
            Some(InviteeState::Cancelled) => Some(Past::Cancelled.into()),
            Some(InviteeState::Accepted) if is_elsewhere => Some(Past::AcceptedElsewhere.into()),
            Some(InviteeState::Accepted) => Some(Past::Accepted.into()),
            Some(InviteeState::Rejected) if is_elsewhere => Some(Past::RejectedElsewhere.into()),
            Some(InviteeState::Rejected) => Some(Past::Rejected.into()),
        };
        let id = &told.invite_id;
        if own.is_none() {
            self.stands_no_more(id);
        } else if refusal.is_none() || self.table.live.contains_key(id) {
            self.stands(told, now);
        }
        match refusal {
            Some(refusal) => Err(Failure::from(refusal).about(id.clone())),
            None if self.table.has_ended(id) => Err(known_already().about(id.clone())),
            None => Ok(()),
        }
    }
}

impl From<Past> for Refusal {
    fn from(past: Past) -> Self {
        Self::NotPending(past)
    }
}

fn known_already() -> Failure {
    let message = "This invitation is known here already. There is nothing to add.";
    Failure::new(Code::AlreadyKnown, Reason::AlreadyKnown, message)
}

/// The invitation as far as the information tells it; nothing when its time is over.
fn unconfirmed(info: &SignalingInfo, age: Duration) -> Option<Invitation> {
    let id: InviteId = info.invite_id.clone();
    let whole_ms = u64::from(info.timeout) * 1000;
    let remaining_ms = whole_ms.saturating_sub(time::millis(age));
    if info.timeout > 0 && remaining_ms == 0 {
        return None;
    }
    Some(Invitation {
        rev: 0,
        call_id: CallId::from(id.clone()),
        inviter: info.inviter.clone(),
        group_id: info.group_id.clone(),
        invitee_list: info.invitee_list.clone(),
        data: info.data.clone(),
        timeout: info.timeout,
        online_user_only: info.online_user_only,
        remaining_ms: (info.timeout > 0).then_some(remaining_ms),
        state: InvitationState::Live,
        invitees: info.invitee_list.iter().map(pending).collect(),
        offline_push_info: None,
        glare_with: None,
        invite_id: id,
    })
}
