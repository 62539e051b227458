//! The signaling API in Rust dress: each method makes one request and hands it to the connection.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bellhop_engine::handset::{ClientEvent, View};
use bellhop_protocol::id::HangUpReason;
use bellhop_protocol::request::{
    Accept, ByCall, ByConversation, ByInvite, ByUsers, Cancel, CancelReason, ConversationList,
    Done, GetMessageList, HangUp, HungUp, Invite, Invited, MessageList, Nothing, PageSize,
    Receiver, Reject, RejectReason, SendMessage, Sent, StatusList,
};
use bellhop_protocol::{
    Call, CallId, Code, ConversationId, Failure, Invitation, InviteId, MessageType, Reason,
    Request, Timestamp, UserId,
};
use futures_util::Stream;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::connection::{self, Order};
use crate::pending::{Pending, closed};
use crate::repeatable::{self, mint_invite_id};

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
}

impl Client {
    /// Starts connecting in the background, and keeps at it.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: Config) -> (Self, Events) {
        let (orders, received) = mpsc::channel(ORDERS);
        let (tell, events) = mpsc::channel(EVENTS);
        let (show, view) = watch::channel(Arc::new(View::default()));
        let clock = Clock::start();
        let user = config.user.clone();
        tokio::spawn(connection::run(config, clock, received, tell, show));
        let client = Self {
            orders,
            view,
            clock,
            user,
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

    /// Rings a user. The id is known at once; the outcome says whether it rings.
    ///
    /// An `inviteID` that is absent is minted. Refused with 6017, 8001, 20003, 20007, 7008.
    pub fn invite(&self, mut invite: Invite) -> (InviteId, Pending<Invited>) {
        let invite_id = invite.invite_id.get_or_insert_with(mint_invite_id).clone();
        (invite_id, self.ask(Request::Invite(invite)))
    }

    /// Ends an invitation of this user's for those who have not answered.
    ///
    /// `data` is passed on byte for byte. Refused with 8010 (with the reason), 8011.
    pub fn cancel(&self, invite_id: &InviteId, data: &str) -> Pending<Done> {
        self.cancel_because(invite_id, data, None)
    }

    /// Like [`Client::cancel`], with the machine-readable reason that the server keeps.
    pub fn cancel_because(
        &self,
        invite_id: &InviteId,
        data: &str,
        reason: Option<CancelReason>,
    ) -> Pending<Done> {
        self.ask(Request::Cancel(Cancel {
            invite_id: invite_id.clone(),
            data: data.to_owned(),
            reason,
            op_id: None,
        }))
    }

    /// Answers an invitation with yes, on this device: exactly one device of a user can.
    ///
    /// Refused with 8010 (the reason tells who was faster: `acceptedElsewhere`, `cancelled`,
    /// `timedOut`, …), 8011.
    pub fn accept(&self, invite_id: &InviteId, data: &str) -> Pending<Done> {
        self.ask(Request::Accept(Accept {
            invite_id: invite_id.clone(),
            data: data.to_owned(),
            op_id: None,
        }))
    }

    /// Answers an invitation with no. A `busy` reason leaves a missed call.
    ///
    /// Refused as [`Client::accept`] is.
    pub fn reject(
        &self,
        invite_id: &InviteId,
        data: &str,
        reason: Option<RejectReason>,
    ) -> Pending<Done> {
        self.ask(Request::Reject(Reject {
            invite_id: invite_id.clone(),
            data: data.to_owned(),
            reason,
            op_id: None,
        }))
    }

    /// Leaves a call; when one party is left, this ends it.
    ///
    /// Refused with 8010 (`ended`, `unknown`), 8011 (`notInCall`).
    pub fn hang_up(&self, call_id: &CallId, reason: Option<HangUpReason>) -> Pending<HungUp> {
        self.ask(Request::HangUp(HangUp {
            call_id: call_id.clone(),
            reason,
            op_id: None,
        }))
    }

    /// Says that this device rings. The client says it by itself, once for each ring that it hands
    /// to the app; this is for apps that want to say it again.
    pub fn ringing(&self, invite_id: &InviteId) -> Pending<Nothing> {
        self.ask(Request::Ringing(ByInvite {
            invite_id: invite_id.clone(),
            op_id: None,
        }))
    }

    /// How an invitation stands, also one that ended recently.
    ///
    /// Refused with 8010 `unknown` to whoever takes no part in it.
    pub fn invitation(&self, invite_id: &InviteId) -> Pending<Invitation> {
        self.ask(Request::GetInvitation(ByInvite {
            invite_id: invite_id.clone(),
            op_id: None,
        }))
    }

    /// How a call stands.
    ///
    /// Refused with 8010 (`unknown`, `ended`), 8011 (`notInCall`).
    pub fn call(&self, call_id: &CallId) -> Pending<Call> {
        self.ask(Request::GetCall(ByCall {
            call_id: call_id.clone(),
        }))
    }

    /// Writes an ordinary message: `{text}`, or `{data, description?, extension?}` for a custom one.
    ///
    /// Refused with 6017 (also for data that only the server may write), 8001, 20003, 20007, 7008.
    pub fn send_message(&self, user: &UserId, kind: MessageType, payload: Value) -> Pending<Sent> {
        self.ask(Request::SendMessage(SendMessage {
            to: Receiver::User(user.clone()),
            kind,
            payload,
            op_id: None,
        }))
    }

    /// A page of a conversation, newest first: messages with a `seq` smaller than `before`.
    pub fn message_list(
        &self,
        conversation_id: &ConversationId,
        before: Option<u64>,
        limit: PageSize,
    ) -> Pending<MessageList> {
        self.ask(Request::GetMessageList(GetMessageList {
            conversation_id: conversation_id.clone(),
            before,
            limit,
        }))
    }

    /// The conversations of this user, the one with the newest message first.
    pub fn conversation_list(&self) -> Pending<ConversationList> {
        self.ask(Request::GetConversationList(Nothing {}))
    }

    /// Moves the read mark of a conversation to its end.
    pub fn set_message_read(&self, conversation_id: &ConversationId) -> Pending<Nothing> {
        self.ask(Request::SetMessageRead(ByConversation {
            conversation_id: conversation_id.clone(),
            op_id: None,
        }))
    }

    /// Who of these can be reached now.
    pub fn user_status(&self, users: Vec<UserId>) -> Pending<StatusList> {
        self.ask(Request::GetUserStatus(ByUsers { users }))
    }

    /// Who of these can be reached now; changes arrive as events from here on, also after a
    /// reconnect.
    pub fn subscribe_user_status(&self, users: Vec<UserId>) -> Pending<StatusList> {
        self.ask(Request::SubscribeUserStatus(ByUsers { users }))
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
    /// PROTOCOL.md shows it.
    ///
    /// Ids that make repeating harmless (`opID`, and the `inviteID` of an invitation) are minted where
    /// they are absent. `login` is refused with 6017: the client logs in by itself.
    pub fn request(&self, request: Request) -> Pending<Value> {
        self.ask(request)
    }

    fn ask<T>(&self, request: Request) -> Pending<T> {
        let request = repeatable::named(request);
        let (reply, outcome) = oneshot::channel();
        if let Err(refused) = self.orders.try_send(Order::Ask(request, reply)) {
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
