//! The tones, each a function from time to amplitude. No device, no state, no file.
//!
//! No partial reaches 4 kHz, so they are right at every sample rate from 8 kHz up.

use std::f64::consts::{PI, TAU};
use std::time::Duration;

/// One of the tones that Bellhop makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Two warm broken chords in two seconds, then three of rest.
    Ring,
    /// 440 and 480 Hz, two seconds in six: it rings there.
    Ringback,
    /// 480 and 620 Hz, half seconds, five times: somebody is busy.
    Busy,
    /// Two falling notes, once: the call is over.
    Ended,
    /// Two soft high notes every four seconds: another call comes in.
    CallWaiting,
}

/// How often a tone is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repetition {
    /// Until it is stopped.
    Endless,
    /// So many cycles.
    Times(u32),
}

/// One stroke of a chime.
struct Stroke {
    /// When it begins, in seconds since the cycle's start.
    at: f64,
    /// Its pitch.
    hertz: f64,
}

const C5: f64 = 523.25;
const E5: f64 = 659.26;
const G5: f64 = 783.99;
const G_SHARP_5: f64 = 830.61;
const B5: f64 = 987.77;

const RING: [Stroke; 6] = [
    Stroke { at: 0.0, hertz: E5 },
    Stroke {
        at: 0.15,
        hertz: G_SHARP_5,
    },
    Stroke { at: 0.3, hertz: B5 },
    Stroke { at: 1.0, hertz: E5 },
    Stroke {
        at: 1.15,
        hertz: G_SHARP_5,
    },
    Stroke { at: 1.3, hertz: B5 },
];
const ENDED: [Stroke; 2] = [Stroke { at: 0.0, hertz: G5 }, Stroke { at: 0.2, hertz: C5 }];
const CALL_WAITING: [Stroke; 2] = [
    Stroke { at: 0.0, hertz: B5 },
    Stroke {
        at: 0.22,
        hertz: B5,
    },
];

/// How long a stroke is heard, in seconds.
const STROKE: f64 = 0.7;
/// How long a stroke takes to swell, in seconds.
const ATTACK: f64 = 0.006;
/// How long a stroke takes to go out at its end, in seconds.
const RELEASE: f64 = 0.08;
/// How long a beep takes to swell and to go out, in seconds.
const EDGE: f64 = 0.015;

/// What a stroke is made of: multiple of its pitch, amplitude, and seconds until it has decayed to 1/e.
/// The octave below and the beating pair make it warm, the quick high partials make it a bell.
const PARTIALS: [(f64, f64, f64); 6] = [
    (0.5, 0.18, 0.45),
    (1.0, 0.7, 0.4),
    (1.003, 0.3, 0.4),
    (2.0, 0.3, 0.2),
    (3.0, 0.15, 0.12),
    (4.0, 0.1, 0.06),
];

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 5] = [
        Self::Ring,
        Self::Ringback,
        Self::Busy,
        Self::Ended,
        Self::CallWaiting,
    ];

    /// How long it is until it begins again; whole tenths of a second, so that cycles join without a gap.
    pub fn cycle(self) -> Duration {
        Duration::from_millis(match self {
            Self::Ring => 5_000,
            Self::Ringback => 6_000,
            Self::Busy => 1_000,
            Self::Ended => 900,
            Self::CallWaiting => 4_000,
        })
    }

    /// How often it is heard.
    pub fn repetition(self) -> Repetition {
        match self {
            Self::Ring | Self::Ringback | Self::CallWaiting => Repetition::Endless,
            Self::Busy => Repetition::Times(5),
            Self::Ended => Repetition::Times(1),
        }
    }

    /// How long all of it is; `None` for one without end.
    pub(crate) fn length(self) -> Option<Duration> {
        match self.repetition() {
            Repetition::Endless => None,
            Repetition::Times(times) => Some(self.cycle() * times),
        }
    }

    /// The amplitude, from -1 to 1, so many seconds after a cycle's start.
    pub fn amplitude(self, seconds: f64) -> f32 {
        let amplitude = match self {
            Self::Ring => 0.45 * strokes(&RING, seconds),
            Self::Ringback => 0.12 * beep((440.0, 480.0), 2.0, seconds),
            Self::Busy => 0.12 * beep((480.0, 620.0), 0.5, seconds),
            Self::Ended => 0.25 * strokes(&ENDED, seconds),
            Self::CallWaiting => 0.12 * strokes(&CALL_WAITING, seconds),
        };
        amplitude as f32
    }

    /// The sample with this number at this many samples a second; `None` after the last cycle.
    pub fn sample(self, number: u64, rate: u32) -> Option<f32> {
        let in_a_cycle = self.cycle_samples(rate);
        match self.repetition() {
            Repetition::Times(times) if number >= in_a_cycle * u64::from(times) => None,
            Repetition::Times(_) | Repetition::Endless => {
                let seconds = (number % in_a_cycle) as f64 / f64::from(rate);
                Some(self.amplitude(seconds))
            }
        }
    }

    fn cycle_samples(self, rate: u32) -> u64 {
        let samples = self.cycle().as_millis() as u64 * u64::from(rate) / 1_000;
        samples.max(1)
    }
}

/// The sum of the strokes that are heard at this moment.
fn strokes(strokes: &[Stroke], seconds: f64) -> f64 {
    let heard = strokes
        .iter()
        .filter(|stroke| (stroke.at..stroke.at + STROKE).contains(&seconds));
    heard
        .map(|stroke| chime(stroke.hertz, seconds - stroke.at))
        .sum()
}

/// A bell that was struck so many seconds ago.
fn chime(hertz: f64, seconds: f64) -> f64 {
    let partial = |(multiple, amplitude, decay): (f64, f64, f64)| {
        amplitude * (-seconds / decay).exp() * (TAU * hertz * multiple * seconds).sin()
    };
    let sum: f64 = PARTIALS.into_iter().map(partial).sum();
    sum * swell(seconds / ATTACK) * swell((STROKE - seconds) / RELEASE)
}

/// Two pure tones at once, heard for so long.
fn beep((low, high): (f64, f64), length: f64, seconds: f64) -> f64 {
    let sum = (TAU * low * seconds).sin() + (TAU * high * seconds).sin();
    sum * swell(seconds / EDGE) * swell((length - seconds) / EDGE)
}

/// Grows smoothly from 0 to 1 while `progress` does, and stays there.
fn swell(progress: f64) -> f64 {
    (1.0 - (PI * progress.clamp(0.0, 1.0)).cos()) / 2.0
}

#[cfg(test)]
mod tests;
