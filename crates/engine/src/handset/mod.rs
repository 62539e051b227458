//! The client's half: what a device does about connections, requests and invitations.
//!
//! A shell feeds a [`Handset`] with what happens and the time, carries out the effects in order, and
//! comes back at the deadline. The handset reconnects, repeats what was not answered, reconciles with
//! the snapshot of each login, tells nothing twice, and knows when a ring must be silent (SIGNALING
//! §5). It reads no clock, draws no random numbers and mints no ids.

mod added;
pub mod call_layer;
mod calls;
mod effect;
mod event;
mod glare;
mod groups;
mod link;
mod outcome;
mod placing;
mod reconcile;
mod remembered;
mod repeating;
mod requests;
mod seen;
mod session;
mod shell;
mod standing;
mod table;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bellhop_protocol::{Code, Event, Failure, Party, Reason, Request, Timestamp, rpc};
use serde_json::json;

use crate::refusal::Refusal;
use link::{Backoff, Link};
use placing::Placement;
use requests::{Asker, Requests, Withheld};
use seen::Seen;
use table::Table;

pub use event::{ClientEvent, Connection, LiveInvitation, Ring, Role, RunningCall, View};
pub use shell::{Config, Effect, Input, Source, Ticket};

/// How long a ring may sound without a connection before it is doubted.
const DOUBT_AFTER: Duration = Duration::from_secs(45);

/// One device of one user, seen from inside.
#[derive(Debug)]
pub struct Handset {
    config: Config,
    link: Link,
    backoff: Backoff,
    /// The last thing told about the connection.
    connection: Option<Connection>,
    ever_online: bool,
    /// Whether the signature has not logged in yet since it was renewed.
    fresh_signature: bool,
    offline_since: Option<Timestamp>,
    requests: Requests,
    table: Table,
    seen: Seen,
    /// What is to be done about the input at hand.
    effects: Vec<Effect>,
}

impl Handset {
    /// A handset that has not started.
    pub fn new(config: Config) -> Self {
        let me = Party {
            user: config.user.clone(),
            device: config.device.clone(),
            platform: config.platform.clone(),
        };
        Self {
            link: Link::Idle,
            backoff: Backoff::seeded(config.seed),
            connection: None,
            ever_online: false,
            fresh_signature: config.user_sig.is_none(),
            offline_since: None,
            requests: Requests::default(),
            table: Table::new(me),
            seen: Seen::new(),
            effects: Vec::new(),
            config,
        }
    }

    /// What to do about something that happened at `now`. Time is applied first.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        self.pass_time(now);
        match input {
            Input::Start => self.start(now),
            Input::Connected => self.log_in(now),
            Input::ConnectionLost { code, cause } => self.lost(code, &cause, now),
            Input::Received(incoming) => self.receive(incoming, now),
            Input::Ask { ticket, request } => self.ask(ticket, request, now),
            Input::AddInvited {
                ticket,
                info,
                source,
            } => self.add_invited(ticket, &info, source, now),
            Input::Tick => {}
            Input::Resumed => self.resumed(now),
            Input::SignatureRenewed(user_sig) => self.signature_renewed(user_sig, now),
            Input::SignatureRefused(failure) => self.stop(failure),
            Input::Close => self.stop(link::logged_out()),
        }
        self.send_waiting();
        std::mem::take(&mut self.effects)
    }

    /// When `Input::Tick` is due; one too many is harmless.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let rings = self.live().filter(|entry| entry.ring == Ring::Sounds);
        let doubt = rings
            .clone()
            .next()
            .and(self.offline_since)
            .map(|since| since.after(DOUBT_AFTER));
        rings
            .filter_map(|entry| entry.deadline)
            .chain(doubt)
            .chain(self.link.deadline())
            .chain(self.requests.deadline())
            .min()
    }

    /// Invitations that are live or in call, by their id.
    pub fn live(&self) -> impl Iterator<Item = &LiveInvitation> + Clone {
        self.table.live.values()
    }

    /// The calls this user is in.
    pub fn calls(&self) -> impl Iterator<Item = &RunningCall> {
        self.table.calls.values()
    }

    /// What a screen needs, at this moment.
    pub fn view(&self) -> View {
        View {
            connection: self.connection.clone(),
            invitations: self.live().cloned().collect(),
            calls: self.calls().cloned().collect(),
        }
    }

    fn pass_time(&mut self, now: Timestamp) {
        let is_due = |entry: &LiveInvitation| entry.deadline.is_some_and(|due| due <= now);
        let overdue = self
            .table
            .hush(Ring::Overdue, ClientEvent::RingOverdue, is_due);
        self.tell_all(overdue);
        if self
            .offline_since
            .is_some_and(|since| now >= since.after(DOUBT_AFTER))
        {
            self.unconfirm();
        }
        let given_up = self.requests.take_due(now);
        let is_server_silent = given_up.iter().any(|outstanding| outstanding.sent);
        for outstanding in given_up {
            let is_question = matches!(outstanding.asker, Asker::Standing(_));
            if outstanding.attempts > 0 || is_question {
                self.find_out(&outstanding, now);
            }
            self.fail(outstanding, link::no_reply());
        }
        self.requests.wake(now);
        // What became of an unanswered request, the next snapshot tells.
        if is_server_silent && self.link.is_online() {
            self.drop_connection("it does not answer", now);
        }
        match self.link {
            Link::Waiting { until } if until <= now => self.connect(now),
            Link::Connecting { until } | Link::LoggingIn { until, .. } if until <= now => {
                self.drop_connection("it does not answer", now);
            }
            Link::Idle
            | Link::Waiting { .. }
            | Link::Connecting { .. }
            | Link::LoggingIn { .. }
            | Link::Online { .. }
            | Link::AwaitingSignature
            | Link::Stopped(_) => {}
        }
    }

    /// No ring sounds before the server has called it live again.
    fn unconfirm(&mut self) {
        let doubted = self
            .table
            .hush(Ring::Unconfirmed, ClientEvent::RingUnconfirmed, |_| true);
        self.tell_all(doubted);
    }

    fn receive(&mut self, incoming: rpc::Incoming, now: Timestamp) {
        match incoming {
            rpc::Incoming::Reply(rpc::Id::Number(number), outcome) => {
                let number = number.as_u64().unwrap_or_default();
                if matches!(self.link, Link::LoggingIn { login, .. } if login == number) {
                    self.logged_in(outcome, now);
                } else if let Some(outstanding) = self.requests.take(number) {
                    self.answered(number, outstanding, outcome, now);
                }
            }
            rpc::Incoming::Event(event) => self.event(*event, now),
            // Replies to nothing that was asked, and events of later versions.
            rpc::Incoming::Reply(rpc::Id::Null | rpc::Id::Text(_), _)
            | rpc::Incoming::Unknown(_) => {}
        }
    }

    fn event(&mut self, event: Event, now: Timestamp) {
        let is_news = match &event {
            Event::KickedOffline(told) => return self.kicked(told.clone(), now),
            // The snapshot is not here yet, and has it.
            _ if !self.link.is_online() => false,
            Event::MessageReceived(message) => self.seen.message(message),
            Event::UserStatusChanged(status) => self.seen.status(status),
            Event::SignalReceived(signal) => self.seen.signal(signal),
            Event::NewInvitationReceived(_)
            | Event::InviteeAccepted(_)
            | Event::InviteeRejected(_)
            | Event::InvitationCancelled(_)
            | Event::InvitationTimeout(_)
            | Event::InvitationModified(_)
            | Event::InviteeRinging(_)
            | Event::GroupChanged(_)
            | Event::PushReceived(_)
            | Event::PushWithdrawn(_)
            | Event::CallEnded(_) => true,
        };
        if !is_news {
            return;
        }
        let stranger = standing::going_on(&event).cloned();
        for event in self.table.receive(event, now) {
            let change = groups::change(&event).cloned();
            let event = ClientEvent::Signaling(event);
            let begins = session::begins(&event).cloned();
            self.tell_unless_own([event]);
            if let Some(id) = begins {
                self.begun(&id, now);
            }
            if let Some(told) = change {
                self.group_changed(&told);
            }
        }
        if let Some(id) = stranger {
            self.heard_of_stranger(&id, now);
        }
    }

    fn ask(&mut self, ticket: Ticket, request: Request, now: Timestamp) {
        let refusal = match (&self.link, &request) {
            (Link::Stopped(failure), _) => Some(failure.clone()),
            (_, Request::Login(_)) => Some(Failure::bad_parameter(
                "The client logs in by itself. Give it the signature when it starts.",
            )),
            (link, Request::Logout(_)) if !link.is_online() => {
                let outcome = Ok(json!({}));
                self.effects.push(Effect::Done { ticket, outcome });
                return self.stop(link::logged_out());
            }
            _ => too_long(&request).or_else(|| self.no_room_for(&Asker::App(ticket))),
        };
        if let Some(failure) = refusal {
            let outcome = Err(failure);
            self.effects.push(Effect::Done { ticket, outcome });
            return;
        }
        if let Some(id) = Placement::of(&request).and_then(|it| it.id) {
            self.table.place(id.clone(), false);
        }
        let unwanted = if let Request::Cancel(asked) = &request {
            Some(asked.invite_id.clone())
        } else {
            None
        };
        self.put(Asker::App(ticket), request, now);
        if let Some(id) = unwanted {
            self.give_up_placing(&id, now);
        }
    }

    fn no_room_for(&self, asker: &Asker) -> Option<Failure> {
        if self.requests.has_room_for(asker) {
            return None;
        }
        let cause = "too many requests wait for it; try again in a moment";
        Some(link::unreachable(self.ever_online, cause))
    }

    /// Keeps a request until it is answered; the handset's own give way when there is no room.
    fn put(&mut self, asker: Asker, request: Request, now: Timestamp) {
        if self.requests.has_room_for(&asker) {
            self.requests.put(asker, request, now);
        }
    }

    fn send_waiting(&mut self) {
        if !self.link.is_online() {
            return;
        }
        let (live, me) = (&self.table.live, &self.table.me.user);
        self.requests
            .retain(|outstanding| match &outstanding.asker {
                Asker::Receipt(id) => {
                    outstanding.sent || live.get(id).is_some_and(|entry| entry.is_pending_for(me))
                }
                Asker::App(_)
                | Asker::Subscriptions
                | Asker::Parties
                | Asker::Standing(_)
                | Asker::Added(..)
                | Asker::GlareCancel(_)
                | Asker::GlareAccept => true,
            });
        let calls = &self.table.calls;
        let late = self.requests.take_signals(|call| !calls.contains_key(call));
        for signal in late {
            self.fail(signal, Refusal::CallEnded.into());
        }
        while let Some((number, request)) = self.requests.send_next() {
            self.effects
                .push(Effect::Send(session::frame(number, request)));
        }
    }

    fn tell(&mut self, event: ClientEvent) {
        self.effects.push(Effect::Tell(event));
    }

    fn tell_all(&mut self, events: impl IntoIterator<Item = ClientEvent>) {
        events.into_iter().for_each(|event| self.tell(event));
    }

    /// Tells what happened, but for what this device did itself, on a connection before this one: its
    /// reply tells that.
    fn tell_unless_own(&mut self, events: impl IntoIterator<Item = ClientEvent>) {
        for event in events {
            match self.requests.behind(&event, &self.table.me) {
                Some(outstanding) => outstanding.withhold(Withheld::Own(event)),
                None => self.tell_in_turn(event),
            }
        }
    }

    /// Tells what happened to an invitation, after the reply that has to come first.
    fn tell_in_turn(&mut self, event: ClientEvent) {
        let ahead = requests::subject(&event).and_then(|id| self.requests.ahead_of(id));
        match ahead {
            Some(outstanding) => outstanding.withhold(Withheld::Later(event)),
            None => self.tell(event),
        }
    }
}

/// The refusal of a request that does not fit into a frame: the server would close the connection.
fn too_long(request: &Request) -> Option<Failure> {
    let length = session::frame(u64::MAX, request).len();
    (length > rpc::MAX_FRAME).then(|| {
        let message = format!(
            "This {} is {length} bytes long; {} are allowed.",
            request.method(),
            rpc::MAX_FRAME
        );
        Failure::new(Code::TooLong, Reason::TooLong, message)
    })
}
