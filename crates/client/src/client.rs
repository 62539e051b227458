//! The signaling API in Rust dress: each method makes one request and hands it to the connection.
//!
//! This file owns the handle; the operations are in the files below it, by what they are about.

mod calls;
mod groups;
mod invitations;
mod messages;
mod people;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bellhop_engine::handset::{ClientEvent, View};
use bellhop_protocol::request::Nothing;
use bellhop_protocol::{Code, Failure, Reason, Request, Timestamp, UserId};
use futures_util::Stream;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::connection::{self, Order};
use crate::listeners::{ListenerId, SignalingListener, SignalingListeners};
use crate::pending::{Pending, closed};
use crate::repeatable;

/// How many requests may wait for the connection's attention.
const ORDERS: usize = 256;
/// How many events may wait for the app.
const EVENTS: usize = 1024;

/// A handle on one device's connection; clones are cheap and mean the same device.
///
/// The connection makes itself again whenever it is lost, and ends with [`Client::close`],
/// [`Client::logout`], a kick or a refusal ([`Connection::Stopped`]), or when the last clone is
/// dropped.
///
/// [`Connection::Stopped`]: crate::Connection::Stopped
#[derive(Clone, Debug)]
pub struct Client {
    orders: mpsc::Sender<Order>,
    view: watch::Receiver<Arc<View>>,
    clock: Clock,
    user: UserId,
    listeners: SignalingListeners,
}

impl Client {
    /// Starts connecting in the background, and keeps at it.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: Config) -> (Self, Events) {
        Self::start_with(config, SignalingListeners::default())
    }

    /// Like [`Client::start`], with listeners that are there before the login: new ones, or those of the
    /// client before ([`Client::listeners`]), which survive its logout so.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start_with(config: Config, listeners: SignalingListeners) -> (Self, Events) {
        let (orders, received) = mpsc::channel(ORDERS);
        let (tell, events) = mpsc::channel(EVENTS);
        let (show, view) = watch::channel(Arc::new(View::default()));
        let clock = Clock::start();
        let user = config.user.clone();
        let outlets = connection::Outlets {
            events: tell,
            view: show,
            listeners: listeners.clone(),
        };
        tokio::spawn(connection::run(config, clock, received, outlets));
        let client = Self {
            orders,
            view,
            clock,
            user,
            listeners,
        };
        (client, Events(events))
    }

    /// Whose client this is.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// The time on the clock that deadlines in the view are told on; it counts suspend.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Invitations, calls and the connection at this moment: at least as new as any event that the
    /// app has received.
    pub fn view(&self) -> Arc<View> {
        self.view.borrow().clone()
    }

    /// Has every signaling event told to this listener too, from here on; see [`SignalingListener`].
    ///
    /// The same listener can be added twice and then hears everything twice, until each is removed.
    pub fn add_signaling_listener(&self, listener: impl SignalingListener + 'static) -> ListenerId {
        self.listeners.add(listener)
    }

    /// Tells this listener nothing more; tells whether there was such a one.
    pub fn remove_signaling_listener(&self, id: ListenerId) -> bool {
        self.listeners.remove(id)
    }

    /// The listeners, to start the next client with.
    pub fn listeners(&self) -> SignalingListeners {
        self.listeners.clone()
    }

    /// Ends this device's login. Everything still under way fails with 6014, and the events end.
    pub fn logout(&self) -> Pending<Nothing> {
        self.ask(Request::Logout(Nothing {}))
    }

    /// Closes the connection without logging out, and returns when it is closed: to others this
    /// device looks gone, so a ring it has placed ends after the grace.
    pub async fn close(&self) {
        if self.orders.send(Order::Close).await.is_ok() {
            self.orders.closed().await;
        }
    }

    /// Asks anything of the protocol, for shells that pass requests through; the result is as
    /// `docs/PROTOCOL.md` shows it, and refusals are the method's own.
    ///
    /// Ids that make repeating harmless (`opID`, and the `inviteID` of an invitation) are minted where
    /// they are absent. `login` is refused with 6017: the client logs in by itself.
    pub fn request(&self, request: Request) -> Pending<Value> {
        self.ask(request)
    }

    fn ask<T>(&self, request: Request) -> Pending<T> {
        let request = repeatable::named(request);
        self.order(|reply| Order::Ask(Box::new(request), reply))
    }

    fn order<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<Value, Failure>>) -> Order,
    ) -> Pending<T> {
        let (reply, outcome) = oneshot::channel();
        if let Err(refused) = self.orders.try_send(order(reply)) {
            let (order, failure) = match refused {
                mpsc::error::TrySendError::Full(order) => (order, too_many()),
                mpsc::error::TrySendError::Closed(order) => (order, closed()),
            };
            order.refuse(failure);
        }
        Pending::new(outcome)
    }
}

fn too_many() -> Failure {
    Failure::new(
        Code::Disconnected,
        Reason::Disconnected,
        "Too many requests wait for the connection. Try again in a moment.",
    )
}

/// What happens, in order; ends when the client has stopped.
///
/// At most 1024 events wait here. When the app does not take them, the client stops reading from the
/// server until it does: nothing is lost, but replies wait too, and a server that is kept waiting
/// closes the connection, after which the snapshot of the next login makes good what was missed.
/// Dropping the stream means that the app wants no events: they are thrown away.
#[derive(Debug)]
pub struct Events(mpsc::Receiver<ClientEvent>);

impl Events {
    /// The next event; nothing when there will be no more.
    pub async fn next(&mut self) -> Option<ClientEvent> {
        self.0.recv().await
    }
}

impl Stream for Events {
    type Item = ClientEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ClientEvent>> {
        self.0.poll_recv(cx)
    }
}
