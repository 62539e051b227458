//! A sound system at a desk, with one device that plays to nobody and is recorded.

use std::f64::consts::TAU;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::running::Running;
use super::until::{so, until};

/// Samples a second.
const RATE: usize = 48_000;
/// Half a second.
const A_WHILE: usize = RATE / 2;
/// The device.
const DEVICE: &str = "desk";

/// What was recorded, and when how many samples were there.
#[derive(Debug, Default)]
struct Tape {
    samples: Vec<f32>,
    arrivals: Vec<(Instant, usize)>,
}

/// A sound system, until dropped.
#[derive(Debug)]
pub(crate) struct Speakers {
    tape: Arc<Mutex<Tape>>,
    recorder: Child,
    _system: Running,
}

impl Speakers {
    /// Starts a sound system at this desk, plugs the device in and records it.
    pub(crate) async fn plug_in(desk: &Desk) -> Self {
        let socket = desk.run().join("pulse").join("native");
        let mut pulse = Command::new("pulseaudio");
        pulse
            .args(["-n", "--daemonize=no", "--use-pid-file=no"])
            .args(["--exit-idle-time=-1", "--realtime=no", "--high-priority=no"])
            .arg(format!(
                "--load=module-native-protocol-unix auth-anonymous=1 socket={}",
                socket.display()
            ))
            .arg(format!(
                "--load=module-null-sink sink_name={DEVICE} rate={RATE}"
            ));
        desk.give_to(&mut pulse);
        let system = Running::start(pulse, &desk.log("pulseaudio"));
        until("the sound system answers", async || {
            let mut pactl = Command::new("pactl");
            pactl.arg("info");
            desk.give_to(&mut pactl);
            let told = pactl.output().expect("pactl is installed");
            so(told.status.success(), String::from_utf8_lossy(&told.stderr))
        })
        .await;
        let mut parec = Command::new("parec");
        parec
            .arg(format!("--device={DEVICE}.monitor"))
            .args(["--raw", "--format=float32le", "--channels=1"])
            .arg(format!("--rate={RATE}"))
            .arg("--latency-msec=10")
            .stdout(Stdio::piped());
        desk.give_to(&mut parec);
        let mut recorder = parec.spawn().expect("parec is installed");
        let tape = Arc::new(Mutex::new(Tape::default()));
        let pieces = recorder.stdout.take().expect("it was asked for");
        let filled = Arc::clone(&tape);
        thread::spawn(move || fill(&filled, pieces));
        let speakers = Self {
            tape,
            recorder,
            _system: system,
        };
        speakers.waits_for("the recording begins", 1).await;
        speakers
    }

    /// Waits until this pitch is heard after so many samples.
    pub(crate) async fn plays(&self, hertz: f64, from: usize) {
        until(format!("{hertz} Hz are heard"), async || {
            let tape = self.tape();
            let peak = tape.samples[from..]
                .iter()
                .fold(0.0, |a: f32, b| a.max(b.abs()));
            so(
                has_tone(&tape.samples[from..], hertz),
                format!("a peak of {peak}"),
            )
        })
        .await;
    }

    /// How many samples there are.
    pub(crate) fn recorded(&self) -> usize {
        self.tape().samples.len()
    }

    /// For how long something was heard after this moment. The moment's place in the recording is taken
    /// too early, never too late, so the truth is less.
    pub(crate) async fn silent_after(&self, moment: Instant) -> Duration {
        let place = self.tape().place(moment);
        self.waits_for("half a second more is recorded", place + A_WHILE)
            .await;
        let tape = self.tape();
        let last = tape.samples.iter().rposition(|sample| sample.abs() > 0.001);
        let samples = last.unwrap_or(0).saturating_sub(place);
        Duration::from_secs_f64(samples as f64 / RATE as f64)
    }

    async fn waits_for(&self, what: &str, samples: usize) {
        until(what, async || {
            let recorded = self.recorded();
            so(recorded >= samples, format!("{recorded} of {samples}"))
        })
        .await;
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Speakers {
    fn drop(&mut self) {
        for ended in [self.recorder.kill(), self.recorder.wait().map(|_| ())] {
            if let Err(cause) = ended {
                eprintln!("parec could not be ended: {cause}");
            }
        }
    }
}

impl Tape {
    /// The sample that was recorded at a moment, or one shortly before: judged by the piece that took the
    /// least time to arrive, of those around the moment.
    fn place(&self, moment: Instant) -> usize {
        let places = self.arrivals.iter().filter_map(|(arrived, length)| {
            let since = moment.saturating_duration_since(*arrived);
            let until = arrived.saturating_duration_since(moment);
            let is_near = since.max(until) < Duration::from_millis(300);
            let away = (since.as_secs_f64() - until.as_secs_f64()) * RATE as f64;
            is_near.then_some(*length as f64 + away)
        });
        places.fold(0.0, f64::max) as usize
    }
}

fn fill(tape: &Mutex<Tape>, mut pieces: impl Read) {
    let mut left_over = Vec::new();
    let mut piece = [0; 4_096];
    while let Ok(length @ 1..) = pieces.read(&mut piece) {
        let arrived = Instant::now();
        left_over.extend_from_slice(&piece[..length]);
        let whole = left_over.len() / 4 * 4;
        let mut tape = tape.lock().unwrap_or_else(PoisonError::into_inner);
        let samples = left_over[..whole].chunks_exact(4);
        let samples =
            samples.map(|sample| f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]));
        tape.samples.extend(samples);
        left_over.drain(..whole);
        let length = tape.samples.len();
        tape.arrivals.push((arrived, length));
    }
}

/// Whether a tenth of a second somewhere in the samples is, to a good part, this pitch.
fn has_tone(samples: &[f32], hertz: f64) -> bool {
    let first = samples.iter().position(|sample| sample.abs() > 0.001);
    let heard = first.map_or(&[][..], |first| &samples[first..]);
    let mut windows = heard.chunks_exact(RATE / 10);
    windows.any(|window| share(window, hertz) > 0.3)
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
