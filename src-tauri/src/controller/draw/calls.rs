//! Rings, calls and who is in them, as the screens show them.

use std::collections::BTreeMap;

use bellhop_client::{LiveInvitation, Ring, Role, RunningCall, View};
use bellhop_protocol::event::Status;
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::{CallId, GroupId, Invitee, InviteeState, Timestamp, UserId, time};

use crate::controller::state::State;
use crate::controller::talk::{Placing, find, media_of, running_here};
use crate::view::{
    CallView, GroupCallView, OutgoingView, Place, Progress, RingView, RungState, RungView,
};

impl State {
    pub(super) fn rings(&self, view: &View, now: Timestamp) -> Vec<RingView> {
        let arrived = self.arrived.iter().filter_map(|id| find(view, id));
        let rings = arrived.filter(|live| self.rings_here(live));
        rings.map(|live| self.ring(live, view, now)).collect()
    }

    /// Whether an invitation waits for an answer here. One that gives way to a call the other way by
    /// itself does not, nor one that may be over already, nor one of somebody whom this user does not
    /// want to hear of.
    pub(crate) fn rings_here(&self, live: &LiveInvitation) -> bool {
        let may_sound = match live.ring {
            Ring::Sounds => true,
            Ring::Overdue | Ring::Unconfirmed | Ring::Silent => false,
        };
        let invitation = &live.invitation;
        may_sound
            && live.role == Role::Invitee
            && !self.refusing.contains(&invitation.invite_id)
            && !self.handed.has_answered(&invitation.invite_id)
            && !self.blocked.contains(&invitation.inviter)
            && live.glare_with.is_none()
            && live.is_pending_for(self.own())
    }

    fn ring(&self, live: &LiveInvitation, view: &View, now: Timestamp) -> RingView {
        let invitation = &live.invitation;
        let id = &invitation.invite_id;
        let mut others = self.people_of(&invitation.call_id, view);
        let aside = [&invitation.inviter, self.own()].map(UserId::as_str);
        others.retain(|person| !aside.contains(&person.user_id.as_str()));
        RingView {
            invite_id: id.to_string(),
            user_id: invitation.inviter.to_string(),
            name: self.name_of(&invitation.inviter),
            group: invitation
                .group_id
                .as_ref()
                .map(|group| self.group_ref(group)),
            others,
            media_type: media_of(&invitation.data),
            remaining_ms: remaining(live.deadline, now),
            timeout_ms: whole_time(live),
            manner: self.manner(live, view),
            silenced: self.silenced.contains(id),
            answering: self.accepting.contains_key(id) || self.rejecting.contains_key(id),
        }
    }

    pub(super) fn outgoing(&self, placing: &Placing, view: &View, now: Timestamp) -> OutgoingView {
        let talk = &placing.talk;
        let live = find(view, &talk.invite);
        let people = match live {
            Some(live) => {
                let invitees = live.invitation.invitees.iter();
                invitees
                    .map(|invitee| self.invitee(invitee, true))
                    .collect()
            }
            None => {
                let callees = placing.callees.iter();
                callees
                    .map(|user| self.rung(user, RungState::Pending))
                    .collect()
            }
        };
        OutgoingView {
            invite_id: talk.invite.to_string(),
            with: self.peer(&talk.with),
            people,
            media_type: talk.media,
            progress: self.progress(placing),
            remaining_ms: live.and_then(|live| remaining(live.deadline, now)),
            timeout_ms: live.and_then(whole_time),
            cancelling: placing.cancelling,
        }
    }

    fn progress(&self, placing: &Placing) -> Progress {
        if !placing.confirmed {
            return Progress::Calling;
        }
        let is_offline = |user| self.presence.get(user) == Some(&Status::Offline);
        if placing.rang {
            // Whoever is blocked in mid-ring looks gone to the caller, and rings as before.
            Progress::Ringing
        } else if placing.callees.iter().all(is_offline) {
            Progress::NotReachable
        } else {
            Progress::Sent
        }
    }

    pub(super) fn call(&self, view: &View, now: Timestamp) -> Option<CallView> {
        let running = running_here(view)?;
        let talk = self.talk.as_ref()?;
        let mut people = self.people_of(&talk.call, view);
        for (user, fate) in &self.fates {
            add(&mut people, self.rung(user, *fate));
        }
        people.retain(|person| person.user_id != self.own().as_str());
        let is_own = |live: &&LiveInvitation| match live.role {
            Role::Inviter | Role::InviterElsewhere => {
                live.is_live() && live.invitation.call_id == talk.call
            }
            Role::Invitee | Role::Observer => false,
        };
        let ringing = view.invitations.iter().filter(is_own);
        Some(CallView {
            call_id: talk.call.to_string(),
            with: self.peer(&talk.with),
            people,
            ringing_invite_ids: ringing
                .map(|live| live.invitation.invite_id.to_string())
                .collect(),
            media_type: talk.media,
            elapsed_ms: time::millis(now.since(running.started)),
            hanging_up: self.hanging_up,
        })
    }

    /// Calls in progress in a group that do not ring here, oldest first.
    pub(super) fn group_calls(&self, group: &GroupId, view: &View) -> Vec<GroupCallView> {
        let arrived = self.arrived.iter().filter_map(|id| find(view, id));
        let of_group = arrived.filter(|live| live.invitation.group_id.as_ref() == Some(group));
        let mut calls: BTreeMap<&CallId, Vec<&LiveInvitation>> = BTreeMap::new();
        let mut order = Vec::new();
        for live in of_group {
            let call = &live.invitation.call_id;
            if !calls.contains_key(call) {
                order.push(call);
            }
            calls.entry(call).or_default().push(live);
        }
        let is_elsewhere = |call: &&CallId| !calls[*call].iter().any(|live| self.rings_here(live));
        let shown = order.iter().copied().filter(is_elsewhere);
        let views = shown.map(|call| {
            let first = &calls[call][0].invitation;
            GroupCallView {
                call_id: call.to_string(),
                invite_id: first.invite_id.to_string(),
                inviter: self.person(&first.inviter),
                media_type: media_of(&first.data),
                people: self.people_of(call, view),
                place: self.place(call, &calls[call], view),
            }
        });
        views.collect()
    }

    fn place(&self, call: &CallId, invitations: &[&LiveInvitation], view: &View) -> Place {
        let is_placed = |placing: &Placing| placing.talk.call == *call;
        if self.is_in(call) || self.placing.as_ref().is_some_and(is_placed) {
            return Place::Here;
        }
        let is_placed_elsewhere = invitations
            .iter()
            .any(|live| live.role == Role::InviterElsewhere);
        let mut running = view.calls.iter();
        if is_placed_elsewhere || running.any(|running| running.call_id == *call) {
            return Place::Elsewhere;
        }
        Place::Others
    }

    /// Everybody of a call, whoever began it first.
    fn people_of(&self, call: &CallId, view: &View) -> Vec<RungView> {
        let running = view.calls.iter().find(|running| running.call_id == *call);
        let is_in = |user: &UserId| {
            let has_left = self.left.contains(&(call.clone(), user.clone()));
            let is_party = |running: &RunningCall| {
                let mut parties = running.parties.iter();
                parties.any(|party| party.user == *user) || !running.complete && !has_left
            };
            running.map_or(!has_left, is_party)
        };
        let state = |user: &UserId| {
            if is_in(user) {
                RungState::InCall
            } else {
                RungState::Left
            }
        };
        let mut people = Vec::new();
        let arrived = self.arrived.iter().filter_map(|id| find(view, id));
        for live in arrived.filter(|live| live.invitation.call_id == *call) {
            let inviter = &live.invitation.inviter;
            add(&mut people, self.rung(inviter, state(inviter)));
            for invitee in &live.invitation.invitees {
                add(&mut people, self.invitee(invitee, is_in(&invitee.user)));
            }
        }
        for party in running.iter().flat_map(|running| &running.parties) {
            add(&mut people, self.rung(&party.user, RungState::InCall));
        }
        people
    }

    fn invitee(&self, invitee: &Invitee, is_in: bool) -> RungView {
        let is_offline = self.presence.get(&invitee.user) == Some(&Status::Offline);
        let state = match (invitee.state, invitee.reason) {
            (InviteeState::Pending, _) if invitee.ringing => RungState::Ringing,
            (InviteeState::Pending, _) if is_offline => RungState::NotReachable,
            (InviteeState::Pending, _) => RungState::Pending,
            (InviteeState::Accepted, _) if is_in => RungState::InCall,
            (InviteeState::Accepted, _) => RungState::Left,
            (InviteeState::Rejected, Some(EndReason::Busy)) => RungState::Busy,
            (InviteeState::Rejected, _) => RungState::Rejected,
            (InviteeState::Cancelled, Some(EndReason::LeftGroup)) => RungState::LeftGroup,
            (InviteeState::Cancelled, _) => RungState::Cancelled,
            (InviteeState::TimedOut, _) => RungState::TimedOut,
        };
        self.rung(&invitee.user, state)
    }

    fn rung(&self, user: &UserId, state: RungState) -> RungView {
        RungView {
            user_id: user.to_string(),
            name: self.name_of(user),
            state,
        }
    }
}

/// Adds somebody, or what is more of him: whoever is rung again is rung, and whoever came is in.
fn add(people: &mut Vec<RungView>, person: RungView) {
    match people
        .iter_mut()
        .find(|known| known.user_id == person.user_id)
    {
        Some(known) if rank(person.state) > rank(known.state) => *known = person,
        Some(_) => {}
        None => people.push(person),
    }
}

fn rank(state: RungState) -> u8 {
    match state {
        RungState::InCall => 4,
        RungState::Ringing => 3,
        RungState::Pending | RungState::NotReachable => 2,
        RungState::Left => 1,
        RungState::Rejected
        | RungState::Busy
        | RungState::Cancelled
        | RungState::LeftGroup
        | RungState::TimedOut => 0,
    }
}

fn remaining(deadline: Option<Timestamp>, now: Timestamp) -> Option<u64> {
    Some(time::millis(deadline?.since(now)))
}

fn whole_time(live: &LiveInvitation) -> Option<u64> {
    let secs = live.invitation.timeout;
    (secs > 0).then(|| u64::from(secs) * 1000)
}

#[cfg(test)]
mod tests;
