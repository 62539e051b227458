//! A deterministic world: phones, servers, a faulty ledger and a faulty network, all from one seed.
//!
//! What runs in it is what ships: the handset, the sessions, the driver, the timers and the fabric.
//! Its own are the executor, the clock, the network and the road to the ledger, and those who look on.

mod action;
mod chance;
mod fabrics;
mod groups;
mod history;
mod ledger;
pub mod model;
mod network;
mod oracle;
mod phone;
mod plant;
mod play;
mod process;
mod pushes;
mod runtime;
mod told;
mod verdict;
mod world;

pub use action::{Action, Social};
pub use chance::Chance;
pub use history::{Failure, GROUPS, PUSHES, Tally, actions, explore, explore_all, play};
pub use plant::Plant;
pub use verdict::{Breach, Invariant};
