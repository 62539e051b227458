//! The small world in full: nothing that can happen in it breaks anything, and each fault planted in it
//! is found.
//!
//! | fault | found as |
//! |---|---|
//! | time not first: late answers are decided as if in time | `Deadlines` |
//! | no request is remembered: a retry is refused for what it did itself | `OneEffect` |
//! | the last to write wins | `OneAnswer` |
//! | published before the commit: lost between it and the snapshot | `Agreement` |
//! | published out of order | `InOrder` |
//! | a snapshot read before attaching | `Agreement` |
//! | told again what the snapshot has | `InOrder` |
//! | a timer that fires early | `Deadlines` |
//! | acknowledged before the commit | `Acknowledged` |

use bellhop_sim::Invariant;
use bellhop_sim::model::{Device, Fault, explore_small_world};

/// ARCHITECTURE, invariants: each holds in every state, and at rest everybody agrees.
fn holds_for(watched: Device, at_least: u64) {
    let census = explore_small_world(watched, None).unwrap_or_else(|found| panic!("{found}"));
    println!("{watched:?} watched: {census:?}");
    assert!(
        census.states > at_least && census.transitions > census.states,
        "{census:?}"
    );
}

fn finds(fault: Fault, watched: Device, invariant: Invariant) {
    let found = explore_small_world(watched, Some(fault)).map_err(|found| found.breach.invariant);
    assert_eq!(found, Err(invariant), "{fault:?}");
}

macro_rules! whole {
    ($($name:ident: $device:ident, more than $states:literal;)+) => {$(
        #[test]
        fn $name() {
            holds_for(Device::$device, $states);
        }
    )+};
}

whole! {
    what_the_inviting_device_hears_holds_in_every_state: A1, more than 900_000;
    what_the_inviters_other_device_hears_holds_in_every_state: A2, more than 500_000;
    what_an_invitee_hears_holds_in_every_state: B1, more than 2_500_000;
    what_an_observer_hears_holds_in_every_state: D1, more than 500_000;
    two_server_processes_race_in_every_way_and_a_stranger_hears_nothing: E1, more than 1_000_000;
}

macro_rules! faults {
    ($($name:ident: $fault:ident, seen by $device:ident, breaks $invariant:ident;)+) => {$(
        #[test]
        fn $name() {
            finds(Fault::$fault, Device::$device, Invariant::$invariant);
        }
    )+};
}

faults! {
    finds_decisions_without_time_first: TimeNotFirst, seen by E1, breaks Deadlines;
    finds_requests_that_are_not_remembered: ForgetsRequests, seen by E1, breaks OneEffect;
    finds_commits_whatever_the_revision: IgnoresTheRevision, seen by E1, breaks OneAnswer;
    finds_what_is_published_before_its_commit: PublishesBeforeCommit, seen by B2, breaks Agreement;
    finds_what_is_published_out_of_order: PublishesOutOfOrder, seen by D1, breaks InOrder;
    finds_snapshots_read_before_attaching: ReadsBeforeAttaching, seen by D1, breaks Agreement;
    finds_what_is_told_again_after_the_snapshot: TellsTwice, seen by D1, breaks InOrder;
    finds_timers_that_fire_early: TimesOutEarly, seen by E1, breaks Deadlines;
    finds_results_before_their_commit: AcknowledgesBeforeItCommits, seen by A1, breaks Acknowledged;
}

/// The same world is the same however often it is explored: a count that changes means something.
#[test]
fn the_small_world_is_counted_alike_each_time() {
    let count = || explore_small_world(Device::D1, None).expect("nothing breaks");
    assert_eq!(count(), count());
}
