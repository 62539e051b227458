//! One WebSocket connection: who speaks on it, what is asked on it, in which order it hears.
//!
//! Requests are carried out one after the other, and events leave between them, so that a reply
//! leaves before any later event of its invitation. Reading goes on meanwhile. Decides nothing about
//! calls.

mod arrival;
mod departure;
mod endings;
mod farewell;
mod presence;
mod pulse;
mod request;

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bellhop_engine::Actor;
use bellhop_protocol::request::Request;
use bellhop_protocol::rpc::{self, Id};
use bellhop_protocol::{Code, Event, Failure, Reason, Timestamp};
use serde_json::{Value, json};

use self::arrival::Arrival;
use self::endings::Endings;
use self::pulse::{Beat, Pulse};
use crate::ending::Ending;
use crate::fabric::{Attachment, Mailbox};
use crate::hub::Hub;
use crate::limits::Kind;
use crate::wire::{Heard, Wire};

const LOGIN: &str = "login";
/// How many requests wait for their answer at most.
const MAX_UNANSWERED: usize = 64;
/// How many logins a connection may fail.
const MAX_FAILED_LOGINS: u32 = 5;
/// How long a peer may take to read one frame.
const WRITE_WITHIN: Duration = Duration::from_secs(45);
/// How long to sleep at most: the system's timers do not count suspend, the clock does.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);

/// Serves a connection until it ends.
pub(crate) async fn serve(hub: Arc<Hub>, wire: impl Wire) {
    let mut session = Session::new(hub, wire);
    let ending = session.converse().await;
    tracing::debug!(?ending, "connection ends");
    session.end(ending).await;
}

struct Session<W> {
    hub: Arc<Hub>,
    wire: W,
    pulse: Pulse,
    /// Read, but not begun.
    waiting: VecDeque<Asked>,
    /// Being carried out.
    current: Option<Pin<Box<dyn Future<Output = Answered> + Send>>>,
    failed_logins: u32,
    speaker: Option<Speaker>,
    mailbox: Option<Mailbox>,
    /// Whether something happened since that may make somebody a contact, or none any more.
    contacts_changed: bool,
    endings: Endings,
}

/// Who is logged in on this connection.
#[derive(Clone)]
pub(crate) struct Speaker {
    pub(crate) actor: Actor,
    pub(crate) attachment: Arc<Attachment>,
}

/// A frame that was read.
struct Asked {
    id: Option<Id>,
    received: Timestamp,
    call: Result<rpc::Call, Failure>,
}

/// A request that was carried out or refused.
struct Answered {
    id: Option<Id>,
    outcome: Result<Value, Failure>,
    then: Then,
}

/// What follows a reply.
enum Then {
    GoOn,
    EndedForOthers { contacts_changed: bool },
    ContactsChanged,
    LoggedIn(Box<Arrival>),
    LogInFailed,
    LogOut,
}

/// Whether a success is the end of what others have a part in, too.
fn ends_for_others(request: &Request) -> bool {
    matches!(
        request,
        Request::Cancel(_) | Request::HangUp(_) | Request::QuitGroup(_) | Request::DismissGroup(_)
    )
}

/// What happens next on a connection.
enum Step {
    End(Ending),
    Answer(Box<Answered>),
    Hear(Heard),
    Tell(Arc<Event>),
    Beat,
}

impl<W: Wire> Session<W> {
    fn new(hub: Arc<Hub>, wire: W) -> Self {
        Self {
            pulse: Pulse::new(hub.tuning, hub.world.now()),
            endings: Endings::new(hub.going_down.subscribe()),
            hub,
            wire,
            waiting: VecDeque::new(),
            current: None,
            failed_logins: 0,
            speaker: None,
            mailbox: None,
            contacts_changed: false,
        }
    }

    async fn converse(&mut self) -> Ending {
        loop {
            if let Err(ending) = self.tell_news().await {
                return ending;
            }
            self.begin_next();
            let step = self.next_step().await;
            if let Err(ending) = self.take(step).await {
                return ending;
            }
        }
    }

    /// Tells what has arrived before the next request begins: its reply must not overtake the events
    /// that it may be an answer to.
    async fn tell_news(&mut self) -> Result<(), Ending> {
        while self.current.is_none() {
            self.empty_mailbox().await?;
            let Some(speaker) = self.speaker.as_ref().filter(|_| self.contacts_changed) else {
                break;
            };
            presence::look_again(&self.hub, speaker).await;
            self.contacts_changed = false;
        }
        Ok(())
    }

    async fn next_step(&mut self) -> Step {
        let is_busy = self.current.is_some();
        let until_beat = self.pulse.next().since(self.hub.world.now());
        tokio::select! {
            biased;
            ending = self.endings.wait() => Step::End(ending),
            answered = either(&mut self.current) => {
                self.current = None;
                Step::Answer(Box::new(answered))
            }
            heard = self.wire.hear() => Step::Hear(heard),
            Some(event) = next_event(&mut self.mailbox), if !is_busy => Step::Tell(event),
            () = self.hub.world.pause(until_beat.min(LONGEST_SLEEP)) => Step::Beat,
        }
    }

    async fn take(&mut self, step: Step) -> Result<(), Ending> {
        match step {
            Step::End(ending) => Err(ending),
            Step::Answer(answered) => self.answer(*answered).await,
            Step::Tell(event) => self.tell(&event).await,
            Step::Hear(heard) => self.hear(heard),
            Step::Beat => match self.pulse.beat(self.hub.world.now()) {
                None => Ok(()),
                Some(Beat::End(ending)) => Err(ending),
                Some(Beat::Ping) => self.ping().await,
            },
        }
    }

    fn hear(&mut self, heard: Heard) -> Result<(), Ending> {
        self.note_heard();
        let frame = match heard {
            Heard::Sign => return Ok(()),
            Heard::End(ending) => return Err(ending),
            Heard::Text(frame) => frame,
        };
        if self.waiting.len() + usize::from(self.current.is_some()) >= MAX_UNANSWERED {
            return Err(Ending::TooManyUnanswered);
        }
        let received = self.hub.world.now();
        self.waiting.push_back(match rpc::decode_call(&frame) {
            Ok(call) => Asked {
                id: call.id.clone(),
                received,
                call: Ok(call),
            },
            Err(unreadable) => Asked {
                id: Some(unreadable.id),
                received,
                call: Err(unreadable.failure),
            },
        });
        Ok(())
    }

    fn note_heard(&mut self) {
        let now = self.hub.world.now();
        self.pulse.heard(now);
        if let Some(speaker) = &self.speaker {
            speaker.attachment.heard(now);
        }
    }

    // ---- requests ----

    /// Begins to carry out the next request, if none is in the works.
    fn begin_next(&mut self) {
        if self.current.is_some() || self.endings.ended().is_some() {
            return;
        }
        let Some(Asked { id, received, call }) = self.waiting.pop_front() else {
            return;
        };
        let is_login = call.as_ref().is_ok_and(|call| call.method == LOGIN);
        let checked = self.admit(&call).and(call);
        self.current = Some(match checked.and_then(|call| self.check(call)) {
            Ok(request) => self.begin(id, request, received),
            Err(failure) => {
                let then = if is_login {
                    Then::LogInFailed
                } else {
                    Then::GoOn
                };
                Box::pin(async {
                    Answered {
                        then,
                        ..refused(id, failure)
                    }
                })
            }
        });
    }

    /// Counts a frame of somebody who is logged in, whatever it says.
    fn admit(&self, call: &Result<rpc::Call, Failure>) -> Result<(), Failure> {
        let Some(speaker) = &self.speaker else {
            return Ok(());
        };
        let kind = match call {
            Ok(call) => Kind::of(&call.method),
            Err(_) => Kind::Other,
        };
        self.hub.admit(&speaker.actor.user, kind)
    }

    /// The request, if this connection may make it: the method first, then who asks, and the
    /// parameters.
    fn check(&self, call: rpc::Call) -> Result<Request, Failure> {
        if !Request::knows(&call.method) {
            return Request::parse(&call.method, Value::Null);
        }
        let is_login = call.method == LOGIN;
        match &self.speaker {
            None if !is_login => return Err(not_logged_in()),
            Some(_) if is_login => return Err(already_logged_in()),
            None | Some(_) => {}
        }
        Request::parse(&call.method, call.params)
    }

    fn begin(
        &self,
        id: Option<Id>,
        request: Request,
        received: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Answered> + Send>> {
        let hub = Arc::clone(&self.hub);
        let speaker = self.speaker.clone();
        match (request, speaker) {
            (Request::Login(login), _) => Box::pin(async move {
                match arrival::log_in(&hub, login).await {
                    Ok(arrival) => Answered {
                        id,
                        outcome: Ok(arrival.result.clone()),
                        then: Then::LoggedIn(Box::new(arrival)),
                    },
                    Err(failure) => Answered {
                        then: arrival::counts(&failure),
                        ..refused(id, failure)
                    },
                }
            }),
            (Request::Logout(_), Some(_)) => Box::pin(async {
                Answered {
                    id,
                    outcome: Ok(json!({})),
                    then: Then::LogOut,
                }
            }),
            (request, Some(speaker)) => Box::pin(async move {
                let contacts_changed = presence::changes_contacts(&request);
                let then = if ends_for_others(&request) {
                    Then::EndedForOthers { contacts_changed }
                } else if contacts_changed {
                    Then::ContactsChanged
                } else {
                    Then::GoOn
                };
                Answered {
                    id,
                    outcome: request::carry_out(&hub, &speaker, request, received).await,
                    then,
                }
            }),
            (_, None) => Box::pin(async { refused(id, not_logged_in()) }),
        }
    }

    /// Sends the reply, then what it leads to, then the events that came meanwhile.
    async fn answer(&mut self, answered: Answered) -> Result<(), Ending> {
        let Answered { id, outcome, then } = answered;
        if let Then::LoggedIn(arrival) = then {
            let backlog = self.settle_in(*arrival);
            self.reply(id, &outcome).await?;
            for event in backlog {
                self.tell(&event).await?;
            }
            return self.empty_mailbox().await;
        }
        if matches!(then, Then::EndedForOthers { .. }) {
            // What the others did before: to the device, the reply ends all that it has not heard.
            self.empty_mailbox().await?;
        }
        self.reply(id, &outcome).await?;
        match then {
            Then::LogOut => return Err(Ending::LoggedOut),
            // A second login of somebody who is logged in is a mistake, and no attempt to get in.
            Then::LogInFailed if self.speaker.is_none() => {
                self.failed_logins += 1;
                if self.failed_logins >= MAX_FAILED_LOGINS {
                    return Err(Ending::TooManyFailedLogins);
                }
            }
            Then::ContactsChanged => self.contacts_changed = true,
            Then::EndedForOthers { contacts_changed } => self.contacts_changed |= contacts_changed,
            Then::GoOn | Then::LogInFailed | Then::LoggedIn(_) => {}
        }
        self.empty_mailbox().await
    }

    fn settle_in(&mut self, arrival: Arrival) -> Vec<Arc<Event>> {
        self.pulse.logged_in(arrival.expires);
        self.endings.attached(arrival.speaker.attachment.ending());
        self.mailbox = Some(arrival.mailbox);
        self.speaker = Some(arrival.speaker);
        arrival.backlog
    }

    async fn reply(
        &mut self,
        id: Option<Id>,
        outcome: &Result<Value, Failure>,
    ) -> Result<(), Ending> {
        match id {
            Some(id) => self.say(rpc::encode_reply(&id, outcome)).await,
            None => Ok(()),
        }
    }

    async fn empty_mailbox(&mut self) -> Result<(), Ending> {
        while let Some(event) = self.mailbox.as_mut().and_then(|mail| mail.try_recv().ok()) {
            self.tell(&event).await?;
        }
        Ok(())
    }

    // ---- writing ----

    async fn tell(&mut self, event: &Event) -> Result<(), Ending> {
        self.contacts_changed |= presence::concerns_contacts(event);
        self.say(rpc::encode_event(event)).await
    }

    async fn say(&mut self, frame: String) -> Result<(), Ending> {
        tokio::select! {
            biased;
            said = self.wire.say(frame) => said,
            ending = self.endings.wait() => Err(ending),
            () = self.hub.world.pause(WRITE_WITHIN) => Err(Ending::TooSlow),
        }
    }

    async fn ping(&mut self) -> Result<(), Ending> {
        tokio::select! {
            biased;
            said = self.wire.ping() => said,
            ending = self.endings.wait() => Err(ending),
            () = self.hub.world.pause(WRITE_WITHIN) => Err(Ending::TooSlow),
        }
    }
}

/// The output of a future that is there, or nothing ever.
async fn either<T>(future: &mut Option<Pin<Box<dyn Future<Output = T> + Send>>>) -> T {
    match future {
        Some(future) => future.await,
        None => pending().await,
    }
}

async fn next_event(mailbox: &mut Option<Mailbox>) -> Option<Arc<Event>> {
    match mailbox {
        Some(mailbox) => mailbox.recv().await,
        None => pending().await,
    }
}

fn refused(id: Option<Id>, failure: Failure) -> Answered {
    Answered {
        id,
        outcome: Err(failure),
        then: Then::GoOn,
    }
}

fn not_logged_in() -> Failure {
    let message = "Not logged in on this connection. Send login first.";
    Failure::new(Code::NotLoggedIn, Reason::NotLoggedIn, message)
}

fn already_logged_in() -> Failure {
    let message = "This connection is logged in already. Log out, or open another one.";
    Failure::new(Code::BadParameter, Reason::AlreadyLoggedIn, message)
}
