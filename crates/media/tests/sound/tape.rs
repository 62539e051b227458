//! What a device plays, recorded while it plays.

use std::f64::consts::TAU;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// Samples a second.
pub(crate) const RATE: usize = 48_000;

#[derive(Default)]
struct Recorded {
    samples: Vec<f32>,
    /// When how many samples were there.
    arrivals: Vec<(Instant, usize)>,
}

type Shared = Arc<(Mutex<Recorded>, Condvar)>;

/// A recording of one device, which grows until it is dropped.
pub(crate) struct Tape {
    recorder: Child,
    shared: Shared,
}

impl Tape {
    /// Records what the device plays; returns when the first piece is there.
    pub(crate) fn record(device: &str) -> Self {
        let mut recorder = Command::new("parec")
            .arg(format!("--device={device}.monitor"))
            .args(["--raw", "--format=float32le", "--channels=1"])
            .arg(format!("--rate={RATE}"))
            .arg("--latency-msec=10")
            .stdout(Stdio::piped())
            .spawn()
            .expect("parec (package pulseaudio-utils) starts");
        let mut pieces = recorder.stdout.take().unwrap();
        let shared = Shared::default();
        let filled = Arc::clone(&shared);
        thread::spawn(move || {
            let mut left_over = Vec::new();
            let mut piece = [0; 4_096];
            while let Ok(length @ 1..) = pieces.read(&mut piece) {
                left_over.extend_from_slice(&piece[..length]);
                add(&filled, &mut left_over);
            }
        });
        let tape = Self { recorder, shared };
        tape.wait_for("the recording to begin", |samples| {
            (!samples.is_empty()).then_some(())
        });
        tape
    }

    /// Waits until the samples show something.
    pub(crate) fn wait_for<T>(&self, what: &str, shows: impl Fn(&[f32]) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut recorded = self.lock();
        loop {
            if let Some(shown) = shows(&recorded.samples) {
                return shown;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let length = recorded.samples.len();
                drop(recorded);
                let peak = self.peak_since(0);
                panic!("waited in vain for {what}; {length} samples, peak {peak}");
            }
            recorded = self.shared.1.wait_timeout(recorded, left).unwrap().0;
        }
    }

    /// How many samples there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().samples.len()
    }

    /// The sample that was recorded at this moment, or one shortly before it: judged by the piece that took
    /// the least time to arrive, of those around the moment.
    pub(crate) fn position(&self, moment: Instant) -> usize {
        let recorded = self.lock();
        let around = recorded.arrivals.iter().filter(|(arrived, _)| {
            let distance = arrived.max(&moment).duration_since(*arrived.min(&moment));
            distance < Duration::from_millis(300)
        });
        let positions = around.map(|(arrived, length)| {
            let since = moment.saturating_duration_since(*arrived).as_secs_f64();
            let until = arrived.saturating_duration_since(moment).as_secs_f64();
            *length as f64 + (since - until) * RATE as f64
        });
        positions.fold(0.0, f64::max) as usize
    }

    /// The last sample of this kind.
    pub(crate) fn rposition(&self, is: impl Fn(f32) -> bool) -> Option<usize> {
        self.lock().samples.iter().rposition(|sample| is(*sample))
    }

    /// How many samples after `from` the first one of this kind is.
    pub(crate) fn first_after(&self, from: usize, is: impl Fn(f32) -> bool) -> usize {
        let recorded = self.lock();
        let found = recorded.samples[from..]
            .iter()
            .position(|sample| is(*sample));
        found.expect("there is such a sample")
    }

    /// The largest amplitude from this sample on.
    pub(crate) fn peak_since(&self, from: usize) -> f32 {
        let recorded = self.lock();
        let amplitudes = recorded.samples[from..].iter().map(|sample| sample.abs());
        amplitudes.fold(0.0, f32::max)
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.shared.0.lock().unwrap()
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        // It may have ended with the sound system.
        if self.recorder.try_wait().unwrap().is_none() {
            self.recorder.kill().unwrap();
            self.recorder.wait().unwrap();
        }
    }
}

fn add(shared: &Shared, bytes: &mut Vec<u8>) {
    let arrived = Instant::now();
    let whole = bytes.len() / 4 * 4;
    let mut recorded = shared.0.lock().unwrap();
    let samples = bytes[..whole].chunks_exact(4);
    let samples = samples.map(|sample| f32::from_le_bytes(sample.try_into().unwrap()));
    recorded.samples.extend(samples);
    bytes.drain(..whole);
    let length = recorded.samples.len();
    recorded.arrivals.push((arrived, length));
    shared.1.notify_all();
}

/// Whether a tenth of a second somewhere in the samples is, to a good part, this pitch.
pub(crate) fn has_tone(samples: &[f32], hertz: f64) -> bool {
    let first = samples.iter().position(|sample| sample.abs() > 0.001);
    let heard = first.map_or(&[][..], |first| &samples[first..]);
    heard
        .chunks_exact(RATE / 10)
        .any(|window| share(window, hertz) > 0.3)
}

/// Which part of the energy of the samples is at this pitch.
fn share(samples: &[f32], hertz: f64) -> f64 {
    let step = TAU * hertz / RATE as f64;
    let turn = 2.0 * step.cos();
    let (mut last, mut before, mut energy) = (0.0, 0.0, 0.0);
    for sample in samples {
        let sample = f64::from(*sample);
        (last, before) = (sample + turn * last - before, last);
        energy += sample * sample;
    }
    if energy < 1e-4 {
        return 0.0;
    }
    let power = last * last + before * before - turn * last * before;
    2.0 * power / (energy * samples.len() as f64)
}
