//! A history: a seed, what happens, and what must not be at the end of it.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use crate::action::{Action, Social};
use crate::chance::Chance;
use crate::plant::Plant;
use crate::verdict::{Breach, Invariant};
use crate::world::World;

/// How much happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Histories that were played.
    pub histories: u64,
    /// Actions from outside.
    pub actions: u64,
    /// Things that happened in them.
    pub steps: u64,
    /// Transitions that were committed.
    pub commits: u64,
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.histories += other.histories;
        self.actions += other.actions;
        self.steps += other.steps;
        self.commits += other.commits;
    }
}

/// A history in which something was that must not be.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed of its world.
    pub seed: u64,
    /// What happened.
    pub actions: Vec<Action>,
    /// What must not be.
    pub breach: Breach,
    /// Everything that led to it, in words.
    pub journal: Vec<String>,
}

/// Seeds from here on are of worlds with groups, and with more users.
pub const GROUPS: u64 = 1 << 40;
/// Seeds from here on are of worlds with offline push, too.
pub const PUSHES: u64 = 1 << 41;

/// The actions of a seed.
pub fn actions(seed: u64) -> Vec<Action> {
    let mut chance = Chance::seeded(seed ^ 0x5eed);
    let count = chance.between(4, 40);
    if seed < GROUPS {
        return (0..count).map(|_| Action::drawn(&mut chance)).collect();
    }
    let gather = |group| {
        let members = usize::MAX;
        let free = group == 0;
        let made = Social::Gather {
            group,
            members,
            free,
        };
        Action::Social(0, made)
    };
    let mut actions = vec![Action::Wait(1_000), gather(0), gather(1), Action::Wait(500)];
    let drawn = if seed < PUSHES {
        Action::drawn_in_groups
    } else {
        Action::drawn_with_pushes
    };
    actions.extend((0..count).map(|_| drawn(&mut chance)));
    actions
}

/// Plays these actions in the world of this seed, to the end.
pub fn play(seed: u64, actions: &[Action], plant: Option<Plant>) -> Result<Tally, Breach> {
    play_in(&mut World::new(seed, plant), actions)
}

/// The same, with everything that happened in words.
fn retell(seed: u64, actions: &[Action], plant: Option<Plant>) -> Vec<String> {
    let mut world = World::new(seed, plant);
    world.oracle.truth().keep_journal();
    drop(play_in(&mut world, actions));
    world.oracle.truth().journal()
}

fn play_in(world: &mut World, actions: &[Action]) -> Result<Tally, Breach> {
    let played = catch_unwind(AssertUnwindSafe(|| {
        for action in actions.iter().chain([&Action::Calm, &Action::Calm]) {
            let now = world.handle.now();
            world
                .oracle
                .truth()
                .write(now, || format!("*** {action:?}"));
            world.perform(action);
            if let Some(breach) = world.oracle.breach() {
                return Err(breach);
            }
        }
        let commits = world.oracle.truth().commits();
        Ok(Tally {
            histories: 1,
            actions: actions.len() as u64,
            steps: world.steps,
            commits,
        })
    }));
    played.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
        Err(Breach {
            invariant: Invariant::NoPanic,
            what: text.unwrap_or_else(|| "a panic without words".to_owned()),
        })
    })
}

/// Plays the history of a seed; if it fails, with as few actions as still fail alike.
pub fn explore(seed: u64, plant: Option<Plant>) -> Result<Tally, Box<Failure>> {
    let all = actions(seed);
    match play(seed, &all, plant) {
        Ok(tally) => Ok(tally),
        Err(breach) => Err(Box::new(shrink(seed, all, breach, plant))),
    }
}

/// Plays the histories of these seeds on every core; stops at one that fails.
///
/// Which one is told may differ from run to run when several fail; what it tells does not.
pub fn explore_all(seeds: Range<u64>, plant: Option<Plant>) -> Result<Tally, Box<Failure>> {
    let next = AtomicU64::new(seeds.start);
    let has_failed = AtomicBool::new(false);
    let outcome = Mutex::new(Ok(Tally::default()));
    let play_on = || {
        let mut own = Tally::default();
        while !has_failed.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                break;
            }
            match explore(seed, plant) {
                Ok(played) => own.add(played),
                Err(failure) => {
                    has_failed.store(true, Ordering::Relaxed);
                    *outcome.lock().expect("nobody panics here") = Err(failure);
                }
            }
        }
        if let Ok(tally) = outcome.lock().expect("nobody panics here").as_mut() {
            tally.add(own);
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(play_on);
        }
    });
    outcome.into_inner().expect("nobody panics here")
}

/// Leaves out what can be left out, in ever smaller pieces, while the same invariant is broken.
fn shrink(
    seed: u64,
    mut actions: Vec<Action>,
    mut breach: Breach,
    plant: Option<Plant>,
) -> Failure {
    let mut piece = actions.len().div_ceil(2);
    while piece > 0 {
        let mut from = 0;
        let mut has_shrunk = false;
        while from < actions.len() {
            let to = (from + piece).min(actions.len());
            let mut fewer = actions.clone();
            fewer.drain(from..to);
            match play(seed, &fewer, plant) {
                Err(found) if found.invariant == breach.invariant => {
                    (actions, breach) = (fewer, found);
                    has_shrunk = true;
                }
                Ok(_) | Err(_) => from = to,
            }
        }
        if !has_shrunk || piece > 1 {
            piece /= 2;
        }
    }
    Failure {
        seed,
        journal: retell(seed, &actions, plant),
        actions,
        breach,
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.breach)?;
        writeln!(f, "seed {}, {} actions:", self.seed, self.actions.len())?;
        for action in &self.actions {
            writeln!(f, "    {action:?},")?;
        }
        Ok(())
    }
}
