//! One sounding tone: a stream of samples that swells, follows the volume, and fades when its turn is over.
//!
//! Knows no device. It runs on the sound system's thread, so it neither waits nor allocates.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::config::Volume;
use crate::tone::Tone;

/// How long a voice takes to fade in and out.
const FADE: Duration = Duration::from_millis(8);
/// How long the volume takes from nothing to full.
const TURN_OF_THE_KNOB: Duration = Duration::from_millis(40);
/// How soft a ramp begins, as a part of the full amplitude.
const SOFT: f32 = 0.08;

/// What all voices obey at once: whose turn it is, and the volume.
#[derive(Debug)]
pub(crate) struct Cue {
    turn: AtomicU64,
    gain: AtomicU32,
}

impl Cue {
    /// The first turn, at this volume.
    pub(crate) fn new(volume: Volume) -> Self {
        Self {
            turn: AtomicU64::new(0),
            gain: AtomicU32::new(volume.gain().to_bits()),
        }
    }

    /// Ends the turn of every voice that sounds.
    pub(crate) fn next_turn(&self) -> u64 {
        self.turn.fetch_add(1, Relaxed) + 1
    }

    /// Sets the volume of every voice.
    pub(crate) fn set_volume(&self, volume: Volume) {
        self.gain.store(volume.gain().to_bits(), Relaxed);
    }

    fn gain(&self) -> f32 {
        f32::from_bits(self.gain.load(Relaxed))
    }
}

/// What a voice is to sing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The tone.
    pub(crate) tone: Tone,
    /// How far into it to begin.
    pub(crate) from: Duration,
    /// How long it takes from soft to full, counted from the tone's beginning.
    pub(crate) ramp: Duration,
    /// Where to stop, counted likewise.
    pub(crate) until: Option<Duration>,
    /// The turn in which it sounds.
    pub(crate) turn: u64,
}

/// A tone as samples at the rate of one device.
pub(crate) struct Voice {
    part: Part,
    cue: Arc<Cue>,
    rate: u32,
    number: u64,
    level: f32,
    gain: f32,
}

impl Voice {
    /// A voice that sings its part at this many samples a second.
    pub(crate) fn new(part: Part, cue: Arc<Cue>, rate: u32) -> Self {
        Self {
            number: in_samples(part.from, rate),
            level: 0.0,
            gain: cue.gain(),
            part,
            cue,
            rate,
        }
    }

    /// How many samples a second it makes.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// How much of the full volume the ramp allows by now; rises evenly to the ear.
    fn rise(&self) -> f32 {
        let ramp = in_samples(self.part.ramp, self.rate);
        if self.number >= ramp {
            return 1.0;
        }
        SOFT.powf(1.0 - self.number as f32 / ramp as f32)
    }

    fn is_at_its_end(&self) -> bool {
        let end = self.part.until.map(|until| in_samples(until, self.rate));
        end.is_some_and(|end| self.number >= end)
    }
}

impl Iterator for Voice {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let step = |whole: Duration| 1.0 / (whole.as_secs_f32() * self.rate as f32);
        if self.cue.turn.load(Relaxed) == self.part.turn {
            self.level = (self.level + step(FADE)).min(1.0);
        } else {
            self.level -= step(FADE);
        }
        if self.level <= 0.0 || self.is_at_its_end() {
            return None;
        }
        let most = step(TURN_OF_THE_KNOB);
        self.gain += (self.cue.gain() - self.gain).clamp(-most, most);
        let sample = self.part.tone.sample(self.number, self.rate)?;
        let rise = self.rise();
        self.number += 1;
        Some(sample * rise * self.level * self.gain)
    }
}

fn in_samples(time: Duration, rate: u32) -> u64 {
    (time.as_micros() as u64).saturating_mul(u64::from(rate)) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;

    fn ring(cue: &Arc<Cue>) -> Part {
        Part {
            tone: Tone::Ring,
            from: Duration::ZERO,
            ramp: Duration::ZERO,
            until: None,
            turn: cue.turn.load(Relaxed),
        }
    }

    fn full() -> Arc<Cue> {
        Arc::new(Cue::new(Volume::FULL))
    }

    fn peak(samples: &[f32]) -> f32 {
        samples
            .iter()
            .fold(0.0, |peak, sample| sample.abs().max(peak))
    }

    fn steepest(samples: &[f32]) -> f32 {
        let jumps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        jumps.fold(0.0, f32::max)
    }

    #[test]
    fn fades_within_ten_milliseconds_without_a_click_when_its_turn_is_over() {
        let cue = full();
        let mut voice = Voice::new(ring(&cue), Arc::clone(&cue), RATE);
        let mut heard: Vec<f32> = voice.by_ref().take(RATE as usize / 10).collect();
        assert!(peak(&heard) > 0.3);
        cue.next_turn();
        let rest: Vec<f32> = voice.collect();
        assert!(rest.len() < RATE as usize / 100, "{} samples", rest.len());
        heard.extend(rest);
        heard.push(0.0);
        assert!(steepest(&heard) < 0.15, "jumps by {}", steepest(&heard));
    }

    #[test]
    fn is_not_heard_at_all_when_its_turn_was_over_before_it_began() {
        let cue = full();
        let part = ring(&cue);
        cue.next_turn();
        assert_eq!(Voice::new(part, cue, RATE).next(), None);
    }

    #[test]
    fn begins_in_the_middle_without_a_click() {
        let cue = full();
        let part = Part {
            from: Duration::from_millis(1_350),
            ..ring(&cue)
        };
        let voice = Voice::new(part, cue, RATE);
        let mut heard = vec![0.0];
        heard.extend(voice.take(RATE as usize / 10));
        assert!(peak(&heard) > 0.3);
        assert!(steepest(&heard) < 0.15, "jumps by {}", steepest(&heard));
    }

    #[test]
    fn a_ramp_makes_it_grow_from_soft_to_full() {
        let cue = full();
        let steady = Voice::new(ring(&cue), Arc::clone(&cue), RATE);
        let part = Part {
            ramp: Duration::from_secs(10),
            ..ring(&cue)
        };
        let growing = Voice::new(part, cue, RATE);
        let cycle = 5 * RATE as usize;
        let peaks = |voice: Voice| {
            let samples: Vec<f32> = voice.take(3 * cycle).collect();
            samples.chunks(cycle).map(peak).collect::<Vec<f32>>()
        };
        let (steady, growing) = (peaks(steady), peaks(growing));
        assert!(growing[0] < 0.2 * steady[0], "{growing:?}");
        assert!(
            growing[1] > 1.5 * growing[0] && growing[1] < 0.6 * steady[1],
            "{growing:?}"
        );
        assert_eq!(growing[2], steady[2]);
    }

    #[test]
    fn follows_the_volume_in_the_middle_of_a_tone_without_a_click() {
        let cue = full();
        let mut voice = Voice::new(ring(&cue), Arc::clone(&cue), RATE);
        let loud: Vec<f32> = voice.by_ref().take(RATE as usize / 20).collect();
        cue.set_volume(Volume::percent(0));
        let falling: Vec<f32> = voice.by_ref().take(RATE as usize / 20).collect();
        let off: Vec<f32> = voice.take(RATE as usize / 20).collect();
        assert!(peak(&loud) > 0.3);
        assert!(steepest(&falling) < 0.15);
        assert!(peak(&off) < 0.0001, "{}", peak(&off));
    }

    #[test]
    fn stops_where_its_part_stops() {
        let cue = full();
        let part = Part {
            until: Some(Duration::from_secs(2)),
            ..ring(&cue)
        };
        assert_eq!(Voice::new(part, cue, RATE).count(), 2 * RATE as usize);
    }
}
