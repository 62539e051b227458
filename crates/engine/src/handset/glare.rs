//! Glare (SIGNALING §5): two users invite each other at once, and one call must result.
//!
//! The device that placed the larger `inviteID` cancels it and, if that succeeded, accepts the
//! smaller one; the device that placed the smaller one does nothing.

use bellhop_protocol::event::{Answered, Cancelled};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::{Accept, Cancel, CancelReason};
use bellhop_protocol::{Event, Invitation, InviteId, InviteeState, OpId, Request, Timestamp};

use super::requests::Asker;
use super::table::Fate;
use super::{ClientEvent, Handset, LiveInvitation, Role};

impl Handset {
    /// Looks for an invitation the other way than this one, and gives way where it is due.
    pub(super) fn look_for_glare(&mut self, id: &InviteId, now: Timestamp) {
        let Some((own, other)) = self.crossing(id) else {
            return;
        };
        for (one, with) in [(&own, &other), (&other, &own)] {
            let entry = self.table.live.get_mut(one).expect("both are live");
            entry.glare_with = Some(with.clone());
        }
        if own < other || self.is_being_cancelled(&own) {
            return;
        }
        let cancel = Request::Cancel(Cancel {
            invite_id: own.clone(),
            data: String::new(),
            reason: Some(CancelReason::Glare),
            op_id: op_id("glare-cancel-", &own),
        });
        self.put(Asker::GlareCancel(other), cancel, now);
    }

    /// This device's own invitation and the one that crosses it, when `id` is one of them.
    fn crossing(&self, id: &InviteId) -> Option<(InviteId, InviteId)> {
        let entry = self
            .table
            .live
            .get(id)
            .filter(|entry| self.can_cross(entry))?;
        let crosses = |other: &&LiveInvitation| {
            self.can_cross(other)
                && other.role != entry.role
                && other
                    .invitation
                    .invitee_list
                    .contains(&entry.invitation.inviter)
                && entry
                    .invitation
                    .invitee_list
                    .contains(&other.invitation.inviter)
        };
        let other = self.table.live.values().find(crosses)?;
        let (own, theirs) = match entry.role {
            Role::Inviter => (entry, other),
            Role::Invitee | Role::InviterElsewhere | Role::Observer => (other, entry),
        };
        Some((
            own.invitation.invite_id.clone(),
            theirs.invitation.invite_id.clone(),
        ))
    }

    /// Whether an invitation can be part of a glare: live, one to one, a call of its own.
    fn can_cross(&self, entry: &LiveInvitation) -> bool {
        let invitation = &entry.invitation;
        let is_for_us = match entry.role {
            Role::Inviter => true,
            Role::Invitee => entry.is_pending_for(&self.table.me.user),
            Role::InviterElsewhere | Role::Observer => false,
        };
        is_for_us
            && entry.is_live()
            && invitation.group_id.is_none()
            && invitation.call_id.as_str() == invitation.invite_id.as_str()
    }

    fn is_being_cancelled(&self, id: &InviteId) -> bool {
        self.requests
            .iter()
            .any(|o| matches!(&o.request, Request::Cancel(cancel) if cancel.invite_id == *id))
    }

    /// This device's own invitation gave way: the app hears its end, and the other one is accepted.
    pub(super) fn gave_way(&mut self, own: &InviteId, other: &InviteId, now: Timestamp) {
        // After a reconnect the snapshot may have told it already.
        if let Some(entry) = self.table.live.get(own) {
            let invitation = entry.invitation.clone();
            self.end_by_glare(invitation, now);
        }
        let is_still_asked = self
            .table
            .live
            .get(other)
            .is_some_and(|entry| entry.is_pending_for(&self.table.me.user));
        if is_still_asked {
            let accept = Request::Accept(Accept {
                invite_id: other.clone(),
                data: String::new(),
                // Named after its own: other devices of this user may give way to the same one.
                op_id: op_id("glare-accept-", own),
            });
            self.put(Asker::GlareAccept, accept, now);
        }
    }

    fn end_by_glare(&mut self, invitation: Invitation, now: Timestamp) {
        let fate = Fate {
            state: InviteeState::Cancelled,
            by: None,
            data: None,
            reason: Some(EndReason::Glare),
        };
        let id = &invitation.invite_id;
        self.table
            .transition(id, &invitation.invitee_list, &fate, now);
        self.tell_in_turn(ClientEvent::Signaling(Event::InvitationCancelled(
            Cancelled {
                invite_id: invitation.invite_id,
                rev: invitation.rev + 1,
                inviter: invitation.inviter,
                group_id: invitation.group_id,
                invitee_list: invitation.invitee_list,
                data: String::new(),
                reason: Some(EndReason::Glare),
            },
        )));
    }

    /// The server could not say in time whether one gave way: it is asked again while both ring.
    pub(super) fn insist(&mut self, asker: Asker, request: Request, now: Timestamp) {
        let id = if let Request::Cancel(cancel) = &request {
            &cancel.invite_id
        } else if let Request::Accept(accept) = &request {
            &accept.invite_id
        } else {
            return;
        };
        let entry = self.table.live.get(id);
        let is_open = entry.is_some_and(LiveInvitation::is_live);
        if is_open {
            self.put(asker, request, now);
        }
    }

    /// Looks for glare on every invitation that this device has placed.
    pub(super) fn look_for_any_glare(&mut self, now: Timestamp) {
        let own = self.live().filter(|entry| entry.role == Role::Inviter);
        let ids: Vec<InviteId> = own.map(|e| e.invitation.invite_id.clone()).collect();
        for id in &ids {
            self.look_for_glare(id, now);
        }
    }

    /// The invitation that this device's own gave way to is accepted: the app hears of it, as it did
    /// not ask.
    pub(super) fn accepted_by_glare(&mut self, accept: &Accept, rev: u64) {
        let Some(entry) = self.table.live.get(&accept.invite_id) else {
            return;
        };
        let event = Event::InviteeAccepted(Answered {
            invite_id: accept.invite_id.clone(),
            rev,
            inviter: entry.invitation.inviter.clone(),
            group_id: None,
            invitee: self.table.me.user.clone(),
            data: accept.data.clone(),
            device: self.table.me.device.clone(),
            platform: self.table.me.platform.clone(),
            reason: None,
        });
        self.tell_in_turn(ClientEvent::Signaling(event));
    }
}

/// An `opID` that is the same whenever this device repeats itself; none where the id is too long.
fn op_id(what: &str, id: &InviteId) -> Option<OpId> {
    format!("{what}{id}").parse().ok()
}
