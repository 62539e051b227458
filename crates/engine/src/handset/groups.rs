//! Groups, as far as they matter to invitations: who leaves one hears nothing more of its calls
//! (SIGNALING §2, §3).

use std::collections::BTreeSet;

use bellhop_protocol::event::{GroupChange, GroupChanged};
use bellhop_protocol::invitation::{EndReason, InvitationState};
use bellhop_protocol::{CallId, Event, GroupId, InviteId, Invitee};

use super::table::Table;
use super::{ClientEvent, Handset, LiveInvitation, Role};

/// The change to a group that an event tells of.
pub(super) fn change(event: &Event) -> Option<&GroupChanged> {
    let Event::GroupChanged(told) = event else {
        return None;
    };
    Some(told)
}

impl Handset {
    /// Members came to a group or left it.
    pub(super) fn group_changed(&mut self, told: &GroupChanged) {
        let is_about_us = told.users.contains(&self.table.me.user);
        match told.change {
            GroupChange::Dismissed => self.group_dismissed(&told.group_id),
            GroupChange::Left if is_about_us => self.left_group(&told.group_id),
            GroupChange::Created | GroupChange::Joined if is_about_us => {
                self.joined_group(&told.group_id);
            }
            GroupChange::Created | GroupChange::Joined | GroupChange::Left => {}
        }
    }

    /// This user is a member.
    pub(super) fn joined_group(&mut self, group: &GroupId) {
        self.table.left.put(group.clone(), false);
    }

    /// This user is no member any more.
    pub(super) fn left_group(&mut self, group: &GroupId) {
        self.table.left.put(group.clone(), true);
        let gone = self.table.leave_group(group, |_| true);
        self.tell_all(gone);
    }

    /// There is no such group any more. The server says to all who were in it how its rings end.
    pub(super) fn group_dismissed(&mut self, group: &GroupId) {
        self.table.left.put(group.clone(), true);
        let gone = self.table.leave_group(group, |entry| !entry.is_live());
        self.tell_all(gone);
    }
}

impl Table {
    /// Whether this user will be told when the invitation's call ends: he is in it, or in its group.
    pub(super) fn hears_of_call(&self, id: &InviteId) -> bool {
        let Some(LiveInvitation { invitation, .. }) = self.live.get(id) else {
            return false;
        };
        let Some(group) = &invitation.group_id else {
            return true;
        };
        let was_taken_out =
            |it: &Invitee| it.user == self.me.user && it.reason == Some(EndReason::LeftGroup);
        let is_out = match self.left.get(group) {
            Some(has_left) => *has_left,
            None => invitation.invitees.iter().any(was_taken_out),
        };
        !is_out || self.calls.contains_key(&invitation.call_id)
    }

    /// Forgets those of the group's invitations that only members hear of; tells about each. The
    /// others end as the server says.
    fn leave_group(
        &mut self,
        group: &GroupId,
        of: impl Fn(&LiveInvitation) -> bool,
    ) -> Vec<ClientEvent> {
        let is_only_seen = |entry: &&LiveInvitation| {
            let invitation = &entry.invitation;
            let is_call_of_others = invitation.state == InvitationState::InCall
                && !self.calls.contains_key(&invitation.call_id);
            invitation.group_id.as_ref() == Some(group)
                && (entry.role == Role::Observer || is_call_of_others)
        };
        let gone: Vec<(InviteId, CallId, bool)> = self
            .live
            .values()
            .filter(|entry| is_only_seen(entry) && of(entry))
            .map(|entry| {
                let invitation = &entry.invitation;
                let (id, call) = (invitation.invite_id.clone(), invitation.call_id.clone());
                (id, call, entry.is_live())
            })
            .collect();
        let mut told = Vec::new();
        let mut calls = BTreeSet::new();
        for (id, call, was_live) in gone {
            self.forget(&id);
            if was_live {
                told.push(ClientEvent::InvitationLost(id));
            } else if calls.insert(call.clone()) {
                told.push(ClientEvent::CallGone(call));
            }
        }
        told
    }
}
