//! What a person asks for, done: each request to the server, and what its outcome means.
//!
//! A request goes to the server first; the screen follows its outcome and the events.

use bellhop_client::call_layer;
use bellhop_protocol::id::HangUpReason;
use bellhop_protocol::request::{Done, HungUp, Invite, Invited, RejectReason, RingTime};
use bellhop_protocol::{CallId, Code, Failure, InvalidId, InviteId, Reason, UserId};

use crate::controller::core::{Connected, Core};
use crate::controller::recents::Whose;
use crate::controller::state::{Placing, Talk, find};
use crate::controller::{Ask, Outcome, Reply, Report};
use crate::profile::FileError;
use crate::shell::Shell;
use crate::test_contacts;
use crate::view::{ConnectionView, Direction, Ending, MediaType, SettingsView};

impl<S: Shell> Core<S> {
    /// Does what is asked; what needs the server is answered when the server has answered.
    pub(crate) fn act(&mut self, ask: Ask, reply: Reply) {
        let outcome = match ask {
            Ask::Invite { user_id, media } => return self.invite(&user_id, media, reply),
            Ask::Cancel { invite_id } => return self.cancel(&invite_id, reply),
            Ask::Accept { invite_id } => return self.accept(&invite_id, reply),
            Ask::Reject { invite_id, reason } => return self.reject(&invite_id, reason, reply),
            Ask::HangUp { call_id } => return self.hang_up(&call_id, reply),
            Ask::Silence { invite_id } => self.silence(&invite_id),
            Ask::DismissEnded => {
                self.state.ended = None;
                Ok(())
            }
            Ask::DismissProblem => {
                self.state.problem = None;
                Ok(())
            }
            Ask::AddContact { user_id, name } => self.add_contact(&user_id, &name),
            Ask::RemoveContact { user_id } => self.remove_contact(&user_id),
            Ask::SaveSettings(form) => self.save_settings(form),
            Ask::SeenMissed => self.seen_missed(),
        };
        tell(reply, outcome);
    }

    fn invite(&mut self, user_id: &str, media: MediaType, reply: Reply) {
        match self.place(user_id, media) {
            Ok((id, pending)) => {
                self.later(async move { Report::Invited(id, pending.await, reply) });
                self.ask_presence();
            }
            Err(failure) => self.refuse(failure, reply),
        }
    }

    fn place(
        &mut self,
        user_id: &str,
        media: MediaType,
    ) -> Result<(InviteId, bellhop_client::Pending<Invited>), Failure> {
        let user: UserId = user_id.trim().parse().map_err(bad_id)?;
        if user == *self.state.own() {
            return Err(Failure::bad_parameter(
                "This is your own user ID. Enter somebody else's.",
            ));
        }
        if self.state.is_busy() {
            return Err(not_now(
                "You are in a call. Hang up before you call somebody else.",
            ));
        }
        let client = &self.online()?.client;
        let data = call_layer::invitation_data(match media {
            MediaType::Audio => call_layer::MediaType::Audio,
            MediaType::Video => call_layer::MediaType::Video,
        });
        let (invite, pending) = client.invite(Invite {
            user: user.clone(),
            data,
            timeout: RingTime::default(),
            online_user_only: false,
            offline_push_info: None,
            invite_id: None,
            call_id: None,
            op_id: None,
        });
        self.state.ended = None;
        self.state.placing = Some(Placing {
            talk: Talk {
                call: CallId::from(invite.clone()),
                invite: invite.clone(),
                peer: user,
                media,
                direction: Direction::Outgoing,
            },
            confirmed: false,
            rang: false,
            cancelling: false,
        });
        Ok((invite, pending))
    }

    /// What became of a call that was placed.
    pub(crate) fn invited(
        &mut self,
        id: &InviteId,
        outcome: Result<Invited, Failure>,
        reply: Reply,
    ) {
        match outcome {
            Ok(_) => {
                if let Some(placing) = &mut self.state.placing
                    && placing.talk.invite == *id
                {
                    placing.confirmed = true;
                }
                self.succeed(reply);
            }
            Err(failure) => {
                self.state
                    .placing
                    .take_if(|placing| placing.talk.invite == *id);
                self.refuse(failure, reply);
            }
        }
    }

    fn cancel(&mut self, invite_id: &str, reply: Reply) {
        let Some(placing) = self.state.placing.as_mut() else {
            return self.refuse(over(), reply);
        };
        if placing.talk.invite.as_str() != invite_id {
            return self.refuse(over(), reply);
        }
        placing.cancelling = true;
        let id = placing.talk.invite.clone();
        let Some(Connected { client, .. }) = &self.connected else {
            return self.refuse(offline(), reply);
        };
        let pending = client.cancel(&id, "");
        self.later(async move { Report::Cancelled(id, pending.await, reply) });
    }

    /// What became of giving up a call.
    pub(crate) fn cancelled(
        &mut self,
        id: &InviteId,
        outcome: Result<Done, Failure>,
        reply: Reply,
    ) {
        let is_placed = |placing: &&mut Placing| placing.talk.invite == *id;
        let Some(placing) = self.state.placing.as_mut().filter(is_placed) else {
            return self.succeed(reply);
        };
        match outcome {
            Ok(_) => {
                // The server does not tell the device that did it (SIGNALING §6).
                let callee = placing.talk.peer.clone();
                self.state.end_placing(Ending::Cancelled);
                self.read(Whose::With(callee));
                self.succeed(reply);
            }
            Err(failure) => {
                placing.cancelling = false;
                if failure.data.reason == Reason::Unknown {
                    self.state.end_placing(Ending::Failed);
                }
                self.refuse(failure, reply);
            }
        }
    }

    fn accept(&mut self, invite_id: &str, reply: Reply) {
        let id: InviteId = match invite_id.parse().map_err(bad_id) {
            Ok(id) => id,
            Err(failure) => return self.refuse(failure, reply),
        };
        let is_answered = |talk: &Talk| talk.invite == id;
        if self.state.accepting.contains_key(&id)
            || self.state.talk.as_ref().is_some_and(is_answered)
        {
            return self.succeed(reply);
        }
        if self.state.is_busy() {
            return self.refuse(
                not_now("You are in a call. Hang up before you answer another one."),
                reply,
            );
        }
        let Some(Connected { client, .. }) = &self.connected else {
            return self.refuse(offline(), reply);
        };
        if let Some(live) = find(&client.view(), &id) {
            let talk = Talk::of(live, self.state.own());
            self.state.accepting.insert(id.clone(), talk);
        }
        let pending = client.accept(&id, "");
        self.later(async move { Report::Accepted(id, pending.await, reply) });
    }

    /// What became of answering a ring.
    pub(crate) fn accepted(&mut self, id: &InviteId, outcome: Result<Done, Failure>, reply: Reply) {
        let talk = self.state.accepting.remove(id);
        match outcome {
            Ok(_) => {
                if let Some(talk) = talk {
                    self.state.ended = None;
                    self.state.talk = Some(talk);
                }
                self.succeed(reply);
            }
            Err(failure) => self.refuse(failure, reply),
        }
    }

    fn reject(&mut self, invite_id: &str, reason: Option<String>, reply: Reply) {
        let parsed = invite_id
            .parse::<InviteId>()
            .map_err(bad_id)
            .and_then(|id| Ok((id, reject_reason(reason.as_deref())?)));
        let (id, reason) = match parsed {
            Ok(parsed) => parsed,
            Err(failure) => return self.refuse(failure, reply),
        };
        if self.state.rejecting.contains(&id) {
            return self.succeed(reply);
        }
        let Some(Connected { client, .. }) = &self.connected else {
            return self.refuse(offline(), reply);
        };
        let pending = client.reject(&id, "", Some(reason));
        self.state.rejecting.insert(id.clone());
        self.later(async move { Report::Rejected(id, pending.await, reply) });
    }

    /// What became of declining a ring.
    pub(crate) fn rejected(&mut self, id: &InviteId, outcome: Result<Done, Failure>, reply: Reply) {
        self.state.rejecting.remove(id);
        match outcome {
            Ok(_) => {
                self.read(Whose::All);
                self.succeed(reply);
            }
            Err(failure) => self.refuse(failure, reply),
        }
    }

    fn hang_up(&mut self, call_id: &str, reply: Reply) {
        let is_this = |talk: &&Talk| talk.call.as_str() == call_id;
        let Some(talk) = self.state.talk.as_ref().filter(is_this) else {
            return self.refuse(over(), reply);
        };
        let Some(Connected { client, .. }) = &self.connected else {
            return self.refuse(offline(), reply);
        };
        let reason: Option<HangUpReason> = None;
        let pending = client.hang_up(&talk.call, reason);
        self.state.hanging_up = true;
        self.later(async move { Report::HungUp(pending.await, reply) });
    }

    /// What became of hanging up.
    pub(crate) fn hung_up(&mut self, outcome: Result<HungUp, Failure>, reply: Reply) {
        self.state.hanging_up = false;
        match outcome {
            Ok(hung_up) => {
                let is_this = |talk: &Talk| talk.call == hung_up.call_id;
                if self.state.talk.as_ref().is_some_and(is_this) {
                    let duration = Some(hung_up.duration_ms);
                    self.state.end_talk(Ending::Answered, duration);
                }
                self.read(Whose::All);
                self.succeed(reply);
            }
            Err(failure) => {
                if failure.code == Code::NotPending {
                    self.state.end_talk(Ending::Answered, None);
                }
                self.refuse(failure, reply);
            }
        }
    }

    fn silence(&mut self, invite_id: &str) -> Outcome {
        self.state
            .silenced
            .insert(invite_id.parse().map_err(bad_id)?);
        Ok(())
    }

    fn add_contact(&mut self, user_id: &str, name: &str) -> Outcome {
        let user: UserId = user_id.trim().parse().map_err(bad_id)?;
        if user == *self.state.own() {
            return Err(Failure::bad_parameter(
                "This is your own user ID. Enter somebody else's.",
            ));
        }
        let mut contacts = self.state.profile.contacts().clone();
        contacts.add(user, name)?;
        self.state
            .profile
            .set_contacts(contacts)
            .map_err(not_kept)?;
        self.ask_presence();
        Ok(())
    }

    fn remove_contact(&mut self, user_id: &str) -> Outcome {
        let user: UserId = user_id.parse().map_err(bad_id)?;
        let by_himself = test_contacts::is_one(&user) || self.state.siblings.contains(&user);
        let mut contacts = self.state.profile.contacts().clone();
        contacts.remove(&user, by_himself);
        self.state.profile.set_contacts(contacts).map_err(not_kept)
    }

    fn save_settings(&mut self, form: SettingsView) -> Outcome {
        let settings = self.state.profile.settings();
        let changed = settings.changed(form)?;
        let is_elsewhere = changed.user != settings.user || changed.remote != settings.remote;
        if is_elsewhere && self.state.is_busy() {
            return Err(not_now(
                "You are in a call. Hang up before you change the account.",
            ));
        }
        self.state.profile.set_settings(changed).map_err(not_kept)?;
        if is_elsewhere {
            self.seek_line();
        }
        Ok(())
    }

    fn seen_missed(&mut self) -> Outcome {
        match self.state.recents.newest_ms() {
            Some(newest) if newest > self.state.profile.seen_ms() => {
                self.state.profile.set_seen_ms(newest).map_err(not_kept)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn online(&self) -> Result<&Connected, Failure> {
        match self.views.borrow().connection {
            ConnectionView::Online => self.connected.as_ref().ok_or_else(offline),
            ConnectionView::Connecting
            | ConnectionView::Reconnecting
            | ConnectionView::Stopped { .. } => Err(offline()),
        }
    }

    fn succeed(&mut self, reply: Reply) {
        self.state.problem = None;
        tell(reply, Ok(()));
    }

    /// Tells whoever asked, and everybody: a ring window that asked may be gone by then.
    fn refuse(&mut self, failure: Failure, reply: Reply) {
        self.state.problem = Some(failure.message.clone());
        tell(reply, Err(failure));
    }
}

fn tell(reply: Reply, outcome: Outcome) {
    if reply.send(outcome).is_err() {
        tracing::debug!("whoever asked went away");
    }
}

fn reject_reason(word: Option<&str>) -> Result<RejectReason, Failure> {
    match word {
        None | Some("declined") => Ok(RejectReason::Declined),
        Some("busy") => Ok(RejectReason::Busy),
        Some(_) => Err(Failure::bad_parameter(
            "The reason of a rejection is busy or declined.",
        )),
    }
}

fn bad_id(invalid: InvalidId) -> Failure {
    let mut sentence = invalid.to_string();
    sentence.push('.');
    Failure::bad_parameter(sentence)
}

fn not_now(message: &str) -> Failure {
    Failure::new(Code::BadParameter, Reason::TryAgain, message)
}

fn offline() -> Failure {
    Failure::new(
        Code::NoNetwork,
        Reason::Disconnected,
        "There is no connection to the server. Try again when it is back.",
    )
}

fn over() -> Failure {
    Failure::new(
        Code::NotPending,
        Reason::Ended,
        "This call is over already.",
    )
}

fn not_kept(error: FileError) -> Failure {
    Failure::new(Code::Internal, Reason::TryAgain, format!("{error}."))
}
