//! The client over real sockets, against a server that says what the test tells it to.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod agent;
mod connection;
mod listeners;
mod methods;
mod peer;
