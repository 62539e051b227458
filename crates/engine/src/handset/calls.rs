//! The calls in the live table: who is in them, as far as this device has heard.

use std::collections::BTreeSet;

use bellhop_protocol::event::CallEnded;
use bellhop_protocol::invitation::InvitationState;
use bellhop_protocol::{
    CallId, Invitation, InviteId, Invitee, InviteeState, Party, Timestamp, UserId,
};

use super::table::Table;
use super::{LiveInvitation, Role, RunningCall};

impl Table {
    /// Puts those who accepted into the invitation's call, if this user is in it.
    pub(super) fn join(&mut self, id: &InviteId, accepted: &[UserId], now: Timestamp) {
        let Some(LiveInvitation {
            invitation, role, ..
        }) = self.live.get(id)
        else {
            return;
        };
        let is_in_call = match role {
            Role::Inviter | Role::InviterElsewhere => true,
            Role::Invitee => {
                accepted.contains(&self.me.user) || self.calls.contains_key(&invitation.call_id)
            }
            Role::Observer => false,
        };
        if !is_in_call || accepted.is_empty() {
            return;
        }
        let parties = invitation
            .invitees
            .iter()
            .filter(|invitee| {
                invitee.state == InviteeState::Accepted
                    && (accepted.contains(&invitee.user) || accepted.contains(&self.me.user))
            })
            .filter_map(party);
        let own = (*role == Role::Inviter).then(|| self.me.clone());
        let joining: Vec<Party> = own.into_iter().chain(parties).collect();
        let call = self
            .calls
            .entry(invitation.call_id.clone())
            .or_insert_with(|| RunningCall {
                call_id: invitation.call_id.clone(),
                group_id: invitation.group_id.clone(),
                started: now,
                parties: Vec::new(),
                complete: *role == Role::Inviter,
                invitations: Vec::new(),
                here: false,
            });
        if !call.invitations.contains(id) {
            call.invitations.push(id.clone());
        }
        for party in joining {
            if !call.parties.contains(&party) {
                call.parties.push(party);
            }
        }
        call.here = call.parties.contains(&self.me);
    }

    /// Somebody left a call; tells whether that is news.
    pub(super) fn call_ended(&mut self, told: &CallEnded) -> bool {
        let of_call = |entry: &&LiveInvitation| entry.invitation.call_id == told.call_id;
        let is_known =
            self.calls.contains_key(&told.call_id) || self.live.values().any(|e| of_call(&e));
        let key = (told.call_id.clone(), told.user.clone(), told.duration_ms);
        if !is_known || self.hung_up.put(key, ()).is_some() {
            return false;
        }
        if told.over || told.user == self.me.user {
            self.leave(&told.call_id, told.over);
        } else if let Some(call) = self.calls.get_mut(&told.call_id) {
            call.parties.retain(|party| party.user != told.user);
        }
        true
    }

    /// This user is in the call no more; when it is over, so are its invitations.
    pub(super) fn leave(&mut self, call_id: &CallId, over: bool) {
        self.calls.remove(call_id);
        let ended: Vec<InviteId> = self
            .live
            .values()
            .map(|entry| &entry.invitation)
            .filter(|invitation| {
                invitation.call_id == *call_id
                    && invitation.state == InvitationState::InCall
                    && (over || invitation.group_id.is_none())
            })
            .map(|invitation| invitation.invite_id.clone())
            .collect();
        for id in ended {
            self.forget(&id);
        }
        if over {
            self.note_over(call_id);
        }
    }

    /// A call is over while somebody may still be invited into it: once nobody is, there is nothing
    /// left of it, until somebody accepts and it begins anew.
    fn note_over(&mut self, call_id: &CallId) {
        let is_open = self.live.values().any(|e| e.invitation.call_id == *call_id);
        if is_open {
            self.over.insert(call_id.clone());
        }
    }

    /// The calls of others that run as far as is known here.
    pub(super) fn calls_of_others(&self) -> BTreeSet<CallId> {
        let answered = |invitation: &Invitation| {
            let mut states = invitation.invitees.iter().map(|invitee| invitee.state);
            states.any(|state| state == InviteeState::Accepted)
        };
        self.live
            .values()
            .map(|entry| &entry.invitation)
            .filter(|it| answered(it) && !self.over.contains(&it.call_id))
            .filter(|it| !self.calls.contains_key(&it.call_id))
            .map(|it| it.call_id.clone())
            .collect()
    }

    /// What the server says of a call that this user is in.
    pub(super) fn learn_call(&mut self, told: &bellhop_protocol::Call, now: Timestamp) {
        let since = Timestamp::from_millis(now.as_millis().saturating_sub(told.started_ms_ago));
        let here = told.parties.contains(&self.me);
        self.calls.insert(
            told.call_id.clone(),
            RunningCall {
                call_id: told.call_id.clone(),
                group_id: told.group_id.clone(),
                started: since,
                parties: told.parties.clone(),
                complete: true,
                invitations: told.invitations.clone(),
                here,
            },
        );
    }
}

/// The party that an invitee who accepted is.
fn party(invitee: &Invitee) -> Option<Party> {
    Some(Party {
        user: invitee.user.clone(),
        device: invitee.device.clone()?,
        platform: invitee.platform.clone()?,
    })
}
