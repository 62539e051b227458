//! Plays many histories, one after the other, and says how many and how fast.

use std::process::ExitCode;
use std::time::Instant;

use bellhop_sim::{GROUPS, PUSHES, Tally, explore};
use clap::Parser;

/// Plays seeded histories of phones and servers, and stops at the first that must not be.
#[derive(Parser)]
struct Args {
    /// How many histories.
    #[arg(long, default_value_t = 1000)]
    histories: u64,
    /// The seed of the first; the others follow it.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// In worlds with groups.
    #[arg(long)]
    groups: bool,
    /// In worlds with groups and offline push.
    #[arg(long, conflicts_with = "groups")]
    pushes: bool,
    /// Tells everything that led to a failure.
    #[arg(long)]
    journal: bool,
    /// Goes on after a failure, and counts.
    #[arg(long)]
    keep_going: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let begun = Instant::now();
    let mut tally = Tally::default();
    let mut failures = 0_u64;
    let worlds = match (args.groups, args.pushes) {
        (_, true) => PUSHES,
        (true, false) => GROUPS,
        (false, false) => 0,
    };
    let first = args.seed + worlds;
    for seed in first..first.saturating_add(args.histories) {
        match explore(seed, None) {
            Ok(played) => tally.add(played),
            Err(failure) => {
                println!("{failure}");
                if args.journal {
                    failure.journal.iter().for_each(|line| println!("{line}"));
                }
                failures += 1;
                if !args.keep_going {
                    break;
                }
            }
        }
    }
    let secs = begun.elapsed().as_secs_f64();
    let Tally {
        histories,
        actions,
        steps,
        commits,
    } = tally;
    println!(
        "{histories} histories without a breach, {failures} with one; {actions} actions, {commits} \
         commits, {steps} steps; {secs:.1} s, {:.0} histories/s",
        histories as f64 / secs.max(f64::MIN_POSITIVE)
    );
    if failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
