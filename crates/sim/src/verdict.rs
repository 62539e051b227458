//! What must hold in every world, by name, and the breach of it.

use std::fmt;

/// What must hold (ARCHITECTURE, invariants).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Each (invitation, invitee) ends exactly once, in the ledger and for each device that is told.
    EndsOnce,
    /// Everybody who is told is told what the ledger says, and not before it says so.
    SameEnd,
    /// At most one device answers.
    OneAnswer,
    /// Nothing rings after its end.
    SilentAfterEnd,
    /// Deadlines count from when the server heard, nothing times out early, and nothing is answered
    /// late.
    Deadlines,
    /// Nobody hears of an invitation he has no part in.
    OnlyParticipants,
    /// Per invitation and device, events come in order, the beginning first.
    InOrder,
    /// The same request twice is one effect, and told the same.
    OneEffect,
    /// What was acknowledged was written.
    Acknowledged,
    /// An online-only invitation leaves no message.
    NoTrace,
    /// Pending timers are the live invitations with a timeout.
    Timers,
    /// Everything has a bound: queues, tasks, steps, answers.
    Bounded,
    /// Whoever is rung and has no device that rings is pushed to, nobody else is, and a push channel
    /// knows what rings and what is over.
    Pushed,
    /// When all is calm, every phone knows what the ledger knows.
    Agreement,
    /// After all deadlines and graces, nothing is live and nothing rings.
    Quiet,
    /// Nothing panics.
    NoPanic,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What was to hold.
    pub invariant: Invariant,
    /// What was instead.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.what)
    }
}
