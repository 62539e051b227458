//! What a shell and its handset say to each other: shapes only.

use std::time::Duration;

use bellhop_protocol::{DeviceId, Failure, Platform, Request, SignalingInfo, UserId, rpc};
use serde_json::Value;

use super::ClientEvent;

/// Who speaks, and on what.
#[derive(Clone, Debug)]
pub struct Config {
    /// The user.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The kind of device.
    pub platform: Platform,
    /// The signature to log in with; when there is none, it is asked for at the start.
    pub user_sig: Option<String>,
    /// Any number, different on each device, that the jitter of reconnecting is drawn from.
    pub seed: u64,
}

/// Names a request of the app's, so that its outcome finds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The app wants to be connected.
    Start,
    /// The connection that `Effect::Connect` asked for stands.
    Connected,
    /// The connection was lost, or could not be made.
    ConnectionLost {
        /// The WebSocket's close code, if it was closed with one.
        code: Option<u16>,
        /// What the person should read about it.
        cause: String,
    },
    /// The server said something.
    Received(rpc::Incoming),
    /// The app asks something of the server.
    Ask {
        /// Names the outcome.
        ticket: Ticket,
        /// What is asked. Ids that make it repeatable (`inviteID`, `opID`) are the asker's to give.
        request: Request,
    },
    /// The app has an invitation from elsewhere than this connection (SIGNALING §2,
    /// `addInvitedSignaling`). The outcome is the invitation as the server shows it.
    AddInvited {
        /// Names the outcome.
        ticket: Ticket,
        /// The invitation, as far as such information tells it.
        info: SignalingInfo,
        /// How it came here.
        source: Source,
    },
    /// Time has passed.
    Tick,
    /// The machine was asleep.
    Resumed,
    /// The signature that `Effect::RenewSignature` asked for.
    SignatureRenewed(String),
    /// There is no new signature to be had.
    SignatureRefused(Failure),
    /// The app is closing: stop without logging out.
    Close,
}

/// How an invitation came to this device, other than over its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// By the authenticated push channel: it may ring before the server has confirmed it.
    Push {
        /// How long ago it came: so much of its time is over.
        age: Duration,
    },
    /// By any other road, such as a link or a message: it rings when the server has confirmed it.
    Other,
}

/// What to do, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a connection, and report `Input::Connected` or `Input::ConnectionLost`.
    Connect,
    /// Send this frame on the connection.
    Send(String),
    /// Close the connection or give up opening it, and report nothing more of it.
    Disconnect,
    /// Ask the app for a signature, and report it or its refusal.
    RenewSignature,
    /// Tell the asker what became of his request: the result as PROTOCOL.md shows it.
    Done {
        /// Which request.
        ticket: Ticket,
        /// What became of it.
        outcome: Result<Value, Failure>,
    },
    /// Tell the app.
    Tell(ClientEvent),
}
