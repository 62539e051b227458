//! Calls between apps: the SDK against a real server, over real sockets.

pub(crate) mod dice;
mod endings;
mod glare;
mod killed;
mod phone;
mod races;
mod restart;
