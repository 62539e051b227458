//! The Bellhop server: sessions, ports, storage.
//!
//! [`Server::start`] runs a whole server in this process. The [`ports`] say what it needs of the
//! world, the [`driver`] is the one path on which invitations and calls change.

mod clock;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod credentials;
pub mod driver;
mod ending;
mod fabric;
#[cfg(test)]
mod faulty;
mod fingerprint;
mod gate;
mod http;
mod hub;
mod limits;
mod listener;
pub mod memory;
mod messages;
pub mod ports;
mod server;
mod session;
mod socket;
pub mod sqlite;
mod timers;
pub mod user_sig;
mod wire;

pub use clock::wall_time;
pub use credentials::{AppId, Credentials, CredentialsError, SecretKey};
pub use ending::Ending;
pub use fabric::Fabric;
pub use gate::{Authority, InvalidAuthority, InvalidOrigin, Origin};
pub use hub::{Hub, Ports, Tuning, Visibility};
pub use limits::{Rate, RateLimits};
pub use server::{Data, RunningServer, Server, ServerConfig, StartError};
pub use wire::{Heard, Wire};
