//! Hearing what is played, in tests: a sound system of the test's own, and a tape of one of its devices.
//!
//! Knows PulseAudio, which has devices that play to nobody; knows no ringer.

use std::f64::consts::TAU;
use std::fmt;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Samples a second on every tape.
pub const RATE: usize = 48_000;
/// The amplitude from which something is heard: a thousandth of the loudest there is.
const HEARD: f32 = 0.001;
/// How long [`Tape::wait_for`] waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// How far from a moment the pieces arrive that tell its place. When a player comes or goes, the sound system
/// mixes more or less far ahead from then on, so what arrived long before or after tells less.
const NEAR: Duration = Duration::from_millis(100);

/// The command that runs a sound system without any device, which listens on this socket.
pub fn sound_system(socket: &Path) -> Command {
    let mut pulse = Command::new("pulseaudio");
    pulse
        .args(["-n", "--daemonize=no", "--use-pid-file=no"])
        .args(["--exit-idle-time=-1", "--realtime=no", "--high-priority=no"])
        .arg("--log-level=error")
        .arg(format!(
            "--load=module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.display()
        ))
        .stdin(Stdio::null());
    pulse
}

/// The module of the sound system that is a device of this name, which plays to nobody.
pub fn silent_device(name: &str) -> [String; 4] {
    [
        "module-null-sink".to_owned(),
        format!("sink_name={name}"),
        format!("rate={RATE}"),
        format!("sink_properties='device.description=\"The {name}\"'"),
    ]
}

#[derive(Default)]
struct Recorded {
    samples: Vec<f32>,
    /// When how many samples were there.
    arrivals: Vec<(Instant, usize)>,
}

type Shared = Arc<(Mutex<Recorded>, Condvar)>;

/// A recording of one device, which grows until it is dropped.
pub struct Tape {
    recorder: Child,
    shared: Shared,
}

impl Tape {
    /// Records what the device plays, from whichever sound system `prepare` leads the recorder to.
    ///
    /// # Panics
    /// When the recorder is not installed.
    pub fn record(device: &str, prepare: impl FnOnce(&mut Command)) -> Self {
        let mut recorder = Command::new("parec");
        recorder
            .arg(format!("--device={device}.monitor"))
            .args(["--raw", "--format=float32le", "--channels=1"])
            .arg(format!("--rate={RATE}"))
            .arg("--latency-msec=10")
            .stdout(Stdio::piped());
        prepare(&mut recorder);
        let mut recorder = recorder
            .spawn()
            .expect("parec (package pulseaudio-utils) starts");
        let pieces = recorder.stdout.take().expect("it was asked for");
        let shared = Shared::default();
        let filled = Arc::clone(&shared);
        thread::spawn(move || fill(&filled, pieces));
        Self { recorder, shared }
    }

    /// Waits until the samples show something.
    ///
    /// # Panics
    /// When they do not for ten seconds.
    pub fn wait_for<T>(&self, what: &str, shows: impl Fn(&[f32]) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
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
            let woken = self.shared.1.wait_timeout(recorded, left);
            recorded = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.lock().samples.len()
    }

    /// Whether nothing was recorded yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sample that was recorded at this moment, to some milliseconds: judged by the piece that took the
    /// least time to arrive, of those around the moment.
    pub fn position(&self, moment: Instant) -> usize {
        let recorded = self.lock();
        let near = |reach: Duration| {
            let positions = recorded.arrivals.iter().filter_map(|(arrived, length)| {
                let since = moment.saturating_duration_since(*arrived);
                let until = arrived.saturating_duration_since(moment);
                let away = (since.as_secs_f64() - until.as_secs_f64()) * RATE as f64;
                (since.max(until) < reach).then_some(*length as f64 + away)
            });
            positions.reduce(f64::max)
        };
        // On a machine that stood still for a while, there may be none that near.
        let position = near(NEAR).or_else(|| near(10 * NEAR));
        position.unwrap_or(0.0) as usize
    }

    /// Whether this pitch, in hertz, is heard from this sample on.
    pub fn has_tone(&self, hertz: f64, from: usize) -> bool {
        has_tone(&self.lock().samples[from..], hertz)
    }

    /// The first sample from this one on that is heard.
    pub fn first_heard(&self, from: usize) -> Option<usize> {
        let recorded = self.lock();
        let found = recorded.samples[from..].iter().position(is_heard);
        found.map(|after| from + after)
    }

    /// The last sample that is heard.
    pub fn last_heard(&self) -> Option<usize> {
        self.lock().samples.iter().rposition(is_heard)
    }

    /// The largest amplitude from this sample on.
    pub fn peak_since(&self, from: usize) -> f32 {
        let recorded = self.lock();
        let amplitudes = recorded.samples[from..].iter().map(|sample| sample.abs());
        amplitudes.fold(0.0, f32::max)
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tape")
            .field("samples", &self.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        // It may have ended with the sound system; then there is nothing to end.
        for ended in [self.recorder.kill(), self.recorder.wait().map(|_| ())] {
            if let Err(cause) = ended {
                eprintln!("parec could not be ended: {cause}");
            }
        }
    }
}

fn fill(shared: &Shared, mut pieces: impl Read) {
    let mut left_over = Vec::new();
    let mut piece = [0; 4_096];
    while let Ok(length @ 1..) = pieces.read(&mut piece) {
        let arrived = Instant::now();
        left_over.extend_from_slice(&piece[..length]);
        let whole = left_over.len() / 4 * 4;
        let samples = left_over[..whole].chunks_exact(4);
        let samples =
            samples.map(|sample| f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]));
        let mut recorded = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.samples.extend(samples);
        left_over.drain(..whole);
        let length = recorded.samples.len();
        recorded.arrivals.push((arrived, length));
        shared.1.notify_all();
    }
}

/// Whether a tenth of a second somewhere in the samples is, to a good part, this pitch.
pub fn has_tone(samples: &[f32], hertz: f64) -> bool {
    let first = samples.iter().position(is_heard);
    let heard = first.map_or(&[][..], |first| &samples[first..]);
    let mut windows = heard.chunks_exact(RATE / 10);
    windows.any(|window| share(window, hertz) > 0.3)
}

fn is_heard(sample: &f32) -> bool {
    sample.abs() > HEARD
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
