//! How exact a recording is: the way of a tone that another player is handed at a known moment.

use std::f32::consts::TAU;
use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use bellhop_media::testing::RATE;

use crate::harness::Desk;
use crate::harness::sound::{DEVICE, Speakers};

/// How often it is tried.
const TRIES: usize = 9;
/// From the beginning of one tone to that of the next: twice as long as it is heard.
const PAUSE: Duration = Duration::from_millis(600);

/// A player that plays what it is handed at once.
struct Player {
    process: Child,
    samples: ChildStdin,
}

impl Player {
    fn start(desk: &Desk) -> Self {
        let mut pacat = Command::new("pacat");
        pacat
            .arg(format!("--device={DEVICE}"))
            .args(["--playback", "--raw", "--format=float32le", "--channels=1"])
            .arg(format!("--rate={RATE}"))
            .arg("--latency-msec=10")
            .stdin(Stdio::piped());
        desk.give_to(&mut pacat);
        let mut process = pacat.spawn().expect("pacat is installed");
        let samples = process.stdin.take().expect("it was asked for");
        Self { process, samples }
    }

    /// Plays three tenths of a second of a tone.
    fn play(&mut self) {
        let numbers = 0..3 * RATE / 10;
        let sample = |number: usize| (TAU * 880.0 * number as f32 / RATE as f32).cos() / 4.0;
        let bytes: Vec<u8> = numbers
            .flat_map(|number| sample(number).to_le_bytes())
            .collect();
        let handed = self.samples.write_all(&bytes);
        handed.expect("the player takes samples");
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        for ended in [self.process.kill(), self.process.wait().map(|_| ())] {
            if let Err(cause) = ended {
                eprintln!("pacat could not be ended: {cause}");
            }
        }
    }
}

/// How many seconds each of some tones took from a player onto the tape; below zero when the tape is ahead.
pub(crate) async fn of_the_tape(desk: &Desk, speakers: &Speakers) -> Vec<f64> {
    let mut player = Player::start(desk);
    let mut delays = Vec::new();
    for _ in 0..=TRIES {
        let silent = speakers.recorded();
        let handed = Instant::now();
        player.play();
        let heard = speakers.plays(880.0, silent).await;
        delays.push(speakers.seconds_after(handed, heard));
        speakers.listens_on(heard, PAUSE).await;
    }
    // The first one waited for the player to start.
    delays.split_off(1)
}
