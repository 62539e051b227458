//! Histories without a planted bug: none of them may break anything.

use bellhop_sim::{GROUPS, PUSHES, actions, explore_all, play};

/// How many histories of pairs a test run plays; `--histories` of the program plays more.
const OF_PAIRS: u64 = 70_000;
/// How many histories with groups.
const OF_GROUPS: u64 = 30_000;
/// How many histories with offline push.
const OF_PUSHES: u64 = 10_000;

/// ARCHITECTURE, invariants: they hold in each world.
#[test]
fn nothing_breaks_in_any_history() {
    let play = |seeds| explore_all(seeds, None).unwrap_or_else(|failure| panic!("{failure}"));
    let mut tally = play(0..OF_PAIRS);
    println!("{tally:?}");
    tally.add(play(GROUPS..GROUPS + OF_GROUPS));
    println!("with groups: {tally:?}");
    tally.add(play(PUSHES..PUSHES + OF_PUSHES));
    println!("with pushes: {tally:?}");
    assert_eq!(tally.histories, OF_PAIRS + OF_GROUPS + OF_PUSHES);
    assert!(
        tally.commits > 8 * tally.histories,
        "much happens: {tally:?}"
    );
}

/// The same seed is the same history to the last step: otherwise no failure could be looked into.
#[test]
fn a_seed_is_one_history() {
    for seed in (0..5).chain(GROUPS..GROUPS + 5).chain(PUSHES..PUSHES + 5) {
        let once = play(seed, &actions(seed), None);
        assert_eq!(once, play(seed, &actions(seed), None));
    }
}
