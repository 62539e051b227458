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
//! - [`call_layer`] makes and reads the data of calls.
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
//! This crate owns sockets and time; it must not have an opinion about calls, which is
//! [`bellhop_engine::handset`]'s.

pub mod agent;
mod client;
mod clock;
mod config;
mod connection;
mod pending;
mod repeatable;
mod socket;

pub use bellhop_engine::handset::{
    ClientEvent, Connection, LiveInvitation, Ring, Role, RunningCall, View, call_layer,
};
pub use bellhop_protocol as protocol;
pub use client::{Client, Events};
pub use config::{Config, InvalidServerUrl, ServerUrl, UserSig};
pub use pending::Pending;
