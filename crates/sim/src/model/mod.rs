//! The small world, explored whole: one inviter, two invitees of a group, two devices each, a member who
//! only looks on, a stranger, one ledger and two server processes.
//!
//! Every decision is the shipping engine's; the model's own is what lies between: which request is read
//! when, what is committed, published, delivered, lost by a crash and asked again. A device that is
//! reached changes nothing for the others, so the world is explored once for each device watched, with
//! all that is under way to it, and everything else in full each time.

mod cast;
mod device;
mod rules;
mod search;
mod steps;
mod world;

pub use cast::{Ask, Device};
pub use search::{Census, Counterexample, explore_small_world};

/// A promise that is broken on purpose, to prove that the model check can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What is decided after the deadline is decided as if it were before.
    TimeNotFirst,
    /// No request is remembered.
    ForgetsRequests,
    /// The last to write wins, whatever the revision.
    IgnoresTheRevision,
    /// What is told is published with the decision, before it is committed.
    PublishesBeforeCommit,
    /// What was committed later may be published first.
    PublishesOutOfOrder,
    /// The snapshot of a login is read, and its device attached afterwards.
    ReadsBeforeAttaching,
    /// What a snapshot has is told again after it.
    TellsTwice,
    /// The timer's command is carried out before the deadline.
    TimesOutEarly,
    /// A device is told that its request was carried out when it was decided.
    AcknowledgesBeforeItCommits,
}
