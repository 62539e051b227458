//! Bugs planted on purpose, to prove that the checks can fail.

/// A bug in a port. None of them is in the engine, the driver or the sessions: each is a ledger, a
/// publication or a clock that breaks its promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// Notices are published, and committed a moment later.
    PublishesBeforeCommit,
    /// Now and then a notice is published after the next one.
    PublishesOutOfOrder,
    /// Notices for one user reach another one too.
    TellsStrangers,
    /// No request is remembered: a repetition is applied again.
    AppliesARetryTwice,
    /// What a login reads is from before its device was attached.
    ReadsBeforeAttaching,
    /// Time is not applied before the command: for seconds after its deadline, an invitation is shown
    /// as one that has time left.
    IgnoresTimeFirst,
    /// The servers' clocks run ahead of the time at which requests come in.
    CountsFromTheWrongMoment,
    /// Deadlines are shown earlier than they are.
    TimesOutEarly,
    /// After a crash, nobody is waited for.
    GraceForgetsACrash,
    /// Now and then a result is given that was never written.
    AcknowledgesBeforeItCommits,
    /// The last to write wins, whatever the revision.
    IgnoresTheRevision,
    /// An online-only invitation leaves a message.
    KeepsOnlineOnly,
    /// Deadlines never fall due.
    ForgetsDeadlines,
    /// Whoever leaves a group while he is rung goes on being rung.
    ForgetsDepartures,
    /// Nobody has blocked anybody.
    ForgetsBlocks,
    /// No device ever counts as asleep.
    ForgetsSilence,
    /// What is pushed reaches no push channel that is connected.
    LosesPushes,
    /// No push channel is told that a ring is over.
    LosesWithdrawals,
}
