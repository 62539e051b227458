//! The server over real sockets, spoken to frame by frame: what PROTOCOL.md says of the wire.

#![allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test")]

#[path = "wire/bad_input.rs"]
mod bad_input;
#[path = "wire/calls.rs"]
mod calls;
#[path = "wire/coming_and_going.rs"]
mod coming_and_going;
#[path = "wire/group_rings.rs"]
mod group_rings;
#[path = "wire/groups.rs"]
mod groups;
#[path = "wire/hostile.rs"]
mod hostile;
#[path = "wire/http.rs"]
mod http;
#[path = "wire/peer.rs"]
mod peer;
#[path = "wire/people.rs"]
mod people;
#[path = "wire/signals.rs"]
mod signals;
