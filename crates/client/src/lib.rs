//! The Bellhop SDK: the signaling API in Rust.
//!
//! [`Client::start`] gives a handle and a stream of events, and returns at once. The handle's methods
//! are the operations of the API; each hands its request over and returns a [`Pending`] outcome.
//! Everything between a lost connection and the next one (reconnecting, repeating what was not
//! answered, finding out what ended meanwhile) is the client's own business.
//!
//! - [`ClientEvent`] tells what happens: [`Connection`] changes, `Signaling` events of the API, and
//!   when a ring must be silent. Each end of an invitation is told exactly once.
//! - [`Client::view`] shows what is live at this moment: invitations with this device's [`Role`], their
//!   deadlines on the clock of [`Client::now`], and running calls.
//! - [`SignalingListener`]s hear the events of the API by name, besides the stream; they can be there
//!   before the login, and survive a logout.
//! - [`call_layer`] makes and reads the data of calls, and [`signaling_info`] tells signaling from the
//!   other messages of a history.
//!
//! ```no_run
//! use bellhop_client::protocol::{Event, request::Invite};
//! use bellhop_client::{Client, ClientEvent, Config};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let (client, mut events) = Client::start(Config {
//!     url: "ws://127.0.0.1:7700".parse()?,
//!     user: "ann".parse()?,
//!     device: "desk".parse()?,
//!     platform: "linux".parse()?,
//!     user_sig: "eJw1jc0KgkAURv…".into(),
//! });
//! let (invite_id, outcome) = client.invite(Invite::to("bob".parse()?));
//! outcome.await?; // it rings, or the failure says why not
//! while let Some(event) = events.next().await {
//!     match event {
//!         ClientEvent::Signaling(Event::InviteeAccepted(answer)) if answer.invite_id == invite_id => {
//!             println!("{} answered on {}", answer.invitee, answer.platform);
//!         }
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What a message of a history says is read without a server:
//!
//! ```
//! use bellhop_client::protocol::{ActionType, Message};
//! use bellhop_client::signaling_info;
//! use serde_json::json;
//!
//! let body = json!({
//!     "businessID": 1, "inviteID": "a1", "inviter": "ann", "inviteeList": ["bob"], "actionType": 1,
//!     "data": "", "timeout": 30, "groupID": "", "onlineUserOnly": false,
//! });
//! let message: Message = serde_json::from_value(json!({
//!     "messageID": "m1", "conversationID": "C2Cann", "seq": 1, "from": "ann", "to": "bob",
//!     "timeMs": 5, "type": "custom", "payload": {"data": body.to_string()},
//! }))?;
//! let info = signaling_info(&message).expect("businessID 1 and an inviteID make it signaling");
//! assert_eq!(info.action_type, ActionType::Invite);
//! assert_eq!(info.timeout, 30);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! This crate owns sockets and time; it must not have an opinion about calls, which is
//! [`bellhop_engine::handset`]'s.

pub mod agent;
mod client;
mod clock;
mod config;
mod connection;
mod listeners;
mod pending;
mod repeatable;
mod socket;

pub use bellhop_engine::handset::{
    ClientEvent, Connection, LiveInvitation, Ring, Role, RunningCall, Source, View, call_layer,
};
pub use bellhop_protocol as protocol;
pub use bellhop_protocol::signaling::signaling_info;
pub use client::{Client, Events};
pub use config::{Config, InvalidServerUrl, ServerUrl, UserSig};
pub use listeners::{ListenerId, SignalingListener, SignalingListeners};
pub use pending::Pending;
