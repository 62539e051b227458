//! The ringer on a real sound system: a PulseAudio of each test's own, with devices that play to nobody,
//! and what they play recorded.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod world;

use std::time::{Duration, Instant};

use bellhop_media::testing::{self, RATE, Tape};
use bellhop_media::{Audio, Device, Output, RingerConfig, RingerEvent, Sound, Trouble, Volume};

use world::World;

/// The first note of the ring.
const E5: f64 = 659.26;
/// One of the two pitches of ringback.
const RINGBACK: f64 = 440.0;
const RING: Sound = Sound::Ring {
    ramp: Duration::ZERO,
};

fn loud(output: Output) -> RingerConfig {
    RingerConfig {
        output,
        second: None,
        volume: Volume::FULL,
    }
}

fn milliseconds(samples: usize) -> usize {
    samples * 1_000 / RATE
}

/// For how many milliseconds something was heard after the stop.
fn silence_after(tape: &Tape, stopped: Instant) -> usize {
    let stop = tape.position(stopped);
    tape.wait_for("half a second after the stop", |samples| {
        (samples.len() > stop + RATE / 2).then_some(())
    });
    milliseconds(tape.last_heard().unwrap_or(0).saturating_sub(stop))
}

#[test]
fn falls_silent_within_100_ms_in_mid_ring() {
    World::of_its_own("falls_silent_within_100_ms_in_mid_ring", |world| {
        world.start_pulse();
        world.add_device("desk");
        let tape = world.record("desk");
        let (ringer, _events) = world.ringer(loud(Output::SystemDefault));
        let (mut starts, mut stops) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            let silent_until = tape.len();
            let played = Instant::now();
            ringer.play(RING);
            tape.wait_for("the ring", |samples| {
                testing::has_tone(&samples[silent_until..], E5).then_some(())
            });
            let stopped = Instant::now();
            ringer.play(Sound::Silence);
            stops.push(silence_after(&tape, stopped));
            let heard = tape.first_heard(silent_until).unwrap();
            starts.push(milliseconds(heard.saturating_sub(tape.position(played))));
        }
        starts.sort_unstable();
        stops.sort_unstable();
        println!("heard after {starts:?} ms, silent after {stops:?} ms");
        assert!(stops[2] < 100, "silent after {stops:?} ms");
        assert!(starts[2] < 150, "heard after {starts:?} ms");
    });
}

#[test]
fn rings_on_both_chosen_devices_and_plays_other_tones_on_the_first() {
    let name = "rings_on_both_chosen_devices_and_plays_other_tones_on_the_first";
    World::of_its_own(name, |world| {
        world.start_pulse();
        for device in ["unused", "headset", "speakers"] {
            world.add_device(device);
        }
        let unused = world.record("unused");
        let headset = world.record("headset");
        let speakers = world.record("speakers");
        let config = RingerConfig {
            second: Some(world::id("speakers")),
            ..loud(Output::Device(world::id("headset")))
        };
        let (ringer, events) = world.ringer(config);
        let on = ["headset", "speakers"].map(|name| Device {
            id: world::id(name),
            name: format!("The {name}"),
        });
        let ready = RingerEvent::Audio(Audio::Ready { on: on.to_vec() });
        events.wait_for("both devices", |event| *event == ready);

        ringer.play(RING);
        for tape in [&headset, &speakers] {
            tape.wait_for("the ring", |samples| {
                testing::has_tone(samples, E5).then_some(())
            });
        }
        ringer.play(Sound::Silence);
        silence_after(&speakers, Instant::now());
        let from = headset.len();
        let silent_from = speakers.len();
        ringer.play(Sound::Ringback);
        headset.wait_for("ringback", |samples| {
            testing::has_tone(&samples[from..], RINGBACK).then_some(())
        });
        speakers.wait_for("as much of the other device", |samples| {
            (samples.len() > silent_from + RATE / 2).then_some(())
        });
        assert_eq!(speakers.peak_since(silent_from), 0.0);
        assert_eq!(unused.peak_since(0), 0.0);
    });
}

#[test]
fn tries_a_device_out_and_says_when_it_is_not_there() {
    World::of_its_own(
        "tries_a_device_out_and_says_when_it_is_not_there",
        |world| {
            world.start_pulse();
            world.add_device("desk");
            world.add_device("headset");
            let tape = world.record("headset");
            let (ringer, events) = world.ringer(loud(Output::SystemDefault));
            let headset = Output::Device(world::id("headset"));
            ringer.test(headset.clone());
            events.wait_for("the test", |event| {
                let tested = RingerEvent::Tested {
                    output: headset.clone(),
                    outcome: Ok(()),
                };
                *event == tested
            });
            tape.wait_for("the test", |samples| {
                testing::has_tone(samples, E5).then_some(())
            });

            ringer.test(Output::Device(world::id("earphones")));
            events.wait_for("the refusal", |event| {
                let tested = RingerEvent::Tested {
                    output: Output::Device(world::id("earphones")),
                    outcome: Err(Trouble::NotConnected(world::id("earphones"))),
                };
                *event == tested
            });
        },
    );
}

#[test]
fn goes_on_ringing_when_the_device_comes_back() {
    World::of_its_own("goes_on_ringing_when_the_device_comes_back", |world| {
        world.start_pulse();
        let module = world.add_device("desk");
        let tape = world.record("desk");
        let (ringer, events) = world.ringer(loud(Output::SystemDefault));
        ringer.play(RING);
        tape.wait_for("the ring", |samples| {
            testing::has_tone(samples, E5).then_some(())
        });

        world.remove_device(module);
        let absent = RingerEvent::Audio(Audio::Absent {
            cause: Trouble::NoDevice,
        });
        events.wait_for("the device's absence", |event| *event == absent);

        world.add_device("desk");
        let tape = world.record("desk");
        events.wait_for("the device's return", |event| {
            matches!(event, RingerEvent::Audio(Audio::Ready { .. }))
        });
        tape.wait_for("the ring", |samples| {
            testing::has_tone(samples, E5).then_some(())
        });
    });
}

#[test]
fn rings_once_a_sound_system_comes() {
    World::of_its_own("rings_once_a_sound_system_comes", |world| {
        let (ringer, events) = world.ringer(loud(Output::SystemDefault));
        events.wait_for("the sound system's absence", |event| {
            matches!(event, RingerEvent::Audio(Audio::Absent { .. }))
        });
        ringer.play(RING);
        world.start_pulse();
        world.add_device("desk");
        let tape = world.record("desk");
        tape.wait_for("the ring", |samples| {
            testing::has_tone(samples, E5).then_some(())
        });

        world.stop_pulse();
        events.wait_for("the sound system's end", |event| {
            matches!(event, RingerEvent::Audio(Audio::Absent { .. }))
        });
    });
}
