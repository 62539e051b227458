//! What the app of the phone has heard, and what it must not hear.

use super::*;

#[derive(Default)]
pub(super) struct Told {
    /// Invitations it knows of.
    pub(super) begun: BTreeSet<InviteId>,
    /// Invitations that are gone for this user.
    pub(super) lost: BTreeSet<InviteId>,
    pub(super) outcomes: BTreeMap<(InviteId, UserId), InviteeState>,
    revs: BTreeMap<InviteId, u64>,
}

impl Told {
    /// What became of an invitee, by an event or by the reply to a request.
    pub(super) fn outcome(&mut self, id: &InviteId, who: &UserId, state: InviteeState) {
        let before = self.outcomes.insert((id.clone(), who.clone()), state);
        assert_eq!(before, None, "{who} of {id} ended twice");
    }

    pub(super) fn has_ended(&self, id: &InviteId, who: &UserId) -> bool {
        self.outcomes.contains_key(&(id.clone(), who.clone()))
    }

    fn rev(&mut self, id: &InviteId, rev: u64) {
        let before = self.revs.insert(id.clone(), rev).unwrap_or(0);
        assert!(before <= rev, "{id} went from {before} back to {rev}");
        assert!(!self.lost.contains(id), "{id} goes on after it was lost");
    }

    /// The reply to the app's own request.
    pub(super) fn done(&mut self, asked: &Request, reply: &Value) {
        let id: InviteId = serde_json::from_value(reply["inviteID"].clone()).unwrap();
        if Placement::of(asked).is_some() {
            assert!(self.begun.insert(id.clone()), "{id} began twice");
        }
        let ended = reply["ended"].as_object().into_iter().flatten();
        for (who, state) in ended {
            let state = serde_json::from_value(state.clone()).unwrap();
            self.outcome(&id, &user(who), state);
        }
    }

    pub(super) fn hear(&mut self, event: &ClientEvent) {
        match event {
            ClientEvent::Signaling(event) => self.signal(event),
            ClientEvent::RingConfirmed(id) => {
                assert!(
                    !self.has_ended(id, &user("bob")),
                    "{id} rings after its end"
                );
            }
            ClientEvent::InvitationLost(id) => {
                assert!(self.lost.insert(id.clone()), "{id} was lost twice");
            }
            ClientEvent::Connection(_)
            | ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::CallRunning(_)
            | ClientEvent::CallGone(_) => {}
        }
    }

    fn signal(&mut self, event: &Event) {
        match event {
            Event::NewInvitationReceived(told) => {
                let id = &told.invite_id;
                assert!(self.begun.insert(id.clone()), "{id} began twice");
                let has_ended = self.outcomes.keys().any(|(ended, _)| ended == id);
                assert!(!has_ended, "{id} began after its end");
                self.rev(id, told.rev);
                for invitee in told.invitees.iter().filter(|i| i.state.is_terminal()) {
                    self.outcome(id, &invitee.user, invitee.state);
                }
            }
            Event::InviteeAccepted(told) => {
                self.rev(&told.invite_id, told.rev);
                self.outcome(&told.invite_id, &told.invitee, InviteeState::Accepted);
            }
            Event::InviteeRejected(told) => {
                self.rev(&told.invite_id, told.rev);
                self.outcome(&told.invite_id, &told.invitee, InviteeState::Rejected);
            }
            Event::InvitationCancelled(told) => {
                self.rev(&told.invite_id, told.rev);
                for who in &told.invitee_list {
                    self.outcome(&told.invite_id, who, InviteeState::Cancelled);
                }
            }
            Event::InvitationTimeout(told) => {
                self.rev(&told.invite_id, told.rev);
                for who in &told.invitee_list {
                    self.outcome(&told.invite_id, who, InviteeState::TimedOut);
                }
            }
            Event::InvitationModified(told) => self.rev(&told.invite_id, told.rev),
            Event::InviteeRinging(_)
            | Event::CallEnded(_)
            | Event::SignalReceived(_)
            | Event::MessageReceived(_)
            | Event::UserStatusChanged(_)
            | Event::GroupChanged(_)
            | Event::PushReceived(_)
            | Event::PushWithdrawn(_)
            | Event::KickedOffline(_) => {}
        }
    }
}
