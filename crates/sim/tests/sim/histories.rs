//! Histories without a planted bug: none of them may break anything.

use bellhop_sim::{actions, explore_all, play};

/// How many histories a test run plays; `--histories` of the program plays more.
const HISTORIES: u64 = 100_000;

/// ARCHITECTURE, invariants: they hold in each world.
#[test]
fn nothing_breaks_in_any_history() {
    let tally = explore_all(0..HISTORIES, None).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{tally:?}");
    assert_eq!(tally.histories, HISTORIES);
    assert!(tally.commits > 4 * HISTORIES, "much happens: {tally:?}");
}

/// The same seed is the same history to the last step: otherwise no failure could be looked into.
#[test]
fn a_seed_is_one_history() {
    for seed in 0..5 {
        let once = play(seed, &actions(seed), None);
        assert_eq!(once, play(seed, &actions(seed), None));
    }
}
