//! A sound system at a desk, with one device that plays to nobody and is recorded.

use std::time::{Duration, Instant};

use bellhop_media::testing::{self, RATE, Tape};

use super::desk::Desk;
use super::running::Running;
use super::until::{so, until};

/// The first note of the ring, in hertz.
pub(crate) const RING: f64 = 659.26;
/// The device.
pub(crate) const DEVICE: &str = "desk";
/// For how long to listen on before it is silent.
const A_WHILE: Duration = Duration::from_millis(500);

/// A sound system, until dropped.
#[derive(Debug)]
pub(crate) struct Speakers {
    tape: Tape,
    _system: Running,
}

impl Speakers {
    /// Starts a sound system at this desk, plugs the device in and records it.
    pub(crate) async fn plug_in(desk: &Desk) -> Self {
        let mut pulse = testing::sound_system(&desk.run().join("pulse").join("native"));
        let device = testing::silent_device(DEVICE).join(" ");
        pulse.arg(format!("--load={device}"));
        desk.give_to(&mut pulse);
        let system = Running::start(pulse, &desk.log("pulseaudio"));
        until("the sound system answers", async || {
            let mut pactl = std::process::Command::new("pactl");
            pactl.arg("info");
            desk.give_to(&mut pactl);
            let told = pactl.output().expect("pactl is installed");
            so(told.status.success(), String::from_utf8_lossy(&told.stderr))
        })
        .await;
        let speakers = Self {
            tape: Tape::record(DEVICE, |recorder| desk.give_to(recorder)),
            _system: system,
        };
        speakers.records("the recording begins", 1).await;
        speakers
    }

    /// How many samples there are.
    pub(crate) fn recorded(&self) -> usize {
        self.tape.len()
    }

    /// Waits until this pitch is heard after so many samples, and gives the first sample that is heard.
    pub(crate) async fn plays(&self, hertz: f64, from: usize) -> usize {
        until(format!("{hertz} Hz are heard"), async || {
            let instead = format!("a peak of {}", self.tape.peak_since(from));
            so(self.tape.has_tone(hertz, from), instead)
        })
        .await;
        let heard = self.tape.first_heard(from);
        heard.expect("a tone has samples that are heard")
    }

    /// How long after a moment this sample is, to some milliseconds; none at all when it is before.
    pub(crate) fn after(&self, moment: Instant, sample: usize) -> Duration {
        Duration::from_secs_f64(self.seconds_after(moment, sample).max(0.0))
    }

    /// The same as seconds, below zero when it is before.
    pub(crate) fn seconds_after(&self, moment: Instant, sample: usize) -> f64 {
        (sample as f64 - self.tape.position(moment) as f64) / RATE as f64
    }

    /// For how long something was heard after this moment.
    pub(crate) async fn silent_after(&self, moment: Instant) -> Duration {
        self.listens_on(self.tape.position(moment), A_WHILE).await;
        self.after(moment, self.tape.last_heard().unwrap_or(0))
    }

    /// Waits until so much is recorded after this sample.
    pub(crate) async fn listens_on(&self, from: usize, length: Duration) {
        let more = (length.as_secs_f64() * RATE as f64) as usize;
        self.records(&format!("{length:?} more are recorded"), from + more)
            .await;
    }

    async fn records(&self, what: &str, samples: usize) {
        until(what, async || {
            let recorded = self.recorded();
            so(recorded >= samples, format!("{recorded} of {samples}"))
        })
        .await;
    }
}
