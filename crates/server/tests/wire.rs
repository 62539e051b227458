//! The server over real sockets, spoken to frame by frame: what PROTOCOL.md says of the wire.

#![allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test")]

#[path = "wire/bad_input.rs"]
mod bad_input;
#[path = "wire/calls.rs"]
mod calls;
#[path = "wire/coming_and_going.rs"]
mod coming_and_going;
#[path = "wire/http.rs"]
mod http;
#[path = "wire/peer.rs"]
mod peer;
