//! What is asked of the server, whichever way: the rules that hold before, and what its outcome means
//! here.
//!
//! A request goes to the server first; the screen follows its outcome and the events.

use bellhop_client::{Source, call_layer};
use bellhop_protocol::request::{HungUp, Receiver, RejectReason, SendMessage};
use bellhop_protocol::{
    Code, Failure, GroupId, InviteId, MessageType, Reason, Request, SignalingInfo,
};
use serde_json::{Value, json};

use crate::controller::api::Operation;
use crate::controller::core::{Connected, Core};
use crate::controller::deed::Deed;
use crate::controller::reading::Read;
use crate::controller::talk::{Placing, Talk, find};
use crate::controller::{Answer, Report};
use crate::shell::Shell;
use crate::test_contacts;
use crate::view::{ConnectionView, Ending};

impl<S: Shell> Core<S> {
    /// Does what a page may ask for; it is answered when the server has answered.
    pub(crate) fn request(&mut self, operation: Operation, answer: Answer) {
        match operation {
            Operation::Request(request) => self.ask_server(request, answer),
            Operation::AddInvited(info) => self.add_invited(info, answer),
        }
    }

    fn add_invited(&mut self, info: SignalingInfo, answer: Answer) {
        let Some(Connected { client, .. }) = &self.connected else {
            return self.refuse(&Deed::Wish, offline(), answer);
        };
        let added = client.add_invited_signaling(info, Source::Other);
        self.later(async move {
            let outcome = added.await.map(|invitation| json!(invitation));
            Report::Answered(Deed::Wish, outcome, answer)
        });
    }

    /// Asks the server, if the rules of this device allow it.
    fn ask_server(&mut self, mut request: Request, answer: Answer) {
        let caller = self.state.name_of(self.state.own());
        let deed = Deed::of(&mut request, mint, &caller);
        if let Err(failure) = self.allows(&deed) {
            return self.forbid(deed, failure, answer);
        }
        let Some(Connected { client, .. }) = &self.connected else {
            return self.refuse(&deed, offline(), answer);
        };
        let pending = client.request(request);
        self.begin(&deed);
        self.later(async move { Report::Answered(deed, pending.await, answer) });
    }

    /// Tells the caller that this user is busy; the person did not ask for it and reads nothing of it.
    pub(crate) fn refuse_as_busy(&mut self, id: InviteId) {
        let Some(Connected { client, .. }) = &self.connected else {
            return;
        };
        let refused = client.reject(&id, &call_layer::busy_data(), Some(RejectReason::Busy));
        self.state.refusing.insert(id.clone());
        self.later(async move { Report::Refused(id, refused.await.map(drop)) });
    }

    /// What became of that: a ring that could not be refused rings.
    pub(crate) fn refused(&mut self, id: &InviteId, outcome: Result<(), Failure>) {
        match outcome {
            Ok(()) => self.read(self.state.reading_of(id)),
            Err(error) => tracing::info!(%id, %error, "not refused as busy"),
        }
        self.state.refusing.remove(id);
    }

    /// What became of a request.
    pub(crate) fn answered(
        &mut self,
        deed: &Deed,
        outcome: Result<Value, Failure>,
        answer: Answer,
    ) {
        match outcome {
            Ok(result) => {
                self.succeeded(deed, &result);
                if deed.is_wish() {
                    self.state.problem = None;
                }
                tell(answer, Ok(result));
            }
            Err(failure) if self.is_given_up(deed) => {
                self.state.end_placing(Ending::Cancelled);
                tell(answer, Err(failure));
            }
            Err(failure) => {
                self.failed(deed, &failure);
                self.refuse(deed, failure, answer);
            }
        }
    }

    /// Whether this was to place a call that the person has cancelled.
    fn is_given_up(&mut self, deed: &Deed) -> bool {
        let Deed::Ring { talk, .. } = deed else {
            return false;
        };
        let placing = self.state.placing_of(&talk.invite);
        placing.is_some_and(|placing| placing.cancelling)
    }

    /// What becomes of a request that a rule of this device forbids.
    fn forbid(&mut self, deed: Deed, failure: Failure, answer: Answer) {
        if let Deed::Accept(id) = deed {
            self.ask_instead(id);
            return tell(answer, Err(failure));
        }
        if let Deed::Ring { talk, .. } = &deed
            && self.state.is_calling(&talk.with)
        {
            // Asked for twice: that call is being placed.
            return tell(answer, Err(failure));
        }
        self.refuse(&deed, failure, answer);
    }

    /// One call at a time, and none that waits for a connection.
    fn allows(&self, deed: &Deed) -> Result<(), Failure> {
        match deed {
            Deed::Ring { talk, .. } if self.state.is_in(&talk.call) => Ok(()),
            Deed::Ring { .. } if self.state.is_busy() => Err(not_now(
                "You are in a call. Hang up before you call somebody else.",
            )),
            Deed::Ring { .. } if self.views.borrow().connection != ConnectionView::Online => {
                Err(offline())
            }
            Deed::Accept(id) if self.has_to_ask(id) => Err(not_now(
                "You are in a call. Hang up before you answer another one.",
            )),
            Deed::Ring { .. }
            | Deed::Cancel(_)
            | Deed::Accept(_)
            | Deed::Reject { .. }
            | Deed::HangUp(_)
            | Deed::Conversation(_)
            | Deed::Groups
            | Deed::JoinGroup(_)
            | Deed::QuitGroup(_)
            | Deed::Blocks
            | Deed::Profile
            | Deed::Wish
            | Deed::Question => Ok(()),
        }
    }

    /// Whether answering this ring would end a call. What rings no more, the server tells of.
    fn has_to_ask(&self, id: &InviteId) -> bool {
        let view = self.client_view();
        let rings = find(&view, id).is_some_and(|live| live.is_pending_for(self.state.own()));
        rings && self.state.is_busy_besides(id, &view)
    }

    /// Shows that it is under way.
    fn begin(&mut self, deed: &Deed) {
        match deed {
            Deed::Ring { talk, .. } if self.state.is_in(&talk.call) => {}
            Deed::Ring { talk, callees } => {
                self.state.ended = None;
                self.state.placing = Some(Placing::new(talk.clone(), callees.clone()));
            }
            Deed::Cancel(id) => {
                if let Some(placing) = self.state.placing_of(id) {
                    placing.cancelling = true;
                }
            }
            Deed::Accept(id) => {
                if let Some(live) = find(&self.client_view(), id)
                    && !self.state.is_in(&live.invitation.call_id)
                {
                    let talk = Talk::of(live, self.state.own());
                    self.state.accepting.insert(id.clone(), talk);
                }
            }
            Deed::Reject { invite, words } => {
                let live = find(&self.client_view(), invite).cloned();
                let reply = live.zip(words.as_ref()).map(|(live, words)| SendMessage {
                    to: Receiver::User(live.invitation.inviter),
                    kind: MessageType::Text,
                    payload: json!({ "text": words }),
                    op_id: None,
                });
                let rejecting = self.state.rejecting.entry(invite.clone());
                rejecting.or_insert(reply);
            }
            Deed::HangUp(call) => self.state.hanging_up |= self.state.is_in(call),
            Deed::Conversation(_)
            | Deed::Groups
            | Deed::JoinGroup(_)
            | Deed::QuitGroup(_)
            | Deed::Blocks
            | Deed::Profile
            | Deed::Wish
            | Deed::Question => {}
        }
    }

    fn succeeded(&mut self, deed: &Deed, result: &Value) {
        match deed {
            Deed::Ring { talk, .. } => {
                if let Some(placing) = self.state.placing_of(&talk.invite) {
                    placing.confirmed = true;
                }
                self.ask_presence();
            }
            Deed::Cancel(id) => {
                // The server does not tell the device that did it (SIGNALING §6).
                if let Some(placing) = self.state.placing_of(id) {
                    let with = placing.talk.with.clone();
                    self.state.end_placing(Ending::Cancelled);
                    self.read(Read::Conversation(with));
                }
            }
            Deed::Accept(id) => {
                if let Some(talk) = self.state.accepting.remove(id) {
                    self.state.ended = None;
                    self.state.talk = Some(talk);
                }
            }
            Deed::Reject { invite, .. } => {
                if let Some(Some(reply)) = self.state.rejecting.remove(invite) {
                    self.write_reply(reply);
                }
                self.read(self.state.reading_of(invite));
            }
            Deed::HangUp(call) => {
                if self.state.is_in(call) {
                    let hung_up: Option<HungUp> = serde_json::from_value(result.clone()).ok();
                    let lasted = hung_up.map(|hung_up| hung_up.duration_ms);
                    let with = self.state.talk.as_ref().map(|talk| talk.with.clone());
                    self.state.end_talk(Ending::Answered, lasted);
                    self.read(with.map_or(Read::Conversations, Read::Conversation));
                }
                // The server does not tell the device that did it (SIGNALING §3).
                let left = (call.clone(), self.state.own().clone());
                self.state.left.insert(left);
            }
            Deed::Conversation(with) => self.read(Read::Conversation(with.clone())),
            Deed::Groups => self.groups_changed(),
            Deed::JoinGroup(group) => {
                self.keep_test_group(group, true);
                self.groups_changed();
            }
            Deed::QuitGroup(group) => {
                self.keep_test_group(group, false);
                self.groups_changed();
            }
            Deed::Blocks => self.read(Read::Blocks),
            Deed::Profile => self.read(Read::Names(vec![self.state.own().clone()])),
            Deed::Wish | Deed::Question => {}
        }
    }

    fn groups_changed(&mut self) {
        self.read(Read::Groups);
        self.read(Read::Conversations);
    }

    /// Remembers whether the person wants to be in the group of the test contacts.
    fn keep_test_group(&mut self, group: &GroupId, is_in: bool) {
        if *group == test_contacts::group()
            && let Err(error) = self.state.profile.set_left_test_group(!is_in)
        {
            tracing::warn!(%error, "not remembered");
        }
    }

    fn failed(&mut self, deed: &Deed, failure: &Failure) {
        match deed {
            Deed::Ring { talk, .. } => {
                let placing = &mut self.state.placing;
                placing.take_if(|placing| placing.talk.invite == talk.invite);
            }
            Deed::Cancel(id) => {
                let is_over = failure.code == Code::NotPending;
                if !is_over {
                    self.state.answer_next = None;
                }
                if let Some(placing) = self.state.placing_of(id) {
                    // What became of it is on its way.
                    placing.cancelling = is_over;
                    if failure.data.reason == Reason::Unknown {
                        self.state.end_placing(Ending::Failed);
                    }
                }
            }
            Deed::Accept(id) => {
                self.state.accepting.remove(id);
            }
            Deed::Reject { invite, .. } => {
                self.state.rejecting.remove(invite);
            }
            Deed::HangUp(call) => {
                let is_over = failure.code == Code::NotPending;
                if !is_over {
                    self.state.answer_next = None;
                }
                if self.state.is_in(call) {
                    self.state.hanging_up = false;
                    if is_over {
                        self.state.end_talk(Ending::Answered, None);
                    }
                }
            }
            Deed::Conversation(_)
            | Deed::Groups
            | Deed::JoinGroup(_)
            | Deed::QuitGroup(_)
            | Deed::Blocks
            | Deed::Profile
            | Deed::Wish
            | Deed::Question => {}
        }
    }

    /// Tells whoever asked, and of a wish everybody: a ring window that asked may be gone by then.
    fn refuse(&mut self, deed: &Deed, failure: Failure, answer: Answer) {
        if deed.is_wish() && !deed.is_done_by(&failure) {
            self.state.problem = Some(failure.message.clone());
        }
        tell(answer, Err(failure));
    }
}

fn tell(answer: Answer, outcome: Result<Value, Failure>) {
    if answer.send(outcome).is_err() {
        tracing::debug!("whoever asked went away");
    }
}

/// A name for an invitation that no other has.
fn mint() -> InviteId {
    uuid::Uuid::new_v4()
        .to_string()
        .parse()
        .expect("a UUID is an id")
}

/// What a rule of this device forbids.
pub(crate) fn not_now(message: &str) -> Failure {
    Failure::new(Code::BadParameter, Reason::TryAgain, message)
}

pub(crate) fn offline() -> Failure {
    Failure::new(
        Code::NoNetwork,
        Reason::Disconnected,
        "There is no connection to the server. Try again when it is back.",
    )
}
