//! What each event of the client means here.
//!
//! Pure: it changes the state and says what else has to be done; it does none of it.

use bellhop_client::{ClientEvent, Connection, call_layer};
use bellhop_protocol::event::{Answered, CallEnded, Cancelled, TimedOut};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::{ConversationId, Event, InviteId, UserId};

use crate::controller::reading::Read;
use crate::controller::state::State;
use crate::view::{Ending, Hosting, RungState};

/// Something to be done because of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Read something again.
    Read(Read),
    /// Be in the group of the test contacts.
    TestGroup,
    /// Ask who can be reached.
    Presence,
    /// Find out whether the other app that hosts the server still does.
    CheckHost,
}

impl State {
    /// Takes an event in.
    pub(crate) fn fold(&mut self, event: ClientEvent) -> Vec<Want> {
        match event {
            ClientEvent::Connection(connection) => self.connection_changed(&connection),
            ClientEvent::Signaling(event) => self.signaled(event),
            ClientEvent::InvitationLost(id) => {
                self.forget_ring(&id);
                if self.places(&id) {
                    self.end_placing(Ending::Failed);
                }
                vec![Want::Read(self.reading_of(&id))]
            }
            ClientEvent::CallGone(call) => {
                if self.is_in(&call) {
                    self.end_talk(Ending::Answered, None);
                }
                vec![Want::Read(Read::Conversations)]
            }
            ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::RingConfirmed(_)
            | ClientEvent::CallRunning(_) => Vec::new(),
        }
    }

    fn connection_changed(&mut self, connection: &Connection) -> Vec<Want> {
        match connection {
            Connection::Online { .. } => vec![
                Want::Presence,
                Want::Read(Read::Conversations),
                Want::Read(Read::Groups),
                Want::Read(Read::Blocks),
                Want::Read(Read::Names(self.shown())),
                Want::TestGroup,
            ],
            Connection::Reconnecting { .. } if self.hosting == Hosting::OtherProfile => {
                vec![Want::CheckHost]
            }
            Connection::Stopped(_) => {
                self.line_lost();
                Vec::new()
            }
            Connection::Connecting
            | Connection::Reconnecting { .. }
            | Connection::SignatureExpired => Vec::new(),
        }
    }

    fn signaled(&mut self, event: Event) -> Vec<Want> {
        match event {
            Event::InviteeAccepted(answered) => {
                self.accepted(&answered);
                Vec::new()
            }
            Event::InviteeRejected(answered) => {
                self.rejected(&answered);
                Vec::new()
            }
            Event::InvitationCancelled(cancelled) => {
                self.cancelled(&cancelled);
                Vec::new()
            }
            Event::InvitationTimeout(timed_out) => {
                self.timed_out(&timed_out);
                Vec::new()
            }
            Event::InviteeRinging(ringing) => {
                if let Some(placing) = &mut self.placing
                    && placing.talk.invite == ringing.invite_id
                {
                    placing.rang = true;
                }
                Vec::new()
            }
            Event::CallEnded(ended) => vec![Want::Read(self.call_ended(&ended))],
            Event::MessageReceived(message) => {
                vec![Want::Read(Read::Conversation(message.conversation_id))]
            }
            Event::GroupChanged(changed) => {
                let conversation = ConversationId::Group(changed.group_id);
                vec![
                    Want::Read(Read::Groups),
                    Want::Read(Read::Conversation(conversation)),
                ]
            }
            Event::UserStatusChanged(changed) => {
                self.presence.insert(changed.user, changed.status);
                Vec::new()
            }
            // They may call themselves otherwise by now.
            Event::NewInvitationReceived(rings) => {
                vec![Want::Read(Read::Names(vec![rings.inviter]))]
            }
            Event::InvitationModified(_)
            | Event::SignalReceived(_)
            | Event::PushReceived(_)
            | Event::PushWithdrawn(_)
            | Event::KickedOffline(_) => Vec::new(),
        }
    }

    fn accepted(&mut self, answered: &Answered) {
        if self.places(&answered.invite_id)
            && let Some(placing) = self.placing.take()
        {
            self.talk = Some(placing.talk);
        }
        self.left.retain(|(_, user)| *user != answered.invitee);
        self.fates.remove(&answered.invitee);
        if answered.invitee == *self.own() {
            self.forget_ring(&answered.invite_id);
        }
    }

    fn rejected(&mut self, answered: &Answered) {
        let (ending, fate) = match answered.reason {
            Some(EndReason::Busy) => (Ending::Busy, RungState::Busy),
            Some(EndReason::InviterOffline) => (Ending::InviterGone, RungState::Rejected),
            Some(EndReason::Declined | EndReason::Glare | EndReason::LeftGroup) | None => {
                (Ending::Rejected, RungState::Rejected)
            }
        };
        let who = std::slice::from_ref(&answered.invitee);
        if self.nobody_is_rung(&answered.invite_id, who, fate) {
            self.end_declined(ending, call_layer::reply(&answered.data));
        }
        if answered.invitee == *self.own() {
            self.forget_ring(&answered.invite_id);
        }
    }

    fn cancelled(&mut self, cancelled: &Cancelled) {
        let (ending, fate) = match cancelled.reason {
            Some(EndReason::InviterOffline) => (Some(Ending::InviterGone), RungState::Cancelled),
            Some(EndReason::Glare) => (None, RungState::Cancelled),
            Some(EndReason::LeftGroup) => (Some(Ending::Cancelled), RungState::LeftGroup),
            Some(EndReason::Busy | EndReason::Declined) | None => {
                (Some(Ending::Cancelled), RungState::Cancelled)
            }
        };
        if self.nobody_is_rung(&cancelled.invite_id, &cancelled.invitee_list, fate) {
            match ending {
                Some(ending) => self.end_placing(ending),
                None => self.placing = None,
            }
        }
        if cancelled.invitee_list.contains(self.own()) {
            self.forget_ring(&cancelled.invite_id);
        }
    }

    fn timed_out(&mut self, timed_out: &TimedOut) {
        let rang = self.placing.as_ref().is_some_and(|placing| placing.rang);
        let (id, who) = (&timed_out.invite_id, &timed_out.invitee_list);
        if self.nobody_is_rung(id, who, RungState::TimedOut) {
            self.end_placing(if rang {
                Ending::TimedOut
            } else {
                Ending::Unreachable
            });
        }
        if timed_out.is_self_timeout {
            self.forget_ring(id);
        }
    }

    /// Takes over that these will not come; whether nobody is left to wait for, of the call that this
    /// device places with this invitation.
    fn nobody_is_rung(&mut self, id: &InviteId, who: &[UserId], fate: RungState) -> bool {
        if self.invited.contains(id) {
            self.fates
                .extend(who.iter().map(|user| (user.clone(), fate)));
        }
        let Some(placing) = self.placing_of(id) else {
            return false;
        };
        placing.pending.retain(|user| !who.contains(user));
        placing.pending.is_empty()
    }

    /// Puts an ended call away, and says what has to be read because of it.
    fn call_ended(&mut self, ended: &CallEnded) -> Read {
        if let Some(talk) = self.accepting.remove(&ended.invite_id) {
            self.talk = Some(talk);
        }
        if !ended.over {
            let left = (ended.call_id.clone(), ended.user.clone());
            self.left.insert(left);
        }
        if !self.is_in(&ended.call_id) || !(ended.over || ended.user == *self.own()) {
            return self.reading_of(&ended.invite_id);
        }
        let with = self.talk.as_ref().map(|talk| talk.with.clone());
        self.end_talk(ending_of(ended), Some(ended.duration_ms));
        with.map_or(Read::Conversations, Read::Conversation)
    }

    fn forget_ring(&mut self, id: &InviteId) {
        self.accepting.remove(id);
        self.rejecting.remove(id);
        self.silenced.remove(id);
    }

    fn places(&self, id: &InviteId) -> bool {
        self.placing
            .as_ref()
            .is_some_and(|placing| placing.talk.invite == *id)
    }
}

/// A call whose other device vanished could not be kept; any other was hung up.
fn ending_of(ended: &CallEnded) -> Ending {
    match ended.reason.as_str() {
        "deviceGone" => Ending::Failed,
        _ => Ending::Answered,
    }
}

#[cfg(test)]
mod tests;
