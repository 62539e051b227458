//! Planted bugs: each breaks a port's promise, and the simulation finds it.
//!
//! | planted | caught as |
//! |---|---|
//! | a notice is published before its commit | `SameEnd`: told what the ledger does not have |
//! | a notice is published out of order with its commit | `InOrder` |
//! | time is not applied first | `Deadlines`: answered after the deadline |
//! | a retry is applied twice | `OneEffect` |
//! | a snapshot is read before attaching | `InOrder`: the end of what never began |
//! | a grace forgets a crash | `Quiet`: rings on for an inviter who is gone |
//! | a notice reaches strangers | `OnlyParticipants` |
//! | deadlines count from the wrong moment | `Deadlines` |
//! | deadlines are early | `Deadlines` |
//! | deadlines never fall due | `Quiet` |
//! | a result is given that was never written | `Acknowledged` |
//! | an online-only invitation leaves a message | `NoTrace` |
//! | the last to write wins, whatever the revision | `OneAnswer` |
//! | whoever leaves a group goes on being rung | `Quiet` |
//! | blocks are forgotten | `OnlyParticipants` |
//! | no device counts as asleep | `Pushed` |
//! | pushes reach nobody | `Pushed` |
//! | push channels are not told that a ring is over | `Pushed` |

use std::collections::BTreeMap;

use bellhop_sim::{Action, GROUPS, Invariant, PUSHES, Plant, actions, play};

/// Within how many histories a planted bug is found.
const WITHIN: u64 = 400;

/// Plays until this is broken, from this seed on; else what was broken instead.
fn find(first: u64, plant: Plant, expected: Invariant) -> Result<u64, BTreeMap<Invariant, u64>> {
    let mut others = BTreeMap::new();
    for seed in first..first + WITHIN {
        match play(seed, &actions(seed), Some(plant)) {
            Err(breach) if breach.invariant == expected => return Ok(seed),
            Err(breach) => *others.entry(breach.invariant).or_default() += 1,
            Ok(_) => {}
        }
    }
    Err(others)
}

macro_rules! planted {
    ($first:expr; $($(#[$doc:meta])* $name:ident: $plant:ident breaks $invariant:ident;)+) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            let found = find($first, Plant::$plant, Invariant::$invariant);
            assert!(found.is_ok(), "not within {WITHIN} histories, but {found:?}");
        }
    )+};
}

planted! { 0;
    /// What is told is what the ledger says, and not before it says so.
    finds_a_ledger_that_publishes_before_it_commits: PublishesBeforeCommit breaks SameEnd;
    /// §3: a device gets events in the order of `rev`.
    finds_notices_out_of_order: PublishesOutOfOrder breaks InOrder;
    /// §3: column D and everybody else.
    finds_notices_for_strangers: TellsStrangers breaks OnlyParticipants;
    /// §4: the same `opID` causes nothing again.
    finds_a_retry_that_is_applied_twice: AppliesARetryTwice breaks OneEffect;
    /// §5: attach, buffer, read, reply.
    finds_a_snapshot_read_before_attaching: ReadsBeforeAttaching breaks InOrder;
    /// §2: an accept at or after the deadline is refused.
    finds_a_ledger_that_ignores_time_first: IgnoresTimeFirst breaks Deadlines;
    /// §2: the deadline is the server's receipt time + timeout.
    finds_deadlines_that_count_from_the_wrong_moment: CountsFromTheWrongMoment breaks Deadlines;
    /// Timeouts are never early.
    finds_early_timeouts: TimesOutEarly breaks Deadlines;
    /// §5: absence begins anew when a server starts.
    finds_a_grace_that_forgets_a_crash: GraceForgetsACrash breaks Quiet;
    /// What was acknowledged survives.
    finds_results_that_were_never_written: AcknowledgesBeforeItCommits breaks Acknowledged;
    /// §2: online-only leaves no message.
    finds_online_only_invitations_that_are_kept: KeepsOnlineOnly breaks NoTrace;
    /// §5: those that passed time out.
    finds_deadlines_that_never_fall_due: ForgetsDeadlines breaks Quiet;
}

planted! { GROUPS;
    /// §2: an invitee who leaves the group while pending ends as `cancelled`.
    finds_rings_of_those_who_left: ForgetsDepartures breaks Quiet;
    /// §4, 20007: in a group whoever blocked the inviter is simply not rung.
    finds_blocks_that_are_forgotten: ForgetsBlocks breaks OnlyParticipants;
    /// §3: column D hears what happens, strangers do not.
    finds_what_a_group_hears_out_of_order: PublishesOutOfOrder breaks InOrder;
}

planted! { PUSHES;
    /// §7: none of whose connected devices has sent `ringing` within 3 s.
    finds_devices_that_never_count_as_asleep: ForgetsSilence breaks Pushed;
    /// §7: a push goes to an invitee none of whose devices is connected.
    finds_pushes_that_reach_nobody: LosesPushes breaks Pushed;
    /// §7: when the ring ends unanswered the notification is withdrawn.
    finds_withdrawals_that_reach_nobody: LosesWithdrawals breaks Pushed;
}

/// §2: exactly one device of the invitee wins; here the last to write does.
#[test]
fn finds_a_ledger_that_ignores_the_revision() {
    let duel = [
        Action::Wait(5_000),
        Action::Trouble(0, 50),
        Action::Invite {
            phone: 0,
            to: 1,
            timeout: 30,
            online: false,
        },
        Action::Wait(3_000),
        Action::Duel {
            user: 1,
            ring: 0,
            yes: 1,
        },
        Action::Wait(3_000),
    ];
    let breaches: Vec<Invariant> = (0..100)
        .filter_map(|seed| play(seed, &duel, Some(Plant::IgnoresTheRevision)).err())
        .map(|breach| breach.invariant)
        .collect();
    assert!(breaches.contains(&Invariant::OneAnswer), "{breaches:?}");
    for seed in 0..100 {
        assert!(play(seed, &duel, None).is_ok(), "seed {seed}");
    }
}
