use std::f64::consts::TAU;

use super::*;

const RATES: [u32; 6] = [8_000, 22_050, 44_100, 48_000, 96_000, 192_000];

/// The first seconds of a tone, silence after its last cycle.
fn samples(tone: Tone, rate: u32, seconds: f64) -> Vec<f32> {
    let count = (seconds * f64::from(rate)) as u64;
    (0..count)
        .map(|number| tone.sample(number, rate).unwrap_or(0.0))
        .collect()
}

/// How loud a pure tone of this pitch is in the samples, as its amplitude.
fn loudness(samples: &[f32], rate: u32, hertz: f64) -> f64 {
    let step = TAU * hertz / f64::from(rate);
    let turn = 2.0 * step.cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in samples {
        (last, before) = (f64::from(*sample) + turn * last - before, last);
    }
    let power = last * last + before * before - turn * last * before;
    2.0 * power.max(0.0).sqrt() / samples.len() as f64
}

fn window(samples: &[f32], rate: u32, from: f64, to: f64) -> &[f32] {
    let index = |seconds: f64| (seconds * f64::from(rate)) as usize;
    &samples[index(from)..index(to)]
}

fn peak(samples: &[f32]) -> f32 {
    samples
        .iter()
        .fold(0.0, |peak, sample| sample.abs().max(peak))
}

#[test]
fn each_beep_has_its_two_pitches_at_every_rate() {
    for rate in RATES {
        for (tone, pitches) in [
            (Tone::Ringback, [440.0, 480.0]),
            (Tone::Busy, [480.0, 620.0]),
        ] {
            let heard = samples(tone, rate, 0.5);
            let steady = window(&heard, rate, 0.05, 0.45);
            for hertz in pitches {
                let amplitude = loudness(steady, rate, hertz);
                assert!(
                    (amplitude - 0.12).abs() < 0.01,
                    "{tone:?} {hertz} {amplitude}"
                );
            }
            assert!(loudness(steady, rate, 700.0) < 0.01, "{tone:?} at {rate}");
        }
    }
}

#[test]
fn the_ring_is_a_rising_broken_chord_at_every_rate() {
    for rate in RATES {
        let heard = samples(Tone::Ring, rate, 2.0);
        for start in [0.0, 1.0] {
            let first = window(&heard, rate, start, start + 0.14);
            assert!(loudness(first, rate, E5) > 0.2);
            assert!(loudness(first, rate, B5) < 0.03);
            let last = window(&heard, rate, start + 0.3, start + 0.5);
            assert!(loudness(last, rate, B5) > 0.15);
        }
    }
}

#[test]
fn the_end_falls_and_another_call_is_high_and_soft() {
    let ended = samples(Tone::Ended, 48_000, 0.9);
    assert!(loudness(window(&ended, 48_000, 0.0, 0.2), 48_000, G5) > 0.12);
    assert!(loudness(window(&ended, 48_000, 0.25, 0.5), 48_000, C5) > 0.08);
    let waiting = samples(Tone::CallWaiting, 48_000, 0.5);
    assert!(loudness(&waiting, 48_000, B5) > 0.03);
    assert!(peak(&waiting) < 0.2);
}

#[test]
fn the_ring_is_the_loudest_and_nothing_clips() {
    let peaks: Vec<f32> = Tone::ALL
        .iter()
        .map(|tone| peak(&samples(*tone, 48_000, 6.0)))
        .collect();
    assert!((0.5..0.95).contains(&peaks[0]), "{peaks:?}");
    for other in &peaks[1..] {
        assert!((0.05..0.4).contains(other), "{peaks:?}");
    }
}

#[test]
fn the_ring_sounds_two_seconds_and_rests_three() {
    let heard = samples(Tone::Ring, 48_000, 5.0);
    for tenth in 0..20 {
        let from = f64::from(tenth) / 10.0;
        let peak = peak(window(&heard, 48_000, from, from + 0.1));
        assert!(peak > 0.001, "silent at {from} s");
    }
    assert_eq!(peak(window(&heard, 48_000, 2.0, 5.0)), 0.0);
}

/// What is smooth has jumps a quarter as large when there are four times as many samples; a click has not.
#[test]
fn no_tone_clicks_also_where_cycles_join() {
    let steepest = |tone: Tone, rate: u32| {
        let heard = samples(tone, rate, tone.cycle().as_secs_f64() + 0.5);
        assert!(heard[0].abs() < 0.001, "{tone:?} begins with a click");
        let jumps = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        jumps.fold(0.0, f32::max)
    };
    for tone in Tone::ALL {
        let (coarse, fine) = (steepest(tone, 48_000), steepest(tone, 192_000));
        assert!(coarse < 0.2, "{tone:?} jumps by {coarse}");
        assert!(fine < 0.3 * coarse, "{tone:?} jumps by {fine}");
    }
}

#[test]
fn an_endless_tone_is_the_same_in_every_cycle() {
    for rate in RATES {
        for tone in [Tone::Ring, Tone::Ringback, Tone::CallWaiting] {
            assert_eq!(tone.repetition(), Repetition::Endless);
            let cycle = tone.cycle_samples(rate);
            for number in (0..cycle).step_by(997) {
                let later = tone.sample(number + 1_000_000 * cycle, rate);
                assert_eq!(tone.sample(number, rate), later);
            }
        }
    }
}

#[test]
fn busy_is_heard_five_times_and_the_end_once() {
    assert!(Tone::Busy.sample(5 * 48_000 - 1, 48_000).is_some());
    assert_eq!(Tone::Busy.sample(5 * 48_000, 48_000), None);
    assert!(Tone::Ended.sample(43_199, 48_000).is_some());
    assert_eq!(Tone::Ended.sample(43_200, 48_000), None);
}
