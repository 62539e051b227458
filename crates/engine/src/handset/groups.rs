//! Groups, as far as they matter to invitations: who leaves one hears nothing more of its calls
//! (SIGNALING §2, §3).

use std::collections::BTreeSet;

use bellhop_protocol::event::GroupChange;
use bellhop_protocol::invitation::InvitationState;
use bellhop_protocol::{CallId, Event, GroupId, InviteId};

use super::table::Table;
use super::{ClientEvent, Handset, LiveInvitation, Role};

impl Handset {
    /// The group that this user is no member of after this event.
    pub(super) fn left_by(&self, event: &Event) -> Option<GroupId> {
        let Event::GroupChanged(told) = event else {
            return None;
        };
        let is_left = match told.change {
            GroupChange::Dismissed => true,
            GroupChange::Left => told.users.contains(&self.table.me.user),
            GroupChange::Created | GroupChange::Joined => false,
        };
        is_left.then(|| told.group_id.clone())
    }

    /// This user is no member any more, or there is no such group.
    pub(super) fn left_group(&mut self, group: &GroupId) {
        let gone = self.table.leave_group(group);
        self.tell_all(gone);
    }
}

impl Table {
    /// Forgets the group's invitations that only members hear of; tells about each. The others end
    /// as the server says.
    fn leave_group(&mut self, group: &GroupId) -> Vec<ClientEvent> {
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
            .filter(is_only_seen)
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
