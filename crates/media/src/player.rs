//! The thread that plays: brings the open devices in line with the newest wish, and tells what it finds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::config::{Device, DeviceId, Output};
use crate::event::{Audio, RingerEvent, Trouble};
use crate::plan::{Found, plan};
use crate::ringer::{Desk, Wish};
use crate::system::{Speaker, System};
use crate::tone::Tone;
use crate::voice::Part;

/// How often to look for devices while nothing is to be heard.
const LOOK_AROUND: Duration = Duration::from_secs(5);
/// How often to look while what is to be heard is not heard where it should be.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How often to see whether a device may be closed.
const CLOSE: Duration = Duration::from_millis(100);
/// How much of the ring a test plays: one chord.
const TEST: Duration = Duration::from_secs(1);

/// Plays on the devices of this machine; `F` hears what it finds out.
pub(crate) struct Player<F> {
    desk: Arc<Desk>,
    tell: F,
    system: Option<System>,
    speakers: Vec<Speaker>,
    found: Found,
    looked: Option<Instant>,
    /// Why there is no device, or why one of them is not used.
    trouble: Trouble,
    /// Those that were found and did not play.
    refused: Vec<DeviceId>,
    told_devices: Option<Vec<Device>>,
    told_audio: Option<Audio>,
}

impl<F: FnMut(RingerEvent)> Player<F> {
    /// A player that has not looked for devices yet.
    pub(crate) fn new(desk: Arc<Desk>, tell: F) -> Self {
        Self {
            desk,
            tell,
            system: None,
            speakers: Vec::new(),
            found: Found::default(),
            looked: None,
            trouble: Trouble::NoDevice,
            refused: Vec::new(),
            told_devices: None,
            told_audio: None,
        }
    }

    /// Plays until the handle is gone.
    pub(crate) fn run(mut self) {
        let mut patience = Duration::ZERO;
        while let Some((wish, trial)) = self.desk.wait(patience) {
            patience = self.follow(&wish, trial);
        }
        if !self.speakers.is_empty() {
            // Closing a device at once would cut the fade short, with a click.
            std::thread::sleep(CLOSE);
        }
    }

    /// Does what is to be done now, and says after how long to look again if nothing happens.
    fn follow(&mut self, wish: &Wish, trial: Option<Output>) -> Duration {
        let now = Instant::now();
        let count = self.speakers.len();
        self.speakers.retain(|speaker| !speaker.is_lost());
        if self.speakers.len() < count || self.is_due(LOOK_AROUND) && self.speakers.is_empty() {
            self.look();
        }
        let tone = wish.tone_at(now);
        if let Some(output) = trial {
            let outcome = match tone {
                Some(_) => Err(Trouble::InUse),
                None => self.try_out(wish, &output),
            };
            (self.tell)(RingerEvent::Tested { output, outcome });
        }
        let Some(tone) = tone else {
            self.speakers.retain_mut(|speaker| !speaker.is_done(now));
            self.tell_audio(self.in_reach(wish));
            return match self.speakers.is_empty() {
                true => LOOK_AROUND,
                false => CLOSE,
            };
        };
        self.sound(wish, tone);
        match self.told_audio {
            Some(Audio::Ready { .. }) | None => LOOK_AROUND,
            Some(Audio::Elsewhere { .. } | Audio::Absent { .. }) => TRY_AGAIN,
        }
    }

    fn is_due(&self, interval: Duration) -> bool {
        self.looked
            .is_none_or(|looked| looked.elapsed() >= interval)
    }

    fn look(&mut self) {
        if self.speakers.is_empty() && self.system.as_ref().is_some_and(System::is_makeshift) {
            self.system = None;
        }
        let system = self.system.get_or_insert_with(System::connect);
        let found = match system.look() {
            Ok(found) => {
                if found.devices.is_empty() {
                    self.trouble = Trouble::NoDevice;
                }
                found
            }
            Err(trouble) => {
                tracing::debug!(%trouble, "found no sound system");
                self.trouble = trouble;
                self.system = None;
                Found::default()
            }
        };
        self.looked = Some(Instant::now());
        if found != self.found {
            self.refused.clear();
            self.found = found;
        }
        if self.told_devices.as_ref() != Some(&self.found.devices) {
            self.told_devices = Some(self.found.devices.clone());
            (self.tell)(RingerEvent::Devices(self.found.devices.clone()));
        }
    }

    /// Where the wish would be heard, as far as is known without opening a device.
    fn in_reach(&self, wish: &Wish) -> Audio {
        let usable = self.refused.iter().fold(self.found.clone(), Found::without);
        match plan(&wish.config, &usable) {
            Audio::Absent { .. } => Audio::Absent {
                cause: self.trouble.clone(),
            },
            audio @ (Audio::Ready { .. } | Audio::Elsewhere { .. }) => audio,
        }
    }

    fn tell_audio(&mut self, audio: Audio) {
        if self.told_audio.as_ref() != Some(&audio) {
            self.told_audio = Some(audio.clone());
            (self.tell)(RingerEvent::Audio(audio));
        }
    }

    /// Has the tone heard wherever it should be, and tells where that is.
    fn sound(&mut self, wish: &Wish, tone: Tone) {
        let mut audio = self.place(wish, tone);
        let is_in_place = matches!(audio, Audio::Ready { .. });
        if !is_in_place && self.is_due(CLOSE) {
            self.look();
            audio = self.place(wish, tone);
        }
        self.tell_audio(audio);
    }

    /// Opens one device after the other until the plan stands, leaving out those that do not play.
    fn place(&mut self, wish: &Wish, tone: Tone) -> Audio {
        self.refused.clear();
        loop {
            let audio = self.in_reach(wish);
            let mut wanted = match &audio {
                Audio::Ready { on } | Audio::Elsewhere { on, .. } => on.clone(),
                Audio::Absent { .. } => Vec::new(),
            };
            if !wish.sound.is_for_the_room() {
                wanted.truncate(1);
            }
            let failed = wanted
                .iter()
                .find_map(|device| self.open(&device.id).err().map(|why| (&device.id, why)));
            if let Some((device, trouble)) = failed {
                tracing::warn!(%trouble, "an audio device is not used");
                self.refused.push(device.clone());
                self.trouble = trouble;
                continue;
            }
            let now = Instant::now();
            let is_wanted = |id: &DeviceId| wanted.iter().any(|device| device.id == *id);
            // One that still fades out a former sound may end it.
            self.speakers.retain_mut(|speaker| {
                is_wanted(speaker.device()) || !(speaker.sings(wish.turn) || speaker.is_done(now))
            });
            let part = Part {
                tone,
                from: now.duration_since(wish.since),
                ramp: wish.sound.ramp(),
                until: None,
                turn: wish.turn,
            };
            let wanted = self
                .speakers
                .iter_mut()
                .filter(|speaker| is_wanted(speaker.device()));
            for speaker in wanted {
                speaker.sing(part, &self.desk.cue);
            }
            return audio;
        }
    }

    /// The speaker of a device, opened if it was not.
    fn open(&mut self, id: &DeviceId) -> Result<&mut Speaker, Trouble> {
        if let Some(open) = self
            .speakers
            .iter()
            .position(|speaker| speaker.device() == id)
        {
            return Ok(&mut self.speakers[open]);
        }
        let desk = Arc::downgrade(&self.desk);
        let on_loss = move || {
            if let Some(desk) = desk.upgrade() {
                desk.ring();
            }
        };
        self.speakers.push(Speaker::open(id, on_loss)?);
        Ok(self.speakers.last_mut().expect("it was just pushed"))
    }

    fn try_out(&mut self, wish: &Wish, output: &Output) -> Result<(), Trouble> {
        self.look();
        let device = match output {
            Output::SystemDefault => self.found.default_device(),
            Output::Device(id) => self.found.device(id),
        };
        let id = device.map(|device| device.id.clone()).ok_or(match output {
            Output::SystemDefault => self.trouble.clone(),
            Output::Device(id) => Trouble::NotConnected(id.clone()),
        })?;
        let part = Part {
            tone: Tone::Ring,
            from: Duration::ZERO,
            ramp: Duration::ZERO,
            until: Some(TEST),
            turn: wish.turn,
        };
        let cue = Arc::clone(&self.desk.cue);
        self.open(&id)?.sing(part, &cue);
        Ok(())
    }
}
