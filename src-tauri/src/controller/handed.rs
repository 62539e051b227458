//! What was chosen on a notification while this app was not there to hear it (SIGNALING §7).
//!
//! A ring begins from what the push told of it, before the server has been asked anything; one that was
//! answered on the notification is answered here before it is shown. What is over, the history tells.

use std::collections::BTreeSet;
use std::time::Duration;

use bellhop_client::{Source, View};
use bellhop_protocol::{CallId, ConversationId, InviteId, SignalingInfo};
use serde_json::json;

use crate::controller::api;
use crate::controller::core::{Connected, Core};
use crate::controller::talk::{Talk, find, media_of};
use crate::handoff::{Handoff, Inbox, Wanted};
use crate::shell::{Shell, Step};
use crate::view::{ConnectionView, Direction};

/// The most that waits for a client.
const MOST: usize = 32;
/// How long calling back may wait for a connection: nobody is called who was forgotten meanwhile.
const CALL_BACK_WITHIN: Duration = Duration::from_secs(60);
const TOO_LATE: &str = "The call was over before it could be answered.";
const NOT_CALLED: &str =
    "The missed call was not called back, because there was no connection to the server.";

/// What was handed over and is not done yet.
#[derive(Debug, Default)]
pub(crate) struct Handed {
    /// For the client that there will be.
    waiting: Vec<Handoff>,
    /// Rings that were answered on the notification, while the answer is on its way.
    answered: BTreeSet<InviteId>,
    /// A ring that was answered in the middle of a call: to be asked about when it is in the view.
    to_ask: Option<InviteId>,
    /// Whom to call when there is a connection.
    to_call: Option<Handoff>,
}

impl Handed {
    /// Whether a ring has been answered, so that there is nothing to show of it.
    pub(crate) fn has_answered(&self, id: &InviteId) -> bool {
        self.answered.contains(id)
    }
}

impl<S: Shell> Core<S> {
    /// Takes over what was chosen. It is taken here, where it is acted on: an app that quits leaves it to
    /// the next.
    pub(crate) fn handed_over(&mut self) {
        for handoff in Inbox::of(self.state.profile.folder()).take() {
            let invite_id = &handoff.signaling.invite_id;
            let waiting = &mut self.state.handed.waiting;
            if waiting.len() == MOST {
                tracing::warn!(%invite_id, "too much was handed over");
                break;
            }
            tracing::info!(%invite_id, wanted = ?handoff.action, "handed over");
            waiting.push(handoff);
            self.carry_out(Step::PresentMain);
        }
        self.take_over();
    }

    /// Does what was chosen, as soon as there is a client to do it.
    pub(crate) fn take_over(&mut self) {
        if self.connected.is_none() {
            return;
        }
        let now_ms = self.wall_ms();
        for handoff in std::mem::take(&mut self.state.handed.waiting) {
            let is_over = handoff.is_over(now_ms);
            match handoff.action {
                Wanted::Show if is_over => {}
                Wanted::Show => self.ring_from(&handoff, now_ms),
                Wanted::Accept if is_over => self.state.problem = Some(TOO_LATE.to_owned()),
                Wanted::Accept => {
                    self.ring_from(&handoff, now_ms);
                    self.accept_from(&handoff.signaling);
                }
                Wanted::CallBack => self.state.handed.to_call = Some(handoff),
            }
        }
    }

    /// Goes on with what waits for the server or the connection.
    pub(crate) fn go_on_with_handed(&mut self, view: &View) {
        let to_ask = &mut self.state.handed.to_ask;
        if let Some(id) = to_ask.take_if(|id| find(view, id).is_some()) {
            self.ask_instead(id);
        }
        let (accepting, talk) = (&self.state.accepting, &self.state.talk);
        let is_on_its_way = |id: &InviteId| accepting.contains_key(id);
        let answered = &mut self.state.handed.answered;
        let is_too_late = answered.iter().any(|id| {
            let is_in = talk.as_ref().is_some_and(|talk| talk.invite == *id);
            !is_on_its_way(id) && !is_in
        });
        answered.retain(is_on_its_way);
        if is_too_late {
            self.state.problem.get_or_insert(TOO_LATE.to_owned());
        }
        self.call_back();
    }

    fn call_back(&mut self) {
        let Some(handoff) = self.state.handed.to_call.take() else {
            return;
        };
        if handoff.age(self.wall_ms()) >= CALL_BACK_WITHIN {
            self.state.problem = Some(NOT_CALLED.to_owned());
        } else if self.views.borrow().connection == ConnectionView::Online {
            let data = api::call_data(media_of(&handoff.signaling.data));
            let params = json!({ "userID": handoff.signaling.inviter, "data": data });
            self.wish("invite", params);
        } else {
            self.state.handed.to_call = Some(handoff);
        }
    }

    fn ring_from(&mut self, handoff: &Handoff, now_ms: u64) {
        let Some(Connected { client, .. }) = &self.connected else {
            return;
        };
        let age = handoff.age(now_ms);
        let added = client.add_invited_signaling(handoff.signaling.clone(), Source::Push { age });
        let id = handoff.signaling.invite_id.clone();
        tokio::spawn(async move {
            if let Err(failure) = added.await {
                tracing::info!(%id, %failure, "the ring was not confirmed");
            }
        });
    }

    /// Answers before the ring is in the client's view: it is the next thing the client is asked.
    fn accept_from(&mut self, info: &SignalingInfo) {
        if self.state.is_busy() {
            self.state.handed.to_ask = Some(info.invite_id.clone());
            return;
        }
        let with = match &info.group_id {
            Some(group) => ConversationId::Group(group.clone()),
            None => ConversationId::C2C(info.inviter.clone()),
        };
        let talk = Talk {
            call: CallId::from(info.invite_id.clone()),
            invite: info.invite_id.clone(),
            with,
            media: media_of(&info.data),
            direction: Direction::Incoming,
        };
        let id = info.invite_id.clone();
        self.state.accepting.insert(id.clone(), talk);
        self.state.handed.answered.insert(id.clone());
        self.wish("accept", json!({ "inviteID": id }));
    }

    /// Milliseconds since 1970-01-01 UTC on this machine's clock.
    fn wall_ms(&self) -> u64 {
        let ms = self.local_time().timestamp().as_millisecond();
        ms.try_into().unwrap_or_default()
    }
}
