//! Breadth first through all states of the small world.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use super::Fault;
use super::cast::{Ask, Device};
use super::rules::Rules;
use super::steps::{Small, Step};
use super::world::{ASKS, State};
use crate::verdict::Breach;

/// How much there is in the small world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Different states.
    pub states: u64,
    /// Ways from one to another.
    pub transitions: u64,
    /// The most steps that a state is away from the beginning.
    pub depth: u64,
    /// Different questions that the engine was asked.
    pub questions: u64,
}

/// The shortest way to something that must not be.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// Which device was watched.
    pub watched: Device,
    /// What must not be.
    pub breach: Breach,
    /// What happened, step by step.
    pub steps: Vec<String>,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}; {:?} was watched:", self.breach, self.watched)?;
        self.steps
            .iter()
            .try_for_each(|step| writeln!(f, "    {step}"))
    }
}

/// Goes through every state of the small world in which this device is watched.
///
/// So that it stays small: the stranger hears nothing, and with him two server processes race. With
/// anybody else there is one, and of the other users one device asks, as a second one would ask the
/// same. The call is left where the watched device has nothing to answer, and rings are told of where
/// it hears of them.
pub fn explore_small_world(
    watched: Device,
    fault: Option<Fault>,
) -> Result<Census, Box<Counterexample>> {
    let mut rules = Rules::default();
    let mut small = Small {
        rules: &mut rules,
        watched,
        asks: asks(watched),
        processes: if watched == Device::E1 { 2 } else { 1 },
        fault,
    };
    let mut seen = Seen::default();
    seen.add(State::default(), None, 0);
    let mut transitions = 0;
    let mut at = 0;
    while at < seen.all.len() {
        let (state, depth) = (seen.all[at].state, seen.all[at].depth);
        let next = small.next(&state);
        let next = next.map_err(|(step, breach)| seen.way_to(at, Some(step), breach, watched))?;
        for (step, after) in next {
            transitions += 1;
            if let Some(new) = seen.add(after, Some((at, step)), depth + 1) {
                let checked = small.check(&after);
                checked.map_err(|breach| seen.way_to(new, None, breach, watched))?;
            }
        }
        at += 1;
    }
    Ok(Census {
        states: seen.all.len() as u64,
        transitions,
        depth: seen.all.last().map_or(0, |last| u64::from(last.depth)),
        questions: rules.questions() as u64,
    })
}

/// What is asked in the small world of this device.
fn asks(watched: Device) -> Vec<Ask> {
    let own = watched.actor().user;
    let is_asked = |ask: &Ask| {
        let is_in = match ask {
            Ask::HangUp(_) => watched == Device::D1,
            Ask::Ringing(_) => watched == Device::A2,
            Ask::Invite | Ask::Cancel(_) | Ask::Accept(_) | Ask::Reject(_) | Ask::TimeOut => true,
        };
        let by_first = |by: Device| !by.is_second() || by.actor().user == own;
        is_in && (watched == Device::E1 || ask.by().is_none_or(by_first))
    };
    ASKS.into_iter().filter(is_asked).collect()
}

/// The states that were found, in the order they were.
#[derive(Default)]
struct Seen {
    all: Vec<Found>,
    places: HashMap<State, usize, BuildHasherDefault<Mix>>,
}

/// Mixes what it is given, fast: a state is hashed a dozen times.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number.cast_unsigned() as u64);
    }
}

struct Found {
    state: State,
    depth: u32,
    /// From which state, by what.
    from: Option<(usize, Step)>,
}

impl Seen {
    /// The place of a state that was not known.
    fn add(&mut self, state: State, from: Option<(usize, Step)>, depth: u32) -> Option<usize> {
        let place = self.all.len();
        match self.places.entry(state) {
            Entry::Occupied(_) => None,
            Entry::Vacant(free) => {
                free.insert(place);
                self.all.push(Found { state, depth, from });
                Some(place)
            }
        }
    }

    fn way_to(
        &self,
        place: usize,
        last: Option<Step>,
        breach: Breach,
        watched: Device,
    ) -> Box<Counterexample> {
        let mut steps: Vec<String> = last.iter().map(|step| format!("{step:?}")).collect();
        let mut at = &self.all[place];
        while let Some((before, step)) = at.from {
            steps.push(format!("{step:?}"));
            at = &self.all[before];
        }
        steps.reverse();
        Box::new(Counterexample {
            watched,
            breach,
            steps,
        })
    }
}
