//! How a ring reaches the person, and what becomes of one that comes during a call (SIGNALING §8,
//! busy).
//!
//! Pure: owns the rules. It is the user who is in a call, on whichever device; each device goes by what
//! was set on it.

use bellhop_client::{LiveInvitation, View};
use bellhop_protocol::{ConversationId, InviteId};

use crate::controller::state::State;
use crate::controller::talk::{Placing, Talk, find};
use crate::view::{CallWaiting, Manner};

impl State {
    /// How a ring reaches the person here.
    pub(crate) fn manner(&self, live: &LiveInvitation, view: &View) -> Manner {
        let inviter = &live.invitation.inviter;
        if self.quiet.because.is_some() || self.profile.contacts().mutes(inviter) {
            return Manner::Quietly;
        }
        if !self.is_engaged_besides(live, view) {
            return Manner::Aloud;
        }
        match self.profile.settings().call_waiting {
            // One that rang before the call began is not refused.
            CallWaiting::RingSoftly | CallWaiting::RefuseAsBusy => Manner::Softly,
            CallWaiting::Ignore => Manner::Quietly,
        }
    }

    /// The rings that came during a call and are to be refused, each told once.
    pub(crate) fn refusals(&mut self, view: &View) -> Vec<InviteId> {
        match self.profile.settings().call_waiting {
            CallWaiting::RefuseAsBusy => {}
            CallWaiting::RingSoftly | CallWaiting::Ignore => return Vec::new(),
        }
        let is_due = |id: &InviteId| {
            let live = find(view, id);
            let is_answered = self.accepting.contains_key(id) || self.rejecting.contains_key(id);
            let waits = |live| self.rings_here(live) && self.is_engaged_besides(live, view);
            !is_answered && live.is_some_and(waits)
        };
        let due: Vec<InviteId> = self
            .came_in_call
            .iter()
            .filter(|id| is_due(id))
            .cloned()
            .collect();
        self.came_in_call.retain(|id| !due.contains(id));
        due
    }

    /// Whether this user is in a call other than the one this invites into, or this device is about to
    /// be. Whoever is being called may call back: that makes one call (SIGNALING §5, glare).
    pub(crate) fn is_engaged_besides(&self, live: &LiveInvitation, view: &View) -> bool {
        let invitation = &live.invitation;
        let is_other = |talk: &Talk| talk.call != invitation.call_id;
        let is_called_back = |placing: &Placing| {
            let inviter = ConversationId::C2C(invitation.inviter.clone());
            invitation.group_id.is_none() && placing.talk.with == inviter
        };
        let places = |placing: &Placing| is_other(&placing.talk) && !is_called_back(placing);
        let mut calls = view.calls.iter();
        self.talk.as_ref().is_some_and(is_other)
            || self.placing.as_ref().is_some_and(places)
            || self.accepting.values().any(is_other)
            || calls.any(|call| call.call_id != invitation.call_id)
    }
}
