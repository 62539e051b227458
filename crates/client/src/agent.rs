//! A user who answers by a script: the test contacts of the desktop app, and `bellhop agent`.
//!
//! Owns what a script does and when; everything else is the [`Client`]'s.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bellhop_protocol::request::{Invite, RejectReason};
use bellhop_protocol::{CallId, Code, Event, Failure, Invitation, InviteId, UserId};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use crate::repeatable::mint_invite_id;
use crate::{Client, ClientEvent, Config, Connection, Events, Pending, call_layer};

/// How many calls an agent attends to at once; it lets further ones ring.
const MAX_CALLS: usize = 1024;
/// How many of its requests may be under way.
const MAX_REQUESTS: usize = 64;
/// How long it waits before it tries again what could not be done just now.
const RETRY: Duration = Duration::from_millis(500);

/// What an agent does with each call it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Accepts after `delay`, and hangs up that long after answering if `then_hang_up` says so.
    AnswerAfter {
        /// How long it lets the caller ring.
        delay: Duration,
        /// How long it stays in the call; nothing: until the caller hangs up.
        then_hang_up: Option<Duration>,
    },
    /// Rejects at once, with this reason.
    Reject {
        /// The reason that the caller is told.
        reason: RejectReason,
    },
    /// Rejects at once as busy, which leaves a missed call.
    Busy,
    /// Rings, and never answers.
    Silent,
    /// Rejects at once, and invites the caller when `after` has passed.
    CallBack {
        /// How long it waits before it calls.
        after: Duration,
    },
    /// Accepts at once, and hangs up when so much time has passed.
    HangUpAfter(Duration),
}

/// A user on a device of his own that behaves by a script, until dropped or stopped.
#[derive(Debug)]
pub struct Agent {
    client: Client,
    behaviour: Behaviour,
    desk: JoinHandle<Option<Failure>>,
}

impl Agent {
    /// Connects and behaves, in the background.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: Config, behaviour: Behaviour) -> Self {
        let (client, events) = Client::start(config);
        let desk = Desk {
            client: client.clone(),
            behaviour: behaviour.clone(),
            scripts: JoinSet::new(),
            by_call: BTreeMap::new(),
            requests: Arc::new(Semaphore::new(MAX_REQUESTS)),
        };
        Self {
            client,
            behaviour,
            desk: tokio::spawn(desk.attend(events)),
        }
    }

    /// What it does.
    pub fn behaviour(&self) -> &Behaviour {
        &self.behaviour
    }

    /// Its connection, to look at or to act through.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits until the connection has stopped for good (signed out, kicked or refused), and tells
    /// why. To be awaited once.
    pub async fn stopped(&mut self) -> Option<Failure> {
        match (&mut self.desk).await {
            Ok(failure) => failure,
            Err(e) => {
                tracing::error!(error = %e, "the agent failed");
                None
            }
        }
    }

    /// Logs out and ends: running calls are left after the grace.
    pub async fn stop(self) {
        if let Err(failure) = self.client.logout().await {
            tracing::debug!(%failure, "logged out without a reply");
        }
        self.client.close().await;
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.desk.abort();
    }
}

/// Where an agent's calls are attended to: one script runs for each.
struct Desk {
    client: Client,
    behaviour: Behaviour,
    scripts: JoinSet<InviteId>,
    by_call: BTreeMap<InviteId, Attended>,
    requests: Arc<Semaphore>,
}

/// A call under a script.
struct Attended {
    call_id: CallId,
    script: AbortHandle,
}

impl Desk {
    async fn attend(mut self, mut events: Events) -> Option<Failure> {
        loop {
            tokio::select! {
                event = events.next() => {
                    let event = event?;
                    if let ClientEvent::Connection(Connection::Stopped(failure)) = event {
                        return Some(failure);
                    }
                    self.hear(event);
                }
                Some(done) = self.scripts.join_next() => {
                    if let Ok(invite_id) = done {
                        self.by_call.remove(&invite_id);
                    }
                }
            }
        }
    }

    fn hear(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Signaling(event) => self.hear_signal(event),
            ClientEvent::InvitationLost(invite_id) => self.let_go(&invite_id),
            ClientEvent::CallGone(call_id) => self.leave(&call_id),
            ClientEvent::Connection(_)
            | ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::RingConfirmed(_)
            | ClientEvent::CallRunning(_) => {}
        }
    }

    fn hear_signal(&mut self, event: Event) {
        match event {
            Event::NewInvitationReceived(invitation) => self.take_up(&invitation),
            Event::InvitationCancelled(told) if self.is_among(&told.invitee_list) => {
                self.let_go(&told.invite_id);
            }
            Event::InvitationTimeout(told) if told.is_self_timeout => self.let_go(&told.invite_id),
            // Another device of this user was faster.
            Event::InviteeAccepted(told) | Event::InviteeRejected(told)
                if told.invitee == *self.client.user() =>
            {
                self.let_go(&told.invite_id);
            }
            Event::CallEnded(told) if told.over => self.leave(&told.call_id),
            Event::InvitationCancelled(_)
            | Event::InvitationTimeout(_)
            | Event::InviteeAccepted(_)
            | Event::InviteeRejected(_)
            | Event::InvitationModified(_)
            | Event::InviteeRinging(_)
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

    fn is_among(&self, users: &[UserId]) -> bool {
        users.contains(self.client.user())
    }

    /// Begins the script of a ring.
    fn take_up(&mut self, invitation: &Invitation) {
        let is_asked = self.is_among(&invitation.invitee_list);
        if !is_asked || self.by_call.contains_key(&invitation.invite_id) {
            return;
        }
        if self.by_call.len() >= MAX_CALLS {
            tracing::warn!(invite_id = %invitation.invite_id, "too many calls at once, left ringing");
            return;
        }
        let script = Script {
            client: self.client.clone(),
            requests: self.requests.clone(),
            invite_id: invitation.invite_id.clone(),
            call_id: invitation.call_id.clone(),
            caller: invitation.inviter.clone(),
        };
        let attended = Attended {
            call_id: invitation.call_id.clone(),
            script: self.scripts.spawn(script.play(self.behaviour.clone())),
        };
        self.by_call.insert(invitation.invite_id.clone(), attended);
    }

    /// The ring is over: the script of its answer ends, but a call back is still made.
    fn let_go(&mut self, invite_id: &InviteId) {
        if matches!(self.behaviour, Behaviour::CallBack { .. }) {
            return;
        }
        if let Some(attended) = self.by_call.remove(invite_id) {
            attended.script.abort();
        }
    }

    /// The call is over: nobody is left to hang up on.
    fn leave(&mut self, call_id: &CallId) {
        self.by_call.retain(|_, attended| {
            let goes_on = attended.call_id != *call_id;
            if !goes_on {
                attended.script.abort();
            }
            goes_on
        });
    }
}

/// What is done about one call.
struct Script {
    client: Client,
    requests: Arc<Semaphore>,
    invite_id: InviteId,
    call_id: CallId,
    caller: UserId,
}

impl Script {
    async fn play(self, behaviour: Behaviour) -> InviteId {
        let played = match behaviour {
            Behaviour::AnswerAfter {
                delay,
                then_hang_up,
            } => self.answer(delay, then_hang_up).await,
            Behaviour::HangUpAfter(stay) => self.answer(Duration::ZERO, Some(stay)).await,
            Behaviour::Reject { reason } => self.reject(reason).await,
            Behaviour::Busy => self.reject(RejectReason::Busy).await,
            Behaviour::Silent => Ok(()),
            Behaviour::CallBack { after } => self.call_back(after).await,
        };
        if let Err(failure) = played {
            tracing::debug!(invite_id = %self.invite_id, %failure, "the script was cut short");
        }
        self.invite_id
    }

    async fn answer(&self, delay: Duration, then_hang_up: Option<Duration>) -> Result<(), Failure> {
        tokio::time::sleep(delay).await;
        self.insist(|client| client.accept(&self.invite_id, ""))
            .await?;
        if let Some(stay) = then_hang_up {
            tokio::time::sleep(stay).await;
            self.insist(|client| client.hang_up(&self.call_id, None))
                .await?;
        }
        Ok(())
    }

    async fn reject(&self, reason: RejectReason) -> Result<(), Failure> {
        self.insist(|client| client.reject(&self.invite_id, "", Some(reason)))
            .await?;
        Ok(())
    }

    async fn call_back(&self, after: Duration) -> Result<(), Failure> {
        if let Err(failure) = self.reject(RejectReason::Declined).await {
            tracing::debug!(%failure, "the caller let go first");
        }
        tokio::time::sleep(after).await;
        let mut invite = Invite::to(self.caller.clone());
        // The same one however often it is tried.
        invite.invite_id = Some(mint_invite_id());
        invite.data = call_layer::invitation_data(call_layer::MediaType::Audio);
        let push = call_layer::push_info(&invite.data, self.client.user().as_str());
        invite.offline_push_info = push.map(Box::new);
        let invited = self
            .insist(|client| client.invite(invite.clone()).1)
            .await?;
        tracing::debug!(invite_id = %invited.invite_id, caller = %self.caller, "called back");
        Ok(())
    }

    /// Asks until there is an answer that will not be another one a moment later.
    async fn insist<T: serde::de::DeserializeOwned>(
        &self,
        ask: impl Fn(&Client) -> Pending<T>,
    ) -> Result<T, Failure> {
        loop {
            let turn = self.requests.acquire().await.expect("it is never closed");
            let outcome = ask(&self.client).await;
            drop(turn);
            let Err(failure) = outcome else {
                return outcome;
            };
            let may_pass = matches!(
                failure.code,
                Code::TooManyRequests | Code::Disconnected | Code::NoNetwork | Code::TimedOut
            );
            if !may_pass {
                return Err(failure);
            }
            let wait = failure.data.retry_after_ms.map(Duration::from_millis);
            tokio::time::sleep(wait.unwrap_or_default().max(RETRY)).await;
        }
    }
}
