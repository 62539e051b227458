//! A machine of the test's own: a sound system that nobody else plays on, devices that can be unplugged.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use bellhop_media::testing::{self, Tape};
use bellhop_media::{DeviceId, Ringer, RingerConfig, RingerEvent};

/// Set for a process that is such a world, to the folder it has to itself.
const WORLD: &str = "BELLHOP_WORLD_OF_SOUND";
const DEADLINE: Duration = Duration::from_secs(10);

/// The id that the sound system gives to a device of [`World::add_device`].
pub(crate) fn id(device: &str) -> DeviceId {
    DeviceId::new(format!("pulseaudio:{device}"))
}

/// A machine with no sound system at first.
pub(crate) struct World {
    pulse: Option<Child>,
}

impl World {
    /// Runs a test in a process of its own, since a process finds its sound system by its environment.
    pub(crate) fn of_its_own(test: &str, story: fn(&mut World)) {
        if env::var_os(WORLD).is_some() {
            return story(&mut World { pulse: None });
        }
        let home = tempfile::tempdir().unwrap();
        let unset = [
            "PULSE_SERVER",
            "PULSE_RUNTIME_PATH",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
        ];
        let mut process = Command::new(env::current_exe().unwrap());
        process.args(["--exact", test, "--nocapture"]);
        for name in unset {
            process.env_remove(name);
        }
        let output = process
            .env(WORLD, home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env("HOME", home.path())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        print!("{told}");
        let cause = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{cause}");
    }

    /// Starts the sound system, which has no device at first.
    pub(crate) fn start_pulse(&mut self) {
        let home = PathBuf::from(env::var_os(WORLD).unwrap());
        let socket = home.join("pulse").join("native");
        let pulse = testing::sound_system(&socket).spawn();
        let pulse = pulse.expect("pulseaudio starts");
        self.pulse = Some(pulse);
        let deadline = Instant::now() + DEADLINE;
        while pactl(["info"]).is_none() {
            assert!(Instant::now() < deadline, "pulseaudio does not answer");
            thread::yield_now();
        }
    }

    /// Ends the sound system without a farewell.
    pub(crate) fn stop_pulse(&mut self) {
        if let Some(mut pulse) = self.pulse.take() {
            pulse.kill().unwrap();
            pulse.wait().unwrap();
        }
    }

    /// Plugs in a device that plays to nobody, and returns what [`Self::remove_device`] wants to know.
    pub(crate) fn add_device(&self, name: &str) -> String {
        let module = testing::silent_device(name);
        let answer = pactl([&["load-module".to_owned()], &module[..]].concat());
        answer.expect("a device is plugged in").trim().to_owned()
    }

    /// Unplugs a device.
    pub(crate) fn remove_device(&self, module: String) {
        pactl(["unload-module", &module]).expect("the device is unplugged");
    }

    /// Records what a device plays; returns when the first piece is there.
    pub(crate) fn record(&self, device: &str) -> Tape {
        let tape = Tape::record(device, |_| {});
        tape.wait_for("the recording to begin", |samples| {
            (!samples.is_empty()).then_some(())
        });
        tape
    }

    /// A ringer in this world, with what it tells.
    pub(crate) fn ringer(&self, config: RingerConfig) -> (Ringer, Told) {
        let (tell, told) = sync_channel(64);
        let ringer = Ringer::start(config, move |event| {
            // The test may have heard enough.
            tell.try_send(event).ok();
        });
        (ringer.unwrap(), Told(told))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop_pulse();
    }
}

/// What a ringer tells.
pub(crate) struct Told(Receiver<RingerEvent>);

impl Told {
    /// Waits for an event of this kind, passing over others.
    pub(crate) fn wait_for(&self, what: &str, is: impl Fn(&RingerEvent) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        let mut passed = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.0.recv_timeout(left) {
                Ok(event) if is(&event) => return,
                Ok(event) => passed.push(event),
                Err(_) => panic!("waited in vain for {what}; heard {passed:?}"),
            }
        }
    }
}

/// What the sound system answers to a command, if it obeys.
fn pactl<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Option<String> {
    let output = Command::new("pactl").args(arguments).output();
    let output = output.expect("pactl (package pulseaudio-utils) starts");
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(answer)
}
