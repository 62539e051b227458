//! What Bellhop promises as a whole.
//!
//! `wire` looks at the server through its socket alone, by docs/PROTOCOL.md; `sdk` makes calls with the
//! client library, also while servers go down, are killed and come back. Rules that tests name by § are
//! those of SIGNALING. No test sleeps in order to wait: what is awaited is an event, with a deadline.

#![allow(clippy::unwrap_used)]

mod architecture;
mod documents;
mod lasting;
mod raw;
mod rules;
mod sdk;
mod server;
mod signature;
mod wire;
