//! The one task that owns a handset and its socket: moves bytes, time and requests into the one and
//! what it says out of it. It must not have an opinion about calls.

use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bellhop_engine::handset::{self, ClientEvent, Effect, Handset, Input, Source, Ticket, View};
use bellhop_protocol::{Failure, Request, SignalingInfo, Timestamp, rpc};
use futures_util::future::OptionFuture;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::Config;
use crate::listeners::SignalingListeners;
use crate::pending::closed;
use crate::socket::{Received, Socket};

/// How often the task looks at the clock at least.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// A heartbeat that is late by this much means that the machine was asleep.
const ASLEEP: Duration = Duration::from_secs(10);

type Reply = oneshot::Sender<Result<Value, Failure>>;

/// What a [`crate::Client`] wants of its connection.
#[derive(Debug)]
pub(crate) enum Order {
    /// To have this asked.
    Ask(Box<Request>, Reply),
    /// To have this invitation added, which came by another road.
    Add(Box<SignalingInfo>, Source, Reply),
    /// To be closed.
    Close,
}

impl Order {
    /// Answers an order that nobody will carry out.
    pub(crate) fn refuse(self, failure: Failure) {
        match self {
            Self::Ask(_, reply) | Self::Add(_, _, reply) => answer(reply, Err(failure)),
            Self::Close => {}
        }
    }
}

/// Whoever stopped listening for an answer does not mind.
fn answer(reply: Reply, outcome: Result<Value, Failure>) {
    reply.send(outcome).ok();
}

type Opening = Pin<Box<dyn Future<Output = Result<Box<Socket>, String>> + Send>>;
type Renewing = Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>>;

/// Where what happens goes to.
pub(crate) struct Outlets {
    pub(crate) events: mpsc::Sender<ClientEvent>,
    pub(crate) view: watch::Sender<Arc<View>>,
    pub(crate) listeners: SignalingListeners,
}

/// Connects and stays connected, until the client is closed, dropped or stopped.
pub(crate) async fn run(
    config: Config,
    clock: Clock,
    orders: mpsc::Receiver<Order>,
    outlets: Outlets,
) {
    let handset = Handset::new(handset::Config {
        user: config.user.clone(),
        device: config.device.clone(),
        platform: config.platform.clone(),
        user_sig: config.user_sig.first(),
        seed: rand::random(),
    });
    let task = Task {
        config,
        clock,
        handset,
        orders,
        outlets,
        opening: None,
        renewing: None,
        socket: None,
        farewell: None,
        askers: BTreeMap::new(),
        last_ticket: 0,
        untold: VecDeque::new(),
        woken: clock.now(),
        is_over: false,
    };
    task.run().await;
}

struct Task {
    config: Config,
    clock: Clock,
    handset: Handset,
    orders: mpsc::Receiver<Order>,
    outlets: Outlets,
    opening: Option<Opening>,
    renewing: Option<Renewing>,
    socket: Option<Box<Socket>>,
    /// The connection before this one, being closed.
    farewell: Option<JoinHandle<()>>,
    askers: BTreeMap<Ticket, Reply>,
    last_ticket: u64,
    /// Events that the app has no room for; nothing is read from the server meanwhile.
    untold: VecDeque<ClientEvent>,
    /// When the task last looked at the clock.
    woken: Timestamp,
    is_over: bool,
}

/// What woke the task.
enum Woken {
    Order(Option<Order>),
    Opened(Result<Box<Socket>, String>),
    Renewed(Result<String, Failure>),
    Received(Received),
    /// The app has room for events, or wants none any more.
    Room,
    Clock,
}

impl Task {
    async fn run(mut self) {
        self.feed(Input::Start);
        while !self.is_over {
            let woken = self.wait().await;
            self.look_at_clock();
            self.wake(woken);
            self.check_silence();
        }
        self.say_last_words().await;
    }

    async fn wait(&mut self) -> Woken {
        let now = self.clock.now();
        let deadline = self.handset.next_deadline().map(|at| at.since(now));
        let nap = deadline.unwrap_or(HEARTBEAT).min(HEARTBEAT);
        let reads = self.untold.is_empty();
        tokio::select! {
            order = self.orders.recv() => Woken::Order(order),
            opened = maybe(&mut self.opening) => Woken::Opened(opened),
            renewed = maybe(&mut self.renewing) => Woken::Renewed(renewed),
            received = drive(&mut self.socket, reads) => Woken::Received(received),
            () = room(&self.outlets.events), if !reads => Woken::Room,
            () = tokio::time::sleep(nap) => Woken::Clock,
        }
    }

    /// Notices that the machine was asleep: the heartbeat, whose clock stops then on some systems and
    /// is late on others, comes far too late by a clock that does not stop.
    fn look_at_clock(&mut self) {
        let now = self.clock.now();
        if now.since(self.woken) >= HEARTBEAT + ASLEEP {
            tracing::info!("the machine was asleep");
            self.feed(Input::Resumed);
        }
        self.woken = now;
    }

    fn wake(&mut self, woken: Woken) {
        match woken {
            Woken::Order(Some(Order::Ask(request, reply))) => {
                let (ticket, request) = (self.ticket(reply), *request);
                self.feed(Input::Ask { ticket, request });
            }
            Woken::Order(Some(Order::Add(info, source, reply))) => {
                let (ticket, info) = (self.ticket(reply), *info);
                self.feed(Input::AddInvited {
                    ticket,
                    info,
                    source,
                });
            }
            Woken::Order(Some(Order::Close) | None) => self.feed(Input::Close),
            Woken::Opened(Ok(socket)) => {
                self.opening = None;
                self.socket = Some(socket);
                self.feed(Input::Connected);
            }
            Woken::Opened(Err(cause)) => {
                self.opening = None;
                self.feed(Input::ConnectionLost { code: None, cause });
            }
            Woken::Renewed(outcome) => {
                self.renewing = None;
                self.feed(match outcome {
                    Ok(user_sig) => Input::SignatureRenewed(user_sig),
                    Err(failure) => Input::SignatureRefused(failure),
                });
            }
            Woken::Received(Received::Frame(frame)) => match rpc::decode_incoming(&frame) {
                Ok(incoming) => self.feed(Input::Received(incoming)),
                Err(e) => tracing::warn!(error = %e, "frame dropped"),
            },
            Woken::Received(Received::Lost { code, cause }) => self.lose(code, cause),
            Woken::Room => self.tell(),
            Woken::Clock => self.feed(Input::Tick),
        }
    }

    /// A name for a request, under which its outcome finds back.
    fn ticket(&mut self, reply: Reply) -> Ticket {
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        self.askers.insert(ticket, reply);
        ticket
    }

    fn check_silence(&mut self) {
        let Some(socket) = &mut self.socket else {
            return;
        };
        if !self.untold.is_empty() {
            socket.excuse_silence();
        } else if socket.is_silent() {
            self.lose(None, "the server has fallen silent".to_owned());
        }
    }

    fn lose(&mut self, code: Option<u16>, cause: String) {
        tracing::info!(code, cause, "connection lost");
        self.socket = None;
        self.feed(Input::ConnectionLost { code, cause });
    }

    /// Tells the handset what happened, and does what it says.
    fn feed(&mut self, input: Input) {
        // What arrives can change the view without an event: who else is in a call, say.
        let has_arrived = matches!(input, Input::Received(_));
        let effects = self.handset.handle(self.clock.now(), input);
        if has_arrived || !effects.is_empty() {
            self.outlets
                .view
                .send_replace(Arc::new(self.handset.view()));
        }
        for effect in effects {
            self.carry_out(effect);
        }
        self.tell();
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Connect => {
                let uri = self.config.url.uri().clone();
                self.opening = Some(Box::pin(Socket::open(uri)));
            }
            Effect::Send(frame) => {
                if let Some(socket) = &mut self.socket {
                    socket.send(frame);
                }
            }
            Effect::Disconnect => {
                self.opening = None;
                if let Some(socket) = self.socket.take() {
                    self.farewell = Some(tokio::spawn(socket.close()));
                }
            }
            Effect::RenewSignature => self.renewing = Some(self.config.user_sig.renew()),
            Effect::Done { ticket, outcome } => {
                if let Some(reply) = self.askers.remove(&ticket) {
                    answer(reply, outcome);
                }
            }
            Effect::Tell(event) => {
                self.is_over |= matches!(
                    event,
                    ClientEvent::Connection(handset::Connection::Stopped(_))
                );
                if let ClientEvent::Signaling(told) = &event {
                    self.outlets.listeners.tell(told);
                }
                self.untold.push_back(event);
            }
        }
    }

    /// Hands events to the app, as far as it has room.
    fn tell(&mut self) {
        while let Some(event) = self.untold.pop_front() {
            match self.outlets.events.try_send(event) {
                // Whoever dropped the stream wants no events.
                Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
                Err(mpsc::error::TrySendError::Full(event)) => {
                    self.untold.push_front(event);
                    return;
                }
            }
        }
    }

    /// The connection is over: orders that came too late are refused, and the app hears the rest.
    async fn say_last_words(mut self) {
        if let Some(Err(e)) = OptionFuture::from(self.farewell.take()).await {
            tracing::warn!(error = %e, "the farewell failed");
        }
        self.orders.close();
        while let Some(order) = self.orders.recv().await {
            order.refuse(closed());
        }
        drop(self.orders);
        for event in self.untold {
            if self.outlets.events.send(event).await.is_err() {
                return;
            }
        }
    }
}

/// What a future that may not be there comes to; never, when it is not there.
async fn maybe<T>(future: &mut Option<Pin<Box<dyn Future<Output = T> + Send>>>) -> T {
    match future {
        Some(future) => future.await,
        None => pending().await,
    }
}

async fn drive(socket: &mut Option<Box<Socket>>, reads: bool) -> Received {
    match socket {
        Some(socket) => socket.drive(reads).await,
        None => pending().await,
    }
}

/// Waits until the app has room for an event, or wants none.
async fn room(events: &mpsc::Sender<ClientEvent>) {
    // An error means that the stream was dropped; the room it leaves is taken by `tell`.
    drop(events.reserve().await);
}
