//! What each event of the client means here.
//!
//! Pure: it changes the state and says what else has to be done; it does none of it.

use bellhop_client::{ClientEvent, Connection};
use bellhop_protocol::event::{Answered, CallEnded, Cancelled, TimedOut};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::{ConversationId, Event, InviteId};

use crate::controller::recents::Whose;
use crate::controller::state::State;
use crate::view::{Ending, Hosting};

/// Something to be done because of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Read past calls again.
    Recents(Whose),
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
                vec![Want::Recents(Whose::All)]
            }
            ClientEvent::CallGone(call) => {
                if self.is_in(&call) {
                    self.end_talk(Ending::Answered, None);
                }
                vec![Want::Recents(Whose::All)]
            }
            ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::RingConfirmed(_)
            | ClientEvent::CallRunning(_) => Vec::new(),
        }
    }

    fn connection_changed(&mut self, connection: &Connection) -> Vec<Want> {
        match connection {
            Connection::Online { .. } => vec![Want::Presence, Want::Recents(Whose::All)],
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
            Event::CallEnded(ended) => vec![Want::Recents(self.call_ended(&ended))],
            Event::MessageReceived(message) => match message.conversation_id {
                with @ ConversationId::C2C(_) => vec![Want::Recents(Whose::With(with))],
                ConversationId::Group(_) => Vec::new(),
            },
            Event::UserStatusChanged(changed) => {
                self.presence.insert(changed.user, changed.status);
                Vec::new()
            }
            Event::NewInvitationReceived(_)
            | Event::InvitationModified(_)
            | Event::SignalReceived(_)
            | Event::GroupChanged(_)
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
        self.forget_ring(&answered.invite_id);
    }

    fn rejected(&mut self, answered: &Answered) {
        if self.places(&answered.invite_id) {
            self.end_placing(match answered.reason {
                Some(EndReason::Busy) => Ending::Busy,
                Some(EndReason::InviterOffline) => Ending::InviterGone,
                Some(EndReason::Declined | EndReason::Glare | EndReason::LeftGroup) | None => {
                    Ending::Rejected
                }
            });
        }
        self.forget_ring(&answered.invite_id);
    }

    fn cancelled(&mut self, cancelled: &Cancelled) {
        if self.places(&cancelled.invite_id) {
            match cancelled.reason {
                Some(EndReason::InviterOffline) => self.end_placing(Ending::InviterGone),
                Some(EndReason::Glare) => self.placing = None,
                Some(EndReason::Busy | EndReason::Declined | EndReason::LeftGroup) | None => {
                    self.end_placing(Ending::Cancelled);
                }
            }
        }
        self.forget_ring(&cancelled.invite_id);
    }

    fn timed_out(&mut self, timed_out: &TimedOut) {
        if self.places(&timed_out.invite_id) {
            let rang = self.placing.as_ref().is_some_and(|placing| placing.rang);
            self.end_placing(if rang {
                Ending::TimedOut
            } else {
                Ending::Unreachable
            });
        }
        self.forget_ring(&timed_out.invite_id);
    }

    /// Puts an ended call away, and says whose past calls have changed by it.
    fn call_ended(&mut self, ended: &CallEnded) -> Whose {
        if let Some(talk) = self.accepting.remove(&ended.invite_id) {
            self.talk = Some(talk);
        }
        if !self.is_in(&ended.call_id) || !(ended.over || ended.user == *self.own()) {
            return Whose::All;
        }
        let with = self.talk.as_ref().map(|talk| talk.with.clone());
        self.end_talk(ending_of(ended), Some(ended.duration_ms));
        with.map_or(Whose::All, Whose::With)
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
