//! The live table: what this device knows of invitations and calls, kept by revision.
//!
//! Takes what the server or this device did and returns what is news; knows nothing of connections.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_protocol::invitation::{EndReason, InvitationState};
use bellhop_protocol::{
    CallId, DeviceId, Event, GroupId, Invitation, InviteId, Invitee, InviteeState, Party, Platform,
    Timestamp, UserId,
};

use super::remembered::Remembered;
use super::{ClientEvent, LiveInvitation, Ring, Role, RunningCall};

/// How many ended invitations are remembered, so that none begins twice.
const MAX_PASSED: usize = 2048;
/// Of how many groups it is remembered that they were left.
const MAX_LEFT: usize = 512;
/// How many invitations placed here are remembered.
const MAX_PLACED: usize = 512;

/// Invitations and calls of one device.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) me: Party,
    pub(super) live: BTreeMap<InviteId, LiveInvitation>,
    pub(super) calls: BTreeMap<CallId, RunningCall>,
    /// Invitations that begin no more below this revision.
    pub(super) passed: Remembered<InviteId, u64>,
    /// Invitations of this device's own, and whether the app was told that they ring.
    placed: Remembered<InviteId, bool>,
    pub(super) hung_up: Remembered<(CallId, UserId, u64), ()>,
    /// Groups that this user has left (true) or come to since.
    pub(super) left: Remembered<GroupId, bool>,
    /// Calls that are over, of invitations that are still in the table.
    pub(super) over: BTreeSet<CallId>,
}

/// What becomes of invitees in a transition.
pub(super) struct Fate<'a> {
    pub(super) state: InviteeState,
    pub(super) by: Option<(&'a DeviceId, &'a Platform)>,
    pub(super) data: Option<&'a str>,
    pub(super) reason: Option<EndReason>,
}

impl Table {
    /// An empty table of this device's.
    pub(super) fn new(me: Party) -> Self {
        Self {
            me,
            live: BTreeMap::new(),
            calls: BTreeMap::new(),
            passed: Remembered::at_most(MAX_PASSED),
            placed: Remembered::at_most(MAX_PLACED),
            hung_up: Remembered::at_most(MAX_PLACED),
            left: Remembered::at_most(MAX_LEFT),
            over: BTreeSet::new(),
        }
    }

    /// Forgets what is live, as after a logout.
    pub(super) fn clear(&mut self) {
        self.live.clear();
        self.calls.clear();
        self.over.clear();
    }

    /// Remembers that this invitation is one of this device's own; `is_told` when the app was told that
    /// it rings.
    pub(super) fn place(&mut self, id: InviteId, is_told: bool) {
        let is_told = is_told || self.has_placed(&id);
        self.placed.put(id, is_told);
    }

    /// Whether the invitation was placed on this device, and the app was told that it rings.
    pub(super) fn has_placed(&self, id: &InviteId) -> bool {
        self.placed.get(id) == Some(&true)
    }

    /// The latest revision that was heard of an invitation that is not in the table.
    pub(super) fn heard_of(&self, id: &InviteId) -> Option<u64> {
        self.passed.get(id).copied()
    }

    /// Whether the invitation has ended on this device.
    pub(super) fn has_ended(&self, id: &InviteId) -> bool {
        self.passed.get(id) == Some(&u64::MAX)
    }

    /// Applies an event about an invitation or a call; tells what of it is news.
    pub(super) fn receive(&mut self, event: Event, now: Timestamp) -> Vec<Event> {
        let is_news = match &event {
            Event::NewInvitationReceived(invitation) => return self.begin(invitation, now),
            Event::InviteeAccepted(told) => {
                let fate = Fate {
                    state: InviteeState::Accepted,
                    by: Some((&told.device, &told.platform)),
                    data: Some(&told.data),
                    reason: None,
                };
                let who = std::slice::from_ref(&told.invitee);
                self.hear(&told.invite_id, told.rev)
                    && self.transition(&told.invite_id, who, &fate, now)
            }
            Event::InviteeRejected(told) => {
                let fate = Fate {
                    state: InviteeState::Rejected,
                    by: Some((&told.device, &told.platform)),
                    data: Some(&told.data),
                    reason: told.reason,
                };
                let who = std::slice::from_ref(&told.invitee);
                self.hear(&told.invite_id, told.rev)
                    && self.transition(&told.invite_id, who, &fate, now)
            }
            Event::InvitationCancelled(told) => {
                let fate = Fate {
                    state: InviteeState::Cancelled,
                    by: None,
                    data: None,
                    reason: told.reason,
                };
                self.hear(&told.invite_id, told.rev)
                    && self.transition(&told.invite_id, &told.invitee_list, &fate, now)
            }
            Event::InvitationTimeout(told) => {
                let fate = Fate {
                    state: InviteeState::TimedOut,
                    by: None,
                    data: None,
                    reason: None,
                };
                self.hear(&told.invite_id, told.rev)
                    && self.transition(&told.invite_id, &told.invitee_list, &fate, now)
            }
            Event::InvitationModified(told) => {
                self.hear(&told.invite_id, told.rev) && self.modify(&told.invite_id, &told.data)
            }
            Event::InviteeRinging(told) => {
                self.hear(&told.invite_id, told.rev)
                    && self.mark_ringing(&told.invite_id, &told.invitee)
            }
            Event::CallEnded(told) => self.call_ended(told),
            Event::SignalReceived(_)
            | Event::MessageReceived(_)
            | Event::UserStatusChanged(_)
            | Event::GroupChanged(_)
            | Event::PushReceived(_)
            | Event::PushWithdrawn(_)
            | Event::KickedOffline(_) => true,
        };
        if is_news { vec![event] } else { Vec::new() }
    }

    /// Whether an event of this revision is later than all that is known of its invitation.
    fn hear(&mut self, id: &InviteId, rev: u64) -> bool {
        if let Some(known) = self.live.get_mut(id) {
            let is_later = rev > known.invitation.rev;
            known.invitation.rev = rev.max(known.invitation.rev);
            return is_later;
        }
        let passed = self.passed.get(id).copied().unwrap_or(0);
        self.passed.put(id.clone(), rev.max(passed));
        false
    }

    /// Takes in an invitation that is live, unless it is known or over.
    fn begin(&mut self, told: &Invitation, now: Timestamp) -> Vec<Event> {
        if self.live.contains_key(&told.invite_id) {
            return self.merge(told, now);
        }
        let has_passed = self
            .passed
            .get(&told.invite_id)
            .is_some_and(|passed| told.rev < *passed);
        if has_passed || told.state != InvitationState::Live {
            return Vec::new();
        }
        self.insert(told.clone(), now);
        vec![Event::NewInvitationReceived(Box::new(told.clone()))]
    }

    /// Takes in an invitation as it stands.
    pub(super) fn insert(&mut self, invitation: Invitation, now: Timestamp) {
        let role = self.role_in(&invitation);
        let deadline = invitation
            .remaining_ms
            .map(|ms| now.after(std::time::Duration::from_millis(ms)));
        let mut entry = LiveInvitation {
            invitation,
            role,
            deadline,
            ring: Ring::Silent,
            glare_with: None,
        };
        if role == Role::Invitee && entry.is_pending_for(&self.me.user) {
            let has_time = deadline.is_none_or(|deadline| deadline > now);
            entry.ring = if has_time {
                Ring::Sounds
            } else {
                Ring::Overdue
            };
        }
        self.live.insert(entry.invitation.invite_id.clone(), entry);
    }

    pub(super) fn role_in(&self, invitation: &Invitation) -> Role {
        if invitation.inviter == self.me.user {
            if self.placed.has(&invitation.invite_id) {
                return Role::Inviter;
            }
            return Role::InviterElsewhere;
        }
        if invitation.invitee_list.contains(&self.me.user) {
            return Role::Invitee;
        }
        Role::Observer
    }

    /// What becomes of those among `who` that are pending; tells whether there were any.
    pub(super) fn transition(
        &mut self,
        id: &InviteId,
        who: &[UserId],
        fate: &Fate<'_>,
        now: Timestamp,
    ) -> bool {
        let Some(entry) = self.live.get_mut(id) else {
            return false;
        };
        let mut changed = Vec::new();
        for invitee in &mut entry.invitation.invitees {
            if invitee.state == InviteeState::Pending && who.contains(&invitee.user) {
                invitee.state = fate.state;
                invitee.device = fate.by.map(|(device, _)| device.clone());
                invitee.platform = fate.by.map(|(_, platform)| platform.clone());
                invitee.data = fate.data.map(str::to_owned);
                invitee.reason = fate.reason;
                changed.push(invitee.user.clone());
            }
        }
        if fate.state == InviteeState::Accepted && !changed.is_empty() {
            self.over.remove(&entry.invitation.call_id);
        }
        let is_over = self.over.contains(&entry.invitation.call_id);
        entry.invitation.state = state_of(&entry.invitation.invitees, is_over);
        if fate.state == InviteeState::Accepted {
            self.join(id, &changed, now);
        }
        self.settle(id);
        !changed.is_empty()
    }

    /// Replaces an invitation's data; tells whether there is such an invitation.
    pub(super) fn modify(&mut self, id: &InviteId, data: &str) -> bool {
        let Some(entry) = self.live.get_mut(id) else {
            return false;
        };
        data.clone_into(&mut entry.invitation.data);
        true
    }

    fn mark_ringing(&mut self, id: &InviteId, user: &UserId) -> bool {
        let Some(entry) = self.live.get_mut(id) else {
            return false;
        };
        let is_them = |invitee: &&mut Invitee| invitee.user == *user;
        match entry.invitation.invitees.iter_mut().find(is_them) {
            Some(invitee) => {
                invitee.ringing = true;
                !invitee.state.is_terminal()
            }
            None => false,
        }
    }

    /// Lets an entry follow from its invitation: silence, and the end.
    pub(super) fn settle(&mut self, id: &InviteId) {
        let Some(entry) = self.live.get_mut(id) else {
            return;
        };
        if !entry.is_pending_for(&self.me.user) {
            entry.ring = Ring::Silent;
        }
        if !entry.is_live() {
            entry.glare_with = None;
        }
        let state = entry.invitation.state;
        if state == InvitationState::Ended
            || (state == InvitationState::InCall && !self.hears_of_call(id))
        {
            self.forget(id);
        }
    }

    /// Ends an entry: it begins no more.
    pub(super) fn forget(&mut self, id: &InviteId) {
        if let Some(ended) = self.live.remove(id) {
            let call_id = ended.invitation.call_id;
            if !self.live.values().any(|e| e.invitation.call_id == call_id) {
                self.over.remove(&call_id);
            }
        }
        self.passed.put(id.clone(), u64::MAX);
        for other in self.live.values_mut() {
            if other.glare_with.as_ref() == Some(id) {
                other.glare_with = None;
            }
        }
    }

    /// Changes every ring that sounds and that the predicate names; tells about each.
    pub(super) fn hush(
        &mut self,
        to: Ring,
        tell: fn(InviteId) -> ClientEvent,
        which: impl Fn(&LiveInvitation) -> bool,
    ) -> Vec<ClientEvent> {
        let mut told = Vec::new();
        for (id, entry) in &mut self.live {
            if entry.ring == Ring::Sounds && which(entry) {
                entry.ring = to;
                told.push(tell(id.clone()));
            }
        }
        told
    }

    /// Lets a ring that the server has just called live sound again.
    pub(super) fn confirm(&mut self, id: &InviteId, now: Timestamp) -> Option<ClientEvent> {
        let entry = self.live.get_mut(id)?;
        let has_time = entry.deadline.is_none_or(|deadline| deadline > now);
        let is_hushed = matches!(entry.ring, Ring::Overdue | Ring::Unconfirmed);
        if !is_hushed || !has_time || !entry.is_pending_for(&self.me.user) {
            return None;
        }
        entry.ring = Ring::Sounds;
        Some(ClientEvent::RingConfirmed(id.clone()))
    }
}

/// What has become of an invitation, by its invitees and whether its call is over.
fn state_of(invitees: &[Invitee], is_over: bool) -> InvitationState {
    let has = |state| invitees.iter().any(|invitee| invitee.state == state);
    if has(InviteeState::Pending) {
        InvitationState::Live
    } else if has(InviteeState::Accepted) && !is_over {
        InvitationState::InCall
    } else {
        InvitationState::Ended
    }
}
