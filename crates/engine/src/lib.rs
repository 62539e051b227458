//! Every decision about a call invitation, on both ends, without I/O.
//!
//! The server's half is [`decide`] and [`call::decide`]: state, command, context and time go in; the
//! next state and everything that must be written and told come out; [`group::decide`] does the same
//! for groups. The client's half is
//! [`handset::Handset`]. Nothing here reads a clock, draws a random number, logs or waits.

pub mod call;
pub mod command;
mod decide;
pub mod decision;
pub mod group;
pub mod handset;
mod history;
pub mod invitation;
pub mod push;
pub mod refusal;

pub use call::Call;
pub use command::{Actor, Command, Context};
pub use decide::{decide, view};
pub use decision::{
    Audience, ConnectionId, Decision, Draft, MessageEdit, Notice, Reply, Stored, Thread,
};
pub use group::Group;
pub use invitation::Invitation;
pub use refusal::Refusal;

/// How long a vanished inviter or party is waited for (SIGNALING §5).
pub const GRACE: std::time::Duration = std::time::Duration::from_secs(15);

/// How many members a group has at most (SIGNALING §2).
pub const MAX_MEMBERS: usize = 500;

/// How many members are invited at once at most (SIGNALING §2).
pub const MAX_INVITEES: usize = 100;
