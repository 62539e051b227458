//! The live table: what this device knows of invitations and calls, kept by revision.
//!
//! Takes what the server or this device did and returns what is news; knows nothing of connections.

use std::collections::BTreeMap;

use bellhop_protocol::event::CallEnded;
use bellhop_protocol::invitation::{EndReason, InvitationState};
use bellhop_protocol::{
    CallId, DeviceId, Event, Invitation, InviteId, Invitee, InviteeState, Party, Platform,
    Timestamp, UserId,
};

use super::remembered::Remembered;
use super::{ClientEvent, LiveInvitation, Ring, Role, RunningCall};

/// How many ended invitations are remembered, so that none begins twice.
const MAX_PASSED: usize = 2048;
/// How many invitations placed here are remembered.
const MAX_PLACED: usize = 512;

/// Invitations and calls of one device.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) me: Party,
    pub(super) live: BTreeMap<InviteId, LiveInvitation>,
    pub(super) calls: BTreeMap<CallId, RunningCall>,
    /// Invitations that begin no more below this revision.
    passed: Remembered<InviteId, u64>,
    placed: Remembered<InviteId, ()>,
    hung_up: Remembered<(CallId, UserId, u64), ()>,
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
        }
    }

    /// Forgets what is live, as after a logout.
    pub(super) fn clear(&mut self) {
        self.live.clear();
        self.calls.clear();
    }

    /// Remembers that this invitation is one of this device's own.
    pub(super) fn place(&mut self, id: InviteId) {
        self.placed.put(id, ());
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
                let is_news = self.hear(&told.invite_id, told.rev);
                if let Some(known) = self.live.get_mut(&told.invite_id).filter(|_| is_news) {
                    known.invitation.data.clone_from(&told.data);
                }
                is_news
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
            entry.ring = Ring::Sounds;
        }
        self.live.insert(entry.invitation.invite_id.clone(), entry);
    }

    fn role_in(&self, invitation: &Invitation) -> Role {
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
        entry.invitation.state = state_of(&entry.invitation.invitees);
        if fate.state == InviteeState::Accepted {
            self.join(id, &changed, now);
        }
        self.settle(id);
        !changed.is_empty()
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
        if entry.invitation.state == InvitationState::Ended {
            self.forget(id);
        }
    }

    /// Ends an entry: it begins no more.
    pub(super) fn forget(&mut self, id: &InviteId) {
        self.live.remove(id);
        self.passed.put(id.clone(), u64::MAX);
        for other in self.live.values_mut() {
            if other.glare_with.as_ref() == Some(id) {
                other.glare_with = None;
            }
        }
    }

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

    fn call_ended(&mut self, told: &CallEnded) -> bool {
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
                invitations: told.invitations.clone(),
                here,
            },
        );
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

/// The party that an invitee who accepted is.
fn party(invitee: &Invitee) -> Option<Party> {
    Some(Party {
        user: invitee.user.clone(),
        device: invitee.device.clone()?,
        platform: invitee.platform.clone()?,
    })
}

fn state_of(invitees: &[Invitee]) -> InvitationState {
    let has = |state| invitees.iter().any(|invitee| invitee.state == state);
    if has(InviteeState::Pending) {
        InvitationState::Live
    } else if has(InviteeState::Accepted) {
        InvitationState::InCall
    } else {
        InvitationState::Ended
    }
}
